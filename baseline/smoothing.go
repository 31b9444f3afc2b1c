package baseline

import "math"

// smoothing is simple exponential smoothing of a series y of n values: the level l_t = α·y_t + (1-α)·l_{t-1} is the
// forecast of y_{t+1} [4].
//
// [4] Gardner 1985, Exponential smoothing: the state of the art.
type smoothing struct {
	alpha float64
	first float64 // the level before the first value
	level float64 // after the last value
}

// The smoothing constant lies between these, so that neither the first level nor the last value is all that counts.
const (
	lowestAlpha  = 1e-4
	highestAlpha = 0.9999
)

// alphas is how many values of α begin the search, and narrowings how often the best of their neighbourhoods is cut by
// the golden section: to about 1e-5.
const (
	alphas     = 12
	narrowings = 20
)

// smooth chooses α and the first level for the lowest sum of squared one-step errors. y has at least one value.
func smooth(y []float64) smoothing {
	low, high := lowestAlpha, highestAlpha
	width := (high - low) / (alphas - 1)
	best, bestLoss := low, math.Inf(1)
	for i := range alphas {
		alpha := low + float64(i)*width
		if loss, _, _ := smoothed(y, alpha); loss < bestLoss {
			best, bestLoss = alpha, loss
		}
	}
	alpha := goldenSection(max(low, best-width), min(high, best+width), func(a float64) float64 {
		loss, _, _ := smoothed(y, a)
		return loss
	})
	if loss, _, _ := smoothed(y, alpha); loss > bestLoss {
		alpha = best
	}
	_, first, level := smoothed(y, alpha)
	return smoothing{alpha: alpha, first: first, level: level}
}

// smoothed returns the sum of squared errors for α with the first level that makes it lowest, that level, and the last one. With
// b = 1-α the errors are e_t = a_t - b^t·l_0, linear in the first level, so that one pass and a division give the best.
func smoothed(y []float64, alpha float64) (loss, first, level float64) {
	b := 1 - alpha
	origin := y[0] // l_0 is sought as a distance from here, which keeps the sums small
	run, power := 0.0, 1.0
	aa, ap, pp := 0.0, 0.0, 0.0
	for _, v := range y {
		a := v - origin - run
		aa += a * a
		ap += a * power
		pp += power * power
		run += alpha * a
		power *= b
	}
	away := ap / pp
	return max(0, aa-ap*away), origin + away, origin + run + power*away
}

// goldenSection finds a minimum of f between low and high.
func goldenSection(low, high float64, f func(float64) float64) float64 {
	const ratio = 0.6180339887498949
	a, b := high-ratio*(high-low), low+ratio*(high-low)
	fa, fb := f(a), f(b)
	for range narrowings {
		if fa <= fb {
			high, b, fb = b, a, fa
			a = high - ratio*(high-low)
			fa = f(a)
		} else {
			low, a, fa = a, b, fb
			b = low + ratio*(high-low)
			fb = f(b)
		}
	}
	return (low + high) / 2
}
