package kernel

import (
	"fmt"
	"math"
)

// LossKind names the loss of one element, by its error e = pred - y.
type LossKind uint8

// The losses, as in PyTorch: e², |e|, and Huber's, e²/2 up to delta and
// delta·(|e| - delta/2) beyond.
const (
	MSE LossKind = iota
	MAE
	Huber
)

func (k LossKind) String() string {
	switch k {
	case MSE:
		return "mse"
	case MAE:
		return "mae"
	case Huber:
		return "huber"
	}
	return fmt.Sprintf("loss(%d)", uint8(k))
}

// MaskedLoss is Σ mask·loss / Σ mask, and 0 when no element counts. A nil mask
// counts every element. grad, unless nil, receives the gradient by pred.
func MaskedLoss[F Float](k LossKind, delta F, pred, y, mask, grad []F) F {
	n := len(pred)
	need("loss: y", y, n, false)
	need("loss: mask", mask, n, true)
	need("loss: grad", grad, n, true)
	weight := total(n, mask)
	if weight == 0 {
		clear(grad)
		return 0
	}
	sum, scale := 0.0, F(1/weight)
	for i, p := range pred {
		m := F(1)
		if mask != nil {
			m = mask[i]
		}
		if m == 0 { // a masked truth may hold anything
			if grad != nil {
				grad[i] = 0
			}
			continue
		}
		l, d := elementLoss(k, delta, p-y[i])
		sum += float64(m * l)
		if grad != nil {
			grad[i] = m * d * scale
		}
	}
	return F(sum / weight)
}

// total is the sum of n weights; nil ones are 1 each.
func total[F Float](n int, weights []F) float64 {
	if weights == nil {
		return float64(n)
	}
	sum := 0.0
	for _, w := range weights {
		sum += float64(w)
	}
	return sum
}

// elementLoss is the loss of an error and its derivative.
func elementLoss[F Float](k LossKind, delta, e F) (l, d F) {
	size := F(math.Abs(float64(e)))
	switch {
	case k == MSE:
		return e * e, 2 * e
	case k == Huber && size <= delta:
		return e * e / 2, e
	case k == Huber:
		return delta * (size - delta/2), F(math.Copysign(float64(delta), float64(e)))
	case e == 0:
		return 0, 0
	}
	return size, F(math.Copysign(1, float64(e)))
}
