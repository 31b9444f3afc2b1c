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

// Each line is what PyTorch 2.15 gives for lr 1:
//
//	CosineAnnealingWarmRestarts(o, T_0=2, T_mult=2, eta_min=.1) and (o, T_0=3), at fourths and halves of epochs: s.step(i/4), s.step(i/2)
//	OneCycleLR(o, max_lr=1, total_steps=12)
//	OneCycleLR(o, max_lr=1, total_steps=10, pct_start=.25, div_factor=10, final_div_factor=100, base_momentum=.8, max_momentum=.9)
func TestSchedulesByStepAgreeWithPyTorch(t *testing.T) {
	cycle := configs.Schedule{Kind: "one_cycle", PctStart: .3, DivFactor: 25, FinalDivFactor: 1e4, CycleMomentum: true, BaseMomentum: .85, MaxMomentum: .95}
	other := configs.Schedule{Kind: "one_cycle", PctStart: .25, DivFactor: 10, FinalDivFactor: 100, CycleMomentum: true, BaseMomentum: .8, MaxMomentum: .9}
	for _, c := range []struct {
		what             string
		c                configs.Schedule
		epochs, perEpoch int
		rates, momenta   []float64
	}{
		{"restarts in longer periods", configs.Schedule{Kind: "cosine_restarts", PeriodEpochs: 2, Multiplier: 2, MinRate: .1}, 7, 4,
			[]float64{1.0, 0.9657457896300791, 0.8681980515339464, 0.7222075445642904, 0.55, 0.3777924554357096, 0.23180194846605365, 0.13425421036992097,
				1.0, 0.9913533761814537, 0.9657457896300791, 0.9241613255361454, 0.8681980515339464, 0.800006604858821, 0.7222075445642904, 0.6377906449072578,
				0.55, 0.4622093550927423, 0.3777924554357096, 0.2999933951411791, 0.23180194846605365, 0.1758386744638546, 0.13425421036992097, 0.10864662381854631,
				1.0, 0.9978331270024886, 0.9913533761814537, 0.9806231510794939}, nil},
		{"restarts", configs.Schedule{Kind: "cosine_restarts", PeriodEpochs: 3, Multiplier: 1}, 7, 2,
			[]float64{1.0, 0.9330127018922194, 0.75, 0.5, 0.2500000000000001, 0.06698729810778065, 1.0, 0.9330127018922194, 0.75, 0.5, 0.2500000000000001, 0.06698729810778065, 1.0, 0.9330127018922194}, nil},
		{"one cycle", cycle, 3, 4,
			[]float64{0.04, 0.3497896542195831, 0.8792851591221287, 0.9944154354509117, 0.9330129698414117, 0.811745653949763, 0.6473789976951033, 0.46263710266697505, 0.28306099820869923, 0.1334775301888306, 0.03456698742539522, 4e-06},
			[]float64{0.95, 0.9177302443521267, 0.8625744625914449, 0.8505584586887436, 0.856698729810778, 0.8688255099070633, 0.8852622412794547, 0.9037365046793212, 0.9216941869558779, 0.9366525935914912, 0.9465436874322102, 0.95}},
		{"another cycle", other, 5, 2,
			[]float64{0.1, 0.775, 0.9890847265665359, 0.9046039886902862, 0.75025, 0.552711967402193, 0.3461460113097138, 0.16626926212375048, 0.044184043907520815, 0.001},
			[]float64{0.9, 0.825, 0.8010926199633097, 0.8095491502812526, 0.825, 0.8447735768366174, 0.8654508497187474, 0.8834565303179429, 0.8956772728821301, 0.9}},
	} {
		s := schedule{c: configs.Train{LearningRate: 1, Epochs: c.epochs, Schedule: c.c}, epochs: c.epochs, perEpoch: float64(c.perEpoch)}
		var rates, momenta []float64
		for step := range c.rates {
			rates = append(rates, s.rate(step, 0))
			if mu, moves := s.momentum(step); moves {
				momenta = append(momenta, mu)
			}
		}
		near(t, c.what, rates, c.rates)
		near(t, c.what+", momentum", momenta, c.momenta)
	}
}

// The first step of a period is at the highest rate, also where epochs have no whole number of updates.
func TestPeriodsBeginWithTheHighestRate(t *testing.T) {
	for updates := 3; updates < 400; updates++ {
		s := schedule{c: configs.Train{LearningRate: 1, Epochs: 3, Schedule: configs.Schedule{Kind: "cosine_restarts", PeriodEpochs: 1, Multiplier: 1}}, epochs: 3, perEpoch: float64(updates) / 3}
		for step := range updates + 1 {
			if rate := s.rate(step, 0); step*3%updates == 0 && rate != 1 || step > 0 && rate < 1e-12 {
				t.Fatalf("of %d updates number %d has the rate %v", updates, step, rate)
			}
		}
	}
}

// A cycle of a single update, and of two, has rates too.
func TestShortCycles(t *testing.T) {
	for _, updates := range []float64{1, 2, 3, 4} {
		s := schedule{c: configs.Train{LearningRate: 1, Schedule: configs.Schedule{Kind: "one_cycle", PctStart: .5, DivFactor: 25, FinalDivFactor: 1e4}}, epochs: 1, perEpoch: updates}
		for step := range int(updates) + 2 {
			if rate := s.rate(step, 0); !(rate > 0 && rate <= 1) {
				t.Errorf("of %v updates number %d has the rate %v", updates, step, rate)
			}
		}
	}
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
	c := configs.Schedule{Kind: "plateau", Factor: 0.5, Patience: 1, MinRate: 0.2, Threshold: 1e-4}
	s := schedule{c: configs.Train{LearningRate: 1, Epochs: 14, Schedule: c}, epochs: 14, perEpoch: 1}
	p := newPlateau()
	var got []float64
	for i, loss := range losses {
		p.observe(c, i+1, loss)
		got = append(got, s.rate(i+1, p.before(i+2)))
	}
	near(t, "plateau", got, want)
}

// torch.optim.lr_scheduler.ReduceLROnPlateau(o, factor=.5, patience=1, cooldown=2, threshold=.05, min_lr=.1) with lr 1, PyTorch 2.15
func TestCooldownAgreesWithPyTorch(t *testing.T) {
	losses := []float64{1, .9, .89, .88, .87, .86, .9, .9, .9, .9, .9, .5, .49, .48, .47, .47, .47}
	want := []float64{1, 1, 1, .5, .5, .5, .5, .25, .25, .25, .25, .25, .25, .125, .125, .125, .125}
	c := configs.Schedule{Kind: "plateau", Factor: 0.5, Patience: 1, Cooldown: 2, Threshold: .05, MinRate: 0.1}
	s := schedule{c: configs.Train{LearningRate: 1, Epochs: 17, Schedule: c}, epochs: 17, perEpoch: 1}
	p := newPlateau()
	var got []float64
	for i, loss := range losses {
		p.observe(c, i+1, loss)
		got = append(got, s.rate(i+1, p.before(i+2)))
	}
	near(t, "cooldown", got, want)
}

// What was 1-1e-4, a constant, is now made of a key: no loss is judged otherwise.
func TestThresholdKeepsItsBits(t *testing.T) {
	if c := (configs.Schedule{Threshold: 1e-4}); 1-c.Threshold != 1-1e-4 {
		t.Error("1 - 0.0001 has other bits")
	}
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

// A loss below 0, as a negative log-likelihood may be, improves as others do: by more than the share of it that is asked for.
func TestPlateauOfNegativeLosses(t *testing.T) {
	c := configs.Schedule{Kind: "plateau", Threshold: 0.1, Patience: 5}
	p := newPlateau()
	for _, step := range []struct {
		loss float64
		bad  int
	}{{0.5, 0}, {-1, 0}, {-1, 1}, {-0.95, 2}, {-1.05, 3}, {-1.2, 0}, {-1.2, 1}} {
		if p.observe(c, 1, step.loss); p.Bad != step.bad {
			t.Errorf("loss %v: %d bad epochs, want %d", step.loss, p.Bad, step.bad)
		}
	}
}
