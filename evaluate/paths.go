package evaluate

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"recur/data/series"
)

// How many paths a calibration keeps, and how many windows before the test part it and means are measured on.
const (
	mostPaths = 200
	mostWhole = 4000
)

// PathWindows picks the windows that paths and means are measured on: at most 4,000, evenly, of those whose values are all known.
func PathWindows(p *series.Part) map[series.Window]bool {
	var whole []series.Window
	for i, w := range p.Windows {
		if _, known := p.Truth(i); !slices.Contains(known, false) {
			whole = append(whole, w)
		}
	}
	picked := map[series.Window]bool{}
	for i := range min(mostWhole, len(whole)) {
		picked[whole[i*len(whole)/min(mostWhole, len(whole))]] = true
	}
	return picked
}

// KeepPaths measures how the steps of a horizon hang together: whether a value far above its median is followed by others, as in a
// random walk, or not, as in noise. Of every window whose values are known the truths are placed among the predicted quantiles, [Hz·K·Q] in
// data units, and these places ranked, value by value, among those of all windows: a path is Hz·K numbers between 0 and 1, each evenly
// spread over the paths, an empirical copula [1]. How wide intervals are is not in them.
//
// [1] Clark et al. 2004, The Schaake shuffle: a method for reconstructing space-time variability in forecasted precipitation and
// temperature fields.
func (c *Calibration) KeepPaths(p *series.Part, predictions [][]float64) {
	q, middle := len(c.Quantiles), medianOf(c.Quantiles)
	c.Paths = nil
	var places [][]float64 // [path][Hz·K]
	for i, f := range predictions {
		truth, known := p.Truth(i)
		if slices.Contains(known, false) {
			continue
		}
		place := make([]float64, len(truth))
		for o, y := range truth {
			own := f[o*q : (o+1)*q]
			reach := own[q-1] - own[middle]
			if y < own[middle] {
				reach = own[middle] - own[0]
			}
			if place[o] = (y - own[middle]) / reach; math.IsNaN(place[o]) {
				place[o] = 0
			}
		}
		places = append(places, place)
	}
	if len(places) < leastPaths {
		return
	}
	some := places[:0:0]
	for i := range min(mostPaths, len(places)) {
		some = append(some, places[i*len(places)/min(mostPaths, len(places))])
	}
	places = some
	for range places {
		c.Paths = append(c.Paths, make([]float64, len(places[0])))
	}
	chance := rand.New(rand.NewPCG(1, 1))
	for o := range places[0] {
		order := chance.Perm(len(places)) // of equal places, as counts have them, any may be the lower one
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(places[a][o], places[b][o]) })
		for rank, i := range order {
			c.Paths[i][o] = math.Round((float64(rank)+0.5)/float64(len(places))*1e4) / 1e4
		}
	}
}

// Draw takes n sample paths of one series, [n][steps·K], of its quantiles, said [steps·K·Q] at levels: each value is the quantile at a place that
// is evenly spread over the paths, and the places of a path are those of a path that was kept, so that its steps hang together as they did in the
// past [1]. Each path that was kept is taken once before any comes again, and the places are moved within the distance of neighbouring ones, so
// that no two paths are the same. There must be Paths, of at least so many steps.
func (c *Calibration) Draw(chance *rand.Rand, levels, said []float64, n int) [][]float64 {
	q, kept := len(levels), len(c.Paths)
	drawn := make([][]float64, n)
	var order []int
	for i := range drawn {
		if i%kept == 0 {
			order = chance.Perm(kept)
		}
		path := c.Paths[order[i%kept]]
		drawn[i] = make([]float64, len(said)/q)
		for o := range drawn[i] {
			u := path[o] + (chance.Float64()-0.5)/float64(kept)
			drawn[i][o] = QuantileAt(levels, said[o*q:(o+1)*q], min(max(outermost, u), 1-outermost))
		}
	}
	return drawn
}

// outermost keeps a place from the ends, where a tail has none.
const outermost = 1e-5

// leastPaths are fewer than which tell nothing of what may come.
const leastPaths = 8
