package pipeline

import (
	"bytes"
	"encoding/json"
	"fmt"

	"recur/configs"
	"recur/data"
	"recur/internal/report"
	"recur/task"
	"recur/task/table"
)

// EvaluateOptions says what to score.
type EvaluateOptions struct {
	Split   string   // train | validation | test
	CSV     string   // another file with the same columns
	All     bool     // score those windows of CSV too that the run has seen
	Set     []string // keys of the config of the run anew: those of decode, and with CSV those that say how a file is read
	Threads int
	OnNote  func(string)
	Only    Baselines // the simple methods to score beside it; nil: all that suit the data

	Predictions string // file that every prediction is written to, .csv or .parquet; "": none
}

// Evaluation is the score of a run beside the baselines on the same examples: `evaluate --json`, with the members of Report
// before the verdict.
type Evaluation struct {
	Schema          int      `json:"schema"`
	Task            string   `json:"task"`
	Run             string   `json:"run"`
	Split           string   `json:"split"`          // train | validation | test | file
	File            string   `json:"file,omitempty"` // with split file
	Networks        int      `json:"networks"`       // 1, or the members of an ensemble
	Windows         int      `json:"windows"`
	UsedFor         []string `json:"used_for,omitempty"` // what the part that is scored served for: training, or what was chosen on it
	*task.Sightings          // with split file

	Combination *task.Weights `json:"combination,omitempty"` // how simple methods forecast with the networks; they alone are network_alone

	Report     task.Report   `json:"-"` // what the task says of the scores
	Validation *task.Verdict `json:"-"` // where there is a validation part

	words task.Words
}

// MarshalJSON joins the objects.
func (e Evaluation) MarshalJSON() ([]byte, error) {
	type head Evaluation
	var verdict struct {
		Validation *task.Verdict `json:"validation,omitempty"`
	}
	verdict.Validation = e.Validation
	var all []byte
	for _, part := range []any{(*head)(&e), e.Report, verdict} {
		b, err := json.Marshal(part)
		if err != nil {
			return nil, err
		}
		if string(b) == "null" { // no report
			continue
		}
		members := bytes.TrimSuffix(bytes.TrimPrefix(b, []byte("{")), []byte("}"))
		if len(all) > 0 && len(members) > 0 {
			all = append(all, ',')
		}
		all = append(all, members...)
	}
	return append(append([]byte("{"), all...), '}'), nil
}

// Evaluate scores a run: the best checkpoint of an ordinary one, the members of an ensemble together, or the checkpoint at
// path.
func Evaluate(path string, o EvaluateOptions) (*Evaluation, error) {
	if err := freeFor(o.Predictions); err != nil {
		return nil, err
	}
	run, notes, err := open(path, o.Threads)
	if err != nil {
		return nil, err
	}
	report.Tell(o.OnNote, notes)
	if err := run.use(o.Set, o.CSV); err != nil {
		return nil, err
	}
	w, err := run.windows(o)
	if err != nil {
		return nil, err
	}
	if _, err := tableOf(o.Predictions, w.data); err != nil { // before anything is predicted
		return nil, err
	}
	report.Tell(o.OnNote, w.data.Notes())
	said, err := w.run.Predict(w.in, w.pick)
	if err != nil {
		return nil, err
	}
	return w.score(path, said, Simple{o.Only, o.OnNote, w.split == "validation"}, o.Predictions)
}

// scoring is what is to be scored, and by what.
type scoring struct {
	run   *opened
	in    task.Inputs
	pick  func(task.Data) data.Examples
	own   task.Data // the data that the baselines are fitted on
	data  task.Data // of which a part is scored
	part  data.Examples
	split string
	seen  *task.Sightings // of another file, else nil
	used  []string        // what the part served for
}

// score scores what is said, and writes all of it to the file predictions where that is asked for.
func (w *scoring) score(path string, said [][]float64, simple Simple, predictions string) (*Evaluation, error) {
	e := &Evaluation{
		Schema: 1, Task: w.run.Config.Task, Run: path, Split: w.split, Networks: len(w.run.Networks), Windows: w.part.Len(),
		UsedFor: w.used, Sightings: w.seen, Combination: w.run.Combination.Told(), words: table.Of(w.run.Config).Words(),
	}
	if w.seen != nil {
		e.File = w.data.Source().Facts().Name
	}
	var err error
	if w.run.kept != nil || simple.Only == nil { // whoever asks for fewer methods wants none fitted for a verdict
		if e.Validation, err = w.run.verdict(w.own); err != nil {
			return nil, err
		}
	}
	methods, err := simple.predictions(w.own, w.part)
	if err != nil {
		return nil, err
	}
	if (w.run.Companion != nil || w.run.Combination != nil) && simple.Only == nil {
		alone := w.run.Run
		alone.Companion, alone.Combination = nil, nil
		said, err := alone.Predict(w.in, w.pick)
		if err != nil {
			return nil, err
		}
		methods = append(methods, task.Named{Name: task.AloneName, Said: alone.Points(said)})
	}
	if e.Report, err = w.data.Report(w.part, said, methods); err != nil {
		return nil, err
	}
	return e, writePredictions(predictions, w.data, w.part, said, methods)
}

// windows returns what is to be scored: a part of the run's own data, where they still are what they were, or those examples
// of another file that the run has not seen. Where that file is scored and the own data can't be read, the baselines that learn are left out.
func (o *opened) windows(e EvaluateOptions) (*scoring, error) {
	own, ownErr := o.openOwn()
	if e.CSV != "" {
		return o.windowsOf(e, own, ownErr)
	}
	if ownErr != nil {
		return nil, ownErr
	}
	w := &scoring{run: o, own: own, data: own, split: e.Split}
	if w.split == "" {
		w.split = "test"
	}
	w.pick = task.PartNamed(w.split)
	if w.part = own.Part(w.split); w.part == nil {
		return nil, &Usage{Message: fmt.Sprintf("--split: got %q, want train, validation or test", e.Split)}
	}
	if w.part.Len() == 0 {
		return nil, &data.Error{File: own.Source().Facts().Name, Key: "data.split", Message: fmt.Sprintf("the %s part has no %s; change data.split, or choose another part with --split", w.split, table.Of(o.Config).Words().Example)}
	}
	if o.ensemble != nil && w.split == "validation" && o.Config.Train.Refit == "all" {
		var err error
		if w.run, err = o.selection(); err != nil {
			return nil, err
		}
	}
	if o.ensemble != nil && w.split == "train" {
		return nil, &Usage{Message: "--split train: the members of an ensemble have parts of their own; score one of them: " + o.path + "/" + o.ensemble.Members[0]}
	}
	w.used = w.run.usedFor(w.split)
	var err error
	w.in, err = w.run.Prepare(own.Source(), own)
	return w, err
}

// usedToTrain is what a part served for that the networks learnt from.
const usedToTrain = "training"

// usedFor is what a part served for in the training of the networks that are scored.
func (o *opened) usedFor(split string) []string {
	switch {
	case split == "train":
		return []string{usedToTrain}
	case split != "validation":
		return nil
	case o.ensemble != nil: // those that chose, where the members have learnt from it
		chosen := chosenOn(o.Config, len(o.ensemble.Variants), o.Config.Train.Refit != "all")
		if o.Combination != nil {
			chosen = append(chosen, chosenWeight)
		}
		return chosen
	case o.Config.Train.Refit == "all":
		return []string{usedToTrain}
	}
	return chosenOn(o.Config, 1, true)
}

// windowsOf is windows for another file.
func (o *opened) windowsOf(e EvaluateOptions, own task.Data, ownErr error) (*scoring, error) {
	if err := enoughToRead(o.Config, e.CSV); err != nil {
		return nil, err
	}
	if ownErr != nil {
		own = nil
	}
	f, err := table.Of(o.Config).File(&o.Run, e.CSV, own, e.All)
	if err != nil {
		return nil, err
	}
	if ownErr != nil {
		report.Tell(e.OnNote, []string{"the training data can't be read as they were, so the baselines that need them are left out: " + ownErr.Error()})
		own = f.Data
	}
	return &scoring{run: o, in: f.In, pick: f.Part, own: own, data: f.Data, part: f.Part(f.Data), split: "file", seen: &f.Seen}, nil
}

// openOwn reads the data of a run again and refuses them when they have changed since.
func (o *opened) openOwn() (task.Data, error) { return openOwn(o.scored(), o.hash()) }

func openOwn(c *configs.Config, hash string) (task.Data, error) {
	source, err := Read(c, nil)
	if err != nil {
		return nil, err
	}
	if facts := source.Facts(); facts.Hash != hash { // before parts are made of them, which other data may not allow
		return nil, &data.Error{
			File: facts.Name, Key: "data.csv",
			Message: fmt.Sprintf("the file has changed since the training (SHA-256 %.12s… then, %.12s… now); score it as new data with `recur evaluate RUN --data FILE`, or train again", hash, facts.Hash),
		}
	}
	return prepareScored(source, source.Config())
}
