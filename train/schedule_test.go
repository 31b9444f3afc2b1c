package train

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
)

func ratesByEpoch(c configs.Schedule, epochs int) []float64 {
	s := schedule{c: configs.Train{LearningRate: 1, Epochs: epochs, Schedule: c}, epochs: epochs, perEpoch: 4}
	var rates []float64
	for e := range epochs {
		rates = append(rates, s.rate(4*e, 0))
	}
	return rates
}

func near(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: got %v, want %v", what, got, want)
	}
	for i := range got {
		if !(math.Abs(got[i]-want[i]) <= 1e-12) {
			t.Fatalf("%s: value %d: got %v, want %v", what, i, got, want)
		}
	}
}

func TestScheduleAtEpochs(t *testing.T) {
	near(t, "constant", ratesByEpoch(configs.Schedule{Kind: "constant"}, 3), []float64{1, 1, 1})
	near(t, "step", ratesByEpoch(configs.Schedule{Kind: "step", StepEpochs: 2, Factor: 0.5}, 6), []float64{1, 1, 0.5, 0.5, 0.25, 0.25})
	// torch.optim.lr_scheduler.CosineAnnealingLR(o, T_max=8, eta_min=0.1) with lr 1, PyTorch 2.15
	near(t, "cosine", ratesByEpoch(configs.Schedule{Kind: "cosine", MinRate: 0.1}, 8),
		[]float64{1, 0.9657457896300791, 0.8681980515339464, 0.7222075445642905, 0.55, 0.3777924554357097, 0.2318019484660537, 0.134254210369921})
}

func TestScheduleWarmsUpStepByStep(t *testing.T) {
	for _, kind := range []string{"constant", "step", "cosine", "plateau"} {
		c := configs.Schedule{Kind: kind, WarmupEpochs: 1.25, StepEpochs: 10, Factor: 0.1}
		s := schedule{c: configs.Train{LearningRate: 0.5, Epochs: 20, Schedule: c}, epochs: 20, perEpoch: 4}
		var got []float64
		for step := range 6 {
			got = append(got, s.rate(step, 0))
		}
		near(t, kind, got, []float64{0.1, 0.2, 0.3, 0.4, 0.5, 0.5})
	}
}

func TestScheduleNeverGrowsAfterWarmup(t *testing.T) {
	for _, kind := range []string{"constant", "step", "cosine"} {
		c := configs.Schedule{Kind: kind, WarmupEpochs: 2, StepEpochs: 3, Factor: 0.3, MinRate: 0.01}
		s := schedule{c: configs.Train{LearningRate: 0.5, Epochs: 10, Schedule: c}, epochs: 10, perEpoch: 7}
		for step := 14; step < 80; step++ { // past the last epoch, too
			if a, b := s.rate(step, 0), s.rate(step+1, 0); b > a || b <= 0 {
				t.Fatalf("%s: rate %v at step %d, then %v", kind, a, step, b)
			}
		}
	}
}

// torch.optim.lr_scheduler.ReduceLROnPlateau(o, factor=0.5, patience=1, min_lr=0.2) with lr 1, PyTorch 2.15
func TestPlateauAgreesWithPyTorch(t *testing.T) {
	losses := []float64{1, .9, .95, .9, .8999, .85, .85, .85, .86, .9, .9, .9, .9, .9}
	want := []float64{1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.2, 0.2, 0.2, 0.2, 0.2}
	c := configs.Schedule{Kind: "plateau", Factor: 0.5, Patience: 1, MinRate: 0.2}
	s := schedule{c: configs.Train{LearningRate: 1, Epochs: 14, Schedule: c}, epochs: 14, perEpoch: 1}
	p := newPlateau()
	var got []float64
	for i, loss := range losses {
		p.observe(c, i+1, loss)
		got = append(got, s.rate(i+1, p.before(i+2)))
	}
	near(t, "plateau", got, want)
}

func TestEarlyStopping(t *testing.T) {
	cases := []struct {
		c      configs.EarlyStopping
		losses []float64
		want   int // epochs until it stops, 0 never
	}{
		{configs.EarlyStopping{Patience: 0}, []float64{1, 2, 3, 4, 5}, 0},
		{configs.EarlyStopping{Patience: 2}, []float64{3, 2, 2, 1.9, 1.9, 1.9}, 6},
		{configs.EarlyStopping{Patience: 2, MinDelta: 0.5}, []float64{3, 2.8, 2.6, 2.4}, 3},
		{configs.EarlyStopping{Patience: 2, MinDelta: 0.5}, []float64{3, 2.8, 2.4, 2.3, 2.2}, 5}, // small gains add up
		{configs.EarlyStopping{Patience: 1}, []float64{3, 2, 1, 0.5, 0.1}, 0},
	}
	for _, c := range cases {
		s, at := newStopper(), 0
		for i, loss := range c.losses {
			if s.observe(c.c, loss); s.done(c.c) && at == 0 {
				at = i + 1
			}
		}
		if at != c.want {
			t.Errorf("%+v over %v stops after %d epochs, want %d", c.c, c.losses, at, c.want)
		}
	}
}

func TestProgressKeepsEveryBit(t *testing.T) {
	want := progress{Refit: true, Epoch: 3, PhaseStep: 17, Chosen: 9, Plateau: plateau{Best: 1.0 / 3, Bad: 2, Reductions: []int{4, 8}}, Stopper: newStopper()}
	b, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got progress
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(progress{})); d != "" {
		t.Error(d)
	}
	var n number
	if json.Unmarshal([]byte(`"NaN"`), &n) != nil || n == n {
		t.Errorf("NaN was read as %v", float64(n))
	}
	if json.Unmarshal([]byte(`"one"`), &n) == nil {
		t.Error("a word was read as a number")
	}
}
