package predict

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/data/text"
	"recur/models"
)

// hearer is a network with drawn weights that hears two numbers a frame.
func hearer(t *testing.T, seed uint64, cell string, bidirectional bool, front ...configs.Layer) *Model {
	t.Helper()
	c := configs.Default("ctc")
	c.Seed = seed
	c.Model = configs.Model{Cell: cell, HiddenSize: 5, Layers: 2, Bidirectional: bidirectional, Head: "every", DType: "float64", Implementation: "fused", Init: "pytorch",
		Elman: configs.Elman{Nonlinearity: "tanh"}, Front: front}
	v := letters(t, 4, text.Padding)
	spec := models.SpecOf(c, 60, 2, v.Len(), 0)
	spec.Loss, spec.Classes, spec.SaidSteps = configs.LossOfSounds, v.Len(), 4
	n, err := models.New[float64](spec)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.Close)
	return opening(t, n, c, checkpoint.Data{Sounds: &checkpoint.Sounds{Vocabulary: v, Inputs: 2, Steps: 60, Labels: 4}})
}

// TestListenEqualsPart: frames that come one by one, or some at a time, have the chances that they have in a whole utterance, whatever lies
// below the recurrent layers; and none comes before all that it reads is there.
func TestListenEqualsPart(t *testing.T) {
	leap := conv(4, 2, 1, "valid", "none", "relu")
	leap.Conv.Stride = 5 // further than it reads
	even := conv(6, 4, 2, "same", "layer", "relu")
	even.Conv.Stride = 3
	fronts := map[string][]configs.Layer{
		"none": nil, "same": {conv(6, 3, 1, "same", "layer", "relu"), strided("")}, "causal": {conv(4, 3, 2, "causal", "none", "gelu")},
		"valid": {conv(4, 3, 1, "valid", "none", "tanh"), leap}, "pool": {conv(6, 3, 1, "same", "layer", "relu"), strided("max"), strided("mean")}, "even": {even},
	}
	s := &sounding{[]int{60, 23, 44, 31, 60}, [][]int32{{1}, {3}, {2}, {}, {4}}}
	for name, front := range fronts {
		for _, cell := range []string{"lstm", "gru", "elman"} {
			a, b := hearer(t, 1, cell, false, front...), hearer(t, 2, cell, false, front...)
			all, want := []*Model{a, b}, make([][][]float64, 2)
			for i, m := range all {
				var err error
				if want[i], err = m.Part(s); err != nil {
					t.Fatal(err)
				}
			}
			for i, frames := range s.lengths {
				var batch data.Batch[float32]
				data.Fill(s, []int{i}, &batch)
				x := batch.X[:2*frames]
				for _, piece := range []int{1, 7, 60} {
					l, err := Listen(all)
					if err != nil {
						t.Fatal(err)
					}
					var got [][]float64
					for part := range slices.Chunk(x, 2*piece) {
						got = append(got, l.Write(part)...)
					}
					if left := len(want[0][i])/5 - len(got); left > 4 {
						t.Errorf("%s: %d steps are told at the end alone", name, left)
					}
					got = append(got, l.Close()...)
					if len(got)*5 != len(want[0][i]) {
						t.Fatalf("%s, %s: %d frames make %d steps, want %d", name, cell, frames, len(got), len(want[0][i])/5)
					}
					for step, logs := range got {
						for c, v := range logs {
							if w := (want[0][i][step*5+c] + want[1][i][step*5+c]) / 2; !(math.Abs(math.Exp(v)-w) <= 1e-6) { // frames are float32 when they are listened to
								t.Fatalf("%s, %s, %d frames in pieces of %d: step %d says %g of class %d, want %g", name, cell, frames, piece, step, math.Exp(v), c, w)
							}
						}
					}
				}
			}
		}
	}
}

// TestListenRefuses what needs the end, and what hears nothing.
func TestListenRefuses(t *testing.T) {
	if _, err := Listen([]*Model{hearer(t, 1, "gru", true)}); err == nil || !strings.Contains(fmt.Sprint(err), "train with model.bidirectional: false") {
		t.Error(err)
	}
	deaf := hearer(t, 1, "gru", false)
	deaf.State.Sounds = nil
	if _, err := Listen([]*Model{deaf}); err == nil || !strings.Contains(fmt.Sprint(err), "hears nothing") {
		t.Error(err)
	}
}
