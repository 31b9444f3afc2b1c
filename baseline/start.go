package baseline

import (
	"fmt"
	"slices"

	"recur/data"
	"recur/data/series"
)

// Start gives the linear path of a network (linear.weight [O,F], head.bias [O], o = (h·K + k)·Q + q) the ridge regression of
// the windows of a part to start from, with the quantiles of its errors around it. shape tells the shapes of parameters. The
// values are rounded as F rounds them.
func Start[F data.Float](p *series.Part, shape func(string) []int) (map[string][]float64, error) {
	width, outputs := shape("linear.weight")[1], shape("head.bias")[0]
	ridge, err := startRidge(p, width)
	if err != nil {
		return nil, fmt.Errorf("the linear path starts at zero: %w", err)
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
