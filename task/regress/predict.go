package regress

import (
	"fmt"
	"io"
	"strconv"

	"recur/data/labelled"
	"recur/internal/report"
	"recur/task"
)

// Predict predicts the values of every sequence of a file.
func (Task) Predict(r *task.Run, path string, stdin io.Reader, o task.PredictOptions) (*task.Predictions, error) {
	if err := o.NothingSaid(r.Config.Task); err != nil {
		return nil, err
	}
	if err := o.ValuesOnly(r.Config.Task); err != nil {
		return nil, err
	}
	k := r.Networks[0].K
	like := known(k)
	if path == "" || path == "-" {
		path, like.In = "standard input", stdin
	}
	set, err := labelled.OpenFile(k.Config, path, like, true)
	if err != nil {
		return nil, err
	}
	d, in, err := with(set, r)
	if err != nil {
		return nil, err
	}
	report.Tell(o.Note, d.Notes())
	said, err := r.Predict(in, task.PartNamed("test"))
	if err != nil {
		return nil, err
	}
	quantiles := r.Config.Model.Quantiles
	out := &task.Predictions{Schema: 1, Task: r.Config.Task}
	for _, name := range k.Data.Labelled.Values {
		out.Columns = append(out.Columns, columns(name, quantiles)...)
	}
	for i, row := range said {
		one := task.Prediction{ID: d.Test.Sequence(i).Name}
		if one.ID == "" {
			one.ID = strconv.Itoa(i + 1)
		}
		for c := range row {
			one.Values = append(one.Values, task.Figure{Name: out.Columns[c], Value: &row[c]})
		}
		out.List = append(out.List, one)
	}
	return out, nil
}

// columns are those of one value: its name, or one a quantile.
func columns(name string, quantiles []float64) (names []string) {
	if len(quantiles) == 0 {
		return []string{name}
	}
	for _, q := range quantiles {
		names = append(names, fmt.Sprintf("%s_q%g", name, q))
	}
	return names
}
