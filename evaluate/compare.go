package evaluate

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// LeastApart is how many forecasts that don't overlap, or series that don't move together, a test takes at the least.
const LeastApart = 5

// DieboldMariano tests whether the losses a and b, one a forecast in time order, have the same mean [1], with the
// small-sample correction of [2]. Forecasts of horizon steps overlap, so autocovariances up to lag L-1 count, L being the
// horizon or the cube root of their number, whichever is larger: losses may stay related for longer than the horizon. The
// variance is the larger of the plain sum and Bartlett's weighted one; the plain one alone is too small too often where few
// forecasts overlap much, and may be negative. The statistic is negative where a is the better one; p is two-sided, by
// Student's t with n/L degrees of freedom, less one: the n-1 of [2] where nothing is related to anything. With n-1 for many
// steps a quarter of all equally good pairs would be told apart at the level of 5% when n is 24 and the horizon 12.
//
// Equal losses give 0 and p = 1. Where there is nothing to test by (fewer than LeastApart forecasts that don't overlap, or a
// difference that is the same everywhere) both are NaN.
//
// [1] Diebold & Mariano 1995, Comparing predictive accuracy.
// [2] Harvey, Leybourne & Newbold 1997, Testing the equality of prediction mean squared errors.
func DieboldMariano(a, b []float64, horizon int) (statistic, p float64) {
	one := &Panel{horizon: horizon, Series: 1}
	for i := range a {
		one.add(0, i)
	}
	one.order()
	t := one.Test(a, b, Worth{})
	return t.Statistic, t.P
}

// overTime is the test along time of the differences of all windows, whatever their series: the differences from one origin
// are added up first, so that series may move together as they like [3]. center is their mean, n how many there are.
//
// [3] Driscoll & Kraay 1998, Consistent covariance matrix estimation with spatially dependent panel data.
func (p *Panel) overTime(d []float64, center, n float64) (statistic, freedom float64) {
	t := float64(len(p.origins))
	sums, counts := make([]float64, len(p.origins)), make([]float64, len(p.origins))
	for i, v := range d {
		if v == v {
			sums[p.at[i]] += (v - center) * t / n
			counts[p.at[i]]++
		}
	}
	lags := p.related()
	h := float64(lags)
	correction := (t + 1 - 2*h + h*(h-1)/t) / t
	freedom = math.Min(float64(p.Disjoint), t/h)*even(counts) - 1
	if correction <= 0 || freedom < 1 {
		return math.NaN(), math.NaN()
	}
	statistic = center / math.Sqrt(longRun(sums, lags)/t) * math.Sqrt(correction)
	return statistic, freedom
}

// studentP is the two-sided p of a t-value, NaN where it is none.
func studentP(statistic, freedom float64) float64 {
	if math.IsNaN(statistic) || math.IsNaN(freedom) {
		return math.NaN()
	}
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: freedom}
	return math.Min(1, 2*t.Survival(math.Abs(statistic)))
}

// even is 1 where all counts are equal, and less where a few origins hold most of the windows and so decide [4].
//
// [4] Carter, Schnepel & Steigerwald 2017, Asymptotic behavior of a t-test robust to cluster heterogeneity.
func even(counts []float64) float64 {
	sum, squares := 0.0, 0.0
	for _, c := range counts {
		sum, squares = sum+c, squares+c*c
	}
	return sum * sum / squares / float64(len(counts))
}

// longRun is the larger one of γ_0 + 2·Σ_{k<L} γ_k and the same with Bartlett's weights, of values with mean zero.
func longRun(d []float64, lags int) float64 {
	plain, bartlett := 0.0, 0.0
	for k := range min(lags, len(d)) {
		gamma := 0.0
		for i := k; i < len(d); i++ {
			gamma += d[i] * d[i-k] / float64(len(d))
		}
		if k > 0 {
			gamma *= 2
		}
		plain += gamma
		bartlett += gamma * (1 - float64(k)/float64(lags))
	}
	return math.Max(plain, bartlett)
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
