package series

import (
	"time"

	"recur/data"
)

// Calendar features are numbers from -0.5 to 0.5, equal steps from the least value of a component to its greatest [1].
// Rows keep the component itself, one byte each.
//
// [1] Alexandrov et al. 2020, GluonTS: probabilistic and neural time series modeling in Python.

// calendarPart is one component of a time stamp: from 0 to most.
type calendarPart struct {
	most float64
	of   func(t time.Time) int
}

var calendarParts = map[string]calendarPart{
	"month":   {11, func(t time.Time) int { return int(t.Month()) - 1 }},
	"day":     {30, func(t time.Time) int { return t.Day() - 1 }},
	"weekday": {6, func(t time.Time) int { return (int(t.Weekday()) + 6) % 7 }}, // Monday is 0
	"hour":    {23, time.Time.Hour},
	"minute":  {59, time.Time.Minute},
}

// calendarOf returns the components of the time stamps of a series and of Hz steps after it, [rows+Hz, features].
// The error says that there are no dates.
func (q *Prepared) calendarOf(s *Series, rows int) ([]uint8, error) {
	names := q.Config.Data.Calendar
	if len(names) == 0 || rows == 0 {
		return nil, nil
	}
	if len(s.Time) == 0 || q.Set.Frequency.Kind == "" && len(s.Time) < rows+q.Horizon {
		return nil, data.Fault(q.Set.Name, 0, 0, "data.calendar", "%s has no dates with an even step, which data.calendar is made from; name their column in data.time, or leave out data.calendar", s.called())
	}
	out := make([]uint8, 0, (rows+q.Horizon)*len(names))
	for r := range rows + q.Horizon {
		t := q.Set.Frequency.timeOf(s, r)
		for _, name := range names {
			out = append(out, uint8(calendarParts[name].of(t)))
		}
	}
	return out, nil
}

// timeOf is the time of row r of a series, which may lie beyond its end.
func (f Frequency) timeOf(s *Series, r int) time.Time {
	if n := len(s.Time); r >= n {
		return f.Next(s.Time[n-1], r-n+1)
	}
	return s.Time[r]
}

// calendarFeatures writes the calendar features of a row.
func (b writer[F]) calendarFeatures(p *Part, series, r int, out []F) {
	q := p.Prepared
	for i, most := range q.calendarMost {
		out[i] = F(float64(q.calendars[series][r*len(q.calendarMost)+i])/most - 0.5)
	}
}

// setCalendar makes the calendar features of every series.
func (q *Prepared) setCalendar() error {
	for _, name := range q.Config.Data.Calendar {
		q.calendarMost = append(q.calendarMost, calendarParts[name].most)
	}
	if len(q.calendarMost) == 0 {
		return nil
	}
	q.calendars = make([][]uint8, len(q.Set.Series))
	for s := range q.calendars {
		one := &q.Set.Series[s]
		var err error
		if q.calendars[s], err = q.calendarOf(one, len(one.Values)/q.columns); err != nil {
			return err
		}
	}
	return nil
}
