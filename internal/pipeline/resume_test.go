package pipeline

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"recur/configs"
)

// twice trains for two epochs and returns the config for more, and what train is told with.
func twice(t *testing.T) (c *configs.Config, o TrainOptions, notes *[]string) {
	t.Helper()
	c, err := configs.Parse("sine.yaml", []byte("data: {synthetic: {kind: sine, points: 80, period: 20}, window: 10}\nmodel: {hidden_size: 4}\ntrain: {epochs: 2, save_steps: 1}\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	notes = new([]string)
	o = TrainOptions{Run: filepath.Join(t.TempDir(), "run"), OnNote: func(s string) { *notes = append(*notes, s) }}
	if _, err := Train(context.Background(), c, o); err != nil {
		t.Fatal(err)
	}
	o.Resume = true
	if c, err = c.With("train.epochs=3"); err != nil {
		t.Fatal(err)
	}
	return c, o, notes
}

// Where every checkpoint is damaged the training starts anew, says so, and keeps what a backup may mend.
func TestDamagedCheckpointsAreKept(t *testing.T) {
	t.Parallel()
	c, o, notes := twice(t)
	files, err := filepath.Glob(filepath.Join(o.Run, "checkpoints", "step-*", "model.safetensors"))
	if err != nil || len(files) < 2 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		b[len(b)-1] ^= 1
		if err := os.WriteFile(file, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	damaged, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	r, err := Train(context.Background(), c, o)
	if err != nil || len(r.Result.Epochs) != 3 {
		t.Fatalf("%v, %v", r, err)
	}
	kept, err := os.ReadFile(filepath.Join(o.Run, "checkpoints.damaged-1", filepath.Base(filepath.Dir(files[0])), "model.safetensors"))
	if err != nil || !bytes.Equal(kept, damaged) {
		t.Errorf("the damaged checkpoint is not kept: %v", err)
	}
	if all := strings.Join(*notes, "\n"); !strings.Contains(all, "none of its 2 checkpoints verifies") || !strings.Contains(all, "checkpoints.damaged-1, and the training starts anew") {
		t.Errorf("the notes are %q", all)
	}
}

// A resume in an empty directory, and one where something has changed that decides the last bits, is told.
func TestResumeTells(t *testing.T) {
	t.Parallel()
	c, o, notes := twice(t)
	env := filepath.Join(o.Run, "environment.json")
	b, err := os.ReadFile(env)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(env, bytes.Replace(b, []byte(`"kernel": "`), []byte(`"kernel": "abacus-`), 1), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Train(context.Background(), c, o); err != nil {
		t.Fatal(err)
	}
	o.Run += "-new"
	if _, err := Train(context.Background(), c, o); err != nil {
		t.Fatal(err)
	}
	all := strings.Join(*notes, "\n")
	for _, want := range []string{"kernels: abacus-", "there is no checkpoint in " + o.Run + " to go on from"} {
		if !strings.Contains(all, want) {
			t.Errorf("the notes are %q, want %q", all, want)
		}
	}
}

// A finished run is not resumed with fewer epochs than it has: its config would no longer say what its weights come from.
func TestResumeWithFewerEpochs(t *testing.T) {
	t.Parallel()
	c, o, _ := twice(t)
	before, err := os.ReadFile(filepath.Join(o.Run, "config.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if c, err = c.With("train.epochs=1"); err != nil {
		t.Fatal(err)
	}
	if _, err := Train(context.Background(), c, o); err == nil || !strings.Contains(err.Error(), "trained for 2 epochs") {
		t.Errorf("2 epochs are resumed for 1: %v", err)
	}
	if after, err := os.ReadFile(filepath.Join(o.Run, "config.yaml")); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the refused resume has changed config.yaml: %v", err)
	}
}

// Data that have changed stay scaled as the network learnt them at every resume, not only at the first one after the change.
func TestChangedDataKeepTheirScale(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(second string) {
		t.Helper()
		var b strings.Builder
		b.WriteString("y\n1\n" + second + "\n")
		for i := range 60 {
			fmt.Fprintf(&b, "%.4f\n", math.Sin(float64(i)/3))
		}
		put(t, dir, map[string]string{"data.csv": b.String()})
	}
	config := func(epochs int) *configs.Config {
		t.Helper()
		text := fmt.Sprintf("data: {csv: data.csv, targets: [y], window: 8, horizon: 1}\nmodel: {hidden_size: 2}\ntrain: {epochs: %d}\n", epochs)
		c, err := configs.Parse(filepath.Join(dir, "c.yaml"), []byte(text), nil)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	write("1")
	once := trained(t, config(2), TrainOptions{})
	twice := copied(t, once)
	write("9") // of another scale
	trained(t, config(6), TrainOptions{Run: once, Resume: true, AllowDataChange: true})
	trained(t, config(4), TrainOptions{Run: twice, Resume: true, AllowDataChange: true})
	trained(t, config(6), TrainOptions{Run: twice, Resume: true})
	if a, b := readFile(t, filepath.Join(once, "metrics.csv")), readFile(t, filepath.Join(twice, "metrics.csv")); a != b {
		t.Errorf("in one go:\n%s\nin two:\n%s", a, b)
	}
	for _, run := range []string{once, twice} {
		if v, err := VerifyRun(context.Background(), run, VerifyOptions{}); err != nil || !v.Same {
			t.Errorf("%s: %+v, %v, want the same", run, v, err)
		}
	}
}

// A run that went on at another learning rate is retrained so by verify; over that change it can't be, and is not called damaged.
func TestVerifyAfterAnotherRate(t *testing.T) {
	t.Parallel()
	run := trained(t, sine(t, "train.schedule.kind=cosine"), TrainOptions{})
	trained(t, sine(t, "train.schedule.kind=cosine", "train.epochs=6"), TrainOptions{Run: run, Resume: true, AllowRateChange: true})
	if v, err := VerifyRun(context.Background(), run, VerifyOptions{}); err != nil || !v.Same || v.From == "start" {
		t.Errorf("got %+v, %v, want the same", v, err)
	}
	_, err := VerifyRun(context.Background(), run, VerifyOptions{FromStart: true})
	if ExitCode(err) != ExitCheckpoint || !strings.Contains(err.Error(), "the run went on under another schedule") {
		t.Errorf("from the start: %v, want what has changed", err)
	}
}
