package graph

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"recur/internal/kernel"
)

// LossKind names the loss of one element.
type LossKind = kernel.LossKind

// The losses. With the error e = prediction - truth: e²; |e|; and Huber's, e²/2 up to delta and delta·(|e| - delta/2)
// beyond.
const (
	MSE   = kernel.MSE
	MAE   = kernel.MAE
	Huber = kernel.Huber
)

// Loss adds Σ mask·loss / Σ mask, a scalar: the mean over the elements that count. pred, y and mask have one shape; it
// is 0 when nothing counts. delta is Huber's.
func (b *Builder[F]) Loss(name string, kind LossKind, delta float64, pred, y, mask *gorgonia.Node) *gorgonia.Node {
	if b.err != nil {
		return nil
	}
	shape := b.like("prediction", pred).shape
	var slope []F
	if b.training {
		slope = make([]F, volume(shape))
	}
	o := &op[F]{
		kind: kind.String(), name: name, settings: fmt.Sprint(delta),
		in:  []port{b.port("prediction", shape...), b.port("truth", shape...), b.port("mask", shape...)},
		out: b.port("loss"), wrt: []bool{true, false, false},
		run: func(in [][]F, out []F) error {
			out[0] = kernel.MaskedLoss(kind, F(delta), in[0], in[1], in[2], slope)
			return nil
		},
	}
	o.out.shape = nil
	o.diff = func(in gorgonia.Nodes, output, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		// The forward pass left the slope; the output among the inputs orders the two.
		d, err := b.node(&op[F]{
			kind: o.kind + " gradient", name: name, settings: o.settings,
			in:  []port{renamed(o.out, "output"), renamed(o.out, "gradient")},
			out: b.port("dprediction", shape...), wrt: make([]bool, 2),
			run: func(in [][]F, out []F) error {
				copy(out, slope)
				if k := in[1][0]; k != 1 {
					kernel.Scale(k, out)
				}
				return nil
			},
		}, gorgonia.Nodes{output, grad})
		return gorgonia.Nodes{d, nil, nil}, err
	}
	return b.apply(o, pred, y, mask)
}

// PrimitiveLoss is Loss from primitive Gorgonia nodes, for checks. Here a mask that counts nothing gives NaN.
func (b *Builder[F]) PrimitiveLoss(kind LossKind, delta float64, pred, y, mask *gorgonia.Node) *gorgonia.Node {
	e := b.apply2(gorgonia.Sub, pred, y)
	var l *gorgonia.Node
	switch kind {
	case MAE:
		l = b.apply1(gorgonia.Abs, e)
	case Huber:
		// With beyond = max(0, |e| - δ) and within = |e| - beyond = min(|e|, δ): within²/2 + δ·beyond.
		size := b.apply1(gorgonia.Abs, e)
		beyond := b.apply1(gorgonia.Rectify, b.apply2(gorgonia.Sub, size, b.constant(delta)))
		within := b.apply2(gorgonia.Sub, size, beyond)
		l = b.apply2(gorgonia.Add,
			b.apply2(gorgonia.Mul, b.constant(0.5), b.apply1(gorgonia.Square, within)),
			b.apply2(gorgonia.Mul, b.constant(delta), beyond))
	default:
		l = b.apply1(gorgonia.Square, e)
	}
	return b.apply2(gorgonia.Div, b.sum(b.apply2(gorgonia.HadamardProd, mask, l)), b.sum(mask))
}

func (b *Builder[F]) sum(x *gorgonia.Node) *gorgonia.Node {
	return b.apply1(func(n *gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.Sum(n) }, x)
}

func (b *Builder[F]) constant(v float64) *gorgonia.Node {
	return gorgonia.NewConstant(F(v))
}
