package audio

import (
	"math"

	"recur/data"
	"recur/data/labelled"
)

// openLong reads utterances of rows that are frames.
func openLong(s Source) (*Set, error) {
	if err := s.Features.Check(); err != nil {
		return nil, wrapped(err)
	}
	read, err := labelled.Read(s.long())
	if err != nil {
		return nil, err
	}
	return ofLong(s, read, false)
}

// otherLong reads another file of them.
func otherLong(s Source, path string, known Known, bare bool) (*Set, error) {
	read, err := labelled.ReadFile(s.long(), path, labelled.Known{Columns: known.Columns}, bare)
	if err != nil {
		return nil, err
	}
	set, err := ofLong(s, read, bare)
	if err == nil && known.D > 0 && set.D != known.D {
		err = data.Errors{data.Fault(set.Name, 0, 0, "data.inputs", "has %d numbers a frame, and the network reads %d; name the same columns (data.inputs)", set.D, known.D)}
	}
	return set, err
}

// long is where sequences of numbers are, each with a transcript.
func (s *Source) long() labelled.Source {
	from := *s.Numbers
	from.Labels, from.Texts, from.TextKey, from.Limit = true, true, "data.transcript", s.Limit
	if s.Transcript != "" {
		from.Label = []string{s.Transcript}
	}
	return from
}

// ofLong makes utterances of sequences.
func ofLong(s Source, read *labelled.Set, bare bool) (*Set, error) {
	d := len(read.Inputs)
	set := &Set{Name: read.Name, Hash: read.Hash, Columns: read.Columns, Features: s.Features, Notes: read.Notes, Utterances: make([]Utterance, len(read.Sequences))}
	bad := data.Faults{File: read.Name}
	for i := range read.Sequences {
		q := &read.Sequences[i]
		bad.File = q.File
		x := make([]float32, len(q.X))
		for k, v := range q.X {
			if x[k] = float32(v); math.IsNaN(v) || math.Abs(v) > maxFloat {
				bad.Add(q.Line, 0, "data.missing", "%s of sequence %s is never known, or too large for a number of 32 bits; leave the sequence or the column out", data.Quoted(read.Inputs[k%d]), data.Quoted(q.Name))
				break
			}
		}
		u := Utterance{Name: q.Name, File: q.File, Line: q.Line, Part: q.Part, Seconds: float64(len(x)/d) * s.Features.Step / 1000, sum: sumOf(x)}
		if u.Known = q.Class >= 0; u.Known {
			u.Transcript = read.Classes[q.Class]
		}
		if u.Known = u.Transcript != ""; !u.Known && !bare {
			bad.Add(q.Line, 0, "data.transcript", "sequence %s has no transcript (data.transcript); every utterance needs one: remove those without", data.Quoted(q.Name))
		}
		u.numbers = func() ([]float32, int, error) { return x, d, nil }
		u.X, set.D = s.Features.Finish(x, d)
		set.Utterances[i] = u
	}
	return set, bad.Err()
}
