package labelled

import (
	"math"
	"math/rand/v2"
)

// gesture is a movement out and back of one joint, as it might be measured by a camera. Times and widths are in steps.
//
//	            plateau
//	          .---------.
//	         /           \
//	--.  .--' reach       '--.  .--
//	   ''                     ''
//	first dip             second dip
type gesture struct {
	dips                         [2]dip
	start                        float64 // of the reach
	reach, plateau, back, height float64
	tremor, period, phase, noise float64
}

// dip is a short fall below the resting height before, or after, the movement.
type dip struct{ at, width, depth float64 }

// movement draws a gesture into x, [T], and gives its value: how long it takes from the first dip to the second, as a share of
// the steps, and ten times how wide (as a standard deviation) the first dip is. The width shows in a few steps alone, which a
// convolution sees; the pause lies between two places that are far apart, which takes memory. Both matter about as much: each
// explains roughly half of the variance. Depth, height, speed and the width of the second dip say nothing about it.
func movement(r *rand.Rand, x []float64) (value float64) {
	T := float64(len(x))
	share := func(low, high float64) float64 { return (low + (high-low)*r.Float64()) * T }
	var g gesture
	for i := range g.dips {
		g.dips[i] = dip{width: share(0.008, 0.03), depth: 0.15 + 0.15*r.Float64()}
	}
	g.dips[0].at = share(0.06, 0.1)
	g.start = g.dips[0].at + share(0.07, 0.1)
	g.reach, g.plateau, g.back = share(0.06, 0.12), share(0.12, 0.36), share(0.06, 0.12)
	g.dips[1].at = g.start + g.reach + g.plateau + g.back + share(0.07, 0.1)
	g.height, g.noise = 0.8+0.4*r.Float64(), 0.01
	g.tremor, g.period, g.phase = 0.02*r.Float64(), 4+8*r.Float64(), 2*math.Pi*r.Float64()
	for t := range x {
		x[t] = g.height*g.out(float64(t)) + g.noise*r.NormFloat64() + g.tremor*math.Sin(2*math.Pi*float64(t)/g.period+g.phase)
		for _, d := range g.dips {
			z := (float64(t) - d.at) / d.width
			x[t] -= d.depth * math.Exp(-z*z/2)
		}
	}
	return (g.dips[1].at-g.dips[0].at)/T + 10*g.dips[0].width/T
}

// kinds are the labels of gestures: pointing at a thing, taking it (the hand closes on it, which shows as a dip before the way
// back) and putting one down (the dip comes before the way out).
var kinds = []string{"point", "take", "put"}

// movementOfKind draws a gesture of one of the kinds into x, [T], and gives the number of its label. The dip is short beside the
// movement, lies where the movement has it, and is no deeper than what else happens to the hand; so the values of single steps say
// little about the kind.
func movementOfKind(r *rand.Rand, x []float64) (class int) {
	T := float64(len(x))
	share := func(low, high float64) float64 { return (low + (high-low)*r.Float64()) * T }
	class = r.IntN(len(kinds))
	var g gesture
	g.start = share(0.1, 0.3)
	g.reach, g.plateau, g.back = share(0.06, 0.12), share(0.15, 0.3), share(0.06, 0.12)
	g.height, g.noise = 0.7+0.6*r.Float64(), 0.03
	g.tremor, g.period, g.phase = 0.05*r.Float64(), 6+10*r.Float64(), 2*math.Pi*r.Float64()
	d := dip{width: share(0.015, 0.03), depth: 0.15 + 0.2*r.Float64()}
	switch kinds[class] {
	case "take":
		d.at = g.start + g.reach + g.plateau - share(0.03, 0.06)
	case "put":
		d.at = g.start + g.reach + share(0.03, 0.06)
	default:
		d.depth = 0
	}
	for t := range x {
		x[t] = g.height*g.out(float64(t)) + g.noise*r.NormFloat64() + g.tremor*math.Sin(2*math.Pi*float64(t)/g.period+g.phase)
		z := (float64(t) - d.at) / d.width
		x[t] -= d.depth * math.Exp(-z*z/2)
	}
	return class
}

// out is how far out the hand is at time t, from 0 to 1. It moves with the least jerk [1].
//
// [1] Flash & Hogan 1985, The coordination of arm movements: an experimentally confirmed mathematical model.
func (g *gesture) out(t float64) float64 {
	smooth := func(p float64) float64 {
		p = min(1, max(0, p))
		return p * p * p * (10 - 15*p + 6*p*p)
	}
	return smooth((t-g.start)/g.reach) - smooth((t-g.start-g.reach-g.plateau)/g.back)
}
