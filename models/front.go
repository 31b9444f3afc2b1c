package models

import (
	"fmt"
	"math"

	"gorgonia.org/gorgonia"

	"recur/configs"
	"recur/graph"
)

var (
	paddings         = map[string]graph.Padding{"valid": graph.Valid, "same": graph.Same, "causal": graph.Causal}
	norms            = map[string]graph.Norm{"none": graph.NoNorm, "layer": graph.LayerNorm, "batch": graph.BatchNormed}
	poolings         = map[string]graph.Pooling{"": graph.NoPooling, "max": graph.MaxPooling, "mean": graph.MeanPooling}
	frontActivations = map[string]graph.Activation{
		"identity": graph.Identity, "tanh": graph.Tanh, "sigmoid": graph.Sigmoid, "relu": graph.ReLU, "gelu": graph.GELU,
	}
)

// frontName is the name of convolution i, and of its weights before the last dot.
func frontName(i int) string { return fmt.Sprintf("front.%d", i) }

// checkFront reports what is wrong with the convolutions, and fills in what may be left out.
func (s *Spec) checkFront() error {
	front := append([]configs.Layer(nil), s.Front...) // the caller's stay as they are
	for i := range front {
		c := &front[i].Conv
		c.Stride, c.Dilation = max(c.Stride, 1), max(c.Dilation, 1)
		c.Padding, c.Norm, c.Activation = either(c.Padding, "valid"), either(c.Norm, "none"), either(c.Activation, "relu")
		if c.Pool.Kind != "" && c.Pool.Stride == 0 {
			c.Pool.Stride = c.Pool.Width
		}
		switch {
		case c.Channels < 1 || c.Width < 1 || c.Pool.Kind != "" && c.Pool.Width < 1:
			return fmt.Errorf("models: %s: channels, width, pool.width are %d, %d, %d, want 1 or more each", frontName(i), c.Channels, c.Width, c.Pool.Width)
		case !has(paddings, c.Padding) || !has(norms, c.Norm) || !has(frontActivations, c.Activation) || !has(poolings, c.Pool.Kind):
			return fmt.Errorf("models: %s: unknown word among padding %q, norm %q, activation %q, pool %q", frontName(i), c.Padding, c.Norm, c.Activation, c.Pool.Kind)
		}
	}
	s.Front = front
	if s.Head == "every" && !s.Aligned() && !s.aligns() && !s.saysSteps() && !(s.Classes > 0 && s.KeepsSteps()) {
		return fmt.Errorf("models: head every with a front that does not keep every step or reads later ones, want causal, stride 1 and no pool")
	}
	if _, err := s.FrontSteps(s.Steps); err != nil {
		return fmt.Errorf("models: %w", err)
	}
	return nil
}

// conv is convolution i for sequences of so many steps of so many values.
func (s Spec) conv(i, steps, inputs int) graph.Conv {
	c := s.Front[i].Conv
	return graph.Conv{
		Name: frontName(i), Steps: steps, Inputs: inputs, Channels: c.Channels, Width: c.Width, Stride: c.Stride, Dilation: c.Dilation,
		Padding: paddings[c.Padding], Norm: norms[c.Norm], Activation: frontActivations[c.Activation],
		Pooling: poolings[c.Pool.Kind], PoolWidth: c.Pool.Width, PoolStride: c.Pool.Stride, Primitive: s.Implementation == "primitive",
	}
}

// frontShapes are the weights of the convolutions, by PyTorch's names and shapes.
func (s Spec) frontShapes() (ps []ParamShape) {
	in := s.embedded()
	for i, l := range s.Front {
		c, name := l.Conv, frontName(i)
		ps = append(ps, ParamShape{name + ".weight", []int{c.Channels, in, c.Width}}, ParamShape{name + ".bias", []int{c.Channels}})
		if c.Norm == "layer" || c.Norm == "batch" {
			ps = append(ps, ParamShape{name + ".norm.weight", []int{c.Channels}}, ParamShape{name + ".norm.bias", []int{c.Channels}})
		}
		in = c.Channels
	}
	return ps
}

// runningShapes are the moments that norms over the batch follow in training and read in predictions, by PyTorch's names.
func (s Spec) runningShapes() (ps []ParamShape) {
	for i, l := range s.Front {
		if name, c := frontName(i), l.Conv; c.Norm == "batch" {
			ps = append(ps, ParamShape{name + runningMean, []int{c.Channels}}, ParamShape{name + runningVar, []int{c.Channels}})
		}
	}
	return ps
}

const (
	runningMean = ".norm.running_mean"
	runningVar  = ".norm.running_var"
	// momentum is how far running moments go towards those of a batch, as in PyTorch.
	momentum = 0.1
)

// Follow takes the moments of the batch of the last run into the running ones, once for each update that counts. A graph of evaluation
// has none, and so has a network without a norm over the batch.
func (g *Graph[F]) Follow() {
	for _, f := range g.follow {
		f()
	}
}

// front adds the convolutions on what o holds, and leaves in it what comes out.
func (n *Network[F]) front(b *graph.Builder[F], g *Graph[F], w map[string]*gorgonia.Node, o *below) {
	s := n.Spec
	if len(s.Front) == 0 {
		return
	}
	o.lengths, g.model = b.Lengths("lengths", g.Lengths), &n.Spec.Model
	inputs := s.embedded()
	for i, l := range s.Front {
		g.after = append(g.after, make([]int, g.B))
		after := b.Lengths(frontName(i)+".lengths", g.after[i])
		c := s.conv(i, o.steps, inputs)
		c.InputGradient = o.learnt
		var moments func() graph.Moments[F]
		o.x, moments = b.Conv(c, graph.ConvInput{
			X: o.x, Weight: w[c.Name+".weight"], Bias: w[c.Name+".bias"], Gain: w[c.Name+".norm.weight"], Shift: w[c.Name+".norm.bias"],
			Mean: w[c.Name+runningMean], Var: w[c.Name+runningVar], Lengths: o.lengths, LengthsAfter: after,
		})
		if moments != nil {
			g.follow = append(g.follow, func() {
				moments().Follow(momentum, n.byName[c.Name+runningMean].Values, n.byName[c.Name+runningVar].Values)
			})
		}
		o.steps, o.lengths, o.learnt, inputs = c.StepsAfter(o.steps), after, true, l.Conv.Channels
	}
}

// Short is the error of a run in which a row of the batch has too few steps for the front.
type Short struct {
	Row int
	Err error // names the layer, the steps and what would do
}

func (s *Short) Error() string { return fmt.Sprintf("row %d of the batch: %v", s.Row, s.Err) }
func (s *Short) Unwrap() error { return s.Err }

// shorten counts the steps of every row after each convolution. A row that has none left is a *Short.
func (g *Graph[F]) shorten() error {
	if len(g.after) == 0 {
		return nil
	}
	for r, n := range g.Lengths {
		if _, err := g.model.FrontSteps(n); err != nil {
			return &Short{Row: r, Err: err}
		}
		for i, l := range g.model.Front {
			n = l.Conv.Steps(n)
			g.after[i][r] = n
		}
	}
	return nil
}

// initialiseFront draws the convolutions as PyTorch does, uniform in ±1/√(inputs·width); with xavier by fan-in and
// fan-out, biases 0. A norm begins at gain 1 and shift 0, and running moments at mean 0 and variance 1.
func (n *Network[F]) initialiseFront() {
	for i, l := range n.Spec.Front {
		weight, bias := n.byName[frontName(i)+".weight"], n.byName[frontName(i)+".bias"]
		fanIn := weight.Shape[1] * weight.Shape[2]
		if n.Spec.Init == "xavier" {
			graph.Xavier(n.stream(weight), weight.Shape[0]*weight.Shape[2], fanIn, weight.Values)
		} else {
			bound := 1 / math.Sqrt(float64(fanIn))
			graph.Uniform(n.stream(weight), bound, weight.Values)
			graph.Uniform(n.stream(bias), bound, bias.Values)
		}
		if l.Conv.Norm == "layer" || l.Conv.Norm == "batch" {
			graph.Fill(1, n.byName[frontName(i)+".norm.weight"].Values)
		}
		if l.Conv.Norm == "batch" {
			graph.Fill(1, n.byName[frontName(i)+runningVar].Values)
		}
	}
}

// frontRows are the lines of the layer table for the convolutions, and the steps that come out.
func (s Spec) frontRows(sizes map[string]int) (rows []LayerRow, steps int) {
	steps = s.Steps
	for i, l := range s.Front {
		c, name := l.Conv, frontName(i)
		kind := fmt.Sprintf("conv, width %d", c.Width)
		if c.Stride > 1 {
			kind += fmt.Sprintf(", stride %d", c.Stride)
		}
		if c.Dilation > 1 {
			kind += fmt.Sprintf(", dilation %d", c.Dilation)
		}
		kind += ", " + either(c.Padding, "valid")
		if c.Norm == "layer" || c.Norm == "batch" {
			kind += ", " + c.Norm + " norm"
		}
		kind += ", " + either(c.Activation, "relu")
		if c.Pool.Kind != "" {
			kind += fmt.Sprintf(", %s pool %d", c.Pool.Kind, c.Pool.Width)
		}
		steps = c.Steps(steps)
		rows = append(rows, LayerRow{Name: name, Kind: kind, Output: []int{steps, c.Channels},
			Parameters: sizes[name+".weight"] + sizes[name+".bias"] + sizes[name+".norm.weight"] + sizes[name+".norm.bias"]})
	}
	return rows, steps
}

// frontMemory is the number of values that the convolutions keep for b rows of t steps: results, in training also inputs,
// sums, normalised ones and the gradients handed down, and the weights laid out for the kernels.
func (s Spec) frontMemory(b, t int64, training bool) (values int64) {
	steps, in := t, int64(s.embedded())
	for i, l := range s.Front {
		c := l.Conv
		bare := c
		bare.Pool = configs.Pool{}
		channels, after := int64(c.Channels), int64(c.Steps(int(steps)))
		sums, weights := b*int64(bare.Steps(int(steps)))*channels, int64(c.Width)*in*channels
		values += b*after*channels + 2*weights
		late := c.Norm == "batch" && (c.Pool.Kind != "" || c.Activation == "gelu")
		for _, kept := range []bool{c.Norm == "batch", late, c.Norm == "batch" && training, late && training} { // the sums, normalised, and their gradients
			if kept {
				values += sums
			}
		}
		if training {
			padded := steps + int64((c.Width-1)*c.Dilation)
			values += b*padded*in + 18*weights              // each of up to 16 chunks sums up a gradient of its own
			values += min(b, 16) * padded * (in + channels) // and makes those of one row at a time, with padding
			for _, kept := range []bool{c.Pool.Kind != "", c.Norm == "layer", c.Activation == "gelu"} {
				if kept {
					values += sums
				}
			}
			if i > 0 || len(s.Categories) > 0 {
				values += b * steps * in
			}
		}
		steps, in = after, channels
	}
	return values
}
