package task

import (
	"encoding/csv"
	"io"
	"strconv"
)

// Predictor is a task whose runs predict examples one by one: what `recur predict` asks for.
type Predictor interface {
	// Predict predicts every example of a file in the form of the training data, in its order; what is to be predicted need not be
	// there. "" and "-" read from in.
	Predict(r *Run, path string, in io.Reader, note func(string)) (*Predictions, error)
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
	ID     string  `json:"id"` // its name, or its place from 1 on
	Values Figures `json:"values,omitempty"`
}

// WriteCSV writes a header and a line an example. Numbers are the shortest that read back as the same.
func (p *Predictions) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write(append([]string{"id"}, p.Columns...)); err != nil {
		return err
	}
	for _, one := range p.List {
		row := []string{one.ID}
		for _, f := range one.Values {
			row = append(row, strconv.FormatFloat(*f.Value, 'g', -1, 64))
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
