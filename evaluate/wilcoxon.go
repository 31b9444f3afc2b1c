package evaluate

import (
	"cmp"
	"encoding/json"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// exactRanks is up to how many differences the distribution of the rank sum is counted out.
const exactRanks = 50

// Wilcoxon is the signed-rank test [1] of the losses a and b of two methods on the same series: whether their differences
// lie around zero. The statistic is (W - E W)/sd W of the rank sum W of the series on which a lost more, so it is negative
// where a is the better one; p is two-sided. Differences of zero are left out. Up to 50 differences without ties p is
// exact, else from the normal approximation with the correction for ties, without one for continuity.
//
// It is the test where every series has one window, and so no series has a time order to test along. Losses of series are
// skewed and a few series have most of the sum, which rules out a t-test; ranks need differences that are comparable from
// series to series, so a and b should be free of scale: MASE or sMAPE. It takes the series as independent;
// Worth.Wilcoxon does not.
//
// Equal losses give 0 and p = 1; without a pair, or with one that is no number, both are NaN.
//
// [1] Wilcoxon 1945, Individual comparisons by ranking methods.
func Wilcoxon(a, b []float64) (statistic, p float64) {
	var d []float64
	for i := range a {
		switch v := a[i] - b[i]; {
		case math.IsNaN(v):
			return math.NaN(), math.NaN()
		case v != 0:
			d = append(d, v)
		}
	}
	if len(a) == 0 {
		return math.NaN(), math.NaN()
	}
	if len(d) == 0 {
		return 0, 1
	}
	sum, ties := rankSum(d)
	n := float64(len(d))
	center, variance := n*(n+1)/4, n*(n+1)*(2*n+1)/24-ties/48
	statistic = (sum - center) / math.Sqrt(variance)
	if ties == 0 && len(d) <= exactRanks {
		return statistic, min(1, 2*lowerTail(len(d), min(sum, n*(n+1)/2-sum)))
	}
	return statistic, min(1, 2*distuv.UnitNormal.Survival(math.Abs(statistic)))
}

// rankSum adds the ranks of |d| where d is positive; equal ones have their mean rank. ties is Σ(t³-t) over groups of t.
func rankSum(d []float64) (sum, ties float64) {
	d = slices.Clone(d)
	slices.SortFunc(d, func(x, y float64) int { return cmp.Compare(math.Abs(x), math.Abs(y)) })
	for from := 0; from < len(d); {
		to := from + 1
		for to < len(d) && math.Abs(d[to]) == math.Abs(d[from]) {
			to++
		}
		rank := float64(from+1+to) / 2
		for _, v := range d[from:to] {
			if v > 0 {
				sum += rank
			}
		}
		t := float64(to - from)
		ties += t*t*t - t
		from = to
	}
	return sum, ties
}

// lowerTail is the chance of a rank sum of n differences up to w, when each sign is as likely: the subsets of 1…n with
// that sum, of 2^n.
func lowerTail(n int, w float64) float64 {
	ways := make([]float64, n*(n+1)/2+1)
	ways[0] = 1
	for rank := 1; rank <= n; rank++ {
		for s := len(ways) - 1; s >= rank; s-- {
			ways[s] += ways[s-rank]
		}
	}
	sum := 0.0
	for s := 0; float64(s) <= w; s++ {
		sum += ways[s]
	}
	return math.Ldexp(sum, -n)
}

// number is a float that is null in JSON where it is not finite.
type number float64

// MarshalJSON writes null for what is not a finite number.
func (v number) MarshalJSON() ([]byte, error) {
	if f := float64(v); math.IsNaN(f) || math.IsInf(f, 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(v))
}

// UnmarshalJSON reads null as NaN.
func (v *number) UnmarshalJSON(b []byte) error {
	var f *float64
	if err := json.Unmarshal(b, &f); err != nil {
		return err
	}
	*v = number(math.NaN())
	if f != nil {
		*v = number(*f)
	}
	return nil
}
