package baseline

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"

	"recur/baseline/ets"
	"recur/data"
	"recur/data/series"
)

// history is a method that is fitted to all rows of a series before a window's first target, window by window.
type history struct {
	name    string
	seasons []int
	// ahead continues y, one target of the series up to the origin, from its first known value on, missing ones filled in
	// from what is known there. scratch has room for as many values.
	// The variance of each is written to spread, where that is not nil and the method knows it.
	ahead func(y, scratch, out, spread []float64, seasons []int)
}

// longestHistory is how many rows before a window such a method is fitted to, and longestSeasons how many of a long season: what is
// older says little of what comes, and a search over a million values for every window would take minutes.
const (
	longestHistory = 20000
	longestSeasons = 4
)

// begins is the first row that a method with some seasons is fitted to of those before the row of a first target.
func begins(target int, seasons []int) int {
	return max(0, target-max(longestHistory, longestSeasons*longest(seasons)))
}

// longest is the longest of some seasons, 1 where there is none.
func longest(seasons []int) int { return slices.Max(append([]int{1}, seasons...)) }

// SES is simple exponential smoothing, fitted to the history before each window (its last 20,000 rows) [4]: smoothing constant and first
// level by least squares. A history with significant seasons is adjusted for them first and the forecast after, as in the M
// competitions for one [5].
func SES(seasons ...int) Method { return history{"ses", seasons, ses} }

// Theta is the standard theta method [6]: the mean of the line through the history before each window and the
// exponential smoothing of the line that is twice as curved, computed as smoothing with half the slope as drift [7]; with
// the same seasonal adjustment as SES.
//
// [6] Assimakopoulos & Nikolopoulos 2000, The theta model: a decomposition approach to forecasting.
// [7] Hyndman & Billah 2003, Unmasking the theta method.
func Theta(seasons ...int) Spreading { return history{"theta", seasons, theta} }

// DampedTheta is Theta with a drift that dies away after the last value: φ of it a step later, φ² two steps later, …, with the φ of the
// exponential smoothing ETS(A,Ad,N) of the adjusted history, by maximum likelihood between .8 and .98.
func DampedTheta(seasons ...int) Spreading { return history{"theta_damped", seasons, thetaDamped} }

func (h history) Name() string { return h.name }

func ses(y, scratch, out, _ []float64, lengths []int) {
	s := seasonsOf(y, lengths)
	level := smooth(s.without(y, scratch)).level
	for i := range out {
		out[i] = s.with(level, len(y)+i)
	}
}

func theta(y, scratch, out, spread []float64, lengths []int) {
	s := seasonsOf(y, lengths)
	drifting(s, s.without(y, scratch), out, spread, 1)
}

func thetaDamped(y, scratch, out, spread []float64, lengths []int) {
	s := seasonsOf(y, lengths)
	plain := s.without(y, scratch)
	var fits ets.Fits
	fit, ok := fits.Model(ets.Model{Trend: ets.Damped}, plain, 1)
	if !ok {
		fit.Phi = 1
	}
	drifting(s, plain, out, spread, fit.Phi)
}

// drifting continues y, which is adjusted for the seasons s, by its smoothing with half of its slope as drift, times φ for every step. The
// variance of a step is that of the errors of one step times 1 + h·α² in step h from 0, as of smoothing [4].
func drifting(s seasons, y, out, spread []float64, phi float64) {
	fit, drift, n := smooth(y), ets.Slope(y)/2, float64(len(y))
	path, weight := (1-math.Pow(1-fit.alpha, n))/fit.alpha, 1.0
	for i := range out {
		out[i] = s.with(fit.level+drift*path, len(y)+i)
		weight *= phi
		path += weight
	}
	if spread == nil {
		return
	}
	variance := thetaVariance(y, fit, drift)
	for h := range spread {
		scale := 1.0
		if !s.additive {
			scale = s.with(1, len(y)+h)
		}
		spread[h] = scale * scale * variance * (1 + float64(h)*fit.alpha*fit.alpha)
	}
}

// thetaVariance is that of the errors of one step, of three parameters.
func thetaVariance(plain []float64, fit smoothing, drift float64) float64 {
	b, level := 1-fit.alpha, fit.first
	squares, left := 0.0, 1.0
	for _, v := range plain {
		e := v - level - drift*(1-left)/fit.alpha
		squares += e * e
		level += fit.alpha * (v - level)
		left *= b
	}
	return squares / max(1, float64(len(plain)-3))
}

func (h history) Predict(e data.Examples) [][]float64 { return pointsBy(e, h.predict) }

// Spread is that of Spreading.
func (h history) Spread(e data.Examples) (points, variances [][]float64) {
	return spreadBy(e, h.predict)
}

// predict writes the forecasts of all windows, and the variances where they are not nil.
func (h history) predict(p *series.Part, points, variances [][]float64) {
	workers := min(runtime.GOMAXPROCS(0), p.Len())
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			var r reader
			for i := w; i < len(points); i += workers {
				var variance []float64
				if variances != nil {
					variance = variances[i]
				}
				h.window(p, i, &r, points[i], variance)
			}
		})
	}
	wg.Wait()
}

// window predicts window i.
func (h history) window(p *series.Part, i int, r *reader, out, variance []float64) {
	k := len(p.Prepared.Set.Targets)
	one := make([]float64, len(out)/k)
	var spread []float64
	if variance != nil {
		spread = make([]float64, len(one))
	}
	for target := range k {
		y := r.read(p, i, target, h.seasons)
		if len(y) == 0 {
			continue // nothing is known before the origin; such a window is in no part
		}
		h.ahead(y, r.scratch, one, spread, h.seasons)
		for step, v := range one {
			out[step*k+target] = v
			if variance != nil {
				variance[step*k+target] = spread[step]
			}
		}
	}
}

// reader holds the memory for one history.
type reader struct{ y, scratch []float64 }

// read returns target k of the rows before the first target row of window i, from the first known value on. Gaps are
// bridged by straight lines, the last one by the last known value: nothing at or after the origin is looked at.
func (r *reader) read(p *series.Part, i, k int, seasons []int) []float64 {
	w, columns := p.Windows[i], p.Prepared.Set.Columns()
	one := &p.Prepared.Set.Series[w.Series]
	r.y = r.y[:0]
	known := -1 // place in y of the last known value
	for row := begins(p.Target(i), seasons); row < p.Target(i); row++ {
		at := row*columns + k
		if one.Missing[at] {
			if known >= 0 {
				r.y = append(r.y, r.y[known])
			}
			continue
		}
		v := one.Values[at]
		if gap := len(r.y) - known; known >= 0 && gap > 1 {
			from := r.y[known]
			for j := 1; j < gap; j++ {
				r.y[known+j] = from + (v-from)*float64(j)/float64(gap)
			}
		}
		known = len(r.y)
		r.y = append(r.y, v)
	}
	if cap(r.scratch) < len(r.y) {
		r.scratch = make([]float64, 2*len(r.y))
	}
	r.scratch = r.scratch[:len(r.y)]
	return r.y
}

// maxVisits bounds what SES and Theta together may cost on the parts that they are to score, in visits of a value: some
// seconds on one core.
const maxVisits = 3e9

// visits is what the methods of a history cost on a part: for every window the values before it, times the passes of the
// search for α and of the test for a season.
func visits(p *series.Part) float64 {
	if p.Len() == 0 {
		return 0
	}
	seasons, total := p.Prepared.Config.Data.Season, 0.0
	for i := range p.Windows {
		total += float64(p.Target(i) - begins(p.Target(i), seasons))
	}
	tests := 1 // of lags
	for _, m := range seasons {
		tests += m
	}
	return 2 * total * float64(len(p.Prepared.Set.Targets)) * float64(alphas+narrowings+4+tests)
}

// costly are the methods that For leaves out on some parts.
func costly(parts []*series.Part) (names []string) {
	visited, fitted := 0.0, 0.0
	for _, p := range parts {
		visited += visits(p)
		fitted += fitting(p)
	}
	if visited > maxVisits {
		names = append(names, "ses", "theta")
	}
	if fitted > maxFitting {
		names = append(names, "ets")
	}
	return names
}

// LeftOut says which methods For leaves out on these parts and why, "" when none.
func LeftOut(p *series.Prepared, parts ...*series.Part) string {
	var all []string
	names := costly(scored(p, parts))
	if slices.Contains(names, "ses") {
		all = append(all, fmt.Sprintf("ses and theta are left out: fitting them anew before each of the %d windows would take long; name them with --baselines to have them all the same, or take recur backtest, which has fewer", windows(scored(p, parts))))
	}
	if slices.Contains(names, "ets") {
		all = append(all, "ets is left out: fitting its models to so many and such long series would take long; name it with --baselines to have it all the same")
	}
	return strings.Join(all, "; ")
}

func windows(parts []*series.Part) (n int) {
	for _, p := range parts {
		n += p.Len()
	}
	return n
}

// scored are the parts that are to be scored: the test part unless others are named.
func scored(p *series.Prepared, parts []*series.Part) []*series.Part {
	if len(parts) == 0 {
		return []*series.Part{p.Test}
	}
	return parts
}
