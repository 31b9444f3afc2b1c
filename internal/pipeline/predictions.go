package pipeline

import (
	"fmt"

	"recur/data"
	"recur/internal/sheet"
	"recur/task"
)

// freeFor refuses a file for predictions that can't be written, before anything is predicted.
func freeFor(path string) error {
	if path == "" {
		return nil
	}
	if err := sheet.Free(path); err != nil {
		return &Usage{Message: "--predictions: " + err.Error()}
	}
	return nil
}

// tableOf is what makes a table of predictions, nil where none is asked for; a task whose predictions are no table is refused.
func tableOf(path string, d task.Data) (task.Sheeted, error) {
	if path == "" {
		return nil, nil
	}
	t, ok := d.(task.Sheeted)
	if !ok {
		return nil, &Usage{Message: fmt.Sprintf("--predictions: task %s says how likely every symbol of a text is, which is no table; recur score prints it", d.Config().Task)}
	}
	return t, nil
}

// writePredictions writes what is said of a part beside what simple methods say; with "" nothing.
func writePredictions(path string, d task.Data, part data.Examples, said [][]float64, methods []task.Named) error {
	t, err := tableOf(path, d)
	if t == nil || err != nil {
		return err
	}
	return t.Sheet(part, said, methods).Create(path)
}
