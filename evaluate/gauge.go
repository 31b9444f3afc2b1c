package evaluate

import (
	"cmp"
	"math"
	"slices"

	"recur/data"
)

// side is what is calibrated together: an interval, or one quantile alone (the other place is -1).
type side struct {
	low, high int
	share     float64 // of the values that the side or the interval is to cover
}

// sidesOf pairs the quantiles and leaves the median out.
func sidesOf(quantiles []float64) []side {
	var all []side
	paired := map[int]bool{medianOf(quantiles): true}
	for _, v := range intervalsOf(quantiles) {
		if !paired[v.low] && !paired[v.high] {
			all = append(all, side{v.low, v.high, v.level})
			paired[v.low], paired[v.high] = true, true
		}
	}
	for i, tau := range quantiles {
		switch {
		case paired[i]:
		case i < medianOf(quantiles):
			all = append(all, side{i, -1, 1 - tau})
		default:
			all = append(all, side{-1, i, tau})
		}
	}
	return all
}

// score says how far the quantiles f of one value would have to be stretched from their median m to reach y.
func (s side) score(y, m float64, f []float64) float64 {
	distance, reach := y-m, 0.0
	switch {
	case y >= m && s.high >= 0:
		reach = f[s.high] - m
	case y < m && s.low >= 0:
		distance, reach = m-y, m-f[s.low]
	default:
		return 0 // the other side: covered, however little is stretched
	}
	switch {
	case distance == 0:
		return 0
	case !(reach > 0):
		return math.Inf(1)
	}
	return distance / reach
}

// scored is the score of one value and the cluster that it belongs to.
type scored struct {
	score   float64
	cluster int
}

// gauge holds all scores.
type gauge struct {
	sides    []side
	scores   [][][]scored // [Hz][side]
	clusters int
	least    int // values that a step should be measured on
	seen     map[int]bool
	n        int
	floor    bool
	q        int
}

func newGauge(p *data.Part, predictions [][]float64, quantiles []float64) *gauge {
	q := p.Prepared
	g := &gauge{sides: sidesOf(quantiles), seen: map[int]bool{}, floor: true, q: len(quantiles)}
	g.scores = make([][][]scored, q.Horizon)
	for h := range g.scores {
		g.scores[h] = make([][]scored, len(g.sides))
	}
	outside := 1.0
	for _, s := range g.sides {
		outside = min(outside, 1-s.share)
	}
	g.least = int(math.Ceil(tailValues / outside))
	for _, w := range p.Windows {
		g.seen[w.Series] = true
	}
	byWindow := len(g.seen) < fewSeries
	clear(g.seen)
	middle, k := medianOf(quantiles), len(q.Set.Targets)
	for i, w := range p.Windows {
		cluster := w.Series
		if byWindow {
			cluster = i
		}
		g.window(p, i, cluster*k, middle, predictions[i])
	}
	return g
}

// window takes the known values of window i.
func (g *gauge) window(p *data.Part, i, cluster, middle int, f []float64) {
	series, k := p.Windows[i].Series, len(p.Prepared.Set.Targets)
	truth, known := p.Truth(i)
	for o, y := range truth {
		if !known[o] {
			continue
		}
		g.n++
		g.seen[series] = true
		own := f[o*g.q : (o+1)*g.q]
		g.floor = g.floor && y >= 0 && slices.Min(own) >= 0
		for j, s := range g.sides {
			at := &g.scores[o/k][j]
			*at = append(*at, scored{s.score(y, own[middle], own), cluster + o%k})
		}
		g.clusters = max(g.clusters, cluster+o%k+1)
	}
}

// factors are those of step h, one for each quantile.
func (g *gauge) factors(h int) []float64 {
	all := make([]float64, g.q)
	for i := range all {
		all[i] = 1
	}
	for j, s := range g.sides {
		factor := g.factor(g.pool(h, j), s.share)
		for _, at := range []int{s.low, s.high} {
			if at >= 0 {
				all[at] = factor
			}
		}
	}
	return all
}

// pool collects the scores of side j at step h, and at as many steps on either side of it as are needed.
func (g *gauge) pool(h, j int) []scored {
	pool := slices.Clone(g.scores[h][j])
	for d := 1; len(pool) < g.least && d < len(g.scores); d++ {
		if h-d >= 0 {
			pool = append(pool, g.scores[h-d][j]...)
		}
		if h+d < len(g.scores) {
			pool = append(pool, g.scores[h+d][j]...)
		}
	}
	return pool
}

// factor is the quantile of the scores at that share, corrected for the size of the sample. Scores without end count in
// the share; the factor is the largest one before them.
func (g *gauge) factor(pool []scored, share float64) float64 {
	if len(pool) == 0 {
		return 1
	}
	slices.SortFunc(pool, func(a, b scored) int { return cmp.Compare(a.score, b.score) })
	weights := g.weights(pool)
	plain := pool[place(pool, weights, share)].score
	n := g.independent(pool, share, plain)
	at := place(pool, weights, share*(n+1)/n)
	for at >= 0 && math.IsInf(pool[at].score, 1) {
		at--
	}
	if at < 0 {
		return 1
	}
	return min(pool[at].score, largestScale)
}

// weights give each cluster of the pool the same: 1 over the number of its values, by cluster.
func (g *gauge) weights(pool []scored) []float64 {
	weights := make([]float64, g.clusters)
	for _, s := range pool {
		weights[s.cluster]++
	}
	for i, n := range weights {
		if n > 0 {
			weights[i] = 1 / n
		}
	}
	return weights
}

// place is the first of the sorted scores at which the weight up to it reaches a share of all, the last one for 1 and more.
func place(pool []scored, weights []float64, share float64) int {
	total := 0.0
	for _, s := range pool {
		total += weights[s.cluster]
	}
	sum := 0.0
	for i, s := range pool {
		if sum += weights[s.cluster]; sum >= share*total*(1-1e-12) {
			return i
		}
	}
	return len(pool) - 1
}

// independent is how many independent values would tell as much as the pool does: with a_c the share of cluster c's
// scores above a limit, the variance of the mean of all a_c is that of a share measured on so many. It lies between the
// number of clusters less one and the number of values.
func (g *gauge) independent(pool []scored, share, limit float64) float64 {
	above, values := make([]float64, g.clusters), make([]float64, g.clusters)
	for _, s := range pool {
		values[s.cluster]++
		if s.score > limit {
			above[s.cluster]++
		}
	}
	clusters, center, spread := 0.0, 0.0, 0.0
	for c, n := range values {
		if n > 0 {
			clusters++
			d := above[c]/n - center
			center += d / clusters
			spread += d * (above[c]/n - center)
		}
	}
	most := float64(len(pool))
	variance := spread / (clusters * max(1, clusters-1))
	if variance*most <= share*(1-share) {
		return most
	}
	return max(1, share*(1-share)/variance, clusters-1)
}
