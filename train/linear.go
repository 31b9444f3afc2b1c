package train

import (
	"fmt"

	"recur/baseline"
)

// startLinear puts a ridge regression of the windows that are trained on into the network's linear path, where
// model.linear_path is ridge: linear.weight [O,F] and head.bias [O]. The head's own weights are 0 then, so training starts
// as that regression; every quantile starts at it. Where there is none the path stays at zero, and a note says why.
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
