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
		for _, horizon := range []int{7, 11, 17} { // part of a block
			part, err := runForecast(run, forecast.Options{Horizon: horizon, Intervals: o.Intervals, Mean: true})
			if err != nil || len(part.Forecasts) != 80 || len(part.Forecasts[0].Intervals["95"]["value"].Upper) != horizon || len(part.Forecasts[0].Mean["value"]) != horizon {
				t.Fatalf("%s, %d steps: %v", name, horizon, err)
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

// With covariates known ahead a forecast takes as many rows as it has steps: further ones change nothing, fewer are told with how many there
// are, and the advice leads to that many steps.
func TestRowsAheadOfAForecast(t *testing.T) {
	t.Parallel()
	file := func(rows, ahead int) string {
		var b strings.Builder
		b.WriteString("series,step,value,promo\n")
		for s := range 4 {
			for i := range rows + ahead {
				promo, value := (i*7+s)%3, ""
				if i < rows {
					value = fmt.Sprint(10 + 5*promo + (i*i+s)%4)
				}
				fmt.Fprintf(&b, "s%d,%d,%s,%d\n", s, i+1, value, promo)
			}
		}
		path := filepath.Join(t.TempDir(), "ahead.csv")
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	c, err := configs.Parse("ahead.yaml", []byte("name: ahead\ndata: {csv: "+file(60, 0)+", series: series, targets: [value], future_covariates: [promo], horizon: 4, season: []}\n"+
		"model: {cell: gru, hidden_size: 4, encoder_size: 4}\ntrain: {min_updates: 20, max_updates: 20}\nensemble: {members: 1}\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	run := trained(t, c, TrainOptions{})
	values := func(ahead, horizon int, levels ...float64) ([]float64, error) {
		r, err := runForecast(run, forecast.Options{CSV: file(60, ahead), Horizon: horizon, Intervals: levels})
		if err != nil {
			return nil, err
		}
		return r.Forecasts[3].Values["value"], nil
	}
	for _, horizon := range []int{0, 2, 4, 6, 9} {
		need := horizon
		if horizon == 0 {
			need = 4
		}
		want, err := values(need, horizon)
		if err != nil || len(want) != need {
			t.Errorf("%d steps with as many rows ahead: %v, %v", need, want, err)
			continue
		}
		if got, err := values(need+3, horizon); err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%d steps with more rows ahead: %v, %v, want %v", need, got, err, want)
		}
		few := need - 1
		_, err = values(few, horizon)
		if err == nil || ExitCode(err) != ExitData || !strings.Contains(err.Error(), fmt.Sprintf(`has %d row`, few)) || !strings.Contains(err.Error(), fmt.Sprintf("--horizon %d", few)) {
			t.Errorf("%d steps with %d rows ahead: %v", need, few, err)
		}
		if got, err := values(few, few); err != nil || len(got) != few {
			t.Errorf("after the advice: %v, %v", got, err)
		}
	}
	if _, err := values(0, 0); err == nil || !strings.Contains(err.Error(), "add 4 rows with empty targets") || strings.Contains(err.Error(), "--horizon") {
		t.Errorf("without rows ahead: %v", err)
	}
	if got, err := values(9, 9, 80); err != nil || len(got) != 9 {
		t.Errorf("intervals beyond the horizon: %v, %v", got, err)
	}
}
