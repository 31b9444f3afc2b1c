package pipeline

import (
	"fmt"
	"io"

	"recur/internal/report"
	"recur/task"
	"recur/task/table"
)

// PredictOptions says what to predict.
type PredictOptions struct {
	File    string    // in the form of the training data; "" or "-": In
	In      io.Reader // standard input
	Set     []string  // keys of the config of the run anew: those of decode, and those that say how a file is read
	Threads int
	OnNote  func(string)

	Top           int  // of labels: the likeliest so many; 0: one
	Probabilities bool // of labels: those of all

	More        []string // further files, of sounds
	Beam, NBest int      // of what is said: how widely it is searched for, and how many hypotheses are told
}

// Predict predicts the examples of a file, one by one, with a run.
func Predict(path string, o PredictOptions) (*task.Predictions, error) {
	run, notes, err := open(path, o.Threads)
	if err != nil {
		return nil, err
	}
	report.Tell(o.OnNote, notes)
	if err := run.use(o.Set, "-"); err != nil {
		return nil, err
	}
	p, ok := table.Of(run.Config).(task.Predictor)
	if !ok {
		return nil, &Usage{Message: fmt.Sprintf("predict: task %s has no examples to be predicted one by one; its command is %s", run.Config.Task, table.Of(run.Config).Words().Command)}
	}
	for _, file := range append([]string{o.File}, o.More...) {
		if file == "" || file == "-" {
			continue
		}
		if err := enoughToRead(run.Config, file); err != nil {
			return nil, err
		}
	}
	return p.Predict(&run.Run, o.File, o.In, task.PredictOptions{Top: o.Top, Probabilities: o.Probabilities, Beam: o.Beam, NBest: o.NBest, More: o.More, Note: o.OnNote})
}
