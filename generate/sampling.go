package generate

import (
	"fmt"
	"math"
)

// Sampling says how the next symbol is drawn from the chances that a network gives.
type Sampling struct {
	// Temperature divides the logarithms of the chances: below 1 the likely becomes likelier. 0 takes the likeliest symbol, of
	// equals the one of the lowest number.
	Temperature float64
	// TopK draws among the k likeliest symbols; 0: among all. Of equals at the border the lower numbers are kept.
	TopK int
	// TopP draws among the fewest symbols, the likeliest first, whose chances after TopK sum to TopP or more [1]; 0 and 1: among all.
	TopP float64
	Seed uint64
}

// [1] Holtzman et al., The curious case of neural text degeneration, 2020: nucleus sampling.

// Check refuses what means nothing.
func (s Sampling) Check() error {
	switch {
	case !(s.Temperature >= 0) || math.IsInf(s.Temperature, 0):
		return fmt.Errorf("generate: temperature is %v, want a number of 0 or more", s.Temperature)
	case s.TopK < 0:
		return fmt.Errorf("generate: top k is %d, want 1 or more, or 0 for all", s.TopK)
	case !(s.TopP >= 0 && s.TopP <= 1):
		return fmt.Errorf("generate: top p is %v, want a share above 0 and up to 1", s.TopP)
	}
	return nil
}

// Uniform is a number from 0 up to 1 that depends on nothing but its place: that of a position in a sample of a seed.
// It is the finaliser of SplitMix64 [2], once for each of them.
//
// [2] Steele, Lea & Flood, Fast splittable pseudorandom number generators, 2014.
func Uniform(seed, sample, position uint64) float64 {
	const golden = 0x9e3779b97f4a7c15
	x := mix(seed + golden)
	x = mix(x + (sample+1)*golden)
	x = mix(x + (position+1)*golden)
	return float64(x>>11) / (1 << 53)
}

func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// Drawer draws symbols; it keeps memory from draw to draw.
type Drawer struct {
	weights []float64
	heap    []int32
}

// Draw gives a symbol by the logarithms of the chances, which need not sum to 1, and a number u from 0 up to 1. A logarithm of
// -Inf is no chance at all; at least one must be finite.
func (d *Drawer) Draw(s Sampling, logp []float64, u float64) int {
	best := 0
	for i, v := range logp {
		if v > logp[best] {
			best = i
		}
	}
	if s.Temperature == 0 || s.TopK == 1 {
		return best
	}
	if cap(d.weights) < len(logp) {
		d.weights = make([]float64, len(logp))
	}
	w, total := d.weights[:len(logp)], 0.0
	for i, v := range logp {
		w[i] = math.Exp((v - logp[best]) / s.Temperature) // the logarithms are parted first: a tiny temperature gives 0, not NaN
		total += w[i]
	}
	if s.TopK > 0 && s.TopK < len(w) || s.TopP > 0 && s.TopP < 1 {
		total = d.restrict(s, w, total)
	}
	return pick(w, u*total)
}

// pick is the symbol at which the sum of the weights passes at; rounding never makes it one of no weight.
func pick(w []float64, at float64) int {
	sum, last := 0.0, 0
	for i, v := range w {
		if v == 0 {
			continue
		}
		if sum += v; at < sum {
			return i
		}
		last = i
	}
	return last
}

// restrict sets the weights of all but the likeliest symbols to zero, and returns the sum of the others.
func (d *Drawer) restrict(s Sampling, w []float64, total float64) float64 {
	k := len(w)
	if s.TopK > 0 {
		k = min(k, s.TopK)
	}
	d.fill(w)
	if s.TopP > 0 && s.TopP < 1 && k < len(w) { // the share is one of what TopK leaves
		total = 0
		for n := range k {
			total += w[d.take(w, n)]
		}
		d.fill(w)
	}
	enough := math.Inf(1)
	if s.TopP > 0 && s.TopP < 1 {
		enough = s.TopP * total
	}
	last, mass := int32(0), 0.0
	for n := 0; n < k && mass < enough; n++ {
		last = d.take(w, n)
		mass += w[last]
	}
	border, sum := w[last], 0.0
	for i, v := range w {
		if v < border || v == border && int32(i) > last {
			w[i] = 0
		}
		sum += w[i]
	}
	return sum
}

// fill makes a heap of all symbols, the likeliest on top.
func (d *Drawer) fill(w []float64) {
	d.heap = d.heap[:0]
	for i := range w {
		d.heap = append(d.heap, int32(i))
	}
	for i := len(w)/2 - 1; i >= 0; i-- {
		d.sink(w, i, len(w))
	}
}

// take takes the likeliest symbol that is left from the heap, of which n were taken before.
func (d *Drawer) take(w []float64, n int) int32 {
	top, end := d.heap[0], len(w)-n-1
	d.heap[0] = d.heap[end]
	d.sink(w, 0, end)
	return top
}

// sink moves a symbol of the heap, of n symbols, down to its place.
func (d *Drawer) sink(w []float64, i, n int) {
	for {
		child := 2*i + 1
		if child >= n {
			return
		}
		if child+1 < n && before(w, d.heap[child+1], d.heap[child]) {
			child++
		}
		if !before(w, d.heap[child], d.heap[i]) {
			return
		}
		d.heap[i], d.heap[child] = d.heap[child], d.heap[i]
		i = child
	}
}

// before says that symbol a comes before b: it is likelier, or as likely and of a lower number.
func before(w []float64, a, b int32) bool { return w[a] > w[b] || w[a] == w[b] && a < b }
