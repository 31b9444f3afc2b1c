package evaluate

import (
	"math"
	"slices"
	"sort"
)

// curve is the quantile function that Q quantiles of one value tell of: through each of them, and between them and beyond the outer ones
// exponential, as far as half: above the median straight over -log(1-u), below it over log(u). Tails of an exponential distribution
// are exact; those of lighter and heavier ones are nearer than straight pieces come, which have none.
type curve struct {
	levels, values []float64 // [Q], ascending
}

// at is the quantile u, 0 < u < 1.
func (c curve) at(u float64) float64 {
	q := len(c.levels)
	if q == 1 {
		return c.values[0]
	}
	b := min(max(1, sort.SearchFloat64s(c.levels, u)), q-1) // the piece between b-1 and b, or beyond it
	low, high, x := c.along(b, c.levels[b-1]), c.along(b, c.levels[b]), c.along(b, u)
	return c.values[b-1] + (c.values[b]-c.values[b-1])*(x-low)/(high-low)
}

// along is what the piece between quantiles b-1 and b is straight over.
func (c curve) along(b int, u float64) float64 {
	if c.levels[b-1] >= 0.5-1e-9 {
		return -math.Log1p(-u)
	}
	if c.levels[b] <= 0.5+1e-9 {
		return math.Log(u)
	}
	return u // around a median that is none of the quantiles
}

// mean is the integral of the curve over u, exactly: over a piece from q at a to q+s·log((1-a)/(1-b)) at b it is q·(b-a) +
// s·((b-a) - (1-b)·log((1-a)/(1-b))), with b = 1 for the tail, and the mirror image below the median. floor: no value is below 0, so that
// neither is the lower tail.
func (c curve) mean(floor bool) float64 {
	q := len(c.levels)
	if q == 1 {
		return c.values[0]
	}
	piece := func(from, to, end, slope float64) float64 { // from > to: shares beyond, end: the value at from
		v := end*(from-to) + slope*(from-to)
		if to > 0 {
			v -= slope * to * math.Log(from/to)
		}
		return v
	}
	sum := 0.0
	for b := 1; b < q; b++ {
		low, high := c.levels[b-1], c.levels[b]
		rise := c.values[b] - c.values[b-1]
		slope := rise / (c.along(b, high) - c.along(b, low))
		switch {
		case low >= 0.5-1e-9:
			sum += piece(1-low, 1-high, c.values[b-1], slope)
			if b == q-1 {
				sum += piece(1-high, 0, c.values[b], slope)
			}
		case high <= 0.5+1e-9:
			sum += piece(high, low, c.values[b], -slope)
			if b == 1 {
				tail := piece(low, 0, c.values[0], -slope)
				if floor && c.values[0] >= 0 {
					tail = max(0, tail)
				}
				sum += tail
			}
		default:
			sum += (high - low) * (c.values[b-1] + c.values[b]) / 2
		}
	}
	// With no two quantiles on one side of the median there is no tail to go on with: the outer value stands for it.
	if c.levels[q-1] < 0.5-1e-9 || q > 1 && c.levels[q-2] < 0.5-1e-9 {
		sum += (1 - c.levels[q-1]) * c.values[q-1]
	}
	if c.levels[0] > 0.5+1e-9 || c.levels[1] > 0.5+1e-9 {
		sum += c.levels[0] * c.values[0]
	}
	return sum
}

// QuantileAt is the quantile u of the distribution that values at levels tell of, both ascending: see curve.
func QuantileAt(levels, values []float64, u float64) float64 { return curve{levels, values}.at(u) }

// Mixture are the quantiles at levels of many distributions together, each with the same weight and told of by its quantiles at these
// levels.
func Mixture(levels []float64, all [][]float64) []float64 {
	const points = 16 // of each distribution
	values := make([]float64, 0, points*len(all))
	for _, v := range all {
		for j := range points {
			values = append(values, curve{levels, v}.at((float64(j)+0.5)/points))
		}
	}
	slices.Sort(values)
	out := make([]float64, len(levels))
	for i, level := range levels {
		at := level*float64(len(values)) - 0.5
		low := min(max(0, int(math.Floor(at))), len(values)-1)
		high := min(low+1, len(values)-1)
		out[i] = values[low] + min(max(0, at-float64(low)), 1)*(values[high]-values[low])
	}
	return out
}
