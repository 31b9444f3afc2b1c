package pipeline

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
	"recur/internal/runs"
	"recur/task"
	"recur/task/forecast"
)

// panel writes series of unequal length and scale with a season of 4 and returns a config for them. factor multiplies the
// values.
func panel(t testing.TB, factor float64, set ...string) *configs.Config {
	t.Helper()
	return panelOf(t, 12, factor, set...)
}

// panelOf is panel of so many series.
func panelOf(t testing.TB, count int, factor float64, set ...string) *configs.Config {
	t.Helper()
	var b strings.Builder
	b.WriteString("series,step,value\n")
	for s := range count {
		scale := math.Pow(3, float64(s%5)) * factor
		for i := range 30 + 4*(s%12) {
			v := 10 + 0.05*float64(i) + 3*math.Sin(math.Pi/2*float64(i)) + math.Sin(float64(7*i*i+11*s))
			fmt.Fprintf(&b, "s%02d,%d,%v\n", s, i+1, scale*v)
		}
	}
	path := filepath.Join(t.TempDir(), "panel.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	text := "name: panel\ndata: {csv: " + path + ", series: series, targets: [value], horizon: 4, season: 4}\n" +
		"model: {cell: gru, hidden_size: 6, encoder_size: 6}\ntrain: {min_updates: 20, max_updates: 20}\nensemble: {members: 2}\n"
	c, err := configs.Parse("panel.yaml", []byte(text), set)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// trained trains in a directory of the test.
func trained(t testing.TB, c *configs.Config, o TrainOptions) string {
	t.Helper()
	if o.Run == "" {
		o.Run = filepath.Join(t.TempDir(), "run")
	}
	if _, err := Train(context.Background(), c, o); err != nil {
		t.Fatal(err)
	}
	return o.Run
}

// An ensemble keeps the variants near the best, its members are ordinary runs, and its forecast is their pointwise median.
func TestEnsemble(t *testing.T) {
	t.Parallel()
	run := trained(t, panel(t, 1, "intervals.origins=0", "ensemble.keep=10"), TrainOptions{})
	e, err := runs.RunDir(run).Ensemble()
	if err != nil || e == nil {
		t.Fatal(e, err)
	}
	if len(e.Variants) != 3 || len(e.Members) != 6 || e.Validation == nil || e.Calibrated != nil {
		t.Fatalf("got %d variants, %d members, verdict %v, calibration %v; want 3 and 6, a verdict, no calibration", len(e.Variants), len(e.Members), e.Validation, e.Calibrated)
	}
	joint, err := runForecast(run, forecast.Options{Intervals: []float64{80, 95}})
	if err != nil {
		t.Fatal(err)
	}
	var members []*forecast.Head
	for _, m := range e.Members {
		r, err := runForecast(filepath.Join(run, m), forecast.Options{})
		if err != nil {
			t.Fatal(err)
		}
		members = append(members, r)
	}
	for s, f := range joint.Forecasts {
		for h, got := range f.Values["value"] {
			var values []float64
			for _, m := range members {
				values = append(values, m.Forecasts[s].Values["value"][h])
			}
			slices.Sort(values)
			if want := (values[2] + values[3]) / 2; math.Abs(got-want) > 1e-9*math.Abs(want) {
				t.Fatalf("series %s, step %d: got %v, the median of the members is %v", f.Series, h+1, got, want)
			}
			wide, narrow := f.Intervals["95"]["value"], f.Intervals["80"]["value"]
			if order := []float64{wide.Lower[h], narrow.Lower[h], got, narrow.Upper[h], wide.Upper[h]}; !slices.IsSorted(order) {
				t.Errorf("series %s, step %d: quantiles cross: %v", f.Series, h+1, order)
			}
		}
	}
	score, err := Evaluate(run, EvaluateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if score.Networks != 6 || score.Windows != 12 || valuesOf(score).Quantiles == nil || len(seriesOf(valuesOf(score).Series).Worst) != 5 {
		t.Errorf("the evaluation is %+v", score)
	}
	if v, err := Evaluate(run, EvaluateOptions{Split: "validation"}); err != nil || v.Networks != 3 {
		t.Errorf("the validation part is scored by %v networks, %v; want the 3 that have not learnt from it", v, err)
	}
	var usage *Usage
	if _, err := Evaluate(run, EvaluateOptions{Split: "train"}); !errors.As(err, &usage) {
		t.Errorf("the training part of an ensemble: %v, want a usage error", err)
	}
}

// With a validation part the quantiles are calibrated, on networks that have not learnt from it.
func TestEnsembleCalibrates(t *testing.T) {
	t.Parallel()
	run := trained(t, panel(t, 1, "data.transform=log", "data.window_scale=none"), TrainOptions{})
	e, err := runs.RunDir(run).Ensemble()
	if err != nil || e == nil || len(e.Variants) != 1 || len(e.Members) != 2 || e.Calibrated == nil || e.Calibrated.Values == 0 {
		t.Fatalf("got %+v, %v", e, err)
	}
	if _, err := os.Stat(filepath.Join(run, "selection", "log")); err != nil {
		t.Error(err)
	}
}

// An ensemble that is stopped again and again and resumed ends with the members of one that was not.
func TestEnsembleResumes(t *testing.T) {
	t.Parallel()
	c := panel(t, 1)
	whole := trained(t, c, TrainOptions{Threads: 1})
	broken := filepath.Join(t.TempDir(), "run")
	var err error
	stops := 0
	for round := 0; round < 100; round++ {
		ctx, cancel := context.WithCancel(context.Background())
		epochs := 0
		o := TrainOptions{Run: broken, Resume: round > 0, Threads: 1, OnJob: func(e JobEvent) {
			if e.Epoch != nil {
				if epochs++; epochs == 7 {
					cancel()
				}
			}
		}}
		_, err = Train(ctx, c, o)
		cancel()
		var stop *Interrupted
		if !errors.As(err, &stop) {
			break
		}
		stops++
	}
	if err != nil || stops < 3 {
		t.Fatalf("%v after %d stops, want 3 or more", err, stops)
	}
	for _, name := range []string{runs.EnsembleName, "config.yaml"} {
		a, errA := os.ReadFile(filepath.Join(whole, name))
		b, errB := os.ReadFile(filepath.Join(broken, name))
		if errA != nil || errB != nil || !bytes.Equal(a, b) {
			t.Errorf("%s differs: %v %v", name, errA, errB)
		}
	}
	want, err := runForecast(whole, forecast.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := runForecast(broken, forecast.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// A directory that holds an ensemble is not overwritten by chance, neither by an ensemble nor by one network.
func TestEnsembleIsKept(t *testing.T) {
	t.Parallel()
	c := panel(t, 1, "data.transform=log", "data.window_scale=none", "intervals.origins=0", "ensemble.members=1")
	run := trained(t, c, TrainOptions{})
	one, err := c.With("ensemble.members=0", "train.refit=none")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []*configs.Config{c, one} {
		if _, err := Train(context.Background(), c, TrainOptions{Run: run}); err == nil || !strings.Contains(err.Error(), "--force") {
			t.Errorf("members %d: %v, want an error that names --force", c.Ensemble.Members, err)
		}
	}
	if _, err := Train(context.Background(), c, TrainOptions{Run: run, Resume: true}); err == nil || !strings.Contains(err.Error(), "finished") {
		t.Errorf("resuming a finished one: %v", err)
	}
	if err := os.WriteFile(filepath.Join(run, runs.EnsembleName), []byte(`{"schema":1,"members":["../elsewhere"]}`), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := runForecast(run, forecast.Options{}); ExitCode(err) != ExitCheckpoint {
		t.Errorf("a member outside the directory: %v, want exit code %d", err, ExitCheckpoint)
	}
	trained(t, one, TrainOptions{Run: run, Force: true})
	if e, err := runs.RunDir(run).Ensemble(); e != nil || err != nil {
		t.Errorf("--force has left %v, %v", e, err)
	}
}

// The best simple method is taken where the validation part prefers it, and its forecast is what evaluate scores.
func TestFallback(t *testing.T) {
	t.Parallel()
	c := panel(t, 1, "train.learning_rate=1e-9", "model.linear_path=none", "data.transform=none", "data.window_scale=deviation", "data.center=last", "data.seasonal_profile=false")
	run := trained(t, c, TrainOptions{})
	var notes []string
	r, err := runForecast(run, forecast.Options{Fallback: true, OnNote: func(s string) { notes = append(notes, s) }})
	if err != nil {
		t.Fatal(err)
	}
	e, _ := runs.RunDir(run).Ensemble()
	if r.Method == task.NetworkName || r.Method != e.Validation.Best || len(r.Forecasts) != 12 || len(r.Forecasts[0].Values["value"]) != 4 {
		t.Errorf("an untrained network keeps its forecast: method %s, verdict %+v", r.Method, e.Validation)
	}
	if !strings.Contains(strings.Join(notes, "\n"), "does not beat") {
		t.Errorf("the notes are %q", notes)
	}
	var usage *Usage
	sameColumns(t, run, r)
	if _, err := runForecast(run, forecast.Options{Intervals: []float64{50}}); !errors.As(err, &usage) || !strings.Contains(err.Error(), "80, 95") {
		t.Errorf("an interval that is not there: %v", err)
	}
}

// sameColumns checks that intervals of the simple method, whose points are given, come in the columns and members of the networks' ones, for
// fewer steps too.
func sameColumns(t *testing.T, run string, points *forecast.Head) {
	t.Helper()
	levels := []float64{80, 95}
	r, err := runForecast(run, forecast.Options{Fallback: true, Intervals: levels})
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range r.Forecasts {
		if d := cmp.Diff(points.Forecasts[i].Values, f.Values); d != "" {
			t.Errorf("with intervals the points change: %s", d)
		}
		inner, outer := f.Intervals["80"]["value"], f.Intervals["95"]["value"]
		for h, v := range f.Values["value"] {
			if ends := []float64{0, outer.Lower[h], inner.Lower[h], v, inner.Upper[h], outer.Upper[h]}; !slices.IsSorted(ends) || !(ends[1] < v && v < ends[5]) {
				t.Errorf("series %s, step %d: %v", f.Series, h+1, ends[1:])
			}
		}
	}
	var texts [2]bytes.Buffer
	for i := range texts {
		if err := streamForecast(run, forecast.Options{Fallback: i == 1, Intervals: levels, Horizon: 3}, forecast.NewCSV(&texts[i], false)); err != nil {
			t.Fatal(err)
		}
	}
	lines, want := strings.Split(texts[1].String(), "\n"), strings.Split(texts[0].String(), "\n")
	if len(lines) != len(want) || lines[0] != want[0] || lines[0] != "series,time,value,lower_80,upper_80,lower_95,upper_95" || lines[1] == want[1] {
		t.Errorf("the network's file has %d lines, the first %q; the simple method's %d, %q", len(want), want[0], len(lines), lines[0])
	}
}

// Comparisons train an ensemble for each cell and seed.
func TestCompareEnsembles(t *testing.T) {
	t.Parallel()
	c := panel(t, 1, "ensemble.members=1")
	o := CompareOptions{Cells: []string{"gru", "elman"}, Seeds: []uint64{1, 2}, Run: t.TempDir()}
	r, err := Compare(context.Background(), c, o)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Rows) != 2 || r.Rows[0].Validation.OWA.Mean == nil || r.Rows[0].Validation.Loss.Mean != nil || !strings.Contains(r.Text(), "validation OWA") || r.Rows[0].Metrics["mase"].SD == nil || r.Windows != 12 {
		t.Errorf("got %+v", r)
	}
	reused := 0
	o.OnJob = func(e JobEvent) {
		if e.Done && e.Reused {
			reused++
		}
	}
	if _, err := Compare(context.Background(), c, o); err != nil || reused != 4 {
		t.Errorf("%d of 4 finished ensembles are found, %v", reused, err)
	}
}

// A season that is not declared is found, told, and written into the run's config.
func TestSeasonIsFound(t *testing.T) {
	t.Parallel()
	c := panel(t, 1, "data.season=", "ensemble.members=0", "train.refit=none", "intervals.origins=0")
	var notes []string
	run := trained(t, c, TrainOptions{OnNote: func(s string) { notes = append(notes, s) }})
	text, err := os.ReadFile(filepath.Join(run, "config.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "season: [4]") || !strings.Contains(string(text), "find_season: false") || !strings.Contains(strings.Join(notes, "\n"), "4") {
		t.Errorf("notes %q, config:\n%s", notes, text)
	}
}

// The writers give what runForecast gives.
func TestForecastWriters(t *testing.T) {
	t.Parallel()
	run := trained(t, panel(t, 1, "ensemble.members=1", "data.transform=log", "data.window_scale=none"), TrainOptions{})
	o := forecast.Options{Intervals: []float64{80}}
	want, err := runForecast(run, o)
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	j := forecast.NewJSON(&text)
	if err := streamForecast(run, o, j); err != nil {
		t.Fatal(err)
	}
	var got *forecast.Head
	if err := json.Unmarshal(text.Bytes(), &got); err != nil {
		t.Fatal(err, text.String())
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	text.Reset()
	w := forecast.NewCSV(&text, false)
	if err := streamForecast(run, o, w); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(text.String()), "\n")
	if lines[0] != "series,time,value,lower_80,upper_80" || len(lines) != 1+12*4 {
		t.Errorf("got %d lines, the first %q", len(lines), lines[0])
	}
}

// Simple methods forecast with the networks as far as the validation part is sure that they help; the networks alone are a row beside
// both together, and one key away.
func TestCombination(t *testing.T) {
	t.Parallel()
	c := panelOf(t, 24, 1, "ensemble.members=1", "train.min_updates=1", "train.max_updates=1", "train.learning_rate=1", "model.linear_path=none", "data.transform=none", "data.window_scale=none")
	var notes []string
	run := trained(t, c, TrainOptions{OnNote: func(n string) { notes = append(notes, n) }})
	e, err := runs.RunDir(run).Ensemble()
	if err != nil {
		t.Fatal(err)
	}
	found := e.Combination
	if found == nil || found.Weight > 0.5 || *found.OWA >= *found.Alone || found.Calibration == nil || e.Calibrated == nil {
		t.Fatalf("networks that have learnt next to nothing are combined as %+v, want a low weight, a lower OWA and two calibrations", found)
	}
	if !slices.ContainsFunc(notes, func(n string) bool {
		return strings.Contains(n, "forecast") && strings.Contains(n, "with the networks, which weigh 0.")
	}) {
		t.Errorf("no note tells of it: %q", notes)
	}

	both, err := Evaluate(run, EvaluateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	alone, err := Evaluate(run, EvaluateOptions{Set: []string{"ensemble.combine=none"}})
	if err != nil {
		t.Fatal(err)
	}
	row, ok := valuesOf(both).Baselines[task.AloneName]
	if !ok || row != valuesOf(alone).Metrics || row.MASE <= valuesOf(both).Metrics.MASE {
		t.Errorf("both: %v, the row of the networks alone: %v, they alone: %v", valuesOf(both).Metrics, row, valuesOf(alone).Metrics)
	}
	if _, ok := valuesOf(alone).Baselines[task.AloneName]; ok || alone.Combination != nil || both.Combination == nil {
		t.Errorf("alone: %+v, both: %+v", alone.Combination, both.Combination)
	}
	if text := both.Text(false); !strings.Contains(text, "alone they are the row network_alone") {
		t.Errorf("the report does not say what forecasts with the networks:\n%s", text)
	}

	if v := alone.Validation; v == nil || v.Unjudged != "" || *v.Methods[task.NetworkName].Value("owa") <= *both.Validation.Methods[task.NetworkName].Value("owa") {
		t.Errorf("the networks alone are judged as %+v", v)
	}

	// What is judged is what is combined, of the networks that have not seen the validation part.
	seen, err := Evaluate(run, EvaluateOptions{Split: "validation"})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := *both.Validation.Methods[task.NetworkName].Value("mase"), valuesOf(seen).Metrics.MASE; math.Abs(got-want) > 1e-9*want {
		t.Errorf("the verdict is of an MASE of %g, what forecasts has %g", got, want)
	}

	mixed, single := forecastOf(t, run), forecastOf(t, run, "ensemble.combine=none")
	if mixed.Combination == nil || mixed.Combination.Weight != found.Weight || single.Combination != nil {
		t.Errorf("forecasts tell %+v and %+v", mixed.Combination, single.Combination)
	}
	for i, f := range mixed.Forecasts {
		if mean, alone := f.Mean["value"], single.Forecasts[i].Mean["value"]; len(mean) != 4 || mean[0] == alone[0] {
			t.Errorf("series %s: means %v, of the networks alone %v", f.Series, mean, alone)
		}
		a := f.Intervals["80"]["value"]
		for h, v := range f.Values["value"] {
			if v == single.Forecasts[i].Values["value"][h] || !(a.Lower[h] <= v && v <= a.Upper[h]) {
				t.Fatalf("series %s, step %d: %v in [%v, %v], the networks alone %v", f.Series, h+1, v, a.Lower[h], a.Upper[h], single.Forecasts[i].Values["value"][h])
			}
		}
	}
}

func forecastOf(t *testing.T, run string, set ...string) *forecast.Head {
	t.Helper()
	opened, _, err := Open(run, 1, set, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	head, err := forecast.All(opened, forecast.Options{Intervals: []float64{80}, Mean: true})
	if err != nil {
		t.Fatal(err)
	}
	return head
}

// Of few series the validation part says nothing sure, and networks that are to be alone are.
func TestNoCombination(t *testing.T) {
	t.Parallel()
	poor := []string{"ensemble.members=1", "train.min_updates=1", "train.max_updates=1", "train.learning_rate=1", "model.linear_path=none", "data.transform=none", "data.window_scale=none"}
	for _, c := range []*configs.Config{panel(t, 1, poor...), panelOf(t, 24, 1, append(poor, "ensemble.combine=none")...)} {
		e, err := runs.RunDir(trained(t, c, TrainOptions{})).Ensemble()
		if err != nil || e.Combination != nil {
			t.Errorf("%v, %+v; want no combination", err, e.Combination)
		}
	}
}
