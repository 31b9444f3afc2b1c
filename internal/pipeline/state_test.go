package pipeline

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"recur/internal/runs"
	"recur/task/forecast"
)

// readers are the commands that take a RUN.
var readers = map[string]func(path string) error{
	"evaluate": func(path string) error { _, err := Evaluate(path, EvaluateOptions{Split: "test"}); return err },
	"forecast": func(path string) error {
		return streamForecast(path, forecast.Options{}, forecast.NewCSV(io.Discard, false))
	},
	"plot":               func(path string) error { _, err := Plot(path, 1); return err },
	"verify":             func(path string) error { _, err := VerifyRun(context.Background(), path, VerifyOptions{}); return err },
	"checkpoint inspect": func(path string) error { _, err := InspectCheckpoint(path); return err },
	"checkpoint verify":  func(path string) error { _, err := VerifyCheckpoints(path); return err },
}

// interruptedRun is a run, or an ensemble, that was stopped in its first epoch or member.
func interruptedRun(t *testing.T, set ...string) string {
	t.Helper()
	run := filepath.Join(t.TempDir(), "run")
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	_, err := Train(ctx, sine(t, set...), TrainOptions{Run: run, OnEpoch: func(Epoch) { stop() }, OnJob: func(e JobEvent) {
		if e.Epoch != nil {
			stop()
		}
	}})
	if ExitCode(err) != ExitInterrupted {
		t.Fatalf("got %v, want an interruption", err)
	}
	return run
}

// Every command that takes a RUN says the same of what is none: one sentence that names what it is and what to do, exit code 5.
func TestEveryCommandOnEveryState(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put(t, dir, map[string]string{"sine.yaml": tiny, "bad.yml": "data: [", "plain": tiny, "table.csv": "a,b\n1,2\n", "note.txt": "mine", "other/file": "mine"})
	if err := os.MkdirAll(filepath.Join(dir, "empty"), 0o755); err != nil {
		t.Fatal(err)
	}
	at := func(name string) string { return filepath.Join(dir, name) }
	made := func(command string) string {
		t.Helper()
		run := filepath.Join(t.TempDir(), "run")
		if err := writers[command](sine(t), run, false); err != nil {
			t.Fatal(err)
		}
		return run
	}
	run, whole, compare, backtest, begun := made("train"), made("train an ensemble"), made("compare"), made("backtest"), interruptedRun(t, "ensemble.members=2")
	if _, err := Plot(run, 1); err != nil {
		t.Fatal(err)
	}
	unsaved := copied(t, run)
	for _, name := range []string{"checkpoints", "result.json"} {
		if err := os.RemoveAll(filepath.Join(unsaved, name)); err != nil {
			t.Fatal(err)
		}
	}
	cut := func(from string, names ...string) string {
		to := copied(t, from)
		for _, name := range names {
			if err := os.Remove(filepath.Join(to, name)); err != nil {
				t.Fatal(err)
			}
		}
		return to
	}
	step := filepath.Join(run, "checkpoints", "step-000012")
	all := []string{"evaluate", "forecast", "plot", "verify", "checkpoint inspect", "checkpoint verify"}
	for _, c := range []struct {
		path, reason, advice string
		refused              []string // the others work with it
	}{
		{at("nowhere"), "there is no such run directory or checkpoint", "recur train CONFIG", all},
		{at("sine.yaml"), "it is a config, not a run", "recur train " + at("sine.yaml"), all},
		{at("bad.yml"), "it is a config, not a run", "recur train " + at("bad.yml"), all},
		{at("plain"), "it is a config, not a run", "recur train " + at("plain"), all},
		{filepath.Join(run, "config.yaml"), "it is the config of a run, not the run", "name the run: " + run, all},
		{at("table.csv"), "it is a file, and no part of a checkpoint", "name a run directory", all},
		{at("note.txt"), "it is a file, and no part of a checkpoint", "name a run directory", all},
		{at("empty"), "it is an empty directory", "recur train CONFIG --run " + at("empty"), all},
		{at("other"), "it is a directory that holds no run and no checkpoint", "name a run directory", all},
		{compare, "it is a comparison", "name one of them, such as " + filepath.Join(compare, "elman", "seed-2"), all},
		{cut(compare, "compare.json", ".recur.json"), "it is a comparison", "name one of them", all},
		{backtest, "it is a backtest", "name one of them, such as " + filepath.Join(backtest, "origin-02"), all},
		{cut(backtest, "backtest.json", ".recur.json"), "it is a backtest", "name one of them", all},
		{filepath.Join(run, "plots"), "it holds the pictures of a run", "name the run: " + run, all},
		{unsaved, "it is a run that has not saved a checkpoint yet", runs.RunDir(unsaved).ResumeCommand(), all},
		{begun, "it is an ensemble whose training has not ended", runs.RunDir(begun).ResumeCommand(), []string{"evaluate", "forecast", "plot", "verify", "checkpoint inspect"}},
		{whole, "it is an ensemble, which is made of several runs", "such as " + filepath.Join(whole, "members", "plain-2"), []string{"verify", "checkpoint inspect"}},
		{step, "it is one checkpoint, not a run", "name the run: " + run, []string{"verify"}},
		{filepath.Join(step, "model.safetensors"), "it is one checkpoint, not a run", "name the run: " + run, []string{"verify"}},
		{filepath.Join(run, "checkpoints", "last"), "it is one checkpoint, not a run", "name the run: " + run, []string{"verify"}},
		{filepath.Join(run, "checkpoints"), "it holds the checkpoints of a run", "name the run: " + run, []string{"verify"}},
		{run, "", "", nil},
		{olderRun(t), "", "", nil},
	} {
		for _, command := range all {
			err := readers[command](c.path)
			refused := slices.Contains(c.refused, command)
			switch {
			case !refused && err != nil && !is[*Different](err):
				t.Errorf("%s %s: %v", command, c.path, err)
			case refused && (ExitCode(err) != ExitCheckpoint || !strings.Contains(err.Error(), c.path) || !strings.Contains(err.Error(), c.reason) || !strings.Contains(err.Error(), c.advice)):
				t.Errorf("%s %s: got exit %d, %v; want exit 5, %q and %q", command, c.path, ExitCode(err), err, c.reason, c.advice)
			}
		}
	}
}

// What the advice names can be used: the run of a comparison, of a backtest, of an ensemble; the resume of a run that has saved
// nothing.
func TestAdviceOnStates(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"compare", "backtest", "train an ensemble"} {
		run := filepath.Join(t.TempDir(), "run")
		if err := writers[command](sine(t), run, false); err != nil {
			t.Fatal(err)
		}
		err := readers["verify"](run)
		_, named, found := strings.Cut(err.Error(), "such as ")
		if !found {
			t.Fatalf("%s: %v", command, err)
		}
		for reader, read := range readers {
			if err := read(named); err != nil {
				t.Errorf("%s, %s: %v", command, reader, err)
			}
		}
	}
	run := interruptedRun(t, "ensemble.members=2")
	trained(t, sine(t, "ensemble.members=2"), TrainOptions{Run: run, Resume: true})
	if err := readers["evaluate"](run); err != nil {
		t.Error(err)
	}
}
