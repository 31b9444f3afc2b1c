package classes

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// ridge is a linear regression of ±1 for each class on features whose mean is 0.
type ridge struct {
	weights *mat.Dense  // [F,C]
	mean    []float64   // [C] of the targets
	penalty float64     // that was chosen
	left    [][]float64 // [n][C] what is said of each example when it alone is left out
}

// fitRidge chooses the penalty by leave-one-out from one eigendecomposition [1]: of the products of examples or of features,
// whichever are fewer. With features = U·√S·V' the fit is H·y, H = 1/n + U·S/(S+λ)·U', and an example left out has the error
// (y - H·y)_i/(1 - H_ii).
//
// [1] Rifkin & Lippert 2007, Notes on regularized least squares, section 3.
func fitRidge(features [][]float64, truth []int, classes int) (*ridge, error) {
	n, f := len(features), len(features[0])
	z := mat.NewDense(n, f, nil)
	for i, row := range features {
		z.SetRow(i, row)
	}
	y, mean := targets(truth, classes)
	u, s, err := spectrum(z)
	if err != nil {
		return nil, err
	}
	var uy mat.Dense
	uy.Mul(u.T(), y)
	r := &ridge{mean: mean}
	least := math.Inf(1)
	for i := range 10 {
		penalty := math.Pow(10, -3+6*float64(i)/9)
		if left, sum := leaveOut(u, &uy, y, s, penalty); sum < least {
			least, r.penalty, r.left = sum, penalty, left
		}
	}
	if r.left == nil {
		return nil, fmt.Errorf("classes: the ridge regression found no penalty for %d sequences", n)
	}
	for _, row := range r.left {
		for c := range row {
			row[c] += mean[c]
		}
	}
	// w = Z'·(K+λ)⁻¹·y = Z'·U·1/(S+λ)·U'·y, as y has no part outside U that Z' knows.
	for j, v := range s {
		scale(uy.RawRowView(j), 1/(v+r.penalty))
	}
	var dual mat.Dense
	dual.Mul(u, &uy)
	r.weights = mat.NewDense(f, classes, nil)
	r.weights.Mul(z.T(), &dual)
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

// spectrum are the left singular vectors [n,r] of z and the squares of its singular values that are not zero.
func spectrum(z *mat.Dense) (u *mat.Dense, s []float64, err error) {
	n, f := z.Dims()
	var product mat.SymDense
	if n <= f {
		product.SymOuterK(1, z)
	} else {
		product.SymOuterK(1, z.T())
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(&product, true) {
		return nil, nil, fmt.Errorf("classes: the products of %d sequences have no eigenvalues; are their numbers far too large?", n)
	}
	values := eigen.Values(nil) // ascending
	first := 0
	for first < len(values)-1 && !(values[first] > 1e-10*values[len(values)-1]) {
		first++
	}
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	kept := vectors.Slice(0, len(values), first, len(values))
	s = values[first:]
	if n <= f {
		return mat.DenseCopyOf(kept), s, nil
	}
	u = &mat.Dense{}
	u.Mul(z, kept)
	for i := range n {
		row := u.RawRowView(i)
		for j, v := range s {
			row[j] /= math.Sqrt(max(v, math.SmallestNonzeroFloat64))
		}
	}
	return u, s, nil
}

// leaveOut is what is said of each example left out, less the mean of the targets, and the sum of the squared errors.
func leaveOut(u, uy, y *mat.Dense, s []float64, penalty float64) (left [][]float64, sum float64) {
	n, classes := y.Dims()
	var shrunk, fit mat.Dense
	shrunk.CloneFrom(uy)
	for j, v := range s {
		scale(shrunk.RawRowView(j), v/(v+penalty))
	}
	fit.Mul(u, &shrunk)
	left = make([][]float64, n)
	for i := range n {
		own := 1 / float64(n)
		for j, v := range u.RawRowView(i) {
			own += v * v * s[j] / (s[j] + penalty)
		}
		left[i] = make([]float64, classes)
		for c := range classes {
			e := (y.At(i, c) - fit.At(i, c)) / max(1-own, 1e-9)
			left[i][c] = y.At(i, c) - e
			sum += e * e
		}
	}
	return left, sum
}

func scale(row []float64, by float64) {
	for c := range row {
		row[c] *= by
	}
}

// predict is [n][C].
func (r *ridge) predict(features [][]float64) [][]float64 {
	out := make([][]float64, len(features))
	parallel(len(features), func(from, to int) {
		for i := from; i < to; i++ {
			out[i] = append([]float64(nil), r.mean...)
			for j, v := range features[i] {
				for c, w := range r.weights.RawRowView(j) {
					out[i][c] += v * w
				}
			}
		}
	})
	return out
}
