package series

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
)

// stamped parses a file of one value a row with these time stamps.
func stamped(stamps []string, change func(*configs.Config)) (*Dataset, error) {
	src := "t;v\n"
	for i, s := range stamps {
		src += fmt.Sprintf("%s;%d\n", s, i)
	}
	c := config(func(c *configs.Config) {
		c.Data.Time, c.Data.Targets = []string{"t"}, []string{"v"}
		if change != nil {
			change(c)
		}
	})
	return parseCSV("t.csv", []byte(src), c)
}

func TestTimeFormats(t *testing.T) {
	for _, test := range []struct {
		stamps    string // separated by |
		frequency string
		last      string // the last one in RFC 3339, or "" for plain numbers
		after     string // the label two steps on
	}{
		{"2020-01-30|2020-01-31|2020-02-01", "day (2006-01-02)", "2020-02-01T00:00:00Z", "2020-02-03"},
		{"2020/01/30|2020/01/31|2020/02/01", "day (2006/01/02)", "2020-02-01T00:00:00Z", "2020/02/03"},
		{"2020-9-29|2020-9-30|2020-10-1", "day (2006-1-2)", "2020-10-01T00:00:00Z", "2020-10-3"},
		{"30.01.2020|31.01.2020|01.02.2020", "day (02.01.2006)", "2020-02-01T00:00:00Z", "03.02.2020"},
		{"30/01/2020|31/01/2020|01/02/2020", "day (02/01/2006)", "2020-02-01T00:00:00Z", "03/02/2020"},
		{"01/30/2020|01/31/2020|02/01/2020", "day (01/02/2006)", "2020-02-01T00:00:00Z", "02/03/2020"},
		{"30-01-2020|31-01-2020|01-02-2020", "day (02-01-2006)", "2020-02-01T00:00:00Z", "03-02-2020"},
		{"30-Jan-2020|31-Jan-2020|01-Feb-2020", "day (02-Jan-2006)", "2020-02-01T00:00:00Z", "03-Feb-2020"},
		{"20200130|20200131|20200201", "day (yyyymmdd)", "2020-02-01T00:00:00Z", "20200203"},
		{"20200125|20200201|20200208", "week (yyyymmdd)", "2020-02-08T00:00:00Z", "20200222"},
		{"2020-01-01|2020-01-15|2020-01-29", "2 weeks (2006-01-02)", "2020-01-29T00:00:00Z", "2020-02-26"},
		{"2019-11|2019-12|2020-01", "month (2006-01)", "2020-01-01T00:00:00Z", "2020-03"},
		{"201911|201912|202001", "month (yyyymm)", "2020-01-01T00:00:00Z", "202003"},
		{"Nov 2019|Dec 2019|Jan 2020", "month (Jan 2006)", "2020-01-01T00:00:00Z", "Mar 2020"},
		{"2019M11|2019M12|2020M01", "month (2006M01)", "2020-01-01T00:00:00Z", "2020M03"},
		{"2019-12-31|2020-01-31|2020-02-29", "month end (2006-01-02)", "2020-02-29T00:00:00Z", "2020-04-30"},
		{"2019-12-30|2020-01-30|2020-02-29|2020-03-30", "month (2006-01-02)", "2020-03-30T00:00:00Z", "2020-05-30"},
		{"2019-05-15|2019-07-15|2019-09-15", "2 months (2006-01-02)", "2019-09-15T00:00:00Z", "2020-01-15"},
		{"2019Q3|2019Q4|2020Q1", "quarter (2006Q1)", "2020-01-01T00:00:00Z", "2020Q3"},
		{"2019-Q3|2019-Q4|2020-Q1", "quarter (2006-Q1)", "2020-01-01T00:00:00Z", "2020-Q3"},
		{"2019-09-30|2019-12-31|2020-03-31", "quarter end (2006-01-02)", "2020-03-31T00:00:00Z", "2020-09-30"},
		{"2020-W52|2020-W53|2021-W01", "week (2006-W01)", "2021-01-04T00:00:00Z", "2021-W03"},
		{"1999|2000|2001", "year (yyyy)", "2001-01-01T00:00:00Z", "2003"},
		{"1980|1990|2000", "10 years (yyyy)", "2000-01-01T00:00:00Z", "2020"},
		{"2020-02-28 22:00:00|2020-02-28 23:00:00|2020-02-29 00:00:00", "hour (2006-01-02 15:04:05)", "2020-02-29T00:00:00Z", "2020-02-29 02:00:00"},
		{"2020-02-28T23:30|2020-02-28T23:45|2020-02-29T00:00", "15m0s (2006-01-02T15:04)", "2020-02-29T00:00:00Z", "2020-02-29T00:30"},
		{"2020-02-28T22:00:00Z|2020-02-28T23:00:00Z", "hour (2006-01-02T15:04:05Z)", "2020-02-28T23:00:00Z", "2020-02-29T01:00:00Z"},
		{"2020-02-28T22:00:00+02:00|2020-02-28T23:00:00+02:00", "hour (2006-01-02T15:04:05-07:00)", "2020-02-28T23:00:00+02:00", "2020-02-29T01:00:00+02:00"},
		{"1/30/2020 11:00 PM|1/31/2020 12:00 AM|1/31/2020 1:00 AM", "hour (1/2/2006 3:04 PM)", "2020-01-31T01:00:00Z", "1/31/2020 3:00 AM"},
		{"2020022822|2020022823|2020022900", "hour (yyyymmddhh)", "2020-02-29T00:00:00Z", "2020022902"},
		{"1582934400|1582938000|1582941600", "hour (unix)", "2020-02-29T02:00:00Z", "1582948800"},
		{"1582934400000|1582934400500|1582934401000", "500ms (unix_ms)", "2020-02-29T00:00:01Z", "1582934402000"},
		{"2020-02-28 23:59:59.7|2020-02-28 23:59:59.8|2020-02-28 23:59:59.9", "100ms (2006-01-02 15:04:05.0)", "2020-02-28T23:59:59.9Z", "2020-02-29 00:00:00.1"},
		{"1|2|3", "1", "", "5"},
		{"0.0|0.1|0.2|0.3", "0.1", "", "0.5"},
		{"1000000|1000500|1001000", "500", "", "1002000"},
		{"-3|-1|1", "2", "", "5"},
		{"98|99|100", "1", "", "102"},
		{"3100|3101|3102", "1", "", "3104"},
	} {
		stamps := strings.Split(test.stamps, "|")
		d, err := stamped(stamps, nil)
		if err != nil {
			t.Errorf("%s: %v", test.stamps, err)
			continue
		}
		s := d.Series[0]
		if got := d.Frequency.String(); got != test.frequency {
			t.Errorf("%s: frequency %q, want %q", test.stamps, got, test.frequency)
		}
		last := s.Labels[len(s.Labels)-1]
		if got := LabelAfter(last, d.Frequency.String(), 2); got != test.after {
			t.Errorf("%s: two steps on is %q, want %q", test.stamps, got, test.after)
		}
		if test.last == "" {
			if len(s.Numbers) != len(stamps) || s.Time != nil {
				t.Errorf("%s: read as times %v, want numbers", test.stamps, s.Time)
			}
			continue
		}
		if want, _ := time.Parse(time.RFC3339, test.last); !s.Time[len(stamps)-1].Equal(want) {
			t.Errorf("%s: the last is %v, want %v", test.stamps, s.Time[len(stamps)-1], want)
		}
	}
}

func TestTimeFormatGiven(t *testing.T) {
	for _, test := range []struct{ format, stamps, last string }{
		{"02/01/2006", "01/02/2020|02/02/2020|03/02/2020", "2020-02-03T00:00:00Z"},
		{"01/02/2006", "01/02/2020|01/03/2020|01/04/2020", "2020-01-04T00:00:00Z"},
		{"unix", "0|86400|172800", "1970-01-03T00:00:00Z"},
		{"unix_ms", "0|250|500", "1970-01-01T00:00:00.5Z"},
		{"2.1.06", "31.12.99|1.1.00|2.1.00", "2000-01-02T00:00:00Z"},
		{"yyyymm", "201911|201912|202001", "2020-01-01T00:00:00Z"},
		{"yyyymmdd", "20200228|20200229|20200301", "2020-03-01T00:00:00Z"},
		{"2006 January", "2019 December|2020 January", "2020-01-01T00:00:00Z"},
	} {
		stamps := strings.Split(test.stamps, "|")
		d, err := stamped(stamps, func(c *configs.Config) { c.Data.TimeFormat = test.format })
		if err != nil {
			t.Errorf("%s: %v", test.format, err)
			continue
		}
		if got := d.Series[0].Time[len(stamps)-1].Format(time.RFC3339Nano); got != test.last {
			t.Errorf("%s: the last of %s is %s, want %s", test.format, test.stamps, got, test.last)
		}
		if d.Frequency.Format != test.format {
			t.Errorf("%s: the frequency keeps the form %q", test.format, d.Frequency.Format)
		}
	}
	d, err := stamped([]string{"20200101", "20200102"}, func(c *configs.Config) { c.Data.TimeFormat = "number" })
	if err != nil || d.Series[0].Numbers[1] != 20200102 {
		t.Errorf("time_format number: %v, %v", d, err)
	}
}

func TestTimeColumns(t *testing.T) {
	for _, test := range []struct{ columns, row1, row2, frequency, last string }{
		{"year,month", "2019,12", "2020,1", "month (2006-01)", "2020-01"},
		{"Year,Month,Day", "2020,2,28", "2020,2,29", "day (2006-01-02)", "2020-02-29"},
		{"day,month,year", "28,2,2020", "29,2,2020", "day (2006-01-02)", "2020-02-29"},
		{"year,month,day,hour", "2020,2,28,23", "2020,2,29,0", "hour (2006-01-02 15:00)", "2020-02-29 00:00"},
		{"year,month,day,hour,minute", "2020,2,28,23,55", "2020,2,29,0,0", "5m0s (2006-01-02 15:04)", "2020-02-29 00:00"},
		{"date,clock", "2020-02-28,23:30", "2020-02-29,00:00", "30m0s (2006-01-02 15:04)", "2020-02-29 00:00"},
	} {
		c := config(func(c *configs.Config) {
			c.Data.Time, c.Data.Targets = strings.Split(test.columns, ","), []string{"v"}
		})
		src := test.columns + ",v\n" + test.row1 + ",1\n" + test.row2 + ",2\n"
		d, err := parseCSV("t.csv", []byte(src), c)
		if err != nil {
			t.Errorf("%s: %v", test.columns, err)
			continue
		}
		if got := d.Frequency.String(); got != test.frequency || d.Series[0].Labels[1] != test.last {
			t.Errorf("%s: frequency %q, last %q, want %q, %q", test.columns, got, d.Series[0].Labels[1], test.frequency, test.last)
		}
	}
}

func TestFrequencyText(t *testing.T) {
	for _, f := range []Frequency{
		{}, {Kind: "number", Step: 0.25}, {Kind: "duration", Every: 90 * time.Second}, {Kind: "hour", N: 1}, {Kind: "day", N: 3},
		{Kind: "week", N: 1, Format: "yyyymmdd"}, {Kind: "month", N: 1, AtEnd: true, Format: "2006-01-02"},
		{Kind: "quarter", N: 1, Format: "2006Q1"}, {Kind: "year", N: 5, AtEnd: true, Format: "2 Jan 2006"}, {Kind: "hour", N: 6, Format: "2006-01-02 15:04:05"},
		{Kind: "day", N: 1, Days: &Days{Week: workWeek, Holidays: []int{18281, 18310}}, Format: "2006-01-02"}, {Kind: "month", N: 1, AtEnd: true, Days: &Days{Week: workWeek}},
		{Kind: "quarter", N: 2, Days: &Days{Week: workWeek}}, {Kind: "duration", Every: 30 * time.Minute, Days: &Days{Week: wholeWeek, Times: []time.Duration{9*time.Hour + 30*time.Minute, 10 * time.Hour}}, Rows: true},
		{Kind: "hour", N: 1, Zone: "Europe/Berlin", Ends: time.Hour, Format: "2006-01-02 15:04"}, {Kind: "day", N: 1, Slack: true},
	} {
		back, err := ParseFrequency(f.String())
		if err != nil || cmp.Diff(back, f) != "" {
			t.Errorf("%q is read as %+v, %v, want %+v", f.String(), back, err, f)
		}
	}
	for text, want := range map[string]string{"hour": "hour", "24h": "day", "15m": "15m0s", "30 minutes": "30m0s", "1 second": "1s", "2 weeks": "2 weeks", "0.5": "0.5", "months": "month"} {
		if f, err := ParseFrequency(text); err != nil || f.String() != want {
			t.Errorf("%q is read as %q, %v, want %q", text, f, err, want)
		}
	}
	for _, text := range []string{"often", "-1", "0", "-5m", "0 days", "-2 days", "day end", "2 days ago", "Inf", "NaN",
		"business hour", "business", "day [days]", "day [days mon xyz]", "day [holidays 2020-13-01]", "hour [zone Nowhere/Land]", "hour [ends -1h]", "day [often]",
		"106752 days", "20000 weeks", "214748364830 seconds", "9223372036854775807 hours", "10001 years"} {
		if f, err := ParseFrequency(text); err == nil {
			t.Errorf("%q is read as %q, want an error", text, f)
		}
	}
}

// Next n steps and back again, for every kind: the steps between are counted as n.
func TestNextCounts(t *testing.T) {
	start := time.Date(2019, 12, 31, 22, 0, 0, 0, time.UTC)
	for _, text := range []string{"15m", "hour", "day", "week", "month end", "quarter end", "2 years",
		"business day", "business day [days mon tue wed thu fri sat; holidays 2019-12-25 2020-01-01 2020-01-06]", "3 business days", "business month end [days mon tue wed thu fri; holidays 2020-01-31]", "business quarter",
		"30m [days mon tue wed thu fri; times 09:30:00 10:00:00 10:30:00 15:30:00]", "30m [days mon tue wed thu fri]", "day [zone Europe/Berlin]", "hour [zone Australia/Sydney]", "month [zone America/New_York]"} {
		f, err := ParseFrequency(text)
		if err != nil {
			t.Fatal(err)
		}
		start := start
		if f.Days != nil { // begin on the grid
			start = f.Next(start, 0)
			if f.months() == 0 {
				start = f.Next(start, 1)
			}
		}
		for n := -30; n <= 30; n++ {
			if got, whole := f.stepsBetween(start, f.Next(start, n)); got != n || !whole {
				t.Errorf("%s: %d steps on is counted as %d, %t", text, n, got, whole)
			}
		}
	}
}

func TestLabelAfterUnknown(t *testing.T) {
	for _, test := range [][2]string{{"", "day (2006-01-02)"}, {"2020-01-01", ""}, {"x", "day (2006-01-02)"}, {"x", "1"}, {"2020-01-01", "day"}, {"2020-01-01", "often"}} {
		if got := LabelAfter(test[0], test[1], 1); got != "" {
			t.Errorf("%q after %q is %q, want none", test[1], test[0], got)
		}
	}
}
