package pipeline

import (
	"fmt"

	"recur/baseline"
	"recur/checkpoint"
	"recur/data"
	"recur/evaluate"
	"recur/predict"
)

// EvaluateOptions says what to score.
type EvaluateOptions struct {
	Split   string // train | validation | test
	CSV     string // another file with the same columns: all of it is scored
	Threads int
	OnNote  func(string)
}

// Evaluation is the score of a checkpoint beside the baselines on the same windows: `evaluate --json`.
type Evaluation struct {
	Schema    int                         `json:"schema"`
	Task      string                      `json:"task"`
	Run       string                      `json:"run"`
	Split     string                      `json:"split"`
	Windows   int                         `json:"windows"`
	Metrics   evaluate.Metrics            `json:"metrics"`
	Scaled    evaluate.Scaled             `json:"metrics_scaled"`
	ByStep    []evaluate.Metrics          `json:"by_step"`
	ByTarget  map[string]evaluate.Metrics `json:"by_target"`
	Baselines map[string]evaluate.Metrics `json:"baselines"`
}

// Evaluate scores the best checkpoint of a run (or the checkpoint at path).
func Evaluate(path string, o EvaluateOptions) (*Evaluation, error) {
	k, notes, err := load(path)
	if err != nil {
		return nil, err
	}
	tell(o.OnNote, notes)
	own, part, err := partOf(k, o)
	if err != nil {
		return nil, err
	}
	tell(o.OnNote, part.Prepared.Notes)
	m, err := predict.Open(k, o.Threads)
	if err != nil {
		return nil, err
	}
	predictions, err := m.Part(part)
	if err != nil {
		return nil, err
	}
	score, err := evaluate.Evaluate(part, predictions)
	if err != nil {
		return nil, err
	}
	baselines, err := scoreBaselines(own, part)
	if err != nil {
		return nil, err
	}
	return &Evaluation{
		Schema: 1, Task: k.Config.Task, Run: path, Split: part.Name, Windows: score.Windows, Metrics: score.Metrics,
		Scaled: score.Scaled, ByStep: score.ByStep, ByTarget: score.ByTarget, Baselines: baselines,
	}, nil
}

// openOwn reads the data of a run again and refuses it when it has changed since.
func openOwn(k *checkpoint.Checkpoint) (*data.Prepared, error) {
	p, err := Prepare(k.Config)
	if err != nil {
		return nil, err
	}
	if p.Set.Hash != k.DataHash {
		return nil, &data.Error{
			File: p.Set.Name, Key: "data.csv",
			Message: fmt.Sprintf("the file has changed since the training (SHA-256 %.12s… then, %.12s… now); score it as new data with --csv, or train again", k.DataHash, p.Set.Hash),
		}
	}
	return p, nil
}

// partOf returns the windows to score and the data that the baselines are fitted on: the run's own, where it still is
// what it was; else, for another file, that file alone, which leaves out the baselines that need a fit.
func partOf(k *checkpoint.Checkpoint, o EvaluateOptions) (own *data.Prepared, part *data.Part, err error) {
	own, err = openOwn(k)
	if o.CSV == "" {
		if err != nil {
			return nil, nil, err
		}
		part, err = splitOf(own, o.Split)
		return own, part, err
	}
	set, openErr := data.OpenCSV(k.Config, o.CSV)
	if openErr != nil {
		return nil, nil, openErr
	}
	p, prepareErr := data.PrepareWith(set, k.Config, k.Data.Fitted())
	if prepareErr != nil {
		return nil, nil, prepareErr
	}
	keepNaiveScale(p, k)
	if p.Test.Len() == 0 {
		return nil, nil, &data.Error{File: set.Name, Key: "data.window", Message: "there is no window with its targets to score; the file needs at least data.window + data.horizon rows"}
	}
	if err != nil {
		tell(o.OnNote, []string{"the training data can't be read as they were, so the baselines that need them are left out: " + err.Error()})
		own = p
	}
	return own, p.Test, nil
}

func splitOf(own *data.Prepared, name string) (*data.Part, error) {
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
func keepNaiveScale(p *data.Prepared, k *checkpoint.Checkpoint) {
	for i, s := range p.Set.Series {
		for _, state := range k.Data.Series {
			if state.Name == s.Name {
				p.NaiveScale[i] = state.NaiveScale
			}
		}
	}
}

func partNamed(p *data.Prepared, name string) (*data.Part, error) {
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

// scoreBaselines fits the baselines on the run's own training part and scores them on the windows of part.
func scoreBaselines(own *data.Prepared, part *data.Part) (map[string]evaluate.Metrics, error) {
	methods, err := baseline.For(own, part)
	if err != nil {
		return nil, err
	}
	scores := map[string]evaluate.Metrics{}
	for _, m := range methods {
		s, err := evaluate.Evaluate(part, m.Predict(part))
		if err != nil {
			return nil, fmt.Errorf("baseline %s: %w", m.Name(), err)
		}
		scores[m.Name()] = s.Metrics
	}
	return scores, nil
}

func tell(f func(string), notes []string) {
	if f == nil {
		return
	}
	for _, n := range notes {
		f(n)
	}
}
