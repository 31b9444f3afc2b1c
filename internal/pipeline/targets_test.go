package pipeline

import (
	"bytes"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/checkpoint"
	"recur/data/series"
	"recur/task/forecast"
)

// testdata/early-targets holds a run of two targets of two series that an early recur 0.1.0 trained with recipe global, and
// what that forecast: each target as a series of its own, called SERIES/TARGET. The names are such that two of the four
// come out alike: target c of series a/b, and target b/c of series a.

// early are the rows of that forecast, without their names, in its order: series by series, target by target.
func early(t *testing.T) [][]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "early-targets", "forecast.csv"))
	if err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil || len(records) != 1+4*3 {
		t.Fatal(len(records), err)
	}
	for i := range records {
		records[i] = records[i][1:]
	}
	return records[1:]
}

// nearly compares fields of CSV: numbers may differ by the rounding of ten digits. The early recur took the scaler of target
// b/c of series a for that of target c of series a/b, a thousandfold, which the windows' own scale undid but for rounding.
var nearly = cmp.Comparer(func(a, b string) bool {
	x, wrongX := strconv.ParseFloat(a, 64)
	y, wrongY := strconv.ParseFloat(b, 64)
	return a == b || wrongX == nil && wrongY == nil && math.Abs(x-y) <= 2e-9*math.Abs(x)
})

// A run of an early recur loads and forecasts the same numbers, one column a target and the series as the data call them;
// so do its data when they are given as new ones.
func TestEarlyTargets(t *testing.T) {
	dir := filepath.Join("testdata", "early-targets")
	old := early(t)
	want := [][]string{{"series", "time", "c", "c_lower_80", "c_upper_80", "b/c", "b/c_lower_80", "b/c_upper_80"}}
	for s, name := range []string{"a/b", "a"} {
		for step := range 3 {
			c, bc := old[6*s+step], old[6*s+3+step]
			want = append(want, slices.Concat([]string{name}, c, bc[1:]))
		}
	}
	for _, file := range []string{"", filepath.Join(dir, "two.csv")} {
		var out bytes.Buffer
		if err := streamForecast(filepath.Join(dir, "run"), forecast.Options{CSV: file, Intervals: []float64{80}}, forecast.NewCSV(&out, false)); err != nil {
			t.Fatal(err)
		}
		got, err := csv.NewReader(&out).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, nearly); diff != "" {
			t.Errorf("--csv %q: -want +got\n%s", file, diff)
		}
	}
	r, err := runForecast(filepath.Join(dir, "run"), forecast.Options{Intervals: []float64{80}, Horizon: 2})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(r.Targets, []string{"c", "b/c"}) || len(r.Forecasts) != 2 || r.Forecasts[1].Series != "a" || len(r.Forecasts[1].Values["b/c"]) != 2 || len(r.Forecasts[1].Intervals["80"]["b/c"].Lower) != 2 {
		t.Errorf("JSON form: %+v", r)
	}
}

// The scaler of a series is found by series and target: no two of them are taken for one another, whatever the slashes.
func TestScalersOfPairs(t *testing.T) {
	k, _, err := checkpoint.Load(checkpoint.OS(), filepath.Join("testdata", "early-targets", "run", "members", "scaled-1"), "best")
	if err != nil {
		t.Fatal(err)
	}
	scalers := k.Data.Fitted().Scalers
	if len(scalers) != 4 {
		t.Fatalf("%d scalers, want 4", len(scalers))
	}
	small, large := scalers[series.ID{Series: "a/b", Target: "c"}], scalers[series.ID{Series: "a", Target: "b/c"}]
	if !(small.Scale[0] > 0 && small.Scale[0] < 10 && large.Scale[0] > 1e4) { // the values of the one are about 10, of the other 5e5
		t.Errorf("scales %v and %v", small.Scale, large.Scale)
	}
	set, err := series.OpenCSV(k.Config, filepath.Join("testdata", "early-targets", "two.csv"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := series.PrepareWith(set, k.Config, k.Data.Fitted())
	if err != nil {
		t.Fatal(err)
	}
	for s := range p.Set.Series {
		if diff := cmp.Diff(scalers[p.Set.Series[s].ID()], p.Scalers[s]); diff != "" {
			t.Errorf("%v: -want +got\n%s", p.Set.Series[s].ID(), diff)
		}
	}
}
