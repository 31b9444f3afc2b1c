package graph

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"recur/internal/kernel"
)

// Moments are the mean and the variance of a batch, channel by channel; see kernel.Moments, whose Follow moves running ones towards them.
type Moments[F Float] = kernel.Moments[F]

// BatchNorm says which batch norm it is; see kernel.BatchNorm for the formula.
type BatchNorm struct {
	Name       string
	Steps      int // T
	Activation Activation
	// Primitive makes it of primitive Gorgonia nodes, for checks: training graphs alone, the lengths are those of the time of building.
	Primitive bool
}

// BatchNormInput is what the norm reads. X is [R,B,C] with R ≥ T, of which the first T rows are the sequence; Gain and Shift [C]; Lengths [B].
// Mean and Var [C], the running moments, are read in graphs of evaluation; those of training read the batch's own.
type BatchNormInput struct{ X, Gain, Shift, Lengths, Mean, Var *gorgonia.Node }

// BatchNorm adds the norm: [T,B,C], zero past the lengths. In a graph of training moments returns those of the last run, so that the
// caller decides whether a step counts before the running ones follow; it is nil in one of evaluation.
func (b *Builder[F]) BatchNorm(c BatchNorm, in BatchNormInput) (y *gorgonia.Node, moments func() Moments[F]) {
	batch, channels, err := b.sequences(fmt.Sprintf("batch norm %q", c.Name), c.Steps, in.X, in.Lengths)
	if err != nil {
		return b.fail(err), nil
	}
	o := &op[F]{
		kind: "batch norm", name: c.Name, settings: fmt.Sprintf("%+v", c), in: []port{b.like("x", in.X)},
		out: b.port("y", c.Steps, batch, channels), wrt: []bool{true, true, true, false},
	}
	nodes := gorgonia.Nodes{in.X}
	add := func(name string, n *gorgonia.Node) {
		p := b.like(name, n)
		if !sameShape(p.shape, []int{channels}) && err == nil {
			err = fmt.Errorf("graph: batch norm %q: %s is %v, want [%d]", c.Name, name, p.shape, channels)
		}
		nodes, o.in = append(nodes, n), append(o.in, p)
	}
	add("gain", in.Gain)
	add("shift", in.Shift)
	nodes, o.in = append(nodes, in.Lengths), append(o.in, b.like("lengths", in.Lengths))
	if !b.training {
		add("mean", in.Mean)
		add("variance", in.Var)
		o.wrt = append(o.wrt, false, false)
	}
	if err != nil {
		return b.fail(err), nil
	}
	if c.Activation > ReLU {
		return b.fail(fmt.Errorf("graph: batch norm %q: got %v, want identity, tanh, sigmoid or relu", c.Name, c.Activation)), nil
	}
	if c.Primitive {
		return b.primitiveBatchNorm(c, in), nil
	}
	l := kernel.NewBatchNorm[F](b.pool, channels, c.Activation)
	o.run = func(in [][]F, out []F) error {
		s, err := o.steps(c.Steps, batch, channels, in[0], o.lengths)
		switch {
		case err != nil:
		case b.training:
			l.Forward(s, in[1], in[2], out)
		default:
			l.Apply(s, in[1], in[2], in[4], in[5], out)
		}
		return err
	}
	if b.training {
		moments = l.Moments
		o.diff = func(in gorgonia.Nodes, output, grad *gorgonia.Node) (gorgonia.Nodes, error) {
			return b.batchNormGradient(c, l, o, in, output, grad)
		}
	}
	return b.apply(o, nodes...), moments
}

// batchNormGradient adds the gradient op and a view of each gradient, as fusedGradient does.
func (b *Builder[F]) batchNormGradient(c BatchNorm, l *kernel.BatchNorm[F], f *op[F], in gorgonia.Nodes, output, grad *gorgonia.Node) (gorgonia.Nodes, error) {
	p := pack(f.in, f.wrt)
	g := &op[F]{
		kind: "batch norm gradient", name: f.name, settings: f.settings,
		in:  append(append([]port{}, f.in...), renamed(f.out, "output"), renamed(f.out, "gradient")),
		out: b.port("packed", p.size), wrt: make([]bool, len(f.in)+2),
	}
	batch, channels := f.out.shape[1], f.out.shape[2]
	g.run = func(in [][]F, out []F) error {
		s, err := g.steps(c.Steps, batch, channels, in[0], g.lengths)
		if err == nil {
			dx := part(p, out, 0)
			clear(dx[len(s.X):])
			l.Backward(s, in[4], in[5], dx[:len(s.X)], part(p, out, 1), part(p, out, 2))
		}
		return err
	}
	packed, err := b.node(g, append(append(gorgonia.Nodes{}, in...), output, grad))
	if err != nil {
		return nil, err
	}
	return b.views(p, g, packed)
}
