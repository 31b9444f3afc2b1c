package kernel

import (
	"math"
	"testing"
)

// Over hundreds of steps, with a loss at the last one, gradients come to numbers below the smallest normal one. That they are made 0
// changes no bit of the gradient of the weights, and none is left below.
func TestVanishingGradient(t *testing.T) {
	defer func(was int) { vanishSteps = was }(vanishSteps)
	for _, cell := range []Cell{Elman, LSTM, GRU} {
		s := Spec{Cell: cell, Nonlinearity: Tanh, T: 400, B: 3, I: 5, H: 24, Train: true}
		gradients := func(steps int) (w [][]float32, denormal int) {
			vanishSteps = steps
			q := newSequence[float32](s, false, 7)
			clear(q.in.H0)
			clear(q.dout.Y)
			l := NewLayer[float32](s)
			l.Forward(q.w, q.in, q.out)
			l.Backward(q.w, q.in, q.out, q.dout, q.d)
			for _, v := range q.d.X {
				if v != 0 && math.Abs(float64(v)) < 1.1754944e-38 {
					denormal++
				}
			}
			return [][]float32{q.d.W.IH, q.d.W.HH, q.d.W.BIH, q.d.W.BHH}, denormal
		}
		want, denormal := gradients(1 << 30)
		got, left := gradients(16)
		for i := range want {
			for j, v := range want[i] {
				if math.Float32bits(v) != math.Float32bits(got[i][j]) {
					t.Fatalf("%v: gradient %d[%d] is %g, and %g where what vanishes is kept", cell, i, j, got[i][j], v)
				}
			}
		}
		if denormal == 0 || left > 0 {
			t.Errorf("%v: %d numbers below the smallest normal one, and %d left; want some and none", cell, denormal, left)
		}
	}
}
