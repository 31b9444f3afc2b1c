package models

import (
	"testing"

	"recur/configs"
)

// BenchmarkOverhead times a training step of the smallest network, which is all but the arithmetic.
func BenchmarkOverhead(b *testing.B) {
	for _, cell := range []string{"elman", "lstm", "gru"} {
		b.Run(cell, func(b *testing.B) {
			step(b, Spec{Model: configs.Model{Cell: cell, HiddenSize: 1, DType: "float32"}, Steps: 1, Inputs: 1, Outputs: 1, Threads: 1}, 1)
		})
	}
}

// BenchmarkStep times forward and backward pass of usual sizes: batch 32, T 20, H 10 and batch 32, T 24, H 64.
func BenchmarkStep(b *testing.B) {
	for _, cell := range []string{"elman", "lstm", "gru"} {
		b.Run(cell+"/32,20,10", func(b *testing.B) {
			step(b, Spec{Model: configs.Model{Cell: cell, HiddenSize: 10}, Steps: 20, Inputs: 1, Outputs: 1, Threads: 1}, 32)
		})
		b.Run(cell+"/32,24,64", func(b *testing.B) {
			step(b, Spec{Model: configs.Model{Cell: cell, HiddenSize: 64}, Steps: 24, Inputs: 1, Outputs: 1}, 32)
		})
	}
}

func step(b *testing.B, s Spec, batch int) {
	_, g := open[float32](b, s, batch, true)
	b.ReportAllocs()
	for b.Loop() {
		run(b, g)
	}
}
