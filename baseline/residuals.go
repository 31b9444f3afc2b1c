package baseline

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"recur/data/series"
)

// Residuals say how far the truth lies from the forecasts of a simple method, by what its forecasts from past origins missed: its
// quantiles are the forecast plus those of its residuals [11].
//
// A residual r of step h counts as u = r/(a·g_h). a is how rough the rows before the origin are, the mean size of their steps, so that
// series of all scales count alike and one that was forecast from few origins, or from none, has a width too. g_h is how residuals grow
// with the step: their mean size relative to that of all steps, over all series, and never smaller than of the step before. A
// series has the quantiles of its own u as far as it has them: n independent origins of its own weigh n/(n+16), the others are those of
// all series, times the mean size of u of this one. All are widened as those of Student's t with n degrees are beside the normal ones.
//
// [11] Hyndman & Athanasopoulos 2021, Forecasting: principles and practice, 3rd edition, 5.5: prediction intervals from residuals.
type Residuals struct {
	levels  []float64
	growth  [][]float64 // [K][Hz]
	pooled  [][]float64 // [K][Q] of u, relative to its mean size in a series
	strange [][]float64 // [K][Q] of u: those of a series of which nothing is known
	size    []float64   // [K] the median over series of the mean size of u
	own     map[residualOf]ownResiduals
}

// residualOf is one target of one series.
type residualOf struct {
	id     series.ID
	target int
}

// ownResiduals are those of one target of one series.
type ownResiduals struct {
	rough     float64   // the median of a over its origins
	size      float64   // the mean size of u
	weight    float64   // n/(n+16)
	quantiles []float64 // [Q] of u
}

// What residuals are measured on.
const (
	mostResidualWindows = 20000
	mostResidualVisits  = maxVisits / 3
	pooledWorth         = 16 // independent origins that the other series count as
	sizeWorth           = 1  // the same where it is the mean size alone, which few origins tell
	leastFreedom        = 4
	leastRough          = 0.25
)

// residual is one u, in units of g once that is known.
type residual struct {
	step, origin int
	u            float64
}

// ResidualsOf measures the residuals of m on the later half of the rows of the training and the validation part. levels are the Q quantiles, ascending.
// learns says that m was fitted to the windows of the training part: what it misses there is too little, and it is scaled up to what it
// misses in the validation part. nil where nothing can be measured.
func ResidualsOf(p *series.Prepared, m Method, levels []float64, learns bool) *Residuals {
	part := thin(series.Merge(p.Train, p.Validation).Later())
	said, k := m.Predict(part), len(p.Set.Targets)
	r := &Residuals{levels: levels, own: map[residualOf]ownResiduals{}}
	any := false
	for target := range k {
		all, rough := r.collect(part, said, target)
		any = any || len(all) > 0
		r.growth = append(r.growth, growthOf(all, p.Horizon))
		grown := 1.0
		if learns {
			grown = unlearnt(all, r.growth[target], p.Validation)
		}
		r.settle(p, target, all, rough, grown)
	}
	if !any {
		return nil
	}
	return r
}

// thin takes every so many windows of each series where there are many.
func thin(p *series.Part) *series.Part {
	stride := max(1, int(math.Ceil(float64(p.Len())/mostResidualWindows)), int(math.Ceil(visits(p)/mostResidualVisits)))
	if stride == 1 {
		return p
	}
	return p.Pick(func(w series.Window) bool { return w.Start%stride == 0 })
}

// collect is u without g of the known values of every series, and how rough each of its origins is.
func (r *Residuals) collect(p *series.Part, said [][]float64, target int) (all map[int][]residual, rough map[int]float64) {
	k := len(p.Prepared.Set.Targets)
	all, rough = map[int][]residual{}, map[int]float64{}
	by := map[int][]float64{}
	for i, w := range p.Windows {
		if a := roughness(p, i, target); a > 0 {
			by[w.Series] = append(by[w.Series], a)
		}
	}
	for s, values := range by {
		slices.Sort(values)
		rough[s] = stat.Quantile(0.5, stat.Empirical, values, nil)
	}
	for i, w := range p.Windows {
		a := max(roughness(p, i, target), leastRough*rough[w.Series])
		truth, known := p.Truth(i)
		for o := target; o < len(truth) && a > 0; o += k {
			if u := (truth[o] - said[i][o]) / a; known[o] && u-u == 0 {
				all[w.Series] = append(all[w.Series], residual{o / k, p.Target(i), u})
			}
		}
	}
	return all, rough
}

// roughness is the mean size of the steps between the rows of window i, from its first known one on; 0 where there is none.
func roughness(p *series.Part, i, target int) float64 {
	k, x := len(p.Prepared.Set.Targets), p.Input(i)
	sum, n := 0.0, 0.0
	for t := 1 + max(0, p.Begin(p.Windows[i].Series, target)-p.Windows[i].Start); t*k < len(x); t++ {
		sum += math.Abs(x[t*k+target] - x[(t-1)*k+target])
		n++
	}
	return sum / max(1, n)
}

// growthOf is g: the mean size of the residuals of each step relative to that of their series, made to grow with the step by
// isotonic regression.
func growthOf(all map[int][]residual, horizon int) []float64 {
	sums, counts := make([]float64, horizon), make([]float64, horizon)
	for _, s := range sortedKeys(all) {
		size := meanSize(all[s], nil)
		for _, one := range all[s] {
			if size > 0 {
				sums[one.step] += math.Abs(one.u) / size
				counts[one.step]++
			}
		}
	}
	var level, weight []float64
	var length []int
	for h := range sums {
		level, weight, length = append(level, sums[h]/max(1, counts[h])), append(weight, counts[h]), append(length, 1)
		for n := len(level); n > 1 && level[n-2] >= level[n-1]; n = len(level) { // pool adjacent violators
			total := weight[n-2] + weight[n-1]
			level[n-2] = (level[n-2]*weight[n-2] + level[n-1]*weight[n-1]) / max(1, total)
			weight[n-2], length[n-2] = total, length[n-2]+length[n-1]
			level, weight, length = level[:n-1], weight[:n-1], length[:n-1]
		}
	}
	out := make([]float64, 0, horizon)
	for i, v := range level {
		for range length[i] {
			out = append(out, cmp.Or(v, 1)) // nothing is known of it
		}
	}
	return out
}

// meanSize is the mean of |u|, each over g of its step (nil: 1).
func meanSize(all []residual, growth []float64) float64 {
	sum := 0.0
	for _, one := range all {
		if v := math.Abs(one.u); growth == nil {
			sum += v
		} else {
			sum += v / growth[one.step]
		}
	}
	return sum / max(1, float64(len(all)))
}

// unlearnt is how much larger residuals of the validation part are than those of the training part, at least 1.
func unlearnt(all map[int][]residual, growth []float64, validation *series.Part) float64 {
	var sums, counts [2]float64
	for _, s := range sortedKeys(all) {
		from, to := validation.Rows(s)
		size := meanSize(all[s], growth)
		for _, one := range all[s] {
			if of := one.origin + one.step; size > 0 && of < to {
				at := 0
				if of >= from {
					at = 1
				}
				sums[at] += math.Abs(one.u) / growth[one.step] / size
				counts[at]++
			}
		}
	}
	if v := (sums[1] / counts[1]) / (sums[0] / counts[0]); v > 1 && !math.IsInf(v, 0) {
		return v
	}
	return 1
}

// settle finds the quantiles of each series and those of all, times grown.
func (r *Residuals) settle(p *series.Prepared, target int, all map[int][]residual, rough map[int]float64, grown float64) {
	var shapes, weights, sizes, plain []float64
	for _, s := range sortedKeys(all) {
		size := meanSize(all[s], r.growth[target])
		var u []float64
		origins := map[int]bool{}
		for _, one := range all[s] {
			u = append(u, grown*one.u/r.growth[target][one.step])
			origins[one.origin] = true
			if v := one.u / r.growth[target][one.step]; size > 0 {
				shapes, plain, weights = append(shapes, v/size), append(plain, grown*v), append(weights, 1/float64(len(all[s])))
			}
		}
		slices.Sort(u)
		n := 2 * float64(len(origins)) / float64(p.Horizon+1) // the forecasts of neighbouring origins overlap
		own := ownResiduals{rough: rough[s], size: grown * size, weight: n / (n + pooledWorth), quantiles: r.quantilesOf(u, nil)}
		r.own[residualOf{p.Set.Series[s].ID(), target}] = own
		sizes = append(sizes, own.size)
	}
	same := slices.Clone(weights)
	stat.SortWeighted(shapes, weights)
	stat.SortWeighted(plain, same)
	r.pooled, r.strange = append(r.pooled, r.quantilesOf(shapes, weights)), append(r.strange, r.quantilesOf(plain, same))
	slices.Sort(sizes)
	median := 0.0
	if len(sizes) > 0 {
		median = stat.Quantile(0.5, stat.Empirical, sizes, nil)
	}
	r.size = append(r.size, median)
}

// quantilesOf are the quantiles of sorted values; 0 without any.
func (r *Residuals) quantilesOf(sorted, weights []float64) []float64 {
	out := make([]float64, len(r.levels))
	for i, level := range r.levels {
		if len(sorted) > 0 {
			out[i] = stat.Quantile(level, stat.LinInterp, sorted, weights)
		}
	}
	return out
}

func sortedKeys(all map[int][]residual) []int {
	keys := make([]int, 0, len(all))
	for s := range all {
		keys = append(keys, s)
	}
	slices.Sort(keys)
	return keys
}

// Quantiles are those of forecasts, points [windows][Hz·K] of the windows of a part, of these series or others: [windows][Hz·K·Q] in
// ascending order, the forecast itself for the median. positive says of a window that none of its series' known values is below
// 0: then none of its quantiles is, unless the forecast itself is.
func (r *Residuals) Quantiles(p *series.Part, points [][]float64, positive func(i int) bool) [][]float64 {
	k, q := len(r.growth), len(r.levels)
	all := make([][]float64, len(points))
	for i, point := range points {
		all[i] = make([]float64, len(point)*q)
		for target := range k {
			a, quantiles := r.at(p, i, target)
			for o := target; o < len(point); o += k {
				out := all[i][o*q : (o+1)*q]
				for j, level := range r.levels {
					far := a * r.growth[target][o/k] * quantiles[j]
					switch {
					case level < 0.5:
						far = min(far, 0)
					case level > 0.5:
						far = max(far, 0)
					default:
						far = 0
					}
					if out[j] = point[o] + far; point[o] >= 0 && positive(i) {
						out[j] = max(0, out[j])
					}
				}
				slices.Sort(out)
			}
		}
	}
	return all
}

// at is how rough the rows before window i are, and the quantiles of u there.
func (r *Residuals) at(p *series.Part, i, target int) (rough float64, quantiles []float64) {
	own, known := r.own[residualOf{p.Prepared.Set.Series[p.Windows[i].Series].ID(), target}]
	rough = max(roughness(p, i, target), leastRough*own.rough)
	if !known {
		return rough, r.strange[target]
	}
	n := own.weight * pooledWorth / (1 - own.weight)
	size := (n*own.size + sizeWorth*r.size[target]) / (n + sizeWorth)
	quantiles = make([]float64, len(r.levels))
	few := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: max(leastFreedom, n+sizeWorth)}
	for j, v := range r.pooled[target] {
		quantiles[j] = own.weight*own.quantiles[j] + (1-own.weight)*size*v
		if level := r.levels[j]; level != 0.5 {
			quantiles[j] *= few.Quantile(level) / distuv.UnitNormal.Quantile(level) // their size is known from n origins
		}
	}
	return rough, quantiles
}
