package data

import "math"

// borders returns for every series the first row of validation, the first row of test, and the number of rows. examples
// counts the examples of task regress, which are split in place of rows; it is 0 else.
func (q *Prepared) borders(examples int) (first, second, rows []int, err error) {
	rows = q.rows()
	unit := "rows"
	if examples > 0 {
		rows, unit = []int{examples}, "examples"
	} else if err := q.checkRows(rows, q.Steps+q.Horizon); err != nil {
		return nil, nil, nil, err
	}
	split := q.Config.Data.Split
	bad := faults{file: q.Set.Name}
	for s, n := range rows {
		a, b := 0, 0
		if split.Steps {
			b = n - int(split.Test)
			a = b - int(split.Validation)
		} else {
			a = int(math.Round(float64(n) * split.Train))
			b = min(n, int(math.Round(float64(n)*(split.Train+split.Validation))))
		}
		if a < 1 {
			bad.add(0, 0, "data.split", "%s has %d %s, and data.split leaves none of them for training; make validation and test smaller", q.Set.Series[s].called(), n, unit)
		}
		first, second = append(first, a), append(second, b)
	}
	return first, second, rows, bad.err()
}

// checkRows refuses series that are shorter than want rows.
func (q *Prepared) checkRows(rows []int, want int) error {
	bad := faults{file: q.Set.Name}
	for s, n := range rows {
		if n < want {
			what := "data.window"
			if want > q.Steps {
				what = "one window and its targets (data.window + data.horizon)"
			}
			bad.add(0, 0, "data.window", "%s has %s, fewer than the %d of %s; make data.window smaller or leave the series out", q.Set.Series[s].called(), count(n, "row", "rows"), want, what)
		}
	}
	return bad.err()
}

// checkWindows refuses parts that have rows and no window.
func (q *Prepared) checkWindows() error {
	bad := faults{file: q.Set.Name}
	for _, p := range []*Part{q.Train, q.Validation, q.Test} {
		most := 0
		for s := range p.from {
			most = max(most, p.to[s]-p.from[s])
		}
		if most == 0 || p.Len() > 0 {
			continue
		}
		if need := q.need(p); most < need {
			bad.add(0, 0, "data.split", "the %s part has no window: its longest series has %s, and one window needs %d; make data.window or data.horizon smaller, or change data.split", p.Name, count(most, "row", "rows"), need)
		} else {
			bad.add(0, 0, "data.missing", "the %s part has no window: all the values that it should predict are missing, or its inputs have no known value before them (data.missing)", p.Name)
		}
	}
	return bad.err()
}

// need is how many rows a part must have for one window.
func (q *Prepared) need(p *Part) int {
	if p == q.Train {
		return q.Steps + q.Horizon
	}
	return q.Horizon
}
