package pipeline

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"recur/configs"
	"recur/internal/record"
)

// olderRun copies the run that a version left which kept no record.
func olderRun(t *testing.T) string { return copied(t, "testdata/older/run") }

// A run of an older version is read, trained on, and replaced by force; only what its checkpoints vouch for is recur's own.
func TestOlderRun(t *testing.T) {
	t.Parallel()
	load := func(run string, set ...string) *configs.Config {
		t.Helper()
		c, err := configs.Load(filepath.Join(run, "config.yaml"), set)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	run := olderRun(t)
	if _, err := Evaluate(run, EvaluateOptions{Split: "test"}); err != nil {
		t.Error(err)
	}
	if _, err := RunForecast(run, ForecastOptions{}); err != nil {
		t.Error(err)
	}
	before := seen(t, run)
	for _, command := range []string{"train", "compare", "backtest", "train an ensemble"} {
		if err := writers[command](sine(t), run, false); err == nil {
			t.Errorf("%s took the directory of a finished run", command)
		}
		kept(t, command, before, seen(t, run))
	}
	mine := planted(t, run)
	put(t, run, map[string]string{"checkpoints/step-000099/model.safetensors": "mine", "plots/learning-curves.svg": "mine"})
	mine["checkpoints/step-000099/model.safetensors"], mine["plots/learning-curves.svg"] = "mine", "mine"
	trained(t, load(run, "train.epochs=5"), TrainOptions{Run: run, Resume: true})
	kept(t, "trained on", mine, seen(t, run))
	if err := writers["plot"](nil, run, false); !is[*record.Foreign](err) {
		t.Errorf("a picture of that name: %v, want a refusal", err)
	}
	kept(t, "drawn", mine, seen(t, run))

	forced := olderRun(t)
	mine = planted(t, forced)
	trained(t, load(forced, "model.hidden_size=3"), TrainOptions{Run: forced, Force: true})
	kept(t, "replaced", mine, seen(t, forced))
	if fresh := trained(t, load(forced), TrainOptions{}); readFile(t, filepath.Join(fresh, "metrics.csv")) != readFile(t, filepath.Join(forced, "metrics.csv")) {
		t.Error("the run that took its place is not that of an empty directory")
	}
}

// What an older version would not have written beside its checkpoints is the user's and in the way: it is named and kept.
func TestOlderRunWithOtherFiles(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"config.yaml":      "# mine\n" + readFile(t, "testdata/older/run/config.yaml"),
		"metrics.csv":      "day,sales\n1,2\n",
		"metrics.jsonl":    `{"epoch":1,"step":9}` + "\n",
		"environment.json": `{"shell": "zsh"}`,
		"result.json":      `{"score": 7}`,
		"calibration.json": `{"camera": 1}`,
		".lock":            "do not open",
		"checkpoints/last": "the last one of my own\n",
	} {
		run := olderRun(t)
		put(t, run, map[string]string{name: text})
		before := seen(t, run)
		var foreign *record.Foreign
		for _, force := range []bool{false, true} {
			err := writers["train --resume"](sine(t, "name=old", "seed=3", "train.epochs=5"), run, force)
			if !errors.As(err, &foreign) || foreign.Path != filepath.Join(run, name) {
				t.Errorf("%s: force %t: got %v, want a refusal that names it", name, force, err)
			}
			kept(t, name, before, seen(t, run))
		}
		if err := os.Rename(filepath.Join(run, name), filepath.Join(run, "moved")); err != nil { // as advised
			t.Fatal(err)
		}
		trained(t, sine(t, "name=old", "seed=3", "train.epochs=5"), TrainOptions{Run: run, Resume: true})
		if got := readFile(t, filepath.Join(run, "moved")); got != text {
			t.Errorf("%s: moved away it is %q, want %q", name, got, text)
		}
	}
}
