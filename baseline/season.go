package baseline

import (
	"slices"

	"recur/baseline/ets"
)

// seasons are what classical decompositions, one after the other, take out of a series and put back: an index for each phase of each.
// Without any, values are left as they are.
type seasons struct {
	indices  [][]float64
	additive bool // added to the values; else they are multiplied by them
}

// seasonsOf decomposes y (its first value has phase 0 in all), the shortest season first and each longer one of what those before it leave,
// where it has two seasons and more and its autocorrelation at that lag is significant (ets.Seasonal), as the benchmarks of the M3 and
// M4 competitions do with one [5]. Values that are not all positive have additive seasons.
//
// [5] Makridakis, Spiliotis & Assimakopoulos 2020, The M4 Competition: 100,000 time series and 61 forecasting methods.
func seasonsOf(y []float64, lengths []int) seasons {
	var s seasons
	for _, v := range y {
		s.additive = s.additive || v <= 0
	}
	rest := y
	for _, m := range slices.Sorted(slices.Values(lengths)) {
		if m < 2 || len(y) <= 2*m || !ets.Seasonal(rest, m) {
			continue
		}
		s.indices = append(s.indices, ets.Decompose(rest, m, !s.additive))
		if len(lengths) > 1 {
			rest = s.without(y, make([]float64, len(y)))
		}
	}
	return s
}

// without writes y without its seasons into out and returns it.
func (s seasons) without(y, out []float64) []float64 {
	copy(out, y)
	for _, index := range s.indices {
		for t := range y {
			if s.additive {
				out[t] -= index[t%len(index)]
			} else {
				out[t] /= index[t%len(index)]
			}
		}
	}
	return out[:len(y)]
}

// with puts the seasons of place t back.
func (s seasons) with(v float64, t int) float64 {
	for _, index := range s.indices {
		if s.additive {
			v += index[t%len(index)]
		} else {
			v *= index[t%len(index)]
		}
	}
	return v
}
