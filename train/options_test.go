package train

import (
	"context"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"recur/checkpoint"
	"recur/configs"
	"recur/graph"
)

// PyTorch 2.15, as goldenSteps: SGD(p, lr=.05, momentum=.9, nesterov=True, weight_decay=d)
func TestNesterovAgreesWithPyTorch(t *testing.T) {
	for decay, want := range map[float64][]float64{
		0:   {0.5727887748500001, -0.8941235834999999, 1.9145322950249997, 0.2628399672375},
		0.1: {0.4672421205475779, -0.7100511412241696, 1.5409672336841684, 0.21495930424849133},
	} {
		c := solverConfig("momentum", decay)
		c.Nesterov = true
		checkGolden[float64](t, c, want, 1e-14)
		checkGolden[float32](t, c, want, 2e-6)

		whole := newWeight[float64]("w") // and by rows, to the bit
		some := &rows[float64]{weight: *newWeight[float64]("w")}
		some.value = tensor.New(tensor.WithShape(2, 2), tensor.WithBacking(backing[float64](newWeight[float64]("w").value)))
		a, b := newSolver[float64](t, c), newSolver[float64](t, c)
		for step := range 9 {
			descend[float64](t, a, whole, step, step+1)
			setGrad[float64](whole, step)
			g := backing[float64](whole.grad)
			some.of = graph.Rows[float64]{Of: []int{1, 0}, Values: []float64{g[2], g[3], g[0], g[1]}}
			if err := b.Step([]gorgonia.ValueGrad{some}); err != nil {
				t.Fatal(err)
			}
		}
		if d := cmp.Diff(backing[float64](whole.value), backing[float64](some.value)); d != "" {
			t.Errorf("decay %v (-whole +rows):\n%s", decay, d)
		}
	}
}

// PyTorch 2.15, nine steps as in goldenSteps, s being OneCycleLR(o, max_lr=.05, total_steps=9):
//
//	Adam(p, lr=.05, betas=(.9, .99), eps=1e-3) and SGD(p, lr=.05, momentum=.9, nesterov=True)
func TestCycledMomentumAgreesWithPyTorch(t *testing.T) {
	for solver, want := range map[string][]float64{
		"adam":     {0.4946149938719963, -0.9628886291634992, 2.0166236762563843, 0.23156840385687075},
		"momentum": {0.5170855890058021, -0.9633380275791431, 1.9896360031450127, 0.2440996683063016},
	} {
		c := solverConfig(solver, 0)
		c.Nesterov = solver == "momentum"
		c.Schedule = configs.Schedule{Kind: "one_cycle", PctStart: .3, DivFactor: 25, FinalDivFactor: 1e4, CycleMomentum: true, BaseMomentum: .85, MaxMomentum: .95}
		tr := &trainer[float64]{solver: newSolver[float64](t, c), schedule: schedule{c: c, epochs: 9, perEpoch: 1}}
		w := newWeight[float64]("w")
		for step := range 9 {
			tr.PhaseStep = step
			tr.pacing()
			descend[float64](t, tr.solver, w, step, step+1)
		}
		for i, got := range backing[float64](w.value) {
			if math.Abs(got-want[i]) > 1e-14 {
				t.Errorf("%s: weight %d is %v, want %v", solver, i, got, want[i])
			}
		}
	}
}

// With decay_biases: false a weight of one dimension has the values of no decay (those of PyTorch in goldenSteps), and others have
// the same as ever; so it is after a resume.
func TestDecayLeavesBiasesAlone(t *testing.T) {
	for _, bare := range []bool{true, false} {
		for i, g := range goldenSteps[5:] {
			c := solverConfig(g.solver, g.decay)
			c.DecayBiases = !bare
			bias, w := newWeight[float64]("b"), newWeight[float64]("w")
			if err := w.value.Reshape(2, 2); err != nil {
				t.Fatal(err)
			}
			s := newSolver[float64](t, c)
			for step := range 9 {
				if step == 4 {
					again := newSolver[float64](t, c)
					if err := again.LoadState(s.State()); err != nil {
						t.Fatal(err)
					}
					s = again
				}
				setGrad[float64](bias, step)
				setGrad[float64](w, step)
				if err := s.Step([]gorgonia.ValueGrad{bias, w}); err != nil {
					t.Fatal(err)
				}
			}
			want := g.want
			if bare {
				want = goldenSteps[i].want
			}
			for k := range 4 {
				if got := backing[float64](bias.value)[k]; math.Abs(got-want[k]) > 1e-14 {
					t.Errorf("%s, bare %v: bias %d is %v, want %v", g.solver, bare, k, got, want[k])
				}
				if got := backing[float64](w.value)[k]; math.Abs(got-g.want[k]) > 1e-14 {
					t.Errorf("%s, bare %v: weight %d is %v, want %v", g.solver, bare, k, got, g.want[k])
				}
			}
		}
	}
}

// TestAccumulated: several batches make the update of one batch of all their examples: with a short last batch and a short last
// update, with clipping, where not all targets count, with weights of classes and a table of symbols.
func TestAccumulated(t *testing.T) {
	compare := func(what string, whole, parts *Result) {
		t.Helper()
		for i, e := range whole.Epochs {
			g := parts.Epochs[i]
			for _, v := range [][2]float64{{e.TrainLoss, g.TrainLoss}, {e.ValidationLoss, g.ValidationLoss}, {e.GradNorm, g.GradNorm}} {
				if !(math.Abs(v[0]-v[1]) <= 1e-10*math.Abs(v[0])) {
					t.Errorf("%s: epoch %d: at once %+v, in parts %+v", what, e.Number, e, g)
				}
			}
		}
		if len(whole.Epochs) != len(parts.Epochs) || whole.Last.Step != parts.Last.Step {
			t.Errorf("%s: %d epochs and %d updates at once, %d and %d in parts", what, len(whole.Epochs), whole.Last.Step, len(parts.Epochs), parts.Last.Step)
		}
		for i, w := range whole.Last.Weights {
			a, _ := checkpoint.Floats[float64](w)
			b, _ := checkpoint.Floats[float64](parts.Last.Weights[i])
			for k := range a {
				if math.Abs(a[k]-b[k]) > 1e-9 {
					t.Fatalf("%s: %s[%d] is %v at once, %v in parts", what, w.Name, k, a[k], b[k])
				}
			}
		}
	}
	for _, extra := range [][]string{{"train.clip_norm=0.1"}, {"train.min_updates=25"}, {"data.missing=forward", panelFile(t), "train.sampling=uniform"}, {"train.solver=gorgonia-adam"}} {
		set := append([]string{"model.dtype=float64"}, extra...)
		compare(extra[0], mustRun(t, Options{}, append(set, "train.batch_size=21")...), mustRun(t, Options{}, append(set, "train.batch_size=7", "train.accumulate=3")...))
	}
	texts := func(set ...string) *Result {
		j := textJob(t, false, append(set, "model.dtype=float64", "train.shuffle=false", "train.epochs=3", "train.clip_norm=0.5")...)
		s := &j.Spec
		s.EmbeddingDropout, s.WordDropout, s.LockedDropout, s.HeadDropout = 0, 0, 0, 0
		r, err := Run(context.Background(), j, Options{})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	for _, solver := range []string{"adam", "momentum"} { // 150 texts: updates of 40, 40, 40 and 30
		whole, parts := texts("train.solver="+solver, "train.batch_size=40"), texts("train.solver="+solver, "train.batch_size=8", "train.accumulate=5")
		for i := range whole.Epochs { // the training loss is a mean over labels, that of a batch weighs classes
			whole.Epochs[i].TrainLoss = parts.Epochs[i].TrainLoss
		}
		compare("texts, "+solver, whole, parts)
	}
}

// TestAccumulatedMasks: the batches of an update have masks of their own.
func TestAccumulatedMasks(t *testing.T) {
	set := []string{"model.layers=2", "model.dropout=0.5", "train.shuffle=false", "train.epochs=1", "train.batch_size=17"}
	a, b := mustRun(t, Options{}, append(set, "train.accumulate=2")...), mustRun(t, Options{}, set...)
	if a.Last.Step != 1 || b.Last.Step != 2 || a.Epochs[0].TrainLoss == b.Epochs[0].TrainLoss {
		t.Errorf("%d and %d updates with losses %v and %v", a.Last.Step, b.Last.Step, a.Epochs[0].TrainLoss, b.Epochs[0].TrainLoss)
	}
}
