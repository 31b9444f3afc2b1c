package data

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTokensOfABatch(t *testing.T) {
	var b Batch[float32]
	b.ShapeTokens(2, 3, true)
	if len(b.Tokens) != 6 || len(b.Labels) != 6 || len(b.X)+len(b.Y)+len(b.Z)+len(b.Mask) != 0 || len(b.Lengths) != 2 || len(b.Carry) != 2 || b.T != 3 || b.N != 2 {
		t.Errorf("got %+v", b)
	}
	b.Lengths[0], b.Lengths[1] = 3, 1
	b.PadTokens(0, 9)
	b.PadTokens(1, 9)
	if d := cmp.Diff([]int32{0, 0, 0, 9, 0, 9}, b.Tokens); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]int32{0, 0, 0, NoLabel, 0, NoLabel}, b.Labels); d != "" {
		t.Error(d)
	}
	b.ShapeTokens(2, 3, false)
	b.Labels[1] = 5
	b.PadTokens(1, 9)
	if d := cmp.Diff([]int32{0, 5}, b.Labels); d != "" {
		t.Errorf("a label of the whole example is no padding: %s", d)
	}
}

// A batch of numbers knows nothing of tokens.
func TestNumbersOfABatchStayAsTheyAre(t *testing.T) {
	var b Batch[float64]
	b.Shape(2, 3, 4, 1, 5, true)
	if b.Tokens != nil || b.Labels != nil {
		t.Errorf("there are %d tokens and %d labels", len(b.Tokens), len(b.Labels))
	}
	if len(b.X) != 24 || len(b.Z) != 2 || len(b.Y) != 30 || len(b.Mask) != 30 {
		t.Errorf("the sizes are %d, %d, %d, %d", len(b.X), len(b.Z), len(b.Y), len(b.Mask))
	}
	if n := testing.AllocsPerRun(10, func() { b.Shape(2, 3, 4, 1, 5, true) }); n != 0 {
		t.Errorf("a batch of the same shape allocates %v times", n)
	}
}
