package series

import (
	"fmt"

	"recur/configs"
	"recur/data"
)

// borders returns for every series the first row of validation, the first row of test, and the number of rows.
func (q *Prepared) borders() (first, second, rows []int, err error) {
	rows = q.rows()
	if err := q.checkRows(rows, q.Steps+q.Horizon); q.Local == nil && err != nil {
		return nil, nil, nil, err
	}
	split := q.Config.Data.Split
	bad := data.Faults{File: q.Set.Name}
	late := 0
	for s, n := range rows {
		a, b, end := data.Cut(split, n, q.share(s))
		if q.Local != nil {
			a, b = spared(a, b, end)
		}
		if end < n {
			late++
		}
		rows[s] = end
		if a < 1 {
			bad.Add(0, 0, "data.split", "%s has %d rows, and data.split leaves none of them for training; make validation and test smaller", q.Set.Series[s].called(), n)
		}
		first, second = append(first, a), append(second, b)
	}
	if late > 0 {
		q.Notes = append(q.Notes, fmt.Sprintf("data.split counts from the start: %s rows after its parts, which are left out", data.Count(late, "series has", "series have")))
	}
	return first, second, rows, bad.Err()
}

// checkRows refuses series that are shorter than want rows.
func (q *Prepared) checkRows(rows []int, want int) error {
	bad := data.Faults{File: q.Set.Name}
	for s, n := range rows {
		if n < want {
			what := "data.window"
			if want > q.Steps {
				what = "one window and its targets (data.window + data.horizon)"
			}
			bad.Add(0, 0, "data.window", "%s has %s, fewer than the %d of %s; make data.window smaller or leave the series out", q.Set.Series[s].called(), data.Count(n, "row", "rows"), want, what)
		}
	}
	return bad.Err()
}

// checkWindows refuses parts that have rows and no window.
func (q *Prepared) checkWindows() error {
	bad := data.Faults{File: q.Set.Name}
	for _, p := range []*Part{q.Train, q.Validation, q.Test} {
		most := 0
		for s := range p.from {
			most = max(most, p.to[s]-p.from[s])
		}
		if most == 0 || p.Len() > 0 {
			continue
		}
		if need := q.need(p); most < need {
			bad.Add(0, 0, "data.split", "the %s part has no window: its longest series has %s, and one window needs %d; make data.window or data.horizon smaller, or change data.split", p.Name, data.Count(most, "row", "rows"), need)
		} else {
			bad.Add(0, 0, "data.missing", "the %s part has no window: all the values that it should predict are missing, or its inputs have no known value before them (data.missing)%s", p.Name, q.bareEnd())
		}
	}
	return bad.Err()
}

// bareEnd advises about rows without targets at the end of the series that has the most of them; "" without any.
func (q *Prepared) bareEnd() string {
	most := 0
	for i := range q.Set.Series {
		one := &q.Set.Series[i]
		n, rows := 0, one.Rows(q.columns)
		for n < rows && !anyKnown(one.Missing[(rows-1-n)*q.columns:][:q.targets]) {
			n++
		}
		most = max(most, n)
	}
	if most == 0 {
		return ""
	}
	return fmt.Sprintf("; %s no target at the end: drop them, or name the columns that are known ahead in data.future_covariates", data.Count(most, "row has", "rows have"))
}

// need is how many rows a part must have for one window.
func (q *Prepared) need(p *Part) int {
	least := q.Horizon
	for s := range p.from {
		least = min(least, q.asked(s, p.training))
	}
	if p == q.Train {
		return q.past(true) + least
	}
	return least
}

// past is how many rows must come before the first target of a window.
func (q *Prepared) past(training bool) int {
	switch {
	case q.Local == nil || !q.Config.Data.Pad:
		return q.Steps
	case training:
		return min(q.Steps, q.Horizon)
	}
	return 1
}

// asked is how many of the targets of a window must lie in its part.
func (q *Prepared) asked(series int, training bool) int {
	if q.Local != nil && q.Config.Data.Pad && training {
		return 1
	}
	return q.horizonOf(series)
}

// Learnt returns how many rows, from the first on, of a series of n rows a training reads before its test part: those of the
// training and the validation part. horizon is how many steps ahead the series is forecast, 0 for data.horizon.
func Learnt(c *configs.Config, n, horizon int) int {
	_, second, _ := partsOf(c, n, horizon)
	return max(0, second)
}

// partsOf returns where the validation part and the test part of a series of n rows begin, and where that ends; horizon as in Learnt.
func partsOf(c *configs.Config, n, horizon int) (first, second, end int) {
	share := 1.0
	if horizon > 0 && horizon < c.Data.Horizon {
		share = float64(horizon) / float64(c.Data.Horizon)
	}
	first, second, end = data.Cut(c.Data.Split, n, share)
	if c.Recipe == "global" {
		first, second = spared(first, second, end)
	}
	return first, second, end
}

// share is what the validation and the test part of a series shrink by: its own horizon over data.horizon.
func (q *Prepared) share(series int) float64 {
	return float64(q.horizonOf(series)) / float64(q.Horizon)
}

// spared gives a series that is too short for all parts what can be had: the test part before the validation part, and at
// least one row before them.
func spared(first, second, end int) (int, int) {
	if second < 1 {
		second = end
	}
	if first < 1 {
		first = second
	}
	return first, second
}
