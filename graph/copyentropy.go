package graph

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"recur/internal/kernel"
)

// CopyEntropy says which loss with a copy head it is; see kernel.CopyEntropy for the formulas.
type CopyEntropy struct {
	Name           string
	Steps, Sources int     // T, S
	Smoothing      float64 // ε, from 0 to 1, over the head's own symbols
}

// CopyInput is what the loss reads: X [R,B,H] with R ≥ Steps, Weight [V,H] and Bias [V] or nil, of the head; Gate [R',B,1], before the sigmoid;
// Attention [Steps,B,Sources], as of DotAttention; Copied [Sources,B], from Numbers, the symbol that a source holds, from V on one that the
// row's source alone has, or a negative number where nothing may be copied. Targets are Steps·B symbols, from Numbers, and Mask as many weights;
// the target of a weight of 0 may be anything.
type CopyInput struct {
	X, Weight, Bias       *gorgonia.Node
	Gate, Attention       *gorgonia.Node
	Copied, Targets, Mask *gorgonia.Node
}

// copyEntropy is what the forward and the gradient op share, beside what crossEntropy has; the gradients are made and kept as there.
type copyEntropy[F Float] struct {
	*crossEntropy[F]
	k                       kernel.CopyEntropySpec
	copies                  *kernel.CopyEntropy[F]
	mask, gate, from, given int // among the op's inputs: mask, gate, attention, what is copied
}

// CopyEntropy adds the loss of a head that says a symbol of its own, with the chance sigmoid(gate), or copies one of the source, a scalar: the mean over what the mask
// counts, 0 when nothing counts. It has gradients by X, Weight, Bias, Gate and Attention. Smoothing spreads ε of the truth's weight
// over the head's own V symbols alone, as the chances that it gives them before the gate. A target from V on has to be in its row's source,
// or the run fails; one that is in neither has no other name than the unknown symbol's.
func (b *Builder[F]) CopyEntropy(c CopyEntropy, in CopyInput) ClassLoss[F] {
	l, o, nodes, err := b.copyEntropy(c, in)
	if err != nil {
		b.fail(err)
		return ClassLoss[F]{}
	}
	l.copies = kernel.NewCopyEntropyOf(l.k, b.room.take)
	o.run = func(in [][]F, out []F) error {
		k := l.input(o, in)
		if err := checkCopies(k, l.k); err != nil {
			return err
		}
		out[0] = l.copies.Run(k, l.output())
		return nil
	}
	o.diff = func(in gorgonia.Nodes, output, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		return b.crossEntropyGradient(l.crossEntropy, o, output, grad)
	}
	return ClassLoss[F]{Loss: b.apply(o, nodes...), LogP: l.logP}
}

// copyEntropy checks the shapes and lays out the op, without its functions.
func (b *Builder[F]) copyEntropy(c CopyEntropy, in CopyInput) (*copyEntropy[F], *op[F], gorgonia.Nodes, error) {
	head, o, nodes, err := b.crossEntropy("copy entropy", CrossEntropy{Name: c.Name, Steps: c.Steps, Smoothing: c.Smoothing, InputGradient: true},
		ClassInput{X: in.X, Weight: in.Weight, Bias: in.Bias, Targets: in.Targets, Mask: in.Mask})
	if err != nil {
		return nil, nil, nil, err
	}
	label := fmt.Sprintf("graph: copy entropy %q", c.Name)
	if in.Gate == nil || in.Attention == nil || in.Copied == nil || c.Steps < 1 || c.Sources < 1 {
		return nil, nil, nil, fmt.Errorf("%s: an input is missing, or there are %d steps and %d sources, want gate, attention, copied and 1 or more", label, c.Steps, c.Sources)
	}
	batch := head.n / c.Steps
	gate, attention, copied := b.like("gate", in.Gate), b.like("attention", in.Attention), b.like("copied", in.Copied)
	if len(gate.shape) != 3 || gate.shape[0] < c.Steps || gate.shape[1] != batch || gate.shape[2] != 1 || !sameShape(attention.shape, []int{c.Steps, batch, c.Sources}) ||
		!sameShape(copied.shape, []int{c.Sources, batch}) || copied.dtype != tensor.Int {
		return nil, nil, nil, fmt.Errorf("%s: gate is %v, attention %v and copied %v of %v, want [%d.. %d 1], [%d %d %d] and [%d %d] of %v", label,
			gate.shape, attention.shape, copied.shape, copied.dtype, c.Steps, batch, c.Steps, batch, c.Sources, c.Sources, batch, tensor.Int)
	}
	l := &copyEntropy[F]{crossEntropy: head, mask: len(o.in) - 1, gate: len(o.in), from: len(o.in) + 1, given: len(o.in) + 2}
	l.k = kernel.CopyEntropySpec{T: c.Steps, B: batch, S: c.Sources, H: head.h, V: head.v, Smoothing: c.Smoothing, Train: b.training, Pool: b.pool}
	o.settings = fmt.Sprintf("%+v", c)
	o.in, o.wrt = append(o.in, gate, attention, copied), append(o.wrt, true, true, false)
	return l, o, append(nodes, in.Gate, in.Attention, in.Copied), nil
}

// input finds what the kernel reads among the op's inputs.
func (l *copyEntropy[F]) input(o *op[F], in [][]F) kernel.CopyEntropyInput[F] {
	k := kernel.CopyEntropyInput[F]{X: in[0][:l.n*l.h], W: in[1], Gate: in[l.gate][:l.n], Attention: in[l.from],
		Copied: o.numbers[l.given], Targets: o.numbers[l.mask-1], Mask: in[l.mask]}
	if l.bias {
		k.B = in[2]
	}
	return k
}

// output is where the kernel writes: the gradients where the gradient op keeps them.
func (l *copyEntropy[F]) output() kernel.CopyEntropyOutput[F] {
	head := l.crossEntropy.output()
	out := kernel.CopyEntropyOutput[F]{DX: head.DX, DW: head.DW, DB: head.DB, LogP: head.LogP}
	if l.gradientOp == nil {
		return out
	}
	gate := part(l.packing, l.gradientOp.memory, l.gate)
	clear(gate[l.n:])
	out.DGate, out.DAttention = gate[:l.n], part(l.packing, l.gradientOp.memory, l.from)
	return out
}

// checkCopies says which target that counts is no symbol, or one that the row's source does not hold.
func checkCopies[F Float](k kernel.CopyEntropyInput[F], s kernel.CopyEntropySpec) error {
	for i, y := range k.Targets {
		if k.Mask[i] == 0 || y >= 0 && y < s.V {
			continue
		}
		there := false
		for j := i % s.B; y >= 0 && j < len(k.Copied); j += s.B {
			there = there || k.Copied[j] == y
		}
		if !there {
			return fmt.Errorf("target %d, step %d of row %d, is %d, want 0 to %d, or a symbol from %d on that the row's source holds", i, i/s.B, i%s.B, y, s.V-1, s.V)
		}
	}
	return nil
}

// CopyEntropyMemory is about how many bytes the kernel and the ops of the loss hold for so many rows, features and symbols on so many threads.
func CopyEntropyMemory[F Float](c CopyEntropy, batch, features, symbols, threads int, training bool) int64 {
	s := kernel.CopyEntropySpec{T: c.Steps, B: batch, S: c.Sources, H: features, V: symbols, Train: training}
	n := c.Steps * batch
	numbers := n
	if training {
		numbers += n*features + symbols*(features+1) + n + n*c.Sources
	}
	return kernel.CopyEntropyMemory[F](s, threads) + bytesOf[F](numbers)
}
