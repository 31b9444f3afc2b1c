package series

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"recur/configs"
)

// stampsOf lists so many time stamps from the first on for which keep holds, a step apart.
func stampsOf(first, layout string, step time.Duration, n int, keep func(time.Time) bool) (out []string) {
	t, _ := time.Parse(layout, first)
	for ; len(out) < n; t = t.Add(step) {
		if keep(t) {
			out = append(out, t.Format(layout))
		}
	}
	return out
}

func weekday(t time.Time) bool { return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday }

// Days and times of day without rows are told from gaps, declared, or both; the time stamps go on among those that have some.
func TestDaysWithRows(t *testing.T) {
	work := stampsOf("2020-01-06", "2006-01-02", day, 60, weekday)
	holidays := slices.DeleteFunc(slices.Clone(work), func(s string) bool { return s == "2020-01-20" || s == "2020-02-17" })
	shop := stampsOf("2020-01-06", "2006-01-02", day, 60, func(t time.Time) bool { return t.Weekday() != time.Sunday })
	half := func(t time.Time) bool {
		c := sinceMidnight(t)
		return weekday(t) && c >= 9*time.Hour+30*time.Minute && c < 16*time.Hour
	}
	session := stampsOf("2020-01-06 09:30", "2006-01-02 15:04", 30*time.Minute, 13*15, half)
	early := slices.DeleteFunc(slices.Clone(session), func(s string) bool { return strings.HasPrefix(s, "2020-01-10 1") && s > "2020-01-10 13:00" })
	hourly := stampsOf("2020-01-06 00:00", "2006-01-02 15:04", time.Hour, 24*20, weekday)
	nights := stampsOf("2020-01-06 06:00", "2006-01-02 15:04", time.Hour, 17*20, func(t time.Time) bool { return t.Hour() >= 6 && t.Hour() < 23 })
	serials := []string{}
	for i, s := range work {
		d, _ := time.Parse("2006-01-02", s)
		serials = append(serials, fmt.Sprint(dayNumber(d)+25569))
		_ = i
	}
	for _, test := range []struct {
		what      string
		stamps    []string
		change    func(*configs.Data)
		frequency string
		next      string
	}{
		{"working days", work, nil, "business day", "2020-03-30|2020-03-31"},
		{"working days but holidays", holidays, nil, "business day", "2020-03-30|2020-03-31"},
		{"the same, filled", holidays, func(d *configs.Data) { d.Missing = "interpolate" }, "business day", "2020-03-30|2020-03-31"},
		{"the same, declared", holidays, func(d *configs.Data) {
			d.Frequency, d.Holidays = "business day", []string{"2020-01-20", "2020-02-17", "2020-03-31"}
		}, "business day", "2020-03-30|2020-04-01"},
		{"the same, as rows", holidays, func(d *configs.Data) { d.Frequency = "rows" }, "business day", "2020-03-30|2020-03-31"},
		{"a shop that is closed on Sundays", shop, nil, "business day", "2020-03-16|2020-03-17"},
		{"the same, declared", shop, func(d *configs.Data) { d.Weekmask = []string{"mon", "tue", "wed", "thu", "fri", "sat"} }, "business day", "2020-03-16|2020-03-17"},
		{"the same, with its Sundays filled", shop, func(d *configs.Data) { d.Frequency, d.Missing = "day", "forward" }, "day", "2020-03-15|2020-03-16"},
		{"Sunday to Thursday", stampsOf("2020-01-05", "2006-01-02", day, 60, func(t time.Time) bool { return t.Weekday() < 5 }), nil, "business day", "2020-03-29|2020-03-30"},
		{"sessions", session, nil, "30m0s", "2020-01-27 09:30|2020-01-27 10:00"},
		{"sessions with an early end", early, nil, "30m0s", "2020-01-27 09:30|2020-01-27 10:00"},
		{"the same, as rows", early, func(d *configs.Data) { d.Frequency = "rows" }, "30m0s", "2020-01-27 09:30|2020-01-27 10:00"},
		{"hours of working days", hourly, nil, "hour", "2020-02-03 00:00|2020-02-03 01:00"},
		{"hours but at night", nights, nil, "hour", "2020-01-26 06:00|2020-01-26 07:00"},
		{"working days as days of a spreadsheet", serials, nil, "business day", "43920|43921"},
		{"days with gaps", slices.DeleteFunc(stampsOf("2020-01-06", "2006-01-02", day, 60, func(time.Time) bool { return true }), func(s string) bool { return s == "2020-01-20" || s == "2020-02-17" }),
			func(d *configs.Data) { d.Missing = "interpolate" }, "day", "2020-03-06|2020-03-07"},
	} {
		d, err := stamped(test.stamps, func(c *configs.Config) {
			if test.change != nil {
				test.change(&c.Data)
			}
		})
		if err != nil {
			t.Errorf("%s: %v", test.what, err)
			continue
		}
		labels := d.Series[0].Labels
		if got := strings.Join(LabelsAfter(labels[len(labels)-1], d.Frequency.String(), 2), "|"); got != test.next || d.Frequency.Name() != test.frequency {
			t.Errorf("%s: the step is %q and goes on with %s, want %q and %s", test.what, d.Frequency, got, test.frequency, test.next)
		}
	}
}

// Faults of time stamps on days without rows say what to do, and following it helps.
func TestDaysWithRowsAdvice(t *testing.T) {
	work := stampsOf("2020-01-06", "2006-01-02", day, 20, weekday)
	gap := slices.Delete(slices.Clone(work), 7, 8)
	saturday := slices.Insert(slices.Clone(work), 5, "2020-01-11")
	for _, test := range []struct {
		stamps     []string
		text, want string
		frequency  string
		follow     []func(*configs.Data)
	}{
		{gap, "business day", `t.csv:9:1: 1 row is missing between "2020-01-14" and "2020-01-16", where the step is business day; name days without rows in data.holidays, set data.missing to interpolate or forward`, "business day",
			[]func(*configs.Data){func(d *configs.Data) { d.Holidays = []string{"2020-01-15"} }, func(d *configs.Data) { d.Missing = "forward" }, func(d *configs.Data) { d.Frequency = "rows" }}},
		{saturday, "business day", `t.csv:7:1: "2020-01-11", a Saturday, is none of the business days of data.frequency, data.weekmask and data.holidays`, "business day",
			[]func(*configs.Data){func(d *configs.Data) { d.Frequency = "rows" }, func(d *configs.Data) {
				d.Weekmask, d.Missing = []string{"mon", "tue", "wed", "thu", "fri", "sat"}, "forward"
			}}},
		{gap, "week", "the usual step from row to row is day, but data.frequency is week", "", []func(*configs.Data){func(d *configs.Data) { d.Frequency, d.Missing = "", "forward" }}},
	} {
		set := func(c *configs.Config) { c.Data.Frequency = test.text }
		_, err := stamped(test.stamps, set)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v: %v, want %s", test.stamps[:3], err, test.want)
		}
		for i, follow := range test.follow {
			if _, err := stamped(test.stamps, func(c *configs.Config) { set(c); follow(&c.Data) }); err != nil {
				t.Errorf("%s: followed (%d): %v", test.want, i, err)
			}
		}
	}
}

// Holidays come from a file in any form of dates, below a heading or not.
func TestHolidaysFile(t *testing.T) {
	dir := t.TempDir()
	for i, text := range []string{"2020-01-20\n2020-02-17\n", "date,name\n2020-01-20,King\n\n2020-02-17,Washington\n", "# closed\n20.01.2020\r\n17.02.2020", "01/20/2020;x\n02/17/2020;y\n"} {
		path := filepath.Join(dir, fmt.Sprintf("%d.txt", i))
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		c := config(func(c *configs.Config) { c.Data.Holidays = []string{path, "2020-12-25"} })
		d, err := workOf(c)
		if err != nil || len(d.Holidays) != 3 || time.Unix(int64(d.Holidays[0])*86400, 0).UTC().Format(time.DateOnly) != "2020-01-20" {
			t.Errorf("%q: %v, %v", text, d, err)
		}
	}
	for text, want := range map[string]string{"": "is empty", "# none\n": "holds no date", "1\n2\n": "is a number, want a date", "soon 1\n": "can't be read"} {
		path := filepath.Join(dir, "bad.txt")
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := workOf(config(func(c *configs.Config) { c.Data.Holidays = []string{path} })); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// The seasons that are usual are counted in rows: a week of working days has 5, a session of 13 half hours as many.
func TestUsualSeasonsOfWorkingDays(t *testing.T) {
	for text, want := range map[string][]int{
		"business day": {5, 260}, "day [days mon tue wed thu fri sat]": {6, 313}, "business month end": {12}, "2 business days": nil,
		"30m [days mon tue wed thu fri; times 09:30:00 10:00:00 10:30:00 11:00:00]": {4, 20}, "hour [days mon tue wed thu fri]": {24, 120},
	} {
		f, err := ParseFrequency(text)
		if err != nil {
			t.Fatal(err)
		}
		var got []int
		for _, c := range usualSeasons(f) {
			got = append(got, c.rows)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}
