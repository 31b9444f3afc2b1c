package kernel

import (
	"runtime"
	"time"
)

// Features names the implementation in use: "avx512", "avx2" or "go".
func Features() string { return "go" }

// Peak measures the rate of multiply-adds in float32 that this machine reaches
// with everything in registers, in GFLOP/s: on one thread, and on all threads
// at once. It takes about a tenth of a second.
func Peak() (one, all float64) {
	p := NewPool(0)
	defer p.Close()
	return peak(nil, 1), peak(p, p.Threads())
}

// peak is the best of some rounds in which every thread spins once.
func peak(p *Pool, threads int) float64 {
	best := 0.0
	for range 20 {
		start := time.Now()
		p.Run(threads, func(int, int) { runtime.KeepAlive(spinFMA(1 << 20)) })
		best = max(best, float64(threads)*16*(1<<20)/float64(time.Since(start).Nanoseconds()))
	}
	return best
}

// spinFMA does n rounds of 8 independent multiply-adds.
func spinFMA(n int) float32 {
	var a, b, c, d, e, f, g, h float32
	const m, k = 0.5, 1
	for range n {
		a, b, c, d = a*m+k, b*m+k, c*m+k, d*m+k
		e, f, g, h = e*m+k, f*m+k, g*m+k, h*m+k
	}
	return a + b + c + d + e + f + g + h
}
