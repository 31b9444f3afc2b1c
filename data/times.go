package data

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Form is one way to write a time stamp.
type Form struct {
	Name  string // a layout, or one of the names of FormNames
	Parse func(string) (time.Time, bool)
	Print func(time.Time) string

	parts []part // of a layout, nil where it is none or Go's alone
}

// Names of the forms that are no layouts, and of some that are.
var namedLayouts = map[string]string{
	"yyyy": "2006", "yyyymm": "200601", "yyyymmdd": "20060102", "yyyymmddhh": "2006010215", "iso": "2006-01-02",
}

// formOf is the form of the parts of a layout. Behind seconds it reads fractions whether or not the layout has them.
func formOf(name string, parts []part) Form {
	return Form{name,
		func(s string) (time.Time, bool) {
			c, ok := read(parts, s)
			if !ok {
				return time.Time{}, false
			}
			return c.time()
		},
		func(t time.Time) string { return write(parts, t) },
		parts,
	}
}

// layoutForm is the form of a layout that is known to be one.
func layoutForm(name, layout string) Form {
	parts, _ := layoutOf(layout)
	return formOf(name, parts)
}

// goForm is a form that Go's time package alone knows.
func goForm(layout string) (Form, bool) {
	probe := time.Date(2017, 11, 23, 22, 41, 53, 0, time.UTC)
	text := probe.Format(layout)
	if t, err := time.Parse(layout, text); err != nil || t.Year() != 2017 || text == layout {
		return Form{}, false
	}
	return Form{layout,
		func(s string) (time.Time, bool) {
			t, err := time.Parse(layout, s)
			return t, err == nil
		},
		func(t time.Time) string { return t.Format(layout) },
		nil,
	}, true
}

// digitsForm is a form of so many digits without separators, whose years lie within bounds.
func digitsForm(f Form, digits, from, to int) Form {
	parse := f.Parse
	f.Parse = func(s string) (time.Time, bool) {
		if digits > 0 && len(s) != digits || s == "" || s[0] != '1' && s[0] != '2' {
			return time.Time{}, false
		}
		t, ok := parse(s)
		return t, ok && t.Year() >= from && t.Year() <= to
	}
	return f
}

// weeksForm is yyyyww, and quartersForm yyyyq: a layout can't tell them from months and days.
var (
	weeksForm    = formOf("yyyyww", []part{{is: yearPart, iso: true}, {is: week2, iso: true}})
	quartersForm = formOf("yyyyq", []part{{is: yearPart}, {is: quarter1}})
)

// dateLayouts are the dates that are found out, before an optional time of day. Padded layouts stand before their
// unpadded twins, which read more and write less like the file.
var dateLayouts = []string{
	"2006-01-02", "2006-1-2", "2006/01/02", "2006/1/2", "2006.01.02", "2006.1.2",
	"02.01.2006", "2.1.2006",
	"02/01/2006", "2/1/2006", "01/02/2006", "1/2/2006",
	"02-01-2006", "2-1-2006", "01-02-2006", "1-2-2006",
	"02 Jan 2006", "2 Jan 2006", "02-Jan-2006", "2-Jan-2006", "02Jan2006", "2 January 2006", "Jan 2, 2006", "January 2, 2006",
}

// shortLayouts are dates whose year has two digits. They count where no other form fits.
var shortLayouts = []string{
	"02.01.06", "2.1.06", "02/01/06", "2/1/06", "01/02/06", "1/2/06", "06-01-02", "02-01-06", "01-02-06", "02-Jan-06", "2-Jan-06", "02 Jan 06", "2 Jan 06",
}

// clockLayouts are the times of day that may follow a date. Fractions of a second are read with any of them.
var clockLayouts = []string{
	" 15:04", "T15:04", " 15:04:05", "T15:04:05", " 15", "T15",
	"T15:04:05Z", " 15:04:05Z", "T15:04Z", " 15:04Z",
	" 15:04:05-07:00", "T15:04:05-07:00", " 15:04-07:00", "T15:04-07:00", " 15:04:05-07", "T15:04:05-07", " 15:04:05 -07:00",
	" 15:04:05Z07:00", "T15:04:05Z07:00", " 15:04Z07:00", "T15:04Z07:00", " 15:04:05-0700", "T15:04:05-0700", " 15:04:05 -0700", " 15:04:05 MST",
	" 3:04 PM", " 3:04:05 PM", " 03:04 PM", " 03:04:05 PM", " 3:04PM", " 3:04:05PM",
}

// endLayouts are times of day whose hours count from 1 to 24; the last is that of a column of its own.
var endLayouts = []string{" 24:04", "T24:04", " 24:04:05", "T24:04:05", " 24"}

var monthLayouts = []string{
	"2006-01", "2006-1", "2006/01", "2006/1", "2006.01", "01/2006", "1/2006", "01.2006", "01-2006",
	"Jan 2006", "Jan-2006", "2006 Jan", "2006-Jan", "Jan/2006", "2006Jan", "Jan2006", "January 2006", "January-2006", "2006 January", "2006M01", "2006M1", "2006m01", "2006m1",
}

var shortMonths = []string{"Jan-06", "Jan 06", "Jan/06", "Jan'06", "Jan06", "06-Jan", "06 Jan"}

var quarterLayouts = []string{
	"2006Q1", "2006-Q1", "2006 Q1", "2006/Q1", "2006:Q1", "2006q1", "Q1 2006", "Q1/2006", "Q1-2006", "Q1 06", "Q1/06", "Q1-06", "1Q2006", "1Q 2006", "1Q06", "1Q/06",
	"2006-1st Quarter", "2006 1st Quarter", "1st Quarter 2006", "1st Quarter, 2006", "Quarter 1 2006", "2006 Quarter 1", "1st Qtr 2006", "2006-1st Qtr",
}

var weekLayouts = []string{
	"2006-W01", "2006W01", "2006 W01", "2006/W01", "2006-W01-1", "2006-W1", "2006W1", "2006 W1", "W01 2006", "W01/2006", "W01-2006", "W1 2006", "W1/2006",
	"2006 KW01", "KW01 2006", "KW01/2006", "KW 01/2006", "KW1 2006", "2006 Week 01", "2006 Week 1", "Week 01 2006", "Week 1 2006", "Week 1, 2006",
}

// Forms are all forms that are found out, in groups: a later group counts only where no form of the ones before fits.
var Forms = func() [][]Form {
	var dates, short, epochs []Form
	all := func(to *[]Form, layouts ...string) {
		for _, l := range layouts {
			*to = append(*to, layoutForm(l, l))
		}
	}
	for _, l := range dateLayouts {
		all(&dates, l)
		for _, c := range clockLayouts {
			all(&dates, l+c)
		}
	}
	all(&dates, monthLayouts...)
	all(&dates, quarterLayouts...)
	all(&dates, weekLayouts...)
	for _, l := range []string{"20060102150405", "200601021504", "20060102T150405", "20060102T150405Z", "20060102T150405Z07:00", "20060102 15:04", "20060102 15:04:05"} {
		dates = append(dates, digitsForm(layoutForm(l, l), 0, 1000, 2999))
	}
	for _, n := range []string{"yyyymmddhh", "yyyymmdd", "yyyymm", "yyyy"} {
		dates = append(dates, digitsForm(layoutForm(n, namedLayouts[n]), len(namedLayouts[n]), 1000, 2999))
	}
	for _, l := range dateLayouts {
		for _, c := range endLayouts {
			all(&short, l+c)
		}
	}
	all(&short, shortMonths...)
	for _, l := range shortLayouts {
		all(&short, l)
		for _, c := range clockLayouts[:6] {
			all(&short, l+c)
		}
	}
	short = append(short, digitsForm(weeksForm, 6, 1900, 2099))
	for _, l := range []string{"20060102 24:04", "2006010224"} {
		short = append(short, digitsForm(layoutForm(l, l), 0, 1900, 2099))
	}
	for _, u := range epochUnits {
		epochs = append(epochs, epochForm(u, u.digits, 0), epochForm(u, u.digits, 9))
	}
	return [][]Form{dates, short, periodForms(48), periodForms(96), periodForms(288), epochs}
}()

// periodForms are dates with the number of one of n parts of the day: half hours, quarters of an hour, five minutes.
func periodForms(n int) (forms []Form) {
	for _, l := range dateLayouts {
		name := l + " period/" + strconv.Itoa(n)
		forms = append(forms, layoutForm(name, name))
	}
	return forms
}

// FormNamed finds the form of data.time_format, or of a Frequency: a name or a layout. ok is false where it is
// neither; "number" has no form.
func FormNamed(name string) (Form, bool) {
	if layout, ok := namedLayouts[name]; ok {
		return layoutForm(name, layout), true
	}
	for _, f := range []Form{weeksForm, quartersForm} {
		if f.Name == name {
			return f, true
		}
	}
	for _, named := range []func(string) (Form, bool){epochNamed, serialNamed, decimalNamed} {
		if f, ok := named(name); ok {
			return f, true
		}
	}
	parts, ours := layoutOf(name)
	switch {
	case ours && strayLetter(parts):
		return Form{}, false
	case ours && whole(parts):
		return formOf(name, parts), true
	case ours && countsOthers(parts):
		return Form{}, false
	}
	return goForm(name)
}

// countsOthers says that a layout has words that Go would take for others.
func countsOthers(parts []part) bool {
	for _, p := range parts {
		switch p.is {
		case quarter1, quarterNth, week1, week2, weekday1, periodPart, hour1, hourEnd1, hourEnd2:
			return true
		}
	}
	return false
}

// Elapsed is the day of a time stamp that numbers the parts of a day, and how long after its midnight the part begins. ok is false
// where the form is another one.
func (f Form) Elapsed(s string) (date time.Time, after time.Duration, ok bool) {
	c, ok := read(f.parts, s)
	if !ok || c.periods == 0 {
		return date, 0, false
	}
	date = time.Date(c.year, time.Month(c.month), c.day, 0, 0, 0, 0, time.UTC)
	return date, time.Duration(c.period-1) * 24 * time.Hour / time.Duration(c.periods), true
}

// OfLabels is the form in which the labels of time stamps of a form are written: of those that need two columns it is a
// date with its time of day.
func (f Form) OfLabels() Form {
	for i, p := range f.parts {
		if p.is == periodPart || (p.is == hourEnd2 || p.is == hourEnd1) && i == len(f.parts)-1 && literalAt(f.parts, i-1) == " " {
			parts := append(append([]part(nil), f.parts[:i]...), part{is: hour2}, part{is: literal, text: ":"}, part{is: minute2})
			return formOf(nameOfLayout(parts), parts)
		}
	}
	return f
}

// PlainNumber reads a time stamp that is a plain number.
func PlainNumber(s string) (float64, bool) {
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0) && Numeric(s)
}

// decimals counts the digits behind the point.
func decimals(s string) int {
	_, after, _ := strings.Cut(s, ".")
	return len(after)
}

// Local says that time stamps of the form tell the time of a place and not which place that is.
func (f Form) Local() bool {
	if f.parts == nil {
		return !zonedName(f.Name)
	}
	for _, p := range f.parts {
		switch p.is {
		case offset, offsetOrZ, zoneName, universal:
			return false
		}
	}
	return true
}

// EndsHours says that the hours of a day count from 1 to 24, so that time stamps tell the ends of hours.
func (f Form) EndsHours() bool {
	return slices.ContainsFunc(f.parts, func(p part) bool { return p.is == hourEnd1 || p.is == hourEnd2 })
}

// zonedName says that a form that is no layout of ours says where its times are.
func zonedName(name string) bool {
	return strings.HasPrefix(name, "unix") || strings.Contains(name, "MST") || strings.Contains(name, "-07") || strings.Contains(name, "Z07")
}
