package pipeline

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"recur/configs"
	"recur/task"
)

// labelled are small configs of labels: of texts, of sequences of numbers, and of every step of these.
var labelled = map[string]string{
	"texts":   "name: texts\ntask: classify\ndata: {csv: builtin:sentiment, text: text, label: label, limit: 120}\nmodel: {hidden_size: 6, embedding_size: 8, front: [{conv: {channels: 8, width: 3, padding: same}}]}\ntrain: {epochs: 3}\n",
	"numbers": "name: numbers\ntask: classify\ndata: {ts: builtin:motions, limit: 90}\nmodel: {hidden_size: 6, front: [{conv: {channels: 8, width: 3, padding: same, norm: batch}}]}\ntrain: {epochs: 3, min_updates: 0}\n",
	"steps":   "name: steps\ntask: classify\ndata: {csv: steps.csv, sequence: id, label: kind}\nmodel: {hidden_size: 6, head: every, front: []}\ntrain: {epochs: 3, min_updates: 0}\n",
}

// ofLabels is one of those configs.
func ofLabels(t testing.TB, kind string, set ...string) *configs.Config {
	t.Helper()
	dir := t.TempDir()
	var b strings.Builder
	b.WriteString("id,a,kind\n")
	for i := range 40 {
		for step := range 3 + i%4 {
			fmt.Fprintf(&b, "s%d,%d,%s\n", i, (i*step)%5, []string{"low", "high"}[(i*step)%5/3])
		}
	}
	put(t, dir, map[string]string{"steps.csv": b.String()})
	c, err := configs.Parse(filepath.Join(dir, "c.yaml"), []byte(labelled[kind]), set)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// sameRun wants two runs of the same files, but for how long they took.
func sameRun(t *testing.T, what, a, b string) {
	t.Helper()
	for _, name := range []string{"metrics.csv", "calibration.json", "companion.safetensors"} {
		x, errX := os.ReadFile(filepath.Join(a, name))
		y, errY := os.ReadFile(filepath.Join(b, name))
		if string(x) != string(y) || (errX == nil) != (errY == nil) {
			t.Errorf("%s: %s differs", what, name)
		}
	}
	x, err := Evaluate(a, EvaluateOptions{Split: "test"})
	if err != nil {
		t.Fatal(err)
	}
	y, err := Evaluate(b, EvaluateOptions{Split: "test"})
	if err != nil {
		t.Fatal(err)
	}
	if x.Report.Text(false) != y.Report.Text(false) {
		t.Errorf("%s: the scores differ:\n%s\n%s", what, x.Report.Text(false), y.Report.Text(false))
	}
}

// A run of labels has the same bits on any number of threads and where it is stopped and gone on with; it verifies, predicts without
// its data, and says of the test part what predict says.
func TestRunsOfLabels(t *testing.T) {
	t.Parallel()
	for kind := range labelled {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			c := ofLabels(t, kind)
			whole := trained(t, c, TrainOptions{Threads: 1})
			sameRun(t, "three threads", whole, trained(t, c, TrainOptions{Threads: 3}))
			half, err := c.With("train.epochs=2")
			if err != nil {
				t.Fatal(err)
			}
			half.Train.Schedule, half.Train.Average = c.Train.Schedule, c.Train.Average
			ctx, stop := context.WithCancel(context.Background())
			run := filepath.Join(t.TempDir(), "run")
			_, err = Train(ctx, c, TrainOptions{Run: run, OnEpoch: func(e Epoch) {
				if e.Number == 2 {
					stop()
				}
			}})
			if !is[*Interrupted](err) {
				t.Fatalf("got %v, want an interruption", err)
			}
			sameRun(t, "gone on with", whole, trained(t, c, TrainOptions{Run: run, Resume: true}))
			if v, err := VerifyRun(context.Background(), run, VerifyOptions{FromStart: true}); err != nil || !v.Same {
				t.Errorf("verify: %+v, %v", v, err)
			}
			if paths, err := Plot(run, 0); err != nil || len(paths) < 4 {
				t.Errorf("pictures: %v, %v", paths, err)
			}
		})
	}
}

// What predict says of the rows of a file is what evaluate scores, and needs nothing of the training data; labels, chances and their
// order are those of the run.
func TestPredictionsOfLabels(t *testing.T) {
	t.Parallel()
	run := trained(t, ofLabels(t, "texts", "ensemble.linear=true"), TrainOptions{})
	dir := t.TempDir()
	put(t, dir, map[string]string{"new.csv": "label,text\nnegative,\"I was bored, and it broke\"\npositive,What a lovely film\n", "bare.jsonl": "{\"text\": \"I was bored, and it broke\"}\n{\"text\": \"What a lovely film\"}\n", "new.txt": "I was bored, and it broke\nWhat a lovely film\n"})
	scored, err := Evaluate(run, EvaluateOptions{CSV: filepath.Join(dir, "new.csv")})
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(scored)
	if err != nil {
		t.Fatal(err)
	}
	var said struct {
		Metrics struct {
			Accuracy  float64
			LogLoss   float64 `json:"log_loss"`
			ECE       float64
			MacroF1   float64 `json:"macro_f1"`
			Confusion struct {
				Labels []string
				Counts [][]int
			}
			ByClass map[string]struct{ Precision, Recall, F1, Support float64 } `json:"by_class"`
		}
		Baselines map[string]map[string]float64
	}
	if err := json.Unmarshal(b, &said); err != nil {
		t.Fatal(err)
	}
	if n := len(said.Metrics.Confusion.Labels); n != 2 || said.Metrics.ByClass["negative"].Support != 1 {
		t.Errorf("%s", b)
	}
	for _, name := range []string{"majority", "naive_bayes", "logistic", "network_alone"} {
		if said.Baselines[name] == nil {
			t.Errorf("%s is not among the baselines: %s", name, b)
		}
	}
	var csv []string
	for _, from := range []string{"new.csv", "bare.jsonl", "new.txt", "-"} {
		o := PredictOptions{File: filepath.Join(dir, from), Top: 2, Probabilities: true}
		if from == "-" {
			o.File, o.In = "-", strings.NewReader("I was bored, and it broke\nWhat a lovely film\n")
		}
		p, err := Predict(run, o)
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		if err := p.WriteCSV(&out); err != nil {
			t.Fatal(err)
		}
		csv = append(csv, out.String())
	}
	if !strings.HasPrefix(csv[0], "id,label,probability,label_2,probability_2,p_positive,p_negative\n1,") && !strings.HasPrefix(csv[0], "id,label,probability,label_2,probability_2,p_negative,p_positive\n1,") {
		t.Errorf("got %s", csv[0])
	}
	for i := range csv {
		if csv[i] != csv[0] {
			t.Errorf("form %d: %s, want %s", i, csv[i], csv[0])
		}
	}
}

// The members of an ensemble are averaged, with a temperature and a simple model that were chosen on the validation part, also where
// the members have learnt from that too: then by a network that has not.
func TestEnsembleOfLabels(t *testing.T) {
	t.Parallel()
	for _, refit := range []string{"none", "all"} {
		c := ofLabels(t, "numbers", "ensemble.members=2", "train.refit="+refit, "ensemble.linear=true")
		run := trained(t, c, TrainOptions{})
		o, _, err := open(run, 0)
		if err != nil {
			t.Fatal(err)
		}
		if o.Calibration == nil || !(o.Calibration.Temperature > 0) || o.Companion == nil || len(o.Networks) != 2 {
			t.Fatalf("refit %s: calibration %+v, companion %t", refit, o.Calibration, o.Companion != nil)
		}
		e, err := Evaluate(run, EvaluateOptions{Split: "test"})
		if err != nil || e.Networks != 2 {
			t.Errorf("refit %s: %+v, %v", refit, e, err)
		}
		in, err := o.Prepare(mustPrepare(t, c).Source())
		if err != nil {
			t.Fatal(err)
		}
		said, err := o.Predict(in, task.PartNamed("test"))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range said {
			sum := 0.0
			for _, v := range p {
				sum += v
			}
			if !(sum > 1-1e-9 && sum < 1+1e-9) {
				t.Fatalf("refit %s: chances %v", refit, p)
			}
		}
	}
}

func mustPrepare(t *testing.T, c *configs.Config) task.Data {
	t.Helper()
	d, err := Prepare(c)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// A simple model that predicts with the network is not replaced without a word: a missing or changed file is an error that says what
// to do, and doing it leads on.
func TestCompanionIsChecked(t *testing.T) {
	t.Parallel()
	c := ofLabels(t, "texts", "ensemble.linear=true")
	run := trained(t, c, TrainOptions{})
	file := filepath.Join(run, "companion.safetensors")
	good := readFile(t, file)
	changed := []byte(good)
	changed[len(changed)-1] ^= 1
	for what, damage := range map[string]func() error{
		"changed": func() error { return os.WriteFile(file, changed, 0o644) },
		"missing": func() error { return os.Remove(file) },
	} {
		if err := damage(); err != nil {
			t.Fatal(err)
		}
		_, err := Evaluate(run, EvaluateOptions{Split: "test"})
		if ExitCode(err) != ExitCheckpoint || !strings.Contains(err.Error(), "the simple model that predicts with the network can't be read") || !strings.Contains(err.Error(), "--force") {
			t.Errorf("%s: %v", what, err)
		}
		trained(t, c, TrainOptions{Run: run, Force: true})
		if got := readFile(t, file); got != good {
			t.Errorf("%s: another one is fitted", what)
		}
		if _, err := Evaluate(run, EvaluateOptions{Split: "test"}); err != nil {
			t.Errorf("%s, trained anew: %v", what, err)
		}
	}
}

// Cells are compared by their errors, with McNemar's test where there is one seed and a permutation test of means where there are more.
func TestCompareLabels(t *testing.T) {
	t.Parallel()
	c := ofLabels(t, "numbers", "train.min_updates=30", "ensemble.linear=false")
	for _, seeds := range [][]uint64{{1}, {1, 2}} {
		cmp, err := Compare(context.Background(), c, CompareOptions{Cells: []string{"gru", "elman"}, Seeds: seeds, Run: filepath.Join(t.TempDir(), "cmp")})
		if err != nil {
			t.Fatal(err)
		}
		tests := map[string]bool{}
		for _, one := range cmp.Tests {
			tests[one.Test] = true
		}
		if !tests["mcnemar"] || len(seeds) > 1 && !tests["permutation"] || cmp.Baselines["rocket"] == nil {
			t.Errorf("%d seeds: tests %v, baselines %v", len(seeds), tests, cmp.Baselines)
		}
		if text := cmp.Text(); !strings.Contains(text, "accuracy") || !strings.Contains(text, "Lowest test error rate of all") || strings.Contains(cmp.Markdown(), "squared errors") {
			t.Errorf("%s\n%s", text, cmp.Markdown())
		}
	}
}

// Text that changed is numbered as the network learnt it, and labels keep their numbers.
func TestChangedTexts(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(first string) {
		var b strings.Builder
		b.WriteString("text,label\n" + first)
		for i := range 60 {
			fmt.Fprintf(&b, "it was %s on day %d,%s\n", []string{"nice", "awful"}[i%2], i%7, []string{"good", "bad"}[i%2])
		}
		put(t, dir, map[string]string{"x.csv": b.String()})
	}
	config := func(epochs int) *configs.Config {
		text := fmt.Sprintf("task: classify\nrecipe: plain\ndata: {csv: x.csv, text: text, label: label, tokens: word}\nmodel: {hidden_size: 4}\ntrain: {epochs: %d}\nensemble: {linear: false}\n", epochs)
		c, err := configs.Parse(filepath.Join(dir, "c.yaml"), []byte(text), nil)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	write("")
	run := trained(t, config(2), TrainOptions{})
	write("what a strange new day with many words,bad\nwhat a strange new day with many words,bad\n") // bad comes first now
	notes := []string{}
	trained(t, config(4), TrainOptions{Run: run, Resume: true, AllowDataChange: true, OnNote: func(s string) { notes = append(notes, s) }})
	o, _, err := open(run, 0)
	if err != nil {
		t.Fatal(err)
	}
	if l := o.Networks[0].K.Data.Labelled; l.Classes[0] != "good" || !strings.Contains(strings.Join(notes, "\n"), "the changed data are scaled as before") {
		t.Errorf("labels %v, notes %q", l.Classes, notes)
	}
	if _, err := VerifyRun(context.Background(), run, VerifyOptions{}); err != nil {
		t.Error(err)
	}
}

// What a comparison varies of how examples are read or weighed has data of its own.
func TestKeyOfLabels(t *testing.T) {
	c := ofLabels(t, "texts")
	for _, set := range []string{"train.class_weight=balanced", "model.character_ngrams=50", "model.front=[]", "data.tokens.min_count=1"} {
		other, err := c.With(set)
		if err != nil {
			t.Fatal(err)
		}
		if task.Key(c) == task.Key(other) {
			t.Errorf("%s shares the data of another", set)
		}
	}
	if other, err := c.With("train.epochs=9", "seed=4", "ensemble.linear=false"); err != nil || task.Key(c) != task.Key(other) {
		t.Errorf("what has nothing to do with the data makes others of them: %v", err)
	}
}
