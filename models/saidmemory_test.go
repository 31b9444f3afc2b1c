package models

import (
	"runtime"
	"testing"

	"recur/configs"
)

// TestMemoryOfSaid: what is estimated of networks that say a second sequence is what their graphs take.
func TestMemoryOfSaid(t *testing.T) {
	if racing {
		t.Skip("the race detector takes memory of its own")
	}
	translates := Spec{
		Model: configs.Model{Cell: "lstm", HiddenSize: 48, Layers: 1, Bidirectional: true, Head: "every", DType: "float32", EmbeddingSize: 96, EmbeddingDropout: .2, MemoryDropout: .2, HeadDropout: .2,
			Decoder: configs.Decoder{Cell: "lstm", HiddenSize: 96, Layers: 1}, Attention: "general", Bridge: "dense", OutputSize: 96},
		Vocabulary: 3000, Padding: 0, Unknown: 1, Classes: 2000, Outputs: 2000, Says: 2000, SaidPadding: 0, Seed: 1, Threads: 1,
	}
	hears := Spec{
		Model: configs.Model{Cell: "lstm", HiddenSize: 96, Layers: 1, Bidirectional: true, Head: "every", DType: "float32", HeadDropout: .2,
			Front: []configs.Layer{{Conv: configs.Conv{Channels: 64, Width: 5, Stride: 2, Norm: "layer"}}}},
		Inputs: 40, Classes: 30, Outputs: 30, Loss: configs.LossOfSounds, Seed: 1, Threads: 1,
	}
	for _, c := range []struct {
		name string
		spec Spec
		size Size
	}{
		{"a translation", translates, Size{32, 20, 24}},
		{"translations of long sentences", translates, Size{32, 160, 160}},
		{"speech", hears, Size{8, 1200, 100}},
	} {
		for _, training := range []bool{true, false} {
			got := float64(takenOfSize(t, c.spec, c.size, training))
			s := c.spec
			s.Steps, s.SaidSteps = c.size.Steps, c.size.Said
			want := float64(s.Memory(c.size.Rows, c.size.Steps, 1, training))
			t.Logf("%-30s training %-5v takes %6.1f MiB, estimated %6.1f: %.2f", c.name, training, got/(1<<20), want/(1<<20), want/got)
			if want/got < 0.8 || want/got > 1.25 {
				t.Errorf("%s, training %v: takes %.0f bytes, estimated %.0f", c.name, training, got, want)
			}
		}
	}
}

// takenOfSize is what a graph of a size holds once it has run.
func takenOfSize(t *testing.T, s Spec, z Size, training bool) int64 {
	t.Helper()
	s.Steps, s.SaidSteps = z.Steps, z.Said
	n, err := New[float32](s)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	var before, after runtime.MemStats
	for range 4 {
		runtime.GC()
	}
	runtime.ReadMemStats(&before)
	g, err := n.Sized(z, training)
	if err != nil {
		t.Fatal(err)
	}
	for i := range g.SaidLengths {
		g.SaidLengths[i] = g.S
	}
	for i := range g.Labels {
		g.Labels[i] = int32(1 + i%2)
	}
	run(t, g)
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(n)
	return int64(after.HeapAlloc) - int64(before.HeapAlloc)
}
