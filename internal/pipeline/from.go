package pipeline

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"recur/checkpoint"
	"recur/internal/report"
	"recur/internal/runs"
	"recur/train"
)

// From is what a training took of another network to start from: `train --json` has it, and start.safetensors of the run.
type From struct {
	Path       string           `json:"path"`
	Checkpoint string           `json:"checkpoint,omitempty"` // of a run: which one
	Weights    []train.TakenRow `json:"weights"`
	taken      []checkpoint.Tensor
}

// from says what the training of a run begins with: weights of the run or file that o.From names; where it goes on, or would, those
// that it began with; else nil, nothing but its seed.
func (o TrainOptions) from(run runs.RunDir, job *train.Job) (*From, error) {
	if o.From != "" {
		if err := run.MayKeepStart(); err != nil {
			return nil, err
		}
		return takeFrom(o.From, job, o.OnNote)
	}
	if !o.Resume {
		return nil, nil
	}
	return begunWith(run)
}

// begunWith is what a run says of the weights that it began with; nil where there are none of another network.
func begunWith(run runs.RunDir) (*From, error) {
	weights, text, err := run.Start()
	if weights == nil || err != nil {
		return nil, err
	}
	f := &From{}
	if json.Unmarshal([]byte(text), f) != nil {
		f.Path = "another network" // somebody changed it: the weights count, not what is told of them
	}
	f.taken = weights
	return f, nil
}

// takeFrom reads the weights at path and takes what fits.
func takeFrom(path string, job *train.Job, note func(string)) (*From, error) {
	if err := runs.Want(path, runs.Startable); err != nil {
		return nil, err
	}
	f, ours := &From{Path: path}, job.Keep()
	var weights []checkpoint.Tensor
	var theirs *checkpoint.Data
	if filepath.Ext(path) == ".safetensors" && !runs.InCheckpoint(path) {
		b, err := os.ReadFile(path)
		if err != nil {
			return nil, &checkpoint.Error{Path: path, Reason: "can't be read: " + err.Error(), Advice: "name a run, a checkpoint or a .safetensors file", Err: err}
		}
		if weights, _, err = checkpoint.DecodeSafetensors(b); err != nil {
			return nil, &checkpoint.Error{Path: path, Reason: "can't be read as a safetensors file: " + err.Error(), Advice: "name a run, a checkpoint or a .safetensors file that is whole", Err: err}
		}
	} else {
		k, notes, err := runs.Load(path, "best")
		if err != nil {
			return nil, err
		}
		report.Tell(note, notes)
		weights, theirs, f.Checkpoint = k.Weights, &k.Data, k.Name
	}
	t, err := train.Take(job.Spec, &ours, theirs, weights)
	if err != nil {
		return nil, &checkpoint.Error{Path: path, Reason: err.Error(), Advice: "take another run or file", Err: err}
	}
	f.Weights, f.taken = t.Rows, t.Weights
	if len(f.taken) == 0 {
		return nil, &checkpoint.Error{Path: path, Reason: fmt.Sprintf("none of its %s fits this network\n\n%s", report.Count(len(weights), "weight"), f.table()),
			Advice: "\nmake model.cell, hidden_size and layers those of the other network, or give its weights the names that docs/files.md lists"}
	}
	return f, nil
}

// weights are those that a training begins with; none where there is nothing to begin with.
func (f *From) weights() []checkpoint.Tensor {
	if f == nil {
		return nil
	}
	return f.taken
}

// Text says what was taken, a line a weight.
func (f *From) Text() string {
	source := f.Path
	if f.Checkpoint != "" {
		source += ", " + f.Checkpoint
	}
	n, here := 0, 0
	for _, w := range f.Weights {
		if w.Here != nil {
			here++
		}
		if w.Taken() {
			n++
		}
	}
	return fmt.Sprintf("weights from %s: %d of %d taken\n\n%s", source, n, here, f.table())
}

func (f *From) table() string {
	t := report.Table{Header: []string{"weight", "here", "there", "what"}}
	shape := func(s []int) string {
		if s == nil {
			return ""
		}
		return strings.Trim(strings.ReplaceAll(fmt.Sprint(s), " ", "×"), "[]")
	}
	for _, w := range f.Weights {
		t.Rows = append(t.Rows, []string{w.Name, shape(w.Here), shape(w.There), w.What})
	}
	return t.Text()
}

// keep writes into a run what it begins with.
func (f *From) keep(run runs.RunDir) error {
	b, err := json.Marshal(f)
	if err != nil {
		return err
	}
	return run.KeepStart(f.taken, string(b))
}

// noFrom is the error of a training that can't start from other weights.
func noFrom(o TrainOptions) error {
	if o.Resume {
		return &Usage{Message: "--from goes with a training that begins: one that is resumed has its weights already, those of --from included"}
	}
	return &Usage{Message: "--from is for one network, and ensemble.members asks for several, whose worth is that they begin apart; add --set ensemble.members=0"}
}
