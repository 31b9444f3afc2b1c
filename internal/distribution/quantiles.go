package distribution

import (
	"math"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// Quantiles writes the quantiles at ascending levels, in scaled units: of counts k/unit with the smallest whole k of which the chance of k and less is
// at least the level. out may be as long as levels.
func (f Family) Quantiles(o []float64, unit float64, levels, out []float64) {
	switch f {
	case Normal:
		scale := softplus(o[1]) + leastScale
		for i, level := range levels {
			out[i] = o[0] + scale*distuv.UnitNormal.Quantile(level)
		}
	case StudentT:
		scale := softplus(o[1]) + leastScale
		unitT := distuv.StudentsT{Sigma: 1, Nu: softplus(o[2]) + leastFreedom}
		for i, level := range levels {
			mirror := len(levels) - 1 - i
			switch {
			case level == 0.5:
				out[i] = o[0]
			case mirror < i && math.Abs(levels[mirror]+level-1) < 1e-12: // an inverse costs more than all else here
				out[i] = 2*o[0] - out[mirror]
			default:
				out[i] = o[0] + scale*unitT.Quantile(level)
			}
		}
	default:
		f.count(o, unit).quantiles(levels, out)
		for i := range levels {
			out[i] /= unit
		}
	}
}

// count is the distribution of a count: negative binomial with size r and mean m, or Poisson where r is infinite.
type count struct{ m, r float64 }

func (f Family) count(o []float64, unit float64) count {
	c := count{meanOf(o, unit), math.Inf(1)}
	if f == NegativeBinomial {
		c.r = 1 / dispersionOf(o, unit)
	}
	return c
}

// What is found by adding up chances from 0 on, which is quick for small counts: larger ones are searched for.
const (
	smallMean = 64
	smallSum  = 4096
)

func (c count) quantiles(levels, out []float64) {
	done := 0
	if c.m <= smallMean {
		done = c.addUp(levels, out)
	}
	for i := done; i < len(levels); i++ {
		out[i] = c.search(levels[i])
	}
}

// addUp adds the chances of 0, 1, …, and returns how many quantiles it has found.
func (c count) addUp(levels, out []float64) (found int) {
	p, ratio := math.Exp(-c.m), 0.0
	if !math.IsInf(c.r, 1) {
		p, ratio = math.Exp(-c.r*math.Log1p(c.m/c.r)), c.m/(c.r+c.m)
	}
	sum := p
	for k := 0.0; k < smallSum; k++ {
		for found < len(levels) && sum >= levels[found] {
			out[found] = k
			found++
		}
		if found == len(levels) {
			break
		}
		if math.IsInf(c.r, 1) {
			p *= c.m / (k + 1)
		} else {
			p *= (k + c.r) / (k + 1) * ratio
		}
		sum += p
	}
	return found
}

// search halves the numbers among which the quantile lies.
func (c count) search(level float64) float64 {
	deviation := math.Sqrt(c.m + c.m*c.m/c.r)
	below, reach := -1.0, math.Ceil(c.m+4*deviation)
	for c.upTo(reach) < level && reach < 1e15 {
		below, reach = reach, 2*reach
	}
	for reach-below > 1 {
		middle := math.Floor(below + (reach-below)/2)
		if middle <= below || middle >= reach { // beyond what numbers tell apart
			break
		}
		if c.upTo(middle) >= level {
			reach = middle
		} else {
			below = middle
		}
	}
	return reach
}

// upTo is the chance of k and less.
func (c count) upTo(k float64) float64 {
	if math.IsInf(c.r, 1) {
		return mathext.GammaIncRegComp(k+1, c.m)
	}
	return mathext.RegIncBeta(c.r, k+1, c.r/(c.r+c.m))
}
