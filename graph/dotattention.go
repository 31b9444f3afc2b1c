package graph

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"recur/internal/kernel"
)

// DotAttention says which attention it is; see kernel.DotAttention for the formulas.
type DotAttention struct {
	Name                 string
	Steps, Sources, Size int // T, S, H
}

// DotAttentionInput is what it reads: Q [R,B,H] with R ≥ Steps, which asks, M [R',B,H] with R' ≥ Sources, which is asked, and the real
// steps [B] of either.
type DotAttentionInput struct{ Q, M, Lengths, SourceLengths *gorgonia.Node }

// dotAttention is what its four ops share. The op of the weights makes the context too and writes it where that of the context keeps it.
type dotAttention[F Float] struct {
	d         DotAttention
	batch     int
	attention *kernel.DotAttention[F]
	weights   *op[F]
	in        gorgonia.Nodes // q, m, lengths, lengths of the source
	dcontext  *gorgonia.Node // the gradient of the context, once it is known
}

// DotAttention adds the attention of every step of Q over the steps of M: context [Steps,B,H], the means of M by the weights, and the weights
// [Steps,B,Sources], a softmax along the sources. Both have gradients, by Q and by M, and are zero past the lengths.
func (b *Builder[F]) DotAttention(a DotAttention, in DotAttentionInput) (context, weights *gorgonia.Node) {
	if b.err != nil {
		return nil, nil
	}
	l, err := b.dotAttention(a, in)
	if err != nil {
		return b.fail(err), nil
	}
	c := &op[F]{
		kind: "context of attention", name: a.Name, settings: l.weights.settings,
		in: []port{l.weights.out}, out: b.port("context", a.Steps, l.batch, a.Size), wrt: []bool{true},
		run:  func([][]F, []F) error { return nil }, // made by the op of the weights
		diff: l.contextGradient(b),
	}
	l.weights.run = func(in [][]F, out []F) error {
		k, err := l.input(l.weights, in)
		if err == nil {
			l.attention.Forward(k, c.memory, out)
		}
		return err
	}
	l.weights.diff = l.weightsGradient(b)
	weights = b.apply(l.weights, l.in...)
	context = b.apply(c, weights)
	return context, weights
}

// dotAttention checks the shapes and lays out the op of the weights, without its functions.
func (b *Builder[F]) dotAttention(a DotAttention, in DotAttentionInput) (*dotAttention[F], error) {
	label := fmt.Sprintf("dot attention %q", a.Name)
	for _, n := range []*gorgonia.Node{in.Q, in.M, in.Lengths, in.SourceLengths} {
		if n == nil {
			return nil, fmt.Errorf("graph: %s: an input is missing, want q, m, lengths and source lengths", label)
		}
	}
	batch, size, err := b.sequences(label+", the steps that ask", a.Steps, in.Q, in.Lengths)
	if err != nil {
		return nil, err
	}
	sources, width, err := b.sequences(label+", the steps that are asked", a.Sources, in.M, in.SourceLengths)
	if err != nil {
		return nil, err
	}
	if sources != batch || size != a.Size || width != a.Size {
		return nil, fmt.Errorf("graph: %s: q is %v and m %v, want [%d.. B %d] and [%d.. B %d]", label, in.Q.Shape(), in.M.Shape(), a.Steps, a.Size, a.Sources, a.Size)
	}
	l := &dotAttention[F]{d: a, batch: batch, in: gorgonia.Nodes{in.Q, in.M, in.Lengths, in.SourceLengths}}
	l.attention = kernel.NewDotAttention[F](kernel.DotAttentionSpec{T: a.Steps, S: a.Sources, B: batch, H: a.Size, Pool: b.pool})
	l.weights = &op[F]{
		kind: "dot attention", name: a.Name, settings: fmt.Sprintf("%+v", a),
		in:  []port{b.like("q", in.Q), b.like("m", in.M), b.like("lengths", in.Lengths), b.like("source lengths", in.SourceLengths)},
		out: b.port("weights", a.Steps, batch, a.Sources), wrt: []bool{true, true, false, false},
	}
	return l, nil
}

// input finds what the kernel reads among the first inputs of o, which are those of the op of the weights.
func (l *dotAttention[F]) input(o *op[F], in [][]F) (kernel.DotAttentionInput[F], error) {
	n := l.batch * l.d.Size
	k := kernel.DotAttentionInput[F]{Q: in[0][:l.d.Steps*n], M: in[1][:l.d.Sources*n], Lengths: o.numbers[2], SourceLengths: o.numbers[3]}
	err := checkLengths(k.Lengths, l.d.Steps)
	if err == nil {
		if err = checkLengths(k.SourceLengths, l.d.Sources); err != nil {
			err = fmt.Errorf("source: %w", err)
		}
	}
	return k, err
}

// gradient lays out a gradient op that reads what the op of the weights does, and more.
func (l *dotAttention[F]) gradient(kind string, out port, more ...port) *op[F] {
	in := append(append([]port{}, l.weights.in...), more...)
	return &op[F]{kind: kind, name: l.d.Name, settings: l.weights.settings, in: in, out: out, wrt: make([]bool, len(in))}
}

// contextGradient gives the gradient of the context on to the weights. What of it goes to m directly is added in weightsGradient, which comes
// after it: so there is one gradient of m, not a sum of two.
func (l *dotAttention[F]) contextGradient(b *Builder[F]) func(gorgonia.Nodes, *gorgonia.Node, *gorgonia.Node) (gorgonia.Nodes, error) {
	return func(in gorgonia.Nodes, output, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		l.dcontext = grad
		context := b.port("gradient", l.d.Steps, l.batch, l.d.Size)
		g := l.gradient("context of attention gradient", l.weights.out, renamed(context, "output"), context)
		g.run = func(in [][]F, out []F) error {
			k, err := l.input(g, in)
			if err == nil {
				l.attention.BackContext(k, in[5], out)
			}
			return err
		}
		da, err := b.node(g, append(append(gorgonia.Nodes{}, l.in...), output, grad))
		return gorgonia.Nodes{da}, err
	}
}

// weightsGradient makes the gradients of q and m from all of the gradient of the weights, and from that of the context if there is one.
func (l *dotAttention[F]) weightsGradient(b *Builder[F]) func(gorgonia.Nodes, *gorgonia.Node, *gorgonia.Node) (gorgonia.Nodes, error) {
	return func(in gorgonia.Nodes, output, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		p := pack(l.weights.in, l.weights.wrt)
		more, nodes := []port{renamed(l.weights.out, "output"), renamed(l.weights.out, "gradient")}, append(append(gorgonia.Nodes{}, in...), output, grad)
		if l.dcontext != nil {
			more, nodes = append(more, b.like("gradient of the context", l.dcontext)), append(nodes, l.dcontext)
		}
		g := l.gradient("dot attention gradient", b.port("packed", p.size), more...)
		g.run = func(in [][]F, out []F) error {
			k, err := l.input(g, in)
			if err != nil {
				return err
			}
			var dc []F
			if l.dcontext != nil {
				dc = in[6]
			}
			dq, dm := part(p, out, 0), part(p, out, 1)
			clear(dq[len(k.Q):])
			clear(dm[len(k.M):])
			l.attention.Backward(k, in[4], in[5], dc, dq[:len(k.Q)], dm[:len(k.M)])
			return nil
		}
		packed, err := b.node(g, nodes)
		if err != nil {
			return nil, err
		}
		return b.views(p, g, packed)
	}
}

// DotAttentionMemory is about how many bytes the kernel and the ops of an attention hold for so many rows on so many threads.
func DotAttentionMemory[F Float](a DotAttention, batch, threads int, training bool) int64 {
	s := kernel.DotAttentionSpec{T: a.Steps, S: a.Sources, B: batch, H: a.Size}
	numbers := batch * a.Steps * (a.Size + a.Sources)
	if training {
		numbers += batch * (a.Steps*(a.Sources+a.Size) + a.Sources*a.Size)
	}
	return kernel.DotAttentionMemory[F](s, threads) + bytesOf[F](numbers)
}
