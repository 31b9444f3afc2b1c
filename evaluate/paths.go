package evaluate

import (
	"cmp"
	"math"
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
	order := make([]int, len(places))
	for range places {
		c.Paths = append(c.Paths, make([]float64, len(places[0])))
	}
	for o := range places[0] {
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(places[a][o], places[b][o]) })
		for rank, i := range order {
			c.Paths[i][o] = math.Round((float64(rank)+0.5)/float64(len(places))*1e4) / 1e4
		}
	}
}

// leastPaths are fewer than which tell nothing of what may come.
const leastPaths = 8
