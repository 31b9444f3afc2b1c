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
//	plateau   max(min_rate, rate · factor^n) after n epochs that ended a plateau
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
	case "plateau":
		rate = max(min(rate, c.MinRate), rate*math.Pow(c.Factor, float64(reductions)))
	}
	if warm := c.WarmupEpochs * s.perEpoch; float64(step+1) < warm {
		rate *= float64(step+1) / warm
	}
	return rate
}

// plateau counts epochs without improvement, as torch.optim.lr_scheduler.ReduceLROnPlateau with its default threshold: a
// loss improves when it is below the best by more than a ten-thousandth of it.
type plateau struct {
	Best       number `json:"best"`
	Bad        int    `json:"bad"`        // epochs in a row without improvement
	Reductions []int  `json:"reductions"` // the numbers of the epochs at whose end the rate fell
}

func newPlateau() plateau { return plateau{Best: number(math.Inf(1))} }

// observe takes the loss of a finished epoch (1 is the first).
func (p *plateau) observe(c configs.Schedule, epoch int, loss float64) {
	if c.Kind != "plateau" {
		return
	}
	if loss < float64(p.Best)*(1-1e-4) {
		p.Best, p.Bad = number(loss), 0
		return
	}
	if p.Bad++; p.Bad > c.Patience {
		p.Reductions = append(p.Reductions, epoch)
		p.Bad = 0
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
