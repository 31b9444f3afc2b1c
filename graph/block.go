package graph

import (
	"fmt"

	"gorgonia.org/gorgonia"
)

// Block copies a contiguous part of x's row-major memory, from element offset on, and gives it a shape: a step of a
// sequence, a gate's rows of a weight, a state of a packed output, or all of x in another shape. It stands for
// Gorgonia's Slice and Reshape, which merge or alias.
func (b *Builder[F]) Block(name string, x *gorgonia.Node, offset int, shape ...int) *gorgonia.Node {
	if b.err != nil {
		return nil
	}
	in, n := b.like("x", x), volume(shape)
	if x == nil || offset < 0 || n < 1 || offset+n > in.size() {
		return b.fail(fmt.Errorf("graph: block %q: elements %d to %d of %v, want them inside", name, offset, offset+n, in.shape))
	}
	o := &op[F]{
		kind: "block", name: name, settings: fmt.Sprint(offset),
		in: []port{in}, out: b.port("y", shape...), wrt: []bool{true},
		run: func(in [][]F, out []F) error { copy(out, in[0][offset:]); return nil },
	}
	o.diff = func(_ gorgonia.Nodes, _, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		dx, err := b.node(&op[F]{
			kind: "block gradient", name: name, settings: fmt.Sprint(offset),
			in: []port{b.port("dy", shape...)}, out: in, wrt: []bool{false},
			run: func(in [][]F, out []F) error {
				clear(out[:offset])
				copy(out[offset:], in[0])
				clear(out[offset+n:])
				return nil
			},
		}, gorgonia.Nodes{grad})
		return gorgonia.Nodes{dx}, err
	}
	return b.apply(o, x)
}

// Columns copies columns from to to (exclusive) of a matrix: x [N,C]; returns [N,to-from].
func (b *Builder[F]) Columns(name string, x *gorgonia.Node, from, to int) *gorgonia.Node {
	if b.err != nil {
		return nil
	}
	in := b.like("x", x)
	if len(in.shape) != 2 || from < 0 || to <= from || to > in.shape[1] {
		return b.fail(fmt.Errorf("graph: columns %q: %d to %d of %v, want them inside a matrix", name, from, to, in.shape))
	}
	rows, width, w := in.shape[0], in.shape[1], to-from
	o := &op[F]{
		kind: "columns", name: name, settings: fmt.Sprint(from, to),
		in: []port{in}, out: b.port("y", rows, w), wrt: []bool{true},
		run: func(in [][]F, out []F) error {
			for i := range rows {
				copy(out[i*w:(i+1)*w], in[0][i*width+from:])
			}
			return nil
		},
	}
	o.diff = func(_ gorgonia.Nodes, _, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		dx, err := b.node(&op[F]{
			kind: "columns gradient", name: name, settings: o.settings,
			in: []port{o.out}, out: in, wrt: []bool{false},
			run: func(in [][]F, out []F) error {
				clear(out)
				for i := range rows {
					copy(out[i*width+from:i*width+to], in[0][i*w:])
				}
				return nil
			},
		}, gorgonia.Nodes{grad})
		return gorgonia.Nodes{dx}, err
	}
	return b.apply(o, x)
}

// Concat puts the features of several sequences side by side, as the two directions of a layer: every x is [R,B,Hi]
// with R ≥ steps, of which the first steps count; returns [steps,B,ΣHi]. Matrices [N,Hi] are taken with steps = 0.
func (b *Builder[F]) Concat(name string, steps int, xs ...*gorgonia.Node) *gorgonia.Node {
	if b.err != nil {
		return nil
	}
	var ports []port
	var widths []int
	rows, total := 0, 0
	for i, x := range xs {
		p := b.like(fmt.Sprintf("x%d", i), x)
		d := len(p.shape)
		ok := d == 2 && steps == 0 || d == 3 && steps > 0 && p.shape[0] >= steps
		if !ok {
			return b.fail(fmt.Errorf("graph: concat %q: %s is %v, want [R B H] with R at least %d, or [N H]", name, p.name, p.shape, steps))
		}
		n := p.shape[0]
		if d == 3 {
			n = steps * p.shape[1]
		}
		if i > 0 && n != rows {
			return b.fail(fmt.Errorf("graph: concat %q: %s is %v, want the %d rows of the first", name, p.name, p.shape, rows))
		}
		rows = n
		ports, widths, total = append(ports, p), append(widths, p.shape[d-1]), total+p.shape[d-1]
	}
	if len(xs) == 0 {
		return b.fail(fmt.Errorf("graph: concat %q: got no inputs", name))
	}
	shape := []int{rows, total}
	if steps > 0 {
		shape = []int{steps, rows / steps, total}
	}
	o := &op[F]{
		kind: "concat", name: name, settings: fmt.Sprint(steps, widths),
		in: ports, out: b.port("y", shape...), wrt: all(len(xs)),
		run: func(in [][]F, out []F) error {
			at := 0
			for k, w := range widths {
				for r := range rows {
					copy(out[r*total+at:r*total+at+w], in[k][r*w:])
				}
				at += w
			}
			return nil
		},
	}
	o.diff = func(_ gorgonia.Nodes, _, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		dxs := make(gorgonia.Nodes, len(widths))
		at := 0
		for k, w := range widths {
			from := at
			at += w
			dx, err := b.node(&op[F]{
				kind: "concat gradient", name: name, settings: fmt.Sprint(o.settings, k),
				in: []port{o.out}, out: ports[k], wrt: []bool{false},
				run: func(in [][]F, out []F) error {
					for r := range rows {
						copy(out[r*w:(r+1)*w], in[0][r*total+from:])
					}
					clear(out[rows*w:])
					return nil
				},
			}, gorgonia.Nodes{grad})
			if err != nil {
				return nil, err
			}
			dxs[k] = dx
		}
		return dxs, nil
	}
	return b.apply(o, xs...)
}

func all(n int) []bool {
	v := make([]bool, n)
	for i := range v {
		v[i] = true
	}
	return v
}
