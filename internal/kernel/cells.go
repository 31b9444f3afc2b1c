package kernel

import "math"

// The elementwise halves of the cells, portable. Rows of gates g hold blocks
// of n: Elman one; LSTM i,f,g,o; GRU p,r,z,n where p = W_hn h + b_hn, kept
// first so that the three blocks that h feeds and the three that x feeds are
// each contiguous. The forward functions replace sums by gates, the backward
// ones gates by the gradient of the loss by those sums.

func sigmoid[F Float](x F) F { return F(1 / (1 + math.Exp(-float64(x)))) }
func tanh[F Float](x F) F    { return F(math.Tanh(float64(x))) }

// actRows is y = a(x).
func actRows[F Float](a Activation, rows, n int, x []F, ldx int, y []F, ldy int) {
	for r := range rows {
		x, y := x[r*ldx:][:n], y[r*ldy:][:n]
		switch a {
		case Identity:
			copy(y, x)
		case Tanh:
			for j, v := range x {
				y[j] = tanh(v)
			}
		case Sigmoid:
			for j, v := range x {
				y[j] = sigmoid(v)
			}
		case ReLU: // a NaN stays
			for j, v := range x {
				if v < 0 {
					v = 0
				}
				y[j] = v
			}
		}
	}
}

// actBackRows is dx = dy·a'(x), with the slope a' written in terms of y = a(x).
func actBackRows[F Float](a Activation, rows, n int, y []F, ldy int, dy []F, lddy int, dx []F, lddx int) {
	for r := range rows {
		y, dy, dx := y[r*ldy:][:n], dy[r*lddy:][:n], dx[r*lddx:][:n]
		switch a {
		case Identity:
			copy(dx, dy)
		case Tanh:
			for j, v := range y {
				dx[j] = dy[j] * (1 - v*v)
			}
		case Sigmoid:
			for j, v := range y {
				dx[j] = dy[j] * (v * (1 - v))
			}
		case ReLU:
			for j, v := range y {
				d := dy[j]
				if !(v > 0) {
					d = 0
				}
				dx[j] = d
			}
		}
	}
}

// lstmRows is c1 = f⊙c0 + i⊙g, h = o⊙tanh(c1).
func lstmRows[F Float](rows, n int, g []F, ldg int, c0, c1, h []F, ldh int) {
	for r := range rows {
		g := g[r*ldg:][:4*n]
		c0, c1, h := c0[r*n:][:n], c1[r*n:][:n], h[r*ldh:][:n]
		for j := range n {
			i, f := sigmoid(g[j]), sigmoid(g[n+j])
			u, o := tanh(g[2*n+j]), sigmoid(g[3*n+j])
			c := f*c0[j] + i*u
			g[j], g[n+j], g[2*n+j], g[3*n+j] = i, f, u, o
			c1[j], h[j] = c, o*tanh(c)
		}
	}
}

// lstmInferRows is c1 and h of lstmRows; it leaves g as it is.
func lstmInferRows[F Float](rows, n int, g []F, ldg int, c0, c1, h []F, ldh int) {
	for r := range rows {
		g := g[r*ldg:][:4*n]
		c0, c1, h := c0[r*n:][:n], c1[r*n:][:n], h[r*ldh:][:n]
		for j := range n {
			c := sigmoid(g[n+j])*c0[j] + sigmoid(g[j])*tanh(g[2*n+j])
			c1[j], h[j] = c, sigmoid(g[3*n+j])*tanh(c)
		}
	}
}

// lstmBackRows takes dh and, in dc, the gradient of c1 from the step after;
// dc becomes the gradient of c0.
func lstmBackRows[F Float](rows, n int, g []F, ldg int, c0, c1, dh, dc []F) {
	for r := range rows {
		g := g[r*ldg:][:4*n]
		c0, c1, dh, dc := c0[r*n:][:n], c1[r*n:][:n], dh[r*n:][:n], dc[r*n:][:n]
		for j := range n {
			i, f, u, o := g[j], g[n+j], g[2*n+j], g[3*n+j]
			t := tanh(c1[j])
			e := dh[j] * o
			d := dc[j] + e*(1-t*t)
			g[j], g[n+j] = d*u*(i*(1-i)), d*c0[j]*(f*(1-f))
			g[2*n+j], g[3*n+j] = d*i*(1-u*u), e*t*(1-o)
			dc[j] = d * f
		}
	}
}

// gruRows is n = tanh(n + r⊙p), h1 = n + z⊙(h0 - n).
func gruRows[F Float](rows, n int, g []F, ldg int, h0, h1 []F, ldh int) {
	for r := range rows {
		g := g[r*ldg:][:4*n]
		h0, h1 := h0[r*ldh:][:n], h1[r*ldh:][:n]
		for j := range n {
			r, z := sigmoid(g[n+j]), sigmoid(g[2*n+j])
			u := tanh(g[3*n+j] + r*g[j])
			g[n+j], g[2*n+j], g[3*n+j] = r, z, u
			h1[j] = u + z*(h0[j]-u)
		}
	}
}

// gruBackRows takes dh, the gradient of h1, and leaves in it the part of the
// gradient of h0 that does not go through the products, dh⊙z.
func gruBackRows[F Float](rows, n int, g []F, ldg int, h0 []F, ldh int, dh []F) {
	for r := range rows {
		g := g[r*ldg:][:4*n]
		h0, dh := h0[r*ldh:][:n], dh[r*n:][:n]
		for j := range n {
			p, r, z, u := g[j], g[n+j], g[2*n+j], g[3*n+j]
			d := dh[j]
			du := d * (1 - z) * (1 - u*u)
			g[j], g[3*n+j] = du*r, du
			g[n+j], g[2*n+j] = du*p*(r*(1-r)), d*(h0[j]-u)*(z*(1-z))
			dh[j] = d * z
		}
	}
}
