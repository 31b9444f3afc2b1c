package data

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// A layout of Go's alone means what it means to Go, for reading and for writing.
func TestLayoutsAreGos(t *testing.T) {
	moments := []time.Time{
		time.Date(2017, 11, 23, 22, 41, 53, 0, time.UTC), time.Date(2020, 2, 29, 0, 5, 9, 0, time.UTC), time.Date(1969, 12, 31, 12, 0, 0, 0, time.UTC),
		time.Date(2068, 3, 4, 11, 59, 59, 0, time.FixedZone("", -5*3600)), time.Date(2021, 6, 1, 9, 30, 0, 0, time.FixedZone("", 19800)),
	}
	layouts := []string{time.ANSIC, time.UnixDate, time.RFC822, time.RFC822Z, time.RFC850, time.RFC1123, time.RFC1123Z, time.RFC3339, time.DateTime, time.DateOnly,
		"_2 Jan 06", "2006-1-2 3:4:5 PM", "02/01/06 15h04", "20060102T150405Z0700", "January 2, 2006 03:04:05PM -07", "2006-01-02 15:04:05.000", "2006-01-02 15:04:05,000000"}
	for _, l := range dateLayouts {
		for _, c := range append([]string{""}, clockLayouts...) {
			layouts = append(layouts, l+c)
		}
	}
	for _, layout := range layouts {
		parts, ok := layoutOf(layout)
		if !ok || !whole(parts) || nameOfLayout(parts) != layout {
			t.Errorf("%q: %v, written %q", layout, ok, nameOfLayout(parts))
			continue
		}
		form := formOf(layout, parts)
		for _, m := range moments {
			if strings.HasSuffix(layout, "Z") {
				m = m.UTC()
			}
			want := m.Format(layout)
			if got := form.Print(m); got != want {
				t.Errorf("%q writes %q, Go %q", layout, got, want)
			}
			there, err := time.Parse(layout, want)
			got, ok := form.Parse(want)
			if strings.Contains(layout, "MST") { // Go does not know where abbreviations are
				continue
			}
			if ok != (err == nil) || ok && !got.Equal(there) {
				t.Errorf("%q reads %q as %v, %t, Go as %v, %v", layout, want, got, ok, there, err)
			}
		}
	}
}

// Time stamps are found out and written as they are, to the letter: their first ones go in, the ones after come out.
func TestFormsKeepStyle(t *testing.T) {
	for _, test := range []struct{ name, stamps string }{
		{"1/2/2006 H:04", "10/30/2004 0:00|10/31/2004 9:00|11/1/2004 10:00"},
		{"2006-01-02 15:04:05.000", "2022-09-29 14:00:00.000|2022-09-29 14:00:00.005"},
		{"2006-01-02 15:04:05,0", "2022-09-29 14:00:00,0|2022-09-29 14:00:00,5"},
		{"2006-01-02T15:04:05.000-0700", "2019-01-01T00:00:00.000+0000|2019-01-02T00:00:00.000+0000"},
		{"2006-01-02T15:04:05-07:00", "2019-01-01T00:00:00+00:00|2019-01-02T00:00:00+00:00"},
		{"2006-01-02T15:04:05Z", "2019-01-01T00:00:00Z|2019-01-02T00:00:00Z"},
		{"2006-01-02 15:04:05-07", "2019-01-01 00:00:00+00|2019-01-01 01:00:00+00"},
		{"2006-01-02T15:04:05.000000Z", "2019-01-01T00:00:00.000000Z|2019-01-01T00:00:00.250000Z"},
		{"JAN-06", "JAN-15|FEB-15|MAY-15"}, {"Jan-06", "Jan-15|May-15"}, {"jan 2006", "may 2015|jun 2015"}, {"02-JAN-06", "31-JAN-20|01-FEB-20"},
		{"1/2/2006 3:04 pm", "1/30/2020 11:00 pm|1/31/2020 12:00 am"},
		{"01/02/2006 24:04", "10/13/2018 23:00|10/13/2018 24:00|10/14/2018 01:00"},
		{"1/2/2006 H24:04", "9/30/2018 9:00|9/30/2018 24:00"},
		{"Q1 2006", "Q4 2005|Q1 2006"}, {"Q1/2006", "Q4/2005|Q1/2006"}, {"2006-1st Quarter", "2018-1st Quarter|2018-2nd Quarter|2018-3rd Quarter|2018-4th Quarter"},
		{"1Q2006", "4Q2005|1Q2006"}, {"1Q06", "4Q05|1Q06"}, {"2006q1", "2005q4|2006q1"}, {"yyyyq", "20053|20054|20061"},
		{"yyyyww", "201852|201901"}, {"yyyyww", "202053|202101"}, {"2006-W01", "2020-W53|2021-W01"}, {"2006-W1", "2020-W9|2020-W10"}, {"2006-W01-1", "2020-W53-7|2021-W01-1"}, {"W01/2006", "W53/2020|W01/2021"},
		{"unix_ns", "1664450000000000000|1664450000005000000"}, {"unix_us", "1664450000000000|1664450000005000"}, {"unix.000", "1664450000.000|1664450000.005"}, {"unix_ms.0", "1664450000000.5|1664450000001.0"},
		{"excel", "42005|42036|42064|42095"}, {"excel.0000", "43831.0000|43831.0417|43831.0833|43831.1250"}, {"excel", "43831|43832|43833|43836|43837|43838|43839|43840|43843|43844|43845|43846|43847|43850|43851"},
		{"decimal_month.000", "1960.000|1960.083|1960.167|1960.250|1960.333|1960.417|1960.500|1960.583|1960.667|1960.750|1960.833|1960.917|1961.000"},
		{"decimal_month.00", "1960.00|1960.08|1960.17|1960.25|1960.33|1960.42"},
		{"decimal_month.0000+0.5", "1960.0417|1960.1250|1960.2083|1960.2917|1960.3750"},
		{"2006M01", "2019M12|2020M01"}, {"2006.01", "2019.12|2020.01"},
	} {
		stamps := strings.Split(test.stamps, "|")
		form, numbers, err := found(stamps, "")
		if err != nil || numbers || form.Name != test.name {
			t.Errorf("%s: the form is %q, %t, %v, want %q", test.stamps, form.Name, numbers, err, test.name)
			continue
		}
		again, ok := FormNamed(form.Name)
		if !ok {
			t.Errorf("%q can't be named", form.Name)
			continue
		}
		var last time.Time
		for _, s := range stamps {
			m, ok := again.Parse(s)
			if written := again.Print(m); !ok || written != s || !m.After(last) {
				t.Errorf("%q reads %q as %v, %t and writes it as %q", form.Name, s, m, ok, written)
			}
			last = m
		}
	}
}

// found finds how time stamps are written.
func found(stamps []string, named string) (Form, bool, error) {
	var all []Stamp
	for i, s := range stamps {
		all = append(all, Stamp{s, i + 1, 1})
	}
	s := &Stamps{All: slices.Values(all), Bad: &Faults{File: "a.csv"}}
	f, numbers, _, err := s.Form(named, "leave out data.time")
	return f, numbers, err
}

// Numbers stay numbers where nothing says that they are dates.
func TestPlainNumbersStay(t *testing.T) {
	for _, stamps := range []string{"1|2|3", "0.0|0.1|0.2", "42005|42006|42007", "1500.25|1500.50|1500.75|1501.00", "20051|20052|20053", "30000|30500|31000", "1.5|1.75|2.5", "2000.1|2000.2|2000.3|2000.4"} {
		if form, numbers, err := found(strings.Split(stamps, "|"), ""); err != nil || !numbers {
			t.Errorf("%s: %q, %v, want plain numbers", stamps, form.Name, err)
		}
	}
}

// A layout that counts quarters or weeks beside months, days or hours, or has a Q or W that counts nothing, is none.
func TestMixedLayoutsAreRefused(t *testing.T) {
	for _, name := range []string{"2006-Q01", "2006Q01", "Q1-01-2006", "2006-W02", "2006W01-02", "W01-Q1-2006", "2006 Q", "Q 2006-01", "2006W", "2006-Q1-02", "2006-01-02 W", "W1", "Q1", "2006-W01 15:04", "01/2006 Q1"} {
		if f, ok := FormNamed(name); ok {
			t.Errorf("%q is taken for a form, which writes %s", name, f.Print(time.Date(2017, 11, 23, 22, 41, 53, 0, time.UTC)))
		}
	}
}

// Weeks that ISO 8601 does not have are refused by name, and what is advised can be read.
func TestOtherWeeks(t *testing.T) {
	_, _, err := found([]string{"201852", "201853", "201901"}, "")
	if err == nil || !strings.Contains(err.Error(), "a.csv:2:1") || !strings.Contains(err.Error(), `"201853" looks like a year and a week that ISO 8601 does not have`) {
		t.Error(err)
	}
	if _, numbers, err := found([]string{"201852", "201853", "201901"}, "number"); err != nil || !numbers {
		t.Error(err)
	}
	if f, _, err := found([]string{"2018-12-24", "2018-12-31", "2019-01-07"}, ""); err != nil || f.Name != "2006-01-02" {
		t.Error(f.Name, err)
	}
}
