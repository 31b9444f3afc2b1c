package train

import (
	"fmt"
	"slices"

	"recur/baseline"
)

// startLinear puts a ridge regression of the windows that are trained on into the network's linear path, where
// model.linear_path is ridge: linear.weight [O,F] and head.bias [O]. The head's own weights are 0 then, so training starts
// as that regression, with the quantiles of its errors around it. Where there is none the path stays at zero, and a note says why.
func (t *trainer[F]) startLinear() {
	linear, bias := t.net.Param("linear.weight"), t.net.Param("head.bias")
	if t.c.Model.LinearPath != "ridge" || linear == nil {
		return
	}
	ridge, err := ridgeOf(t)
	if err != nil {
		t.note("the linear path starts at zero: %v", err)
		return
	}
	features, values := ridge.Shape[0]-1, ridge.Shape[1]
	quantiles, width := len(bias.Values)/values, linear.Shape[1]
	for o := range bias.Values {
		row := linear.Values[o*width:][:width]
		clear(row)
		for f := range features {
			row[ridge.From+f] = F(ridge.Weights[f*values+o/quantiles])
		}
		bias.Values[o] = F(ridge.Weights[features*values+o/quantiles])
	}
	t.spread(ridge, bias.Values)
}

// spread moves the bias of every quantile but the median by where the errors of the ridge regression have it: quantiles
// start where they belong, for each step ahead, instead of on one another. A network that had to find that itself would
// spend its updates on it.
func (t *trainer[F]) spread(ridge baseline.Linear, bias []F) {
	levels := t.p.Quantiles
	if len(levels) < 2 {
		return
	}
	middle := slices.Index(levels, 0.5)
	for o, errors := range ridge.ErrorQuantiles(t.part, levels) {
		for q, e := range errors {
			bias[o*len(levels)+q] += F(e - errors[max(middle, 0)])
		}
	}
}

// ridgeOf fits on the windows of the running phase; its penalty is chosen on the last ones of each series.
func ridgeOf[F Float](t *trainer[F]) (l baseline.Linear, err error) {
	m, err := baseline.RidgeOfTraining(t.part, nil)
	if err != nil {
		return l, err
	}
	l, ok := baseline.Numbers(m)
	if wide := t.net.Param("linear.weight").Shape[1]; !ok || l.Steps > 0 || l.From+l.Shape[0]-1 > wide {
		return l, fmt.Errorf("train: the ridge regression reads %d numbers from %d on, the linear path has %d", l.Shape[0]-1, l.From, wide)
	}
	return l, nil
}
