package graph

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"recur/internal/kernel"
)

// CTC says which connectionist temporal classification it is; see kernel.CTC for the formula.
type CTC struct {
	Name  string
	Steps int // T
	Blank int // the class that stands for no label
}

// CTCInput is what the loss reads: Logits [R,B,C] with R ≥ Steps, before the softmax; Labels [S,B], from Numbers, classes but the blank;
// Lengths [B], the real steps of each row, and LabelLengths [B], its real labels. What lies past them may be anything.
type CTCInput struct{ Logits, Labels, Lengths, LabelLengths *gorgonia.Node }

// CTCLoss is the loss, and log P of each row [B], which every run writes anew.
type CTCLoss[F Float] struct {
	Loss *gorgonia.Node
	LogP []F
}

// TooShort is the error of a row whose labels no path over its steps can say: a step says one label at most, and between
// two equal labels there has to be a step for the blank.
type TooShort struct{ Row, Steps, Labels, Needed int }

func (e *TooShort) Error() string {
	return fmt.Sprintf("row %d has %d steps for %d labels, of which %d repeat the one before, want %d steps or more: give it more steps (less stride), or leave it out",
		e.Row, e.Steps, e.Labels, e.Needed-e.Labels, e.Needed)
}

// CTC adds the mean over the rows of -log P, a scalar, P being the chance of a row's labels over all ways to lay them along its steps. It has a gradient by
// the logits, which is 0 past the lengths. A run fails with a *TooShort where a row cannot be said, and where a label is no class.
func (b *Builder[F]) CTC(c CTC, in CTCInput) CTCLoss[F] {
	if b.err != nil {
		return CTCLoss[F]{}
	}
	o, s, err := b.ctc(c, in)
	if err != nil {
		b.fail(err)
		return CTCLoss[F]{}
	}
	l, logP := kernel.NewCTC[F](s), make([]F, s.B)
	var gradient *op[F] // which owns what the forward pass makes beside the loss
	o.run = func(in [][]F, out []F) error {
		if err := checkCTC(s, o.numbers[1], o.numbers[2], o.numbers[3]); err != nil {
			return err
		}
		n := s.T * s.B * s.C
		to := kernel.CTCOutput[F]{LogP: logP}
		if gradient != nil {
			to.DLogits = gradient.memory[:n]
			clear(gradient.memory[n:])
		}
		out[0] = l.Run(kernel.CTCInput[F]{Logits: in[0][:n], Labels: o.numbers[1], Lengths: o.numbers[2], LabelLengths: o.numbers[3]}, to)
		return nil
	}
	o.diff = func(_ gorgonia.Nodes, output, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		g := b.readyGradient(o, o.in[0])
		dx, err := b.node(g, gorgonia.Nodes{output, grad})
		gradient = g
		return gorgonia.Nodes{dx, nil, nil, nil}, err
	}
	return CTCLoss[F]{Loss: b.apply(o, in.Logits, in.Labels, in.Lengths, in.LabelLengths), LogP: logP}
}

// readyGradient is the op that owns a gradient which the forward pass of f, a loss, has made. The loss among its inputs orders it
// after that; what is left to do is to multiply by the gradient of the loss, where that is not 1.
func (b *Builder[F]) readyGradient(f *op[F], out port) *op[F] {
	return &op[F]{
		kind: f.kind + " gradient", name: f.name, settings: f.settings,
		in:  []port{renamed(f.out, "output"), renamed(f.out, "gradient")},
		out: out, wrt: make([]bool, 2),
		run: func(in [][]F, out []F) error {
			if k := in[1][0]; k != 1 {
				kernel.Scale(k, out)
			}
			return nil
		},
	}
}

// ctc checks the shapes and lays out the op, without its functions.
func (b *Builder[F]) ctc(c CTC, in CTCInput) (*op[F], kernel.CTCSpec, error) {
	if in.Logits == nil || in.Labels == nil || in.Lengths == nil || in.LabelLengths == nil {
		return nil, kernel.CTCSpec{}, fmt.Errorf("graph: connectionist %q: an input is missing, want logits, labels, lengths and label lengths", c.Name)
	}
	x, labels := b.like("logits", in.Logits), b.like("labels", in.Labels)
	lengths, counts := b.like("lengths", in.Lengths), b.like("label lengths", in.LabelLengths)
	if len(x.shape) != 3 || c.Steps < 1 || x.shape[0] < c.Steps || x.dtype != dtypeOf[F]() {
		return nil, kernel.CTCSpec{}, fmt.Errorf("graph: connectionist %q: logits are %v of %v, want [%d.. B C] of %v", c.Name, x.shape, x.dtype, c.Steps, dtypeOf[F]())
	}
	s := kernel.CTCSpec{T: c.Steps, B: x.shape[1], C: x.shape[2], Blank: c.Blank, Train: b.training, Pool: b.pool}
	if c.Blank < 0 || c.Blank >= s.C {
		return nil, s, fmt.Errorf("graph: connectionist %q: the blank is class %d, want 0 to %d", c.Name, c.Blank, s.C-1)
	}
	if len(labels.shape) != 2 || labels.shape[1] != s.B || !sameShape(lengths.shape, labels.shape[1:]) || !sameShape(counts.shape, labels.shape[1:]) ||
		labels.dtype != tensor.Int || lengths.dtype != tensor.Int || counts.dtype != tensor.Int {
		return nil, s, fmt.Errorf("graph: connectionist %q: labels are %v of %v, lengths %v of %v and label lengths %v of %v, want [S %d], [%d] and [%d] of %v",
			c.Name, labels.shape, labels.dtype, lengths.shape, lengths.dtype, counts.shape, counts.dtype, s.B, s.B, s.B, tensor.Int)
	}
	s.S = labels.shape[0]
	o := &op[F]{
		kind: "connectionist", name: c.Name, settings: fmt.Sprintf("%+v", c), out: b.port("loss"),
		in: []port{x, labels, lengths, counts}, wrt: []bool{true, false, false, false},
	}
	o.out.shape = nil
	return o, s, nil
}

// checkCTC says which row has labels that are no class or more of them than its steps can say.
func checkCTC(s kernel.CTCSpec, labels, lengths, counts []int) error {
	if err := checkLengths(lengths, s.T); err != nil {
		return err
	}
	for b, n := range counts {
		if n < 0 || n > s.S {
			return fmt.Errorf("number of labels of row %d is %d, want 0 to %d", b, n, s.S)
		}
		for i := range n {
			if y := labels[i*s.B+b]; y < 0 || y >= s.C || y == s.Blank {
				return fmt.Errorf("label %d of row %d is %d, want 0 to %d, and not the blank, %d", i, b, y, s.C-1, s.Blank)
			}
		}
		if needed := kernel.CTCSteps(labels, b, s.B, n); needed > lengths[b] {
			return &TooShort{Row: b, Steps: lengths[b], Labels: n, Needed: needed}
		}
	}
	return nil
}

// CTCMemory is about how many bytes the kernel of a CTC takes for so many rows, classes and labels a row on so many threads. The op holds as
// much as the logits beside them in training.
func CTCMemory(c CTC, batch, classes, labels, threads int, training bool) int64 {
	return kernel.CTCMemory(kernel.CTCSpec{T: c.Steps, B: batch, C: classes, S: labels, Train: training}, threads)
}
