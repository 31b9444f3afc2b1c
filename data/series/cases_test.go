package series

import (
	"strings"
	"testing"

	"recur/configs"
)

// Files in the shape of what people reported: how their time stamps go on, in their own form.
func TestTimeStampsOfCases(t *testing.T) {
	for _, test := range []struct {
		file, frequency string
		next            string // the first time stamps after the last, separated by |
		change          func(*configs.Data)
	}{
		{"monthend", "month end", "2020-02-29|2020-03-31", nil},
		{"qend", "quarter end", "2020-03-31|2020-06-30", nil},
		{"w3", "week", "202053|202101", nil},
		{"yw", "week", "2020-W53|2021-W01", columns("Year", "Week")},
		{"nyse", "business day", "2022-04-20|2022-04-21|2022-04-22|2022-04-25", nil},
		{"bme", "business month end", "2020-01-31|2020-02-28|2020-03-31|2020-04-30|2020-05-29", nil},
		{"yf_tz", "day", "2021-05-15 00:00:00-04:00|2021-05-16 00:00:00-04:00", nil},
		{"mtz", "month", "2020-01-01T00:00:00+01:00|2020-02-01T00:00:00+01:00|2020-03-01T00:00:00+01:00|2020-04-01T00:00:00+02:00", nil},
		{"dtzutc", "day", "2022-02-04T23:00:00Z|2022-02-05T23:00:00Z", nil},
		{"pjm_fall", "hour", "", func(d *configs.Data) { d.TimeZone = "America/New_York" }},
		{"pjm_spring", "hour", "", func(d *configs.Data) { d.TimeZone = "America/New_York" }},
		{"decyear", "month", "1980.000|1980.083|1980.167", nil},
		{"excelserial", "month", "43831|43862", nil},
		{"ns", "5ms", "1664450003000000000|1664450003005000000", nil},
		{"isofrac", "5ms", "2022-09-29 14:00:03.000|2022-09-29 14:00:03.005", nil},
		{"isoz", "day", "2021-03-11T00:00:00.000+0000|2021-03-12T00:00:00.000+0000", nil},
		{"aep_us", "hour", "10/31/2004 0:00|10/31/2004 1:00", nil},
		{"m11", "month", "JAN-20|FEB-20", nil},
		{"q3", "quarter", "Q1 2020|Q2 2020", nil},
		{"he", "hour", "2018-10-31 01:00|2018-10-31 02:00", columns("Date", "HE")},
		{"ercot24", "hour", "10/31/2018 01:00|10/31/2018 02:00", nil},
		{"z_nfd", "month", "2020-01-01|2020-02-01", nil},
	} {
		d := caseOf(t, test.file, test.change)
		if d == nil {
			continue
		}
		if got := d.Frequency.Name(); got != test.frequency {
			t.Errorf("%s: the step is %q, want %q", test.file, got, test.frequency)
		}
		s := d.Series[0]
		if n := len(strings.Split(test.next, "|")); test.next != "" {
			got := LabelsAfter(s.Labels[len(s.Labels)-1], d.Frequency.String(), n)
			if strings.Join(got, "|") != test.next {
				t.Errorf("%s: goes on with %q, want %q", test.file, got, test.next)
			}
		}
	}
}

func columns(names ...string) func(*configs.Data) {
	return func(d *configs.Data) { d.Time = names }
}

// caseOf reads a file of testdata/cases: the time stamps in the first column, the target in the last.
func caseOf(t *testing.T, name string, change func(*configs.Data)) *Dataset {
	t.Helper()
	table, err := ReadTable("testdata/cases/"+name+".csv", 1000)
	if err != nil {
		t.Fatal(err)
	}
	d, err := OpenCSV(config(func(c *configs.Config) {
		c.Data.Time, c.Data.Targets = table.Names[:1], table.Names[len(table.Names)-1:]
		if change != nil {
			change(&c.Data)
		}
	}), "testdata/cases/"+name+".csv")
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return nil
	}
	return d
}

// A file of few rows goes on by the step that a network has learnt, and one of another step is refused by name.
func TestStepIsTheLearntOne(t *testing.T) {
	learnt := func(file string) Frequency { return caseOf(t, file, nil).Frequency }
	for _, test := range []struct{ file, stamps, next string }{
		{"monthend", "2020-02-29", "2020-03-31|2020-04-30"},
		{"qend", "2024-06-30|2024-09-30", "2024-12-31|2025-03-31"},
		{"qend", "2024-06-30", "2024-09-30|2024-12-31"},
		{"monthend", "2020-02-15", "2020-03-15|2020-04-15"},
		{"nyse", "2020-12-31", "2021-01-01|2021-01-04"},
		{"nyse", "2020-12-25|2020-12-28", "2020-12-29|2020-12-30"},
		{"bme", "2020-02-28", "2020-03-31|2020-04-30|2020-05-29"},
		{"w3", "202052", "202053|202101"},
		{"q3", "Q4 2020", "Q1 2021|Q2 2021"},
		{"m11", "DEC-20", "JAN-21|FEB-21"},
		{"aep_us", "10/31/2004 9:00", "10/31/2004 10:00|10/31/2004 11:00"},
		{"ns", "1664450003000000000", "1664450003005000000|1664450003010000000"},
		{"decyear", "1980.917", "1981.000|1981.083"},
		{"isoz", "2021-03-10T00:00:00.000+0000", "2021-03-11T00:00:00.000+0000"},
		{"dtzutc", "2021-03-26T23:00:00Z", "2021-03-27T23:00:00Z|2021-03-28T22:00:00Z"},
		{"monthend", "5", "6|7"},
		{"monthend", "2020-01-31|2020-02-07|2020-02-14", "the step from row to row is week, and the network has learnt from data whose step is month end"},
		{"w3", "2020-01-06|2020-01-07|2020-01-08", "the step from row to row is day, and the network has learnt from data whose step is week"},
		{"nyse", "2020-01-31|2020-02-29|2020-03-31", "the step from row to row is month end, and the network has learnt from data whose step is business day"},
		{"bme", "2020-01-31|2020-03-31|2020-05-29", "the step from row to row is 2 months, and the network has learnt from data whose step is business month end"},
	} {
		set, err := likeStamps(strings.Split(test.stamps, "|"), learnt(test.file))
		switch {
		case err != nil:
			if !strings.Contains(err.Error(), test.next) {
				t.Errorf("%s, then %s: %v, want %s", test.file, test.stamps, err, test.next)
			}
			continue
		}
		s, n := set.Series[0], len(strings.Split(test.next, "|"))
		if got := strings.Join(LabelsAfter(s.Labels[len(s.Labels)-1], set.Frequency.String(), n), "|"); got != test.next {
			t.Errorf("%s, then %s: goes on with %s, want %s", test.file, test.stamps, got, test.next)
		}
	}
}

func likeStamps(stamps []string, learnt Frequency) (*Dataset, error) {
	src := "t;v\n"
	for _, s := range stamps {
		src += s + ";1\n"
	}
	c := config(func(c *configs.Config) { c.Data.Time, c.Data.Targets = []string{"t"}, []string{"v"} })
	return parseLike("t.csv", []byte(src), c, learnt)
}
