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
	return task.Words{Example: "sequence", Metric: "rmse", Label: "RMSE", Columns: Columns, Seen: task.Verb{One: "is in", Many: "are in"}, Paired: "squared errors", Fit: "predicts", Command: "recur predict"}
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
	return &source{c, set}, nil
}

// source is sequences as they were read.
type source struct {
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
	if err := longEnough(s.set, &c.Model); err != nil {
		return nil, err
	}
	return &Data{p, c, s}, nil
}

// longEnough refuses sequences of which model.front leaves no step, before anything is trained or written. The message is about the
// shortest: what suits it suits all.
func longEnough(set *labelled.Set, m *configs.Model) error {
	if len(m.Front) == 0 || len(set.Sequences) == 0 {
		return nil
	}
	steps := func(i int) int { return set.Sequences[i].Steps(len(set.Inputs)) }
	shortest, short := 0, 0
	for i := range set.Sequences {
		if steps(i) < steps(shortest) {
			shortest = i
		}
		if _, err := m.FrontSteps(steps(i)); err != nil {
			short++
		}
	}
	_, err := m.FrontSteps(steps(shortest))
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s, the shortest of %d that are too short: %w", set.Called(shortest), short, err)
}

// Variants is the one way of making sequences ready.
func (s *source) Variants(*configs.Config) ([]task.Variant, []string) {
	return []task.Variant{{Name: "plain"}}, nil
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
	part := d.Test
	if part, f.Seen = fresh(part, own.(*Data).Prepared, all); part.Len() == 0 {
		return nil, &data.Error{File: set.Name, Key: "data.csv", Message: fmt.Sprintf(
			"all its sequences (%d) are in the training or the validation part of the run, so scores of them say little; give it others, or score them all the same with --all", f.Seen.LeftOut)}
	}
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
	d := &Data{p, k.Config, &source{k.Config, set}}
	in, err := r.Inputs(func(task.Network) (task.Data, error) { return d, nil })
	return d, in, err
}

// fresh picks the sequences that a run has not learnt from.
func fresh(part *labelled.Subset, own *labelled.Prepared, all bool) (*labelled.Subset, task.Sightings) {
	known := map[string]bool{}
	for _, p := range []*labelled.Subset{own.Train, own.Validation} {
		for i := range p.Len() {
			known[content(p.Sequence(i))] = true
		}
	}
	var seen task.Sightings
	var index []int
	for i, n := range part.Index {
		switch {
		case !known[content(part.Sequence(i))]:
		case all:
			seen.Scored++
		default:
			seen.LeftOut++
			continue
		}
		index = append(index, n)
	}
	return &labelled.Subset{Name: part.Name, Prepared: part.Prepared, Index: index}, seen
}

// content is what makes two sequences the same one.
func content(s *labelled.Sequence) string { return fmt.Sprint(s.X, s.Values) }
