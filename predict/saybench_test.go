package predict

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/internal/kernel"
)

// BenchmarkSay: 128 sentences of 8 to 16 words by an LSTM of 128 units with general attention, 6,000 words, 16 steps each: no hypothesis ends.
func BenchmarkSay(b *testing.B) {
	const v, e, h, sentences, length = 6000, 128, 128, 128, 15
	r := rand.New(rand.NewPCG(1, 1))
	var tensors []checkpoint.Tensor
	put := func(name string, n int) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(r.NormFloat64()) * .1
		}
		tensors = append(tensors, checkpoint.FromFloats(name, []int{n}, x))
		return x
	}
	put("embedding.weight", v*e)
	put("decoder.embedding.weight", v*e)
	for prefix, size := range map[string][2]int{"rnn.%s_l0": {e, h / 2}, "rnn.%s_l0_reverse": {e, h / 2}, "decoder.%s_l0": {e, h}} {
		put(fmt.Sprintf(prefix, "weight_ih"), 4*size[1]*size[0])
		put(fmt.Sprintf(prefix, "weight_hh"), 4*size[1]*size[1])
		put(fmt.Sprintf(prefix, "bias_ih"), 4*size[1])
		put(fmt.Sprintf(prefix, "bias_hh"), 4*size[1])
	}
	for _, name := range []string{"bridge.h_l0", "bridge.c_l0"} {
		put(name+".weight", h*h)
		put(name+".bias", h)
	}
	put("attention.weight", h*h)
	put("attention.combine.weight", h*2*h)
	put("attention.combine.bias", h)
	put("head.weight", v*h)
	put("head.bias", v)[sayMarks.end] = -50
	d := decoderSizes{cell: kernel.LSTM, layers: 1, hidden: h, vocabulary: v, reads: e, outputs: h, attention: "general", bridge: "dense"}
	m := configs.Model{Cell: "lstm", HiddenSize: h / 2, Layers: 1, Bidirectional: true, Head: "every", EmbeddingSize: e}
	c := &couples{said: make([][]int32, sentences), labels: make([][]int32, sentences)}
	for range sentences {
		source := make([]int32, 8+r.IntN(9))
		for i := range source {
			source[i] = int32(4 + r.IntN(v-4))
		}
		c.sources, c.copied = append(c.sources, source), append(c.copied, make([]int32, len(source)))
	}
	for _, threads := range []int{1, 2} {
		n, err := newNetwork[float32](m, sizes{vocabulary: v, embedded: e, decoder: &d}, tensors, kernel.NewPool(threads))
		if err != nil {
			b.Fatal(err)
		}
		for _, beam := range []int{1, 5} {
			b.Run(fmt.Sprintf("threads=%d/beam=%d", threads, beam), func(b *testing.B) {
				o := SayOptions{Beam: beam, MaxLength: length, LengthPenalty: 1}
				if _, err := sayAll([]*network[float32]{n}, data.Paired(c), o, sayMarks); err != nil {
					b.Fatal(err)
				}
				for b.Loop() {
					if _, err := sayAll([]*network[float32]{n}, data.Paired(c), o, sayMarks); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(beam*sentences*(length+1)), "µs/row")
			})
		}
	}
}
