package models

import (
	"fmt"
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

// BenchmarkGlobal times forward and backward pass of a network of many series: batch 128, 16 patches of 7, encoder 40,
// H 40, z of 119, 56 steps at 5 quantiles; and of the bare recurrent layer
// with a head, which the rest is to be held against.
func BenchmarkGlobal(b *testing.B) {
	whole := Spec{
		Model: configs.Model{HiddenSize: 40, EncoderSize: 40, HeadDropout: 0.1, LinearPath: "ridge",
			Quantiles: []float64{0.025, 0.1, 0.5, 0.9, 0.975}},
		Steps: 16, Inputs: 7, Outputs: 56 * 5, Extra: 119, Window: 112, Loss: "pinball",
	}
	bare := whole
	bare.EncoderSize, bare.HeadDropout, bare.Extra, bare.Window, bare.Quantiles, bare.Loss = 0, 0, 0, 0, nil, "mae"
	bare.Outputs = 56
	for _, cell := range []string{"elman", "lstm", "gru"} {
		for i, s := range []Spec{whole, bare} {
			for _, threads := range []int{1, 2} {
				s.Cell, s.Threads = cell, threads
				b.Run(fmt.Sprintf("%s/%s/threads=%d", cell, []string{"whole", "bare"}[i], threads), func(b *testing.B) { step(b, s, 128) })
			}
		}
	}
}

func step(b *testing.B, s Spec, batch int) {
	_, g := open[float32](b, s, batch, true)
	b.ReportAllocs()
	for b.Loop() {
		run(b, g)
	}
}
