package classify

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"recur/baseline"
	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/task"
)

func written(t *testing.T, name, text string) string {
	t.Helper()
	return writtenIn(t, t.TempDir(), name, text)
}

func writtenIn(t testing.TB, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// rows is a long file of the sequences from..to-1, of 2 to 4 steps; sequence i is of class i%2.
func rows(from, to int) string {
	var b strings.Builder
	b.WriteString("id,a,kind\n")
	for i := from; i < to; i++ {
		for t := range 2 + i%3 {
			fmt.Fprintf(&b, "s%d,%d,%s\n", i, i+t, []string{"even", "odd"}[i%2])
		}
	}
	return b.String()
}

// lines is a table of texts from..to-1, of which i is of class i%2.
func lines(from, to int) string {
	var b strings.Builder
	b.WriteString("words,kind\n")
	for i := from; i < to; i++ {
		fmt.Fprintf(&b, "this is number %d it is %s,%s\n", i, []string{"nice", "bad"}[i%2], []string{"even", "odd"}[i%2])
	}
	return b.String()
}

// kinds are the two inputs: how a config reads them, and what a file of them holds.
var kinds = map[string]struct {
	config string
	text   func(from, to int) string
}{
	"numbers": {"task: classify\ndata: {csv: %s, sequence: id, label: kind}\n", rows},
	"texts":   {"task: classify\ndata: {csv: %s, text: words, label: kind}\n", lines},
}

// prepared is what a config makes of a file.
func preparedOf(t testing.TB, config, path string, set ...string) (*Data, error) {
	t.Helper()
	c, err := configs.Parse("c.yaml", fmt.Appendf(nil, config, path), set)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Task{}.Open(c, nil)
	if err != nil {
		return nil, err
	}
	d, err := s.Prepare(s.Config())
	if err != nil {
		return nil, err
	}
	return d.(*Data), nil
}

// opened is the data of examples 0..29.
func opened(t *testing.T, kind string, set ...string) *Data {
	t.Helper()
	d, err := preparedOf(t, kinds[kind].config, written(t, "x.csv", kinds[kind].text(0, 30)), set...)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// openedIn is opened with its file in a directory.
func openedIn(t testing.TB, kind, dir string, set ...string) *Data {
	t.Helper()
	d, err := preparedOf(t, kinds[kind].config, writtenIn(t, dir, "x.csv", kinds[kind].text(0, 30)), set...)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// runOf is a run that keeps what a job would.
func runOf(d *Data) *task.Run {
	k := &checkpoint.Checkpoint{Config: d.c, Data: d.Job(d.c).Keep()}
	return &task.Run{Config: d.c, Networks: []task.Network{{K: k}}}
}

// sure says of every example of a part that it is of its class, or (turned) of the other one.
func sure(p part, turned bool) [][]float64 {
	all := make([][]float64, p.Len())
	for i := range all {
		all[i] = []float64{.1, .1}
		at := int(p.Labels(i)[0])
		if turned {
			at = 1 - at
		}
		all[i][at] = .9
	}
	return all
}

// Of another file the examples that a run has learnt from are left out, all are scored where that is asked for, and of a file of
// nothing else the message says what to do.
func TestFileLeavesOutWhatWasLearnt(t *testing.T) {
	for name, kind := range kinds {
		d := opened(t, name)
		r, learnt := runOf(d), d.train.Len()+d.validation.Len()
		more := written(t, "more.csv", kind.text(0, 40))
		f, err := Task{}.File(r, more, d, false)
		if err != nil || f.Seen != (task.Sightings{LeftOut: learnt}) || f.Part(f.Data).Len() != 40-learnt {
			t.Errorf("%s: %+v, %v; want %d left out", name, f, err, learnt)
		}
		if f, err = (Task{}).File(r, more, d, true); err != nil || f.Seen != (task.Sightings{Scored: learnt}) || f.Part(f.Data).Len() != 40 {
			t.Errorf("%s: %+v, %v; want %d scored", name, f, err, learnt)
		}
		if f, err = (Task{}).File(r, more, nil, false); err != nil || f.Seen != (task.Sightings{Unknown: 40}) {
			t.Errorf("%s: %+v, %v; want 40 unknown", name, f, err)
		}
		whole := opened(t, name, "data.split={validation: 10, test: 0}")
		same := written(t, "same.csv", kind.text(0, 30))
		var fault *data.Error
		if _, err = (Task{}).File(runOf(whole), same, whole, false); !errors.As(err, &fault) || !strings.Contains(err.Error(), "--all") {
			t.Errorf("%s: a file of the training part: %v, want the advice to use --all", name, err)
		}
		if f, err = (Task{}).File(runOf(whole), same, whole, true); err != nil || f.Part(f.Data).Len() != 30 {
			t.Errorf("%s: with --all: %v", name, err)
		}
	}
}

// A file that is to be scored has labels that the run knows; one without is advised to be predicted.
func TestFileHasLabels(t *testing.T) {
	for name, kind := range kinds {
		d := opened(t, name)
		_, err := Task{}.File(runOf(d), written(t, "x.csv", strings.ReplaceAll(kind.text(40, 44), "odd", "strange")), d, false)
		if err == nil || !strings.Contains(err.Error(), `the label "strange" is none of those that the run has learnt: "even", "odd"`) {
			t.Errorf("%s: an unknown label: %v", name, err)
		}
		bare := strings.ReplaceAll(strings.ReplaceAll(kind.text(40, 44), ",even", ""), ",odd", "")
		if _, err = (Task{}).File(runOf(d), written(t, "x.csv", strings.Replace(bare, ",kind", "", 1)), d, false); err == nil || !strings.Contains(err.Error(), "recur predict") {
			t.Errorf("%s: no labels: %v", name, err)
		}
	}
}

// Labels, scalers and vocabularies of a checkpoint are taken where the labels are the same in any order, and nothing else.
func TestAdopt(t *testing.T) {
	for name := range kinds {
		d, other := opened(t, name), opened(t, name, "data.split.seed=5")
		k := other.Job(other.c).Keep()
		slices.Reverse(k.Labelled.Classes)
		was := d.classes[d.train.Labels(0)[0]]
		if known, all := d.Adopt(&k); known != 1 || all != 1 || !slices.Equal(d.classes, k.Labelled.Classes) || d.classes[d.train.Labels(0)[0]] != was {
			t.Errorf("%s: %d of %d known, labels %v, the first %d", name, known, all, d.classes, d.train.Labels(0)[0])
		}
		k.Labelled.Classes = []string{"even", "strange"}
		if known, _ := d.Adopt(&k); known != 0 {
			t.Errorf("%s: other labels are taken", name)
		}
		if known, _ := d.Adopt(&checkpoint.Data{}); known != 0 {
			t.Errorf("%s: those of series are taken", name)
		}
	}
}

// Test parts ask for the same labels, or for others where they are drawn otherwise.
func TestSameTruth(t *testing.T) {
	for name := range kinds {
		d, same, other := opened(t, name), opened(t, name, "seed=4"), opened(t, name, "data.split.seed=5")
		if !d.SameTruth(same) || d.SameTruth(other) {
			t.Errorf("%s: with another seed %t, drawn otherwise %t; want true, false", name, d.SameTruth(same), d.SameTruth(other))
		}
	}
}

// The simple methods that suit what is read, and the verdict, which orders them and the network by their errors and tests the
// difference by McNemar's test.
func TestMethodsAndVerdict(t *testing.T) {
	for name, want := range map[string][]string{"numbers": {"majority", "nearest", "rocket"}, "texts": {"majority", "naive_bayes", "logistic"}} {
		d := opened(t, name, "data.split={validation: 10, test: 6}")
		all, _, err := d.Methods(nil, d.test)
		if err != nil || !slices.Equal(all, want) {
			t.Fatalf("%v, %v", all, err)
		}
		if _, _, err := d.Methods(baseline.Only{"naive"}, d.test); err == nil {
			t.Error("the naive forecast suits examples")
		}
		v, err := d.Verdict(sure(d.validation, false), math.Inf(1))
		if err != nil || len(v.Methods) != 4 || v.Windows != 10 || v.Example != "example" || v.Metric != "error" || *v.Score(task.NetworkName) != 0 || v.PAgainst == nil {
			t.Errorf("%+v, %v", v, err)
		}
		if v, err = d.Verdict(sure(d.validation, true), 0); err != nil || v.LeftOut == "" || *v.Score(task.NetworkName) != 1 {
			t.Errorf("without the means for all methods: %+v, %v", v, err)
		}
		told, err := d.Foretell(math.Inf(1))
		if err != nil || !strings.Contains(told, "majority 0.5, ") {
			t.Errorf("before the training: %q, %v", told, err)
		}
	}
}

// Losses that are 0 or 1 are tested by McNemar, means over seeds by permutation; the sign says who is better.
func TestTests(t *testing.T) {
	d := opened(t, "texts", "data.split={validation: 10, test: 6}")
	j := d.Judge(d.validation)
	a, b := j.Losses(sure(d.validation, false)), j.Losses(sure(d.validation, true))
	if o := j.Test(task.Entry{Losses: a}, task.Entry{Losses: b}); o.Outcome.Test != mcnemar || !(o.Statistic < 0) || math.Abs(o.P-2.0/1024) > 1e-12 {
		t.Errorf("got %+v", o)
	}
}

// What is told of a part: the contract of evaluate --json, and for people the worst errors with their texts.
func TestReport(t *testing.T) {
	d := opened(t, "texts", "data.split={validation: 10, test: 6}")
	said := sure(d.test, false)
	said[2] = []float64{said[2][1], said[2][0]}
	r, err := d.Report(d.test, said, []task.Named{{Name: "majority", Said: sure(d.test, true)}})
	if err != nil {
		t.Fatal(err)
	}
	one := r.(*Report)
	if one.part != "test" || one.Metrics.Examples != 6 || math.Abs(one.Metrics.Accuracy-5.0/6) > 1e-12 || one.Baselines["majority"].Accuracy != 0 || len(one.Worst) != 1 || *one.Unknown <= 0 {
		t.Errorf("%+v", one)
	}
	for _, want := range []string{"accuracy 83.3%, in 95% of cases between", "true, predicted", "surest errors", "this is number", "of the symbols are unknown"} {
		if !strings.Contains(r.Text(false), want) {
			t.Errorf("%q is not in\n%s", want, r.Text(false))
		}
	}
}

// Weights of classes: balanced ones from the training part, those of names, and names that are no labels.
func TestClassWeights(t *testing.T) {
	path := written(t, "x.csv", lines(0, 30)+"one more,odd\nand one,odd\n")
	d, err := preparedOf(t, kinds["texts"].config, path, "train.class_weight=balanced", "data.split={validation: 4, test: 4}")
	n := counts(d.train, 2)
	if want := float64(n[0]+n[1]) / float64(2*n[0]); err != nil || d.Spec(d.c).ClassWeights[0] != want {
		t.Errorf("%v, %v, want %g first", d.weights, err, want)
	}
	if d, err = preparedOf(t, kinds["texts"].config, path, "train.class_weight={odd: 3}"); err != nil || !slices.Equal(d.Spec(d.c).ClassWeights, []float64{1, 3}) {
		t.Errorf("%v", err)
	}
	if _, err = preparedOf(t, kinds["texts"].config, path, "train.class_weight={od: 3}"); err == nil || !strings.Contains(err.Error(), `no label here; did you mean "odd"?`) {
		t.Errorf("%v", err)
	}
	if _, err = preparedOf(t, kinds["texts"].config, path, "train.class_weight={odd: 0, even: 0}"); err == nil || !strings.Contains(err.Error(), "nothing is learnt") {
		t.Errorf("%v", err)
	}
}

// A class at every step: batches hold a label a step, scores count steps, and only what suits steps stands beside.
func TestTagging(t *testing.T) {
	tagged := strings.ReplaceAll(rows(0, 30), "s3,4,odd", "s3,4,even")
	d, err := preparedOf(t, kinds["numbers"].config, written(t, "x.csv", tagged), "model.head=every")
	if err != nil {
		t.Fatal(err)
	}
	var b data.Batch[float64]
	data.Fill(d.Part("train"), []int{0, 1}, &b)
	if len(b.Labels) != b.T*b.N || b.N != 2 {
		t.Errorf("%d labels of %d steps", len(b.Labels), b.T)
	}
	if all, _, err := d.Methods(nil, d.test); err != nil || !slices.Equal(all, []string{"majority"}) {
		t.Errorf("%v, %v", all, err)
	}
	m, err := d.Method("majority", true)
	if err != nil {
		t.Fatal(err)
	}
	scored, err := d.Judge(d.train).Metrics(m.Predict(d.train))
	if err != nil || !(scored.Value("accuracy") >= 0.5) {
		t.Errorf("%v, %v", scored, err)
	}
	if said := m.Predict(d.test); len(said[0]) != 2*d.test.Lengths()[0] {
		t.Errorf("%d chances of %d steps", len(said[0]), d.test.Lengths()[0])
	}
}
