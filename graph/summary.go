package graph

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"recur/internal/kernel"
)

// Summary names how the steps of a sequence become one vector; see kernel.Summary.
type Summary = kernel.Summary

// The summaries.
const (
	MeanSteps    = kernel.MeanSteps
	MaxSteps     = kernel.MaxSteps
	MeanMaxSteps = kernel.MeanMaxSteps
	LastStep     = kernel.LastStep
)

// sequences checks a batch of sequences x [R,B,H], of which the first steps rows count, and their lengths [B].
func (b *Builder[F]) sequences(label string, steps int, x, lengths *gorgonia.Node) (batch, features int, err error) {
	if b.err != nil {
		return 0, 0, b.err
	}
	in, l := b.like("x", x), b.like("lengths", lengths)
	if len(in.shape) != 3 || steps < 1 || in.shape[0] < steps || l.dtype != tensor.Int || !sameShape(l.shape, in.shape[1:2]) {
		return 0, 0, fmt.Errorf("graph: %s: x is %v and lengths %v of %v, want [%d.. B H] and [B] of %v", label, in.shape, l.shape, l.dtype, steps, tensor.Int)
	}
	return in.shape[1], in.shape[2], nil
}

// steps are the sequences that an op reads, for the kernels.
func (o *op[F]) steps(t, batch, features int, x []F, lengths []int) (kernel.Steps[F], error) {
	s := kernel.Steps[F]{T: t, B: batch, H: features, X: x[:t*batch*features], Lengths: ragged(lengths, t)}
	return s, checkLengths(lengths, t)
}

// Summarise makes one vector of the real steps of every row: x [R,B,H] with R ≥ steps, of which the first steps rows are the sequence, lengths
// [B]; returns [B,H], or [B,2H] of mean and maximum. A row without steps gives zeros.
func (b *Builder[F]) Summarise(kind Summary, name string, steps int, x, lengths *gorgonia.Node) *gorgonia.Node {
	batch, h, err := b.sequences(fmt.Sprintf("%v of steps %q", kind, name), steps, x, lengths)
	if err != nil {
		return b.fail(err)
	}
	o := &op[F]{
		kind: kind.String() + " of steps", name: name, settings: fmt.Sprint(steps),
		in: []port{b.like("x", x), b.like("lengths", lengths)}, out: b.port("y", batch, kind.Width(h)), wrt: []bool{true, false},
	}
	o.run = func(in [][]F, out []F) error {
		s, err := o.steps(steps, batch, h, in[0], o.lengths)
		if err == nil {
			kernel.SummaryForward(b.pool, kind, s, out)
		}
		return err
	}
	o.diff = func(in gorgonia.Nodes, output, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		g := &op[F]{
			kind: o.kind + " gradient", name: name, settings: o.settings,
			in: append(append([]port{}, o.in...), renamed(o.out, "output"), renamed(o.out, "gradient")), out: o.in[0], wrt: make([]bool, 4),
		}
		g.run = func(in [][]F, out []F) error {
			s, err := g.steps(steps, batch, h, in[0], g.lengths)
			if err == nil {
				n := len(s.X)
				clear(out[n:])
				kernel.SummaryBackward(b.pool, kind, s, in[3], out[:n])
			}
			return err
		}
		dx, err := b.node(g, append(append(gorgonia.Nodes{}, in...), output, grad))
		return gorgonia.Nodes{dx, nil}, err
	}
	return b.apply(o, x, lengths)
}

// Attention weighs the real steps of every row by a softmax over their scores and adds them up: x [R,B,H] with R ≥ steps, of which the
// first steps rows are the sequence, scores [steps,B,1], as of Linear with one output, lengths [B]; returns [B,H]. weights [B·T], row by row and zero past
// its length, are those of the last run.
func (b *Builder[F]) Attention(name string, steps int, scores, x, lengths *gorgonia.Node) (y *gorgonia.Node, weights []F) {
	batch, h, err := b.sequences(fmt.Sprintf("attention %q", name), steps, x, lengths)
	if err != nil {
		return b.fail(err), nil
	}
	score := b.like("scores", scores)
	if !sameShape(score.shape, []int{steps, batch, 1}) {
		return b.fail(fmt.Errorf("graph: attention %q: scores are %v, want [%d %d 1]", name, score.shape, steps, batch)), nil
	}
	weights = make([]F, steps*batch)
	o := &op[F]{
		kind: "attention", name: name, settings: fmt.Sprint(steps),
		in: []port{score, b.like("x", x), b.like("lengths", lengths)}, out: b.port("y", batch, h), wrt: []bool{true, true, false},
	}
	o.run = func(in [][]F, out []F) error {
		s, err := o.steps(steps, batch, h, in[1], o.lengths)
		if err == nil {
			kernel.AttentionForward(b.pool, s, in[0], weights, out)
		}
		return err
	}
	o.diff = func(in gorgonia.Nodes, output, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		p := pack(o.in, o.wrt)
		g := &op[F]{
			kind: "attention gradient", name: name, settings: o.settings,
			in:  append(append([]port{}, o.in...), renamed(o.out, "output"), renamed(o.out, "gradient")),
			out: b.port("packed", p.size), wrt: make([]bool, 5),
		}
		g.run = func(in [][]F, out []F) error {
			s, err := g.steps(steps, batch, h, in[1], g.lengths)
			if err == nil {
				dx := part(p, out, 1)
				clear(dx[len(s.X):])
				kernel.AttentionBackward(b.pool, s, weights, in[4], part(p, out, 0), dx[:len(s.X)])
			}
			return err
		}
		packed, err := b.node(g, append(append(gorgonia.Nodes{}, in...), output, grad))
		if err != nil {
			return nil, err
		}
		return b.views(p, g, packed)
	}
	return b.apply(o, scores, x, lengths), weights
}
