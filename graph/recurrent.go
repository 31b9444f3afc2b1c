package graph

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"recur/internal/kernel"
)

// Cell names a recurrent cell; Activation a function of one element. They are the kernels' own.
type (
	Cell       = kernel.Cell
	Activation = kernel.Activation
)

// The cells and the activations.
const (
	Elman = kernel.Elman
	LSTM  = kernel.LSTM
	GRU   = kernel.GRU

	Identity = kernel.Identity
	Tanh     = kernel.Tanh
	Sigmoid  = kernel.Sigmoid
	ReLU     = kernel.ReLU
)

// Recurrent says which recurrent layer one direction is.
type Recurrent struct {
	Name         string
	Cell         Cell
	Nonlinearity Activation // f of the Elman cell; the others have their own
	Steps        int        // T
	Inputs       int        // I, features of a step
	Hidden       int        // H
	Reverse      bool       // run from the last real step of each row to its first
	Sequence     bool       // give the outputs of all steps, not the last states alone
	Primitive    bool       // primitive Gorgonia nodes in place of the fused operation; Steps at most MaxPrimitive

	// Norm is a cell with layer norm in it: N(W x + b)·GainX and N(U h)·GainH + b', over all gates of an LSTM and over r and z and n
	// of a GRU; an LSTM shows its cell normalised [2].
	//
	// [2] Ba, Kiros & Hinton, Layer normalization, 2016.
	Norm bool

	// Dropout is the share of the state before every step that products do not read in a training graph: one mask [B,H] for all
	// steps, gates and the first state [1], drawn anew at each run from RecurrentInput.Noise.
	//
	// [1] Gal & Ghahramani, A theoretically grounded application of dropout in recurrent neural networks, 2016.
	Dropout float64

	// Row is the row of H0 and C0 that belongs to this layer and direction.
	Row int
	// InputGradient asks for the gradient of x. Leave it off for data: every node of a graph is run.
	InputGradient bool
	// StateGradient asks for the gradients of H0 and C0.
	StateGradient bool
}

// settings tell the layer from others. What came later is in them only where it is used, so that the hashes of other layers stay.
func (s Recurrent) settings() string {
	text := fmt.Sprintf("{Name:%s Cell:%v Nonlinearity:%v Steps:%d Inputs:%d Hidden:%d Reverse:%t Sequence:%t Primitive:%t Row:%d InputGradient:%t StateGradient:%t}",
		s.Name, s.Cell, s.Nonlinearity, s.Steps, s.Inputs, s.Hidden, s.Reverse, s.Sequence, s.Primitive, s.Row, s.InputGradient, s.StateGradient)
	if s.Norm {
		text += " norm"
	}
	if s.Dropout > 0 {
		text += fmt.Sprint(" dropout ", s.Dropout)
	}
	return text
}

// MaxPrimitive is the longest sequence that is written out with primitive nodes. The time to compile a graph grows with the
// square of its nodes, and with it the chance that it must be made again; see Build.
const MaxPrimitive = 32

// RecurrentInput is what a layer reads. X is [R,B,I] with R ≥ T, of which the first T rows are the sequence: it may be
// the Sequence of a layer below as it is. H0 and C0 are [L,B,H]; C0 is nil but for LSTM. The weights have PyTorch's
// shapes and gate order: IH [G·H,I], HH [G·H,H], BIH and BHH [G·H]; gates i,f,g,o (LSTM) and r,z,n (GRU).
// Lengths [B] are the real steps of each batch row.
type RecurrentInput struct {
	X, H0, C0        *gorgonia.Node
	IH, HH, BIH, BHH *gorgonia.Node
	Lengths          *gorgonia.Node
	Noise            *Noise // of Dropout

	// With Norm alone: GainX and GainH [G·H], and of LSTM GainC and ShiftC [H].
	GainX, GainH, GainC, ShiftC *gorgonia.Node
}

// norms are the weights of layer norm with their names; none without Norm.
func (in RecurrentInput) norms(s Recurrent) (names []string, nodes gorgonia.Nodes) {
	switch {
	case !s.Norm:
		return nil, nil
	case s.Cell == LSTM:
		return []string{"gain x", "gain h", "gain c", "shift c"}, gorgonia.Nodes{in.GainX, in.GainH, in.GainC, in.ShiftC}
	}
	return []string{"gain x", "gain h"}, gorgonia.Nodes{in.GainX, in.GainH}
}

// RecurrentOutput is what a layer gives.
type RecurrentOutput struct {
	// Sequence is [R,B,H], R ≥ T; row t is h_t and zero where t is past the row's length. Nil unless asked for.
	// Hand it to Recurrent, Concat, Dropout or Linear as it is; use Y for a node of exactly [T,B,H].
	Sequence *gorgonia.Node
	// States holds the last states, [B,H] each, h first, then c (LSTM), from row StateRow on.
	States   *gorgonia.Node
	StateRow int
	spec     Recurrent
	batch    int
}

// states is the number of states that a cell carries.
func states(c Cell) int {
	if c == LSTM {
		return 2
	}
	return 1
}

// Recurrent adds one direction of one recurrent layer over a whole sequence.
func (b *Builder[F]) Recurrent(s Recurrent, in RecurrentInput) *RecurrentOutput {
	batch, err := b.checkRecurrent(s, in)
	if err != nil {
		b.fail(err)
	}
	if b.err != nil {
		return &RecurrentOutput{spec: s}
	}
	if s.Primitive {
		return b.unrolled(s, batch, in)
	}
	return b.fused(s, batch, in)
}

func (b *Builder[F]) checkRecurrent(s Recurrent, in RecurrentInput) (batch int, err error) {
	if b.err != nil {
		return 0, b.err
	}
	label := fmt.Sprintf("graph: %v %q", s.Cell, s.Name)
	if in.X == nil || in.X.Dims() != 3 {
		return 0, fmt.Errorf("%s: x is %v, want [T B I]", label, b.like("x", in.X).shape)
	}
	batch = in.X.Shape()[1]
	g := s.Cell.Gates() * s.Hidden
	want := []struct {
		name string
		n    *gorgonia.Node
		want []int
	}{
		{"x", in.X, []int{max(s.Steps, in.X.Shape()[0]), batch, s.Inputs}},
		{"weight ih", in.IH, []int{g, s.Inputs}}, {"weight hh", in.HH, []int{g, s.Hidden}},
		{"bias ih", in.BIH, []int{g}}, {"bias hh", in.BHH, []int{g}}, {"lengths", in.Lengths, []int{batch}},
		{"h0", in.H0, []int{s.Row + 1, batch, s.Hidden}}, {"c0", in.C0, []int{s.Row + 1, batch, s.Hidden}},
	}
	names, nodes := in.norms(s)
	for i, n := range nodes {
		size := g
		if i > 1 {
			size = s.Hidden
		}
		want = append(want, struct {
			name string
			n    *gorgonia.Node
			want []int
		}{names[i], n, []int{size}})
	}
	for _, w := range want {
		if w.name == "c0" && s.Cell != LSTM {
			continue
		}
		got := b.like(w.name, w.n).shape
		if (w.name == "h0" || w.name == "c0") && len(got) == 3 && got[0] > s.Row {
			w.want[0] = got[0]
		}
		if s.Steps < 1 || !sameShape(got, w.want) {
			return 0, fmt.Errorf("%s: %s is %v, want %v", label, w.name, got, w.want)
		}
	}
	if !(s.Dropout >= 0 && s.Dropout < 1) || s.Dropout > 0 && in.Noise == nil {
		return 0, fmt.Errorf("%s: dropout is %v, want 0 or more and below 1, and a noise with it", label, s.Dropout)
	}
	if s.Primitive && s.Steps > MaxPrimitive {
		return 0, fmt.Errorf("%s: %d steps of primitive nodes, want at most %d, use the fused operation", label, s.Steps, MaxPrimitive)
	}
	return batch, nil
}

// H is the last hidden state [B,H], Y the outputs [T,B,H], each a copy: what a consumer does to it in place harms nobody.
func (b *Builder[F]) H(o *RecurrentOutput) *gorgonia.Node { return b.state(o, "h", 0) }

// C is the last cell state [B,H] of an LSTM.
func (b *Builder[F]) C(o *RecurrentOutput) *gorgonia.Node { return b.state(o, "c", 1) }

func (b *Builder[F]) state(o *RecurrentOutput, name string, k int) *gorgonia.Node {
	if b.err == nil && k >= states(o.spec.Cell) {
		return b.fail(fmt.Errorf("graph: %v %q: has no state %s", o.spec.Cell, o.spec.Name, name))
	}
	n := o.batch * o.spec.Hidden
	return b.Block(o.spec.Name+"."+name, o.States, (o.StateRow+k)*n, o.batch, o.spec.Hidden)
}

// Y is the sequence [T,B,H].
func (b *Builder[F]) Y(o *RecurrentOutput) *gorgonia.Node {
	if b.err == nil && o.Sequence == nil {
		return b.fail(fmt.Errorf("graph: %v %q: was built without its sequence, want Sequence: true", o.spec.Cell, o.spec.Name))
	}
	return b.Block(o.spec.Name+".y", o.Sequence, 0, o.spec.Steps, o.batch, o.spec.Hidden)
}

// LastH and LastC are the memory of the last states [B,H], valid after a run; LastC is nil but for LSTM.
func LastH[F Float](o *RecurrentOutput) []F { return lastState[F](o, 0) }

// LastC is LastH for the cell state.
func LastC[F Float](o *RecurrentOutput) []F { return lastState[F](o, 1) }

func lastState[F Float](o *RecurrentOutput, k int) []F {
	n := o.batch * o.spec.Hidden
	m := Memory[F](o.States)
	if m == nil || k >= states(o.spec.Cell) {
		return nil
	}
	return m[(o.StateRow+k)*n:][:n:n]
}

// fusedLayer is what the forward and the gradient op of one layer share: the kernel's layer, which keeps the gates
// between the two, and the way inputs are found among an op's slices.
type fusedLayer[F Float] struct {
	s      Recurrent
	batch  int
	layer  *kernel.Layer[F]
	rows   int // steps kept in the packed output: T, or 0 when only the states are wanted
	states int
	mask   []F // [B,H] of recurrent dropout; nil: none
}

// recurrentNoise is the name that the mask of a layer is drawn by.
func recurrentNoise(s Recurrent) string { return s.Name + ".recurrent" }

// Positions of the op's inputs; c0 is there for LSTM alone and shifts the others by one.
func (l *fusedLayer[F]) weightsAt() int { return 1 + l.states }

func (l *fusedLayer[F]) input(in [][]F, lengths []int) (kernel.Weights[F], kernel.Input[F]) {
	n, at := l.batch*l.s.Hidden, l.weightsAt()
	k := kernel.Input[F]{
		X:       in[0][:l.s.Steps*l.batch*l.s.Inputs],
		H0:      in[1][l.s.Row*n:][:n],
		Lengths: ragged(lengths, l.s.Steps),
		Mask:    l.mask,
	}
	if l.states == 2 {
		k.C0 = in[2][l.s.Row*n:][:n]
	}
	return l.weights(func(i int) []F { return in[at+i] }), k
}

// weights are those of the layer, or their gradients, in the order of the op's inputs.
func (l *fusedLayer[F]) weights(at func(i int) []F) kernel.Weights[F] {
	w := kernel.Weights[F]{IH: at(0), HH: at(1), BIH: at(2), BHH: at(3)}
	if l.s.Norm {
		w.GainX, w.GainH = at(4), at(5)
		if l.states == 2 {
			w.GainC, w.ShiftC = at(6), at(7)
		}
	}
	return w
}

// unpack finds the sequence and the states in a packed output [rows+states,B,H] or its gradient.
func (l *fusedLayer[F]) unpack(packed []F) kernel.Output[F] {
	n := l.batch * l.s.Hidden
	var o kernel.Output[F]
	if l.rows > 0 {
		o.Y = packed[:l.rows*n]
	}
	o.HN = packed[l.rows*n:][:n]
	if l.states == 2 {
		o.CN = packed[(l.rows+1)*n:][:n]
	}
	return o
}

// ragged returns nil when every row has all its steps, which the kernels run faster.
func ragged(lengths []int, steps int) []int {
	for _, n := range lengths {
		if n != steps {
			return lengths
		}
	}
	return nil
}

// RecurrentMemory is how many bytes the kernels of a fused layer take for a batch on so many threads.
func RecurrentMemory[F Float](s Recurrent, batch, threads int, training bool) int64 {
	return kernel.Memory[F](kernel.Spec{Cell: s.Cell, Nonlinearity: s.Nonlinearity, T: s.Steps, B: batch, I: s.Inputs, H: s.Hidden, Train: training, Norm: s.Norm, Masked: training && s.Dropout > 0},
		s.InputGradient, threads)
}

// fused adds the layer as one operation with one gradient operation. Gorgonia's operations have one output: it is
// packed as [T+S,B,H], the sequence first, then the S last states; or [S,B,H] without the sequence.
func (b *Builder[F]) fused(s Recurrent, batch int, in RecurrentInput) *RecurrentOutput {
	l := &fusedLayer[F]{s: s, batch: batch, states: states(s.Cell)}
	if b.training && s.Dropout > 0 {
		l.mask = make([]F, batch*s.Hidden)
	}
	l.layer = kernel.NewLayerOf(kernel.Spec{
		Cell: s.Cell, Nonlinearity: s.Nonlinearity, T: s.Steps, B: batch, I: s.Inputs, H: s.Hidden,
		Reverse: s.Reverse, Train: b.training, Norm: s.Norm, Masked: l.mask != nil, Pool: b.pool,
	}, b.room.turns(), s.Name)
	if s.Sequence {
		l.rows = s.Steps
	}
	noise := in.Noise
	nodes := gorgonia.Nodes{in.X, in.H0}
	names := []string{"x", "h0"}
	wrt := []bool{s.InputGradient, s.StateGradient}
	if l.states == 2 {
		nodes, names, wrt = append(nodes, in.C0), append(names, "c0"), append(wrt, s.StateGradient)
	}
	normNames, norms := in.norms(s)
	nodes = append(append(append(nodes, in.IH, in.HH, in.BIH, in.BHH), norms...), in.Lengths)
	names = append(append(append(names, "weight ih", "weight hh", "bias ih", "bias hh"), normNames...), "lengths")
	wrt = append(append(wrt, all(4+len(norms))...), false)

	o := &op[F]{
		kind: s.Cell.String(), name: s.Name, settings: s.settings(),
		out: b.port("packed", l.rows+l.states, batch, s.Hidden), wrt: wrt,
	}
	for i, n := range nodes {
		o.in = append(o.in, b.like(names[i], n))
	}
	o.run = func(in [][]F, out []F) error {
		if err := checkLengths(o.lengths, s.Steps); err != nil {
			return err
		}
		if l.mask != nil {
			fillMask(l.mask, s.Dropout, Stream(noise.Seed, fmt.Sprintf("dropout %s %d", recurrentNoise(s), noise.Step)))
		}
		w, k := l.input(in, o.lengths)
		l.layer.Forward(w, k, l.unpack(out))
		return nil
	}
	o.diff = func(in gorgonia.Nodes, output, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		return b.fusedGradient(l, o, in, output, grad)
	}
	packed := b.apply(o, nodes...)
	out := &RecurrentOutput{States: packed, StateRow: l.rows, spec: s, batch: batch}
	if s.Sequence {
		out.Sequence = packed
	}
	return out
}

// fusedGradient adds the gradient op of a layer, whose one output holds the gradients of all inputs that want one,
// and a view of each. It lists the forward output among its inputs: that orders it after the forward pass and keeps
// the memory of everything it reads alive.
func (b *Builder[F]) fusedGradient(l *fusedLayer[F], f *op[F], in gorgonia.Nodes, output, grad *gorgonia.Node) (gorgonia.Nodes, error) {
	p := pack(f.in, f.wrt)
	g := &op[F]{
		kind: f.kind + " gradient", name: f.name, settings: f.settings,
		in:  append(append([]port{}, f.in...), renamed(f.out, "output"), renamed(f.out, "gradient")),
		out: b.port("packed", p.size), wrt: make([]bool, len(f.in)+2),
	}
	n := l.batch * l.s.Hidden
	g.run = func(in [][]F, out []F) error {
		w, k := l.input(in, g.lengths)
		var d kernel.Grads[F]
		if dx := part(p, out, 0); dx != nil {
			d.X = dx[:len(k.X)]
			clear(dx[len(k.X):])
		}
		for i, to := range []*[]F{&d.H0, &d.C0}[:l.states] {
			if ds := part(p, out, 1+i); ds != nil {
				clear(ds)
				*to = ds[l.s.Row*n:][:n]
			}
		}
		at := l.weightsAt()
		d.W = l.weights(func(i int) []F { return part(p, out, at+i) })
		last := len(in) - 1
		l.layer.Backward(w, k, l.unpack(in[last-1]), l.unpack(in[last]), d)
		return nil
	}
	packed, err := b.node(g, append(append(gorgonia.Nodes{}, in...), output, grad))
	if err != nil {
		return nil, err
	}
	return b.views(p, g, packed)
}

func checkLengths(lengths []int, steps int) error {
	for i, n := range lengths {
		if n < 0 || n > steps {
			return fmt.Errorf("length of row %d is %d, want 0 to %d", i, n, steps)
		}
	}
	return nil
}
