package graph

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"recur/internal/distribution"
)

// Likelihood adds the negative log-likelihood of truths, a scalar: Σ mask·(-log p(y)) / Σ mask, 0 when nothing counts. pred: [N,V·P], the numbers of a
// value's distribution side by side (distribution.Family says what they mean); y, mask: [N,V]; unit: [N], of counts how much of one is 1 in
// y, else nil. It is computed in float64 whatever the type of the graph is.
func (b *Builder[F]) Likelihood(name string, family distribution.Family, pred, y, mask, unit *gorgonia.Node) *gorgonia.Node {
	if b.err != nil {
		return nil
	}
	shape, truth, p := b.like("prediction", pred).shape, b.like("truth", y).shape, family.Parameters()
	if len(shape) != 2 || len(truth) != 2 || shape[0] != truth[0] || shape[1] != truth[1]*p {
		return b.fail(fmt.Errorf("graph: likelihood %q: prediction is %v and truth %v, want [N V·%d] and [N V]", name, shape, truth, p))
	}
	nodes := gorgonia.Nodes{pred, y, mask}
	if unit != nil {
		if units := b.like("unit", unit).shape; len(units) != 1 || units[0] != truth[0] {
			return b.fail(fmt.Errorf("graph: likelihood %q: unit is %v, want [%d]", name, units, truth[0]))
		}
		nodes = append(nodes, unit)
	}
	if family.Counts() != (unit != nil) {
		return b.fail(fmt.Errorf("graph: likelihood %q: %s with a unit: %t, want one for counts and none else", name, family, unit != nil))
	}
	return b.loss("likelihood", name, family.String(), truth, nodes, func(in [][]F, slope []F) F {
		var units []F
		if len(in) > 3 {
			units = in[3]
		}
		return likelihood(family, truth[1], in[0], in[1], in[2], units, slope)
	})
}

// likelihood is Likelihood of slices, and writes its slope by pred unless that is nil. width is V.
func likelihood[F Float](family distribution.Family, width int, pred, y, mask, units, slope []F) F {
	p, weight := family.Parameters(), 0.0
	for _, m := range mask {
		weight += float64(m)
	}
	clear(slope)
	if weight == 0 {
		return 0
	}
	o, by, sum := make([]float64, p), make([]float64, p), 0.0
	for i, m := range mask {
		if m == 0 { // a masked truth may hold anything
			continue
		}
		for j := range o {
			o[j] = float64(pred[i*p+j])
		}
		unit := 1.0
		if units != nil {
			unit = float64(units[i/width])
		}
		sum += float64(m) * family.Loss(o, float64(y[i]), unit, by)
		if slope != nil {
			for j, v := range by {
				slope[i*p+j] = F(float64(m) * v / weight)
			}
		}
	}
	return F(sum / weight)
}
