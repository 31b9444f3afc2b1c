package main

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"
)

// rows writes n lines below a header, one for each i.
func rows(header string, n int, line func(i int) string) string {
	var b strings.Builder
	b.WriteString(header + "\n")
	for i := range n {
		if l := line(i); l != "" {
			b.WriteString(l + "\n")
		}
	}
	return b.String()
}

// wave is a value with a trend, a season and some noise.
func wave(i, season int) float64 {
	return 100 + 0.3*float64(i) + 10*math.Sin(2*math.Pi*float64(i)/float64(season)) + float64(i*7919%13)/5
}

func monthOf(i int, layout string) string {
	return time.Date(2010, time.Month(1+i), 1, 0, 0, 0, 0, time.UTC).Format(layout)
}

func dayOf(i int, layout string) string {
	return time.Date(2021, 3, 1+i, 0, 0, 0, 0, time.UTC).Format(layout)
}

func hourOf(i int, layout string) string {
	return time.Date(2021, 3, 1, i, 0, 0, 0, time.UTC).Format(layout)
}

// suggested are files of many kinds, and lines that their configs must hold, without what is behind them.
var suggested = []struct {
	name, file string
	lines      []string
	not        string // must not be in the config
}{
	{"monthly", rows("date,sales", 120, func(i int) string { return fmt.Sprintf("%s,%.2f", monthOf(i, "2006-01-02"), wave(i, 12)) }),
		[]string{"time: date", "targets: [sales]", "season: 12", "horizon: 12", "split: {validation: 24, test: 24}"}, "missing:"},
	{"semicolons", "\ufeff" + rows("Datum;Umsatz", 60, func(i int) string { return fmt.Sprintf("%s;%.2f", monthOf(i, "02.01.2006"), wave(i, 12)) }),
		[]string{"# Fields are separated by semicolons.", "time: Datum", "targets: [Umsatz]", "horizon: 6"}, ""},
	{"tabs and CRLF", strings.ReplaceAll(rows("t\ty", 90, func(i int) string { return fmt.Sprintf("%s\t%.2f", dayOf(i, "2006-01-02"), wave(i, 7)) }), "\n", "\r\n"),
		[]string{"# Fields are separated by tabs.", "time: t", `targets: ["y"]`, "season: 7"}, ""},
	{"gaps", rows("day,visits", 200, func(i int) string {
		if i%40 == 9 {
			return ""
		}
		return fmt.Sprintf("%s,%.2f", dayOf(i, "2006-01-02"), wave(i, 7))
	}), []string{"missing: interpolate # 5 rows are missing between others"}, ""},
	{"holes", rows("day,visits", 200, func(i int) string {
		v := fmt.Sprintf("%.2f", wave(i, 7))
		switch i % 50 {
		case 9:
			v = "n/a"
		case 20:
			v = ""
		}
		return dayOf(i, "2006-01-02") + "," + v
	}), []string{"missing: interpolate # 8 values are missing", `missing_values: ["", NA, n/a]`}, ""},
	{"panel below each other", rows("shop,month,sales,size", 360, func(i int) string {
		return fmt.Sprintf("shop %d,%s,%.2f,%d", i/60, monthOf(i%60, "2006-01"), wave(i%60, 12), i/60)
	}), []string{"series: shop", "time: month", "targets: [sales]", "split: {validation: 12, test: 12}", `# Column "size" is left out: it is the same in all rows of a series.`}, ""},
	{"panel by time, numbered", rows("date,store,price,demand,colour", 400, func(i int) string {
		return fmt.Sprintf("%s,%d,%d.5,%.2f,%s", dayOf(i/4, "2006-01-02"), 17+i%4, i%9, wave(i/4, 7), []string{"red", "blue", "green"}[i*7%3])
	}), []string{"series: store", "time: date", "targets: [demand]", "# covariates: [price, colour]", "# categorical: [colour]"}, ""},
	{"series named NA", rows("item,step,y", 120, func(i int) string {
		return fmt.Sprintf("%s,%d,%.2f", []string{"NA", "b", "c"}[i/40], i%40, wave(i%40, 4))
	}),
		[]string{"series: item", "time: step"}, ""},
	{"panel without time", rows("id,value", 120, func(i int) string { return fmt.Sprintf("%c,%.2f", 'a'+i/40, wave(i%40, 4)) }),
		[]string{"series: id", "targets: [value]"}, "time:"},
	{"day or month first", rows("date,y", 60, func(i int) string { return fmt.Sprintf("%s,%.2f", monthOf(i, "02/01/2006"), wave(i, 12)) }),
		[]string{"time: date", `time_format: "02/01/2006"`, "season: 12"}, "missing:"},
	{"month or day first", rows("date,y", 60, func(i int) string { return fmt.Sprintf("%s,%.2f", monthOf(i, "01/02/2006"), wave(i, 12)) }),
		[]string{"time: date", `time_format: "01/02/2006"`, "season: 12"}, "missing:"},
	{"year, month, day, hour", rows("No,year,month,day,hour,load,wind", 400, func(i int) string {
		return fmt.Sprintf("%d,%s,%.2f,%s", i+1, hourOf(i, "2006,1,2,15"), wave(i, 24), []string{"NW", "SE"}[i%2])
	}), []string{"time: [year, month, day, hour]", "targets: [load]", "# covariates: [wind]", "# categorical: [wind]", "season: 24", `# Column "No" is left out: it counts the rows.`}, ""},
	{"date and clock", rows("Date,Time,kw", 300, func(i int) string { return fmt.Sprintf("%s,%.2f", hourOf(i, "2006-01-02,15:04"), wave(i, 24)) }),
		[]string{"time: [Date, Time]", "targets: [kw]", "season: 24"}, ""},
	{"unix seconds", rows("stamp,kw", 300, func(i int) string { return fmt.Sprintf("%d,%.2f", 1600000000+i*3600, wave(i, 24)) }),
		[]string{"time: stamp", "season: 24"}, ""},
	{"years", rows("year,count", 120, func(i int) string { return fmt.Sprintf("%d,%.2f", 1900+i, wave(i, 11)) }), []string{"time: year", "targets: [count]"}, ""},
	{"amounts like years", rows("sales,costs", 60, func(i int) string { return fmt.Sprintf("%d,%d", 2000+i*37%90, 1500+i*41%80) }), []string{"targets: [sales]", "# covariates: [costs]"}, "time:"},
	{"quarters", rows("q,gdp", 80, func(i int) string { return fmt.Sprintf("%dQ%d,%.2f", 2000+i/4, 1+i%4, wave(i, 4)) }), []string{"time: q", "season: 4", "horizon: 4"}, ""},
	{"trading days", rows("Date,Open,Close,Volume", 300, func(i int) string {
		if d := time.Date(2021, 3, 1+i, 0, 0, 0, 0, time.UTC).Weekday(); d == time.Saturday || d == time.Sunday {
			return ""
		}
		return fmt.Sprintf("%s,%.2f,%.2f,%d", dayOf(i, "2006-01-02"), wave(i, 9), wave(i+1, 9), 1000+i*31%77)
	}), []string{"targets: [Close]", "# covariates: [Open, Volume]", "time: Date", "one every business day"}, "missing:"},
	{"uneven", rows("at,v", 90, func(i int) string {
		return fmt.Sprintf("%s,%.2f", hourOf(i*i%3+i*5, "2006-01-02 15:04:05"), wave(i, 9))
	}), []string{"targets: [v]", "time: at", "resample: {step: 6h, how: mean} # time stamps are uneven"}, "missing:"},
	{"jitter", rows("at,v", 200, func(i int) string {
		return fmt.Sprintf("%s,%.2f", time.Date(2021, 3, 1, 0, 15*i, i*7919%7-3, 0, time.UTC).Format(time.DateTime), wave(i, 9))
	}), []string{"time: at", "resample: {step: 15m, tolerance: 10s} # time stamps jitter around even ones"}, "missing:"},
	{"several rows a day", rows("day,y", 300, func(i int) string { return fmt.Sprintf("%s,%.2f", dayOf(i/3, "2006-01-02"), wave(i, 7)) }),
		[]string{"time: day", "resample: {step: day, how: sum} # several rows have one time stamp"}, "missing:"},
	{"several rows on most days", rows("day,y", 300, func(i int) string { return fmt.Sprintf("%s,%.2f", dayOf(i/3+i/3/10*2, "2006-01-02"), wave(i, 7)) }),
		[]string{"resample: {step: day, how: sum}", "missing: zero"}, ""},
	{"numbers", rows("x,y", 90, func(i int) string { return fmt.Sprintf("%d,%.2f", i*5, wave(i, 9)) }), []string{"time: x", `targets: ["y"]`}, ""},
	{"no time", rows("y", 90, func(i int) string { return fmt.Sprintf("%.2f", wave(i, 9)) }), []string{`targets: ["y"]`}, "time:"},
	{"columns alike", rows("day,s1,s2,s3", 90, func(i int) string {
		return fmt.Sprintf("%s,%.2f,%.2f,%.2f", dayOf(i, "2006-01-02"), wave(i, 7), wave(i+3, 7), wave(2*i, 7))
	}), []string{"targets: [s1, s2, s3]"}, ""},
	{"hostile names", rows(`"date: #1","a, b","c ""d""",note`, 90, func(i int) string {
		return fmt.Sprintf("%s,%.2f,%d,see %d", dayOf(i, "2006-01-02"), wave(i, 7), i*31%17, i)
	}), []string{`time: "date: #1"`, `targets: ["a, b"]`, `# covariates: ["c \"d\""]`, `# Column "note" is left out: it holds text.`}, ""},
	{"year and week", rows("Year,Week,y", 156, func(i int) string { return fmt.Sprintf("%d,%d,%.2f", 2018+i/52, 1+i%52, wave(i, 52)) }), []string{`targets: ["y"]`, "time: [Year, Week]", "season: 52"}, ""},
	{"two keys", rows("store,item,month,y", 240, func(i int) string {
		return fmt.Sprintf("s%d,i%d,%s,%.2f", i/120, i/60%2, monthOf(i%60, "2006-01"), wave(i%60, 12))
	}), []string{"series: [store, item]", "time: month", "season: 12"}, ""},
	{"decimal commas", rows("month;y", 60, func(i int) string {
		return monthOf(i, "2006-01") + ";" + strings.Replace(fmt.Sprintf("%.2f", wave(i, 12)), ".", ",", 1)
	}), []string{"time: month", `targets: ["y"]`}, ""},
	{"wide", rows("item"+wideHeader(60), 5, func(i int) string { return fmt.Sprintf("i%d", i) + wideRow(i, 60) }), []string{"wide: dates", "series: item"}, ""},
	{"short", rows("month,y", 20, func(i int) string { return fmt.Sprintf("%s,%.2f", monthOf(i, "2006-01"), wave(i, 12)) }), []string{"time: month", "horizon: 1"}, ""},
}

// What init writes for files of many kinds trains unedited.
func TestInitTrains(t *testing.T) {
	for i, test := range suggested {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t)
			csv, config := fmt.Sprintf("file-%d.csv", i), fmt.Sprintf("file-%d.yaml", i)
			if err := os.WriteFile(p.path(csv), []byte(test.file), 0o600); err != nil {
				t.Fatal(err)
			}
			if c := p.run("init", csv); c.code() != 0 {
				t.Fatalf("init: exit %d: %s", c.code(), &c.stderr)
			}
			b, err := os.ReadFile(p.path(config))
			if err != nil {
				t.Fatal(err)
			}
			text := strings.Join(strings.Fields(string(b)), " ")
			for _, line := range test.lines {
				if !strings.Contains(text, line) {
					t.Errorf("no %q in\n%s", line, b)
				}
			}
			if test.not != "" && strings.Contains(string(b), test.not) {
				t.Errorf("%q in\n%s", test.not, b)
			}
			for _, args := range [][]string{{"--dry-run"}, {"--quiet", "--set", "train.min_updates=0", "--set", "train.max_updates=2", "--set", "ensemble.members=0"}} {
				if c := p.run(append([]string{"train", config}, args...)...); c.code() != 0 {
					t.Errorf("train %v: exit %d: %s\n%s", args, c.code(), &c.stderr, b)
				}
			}
		})
	}
}

// What is offered as a comment trains too, once it is uncommented.
func TestInitComments(t *testing.T) {
	for _, test := range suggested {
		if !strings.Contains(strings.Join(test.lines, " "), "# covariates") {
			continue
		}
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t)
			if err := os.WriteFile(p.path("a.csv"), []byte(test.file), 0o600); err != nil {
				t.Fatal(err)
			}
			c := p.run("init", "a.csv", "-o", "-")
			text := strings.NewReplacer("  # covariates:", "  covariates:", "  # categorical:", "  categorical:").Replace(c.stdout.String())
			if err := os.WriteFile(p.path("a.yaml"), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if c := p.run("train", "a.yaml", "--dry-run"); c.code() != 0 || !strings.Contains(text, "\n  covariates:") {
				t.Errorf("exit %d: %s\n%s", c.code(), &c.stderr, text)
			}
		})
	}
}

// Where no config can train, init says why and what to do, and writes nothing.
func TestInitRefuses(t *testing.T) {
	monthly := func(i int) string { return fmt.Sprintf("%s,%.2f", monthOf(i, "2006-01"), wave(i, 12)) }
	for _, test := range []struct{ name, file, want string }{
		{"too short", rows("month,y", 12, monthly), "a.csv: the series has 12 rows, too few to learn from, keep apart and test on; give at least 20"},
		{"no numbers", rows("month,colour", 30, func(i int) string { return monthOf(i, "2006-01") + ",red" }),
			`a.csv: no column holds numbers that could be forecast: "month" holds time stamps; "colour" is red in every row`},
		{"constant", rows("month,y", 30, func(i int) string { return monthOf(i, "2006-01") + ",5" }), `"y" is 5 in every row`},
		{"several rows a day, of few days", rows("day,y", 12, func(i int) string { return fmt.Sprintf("%s,%.2f", dayOf(i/3, "2006-01-02"), wave(i, 7)) }),
			`a.csv:3: time stamp "2021-03-01" stands there again, and no column tells series apart; have the rows of a step put together with data.resample`},
		{"total below", rows("month,y", 60, monthly) + ",123456\n", `a.csv:62: the row has no time stamp in column "month"; if it is a total, delete it`},
		{"rows ahead", rows("month,y", 66, func(i int) string {
			if i >= 60 {
				return monthOf(i, "2006-01") + ","
			}
			return monthly(i)
		}), `a.csv:62: the last 6 rows have no value in "y": they are to be forecast, not to learn from; delete them`},
		{"newest first", rows("month,y", 60, func(i int) string { return monthly(59 - i) }), "time stamps fall from row to row: sort the file with the oldest first"},
		{"dates across", "item,2020-01,2020-02,2020-03\na,x,y,z\nb,x,y,z\n", "3 columns are named by dates: a row is a series there, but its values are no numbers, or nothing names each row"},
		{"wide, without names", rows(strings.TrimPrefix(wideHeader(40), ","), 5, func(i int) string { return strings.TrimPrefix(wideRow(i, 40), ",") }),
			"there are 5 rows: a row is a series there, but nothing names each of them; give every row a name in a column of its own, such as id"},
		{"no header", rows("2010-01,5", 60, monthly), "a.csv:1:1: the first line looks like data: it must name the columns; put a line of names above it"},
		{"header alone", "a,b\n", "there is a header and no row below it"},
		{"empty", "", "the file is empty"},
		{"no text", "PK\x03\x04\x00\x00", "a zip archive or an Excel workbook; export it as CSV"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t)
			if err := os.WriteFile(p.path("a.csv"), []byte(test.file), 0o600); err != nil {
				t.Fatal(err)
			}
			c := p.run("init", "a.csv")
			if got := c.stderr.String(); c.code() != 4 || !strings.Contains(got, test.want) {
				t.Errorf("exit %d, want 4; got %s\nwant %s", c.code(), got, test.want)
			}
			if _, err := os.Stat(p.path("a.yaml")); err == nil {
				t.Error("a config was written all the same")
			}
		})
	}
}

func wideHeader(n int) (s string) {
	for i := range n {
		s += fmt.Sprintf(",d_%d", i+1)
	}
	return s
}

func wideRow(row, n int) (s string) {
	for i := range n {
		s += fmt.Sprintf(",%d", (row+1)*i*7%11)
	}
	return s
}
