package series

// beyondRange is how many times the range of a history a forecast may lie above it, where logarithms are forecast.
const beyondRange = 3

// ceiling is the highest value that the rows before the origin make plausible: beyondRange times their range above the highest, or what the
// highest becomes where it grows by as large a factor over the horizon as ever in the later half of the rows, or by the
// scale of the window. Quantiles of logarithms know no such bound: a little too wide there is a thousand times too high here.
func (f *frame) ceiling(horizon int) float64 {
	g := f.h.g[f.h.begin:f.origin]
	low, high := g[0], g[0]
	for _, v := range g {
		low, high = min(low, v), max(high, v)
	}
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
	top := f.h.back(high)
	return max(top+beyondRange*(top-f.h.back(low)), f.h.back(high+max(growth, 1*f.scale)))
}
