package kernel

import "math"

// SumSquares is Σ x², summed in float64.
func SumSquares[F Float](x []F) float64 {
	o, s := use[F](), 0.0
	for ; len(x) > longest; x = x[longest:] {
		s += o.sumSquares(x[:longest])
	}
	return s + o.sumSquares(x)
}

// Scale is x = a·x.
func Scale[F Float](a F, x []F) {
	o := use[F]()
	for ; len(x) > longest; x = x[longest:] {
		o.scale(a, x[:longest])
	}
	o.scale(a, x)
}

// longest is how many elements one call of an inner loop gets, which keeps the
// time in which it can't be preempted short.
const longest = 1 << 18

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
	a := newAdamFactors[F](lr, b1, b2, eps, c1, c2, decay)
	o := use[F]()
	for i := 0; i < n; i += longest {
		j := min(i+longest, n)
		o.adam(w[i:j], g[i:j], m[i:j], v[i:j], a)
	}
}

// adamFactors are the constants of one step, rounded once.
type adamFactors[F Float] struct{ keep, b1, a1, b2, a2, rate, root, eps F }

func newAdamFactors[F Float](lr, b1, b2, eps, c1, c2, decay float64) adamFactors[F] {
	return adamFactors[F]{
		keep: F(1 - lr*decay), b1: F(b1), a1: F(1 - b1), b2: F(b2), a2: F(1 - b2),
		rate: F(lr / c1), root: F(1 / math.Sqrt(c2)), eps: F(eps),
	}
}

// Average is e = e + share·(x - e), one step of a running average.
func Average[F Float](e, x []F, share float64) {
	need("average: x", x, len(e), false)
	s := F(share)
	for len(x) >= 4 && len(e) >= 4 {
		e[0] += s * (x[0] - e[0])
		e[1] += s * (x[1] - e[1])
		e[2] += s * (x[2] - e[2])
		e[3] += s * (x[3] - e[3])
		e, x = e[4:], x[4:]
	}
	for i, v := range x {
		e[i] += s * (v - e[i])
	}
}

// AddScaled is sum = sum + a·x.
func AddScaled[F Float](sum, x []F, a float64) {
	need("add scaled: x", x, len(sum), false)
	k := F(a)
	for i, v := range x {
		sum[i] += k * v
	}
}
