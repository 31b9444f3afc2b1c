package graph

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"recur/internal/kernel"
)

// Embed puts learned numbers in the place of names. x: [R,B,C], or [B,C] with steps 0; from column `from` on a row is cut into
// pieces of `values` amounts and, after them, one number of a name for each table [names,E]. It returns the first steps rows
// of x, [steps,B,W] or [B,W], with E numbers for each name; see kernel.EmbedForward. Tables have a gradient, x has none; row 0
// of a table, no known name, keeps what it holds.
func (b *Builder[F]) Embed(name string, steps, from, values int, x *gorgonia.Node, tables ...*gorgonia.Node) *gorgonia.Node {
	if b.err != nil {
		return nil
	}
	in := b.like("x", x)
	shape, rows, err := rowsOf(in, steps)
	if err != nil || len(tables) == 0 {
		return b.fail(fmt.Errorf("graph: embed %q: x is %v and there are %d tables, want [%d.. B C] or [B C], and a table", name, in.shape, len(tables), steps))
	}
	columns := shape[len(shape)-1]
	e := kernel.Embedding{N: rows, Columns: columns, From: from, Values: values, Tables: len(tables)}
	o := &op[F]{kind: "embed", name: name, settings: fmt.Sprint(steps, from, values), in: []port{in}, wrt: []bool{false}}
	for i, t := range tables {
		p := b.like(numbered("table", i), t)
		if len(p.shape) != 2 || i > 0 && p.shape[1] != e.Size {
			return b.fail(fmt.Errorf("graph: embed %q: %s is %v, want [names E], the same E for all", name, p.name, p.shape))
		}
		e.Size = p.shape[1]
		o.in, o.wrt = append(o.in, p), append(o.wrt, true)
	}
	if each := values + len(tables); from < 0 || from >= columns || values < 0 || (columns-from)%each != 0 {
		return b.fail(fmt.Errorf("graph: embed %q: x has %d columns, want pieces of %d from column %d on", name, columns, each, from))
	}
	shape[len(shape)-1] = e.Width()
	o.out = b.port("y", shape...)
	o.run = func(in [][]F, out []F) error {
		kernel.EmbedForward(e, in[0][:rows*columns], in[1:], out)
		return nil
	}
	o.diff = func(in gorgonia.Nodes, _, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		return b.embedGradient(e, o, in, grad)
	}
	return b.apply(o, append(gorgonia.Nodes{x}, tables...)...)
}

// embedGradient adds the gradients of the tables.
func (b *Builder[F]) embedGradient(e kernel.Embedding, f *op[F], in gorgonia.Nodes, grad *gorgonia.Node) (gorgonia.Nodes, error) {
	p := pack(f.in, f.wrt)
	g := &op[F]{
		kind: "embed gradient", name: f.name, settings: f.settings,
		in: append(append([]port{}, f.in...), renamed(f.out, "gradient")), out: b.port("packed", p.size), wrt: make([]bool, len(f.in)+1),
	}
	gradients := make([][]F, e.Tables)
	g.run = func(in [][]F, out []F) error {
		for i := range gradients {
			gradients[i] = part(p, out, i+1)
		}
		kernel.EmbedBackward(e, in[0][:e.N*e.Columns], in[len(in)-1], gradients)
		return nil
	}
	packed, err := b.node(g, append(append(gorgonia.Nodes{}, in...), grad))
	if err != nil {
		return nil, err
	}
	return b.views(p, g, packed)
}
