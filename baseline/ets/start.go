package ets

import "math"

// beginning is where the search of every model of a series begins: states from a classical decomposition and a line.
type beginning struct {
	season      [3][]float64 // [m] of Added and Multiplied; nil where the series is too short, or has values that are not positive
	level       [3]float64   // of the first values without the season
	line, trend [3]float64   // a line through them: before the first value, and its slope
}

// firstValues is how many values the first level and trend are taken from: at least these, and two seasons.
const firstValues = 10

// beginningOf looks at y, bridged, with seasons of m steps.
func beginningOf(y []float64, m int, positive bool) (b beginning) {
	seasons := []Season{None}
	if m > 1 && len(y) > m {
		if seasons = append(seasons, Added); positive {
			seasons = append(seasons, Multiplied)
		}
	}
	most := min(max(firstValues, 2*m), len(y))
	for _, kind := range seasons {
		if kind != None {
			b.season[kind] = firstSeason(y, m, kind == Multiplied)
		}
		plain := make([]float64, most)
		for t := range plain {
			switch plain[t] = y[t]; kind {
			case Added:
				plain[t] -= b.season[kind][t%m]
			case Multiplied:
				plain[t] /= b.season[kind][t%m]
			}
		}
		b.level[kind] = mean(plain)
		b.trend[kind] = Slope(plain)
		b.line[kind] = b.level[kind] - b.trend[kind]*float64(most+1)/2
	}
	return b
}

// firstSeason is the season of a decomposition; of fewer than two and a half seasons, where a moving average leaves too little, of what is left
// of a line.
func firstSeason(y []float64, m int, multiplied bool) []float64 {
	var season []float64
	if 2*len(y) >= 5*m {
		season = Decompose(y, m, multiplied)
	} else {
		season = besideLine(y, m, multiplied)
	}
	if multiplied {
		sum := 0.0
		for j := range season {
			season[j] = max(season[j], 2*leastFactor)
			sum += season[j]
		}
		for j := range season {
			season[j] *= float64(m) / sum
		}
	}
	return season
}

// besideLine averages what is left of the least-squares line, phase by phase, with a mean of 0 (multiplied: 1).
func besideLine(y []float64, m int, multiplied bool) []float64 {
	season, count := make([]float64, m), make([]float64, m)
	middle, rise := mean(y), Slope(y)
	for t, v := range y {
		line := middle + rise*(float64(t)-float64(len(y)-1)/2)
		if multiplied {
			season[t%m] += v / max(line, leastFactor*middle)
		} else {
			season[t%m] += v - line
		}
		count[t%m]++
	}
	return centred(season, count, multiplied)
}

// Decompose averages what is left of y without its centred moving average over m steps, phase by phase, and brings the mean of
// these indices to 0, or to 1 where they multiply the average. y has at least 2·m+1 values, the first of phase 0.
func Decompose(y []float64, m int, multiplied bool) []float64 {
	index, count := make([]float64, m), make([]float64, m)
	half := m / 2
	sum := 0.0
	for _, v := range y[:2*half+1] {
		sum += v
	}
	for t := half; t+half < len(y); t++ {
		if t > half {
			sum += y[t+half] - y[t-half-1]
		}
		trend := sum / float64(m)
		if m%2 == 0 { // 2×m average: half of each end
			trend = (sum - (y[t-half]+y[t+half])/2) / float64(m)
		}
		if multiplied {
			index[t%m] += y[t] / trend
		} else {
			index[t%m] += y[t] - trend
		}
		count[t%m]++
	}
	return centred(index, count, multiplied)
}

// centred divides sums by their counts and brings their mean to 0 (multiplied: 1).
func centred(index, count []float64, multiplied bool) []float64 {
	mean := 0.0
	for i := range index {
		index[i] /= count[i]
		mean += index[i] / float64(len(index))
	}
	for i := range index {
		if multiplied {
			index[i] /= mean
		} else {
			index[i] -= mean
		}
	}
	return index
}

func mean(y []float64) float64 {
	sum := 0.0
	for _, v := range y {
		sum += v
	}
	return sum / float64(len(y))
}

// Slope is that of the least-squares line through y over 0, 1, …; 0 for one value.
func Slope(y []float64) float64 {
	n, middle, sum := float64(len(y)), mean(y), 0.0
	if n < 2 {
		return 0
	}
	for t, v := range y {
		sum += (float64(t) - (n-1)/2) * (v - middle)
	}
	return sum / (n * (n*n - 1) / 12)
}

// Where a search begins: α at a fifth, of a season's share where there is one, as in R; the others at the best of these. Slow
// smoothing is where it ends, then, if there are several optima. Looking for the highest of all gives likelihoods that are a little
// higher and, on the monthly series of the M3 competition, forecasts that are 1% worse: it finds what fits a few values by luck.
const (
	firstAlpha = 0.2
	firstPhi   = 0.95
)

var (
	firstBetas  = []float64{0.02, 0.3} // β/α
	firstGammas = []float64{0.02, 0.3} // γ/(1-α)
)

// begin sets θ to where the search begins, and returns its loss.
func (s *search) begin(b *beginning) float64 {
	kind := s.model.Season
	s.theta, s.trial = sized(s.theta, s.at.size), sized(s.trial, s.at.size)
	s.trial[0] = firstAlpha
	if kind != None {
		s.trial[0] /= float64(s.m)
	}
	if s.at.phi > 0 {
		s.trial[s.at.phi] = firstPhi
	}
	s.trial[s.at.level] = b.level[kind]
	if s.at.trend > 0 {
		s.trial[s.at.level], s.trial[s.at.trend] = b.line[kind], b.trend[kind]
	}
	s.fixed = b.season[kind]
	if s.at.season > 0 {
		copy(s.trial[s.at.season:], s.fixed[:s.m-1])
	}
	best := math.Inf(1)
	for _, beta := range only(firstBetas, s.at.beta > 0) {
		for _, gamma := range only(firstGammas, s.at.gamma > 0) {
			if s.at.beta > 0 {
				s.trial[s.at.beta] = beta
			}
			if s.at.gamma > 0 {
				s.trial[s.at.gamma] = gamma
			}
			if loss := s.loss(s.trial); loss < best {
				best = loss
				copy(s.theta, s.trial)
			}
		}
	}
	return best
}

// only is the first value where there is nothing to vary.
func only(values []float64, vary bool) []float64 {
	if vary {
		return values
	}
	return values[:1]
}
