package baseline

import (
	"math"

	"recur/baseline/ets"
)

// season is what a classical decomposition takes out of a series and puts back: an index for each of its m phases.
// The zero value leaves values as they are.
type season struct {
	index    []float64 // [m]; nil: no season
	additive bool      // added to the values; else they are multiplied by it
}

// seasonOf decomposes y (m phases, the first value has phase 0) when it has two seasons and more and its autocorrelation
// at lag m is significant, as the benchmarks of the M3 and M4 competitions do [5]. Values that are not all positive have
// an additive season.
//
// [5] Makridakis, Spiliotis & Assimakopoulos 2020, The M4 Competition: 100,000 time series and 61 forecasting methods.
func seasonOf(y []float64, m int) season {
	if m < 2 || len(y) <= 2*m || !seasonal90(y, m) {
		return season{}
	}
	s := season{}
	for _, v := range y {
		s.additive = s.additive || v <= 0
	}
	s.index = ets.Decompose(y, m, !s.additive)
	return s
}

// seasonal90 is Bartlett's test of the autocorrelation r_m at the level of 90%:
// |r_m| > 1.645·√((1 + 2·Σ_{k<m} r_k²)/n).
func seasonal90(y []float64, m int) bool {
	n := float64(len(y))
	mean := 0.0
	for _, v := range y {
		mean += v / n
	}
	d := make([]float64, len(y))
	variance := 0.0
	for i, v := range y {
		d[i] = v - mean
		variance += d[i] * d[i]
	}
	if variance == 0 {
		return false
	}
	squares, last := 0.0, 0.0
	for lag := 1; lag <= m; lag++ {
		sum := 0.0
		for i, v := range d[lag:] {
			sum += v * d[i]
		}
		last = sum / variance
		if lag < m {
			squares += last * last
		}
	}
	return math.Abs(last) > 1.6448536269514722*math.Sqrt((1+2*squares)/n)
}

// without writes y without its season into out and returns it.
func (s season) without(y, out []float64) []float64 {
	for t, v := range y {
		switch m := len(s.index); {
		case m == 0:
			out[t] = v
		case s.additive:
			out[t] = v - s.index[t%m]
		default:
			out[t] = v / s.index[t%m]
		}
	}
	return out[:len(y)]
}

// with puts the season of place t back.
func (s season) with(v float64, t int) float64 {
	switch m := len(s.index); {
	case m == 0:
		return v
	case s.additive:
		return v + s.index[t%m]
	default:
		return v * s.index[t%m]
	}
}
