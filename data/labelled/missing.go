package labelled

import (
	"math"
	"slices"

	"recur/data"
)

// fill puts numbers in place of the NaN of x, [T,D], as data.Filled does it. An input that is never known in a sequence stays NaN,
// for Prepare to put the mean of the training part there.
func fill(x []float64, d int, policy string) {
	if !slices.ContainsFunc(x, math.IsNaN) {
		return
	}
	missing := unknown(x)
	copy(x, data.Filled(x, missing, d, policy, len(x)/d))
	for c := range d {
		if data.FirstKnownOf(missing, c, d) == len(x)/d {
			for at := c; at < len(x); at += d {
				x[at] = math.NaN()
			}
		}
	}
}

// unknown says which values are NaN.
func unknown(x []float64) []bool {
	missing := make([]bool, len(x))
	for i, v := range x {
		missing[i] = math.IsNaN(v)
	}
	return missing
}
