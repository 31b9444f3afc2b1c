package train

import (
	"context"
	"testing"

	"recur/checkpoint"
	"recur/checkpoint/crashfs"
)

// A training that is stopped between its two phases, the last epoch being the best, goes on to the same bits from what is on disk.
func TestResumeBetweenPhases(t *testing.T) {
	set := []string{"train.refit=all", "train.epochs=3"}
	whole := mustRun(t, Options{}, set...)
	if whole.Epochs[2].Refit || !whole.Epochs[2].Best {
		t.Fatal("the last epoch of the first phase is not the best one")
	}
	disk := crashfs.New()
	c, p := job(t, set...)
	ctx, cancel := context.WithCancel(context.Background())
	o := Options{OnEpoch: func(e Epoch) {
		if e.Number == 3 {
			cancel()
		}
	}, Save: func(k *checkpoint.Checkpoint, best bool) error {
		_, err := checkpoint.Save(disk, "c", k, best)
		return err
	}}
	r, err := Run(ctx, JobOf(c, p), o)
	if err != nil || r.Stopped != "interrupted" {
		t.Fatal(r, err)
	}
	last, _, err := checkpoint.Load(disk, "c", "last")
	if err != nil {
		t.Fatal(err)
	}
	rest, err := Run(context.Background(), JobOf(c, p), Options{Resume: last})
	if err != nil {
		t.Fatal(err)
	}
	sameResult(t, "between the phases", whole, rest)
	if best, _, err := checkpoint.Load(disk, "c", "best"); err != nil || best.ValidationLoss != whole.Epochs[2].ValidationLoss {
		t.Errorf("the best: %+v, %v", best, err)
	}
}
