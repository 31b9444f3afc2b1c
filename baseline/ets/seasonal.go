package ets

import (
	"math"
	"slices"
)

// How many standard errors an autocorrelation is above none: the level of 90% of the M competitions; of a season above LongestJoint one, since
// few series hold enough of them for more, and who declares it, or finds it in all series, knows more than one series shows.
const (
	shortErrors = 1.6448536269514722
	longErrors  = 1
)

// Seasonal is Bartlett's test of the autocorrelation r_m: |r_m| > z·√((1 + 2·Σ_{k<m} r_k²)/n), with shortErrors or longErrors for z. y has more
// than m values, none missing.
func Seasonal(y []float64, m int) bool {
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
	z := shortErrors
	if m > LongestJoint {
		z = longErrors
	}
	return math.Abs(last) > z*math.Sqrt((1+2*squares)/n)
}

// showsLong reports that y, bridged, has one of the seasons above LongestJoint beside its line.
func showsLong(y []float64, seasons []int) bool {
	slope, start := Slope(y), mean(y)
	var plain []float64
	return slices.ContainsFunc(seasons, func(m int) bool {
		if m <= LongestJoint || len(y) <= 2*m {
			return false
		}
		if plain == nil {
			for t, v := range y {
				plain = append(plain, v-start-slope*(float64(t)-float64(len(y)-1)/2))
			}
		}
		return Seasonal(plain, m)
	})
}
