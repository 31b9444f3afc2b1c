package series

import "slices"

// beyondRange is how many times the range of a history a forecast may lie above it, where logarithms are forecast.
const beyondRange = 3

// ceiling is the highest value that the rows before the origin make plausible: beyondRange times their range above the highest, or what the
// highest becomes where it grows by as large a factor over the horizon as ever in the later half of the rows, or by the
// scale of the window. Quantiles of logarithms know no such bound: a little too wide there is a thousand times too high here.
func (f *frame) ceiling(horizon int) float64 {
	g := f.h.g[f.h.begin:f.origin]
	low, high := slices.Min(g), slices.Max(g)
	growth, before, after := 0.0, low, low // the highest up to t and up to t + horizon
	for t, v := range g {
		after = max(after, v)
		if t < horizon {
			continue
		}
		if before = max(before, g[t-horizon]); t-horizon >= len(g)/2 {
			growth = max(growth, after-before)
		}
	}
	return max(f.beyond(low, high), f.h.back(high+max(growth, f.scale)))
}

// beyond is beyondRange times the range from low to high above high, in data units.
func (f *frame) beyond(low, high float64) float64 {
	top := f.h.back(high)
	return top + beyondRange*(top-f.h.back(low))
}

// bound keeps forecasts of the steps after the origin below the ceiling. Most are below what the rows of the window alone allow, so that the
// whole history is seldom looked at.
func (f *frame) bound(out []float64, horizon int) {
	window := f.h.g[f.first:f.origin]
	if slices.Max(out) <= f.beyond(slices.Min(window), slices.Max(window)) {
		return
	}
	ceiling := f.ceiling(horizon)
	for j, v := range out {
		out[j] = min(v, ceiling)
	}
}
