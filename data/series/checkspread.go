package series

import (
	"fmt"
	"math"

	"recur/data"
)

// The deviations that a target may have: their squares, which losses, scores and simple methods sum, are numbers with all
// their digits.
const leastDeviation, mostDeviation = 1e-150, 1e150

// checkSpread refuses a target whose values vary by so little or so much, in the first rows of a series, that their squares
// are no numbers any more.
func (q *Prepared) checkSpread(s, rows int) *data.Error {
	one := &q.Set.Series[s]
	n := rows * q.columns
	for c := range q.targets {
		_, sd := data.Spread("standard", one.Values[:n], one.Missing[:n], c, q.columns)
		if sd == 0 || sd >= leastDeviation && sd <= mostDeviation {
			continue
		}
		factor, size := 300, fmt.Sprintf("%.3g", sd) // 1e300 and not 1e310: it must be a number of 64 bits itself
		if !(sd < 1) {
			factor = -300
		}
		if math.IsNaN(sd) || math.IsInf(sd, 0) {
			size = "more than 1e+308"
		}
		return data.Fault(q.Set.Name, 0, 0, "data.targets", "%s: column %q has a standard deviation of %s, whose square a number of 64 bits can't hold; write the column in other units: multiply its values by 1e%d",
			one.called(), q.Set.column(c), size, factor)
	}
	return nil
}
