package graph

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"recur/internal/kernel"
)

// Linear adds y = act(x·Wᵀ + b) over the last axis. weight: [O,I]; bias: [O]; x: [N,I], returns [N,O]; or
// x: [R,B,I] with R ≥ steps, returns [steps,B,O]. steps is 0 for a matrix. The gradient of rows past steps is zero.
func (b *Builder[F]) Linear(name string, act Activation, steps int, x, weight, bias *gorgonia.Node) *gorgonia.Node {
	if b.err != nil {
		return nil
	}
	in := []port{b.like("x", x), b.like("weight", weight), b.like("bias", bias)}
	shape, n, err := rowsOf(in[0], steps)
	if err != nil || len(in[1].shape) != 2 || in[1].shape[1] != shape[len(shape)-1] || !sameShape(in[2].shape, in[1].shape[:1]) {
		return b.fail(fmt.Errorf("graph: linear %q: x, weight, bias are %v, %v, %v, want [%d.. B I] or [N I], [O I], [O]",
			name, in[0].shape, in[1].shape, in[2].shape, steps))
	}
	outs, ins := in[1].shape[0], in[1].shape[1]
	shape[len(shape)-1] = outs
	o := &op[F]{
		kind: "linear", name: name, settings: fmt.Sprint(act, steps),
		in: in, out: b.port("y", shape...), wrt: all(3),
		run: func(in [][]F, out []F) error {
			kernel.LinearForward(b.pool, act, n, ins, outs, in[0][:n*ins], in[1], in[2], out)
			return nil
		},
	}
	o.diff = func(in gorgonia.Nodes, output, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		return b.linearGradient(o, act, n, ins, outs, in, output, grad)
	}
	return b.apply(o, x, weight, bias)
}

func (b *Builder[F]) linearGradient(f *op[F], act Activation, n, ins, outs int, in gorgonia.Nodes, output, grad *gorgonia.Node) (gorgonia.Nodes, error) {
	p := pack(f.in, f.wrt)
	work := make([]F, n*outs) // the kernel may overwrite the gradient it is given; others may still read it
	g := &op[F]{
		kind: "linear gradient", name: f.name, settings: f.settings,
		in:  append(append([]port{}, f.in...), renamed(f.out, "output"), renamed(f.out, "gradient")),
		out: b.port("packed", p.size), wrt: make([]bool, 5),
		run: func(in [][]F, out []F) error {
			copy(work, in[4])
			dx := part(p, out, 0)
			clear(dx[n*ins:])
			kernel.LinearBackward(b.pool, act, n, ins, outs, in[0][:n*ins], in[1], in[3], work,
				dx[:n*ins], part(p, out, 1), part(p, out, 2))
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
