package evaluate

import (
	"math"
	"slices"
)

// When a series is set apart from the others.
const (
	farOff     = 3.5  // robust standard deviations of the logarithm of what series ask for, above their median
	leastOff   = 0.2  // such a deviation is at least that: series that differ by a fifth are alike
	mostApart  = 0.25 // of all series
	toDeviance = 1.4826
)

// ownScores are the scores of one series (and target) that was set apart, by side.
type ownScores struct {
	cluster int
	scores  [][]scored // [side]
}

// apart takes the series out of the gauge whose scores are far beyond those of the others, and those that little can be
// learnt from: all their values were what was said, or none could be reached, or they have not half as many as the others. What a series asks for is the quantile of its
// scores at the share of the widest interval; it is far off by the median and the median deviation of the logarithms, which a few
// strange ones among many don't move.
func (g *gauge) apart() []ownScores {
	if len(g.sides) == 0 {
		return nil
	}
	widest := 0
	for j, s := range g.sides {
		if s.share > g.sides[widest].share {
			widest = j
		}
	}
	asked, values := g.asked(widest)
	some := g.some()
	typical := typicalOf(values)
	var logs []float64
	silent := map[int]bool{}
	for c, v := range asked {
		switch {
		case math.IsNaN(v): // no value of it is known
		case !some[c] || math.IsInf(v, 1) || 2*values[c] < typical:
			silent[c] = true
		case v == 0: // nearly all
		default:
			logs = append(logs, math.Log(v))
		}
	}
	if len(logs) < fewSeries {
		return nil
	}
	middle := medianValue(logs)
	distances := make([]float64, len(logs))
	for i, v := range logs {
		distances[i] = math.Abs(v - middle)
	}
	limit := math.Exp(middle + farOff*max(leastOff, toDeviance*medianValue(distances)))
	var far []int
	for c, v := range asked {
		if v > limit && !silent[c] {
			far = append(far, c)
		}
	}
	if float64(len(far)) > mostApart*float64(len(logs)) { // so many are no exception
		far = nil
	}
	return g.takeOut(far, silent)
}

// some says which clusters have a value that is not what was said.
func (g *gauge) some() []bool {
	some := make([]bool, g.clusters)
	for h := range g.scores {
		for j := range g.scores[h] {
			for _, s := range g.scores[h][j] {
				some[s.cluster] = some[s.cluster] || s.score > 0
			}
		}
	}
	return some
}

// typicalOf is the median of the counts above 0, 0 where there are none.
func typicalOf(counts []float64) float64 {
	some := slices.DeleteFunc(slices.Clone(counts), func(n float64) bool { return n == 0 })
	if len(some) == 0 {
		return 0
	}
	return medianValue(some)
}

// asked is the quantile of the scores of each cluster at the share of a side, NaN where it has none, and how many these are.
func (g *gauge) asked(side int) (asked, values []float64) {
	own := make([][]float64, g.clusters)
	for h := range g.scores {
		for _, s := range g.scores[h][side] {
			own[s.cluster] = append(own[s.cluster], s.score)
		}
	}
	asked, values = make([]float64, g.clusters), make([]float64, g.clusters)
	for c, v := range own {
		values[c] = float64(len(v))
		if asked[c] = math.NaN(); len(v) > 0 {
			slices.Sort(v)
			asked[c] = v[min(len(v)-1, int(math.Ceil(g.sides[side].share*float64(len(v))))-1)]
		}
	}
	return asked, values
}

// takeOut removes the scores of some clusters and returns those of the ones that are far off.
func (g *gauge) takeOut(far []int, silent map[int]bool) []ownScores {
	set := make([]ownScores, len(far))
	at := map[int]int{}
	for i, c := range far {
		set[i] = ownScores{cluster: c, scores: make([][]scored, len(g.sides))}
		at[c] = i
	}
	for h := range g.scores {
		for j := range g.scores[h] {
			g.scores[h][j] = slices.DeleteFunc(g.scores[h][j], func(s scored) bool {
				i, out := at[s.cluster]
				if out {
					set[i].scores[j] = append(set[i].scores[j], s)
				}
				return out || silent[s.cluster]
			})
		}
	}
	return set
}

// stretchOf is by how much the factors of the others are too small for a series apart: [Q], at least 1; nil where they are not.
func (g *gauge) stretchOf(one ownScores, factors [][]float64) []float64 {
	stretch, more := make([]float64, g.q), false
	for i := range stretch {
		stretch[i] = 1
	}
	for j, s := range g.sides {
		typical := 0.0
		for h := range factors {
			typical += factors[h][max(s.low, s.high)] / float64(len(factors))
		}
		pool := slices.Clone(one.scores[j])
		slices.SortFunc(pool, byScore)
		for i := range pool {
			pool[i].cluster = 0
		}
		wanted := min(largestScale, g.reach(pool, s.share))
		if !(typical > 0) || !(wanted > typical) {
			continue
		}
		for _, at := range []int{s.low, s.high} {
			if at >= 0 {
				stretch[at], more = wanted/typical, true
			}
		}
	}
	if !more {
		return nil
	}
	return stretch
}

// medianValue is the median of v, which it sorts.
func medianValue(v []float64) float64 {
	slices.Sort(v)
	return (v[len(v)/2] + v[(len(v)-1)/2]) / 2
}
