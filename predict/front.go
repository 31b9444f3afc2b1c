package predict

import (
	"fmt"

	"recur/configs"
	"recur/internal/kernel"
)

var (
	paddings = map[string]kernel.Padding{"valid": kernel.Valid, "same": kernel.Same, "causal": kernel.Causal}
	norms    = map[string]kernel.Norm{"none": kernel.NoNorm, "layer": kernel.LayerNorm, "batch": kernel.BatchNormed}
	poolings = map[string]kernel.Pooling{"": kernel.NoPooling, "max": kernel.MaxPooling, "mean": kernel.MeanPooling}
)

// convSpec is a convolution of one sequence of t steps of so many values.
func convSpec(c configs.Conv, t, inputs int) kernel.ConvSpec {
	s := kernel.ConvSpec{
		T: t, B: 1, C: inputs, Out: c.Channels, Width: c.Width, Stride: c.Stride, Dilation: c.Dilation, Padding: paddings[c.Padding],
		Norm: norms[c.Norm], Activation: activationOf(c.Activation), Pooling: poolings[c.Pool.Kind], PoolWidth: c.Pool.Width, PoolStride: c.Pool.Stride, Fixed: true,
	}
	if c.Activation == "gelu" {
		s.Activation = kernel.GELU
	}
	return s
}

// front reads the weights of the convolutions.
func (r *reader[F]) front(m configs.Model, inputs int) (front []kernel.ConvWeights[F]) {
	for i, l := range m.Front {
		c, name := l.Conv, fmt.Sprintf("front.%d", i)
		w := kernel.ConvWeights[F]{Weight: r.take(name+".weight", c.Channels*inputs*c.Width), Bias: r.take(name+".bias", c.Channels)}
		if c.Norm == "layer" || c.Norm == "batch" {
			w.Gain, w.Shift = r.take(name+".norm.weight", c.Channels), r.take(name+".norm.bias", c.Channels)
		}
		if c.Norm == "batch" {
			w.Mean, w.Var = r.take(name+".norm.running_mean", c.Channels), r.take(name+".norm.running_var", c.Channels)
		}
		front, inputs = append(front, w), c.Channels
	}
	return front
}

// convolution is one layer of the front in a pass.
type convolution[F kernel.Float] struct {
	layer   *kernel.Conv[F]
	spec    kernel.ConvSpec
	y       []F   // [T',B,C']
	lengths []int // [B] real steps of each row of y
}

// convolutions makes the layers for b sequences of t steps, and returns how many steps come out.
func (n *network[F]) convolutions(b, t int) (all []convolution[F], steps int) {
	inputs := n.width()
	for _, l := range n.model.Front {
		s := convSpec(l.Conv, t, inputs)
		s.B, s.Pool = b, n.pool
		t, inputs = s.Steps(t), l.Conv.Channels
		all = append(all, convolution[F]{layer: kernel.NewConv[F](s), spec: s, y: make([]F, t*b*inputs), lengths: make([]int, b)})
	}
	return all, t
}

// convolve runs x and its lengths, nil where all rows are whole, through the front.
func (n *network[F]) convolve(p *pass[F], x []F, lengths []int) ([]F, []int) {
	for i, c := range p.front {
		c.layer.Forward(n.front[i], x, lengths, c.y)
		if lengths != nil {
			for r, l := range lengths {
				c.lengths[r] = c.spec.Steps(l)
			}
			lengths = c.lengths
		}
		x = c.y
	}
	return x, lengths
}

// convStepper runs a causal convolution one step at a time: the last steps that a result reads, of which the newest comes
// last, are one sequence that makes one step.
type convStepper[F kernel.Float] struct {
	layer   *kernel.Conv[F]
	weights kernel.ConvWeights[F]
	seen    []F // [reach+1, inputs]
	inputs  int
	y       []F
}

// convSteppers makes one for each layer of the front.
func (n *network[F]) convSteppers() (all []*convStepper[F]) {
	inputs := n.width()
	for i, l := range n.model.Front {
		steps := (l.Conv.Width-1)*l.Conv.Dilation + 1
		s := convSpec(l.Conv, steps, inputs)
		s.Padding = kernel.Valid
		all = append(all, &convStepper[F]{layer: kernel.NewConv[F](s), weights: n.front[i], seen: make([]F, steps*inputs), inputs: inputs, y: make([]F, s.Out)})
		inputs = s.Out
	}
	return all
}

// step takes the newest row [inputs] and returns the layer's [C'].
func (c *convStepper[F]) step(x []F) []F {
	copy(c.seen, c.seen[c.inputs:])
	copy(c.seen[len(c.seen)-c.inputs:], x)
	c.layer.Forward(c.weights, c.seen, nil, c.y)
	return c.y
}
