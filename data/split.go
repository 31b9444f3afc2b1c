package data

import (
	"math"

	"recur/configs"
)

// Cut gives the first row of validation and of test and the end of the parts for a series of n rows. share is what steps
// at the end of a series shrink by, for one with a shorter horizon.
func Cut(split configs.Split, n int, share float64) (first, second, end int) {
	steps := func(v float64) int { return int(math.Round(v * share)) }
	switch {
	case split.Steps && split.Train >= 1:
		first = min(n, int(split.Train))
		second = min(n, first+steps(split.Validation))
		return first, second, min(n, second+steps(split.Test))
	case split.Steps:
		second = n - steps(split.Test)
		return second - steps(split.Validation), second, n
	}
	first = int(math.Round(float64(n) * split.Train))
	return first, min(n, int(math.Round(float64(n)*(split.Train+split.Validation)))), n
}
