package data

// layout says what a network of recipe global gets of a row and of a window.
//
//	row:    x, profile (with one), mask (data.missing_mask), covariates, those known ahead, calendar
//	window: x of T rows, the profile of one season from the first forecast row on, then for every step of the horizon
//	        what is known ahead: covariates and calendar
type layout struct {
	row      int // D: features of a row
	mask     int // place of the mask in a row, -1 without one
	columns  int // place of the first covariate
	future   int // covariates known ahead, the last columns of the dataset
	calendar int // features of data.calendar, the last of a row
}

// layOut sets the sizes that follow from the config and the columns.
func (q *Prepared) layOut() {
	l := layout{row: 1, mask: -1, future: len(q.Set.Future), calendar: len(q.Config.Data.Calendar)}
	if q.Local.Period > 0 {
		l.row++
	}
	if q.Config.Data.MissingMask {
		l.mask = l.row
		l.row++
	}
	l.columns = l.row
	l.row += q.columns - 1 + l.calendar
	q.layout = l
	q.Sequence, q.Inputs = q.Steps/q.patch, q.patch*l.row
	q.Extra = q.Steps + q.Local.Period + q.Horizon*l.ahead()
}

// ahead is Cf, how many features of a row are known ahead of time.
func (l *layout) ahead() int { return l.future + l.calendar }
