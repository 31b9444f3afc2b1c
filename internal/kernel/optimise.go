package kernel

import "math"

// SumSquares is Σ x², summed in float64.
func SumSquares[F Float](x []F) float64 {
	s := 0.0
	for _, v := range x {
		s += float64(v) * float64(v)
	}
	return s
}

// Scale is x = a·x.
func Scale[F Float](a F, x []F) {
	for i := range x {
		x[i] *= a
	}
}

// AdamStep is one step of Adam [1] as PyTorch computes it, for the weights w,
// their gradient g and the moments m and v:
//
//	w = w·(1 - lr·decay)
//	m = b1·m + (1-b1)·g
//	v = b2·v + (1-b2)·g²
//	w = w - lr/c1 · m / (√v/√c2 + eps)
//
// with c1 = 1-b1^t and c2 = 1-b2^t at step t. decay is AdamW's [2]; for Adam
// with an L2 penalty give decay 0 and add the penalty to g.
//
// [1] Kingma & Ba, Adam: a method for stochastic optimization, 2015.
// [2] Loshchilov & Hutter, Decoupled weight decay regularization, 2019.
func AdamStep[F Float](w, g, m, v []F, lr, b1, b2, eps, c1, c2, decay float64) {
	n := len(w)
	need("adam: g", g, n, false)
	need("adam: m", m, n, false)
	need("adam: v", v, n, false)
	a := adamFactors[F]{
		keep: F(1 - lr*decay), b1: F(b1), a1: F(1 - b1), b2: F(b2), a2: F(1 - b2),
		rate: F(lr / c1), root: F(1 / math.Sqrt(c2)), eps: F(eps),
	}
	adam(w, g, m, v, &a)
}

// adamFactors are the constants of one step, rounded once.
type adamFactors[F Float] struct{ keep, b1, a1, b2, a2, rate, root, eps F }

func adam[F Float](w, g, m, v []F, a *adamFactors[F]) {
	for i := range w {
		m[i] = a.b1*m[i] + a.a1*g[i]
		v[i] = a.b2*v[i] + a.a2*g[i]*g[i]
		w[i] = w[i]*a.keep - a.rate*m[i]/(F(math.Sqrt(float64(v[i])))*a.root+a.eps)
	}
}
