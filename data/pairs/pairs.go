// Package pairs answers one question: which sequences are to be said of which others?
//
// A Set is what files hold: pairs of a source and a target, both texts, or sources of numbers with a target of text. Texts come from a
// file with a column of each (CSV, TSV, JSON lines), or from two files line by line; numbers from the forms of data/labelled. Prepare cuts
// a set into parts, learns a vocabulary of each side from the training part alone, and numbers the symbols.
//
// Letters: N pairs of a batch, T steps of a source, S of a target, V symbols of the vocabulary of targets.
package pairs

import (
	"fmt"
	"io"

	"recur/configs"
	"recur/data"
	"recur/data/labelled"
	"recur/data/text"
)

// Source says where pairs are, and what is what in them. Keys in messages are those of a config.
type Source struct {
	CSV            text.Paths         // data.csv: .csv, .tsv (fields parted by tabs) or .jsonl (JSON lines: an object a line)
	Source, Target string             // its columns: data.source, data.target
	Parallel       Parallel           // data.parallel, in place of CSV
	Numbers        *labelled.Source   // sources are sequences of numbers; targets then are its Label, and CSV, Source and Parallel are not read
	Synthetic      *configs.Synthetic // data.synthetic: generated, in place of files

	Limit   int          // the first pairs of each file that are read; 0: all
	Dialect data.Dialect // how CSV is written
}

// Parallel are files of which one holds the sources and the other the targets, line by line.
type Parallel struct{ Sources, Targets text.Paths }

// Set is the pairs of a source.
type Set struct {
	Name  string // for messages
	Hash  string // SHA-256 of the files in hex
	Pairs []Pair
	Notes []string // worth saying once

	numbers *labelled.Set // the sources of all pairs, where they are numbers
}

// Pair is a source and what is to be said of it.
type Pair struct {
	Source string // "" where sources are numbers
	Target string
	Known  bool   // Target is known: to predict it need not be
	Name   string // what the file calls a sequence of numbers; "" where it has no name
	File   string
	Line   int    // where the source begins; 0 where it is generated
	Other  string // the file of the target, where it is another one
	Part   data.Part
}

// Called names pair i in messages.
func (s *Set) Called(i int) string {
	p := &s.Pairs[i]
	switch {
	case s.numbers != nil:
		return s.numbers.Called(i)
	case p.Line == 0:
		return fmt.Sprintf("pair %d of %s", i+1, p.File)
	case p.Other != "":
		return fmt.Sprintf("the pair of line %d of %s and %s", p.Line, p.File, p.Other)
	}
	return fmt.Sprintf("the pair of line %d of %s", p.Line, p.File)
}

// Numbers says that sources are numbers.
func (s *Set) Numbers() bool { return s.numbers != nil }

// Inputs are what the numbers of a step are called; nil where sources are texts.
func (s *Set) Inputs() []string {
	if s.numbers == nil {
		return nil
	}
	return s.numbers.Inputs
}

// Columns are those of the inputs in CSV, which another file must have too; nil where sources are texts.
func (s *Set) Columns() []string {
	if s.numbers == nil {
		return nil
	}
	return s.numbers.Columns
}

// Open reads or generates the pairs of a source. Faults of the data are data.Errors.
func Open(s Source) (*Set, error) {
	switch {
	case s.Synthetic != nil:
		return Generate(*s.Synthetic)
	case s.Numbers != nil:
		return openNumbers(s)
	}
	r := newReading(s)
	for _, part := range []data.Part{data.Undivided, data.Train, data.Validation, data.Test} {
		var err error
		if r.part = part; r.key == "data.parallel" {
			err = r.parallel(pathOf(s.Parallel.Sources, part), pathOf(s.Parallel.Targets, part))
		} else {
			err = r.file(pathOf(s.CSV, part))
		}
		if err != nil {
			return nil, err
		}
	}
	return r.done()
}

// pathOf is the path of a part; "" where it has none.
func pathOf(p text.Paths, part data.Part) string {
	return [...]string{data.Undivided: p.Path, data.Train: p.Train, data.Validation: p.Validation, data.Test: p.Test}[part]
}

// Other is what is read beside the data of a training, to score it or to predict its targets. All of it is the test part.
type Other struct {
	// Paths are a file, or those of sources and targets. A file that is no .csv, .tsv or .jsonl holds a source a line, and can be predicted
	// alone.
	Paths []string
	In    io.Reader // in place of a file: sources line by line, or numbers in the form of the source; the first path is its name in messages
	Bare  bool      // targets may be absent, and sources empty: an example for each line, in their order

	Columns []string // of the inputs of the training: Set.Columns
}

// OpenOther reads another file in the form of a source.
func OpenOther(s Source, o Other) (*Set, error) {
	s.Limit = 0 // which is for trying out a training
	if s.Numbers != nil {
		return otherNumbers(s, o)
	}
	s.Parallel, s.CSV = Parallel{}, text.Paths{}
	if len(o.Paths) == 2 {
		s.Parallel = Parallel{Sources: text.Paths{Test: o.Paths[0]}, Targets: text.Paths{Test: o.Paths[1]}}
	}
	r := newReading(s)
	r.bare, r.part = o.Bare, data.Test
	var err error
	switch {
	case o.In != nil:
		err = r.stream(o.Paths[0], o.In)
	case len(o.Paths) == 2:
		err = r.parallel(o.Paths[0], o.Paths[1])
	case holdsRecords(o.Paths[0]):
		r.columns()
		err = r.file(o.Paths[0])
	case !o.Bare:
		name := data.ShortPath(o.Paths[0])
		err = data.Errors{data.Fault(name, 0, 0, "data.parallel", "holds sources alone, and scores need their targets; name the file of the targets behind it, with a comma between them (SOURCES,TARGETS), or a .csv, .tsv or .jsonl that has both")}
	default:
		err = r.sources(o.Paths[0])
	}
	if err != nil {
		return nil, err
	}
	return r.done()
}
