package pipeline

import (
	"fmt"

	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/data/series"
	"recur/evaluate"
)

// EvaluateOptions says what to score.
type EvaluateOptions struct {
	Split   string // train | validation | test
	CSV     string // another file with the same columns
	All     bool   // score those windows of CSV too that the run has seen
	Threads int
	OnNote  func(string)
	Only    Baselines // the simple methods to score beside it; nil: all that suit the data
}

// Evaluation is the score of a run beside the baselines on the same windows: `evaluate --json`.
type Evaluation struct {
	Schema     int                         `json:"schema"`
	Task       string                      `json:"task"`
	Run        string                      `json:"run"`
	Split      string                      `json:"split"`          // train | validation | test | file
	File       string                      `json:"file,omitempty"` // with split file
	Networks   int                         `json:"networks"`       // 1, or the members of an ensemble
	Windows    int                         `json:"windows"`
	UsedFor    []string                    `json:"used_for,omitempty"` // what the part that is scored served for: training, or what was chosen on it
	*Sightings                             // with split file
	Metrics    evaluate.Metrics            `json:"metrics"`
	Scaled     evaluate.Scaled             `json:"metrics_scaled"`
	ByStep     []evaluate.Metrics          `json:"by_step"`
	ByTarget   map[string]evaluate.Metrics `json:"by_target"`
	Quantiles  *evaluate.QuantileScore     `json:"quantiles,omitempty"`
	Series     *SeriesReport               `json:"series,omitempty"` // where there is more than one
	Baselines  map[string]evaluate.Metrics `json:"baselines"`
	Validation *Verdict                    `json:"validation,omitempty"` // where there is a validation part
}

// Sightings counts the windows of another file that the run has seen: a value that they predict lies in its training or
// validation part.
type Sightings struct {
	LeftOut int `json:"seen_left_out"`          // that are not scored
	Scored  int `json:"seen_scored,omitempty"`  // that are scored all the same
	Unknown int `json:"seen_unknown,omitempty"` // windows that are scored and of which that can't be told
}

// Evaluate scores a run: the best checkpoint of an ordinary one, the members of an ensemble together, or the checkpoint at
// path.
func Evaluate(path string, o EvaluateOptions) (*Evaluation, error) {
	run, notes, err := open(path, o.Threads)
	if err != nil {
		return nil, err
	}
	tell(o.OnNote, notes)
	w, err := run.windows(o)
	if err != nil {
		return nil, err
	}
	tell(o.OnNote, w.part.Prepared.Notes)
	predictions, err := w.run.predict(w.in, w.pick)
	if err != nil {
		return nil, err
	}
	return w.score(path, predictions, Simple{o.Only, o.OnNote})
}

// scoring is what is to be scored, and by what.
type scoring struct {
	run  *opened
	in   inputs
	pick func(*series.Prepared) *series.Part
	own  *series.Prepared // the data that the baselines are fitted on
	part *series.Part     // the windows with their truth
	seen *Sightings       // of another file, else nil
	used []string         // what the part served for
}

func (w *scoring) score(path string, predictions [][]float64, simple Simple) (*Evaluation, error) {
	points := w.run.points(predictions)
	score, err := evaluate.Evaluate(w.part, points)
	if err != nil {
		return nil, err
	}
	e := &Evaluation{
		Schema: 1, Task: w.run.config.Task, Run: path, Split: w.part.Name, Networks: len(w.run.networks), Windows: score.Windows,
		UsedFor: w.used, Sightings: w.seen, Metrics: score.Metrics, Scaled: score.Scaled, ByStep: score.ByStep, ByTarget: score.ByTarget,
	}
	if w.seen != nil {
		e.File = w.part.Prepared.Set.Name
	}
	if q := w.run.config.Model.Quantiles; len(q) > 0 {
		if e.Quantiles, err = evaluate.EvaluateQuantiles(w.part, predictions, q); err != nil {
			return nil, err
		}
	}
	if w.run.kept != nil || simple.Only == nil { // whoever asks for fewer methods wants none fitted for a verdict
		if e.Validation, err = w.run.verdict(w.own); err != nil {
			return nil, err
		}
	}
	methods, err := simple.predictions(w.own, w.part)
	if err != nil {
		return nil, err
	}
	if e.Baselines, err = scoresOf(w.part, methods); err != nil {
		return nil, err
	}
	all := append([]named{{networkName, points}}, methods...)
	if len(w.part.Prepared.Set.Series) > 1 {
		e.Series, err = bySeries(w.part, all)
	}
	return e, err
}

// windows returns what is to be scored: a part of the run's own data, where they still are what they were, or those windows
// of another file that the run has not seen. Where that file is scored and the own data can't be read, the baselines that learn are left out.
func (o *opened) windows(e EvaluateOptions) (*scoring, error) {
	own, ownErr := o.openOwn()
	if e.CSV != "" {
		return o.windowsOf(e, own, ownErr)
	}
	if ownErr != nil {
		return nil, ownErr
	}
	part, err := splitOf(own, e.Split)
	if err != nil {
		return nil, err
	}
	pick := func(p *series.Prepared) *series.Part { q, _ := partNamed(p, e.Split); return q }
	run := o
	if o.ensemble != nil && part == own.Validation && o.config.Train.Refit == "all" {
		if run, err = o.selection(); err != nil {
			return nil, err
		}
	}
	if o.ensemble != nil && part == own.Train {
		return nil, &Usage{Message: "--split train: the members of an ensemble have parts of their own; score one of them: " + o.path + "/" + o.ensemble.Members[0]}
	}
	if part == own.Validation { // the simple methods must not learn from what they are scored on
		withoutRefit(own)
	}
	in, err := run.prepareOwn(own.Set, own)
	return &scoring{run: run, in: in, pick: pick, own: own, part: part, used: run.usedFor(own, part)}, err
}

// usedToTrain is what a part served for that the networks learnt from.
const usedToTrain = "training"

// usedFor is what a part served for in the training of the networks that are scored.
func (o *opened) usedFor(own *series.Prepared, part *series.Part) []string {
	switch {
	case part == own.Train:
		return []string{usedToTrain}
	case part != own.Validation:
		return nil
	case o.ensemble != nil: // those that chose, where the members have learnt from it
		return chosenOn(o.config, len(o.ensemble.Variants), o.config.Train.Refit != "all")
	case o.config.Train.Refit == "all":
		return []string{usedToTrain}
	}
	return chosenOn(o.config, 1, true)
}

// windowsOf is windows for another file.
func (o *opened) windowsOf(e EvaluateOptions, own *series.Prepared, ownErr error) (*scoring, error) {
	if err := enoughToRead(o.config, e.CSV); err != nil {
		return nil, err
	}
	set, err := series.OpenCSV(o.config, e.CSV)
	if err != nil {
		return nil, err
	}
	if err := o.sameStep(set.Name, set.Frequency); err != nil {
		return nil, err
	}
	in, err := o.prepareWith(set)
	if err != nil {
		return nil, err
	}
	p := in[dataKey(o.networks[0].k.Config)]
	if p.Test.Len() == 0 {
		return nil, &data.Error{File: set.Name, Key: "data.window", Message: "there is no window with its targets to score; the file needs at least data.window + data.horizon rows"}
	}
	if ownErr != nil {
		tell(e.OnNote, []string{"the training data can't be read as they were, so the baselines that need them are left out: " + ownErr.Error()})
		own = nil
	}
	w := &scoring{run: o, in: in, pick: testPart, own: own}
	w.part, w.seen = o.fresh(p, own, e.All)
	if w.part.Len() == 0 {
		return nil, &data.Error{File: set.Name, Key: "data.csv", Message: fmt.Sprintf(
			"all its windows (%d) predict values of the training or the validation part of the run, so scores of them say little; give it later rows, or score them all the same with --all", w.seen.LeftOut)}
	}
	if w.part != p.Test {
		keep := map[series.Window]bool{}
		for _, one := range w.part.Windows {
			keep[one] = true
		}
		w.pick = func(p *series.Prepared) *series.Part {
			return p.Test.Pick(func(one series.Window) bool { return keep[one] })
		}
	}
	if own == nil {
		w.own = p
	}
	return w, nil
}

// openOwn reads the data of a run again and refuses them when they have changed since.
func (o *opened) openOwn() (*series.Prepared, error) { return openOwn(o.scored(), o.hash()) }

func openOwn(c *configs.Config, hash string) (*series.Prepared, error) {
	p, err := Prepare(c)
	if err != nil {
		return nil, err
	}
	if p.Set.Hash != hash {
		return nil, &data.Error{
			File: p.Set.Name, Key: "data.csv",
			Message: fmt.Sprintf("the file has changed since the training (SHA-256 %.12s… then, %.12s… now); score it as new data with --csv, or train again", hash, p.Set.Hash),
		}
	}
	return p, nil
}

func splitOf(own *series.Prepared, name string) (*series.Part, error) {
	part, err := partNamed(own, name)
	if err != nil {
		return nil, err
	}
	if part.Len() == 0 {
		return nil, &data.Error{File: own.Set.Name, Key: "data.split", Message: fmt.Sprintf("the %s part has no window; change data.split, or choose another part with --split", part.Name)}
	}
	return part, nil
}

// keepNaiveScale measures MASE on new data by the training's scale, so that figures can be set side by side.
func keepNaiveScale(p *series.Prepared, k *checkpoint.Checkpoint) {
	known := map[series.ID][]float64{}
	for i := range k.Data.Series {
		known[k.Data.Series[i].ID()] = k.Data.Series[i].NaiveScale
	}
	for i := range p.Set.Series {
		if scale, ok := known[p.Set.Series[i].ID()]; ok {
			p.NaiveScale[i] = scale
		}
	}
}

func partNamed(p *series.Prepared, name string) (*series.Part, error) {
	switch name {
	case "train":
		return p.Train, nil
	case "validation":
		return p.Validation, nil
	case "test", "":
		return p.Test, nil
	}
	return nil, &Usage{Message: fmt.Sprintf("--split: got %q, want train, validation or test", name)}
}

func tell(f func(string), notes []string) {
	if f == nil {
		return
	}
	for _, n := range notes {
		if n != "" {
			f(n)
		}
	}
}
