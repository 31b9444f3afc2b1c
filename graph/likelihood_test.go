package graph

import (
	"math"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"

	"recur/internal/distribution"
)

// The likelihood of every family has the gradient of central differences, what is masked counts nothing, and the normal one is that of primitive
// nodes.
func TestLikelihood(t *testing.T) {
	for _, family := range []distribution.Family{distribution.Normal, distribution.StudentT, distribution.NegativeBinomial, distribution.Poisson} {
		ts := newTensors()
		ts.add("pred", 2, 6, 4*family.Parameters())
		ts.add("y", 1, 6, 4)
		ts.add("mask", 1, 6, 4)
		ts.add("unit", 1, 6)
		for i := range ts.values["unit"] {
			ts.values["unit"][i] = []float64{1, 1.5, 40, 3, 7, 900}[i]
		}
		for i := range ts.values["mask"] {
			ts.values["mask"][i] = float64(i % 3)
			if family.Counts() {
				ts.values["y"][i] = float64(i%5) / ts.values["unit"][i/4]
			}
			if i%3 == 0 {
				ts.values["y"][i] = math.NaN()
			}
		}
		c := ts.compile(t, func(b *Builder[float64], n nodes) *gorgonia.Node {
			unit := n["unit"]
			if !family.Counts() {
				unit = nil
			}
			// Twice, so that the gradient that comes in is not one.
			l := b.Likelihood("loss", family, n["pred"], n["y"], n["mask"], unit)
			return b.add(l, l)
		}, "pred")
		cost := c.run(t)
		want, weight, p := 0.0, 0.0, family.Parameters()
		for i, m := range ts.values["mask"] {
			if m > 0 {
				unit := 1.0
				if family.Counts() {
					unit = ts.values["unit"][i/4]
				}
				want += 2 * m * family.Loss(ts.values["pred"][i*p:(i+1)*p], ts.values["y"][i], unit, nil)
				weight += m
			}
		}
		if math.Abs(cost-want/weight) > 1e-12*math.Abs(cost) {
			t.Errorf("%v: loss %v, want %v", family, cost, want/weight)
		}
		ts.differences(t, c, "pred")
		if family == distribution.Normal {
			normalOfPrimitives(t, ts, cost, c.gradient("pred"))
		}
	}
}

// normalOfPrimitives checks the loss and its gradient by nodes of Gorgonia.
func normalOfPrimitives(t *testing.T, ts *tensors, cost float64, gradient []float64) {
	t.Helper()
	for i, v := range ts.values["y"] {
		if math.IsNaN(v) {
			ts.values["y"][i] = 0 // primitive nodes know no mask
		}
	}
	c := ts.compile(t, func(b *Builder[float64], n nodes) *gorgonia.Node {
		column := func(name string, x *gorgonia.Node) *gorgonia.Node { return b.Block(name, x, 0, 24, 1) }
		pairs := b.Block("pairs", n["pred"], 0, 24, 2)
		raw := b.Columns("scale", pairs, 1, 2)
		scale := b.apply2(gorgonia.Add, b.apply1(gorgonia.Log1p, b.apply1(gorgonia.Exp, raw)), b.constant(1e-4))
		z := b.apply2(gorgonia.HadamardDiv, b.apply2(gorgonia.Sub, column("truth", n["y"]), b.Columns("location", pairs, 0, 1)), scale)
		half := b.apply2(gorgonia.Mul, b.constant(0.5), b.apply1(gorgonia.Square, z))
		l := b.apply2(gorgonia.Add, b.apply2(gorgonia.Add, half, b.apply1(gorgonia.Log, scale)), b.constant(math.Log(2*math.Pi)/2))
		total := b.sum(b.apply2(gorgonia.HadamardProd, column("counts", n["mask"]), l))
		return b.apply2(gorgonia.Div, b.apply2(gorgonia.Mul, b.constant(2), total), b.sum(n["mask"]))
	}, "pred")
	if other := c.run(t); math.Abs(other-cost) > 1e-12*math.Abs(cost) {
		t.Errorf("loss is %v fused and %v primitive", cost, other)
	}
	close(t, "gradient", gradient, c.gradient("pred"))
}

// Shapes that do not fit are refused, and a unit where there is none.
func TestLikelihoodFaults(t *testing.T) {
	in := func(b *Builder[float64], name string, shape ...int) *gorgonia.Node {
		return b.Input(name, make([]float64, volume(shape)), shape...)
	}
	for want, add := range map[string]func(b *Builder[float64]){
		`prediction is [2 3] and truth [2 2], want [N V·2] and [N V]`: func(b *Builder[float64]) {
			b.Likelihood("loss", distribution.Normal, in(b, "x", 2, 3), in(b, "y", 2, 2), in(b, "m", 2, 2), nil)
		},
		`poisson with a unit: false, want one for counts`: func(b *Builder[float64]) {
			b.Likelihood("loss", distribution.Poisson, in(b, "x", 2, 2), in(b, "y", 2, 2), in(b, "m", 2, 2), nil)
		},
		`unit is [3], want [2]`: func(b *Builder[float64]) {
			b.Likelihood("loss", distribution.Poisson, in(b, "x", 2, 2), in(b, "y", 2, 2), in(b, "m", 2, 2), in(b, "u", 3))
		},
	} {
		b := NewBuilder[float64]("faults", nil, false)
		if add(b); b.err == nil || !strings.Contains(b.err.Error(), want) {
			t.Errorf("%v, want %q", b.err, want)
		}
	}
}
