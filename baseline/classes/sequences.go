package classes

import (
	"fmt"
	"math"
)

// channels scales the D inputs of sequences by their mean and standard deviation over all steps of the training part.
type channels struct {
	offset, scale []float64 // [D]
	longest       int       // T of the longest training sequence
}

// fitChannels wants every sequence to be [T,D] of finite numbers with at least one step.
func fitChannels(x [][]float64, d int) (channels, error) {
	c := channels{offset: make([]float64, d), scale: make([]float64, d)}
	steps := 0.0
	for i, one := range x {
		if d < 1 || len(one) == 0 || len(one)%d != 0 {
			return c, fmt.Errorf("classes: training sequence %d has %d numbers, want one step or more of %d inputs", i, len(one), d)
		}
		for j, v := range one {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return c, fmt.Errorf("classes: input %d of step %d of training sequence %d is %v, want a finite number; fill in what is missing", j%d, j/d, i, v)
			}
		}
		c.longest = max(c.longest, len(one)/d)
		for ; len(one) > 0; one = one[d:] { // running means and sums of squares
			steps++
			for k := range d {
				delta := one[k] - c.offset[k]
				c.offset[k] += delta / steps
				c.scale[k] += delta * (one[k] - c.offset[k])
			}
		}
	}
	for k := range d {
		if c.scale[k] = math.Sqrt(c.scale[k] / steps); !(c.scale[k] > 0) {
			c.scale[k] = 1
		}
	}
	return c, nil
}

// turned is a sequence scaled, [D,T].
func (c channels) turned(x []float64) []float64 {
	d := len(c.offset)
	steps := len(x) / d
	out := make([]float64, len(x))
	for i, v := range x {
		out[i%d*steps+i/d] = (v - c.offset[i%d]) / c.scale[i%d]
	}
	return out
}

// scaled is a sequence scaled, [T,D].
func (c channels) scaled(x []float64) []float64 {
	d := len(c.offset)
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = (v - c.offset[i%d]) / c.scale[i%d]
	}
	return out
}

// thinned are at most n of the numbers 0 … all-1, evenly spaced.
func thinned(all, n int) []int {
	n = min(all, n)
	at := make([]int, n)
	for i := range at {
		at[i] = i * all / n
	}
	return at
}
