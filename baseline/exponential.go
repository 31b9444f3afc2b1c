package baseline

import (
	"math"
	"runtime"
	"slices"
	"sync"

	"recur/baseline/ets"
	"recur/data"
	"recur/data/series"
)

// Exponential is the method of ETS.
type Exponential struct{ seasons []int }

// ETS are the models of exponential smoothing of package ets, with each of the seasons or none, weighted by their AICc. They are
// fitted to the rows of a series before its first window (at most the last 2,000, or four seasons), and anew wherever the rows have
// grown by a tenth since; between these origins the states run on with every value that becomes known, the parameters as they are.
// A missing value leaves the season and moves the level by its trend.
func ETS(seasons ...int) Exponential { return Exponential{seasons} }

// Name is ets.
func (Exponential) Name() string { return "ets" }

// When models are fitted.
const (
	mostFitted = 2000 // rows, or longestSeasons
	growth     = 1.1  // of the rows since the last fit
)

// Predict is that of Method.
func (x Exponential) Predict(e data.Examples) [][]float64 { return pointsBy(e, x.predict) }

// Spread predicts every window as Predict does, with the variance of each forecast as the models have it: points and variances
// [windows][Hz·K], in data units and their squares. The variance is that of errors to come, and of the models being apart, not of
// parameters that few values tell; a normal distribution around the point is what the models claim.
func (x Exponential) Spread(e data.Examples) (points, variances [][]float64) {
	return spreadBy(e, x.predict)
}

// predict writes the forecasts, and the variances where they are not nil, series by series.
func (x Exponential) predict(p *series.Part, points, variances [][]float64) {
	var of [][]int // windows of a series, by their origin
	at := map[int]int{}
	for i, w := range p.Windows {
		if _, ok := at[w.Series]; !ok {
			at[w.Series] = len(of)
			of = append(of, nil)
		}
		of[at[w.Series]] = append(of[at[w.Series]], i)
	}
	k := len(p.Prepared.Set.Targets)
	workers := min(runtime.GOMAXPROCS(0), len(of)*k)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			f := filter{seasons: x.seasons}
			for j := w; j < len(of)*k; j += workers {
				f.target(p, of[j/k], j%k, points, variances)
			}
		})
	}
	wg.Wait()
}

// filter runs through one target of a series.
type filter struct {
	seasons     []int
	fits        ets.Fits
	y           []float64 // NaN where missing
	out, spread []float64
}

// target writes the forecasts of the windows, of one series, for target k.
func (f *filter) target(p *series.Part, windows []int, k int, points, variances [][]float64) {
	slices.SortStableFunc(windows, func(a, b int) int { return p.Target(a) - p.Target(b) })
	one, columns := &p.Prepared.Set.Series[p.Windows[windows[0]].Series], p.Prepared.Set.Columns()
	begin := data.FirstKnownOf(one.Missing, k, columns)
	last := p.Target(windows[len(windows)-1])
	f.y = f.y[:0]
	for row := begin; row < last; row++ {
		v := one.Values[row*columns+k]
		if one.Missing[row*columns+k] {
			v = math.NaN()
		}
		f.y = append(f.y, v)
	}
	targets := len(p.Prepared.Set.Targets)
	f.out = make([]float64, p.Prepared.Values()/targets)
	if variances != nil {
		f.spread = make([]float64, len(f.out))
	}
	var mixture *ets.Mixture
	fitted, seen := 0, 0 // rows at the last fit, and those that the states have seen
	for _, i := range windows {
		n := p.Target(i) - begin
		if n <= 0 {
			continue // nothing is known before the origin; such a window is in no part
		}
		if mixture == nil || float64(n) >= growth*float64(fitted) {
			mixture, fitted, seen = f.fits.Mix(f.before(n), f.seasons...), n, n
		}
		for ; seen < n; seen++ {
			mixture.Step(f.y[seen])
		}
		mixture.Forecast(f.out, f.spread)
		for h, v := range f.out {
			points[i][h*targets+k] = v
			if variances != nil {
				variances[i][h*targets+k] = f.spread[h]
			}
		}
	}
}

// before is what is fitted to of the first n rows: the last ones, from a known one on.
func (f *filter) before(n int) []float64 {
	y := f.y[max(0, n-rowsFitted(f.seasons)):n]
	for math.IsNaN(y[0]) && len(y) > 1 {
		y = y[1:]
	}
	return y
}

func rowsFitted(seasons []int) int {
	return max(mostFitted, longestSeasons*longest(seasons))
}

// maxFitting bounds what ETS may cost on the parts that it is to score, in multiply-adds: some seconds on one core.
const maxFitting = 2e10

// fitting is about what ETS costs on a part, in multiply-adds: for every fit of a series about ten rounds over its rows for each of
// the models, of which a round costs most where the first season is sought too.
func fitting(p *series.Part) float64 {
	const rounds, seasonal, plain = 10, 7, 5 // models
	seasons := p.Prepared.Config.Data.Season
	row := plain * 60.0
	for _, m := range seasons {
		parameters := 6.0
		if m <= ets.LongestJoint {
			parameters = float64(m + 5)
		}
		row += seasonal * (parameters*parameters/2 + 10*parameters)
	}
	total := 0.0
	for from := 0; from < p.Len(); {
		first, last, to := p.Target(from), p.Target(from), from
		for ; to < p.Len() && p.Windows[to].Series == p.Windows[from].Series; to++ {
			first, last = min(first, p.Target(to)), max(last, p.Target(to))
		}
		fits := 1 + math.Floor(math.Log(float64(last)/max(1, float64(first)))/math.Log(growth))
		total += fits*rounds*row*float64(min(last, rowsFitted(seasons))) + float64((to-from)*p.Prepared.Horizon+last-first)*60
		from = to
	}
	return total * float64(len(p.Prepared.Set.Targets))
}
