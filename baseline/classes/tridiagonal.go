package classes

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/floats"
	lapack "gonum.org/v1/gonum/lapack/gonum"
	"gonum.org/v1/gonum/mat"
)

// tridiagonal is a symmetric matrix of a diagonal and the one beside it; after plus it is its factors L·D·L'.
type tridiagonal struct{ diagonal, beside []float64 }

// reduce brings a symmetric matrix into the form Q·T·Q' with Q orthogonal; it overwrites the matrix.
func reduce(a *mat.SymDense) (q *mat.Dense, t tridiagonal) {
	raw := a.RawSymmetric()
	n := raw.N
	t = tridiagonal{make([]float64, n), make([]float64, max(0, n-1))}
	tau, size := make([]float64, max(0, n-1)), make([]float64, 1)
	var l lapack.Implementation
	l.Dsytrd(blas.Upper, n, raw.Data, raw.Stride, t.diagonal, t.beside, tau, size, -1)
	work := make([]float64, int(size[0]))
	l.Dsytrd(blas.Upper, n, raw.Data, raw.Stride, t.diagonal, t.beside, tau, work, len(work))
	l.Dorgtr(blas.Upper, n, raw.Data, raw.Stride, tau, size, -1)
	work = make([]float64, int(size[0]))
	l.Dorgtr(blas.Upper, n, raw.Data, raw.Stride, tau, work, len(work))
	q = mat.NewDense(n, n, nil)
	for i := range n {
		q.SetRow(i, raw.Data[i*raw.Stride:][:n])
	}
	return q, t
}

// plus factors T+λ, which must be positive definite: D is the diagonal, and L is 1 there and beside below it.
func (t tridiagonal) plus(penalty float64) tridiagonal {
	f := tridiagonal{make([]float64, len(t.diagonal)), make([]float64, len(t.beside))}
	for i, d := range t.diagonal {
		if f.diagonal[i] = d + penalty; i > 0 {
			f.beside[i-1] = t.beside[i-1] / f.diagonal[i-1]
			f.diagonal[i] -= f.beside[i-1] * t.beside[i-1]
		}
	}
	return f
}

// solve overwrites x [n,C] with L'⁻¹·D⁻¹·L⁻¹·x.
func (t tridiagonal) solve(x *mat.Dense) {
	for i, l := range t.beside {
		floats.AddScaled(x.RawRowView(i+1), -l, x.RawRowView(i))
	}
	for i, d := range t.diagonal {
		floats.Scale(1/d, x.RawRowView(i))
	}
	for i := len(t.beside) - 1; i >= 0; i-- {
		floats.AddScaled(x.RawRowView(i), -t.beside[i], x.RawRowView(i+1))
	}
}

// product is x'·L'⁻¹·D⁻¹·L⁻¹·x; it overwrites x.
func (t tridiagonal) product(x []float64) (sum float64) {
	for i, l := range t.beside {
		x[i+1] -= l * x[i]
	}
	for i, d := range t.diagonal {
		sum += x[i] * x[i] / d
	}
	return sum
}
