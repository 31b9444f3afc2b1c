package graph

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// This file writes summaries, attention and batch norm out with primitive nodes, for checks. The lengths are those of the time of
// building.

// primitiveSteps are the matrices [B,H] of the steps of x, and for each one of ones in the rows that have the step.
func (b *Builder[F]) primitiveSteps(name string, steps int, x, lengths *gorgonia.Node) (xs, real gorgonia.Nodes) {
	batch, h := x.Shape()[1], x.Shape()[2]
	ns := lengths.Value().(*tensor.Dense).Ints()
	for t := range steps {
		mask := make([]F, batch*h)
		for i := range mask {
			if t < ns[i/h] {
				mask[i] = 1
			}
		}
		xs = append(xs, b.Block(fmt.Sprint(name, ".x", t), x, t*batch*h, batch, h))
		real = append(real, b.Input(fmt.Sprint(name, ".real", t), mask, batch, h))
	}
	return xs, real
}

// shares is [B,H] of 1/length, 0 of a row without steps.
func (b *Builder[F]) shares(name string, h int, lengths *gorgonia.Node) *gorgonia.Node {
	ns := lengths.Value().(*tensor.Dense).Ints()
	share := make([]F, len(ns)*h)
	for i := range share {
		if n := ns[i/h]; n > 0 {
			share[i] = 1 / F(n)
		}
	}
	return b.Input(name+".share", share, len(ns), h)
}

// PrimitiveSummarise is Summarise of primitive nodes.
func (b *Builder[F]) PrimitiveSummarise(kind Summary, name string, steps int, x, lengths *gorgonia.Node) *gorgonia.Node {
	if _, _, err := b.sequences(fmt.Sprintf("%v of steps %q", kind, name), steps, x, lengths); err != nil {
		return b.fail(err)
	}
	xs, real := b.primitiveSteps(name, steps, x, lengths)
	if b.err != nil {
		return nil
	}
	sum := b.times(xs[0], real[0])
	top, last := sum, sum
	for t := 1; t < steps; t++ {
		if kind == MeanSteps || kind == MeanMaxSteps {
			sum = b.add(sum, b.times(xs[t], real[t]))
		}
		if kind == MaxSteps || kind == MeanMaxSteps { // the greater of two is a + relu(b - a)
			top = b.add(top, b.times(real[t], b.apply1(gorgonia.Rectify, b.sub(xs[t], top))))
		}
		if kind == LastStep {
			last = b.add(last, b.times(real[t], b.sub(xs[t], last)))
		}
	}
	switch kind {
	case MaxSteps:
		return top
	case LastStep:
		return last
	}
	mean := b.times(sum, b.shares(name, x.Shape()[2], lengths))
	if kind == MeanSteps {
		return mean
	}
	return b.Concat(name+".both", 0, mean, top)
}

// PrimitiveAttention is Attention of primitive nodes; no row may be without steps, and scores must not be large.
func (b *Builder[F]) PrimitiveAttention(name string, steps int, scores, x, lengths *gorgonia.Node) *gorgonia.Node {
	batch, h, err := b.sequences(fmt.Sprintf("attention %q", name), steps, x, lengths)
	if err != nil {
		return b.fail(err)
	}
	xs, real := b.primitiveSteps(name, steps, x, lengths)
	wide := b.Input(name+".wide", filled[F](h, 1), 1, h)
	var sum, total *gorgonia.Node
	for t := range steps {
		score := b.apply2(gorgonia.Mul, b.Block(fmt.Sprint(name, ".score", t), scores, t*batch, batch, 1), wide)
		w := b.times(real[t], b.apply1(gorgonia.Exp, score))
		if t == 0 {
			sum, total = b.times(w, xs[t]), w
			continue
		}
		sum, total = b.add(sum, b.times(w, xs[t])), b.add(total, w)
	}
	return b.apply2(gorgonia.HadamardDiv, sum, total)
}

// PrimitiveBatchNorm is the norm BatchNormed of sums x [R,B,C], R ≥ steps, by the moments of the batch, of primitive nodes: [T,B,C]. Sums over
// rows are products with a row of ones.
func (b *Builder[F]) PrimitiveBatchNorm(name string, steps int, act Activation, x, gain, shift, lengths *gorgonia.Node) *gorgonia.Node {
	batch, channels, err := b.sequences(fmt.Sprintf("batch norm %q", name), steps, x, lengths)
	if err != nil {
		return b.fail(err)
	}
	rows, count, mask := steps*batch, 0, []F{}
	for t := range steps {
		for _, n := range lengths.Value().(*tensor.Dense).Ints() {
			real := F(0)
			if t < n {
				real = 1
				count++
			}
			mask = append(mask, filled[F](channels, real)...)
		}
	}
	real := b.Input(name+".real", mask, rows, channels)
	mean := b.Input(name+".mean", filled[F](rows*rows, 1/F(max(1, count))), rows, rows) // in every row the mean of all
	x = b.times(real, b.Block(name+".x", x, 0, rows, channels))
	d := b.times(real, b.sub(x, b.apply2(gorgonia.Mul, mean, x)))
	variance := b.apply2(gorgonia.Mul, mean, b.apply1(gorgonia.Square, d))
	hat := b.apply2(gorgonia.HadamardDiv, d, b.apply1(gorgonia.Sqrt, b.apply2(gorgonia.Add, variance, b.constant(1e-5))))
	y := b.add(b.times(hat, b.spread(name+".gain", gain, rows)), b.spread(name+".shift", shift, rows))
	y = b.times(real, b.activate(act, y))
	return b.Block(name+".y", y, 0, steps, batch, channels)
}
