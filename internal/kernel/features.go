package kernel

import "time"

// Available names the implementations that this processor has, the fastest
// first.
func Available() (names []string) {
	for _, o := range implementations() {
		names = append(names, o.name)
	}
	return names
}

// Variable is the environment variable that chooses an implementation.
const Variable = "RECUR_KERNEL"

// Features names the implementation that float32 uses: "avx512", "avx2" or
// "go". The fastest that the processor has is chosen at start. The environment
// variable RECUR_KERNEL, set to one of the names, chooses that one instead
// where the processor has it; recur refuses other names. float64 always uses "go".
func Features() string { return use[float32]().name }

// Peak measures the rate of fused multiply-adds in float32 that this machine
// reaches when everything stays in registers, in GFLOP/s: on one thread, and
// on all threads at once. It takes about a tenth of a second.
func Peak() (one, all float64) {
	p := NewPool(0)
	defer p.Close()
	return peak(nil), peak(p)
}

// peak is the best of some rounds in which every thread works for about 2 ms.
func peak(p *Pool) float64 {
	o, best := use[float32](), 0.0
	done := make([]float64, p.Threads())
	for range 20 {
		start := time.Now()
		p.Run(len(done), func(i, _ int) {
			done[i] = 0
			for range 20 {
				done[i] += o.spin(1 << 14)
			}
		})
		ns := float64(time.Since(start).Nanoseconds())
		sum := 0.0
		for _, n := range done {
			sum += n
		}
		best = max(best, sum/ns)
	}
	return best
}
