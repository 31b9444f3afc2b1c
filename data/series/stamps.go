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
func (r *reader) form() (f form, numbers bool, err error) {
	if r.clock != nil {
		f, _ := formNamed(r.clock.format)
		return f, false, nil
	}
	name := r.config.Data.TimeFormat
	switch {
	case name == "number":
		return form{}, true, r.allNumbers("data.time_format is number")
	case name != "":
		f, ok := formNamed(name)
		if !ok {
			hint := ""
			if strings.Contains(name, "%") {
				hint = "; a Go layout writes 2 January 2006 15:04:05 in the form of the file"
			}
			r.Bad.Add(0, 0, "data.time_format", "data.time_format %s is neither a Go layout nor one of %s%s", data.Quoted(name), FormNames(), hint)
			return form{}, false, r.Bad.Err()
		}
		return f, false, r.allRead(f, "in the form "+data.Quoted(name)+" of data.time_format")
	}
	return r.guess()
}

// joined says what is made of several columns whose names are not those of clockNames.
func (r *reader) joined() string {
	if len(r.time) < 2 {
		return ""
	}
	return "; several columns are joined by blanks, unless they are called " + strings.Join(clockNames, ", ")
}

// FormNames lists the names that data.time_format knows beside Go layouts.
func FormNames() string {
	return "yyyy, yyyymm, yyyymmdd, yyyymmddhh, iso, unix, unix_ms, number, 2006Q1, 2006-W01"
}

// guess tries all known forms on all time stamps.
func (r *reader) guess() (form, bool, error) {
	for _, group := range guesses {
		fits := r.fitting(group)
		if len(fits) > 0 {
			return fits[0], false, r.ambiguous(fits)
		}
	}
	if _, ok := plainNumber(r.tracks[0].stamps[0]); ok {
		return form{}, true, r.allNumbers("the first one is a number")
	}
	// Nothing reads all of them: point at the first that the best form can't read.
	var best form
	far := -1
	for _, group := range guesses {
		for _, f := range group {
			if n := r.readBy(f); n > far {
				best, far = f, n
			}
		}
	}
	if far <= 0 {
		t := r.tracks[0]
		r.Bad.Add(int(t.lines[0]), int(t.columns[0]), "data.time", "time stamp %s can't be read; name its form in data.time_format (a Go layout or one of %s), or leave out data.time%s", data.Quoted(t.stamps[0]), FormNames(), r.joined())
		return form{}, false, r.Bad.Err()
	}
	return form{}, false, r.allRead(best, "as "+data.Quoted(best.name)+", the form of the ones before; correct it or name the form in data.time_format")
}

// fitting returns the forms that read every time stamp.
func (r *reader) fitting(group []form) []form {
	var fits []form
	all := r.count()
	for _, f := range group {
		if r.readBy(f) == all {
			fits = append(fits, f)
		}
	}
	return fits
}

func (r *reader) count() int {
	n := 0
	for _, t := range r.tracks {
		n += len(t.stamps)
	}
	return n
}

// readBy counts the time stamps that f reads before the first that it can't.
func (r *reader) readBy(f form) int {
	n := 0
	for _, t := range r.tracks {
		for _, s := range t.stamps {
			if _, ok := f.parse(s); !ok {
				return n
			}
			n++
		}
	}
	return n
}

// ambiguous is a fault when two forms read the time stamps as different times.
func (r *reader) ambiguous(fits []form) error {
	r.fits = fits
	first := fits[0]
	for _, other := range fits[1:] {
		for _, t := range r.tracks {
			for i, s := range t.stamps {
				a, _ := first.parse(s)
				b, _ := other.parse(s)
				if !a.Equal(b) {
					r.Bad.Add(int(t.lines[i]), int(t.columns[i]), "data.time_format", "time stamp %s may be %s or %s; set data.time_format to %s or %s",
						data.Quoted(s), a.Format("2 January 2006"), b.Format("2 January 2006"), data.Quoted(first.name), data.Quoted(other.name))
					return r.Bad.Err()
				}
			}
		}
	}
	return nil
}

// allRead reports every time stamp that f can't read.
func (r *reader) allRead(f form, how string) error {
	for _, t := range r.tracks {
		for i, s := range t.stamps {
			if _, ok := f.parse(s); !ok {
				r.Bad.Add(int(t.lines[i]), int(t.columns[i]), "data.time_format", "time stamp %s can't be read %s", data.Quoted(s), how)
			}
		}
	}
	return r.Bad.Err()
}

// allNumbers reports every time stamp that is no plain number.
func (r *reader) allNumbers(why string) error {
	for _, t := range r.tracks {
		for i, s := range t.stamps {
			if _, ok := plainNumber(s); !ok {
				r.Bad.Add(int(t.lines[i]), int(t.columns[i]), "data.time", "time stamp %s is not a number, and %s; correct it, or name the form in data.time_format", data.Quoted(s), why)
			}
		}
	}
	return r.Bad.Err()
}
