package graph

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"recur/internal/kernel"
)

// CrossEntropy says which loss over classes it is; see kernel.CrossEntropy for the formula.
type CrossEntropy struct {
	Name         string
	Steps        int     // T of a sequence of features; 0 of a matrix
	Smoothing    float64 // ε, from 0 to 1
	ClassWeights []float64

	// InputGradient asks for the gradient of X.
	InputGradient bool
	// Primitive makes it of primitive Gorgonia nodes, for checks: the targets and the mask are those of the time of building.
	Primitive bool
}

// ClassInput is what a loss over V classes reads. X is [N,H], or [R,B,H] of which the first Steps rows count, N = Steps·B. Weight is [V,H], Bias
// [V] or nil. Targets are N classes, from Numbers, and Mask N weights of them; the target of a weight of 0 may be anything.
type ClassInput struct{ X, Weight, Bias, Targets, Mask *gorgonia.Node }

// ClassLoss is the loss, and the logarithm of the chance of each target, without smoothing and weights, which every run
// writes anew; 0 where the mask is, and nil of primitive nodes.
type ClassLoss[F Float] struct {
	Loss *gorgonia.Node
	LogP []F
}

// crossEntropy is what the forward and the gradient op share. The forward pass makes the gradients too, while it has the
// logits, and writes them where the gradient op keeps them.
type crossEntropy[F Float] struct {
	c          CrossEntropy
	n, h, v    int
	bias       bool
	loss       *kernel.CrossEntropy[F]
	classes    []F
	logP       []F
	packing    packing
	gradientOp *op[F]
}

// CrossEntropy adds the softmax cross-entropy of logits that it makes itself, W·x + b, a scalar: the mean over what the
// mask and the weights of classes count, 0 when nothing counts. The logits are never there as a whole.
func (b *Builder[F]) CrossEntropy(c CrossEntropy, in ClassInput) ClassLoss[F] {
	l, o, nodes, err := b.crossEntropy("cross-entropy", c, in)
	if err != nil {
		b.fail(err)
		return ClassLoss[F]{}
	}
	if c.Primitive {
		return ClassLoss[F]{Loss: b.primitiveCrossEntropy(l, in)}
	}
	l.loss = kernel.NewCrossEntropyOf(kernel.CrossEntropySpec{N: l.n, H: l.h, V: l.v, Smoothing: c.Smoothing, Train: b.training, Pool: b.pool}, b.room.take)
	o.run = func(in [][]F, out []F) error {
		mask := in[len(in)-1]
		if err := checkClasses(o.lengths, mask, l.v); err != nil {
			return err
		}
		k := l.input(in)
		k.Targets = o.lengths
		out[0] = l.loss.Run(k, l.output())
		return nil
	}
	o.diff = func(in gorgonia.Nodes, output, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		return b.crossEntropyGradient(l, o, output, grad)
	}
	return ClassLoss[F]{Loss: b.apply(o, nodes...), LogP: l.logP}
}

// crossEntropy checks the shapes and lays out the op, without its functions.
func (b *Builder[F]) crossEntropy(kind string, c CrossEntropy, in ClassInput) (*crossEntropy[F], *op[F], gorgonia.Nodes, error) {
	if b.err != nil {
		return nil, nil, nil, b.err
	}
	label := fmt.Sprintf("graph: %s %q", kind, c.Name)
	x, w := b.like("x", in.X), b.like("weight", in.Weight)
	shape, n, err := rowsOf(x, c.Steps)
	h := shape[len(shape)-1]
	if err != nil || len(w.shape) != 2 || w.shape[1] != h {
		return nil, nil, nil, fmt.Errorf("%s: x is %v and weight %v, want [%d.. B H] or [N H], and [V H]", label, x.shape, w.shape, c.Steps)
	}
	l := &crossEntropy[F]{c: c, n: n, h: h, v: w.shape[0], bias: in.Bias != nil, classes: converted[F](c.ClassWeights), logP: make([]F, n)}
	if !(c.Smoothing >= 0 && c.Smoothing <= 1) || l.classes != nil && len(l.classes) != l.v {
		return nil, nil, nil, fmt.Errorf("%s: smoothing is %v and there are weights of %d classes, want 0 to 1 and %d", label, c.Smoothing, len(l.classes), l.v)
	}
	targets, mask := b.like("targets", in.Targets), b.like("mask", in.Mask)
	if targets.dtype != tensor.Int || mask.dtype != dtypeOf[F]() || targets.size() != n || mask.size() != n {
		return nil, nil, nil, fmt.Errorf("%s: targets are %v of %v and mask %v of %v, want %d each, of %v and %v",
			label, targets.shape, targets.dtype, mask.shape, mask.dtype, n, tensor.Int, dtypeOf[F]())
	}
	o := &op[F]{
		kind: kind, name: c.Name, settings: fmt.Sprintf("%+v", c), out: b.port("loss"),
		in: []port{x, w}, wrt: []bool{c.InputGradient, true},
	}
	o.out.shape = nil
	nodes := gorgonia.Nodes{in.X, in.Weight}
	if l.bias {
		bias := b.like("bias", in.Bias)
		if !sameShape(bias.shape, []int{l.v}) {
			return nil, nil, nil, fmt.Errorf("%s: bias is %v, want [%d]", label, bias.shape, l.v)
		}
		nodes, o.in, o.wrt = append(nodes, in.Bias), append(o.in, bias), append(o.wrt, true)
	}
	o.in, o.wrt = append(o.in, targets, mask), append(o.wrt, false, false)
	return l, o, append(nodes, in.Targets, in.Mask), nil
}

// input finds what the kernel reads among the op's inputs: x, weight, bias if there is one, targets, mask.
func (l *crossEntropy[F]) input(in [][]F) kernel.CrossEntropyInput[F] {
	k := kernel.CrossEntropyInput[F]{X: in[0][:l.n*l.h], W: in[1], Mask: in[len(in)-1], Classes: l.classes}
	if l.bias {
		k.B = in[2]
	}
	return k
}

// output is where the kernel writes: the gradients where the gradient op keeps them.
func (l *crossEntropy[F]) output() kernel.CrossEntropyOutput[F] {
	out := kernel.CrossEntropyOutput[F]{LogP: l.logP}
	if l.gradientOp == nil {
		return out
	}
	packed := l.gradientOp.memory
	if dx := part(l.packing, packed, 0); dx != nil {
		clear(dx[l.n*l.h:])
		out.DX = dx[:l.n*l.h]
	}
	out.DW = part(l.packing, packed, 1)
	if l.bias {
		out.DB = part(l.packing, packed, 2)
	}
	return out
}

// crossEntropyGradient adds the op that owns the gradients.
func (b *Builder[F]) crossEntropyGradient(l *crossEntropy[F], f *op[F], output, grad *gorgonia.Node) (gorgonia.Nodes, error) {
	l.packing = pack(f.in, f.wrt)
	g := b.readyGradient(f, b.port("packed", l.packing.size))
	packed, err := b.node(g, gorgonia.Nodes{output, grad})
	if err != nil {
		return nil, err
	}
	l.gradientOp = g
	return b.views(l.packing, g, packed)
}

// checkClasses says which target that counts is no class.
func checkClasses[F Float](targets []int, mask []F, classes int) error {
	for i, y := range targets {
		if (y < 0 || y >= classes) && mask[i] != 0 {
			return fmt.Errorf("target %d is %d, want 0 to %d", i, y, classes-1)
		}
	}
	return nil
}

// primitiveCrossEntropy is CrossEntropy of primitive nodes: -Σ (c_i·q_ik)·log p_ik / Σ c_i with c·q as an input.
func (b *Builder[F]) primitiveCrossEntropy(l *crossEntropy[F], in ClassInput) *gorgonia.Node {
	targets, mask := in.Targets.Value().(*tensor.Dense).Ints(), floatsOf[F](in.Mask.Value().(*tensor.Dense))
	if err := checkClasses(targets, mask, l.v); err != nil {
		return b.fail(fmt.Errorf("graph: cross-entropy %q: %w", l.c.Name, err))
	}
	q, total := make([]F, l.n*l.v), F(0)
	for i, y := range targets {
		c := mask[i]
		if c != 0 && l.classes != nil {
			c *= l.classes[y]
		}
		total += c
		for k := range l.v {
			q[i*l.v+k] = c * F(l.c.Smoothing) / F(l.v)
		}
		if c != 0 {
			q[i*l.v+y] += c * F(1-l.c.Smoothing)
		}
	}
	x := b.Block(l.c.Name+".x", in.X, 0, l.n, l.h)
	z := b.apply2(gorgonia.Mul, x, b.transpose(in.Weight))
	if l.bias {
		z = b.add(z, b.spread(l.c.Name+".bias", in.Bias, l.n))
	}
	log := b.apply1(func(z *gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.LogSoftMax(z) }, z)
	sum := b.sum(b.times(b.Input(l.c.Name+".q", q, l.n, l.v), log))
	return b.apply2(gorgonia.Mul, b.constant(float64(-1/total)), sum)
}

// Probabilities adds the chances of V classes, softmax(W·x + b), without a gradient. x: [N,H], or [R,B,H] with R ≥ steps; returns
// [N,V] or [steps,B,V].
func (b *Builder[F]) Probabilities(name string, steps int, x, weight, bias *gorgonia.Node) *gorgonia.Node {
	z := b.Linear(name+".logits", Identity, steps, x, weight, bias)
	if b.err != nil {
		return nil
	}
	in := b.like("logits", z)
	v := in.shape[len(in.shape)-1]
	rows := in.size() / v
	scratch := make([]F, 2*rows)
	return b.apply(&op[F]{
		kind: "softmax", name: name, in: []port{in}, out: renamed(in, "y"), wrt: []bool{false},
		run: func(in [][]F, out []F) error {
			copy(out, in[0])
			kernel.Softmax(rows, v, out, scratch[:rows], scratch[rows:])
			return nil
		},
	}, z)
}

// CrossEntropyMemory is about how many bytes the kernel of the loss holds for so many rows, features and classes on so many threads.
func CrossEntropyMemory[F Float](rows, features, classes, threads int, training bool) int64 {
	return kernel.CrossEntropyMemory[F](kernel.CrossEntropySpec{N: rows, H: features, V: classes, Train: training}, threads)
}
