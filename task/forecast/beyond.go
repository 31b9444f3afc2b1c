package forecast

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"

	"recur/checkpoint"
	"recur/evaluate"
	"recur/predict"
)

// Beyond the trained horizon intervals are simulated: from every series many paths go on. On each path what comes within a horizon is
// drawn from the networks' calibrated quantiles, its steps hanging together as they did in past windows (evaluate.KeepPaths), and is fed
// back; the quantiles of a step are those of all paths together [1]. So widths grow as the series lets them: of a random walk without
// end, of noise around a season hardly. The point forecasts stay what they are without intervals.
//
// [1] Hyndman & Athanasopoulos 2021, Forecasting: principles and practice, 3rd edition, 5.5 and 12.4: intervals from simulated future sample
// paths.

const (
	simulated  = 64      // paths of a series
	rowsAtOnce = 4000000 // values of all paths that are continued at a time
)

// beyond says that there are intervals, or means, to be simulated.
func (f *forecasting) beyond() bool {
	return (len(f.names) > 0 || f.o.Mean) && f.o.Horizon > f.run.Config.Data.Horizon
}

// simulate puts the quantiles of simulated paths in the place of those of values, [series][horizon·K·Q], beyond the trained horizon.
func (f *forecasting) simulate(nets []*predict.Model, rows lastRows, values [][]float64) error {
	n, longest := len(values), 1
	for _, s := range rows[f.key(0)].Series {
		longest = max(longest, len(s.Tail))
	}
	size := max(1, rowsAtOnce/(simulated*longest))
	for from := 0; from < n; from += size {
		to := min(n, from+size)
		paths := lastRows{}
		for key, d := range rows {
			all := make([]checkpoint.SeriesState, 0, (to-from)*simulated)
			for _, s := range d.Series[from:to] {
				all = append(all, slices.Repeat([]checkpoint.SeriesState{s}, simulated)...)
			}
			d.Series = all
			paths[key] = d
		}
		if err := f.simulateSome(nets, paths, values[from:to]); err != nil {
			return err
		}
	}
	return nil
}

// simulateSome is simulate for some series, of which rows hold each so many times.
func (f *forecasting) simulateSome(nets []*predict.Model, rows lastRows, values [][]float64) error {
	rolls := make([]*predict.Roll, len(nets))
	for i, m := range nets {
		var err error
		if rolls[i], err = m.Roll(rows[f.key(i)]); err != nil {
			return err
		}
	}
	first := rows[f.key(0)]
	whose, hz := whoseOf(first), f.run.Config.Data.Horizon
	chance := make([]*rand.Rand, len(values))
	for s := range chance { // a series has the same paths whatever is forecast beside it
		chance[s] = chanceOf(f.run.Config.Seed, &first.Series[s*simulated])
	}
	for block := 0; block*hz < f.o.Horizon; block++ {
		all := make([][][]float64, len(nets))
		for i, roll := range rolls {
			var err error
			if all[i], err = roll.Block(); err != nil {
				return err
			}
		}
		said := f.run.Combine(all, nil, whose)
		if block > 0 {
			for s := range values {
				f.mix(values[s], said[s*simulated:(s+1)*simulated], block)
			}
		}
		if (block+1)*hz >= f.o.Horizon {
			break
		}
		drawn := make([][]float64, len(said))
		for s := range values {
			f.drawNext(chance[s], said[s*simulated:(s+1)*simulated], drawn[s*simulated:], whose(s*simulated).Positive)
		}
		for _, roll := range rolls {
			if err := roll.Feed(drawn); err != nil {
				return err
			}
		}
	}
	for s := range values {
		f.widen(values[s], len(first.Targets))
		if whose(s * simulated).Positive {
			f.hold(values[s])
		}
	}
	return nil
}

// chanceOf is the random stream of a series, whatever else is forecast.
func chanceOf(seed uint64, s *checkpoint.SeriesState) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(s.Name + "\x00" + s.Target))
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

// drawNext takes for each path of one series, said [paths][Hz·K·Q], values of the next steps.
func (f *forecasting) drawNext(chance *rand.Rand, said, drawn [][]float64, floor bool) {
	levels, kept := f.run.Config.Model.Quantiles, f.run.Calibration.Paths
	q := len(levels)
	var order []int
	for i, own := range said {
		if i%len(kept) == 0 {
			order = chance.Perm(len(kept)) // each once before any comes again
		}
		path := kept[order[i%len(kept)]]
		drawn[i] = make([]float64, len(path))
		for o, u := range path {
			drawn[i][o] = evaluate.QuantileAt(levels, own[o*q:(o+1)*q], u)
			drawn[i][o] = f.valued(drawn[i][o], floor)
		}
	}
}

// valued is a value as the series has it: not below 0 where it never was, and whole of counts.
func (f *forecasting) valued(v float64, floor bool) float64 {
	if floor {
		v = max(0, v)
	}
	if f.run.Config.Model.Counts() {
		v = math.Round(v)
	}
	return v
}

// mix writes the quantiles of all paths of a series in a block into values, about the point that is there.
func (f *forecasting) mix(values []float64, said [][]float64, block int) {
	levels := f.run.Config.Model.Quantiles
	q, stretch := len(levels), 1.0
	if n := len(f.stretch); n > 0 {
		stretch = f.stretch[min(block, n-1)]
	}
	at := block * len(said[0]) // in values
	each := make([][]float64, len(said))
	for o := 0; o < len(said[0]) && at+o < len(values); o += q {
		for i, own := range said {
			each[i] = own[o : o+q]
		}
		mixed := evaluate.Mixture(levels, each)
		for j, level := range levels {
			v, point := &values[at+o+j], values[at+o+middleOf(levels)]
			far := stretch * (mixed[j] - point)
			switch {
			case level < 0.5:
				*v = point + min(0, far)
			case level > 0.5:
				*v = point + max(0, far)
			}
		}
	}
}

// middleOf is the place of the median.
func middleOf(levels []float64) int { return slices.Index(levels, 0.5) }

// widen keeps every quantile beyond the trained horizon at least as far from the point as it was at the step before.
func (f *forecasting) widen(values []float64, k int) {
	levels, hz := f.run.Config.Model.Quantiles, f.run.Config.Data.Horizon
	q, middle := len(levels), middleOf(levels)
	far := make([]float64, k*q) // of each target, without what the floor took off
	for o := 0; o < len(values); o++ {
		point, at := values[o-o%q+middle], o%(k*q)
		switch own := values[o] - point; {
		case o%q == middle:
		case o < hz*k*q:
			far[at] = own
		case o%q < middle:
			far[at] = min(far[at], own)
			values[o] = point + far[at]
		default:
			far[at] = max(far[at], own)
			values[o] = point + far[at]
		}
	}
}

// hold keeps quantiles of a series that never was below 0 from being so, unless its point is.
func (f *forecasting) hold(values []float64) {
	q, middle := len(f.run.Config.Model.Quantiles), middleOf(f.run.Config.Model.Quantiles)
	for o := range values {
		if values[o-o%q+middle] >= 0 {
			values[o] = max(0, values[o])
		}
	}
}
