package evaluate

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"recur/data"
)

// DieboldMariano tests whether the losses a and b, one a forecast in time order, have the same mean [1], with the
// small-sample correction of [2]. Forecasts of horizon steps overlap, so autocovariances up to lag horizon-1 count; where
// these make the variance negative they are weighted as Bartlett does, which can't. The statistic is negative where a is
// the better one; p is two-sided, by Student's t. Its degrees of freedom are the forecasts that don't overlap, less one:
// n-1 for one step, as in [2]; with the n-1 of [2] for many steps a quarter of all equally good pairs would be told apart
// at the level of 5% when n is 24 and the horizon 12.
//
// Equal losses give 0 and p = 1. Where there is nothing to test by (fewer than two forecasts that don't overlap, or a
// difference that is the same everywhere) both are NaN.
//
// [1] Diebold & Mariano 1995, Comparing predictive accuracy.
// [2] Harvey, Leybourne & Newbold 1997, Testing the equality of prediction mean squared errors.
func DieboldMariano(a, b []float64, horizon int) (statistic, p float64) {
	at := make([]data.Window, len(a))
	for i := range at {
		at[i].Start = i
	}
	return dieboldMariano(a, b, at, horizon)
}

// Paired is DieboldMariano for the losses of the windows of a part, as WindowLosses gives them: windows of different
// series count as independent, and those of a series are as far apart as their rows, whether or not every row between
// them begins a window.
func Paired(p *data.Part, a, b []float64) (statistic, probability float64) {
	return dieboldMariano(a, b, p.Windows, p.Prepared.Horizon)
}

func dieboldMariano(a, b []float64, at []data.Window, horizon int) (statistic, p float64) {
	n := float64(len(a))
	d := make([]float64, len(a))
	sum, squares := 0.0, 0.0
	for i := range d {
		d[i] = a[i] - b[i]
		sum += d[i]
		squares += d[i] * d[i]
	}
	switch {
	case n == 0 || math.IsNaN(sum) || math.IsInf(sum, 0):
		return math.NaN(), math.NaN()
	case squares == 0:
		return 0, 1
	}
	apart, reach := disjoint(at, horizon), overlap(at, horizon)
	if apart < 2 || len(a) <= reach {
		return math.NaN(), math.NaN()
	}
	center := sum / n
	for i := range d {
		d[i] -= center
	}
	variance := longRun(d, at, reach)
	if variance <= 1e-24*squares/n {
		return math.NaN(), math.NaN()
	}
	h := float64(reach)
	correction := (n + 1 - 2*h + h*(h-1)/n) / n
	statistic = center / math.Sqrt(variance/n) * math.Sqrt(correction)
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(apart - 1)}
	return statistic, math.Min(1, 2*t.Survival(math.Abs(statistic)))
}

// disjoint counts windows whose targets don't overlap, taken from the first of each series on.
func disjoint(at []data.Window, h int) (count int) {
	for i, last := 0, 0; i < len(at); i++ {
		if i == 0 || at[i].Series != at[last].Series || at[i].Start-at[last].Start >= h {
			count, last = count+1, i
		}
	}
	return count
}

// overlap is the horizon, or less where no two windows of a series lie so close that they share so many steps: 1 where
// none overlap, as with one window a series.
func overlap(at []data.Window, h int) int {
	reach := 0
	for i := range at {
		for j := i - 1; j >= 0 && at[j].Series == at[i].Series && at[i].Start-at[j].Start < h; j-- {
			reach = max(reach, at[i].Start-at[j].Start)
		}
	}
	return reach + 1
}

// longRun is γ_0 + 2·Σ_{k<h} γ_k of centred values; at says how far apart they are.
func longRun(d []float64, at []data.Window, h int) float64 {
	gamma := make([]float64, h)
	for i := range d {
		for j := i; j >= 0 && at[j].Series == at[i].Series; j-- {
			lag := at[i].Start - at[j].Start
			if lag >= h {
				break
			}
			gamma[lag] += d[i] * d[j] / float64(len(d))
		}
	}
	plain, bartlett := gamma[0], gamma[0]
	for k := 1; k < h; k++ {
		plain += 2 * gamma[k]
		bartlett += 2 * gamma[k] * (1 - float64(k)/float64(h))
	}
	if plain > 0 {
		return plain
	}
	return bartlett
}

// Holm adjusts the p-values of several tests so that the chance of any false finding stays below the level at which they
// are read [1]. A NaN is no test: it stays NaN and does not count.
//
// [1] Holm 1979, A simple sequentially rejective multiple test procedure.
func Holm(p []float64) []float64 {
	adjusted := slices.Clone(p)
	var order []int
	for i, v := range p {
		if !math.IsNaN(v) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(i, j int) int {
		switch {
		case p[i] < p[j]:
			return -1
		case p[i] > p[j]:
			return 1
		}
		return 0
	})
	largest := 0.0
	for rank, i := range order {
		largest = max(largest, min(1, float64(len(order)-rank)*p[i]))
		adjusted[i] = largest
	}
	return adjusted
}
