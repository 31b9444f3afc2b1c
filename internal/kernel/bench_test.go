package kernel

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"
)

// shapes are B, T, I, H of the layers that are timed.
var shapes = [][4]int{{32, 20, 1, 10}, {32, 24, 1, 64}, {64, 50, 1, 128}, {64, 100, 1, 256}, {50, 50, 65, 128}}

// work is the number of operations of the products of a pass forward from a
// state of zeros, which takes no part, and, when training, one backward without
// the gradient by x: three products with the state and two with the input.
func work(s Spec) float64 {
	states, inputs := float64((s.T-1)*s.H), float64(s.T*s.I)
	if s.Train {
		states, inputs = 3*states, 2*inputs
	}
	return 2 * float64(s.B*s.Cell.Gates()*s.H) * (states + inputs)
}

// peakOf caches the machine's rate on one thread, in GFLOP/s.
var peakOf = sync.OnceValue(func() float64 { return peak(nil) })

// report gives the least and the median time of a run, since other programs
// only ever make it longer, and what the least is of the peak of the threads.
func report(b *testing.B, times []float64, flops float64, threads int) {
	slices.Sort(times)
	least := times[0]
	b.ReportMetric(least/1e6, "min-ms")
	b.ReportMetric(times[len(times)/2]/1e6, "median-ms")
	b.ReportMetric(flops/least, "GFLOP/s")
	b.ReportMetric(100*flops/least/peakOf()/float64(threads), "%peak")
}

func benchmarkLayer(b *testing.B, backward bool) {
	for _, threads := range []int{1, 2} {
		pool := NewPool(threads)
		for _, cell := range []Cell{Elman, LSTM, GRU} {
			for _, z := range shapes {
				s := Spec{Cell: cell, Nonlinearity: Tanh, B: z[0], T: z[1], I: z[2], H: z[3], Train: backward, Pool: pool}
				b.Run(fmt.Sprintf("%v/B%d_T%d_I%d_H%d/threads%d", cell, s.B, s.T, s.I, s.H, threads), func(b *testing.B) {
					benchmarkOne(b, s, threads)
				})
			}
		}
		pool.Close()
	}
}

func benchmarkOne(b *testing.B, s Spec, threads int) {
	q, l := newSequence[float32](s, false, 1), NewLayer[float32](s)
	in, out, dout := Input[float32]{X: q.in.X}, Output[float32]{HN: q.out.HN}, Output[float32]{HN: q.dout.HN}
	grads := Grads[float32]{W: q.d.W}
	times := make([]float64, 0, 1<<20)
	for b.Loop() {
		start := time.Now()
		l.Forward(q.w, in, out)
		if s.Train {
			l.Backward(q.w, in, out, dout, grads)
		}
		times = append(times, float64(time.Since(start).Nanoseconds()))
	}
	report(b, times, work(s), threads)
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

func BenchmarkLinear(b *testing.B) {
	for _, z := range [][3]int{{64, 128, 1}, {3200, 128, 1}, {3200, 128, 12}} {
		n, i, o := z[0], z[1], z[2]
		b.Run(fmt.Sprintf("N%d_I%d_O%d", n, i, o), func(b *testing.B) {
			m := newBuffers(1)
			for _, size := range []int{n * i, o * i, o, n * o, n * o, n * i, o * i, o} {
				m.matrix(1, size, 0, m.normal)
			}
			g := m.got
			b.ReportAllocs()
			for b.Loop() {
				LinearForward(nil, Identity, n, i, o, g[0], g[1], g[2], g[3])
				MaskedLoss(MSE, 0, g[3], g[4], nil, g[4])
				LinearBackward(nil, Identity, n, i, o, g[0], g[1], g[3], g[4], g[5], g[6], g[7])
			}
		})
	}
}
