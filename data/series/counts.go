package series

import (
	"fmt"
	"math"

	"recur/configs"
	"recur/data"
)

// counts says that the values are told of by a distribution of counts.
func (q *Prepared) counts() bool { return q.Config.Model.Counts() }

// countable refuses values that no distribution of counts gives: those below 0, and fractions.
func countable(set *Dataset, c *configs.Config) error {
	if !c.Model.Counts() {
		return nil
	}
	bad, columns := data.Faults{File: set.Name}, set.Columns()
	for i := range set.Series {
		s := &set.Series[i]
		for k := range set.Targets {
			for at := k; at < len(s.Values); at += columns {
				v := s.Values[at]
				if s.Missing[at] || v >= 0 && v == math.Trunc(v) {
					continue
				}
				where := fmt.Sprintf("in row %d", at/columns+1)
				if row := at / columns; row < len(s.Labels) {
					where = "at " + s.Labels[row]
				}
				bad.Add(0, 0, "model.distribution", "%s: column %q holds %s %s, and model.distribution: %s is for counts, whole numbers from 0 on; take student_t or quantiles",
					s.called(), set.column(k), data.Digits(v), where, c.Model.Distribution)
				break
			}
		}
	}
	return bad.Err()
}
