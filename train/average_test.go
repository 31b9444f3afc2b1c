package train

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"recur/checkpoint"
	"recur/configs"
	"recur/models"
)

// PyTorch 2.15:
//
//	m = nn.ParameterList([nn.Parameter(torch.tensor([.5, -1, 2, .25]))])
//	o = torch.optim.AdamW(m.parameters(), lr=.05, betas=(.9, .99), eps=1e-3, weight_decay=.1)
//	a = AveragedModel(m, avg_fn=lambda e, w, i: e + (1 - min(.6, (1+i)/(10+i)))*(w - e)); a.update_parameters(m)
//	for s in range(9):
//	    m[0].grad = torch.tensor([((7*i + 3*s) % 5 - 2)/4 for i in range(4)])
//	    o.step(); a.update_parameters(m)
//
// and for swa a = AveragedModel(m), updated from s = 5 on; AveragedModel copies at its first update.
func TestAveragesAgreeWithPyTorch(t *testing.T) {
	for kind, want := range map[string][]float64{
		"ema": {0.5737957300965735, -0.8849142231600541, 1.8247005961196328, 0.26660405853964486},
		"swa": {0.5742106968639866, -0.8912460366010694, 1.8294680099780876, 0.2687646725596765},
	} {
		c := solverConfig("adamw", .1)
		c.Average, c.AverageDecay, c.AverageStart, c.Epochs, c.BatchSize = kind, .6, 5./9, 9, 1
		s, w := newSolver[float64](t, c), newWeight[float64]("w")
		net := &models.Network[float64]{Params: []*models.Param[float64]{{Name: "w", Shape: []int{4}, Values: backing[float64](w.value)}}}
		a, averaged := newAverage(c, net, 1), 0
		for step := range 9 {
			a.before(step, nil)
			descend[float64](t, s, w, step, step+1)
			a.follow(step+1, nil)
			averaged = a.epoch(step, averaged)
			if again := a.epoch(step, averaged); again != averaged {
				t.Errorf("%s: an epoch counts twice", kind)
			}
		}
		for i, v := range want {
			if math.Abs(a.weights[0][i]-v) > 1e-14 {
				t.Errorf("%s: average %d is %v, want %v", kind, i, a.weights[0][i], v)
			}
		}
	}
}

// TestKept: the closed form is the product.
func TestKept(t *testing.T) {
	for _, decay := range []float64{0, .05, .5, .99, .999} {
		a := newAverage(configs.Train{Average: "ema", AverageDecay: decay, Epochs: 1, BatchSize: 1}, &models.Network[float64]{}, 1)
		for _, span := range [][2]int{{0, 1}, {0, 5}, {3, 4}, {3, 900}, {880, 2000}, {1500, 1510}, {7, 7}} {
			want := 1.0
			for i := span[0] + 1; i <= span[1]; i++ {
				want *= a.keeps(i)
			}
			if got := a.kept(span[0], span[1]); math.Abs(got-want) > 1e-12*want {
				t.Errorf("decay %v: the product over %v is %v, want %v", decay, span, got, want)
			}
		}
	}
}

// TestAverageOfRows: the average of a table whose rows are brought up when they are read is that of a table that is averaged
// whole at every update, and so is every validation loss on the way.
func TestAverageOfRows(t *testing.T) {
	set := []string{"model.dtype=float64", "train.average=ema", "train.average_decay=0.9", "train.epochs=3"}
	run := func(whole bool) (*Result, *average[float64]) {
		j := textJob(t, false, set...)
		j.Spec.Vocabulary = 40 // of which the texts use a quarter
		tr, err := newTrainer[float64](j, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer tr.net.Close()
		if tr.average.table != 0 {
			t.Fatal("the table is averaged whole")
		}
		if whole {
			tr.average.table, tr.average.at = -1, nil
		}
		r, err := tr.run(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		return r, tr.average
	}
	rows, a := run(false)
	whole, b := run(true)
	for i := range a.weights {
		for k, v := range b.weights[i] {
			if math.Abs(a.weights[i][k]-v) > 1e-13 {
				t.Fatalf("average %d of %s is %v by rows, %v whole", k, a.params[i].Name, a.weights[i][k], v)
			}
		}
	}
	for i, e := range whole.Epochs {
		if math.Abs(e.ValidationLoss-rows.Epochs[i].ValidationLoss) > 1e-12 {
			t.Errorf("epoch %d: the validation loss is %v by rows, %v whole", e.Number, rows.Epochs[i].ValidationLoss, e.ValidationLoss)
		}
	}
}

// TestAveragePredicts: the weights of a checkpoint are the average, and have its validation loss; training is that of a run without.
func TestAveragePredicts(t *testing.T) {
	for _, kind := range []string{"ema", "swa"} {
		plain, r := mustRun(t, Options{}), mustRun(t, Options{}, "train.average="+kind, "train.average_start=0.5")
		for i, e := range r.Epochs {
			if e.TrainLoss != plain.Epochs[i].TrainLoss {
				t.Errorf("%s: epoch %d has the training loss %v, %v without", kind, e.Number, e.TrainLoss, plain.Epochs[i].TrainLoss)
			}
			if averaged := kind == "ema" || e.Number > 4; averaged == (e.ValidationLoss == plain.Epochs[i].ValidationLoss) {
				t.Errorf("%s: epoch %d has the validation loss %v, %v without", kind, e.Number, e.ValidationLoss, plain.Epochs[i].ValidationLoss)
			}
		}
		for _, k := range []*checkpoint.Checkpoint{r.Last, r.Best} {
			c, p := job(t)
			tr, err := newTrainer[float32](JobOf(c, p), Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer tr.net.Close()
			for _, param := range tr.net.Params {
				w, err := values[float32](k.Weights, param.Name, len(param.Values))
				if err != nil {
					t.Fatal(err)
				}
				copy(param.Values, w)
			}
			if loss, err := tr.validate(context.Background()); err != nil || loss != k.ValidationLoss {
				t.Errorf("%s: the weights of step %d have the validation loss %v (%v), want %v", kind, k.Step, loss, err, k.ValidationLoss)
			}
		}
	}
}

// TestResumeOfAnAverage: a training of symbols, of which batches read some, goes on to the same bits wherever it was stopped, also
// where it saves all the time, and with any number of threads.
func TestResumeOfAnAverage(t *testing.T) {
	for _, set := range [][]string{
		{"train.average=ema"},
		{"train.average=swa", "train.average_start=0.3"},
		{"train.average=ema", "train.solver=gorgonia-adam", "train.weight_decay=0"},
		{"train.average=ema", "train.on_nan=rollback", "train.average_decay=0.999"},
	} {
		set = append(set, "train.epochs=3")
		run := func(ctx context.Context, o Options) *Result {
			j := textJob(t, false, set...)
			j.Spec.Vocabulary = 40
			r, err := Run(ctx, j, o)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		whole := run(context.Background(), Options{})
		sameResult(t, fmt.Sprint(set, " with saves"), whole, run(context.Background(), Options{Threads: 2, SaveEvery: 1, Save: func(*checkpoint.Checkpoint, bool) error { return nil }}))
		for step := 1; step < 30 && !strings.Contains(fmt.Sprint(set), "gorgonia"); step += 4 {
			ctx, o := interruptAt(step)
			sameResult(t, fmt.Sprint(set, " stopped at ", step), whole, run(context.Background(), Options{Resume: onDisk(t)(run(ctx, o).Last)}))
		}
	}
}

// TestRollbackOfAnAverage: a rollback takes the average back as well; with the fault away the resumed run has the same bits.
func TestRollbackOfAnAverage(t *testing.T) {
	for _, kind := range []string{"ema", "swa"} {
		set := []string{"train.average=" + kind, "train.average_start=0.2", "train.on_nan=rollback"}
		bad := func() func(int, string, any) {
			done := false
			return func(step int, what string, memory any) {
				if step == 13 && what == "weights" && !done {
					memory.([][]float32)[0][0], done = float32(math.NaN()), true
				}
			}
		}
		whole := mustRun(t, Options{disturb: bad()}, set...)
		c, p := job(t, set...)
		ctx, o := interruptAt(12)
		first, err := Run(ctx, JobOf(c, p), o)
		if err != nil {
			t.Fatal(err)
		}
		sameResult(t, kind, whole, mustRun(t, Options{Resume: first.Last, disturb: bad()}, set...))
	}
}

// TestOtherStartOfAnAverage: more epochs would have swa begin later; that is refused, and the advice leads on.
func TestOtherStartOfAnAverage(t *testing.T) {
	set := []string{"train.average=swa", "train.average_start=0.5"}
	short := mustRun(t, Options{}, set...) // of 6 epochs
	c, p := job(t, append(set, "train.epochs=9")...)
	_, err := Run(context.Background(), JobOf(c, p), Options{Resume: short.Last})
	var e *checkpoint.Error
	const want = "began with epoch 4, and with train.epochs 9 and train.average_start 0.5 it would begin with epoch 6; to go on with the first set train.average_start to 0.3333"
	if !errors.As(err, &e) || !strings.Contains(err.Error(), want) {
		t.Fatalf("got %v, want %q", err, want)
	}
	long := []string{"train.average=swa", "train.average_start=0.3333", "train.epochs=9"}
	sameResult(t, "as advised", mustRun(t, Options{}, long...), mustRun(t, Options{Resume: short.Last}, long...))
	sameResult(t, "before either begins", mustRun(t, Options{}, append(set, "train.epochs=9")...),
		mustRun(t, Options{Resume: mustRunUntil(t, 7, append(set, "train.epochs=6")...).Last}, append(set, "train.epochs=9")...))
}
