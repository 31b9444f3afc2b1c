package kernel

import (
	"fmt"
	"testing"
)

// shapes are B, T, I, H of the layers that are timed.
var shapes = [][4]int{{32, 20, 1, 10}, {32, 24, 1, 64}, {64, 50, 1, 128}, {64, 100, 1, 256}, {50, 50, 65, 128}}

// work is the number of operations of a pass forward and one backward, without
// the gradient by x.
func work(s Spec) float64 { return 3 * s.flops() }

func benchmarkLayer(b *testing.B, backward bool) {
	for _, threads := range []int{1, 2} {
		pool := NewPool(threads)
		for _, cell := range []Cell{Elman, LSTM, GRU} {
			for _, z := range shapes {
				s := Spec{Cell: cell, Nonlinearity: Tanh, B: z[0], T: z[1], I: z[2], H: z[3], Train: backward, Pool: pool}
				b.Run(fmt.Sprintf("%v/B%d_T%d_I%d_H%d/threads%d", cell, s.B, s.T, s.I, s.H, threads), func(b *testing.B) {
					q, l := newSequence[float32](s, false, 1), NewLayer[float32](s)
					in, out, dout := Input[float32]{X: q.in.X}, Output[float32]{HN: q.out.HN}, Output[float32]{HN: q.dout.HN}
					grads := Grads[float32]{W: q.d.W}
					b.ReportAllocs()
					for b.Loop() {
						l.Forward(q.w, in, out)
						if backward {
							l.Backward(q.w, in, out, dout, grads)
						}
					}
					flops := work(s)
					if !backward {
						flops /= 3
					}
					b.ReportMetric(flops*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
				})
			}
		}
	}
}

func BenchmarkTrain(b *testing.B)   { benchmarkLayer(b, true) }
func BenchmarkForward(b *testing.B) { benchmarkLayer(b, false) }

func BenchmarkStepper(b *testing.B) {
	for _, cell := range []Cell{Elman, LSTM, GRU} {
		for _, h := range []int{64, 128} {
			b.Run(fmt.Sprintf("%v/H%d", cell, h), func(b *testing.B) {
				q := newSequence[float32](Spec{Cell: cell, T: 1, B: 1, I: 1, H: h}, false, 1)
				s := NewStepper(cell, Tanh, 1, h, q.w)
				b.ReportAllocs()
				for b.Loop() {
					s.Step(q.in.X, q.out.HN, q.out.CN)
				}
			})
		}
	}
}

func BenchmarkAdam(b *testing.B) {
	const n = 66000
	w, g, m, v := make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)
	for i := range g {
		g[i] = float32(i%17) - 8
	}
	for b.Loop() {
		AdamStep(w, g, m, v, 1e-3, .9, .999, 1e-8, .5, .5, 0)
	}
}
