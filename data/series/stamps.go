package series

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"recur/data"
)

// clockColumns says which field of a row holds which component, when a time stamp is spread over columns that are called
// year, month, day, hour, minute, second, or year and week, or year and quarter.
type clockColumns struct {
	field  [6]int // -1 where there is no such column
	week   int    // of the week, -1 without
	part   int    // of the quarter
	format string // the layout of the labels that are made of them
}

var clockNames = []string{"year", "month", "day", "hour", "minute", "second"}

// clockWords are further names of these columns.
var clockWords = map[string]string{
	"yr": "year", "yyyy": "year", "jahr": "year", "isoyear": "year", "iso_year": "year", "mon": "month", "month_name": "month", "monat": "month", "mm": "month", "dd": "day", "hh": "hour",
	"isoweek": "week", "iso_week": "week", "week_number": "week", "weeknum": "week", "weekofyear": "week", "week_of_year": "week", "wk": "week", "kw": "week", "cw": "week", "woche": "week",
	"qtr": "quarter", "quarters": "quarter", "quartal": "quarter", "q": "quarter",
}

// ClockWord is what a column of a component of time stamps is called: year, month, day, hour, minute, second, week or quarter; else its name in
// small letters.
func ClockWord(name string) string {
	word := strings.ToLower(name)
	if other, ok := clockWords[word]; ok {
		return other
	}
	return word
}

// clockOf is nil when the named columns are not components of a time stamp: a single column, or texts to be joined.
func clockOf(names []string, fields []int) *clockColumns {
	if len(names) < 2 {
		return nil
	}
	c := &clockColumns{field: [6]int{-1, -1, -1, -1, -1, -1}, week: -1, part: -1}
	last := 0
	for i, n := range names {
		word := ClockWord(n)
		at := slices.Index(clockNames, word)
		switch {
		case word == "week" && c.week < 0:
			c.week = fields[i]
		case word == "quarter" && c.part < 0:
			c.part = fields[i]
		case at < 0 || c.field[at] >= 0:
			return nil
		default:
			c.field[at] = fields[i]
			last = max(last, at)
		}
	}
	for _, f := range c.field[:last+1] {
		if f < 0 {
			return nil
		}
	}
	c.format = []string{"2006", "2006-01", "2006-01-02", "2006-01-02 15:00", "2006-01-02 15:04", "2006-01-02 15:04:05"}[last]
	switch {
	case last > 0 && (c.week >= 0 || c.part >= 0) || c.week >= 0 && c.part >= 0:
		return nil
	case c.week >= 0:
		c.format = "2006-W01"
	case c.part >= 0:
		c.format = "2006Q1"
	}
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
		r.Bad.Add(line, column, "data.time", "the time stamp in column %s is empty; where the last line is a total leave it out with data.skip_footer: 1, and a line in between with data.skip_lines; every other row needs a stamp", data.Quoted(r.Names[r.time[0]]))
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
		if i == 1 {
			if m, ok := monthNamed(strings.TrimSpace(record[f])); ok {
				v[i] = m
				continue
			}
		}
		n, ok := r.component(record, f, strings.TrimSpace(record[f]), limits[i][0], limits[i][1])
		if !ok {
			return ""
		}
		v[i] = n
	}
	switch {
	case r.clock.week >= 0:
		return r.weekOf(record, v[0])
	case r.clock.part >= 0:
		bare := strings.Trim(strings.TrimSpace(record[r.clock.part]), "Qq")
		if len(bare) > 1 && strings.ContainsAny(bare[1:2], "snrt") { // 1st, 2nd Quarter
			bare = bare[:1]
		}
		if n, ok := r.component(record, r.clock.part, bare, 1, 4); ok {
			return fmt.Sprintf("%04dQ%d", v[0], n)
		}
		return ""
	}
	t := time.Date(v[0], time.Month(v[1]), v[2], v[3], v[4], v[5], 0, time.UTC)
	if t.Day() != v[2] {
		line, column := r.Pos(r.clock.field[2])
		r.Bad.Add(line, column, "data.time", "%04d-%02d has no day %d (data.time)", v[0], v[1], v[2])
		return ""
	}
	return t.Format(r.clock.format)
}

// component reads a whole number within limits.
func (r *reader) component(record []string, f int, text string, least, most int) (int, bool) {
	n, err := strconv.Atoi(strings.TrimSuffix(text, ".0"))
	if err != nil || n < least || n > most {
		line, column := r.Pos(f)
		r.Bad.Add(line, column, "data.time", "column %s is %s, want a whole number from %d to %d (data.time)", data.Quoted(r.Names[f]), data.Quoted(record[f]), least, most)
		return 0, false
	}
	return n, true
}

// weekOf joins a year and a week of ISO 8601.
func (r *reader) weekOf(record []string, year int) string {
	f := r.clock.week
	n, ok := r.component(record, f, strings.TrimLeft(strings.TrimSpace(record[f]), "WwKk"), 1, 53)
	if !ok {
		return ""
	}
	label := fmt.Sprintf("%04d-W%02d", year, n)
	form, _ := data.FormNamed(r.clock.format)
	if _, ok := form.Parse(label); !ok {
		line, column := r.Pos(f)
		r.Bad.Add(line, column, "data.time", "%d has no week %d in ISO 8601 (data.time); write the day that the week begins with in a column of its own", year, n)
		return ""
	}
	return label
}

// monthNamed is the number of a month by its name in English, also short.
func monthNamed(text string) (int, bool) {
	for m := time.January; m <= time.December; m++ {
		if name := m.String(); strings.EqualFold(text, name) || strings.EqualFold(strings.TrimSuffix(text, "."), name[:3]) {
			return int(m), true
		}
	}
	return 0, false
}

// form finds how the time stamps of the whole file are written. numbers is true where they are plain numbers.
func (r *reader) form() (f data.Form, numbers bool, err error) {
	if r.clock != nil {
		f, _ := data.FormNamed(r.clock.format)
		return f, false, nil
	}
	if f, ok := data.FormNamed(r.expect.Format); ok && r.config.Data.TimeFormat == "" && r.expect.Format != "" {
		if f, ok := r.stamps().As(f); ok {
			return f, false, nil
		}
	}
	f, numbers, r.fits, err = r.stamps().Form(r.config.Data.TimeFormat, "leave out data.time"+r.joined()+r.wideInstead())
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
	return "; several columns are joined by blanks, unless they are called " + strings.Join(clockNames, ", ") + ", or year and week or quarter"
}
