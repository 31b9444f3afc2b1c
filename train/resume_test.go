package train

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"recur/checkpoint"
	"recur/checkpoint/crashfs"
)

// interruptAt returns options that cancel the context once step is made.
func interruptAt(step int) (context.Context, Options) {
	ctx, cancel := context.WithCancel(context.Background())
	return ctx, Options{OnStep: func(s Step) {
		if s.Step == step {
			cancel()
		}
	}}
}

// same fails unless two results hold the same bits: weights, solver, counters, history. Wall-clock times are left out.
func sameResult(t *testing.T, what string, want, got *Result) {
	t.Helper()
	opts := cmp.Options{cmpopts.EquateNaNs(), cmpopts.IgnoreFields(checkpoint.Checkpoint{}, "Name", "Program", "Best", "Config"),
		cmpopts.IgnoreFields(Epoch{}, "Seconds", "StepsPerSecond", "Epochs"), cmpopts.EquateEmpty(),
		cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Data" }, cmp.Comparer(bytes.Equal))}
	for _, pair := range []struct {
		name string
		a, b any
	}{{"last", want.Last, got.Last}, {"best", want.Best, got.Best}, {"epochs", want.Epochs, got.Epochs}, {"stopped", want.Stopped, got.Stopped}} {
		if d := cmp.Diff(pair.a, pair.b, opts); d != "" {
			if len(d) > 1500 {
				d = d[:1500] + "…"
			}
			t.Fatalf("%s: %s differs (-want +got):\n%s", what, pair.name, d)
		}
	}
}

// stopAndGoOn trains up to a step, keeps the checkpoint, and resumes from it in a new trainer.
func stopAndGoOn(t *testing.T, step int, keep func(*checkpoint.Checkpoint) *checkpoint.Checkpoint, set ...string) *Result {
	t.Helper()
	c, p := job(t, set...)
	ctx, o := interruptAt(step)
	first, err := Run(ctx, JobOf(c, p), o)
	if err != nil {
		t.Fatal(err)
	}
	if first.Stopped != "interrupted" || first.Last.Step != step {
		t.Fatalf("stopped %q at step %d, want interrupted at %d", first.Stopped, first.Last.Step, step)
	}
	c, p = job(t, set...)
	second, err := Run(context.Background(), JobOf(c, p), Options{Resume: keep(first.Last)})
	if err != nil {
		t.Fatal(err)
	}
	return second
}

func inMemory(k *checkpoint.Checkpoint) *checkpoint.Checkpoint { return k }

// onDisk writes and reads a checkpoint, so that what resumes is what was in the files.
func onDisk(t *testing.T) func(*checkpoint.Checkpoint) *checkpoint.Checkpoint {
	disk, dir := crashfs.New(), "checkpoints"
	return func(k *checkpoint.Checkpoint) *checkpoint.Checkpoint {
		t.Helper()
		if _, err := checkpoint.Save(disk, dir, k, false); err != nil {
			t.Fatal(err)
		}
		loaded, _, err := checkpoint.Load(disk, dir, "last")
		if err != nil {
			t.Fatal(err)
		}
		return loaded
	}
}

// 5 steps an epoch: 3 is inside the first one, 5 at the end of it, 12 inside the third, 24 inside the fifth.
func TestResumeGoesOnToTheSameBits(t *testing.T) {
	for _, cell := range []string{"elman", "lstm", "gru"} {
		for _, solver := range []string{"sgd", "momentum", "rmsprop", "adam", "adamw"} {
			t.Run(cell+" "+solver, func(t *testing.T) {
				set := []string{"model.cell=" + cell, "train.solver=" + solver, "train.epochs=5", "train.weight_decay=0.01",
					"model.layers=2", "model.dropout=0.3", "model.hidden_size=4"}
				whole := mustRun(t, Options{}, set...)
				for _, step := range []int{3, 5, 12, 24} {
					sameResult(t, fmt.Sprintf("stopped at step %d", step), whole, stopAndGoOn(t, step, onDisk(t), set...))
				}
			})
		}
	}
}

func TestResumeUnderEveryPolicy(t *testing.T) {
	cases := map[string][]string{
		"plateau":        {"train.schedule={kind: plateau, factor: 0.5, patience: 1}", "train.learning_rate=0.3", "train.epochs=12"},
		"cosine":         {"train.schedule={kind: cosine, warmup_epochs: 1.5, min_rate: 0.001}"},
		"step":           {"train.schedule={kind: step, step_epochs: 2, factor: 0.5}"},
		"recurrent drop": {"model.recurrent_dropout=0.3", "model.layers=2", "model.bidirectional=true", "train.accumulate=2"},
		"layer norm":     {"model.layer_norm=true", "model.layers=2", "train.weight_decay=0.1", "train.decay_biases=false"},
		"restarts":       {"train.schedule={kind: cosine_restarts, period_epochs: 1, multiplier: 2, warmup_epochs: 0.4}"},
		"one cycle":      {"train.schedule={kind: one_cycle}", "train.refit=all"},
		"cycled sgd":     {"train.schedule={kind: one_cycle, pct_start: 0.2}", "train.solver=momentum", "train.nesterov=true", "train.max_updates=17"},
		"cooldown":       {"train.schedule={kind: plateau, patience: 0, cooldown: 2, threshold: 0.1}", "train.learning_rate=0.3", "train.epochs=12"},
		"accumulated":    {"train.accumulate=3", "train.schedule={kind: cosine}", "model.layers=2", "model.dropout=0.2", "train.average=ema"},
		"accumulated +":  {"train.accumulate=2", "train.min_updates=40", "train.refit=all", "train.on_nan=rollback", "train.decay_biases=false", "train.weight_decay=0.1"},
		"early stopping": {"train.early_stopping={patience: 2, min_delta: 0.01}", "train.learning_rate=0.2", "train.epochs=40"},
		"refit":          {"train.refit=all", "train.epochs=4"},
		"no validation":  {"data.split={validation: 0, test: 10}"},
		"float64":        {"model.dtype=float64"},
		"batch norm":     {"model.front=[{conv: {channels: 3, width: 3, norm: batch}}]", "train.learning_rate=0.05"},
		"averaged norm":  {"model.front=[{conv: {channels: 3, width: 3, norm: batch}}]", "train.average=ema"},
		"every head":     {"model.head=every", "model.bidirectional=false"},
		"learned state":  {"model.initial_state=learned"},
		"no shuffle":     {"train.shuffle=false"},
		"big batch":      {"train.batch_size=1000"},
		"convolutions":   {"model.front=[{conv: {channels: 5, width: 3, stride: 2, padding: same, norm: layer}}, {conv: {channels: 3, width: 2, activation: gelu}}]"},
		"more updates":   {"train.min_updates=77", "train.schedule={kind: cosine, warmup_epochs: 0.6}"},
		"fewer updates":  {"train.max_updates=17", "train.schedule={kind: cosine, warmup_epochs: 0.6}"},
		"fewer in order": {"train.max_updates=17", "train.shuffle=false"},
		"few updates":    {"train.max_updates=4"},
		"refit of more":  {"train.min_updates=50", "train.refit=all", "train.epochs=4"},
		"refit of fewer": {"train.max_updates=14", "train.refit=all", "train.epochs=4"},
		"balanced":       {panelFile(t)},
		"many series":    global(t, "train.max_updates=25"),
		"quantiles":      global(t, "model.quantiles=[0.1, 0.5, 0.9]", "train.max_updates=25", "train.refit=all"),
		"channels":       global(t, "data.missing_mask=true", "model.linear_path=zero", "train.max_updates=12", "model.dtype=float64"),
		"names":          names(t, "train.max_updates=18", "train.refit=all"),
		"names, bare":    names(t, "model.encoder_size=0", "train.max_updates=10"),
		"balanced, more": {panelFile(t), "train.min_updates=60", "train.refit=all"},
		"averaged":       {"train.average=ema"},
		"averaged last":  {"train.average=swa", "train.average_start=0.3"},
		"averaged refit": {"train.average=ema", "train.refit=all", "train.epochs=4", "train.on_nan=rollback"},
		"last refit":     {"train.average=swa", "train.average_start=0.3", "train.refit=all", "train.epochs=5", "train.on_nan=rollback"},
		"balanced, less": {panelFile(t), "train.max_updates=20", "train.refit=all", "train.shuffle=false"},
	}
	for name, set := range cases {
		t.Run(name, func(t *testing.T) {
			whole := mustRun(t, Options{}, set...)
			for step := 1; step < whole.Last.Step; step += 1 + whole.Last.Step/9 {
				sameResult(t, fmt.Sprintf("stopped at step %d of %d", step, whole.Last.Step), whole, stopAndGoOn(t, step, inMemory, set...))
			}
		})
	}
}

// A second stop, at the very next step, and a resume of what had finished must change nothing either.
func TestResumeOfAResume(t *testing.T) {
	whole := mustRun(t, Options{})
	c, p := job(t)
	var k *checkpoint.Checkpoint
	for step := 1; step <= 9; step++ {
		ctx, o := interruptAt(step)
		o.Resume = k
		r, err := Run(ctx, JobOf(c, p), o)
		if err != nil {
			t.Fatal(err)
		}
		k = r.Last
	}
	r := mustRun(t, Options{Resume: k})
	sameResult(t, "nine stops", whole, r)
	saved := 0
	r = mustRun(t, Options{Resume: r.Last, Save: func(*checkpoint.Checkpoint, bool) error { saved++; return nil }})
	sameResult(t, "resumed at its end", whole, r)
	if saved != 0 {
		t.Errorf("a finished training that was resumed saved %d checkpoints, want none", saved)
	}
}

func TestResumeForMoreEpochs(t *testing.T) {
	long := mustRun(t, Options{}, "train.epochs=8")
	short := mustRun(t, Options{}, "train.epochs=5")
	sameResult(t, "5 epochs and 3 more", long, mustRun(t, Options{Resume: short.Last}, "train.epochs=8"))
}

// The validation after an epoch may be interrupted as well; its epoch is then finished after the resume.
func TestInterruptedBeforeValidation(t *testing.T) {
	whole := mustRun(t, Options{})
	sameResult(t, "stopped at an epoch's last step", whole, stopAndGoOn(t, 10, onDisk(t)))
	c, p := job(t)
	ctx, o := interruptAt(10)
	r, err := Run(ctx, JobOf(c, p), o)
	if err != nil {
		t.Fatal(err)
	}
	if r.Last.Training.Cursor != p.Train.Len() || r.Last.Epoch != 1 || len(r.Epochs) != 1 {
		t.Errorf("cursor %d, %d epochs; want all %d windows used and 1 finished epoch", r.Last.Training.Cursor, r.Last.Epoch, p.Train.Len())
	}
}

func TestResumeRefuses(t *testing.T) {
	base := mustRun(t, Options{}, "train.epochs=1").Last
	weights := *base
	weights.Training = nil
	changed := *base
	changed.DataHash = "0123456789abcdef"
	gorgonia := mustRun(t, Options{}, "train.epochs=1", "train.solver=gorgonia-adam").Last
	unordered := *mustRunUntil(t, 2).Last
	training := *unordered.Training
	training.Order = training.Order[1:]
	unordered.Training = &training
	cases := []struct {
		from *checkpoint.Checkpoint
		set  string
		want string
	}{
		{base, "model.hidden_size=7", "model.hidden_size was 6, now it is 7"},
		{base, "train.solver=sgd", "train.solver was adam, now it is sgd"},
		{base, "seed=4", "seed was 3, now it is 4"},
		{&changed, "train.epochs=2", "the data has changed"},
		{&weights, "train.epochs=2", "it holds weights alone"},
		{gorgonia, "train.solver=gorgonia-adam", "Gorgonia hides the state of its solvers"},
		{&unordered, "train.epochs=6", "it stands at window 16 of the 33 of its epoch, which now has 34"},
	}
	for _, c := range cases {
		config, p := job(t, c.set)
		_, err := Run(context.Background(), JobOf(config, p), Options{Resume: c.from})
		var e *checkpoint.Error
		if !errors.As(err, &e) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want a *checkpoint.Error with %q", c.set, err, c.want)
		}
	}
}

func mustRunUntil(t *testing.T, step int, set ...string) *Result {
	t.Helper()
	c, p := job(t, set...)
	ctx, o := interruptAt(step)
	r, err := Run(ctx, JobOf(c, p), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
