package series

import "math"

// frame is how one window is normalised: x = (g - profile - center)/scale, scale being s·Unit.
type frame struct {
	h       *history
	origin  int       // t, the first row to forecast
	first   int       // the first row of the window that is not padding
	profile []float64 // [M] by phase, see profileAt; nil for none
	center  float64
	scale   float64
}

// frame finds how window i is normalised. profile [M] is memory that it may keep.
func (p *Part) frame(i int, profile []float64) frame {
	w := p.Windows[i]
	h := &p.table.histories[w.Series]
	l, steps := p.Prepared.Local, p.Prepared.Steps
	f := frame{h: h, origin: w.Start + steps, first: max(w.Start, h.begin), profile: profile}
	if l.Period > 0 {
		profileAt(h.sums, h.begin, f.origin, profile)
	}
	switch l.Center {
	case "last":
		f.center = f.mean(1)
	case "mean":
		f.center = f.mean(f.origin - f.first)
	case "season":
		rows := l.Season
		if rows < 2 {
			rows = 2
		}
		f.center = f.mean(rows)
	}
	f.scale = l.Unit
	switch {
	case l.Deviation:
		f.scale *= f.deviation(l.Log)
	case l.Mean:
		f.scale *= 1 + f.size()
	}
	return f
}

// level is the deseasonalised value of row r.
func (f *frame) level(r int) float64 {
	if len(f.profile) == 0 {
		return f.h.g[r]
	}
	return f.h.g[r] - f.profile[r%len(f.profile)]
}

// normal is x of row r.
func (f *frame) normal(r int) float64 { return (f.level(r) - f.center) / f.scale }

// mean is that of the last n deseasonalised rows before the origin, or of all where there are fewer.
func (f *frame) mean(n int) float64 {
	from := max(f.h.begin, f.origin-n)
	sum, base := 0.0, f.level(f.origin-1)
	for r := from; r < f.origin; r++ {
		sum += f.level(r) - base
	}
	return base + sum/float64(f.origin-from)
}

// size is the mean size of the rows of the window. DeepAR divides windows by 1 and this [1].
//
// [1] Salinas, Flunkert, Gasthaus & Januschowski 2020, DeepAR: probabilistic forecasting with autoregressive recurrent networks, 3.3.
func (f *frame) size() float64 {
	sum := 0.0
	for r := f.first; r < f.origin; r++ {
		sum += math.Abs(f.h.g[r])
	}
	return sum / float64(f.origin-f.first)
}

// What a window is divided by at least.
const (
	leastShare = 0.1   // of the series' standard deviation before the origin
	flatShare  = 0.1   // of the level of a series that has not moved before the origin; with a logarithm this itself
	rounding   = 1e-13 // of the level: less is no movement
)

// deviation is the standard deviation of the deseasonalised rows of the window, at least a tenth of the one of all rows
// before the origin. A series that has not moved is divided by a tenth of its level, so that a multiple of a series is
// always normalised as the series is; one of zeros by 1.
func (f *frame) deviation(log bool) float64 {
	mean, n := f.mean(f.origin-f.first), float64(f.origin-f.first)
	squares := 0.0
	for r := f.first; r < f.origin; r++ {
		d := f.level(r) - mean
		squares += d * d
	}
	level := math.Abs(f.h.g[f.origin-1])
	all := f.h.spreads[f.origin]
	if all > rounding*level {
		return max(math.Sqrt(squares/n), leastShare*all)
	}
	switch {
	case log:
		return flatShare
	case level > 0:
		return flatShare * level
	}
	return 1
}
