package kernel

import "math"

func act[F Float](a Activation, x F) F {
	switch a {
	case Tanh:
		return F(math.Tanh(float64(x)))
	case Sigmoid:
		return sigmoid(x)
	case ReLU:
		if !(x > 0) && x == x {
			return 0
		}
	}
	return x
}

// slope is the derivative of an activation in terms of its value y.
func slope[F Float](a Activation, y F) F {
	switch a {
	case Tanh:
		return 1 - y*y
	case Sigmoid:
		return y * (1 - y)
	case ReLU:
		if y > 0 {
			return 1
		}
		return 0
	}
	return 1
}

func dot[F Float](a, b []F) (s F) {
	b = b[:len(a)]
	for i, v := range a {
		s += v * b[i]
	}
	return s
}

func axpy[F Float](a F, x, y []F) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] += a * v
	}
}

// reference is a Layer written as its equations, one row and one step at a
// time: what every implementation is measured against.
type reference[F Float] struct {
	spec Spec
	h, c []F // [T+1,B,H] state before each step in the order they run
	a, b []F // [T,B,G·H] products with x and with h, then the gates
}

func newReference[F Float](s Spec) *reference[F] {
	n := s.T * s.B * s.H
	return &reference[F]{s, make([]F, n+s.B*s.H), make([]F, n+s.B*s.H), make([]F, s.Cell.Gates()*n), make([]F, s.Cell.Gates()*n)}
}

func fill[F Float](dst, src []F) {
	if src == nil {
		clear(dst)
		return
	}
	copy(dst, src)
}

func bias[F Float](b []F, i int) F {
	if b == nil {
		return 0
	}
	return b[i]
}

// Forward runs the sequence. A row past its length keeps its state.
func (l *reference[F]) Forward(w Weights[F], in Input[F], out Output[F]) {
	s, H := l.spec, l.spec.H
	checkForward(s, w, in, out)
	BH, GH := s.B*H, s.Cell.Gates()*H
	fill(l.h[:BH], in.H0)
	fill(l.c[:BH], in.C0)
	for step := range s.T {
		t := s.at(step)
		for r := range s.B {
			h, c := l.h[step*BH+r*H:][:H], l.c[step*BH+r*H:][:H]
			hn, cn := l.h[(step+1)*BH+r*H:][:H], l.c[(step+1)*BH+r*H:][:H]
			live := in.Lengths == nil || t < in.Lengths[r]
			if !live {
				copy(hn, h)
				copy(cn, c)
			} else {
				x := in.X[(t*s.B+r)*s.I:][:s.I]
				a, b := l.a[(step*s.B+r)*GH:][:GH], l.b[(step*s.B+r)*GH:][:GH]
				for j := range GH {
					a[j] = bias(w.BIH, j) + dot(x, w.IH[j*s.I:])
					b[j] = bias(w.BHH, j) + dot(h, w.HH[j*H:])
				}
				l.cell(a, b, h, c, hn, cn)
			}
			if out.Y != nil {
				y := out.Y[(t*s.B+r)*H:][:H]
				clear(y)
				if live {
					copy(y, hn)
				}
			}
		}
	}
	if out.HN != nil {
		copy(out.HN, l.h[s.T*BH:])
	}
	if out.CN != nil {
		copy(out.CN, l.c[s.T*BH:])
	}
}

// cell makes one row's next state; a is left holding the gates.
func (l *reference[F]) cell(a, b, h, c, hn, cn []F) {
	H := l.spec.H
	for j := range H {
		switch l.spec.Cell {
		case Elman:
			hn[j] = act(l.spec.Nonlinearity, a[j]+b[j])
		case LSTM:
			i, f := sigmoid(a[j]+b[j]), sigmoid(a[H+j]+b[H+j])
			g, o := tanh(a[2*H+j]+b[2*H+j]), sigmoid(a[3*H+j]+b[3*H+j])
			cn[j] = f*c[j] + i*g
			hn[j] = o * tanh(cn[j])
			a[j], a[H+j], a[2*H+j], a[3*H+j] = i, f, g, o
		case GRU:
			r, z := sigmoid(a[j]+b[j]), sigmoid(a[H+j]+b[H+j])
			n := tanh(a[2*H+j] + r*b[2*H+j])
			hn[j] = n + z*(h[j]-n)
			a[j], a[H+j], a[2*H+j] = r, z, n
		}
	}
}

// Backward takes the gradient of a loss by the outputs of the last Forward and
// makes that by its inputs. w and in must be those of that Forward.
func (l *reference[F]) Backward(w Weights[F], in Input[F], out Output[F], dout Output[F], grads Grads[F]) {
	s, H := l.spec, l.spec.H
	checkBackward(s, dout, grads)
	BH, GH := s.B*H, s.Cell.Gates()*H
	dh, dc := make([]F, BH), make([]F, BH)
	fill(dh, dout.HN)
	fill(dc, dout.CN)
	for _, g := range [][]F{grads.X, grads.W.IH, grads.W.HH, grads.W.BIH, grads.W.BHH} {
		clear(g)
	}
	for step := s.T - 1; step >= 0; step-- {
		t := s.at(step)
		for r := range s.B {
			if in.Lengths != nil && t >= in.Lengths[r] {
				continue
			}
			dhr, dcr := dh[r*H:][:H], dc[r*H:][:H]
			if dout.Y != nil {
				axpy(1, dout.Y[(t*s.B+r)*H:][:H], dhr)
			}
			h := l.h[step*BH+r*H:][:H]
			a, b := l.a[(step*s.B+r)*GH:][:GH], l.b[(step*s.B+r)*GH:][:GH]
			at := step*BH + r*H
			l.cellBack(a, b, h, l.c[at:][:H], l.h[at+BH:][:H], l.c[at+BH:][:H], dhr, dcr)
			x := in.X[(t*s.B+r)*s.I:][:s.I]
			for j := range GH {
				if grads.X != nil {
					axpy(a[j], w.IH[j*s.I:][:s.I], grads.X[(t*s.B+r)*s.I:])
				}
				axpy(b[j], w.HH[j*H:][:H], dhr)
				if grads.W.IH != nil {
					axpy(a[j], x, grads.W.IH[j*s.I:])
				}
				if grads.W.HH != nil {
					axpy(b[j], h, grads.W.HH[j*H:])
				}
				if grads.W.BIH != nil {
					grads.W.BIH[j] += a[j]
				}
				if grads.W.BHH != nil {
					grads.W.BHH[j] += b[j]
				}
			}
		}
	}
	copy(grads.H0, dh)
	copy(grads.C0, dc)
}

// cellBack turns the gates a and the products b of one row into the gradients
// by the products with x (a) and with h (b); dh and dc become what reaches the
// state before the step, without the part that goes through b.
func (l *reference[F]) cellBack(a, b, h, c, hn, cn, dh, dc []F) {
	H := l.spec.H
	for j := range H {
		switch l.spec.Cell {
		case Elman:
			a[j] = dh[j] * slope(l.spec.Nonlinearity, hn[j])
			b[j], dh[j] = a[j], 0
		case LSTM:
			i, f, g, o := a[j], a[H+j], a[2*H+j], a[3*H+j]
			tc := tanh(cn[j])
			d := dc[j] + dh[j]*o*(1-tc*tc)
			a[j], a[H+j] = d*g*i*(1-i), d*c[j]*f*(1-f)
			a[2*H+j], a[3*H+j] = d*i*(1-g*g), dh[j]*tc*o*(1-o)
			dc[j], dh[j] = d*f, 0
			b[j], b[H+j], b[2*H+j], b[3*H+j] = a[j], a[H+j], a[2*H+j], a[3*H+j]
		case GRU:
			r, z, n := a[j], a[H+j], a[2*H+j]
			dn := dh[j] * (1 - z) * (1 - n*n)
			a[j], a[H+j], a[2*H+j] = dn*b[2*H+j]*r*(1-r), dh[j]*(h[j]-n)*z*(1-z), dn
			b[j], b[H+j], b[2*H+j] = a[j], a[H+j], dn*r
			dh[j] *= z
		}
	}
}
