package baseline

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/stat"

	"recur/data"
	"recur/data/series"
	"recur/internal/distribution"
)

// Start gives the linear path of a network (linear.weight [O,F], head.bias [O], o = (h·K + k)·Q + q) the ridge regression of
// the windows of a part to start from, with the quantiles of its errors around it, or as the location of a distribution with their
// deviation. shape tells the shapes of parameters. The values are rounded as F rounds them.
func Start[F data.Float](p *series.Part, shape func(string) []int) (map[string][]float64, error) {
	width, outputs := shape("linear.weight")[1], shape("head.bias")[0]
	ridge, err := startRidge(p, width)
	if err != nil {
		return nil, fmt.Errorf("the linear path starts at zero: %w", err)
	}
	if family, ok := distribution.Named(p.Prepared.Config.Model.Distribution); ok {
		return startDistribution[F](family, ridge, p, width), nil
	}
	features, values := ridge.Shape[0]-1, ridge.Shape[1]
	weight, bias := make([]float64, outputs*width), make([]F, outputs)
	for o := range bias {
		for f := range features {
			weight[o*width+ridge.From+f] = ridge.Weights[f*values+o*values/outputs]
		}
		bias[o] = F(ridge.Weights[features*values+o*values/outputs])
	}
	spread(ridge, p, bias)
	start := map[string][]float64{"linear.weight": weight, "head.bias": make([]float64, outputs)}
	for o, b := range bias {
		start["head.bias"][o] = float64(b)
	}
	return start, nil
}

// spread moves the bias of every quantile but the median by where the errors of the ridge regression have it: quantiles
// start where they belong, for each step ahead, instead of on one another. A network that had to find that itself would
// spend its updates on it.
func spread[F data.Float](ridge Linear, p *series.Part, bias []F) {
	levels := p.Prepared.Quantiles
	if len(levels) < 2 {
		return
	}
	middle := slices.Index(levels, 0.5)
	for o, errors := range ridge.ErrorQuantiles(p, levels) {
		for q, e := range errors {
			bias[o*len(levels)+q] += F(e - errors[max(middle, 0)])
		}
	}
}

// startDistribution has the location of every value start at the ridge regression, and its scale at the deviation of the errors. That of counts is a
// curve of what the network gives, and is followed straight where the mean of the values lies.
func startDistribution[F data.Float](family distribution.Family, ridge Linear, p *series.Part, width int) map[string][]float64 {
	features, values, params := ridge.Shape[0]-1, ridge.Shape[1], family.Parameters()
	weight, bias := make([]float64, values*params*width), make([]float64, values*params)
	errors, means := ridge.errors(p)
	for v := range values {
		location, deviation := ridge.Weights[features*values+v], 0.0
		if len(errors[v]) > 1 {
			deviation = stat.StdDev(errors[v], nil)
		}
		at := location
		if family.Counts() {
			at = means[v]
		}
		start, slope := family.Start(at, deviation)
		start[0] += slope * (location - at)
		for f := range features {
			weight[v*params*width+ridge.From+f] = slope * ridge.Weights[f*values+v]
		}
		for i, o := range start {
			bias[v*params+i] = float64(F(o))
		}
	}
	return map[string][]float64{"linear.weight": weight, "head.bias": bias}
}

// startRidge fits on the windows of a part; its penalty is chosen on the last ones of each series. A linear path of so many
// numbers must be able to hold it.
func startRidge(p *series.Part, wide int) (l Linear, err error) {
	m, err := RidgeOfTraining(p, nil)
	if err != nil {
		return l, err
	}
	l, ok := Numbers(m)
	if !ok || l.Steps > 0 || l.From+l.Shape[0]-1 > wide {
		return l, fmt.Errorf("train: the ridge regression reads %d numbers from %d on, the linear path has %d", l.Shape[0]-1, l.From, wide)
	}
	return l, nil
}
