package series

import "math"

// history is one series made ready for its windows: transformed, with what the profile and the scale at any origin need.
type history struct {
	transform
	begin   int       // first row with a known target: earlier ones count as padding
	g       []float64 // [rows] transformed
	sums    []float64 // [rows] phaseSums of g; nil without a profile
	spreads []float64 // [rows+1] standard deviation of the rows begin..t-1 of g at t
}

// historyOf makes a series ready. values [rows, columns] are filled in, the target first; period is M, 0 for no profile.
func historyOf(values []float64, columns, begin, period int, f transform) history {
	h := history{transform: f, begin: begin, g: make([]float64, len(values)/columns)}
	for r := range h.g {
		h.g[r] = f.forward(values[r*columns])
	}
	if period > 0 {
		h.sums = phaseSums(h.g, begin, period)
	}
	h.spreads = runningSpreads(h.g, begin)
	return h
}

// runningSpreads returns the standard deviation (divided by n) of the rows begin..t-1 for every t. Equal rows give exactly 0.
func runningSpreads(g []float64, begin int) []float64 {
	out := make([]float64, len(g)+1)
	var w runningSpread
	for r := begin; r < len(g); r++ {
		w.add(g[r])
		out[r+1] = w.deviation()
	}
	return out
}

// runningSpread is the standard deviation of the values so far, by Welford's update.
type runningSpread struct{ n, mean, squares float64 }

func (w *runningSpread) add(v float64) {
	w.n++
	delta := v - w.mean
	w.mean += delta / w.n
	w.squares += delta * (v - w.mean)
}

func (w *runningSpread) deviation() float64 { return math.Sqrt(max(w.squares, 0) / w.n) }

// same reports whether the transforms give every value of a series the same g.
func (f *transform) same(o *transform) bool {
	return f.log == o.log && f.shift == o.shift && f.unit == o.unit && f.offset == o.offset && f.floor == o.floor
}
