package evaluate

import (
	"math"

	"recur/data/series"
)

// Own is how far the quantiles of one series lie from its median in a run of few series: as far as the forecasts of this series, and of
// those beside it, have missed. Networks that learn from few rows seldom know how far off they are, so their own quantiles count only in
// part: Calibration.Trust.
type Own struct {
	Series    string      `json:"series"`
	Target    string      `json:"target,omitempty"`
	Column    int         `json:"column,omitempty"` // the place of the target, where a series holds several
	Distances [][]float64 `json:"distances"`        // [Hz][Q] from the median, in units of the roughness of the series
	Usual     [][]float64 `json:"usual"`            // [Hz][Q] how far the networks' own quantiles usually lie from it, in the same units
}

// mostUnusual is how many times its usual distance a quantile of the networks may widen an interval.
const mostUnusual = 3

// place writes the quantiles of one value at step h, of which the networks say f, into out: the median as it is. trust is how much
// their distances count, unit the roughness of the series.
func (w *Own) place(h, middle int, trust, unit float64, floor bool, f, out []float64) {
	h = min(h, len(w.Distances)-1)
	m := f[middle]
	for j, v := range f {
		out[j] = m
		if j == middle {
			continue
		}
		far := unit * w.Distances[h][j] * mixed(trust, math.Abs(v-m)/unit, w.Usual[h][j])
		if far-far != 0 {
			out[j] = v
			continue
		}
		if out[j] = m + far; j < middle {
			out[j] = m - far
		}
		if floor && m >= 0 {
			out[j] = max(0, out[j])
		}
	}
	inOrder(middle, out)
}

// mixed is how far a quantile lies from the median beside what is usual: 1 as far as the networks' own distance does not count.
func mixed(trust, reach, usual float64) float64 {
	if !(usual > 0) {
		return 1
	}
	return 1 - trust + trust*min(mostUnusual, max(0, reach)/usual)
}

// roughness is the mean size of the steps before each row of a column, between known rows that follow each other: [rows+1], 0 where
// there is none. It is the unit that makes equal intervals of a series and of its multiple.
func roughness(one *series.Series, column, columns int) []float64 {
	rows := one.Rows(columns)
	out := make([]float64, rows+1)
	missing := func(at int) bool { return at < len(one.Missing) && one.Missing[at] }
	sum, n := 0.0, 0.0
	for r := range rows {
		at := r*columns + column
		if r > 0 && !missing(at) && !missing(at-columns) {
			sum, n = sum+math.Abs(one.Values[at]-one.Values[at-columns]), n+1
		}
		out[r+1] = sum / max(1, n)
	}
	return out
}

// RoughOf tells the unit of the distances of one series by its rows, of which at are known, with recipe global. With recipe plain, whose
// networks know one scale, it is 1.
func RoughOf(one *series.Series, column, columns int, local bool) func(at int) float64 {
	if !local {
		return func(int) float64 { return 1 }
	}
	all := roughness(one, column, columns)
	return func(at int) float64 { return all[min(max(0, at), len(all)-1)] }
}
