package kernel

import (
	"fmt"
	"testing"
)

// A wide layer runs several parts of the batch side by side: that changes no bit, whatever lengths, first states and masks
// the rows have, for any number of threads.
func TestWide(t *testing.T) {
	each(t, func(t *testing.T, o *ops[float32]) {
		for i, c := range []Cell{Elman, LSTM, GRU, Elman, LSTM, GRU} {
			s := Spec{Cell: c, Nonlinearity: Tanh, T: 36, B: 37, I: 3, H: 33, Train: true, Masked: i > 2} // three spans, the order of which would tell
			if c == Elman {
				s.T = 80
			}
			if i > 2 {
				s.H, s.I = 17, wideInput
			}
			if s.flops() < serialWork {
				t.Fatalf("%s is too small to be shared", s.name())
			}
			want := bitsOfParts(s, 1<<30, 5)
			for _, threads := range []int{1, 3, 8} {
				s.Pool = NewPool(threads)
				chunks := map[int]int{1: 2, 3: 3, 8: 5}[threads]
				same(t, fmt.Sprintf("%v with %d threads: value", c, threads), bitsOfParts(s, 0, chunks), want)
				s.Pool.Close()
			}
		}
	})
}

// bitsOfParts is what a layer gives that takes weights for wide from so many bytes on: of rows that all have all steps, then of
// ragged ones, with first states of zeros in some parts, and of inference. It panics unless there are so many chunks.
func bitsOfParts(s Spec, from, chunks int) []float32 {
	defer func(old int) { wideWeights = old }(wideWeights)
	wideWeights = from
	var all []float32
	l := NewLayer[float32](s)
	if len(l.chunks) != chunks {
		panic(fmt.Sprintf("%d chunks, want %d", len(l.chunks), chunks))
	}
	for _, ragged := range []bool{false, true} {
		q := newSequence[float32](s, ragged, 3)
		clear(q.in.H0[8*s.H : 24*s.H])
		if ragged {
			for r := range 8 { // a part that is whole, and one that ends early
				q.in.Lengths[r], q.in.Lengths[r+16] = s.T, s.T/3
			}
		}
		l.Forward(q.w, q.in, q.out)
		l.Backward(q.w, q.in, q.out, q.dout, q.d)
		all = append(append(all, q.out.Y...), q.out.HN...)
		for _, p := range q.parts() {
			all = append(all, p.d...)
		}
		infer := s
		infer.Train, infer.Masked = false, false
		q.in.Mask = nil
		NewLayer[float32](infer).Forward(q.w, q.in, q.out)
		all = append(append(all, q.out.Y...), q.out.HN...)
	}
	return all
}
