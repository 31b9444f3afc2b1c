package train

import (
	"context"
	"errors"
	"strings"
	"testing"

	"recur/configs"
	"recur/data"
	"recur/data/series"
)

// cut are examples of which one is only 6 steps long.
type cut struct{ *series.Part }

func (c cut) Fill32(index []int, b *data.Batch[float32]) {
	c.Part.Fill32(index, b)
	for r, i := range index {
		if i == 3 {
			b.Lengths[r] = 6
		}
	}
}

// TestFrontShortExample: an example of which the convolutions leave no step stops the training with its name, the layer and
// what would do, as a fault of the data.
func TestFrontShortExample(t *testing.T) {
	c, p := job(t, "data.window=12", "model.front=[{conv: {channels: 3, width: 4}}, {conv: {channels: 3, width: 5}}]")
	j := JobOf(c, p)
	j.Train = cut{p.Train}
	_, err := Run(context.Background(), j, Options{})
	var short *configs.TooShort
	if !errors.As(err, &short) {
		t.Fatalf("got %v, want a *configs.TooShort", err)
	}
	for _, want := range []string{p.Train.Called(3) + ": model.front[1].conv leaves no step: 3 of the 6 steps", "sequences of 8 steps would do, or padding: same in every layer"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
}
