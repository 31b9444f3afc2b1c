package classify

import (
	"cmp"
	"io"
	"slices"
	"strconv"

	"recur/data"
	"recur/internal/report"
	"recur/task"
)

// Predict tells the class of every example of a file; lines of standard input are texts where the run reads texts.
func (Task) Predict(r *task.Run, path string, stdin io.Reader, o task.PredictOptions) (*task.Predictions, error) {
	if err := o.NothingSaid(r.Config.Task); err != nil {
		return nil, err
	}
	k := r.Networks[0].K
	var from io.Reader
	if path == "" || path == "-" {
		path, from = "standard input", stdin
	}
	in, err := another(k, path, from, true)
	if err != nil {
		return nil, err
	}
	d, inputs, err := with(in, r)
	if err != nil {
		return nil, err
	}
	d.classes = k.Data.Labelled.Classes
	report.Tell(o.Note, d.notes)
	said, err := r.Predict(inputs, task.PartNamed("test"))
	if err != nil {
		return nil, err
	}
	out := &task.Predictions{Schema: 1, Task: r.Config.Task, List: []task.Prediction{}}
	w := writer{labels: d.classes, top: min(max(1, o.Top), len(d.classes)), all: o.Probabilities}
	out.Columns = w.columns(tags(k.Config))
	for i, row := range said {
		id := d.test.ID(i)
		if id == "" {
			id = strconv.Itoa(i + 1)
		}
		for t := 0; (t+1)*len(d.classes) <= len(row); t++ {
			one := w.prediction(id, row[t*len(d.classes):][:len(d.classes)])
			if tags(k.Config) {
				one.Step = t + 1
			}
			out.List = append(out.List, one)
		}
	}
	return out, nil
}

// writer makes predictions of chances.
type writer struct {
	labels []string
	top    int  // how many of the likeliest labels are named
	all    bool // a column for each label's chance
}

// columns are those of the CSV.
func (w writer) columns(steps bool) (names []string) {
	if steps {
		names = append(names, "step")
	}
	for n := range w.top {
		suffix := ""
		if n > 0 {
			suffix = "_" + strconv.Itoa(n+1)
		}
		names = append(names, "label"+suffix, "probability"+suffix)
	}
	if w.all {
		for _, l := range w.labels {
			names = append(names, "p_"+l)
		}
	}
	return names
}

// prediction is what is said of one example, or of one of its steps.
func (w writer) prediction(id string, chances []float64) task.Prediction {
	order := make([]int, len(chances))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(chances[b], chances[a]) })
	one := task.Prediction{ID: id, Label: w.labels[order[0]]}
	for _, c := range order[:w.top] {
		one.Cells = append(one.Cells, w.labels[c], data.Digits(chances[c]))
	}
	listed := order[:w.top]
	if w.all || w.top == 1 {
		listed = order
	}
	for _, c := range listed {
		one.Probabilities = append(one.Probabilities, task.Figure{Name: w.labels[c], Value: &chances[c]})
	}
	if w.all {
		for _, v := range chances {
			one.Cells = append(one.Cells, data.Digits(v))
		}
	}
	return one
}
