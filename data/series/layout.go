package series

import "slices"

// layout says what a network of recipe global gets of a row and of a window.
//
//	row:    x, profile (with one), mask (data.missing_mask), covariates, those known ahead, calendar, then the numbers of
//	        names in categorical columns, those known ahead last
//	window: x of T rows, the profile of one season from the first forecast row on, then for every step of the horizon
//	        what is known ahead: covariates and calendar; after all steps, for every step the numbers of names known ahead
type layout struct {
	row        int // D: features of a row
	mask       int // place of the mask in a row, -1 without one
	columns    int // place of the first covariate that is an amount
	future     int // those of them known ahead
	calendar   int // features of data.calendar
	names      int // categorical columns, the last of a row
	namesAhead int // those of them known ahead
}

// layOut sets the sizes that follow from the config and the columns.
func (q *Prepared) layOut() {
	q.categorical = q.Set.categorical()
	l := layout{row: 1, mask: -1, calendar: len(q.Config.Data.Calendar), names: len(q.categorical)}
	own := len(q.Set.Targets) + len(q.Set.Covariates)
	for _, c := range q.categorical {
		if c >= own {
			l.namesAhead++
		}
	}
	l.future = len(q.Set.Future) - l.namesAhead
	q.amounts = nil
	for c := 1; c < q.columns; c++ {
		if !slices.Contains(q.categorical, c) {
			q.amounts = append(q.amounts, c)
		}
	}
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
	q.Extra = q.Steps + q.Local.Period + q.Horizon*(l.ahead()+l.namesAhead)
}

// ahead is Cf, how many features of a row are known ahead of time, without names.
func (l *layout) ahead() int { return l.future + l.calendar }
