package kernel

import (
	"fmt"
	"testing"
	"time"
)

// convShapes are B, T, C, Out, width, stride of the layers that are timed.
var convShapes = [][6]int{{32, 100, 1, 32, 5, 1}, {64, 50, 64, 64, 3, 1}, {16, 400, 40, 128, 9, 2}, {64, 96, 8, 32, 7, 1}, {128, 24, 16, 64, 3, 1}, {8, 1000, 3, 32, 5, 4}}

func BenchmarkConv(b *testing.B) {
	for _, threads := range []int{1, 2} {
		pool := NewPool(threads)
		for _, z := range convShapes {
			for _, training := range []bool{true, false} {
				s := ConvSpec{B: z[0], T: z[1], C: z[2], Out: z[3], Width: z[4], Stride: z[5], Dilation: 1, Padding: Same, Norm: LayerNorm, Activation: ReLU, Train: training, Pool: pool}
				b.Run(fmt.Sprintf("B%d_T%d_C%d_O%d_W%d_S%d/train=%t/threads%d", s.B, s.T, s.C, s.Out, s.Width, s.Stride, training, threads), func(b *testing.B) {
					q, l := newConvolution[float32](s, false, 1), NewConv[float32](s)
					times, flops := make([]float64, 0, 1<<20), s.flops()
					if training {
						flops *= 3
					}
					for b.Loop() {
						start := time.Now()
						l.Forward(q.w, q.x, nil, q.y)
						if training {
							l.Backward(q.w, q.x, nil, q.y, q.dy, q.dx, q.d)
						}
						times = append(times, float64(time.Since(start).Nanoseconds()))
					}
					report(b, times, flops, threads)
				})
			}
		}
		pool.Close()
	}
}
