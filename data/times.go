package data

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Form is one way to write a time stamp.
type Form struct {
	Name  string // a Go layout, or one of the names of FormNames
	Parse func(string) (time.Time, bool)
	Print func(time.Time) string
}

// Names of the forms that are no Go layouts, and of some that are.
var namedLayouts = map[string]string{
	"yyyy": "2006", "yyyymm": "200601", "yyyymmdd": "20060102", "yyyymmddhh": "2006010215", "iso": "2006-01-02",
}

// layoutForm is a form that Go's time package knows. It reads fractions of a second behind seconds whether or not the layout
// has them, so it writes them too: else the steps of a series with ten rows a second would all look the same.
func layoutForm(name, layout string) Form {
	whole := layout
	if at := strings.LastIndex(layout, "05"); at >= 0 && !strings.HasPrefix(layout[at+2:], ".") && !strings.HasPrefix(layout[at+2:], ",") {
		layout = layout[:at+2] + ".999999999" + layout[at+2:]
	}
	return Form{name,
		func(s string) (time.Time, bool) {
			t, err := time.Parse(whole, s)
			return t, err == nil
		},
		func(t time.Time) string { return t.Format(layout) },
	}
}

// digitsForm is a layout of so many digits without separators, whose years lie from 1000 to 2999.
func digitsForm(name, layout string) Form {
	f := layoutForm(name, layout)
	parse := f.Parse
	f.Parse = func(s string) (time.Time, bool) {
		if len(s) != len(layout) || s[0] != '1' && s[0] != '2' {
			return time.Time{}, false
		}
		return parse(s)
	}
	return f
}

// unixForm counts units since 1970, with so many digits when it has to be found out (0: any number).
func unixForm(name string, perSecond int64, digits int) Form {
	return Form{name,
		func(s string) (time.Time, bool) {
			if digits > 0 && len(s) != digits {
				return time.Time{}, false
			}
			v, err := strconv.ParseInt(s, 10, 64)
			if err != nil {
				return time.Time{}, false
			}
			return time.Unix(v/perSecond, v%perSecond*(1e9/perSecond)).UTC(), true
		},
		func(t time.Time) string {
			return strconv.FormatInt(t.Unix()*perSecond+int64(t.Nanosecond())/(1e9/perSecond), 10)
		},
	}
}

// quarterForm writes a quarter, as in 2006Q1; mark is what stands between year and number.
func quarterForm(mark string) Form {
	return Form{"2006" + mark + "1",
		func(s string) (time.Time, bool) {
			year, number, ok := strings.Cut(s, mark)
			y, err := digits(year, 4)
			if !ok || err != nil || len(number) != 1 || number < "1" || number > "4" {
				return time.Time{}, false
			}
			return time.Date(y, time.Month(3*(number[0]-'1')+1), 1, 0, 0, 0, 0, time.UTC), true
		},
		func(t time.Time) string {
			return t.Format("2006") + mark + strconv.Itoa((int(t.Month())-1)/3+1)
		},
	}
}

// weekForm writes an ISO week, as in 2006-W01; mark is what stands between year and number.
func weekForm(mark string) Form {
	return Form{"2006" + mark + "01",
		func(s string) (time.Time, bool) {
			year, number, ok := strings.Cut(s, mark)
			y, err1 := digits(year, 4)
			w, err2 := digits(number, 2)
			if !ok || err1 != nil || err2 != nil || w < 1 || w > 53 {
				return time.Time{}, false
			}
			fourth := time.Date(y, 1, 4, 0, 0, 0, 0, time.UTC) // always in week 1
			monday := fourth.AddDate(0, 0, -(int(fourth.Weekday())+6)%7+7*(w-1))
			back, n := monday.ISOWeek()
			return monday, back == y && n == w
		},
		func(t time.Time) string {
			y, w := t.ISOWeek()
			return fmt.Sprintf("%04d%s%02d", y, mark, w)
		},
	}
}

// digits reads a number of exactly n digits.
func digits(s string, n int) (int, error) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, strconv.ErrSyntax
		}
	}
	if len(s) != n {
		return 0, strconv.ErrSyntax
	}
	return strconv.Atoi(s)
}

// dateLayouts are the dates that are found out, before an optional time of day. Padded layouts stand before their
// unpadded twins, which read more and write less like the file.
var dateLayouts = []string{
	"2006-01-02", "2006-1-2", "2006/01/02", "2006/1/2", "2006.01.02", "2006.1.2",
	"02.01.2006", "2.1.2006",
	"02/01/2006", "2/1/2006", "01/02/2006", "1/2/2006",
	"02-01-2006", "2-1-2006", "01-02-2006", "1-2-2006",
	"02 Jan 2006", "2 Jan 2006", "02-Jan-2006", "2-Jan-2006", "2 January 2006", "Jan 2, 2006", "January 2, 2006",
}

// clockLayouts are the times of day that may follow a date. Fractions of a second are read with any of them.
var clockLayouts = []string{
	" 15:04", "T15:04", " 15:04:05", "T15:04:05", " 15", "T15",
	" 15:04:05Z07:00", "T15:04:05Z07:00", " 15:04Z07:00", "T15:04Z07:00", " 15:04:05-0700", "T15:04:05-0700", " 15:04:05 -0700", " 15:04:05 MST",
	" 3:04 PM", " 3:04:05 PM", " 03:04 PM", " 03:04:05 PM",
}

var monthLayouts = []string{
	"2006-01", "2006-1", "2006/01", "2006/1", "2006.01", "01/2006", "1/2006", "01.2006", "01-2006",
	"Jan 2006", "Jan-2006", "2006 Jan", "2006-Jan", "January 2006", "2006 January", "2006M01", "2006M1",
}

// Forms are all forms that are found out, in groups: a later group counts only where no form of the ones before fits.
var Forms = func() [][]Form {
	var dates []Form
	for _, l := range dateLayouts {
		dates = append(dates, layoutForm(l, l))
		for _, c := range clockLayouts {
			dates = append(dates, layoutForm(l+c, l+c))
		}
	}
	for _, l := range monthLayouts {
		dates = append(dates, layoutForm(l, l))
	}
	for _, mark := range []string{"Q", "-Q", " Q", "q"} {
		dates = append(dates, quarterForm(mark))
	}
	for _, mark := range []string{"-W", "W"} {
		dates = append(dates, weekForm(mark))
	}
	for _, l := range []string{"20060102150405", "200601021504", "20060102T150405", "20060102T150405Z07:00", "20060102 15:04", "20060102 15:04:05"} {
		dates = append(dates, digitsLike(l))
	}
	for _, n := range []string{"yyyymmddhh", "yyyymmdd", "yyyymm", "yyyy"} {
		dates = append(dates, digitsForm(n, namedLayouts[n]))
	}
	return [][]Form{dates, {unixForm("unix", 1, 10), unixForm("unix_ms", 1000, 13)}}
}()

// digitsLike is a layout that begins with a plausible year; anything may follow.
func digitsLike(layout string) Form {
	f := layoutForm(layout, layout)
	parse := f.Parse
	f.Parse = func(s string) (time.Time, bool) {
		if s == "" || s[0] != '1' && s[0] != '2' {
			return time.Time{}, false
		}
		return parse(s)
	}
	return f
}

// FormNamed finds the form of data.time_format, or of a Frequency: a name or a Go layout. ok is false where it is
// neither; "number" has no form.
func FormNamed(name string) (Form, bool) {
	switch name {
	case "unix":
		return unixForm("unix", 1, 0), true
	case "unix_ms":
		return unixForm("unix_ms", 1000, 0), true
	}
	if layout, ok := namedLayouts[name]; ok {
		return layoutForm(name, layout), true
	}
	for _, mark := range []string{"Q", "-Q", " Q", "q"} {
		if name == "2006"+mark+"1" {
			return quarterForm(mark), true
		}
	}
	for _, mark := range []string{"-W", "W"} {
		if name == "2006"+mark+"01" {
			return weekForm(mark), true
		}
	}
	// A layout must be able to write a moment and read it back.
	probe := time.Date(2017, 11, 23, 22, 41, 53, 0, time.UTC)
	text := probe.Format(name)
	if t, err := time.Parse(name, text); err != nil || t.Year() != 2017 || text == name {
		return Form{}, false
	}
	return layoutForm(name, name), true
}

// PlainNumber reads a time stamp that is a plain number.
func PlainNumber(s string) (float64, bool) {
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0) && Numeric(s)
}
