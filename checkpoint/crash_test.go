package checkpoint_test

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"recur/checkpoint"
	"recur/checkpoint/crashfs"
)

const crashDir = "/runs/x/checkpoints"

// soak is how often a test of chance repeats: its short form, or RECUR_SOAK times.
func soak(t testing.TB, short int) int {
	text := os.Getenv("RECUR_SOAK")
	if text == "" {
		return short
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("RECUR_SOAK is %q, want a number of repetitions", text)
	}
	return n
}

// soakSeed is RECUR_SEED, for a replay, or 1.
func soakSeed(t testing.TB) uint64 {
	text := os.Getenv("RECUR_SEED")
	if text == "" {
		return 1
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("RECUR_SEED is %q, want a number", text)
	}
	return n
}

// ledger is what a program knows about its saves: what must be there whatever happens.
type ledger struct {
	last, best int // the newest step of which Save said that it is durable; -1: none
}

// saved notes the outcome of a save. A name without an error or with one means that the checkpoint is durable.
func (l *ledger) saved(name string, step int, isBest bool) {
	if name == "" {
		return
	}
	l.last = max(l.last, step)
	if isBest {
		l.best = max(l.best, step)
	}
}

// check loads and compares with the ledger. Every step of this test has one content, so a load of another is a wrong one.
func (l ledger) check(f checkpoint.FS, content func(step int) *checkpoint.Checkpoint) error {
	for _, want := range []struct {
		which string
		step  int
	}{{"last", l.last}, {"best", l.best}} {
		got, notes, err := checkpoint.Load(f, crashDir, want.which)
		if errors.Is(err, checkpoint.ErrNone) && l.last < 0 {
			continue
		}
		if err != nil {
			return fmt.Errorf("load %s: %w, want step %d or later", want.which, err, want.step)
		}
		if got.Step < want.step || len(notes) > 0 && want.step >= 0 {
			return fmt.Errorf("load %s: got step %d and notes %q, want step %d or later", want.which, got.Step, notes, want.step)
		}
		if !sameContent(got, content(got.Step)) {
			return fmt.Errorf("load %s: step %d has another content than was saved", want.which, got.Step)
		}
	}
	return nil
}

// sameContent compares what small sets.
func sameContent(a, b *checkpoint.Checkpoint) bool {
	return a.TrainLoss == b.TrainLoss && a.Training != nil && a.Training.Updates == b.Training.Updates &&
		len(a.Weights) == 1 && bytes.Equal(a.Weights[0].Data, b.Weights[0].Data)
}

// small is a checkpoint of few bytes whose content follows from its step.
func small(t testing.TB) func(step int) *checkpoint.Checkpoint {
	c := config(t)
	return func(step int) *checkpoint.Checkpoint {
		x := float64(step)
		return &checkpoint.Checkpoint{
			Step: step, Config: c, TrainLoss: x, DataHash: "d", Program: "recur test",
			Weights:  []checkpoint.Tensor{checkpoint.FromFloats("head.weight", []int{4, 50}, ramp[float64](200, x))},
			Training: &checkpoint.Training{Solver: "adam", Updates: step},
		}
	}
}

// TestPowerCuts saves, cuts the power at a random call, lets a random part of what was not synced survive, loads, and
// goes on from there, several times in a row. Nothing that Save called durable may be lost.
func TestPowerCuts(t *testing.T) {
	t.Parallel()
	content := small(t)
	n, seed := soak(t, 1500), soakSeed(t)
	t.Logf("%d power cuts, RECUR_SEED=%d", n, seed)
	for i := 0; i < n; {
		r := rand.New(rand.NewPCG(seed, uint64(i)))
		f, known, step := crashfs.New(), ledger{-1, -1}, 0
		for cuts := 1 + r.IntN(4); cuts > 0; cuts, i = cuts-1, i+1 {
			f.CutAt(r.IntN(200))
			step = saves(f, r, &known, step, content)
			f = f.Crash(r)
			if err := known.check(f, content); err != nil {
				t.Fatalf("power cut %d: %v", i, err)
			}
			c, _, err := checkpoint.Load(f, crashDir, "last")
			if err == nil {
				step = c.Step // a resume goes on from what it finds
			}
		}
	}
}

// TestNothingIsLeftBroken: once Save has returned, a power cut leaves no damaged checkpoint and no stale pointer.
func TestNothingIsLeftBroken(t *testing.T) {
	t.Parallel()
	content, f := small(t), crashfs.New()
	for _, step := range []int{10, 20, 30, 30, 40, 50} {
		save(t, f, crashDir, content(step), true)
		for _, left := range crashes(f, 8) {
			found, err := checkpoint.Verify(left, "/runs/x")
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range found {
				if s.Err != nil || s.Name == "last" && s.Step != step || s.Name == "best" && s.Step != step {
					t.Errorf("after step %d: %+v", step, s)
				}
			}
		}
	}
}

// TestDirectoriesOfOthers: the directories above were made by somebody who did not sync them.
func TestDirectoriesOfOthers(t *testing.T) {
	t.Parallel()
	content := small(t)
	f := crashfs.New()
	for _, dir := range []string{"/runs", "/runs/x", crashDir} {
		if err := f.Mkdir(dir); err != nil {
			t.Fatal(err)
		}
	}
	save(t, f, crashDir, content(10), true)
	for _, left := range crashes(f, 20) {
		if err := (ledger{10, 10}).check(left, content); err != nil {
			t.Fatal(err)
		}
	}
}

// saves saves up to four checkpoints, the first one perhaps again, until a call fails. It returns the last step.
func saves(f *crashfs.FS, r *rand.Rand, known *ledger, step int, content func(int) *checkpoint.Checkpoint) int {
	for k := range 1 + r.IntN(4) {
		if k > 0 || step == 0 || r.IntN(2) == 0 {
			step += 10
		}
		isBest := r.IntN(2) == 0
		name, err := checkpoint.Save(f, crashDir, content(step), isBest)
		known.saved(name, step, isBest)
		if err != nil {
			break
		}
	}
	return step
}

// TestFailingCalls makes every call of four saves fail in turn, once or from then on, in every way that a disk fails.
func TestFailingCalls(t *testing.T) {
	t.Parallel()
	content := small(t)
	whole := crashfs.New()
	if _, err := fourSaves(whole, content); err != nil {
		t.Fatal(err)
	}
	calls := whole.Calls()
	for _, fault := range []struct {
		err     error
		kind    string // "" any
		forever bool
	}{
		{syscall.EIO, "", false},
		{syscall.ENOSPC, "", true},
		{crashfs.ErrShortWrite, "write", false},
	} {
		for at := range calls {
			f := crashfs.New()
			hit := ""
			f.Inject(func(c crashfs.Call) error {
				if (c.Number == at || fault.forever && c.Number > at) && (fault.kind == "" || c.Kind == fault.kind) {
					hit = cmp.Or(hit, c.Kind)
					return fault.err
				}
				return nil
			})
			known, err := fourSaves(f, content)
			if hit == "" {
				continue
			}
			place := fmt.Sprintf("%v at call %d, forever %v", fault.err, at, fault.forever)
			if err == nil && known.last < 30 || !fault.forever && known.last < 20 {
				t.Fatalf("%s: durable up to step %d, error %v", place, known.last, err)
			}
			checkFault(t, place, err)
			f.Inject(nil)
			left := []*crashfs.FS{f}
			if at%2 == 0 || strings.HasPrefix(hit, "sync") {
				left = crashes(f, 1)
			}
			if hit == "syncdir" {
				left = crashes(f, 4)
			}
			for _, l := range left {
				if err := known.check(l, content); err != nil {
					t.Fatalf("%s: %v", place, err)
				}
			}
		}
	}
}

// crashes returns n ways in which f may be found after a power cut.
func crashes(f *crashfs.FS, n uint64) []*crashfs.FS {
	var left []*crashfs.FS
	for i := range n {
		left = append(left, f.Crash(rand.New(rand.NewPCG(i, 2))))
	}
	return left
}

// fourSaves saves three steps, one of them twice, whatever fails, and returns the last error.
func fourSaves(f checkpoint.FS, content func(int) *checkpoint.Checkpoint) (known ledger, failed error) {
	known = ledger{-1, -1}
	for i, step := range []int{10, 20, 20, 30} {
		name, err := checkpoint.Save(f, crashDir, content(step), i%2 == 0)
		known.saved(name, step, i%2 == 0)
		if err != nil {
			failed = err
		}
	}
	return known, failed
}

// checkFault says whether err is nil or an Error that names a path and the cause.
func checkFault(t *testing.T, place string, err error) {
	t.Helper()
	var e *checkpoint.Error
	if err == nil {
		return
	}
	if !errors.As(err, &e) || e.Path == "" || e.Advice == "" || !errors.Is(err, syscall.EIO) && !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("%s: the error is %#v, want an Error with path, advice and cause", place, err)
	}
}

// TestFailingReads makes every call of a load fail: it must be an error or the right checkpoint, and never count as an
// empty run.
func TestFailingReads(t *testing.T) {
	t.Parallel()
	content := small(t)
	f := crashfs.New()
	for _, step := range []int{10, 20, 30} {
		save(t, f, crashDir, content(step), step == 20)
	}
	for _, which := range []string{"last", "best"} {
		for at := 0; ; at++ {
			for _, forever := range []bool{false, true} {
				f.Inject(func(c crashfs.Call) error {
					if c.Number == at || forever && c.Number > at {
						return syscall.EIO
					}
					return nil
				})
				c, notes, err := checkpoint.Load(f, "/runs/x", which)
				if err == nil && !sameContent(c, content(c.Step)) {
					t.Fatalf("call %d: wrong content", at)
				}
				if errors.Is(err, checkpoint.ErrNone) {
					t.Fatalf("call %d: an error of the disk counts as an empty run: %v", at, err)
				}
				if want := map[string]int{"last": 30, "best": 20}[which]; err == nil && c.Step < want && len(notes) == 0 {
					t.Fatalf("call %d: fell back to step %d without a note", at, c.Step)
				}
			}
			if f.Calls() <= at {
				break
			}
		}
	}
}
