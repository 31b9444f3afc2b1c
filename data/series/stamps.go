package series

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"recur/data"
)

// clockColumns says which field of a row holds which component, when a time stamp is spread over columns that are called
// year, month, day, hour, minute, second.
type clockColumns struct {
	field  [6]int // -1 where there is no such column
	format string // the layout of the labels that are made of them
}

var clockNames = []string{"year", "month", "day", "hour", "minute", "second"}

// clockOf is nil when the named columns are not components of a time stamp: a single column, or texts to be joined.
func clockOf(names []string, fields []int) *clockColumns {
	if len(names) < 2 {
		return nil
	}
	c := &clockColumns{field: [6]int{-1, -1, -1, -1, -1, -1}}
	last := 0
	for i, n := range names {
		at := slices.Index(clockNames, strings.ToLower(n))
		if at < 0 || c.field[at] >= 0 {
			return nil
		}
		c.field[at] = fields[i]
		last = max(last, at)
	}
	for _, f := range c.field[:last+1] {
		if f < 0 {
			return nil
		}
	}
	c.format = []string{"2006", "2006-01", "2006-01-02", "2006-01-02 15:00", "2006-01-02 15:04", "2006-01-02 15:04:05"}[last]
	return c
}

// stamp is the time stamp of a row as text: the field, or several joined by blanks, or made of its components.
func (r *reader) stamp(record []string) string {
	if r.clock != nil {
		return r.components(record)
	}
	parts := make([]string, len(r.time))
	for i, f := range r.time {
		parts[i] = strings.TrimSpace(record[f])
	}
	stamp := strings.Clone(strings.Join(parts, " "))
	if strings.TrimSpace(stamp) == "" {
		line, column := r.Pos(r.time[0])
		r.Bad.Add(line, column, "data.time", "the time stamp in column %s is empty; every row needs one, or leave out data.time so that rows count as steps", data.Quoted(r.Names[r.time[0]]))
	}
	return stamp
}

// components joins year, month, … into one label. A component that is no whole number or out of range is a fault.
func (r *reader) components(record []string) string {
	limits := [6][2]int{{1, 9999}, {1, 12}, {1, 31}, {0, 23}, {0, 59}, {0, 59}}
	v := [6]int{1: 1, 2: 1}
	for i, f := range r.clock.field {
		if f < 0 {
			break
		}
		n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(record[f]), ".0"))
		if err != nil || n < limits[i][0] || n > limits[i][1] {
			line, column := r.Pos(f)
			r.Bad.Add(line, column, "data.time", "column %s is %s, want a whole number from %d to %d (data.time)", data.Quoted(r.Names[f]), data.Quoted(record[f]), limits[i][0], limits[i][1])
			return ""
		}
		v[i] = n
	}
	t := time.Date(v[0], time.Month(v[1]), v[2], v[3], v[4], v[5], 0, time.UTC)
	if t.Day() != v[2] {
		line, column := r.Pos(r.clock.field[2])
		r.Bad.Add(line, column, "data.time", "%04d-%02d has no day %d (data.time)", v[0], v[1], v[2])
		return ""
	}
	return t.Format(r.clock.format)
}

// form finds how the time stamps of the whole file are written. numbers is true where they are plain numbers.
func (r *reader) form() (f data.Form, numbers bool, err error) {
	if r.clock != nil {
		f, _ := data.FormNamed(r.clock.format)
		return f, false, nil
	}
	f, numbers, r.fits, err = r.stamps().Form(r.config.Data.TimeFormat, "leave out data.time"+r.joined())
	return f, numbers, err
}

// stamps are the time stamps of all tracks.
func (r *reader) stamps() *data.Stamps {
	return &data.Stamps{Bad: &r.Bad, All: func(yield func(data.Stamp) bool) {
		for _, t := range r.tracks {
			for i, s := range t.stamps {
				if !yield(data.Stamp{Text: s, Line: int(t.lines[i]), Column: int(t.columns[i])}) {
					return
				}
			}
		}
	}}
}

// joined says what is made of several columns whose names are not those of clockNames.
func (r *reader) joined() string {
	if len(r.time) < 2 {
		return ""
	}
	return "; several columns are joined by blanks, unless they are called " + strings.Join(clockNames, ", ")
}
