package kernel

import (
	"fmt"
	"testing"
	"time"
)

// headShapes are N, H, V of the losses that are timed: characters, words, a label of a text, and large vocabularies.
var headShapes = [][3]int{{1280, 384, 65}, {1280, 128, 6000}, {32, 128, 6}, {1280, 256, 20000}}

// BenchmarkCrossEntropy times the loss with all its gradients. bench/classes.py does the same with PyTorch.
func BenchmarkCrossEntropy(b *testing.B) {
	for _, threads := range []int{1, 2} {
		pool := NewPool(threads)
		for _, z := range headShapes {
			s := CrossEntropySpec{N: z[0], H: z[1], V: z[2], Train: true, Pool: pool}
			b.Run(fmt.Sprintf("N%d_H%d_V%d/threads%d", s.N, s.H, s.V, threads), func(b *testing.B) {
				q, l := newClasses[float32](s, false, 1), NewCrossEntropy[float32](s)
				times := make([]float64, 0, 1<<20)
				for b.Loop() {
					start := time.Now()
					l.Run(q.in, q.out)
					times = append(times, float64(time.Since(start).Nanoseconds()))
				}
				report(b, times, 6*float64(s.N)*float64(s.H)*float64(s.V), threads)
			})
		}
		pool.Close()
	}
}
