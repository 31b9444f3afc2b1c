package classify

import (
	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/data/labelled"
	"recur/models"
	"recur/task"
)

// numbers are sequences of numbers.
type numbers struct{ set *labelled.Set }

func (n numbers) facts() task.Facts {
	return task.Facts{Name: n.set.Name, Hash: n.set.Hash, Rows: len(n.set.Sequences)}
}

func (n numbers) prepare(c *configs.Config) (*prepared, error) {
	q, err := labelled.Prepare(n.set, labelled.OptionsOf(c))
	if err != nil {
		return nil, err
	}
	return n.of(q), nil
}

func (n numbers) with(k *checkpoint.Checkpoint) (*prepared, error) {
	q, err := labelled.PrepareWith(n.set, labelled.OptionsOf(k.Config), labelled.Scalers{Inputs: k.Data.Labelled.InputScaler})
	if err != nil {
		return nil, err
	}
	return n.of(q), nil
}

func (n numbers) of(q *labelled.Prepared) *prepared {
	set := q.Set
	return &prepared{
		name: set.Name, hash: set.Hash, classes: set.Classes, notes: q.Notes, steps: q.Steps,
		train: sequences{q.Train.Classes()}, validation: sequences{q.Validation.Classes()}, test: sequences{q.Test.Classes()},
		both:   func() part { return sequences{labelled.Join(q.Train, q.Validation).Classes()} },
		size:   func(s *models.Spec) { s.Inputs = len(set.Inputs) },
		memory: q.Memory,
		keep: func() checkpoint.Labelled {
			return checkpoint.Labelled{Inputs: set.Inputs, Columns: set.Columns, Classes: set.Classes, Steps: q.Steps, InputScaler: q.Scalers.Inputs, ValueScaler: data.Scaler{Kind: q.Scalers.Inputs.Kind}}
		},
		adopt:  func(l *checkpoint.Labelled) bool { return q.Adopt(l.Inputs, l.InputScaler, l.Classes) },
		simple: ofNumbers{inputs: len(set.Inputs)},
	}
}

// sequences are a part of sequences of numbers.
type sequences struct{ labelled.Classed }

// ID is the name of a sequence.
func (s sequences) ID(i int) string { return s.Sequence(i).Name }

// Shown is nothing: numbers say little in a line.
func (sequences) Shown(int) string { return "" }

// Content is the numbers of a sequence.
func (s sequences) Content(i int) string { return s.Sequence(i).Content() }

// Place is where a sequence begins.
func (s sequences) Place(i int) (file string, line int) {
	return s.Sequence(i).File, s.Sequence(i).Line
}

// Pick is some of the sequences.
func (s sequences) Pick(index []int) part { return sequences{s.Subset.Pick(index).Classes()} }

// Unknown is of symbols.
func (sequences) Unknown() float64 { return -1 }
