package task

import (
	"encoding/csv"
	"io"
	"strconv"

	"recur/data"
)

// Predictor is a task whose runs predict examples one by one: what `recur predict` asks for.
type Predictor interface {
	// Predict predicts every example of a file in the form of the training data, in its order; what is to be predicted need not be
	// there. "" and "-" read from in.
	Predict(r *Run, path string, in io.Reader, o PredictOptions) (*Predictions, error)
}

// PredictOptions say what is wanted of predictions. What a task has nothing of is a *Usage error.
type PredictOptions struct {
	Top           int      // the likeliest labels; 0: one
	Probabilities bool     // those of all labels
	Beam, NBest   int      // of what is said: how widely it is searched for, and how many hypotheses are told; 0: as the run does, and one
	More          []string // further files, of tasks that take several
	Note          func(string)
}

// OneFile refuses further files.
func (o PredictOptions) OneFile(task string) error {
	if len(o.More) > 0 {
		return &Usage{Message: "predict: task " + task + " reads one file, and there are several; give one after the other"}
	}
	return nil
}

// NothingSaid refuses what only tasks have that say something.
func (o PredictOptions) NothingSaid(task string) error {
	if o.Beam > 0 || o.NBest > 0 {
		return &Usage{Message: "--beam and --nbest are for tasks seq2seq and ctc, which say something, and the task is " + task + "; leave them out"}
	}
	return o.OneFile(task)
}

// LabelsNone refuses what only labels have, of a task that says something.
func (o PredictOptions) LabelsNone(task string) error {
	if o.Top > 0 || o.Probabilities {
		return &Usage{Message: "--top and --probabilities are for labels, and task " + task + " says texts; leave them out, or take --nbest"}
	}
	return nil
}

// ValuesOnly refuses what only labels have.
func (o PredictOptions) ValuesOnly(task string) error {
	if o.Top > 0 || o.Probabilities {
		return &Usage{Message: "--top and --probabilities are for labels, and task " + task + " predicts values; leave them out"}
	}
	return nil
}

// Predictions are `predict --json`.
type Predictions struct {
	Schema  int          `json:"schema"`
	Task    string       `json:"task"`
	Columns []string     `json:"-"` // of the CSV, after the id
	List    []Prediction `json:"predictions"`
}

// Prediction is what is said of one example.
type Prediction struct {
	ID     string  `json:"id"`             // its name, or its place from 1 on
	Step   int     `json:"step,omitempty"` // from 1 on, where every step is predicted
	Values Figures `json:"values,omitempty"`

	Label         string  `json:"label,omitempty"`
	Probabilities Figures `json:"probabilities,omitempty"`

	Output     *string      `json:"output,omitempty"` // what is said
	Score      *float64     `json:"score,omitempty"`  // what hypotheses are ordered by
	Hypotheses []Hypothesis `json:"hypotheses,omitempty"`

	Cells []string `json:"-"` // of the CSV, where they are no values
}

// Hypothesis is one of the texts that may be said, the best first.
type Hypothesis struct {
	Output string    `json:"output"`
	Score  float64   `json:"score"`
	LogP   float64   `json:"log_probability"`
	Times  []float64 `json:"times,omitempty"` // of what is heard: when each label begins, in seconds
}

// WriteCSV writes a header and a line an example. Numbers are the shortest that read back as the same.
func (p *Predictions) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write(append([]string{"id"}, p.Columns...)); err != nil {
		return err
	}
	for _, one := range p.List {
		row := []string{one.ID}
		if one.Step > 0 {
			row = append(row, strconv.Itoa(one.Step))
		}
		for _, f := range one.Values {
			row = append(row, data.Digits(*f.Value))
		}
		row = append(row, one.Cells...)
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
