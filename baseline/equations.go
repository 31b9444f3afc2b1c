package baseline

import (
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// equations are the normal equations (XᵀX + λ·d·I)·W = XᵀY of some windows, with no penalty on the constant feature.
// Outputs that the same windows have share one XᵀX.
type equations struct {
	design  design
	xx      []float64  // [P,P] of all windows
	xy      *mat.Dense // [P,O]; a target that does not count adds nothing
	systems []system
	scale   float64 // d: mean of the diagonal of XᵀX without the constant feature
}

// system is what gives the outputs from..to-1. A later one stands for an earlier one.
type system struct {
	from, to int
	xx       []float64 // [P,P] of the windows that have them; nil: there is none, and the weights are 0
}

func newEquations(s selection, d design) *equations {
	p, o := d.size(), s.outputs
	e := &equations{design: d, xx: make([]float64, p*p), xy: mat.NewDense(p, o, nil)}
	s = s.thinned(maxProducts / float64(p*p))
	switch {
	case s.windows != nil && s.windows.Prepared.Local != nil:
		e.addByLength(s)
	case s.windows != nil && crowded(s.windows.Prepared, p):
		s.blocks(d, e.add)
		e.systems = []system{{0, o, e.xx}}
	default:
		e.addByOutput(s)
	}
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

// add adds a block to XᵀX and XᵀY.
func (e *equations) add(b *block) {
	x := b.x.RawMatrix()
	blas64.Gemm(blas.Trans, blas.NoTrans, 1, x, x, 1, e.matrix(e.xx))
	blas64.Gemm(blas.Trans, blas.NoTrans, 1, x, b.y.RawMatrix(), 1, e.xy.RawMatrix())
}

// addByOutput takes windows of which any target may be missing: an output that misses any has an XᵀX of its own, from
// which those windows are taken away one by one.
func (e *equations) addByOutput(s selection) {
	_, o := e.xy.Dims()
	less, known := make([][]float64, o), make([]int, o)
	s.blocks(e.design, func(b *block) {
		e.add(b)
		e.count(b, less, known)
	})
	e.systems = []system{{0, o, e.xx}}
	for out, own := range less {
		if own == nil {
			continue
		}
		for i, v := range own {
			own[i] = e.xx[i] - v
		}
		if known[out] == 0 {
			own = nil
		}
		e.systems = append(e.systems, system{out, out + 1, own})
	}
	if len(e.systems) == o+1 {
		e.systems = e.systems[1:] // none has them all
	}
}

// count notes which outputs each window has; less are the XᵀX of the windows without.
func (e *equations) count(b *block, less [][]float64, known []int) {
	p, _ := e.xy.Dims()
	for i := range b.rows {
		x := b.x.RawRowView(i)
		for o, missing := range b.missingRow(i) {
			if !missing {
				known[o]++
				continue
			}
			if less[o] == nil {
				less[o] = make([]float64, p*p)
			}
			v := blas64.Vector{N: p, Inc: 1, Data: x}
			blas64.Ger(1, v, v, e.matrix(less[o]))
		}
	}
}

// addByLength takes windows that have their first steps, filled in where they are missing, and lack the others. There are
// as many systems as lengths, and a window costs P² however much it lacks.
func (e *equations) addByLength(s selection) {
	q := s.windows.Prepared
	lengths := s.byLength()
	for i, l := range lengths {
		l.blocks(e.design, e.add)
		y := system{0, l.steps * q.Values() / q.Horizon, e.xx}
		if i < len(lengths)-1 {
			y.from, y.xx = lengths[i+1].steps*q.Values()/q.Horizon, slices.Clone(e.xx)
		}
		e.systems = append(e.systems, y)
	}
}

// solve returns the solution for a penalty λ; ok is false where there is none in float64.
func (e *equations) solve(lambda float64) (r *ridge, ok bool) {
	p, o := e.xy.Dims()
	r = &ridge{design: e.design, lambda: lambda, weights: mat.NewDense(p, o, nil)}
	for _, y := range e.systems {
		w := r.weights.Slice(0, p, y.from, y.to).(*mat.Dense)
		w.Zero()
		if y.xx == nil {
			continue
		}
		var factors mat.Cholesky
		var solution mat.Dense
		if !factors.Factorize(e.penalised(lambda, y.xx)) || factors.SolveTo(&solution, e.xy.Slice(0, p, y.from, y.to)) != nil {
			return nil, false
		}
		w.Copy(&solution)
	}
	return r, true
}

// penalised is XᵀX + λ·d·I.
func (e *equations) penalised(lambda float64, xx []float64) *mat.SymDense {
	p, _ := e.xy.Dims()
	values := slices.Clone(xx)
	for i := range p - 1 {
		values[i*p+i] += lambda * e.scale
	}
	return mat.NewSymDense(p, values)
}
