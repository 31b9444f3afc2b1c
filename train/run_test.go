package train

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"recur/checkpoint"
	"recur/configs"
	"recur/data/series"
	"recur/models"
)

// sine is a small job: 80 points of a sine, 34 training windows of 10 steps in 5 batches (the last one smaller), 20 for
// validation.
const sine = `
name: sine
seed: 3
task: forecast
data:
  synthetic: {kind: sine, points: 80, period: 20, seed: 0}
  split: {train: 0.55, validation: 0.25}
  window: 10
  horizon: 1
model:
  cell: lstm
  hidden_size: 6
train:
  epochs: 6
  batch_size: 8
  solver: adam
  learning_rate: 0.02
  clip_norm: 1.0
`

// panel is a job of three series of 60, 40 and 26 values (in panelFile): 36 + 16 + 2 training windows.
const panel = `
name: panel
seed: 3
recipe: plain
data:
  csv: none.csv
  series: series
  targets: [value]
  split: {validation: 8, test: 4}
  window: 10
  horizon: 2
model:
  cell: gru
  hidden_size: 4
train:
  epochs: 6
  batch_size: 8
  learning_rate: 0.02
  sampling: balanced
`

// panelFile writes the data of panel and returns the override that names it; job takes panel where it is among its set.
func panelFile(t testing.TB) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("series,value\n")
	for s, n := range []int{60, 40, 26} {
		for i := range n {
			fmt.Fprintf(&b, "s%d,%.4f\n", s, math.Sin(float64(i*(s+2))/5)+0.1*float64(i%3))
		}
	}
	path := filepath.Join(t.TempDir(), "panel.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return "data.csv=" + path
}

func job(t testing.TB, set ...string) (*configs.Config, *series.Prepared) {
	t.Helper()
	base := sine
	if slices.ContainsFunc(set, func(s string) bool { return strings.HasPrefix(s, "data.csv=") }) {
		base = panel
	}
	c, err := configs.Parse("job.yaml", []byte(base), set)
	if err != nil {
		t.Fatal(err)
	}
	d, err := series.Open(c)
	if err != nil {
		t.Fatal(err)
	}
	p, err := series.Prepare(d, c)
	if err != nil {
		t.Fatal(err)
	}
	return c, p
}

func mustRun(t testing.TB, o Options, set ...string) *Result {
	t.Helper()
	c, p := job(t, set...)
	r, err := Run(context.Background(), JobOf(c, p), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestASineIsLearnt(t *testing.T) {
	for _, cell := range []string{"elman", "lstm", "gru"} {
		for _, solver := range []string{"adam", "rmsprop", "momentum"} {
			set := []string{"model.cell=" + cell, "train.solver=" + solver, "train.epochs=60"}
			r := mustRun(t, Options{}, set...)
			if loss := r.Best.ValidationLoss; !(loss < 0.01) || !(r.Epochs[0].ValidationLoss > 10*loss) {
				t.Errorf("%s, %s: validation loss went from %v to %v, want below 0.01", cell, solver, r.Epochs[0].ValidationLoss, loss)
			}
		}
	}
}

// A network with layer norm in its cells, which reads one number a step, learns how large it is.
func TestASineIsLearntWithLayerNorm(t *testing.T) {
	for _, cell := range []string{"elman", "lstm", "gru"} {
		r := mustRun(t, Options{}, "model.cell="+cell, "model.layer_norm=true", "train.epochs=60")
		if loss := r.Best.ValidationLoss; !(loss < 0.01) {
			t.Errorf("%s: the validation loss is %v, want below 0.01", cell, loss)
		}
	}
}

func TestTheSameBitsOnAnyNumberOfCores(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, set := range [][]string{
		{"model.hidden_size=24", "train.batch_size=30", "train.epochs=3", "model.layers=2", "model.dropout=0.2"},
		global(t, "model.hidden_size=24", "train.batch_size=30", "train.max_updates=20", "train.refit=all"),
	} {
		var first *Result
		for _, n := range []int{1, 2, 3, 4, 8} {
			runtime.GOMAXPROCS(n)
			r := mustRun(t, Options{}, set...)
			if first == nil {
				first = r
			}
			sameResult(t, fmt.Sprintf("GOMAXPROCS %d", n), first, r)
			sameResult(t, fmt.Sprintf("%d threads", n), first, mustRun(t, Options{Threads: n}, set...))
		}
	}
}

func TestDropoutAndSeedChangeTheBits(t *testing.T) {
	a := mustRun(t, Options{}, "train.epochs=1")
	for _, set := range [][]string{{"seed=4"}, {"model.layers=2", "model.dropout=0.5"}, {"train.shuffle=false"}} {
		b := mustRun(t, Options{}, append(set, "train.epochs=1")...)
		if a.Epochs[0].TrainLoss == b.Epochs[0].TrainLoss {
			t.Errorf("%v: the same loss %v", set, a.Epochs[0].TrainLoss)
		}
	}
}

func TestDivergenceIsNamed(t *testing.T) {
	inf := float32(math.Inf(1))
	set := func(t *trainer[float32], name string, value float32) {
		w := t.net.Param(name).Values
		for i := range w {
			w[i] = value
		}
	}
	cases := []struct {
		name   string
		poison func(*trainer[float32])
		want   Diverged
	}{
		{"NaN in a weight", func(t *trainer[float32]) { t.net.Param("rnn.weight_hh_l0").Values[5] = inf - inf },
			Diverged{Parameter: "rnn.weight_hh_l0", What: "weights"}},
		{"infinity in a weight", func(t *trainer[float32]) { t.net.Param("head.bias").Values[0] = inf },
			Diverged{Parameter: "head.bias", What: "weights"}},
		{"loss", func(t *trainer[float32]) { set(t, "head.bias", 1e30) }, // its square overflows
			Diverged{What: "loss"}},
		{"gradient", func(t *trainer[float32]) { // states of zero, a finite loss, and a gradient that grows backwards
			for _, name := range []string{"rnn.weight_ih_l0", "rnn.bias_ih_l0", "rnn.bias_hh_l0"} {
				set(t, name, 0)
			}
			set(t, "rnn.weight_hh_l0", 1e4)
			set(t, "head.weight", 1e30)
		}, Diverged{Parameter: "rnn.weight_ih_l0", What: "gradient"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			config, p := job(t, "model.cell=elman")
			var tr *trainer[float32]
			saved := map[int]bool{}
			o := Options{SaveEvery: time.Hour, Save: func(k *checkpoint.Checkpoint, best bool) error { saved[k.Step] = best; return nil },
				OnStep: func(s Step) {
					if s.Step == 12 {
						c.poison(tr)
					}
				}}
			tr, err := newTrainer[float32](JobOf(config, p), o)
			if err != nil {
				t.Fatal(err)
			}
			r, err := tr.run(context.Background())
			var d *Diverged
			if !errors.As(err, &d) {
				t.Fatalf("got %v, want a *Diverged", err)
			}
			want := c.want
			want.Epoch, want.Step, want.Value = 3, 13, d.Value
			if diff := cmp.Diff(want, *d, cmpopts.EquateNaNs()); diff != "" || finite(d.Value) {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
			if r == nil || r.Best.Step != 10 || !finite(r.Best.ValidationLoss) {
				t.Fatalf("the best before it is lost: %+v", r)
			}
			if best, ok := saved[10]; len(saved) != 1 || !ok || !best {
				t.Errorf("saved %v, want the best of step 10 alone", saved)
			}
		})
	}
}

func TestDivergedSaysWhereAndWhat(t *testing.T) {
	nan := math.NaN()
	for want, d := range map[string]*Diverged{
		"gradient of head.bias is NaN": {What: "gradient", Parameter: "head.bias", Value: nan},
		"loss is +Inf":                 {What: "loss", Value: math.Inf(1)},
		"loss is NaN, and the gradient of head.bias is not finite either": {What: "loss", Parameter: "head.bias", Value: nan},
		"validation loss is NaN, and a weight of head.bias is not finite": {What: "validation loss", Parameter: "head.bias", Value: nan},
		"a weight of rnn.bias_ih_l0 is not finite":                        {What: "weights", Parameter: "rnn.bias_ih_l0", Value: nan},
	} {
		d.Epoch, d.Step = 2, 7
		want = "train: diverged in epoch 2 at step 7: " + want + "; lower train.learning_rate or set train.clip_norm"
		if got := d.Error(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

// A rate far too high must end in *Diverged or in finite numbers, and never hand out a checkpoint with others.
func TestNothingPoisonedIsSaved(t *testing.T) {
	for _, rate := range []string{"1", "10", "100"} {
		for _, solver := range []string{"sgd", "momentum", "adam"} {
			c, p := job(t, "model.cell=elman", "model.elman={nonlinearity: relu}", "train.learning_rate="+rate, "train.clip_norm=0", "train.solver="+solver)
			check := func(k *checkpoint.Checkpoint, _ bool) error {
				for _, w := range k.Weights {
					values, err := w.Float32s()
					if err != nil {
						return err
					}
					for _, v := range values {
						if v-v != 0 {
							t.Errorf("rate %s, %s: %s of step %d has %v", rate, solver, w.Name, k.Step, v)
							return nil
						}
					}
				}
				return nil
			}
			_, err := Run(context.Background(), JobOf(c, p), Options{SaveEvery: 1, Save: check})
			var d *Diverged
			if err != nil && !errors.As(err, &d) {
				t.Errorf("rate %s, %s: %v", rate, solver, err)
			}
		}
	}
}

func TestTheBestIsKept(t *testing.T) {
	set := []string{"train.learning_rate=0.3", "train.epochs=15"}
	weights := map[int]*checkpoint.Checkpoint{}
	o := Options{SaveEvery: 1, Save: func(k *checkpoint.Checkpoint, _ bool) error {
		if k.Training != nil {
			weights[k.Step] = k
		}
		return nil
	}}
	r := mustRun(t, o, set...)
	best := 0
	for i, e := range r.Epochs {
		if e.ValidationLoss < r.Epochs[best].ValidationLoss {
			best = i
		}
		if e.Best != (best == i) {
			t.Errorf("epoch %d: best is %v", e.Number, e.Best)
		}
	}
	if best == len(r.Epochs)-1 {
		t.Fatalf("the last epoch is the best: this shows nothing")
	}
	if r.Best.Epoch != best+1 || r.Best.Step != r.Epochs[best].Step || r.Best.ValidationLoss != r.Epochs[best].ValidationLoss {
		t.Errorf("best is epoch %d, step %d, want epoch %d", r.Best.Epoch, r.Best.Step, best+1)
	}
	if d := cmp.Diff(weights[r.Best.Step].Weights, r.Best.Weights); d != "" {
		t.Error("the best checkpoint does not have the weights of its epoch")
	}
	if r.Last.Step != r.Epochs[len(r.Epochs)-1].Step || r.Last.Training == nil {
		t.Errorf("last is of step %d", r.Last.Step)
	}
}

func TestEarlyStoppingEndsARun(t *testing.T) {
	r := mustRun(t, Options{}, "train.early_stopping={patience: 3}", "train.learning_rate=0.3", "train.epochs=200")
	n := len(r.Epochs)
	if r.Stopped != "early_stopping" || n == 200 || r.Best.Epoch != n-3 {
		t.Errorf("stopped %q after %d epochs with the best in %d, want early_stopping 3 epochs after the best", r.Stopped, n, r.Best.Epoch)
	}
}

// A refit is the training that one would have by hand: the two parts as one, without validation, for the best epochs.
func TestRefit(t *testing.T) {
	r := mustRun(t, Options{}, "train.refit=all", "train.epochs=4")
	chosen := mustRun(t, Options{}, "train.epochs=4")
	if r.Best != r.Last || r.Best.ValidationLoss != chosen.Best.ValidationLoss {
		t.Errorf("best is not the refit, or its validation loss is %v, want %v", r.Best.ValidationLoss, chosen.Best.ValidationLoss)
	}
	c, p := job(t, fmt.Sprintf("train.epochs=%d", chosen.Best.Epoch))
	p.Train, p.Validation = series.Merge(p.Train, p.Validation), nil
	byHand, err := Run(context.Background(), JobOf(c, p), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(byHand.Last.Weights, r.Best.Weights); d != "" {
		t.Error("the weights of the refit differ from those of the same training by hand")
	}
	last := r.Epochs[len(r.Epochs)-1]
	if !last.Refit || !last.Best || last.Number != chosen.Best.Epoch || last.Epochs != chosen.Best.Epoch || r.Best.Epoch != len(r.Epochs) {
		t.Errorf("last epoch of the refit is %+v", last)
	}
}

func TestWithoutValidationTheLastIsTheBest(t *testing.T) {
	for _, refit := range []string{"none", "all"} {
		var flags []bool
		o := Options{SaveEvery: 1, Save: func(_ *checkpoint.Checkpoint, best bool) error { flags = append(flags, best); return nil }}
		c, p := job(t, "data.split={validation: 0, test: 10}", "train.epochs=3")
		c.Train.Refit = refit // there is nothing to join: as none
		r, err := Run(context.Background(), JobOf(c, p), o)
		if err != nil {
			t.Fatal(err)
		}
		if r.Best != r.Last || len(r.Epochs) != 3 || !math.IsNaN(r.Best.ValidationLoss) {
			t.Errorf("refit %s: best is step %d, last step %d, validation loss %v", refit, r.Best.Step, r.Last.Step, r.Best.ValidationLoss)
		}
		for _, best := range flags {
			if !best {
				t.Errorf("refit %s: a checkpoint was not saved as the best: %v", refit, flags)
			}
		}
	}
}

func TestSavesAreRareAndComplete(t *testing.T) {
	type save struct {
		step int
		best bool
	}
	var saves []save
	o := Options{Save: func(k *checkpoint.Checkpoint, best bool) error { saves = append(saves, save{k.Step, best}); return nil }}
	r := mustRun(t, o, "train.learning_rate=0.3", "train.epochs=15")
	want := []save{{r.Last.Step, false}, {r.Best.Step, true}} // short of five seconds: at the end alone
	if d := cmp.Diff(want, saves, cmp.AllowUnexported(save{})); d != "" {
		t.Errorf("saves (-want +got):\n%s", d)
	}
	full := errors.New("no space left on device")
	c, p := job(t)
	if _, err := Run(context.Background(), JobOf(c, p), Options{Save: func(*checkpoint.Checkpoint, bool) error { return full }}); !errors.Is(err, full) {
		t.Errorf("got %v, want the error of the save", err)
	}
}

func TestCancelledBeforeItBegan(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, set := range []string{"train.refit=none", "train.refit=all"} {
		c, p := job(t, set)
		r, err := Run(ctx, JobOf(c, p), Options{})
		if err != nil || r.Stopped != "interrupted" || r.Last.Step != 0 {
			t.Fatalf("got %+v, %v", r, err)
		}
		sameResult(t, set, mustRun(t, Options{}, set), mustRun(t, Options{Resume: r.Last}, set))
	}
}

// The validation loss is the mean over all known targets: the same in pieces as in one.
func TestValidationLossIsTheMeanOverAllTargets(t *testing.T) {
	c, p := job(t, "model.dtype=float64", "data.synthetic={kind: sine, points: 1600, period: 20, seed: 0}")
	tr, err := newTrainer[float64](JobOf(c, p), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer tr.net.Close()
	got, err := tr.validate(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	n := p.Validation.Len()
	if n%evaluationBatch == 0 || n < evaluationBatch {
		t.Fatalf("%d windows: not in pieces", n)
	}
	var sum float64
	for i := range n {
		s, err := tr.checks.of(models.Size{Rows: 1, Steps: tr.job.Spec.Steps})
		if err != nil {
			t.Fatal(err)
		}
		s.fill(p.Validation, []int{i})
		loss, err := s.graph.Run()
		if err != nil {
			t.Fatal(err)
		}
		sum += loss
	}
	if want := sum / float64(n); math.Abs(got-want) > 1e-12*want {
		t.Errorf("validation loss is %v, want %v", got, want)
	}
}

// What a step allocates is the TapeMachine's own: with the run of the graph taken out nothing is left.
func TestStepAllocatesNothingOfItsOwn(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector empties pools at random")
	}
	c, p := job(t, "train.batch_size=34", "train.weight_decay=0.01")
	tr, err := newTrainer[float32](JobOf(c, p), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer tr.net.Close()
	tr.order = make([]int, 34)
	permute(tr.order, 1, 0, true)
	step := func() {
		tr.cursor = 0
		if err := tr.advance(); err != nil {
			t.Fatal(err)
		}
	}
	step()
	whole := testing.AllocsPerRun(50, step)
	s := tr.stages.kept[models.Size{Rows: 34, Steps: tr.job.Spec.Steps}]
	machine := testing.AllocsPerRun(50, func() {
		if _, err := s.graph.Run(); err != nil {
			t.Fatal(err)
		}
	})
	if whole > machine {
		t.Errorf("a step allocates %v times, the run of its graph %v", whole, machine)
	}
}

// train.save_epochs saves at the end of every so many epochs, whatever the clock says, and the end of the training once.
func TestSaveEpochs(t *testing.T) {
	for every, want := range map[string][]int{"1": {1, 2, 3, 4, 5, 6}, "4": {4, 6}, "0": {6}} {
		var saved []int
		mustRun(t, Options{SaveEvery: time.Hour, Save: func(k *checkpoint.Checkpoint, _ bool) error {
			if k.Training != nil {
				saved = append(saved, k.Epoch)
			}
			return nil
		}}, "train.save_epochs="+every)
		if diff := cmp.Diff(want, saved); diff != "" {
			t.Errorf("save_epochs %s (-want +got)\n%s", every, diff)
		}
	}
}
