package train

import (
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"
)

// long says that the long forms are wanted.
func long() bool { return os.Getenv("RECUR_SOAK") != "" }

// seedOf is RECUR_SEED, or new.
func seedOf(t *testing.T) uint64 {
	t.Helper()
	text := os.Getenv("RECUR_SEED")
	if text == "" {
		return uint64(time.Now().UnixNano())
	}
	seed, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("RECUR_SEED is %q, want a number", text)
	}
	return seed
}

// The long form of TestResumeGoesOnToTheSameBits: RECUR_SOAK=1 go test -run Soak -timeout 1h ./train
// RECUR_SEED=n replays the stops of an earlier run.
func TestResumeSoak(t *testing.T) {
	if !long() {
		t.Skip("set RECUR_SOAK=1 to run it")
	}
	random := chance(t)
	schedules := []string{"{kind: constant, warmup_epochs: 0.7}", "{kind: step, step_epochs: 2, factor: 0.5}",
		"{kind: cosine, warmup_epochs: 1}", "{kind: plateau, factor: 0.5, patience: 1}"}
	bounds := []string{"train.max_updates=0", "train.max_updates=19", "train.min_updates=61", "train.max_updates=5"}
	for _, cell := range []string{"elman", "lstm", "gru"} {
		for _, solver := range []string{"sgd", "momentum", "rmsprop", "adam", "adamw"} {
			for _, dtype := range []string{"float32", "float64"} {
				set := []string{"model.cell=" + cell, "train.solver=" + solver, "model.dtype=" + dtype, "train.epochs=6", "train.weight_decay=0.01",
					"model.layers=2", "model.dropout=0.3", "model.hidden_size=5", "train.early_stopping={patience: 3}", "train.learning_rate=0.1",
					"train.schedule=" + schedules[random.IntN(len(schedules))], "train.refit=" + []string{"none", "all"}[random.IntN(2)]}
				set = append(set, bounds[random.IntN(len(bounds))], "train.on_nan="+[]string{"stop", "skip", "rollback"}[random.IntN(3)])
				switch random.IntN(3) {
				case 1:
					set = append(set, panelFile(t))
				case 2:
					set = append(global(t), set...)
				}
				whole := mustRun(t, Options{}, set...)
				for range 50 {
					step := 1 + random.IntN(whole.Last.Step-1)
					sameResult(t, fmt.Sprintf("%v stopped at step %d", set, step), whole, stopAndGoOn(t, step, onDisk(t), set...))
				}
			}
		}
	}
}
