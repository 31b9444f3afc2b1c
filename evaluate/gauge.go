package evaluate

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"recur/data"
	"recur/data/series"
)

// Where the largest scores are not looked at one by one.
const (
	bend      = 0.95
	belowBend = 0.7
	farthest  = 0.99 // as far as a share is followed
	mostPower = 2.5
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

// scored is the score of one value, the cluster that it belongs to and its stretch of time.
type scored struct {
	score          float64
	cluster, block int
}

// gauge holds all scores.
type gauge struct {
	sides    []side
	scores   [][][]scored // [Hz][side]
	clusters int
	past     int // known rows before a window that counts, where there are such
	least    int // values that a step should be measured on
	longest  int // rows from the first one that is forecast to the end of its part
	seen     map[int]bool
	n        int
	floor    bool
	few      bool
	q        int
	middle   int // the place of the median
}

func newGauge(p *series.Part, predictions [][]float64, quantiles []float64) *gauge {
	q := p.Prepared
	g := &gauge{sides: sidesOf(quantiles), seen: map[int]bool{}, floor: true, q: len(quantiles), middle: medianOf(quantiles)}
	g.scores = make([][][]scored, q.Horizon)
	for h := range g.scores {
		g.scores[h] = make([][]scored, len(g.sides))
	}
	outside := 1.0
	for _, s := range g.sides {
		outside = min(outside, 1-s.share)
	}
	g.least = int(math.Ceil(tailValues / outside))
	for i, w := range p.Windows {
		g.seen[w.Series] = true
		_, to := p.Rows(w.Series)
		g.longest = max(g.longest, to-p.Target(i))
	}
	g.few = len(g.seen) < fewSeries
	clear(g.seen)
	k := len(q.Set.Targets)
	g.past = leastPast(p)
	for i, w := range p.Windows {
		if pastOf(p, i) < g.past {
			continue
		}
		g.window(p, i, w.Series*k, g.middle, predictions[i])
	}
	return g
}

// window takes the known values of window i.
func (g *gauge) window(p *series.Part, i, cluster, middle int, f []float64) {
	series, k := p.Windows[i].Series, len(p.Prepared.Set.Targets)
	_, to := p.Rows(series)
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
			back := to - p.Target(i) - o/k // rows to the end of the part
			*at = append(*at, scored{s.score(y, own[middle], own), cluster + o%k, (back - 1) * timeBlocks / g.longest})
		}
		g.clusters = max(g.clusters, cluster+o%k+1)
	}
}

// factors are [Hz][Q], 1 for the median.
func (g *gauge) factors() [][]float64 {
	all := make([][]float64, len(g.scores))
	for h := range all {
		all[h] = make([]float64, g.q)
		for i := range all[h] {
			all[h][i] = 1
		}
	}
	for j, s := range g.sides {
		pools, plain := make([][]scored, len(all)), make([]float64, len(all))
		for h := range pools {
			pools[h] = g.pool(h, j)
			plain[h] = g.reach(pools[h], s.share)
		}
		inTime := g.inTime(j, plain, s.share)
		for h, pool := range pools {
			factor := g.factor(pool, s, g.inSeries(pool, s.share, plain[h]), inTime)
			for _, at := range []int{s.low, s.high} {
				if at >= 0 {
					all[h][at] = factor
				}
			}
		}
	}
	return all
}

// pool collects the scores of side j at step h, and at as many steps on either side of it as are needed, in order.
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
	slices.SortFunc(pool, byScore)
	return pool
}

func byScore(a, b scored) int { return cmp.Compare(a.score, b.score) }

// factor is the quantile of a pool's scores at that share, corrected for the size of the sample: so many independent values
// by the spread between series and by that between stretches of time.
func (g *gauge) factor(pool []scored, one side, inSeries, inTime float64) float64 {
	share := one.share
	if len(pool) == 0 {
		return 1
	}
	n := min(inSeries, inTime)
	wanted, chance := share*(n+1)/n, margin*math.Sqrt(share*(1-share)/n)
	factor := g.far(pool, wanted+chance*min(1, marginWorth/n), n, one)
	if factor < 1 {
		factor = min(1, g.reach(pool, wanted+chance+sureness*math.Sqrt(share*(1-share)/inTime)))
	}
	return min(factor, largestScale)
}

// far is reach, but for shares near 1 and above, at which few series leave nothing but the largest score of all: one more series
// would move it at will. There the scores up to the bend say how fast they grow, as a power of those of a normal
// distribution, and it goes on so.
func (g *gauge) far(pool []scored, share, n float64, one side) float64 {
	if share <= bend || n*(1-share) >= 1 { // an independent value and more lie beyond
		return g.reach(pool, share)
	}
	near, low := g.reach(pool, bend), g.reach(pool, belowBend)
	if !(near > low) || !(low > 0) {
		return g.reach(pool, share)
	}
	z := func(share float64) float64 {
		if one.low >= 0 && one.high >= 0 {
			share = (1 + share) / 2
		}
		return distuv.UnitNormal.Quantile(share)
	}
	power := min(mostPower, math.Log(near/low)/math.Log(z(bend)/z(belowBend)))
	return min(near*math.Pow(z(min(share, farthest))/z(bend), power), g.reach(pool, 1)*math.Pow(z(farthest)/z(bend), power))
}

// reach is the quantile of a pool's scores at that share. Scores without end count in the share; the result is the largest
// one before them, 1 where there is none.
func (g *gauge) reach(pool []scored, share float64) float64 {
	at := place(pool, g.weights(pool), share)
	for at >= 0 && math.IsInf(pool[at].score, 1) {
		at--
	}
	if at < 0 {
		return 1
	}
	return pool[at].score
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

// place is the first of the sorted scores at which the weight up to it reaches a share of all, the last one for 1 and more,
// -1 where there is none.
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

// inSeries is how many independent values would tell as much as the pool does by the spread between its clusters.
func (g *gauge) inSeries(pool []scored, share, limit float64) float64 {
	above, values := make([]float64, g.clusters), make([]float64, g.clusters)
	for _, s := range pool {
		values[s.cluster]++
		if s.score > limit {
			above[s.cluster]++
		}
	}
	return independent(above, values, share)
}

// inTime is the same for all scores of a side by the spread between stretches of time; limits are by step.
func (g *gauge) inTime(j int, limits []float64, share float64) float64 {
	above, values := make([]float64, timeBlocks), make([]float64, timeBlocks)
	for h := range g.scores {
		for _, s := range g.scores[h][j] {
			values[s.block]++
			if s.score > limits[h] {
				above[s.block]++
			}
		}
	}
	return independent(above, values, share)
}

// independent is how many independent values would show the spread of the shares above/values of some groups: the variance
// of their mean is that of a share measured on so many. It lies between the number of groups less one and that of values.
func independent(above, values []float64, share float64) float64 {
	groups, most, center, spread := 0.0, 0.0, 0.0, 0.0
	for c, n := range values {
		if n > 0 {
			groups++
			most += n
			d := above[c]/n - center
			center += d / groups
			spread += d * (above[c]/n - center)
		}
	}
	variance := spread / (groups * max(1, groups-1))
	if !(variance*most > share*(1-share)) {
		return max(1, most)
	}
	return max(1, share*(1-share)/variance, groups-1)
}

// leastPast is how many rows must be known before a window for its scores to count: as many as networks learn from. Of a series
// that has just begun its network can say little, and it will have begun longer ago when it is forecast. 0 where no window has as many.
func leastPast(p *series.Part) int {
	least := min(p.Prepared.Steps, p.Prepared.Horizon)
	for i := range p.Windows {
		if pastOf(p, i) >= least {
			return least
		}
	}
	return 0
}

// pastOf is how many rows lie between the first known target of a series and window i.
func pastOf(p *series.Part, i int) int {
	one := &p.Prepared.Set.Series[p.Windows[i].Series]
	return p.Target(i) - data.FirstKnownOf(one.Missing, 0, p.Prepared.Set.Columns())
}
