package series

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"recur/configs"
	"recur/data"
	"recur/internal/mutate"
)

// csvChoices are configs that a CSV file is read with; the first byte of an input chooses among them.
var csvChoices = []func(*configs.Config){
	func(c *configs.Config) { c.Data.Time = []string{"date"} },
	func(c *configs.Config) { c.Data.Time, c.Data.Missing = []string{"date"}, "interpolate" },
	func(c *configs.Config) { c.Data.Missing = "forward" },
	func(c *configs.Config) {
		c.Data.Time, c.Data.Series, c.Data.Missing = []string{"date"}, []string{"s"}, "forward"
	},
	func(c *configs.Config) { c.Data.Time, c.Data.Covariates = []string{"date"}, []string{"x"} },
	func(c *configs.Config) { c.Data.Time = []string{"year", "month", "day"} },
	func(c *configs.Config) { c.Data.Time, c.Data.TimeFormat = []string{"date"}, "yyyymmdd" },
	func(c *configs.Config) {
		c.Data.Time, c.Data.Frequency, c.Data.Missing = []string{"date"}, "month", "interpolate"
	},
	func(c *configs.Config) { c.Data.Time, c.Data.TimeFormat = []string{"date"}, "number" },
}

// FuzzCSV reads anything without a panic; what is read has the shape that its columns say, and prepares or fails cleanly.
func FuzzCSV(f *testing.F) {
	seeds := []string{
		"\x00date,value\n2020-01-01,1\n2020-01-02,2\n", "\x01date;value\r\n01.02.2020;1\r\n", "\x02\ufeffdate\tvalue\n1\t2\n3\t\n",
		"\x03date,value,s\n1,2,a\n2,3,a\n1,5,b\n", "\x00date,value\n\"a\n", "\x01date,value\n1,2\n\n2,3\n", "\x01date,value\n2020Q1,1\n2020Q2,NA\n2020Q4,4\n",
		"\x07date,value\n2020-01-31,1\n2020-02-29,2\n2020-03-31,3\n", "\x08date,value\n9223372036854775807,1\n-9223372036854775808,2\n",
		"\x01date,value\n0001-01-01,1\n9999-12-31,2\n", "\x08date,value\n1e-300,1\n2e-300,2\n3e300,3\n", "\x04date,value,x\n2020-01-01 10:00,1,2\n2020-01-01 10:15,1,3\n",
		"\x05year,month,day,value\n2020,1,1,5\n2020,2,1,6\n2020,4,1,6\n", "\x06date,value\n20200101,1\n20200108,2\n20200115,3\n20200122,3\n20200129,3\n",
	}
	names, err := filepath.Glob("testdata/bad/*.csv")
	if err != nil || len(names) == 0 {
		f.Fatal(names, err)
	}
	for i, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		if len(src) < 500 {
			seeds = append(seeds, string(rune(i%len(csvChoices)))+string(src))
		}
	}
	mutate.Fuzz(f, mutate.Target{
		Seeds: seeds, Try: readsCSV, Limit: 800,
		Words: []string{"date", "value", ",", ";", "\t", "\n", "\r\n", "\"", "NA", "2020-01-01", "2020-01-31", "01/02/2020", "2020Q3", "2020-W53", "1583020800", "10:30", "T00:00:00Z", " +0100",
			"Jan 2020", "202001", "9999-12-31", "0001-01-01", "1e308", "-1e308", "\ufeff", "\x00", "\xff", "#", "nan", "1,5", "1.234,5", "\n\n", "\u2028"},
	})
}

func readsCSV(t testing.TB, b []byte) {
	if len(b) == 0 {
		return
	}
	c := config(func(c *configs.Config) { c.Data.Window, c.Data.Horizon = 1, 1 })
	csvChoices[int(b[0])%len(csvChoices)](c)
	d, err := parseCSV("fuzz.csv", b[1:], c)
	if err != nil {
		if strings.TrimSpace(err.Error()) == "" || !strings.HasPrefix(err.Error(), "fuzz.csv") {
			t.Fatalf("the error %q does not name the file", err)
		}
		return
	}
	for i := range d.Series {
		s := &d.Series[i]
		n := s.Rows(d.Columns())
		if n == 0 || len(s.Missing) != n*d.Columns() || len(c.Data.Time) > 0 && (len(s.Labels) != n || len(s.Time)+len(s.Numbers) != n) {
			t.Fatalf("series %d has %d values, %d missing, %d labels, %d times, %d numbers", i, n, len(s.Missing), len(s.Labels), len(s.Time), len(s.Numbers))
		}
		if len(s.Labels) > 0 {
			LabelAfter(s.Labels[n-1], d.Frequency.String(), 3)
		}
	}
	q, err := Prepare(d, c)
	if err != nil || q.Train.Len() == 0 {
		return
	}
	var batch data.Batch[float32]
	data.Fill(q.Train, []int{q.Train.Len() - 1}, &batch)
}

// globalSets are configs of recipe global that a CSV file is read with; the first byte of an input chooses among them.
var globalSets = [][]string{
	{"data.season=[2]"}, {"data.season=[]", "data.find_season=true"}, {"data.future_covariates=[x]"}, {"data.horizon_column=x"}, {"data.covariates=[x]", "data.missing=interpolate"},
	{"data.transform=log", "data.center=season", "data.season=[2]"}, {"data.pad=true", "data.window_scale=deviation"}, {"data.future_covariates=[x]", "data.missing=forward", "data.pad=true"},
	{"data.split={train: 3, validation: 2, test: 2}"}, {"data.center=last", "data.scale=none", "data.window_scale=none", "data.transform=none"}, {"data.time=[date]"}, {"data.time=[date]", "data.missing=interpolate", "data.future_covariates=[x]"},
	{"data.time=[date]", "data.calendar=[month, day, weekday, hour, minute]", "data.missing=seasonal", "data.season=[7]"}, {"data.covariates=[x]", "data.categorical=[x]"},
	{"data.future_covariates=[x]", "data.categorical=[x]", "data.pad=true"}, {"data.missing_mask=true", "data.missing=forward"}, {"data.seasonal_profile=true", "data.season=[3]", "data.pad=true"}, {"data.targets=[value, x]"},
}

// FuzzGlobal: the same for recipe global, where every target of every series is a series of its own.
func FuzzGlobal(f *testing.F) {
	var choices []*configs.Config
	var seeds []string
	rows := "date,s,value,x\n"
	for i, s := range []string{"a", "b"} {
		for d := range 14 {
			rows += fmt.Sprintf("2020-01-%02d,%s,%d,%d\n", d+1, s, 3+(d*7+i)%5, 2)
		}
	}
	known := rows + "2020-01-15,b,NA,2\n2020-01-16,b,NA,2\n"
	for i, set := range globalSets {
		c, err := configs.Parse("fuzz.yaml", []byte("recipe: global\ndata: {csv: fuzz.csv, series: s, targets: [value], window: 4, horizon: 2}\nensemble: {members: 0}\n"), set)
		if err != nil {
			f.Fatal(err)
		}
		choices = append(choices, c)
		seeds = append(seeds, string(rune(i))+rows, string(rune(i))+known, string(rune(i))+strings.Replace(known, ",2\n", ",1e300\n", 1))
	}
	mutate.Fuzz(f, mutate.Target{
		Seeds: seeds, Limit: 1500,
		Words: []string{"2020-01-", ",a,", ",b,", ",c,", "NA", ",,", "\n", "value", "x", "-1", "0", "1e300", "-1e300", "1e-300", "\"\""},
		Try: func(t testing.TB, b []byte) {
			if len(b) == 0 {
				return
			}
			c := choices[int(b[0])%len(choices)]
			d, err := parseCSV("fuzz.csv", b[1:], c)
			if err != nil {
				return
			}
			q, err := Prepare(d, c)
			if err != nil {
				return
			}
			FindSeason(d, c)
			everyPart(t, q)
			if again, err := PrepareWith(d, c, q.Fitted()); err == nil {
				everyPart(t, again)
			}
		},
	})
}

// everyPart reads the last window of each part in every way.
func everyPart(t testing.TB, q *Prepared) {
	parts := []*Part{q.Train, q.Validation, q.Test}
	for _, p := range parts {
		if p.Len() > 0 {
			parts = append(parts, p.Rolling(2))
		}
	}
	for _, p := range parts {
		if p.Len() == 0 {
			continue
		}
		var batch data.Batch[float64]
		last := p.Len() - 1
		data.Fill(p, []int{last}, &batch)
		values, known := p.Truth(last)
		p.ScaledTruth(last)
		p.Ahead(last)
		out := make([]float64, len(values))
		p.Restore(last, make([]float64, len(values)), out)
		if len(known) != len(values) {
			t.Fatalf("window %d of the %s part has %d values, %d of them judged", last, p.Name, len(values), len(known))
		}
		p.Input(last)
	}
	for s := range q.Set.Series {
		q.Tail(s)
	}
}

// FuzzFrequency: what is read is written the same way again, and a step of it can be taken.
func FuzzFrequency(f *testing.F) {
	mutate.Fuzz(f, mutate.Target{
		Seeds: []string{"month (2006-01)", "2 weeks", "15m0s", "0.5", "quarter end (2006-01-02)", "3 year ends (2006)", "1h30m (iso)", "hour", "2 days (unix)", "7 minutes", "30 seconds"},
		Words: []string{"month", "quarter", "year", "week", "day", "hour", "minute", "second", "s", " end", " ends", "(", ")", "1h", "9999999h", "ns", "iso", "unix_ms", "2006-W01", "2006Q1"},
		Limit: 100,
		Try: func(t testing.TB, b []byte) {
			text := string(b)
			one, err := ParseFrequency(text)
			if err != nil {
				return
			}
			two, err := ParseFrequency(one.String())
			if err != nil || one.String() != two.String() {
				t.Fatalf("%q is %q, read again as %q, %v", text, one, two, err)
			}
			LabelAfter("2020-01-31", text, 5)
		},
	})
}

// FuzzLabel: an input is the form of a time stamp and the time stamp, a line each. What a form that recur finds out reads it
// writes in a way that it reads again as the same time. A layout of the user's may leave out what a time has.
func FuzzLabel(f *testing.F) {
	seeds := []string{"iso\n2020-02-29", "unix\n1583020800", "unix_ms\n-1", "2006-W01\n2020-W53", "2006Q1\n2020Q4", "2006-W01\n+020-W53", "2006-W01\n2020-W+1", "yyyymmddhh\n2020010123", "2006-01-02T15:04:05Z07:00\n2020-01-01T10:00:00+01:00",
		"2 Jan 2006 3:04 PM\n5 Feb 2021 12:30 AM", "Monday, 02-Jan-06 15:04:05 MST\nTuesday, 05-Jan-21 10:00:00 CET", "2006-01-02 15:04:05.000\n2020-01-01 00:00:00.5"}
	for _, f := range data.Forms[0] {
		if l := f.Name; !strings.HasSuffix(l, "15") && !strings.ContainsAny(l, ":yQWT") { // dates and months alone
			seeds = append(seeds, l+"\n"+l)
		}
	}
	mutate.Fuzz(f, mutate.Target{
		Seeds: seeds, Limit: 100, Try: writesWhatItReads,
		Words: []string{"2006", "01", "02", "15", "03", "04", "05", "06", "Jan", "January", "Mon", "Monday", "_2", "002", "PM", "pm", "MST", "Z07:00", "-0700", ".000", ".999", ",000", "\n", "W", "Q", "unix", "+14:00", "-23:59", "9999", "0000"},
	})
}

func writesWhatItReads(t testing.TB, b []byte) {
	name, stamp, _ := strings.Cut(string(b), "\n")
	form, ok := data.FormNamed(name)
	if !ok {
		return
	}
	moment, ok := form.Parse(stamp)
	if !ok {
		return
	}
	written := form.Print(moment)
	if again, ok := form.Parse(written); foundOut(name) && (!ok || !again.Equal(moment)) {
		t.Fatalf("form %q reads %q as %v, writes that as %q and reads it as %v, %v", name, stamp, moment, written, again, ok)
	}
	for _, frequency := range []string{"month end (" + name + ")", "15m (" + name + ")", "1000 years (" + name + ")"} {
		LabelAfter(stamp, frequency, 7)
	}
}

// foundOut says that a form of this name is one of data.Forms.
func foundOut(name string) bool {
	for _, group := range data.Forms {
		for _, f := range group {
			if f.Name == name {
				return true
			}
		}
	}
	return false
}
