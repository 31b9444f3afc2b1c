package models

import (
	"runtime"
	"testing"

	"recur/configs"
)

// TestMemoryOfSaid: what is estimated of networks that say a second sequence is what their graphs take, one alone and many that take turns.
func TestMemoryOfSaid(t *testing.T) {
	if racing {
		t.Skip("the race detector takes memory of its own")
	}
	translates := Spec{
		Model: configs.Model{Cell: "lstm", HiddenSize: 48, Layers: 1, Bidirectional: true, Head: "every", DType: "float32", EmbeddingSize: 96, EmbeddingDropout: .2, MemoryDropout: .2, HeadDropout: .2,
			Decoder: configs.Decoder{Cell: "lstm", HiddenSize: 96, Layers: 1}, Attention: "general", Bridge: "dense", OutputSize: 96},
		Vocabulary: 3000, Padding: 0, Unknown: 1, Classes: 2000, Outputs: 2000, Says: 2000, SaidPadding: 0, Seed: 1, Threads: 1,
	}
	copies := translates
	copies.Copy, copies.Vocabulary, copies.Shared, copies.TieEmbeddings = true, 2000, true, true
	hears := Spec{
		Model: configs.Model{Cell: "lstm", HiddenSize: 96, Layers: 1, Bidirectional: true, Head: "every", DType: "float32", HeadDropout: .2,
			Front: []configs.Layer{{Conv: configs.Conv{Channels: 64, Width: 5, Stride: 2, Norm: "layer"}}}},
		Inputs: 40, Classes: 30, Outputs: 30, Loss: configs.LossOfSounds, Seed: 1, Threads: 1,
	}
	for _, c := range []struct {
		name  string
		spec  Spec
		sizes []Size
	}{
		{"a translation", translates, []Size{{32, 20, 24}}},
		{"translations of long sentences", translates, []Size{{32, 160, 160}}},
		{"translations of many lengths", translates, []Size{{32, 32, 40}, {32, 12, 12}, {32, 20, 24}, {32, 28, 20}, {32, 40, 40}, {7, 16, 16}}},
		{"summaries that copy", copies, []Size{{32, 70, 16}, {32, 40, 12}, {32, 24, 14}}},
		{"speech of many lengths", hears, []Size{{8, 640, 40}, {8, 200, 20}, {8, 400, 30}, {8, 320, 30}}},
		{"speech", hears, []Size{{8, 1200, 100}}},
	} {
		for _, training := range []bool{true, false} {
			got := float64(takenOfSizes(t, c.spec, c.sizes, training))
			want := float64(c.spec.MemoryOf(c.sizes, 1, training))
			t.Logf("%-30s training %-5v takes %6.1f MiB, estimated %6.1f: %.2f", c.name, training, got/(1<<20), want/(1<<20), want/got)
			if want/got < 0.8 || want/got > 1.25 {
				t.Errorf("%s, training %v: takes %.0f bytes, estimated %.0f", c.name, training, got, want)
			}
		}
	}
}

// takenOfSizes is what graphs hold that take turns, once they have run.
func takenOfSizes(t *testing.T, s Spec, sizes []Size, training bool) int64 {
	t.Helper()
	s.Steps, s.SaidSteps = sizes[0].Steps, sizes[0].Said
	n, err := New[float32](s)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	n.Share()
	var before, after runtime.MemStats
	for range 4 {
		runtime.GC()
	}
	runtime.ReadMemStats(&before)
	for _, z := range sizes {
		g, err := n.Sized(z, training)
		if err != nil {
			t.Fatal(err)
		}
		for i := range g.Labels {
			g.Labels[i] = int32(1 + i%2)
		}
		run(t, g)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(n)
	return int64(after.HeapAlloc) - int64(before.HeapAlloc)
}
