package series

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// A season is a line in the spectrum: a test compares the power at the frequencies k/m of a season of m rows with the power
// around them [1, 2]. Whatever moves without a clock (a random walk, a trend, an autoregression, noise) has as much power
// just beside a line as on it, so none of these passes for a season, however smooth; and a season shows however much it is
// buried, if it has been there for long. Long series count in stretches of some seasons, whose powers are averaged as those of
// different series are: a season may change its course over the years.
//
// Series of a panel may move together. How many independent ones they are worth is read from the powers beside the lines: the
// averages of n independent powers differ by 1/√n of themselves.
//
// [1] Brockwell & Davis 1991, Time series: theory and methods, ch. 10: the test for hidden periodicities, F with 2 and more degrees.
// [2] Thomson 1982, Spectrum estimation and harmonic analysis: a line beside the continuous spectrum around it.

// Bounds of the test.
const (
	mostCycles        = 16    // seasons of a stretch
	leastCycles       = 2     // seasons that a stretch has
	mostHarmonics     = 26    // k
	mostBetween       = 8     // frequencies between two lines
	leastAround       = 8     // of them that say how much power there is around a line
	nearLine          = 0.15  // of the way to the next line: nearer ones belong to a season that changes
	lowestBin         = 1.5   // cycles of a stretch: slower ones are its trend
	mostRivals        = 3     // lines of a longer season on either side
	mostRotations     = 2e8   // products of rows and frequencies for one season: about a second
	priorOrdinates    = 2     // as which one series alone counts when the worth of several is measured
	mostChance        = 0.002 // P of a season that is found
	leastShareOfLines = 0.01
	mostWorth         = 8 // independent series; what is left of a trend is in all of them
)

// Evidence is what a test says of a season.
type Evidence struct {
	Season   int
	Seasons  float64 // how many of it the longest series holds
	P        float64 // of lines at least as clear where there is no season
	Share    float64 // of the variance of what is new from row to row that the lines hold
	Strength float64 // of the variance around the level that the season explains, the median of all series
	Found    bool    // P and Share say so
}

// line is the averaged power of all stretches at one frequency.
type line struct{ power, n float64 }

func (l *line) add(power float64) {
	l.n++
	l.power += (power - l.power) / l.n
}

// lines are the powers at the frequencies of a season and between them.
type lines struct {
	at      []line   // [K] at k/m, k from 1 on
	rivals  []line   // [K] the lines of a longer season beside line k
	between [][]line // [K+1] below line k+1, the last above all
	rows    line     // of a stretch
}

// candidate is a season that is to be tested.
type candidate struct {
	rows   int     // m
	period float64 // m, or more exactly what the calendar says
	within int     // rows of a longer season that was found: only lines above the longer one's own count; 0: none
	holds  int     // a shorter season of m/holds rows was found: its lines, every so many, don't count; 0: none
}

// skips says that line k is one of a shorter season too.
func (c *candidate) skips(k int) bool { return c.holds > 1 && k%c.holds == 0 }

// testSeason tests one season on all levels.
func testSeason(levels [][]float64, c candidate) Evidence {
	v := Evidence{Season: c.rows, P: 1}
	var stretches [][]float64
	most := max(mostCycles*c.rows, 4*c.within)
	for _, y := range levels {
		v.Seasons = max(v.Seasons, float64(len(y))/float64(c.rows))
		if len(y) < leastCycles*c.rows {
			continue
		}
		for to := len(y); to >= leastCycles*c.rows; to -= most {
			if e := whitened(y[max(0, to-most):to], c.rows); e != nil {
				stretches = append(stretches, e)
			}
		}
	}
	if len(stretches) == 0 {
		return v
	}
	l := linesOf(stretches, &c)
	v.P, v.Share = l.test(), l.share()
	v.Strength = max(0, medianStrength(levels, c.rows))
	v.Found = v.P < mostChance && v.Share >= leastShareOfLines
	return v
}

// linesOf averages the powers of the stretches.
func linesOf(stretches [][]float64, c *candidate) *lines {
	K := max(1, min(c.rows/2, mostHarmonics))
	l := &lines{at: make([]line, K), rivals: make([]line, K), between: make([][]line, K+1)}
	for k := range l.between {
		l.between[k] = make([]line, mostBetween)
	}
	rows := 0
	for _, e := range stretches {
		rows += len(e)
	}
	every := 1 + int(float64(rows)*float64(K)*(1+mostBetween)/mostRotations)
	for i := 0; i < len(stretches); i += every {
		l.add(stretches[i], c)
	}
	return l
}

// add takes the powers of one stretch.
func (l *lines) add(e []float64, c *candidate) {
	n := float64(len(e))
	cycles := n / c.period
	l.rows.add(n)
	for k := range l.at {
		if !c.skips(k + 1) {
			l.at[k].add(power(e, float64(k+1)/c.period))
		}
		for j := 1; c.within > 0 && j <= mostRivals; j++ {
			for _, off := range []float64{-float64(j), float64(j)} {
				if f := float64(k+1)/c.period + off/float64(c.within); f > 0 && f < 0.5 {
					l.rivals[k].add(power(e, f))
				}
			}
		}
	}
	near := max(nearLine, 1/cycles)
	count := max(1, min(mostBetween, 1+int((1-2*near)*cycles)))
	for k := range l.between {
		for j := range count {
			share := 0.5
			if count > 1 {
				share = near + (1-2*near)*float64(j)/float64(count-1)
			}
			if f := (float64(k) + share) / c.period; f*n >= lowestBin && f < 0.5 {
				l.between[k][j].add(power(e, f))
			}
		}
	}
}

// power is that of e at a frequency: of noise of variance 1 it is 1 on average.
func power(e []float64, f float64) float64 {
	sin, cos := math.Sincos(2 * math.Pi * f)
	a, b := 1.0, 0.0 // cos and sin of 2πft
	re, im := 0.0, 0.0
	for _, v := range e {
		re += v * a
		im += v * b
		a, b = a*cos-b*sin, a*sin+b*cos
	}
	return (re*re + im*im) / float64(len(e))
}

// around is the mean power around line k, of how many frequencies, and how much these differ: the sum of their squared
// distances from it, in its own units, and the degrees of freedom of that.
func (l *lines) around(k int) (mean, n float64) {
	for reach := 1; reach <= len(l.between) && n < leastAround; reach++ {
		mean, n = 0, 0
		for g := max(0, k+1-reach); g < min(len(l.between), k+1+reach); g++ {
			for _, one := range l.between[g] {
				if one.n > 0 {
					n++
					mean += (one.power - mean) / n
				}
			}
		}
	}
	if k < len(l.rivals) && l.rivals[k].power > mean {
		mean, n = l.rivals[k].power, 2*mostRivals
	}
	return mean, n
}

// worth is how many independent series the stretches are worth.
func (l *lines) worth() float64 {
	squares, degrees := float64(priorOrdinates), float64(priorOrdinates)
	most := 1.0
	for g := range l.between {
		mean, n := l.around(min(g, len(l.at)-1))
		for _, one := range l.between[g] {
			if one.n > 0 && n > 1 {
				d := one.power/mean - 1
				squares += d * d * n / (n - 1)
				degrees++
				most = max(most, one.n)
			}
		}
	}
	return max(1, min(most, mostWorth, degrees/squares))
}

// test is the probability of lines at least as clear without a season: of the first line alone, of the first few together
// and of all, times the number of tests.
func (l *lines) test() float64 {
	worth := l.worth()
	tests, best := 0.0, 1.0
	sum, n, beside := 0.0, 0.0, 0.0
	for k := range l.at {
		for _, one := range l.between[k] {
			if one.n > 0 {
				beside++
			}
		}
		mean, around := l.around(k)
		if l.at[k].n == 0 || !(mean > 0) {
			continue
		}
		sum += l.at[k].power / mean
		n++
		if k+1 == len(l.at) || int(n)&(int(n)-1) == 0 {
			tests++
			best = min(best, distuv.F{D1: 2 * worth * n, D2: 2 * worth * max(around, beside)}.Survival(sum/n))
		}
	}
	return min(1, max(1, tests)*best)
}

// share is that of the variance which the lines hold above what is around them.
func (l *lines) share() float64 {
	sum := 0.0
	for k, one := range l.at {
		if mean, _ := l.around(k); one.n > 0 {
			sum += 2 * (one.power - mean) / l.rows.power
		}
	}
	return sum
}

// middle is the median of v, which it sorts.
func middle(v []float64) float64 {
	slices.Sort(v)
	return (v[len(v)/2] + v[(len(v)-1)/2]) / 2
}
