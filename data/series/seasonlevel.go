package series

import (
	"math"
	"slices"

	"recur/data"
)

// Bounds of what is looked at of a series when its seasons are tested.
const (
	medianReach = 7    // rows on either side whose median a value is compared with
	mostClip    = 6.0  // times the typical distance from it: what is farther is cut to that
	usualShare  = 0.95 // of the distances, the smallest ones, that say what is typical
)

// levelOf returns the rows from..to-1 of the first column of a series, from its first known value on: the logarithm where
// all are above 0, gaps bridged by straight lines, and what lies far from the rows around it cut, so that one typing error counts little. It is nil where nothing changes.
func levelOf(one *Series, columns, from, to int) []float64 {
	values, missing := one.Values[from*columns:to*columns], one.Missing[from*columns:to*columns]
	positive := true
	data.Each(values, missing, 0, columns, func(v float64) { positive = positive && v > 0 })
	var y []float64
	known := -1
	for at := 0; at < len(values); at += columns {
		if missing[at] {
			if known >= 0 {
				y = append(y, y[known])
			}
			continue
		}
		v := values[at]
		if positive {
			v = math.Log(v)
		}
		for i, gap := 1, len(y)-known; known >= 0 && i < gap; i++ {
			y[known+i] = y[known] + (v-y[known])*float64(i)/float64(gap)
		}
		known = len(y)
		y = append(y, v)
	}
	return calmed(y)
}

// calmed cuts what lies far from the median of the rows around it and takes the straight line out of y; nil where nothing
// changes.
func calmed(y []float64) []float64 {
	if len(y) < 2 {
		return nil
	}
	near, size := make([]float64, len(y)), make([]float64, len(y))
	var around [2*medianReach + 1]float64
	for t := range y {
		near[t] = middle(around[:copy(around[:], y[max(0, t-medianReach):min(len(y), t+medianReach+1)])])
		size[t] = math.Abs(y[t] - near[t])
	}
	sizes := slices.Clone(size)
	slices.Sort(sizes)
	typical := meanOf(sizes[:int(math.Ceil(usualShare*float64(len(sizes))))])
	if typical == 0 {
		typical = meanOf(sizes)
	}
	if !(typical > 0) || math.IsInf(typical, 0) {
		return nil
	}
	out := make([]float64, len(y))
	for t, v := range y {
		out[t] = max(near[t]-mostClip*typical, min(near[t]+mostClip*typical, v)) / typical
	}
	detrend(out)
	return out
}

func meanOf(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / float64(max(1, len(v)))
}

// detrend takes the least-squares line out of y.
func detrend(y []float64) {
	n := float64(len(y))
	middle, mean := (n-1)/2, meanOf(y)
	up, squares := 0.0, 0.0
	for t, v := range y {
		d := float64(t) - middle
		up += d * (v - mean)
		squares += d * d
	}
	slope := up / max(squares, 1)
	for t := range y {
		y[t] -= mean + slope*(float64(t)-middle)
	}
}

// whitened returns y without what the two values before say of it, in units of its standard deviation; the phases of a season of m
// rows are taken out before the dependence is measured, so that the season does not pass for it. nil where nothing is left.
func whitened(y []float64, m int) []float64 {
	mean := phaseMeans(y, m)
	z := make([]float64, len(y))
	for t, v := range y {
		z[t] = v - mean[t%m]
	}
	first, second := dependence(z)
	e := make([]float64, len(y)-2)
	for t := range e {
		e[t] = y[t+2] - first*y[t+1] - second*y[t]
	}
	detrend(e)
	variance := 0.0
	for _, v := range e {
		variance += v * v / float64(len(e))
	}
	if !(variance > 1e-20) {
		return nil
	}
	for t := range e {
		e[t] /= math.Sqrt(variance)
	}
	return e
}

// dependence is the autoregression of second order by the equations of Yule and Walker, which is always stationary.
func dependence(z []float64) (first, second float64) {
	var r [3]float64
	for lag := range r {
		for t := lag; t < len(z); t++ {
			r[lag] += z[t] * z[t-lag]
		}
	}
	if !(r[0] > 0) {
		return 0, 0
	}
	one, two := r[1]/r[0], r[2]/r[0]
	if left := 1 - one*one; left > 1e-9 {
		return one * (1 - two) / left, (two - one*one) / left
	}
	return one, 0
}

// phaseMeans are those of the rows of each phase of a season.
func phaseMeans(y []float64, m int) []float64 {
	mean, n := make([]float64, m), make([]float64, m)
	for t, v := range y {
		n[t%m]++
		mean[t%m] += (v - mean[t%m]) / n[t%m]
	}
	return mean
}

// strengthOf is the share of the variance around a moving average over a season that the phases of the season explain,
// less what chance alone would (adjusted R²) [1]; 0 and less: nothing.
//
// [1] Wang, Smith & Hyndman 2006, Characteristic-based clustering for time series data: the strength of seasonality.
func strengthOf(y []float64, m int) float64 {
	n, half := len(y), m/2
	if n < 2*m {
		return 0
	}
	d := make([]float64, n)
	sum := make([]float64, n+1)
	for t, v := range y {
		sum[t+1] = sum[t] + v
	}
	for t := range d {
		at := max(half, min(n-1-half, t))
		average := sum[at+half+1] - sum[at-half]
		if m%2 == 0 {
			average -= (y[at-half] + y[at+half]) / 2
		}
		d[t] = y[t] - average/float64(m)
	}
	all, mean := meanOf(d), phaseMeans(d, m)
	total, left := 0.0, 0.0
	for t, v := range d {
		total += (v - all) * (v - all)
		left += (v - mean[t%m]) * (v - mean[t%m])
	}
	if !(total > 0) {
		return 0
	}
	return 1 - left/float64(n-m)/(total/float64(n-1))
}
