package evaluate

import (
	"maps"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"recur/data"
	"recur/data/series"
)

// What the intervals of few series are measured by.
const (
	gaussianWorth = 16 // independent windows that the normal shape of errors counts as
	othersWorth   = 4  // the same for the size of errors of the other series
	learntWorth   = 50 // independent training windows from which on the networks' own distances count as much as the usual ones
	learntShare   = 10 // independent training windows that are one witness for the networks' own intervals, as far as these count
	fewestFreedom = 2  // degrees
)

// Few says that the windows of a part are of fewer than eight series: too few for what they have in common to say how wide intervals
// are. Each is measured on its own errors then, for which it needs origins farther back: see FewOrigins.
func Few(p *series.Part) bool {
	seen := map[int]bool{}
	for _, w := range p.Windows {
		if seen[w.Series] = true; len(seen) >= fewSeries {
			return false
		}
	}
	return true
}

// FewOrigins is how many times intervals.origins few series are measured on.
const FewOrigins = 5

// unit is one target of one series, and its windows.
type unit struct {
	series, column int
	windows        []int
	rough          []float64 // of each window
	origins        float64   // independent ones
	learnt         float64   // independent windows of the training part
}

// few measures a calibration of few series.
type few struct {
	p           *series.Part
	predictions [][]float64
	q, middle   int
	units       []unit
	alike       float64 // independent series among them
	trust       float64 // how much the networks' own distances count: 0 to 1
	witnesses   float64 // how many independent windows the networks' own intervals count as
}

// calibrateFew finds the distances of the quantiles of each series.
//
// The errors e of a series count as u = |e|/(A·R̄·d): A is how rough it was before the origin, R̄ how far the networks' quantiles usually
// lie from the median, and d how much farther than usual this one lies, as far as that counts. Their mean size s is that of the series,
// as far as it has independent origins, else that of all; g_h is how it grows with the step, over all series, and never shrinks; the
// quantiles of u/(s·g_h) are those of all series, mixed with those of a normal distribution of which there are 16 independent values.
// Since s is known from n origins alone, the intervals are those of Student's t with n + 1 degrees beside the normal ones [6]. Networks
// that have learnt from many windows are right about themselves even where the last rows were calm or wild: what has been measured is
// weighed with what they say.
//
// n is 2·origins/(Hz+1), since windows of neighbouring origins overlap, times N/(1+(N-1)·r) for N series whose errors of the same
// row have the mean correlation r: channels of one system say the same thing N times.
//
// [6] Hyndman & Athanasopoulos 2021, Forecasting: principles and practice, 3rd edition, 5.5.
func (c *Calibration) calibrateFew(g *gauge, p *series.Part, predictions [][]float64) {
	f := newFew(g, p, predictions)
	for _, u := range f.units {
		id := p.Prepared.Set.Series[u.series].ID()
		c.Own = append(c.Own, Own{Series: id.Series, Target: id.Target, Column: u.column, Distances: ones(p.Prepared.Horizon, f.q), Usual: ones(p.Prepared.Horizon, f.q)})
	}
	measured := len(f.units) > 0
	for _, s := range g.sides {
		measured = f.side(s, c.Own) && measured
	}
	c.Factors = ones(p.Prepared.Horizon, f.q)
	if !measured {
		c.Own = nil
		return
	}
	c.Trust = f.trust
	for h, factors := range c.Factors {
		for j := range factors {
			factors[j] = typicalFactor(c.Own, h, j)
		}
	}
}

// typicalFactor is by how much a quantile of a series that is not among them is too near.
func typicalFactor(own []Own, h, j int) float64 {
	sum, n := 0.0, 0.0
	for _, w := range own {
		if v := math.Log(w.Distances[h][j] / w.Usual[h][j]); v-v == 0 {
			sum, n = sum+v, n+1
		}
	}
	return min(math.Exp(sum/max(1, n)), largestScale)
}

func ones(rows, columns int) [][]float64 {
	all := make([][]float64, rows)
	for i := range all {
		all[i] = slices.Repeat([]float64{1}, columns)
	}
	return all
}

// newFew collects the windows of each series that count.
func newFew(g *gauge, p *series.Part, predictions [][]float64) *few {
	set, k := p.Prepared.Set, len(p.Prepared.Set.Targets)
	f := &few{p: p, predictions: predictions, q: g.q, middle: g.middle}
	places := map[int]int{}
	learnt := 0.0
	for i, w := range p.Windows {
		if pastOf(p, i) < g.past {
			continue
		}
		first, seen := places[w.Series]
		if !seen {
			first = len(f.units)
			places[w.Series] = first
			from, _ := p.Rows(w.Series)
			for column := range k {
				begin := data.FirstKnownOf(set.Series[w.Series].Missing, column, set.Columns())
				u := unit{series: w.Series, column: column, learnt: float64(max(0, from-begin)) / float64(p.Prepared.Horizon)}
				learnt += u.learnt
				f.units = append(f.units, u)
			}
		}
		for column := range k {
			u := &f.units[first+column]
			u.windows = append(u.windows, i)
		}
	}
	for i := range f.units {
		u := &f.units[i]
		rough := RoughOf(&set.Series[u.series], u.column, set.Columns(), p.Prepared.Local != nil)
		for _, w := range u.windows {
			u.rough = append(u.rough, rough(p.Target(w)))
		}
		u.origins = max(1, 2*float64(len(u.windows))/float64(p.Prepared.Horizon+1))
	}
	f.trust = learnt / (learnt + learntWorth)
	f.witnesses = f.trust * learnt / learntShare
	f.alike = f.independentSeries()
	return f
}

// each calls do for every known value of a unit whose series has moved: the number of its window in the unit, its step, its error and what
// the networks said.
func (f *few) each(u *unit, do func(w, h int, e float64, said []float64)) {
	k := len(f.p.Prepared.Set.Targets)
	for w, i := range u.windows {
		if !(u.rough[w] > 0) {
			continue
		}
		truth, known := f.p.Truth(i)
		for o := u.column; o < len(truth); o += k {
			said := f.predictions[i][o*f.q : (o+1)*f.q]
			if e := truth[o] - said[f.middle]; known[o] && e-e == 0 {
				do(w, o/k, e, said)
			}
		}
	}
}

// independentSeries is N/(1+(N-1)·r): r is the mean size of the correlations between the errors of two series in the same row, less what
// it is by chance.
func (f *few) independentSeries() float64 {
	n := float64(len(f.units))
	byRow := make([]map[int]float64, len(f.units)) // the mean error of each row, counted from the end of the part
	for i := range f.units {
		u := &f.units[i]
		sums, counts := map[int]float64{}, map[int]float64{}
		_, to := f.p.Rows(u.series)
		f.each(u, func(w, h int, e float64, _ []float64) {
			row := to - f.p.Target(u.windows[w]) - h
			sums[row] += e
			counts[row]++
		})
		for row, c := range counts {
			sums[row] /= c
		}
		byRow[i] = sums
	}
	sum, pairs := 0.0, 0.0
	for a := range byRow {
		for _, other := range byRow[a+1:] {
			if r := correlation(byRow[a], other); r-r == 0 {
				sum, pairs = sum+r, pairs+1
			}
		}
	}
	return n / (1 + (n-1)*sum/max(1, pairs))
}

// correlation is the size of the correlation of two series of errors beyond what it is by chance, 0 to 1; NaN where they have not three rows in
// common, or do not move.
func correlation(a, b map[int]float64) float64 {
	var x, y []float64
	for _, row := range slices.Sorted(maps.Keys(a)) {
		if v, both := b[row]; both {
			x, y = append(x, a[row]), append(y, v)
		}
	}
	if len(x) < 3 {
		return math.NaN()
	}
	chance := math.Sqrt(2 / math.Pi / float64(len(x))) // the mean size of that of as many independent values
	return max(0, (math.Abs(stat.Correlation(x, y, nil))-chance)/(1-chance))
}

// side finds the distances of an interval, or of one quantile alone, and writes them into own; false where nothing can be measured.
func (f *few) side(s side, own []Own) bool {
	share := s.share
	if s.low < 0 || s.high < 0 {
		share = 2*share - 1 // of the interval that leaves as much out on either side
	}
	usual := make([][]float64, len(f.units))
	sizes := make([]float64, len(f.units))
	scores := make([][]sized, len(f.units))
	for i := range f.units {
		usual[i] = f.usual(&f.units[i], s)
		scores[i] = f.scores(&f.units[i], s, usual[i])
		for _, one := range scores[i] {
			sizes[i] += one.u / float64(len(scores[i]))
		}
	}
	growth, shape := together(scores, sizes, len(usual[0]))
	if len(shape) == 0 {
		return false
	}
	size := f.sizes(sizes)
	for i := range f.units {
		n := f.units[i].origins * f.alike
		normal := distuv.UnitNormal.Quantile((1 + share) / 2)
		weight := n / (n + gaussianWorth)
		shaped := weight*stat.Quantile(share, stat.LinInterp, shape, nil) + (1-weight)*normal*math.Sqrt(math.Pi/2) // the mean size of u/(s·g) is 1
		t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: max(fewestFreedom, n+1)}
		shaped *= t.Quantile((1+share)/2) / normal
		for h, r := range usual[i] {
			far := size[i] * growth[h] * shaped * stat.Mean(usual[i], nil)
			if r > 0 {
				far = math.Exp((n*math.Log(far) + f.witnesses*math.Log(r)) / (n + f.witnesses))
			}
			for _, j := range []int{s.low, s.high} {
				if j >= 0 {
					own[i].Distances[h][j], own[i].Usual[h][j] = far, r
				}
			}
		}
	}
	return true
}

// sizes are the mean sizes of the errors of each unit, as far as its origins tell them; else those of all.
func (f *few) sizes(own []float64) []float64 {
	sum, n := 0.0, 0.0
	for _, v := range own {
		if v > 0 {
			sum, n = sum+math.Log(v), n+1
		}
	}
	all, out := math.Exp(sum/max(1, n)), slices.Clone(own)
	for i, v := range own {
		switch w := f.units[i].origins; {
		case !(v > 0):
			out[i] = all
		case n > 1:
			out[i] = math.Exp((w*math.Log(v) + othersWorth*math.Log(all)) / (w + othersWorth))
		}
	}
	return out
}

// sized is one u of a step.
type sized struct {
	step int
	u    float64
}

// reach is how far the side of a value lies from the median, and half of both sides.
func (s side) reach(e float64, middle int, said []float64) (own, half float64) {
	m := said[middle]
	switch {
	case s.high < 0:
		own = m - said[s.low]
		return own, own
	case s.low < 0:
		own = said[s.high] - m
		return own, own
	case e < 0:
		own = m - said[s.low]
	default:
		own = said[s.high] - m
	}
	return own, (said[s.high] - said[s.low]) / 2
}

// usual is how far the networks' quantiles of a side lie from the median at each step: the median over the windows, in units of the
// roughness; 0 where there is none.
func (f *few) usual(u *unit, s side) []float64 {
	k := len(f.p.Prepared.Set.Targets)
	out := make([]float64, f.p.Prepared.Horizon)
	for h := range out {
		var all []float64
		for w, i := range u.windows {
			o := h*k + u.column
			_, half := s.reach(0, f.middle, f.predictions[i][o*f.q:(o+1)*f.q])
			if v := half / u.rough[w]; v-v == 0 {
				all = append(all, max(0, v))
			}
		}
		if len(all) > 0 {
			out[h] = medianValue(all)
		}
	}
	return out
}

// scores are the u of all known values of a unit.
func (f *few) scores(u *unit, s side, usual []float64) (all []sized) {
	unit := stat.Mean(usual, nil)
	if !(unit > 0) {
		unit = 1
	}
	f.each(u, func(w, h int, e float64, said []float64) {
		own, _ := s.reach(e, f.middle, said)
		v := math.Abs(e) / u.rough[w] / unit / mixed(f.trust, own/u.rough[w], usual[h])
		if v-v == 0 {
			all = append(all, sized{h, v})
		}
	})
	return all
}

// together are the growth of u with the step over all units, relative to their sizes, and what is left of u without both, sorted.
func together(scores [][]sized, sizes []float64, horizon int) (growth, shape []float64) {
	sums, counts := make([]float64, horizon), make([]float64, horizon)
	for i, all := range scores {
		for _, one := range all {
			if sizes[i] > 0 {
				sums[one.step] += one.u / sizes[i]
				counts[one.step]++
			}
		}
	}
	growth = rising(sums, counts)
	for i, all := range scores {
		for _, one := range all {
			if sizes[i] > 0 {
				shape = append(shape, one.u/sizes[i]/growth[one.step])
			}
		}
	}
	slices.Sort(shape)
	return growth, shape
}

// rising are means of each step made to rise by isotonic regression (pool adjacent violators); steps without a value have that of the one before.
func rising(sums, counts []float64) []float64 {
	type block struct {
		sum, count float64
		steps      int
	}
	var blocks []block
	for h := range sums {
		blocks = append(blocks, block{sums[h], counts[h], 1})
		for n := len(blocks); n > 1; n = len(blocks) {
			a, b := blocks[n-2], blocks[n-1]
			if a.count > 0 && b.count > 0 && a.sum/a.count < b.sum/b.count {
				break
			}
			blocks = append(blocks[:n-2], block{a.sum + b.sum, a.count + b.count, a.steps + b.steps})
		}
	}
	var out []float64
	for _, b := range blocks {
		v := 1.0
		if b.sum > 0 {
			v = b.sum / b.count
		}
		out = append(out, slices.Repeat([]float64{v}, b.steps)...)
	}
	return out
}
