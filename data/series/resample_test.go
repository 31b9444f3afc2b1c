package series

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"recur/configs"
)

// gridded reads a CSV file with keys of data, in YAML, as the config of a run has them.
func gridded(src, keys string) (*Dataset, error) {
	c, err := configs.Parse("a.yaml", []byte("recipe: global\ndata: {csv: a.csv, "+keys+"}\n"), nil)
	if err != nil {
		return nil, err
	}
	return parseCSV("a.csv", []byte(src), c)
}

func caseText(t *testing.T, name string) string {
	t.Helper()
	src, err := os.ReadFile("testdata/cases/" + name + ".csv")
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

// The values are those of pandas 3.1: pd.read_csv(f, parse_dates=[t]).resample(step, on=t)[v].how(), weeks with label="left",
// closed="left"; of jitter those of the file, at dt.round("200ms").
func TestResampleCases(t *testing.T) {
	receipts, irreg := "time: date, targets: [amount], ", "time: ts, targets: [v], "
	for _, test := range []struct {
		file, keys       string
		rows             int
		begin, end       string
		first, last, sum float64
	}{
		{"receipts", receipts + "resample: {step: day, how: sum}", 120, "2023-01-01", "2023-04-30", 31.66, 38.7, 6177.39},
		{"receipts", receipts + "resample: {step: day, how: mean}", 120, "2023-01-01", "2023-04-30", 15.83, 19.35, 2324.7975},
		{"receipts", receipts + "resample: {step: day, how: min}", 120, "2023-01-01", "2023-04-30", 3, 2.07, 1457.45},
		{"receipts", receipts + "resample: {step: day, how: max}", 120, "2023-01-01", "2023-04-30", 28.66, 36.63, 3390.72},
		{"receipts", receipts + "resample: {step: day, how: median}", 120, "2023-01-01", "2023-04-30", 15.83, 19.35, 2204.635},
		{"receipts", receipts + "resample: {step: day, how: first}", 120, "2023-01-01", "2023-04-30", 28.66, 2.07, 2203.32},
		{"receipts", receipts + "resample: {step: day, how: last}", 120, "2023-01-01", "2023-04-30", 3, 36.63, 2284.28},
		{"receipts", receipts + "resample: {step: day, how: count}", 120, "2023-01-01", "2023-04-30", 2, 2, 318},
		{"receipts", receipts + "resample: {step: day, how: {amount: sum}}", 120, "2023-01-01", "2023-04-30", 31.66, 38.7, 6177.39},
		{"receipts", receipts + "resample: {step: week, how: sum}", 18, "2022-12-26", "2023-04-24", 31.66, 297.06, 6177.39},
		{"receipts", receipts + "resample: {step: month, how: sum}", 4, "2023-01-01", "2023-04-01", 1682.29, 1464.29, 6177.39},
		{"receipts", receipts + "resample: {step: month end, how: mean}", 4, "2023-01-31", "2023-04-30", 20.268554216867468, 20.623802816901406, 77.81345922029274},
		{"irreg", irreg + "resample: 1h", 47, "2022-01-01 00:00:00", "2022-01-02 22:00:00", 0.4628272727272727, -0.2558, 1.829085328961973},
		{"irreg", irreg + "resample: 30min", 93, "2022-01-01 00:00:00", "2022-01-02 22:00:00", 0.25161666666666666, -0.2558, 4.003899891497391},
		{"irreg", irreg + "resample: {step: 6h, how: last}", 8, "2022-01-01 00:00:00", "2022-01-02 18:00:00", 0.6937, -0.2558, 0.7483},
		{"irreg", irreg + "resample: {step: 1h, incomplete: drop}", 46, "2022-01-01 00:00:00", "2022-01-02 21:00:00", 0.4628272727272727, 0.34263636363636363, 1.829085328961973 + 0.2558},
		{"jitter", irreg + "resample: {step: 200ms, tolerance: 20ms}", 600, "1664450000000", "1664450119800", -0.0055, -0.1803, 17.7859},
	} {
		d, err := gridded(caseText(t, test.file), test.keys)
		if err != nil {
			t.Errorf("%s, %s: %v", test.file, test.keys, err)
			continue
		}
		s, sum := d.Series[0], 0.0
		for _, v := range s.Values {
			sum += v
		}
		n := len(s.Values)
		if n != test.rows || s.Labels[0] != test.begin || s.Labels[n-1] != test.end {
			t.Errorf("%s, %s: %d rows from %s to %s", test.file, test.keys, n, s.Labels[0], s.Labels[n-1])
			continue
		}
		for _, v := range [][2]float64{{s.Values[0], test.first}, {s.Values[n-1], test.last}, {sum, test.sum}} {
			if math.Abs(v[0]-v[1]) > 1e-9 {
				t.Errorf("%s, %s: %v, want %v", test.file, test.keys, v[0], v[1])
			}
		}
	}
}

// Rows of a cell are counted to it by the calendar of the place, and the forecast goes on along the grid.
func TestResampleCells(t *testing.T) {
	const layout = "2006-01-02 15:04:05"
	berlin := local("Europe/Berlin", "2018-03-24 00:00:00", layout, 30*time.Minute, 48*2+46)
	autumn := local("Europe/Berlin", "2018-10-27 00:00:00", layout, 30*time.Minute, 48*2+50)
	utc := stampsOf("2018-03-24T00:00:00Z", time.RFC3339, time.Hour, 72, func(time.Time) bool { return true })
	halves := stampsOf("2020-01-01 00:30:00", layout, 30*time.Minute, 8, func(time.Time) bool { return true })
	days := stampsOf("2019-12-28", "2006-01-02", day, 40, func(time.Time) bool { return true })
	for _, test := range []struct {
		name, keys string
		stamps     []string
		counts     string // rows of every step
		begin      string
		next       string
	}{
		{"a day of 23 hours", "time_zone: Europe/Berlin, resample: day", berlin, "48 46 48", "2018-03-24 00:00:00", "2018-03-27 00:00:00"},
		{"a day of 25 hours", "time_zone: Europe/Berlin, resample: day", autumn, "48 50 48", "2018-10-27 00:00:00", "2018-10-30 00:00:00"},
		{"hours through it", "time_zone: Europe/Berlin, resample: 1h", autumn[48:98], strings.TrimSpace(strings.Repeat("2 ", 25)), "2018-10-28 00:00:00", "2018-10-29 00:00:00"},
		{"the days of a place, of UTC", "time_zone: Europe/Berlin, resample: day", utc, "23 23 24 2", "2018-03-23T23:00:00Z", "2018-03-27T22:00:00Z"},
		{"days of UTC", "resample: day", utc, "24 24 24", "2018-03-24T00:00:00Z", "2018-03-27T00:00:00Z"},
		{"days from six to six", "resample: {step: day, offset: 6h}", utc, "6 24 24 18", "2018-03-23T06:00:00Z", "2018-03-27T06:00:00Z"},
		{"weeks from Monday", "resample: week", days, "2 7 7 7 7 7 3", "2019-12-23", "2020-02-10"},
		{"weeks from Sunday", "resample: {step: week, offset: 6 days}", days, "1 7 7 7 7 7 4", "2019-12-22", "2020-02-09"},
		{"fortnights", "resample: 2 weeks", days, "9 14 14 3", "2019-12-23", "2020-02-17"},
		{"months", "resample: month", days, "4 31 5", "2019-12-01", "2020-03-01"},
		{"month ends", "resample: month end", days, "4 31 5", "2019-12-31", "2020-03-31"},
		{"quarters", "resample: quarter", days, "4 36", "2019-10-01", "2020-04-01"},
		{"years", "resample: year", days, "4 36", "2019-01-01", "2021-01-01"},
		{"hours", "resample: 1h", halves, "1 2 2 2 1", "2020-01-01 00:00:00", "2020-01-01 05:00:00"},
		{"hours by their ends", "resample: {step: 1h, closed: right}", halves, "2 2 2 2", "2020-01-01 01:00:00", "2020-01-01 05:00:00"},
		{"days by ends of hours", "resample: {step: day, closed: right}", halves, "8", "2020-01-01 00:00:00", "2020-01-02 00:00:00"},
		{"numbers", "resample: 0.3", []string{"0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1.0"}, "3 3 3 2", "0.0", "1.2"},
		{"numbers by the nearest", "resample: {step: 0.5, tolerance: 0.1}", []string{"0.04", "0.46", "1.02", "1.5"}, "1 1 1 1", "0.0", "2.0"},
		{"hours from 1 to 24", "resample: day", []string{"10/30/2018 01:00", "10/30/2018 13:00", "10/30/2018 24:00", "10/31/2018 02:00", "10/31/2018 24:00"}, "3 2", "10/30/2018 24:00", "11/01/2018 24:00"},
		{"years of months", "resample: year", []string{"2019-11", "2019-12", "2020-01", "2020-02", "2020-03", "2020-04"}, "2 4", "2019-01", "2021-01"},
	} {
		d, err := gridded("t;v\n"+strings.Join(test.stamps, ";1\n")+";1\n", "time: t, targets: [v], "+strings.Replace(long(test.keys), "{", "{how: sum, ", 1))
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		s := d.Series[0]
		counts := strings.Trim(fmt.Sprint(s.Values), "[]")
		if counts != test.counts || s.Labels[0] != test.begin {
			t.Errorf("%s: %s from %s, want %s from %s", test.name, counts, s.Labels[0], test.counts, test.begin)
		}
		if got := LabelAfter(s.Labels[len(s.Labels)-1], d.Frequency.String(), 1); got != test.next {
			t.Errorf("%s: goes on with %s, want %s", test.name, got, test.next)
		}
	}
}

// long writes the short form of data.resample out.
func long(keys string) string {
	return regexp.MustCompile(`resample: ([^{]*)$`).ReplaceAllString(keys, "resample: {step: $1}")
}

// What has no row, and what has rows without a value, follows data.missing; sums are not 0 but with zero.
func TestResampleOfNothing(t *testing.T) {
	const src = "t,v,price,shop\n2020-01-01 10:00,1,5,x\n2020-01-01 11:00,NA,7,y\n2020-01-03 10:00,,9,x\n2020-01-03 15:00,NA,,y\n2020-01-04 08:00,4,11,x\n2020-01-05 09:00,5,13,z\n"
	keys := "time: t, targets: [v], covariates: [price, shop], categorical: [shop], resample: {step: day, how: %s}, missing: %s"
	for _, test := range []struct{ how, missing, want, known string }{
		{"mean", "interpolate", "1 2 3 4 5", "1 0 0 1 1"},
		{"sum", "forward", "1 1 1 4 5", "1 0 0 1 1"},
		{"sum", "zero", "1 0 0 4 5", "1 1 1 1 1"},
		{"count", "zero", "1 0 0 1 1", "1 1 1 1 1"},
		{"{v: max}", "zero", "1 0 0 4 5", "1 1 1 1 1"},
	} {
		d, err := gridded(src, fmt.Sprintf(keys, test.how, test.missing))
		if err != nil {
			t.Errorf("%s, %s: %v", test.how, test.missing, err)
			continue
		}
		s, got, known := d.Series[0], "", ""
		for at := 0; at < len(s.Values); at += 3 {
			got += fmt.Sprintf(" %g", s.Values[at])
			known += map[bool]string{true: " 0", false: " 1"}[s.Missing[at]]
		}
		if got != " "+test.want || known != " "+test.known {
			t.Errorf("%s, %s:%s, known%s, want %s, %s", test.how, test.missing, got, known, test.want, test.known)
		}
		if price := s.Values[1]; test.how == "{v: max}" && (price != 6 || s.Values[2] == s.Values[11]) { // y on the first day, x on the fourth
			t.Errorf("the mean price is %g, the names are %v", price, s.Values)
		}
	}
	for how, want := range map[string]string{
		"mean": `a.csv:4:1: column "v" has no value; set data.missing`,
		"sum":  `a.csv:3:18: column "v" has no value; set data.missing`,
	} {
		if _, err := gridded(src, fmt.Sprintf(keys, how, "error")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", how, err, want)
		}
	}
	_, err := gridded("t,v\n2020-01-01 10:00,1\n2020-01-01 12:00,1\n2020-01-04 10:00,1\n", "time: t, targets: [v], resample: day")
	if err == nil || !strings.Contains(err.Error(), "2 rows are missing between") || !strings.Contains(err.Error(), "longer data.resample.step") {
		t.Errorf("a gap: %v", err)
	}
}

// Series are put together by themselves, whether they lie below each other, among each other, or side by side; the rows within a step
// may have any order.
func TestResampleSeries(t *testing.T) {
	for name, test := range map[string]struct{ src, keys string }{
		"below":  {"s,t,v\na,2020-01-01 10:00,1\na,2020-01-01 09:00,2\na,2020-01-02 10:00,4\nb,2020-01-01 10:00,8\nb,2020-01-02 10:00,16\nb,2020-01-02 10:00,32\n", "series: s, "},
		"among":  {"s,t,v\na,2020-01-01 10:00,1\nb,2020-01-01 10:00,8\na,2020-01-01 09:00,2\na,2020-01-02 10:00,4\nb,2020-01-02 10:00,16\nb,2020-01-02 10:00,32\n", "series: s, "},
		"beside": {"t,a,b\n2020-01-01 09:00,1,8\n2020-01-01 10:00,2,\n2020-01-02 10:00,4,16\n2020-01-02 11:00,,32\n", "wide: series, missing: zero, "},
	} {
		d, err := gridded(test.src, "time: t, targets: [v], "+test.keys+"resample: {step: day, how: sum}")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := fmt.Sprint(d.Series[0].Values, d.Series[1].Values, d.Frequency.Name()); got != "[3 4] [8 48]day" {
			t.Errorf("%s: %s", name, got)
		}
	}
	d, err := gridded("t,v\n2020-01-01 10:00,1\n2020-01-01 09:00,2\n2020-01-02 10:00,4\n", "time: t, targets: [v], resample: {step: day, how: last}")
	if err != nil || d.Series[0].Values[0] != 1 {
		t.Errorf("the last by time: %v", err)
	}
	if _, err = gridded("t,v\n2020-01-02 10:00,1\n2020-01-01 09:00,2\n2020-01-03 10:00,4\n", "time: t, targets: [v], resample: day"); err == nil || !strings.Contains(err.Error(), "sort the file by time") {
		t.Errorf("an earlier step: %v", err)
	}
}

// Rows ahead of the targets are put together like the others, and a last step that is a part is one of them with drop.
func TestResampleAhead(t *testing.T) {
	src := "t,v,promo\n"
	for i := range 8 * 4 {
		v := fmt.Sprint(i)
		if i >= 22 {
			v = ""
		}
		src += fmt.Sprintf("2020-01-%02d %02d:00,%s,%d\n", 1+i/4, 6*(i%4), v, i%2)
	}
	for policy, want := range map[string]string{"keep": "2 41", "drop": "3 0"} {
		d, err := gridded(src, "time: t, targets: [v], future_covariates: [promo], resample: {step: day, how: sum, incomplete: "+policy+"}, missing: interpolate")
		if err != nil {
			t.Fatal(err)
		}
		s := d.Series[0]
		v := s.Values[5*2]
		if s.Missing[5*2] {
			v = 0
		}
		if got := fmt.Sprint(s.Ahead, v); got != want || s.Values[1] != 2 || len(s.Values) != 16 {
			t.Errorf("%s: %s, want %s; %v", policy, got, want, s.Values)
		}
	}
}

// A last step whose rows end early is told, and left out where the config says so; one of even rows that is whole is not.
func TestIncompleteStep(t *testing.T) {
	rows := func(n int) string {
		return "t,v\n" + strings.Join(stampsOf("2020-01-01 00:00", "2006-01-02 15:04", 30*time.Minute, n, func(time.Time) bool { return true }), ",1\n") + ",1\n"
	}
	for _, test := range []struct {
		src, keys string
		rows      int
		note      string
	}{
		{rows(480), "resample: {step: day, how: sum}", 10, ""},
		{rows(479), "resample: {step: day, how: sum}", 10, `the last step, "2020-01-10 00:00", is incomplete`},
		{rows(458), "resample: {step: day, how: sum, incomplete: drop}", 9, "earlier than those of other steps; left out"},
		{rows(481), "resample: {step: 1h, how: sum}", 241, "data.resample.incomplete: drop to leave it out"},
		{"t,v\n" + strings.Join(stampsOf("2020-01-01", "2006-01-02", day, 369, weekday), ",1\n") + ",1\n", "resample: month", 17, ""}, // up to 31 May 2021
	} {
		d, err := gridded(test.src, "time: t, targets: [v], "+test.keys)
		if err != nil {
			t.Errorf("%s: %v", test.keys, err)
			continue
		}
		notes := strings.Join(d.Notes, "\n")
		if got := len(d.Series[0].Values); got != test.rows || !strings.Contains(notes, test.note) || test.note == "" && strings.Contains(notes, "incomplete") {
			t.Errorf("%s: %d rows, notes %s", test.keys, got, notes)
		}
	}
}

// A row too far from the grid names its line; time stamps that can't tell the steps are refused.
func TestResampleFaults(t *testing.T) {
	for _, test := range []struct{ src, keys, want string }{
		{"t,v\n2020-01-01 00:00:02,1\n2020-01-01 00:14:58,2\n2020-01-01 00:35:00,3\n", "resample: {step: 15min, tolerance: 1m}", `a.csv:4:1: time stamp "2020-01-01 00:35:00" is 5m0s from the nearest step of 15min, and data.resample.tolerance is 1m; correct the time stamp`},
		{"t,v\n2020-01-01,1\n2020-01-02,2\n", "resample: 1h", `data.resample.step is "1h", and time stamps that are written as "2020-01-01" can't tell when its steps begin`},
		{"t,v\n2020-W01,1\n2020-W02,2\n", "resample: month", "can't tell when its steps begin"},
		{"t,v\n1,1\n2,2\n", "resample: 1h", `data.resample.step is "1h", and the time stamps are plain numbers; want a number`},
		{"t,v\n2020-01-01,1\n2020-01-02,2\n", "resample: 0.5", `and the time stamps are no plain numbers`},
	} {
		if _, err := gridded(test.src, "time: t, targets: [v], "+test.keys); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %s", test.keys, err, test.want)
		}
	}
}

var advised = regexp.MustCompile(`data\.(resample: \{[^}]*\}|missing: \w+)`)

// What the messages about uneven, repeated and jittering time stamps advise reads the file, in as many steps as it has.
func TestResampleAdviceFollowed(t *testing.T) {
	events := func(step float64, spread func(i int) float64, n int) string {
		src, begin := "t,v\n", time.Date(2023, 3, 1, 0, 0, 0, 0, time.UTC)
		for i := range n {
			at := begin.Add(time.Duration((float64(i)*step + spread(i)) * 1e9)).Round(time.Second)
			src += fmt.Sprintf("%s,%d\n", at.Format("2006-01-02 15:04:05"), i)
		}
		return src
	}
	hash := func(i int) float64 { _, f := math.Modf(math.Abs(math.Sin(float64(i)*12.9898) * 43758.5453)); return f }
	tills := "t,v\n"
	for i := range 300 {
		tills += fmt.Sprintf("%s,%d\n", time.Date(2023, 1, 1+i/3, 0, 0, 0, 0, time.UTC).Format("02.01.2006"), i)
	}
	for _, test := range []struct {
		name, src, keys, want string
		rows                  int
	}{
		{"jitter", caseText(t, "jitter"), "time: ts, targets: [v]", "{step: 200ms, tolerance: 20ms}", 600},
		{"irreg", caseText(t, "irreg"), "time: ts, targets: [v]", "{step: 30m, how: mean}", 93},
		{"receipts", caseText(t, "receipts"), "time: date, targets: [amount]", "{step: day, how: sum}", 120},
		{"tills", tills, "time: t, targets: [v]", "{step: day, how: sum}", 100},
		{"quarters of an hour", events(900, func(i int) float64 { return math.Round(6*hash(i)) - 3 }, 400), "time: t, targets: [v]", "{step: 15m, tolerance: 10s}", 400},
		{"now and then late", events(900, func(i int) float64 { return math.Floor(2.5 * hash(i) * hash(i)) }, 400), "time: t, targets: [v]", "{step: 15m, tolerance: 5s}", 400},
		{"half past the minute", events(60, func(i int) float64 { return 28 + math.Round(4*hash(i)) }, 400), "time: t, targets: [v]", "{step: 1m, tolerance: 5s, offset: 30s}", 400},
		{"sensor events", events(360, func(i int) float64 { return 350 * hash(i) }, 1000), "time: t, targets: [v]", "how: mean}", 0},
		{"with fills", events(360, func(i int) float64 { return 350 * hash(i) }, 1000), "time: t, targets: [v], missing: interpolate", "how: mean}", 0},
		{"an hour from half hours", events(1800, func(int) float64 { return 0 }, 100), "time: t, targets: [v], frequency: hour", "{step: 1h, how: mean}", 50},
	} {
		_, err := gridded(test.src, test.keys)
		if err == nil {
			t.Errorf("%s: no fault", test.name)
			continue
		}
		advice := advised.FindString(err.Error())
		if !strings.HasSuffix(advice, test.want) {
			t.Errorf("%s: %q is advised, want %s: %.400v", test.name, advice, test.want, err)
			continue
		}
		d, err := gridded(test.src, strings.Replace(test.keys, ", frequency: hour", "", 1)+", "+strings.TrimPrefix(advice, "data."))
		if err != nil {
			t.Errorf("%s, followed: %.400v", test.name, err)
			continue
		}
		if got := d.Rows(); test.rows > 0 && got != test.rows {
			t.Errorf("%s, followed: %d rows, want %d", test.name, got, test.rows)
		}
	}
	// a tolerance around other times than those of the file
	src := events(60, func(i int) float64 { return 28 + math.Round(4*hash(i)) }, 100)
	_, err := gridded(src, "time: t, targets: [v], resample: {step: 1m, tolerance: 10s}")
	if err == nil || advised.FindString(err.Error()) != "data.resample: {step: 1m, tolerance: 5s, offset: 30s}" {
		t.Errorf("another phase: %.300v", err)
	}
	// an even file with one odd time stamp is no uneven one, and one repeated row no receipts
	for _, odd := range []string{"2020-01-20 07:00:00", "2020-01-20 00:00:00"} {
		stamps := append(stampsOf("2020-01-01 00:00:00", "2006-01-02 15:04:05", day, 20, func(time.Time) bool { return true }), odd)
		if _, err := stamped(stamps, nil); err == nil || strings.Contains(err.Error(), "resample") {
			t.Errorf("%s: %v", odd, err)
		}
	}
}

// What a network has learnt is the step of later files: finer ones are put together, others refused with the advice to do so.
func TestResampleLikeLearnt(t *testing.T) {
	hours, err := gridded("t,v\n"+strings.Join(stampsOf("2020-01-01 00:00", "2006-01-02 15:04", time.Hour, 50, func(time.Time) bool { return true }), ",1\n")+",1\n", "time: t, targets: [v]")
	if err != nil {
		t.Fatal(err)
	}
	halves := "t,v\n" + strings.Join(stampsOf("2020-02-01 00:00", "2006-01-02 15:04", 30*time.Minute, 50, func(time.Time) bool { return true }), ",1\n") + ",1\n"
	read := func(keys string) (*Dataset, error) {
		c, err := configs.Parse("a.yaml", []byte("data: {csv: a.csv, time: t, targets: [v]"+keys+"}"), nil)
		if err != nil {
			return nil, err
		}
		return parseLike("a.csv", []byte(halves), c, hours.Frequency)
	}
	_, err = read("")
	if err == nil || !strings.Contains(err.Error(), "the network has learnt from data whose step is hour") || !strings.Contains(err.Error(), "--set 'data.resample={step: 1h, how: mean}'") {
		t.Fatal(err)
	}
	d, err := read(", resample: {step: 1h, how: mean}")
	if err != nil || d.Rows() != 25 || LabelAfter(d.Series[0].Labels[24], d.Frequency.String(), 1) != "2020-02-02 01:00" {
		t.Errorf("followed: %v", err)
	}
	if _, err := read(", resample: day"); err == nil || !strings.Contains(err.Error(), "the step from row to row is day") {
		t.Errorf("another step: %v", err)
	}
}
