package series

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"recur/configs"
)

// local lists so many time stamps of a zone, an absolute step apart.
func local(zone, first, layout string, step time.Duration, n int) []string {
	l, err := Location(zone)
	if err != nil {
		panic(err)
	}
	t, _ := time.ParseInLocation(layout, first, l)
	out := make([]string, n)
	for i := range out {
		out[i] = t.Format(layout)
		t = t.Add(step)
	}
	return out
}

// The hour that comes twice and the one that is none are named, and what is advised keeps every row as a step.
func TestClocksPutForwardAndBack(t *testing.T) {
	const layout = "2006-01-02 15:04"
	for _, test := range []struct {
		zone, first string
		step        time.Duration
		ends        time.Duration // the time stamps are those of the ends
		want        string
	}{
		{"America/New_York", "2018-11-03 00:00", time.Hour, 0, "clocks were put back then, for daylight saving time, as in America/New_York"},
		{"America/New_York", "2018-03-10 00:00", time.Hour, 0, "clocks were put forward then, for daylight saving time, as in America/New_York"},
		{"America/New_York", "2018-11-03 00:00", time.Hour, time.Hour, "clocks were put back then"},
		{"America/New_York", "2018-03-10 00:00", time.Hour, time.Hour, "clocks were put forward then"},
		{"Europe/Berlin", "2018-10-27 00:00", 15 * time.Minute, 0, "as in Europe/Berlin"},
		{"Europe/Berlin", "2018-03-24 00:00", 15 * time.Minute, 15 * time.Minute, "as in Europe/Berlin"},
		{"Australia/Sydney", "2018-03-31 00:00", time.Hour, 0, "as in Australia/Sydney"},
	} {
		stamps := local(test.zone, test.first, layout, test.step, int(72*time.Hour/test.step))
		for i, s := range stamps {
			c, _ := time.Parse(layout, s)
			stamps[i] = c.Add(test.ends).Format(layout)
		}
		_, err := stamped(stamps, nil)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v: %v, want %s", test, err, test.want)
			continue
		}
		d, err := stamped(stamps, func(c *configs.Config) { c.Data.TimeZone = test.zone })
		if err != nil {
			t.Errorf("%v, followed: %v", test, err)
			continue
		}
		s := d.Series[0]
		if len(s.Time) != len(stamps) || d.Frequency.Ends != test.ends {
			t.Errorf("%v: %d rows of %d, ends %v", test, len(s.Time), len(stamps), d.Frequency.Ends)
		}
		for i := 1; i < len(s.Time); i++ {
			if s.Time[i].Sub(s.Time[i-1]) != test.step {
				t.Errorf("%v: from %v to %v", test, s.Time[i-1], s.Time[i])
			}
		}
		// a forecast goes through the change as the file does
		if got := strings.Join(LabelsAfter(stamps[0], d.Frequency.String(), len(stamps)-1), "|"); got != strings.Join(stamps[1:], "|") {
			t.Errorf("%v: goes on with %s", test, got)
		}
	}
	_, err := stamped(local("Europe/Berlin", "2018-03-24 00:00", layout, time.Hour, 48), func(c *configs.Config) { c.Data.TimeZone = "America/New_York" })
	if err == nil {
		t.Error("a missing hour in another zone is a gap")
	}
	hours := stampsOf("2018-03-24 00:00", layout, time.Hour, 72, func(time.Time) bool { return true })
	if _, err = stamped(hours, func(c *configs.Config) { c.Data.TimeZone = "Europe/Berlin" }); err == nil || !strings.Contains(err.Error(), `no clock in Europe/Berlin showed "2018-03-25 02:00"`) {
		t.Errorf("winter time all year: %v", err)
	}
	if _, err = stamped(hours, nil); err != nil {
		t.Errorf("winter time all year, followed: %v", err)
	}
}

// Days and months at local midnight keep their length, whether the time stamps have offsets, are Greenwich's or count seconds.
func TestLocalMidnights(t *testing.T) {
	for _, zone := range []string{"Europe/Berlin", "Europe/London", "America/New_York", "America/Los_Angeles", "Australia/Sydney", "America/Santiago", "Asia/Kolkata", "UTC"} {
		l, err := Location(zone)
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range []string{"day", "week", "month"} {
			f, _ := ParseFrequency(step)
			for name, write := range map[string]func(time.Time) string{
				"offset": func(t time.Time) string { return t.Format("2006-01-02T15:04:05-07:00") },
				"utc":    func(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") },
				"unix":   func(t time.Time) string { return fmt.Sprint(t.Unix()) },
			} {
				first := time.Date(2019, 1, 1, 0, 0, 0, 0, l)
				var all []string
				for i := range 450 {
					all = append(all, write(f.Next(first, i)))
				}
				n := map[string]int{"day": 420, "week": 100, "month": 60}[step]
				d, err := stamped(all[:n], nil)
				if err != nil {
					t.Errorf("%s, %s, %s: %v", zone, step, name, err)
					continue
				}
				if got := LabelsAfter(all[n-1], d.Frequency.String(), 9); strings.TrimSuffix(d.Frequency.Name(), " end") != step || !slices.Equal(got, all[n:n+9]) {
					t.Errorf("%s, %s, %s: %s goes on with %q, want %q", zone, step, name, d.Frequency, got, all[n:n+9])
				}
			}
		}
	}
}

// Parts of a day are numbered from 1; days of 46 and of 50 half hours are read with the zone, which is advised.
func TestSettlementPeriods(t *testing.T) {
	rows := func(from, days int, count func(time.Time) int) string {
		src := "date,period,v\n"
		d := time.Date(2020, 10, from, 0, 0, 0, 0, time.UTC)
		for range days {
			for p := range count(d) {
				src += fmt.Sprintf("%s,%d,%d\n", d.Format("2006-01-02"), p+1, p)
			}
			d = d.AddDate(0, 0, 1)
		}
		return src
	}
	read := func(src, zone string) (*Dataset, error) {
		return parseCSV("t.csv", []byte(src), config(func(c *configs.Config) {
			c.Data.Time, c.Data.Targets, c.Data.TimeZone = []string{"date", "period"}, []string{"v"}, zone
		}))
	}
	plain := rows(1, 5, func(time.Time) int { return 48 })
	d, err := read(plain, "")
	if err != nil {
		t.Fatal(err)
	}
	if s := d.Series[0].Labels; s[0] != "2020-10-01 00:00" || s[len(s)-1] != "2020-10-05 23:30" || d.Frequency.Name() != "30m0s" {
		t.Errorf("%s to %s, a step of %s", s[0], s[len(s)-1], d.Frequency)
	}
	long := rows(24, 3, func(d time.Time) int {
		if d.Day() == 25 {
			return 50
		}
		return 48
	})
	if _, err := read(long, ""); err == nil || !strings.Contains(err.Error(), "clocks were put back then") {
		t.Errorf("a day of 50 half hours: %v", err)
	}
	if d, err := read(long, "Europe/London"); err != nil || len(d.Series[0].Time) != 146 || d.Series[0].Time[145].Sub(d.Series[0].Time[0]) != 145*30*time.Minute {
		t.Errorf("the same, followed: %v", err)
	}
}
