package pipeline

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"recur/configs"
	"recur/internal/record"
	"recur/task/forecast"
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
	if _, err := runForecast(run, forecast.Options{}); err != nil {
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

// forgotten takes every record away: what is left is as an older version leaves it.
func forgotten(t *testing.T, run string) {
	t.Helper()
	for name := range seen(t, run) {
		if filepath.Base(name) == record.Name {
			if err := os.Remove(filepath.Join(run, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// Ensembles, comparisons and backtests of an older version are gone on with, and replaced by force, where nothing of the user's
// is lost.
func TestOlderWorkOfEveryKind(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"train", "train an ensemble", "compare", "backtest"} {
		run := filepath.Join(t.TempDir(), "run")
		if err := writers[command](sine(t), run, false); err != nil {
			t.Fatal(err)
		}
		forgotten(t, run)
		forced := copied(t, run)
		if command == "compare" { // its pictures and tables name no checkpoint, so they count as the user's
			before := seen(t, run)
			err := writers[command](sine(t), run, false)
			if !is[*record.Foreign](err) {
				t.Errorf("compare: got %v, want a refusal that names what is in the way", err)
			}
			kept(t, command, before, seen(t, run))
			for _, dir := range []string{run, forced} {
				for _, name := range []string{"compare.md", "learning-curves.svg", "learning-curves.png"} { // as advised
					if err := os.Rename(filepath.Join(dir, name), filepath.Join(dir, "moved-"+name)); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		mine := planted(t, run)
		weights := filepath.Join("checkpoints", "step-000012", "model.safetensors")
		found, err := filepath.Glob(filepath.Join(run, "*", weights))
		more, _ := filepath.Glob(filepath.Join(run, "*", "*", weights))
		for _, path := range append(found, more...) { // trained already, and not again
			name, _ := filepath.Rel(run, path)
			mine[name] = readFile(t, path)
		}
		if err != nil || command != "train" && len(mine) < 20 {
			t.Fatal(err, mine)
		}
		switch command {
		case "compare", "backtest":
			err = writers[command](sine(t), run, false)
		case "train":
			_, err = Train(t.Context(), sine(t, "train.epochs=4"), TrainOptions{Run: run, Resume: true})
		default:
			if err := os.Remove(filepath.Join(run, "result.json")); err != nil {
				t.Fatal(err)
			}
			var c *configs.Config
			if c, err = sine(t).With("ensemble.members=2"); err == nil {
				_, err = Train(t.Context(), c, TrainOptions{Run: run, Resume: true})
			}
		}
		if err != nil {
			t.Errorf("%s: gone on with: %v", command, err)
		}
		kept(t, command+", gone on with", mine, seen(t, run))

		mine = planted(t, forced)
		if err := writers[command](sine(t, "model.hidden_size=3"), forced, true); err != nil {
			t.Errorf("%s: by force: %v", command, err)
		}
		kept(t, command+", by force", mine, seen(t, forced))
	}
}
