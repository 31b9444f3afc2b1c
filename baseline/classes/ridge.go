package classes

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// ridge is a linear regression of ±1 for each class on features whose mean is 0.
type ridge struct {
	weights *mat.Dense  // [F,C]
	mean    []float64   // [C] of the targets
	penalty float64     // that was chosen
	left    [][]float64 // [n][C] what is said of each example when it alone is left out
}

// fitRidge chooses the penalty λ by leave-one-out [1] from one matrix: the products Z'·Z of features or Z·Z' of examples, whichever
// are fewer. It is brought into the form Q·T·Q' with T tridiagonal, which is all that solving with any λ needs and a fifth of the
// work of finding eigenvalues. The fit is H·y, and an example left out has the error (y - H·y)_i/(1 - H_ii).
//
// [1] Rifkin & Lippert 2007, Notes on regularized least squares, section 3.
func fitRidge(features [][]float64, truth []int, classes int) (*ridge, error) {
	n, f := len(features), len(features[0])
	z := mat.NewDense(n, f, nil)
	for i, row := range features {
		z.SetRow(i, row)
	}
	y, mean := targets(truth, classes)
	s := newSpan(z)
	var qy mat.Dense
	qy.Mul(s.v.T(), y)
	r := &ridge{mean: mean}
	least := math.Inf(1)
	for i := range 10 {
		penalty := math.Pow(10, -3+6*float64(i)/9)
		if left, sum := s.leaveOut(&qy, y, penalty); sum < least {
			least, r.penalty, r.left = sum, penalty, left
		}
	}
	if r.left == nil {
		return nil, fmt.Errorf("classes: the ridge regression found no penalty for %d sequences; are their numbers far too large?", n)
	}
	for _, row := range r.left {
		floats.Add(row, mean)
	}
	r.weights = s.weights(z, &qy, r.penalty)
	return r, nil
}

// targets are 1 for the true class and -1 for the others, less their mean.
func targets(truth []int, classes int) (y *mat.Dense, mean []float64) {
	y, mean = mat.NewDense(len(truth), classes, nil), make([]float64, classes)
	for c := range mean {
		mean[c] = -1
	}
	for _, c := range truth {
		mean[c] += 2 / float64(len(truth))
	}
	for i, c := range truth {
		row := y.RawRowView(i)
		for k := range row {
			row[k] = -1 - mean[k]
		}
		row[c] += 2
	}
	return y, mean
}

// span is what examples z [n,F] span. Of fewer features than examples the fit is V·(T+λ)⁻¹·V'·y with V = Z·Q; else it is
// y - λ·Q·(T+λ)⁻¹·Q'·y, and V is Q.
type span struct {
	byExample bool
	q, v      *mat.Dense
	t         tridiagonal
}

func newSpan(z *mat.Dense) *span {
	n, f := z.Dims()
	s := &span{byExample: n <= f}
	var product mat.SymDense
	if s.byExample {
		product.SymOuterK(1, z)
	} else {
		product.SymOuterK(1, z.T())
	}
	s.q, s.t = reduce(&product)
	if s.v = s.q; !s.byExample {
		s.v = &mat.Dense{}
		s.v.Mul(z, s.q)
	}
	return s
}

// leaveOut is what is said of each example left out, less the mean of the targets, and the sum of the squared errors. qy is V'·y.
func (s *span) leaveOut(qy, y *mat.Dense, penalty float64) (left [][]float64, sum float64) {
	n, classes := y.Dims()
	t := s.t.plus(penalty)
	var solved, fit mat.Dense
	solved.CloneFrom(qy)
	t.solve(&solved)
	fit.Mul(s.v, &solved)
	own := make([]float64, n) // 1 - H_ii, with 1/n for the mean
	parallel(n, func(from, to int) {
		row := make([]float64, len(t.diagonal))
		for i := from; i < to; i++ {
			copy(row, s.v.RawRowView(i))
			if own[i] = 1 - t.product(row); s.byExample {
				own[i] = penalty * (1 - own[i])
			}
			own[i] = max(own[i]-1/float64(n), 1e-9)
		}
	})
	left = make([][]float64, n)
	for i := range n {
		left[i] = make([]float64, classes)
		for c := range classes {
			e := y.At(i, c) - fit.At(i, c)
			if s.byExample {
				e = penalty * fit.At(i, c)
			}
			e /= own[i]
			left[i][c] = y.At(i, c) - e
			sum += e * e
		}
	}
	return left, sum
}

// weights are Q·(T+λ)⁻¹·V'·y, or Z'·Q·(T+λ)⁻¹·Q'·y.
func (s *span) weights(z, qy *mat.Dense, penalty float64) *mat.Dense {
	t := s.t.plus(penalty)
	t.solve(qy)
	w := &mat.Dense{}
	w.Mul(s.q, qy)
	if s.byExample {
		dual := mat.DenseCopyOf(w)
		w = &mat.Dense{}
		w.Mul(z.T(), dual)
	}
	return w
}

// predict is [C] for the features of one example.
func (r *ridge) predict(features []float64) []float64 {
	out := append([]float64(nil), r.mean...)
	for j, v := range features {
		floats.AddScaled(out, v, r.weights.RawRowView(j))
	}
	return out
}
