package data

import "math"

// Scaler maps data units to scaled units, column by column (targets, then covariates): scaled = (value - Offset)/Scale.
type Scaler struct {
	Kind   string // standard | minmax | none
	Offset []float64
	Scale  []float64 // never 0: a column without spread has 1
}

// FitScaler fits a scaler on the rows of values [rows, columns] where missing is false. The second result lists the
// columns that have no spread: they are centred and not scaled.
func FitScaler(kind string, values []float64, missing []bool, columns int) (Scaler, []int) {
	s := Scaler{Kind: kind, Offset: make([]float64, columns), Scale: make([]float64, columns)}
	var flat []int
	for c := range columns {
		s.Scale[c] = 1
		if kind == "none" {
			continue
		}
		offset, scale := Spread(kind, values, missing, c, columns)
		s.Offset[c] = offset
		if scale > 0 {
			s.Scale[c] = scale
		} else {
			flat = append(flat, c)
		}
	}
	return s, flat
}

// Spread returns the offset and scale of one column: mean and standard deviation (divided by n), or minimum and range.
// Both are 0 where no value is known.
func Spread(kind string, values []float64, missing []bool, c, columns int) (offset, scale float64) {
	n, mean, low, high := 0, 0.0, math.Inf(1), math.Inf(-1)
	Each(values, missing, c, columns, func(v float64) {
		n++
		mean += (v - mean) / float64(n)
		low, high = min(low, v), max(high, v)
	})
	switch {
	case n == 0:
		return 0, 0
	case low == high:
		return low, 0
	case kind == "minmax":
		return low, high - low
	}
	deviation := func(unit float64) float64 {
		sum := 0.0
		Each(values, missing, c, columns, func(v float64) { sum += (v - mean) / unit * ((v - mean) / unit) })
		return unit * math.Sqrt(sum/float64(n))
	}
	// Squares of deviations beyond 1e154 or below 1e-162 are no longer numbers: those are taken in units of the largest.
	if scale = deviation(1); scale == 0 || math.IsInf(scale, 0) {
		scale = deviation(max(high-mean, mean-low))
	}
	return mean, scale
}

// Each calls f with every known value of a column.
func Each(values []float64, missing []bool, c, columns int, f func(v float64)) {
	for i := c; i < len(values); i += columns {
		if !missing[i] {
			f(values[i])
		}
	}
}

// NaiveScale is the mean |x_t - x_{t-m}| of one column over the pairs where both values are known: the denominator of
// MASE [1]. It is 0 where there is no such pair or all of them are equal; MASE has no meaning then.
//
// [1] Hyndman & Koehler 2006, Another look at measures of forecast accuracy.
func NaiveScale(values []float64, missing []bool, c, columns, m int) float64 {
	n, sum := 0, 0.0
	for i := c + m*columns; i < len(values); i += columns {
		if back := i - m*columns; !missing[i] && !missing[back] {
			sum += math.Abs(values[i] - values[back])
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

// TooLarge returns the first of values [rows, columns] that is larger than most once it is scaled, or no number, and its column.
func (s *Scaler) TooLarge(values []float64, most float64) (column int, value float64, found bool) {
	for i, v := range values {
		c := i % len(s.Scale)
		if scaled := math.Abs((v - s.Offset[c]) / s.Scale[c]); !(scaled <= most) || math.IsInf(s.Scale[c], 0) {
			return c, v, true
		}
	}
	return 0, 0, false
}
