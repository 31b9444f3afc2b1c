package pipeline

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"syscall"
	"testing"

	"recur/checkpoint"
	"recur/checkpoint/crashfs"
	"recur/configs"
	"recur/internal/runs"
)

// tiny saves three times: after 4, 8 and 12 updates.
const tiny = `
name: tiny
data:
  synthetic: {kind: sine, points: 60, period: 20}
  split: {train: 0.6, validation: 0.2}
  window: 8
  horizon: 1
model: {cell: elman, hidden_size: 2}
train: {epochs: 3, batch_size: 8, save_steps: 4, learning_rate: 0.1}
`

// onDisk trains tiny with its checkpoints in files, whatever the machine's disk holds in the same place.
func onDisk(t *testing.T, files *crashfs.FS, run string, resume bool) (*TrainReport, error) {
	t.Helper()
	c, err := configs.Parse("tiny.yaml", []byte(tiny), nil)
	if err != nil {
		t.Fatal(err)
	}
	return Train(context.Background(), c, TrainOptions{Run: run, Resume: resume, Threads: 1, files: files})
}

// disk is a file system in memory in which the run's directory is there.
func disk(t *testing.T, run string) *crashfs.FS {
	t.Helper()
	f := crashfs.New()
	path := ""
	for _, r := range run[1:] + "/" {
		if r == '/' {
			if err := f.Mkdir(path); err != nil && !errors.Is(err, fs.ErrExist) {
				t.Fatal(err)
			}
		}
		if path == "" {
			path = "/"
		}
		path += string(r)
	}
	return f
}

// TestFailingCalls makes every call of the file system in a training with three saves fail, once or from then on (with
// RECUR_SOAK=1: with each of six errors, both ways): the training ends with exit code 1 and a sentence or goes on to its end, the newest checkpoint
// that was durable loads, and a resume ends with the bits of the training that nothing happened to.
func TestFailingCalls(t *testing.T) {
	run := t.TempDir() + "/run"
	good := disk(t, run)
	good.Inject(nil)
	want, err := onDisk(t, good, run, false)
	if err != nil {
		t.Fatal(err)
	}
	calls, trained, failed := good.Calls(), 0, 0
	faults := []error{syscall.EIO, syscall.ENOSPC, syscall.EROFS, syscall.EACCES, syscall.EDQUOT, crashfs.ErrShortWrite}
	for at := range calls {
		for i, fault := range faults {
			for _, forever := range []bool{false, true} {
				if os.Getenv("RECUR_SOAK") == "" && (i != at%len(faults) || forever != (at/2%2 == 0)) {
					continue // the short form takes one of them a call
				}
				trained++
				if failCall(t, run, at, forever, fault, want.Result.Last) {
					failed++
				}
			}
		}
	}
	t.Logf("%d calls, %d trainings, %d of them ended with an error", calls, trained, failed)
}

// failCall trains on a disk whose call number at fails (forever: and all after it), checks what is left, and goes on.
func failCall(t *testing.T, run string, at int, forever bool, fault error, want *checkpoint.Checkpoint) (failed bool) {
	t.Helper()
	if err := os.RemoveAll(run); err != nil {
		t.Fatal(err)
	}
	f, durable := disk(t, run), -1
	f.Inject(func(c crashfs.Call) error {
		if c.Number == at || forever && c.Number > at {
			return fault
		}
		return nil
	})
	_, err := onDisk(t, f, run, false)
	if err != nil && ExitCode(err) != ExitFailure && !isReading(err) {
		t.Fatalf("call %d, forever %t, %v: exit code %d: %v", at, forever, fault, ExitCode(err), err)
	}
	f.Inject(nil)
	k, _, loadErr := checkpoint.Load(f, run+"/checkpoints", "last")
	switch {
	case errors.Is(loadErr, checkpoint.ErrNone) || errors.Is(loadErr, fs.ErrNotExist):
	case loadErr != nil:
		t.Fatalf("call %d, forever %t, %v: the checkpoint can't be read: %v", at, forever, fault, loadErr)
	default:
		durable = k.Step
	}
	if err == nil && durable != want.Step {
		t.Fatalf("call %d, forever %t, %v: no error, and the newest checkpoint is of step %d", at, forever, fault, durable)
	}
	if err == nil {
		return false
	}
	again, err := onDisk(t, f, run, true)
	if err != nil {
		t.Fatalf("call %d, forever %t, %v: the resume fails: %v", at, forever, fault, err)
	}
	if d := checkpoint.Differences(want, again.Result.Last); len(d) > 0 {
		t.Fatalf("call %d, forever %t, %v: resumed from step %d it differs: %v", at, forever, fault, durable, d)
	}
	return true
}

// isReading says that what failed was the look for an earlier checkpoint, before anything was written.
func isReading(err error) bool {
	var e *checkpoint.Error
	return errors.As(err, &e) && ExitCode(err) == ExitCheckpoint
}

func TestShellWord(t *testing.T) {
	for in, want := range map[string]string{"runs/co2": "runs/co2", "my runs/x": "'my runs/x'", "it's": `'it'\''s'`, "": "''", "$(x)": "'$(x)'"} {
		if got := runs.ShellWord(in); got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
}

// Each kind of fault has its exit code, also where one wraps another.
func TestExitCodes(t *testing.T) {
	for want, err := range map[int]error{
		ExitDone: nil, ExitFailure: runs.RunDir("r").Unwritten(&checkpoint.Error{Err: syscall.ENOSPC}), ExitUsage: &Usage{},
		ExitConfig: &configs.Error{}, ExitCheckpoint: &checkpoint.Error{Err: checkpoint.ErrLocked}, ExitInterrupted: &Interrupted{},
	} {
		if got := ExitCode(err); got != want {
			t.Errorf("%v: exit code %d, want %d", err, got, want)
		}
	}
	if err := runs.RunDir("r").Unwritten(nil); err != nil {
		t.Errorf("no error became %v", err)
	}
}
