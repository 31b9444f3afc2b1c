package baseline

import (
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// equations are the normal equations (XᵀX + λ·d·I)·W = XᵀY of all windows, with no penalty on the constant feature.
// Where some targets are missing, each output that misses any has an XᵀX of its own.
type equations struct {
	steps int
	xx    []float64         // [P,P]
	xy    *mat.Dense        // [P,O]; a missing target adds nothing
	less  map[int][]float64 // by output: XᵀX of the windows where it is missing, [P,P]
	known []int             // [O] windows that have the output
	scale float64           // d: mean of the diagonal of XᵀX without the constant feature
}

func newEquations(s selection, steps int) *equations {
	q := s.part.Prepared
	p, o := steps*q.Inputs+1, q.Outputs
	e := &equations{steps: steps, xx: make([]float64, p*p), xy: mat.NewDense(p, o, nil), less: map[int][]float64{}, known: make([]int, o)}
	s = s.thinned(maxProducts / float64(p*p))
	s.blocks(steps, func(b *block) {
		x := b.x.RawMatrix()
		blas64.Gemm(blas.Trans, blas.NoTrans, 1, x, x, 1, e.matrix(e.xx))
		blas64.Gemm(blas.Trans, blas.NoTrans, 1, x, b.y.RawMatrix(), 1, e.xy.RawMatrix())
		e.count(b)
	})
	for i := range p - 1 {
		e.scale += e.xx[i*p+i] / float64(p-1)
	}
	if e.scale == 0 {
		e.scale = 1
	}
	return e
}

func (e *equations) matrix(values []float64) blas64.General {
	p, _ := e.xy.Dims()
	return blas64.General{Rows: p, Cols: p, Stride: p, Data: values}
}

// count notes which outputs each window has.
func (e *equations) count(b *block) {
	p, _ := e.xy.Dims()
	for i := range b.rows {
		x := b.x.RawRowView(i)
		for o, missing := range b.missingRow(i) {
			if !missing {
				e.known[o]++
				continue
			}
			if e.less[o] == nil {
				e.less[o] = make([]float64, p*p)
			}
			v := blas64.Vector{N: p, Inc: 1, Data: x}
			blas64.Ger(1, v, v, e.matrix(e.less[o]))
		}
	}
}

// solve returns the solution for a penalty λ; ok is false where there is none in float64.
func (e *equations) solve(lambda float64) (r *ridge, ok bool) {
	p, o := e.xy.Dims()
	r = &ridge{steps: e.steps, lambda: lambda, weights: mat.NewDense(p, o, nil)}
	var whole mat.Cholesky
	if len(e.less) < o {
		if !whole.Factorize(e.penalised(lambda, nil)) || whole.SolveTo(r.weights, e.xy) != nil {
			return nil, false
		}
	}
	for out, less := range e.less {
		w := mat.NewVecDense(p, nil)
		var own mat.Cholesky
		if e.known[out] > 0 && (!own.Factorize(e.penalised(lambda, less)) || own.SolveVecTo(w, e.xy.ColView(out)) != nil) {
			return nil, false
		}
		r.weights.SetCol(out, w.RawVector().Data)
	}
	return r, true
}

// penalised is XᵀX - less + λ·d·I.
func (e *equations) penalised(lambda float64, less []float64) *mat.SymDense {
	p, _ := e.xy.Dims()
	values := slices.Clone(e.xx)
	for i, v := range less {
		values[i] -= v
	}
	for i := range p - 1 {
		values[i*p+i] += lambda * e.scale
	}
	return mat.NewSymDense(p, values)
}
