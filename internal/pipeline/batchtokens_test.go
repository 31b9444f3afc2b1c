package pipeline

import (
	"context"
	"math"
	"testing"

	"recur/train"
)

// A bound of the symbols that go through the network at once changes no update: parts of a batch make the gradient of the whole.
func TestBatchTokens(t *testing.T) {
	t.Parallel()
	var losses [2][2]float64
	for i, most := range []string{"0", "60"} { // of some 16·11 symbols of a batch
		c := ofSaying(t, "texts", "model.dtype=float64", "model.embedding_dropout=0", "model.memory_dropout=0", "model.head_dropout=0", "train.batch_tokens="+most)
		d, err := Prepare(c)
		if err != nil {
			t.Fatal(err)
		}
		r, err := train.Run(context.Background(), d.Job(c), train.Options{})
		if err != nil {
			t.Fatal(err)
		}
		last := r.Epochs[len(r.Epochs)-1]
		losses[i] = [2]float64{last.TrainLoss, last.ValidationLoss}
	}
	for k := range losses[0] {
		if got, want := losses[1][k], losses[0][k]; math.Abs(got-want) > 1e-9 {
			t.Errorf("loss %d: got %v in parts, want %v", k, got, want)
		}
	}
	if losses[0] == losses[1] {
		t.Error("not a bit differs: the batches were not cut")
	}
}
