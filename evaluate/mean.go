package evaluate

import "recur/data/series"

// meanWorth is how many values that are not 0 the factor 1 counts as.
const meanWorth = 20

// KeepMean measures by how much means of quantiles are too small or too large: over the windows of series that never were below 0, the sum of
// the known truths over the sum of the means of their quantiles, predictions [windows][Hz·K·Q] in data units, not calibrated, shrunk to 1 by
// n/(n+20), n being the known values that are not 0. Few quantiles say little of a skew distribution: those of intermittent demand may all be
// 0 up to the median. Calibrated ones say less: intervals of a series are stretched to hold what may come, not by what it comes to on average.
func (c *Calibration) KeepMean(p *series.Part, predictions [][]float64) {
	truths, means, n := 0.0, 0.0, 0.0
	whose, q := WhoseOf(p), len(c.Quantiles)
	for i, f := range predictions {
		if !whose(i).Positive {
			continue
		}
		truth, known := p.Truth(i)
		for o, y := range truth {
			if !known[o] {
				continue
			}
			truths, means = truths+y, means+curve{c.Quantiles, f[o*q : (o+1)*q]}.mean(true)
			if y != 0 {
				n++
			}
		}
	}
	if c.Mean = 1; truths > 0 && means > 0 {
		c.Mean += (truths/means - 1) * n / (n + meanWorth)
	}
}

// MeanOf is the mean of one value of which the quantiles are known, not calibrated, [Q] ascending at levels: the integral of the quantile
// function that goes through them, exponential between and beyond them,
//
//	∫₀¹ F⁻¹(u) du,  F⁻¹(u) = q_a + (q_b - q_a)·log((1-a)/(1-u)) / log((1-a)/(1-b)) for 0.5 ≤ a ≤ u ≤ b, from the outermost pair on for u > b too,
//
// and its mirror image below the median. positive says that no value of the series is below 0: then the lower tail is not either, and the mean is
// multiplied by the factor that KeepMean found. A nil calibration, and one of an earlier build, has none.
func (c *Calibration) MeanOf(levels, quantiles []float64, positive bool) float64 {
	mean := curve{levels, quantiles}.mean(positive)
	if positive && c != nil && c.Mean > 0 {
		mean *= c.Mean
	}
	return mean
}
