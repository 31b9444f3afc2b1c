// Package regress answers the questions of task regress: one or several values of a whole sequence.
package regress

import (
	"fmt"

	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/data/labelled"
	"recur/task"
)

// Task is task regress.
type Task struct{}

// Columns are the metrics in the order of tables: values have no order in time, so that MASE says nothing, and may be 0.
var Columns = []string{"mse", "rmse", "mae", "r2"}

// Words are how people are told of values of sequences.
func (Task) Words() task.Words {
	return task.Words{Example: "sequence", Metric: "rmse", Label: "RMSE", Columns: Columns, Seen: task.Verb{One: "is in", Many: "are in"}, Paired: "squared errors", Fit: "predicts", Command: "recur predict", Methods: names}
}

// Reading estimates what reading a file of sequences takes.
func (Task) Reading(c *configs.Config, path string) (peak, kept, rows int64) {
	return labelled.MemoryToRead(c, path)
}

// Open reads the sequences of a config.
func (Task) Open(c *configs.Config, note func(string)) (task.Source, error) {
	set, err := labelled.Open(c)
	if err != nil {
		return nil, err
	}
	return &source{c: c, set: set}, nil
}

// source is sequences as they were read.
type source struct {
	task.OneWay
	c   *configs.Config
	set *labelled.Set
}

// Config is what was asked for.
func (s *source) Config() *configs.Config { return s.c }

// Facts are what is told of the sequences.
func (s *source) Facts() task.Facts {
	return task.Facts{Name: s.set.Name, Hash: s.set.Hash, Rows: len(s.set.Sequences)}
}

// Prepare makes the parts of a config.
func (s *source) Prepare(c *configs.Config) (task.Data, error) {
	p, err := labelled.Prepare(s.set, labelled.OptionsOf(c))
	if err != nil {
		return nil, err
	}
	steps := func(i int) int { return s.set.Sequences[i].Steps(len(s.set.Inputs)) }
	if err := task.LongEnough(&c.Model, len(s.set.Sequences), steps, s.set.Called); err != nil {
		return nil, err
	}
	return &Data{p, c, s}, nil
}

// File makes the sequences of another file ready. Those that are in the training or the validation part too, with the same values,
// are left out.
func (Task) File(r *task.Run, path string, own task.Data, all bool) (*task.File, error) {
	k := r.Networks[0].K
	set, err := labelled.OpenFile(k.Config, path, known(k), false)
	if err != nil {
		if _, bare := labelled.OpenFile(k.Config, path, known(k), true); bare == nil {
			err = fmt.Errorf("%w; without all values a file can't be scored, but recur predict reads it", err)
		}
		return nil, err
	}
	d, in, err := with(set, r)
	if err != nil {
		return nil, err
	}
	f := &task.File{In: in, Data: d, Part: task.PartNamed("test")}
	if own == nil {
		f.Seen.Unknown = d.Test.Len()
		return f, nil
	}
	learnt := own.(*Data)
	index, seen, err := task.Another(set.Name, "data.csv", "sequences", contents(d.Test), all, contents(learnt.Train), contents(learnt.Validation))
	if err != nil {
		return nil, err
	}
	f.Seen = seen
	part := d.Test.Pick(index)
	f.Part = func(task.Data) data.Examples { return part }
	return f, nil
}

// known is what another file must agree with.
func known(k *checkpoint.Checkpoint) labelled.Known {
	return labelled.Known{Columns: k.Data.Labelled.Columns}
}

// with prepares a set with what the networks' own data were scaled by; all of them read the same.
func with(set *labelled.Set, r *task.Run) (*Data, task.Inputs, error) {
	k := r.Networks[0].K
	l := k.Data.Labelled
	p, err := labelled.PrepareWith(set, labelled.OptionsOf(k.Config), labelled.Scalers{Inputs: l.InputScaler, Values: l.ValueScaler})
	if err != nil {
		return nil, nil, err
	}
	d := &Data{p, k.Config, &source{c: k.Config, set: set}}
	in, err := r.Inputs(func(task.Network) (task.Data, error) { return d, nil })
	return d, in, err
}

// contents are sequences by their numbers and their values.
func contents(p *labelled.Subset) task.Contents {
	return task.Contents{Len: p.Len(), Of: func(i int) string { return fmt.Sprint(p.Sequence(i).X, p.Sequence(i).Values) }}
}
