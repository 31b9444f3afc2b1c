package pipeline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"recur/configs"
	"recur/data"
	"recur/task/forecast"
	"recur/task/values"
)

// sales writes counts of a few series, of which change may make something else, and returns the text of a config for them.
func sales(t *testing.T, count int, set string, change func(s, i int, v float64) float64) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("shop,step,sold\n")
	for s := range count {
		r := rand.New(rand.NewPCG(uint64(s), 3))
		base := math.Exp(1.5 * r.NormFloat64())
		for i := range 40 + s%5 {
			mean := base * (1 + 0.8*math.Sin(math.Pi/2*float64(i))) * r.ExpFloat64()
			v := 0.0
			for limit, p := math.Exp(-mean), r.Float64(); p > limit; p *= r.Float64() {
				v++
			}
			if change != nil {
				v = change(s, i, v)
			}
			fmt.Fprintf(&b, "s%02d,%d,%v\n", s, i+1, v)
		}
	}
	path := filepath.Join(t.TempDir(), "sales.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return "name: sales\ndata: {csv: " + path + ", series: shop, targets: [sold], horizon: 4, season: 4}\nmodel: {cell: gru, hidden_size: 6, encoder_size: 6, " + set +
		"}\ntrain: {min_updates: 40, max_updates: 40, save_steps: 20}\nensemble: {members: 2}\n"
}

func parsed(t *testing.T, text string, set ...string) *configs.Config {
	t.Helper()
	c, err := configs.Parse("sales.yaml", []byte(text), set)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// All that is printed of counts is a whole number from 0 on: medians of two networks, with Theta and ETS and without, quantiles that were
// calibrated, also beyond the trained horizon, sample paths and their sums.
func TestCounts(t *testing.T) {
	t.Parallel()
	for _, family := range []string{"negative_binomial", "poisson"} {
		run := trained(t, parsed(t, sales(t, 24, "distribution: "+family, nil)), TrainOptions{})
		for _, o := range []forecast.Options{{Intervals: []float64{80, 95}}, {Horizon: 10, Intervals: []float64{80, 95}}, {Samples: 50}, {Total: true, Intervals: []float64{50, 90}}} {
			r, err := runForecast(run, o)
			if err != nil {
				t.Fatal(err)
			}
			sold := 0.0
			for _, f := range r.Forecasts {
				all := f.Values["sold"]
				for _, v := range all {
					sold += v
				}
				for _, level := range r.Intervals {
					all = append(append(all, f.Intervals[level]["sold"].Lower...), f.Intervals[level]["sold"].Upper...)
				}
				for _, path := range f.Samples["sold"] {
					all = append(all, path...)
				}
				for _, v := range all {
					if !(v >= 0) || v != math.Trunc(v) || math.Signbit(v) {
						t.Fatalf("%s, %+v: %s has %v", family, o, f.Series, v)
					}
				}
			}
			if sold == 0 {
				t.Errorf("%s, %+v: every forecast is 0", family, o)
			}
		}
		e, err := Evaluate(run, EvaluateOptions{})
		if err != nil {
			t.Fatal(err)
		}
		text := e.Text(false)
		if !strings.Contains(text, "CRPS") {
			t.Errorf("%s: %s", family, text)
		}
		sameBits(t, run)
	}
}

// sameBits checks that a run forecasts the same whenever it is read, and that its members retrain from a checkpoint to the same bits.
func sameBits(t *testing.T, run string) {
	t.Helper()
	var first []byte
	for threads := range 3 {
		var out bytes.Buffer
		if err := streamForecast(run, forecast.Options{Threads: threads, Intervals: []float64{80, 95}}, forecast.NewCSV(&out, false)); err != nil {
			t.Fatal(err)
		}
		if threads == 0 {
			first = out.Bytes()
		}
		if !bytes.Equal(first, out.Bytes()) {
			t.Errorf("%d threads: another forecast", threads)
		}
	}
	members, err := filepath.Glob(filepath.Join(run, "members", "*"))
	if err != nil || len(members) == 0 {
		t.Fatal(members, err)
	}
	v, err := VerifyRun(context.Background(), members[0], VerifyOptions{})
	if err != nil || !v.Same || v.Steps == 0 || v.From == "start" {
		t.Errorf("%s: %+v, %v", members[0], v, err)
	}
}

// A distribution on a line learns where and how widely values lie: with recipe plain and global its intervals cover about what they claim before
// any calibration, and the run gives the same bits again.
func TestDistributionsOnALine(t *testing.T) {
	t.Parallel()
	for _, family := range []string{"normal", "student_t"} {
		c, err := configs.Parse("line.yaml", []byte("data: {synthetic: {kind: noisy_sine, points: 900, noise: 0.3}, window: 16, horizon: 3}\nmodel: {cell: gru, hidden_size: 8, distribution: "+family+
			"}\ntrain: {epochs: 12, save_epochs: 6, learning_rate: 0.01}\nintervals: {origins: 0}\n"), nil)
		if err != nil {
			t.Fatal(err)
		}
		run := trained(t, c, TrainOptions{})
		if in := coverage(t, run); math.Abs(in-0.8) > 0.09 {
			t.Errorf("%s, recipe plain: intervals of 80%% cover %.3f", family, in)
		}
		if v, err := VerifyRun(context.Background(), run, VerifyOptions{}); err != nil || !v.Same {
			t.Errorf("%s: %+v, %v", family, v, err)
		}
		text := strings.Replace(sales(t, 30, "distribution: "+family, func(s, i int, _ float64) float64 {
			r := rand.New(rand.NewPCG(uint64(s), uint64(i)))
			return 50 + 10*float64(s) + 8*math.Sin(math.Pi/2*float64(i)) + 5*r.NormFloat64()
		}), "train:", "intervals: {origins: 0}\ntrain:", 1)
		if in := coverage(t, trained(t, parsed(t, text), TrainOptions{})); math.Abs(in-0.8) > 0.12 {
			t.Errorf("%s, recipe global: intervals of 80%% cover %.3f", family, in)
		}
	}
}

// coverage is that of the 80% intervals of the test part.
func coverage(t *testing.T, run string) float64 {
	t.Helper()
	e, err := Evaluate(run, EvaluateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	m, ok := e.Report.(*values.Report).Quantiles.Metrics.Interval(0.8)
	if !ok {
		t.Fatal("there is no interval of 80%")
	}
	return m.Coverage
}

// Values that are no counts are refused with the place and with what to do, which does.
func TestNoCounts(t *testing.T) {
	t.Parallel()
	for value, bad := range map[string]float64{"-2": -2, "2.5": 2.5} {
		text := sales(t, 6, "distribution: poisson", func(s, i int, v float64) float64 {
			if s == 2 && i == 6 {
				return bad
			}
			return v
		})
		var fault *data.Error
		_, err := Train(context.Background(), parsed(t, text), TrainOptions{Run: filepath.Join(t.TempDir(), "run")})
		if !errors.As(err, &fault) || ExitCode(err) != ExitData || !strings.Contains(err.Error(), `"s02": column "sold" holds `+value+" in row 7, and model.distribution: poisson is for counts") {
			t.Fatalf("%v", err)
		}
		trained(t, parsed(t, strings.Replace(text, "poisson", "student_t", 1)), TrainOptions{})
	}
}
