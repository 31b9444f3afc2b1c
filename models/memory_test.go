package models

import (
	"runtime"
	"testing"

	"recur/configs"
	"recur/graph"
)

// What Memory estimates of a graph is what it takes, within a fifth, over sizes and shapes.
func TestMemory(t *testing.T) {
	if racing {
		t.Skip("the race detector takes memory of its own")
	}
	cases := []struct {
		name string
		b, t int
		set  func(s *Spec)
	}{
		{"plain", 64, 60, func(s *Spec) {}},
		{"big", 8, 10, func(s *Spec) { s.HiddenSize = 400 }},
		{"deep, both ways", 32, 40, func(s *Spec) { s.Layers, s.Bidirectional = 4, true }},
		{"gru, dropout", 64, 40, func(s *Spec) { s.Layers, s.Cell, s.Dropout = 3, "gru", 0.2 }},
		{"every, float64", 64, 40, func(s *Spec) { s.Head, s.DType, s.Outputs = "every", "float64", 20 }},
		{"encoder", 64, 40, func(s *Spec) { s.EncoderSize = 80; s.Inputs = 40 }},
		{"convolutions", 64, 200, func(s *Spec) {
			conv := configs.Conv{Channels: 64, Width: 5, Norm: "layer", Activation: "gelu", Pool: configs.Pool{Kind: "max", Width: 2}}
			s.Front = []configs.Layer{{Conv: conv}, {Conv: conv}}
		}},
		{"layer norm", 64, 100, func(s *Spec) { s.LayerNorm, s.RecurrentDropout, s.HiddenSize = true, .2, 128 }},
		{"batch norm", 64, 200, func(s *Spec) {
			conv := configs.Conv{Channels: 64, Width: 5, Norm: "batch"}
			late := conv
			late.Activation = "gelu"
			s.Front = []configs.Layer{{Conv: conv}, {Conv: late}}
		}},
		{"symbols, classes", 32, 40, func(s *Spec) {
			s.Vocabulary, s.Inputs, s.EmbeddingSize, s.EmbeddingDropout, s.Classes, s.Outputs = 4000, 0, 100, .5, 6, 6
			s.Bidirectional, s.Pool, s.HeadDropout = true, "mean_max", .5
		}},
		{"the next symbol", 32, 40, func(s *Spec) {
			s.Vocabulary, s.Inputs, s.EmbeddingSize, s.Classes, s.Outputs, s.Head, s.HeadDropout = 2000, 0, 64, 2000, 2000, "every", .2
		}},
		{"spelt", 32, 40, func(s *Spec) {
			s.Vocabulary, s.Inputs, s.EmbeddingSize, s.EmbeddingDropout, s.Classes, s.Outputs = 4000, 0, 100, .5, 6, 6
			s.Bidirectional, s.Pool, s.CharacterNgrams = true, "mean_max", 20000
		}},
		{"tied", 32, 40, func(s *Spec) {
			s.Vocabulary, s.Inputs, s.EmbeddingSize, s.Classes, s.Outputs, s.Head, s.TieEmbeddings = 3000, 0, 100, 3000, 3000, "every", true
		}},
		{"attention, locked", 64, 60, func(s *Spec) { s.Pool, s.LockedDropout, s.Inputs, s.EncoderSize, s.Layers = "attention", .2, 20, 60, 2 }},
		{"primitive lstm", 64, 12, func(s *Spec) { s.Implementation = "primitive" }},
		{"primitive gru", 64, 12, func(s *Spec) { s.Implementation, s.Cell = "primitive", "gru" }},
		{"primitive elman", 64, 12, func(s *Spec) { s.Implementation, s.Cell = "primitive", "elman" }},
		{"primitive deep, both ways", 32, 12, func(s *Spec) { s.Implementation, s.Layers, s.Bidirectional = "primitive", 2, true }},
	}
	for _, c := range cases {
		for _, training := range []bool{true, false} {
			s := Spec{Model: configs.Model{Cell: "lstm", HiddenSize: 96, Layers: 1, DType: "float32"}, Steps: c.t, Inputs: 3, Outputs: 4, Seed: 1, Threads: 1}
			c.set(&s)
			got := takes(t, s, c.b, c.t, training)
			want := s.Memory(c.b, c.t, 1, training)
			ratio := float64(want) / float64(got)
			t.Logf("%-26s training %-5v takes %6.1f MiB, estimated %6.1f: %.2f", c.name, training, float64(got)/(1<<20), float64(want)/(1<<20), ratio)
			if ratio < 0.8 || ratio > 1.25 {
				t.Errorf("%s, training %v: takes %d bytes, estimated %d", c.name, training, got, want)
			}
		}
	}
}

// takes is what lives after a graph has run that did not before it was made.
func takes(t *testing.T, s Spec, b, steps int, training bool) int64 {
	if s.DType == "float64" {
		return taken[float64](t, s, b, steps, training)
	}
	return taken[float32](t, s, b, steps, training)
}

func taken[F interface{ float32 | float64 }](t *testing.T, s Spec, b, steps int, training bool) int64 {
	t.Helper()
	n, err := New[F](s)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	var before, after runtime.MemStats
	for range 4 { // what the graphs before hold is behind finalizers
		runtime.GC()
	}
	runtime.ReadMemStats(&before)
	g, err := n.Graph(b, steps, training)
	if err != nil {
		t.Fatal(err)
	}
	if len(g.Spelt) > 0 { // each another word, of twenty rows
		for i := range g.Spelt {
			g.Spelt[i] = int32(i)
			for j := range int32(20) {
				g.Spellings.Rows = append(g.Spellings.Rows, (20*int32(i)+j)%int32(s.CharacterNgrams))
			}
			g.Spellings.Ends = append(g.Spellings.Ends, int32(len(g.Spellings.Rows)))
		}
	}
	if _, err := g.Run(); err != nil {
		t.Fatal(err)
	}
	g.Spellings, g.spelt.Lists = graph.Spellings{}, graph.Spellings{} // the examples' own
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(g)
	return int64(after.HeapAlloc) - int64(before.HeapAlloc)
}
