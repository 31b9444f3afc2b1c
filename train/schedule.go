package train

import (
	"math"

	"recur/configs"
)

// schedule is the learning rate as a pure function of the step and of the plateaus seen so far.
//
// Every kind begins with a linear warm-up: step s of warm-up steps W has (s+1)/W of its rate. After that, with e = s divided
// by the updates of an epoch:
//
//	constant  rate
//	step      rate · factor^⌊e/step_epochs⌋
//	cosine    min_rate + (rate − min_rate)·(1 + cos(π·(e − warmup)/(epochs − warmup)))/2, a new value every step
//	cosine_restarts  the same over periods of period_epochs, period_epochs·multiplier, … epochs behind the warm-up [1]
//	one_cycle rate/div_factor up to rate, then down to rate/div_factor/final_div_factor at the last step, in half cosines [2]
//	plateau   max(min_rate, rate · factor^n) after n epochs that ended a plateau
//
// They are PyTorch's StepLR, CosineAnnealingLR, CosineAnnealingWarmRestarts, OneCycleLR and ReduceLROnPlateau.
//
// [1] Loshchilov and Hutter, SGDR: stochastic gradient descent with warm restarts, 2017.
// [2] Smith and Topin, Super-convergence, 2018.
type schedule struct {
	c        configs.Train
	epochs   int     // of the phase that chooses
	perEpoch float64 // updates of an epoch
}

// rate returns the learning rate of one step (0 is the first) after some reductions by the plateau rule.
func (s schedule) rate(step, reductions int) float64 {
	c := s.c.Schedule
	e := float64(step) / s.perEpoch
	rate := s.c.LearningRate
	switch c.Kind {
	case "step":
		rate *= math.Pow(c.Factor, math.Floor(e/float64(c.StepEpochs)))
	case "cosine":
		x := 1.0
		if span := float64(s.epochs) - c.WarmupEpochs; span > 0 {
			x = min(1, max(0, (e-c.WarmupEpochs)/span))
		}
		rate = c.MinRate + (rate-c.MinRate)*(1+math.Cos(math.Pi*x))/2
	case "cosine_restarts":
		rate = c.MinRate + (rate-c.MinRate)*(1+math.Cos(math.Pi*s.inPeriod(step)))/2
	case "one_cycle":
		first := rate / c.DivFactor
		return s.cycle(step, first, rate, first/c.FinalDivFactor)
	case "plateau":
		rate = max(min(rate, c.MinRate), rate*math.Pow(c.Factor, float64(reductions)))
	}
	if warm := c.WarmupEpochs * s.perEpoch; float64(step+1) < warm {
		rate *= float64(step+1) / warm
	}
	return rate
}

// updates is how many the phase makes.
func (s schedule) updates() float64 { return math.Round(float64(s.epochs) * s.perEpoch) }

// inPeriod is the share of its period that a step of cosine_restarts has come.
func (s schedule) inPeriod(step int) float64 {
	// epochs from whole numbers, so that the first step of a period is not taken for the last one of that before
	e := max(0, float64(step)*float64(s.epochs)/s.updates()-s.c.Schedule.WarmupEpochs)
	period := float64(s.c.Schedule.PeriodEpochs)
	if m := float64(s.c.Schedule.Multiplier); m > 1 {
		for e >= period {
			e -= period
			period *= m
		}
	}
	return math.Mod(e, period) / period
}

// cycle goes from first to high and on to last as one_cycle does, with the update at which it turns as PyTorch has it.
func (s schedule) cycle(step int, first, high, last float64) float64 {
	at, end := float64(step), s.updates()-1
	turn := s.c.Schedule.PctStart*(end+1) - 1
	if at <= turn && turn > 0 {
		return half(first, high, at/turn)
	}
	return half(high, last, min(1, (at-turn)/(end-turn)))
}

// half is half a cosine from a to b, x of the way.
func half(a, b, x float64) float64 { return b + (a-b)/2*(1+math.Cos(math.Pi*x)) }

// momentum is that of a step of one_cycle; false where nothing moves it.
func (s schedule) momentum(step int) (float64, bool) {
	c := s.c.Schedule
	return s.cycle(step, c.MaxMomentum, c.BaseMomentum, c.MaxMomentum), c.Kind == "one_cycle" && c.CycleMomentum
}

// plateau counts epochs without improvement, as torch.optim.lr_scheduler.ReduceLROnPlateau: a loss improves when it is below the best
// by more than the share threshold of it.
type plateau struct {
	Best       number `json:"best"`
	Bad        int    `json:"bad"`                // epochs in a row without improvement
	Cooldown   int    `json:"cooldown,omitempty"` // epochs to come that are not counted
	Reductions []int  `json:"reductions"`         // the numbers of the epochs at whose end the rate fell
}

func newPlateau() plateau { return plateau{Best: number(math.Inf(1))} }

// observe takes the loss of a finished epoch (1 is the first).
func (p *plateau) observe(c configs.Schedule, epoch int, loss float64) {
	if c.Kind != "plateau" {
		return
	}
	least := float64(p.Best) * (1 - c.Threshold)
	if p.Best < 0 { // as a negative log-likelihood may be
		least = float64(p.Best) * (1 + c.Threshold)
	}
	if loss < least {
		p.Best, p.Bad = number(loss), 0
	} else {
		p.Bad++
	}
	if p.Cooldown > 0 {
		p.Cooldown--
		p.Bad = 0
	}
	if p.Bad > c.Patience {
		p.Reductions = append(p.Reductions, epoch)
		p.Bad, p.Cooldown = 0, c.Cooldown
	}
}

// before counts the reductions that hold in an epoch (1 is the first).
func (p *plateau) before(epoch int) int {
	n := 0
	for _, at := range p.Reductions {
		if at < epoch {
			n++
		}
	}
	return n
}
