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
	return b.loss(kind.String(), name, fmt.Sprint(delta), shape, gorgonia.Nodes{pred, y, mask}, func(in [][]F, slope []F) F {
		return kernel.MaskedLoss(kind, F(delta), in[0], in[1], in[2], slope)
	})
}

// Pinball adds the loss of quantiles, a scalar: Σ mask·l / Σ mask with, for each truth, the mean over the quantiles τ,
// weighted by weights (nil: all alike), of l = 2·max(τ·e, (τ-1)·e), e = truth - prediction, so that the median alone gives
// MAE. pred: [N,V·Q], the quantiles of a
// value side by side; y, mask: [N,V].
func (b *Builder[F]) Pinball(name string, quantiles, weights []float64, pred, y, mask *gorgonia.Node) *gorgonia.Node {
	if b.err != nil {
		return nil
	}
	shape, truth := b.like("prediction", pred).shape, b.like("truth", y).shape
	if len(quantiles) == 0 || len(shape) != 2 || len(truth) != 2 || shape[1] != truth[1]*len(quantiles) {
		return b.fail(fmt.Errorf("graph: pinball %q: prediction is %v and truth %v, want [N V·%d] and [N V]", name, shape, truth, len(quantiles)))
	}
	if weights != nil && len(weights) != len(quantiles) {
		return b.fail(fmt.Errorf("graph: pinball %q: %d weights, want one for each of %d quantiles", name, len(weights), len(quantiles)))
	}
	taus, w := converted[F](quantiles), converted[F](weights)
	return b.loss("pinball", name, fmt.Sprint(quantiles, weights), truth, gorgonia.Nodes{pred, y, mask}, func(in [][]F, slope []F) F {
		return kernel.PinballLoss(taus, w, in[0], in[1], in[2], slope)
	})
}

// converted are numbers in the type of the graph; nil stays nil.
func converted[F Float](numbers []float64) []F {
	if numbers == nil {
		return nil
	}
	out := make([]F, len(numbers))
	for i, v := range numbers {
		out[i] = F(v)
	}
	return out
}

// loss adds a loss of a prediction against a truth and a mask of the given shape, and what else nodes hold. compute returns it and writes its
// slope by the prediction, unless that is nil.
func (b *Builder[F]) loss(kind, name, settings string, truth []int, nodes gorgonia.Nodes, compute func(in [][]F, slope []F) F) *gorgonia.Node {
	in := b.like("prediction", nodes[0])
	var slope []F
	if b.training {
		slope = make([]F, in.size())
	}
	o := &op[F]{
		kind: kind, name: name, settings: settings,
		in:  []port{b.port("prediction", in.shape...), b.port("truth", truth...), b.port("mask", truth...)},
		out: b.port("loss"), wrt: make([]bool, len(nodes)),
		run: func(in [][]F, out []F) error {
			out[0] = compute(in, slope)
			return nil
		},
	}
	o.wrt[0] = true
	for _, more := range nodes[len(o.in):] {
		o.in = append(o.in, b.like("beside the truth", more))
	}
	o.out.shape = nil
	o.diff = func(_ gorgonia.Nodes, output, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		// The forward pass left the slope; the output among the inputs orders the two.
		d, err := b.node(&op[F]{
			kind: kind + " gradient", name: name, settings: settings,
			in:  []port{renamed(o.out, "output"), renamed(o.out, "gradient")},
			out: b.port("dprediction", in.shape...), wrt: make([]bool, 2),
			run: func(in [][]F, out []F) error {
				copy(out, slope)
				if k := in[1][0]; k != 1 {
					kernel.Scale(k, out)
				}
				return nil
			},
		}, gorgonia.Nodes{output, grad})
		by := make(gorgonia.Nodes, len(nodes))
		by[0] = d
		return by, err
	}
	return b.apply(o, nodes...)
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

// PrimitivePinball is Pinball from primitive Gorgonia nodes, for checks. Here a mask that counts nothing gives NaN.
func (b *Builder[F]) PrimitivePinball(name string, quantiles, weights []float64, pred, y, mask *gorgonia.Node) *gorgonia.Node {
	n := volume(b.like("truth", y).shape)
	p := b.Block(name+".prediction", pred, 0, n, len(quantiles))
	truth, counts := b.Block(name+".truth", y, 0, n, 1), b.Block(name+".mask", mask, 0, n, 1)
	var total *gorgonia.Node
	all := 0.0
	for i, q := range quantiles {
		w := 1.0
		if weights != nil {
			w = weights[i]
		}
		all += w
		e := b.apply2(gorgonia.Sub, truth, b.Columns(fmt.Sprint(name, ".", i), p, i, i+1))
		over := b.apply2(gorgonia.Mul, b.constant(2*w*q), b.apply1(gorgonia.Rectify, e))
		under := b.apply2(gorgonia.Mul, b.constant(2*w*(1-q)), b.apply1(gorgonia.Rectify, b.apply1(gorgonia.Neg, e)))
		l := b.sum(b.apply2(gorgonia.HadamardProd, counts, b.apply2(gorgonia.Add, over, under)))
		if i > 0 {
			l = b.apply2(gorgonia.Add, total, l)
		}
		total = l
	}
	return b.apply2(gorgonia.Div, total, b.apply2(gorgonia.Mul, b.constant(all), b.sum(mask)))
}

func (b *Builder[F]) sum(x *gorgonia.Node) *gorgonia.Node {
	return b.apply1(func(n *gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.Sum(n) }, x)
}

func (b *Builder[F]) constant(v float64) *gorgonia.Node {
	return gorgonia.NewConstant(F(v))
}
