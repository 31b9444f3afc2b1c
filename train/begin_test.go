package train

import (
	"context"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/baseline"
	"recur/data/series"
	"recur/models"
)

// global is the panel with the recipe for many series, as one network.
func global(t testing.TB, set ...string) []string {
	t.Helper()
	return append([]string{panelFile(t), "recipe=global", "ensemble.members=0", "data.season=3", "model.encoder_size=5", "train.min_updates=0"}, set...)
}

// Training starts as the ridge regression of its windows: the untrained network forecasts what it forecasts, and the
// quantiles around it cover what they claim of the training windows.
func TestTheLinearPathStartsAtRidge(t *testing.T) {
	for _, set := range [][]string{{"model.quantiles=[]"}, {"model.quantiles=[0.1, 0.5, 0.9]"}, {"data.seasonal_profile=false", "data.window_scale=none"}} {
		c, p := job(t, global(t, append(set, "model.dtype=float64")...)...)
		tr, err := newTrainer[float64](JobOf(c, p), Options{OnNote: func(s string) { t.Error(s) }})
		if err != nil {
			t.Fatal(err)
		}
		defer tr.net.Close()
		tr.begin()
		ridge, err := baseline.RidgeOfTraining(p.Train, nil)
		if err != nil {
			t.Fatal(err)
		}
		want := ridge.Predict(p.Validation)
		moved := false
		for i := range p.Validation.Windows {
			s, err := tr.checks.of(models.Size{Rows: 1, Steps: tr.job.Spec.Steps})
			if err != nil {
				t.Fatal(err)
			}
			s.fill(p.Validation, []int{i})
			if _, err := s.graph.Run(); err != nil {
				t.Fatal(err)
			}
			got := make([]float64, p.Outputs)
			p.Validation.Restore(i, s.graph.Pred, got)
			for o, v := range got {
				w := want[i][o/(p.Outputs/p.Values())]
				moved = moved || s.graph.Pred[o] != 0
				if q := o % (p.Outputs / p.Values()); len(p.Quantiles) > 0 && p.Quantiles[q] != 0.5 {
					if below := p.Quantiles[q] < 0.5; below != (v < w) {
						t.Fatalf("%v: window %d: the quantile %v starts at %v, the median at %v", set, i, p.Quantiles[q], v, w)
					}
					continue
				}
				if math.Abs(v-w) > 1e-9 { // the same numbers, summed in another order
					t.Fatalf("%v: window %d, output %d: the network starts at %v, ridge forecasts %v", set, i, o, v, w)
				}
			}
		}
		if !moved {
			t.Errorf("%v: the network forecasts zero: this shows nothing", set)
		}
	}
}

// A linear path that has nothing to start from starts at zero, and says so.
func TestALinearPathOfNothing(t *testing.T) {
	c, p := job(t, global(t)...)
	var notes []string
	tr, err := newTrainer[float32](JobOf(c, p), Options{OnNote: func(s string) { notes = append(notes, s) }})
	if err != nil {
		t.Fatal(err)
	}
	defer tr.net.Close()
	tr.part = &series.Part{Prepared: p}
	tr.begin()
	if len(notes) != 1 || notes[0] != "the linear path starts at zero: baseline: ridge: the training part has no window; give it rows with data.split" {
		t.Errorf("told %q", notes)
	}
	for _, w := range tr.net.Param("linear.weight").Values {
		if w != 0 {
			t.Fatalf("the linear path starts at %v", tr.net.Param("linear.weight").Values)
		}
	}
}

// The refit starts at the ridge regression of both parts, as the same training by hand does.
func TestRefitStartsAtRidgeOfBothParts(t *testing.T) {
	r := mustRun(t, Options{}, global(t, "train.refit=all", "train.epochs=3", "train.max_updates=0", "model.head_dropout=0")...)
	c, p := job(t, global(t, "train.epochs=3", "train.max_updates=0", "model.head_dropout=0")...)
	p.Train, p.Validation = series.Merge(p.Train, p.Validation), nil
	chosen := r.Epochs[len(r.Epochs)-1].Number
	ctx, cancel := context.WithCancel(context.Background())
	byHand, err := Run(ctx, JobOf(c, p), Options{OnEpoch: func(e Epoch) {
		if e.Number == chosen {
			cancel()
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(byHand.Last.Weights, r.Best.Weights); d != "" {
		t.Error("the weights of the refit differ from those of the same training by hand")
	}
}
