package labelled

import (
	"fmt"
	"math"
	"slices"

	"recur/configs"
	"recur/data"
)

// Prepared is a set cut into parts, with the scalers that were fitted on its training sequences.
type Prepared struct {
	Options    Options
	Set        *Set
	Scalers    Scalers
	Train      *Subset
	Validation *Subset // may be empty
	Test       *Subset // may be empty
	Steps      int     // T of a batch: the steps of the longest sequence
	Notes      []string
}

// Options say how a set is cut and scaled.
type Options struct {
	Split   *configs.Split // nil: the parts have files of their own
	Seed    uint64         // of the draw
	Ordered bool           // in the order of the source instead of drawn
	Scale   string         // standard | minmax | none
	Float64 bool           // the network's numbers have 64 bits
}

// Scalers map what a network reads and gives to the units of the data: data = scaled·Scale + Offset.
type Scalers struct {
	Inputs data.Scaler // [D]
	Values data.Scaler // [K]; of no numbers where sequences have labels
}

// Prepare splits a set, and fits the scalers on its training sequences.
func Prepare(set *Set, o Options) (*Prepared, error) {
	q := &Prepared{Options: o, Set: set, Steps: set.Longest(), Notes: slices.Clone(set.Notes)}
	parts, err := divide(set, o)
	if err != nil {
		return nil, err
	}
	q.Train, q.Validation, q.Test = q.subset("train", parts[0]), q.subset("validation", parts[1]), q.subset("test", parts[2])
	q.noteLabels()
	if n := len(set.Sequences) - len(parts[0]) - len(parts[1]) - len(parts[2]); n > 0 {
		q.Notes = append(q.Notes, fmt.Sprintf("data.split counts whole sequences: %s in no part and left out", data.Count(n, "sequence is", "sequences are")))
	}
	if err := q.fit(o.Scale); err != nil {
		return nil, err
	}
	return q, q.checkRange()
}

// PrepareWith prepares another set with what a training fitted: all of it is the test part.
func PrepareWith(set *Set, o Options, fitted Scalers) (*Prepared, error) {
	if d := len(fitted.Inputs.Offset); len(set.Inputs) != d {
		return nil, data.Errors{data.Fault(set.Name, 0, 0, "data.inputs", "has %s a step, and the network reads %d", data.Count(len(set.Inputs), "input", "inputs"), d)}
	}
	q := &Prepared{Options: o, Set: set, Steps: set.Longest(), Scalers: fitted, Notes: slices.Clone(set.Notes)}
	all := make([]int, len(set.Sequences))
	for i := range all {
		all[i] = i
	}
	q.Train, q.Validation, q.Test = q.subset("train", nil), q.subset("validation", nil), q.subset("test", all)
	q.fillMeans()
	return q, q.checkRange()
}

func (q *Prepared) subset(name string, index []int) *Subset {
	return &Subset{Name: name, Prepared: q, Index: index}
}

// divide gives the numbers of the sequences of each part; where they have labels every label has its share of each part.
func divide(set *Set, o Options) (parts [3][]int, err error) {
	d := data.Division{Split: o.Split, Seed: o.Seed, Ordered: o.Ordered, Classes: len(set.Classes), Name: set.Name, Things: [2]string{"sequence", "sequences"}}
	if len(set.Sequences) > 0 && set.Sequences[0].Tags != nil {
		d.Classes = 0 // a sequence has many
	}
	if set.generated {
		d.Things = [2]string{"example", "examples"}
	}
	return d.Divide(len(set.Sequences), func(i int) (data.Part, int) { return set.Sequences[i].Part, set.Sequences[i].Class })
}

// fit fits the scalers on the training sequences.
func (q *Prepared) fit(kind string) error {
	d := len(q.Set.Inputs)
	var rows, values []float64
	for _, i := range q.Train.Index {
		rows = append(rows, q.Set.Sequences[i].X...)
		times := 1
		if q.Set.byStep {
			times = q.Set.Sequences[i].Steps(d)
		}
		for range times {
			values = append(values, q.Set.Sequences[i].Values...)
		}
	}
	var flat []int
	q.Scalers.Inputs, flat = data.FitScaler(kind, rows, unknown(rows), d)
	for _, c := range flat {
		q.Notes = append(q.Notes, fmt.Sprintf("input %s does not change in the training part", q.Set.Inputs[c]))
	}
	if k := len(q.Set.Values); k > 0 {
		if q.Scalers.Values, flat = data.FitScaler(kind, values, make([]bool, len(values)), k); len(flat) > 0 {
			other := "give data.split a training part that has several values"
			if len(q.Set.Columns) > 0 {
				other = "name another column in data.label, or " + other
			}
			return data.Errors{data.Fault(q.Set.Name, 0, 0, "data.label", "%s has the same value in the whole training part (%s): there is nothing to learn; %s", q.Set.Values[flat[0]], data.Count(q.Train.Len(), "sequence", "sequences"), other)}
		}
	}
	q.fillMeans()
	return nil
}

// fillMeans puts the mean of the training part (the offset of its scaler) in place of inputs that are never known in a
// sequence.
func (q *Prepared) fillMeans() {
	d := len(q.Set.Inputs)
	for s := range q.Set.Sequences {
		for i, v := range q.Set.Sequences[s].X {
			if math.IsNaN(v) {
				q.Set.Sequences[s].X[i] = q.Scalers.Inputs.Offset[i%d]
			}
		}
	}
}

// checkRange refuses inputs and values that the network's type can't hold once they are scaled.
func (q *Prepared) checkRange() error {
	if q.Options.Float64 {
		return nil
	}
	bad := data.Faults{File: q.Set.Name}
	look := func(line int, what []string, values []float64, s data.Scaler) {
		if c, v, found := s.TooLarge(values, math.MaxFloat32); found {
			bad.Add(line, 0, "data.scale", "%s has the value %g, which float32 can't hold (scaled by data.scale %s); set model.dtype: float64, or scale the column", what[c], v, s.Kind)
		}
	}
	for i := range q.Set.Sequences {
		one := &q.Set.Sequences[i]
		look(one.Line, q.Set.Inputs, one.X, q.Scalers.Inputs)
		look(one.Line, q.Set.Values, one.Values, q.Scalers.Values)
	}
	return bad.Err()
}

// Part is a part by its name: train, validation or test; nil for another one.
func (q *Prepared) Part(name string) *Subset {
	switch name {
	case "train":
		return q.Train
	case "validation":
		return q.Validation
	case "test":
		return q.Test
	}
	return nil
}
