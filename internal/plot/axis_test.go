package plot

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func labels(ts []tick) string {
	var s []string
	for _, t := range ts {
		s = append(s, t.label)
	}
	return strings.Join(s, " ")
}

func TestNumberTicks(t *testing.T) {
	for _, c := range []struct {
		name  string
		ticks []tick
		want  string
	}{
		{"unit", linearTicks(span{0, 1}, 5, false), "0.0 0.2 0.4 0.6 0.8 1.0"},
		{"quarters", linearTicks(span{0, 1}, 4, false), "0.00 0.25 0.50 0.75 1.00"},
		{"through zero", linearTicks(span{-1.1, 1.1}, 5, false), "−1.0 −0.5 0.0 0.5 1.0"},
		{"large", linearTicks(span{0, 3e7}, 3, false), "0 1e7 2e7 3e7"},
		{"tiny", linearTicks(span{0, 3e-7}, 3, false), "0 1e−7 2e−7 3e−7"},
		{"far from zero", linearTicks(span{1000.01, 1000.05}, 4, false), "1000.01 1000.02 1000.03 1000.04 1000.05"},
		{"whole", linearTicks(span{0.9, 3.1}, 9, true), "1 2 3"},
		{"whole, not in halves", linearTicks(span{0, 10}, 4, true), "0 5 10"},
		{"log, decades", logTicks(span{1e-3, 1e3}, 8), "0.001 0.01 0.1 1 10 100 1000"},
		{"log, every second decade", logTicks(span{1e-6, 1e2}, 4), "1e−6 0.0001 0.01 1 100"},
		{"log, one decade", logTicks(span{0.05, 1}, 8), "0.05 0.1 0.2 0.5 1"},
		{"log, within a decade", logTicks(span{0.21, 0.29}, 4), "0.22 0.24 0.26 0.28"},
	} {
		if got := labels(c.ticks); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestTimeTicks(t *testing.T) {
	at := func(s string) float64 {
		v, err := time.Parse("2006-01-02 15:04", s)
		if err != nil {
			t.Fatal(err)
		}
		return Seconds(v)
	}
	for _, c := range []struct{ from, to, want string }{
		{"1700-01-01 00:00", "2008-01-01 00:00", "1700 1750 1800 1850 1900 1950 2000"},
		{"1958-03-29 00:00", "2001-12-29 00:00", "1960 1965 1970 1975 1980 1985 1990 1995 2000"},
		{"2014-01-01 00:00", "2014-12-31 23:00", "Jan 2014 Mar 2014 May 2014 Jul 2014 Sep 2014 Nov 2014"},
		{"2014-01-30 00:00", "2014-02-04 00:00", "30 Jan 31 Jan 1 Feb 2 Feb 3 Feb 4 Feb"},
		{"2014-01-01 00:10", "2014-01-01 04:00", "00:30 01:00 01:30 02:00 02:30 03:00 03:30 04:00"},
	} {
		ts := timeTicks(span{at(c.from), at(c.to)}, 9)
		want := c.want
		if c.from[:4] == "1700" { // 50 years is a step of the table
			ts = timeTicks(span{at(c.from), at(c.to)}, 7)
		}
		if got := labels(ts); got != want {
			t.Errorf("%s to %s: got %q, want %q", c.from, c.to, got, want)
		}
	}
}

func TestSecondsKeepsTheClockShown(t *testing.T) {
	zone := time.FixedZone("x", 2*3600)
	got := instant(Seconds(time.Date(1699, 12, 31, 23, 30, 0, 0, zone))).Format("2006-01-02 15:04")
	if want := "1699-12-31 23:30"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestSpans(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name  string
		chart Chart
		want  span
	}{
		{"nothing", Chart{}, span{0, 1}},
		{"only NaN", Chart{Lines: []Line{{X: []float64{1}, Y: []float64{nan}}}}, span{0, 1}},
		{"one value", Chart{Lines: []Line{{X: []float64{1}, Y: []float64{4}}}}, span{2, 6}},
		{"one zero", Chart{Lines: []Line{{X: []float64{1}, Y: []float64{0}}}}, span{-0.5, 0.5}},
		{"five per cent", Chart{Lines: []Line{{X: []float64{1, 2, 3}, Y: []float64{0, nan, 20}}}}, span{-1, 21}},
		{"from zero", Chart{ZeroY: true, Lines: []Line{{X: []float64{1, 2}, Y: []float64{10, 20}}}}, span{0, 21}},
		{"bands count", Chart{Bands: []Band{{X: []float64{1, 2}, Low: []float64{0, 0}, High: []float64{1, 20}}}}, span{-1, 21}},
		{"log leaves out what is not positive", Chart{LogY: true, Lines: []Line{{X: []float64{1, 2, 3}, Y: []float64{-1, 0, 5}}}}, span{2.5, 10}},
	} {
		_, y := c.chart.spans()
		if d := cmp.Diff(c.want, y, cmp.AllowUnexported(span{})); d != "" {
			t.Errorf("%s: (-want +got)\n%s", c.name, d)
		}
	}
}
