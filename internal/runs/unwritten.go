package runs

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"

	"recur/checkpoint"
	"recur/internal/record"
)

// Unwritten is the error of something that could not be written: a full disk, a missing right, a run directory that is
// gone, a reader of stdout that went away. What was saved before is as it was.
type Unwritten struct {
	What   string // "the run directory", "stdout"
	Advice string // may be ""
	Err    error
}

func (e *Unwritten) Error() string {
	s := fmt.Sprintf("can't write %s: %s", e.What, bare(e.Err))
	if e.Advice != "" {
		s += "; " + e.Advice
	}
	return s
}

func (e *Unwritten) Unwrap() error { return e.Err }

// bare words the causes that people meet.
func bare(err error) string {
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return "the disk is full (" + err.Error() + ")"
	case errors.Is(err, syscall.EPIPE):
		return "whoever read it has closed it (" + err.Error() + ")"
	}
	return err.Error()
}

// Unwritten wraps an error of a write into the run directory; nil stays nil, and what says what is in the way as it is.
func (r RunDir) Unwritten(err error) error {
	if err == nil || errors.As(err, new(*record.Foreign)) || errors.As(err, new(*Unwritten)) {
		return err
	}
	return &Unwritten{What: "to the run directory " + string(r), Err: err}
}

// Save keeps a checkpoint of a running training. A best one of an earlier step that is there already with the same weights
// is left alone: it may hold what a resume needs, which k does not.
func (r RunDir) Save(f checkpoint.FS, k *checkpoint.Checkpoint, best bool) error {
	vanished := func() bool { _, err := f.Lstat(string(r)); return errors.Is(err, fs.ErrNotExist) }
	gone := &Unwritten{What: "to the run directory " + string(r), Err: errors.New("it has vanished since the training began"),
		Advice: "nothing of this run is left there; train anew"}
	if vanished() {
		return gone
	}
	if best && k.Training == nil && r.holdsBest(f, k) {
		return nil
	}
	k.Program = "recur " + Version
	var name string
	err := r.claimStep(f, k.Step)
	if err == nil {
		name, err = checkpoint.Save(ownFS{f, r}, r.Checkpoints(), k, best)
	}
	if err == nil {
		return nil
	}
	if vanished() {
		return gone
	}
	advice := "the checkpoints before it are as they were; make room or give the right, then go on with: " + r.ResumeCommand()
	if name != "" {
		advice = "the state itself is saved; make room or give the right, then go on with: " + r.ResumeCommand()
	}
	return &Unwritten{What: "to the run directory " + string(r), Err: err, Advice: advice}
}

// holdsBest says that the weights of k are there already, marked as the best.
func (r RunDir) holdsBest(f checkpoint.FS, k *checkpoint.Checkpoint) bool {
	have, _, err := checkpoint.Load(f, r.Checkpoints(), "best")
	return err == nil && have.Step == k.Step && have.Best && len(checkpoint.TensorDifferences(have.Weights, k.Weights)) == 0
}

// ResumeCommand is the command line that goes on with the run.
func (r RunDir) ResumeCommand() string { return r.resumeWith(ShellWord(r.Path("config.yaml"))) }

func (r RunDir) resumeWith(config string) string {
	return fmt.Sprintf("recur train %s --run %s --resume", config, ShellWord(string(r)))
}

// ShellWord quotes a word for a shell where it must be.
func ShellWord(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._/=+:,@%-", r)
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
