package pipeline

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"recur/configs"
	"recur/internal/runs"
	"recur/task/forecast"
)

// future writes series of rows values and returns a run that has learnt from them, and their next values.
func future(t *testing.T, n, rows, ahead int, season string, value func(r *rand.Rand) func(i int) float64) (run string, truth map[string][]float64) {
	t.Helper()
	var b strings.Builder
	b.WriteString("series,step,value\n")
	truth = map[string][]float64{}
	for s := range n {
		f, name := value(rand.New(rand.NewPCG(uint64(s), 11))), fmt.Sprintf("s%03d", s)
		for i := range rows {
			fmt.Fprintf(&b, "%s,%d,%v\n", name, i+1, f(i))
		}
		for i := range ahead {
			truth[name] = append(truth[name], f(rows+i))
		}
	}
	path := filepath.Join(t.TempDir(), "future.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	c, err := configs.Parse("future.yaml", []byte("name: future\ndata: {csv: "+path+", series: series, targets: [value], horizon: 6, season: "+season+
		", transform: none, window_scale: deviation}\nmodel: {cell: gru, hidden_size: 6, encoder_size: 6}\ntrain: {min_updates: 60, max_updates: 60}\nensemble: {members: 1}\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	return trained(t, c, TrainOptions{}), truth
}

// Intervals beyond the trained horizon cover what they claim at two and three times as many steps, they never become narrower, and the
// points are what they are without them.
func TestIntervalsBeyondTheHorizon(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		season string
		value  func(r *rand.Rand) func(int) float64
	}{
		"random walk": {"[]", func(r *rand.Rand) func(int) float64 {
			v := 100.0
			return func(int) float64 { v += r.NormFloat64(); return v }
		}},
		"autoregression": {"[]", func(r *rand.Rand) func(int) float64 {
			v := 0.0
			return func(int) float64 { v = 0.8*v + r.NormFloat64(); return 50 + v }
		}},
		"season": {"4", func(r *rand.Rand) func(int) float64 {
			return func(i int) float64 { return 100 + 10*math.Sin(float64(i)*math.Pi/2) + 3*r.NormFloat64() }
		}},
	} {
		run, truth := future(t, 80, 160, 18, c.season, c.value)
		o := forecast.Options{Horizon: 18, Intervals: []float64{80, 95}}
		r, err := runForecast(run, o)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := runForecast(run, forecast.Options{Horizon: 18})
		if err != nil {
			t.Fatal(err)
		}
		var in [3]float64
		for i, f := range r.Forecasts {
			for _, level := range r.Intervals {
				ends, widest := f.Intervals[level]["value"], 0.0
				for h, v := range f.Values["value"] {
					if v != plain.Forecasts[i].Values["value"][h] {
						t.Fatalf("%s: with intervals step %d of %s is %v, else %v", name, h+1, f.Series, v, plain.Forecasts[i].Values["value"][h])
					}
					width := ends.Upper[h] - ends.Lower[h]
					if h >= 6 && width < widest*(1-1e-9) || !(ends.Lower[h] <= v && v <= ends.Upper[h]) {
						t.Errorf("%s, %s, step %d: %v to %v around %v, and was %v wide", name, f.Series, h+1, ends.Lower[h], ends.Upper[h], v, widest)
					}
					widest = width
					if y := truth[f.Series][h]; level == "80" && ends.Lower[h] <= y && y <= ends.Upper[h] {
						in[h/6] += 100.0 / (80 * 6)
					}
				}
			}
		}
		for block, percent := range in {
			if math.Abs(percent-80) > 6 {
				t.Errorf("%s: 80%% cover %.1f%% of steps %d to %d", name, percent, 6*block+1, 6*block+6)
			}
		}
		if name == "season" {
			forgetPaths(t, run, o)
		}
	}
}

// forgetPaths checks that a run of an earlier build, which has no paths, is told of, and forecasts what it did.
func forgetPaths(t *testing.T, run string, o forecast.Options) {
	t.Helper()
	e, err := runs.RunDir(run).Ensemble()
	if err != nil || len(e.Calibrated.Paths) == 0 {
		t.Fatal(e, err)
	}
	e.Calibrated.Paths = nil
	if err := runs.RunDir(run).WriteJSON(runs.EnsembleName, e); err != nil {
		t.Fatal(err)
	}
	var usage *Usage
	if _, err := runForecast(run, o); !errors.As(err, &usage) || !strings.Contains(err.Error(), "data.horizon=18") {
		t.Errorf("without paths: %v", err)
	}
	o.Horizon = 6
	if _, err := runForecast(run, o); err != nil {
		t.Errorf("within the trained horizon: %v", err)
	}
}
