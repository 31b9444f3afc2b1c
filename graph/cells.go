package graph

import (
	"fmt"

	"gorgonia.org/gorgonia"
)

// This file unrolls a sequence into primitive nodes; the cells themselves are in elman.go, lstm.go and gru.go.

// stepWeights are a layer's weights as a step of primitive nodes uses them: ih [I,G·H] and hh [H,G·H] transposed,
// bih and bhh [G·H].
type stepWeights struct {
	ih, hh, bih, bhh *gorgonia.Node
	hidden           int
	f                Activation // of the Elman cell

	norm RecurrentInput // the gains and the shift of layer norm; none: nil
	cell Cell
	name string // of the layer and the step
}

// unrolled adds the layer as primitive nodes, step by step.
func (b *Builder[F]) unrolled(s Recurrent, batch int, in RecurrentInput) *RecurrentOutput {
	n := batch * s.Hidden
	w := stepWeights{
		ih: b.transpose(in.IH), hh: b.transpose(in.HH),
		bih: in.BIH, bhh: in.BHH,
		hidden: s.Hidden, f: s.Nonlinearity, norm: in, cell: s.Cell,
	}
	h := b.Block(s.Name+".h0", in.H0, s.Row*n, batch, s.Hidden)
	var c *gorgonia.Node
	if s.Cell == LSTM {
		c = b.Block(s.Name+".c0", in.C0, s.Row*n, batch, s.Hidden)
	}
	masked := b.recurrentMask(s, batch, in.Noise)
	ys := make(gorgonia.Nodes, s.Steps)
	for i := range s.Steps {
		t := i
		if s.Reverse {
			t = s.Steps - 1 - i
		}
		x := b.Block(fmt.Sprintf("%s.x%d", s.Name, t), in.X, t*batch*s.Inputs, batch, s.Inputs)
		h2, c2 := h, c
		w.name = fmt.Sprintf("%s.%d", s.Name, t)
		switch s.Cell {
		case LSTM:
			h2, c2 = b.lstmStep(w, x, masked(h), c)
			c = b.hold(s.Name+".c", t, in.Lengths, c2, c)
		case GRU:
			h2 = b.gruStep(w, x, h, masked(h))
		default:
			h2 = b.elmanStep(w, x, masked(h))
		}
		h = b.hold(s.Name+".h", t, in.Lengths, h2, h)
		ys[t] = h
	}
	out := &RecurrentOutput{spec: s, batch: batch}
	last := gorgonia.Nodes{h}
	if c != nil {
		last = append(last, c)
	}
	out.States = b.stack(s.Name+".states", nil, last...)
	if s.Sequence {
		out.Sequence = b.stack(s.Name+".y", in.Lengths, ys...)
	}
	return out
}

// ofX and ofH are what the products with x and h give [B,G·H], biases included.
func (b *Builder[F]) ofX(w stepWeights, x *gorgonia.Node) *gorgonia.Node {
	return b.normed(w, "x", x, w.ih, w.bih, w.norm.GainX)
}

func (b *Builder[F]) ofH(w stepWeights, h *gorgonia.Node) *gorgonia.Node {
	return b.normed(w, "h", h, w.hh, w.bhh, w.norm.GainH)
}

// normed is x·w + bias, or with a gain N(x·w + bias)·gain of the input, N(h·w)·gain + bias of the state; see RecurrentInput.
func (b *Builder[F]) normed(w stepWeights, of string, x, weight, bias, gain *gorgonia.Node) *gorgonia.Node {
	if gain == nil {
		return b.affine(x, weight, bias)
	}
	y := b.apply2(gorgonia.Mul, x, weight)
	if of == "x" { // its bias stands inside the norm
		y = b.affine(x, weight, bias)
		bias = b.Input(w.name+".norm.none", make([]F, w.cell.Gates()*w.hidden), w.cell.Gates()*w.hidden)
	}
	groups := []int{w.cell.Gates() * w.hidden}
	if w.cell == GRU {
		groups = []int{2 * w.hidden, w.hidden}
	}
	var parts []*gorgonia.Node
	from := 0
	for i, n := range groups {
		name := fmt.Sprintf("%s.norm.%s%d", w.name, of, i)
		part := y
		if len(groups) > 1 {
			part = b.Columns(name, y, from, from+n)
		}
		parts = append(parts, b.layerNorm(name, Conv{Channels: n, Norm: LayerNorm}, ConvInput{Gain: b.Block(name+".g", gain, from, n), Shift: b.Block(name+".s", bias, from, n)}, part))
		from += n
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return b.Concat(w.name+".norm."+of, 0, parts...)
}

// recurrentMask multiplies a state by the one mask of recurrent dropout: that of a dropout of ones.
func (b *Builder[F]) recurrentMask(s Recurrent, batch int, noise *Noise) func(h *gorgonia.Node) *gorgonia.Node {
	if !b.training || s.Dropout == 0 {
		return func(h *gorgonia.Node) *gorgonia.Node { return h }
	}
	ones := make([]F, batch*s.Hidden)
	Fill(1, ones)
	mask := b.Dropout(recurrentNoise(s), s.Dropout, noise, 0, b.Input(s.Name+".ones", ones, batch, s.Hidden))
	return func(h *gorgonia.Node) *gorgonia.Node { return b.times(h, mask) }
}

// hold gives the rows of next where step t is real and those of previous where the sequence is over: [B,H] each.
func (b *Builder[F]) hold(name string, t int, lengths, next, previous *gorgonia.Node) *gorgonia.Node {
	if b.err != nil {
		return nil
	}
	shape := next.Shape()
	h := shape[1]
	o := &op[F]{
		kind: "hold", name: name, settings: fmt.Sprint(t),
		in:  []port{b.like("next", next), b.like("previous", previous), b.like("lengths", lengths)},
		out: b.port("y", shape...), wrt: []bool{true, true, false},
	}
	o.run = func(in [][]F, out []F) error {
		if err := checkLengths(o.lengths, MaxPrimitive); err != nil {
			return err
		}
		for r, n := range o.lengths {
			from := in[0]
			if t >= n {
				from = in[1]
			}
			copy(out[r*h:(r+1)*h], from[r*h:])
		}
		return nil
	}
	o.diff = func(in gorgonia.Nodes, _, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		ds := make(gorgonia.Nodes, 3)
		for k := range 2 {
			d := &op[F]{
				kind: "hold gradient", name: name, settings: fmt.Sprint(t, k),
				in: []port{renamed(o.out, "gradient"), o.in[2]}, out: o.out, wrt: make([]bool, 2),
			}
			d.run = func(in [][]F, out []F) error {
				clear(out)
				for r, n := range d.lengths {
					if (t >= n) == (k == 1) {
						copy(out[r*h:(r+1)*h], in[0][r*h:])
					}
				}
				return nil
			}
			var err error
			if ds[k], err = b.node(d, gorgonia.Nodes{grad, in[2]}); err != nil {
				return nil, err
			}
		}
		return ds, nil
	}
	return b.apply(o, next, previous, lengths)
}

// stack puts matrices [B,H] on top of each other: [len(xs),B,H]. With lengths, matrix t is zero in the rows whose
// sequence is over at step t.
func (b *Builder[F]) stack(name string, lengths *gorgonia.Node, xs ...*gorgonia.Node) *gorgonia.Node {
	if b.err != nil {
		return nil
	}
	shape := xs[0].Shape()
	rows, h := shape[0], shape[1]
	n := rows * h
	o := &op[F]{kind: "stack", name: name, out: b.port("y", len(xs), rows, h), wrt: all(len(xs))}
	nodes := append(gorgonia.Nodes{}, xs...)
	for i, x := range xs {
		o.in = append(o.in, b.like(fmt.Sprintf("x%d", i), x))
	}
	if lengths != nil {
		nodes, o.in, o.wrt = append(nodes, lengths), append(o.in, b.like("lengths", lengths)), append(o.wrt, false)
	}
	o.run = func(in [][]F, out []F) error {
		for t := range xs {
			copy(out[t*n:(t+1)*n], in[t])
			for r, l := range o.lengths {
				if t >= l {
					clear(out[t*n+r*h:][:h])
				}
			}
		}
		return nil
	}
	o.diff = func(in gorgonia.Nodes, _, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		ds := make(gorgonia.Nodes, len(in))
		for t := range xs {
			d := &op[F]{
				kind: "stack gradient", name: name, settings: fmt.Sprint(t),
				in: append([]port{renamed(o.out, "gradient")}, o.in[len(xs):]...), out: o.in[t], wrt: make([]bool, len(in)-len(xs)+1),
			}
			d.run = func(in [][]F, out []F) error {
				copy(out, in[0][t*n:])
				for r, l := range d.lengths {
					if t >= l {
						clear(out[r*h:][:h])
					}
				}
				return nil
			}
			var err error
			if ds[t], err = b.node(d, append(gorgonia.Nodes{grad}, in[len(xs):]...)); err != nil {
				return nil, err
			}
		}
		return ds, nil
	}
	return b.apply(o, nodes...)
}

// spread puts a vector [C] into every row of [rows,C]. It stands for Gorgonia's BroadcastAdd, which asks at every step for
// the same node to reshape the vector.
func (b *Builder[F]) spread(name string, x *gorgonia.Node, rows int) *gorgonia.Node {
	if b.err != nil {
		return nil
	}
	in := b.like("x", x)
	n := in.size()
	o := &op[F]{
		kind: "spread", name: name, in: []port{in}, out: b.port("y", rows, n), wrt: []bool{true},
		run: func(in [][]F, out []F) error {
			for r := range rows {
				copy(out[r*n:(r+1)*n], in[0])
			}
			return nil
		},
	}
	o.diff = func(_ gorgonia.Nodes, _, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		dx, err := b.node(&op[F]{
			kind: "spread gradient", name: name, in: []port{o.out}, out: in, wrt: []bool{false},
			run: func(in [][]F, out []F) error {
				clear(out)
				for i, v := range in[0] {
					out[i%n] += v
				}
				return nil
			},
		}, gorgonia.Nodes{grad})
		return gorgonia.Nodes{dx}, err
	}
	return b.apply(o, x)
}

// affine is x·w + bias with x [B,I], w [I,O] and bias [O].
func (b *Builder[F]) affine(x, w, bias *gorgonia.Node) *gorgonia.Node {
	if b.err != nil {
		return nil
	}
	return b.add(b.apply2(gorgonia.Mul, x, w), b.spread("bias", bias, x.Shape()[0]))
}

func (b *Builder[F]) add(x, y *gorgonia.Node) *gorgonia.Node { return b.apply2(gorgonia.Add, x, y) }
func (b *Builder[F]) sub(x, y *gorgonia.Node) *gorgonia.Node { return b.apply2(gorgonia.Sub, x, y) }
func (b *Builder[F]) times(x, y *gorgonia.Node) *gorgonia.Node {
	return b.apply2(gorgonia.HadamardProd, x, y)
}
func (b *Builder[F]) sigmoid(x *gorgonia.Node) *gorgonia.Node { return b.apply1(gorgonia.Sigmoid, x) }
func (b *Builder[F]) tanh(x *gorgonia.Node) *gorgonia.Node    { return b.apply1(gorgonia.Tanh, x) }

func (b *Builder[F]) transpose(x *gorgonia.Node) *gorgonia.Node {
	return b.apply1(func(x *gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.Transpose(x) }, x)
}

// gate is block k of the columns of a [B,G·H].
func (b *Builder[F]) gate(name string, a *gorgonia.Node, k, hidden int) *gorgonia.Node {
	return b.Columns(name, a, k*hidden, (k+1)*hidden)
}

func (b *Builder[F]) activate(f Activation, x *gorgonia.Node) *gorgonia.Node {
	switch f {
	case Tanh:
		return b.tanh(x)
	case Sigmoid:
		return b.sigmoid(x)
	case ReLU:
		return b.apply1(gorgonia.Rectify, x)
	}
	return x
}
