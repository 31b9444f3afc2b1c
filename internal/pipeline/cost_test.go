package pipeline

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"recur/checkpoint"
	"recur/configs"
	"recur/internal/runs"
	"recur/train"
)

// TestSavingCost trains networks of three sizes for 40 to 90 seconds each on the machine's own disk, saving by the clock as a
// user's training does: saving takes at most 2% of the time. RECUR_SOAK=1 runs it.
func TestSavingCost(t *testing.T) {
	if os.Getenv("RECUR_SOAK") == "" {
		t.Skip("set RECUR_SOAK=1 to run it: it takes two minutes")
	}
	for _, size := range []struct{ hidden, layers int }{{32, 1}, {128, 1}, {512, 2}} {
		wait := time.Duration(40+50*(size.layers-1)) * time.Second
		run := runs.RunDir(filepath.Join(t.TempDir(), "run"))
		if err := os.Mkdir(string(run), 0o700); err != nil {
			t.Fatal(err)
		}
		src := fmt.Sprintf("name: cost\ndata: {synthetic: {kind: noisy_sine, points: 3000}, window: 24, horizon: 1}\n"+
			"model: {hidden_size: %d, layers: %d}\ntrain: {epochs: 1000000, early_stopping: {patience: 0}}\n", size.hidden, size.layers)
		c, err := configs.Parse("cost.yaml", []byte(src), nil)
		if err != nil {
			t.Fatal(err)
		}
		p, err := Prepare(c)
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithTimeout(context.Background(), wait)
		saves, spent := 0, time.Duration(0)
		r, err := train.Run(ctx, p.Job(c), train.Options{Save: func(k *checkpoint.Checkpoint, best bool) error {
			began := time.Now()
			defer func() {
				if ctx.Err() == nil { // the save at the end is not one by the clock
					saves++
					spent += time.Since(began)
				}
			}()
			return run.Save(checkpoint.OS(), k, best)
		}})
		stop()
		if err != nil {
			t.Fatal(err)
		}
		share := spent.Seconds() / r.Seconds
		t.Logf("%d parameters: %d saves took %.3f s of %.1f s: %.2f%%; with the one at the end %.3f s", r.Parameters, saves, spent.Seconds(), r.Seconds, 100*share, r.SaveSeconds)
		if share > 0.02 {
			t.Errorf("saving takes %.1f%% of the time, want at most 2%%", 100*share)
		}
	}
}
