package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
	"recur/evaluate"
	"recur/task"
)

// sines is a plain run's config with 40 rows in the validation part.
func sines(t *testing.T, set ...string) *configs.Config {
	t.Helper()
	text := "name: sines\ndata: {synthetic: {kind: noisy_sine, points: 300}, window: 12, horizon: 2, split: {validation: 40, test: 40}}\n" +
		"model: {cell: gru, hidden_size: 4}\ntrain: {epochs: 4, early_stopping: {patience: 0}}\n"
	c, err := configs.Parse("sines.yaml", []byte(text), set)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A plain run is judged on the validation part, with how sure that is, after train and in evaluate, apart from the table of
// the test part. With train.refit: all the network that chose the number of epochs is judged: the one of train.refit: none.
func TestVerdictOfPlainRuns(t *testing.T) {
	t.Parallel()
	var verdicts []*task.Verdict
	for _, refit := range []string{"none", "all"} {
		dir := filepath.Join(t.TempDir(), "run")
		report, err := Train(context.Background(), sines(t, "train.refit="+refit), TrainOptions{Run: dir})
		if err != nil {
			t.Fatal(err)
		}
		v := report.Outcome.Validation
		if v == nil || v.Windows != 39 || v.Methods[task.NetworkName].Value("owa") == nil || v.Methods["ridge"].Value("owa") == nil || v.PAgainst == nil || v.Disjoint < 19 || !slices.Contains(v.Chosen, "the epoch") {
			t.Fatalf("refit %s: verdict %+v", refit, v)
		}
		if text := report.Text(); !strings.Contains(text, "is it any good? (39 windows of the validation part, not the test part)") || !strings.Contains(text, "p ") {
			t.Errorf("train says %q", text)
		}
		if judged := strings.Contains(report.Text(), beforeRefit); judged != (refit == "all") {
			t.Errorf("refit %s: %s", refit, report.Text())
		}
		e, err := Evaluate(dir, EvaluateOptions{})
		if err != nil || !cmp.Equal(e.Validation, v) || len(e.UsedFor) > 0 {
			t.Errorf("evaluate says %+v, %v, train %+v", e.Validation, err, v)
		}
		if at := strings.Index(e.Text(false), "is it any good?"); at < strings.Index(e.Text(false), "\nnetwork ") {
			t.Errorf("the verdict is not apart from the table:\n%s", e.Text(false))
		}
		v.Judged = ""
		verdicts = append(verdicts, v)
	}
	if d := cmp.Diff(verdicts[0], verdicts[1]); d != "" {
		t.Errorf("the network before the refit is judged otherwise than without a refit: %s", d)
	}
	report, err := Train(context.Background(), sines(t, "data.split={validation: 0, test: 40}"), TrainOptions{Run: filepath.Join(t.TempDir(), "run")})
	if err != nil || report.Outcome.Validation != nil || strings.Contains(report.Text(), "any good") {
		t.Errorf("without a validation part: %v, %q", err, report.Text())
	}
}

// A training that was stopped in the middle of its refit and goes on gives the same verdict.
func TestVerdictAfterResume(t *testing.T) {
	t.Parallel()
	c := sines(t, "train.refit=all")
	whole, err := Train(context.Background(), c, TrainOptions{Run: filepath.Join(t.TempDir(), "whole")})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	dir := filepath.Join(t.TempDir(), "cut")
	var stopped *Interrupted
	_, err = Train(ctx, c, TrainOptions{Run: dir, OnEpoch: func(e Epoch) {
		if e.Refit && e.Number == 1 {
			stop()
		}
	}})
	if !errors.As(err, &stopped) {
		t.Fatalf("got %v, want an interruption; the refit of the test must take several epochs", err)
	}
	again, err := Train(context.Background(), c, TrainOptions{Run: dir, Resume: true})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(whole.Outcome.Validation, again.Outcome.Validation); d != "" {
		t.Error(d)
	}
}

// What a part served for is said where it is scored.
func TestUsedFor(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ refit, split, want string }{
		{"none", "train", "the network was trained on this part"},
		{"none", "validation", "chosen on this part: the epoch and when to stop; so the network's scores are a little too good"},
		{"all", "validation", "the network was trained on this part"},
		{"all", "test", ""},
	} {
		run := trained(t, sines(t, "train.early_stopping.patience=3", "train.refit="+test.refit), TrainOptions{})
		e, err := Evaluate(run, EvaluateOptions{Split: test.split})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(e.Text(false), "part\n"+test.want) || (len(e.UsedFor) == 0) != (test.want == "") {
			t.Errorf("%+v: %v\n%s", test, e.UsedFor, e.Text(false))
		}
	}
}

// Ensembles that had nothing to choose are judged by their members, or it is said why they are not.
func TestVerdictWithoutChoice(t *testing.T) {
	t.Parallel()
	for _, refit := range []string{"none", "all"} {
		c := panel(t, 1, "data.transform=none", "data.window_scale=deviation", "intervals.origins=0", "ensemble.members=1", "train.refit="+refit)
		report, err := Train(context.Background(), c, TrainOptions{Run: filepath.Join(t.TempDir(), "run")})
		if err != nil {
			t.Fatal(err)
		}
		v := report.Outcome.Validation
		if v == nil || (v.Unjudged == "") != (refit == "none") || (v.Methods[task.NetworkName].Value("owa") != nil) != (refit == "none") || !strings.Contains(report.Text(), "is it any good?") {
			t.Errorf("refit %s: %+v\n%s", refit, v, report.Text())
		}
		if e, err := Evaluate(string(report.Run), EvaluateOptions{}); err != nil || !cmp.Equal(e.Validation, v) {
			t.Errorf("refit %s: evaluate says %+v, %v", refit, e.Validation, err)
		}
	}
}

// Labelled examples have no naive forecast; they are judged by their root mean squared error. Where simple methods would cost
// more than the training those that cost something are left out, and it is said.
func TestVerdictOfExamplesAndOfLargeData(t *testing.T) {
	t.Parallel()
	text := "name: adding\ntask: regress\ndata: {synthetic: {kind: adding, length: 6, points: 200}}\nmodel: {cell: gru, hidden_size: 4}\ntrain: {epochs: 1}\n"
	c, err := configs.Parse("adding.yaml", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	report, err := Train(context.Background(), c, TrainOptions{Run: filepath.Join(t.TempDir(), "run")})
	if err != nil || report.Outcome.Validation == nil || report.Outcome.Validation.Metric != "rmse" || !strings.Contains(report.Text(), "RMSE") {
		t.Errorf("%v\n%s", err, report.Text())
	}
	p, err := Prepare(sines(t, "train.refit=all"))
	if err != nil {
		t.Fatal(err)
	}
	method, err := p.Method("naive", true)
	if err != nil {
		t.Fatal(err)
	}
	naive := method.Predict(p.Part("validation"))
	v, err := p.Verdict(naive, 0)
	if err != nil || v.Methods["ridge"].Value("owa") != nil || v.Methods["drift"].Value("owa") == nil || !strings.Contains(v.Text(), "cost more than the training") {
		t.Errorf("%+v, %v", v, err)
	}
	if v, err = p.Verdict(naive, math.Inf(1)); err != nil || v.Methods["ridge"].Value("owa") == nil || p.Config().Train.Refit != "all" {
		t.Errorf("%+v, %v", v, err)
	}
}

// MAPE beside values that are zero comes with their count.
func TestZerosBesideMAPE(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("y\n")
	for i := range 120 {
		b.WriteString(strconv.Itoa(i%6) + "\n")
	}
	path := filepath.Join(t.TempDir(), "zeros.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	c, err := configs.Parse("zeros.yaml", []byte("name: zeros\ndata: {csv: "+path+", targets: [y], window: 12, horizon: 1, split: {validation: 12, test: 12}}\nmodel: {cell: gru, hidden_size: 4}\ntrain: {epochs: 1}\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	e, err := Evaluate(trained(t, c, TrainOptions{}), EvaluateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	if valuesOf(e).Metrics.Zeros != 2 || !strings.Contains(e.Text(false), " (2)") || !strings.Contains(e.Text(false), "mape (n): n values are zero") || !strings.Contains(string(text), `"mape_left_out":2`) {
		t.Errorf("%d zeros\n%s\n%s", valuesOf(e).Metrics.Zeros, e.Text(false), text)
	}
	var back struct{ Metrics evaluate.Metrics }
	if err := json.Unmarshal(text, &back); err != nil || back.Metrics != valuesOf(e).Metrics {
		t.Errorf("read back: %v, %+v", err, back.Metrics)
	}
}

// What the validation part says is the same for a season that is found as for one that is declared, also where the level is smooth: a missed
// season would leave out the simple methods that the network has to beat.
func TestVerdictKnowsTheSeason(t *testing.T) {
	t.Parallel()
	for _, one := range []struct{ name, data, season string }{
		{"wk260", "series: Store, time: Date, targets: [Weekly_Sales], horizon: 26", "52"},
		{"sh", "time: t, targets: [y], horizon: 6", "[24, 168]"},
		{"panel_reg", "series: Filiale, time: Monat, targets: [Umsatz], horizon: 6", "12"},
	} {
		path, err := filepath.Abs(filepath.Join("..", "..", "data", "series", "testdata", "cases", one.name+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		var verdicts []*task.Verdict
		for _, season := range []string{"", ", season: " + one.season, ", season: []"} {
			text := "name: x\nrecipe: global\ndata: {csv: " + path + ", " + one.data + ", window: 26" + season + ", transform: none, window_scale: none}\n" +
				"model: {cell: elman, hidden_size: 4, encoder_size: 4}\nensemble: {members: 0}\ntrain: {min_updates: 1, max_updates: 1}\nintervals: {origins: 0}\n"
			c, err := configs.Parse("x.yaml", []byte(text), nil)
			if err != nil {
				t.Fatal(err)
			}
			e, err := Evaluate(trained(t, c, TrainOptions{}), EvaluateOptions{Split: "validation"})
			if err != nil {
				t.Fatal(err)
			}
			verdicts = append(verdicts, e.Validation)
		}
		found, declared, without := verdicts[0], verdicts[1], verdicts[2]
		if diff := cmp.Diff(declared, found); diff != "" {
			t.Errorf("%s: a found season (+) is judged by otherwise than a declared one (-):\n%s", one.name, diff)
		}
		if _, ok := without.Methods["seasonal_naive"]; ok || found.Methods["seasonal_naive"] == nil {
			t.Errorf("%s: simple methods %v, without a season %v", one.name, found.Order(), without.Order())
		}
	}
}
