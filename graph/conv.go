package graph

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"recur/internal/kernel"
)

// Padding, Norm and Pooling are the kernels' own words for what a convolution does.
type (
	Padding = kernel.Padding
	Norm    = kernel.Norm
	Pooling = kernel.Pooling
)

// The words of a convolution.
const (
	GELU = kernel.GELU // convolutions alone

	Valid  = kernel.Valid
	Same   = kernel.Same
	Causal = kernel.Causal

	NoNorm      = kernel.NoNorm
	LayerNorm   = kernel.LayerNorm
	BatchNormed = kernel.BatchNormed

	NoPooling   = kernel.NoPooling
	MaxPooling  = kernel.MaxPooling
	MeanPooling = kernel.MeanPooling
)

// Moments are the mean and the variance of a batch, channel by channel; see kernel.Moments, whose Follow moves running ones towards them.
type Moments[F Float] = kernel.Moments[F]

// Conv says which convolutional layer it is: the convolution over the steps, then norm, activation and pooling.
type Conv struct {
	Name                    string
	Steps                   int // T
	Inputs, Channels        int // C, C'
	Width, Stride, Dilation int
	Padding                 Padding
	Norm                    Norm
	Activation              Activation
	Pooling                 Pooling
	PoolWidth, PoolStride   int // with Pooling

	// InputGradient asks for the gradient of x. Leave it off for data: every node of a graph is run.
	InputGradient bool
	// Primitive makes it of primitive Gorgonia nodes in place of the fused operation; Steps at most MaxPrimitive.
	Primitive bool
}

// ConvInput is what a layer reads. X is [R,B,C] with R ≥ T, of which the first T rows are the sequence. Weight is
// [C',C,width], Bias [C'], with a norm Gain and Shift [C']; Lengths [B] are the real steps of each batch row. LengthsAfter is StepsAfter of
// each; the primitive form alone reads it. Mean and Var [C'] are the running moments that BatchNormed reads in graphs of evaluation; those of
// training take the batch's own.
type ConvInput struct {
	X, Weight, Bias, Gain, Shift, Mean, Var, Lengths, LengthsAfter *gorgonia.Node
}

// kernel is the layer's kernel for a batch of so many rows.
func (c Conv) kernel(batch int) kernel.ConvSpec {
	return kernel.ConvSpec{
		T: c.Steps, B: batch, C: c.Inputs, Out: c.Channels, Width: c.Width, Stride: c.Stride, Dilation: c.Dilation, Padding: c.Padding,
		Norm: c.Norm, Activation: c.Activation, Pooling: c.Pooling, PoolWidth: c.PoolWidth, PoolStride: c.PoolStride,
	}
}

// StepsAfter is the number of steps that the layer makes of n; 0 where they are too few.
func (c Conv) StepsAfter(n int) int { return c.kernel(1).Steps(n) }

// LeastSteps is the least number of steps of which the layer makes one.
func (c Conv) LeastSteps() int { return c.kernel(1).Least() }

// Conv adds a convolutional layer: [T',B,C'], T' = StepsAfter(T), zero where t is past StepsAfter of the row's length. With BatchNormed
// moments returns, in a graph of training, those of the last run, so that the caller decides whether a step counts before the running ones
// follow; else it is nil.
func (b *Builder[F]) Conv(c Conv, in ConvInput) (y *gorgonia.Node, moments func() Moments[F]) {
	batch, err := b.checkConv(c, in)
	if err != nil {
		return b.fail(err), nil
	}
	if c.Primitive {
		return b.primitiveConv(c, batch, in), nil
	}
	return b.fusedConv(c, batch, in)
}

func (b *Builder[F]) checkConv(c Conv, in ConvInput) (batch int, err error) {
	if b.err != nil {
		return 0, b.err
	}
	label := fmt.Sprintf("graph: conv %q", c.Name)
	x := b.like("x", in.X).shape
	if len(x) != 3 || x[0] < c.Steps {
		return 0, fmt.Errorf("%s: x is %v, want [%d.. B %d]", label, x, c.Steps, c.Inputs)
	}
	for _, size := range []int{c.Steps, c.Channels, c.Width, c.Stride, c.Dilation} {
		if size < 1 {
			return 0, fmt.Errorf("%s: steps, channels, width, stride, dilation are %d, %d, %d, %d, %d, want 1 or more each", label, c.Steps, c.Channels, c.Width, c.Stride, c.Dilation)
		}
	}
	if c.Pooling != NoPooling && min(c.PoolWidth, c.PoolStride) < 1 {
		return 0, fmt.Errorf("%s: width and stride of the pooling are %d and %d, want 1 or more each", label, c.PoolWidth, c.PoolStride)
	}
	type input struct {
		name string
		n    *gorgonia.Node
		want []int
	}
	want := []input{
		{"x", in.X, []int{x[0], x[1], c.Inputs}}, {"weight", in.Weight, []int{c.Channels, c.Inputs, c.Width}},
		{"bias", in.Bias, []int{c.Channels}}, {"lengths", in.Lengths, []int{x[1]}},
		{"gain", in.Gain, []int{c.Channels}}, {"shift", in.Shift, []int{c.Channels}},
	}
	if c.Norm == NoNorm {
		want = want[:4]
	}
	if c.Norm == BatchNormed && !b.training {
		want = append(want, input{"running mean", in.Mean, []int{c.Channels}}, input{"running variance", in.Var, []int{c.Channels}})
	}
	for _, w := range want {
		if got := b.like(w.name, w.n).shape; !sameShape(got, w.want) {
			return 0, fmt.Errorf("%s: %s is %v, want %v", label, w.name, got, w.want)
		}
	}
	if c.StepsAfter(c.Steps) < 1 {
		return 0, fmt.Errorf("%s: %d steps leave none, want at least %d", label, c.Steps, c.LeastSteps())
	}
	if c.Primitive && c.Steps > MaxPrimitive {
		return 0, fmt.Errorf("%s: %d steps of primitive nodes, want at most %d, use the fused operation", label, c.Steps, MaxPrimitive)
	}
	return x[1], nil
}

// fusedConv is what the forward and the gradient op of one layer share; the kernel's layer keeps what the gradient reads.
type fusedConv[F Float] struct {
	c       Conv
	batch   int
	running bool // it reads the running moments
	layer   *kernel.Conv[F]
}

// input finds the weights and the sequence among an op's inputs: x, weight, bias, gain and shift with a norm, the running moments where
// they are read, lengths.
func (l *fusedConv[F]) input(in [][]F) (kernel.ConvWeights[F], []F) {
	w := kernel.ConvWeights[F]{Weight: in[1], Bias: in[2]}
	if l.c.Norm != NoNorm {
		w.Gain, w.Shift = in[3], in[4]
	}
	if l.running {
		w.Mean, w.Var = in[5], in[6]
	}
	return w, in[0][:l.c.Steps*l.batch*l.c.Inputs]
}

func (b *Builder[F]) fusedConv(c Conv, batch int, in ConvInput) (y *gorgonia.Node, moments func() Moments[F]) {
	spec := c.kernel(batch)
	spec.Train, spec.Pool = b.training, b.pool
	l := &fusedConv[F]{c: c, batch: batch, running: c.Norm == BatchNormed && !b.training, layer: kernel.NewConv[F](spec)}
	if c.Norm == BatchNormed && b.training {
		moments = l.layer.Moments
	}
	nodes, names, wrt := gorgonia.Nodes{in.X, in.Weight, in.Bias}, []string{"x", "weight", "bias"}, []bool{c.InputGradient, true, true}
	if c.Norm != NoNorm {
		nodes, names, wrt = append(nodes, in.Gain, in.Shift), append(names, "gain", "shift"), append(wrt, true, true)
	}
	if l.running {
		nodes, names, wrt = append(nodes, in.Mean, in.Var), append(names, "mean", "variance"), append(wrt, false, false)
	}
	nodes, names, wrt = append(nodes, in.Lengths), append(names, "lengths"), append(wrt, false)
	o := &op[F]{
		kind: "conv", name: c.Name, settings: fmt.Sprintf("%+v", c),
		out: b.port("y", c.StepsAfter(c.Steps), batch, c.Channels), wrt: wrt,
	}
	for i, n := range nodes {
		o.in = append(o.in, b.like(names[i], n))
	}
	o.run = func(in [][]F, out []F) error {
		if err := checkLengths(o.lengths, c.Steps); err != nil {
			return err
		}
		w, x := l.input(in)
		l.layer.Forward(w, x, ragged(o.lengths, c.Steps), out)
		return nil
	}
	o.diff = func(in gorgonia.Nodes, output, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		return b.convGradient(l, o, in, output, grad)
	}
	return b.apply(o, nodes...), moments
}

// convGradient adds the gradient op of a layer and a view of each gradient, as fusedGradient does.
func (b *Builder[F]) convGradient(l *fusedConv[F], f *op[F], in gorgonia.Nodes, output, grad *gorgonia.Node) (gorgonia.Nodes, error) {
	p := pack(f.in, f.wrt)
	g := &op[F]{
		kind: "conv gradient", name: f.name, settings: f.settings,
		in:  append(append([]port{}, f.in...), renamed(f.out, "output"), renamed(f.out, "gradient")),
		out: b.port("packed", p.size), wrt: make([]bool, len(f.in)+2),
	}
	g.run = func(in [][]F, out []F) error {
		w, x := l.input(in)
		dx := part(p, out, 0)
		if dx != nil {
			clear(dx[len(x):])
			dx = dx[:len(x)]
		}
		d := kernel.ConvWeights[F]{Weight: part(p, out, 1), Bias: part(p, out, 2)}
		if l.c.Norm != NoNorm {
			d.Gain, d.Shift = part(p, out, 3), part(p, out, 4)
		}
		last := len(in) - 1
		l.layer.Backward(w, x, ragged(g.lengths, l.c.Steps), in[last-1], in[last], dx, d)
		return nil
	}
	packed, err := b.node(g, append(append(gorgonia.Nodes{}, in...), output, grad))
	if err != nil {
		return nil, err
	}
	return b.views(p, g, packed)
}
