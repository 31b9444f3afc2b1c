// Package runs answers one question: what is in the directory of a run, and what may be done with it?
//
// It reads and writes the files beside the checkpoints, tells finished work from unfinished and recur's own files from those of
// others, and lets nothing be lost. It trains nothing and knows no data: a run is of a config and of the hash of its data.
package runs

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"recur/checkpoint"
	"recur/configs"
	"recur/internal/record"
	"recur/internal/report"
	"recur/task"
)

// RunDir is the directory of one training: see "Run directory" in docs/files.md.
type RunDir string

// Dir is the run directory that a config asks for: override, else runs/NAME.
func Dir(c *configs.Config, override string) RunDir {
	if override != "" {
		return RunDir(override)
	}
	return RunDir(filepath.Join("runs", c.Name))
}

// Path is the way to what lies in the directory.
func (r RunDir) Path(names ...string) string {
	return filepath.Join(append([]string{string(r)}, names...)...)
}

// Checkpoints is the directory that holds the checkpoints.
func (r RunDir) Checkpoints() string { return r.Path("checkpoints") }

// Plots is the directory that holds the pictures.
func (r RunDir) Plots() string { return r.Path("plots") }

// Outcome is what result.json says of a training that ended by itself.
type Outcome struct {
	Schema         int           `json:"schema"`
	Stopped        string        `json:"stopped"`      // epochs | early_stopping
	Epochs         int           `json:"epochs"`       // of the training that chose
	BestEpoch      int           `json:"best_epoch"`   // of those, the one with the lowest validation loss (the last one without validation)
	RefitEpochs    int           `json:"refit_epochs"` // of the training on both parts; 0 without train.refit
	Steps          int           `json:"steps"`
	TrainLoss      float64       `json:"train_loss"`
	ValidationLoss *float64      `json:"validation_loss"`          // null without a validation part, and of an ensemble
	ValidationOWA  *float64      `json:"validation_owa,omitempty"` // of an ensemble that chose: OWA of the networks that were kept
	Validation     *task.Verdict `json:"validation,omitempty"`     // where there is a validation part
	Parameters     int           `json:"parameters"`
	Seconds        float64       `json:"seconds"`
	StepsPerSecond float64       `json:"steps_per_second"`
	Finished       time.Time     `json:"finished"`
}

// Outcome reads result.json; nil when the run has not finished.
func (r RunDir) Outcome() *Outcome {
	b, err := r.Read("result.json")
	if err != nil {
		return nil
	}
	o := ParseOutcome(b)
	if o != nil && o.ValidationOWA == nil && r.hasOwn(EnsembleName) { // early ones had it under the other name
		o.ValidationOWA, o.ValidationLoss = o.ValidationLoss, nil
	}
	return o
}

// ParseOutcome reads the text of result.json; nil where it is none.
func ParseOutcome(b []byte) *Outcome {
	var o Outcome
	if json.Unmarshal(b, &o) != nil || o.Schema != 1 {
		return nil
	}
	return &o
}

// maxRunFile is the largest file beside the checkpoints that is read, in bytes: metrics of a million epochs.
const maxRunFile = 256 << 20

// Read reads one of the files beside the checkpoints.
func (r RunDir) Read(name string) ([]byte, error) {
	if info, err := os.Stat(r.Path(name)); err == nil && !info.Mode().IsRegular() { // opening a pipe would wait
		return nil, fmt.Errorf("%s is no file", r.Path(name))
	}
	f, err := os.Open(r.Path(name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxRunFile+1))
	if err == nil && len(b) > maxRunFile {
		err = fmt.Errorf("%s is larger than %d bytes", r.Path(name), maxRunFile)
	}
	return b, err
}

// Start says how a training begins in a directory.
type Start struct {
	Resume bool // go on from what is there
	Force  bool // overwrite it
	Files  checkpoint.FS
	OnNote func(string)
}

// Claim makes the directory ready for a new training, or says why it may not be used.
func (r RunDir) Claim(c *configs.Config, o Start) error {
	if err := r.free(FilesOf(c)); err != nil {
		return err
	}
	if len(r.Parts()) > 0 && !o.Force {
		return fmt.Errorf("%s holds an ensemble; use --force to overwrite it or --run DIR for another directory", r)
	}
	switch _, _, err := checkpoint.Load(o.Files, r.Checkpoints(), "last"); {
	case errors.Is(err, checkpoint.ErrNone): // without a verified checkpoint the directory counts as empty
		if err := r.anew(o.Files); err != nil {
			return err
		}
		if err := r.setAside(o, err); err != nil {
			return err
		}
		return r.clear(o.Files)
	case err != nil && !o.Force:
		return err
	}
	result := r.Outcome()
	finished := result != nil
	switch {
	case o.Resume && finished && c.Train.Epochs < result.Epochs:
		return fmt.Errorf("%s has been trained for %d epochs, and train.epochs is %d; to go on, raise it above them (--set train.epochs=N), or start anew with --force", r, result.Epochs, c.Train.Epochs)
	case o.Resume && finished && r.SameConfig(c):
		return fmt.Errorf("%s holds a finished run; to go on, raise train.epochs (--set train.epochs=N), or start anew with --force", r)
	case o.Resume:
		return nil
	case o.Force:
		if err := r.anew(o.Files); err != nil {
			return err
		}
		return r.clear(o.Files)
	case finished:
		return fmt.Errorf("%s holds a finished run; use --force to overwrite it or --run DIR for another directory", r)
	}
	return fmt.Errorf("%s holds an unfinished run; continue it with --resume, or start anew with --force", r)
}

// setAside keeps checkpoints of which none verifies (cause says why) from being removed by the training that starts anew, and
// says so: a backup may hold the part that is broken.
func (r RunDir) setAside(o Start, cause error) error {
	all, err := checkpoint.Verify(o.Files, r.Checkpoints())
	switch {
	case errors.Is(err, checkpoint.ErrNone) && o.Resume:
		report.Tell(o.OnNote, []string{fmt.Sprintf("there is no checkpoint in %s to go on from: the training starts anew", r)})
		return nil
	case errors.Is(err, checkpoint.ErrNone):
		return nil
	case err != nil:
		return err
	}
	entries, _ := o.Files.ReadDir(r.Checkpoints())
	for _, e := range entries {
		if _, ok := checkpoint.Of(e.Name()); !ok {
			return &record.Foreign{Path: filepath.Join(r.Checkpoints(), e.Name()), What: "was not written by recur and lies among damaged checkpoints that are to be set aside", Advice: "move it to another place, or take another directory with --run DIR"}
		}
	}
	for i := 1; ; i++ {
		aside := fmt.Sprintf("%s.damaged-%d", r.Checkpoints(), i)
		if _, err := o.Files.Lstat(aside); err == nil {
			continue
		}
		if err := record.Change(string(r), []string{filepath.Base(aside) + "/"}, nil); err != nil {
			return r.Unwritten(err)
		}
		if err := o.Files.Rename(r.Checkpoints(), aside); err != nil {
			return r.Unwritten(err)
		}
		report.Tell(o.OnNote, []string{fmt.Sprintf("%v; the %d checkpoints and pointers are kept in %s, and the training starts anew", cause, len(all), aside)})
		return nil
	}
}

// Parts are the directories of the ordinary runs that an ensemble is made of, below its own; none for an ordinary run. Directories
// of those names without a run in them are somebody else's.
func (r RunDir) Parts() []string {
	var all []string
	for _, kind := range []string{"selection", "members"} {
		entries, _ := os.ReadDir(r.Path(kind)) // sorted; what can't be listed has none
		for _, e := range entries {
			if part := RunDir(r.Path(kind, e.Name())); e.IsDir() && part.holdsRun() {
				all = append(all, filepath.Join(kind, e.Name()))
			}
		}
	}
	return all
}

// holdsRun says whether there is anything of a run in the directory.
func (r RunDir) holdsRun() bool {
	return r.hasCheckpoints() || r.Has("config.yaml") && (r.Has("environment.json") || r.Has(record.Name))
}

// Has says whether the directory holds a file or directory of that name.
func (r RunDir) Has(name string) bool {
	_, err := os.Lstat(r.Path(name))
	return err == nil
}

// hasOwn is has for a file that not every run has: one that the record does not name is somebody else's, and says nothing of the run.
func (r RunDir) hasOwn(name string) bool {
	own, _ := record.Read(string(r))
	return r.Has(name) && (own == nil || own.Has(name))
}

// ClaimEnsemble is claim for a run whose members are runs. Only the config and the data that an ensemble was begun with go
// on with it: members of others would have to be trained anew, and those that are there would be lost.
func (r RunDir) ClaimEnsemble(c *configs.Config, variants []task.Variant, hash string, o Start) error {
	if err := r.free(FilesOf(c)); err != nil {
		return err
	}
	finished, err := r.finished()
	switch {
	case err != nil && !o.Force:
		return err
	case !finished && len(r.Parts()) == 0 && !r.hasCheckpoints():
		return r.clear(o.Files)
	case o.Resume && finished && r.SameConfig(c):
		return fmt.Errorf("%s holds a finished run; start anew with --force, or train another one with --run DIR", r)
	case o.Resume && !r.sameEnsemble(c, variants):
		return &checkpoint.Error{Path: string(r), Reason: "it was begun with another config, and an ensemble goes on with its own alone",
			Advice: r.GoOn() + ", or train anew with --force or --run DIR"}
	case o.Resume && r.dataHash() != hash:
		return &checkpoint.Error{Path: string(r), Reason: fmt.Sprintf("the data have changed since this run began (SHA-256 %.12s… then, %.12s… now), and the members of an ensemble learn from the same", r.dataHash(), hash),
			Advice: "train anew with --force or --run DIR"}
	case o.Resume:
		for _, change := range r.Changes(EnvironmentOf(c, hash)) {
			report.Tell(o.OnNote, []string{"what decides the last bits has changed since this run was begun or last resumed: " + change})
		}
		return nil // members that are finished are kept, others go on
	case o.Force:
		return r.clear(o.Files)
	case finished:
		return fmt.Errorf("%s holds a finished run; use --force to overwrite it or --run DIR for another directory", r)
	}
	return fmt.Errorf("%s holds an unfinished run; continue it with --resume, or start anew with --force", r)
}

// Begin marks the run as unfinished and says what it is trained from.
func (r RunDir) Begin(c *configs.Config, hash string) error {
	if err := record.Claim(string(r), FilesOf(c)...); err != nil {
		return err
	}
	if err := record.Remove(string(r), "result.json", EnsembleName); err != nil {
		return err
	}
	if err := r.Write("config.yaml", c.Render()); err != nil {
		return err
	}
	return r.WriteJSON("environment.json", EnvironmentOf(c, hash))
}

// WriteJSON writes a file of the run.
func (r RunDir) WriteJSON(name string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return r.Write(name, append(b, '\n'))
}

// Resolve accepts a run directory, its checkpoints directory, or something in that, and returns the run directory ("" when the
// checkpoint does not lie in one).
func Resolve(path string) RunDir {
	full, err := filepath.Abs(path) // "." has directories above it, too
	if err != nil {
		return ""
	}
	for dir := full; ; dir = filepath.Dir(dir) {
		way, err := filepath.Rel(dir, full)
		first, _, _ := strings.Cut(filepath.ToSlash(way), "/")
		if err == nil && (first == "." || first == "checkpoints") && RunDir(dir).Has("config.yaml") {
			up, _ := filepath.Rel(full, dir)
			return RunDir(filepath.Join(path, up))
		}
		if parent := filepath.Dir(dir); parent == dir || first == "checkpoints" {
			return ""
		}
	}
}

// Load reads the checkpoint at path: one checkpoint, or of a run directory or its checkpoints directory the one that which
// names (best, last).
func Load(path, which string) (*checkpoint.Checkpoint, []string, error) {
	return checkpoint.Load(checkpoint.OS(), path, which)
}
