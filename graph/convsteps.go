package graph

import (
	"fmt"

	"gorgonia.org/gorgonia"
)

// This file writes a convolutional layer out with primitive nodes, step by step, for checks.

// primitiveConv is Conv of primitive nodes.
func (b *Builder[F]) primitiveConv(c Conv, batch int, in ConvInput) *gorgonia.Node {
	if c.Activation == GELU {
		return b.fail(fmt.Errorf("graph: conv %q: gelu has no primitive nodes, want another activation or the fused operation", c.Name))
	}
	if c.Norm == BatchNormed {
		return b.fail(fmt.Errorf("graph: conv %q: a norm over the batch has no primitive nodes, want another norm or the fused operation", c.Name))
	}
	steps := make(gorgonia.Nodes, c.Steps)
	for t := range steps {
		steps[t] = b.Block(fmt.Sprintf("%s.x%d", c.Name, t), in.X, t*batch*c.Inputs, batch, c.Inputs)
	}
	x := b.stack(c.Name+".x", in.Lengths, steps...) // zero past each row's length
	for t := range steps {
		steps[t] = b.Block(fmt.Sprintf("%s.real%d", c.Name, t), x, t*batch*c.Inputs, batch, c.Inputs)
	}
	steps = b.convolved(c, in, steps)
	for t := range steps {
		steps[t] = b.activate(c.Activation, b.layerNorm(fmt.Sprintf("%s.norm%d", c.Name, t), c, in, steps[t]))
	}
	return b.stack(c.Name+".y", in.LengthsAfter, b.pooled(c, steps)...)
}

// convolved are the sums of every step: a product for each tap that meets a step, and the bias.
func (b *Builder[F]) convolved(c Conv, in ConvInput, x gorgonia.Nodes) (sums gorgonia.Nodes) {
	flat := b.Block(c.Name+".flat", in.Weight, 0, c.Channels*c.Inputs, c.Width)
	taps := make(gorgonia.Nodes, c.Width)
	for k := range taps {
		column := b.Columns(fmt.Sprintf("%s.column%d", c.Name, k), flat, k, k+1)
		taps[k] = b.transpose(b.Block(fmt.Sprintf("%s.tap%d", c.Name, k), column, 0, c.Channels, c.Inputs))
	}
	bias := b.Block(c.Name+".bias", in.Bias, 0, 1, c.Channels)
	if b.err != nil {
		return nil
	}
	k := c.kernel(1)
	for t := range k.Convolved(c.Steps) {
		var sum *gorgonia.Node
		for tap, w := range taps {
			from := k.From(t, tap)
			if from < 0 || from >= len(x) {
				continue
			}
			if sum == nil {
				sum = b.affine(x[from], w, bias)
				continue
			}
			sum = b.add(sum, b.apply2(gorgonia.Mul, x[from], w))
		}
		if sum == nil { // all that it reads lies outside
			sum = b.apply2(gorgonia.Mul, b.Input(fmt.Sprintf("%s.none%d", c.Name, t), filled[F](x[0].Shape()[0], 1), x[0].Shape()[0], 1), bias)
		}
		sums = append(sums, sum)
	}
	return sums
}

// layerNorm normalises the channels of one step [B,C']. Means are products with a matrix of 1/C', which also repeat them
// for every channel.
func (b *Builder[F]) layerNorm(name string, c Conv, in ConvInput, x *gorgonia.Node) *gorgonia.Node {
	if c.Norm == NoNorm || b.err != nil {
		return x
	}
	n, batch := c.Channels, x.Shape()[0]
	mean := b.Input(name+".mean", filled[F](n*n, 1/F(n)), n, n)
	ones := b.Input(name+".ones", filled[F](batch, 1), batch, 1)
	x = b.sub(x, b.apply2(gorgonia.Mul, x, mean))
	variance := b.apply2(gorgonia.Mul, b.apply1(gorgonia.Square, x), mean)
	deviation := b.apply1(gorgonia.Sqrt, b.apply2(gorgonia.Add, variance, b.constant(1e-5)))
	x = b.apply2(gorgonia.HadamardDiv, x, deviation)
	gain := b.apply2(gorgonia.Mul, ones, b.Block(name+".gain", in.Gain, 0, 1, n))
	shift := b.apply2(gorgonia.Mul, ones, b.Block(name+".shift", in.Shift, 0, 1, n))
	return b.add(b.times(x, gain), shift)
}

// pooled are the steps after pooling. The greater of two is a + relu(b - a).
func (b *Builder[F]) pooled(c Conv, x gorgonia.Nodes) (out gorgonia.Nodes) {
	if c.Pooling == NoPooling {
		return x
	}
	for t := range c.StepsAfter(c.Steps) {
		y := x[t*c.PoolStride]
		for _, z := range x[t*c.PoolStride+1:][:c.PoolWidth-1] {
			if c.Pooling == MaxPooling {
				z = b.apply1(gorgonia.Rectify, b.sub(z, y))
			}
			y = b.add(y, z)
		}
		if c.Pooling == MeanPooling {
			y = b.apply2(gorgonia.Mul, b.constant(1/float64(c.PoolWidth)), y)
		}
		out = append(out, y)
	}
	return out
}

func filled[F Float](n int, v F) []F {
	x := make([]F, n)
	for i := range x {
		x[i] = v
	}
	return x
}
