package forecast

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/stat"

	"recur/checkpoint"
	"recur/task"
)

// Sample paths are what may come, one future beside the other: at every step they are spread as the quantiles that are printed say, those of
// networks and partners together, calibrated, and from step to step they hang together as the truth did in past windows (evaluate.KeepPaths), an
// empirical copula: the Schaake shuffle [1], drawn from [2]. So what is asked of several steps, such as their sum, has the interval that no interval of
// a single step tells of.
//
// [1] Clark et al. 2004, The Schaake shuffle: a method for reconstructing space-time variability in forecasted precipitation and
// temperature fields.
// [2] Schefzik, Thorarinsdottir & Gneiting 2013, Uncertainty quantification in complex simulation models using ensemble copula coupling.

const (
	totalPaths = 2000    // of a series, where sums are asked for and not paths
	pathValues = 4000000 // of all paths that are in memory at a time
)

// samples is how many paths are drawn of every series.
func (f *forecasting) samples() int {
	if f.o.Total && f.o.Samples == 0 {
		return totalPaths
	}
	return f.o.Samples
}

// steps is how many are forecast.
func (f *forecasting) steps() int {
	if f.o.Horizon > 0 {
		return f.o.Horizon
	}
	return f.run.Config.Data.Horizon
}

func (f *forecasting) seed() uint64 {
	if f.o.Seed != nil {
		return *f.o.Seed
	}
	return f.run.Config.Seed
}

// pathless refuses sample paths and sums where there are none.
func (f *forecasting) pathless() error {
	flag := "--samples"
	if f.o.Total {
		flag = "--total"
	}
	c, hz := f.run.Config, f.run.Config.Data.Horizon
	switch {
	case f.samples() == 0:
		return nil
	case f.o.Fallback:
		return &task.Usage{Message: flag + ": paths are drawn from what the network says, and --fallback may take a simple method; leave one of them out"}
	case len(c.Model.Quantiles) < 3:
		return &task.Usage{Message: fmt.Sprintf("%s: paths are drawn from the quantiles, and the run has %d of them; train with model.quantiles, such as [0.025, 0.1, 0.5, 0.9, 0.975]", flag, len(c.Model.Quantiles))}
	case f.o.Horizon > hz:
		return &task.Usage{Message: fmt.Sprintf("%s: how steps hang together is known within the trained horizon of %d steps; give --horizon %d or less, or train with data.horizon=%d", flag, hz, hz, f.o.Horizon)}
	case f.run.Calibration == nil || len(f.run.Calibration.Paths) == 0:
		return &task.Usage{Message: flag + ": the run does not keep how its steps hang together (it was trained by an earlier build, with intervals.origins: 0, or on too few rows); train anew with a validation part and intervals.origins of 1 or more"}
	}
	return nil
}

// draw adds sample paths, or their sums, of all series to their forecasts. values are what is printed of the series of rows, [steps·K·Q].
func (f *forecasting) draw(rows checkpoint.Data, values [][]float64, out []Series) {
	whose, at := whoseOf(rows), -1
	for i := range rows.Series {
		s, targets := &rows.Series[i], rows.Targets
		if s.Target != "" {
			targets = []string{s.Target}
		}
		if at < 0 || s.Target == "" || out[at].Series != s.Name || out[at].Samples[s.Target] != nil {
			at++ // targets of recipe global are together again, as predict.Labels has them
			out[at].Samples = map[string][][]float64{}
		}
		drawn := f.run.Calibration.Draw(chanceOf(f.seed(), s), f.run.Config.Model.Quantiles, values[i], f.samples())
		positive := whose(i).Positive
		for k, target := range targets {
			out[at].Samples[target] = f.pathsOf(drawn, k, len(targets), positive)
		}
	}
	for i := range out {
		if f.o.Total {
			f.sum(&out[i])
		}
	}
}

// pathsOf are those of target k of so many.
func (f *forecasting) pathsOf(drawn [][]float64, k, targets int, positive bool) [][]float64 {
	paths := make([][]float64, len(drawn))
	for i, values := range drawn {
		paths[i] = make([]float64, 0, len(values)/targets)
		for o := k; o < len(values); o += targets {
			paths[i] = append(paths[i], f.valued(values[o], positive))
		}
	}
	return paths
}

// sum puts the sum over all steps in the place of each of them: the median of the sums of the paths, their intervals, and the sum of the means.
func (f *forecasting) sum(s *Series) {
	for i, level := range f.o.Intervals {
		if s.Intervals == nil {
			s.Intervals = map[string]map[string]Interval{}
		}
		s.Intervals[f.names[i]] = map[string]Interval{}
		for target, paths := range s.Samples {
			sums := sumsOf(paths)
			s.Intervals[f.names[i]][target] = Interval{
				Lower: []float64{stat.Quantile((1-level/100)/2, stat.Empirical, sums, nil)},
				Upper: []float64{stat.Quantile((1+level/100)/2, stat.Empirical, sums, nil)},
			}
		}
	}
	for target, paths := range s.Samples {
		s.Values[target] = []float64{stat.Quantile(0.5, stat.Empirical, sumsOf(paths), nil)}
		if s.Mean != nil {
			s.Mean[target] = sumsOf([][]float64{s.Mean[target]})
		}
	}
	s.Samples = nil
}

// sumsOf are the sums of paths, in ascending order.
func sumsOf(paths [][]float64) []float64 {
	sums := make([]float64, len(paths))
	for i, path := range paths {
		for _, v := range path {
			sums[i] += v
		}
	}
	slices.Sort(sums)
	return sums
}
