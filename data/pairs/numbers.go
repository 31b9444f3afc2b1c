package pairs

import (
	"math"

	"recur/data"
	"recur/data/labelled"
)

// openNumbers reads sources of numbers, with their targets.
func openNumbers(s Source) (*Set, error) {
	from := s.numbered()
	read, err := labelled.Read(from)
	if err != nil {
		return nil, err
	}
	return ofNumbers(read, false)
}

// otherNumbers reads another file of them.
func otherNumbers(s Source, o Other) (*Set, error) {
	if len(o.Paths) > 1 {
		return nil, data.Errors{data.Fault(data.ShortPath(o.Paths[1]), 0, 0, "data.target", "is a second file, and the sources are numbers whose targets stand in the same file, in column %s; name that one file", data.Quoted(s.Target))}
	}
	from := s.numbered()
	read, err := labelled.ReadFile(from, o.Paths[0], labelled.Known{Columns: o.Columns, In: o.In}, o.Bare)
	if err != nil {
		return nil, err
	}
	return ofNumbers(read, o.Bare)
}

// numbered is where sequences of numbers are, each with a text of its own.
func (s *Source) numbered() labelled.Source {
	from := *s.Numbers
	from.Labels, from.Texts, from.Limit = true, true, s.Limit
	if s.Target != "" {
		from.Label = []string{s.Target}
	}
	return from
}

// ofNumbers makes pairs of sequences and their texts.
func ofNumbers(read *labelled.Set, bare bool) (*Set, error) {
	bad := data.Faults{File: read.Name}
	set := &Set{Name: read.Name, Hash: read.Hash, Notes: read.Notes, numbers: read, Pairs: make([]Pair, len(read.Sequences))}
	for i := range read.Sequences {
		q := &read.Sequences[i]
		set.Pairs[i] = Pair{Name: q.Name, File: q.File, Line: q.Line, Part: q.Part, Known: q.Class >= 0}
		if q.Class >= 0 {
			set.Pairs[i].Target = read.Classes[q.Class]
		}
		if set.Pairs[i].Target != "" {
			continue
		}
		if set.Pairs[i].Known = false; !bare {
			bad.File = q.File
			bad.Add(q.Line, 0, "data.target", "%s has no target; every sequence needs one: remove those without", set.Called(i))
		}
	}
	return set, bad.Err()
}

// fitNumbers fits the scaler of inputs on the training part.
func (q *Prepared) fitNumbers() {
	var rows []float64
	for _, i := range q.Train.Index {
		rows = append(rows, q.Set.numbers.Sequences[i].X...)
	}
	missing := make([]bool, len(rows))
	for i, v := range rows {
		missing[i] = math.IsNaN(v)
	}
	var flat []int
	q.Inputs, flat = data.FitScaler(q.options.Scale, rows, missing, len(q.Set.Inputs()))
	for _, c := range flat {
		q.note("input %s does not change in the training part", q.Set.Inputs()[c])
	}
}

// readNumbers are the sources as a network reads them, scaled.
func (q *Prepared) readNumbers() (data.Ragged, error) {
	all, err := labelled.PrepareWith(q.Set.numbers, labelled.Options{Float64: q.options.Float64}, labelled.Scalers{Inputs: q.Inputs})
	if err != nil {
		return nil, err
	}
	return all.Test.Classes(), nil
}
