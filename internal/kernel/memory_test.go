package kernel

import (
	"runtime"
	"testing"
)

// What Memory counts is what a layer takes, for every cell, in training and without.
func TestMemory(t *testing.T) {
	pool := NewPool(2)
	defer pool.Close()
	for _, cell := range []Cell{Elman, LSTM, GRU} {
		for _, s := range []Spec{{T: 40, B: 70, I: 33, H: 65, Train: true}, {T: 40, B: 300, I: 9, H: 96}, {T: 3, B: 2, I: 5, H: 256, Train: true}, {T: 20, B: 40, I: 9, H: 256, Train: true}, {T: 40, B: 70, I: 33, H: 65, Train: true, Masked: true},
			{T: 40, B: 70, I: 33, H: 65, Train: true, Norm: true}, {T: 40, B: 300, I: 9, H: 96, Norm: true}} {
			s.Cell, s.Pool = cell, pool
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			l := NewLayer[float32](s)
			runtime.ReadMemStats(&after)
			got, want := int64(after.TotalAlloc-before.TotalAlloc), Memory[float32](s, false, 2)
			if float64(got) > 1.1*float64(want)+40e3 || float64(got) < 0.98*float64(want) {
				t.Errorf("%v %+v: takes %d bytes, Memory says %d", cell, s, got, want)
			}
			runtime.KeepAlive(l)
		}
	}
}
