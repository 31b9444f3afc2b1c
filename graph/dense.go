package graph

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"recur/internal/kernel"
)

// Product is one weight of a linear layer, [O,I], and what lies side by side under its I columns.
type Product struct {
	Weight *gorgonia.Node
	Of     []Operand
}

// Operand is what a product reads: the columns of X from column From on and below To (0: all). X is [N,C], or [R,B,C] of a
// sequence.
// InputGradient asks for the gradient of X. Leave it off for data: every node of a graph is run.
type Operand struct {
	X             *gorgonia.Node
	From, To      int
	InputGradient bool
}

// Linear adds y = act(x·Wᵀ + b) over the last axis. weight: [O,I]; bias: [O]; x: [N,I], returns [N,O]; or
// x: [R,B,I] with R ≥ steps, returns [steps,B,O]. steps is 0 for a matrix. The gradient of rows past steps is zero.
func (b *Builder[F]) Linear(name string, act Activation, steps int, x, weight, bias *gorgonia.Node) *gorgonia.Node {
	return b.Products(name, act, steps, bias, Product{weight, []Operand{{X: x, InputGradient: true}}})
}

// Products is Linear over several things without putting them side by side: y = act(Σ [x | x' | …]·Wᵀ + b), a sum of
// one term a weight. Every x is as that of Linear, all with the same rows.
func (b *Builder[F]) Products(name string, act Activation, steps int, bias *gorgonia.Node, products ...Product) *gorgonia.Node {
	if b.err != nil {
		return nil
	}
	l, nodes, err := b.dense(name, act, steps, bias, products)
	if err != nil {
		return b.fail(err)
	}
	l.op.run = func(in [][]F, out []F) error {
		l.read(in)
		kernel.TermsForward(b.pool, act, l.rows, l.outs, l.terms, in[len(in)-1], out)
		return nil
	}
	l.op.diff = func(in gorgonia.Nodes, output, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		return b.denseGradient(l, in, output, grad)
	}
	return b.apply(l.op, nodes...)
}

// dense is what the forward and the gradient op of a linear layer share. The op's inputs are every x, then every
// weight, then the bias; term i reads x i.
type dense[F Float] struct {
	op         *op[F]
	act        Activation
	rows, outs int
	terms      []kernel.Term[F]
	weight     []int // of each term: the op's input that is its weight
}

// dense checks the shapes and lays out the op, without its functions.
func (b *Builder[F]) dense(name string, act Activation, steps int, bias *gorgonia.Node, products []Product) (*dense[F], gorgonia.Nodes, error) {
	l := &dense[F]{act: act}
	o := &op[F]{kind: "linear", name: name, settings: fmt.Sprint(act, steps)}
	l.op = o
	var nodes, weights gorgonia.Nodes
	var shape []int
	for i, p := range products {
		w := b.like(numbered("weight", i), p.Weight)
		columns := 0
		for _, x := range p.Of {
			in := b.like(numbered("x", len(nodes)), x.X)
			s, n, err := rowsOf(in, steps)
			all := s[len(s)-1]
			last := all
			if x.To > 0 {
				last = x.To
			}
			if err != nil || x.From < 0 || x.From >= last || last > all || nodes != nil && n != l.rows {
				return nil, nil, fmt.Errorf("graph: linear %q: %s is %v from column %d on, want [%d.. B I] or [N I], with the rows of the first",
					name, in.name, in.shape, x.From, steps)
			}
			l.rows, shape = n, s
			l.terms = append(l.terms, kernel.Term[F]{I: last - x.From, XFrom: x.From, XCols: all, WFrom: columns})
			l.weight = append(l.weight, i)
			columns += last - x.From
			nodes, o.in, o.wrt = append(nodes, x.X), append(o.in, in), append(o.wrt, x.InputGradient)
			o.settings += fmt.Sprint(" ", i, x.From, x.To)
		}
		if len(w.shape) != 2 || w.shape[1] != columns || i > 0 && w.shape[0] != l.outs {
			return nil, nil, fmt.Errorf("graph: linear %q: %s is %v, want [O %d], the same O for all", name, w.name, w.shape, columns)
		}
		l.outs = w.shape[0]
		weights = append(weights, p.Weight)
	}
	if len(nodes) == 0 {
		return nil, nil, fmt.Errorf("graph: linear %q: got nothing to read", name)
	}
	if got := b.like("bias", bias); !sameShape(got.shape, []int{l.outs}) {
		return nil, nil, fmt.Errorf("graph: linear %q: bias is %v, want [%d]", name, got.shape, l.outs)
	}
	for i := range l.terms {
		l.weight[i] += len(nodes)
	}
	for i, w := range append(weights, bias) {
		p := b.like(numbered("weight", i), w)
		if i == len(weights) {
			p.name = "bias"
		}
		o.in, o.wrt = append(o.in, p), append(o.wrt, true)
	}
	for i := range l.terms {
		l.terms[i].WCols = o.in[l.weight[i]].shape[1]
	}
	shape[len(shape)-1] = l.outs
	o.out = b.port("y", shape...)
	return l, append(append(nodes, weights...), bias), nil
}

func numbered(name string, i int) string {
	if i == 0 {
		return name
	}
	return fmt.Sprint(name, i+1)
}

// read points the terms at the inputs of an op.
func (l *dense[F]) read(in [][]F) {
	for i := range l.terms {
		t := &l.terms[i]
		t.X, t.W = in[i][:l.rows*t.XCols], in[l.weight[i]]
	}
}

func (b *Builder[F]) denseGradient(l *dense[F], in gorgonia.Nodes, output, grad *gorgonia.Node) (gorgonia.Nodes, error) {
	f := l.op
	p := pack(f.in, f.wrt)
	var work []F // the kernel may overwrite the gradient that it is given; others may still read it
	if l.act != Identity {
		work = make([]F, l.rows*l.outs)
	}
	g := &op[F]{
		kind: "linear gradient", name: f.name, settings: f.settings,
		in:  append(append([]port{}, f.in...), renamed(f.out, "output"), renamed(f.out, "gradient")),
		out: b.port("packed", p.size), wrt: make([]bool, len(f.in)+2),
		run: func(in [][]F, out []F) error {
			n := len(f.in)
			y, dy := in[n], in[n+1]
			if work != nil {
				copy(work, dy)
				dy = work
			}
			l.read(in)
			for i := range l.terms {
				t := &l.terms[i]
				t.DW = part(p, out, l.weight[i])
				if dx := part(p, out, i); dx != nil {
					t.DX = dx[:len(t.X)]
					clear(dx[len(t.X):])
				}
			}
			kernel.TermsBackward(b.pool, l.act, l.rows, l.outs, l.terms, y, dy, part(p, out, n-1))
			return nil
		},
	}
	packed, err := b.node(g, append(append(gorgonia.Nodes{}, in...), output, grad))
	if err != nil {
		return nil, err
	}
	return b.views(p, g, packed)
}

// rowsOf returns the shape that is read of x, [N,I] or [steps,B,I], and the number of its rows.
func rowsOf(x port, steps int) (shape []int, rows int, err error) {
	switch {
	case len(x.shape) == 2 && steps == 0:
		return []int{x.shape[0], x.shape[1]}, x.shape[0], nil
	case len(x.shape) == 3 && steps > 0 && x.shape[0] >= steps:
		return []int{steps, x.shape[1], x.shape[2]}, steps * x.shape[1], nil
	}
	return []int{0}, 0, fmt.Errorf("shape %v", x.shape)
}
