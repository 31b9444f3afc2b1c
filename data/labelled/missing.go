package labelled

import "math"

// fill puts numbers in place of the NaN of x, [T,D], as data.missing says: interpolate between neighbours in time, or carry
// the last one forward. Before the first known value of an input that one is taken. An input that is never known in a sequence
// stays NaN, for Prepare to put the mean of the training part there.
func fill(x []float64, d int, policy string) {
	for c := range d {
		last := -1
		for at := c; at < len(x); at += d {
			if math.IsNaN(x[at]) {
				continue
			}
			if last < 0 {
				for i := c; i < at; i += d {
					x[i] = x[at]
				}
			} else {
				between(x, last, at, d, policy)
			}
			last = at
		}
		for i := last + d; last >= 0 && i < len(x); i += d {
			x[i] = x[last]
		}
	}
}

// between fills what lies between two known values.
func between(x []float64, from, to, d int, policy string) {
	steps := float64((to - from) / d)
	for i, n := from+d, 1.0; i < to; i, n = i+d, n+1 {
		x[i] = x[from]
		if policy == "interpolate" {
			x[i] += (x[to] - x[from]) * n / steps
		}
	}
}
