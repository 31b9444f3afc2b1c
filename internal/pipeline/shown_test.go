package pipeline

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/task"
)

// After every epoch one example is told, always the same one, and making it changes no bit of the training.
func TestShownExample(t *testing.T) {
	t.Parallel()
	for kind, set := range map[string][]string{"texts": nil, "sounds": nil, "copies": nil, "heard": {"ensemble.members=0"}} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			c := ofSaying(t, kind, set...)
			var told []*task.Demonstration
			plain, err := Train(context.Background(), c, TrainOptions{Run: filepath.Join(t.TempDir(), "a")})
			if err != nil {
				t.Fatal(err)
			}
			shown, err := Train(context.Background(), c, TrainOptions{Run: filepath.Join(t.TempDir(), "b"), OnShown: func(_ Epoch, d *task.Demonstration) { told = append(told, d) }})
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(plain.Result.Last.Weights, shown.Result.Last.Weights); d != "" {
				t.Error("the weights are others where examples are told")
			}
			if len(told) != 2 || told[0].Source == "" || told[0].Wanted == "" || told[0].Source != told[1].Source || told[0].Wanted != told[1].Wanted {
				t.Fatalf("%d examples, want the same one after 2 epochs: %+v", len(told), told)
			}
			for _, d := range told {
				if blank := c.Task == "ctc" && d.Said == ""; blank != strings.Contains(d.Hint, "only blanks so far: normal in the first 200 to 1000 updates") {
					t.Errorf("%+v", d)
				}
			}
		})
	}
}
