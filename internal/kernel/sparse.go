package kernel

import "fmt"

// The steps of the solvers on the rows of a table that a gradient touches. What
// the others hold, weights and moments, stays as it is: the cost of a step does
// not grow with the table, and a row that is met seldom is not decayed for the
// steps between.

// each calls f with where every row begins in a table and in the values.
func (r Rows[F]) each(what string, n int, f func(at, from, columns int)) {
	if len(r.Of) == 0 {
		return
	}
	e := len(r.Values) / len(r.Of)
	if e < 1 || e*len(r.Of) != len(r.Values) {
		panic(fmt.Sprintf("kernel: %s: %d rows have %d values", what, len(r.Of), len(r.Values)))
	}
	for i, k := range r.Of {
		if k < 0 || (k+1)*e > n {
			panic(fmt.Sprintf("kernel: %s: row %d of %d values, want it in a table of %d", what, k, e, n))
		}
		f(k*e, i*e, e)
	}
}

// AdamRows is AdamStep on the rows of w, m and v that g names, with the
// corrections c1 and c2 of the step of all; as torch.optim.SparseAdam but for
// epsilon, which is that of Adam, and decay.
func AdamRows[F Float](w []F, g Rows[F], m, v []F, lr, b1, b2, eps, c1, c2, decay float64) {
	need("adam rows: m", m, len(w), false)
	need("adam rows: v", v, len(w), false)
	a := newAdamFactors[F](lr, b1, b2, eps, c1, c2, decay)
	o := use[F]()
	g.each("adam rows", len(w), func(at, from, e int) {
		o.adam(w[at:at+e], g.Values[from:from+e], m[at:at+e], v[at:at+e], a)
	})
}

// SGDRows is gradient descent on the rows of w that g names:
//
//	b = µ·b + g + decay·w
//	w = w - lr·b, with nesterov w - lr·(g + decay·w + µ·b)
//
// with the velocity b of the rows, nil for µ = 0.
func SGDRows[F Float](w []F, g Rows[F], b []F, lr, mu, decay float64, nesterov bool) {
	need("sgd rows: velocity", b, len(w), b == nil)
	rate, keep, shrink := F(lr), F(mu), F(decay)
	g.each("sgd rows", len(w), func(at, from, e int) {
		row := w[at:][:e]
		for j, d := range g.Values[from:][:e] {
			d += shrink * row[j]
			if b != nil {
				v := d + keep*b[at+j]
				if b[at+j] = v; nesterov {
					v = d + keep*v
				}
				d = v
			}
			row[j] -= rate * d
		}
	})
}

// DecayRows adds the slope of an L2 penalty, decay·w, to the rows of a gradient;
// for Adam that is not AdamW.
func DecayRows[F Float](g Rows[F], w []F, decay float64) {
	k := F(decay)
	g.each("decay of rows", len(w), func(at, from, e int) {
		row := g.Values[from:][:e]
		for j, v := range w[at:][:e] {
			row[j] += k * v
		}
	})
}
