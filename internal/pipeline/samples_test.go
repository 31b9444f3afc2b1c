package pipeline

import (
	"bytes"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat"

	"recur/internal/runs"
	"recur/task/forecast"
)

// Sums over the horizon have intervals that cover what they claim where the steps hang together, in an autoregression; steps taken each by itself
// would give narrower ones. Sample paths are spread as the printed quantiles say, and the same seed gives the same.
func TestSamplePaths(t *testing.T) {
	t.Parallel()
	run, truth := future(t, 150, 120, 6, "[]", func(r *rand.Rand) func(int) float64 {
		v := 0.0
		return func(int) float64 { v = 0.9*v + r.NormFloat64(); return 50 + v }
	})
	sums, err := runForecast(run, forecast.Options{Total: true, Mean: true, Intervals: []float64{50, 80, 95}})
	if err != nil {
		t.Fatal(err)
	}
	plain, err := runForecast(run, forecast.Options{Mean: true, Intervals: []float64{80, 95}})
	if err != nil {
		t.Fatal(err)
	}
	in, apart := map[string]float64{}, 0.0
	for i, f := range sums.Forecasts {
		sum, mean, squares := 0.0, 0.0, 0.0
		for h, y := range truth[f.Series] {
			sum += y
			mean += plain.Forecasts[i].Mean["value"][h]
			ends := plain.Forecasts[i].Intervals["80"]["value"]
			squares += math.Pow((ends.Upper[h]-ends.Lower[h])/2, 2)
		}
		for _, level := range sums.Intervals {
			ends := f.Intervals[level]["value"]
			if len(ends.Lower) != 1 || !(ends.Lower[0] <= f.Values["value"][0] && f.Values["value"][0] <= ends.Upper[0]) {
				t.Fatalf("%s, %s%%: %v around %v", f.Series, level, ends, f.Values)
			}
			if ends.Lower[0] <= sum && sum <= ends.Upper[0] {
				in[level] += 100 / 150.0
			}
		}
		if math.Abs(sum-f.Values["value"][0]) <= math.Sqrt(squares) {
			apart += 100 / 150.0
		}
		if got := f.Mean["value"]; len(got) != 1 || math.Abs(got[0]-mean) > 1e-9*math.Abs(mean) || len(f.Times) != 6 {
			t.Fatalf("%s: the mean of the sum is %v of %v, the sum of means %v", f.Series, got, f.Times, mean)
		}
	}
	if math.Abs(in["80"]-80) > 8 || math.Abs(in["95"]-95) > 5 || math.Abs(in["50"]-50) > 10 {
		t.Errorf("intervals of sums cover %.1f%% at 50, %.1f%% at 80 and %.1f%% at 95", in["50"], in["80"], in["95"])
	}
	if apart > 62 {
		t.Errorf("as if steps were independent an interval of 80%% covers %.1f%%: then the test tells nothing", apart)
	}
	samplePathsOf(t, run, plain)
}

// samplePathsOf checks paths beside the quantiles that are printed, and the faults of their flags.
func samplePathsOf(t *testing.T, run string, plain *forecast.Head) {
	t.Helper()
	const n = 2000
	o := forecast.Options{Samples: n}
	paths, err := runForecast(run, o)
	if err != nil {
		t.Fatal(err)
	}
	if paths.Samples != n || *paths.Seed != 1 {
		t.Errorf("%d samples of seed %d", paths.Samples, *paths.Seed)
	}
	for i, f := range paths.Forecasts[:20] {
		for h := range f.Times {
			var column []float64
			for _, path := range f.Samples["value"] {
				column = append(column, path[h])
			}
			slices.Sort(column)
			said := plain.Forecasts[i].Intervals
			wide := said["95"]["value"].Upper[h] - said["95"]["value"].Lower[h]
			for level, want := range map[float64]float64{0.025: said["95"]["value"].Lower[h], 0.1: said["80"]["value"].Lower[h],
				0.5: plain.Forecasts[i].Values["value"][h], 0.9: said["80"]["value"].Upper[h], 0.975: said["95"]["value"].Upper[h]} {
				if got := stat.Quantile(level, stat.Empirical, column, nil); math.Abs(got-want) > 0.03*wide {
					t.Errorf("%s, step %d: the quantile %v of the paths is %v, printed is %v", f.Series, h+1, level, got, want)
				}
			}
		}
	}
	again, err := runForecast(run, forecast.Options{Samples: n, Threads: 1})
	if err != nil || !reflect.DeepEqual(paths.Forecasts, again.Forecasts) {
		t.Errorf("the same seed gives other paths (%v)", err)
	}
	seed := uint64(2)
	if other, err := runForecast(run, forecast.Options{Samples: n, Seed: &seed}); err != nil || reflect.DeepEqual(paths.Forecasts, other.Forecasts) {
		t.Errorf("another seed gives the same paths (%v)", err)
	}
	var out bytes.Buffer
	if err := streamForecast(run, forecast.Options{Samples: 2}, forecast.NewCSV(&out, false)); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(out.String(), "\n")
	if lines[0] != "series,sample,time,value" || !strings.HasPrefix(lines[1], "s000,1,121,") || !strings.HasPrefix(lines[12], "s000,2,126,") || len(lines) != 2+150*2*6 {
		t.Errorf("CSV: %q, %q, %q, %d lines", lines[0], lines[1], lines[12], len(lines))
	}
	out.Reset()
	if err := streamForecast(run, forecast.Options{Total: true, Horizon: 3, Intervals: []float64{80}}, forecast.NewCSV(&out, false)); err != nil {
		t.Fatal(err)
	}
	if lines = strings.Split(out.String(), "\n"); lines[0] != "series,from,to,value,lower_80,upper_80" || !strings.HasPrefix(lines[1], "s000,121,123,") {
		t.Errorf("CSV of sums: %q, %q", lines[0], lines[1])
	}
	refusedPaths(t, run)
}

// refusedPaths checks what paths are refused for, and that the advice is right.
func refusedPaths(t *testing.T, run string) {
	t.Helper()
	refuse := func(o forecast.Options, want string) {
		t.Helper()
		var usage *Usage
		if _, err := runForecast(run, o); !errors.As(err, &usage) || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", o, err, want)
		}
	}
	refuse(forecast.Options{Samples: 3, Fallback: true}, "--samples: paths are drawn from what the network says")
	refuse(forecast.Options{Total: true, Horizon: 9}, "--total: how steps hang together is known within the trained horizon of 6 steps; give --horizon 6")
	if _, err := runForecast(run, forecast.Options{Total: true, Horizon: 6}); err != nil {
		t.Errorf("the horizon that is advised: %v", err)
	}
	e, err := runs.RunDir(run).Ensemble()
	if err != nil {
		t.Fatal(err)
	}
	e.Calibrated.Paths = nil
	if err := runs.RunDir(run).WriteJSON(runs.EnsembleName, e); err != nil {
		t.Fatal(err)
	}
	refuse(forecast.Options{Total: true}, "--total: the run does not keep how its steps hang together")
}
