// Package labelled answers one question: which sequences have a label or values of their own?
//
// A Set is what files hold: sequences of steps, of different lengths, each with one label (a class) or a row of values. Three
// forms are read: long CSV, a row a step; wide CSV, a row a sequence; and the .ts files of the UEA and UCR archives. Prepare
// cuts a set into parts and fits the scalers on the training part alone.
//
// Letters: N sequences of a batch, T steps, D inputs of a step, K values of a sequence.
package labelled

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"slices"

	"recur/configs"
	"recur/data"
)

// Source says where sequences are and what is what in them. Keys in messages are those of a config.
type Source struct {
	CSV, TS configs.Paths // one of them
	Labels  bool          // a sequence has a label; else it has values
	Every   bool          // with Labels, in long form: every step has one
	Texts   bool          // with Labels, in CSV: they are texts that are to be said of a sequence, each of its own
	TextKey string        // the key that names their column; "": data.target

	Sequence   string   // CSV: the column that names the sequence of a row; "" in wide form where none does
	Inputs     []string // CSV: the columns of the inputs; nil: all that nothing else names
	Label      []string // CSV: the column of the label, or those of the values
	Time       string   // long CSV: the column whose order the rows of a sequence have; "": that of the file
	TimeFormat string   // how its time stamps are written, as data.time_format says; "": it is found out
	Steps      int      // wide CSV: the steps of a row; 0: long form
	Limit      int      // the first sequences of each file that are read; 0: all

	Missing       string   // error | interpolate | forward
	MissingValues []string // what stands for a missing value in CSV

	Dialect data.Dialect // how CSV is written
}

// Limits of a source. They keep a file that is something else from taking all memory.
const (
	maxSteps   = 100_000 // of a sequence
	maxClasses = 10_000
)

// Set is everything that the files of a config hold.
type Set struct {
	Name      string   // for messages
	Hash      string   // SHA-256 of the files in hex
	Inputs    []string // [D] what the inputs of a step are called
	Columns   []string // CSV: the columns of the inputs, in their order; in wide form those of all steps
	Values    []string // [K] what the values of a sequence are called; nil where it has a label
	Classes   []string // the labels, in the order of the source; nil where a sequence has values
	Sequences []Sequence
	Notes     []string // worth saying once

	generated bool // an example is drawn by itself: parts are cut in order
	byStep    bool // scalers count the values of a sequence once a step
}

// Sequence is T steps of D inputs, and what is to be said of them.
type Sequence struct {
	Name   string // "" where the source has none
	File   string
	Line   int       // where it begins
	Part   Part      // that its file belongs to
	X      []float64 // [T,D], missing ones filled in
	Values []float64 // [K]
	Class  int       // number of its label in Classes; -1 where the source has none
	Tags   []int32   // [T] of each step, where each has a label; nil else
}

// Part is a part of the data by its number.
type Part = data.Part

// The parts. Undivided sequences are cut by data.split.
const (
	Undivided  = data.Undivided
	Train      = data.Train
	Validation = data.Validation
	Test       = data.Test
)

// Steps is T of a sequence of d inputs.
func (s *Sequence) Steps(d int) int { return len(s.X) / d }

// Called names sequence i in messages.
func (s *Set) Called(i int) string {
	q := &s.Sequences[i]
	switch {
	case q.Name != "":
		return fmt.Sprintf("sequence %s of %s", q.Name, q.File)
	case q.Line > 0:
		return fmt.Sprintf("the sequence of line %d of %s", q.Line, q.File)
	}
	return fmt.Sprintf("sequence %d of %s", i+1, q.File)
}

// Longest is the number of steps of the longest sequence.
func (s *Set) Longest() (most int) {
	for i := range s.Sequences {
		most = max(most, s.Sequences[i].Steps(len(s.Inputs)))
	}
	return most
}

// Rows is the number of steps of all sequences together.
func (s *Set) Rows() (n int) {
	for i := range s.Sequences {
		n += s.Sequences[i].Steps(len(s.Inputs))
	}
	return n
}

// Read reads the files of a source. Faults of the data are data.Errors.
func Read(s Source) (*Set, error) {
	files, key := s.files()
	r := newReading(s, key)
	for _, f := range []struct {
		path string
		part Part
	}{{files.Path, Undivided}, {files.Train, Train}, {files.Validation, Validation}, {files.Test, Test}} {
		if f.path == "" {
			continue
		}
		if err := r.file(f.path, f.part); err != nil {
			return nil, err
		}
	}
	return r.done()
}

// Known is what another file must agree with.
type Known struct {
	Columns []string  // of the inputs, as Set.Columns; nil where a source names them, or in .ts
	Classes []string  // the labels that there are, which come first
	In      io.Reader // what is read in place of a file: its path is a name for messages then
}

// ReadFile reads another file in the form of a source; all of it is the test part. bare says that its sequences need no label or
// values.
func ReadFile(s Source, path string, known Known, bare bool) (*Set, error) {
	_, key := s.files()
	r := newReading(s, key)
	r.bare = bare
	r.set.Columns = known.Columns
	for _, name := range known.Classes {
		r.classOf(name)
	}
	if err := r.other(path, known.In); err != nil {
		return nil, err
	}
	return r.done()
}

// other reads a file, or what stands for one.
func (r *reading) other(path string, in io.Reader) error {
	if in == nil {
		return r.file(path, Test)
	}
	r.name, r.part = path, Test
	src, err := data.ReadAll(path, in)
	if err != nil {
		return err
	}
	return r.text(src)
}

// files are those of the source, and the key that names them.
func (s *Source) files() (configs.Paths, string) {
	if !s.TS.IsZero() {
		return s.TS, "data.ts"
	}
	return s.CSV, "data.csv"
}

// reading is the reading of the files of one set.
type reading struct {
	s       Source
	style   data.NumberStyle // of the file at hand
	key     string           // that names the files
	bare    bool             // labels and values may be absent
	sum     hash.Hash
	set     *Set
	classes map[string]int
	name    string // of the file at hand, for messages
	part    Part
	absent  data.Absent
	before  int // sequences of the files before
}

func newReading(s Source, key string) *reading {
	return &reading{s: s, style: data.Plain, key: key, absent: data.AbsentOf(s.MissingValues), sum: sha256.New(), set: &Set{}, classes: map[string]int{}}
}

func (r *reading) file(path string, part Part) error {
	r.name, r.part = data.ShortPath(path), part
	src, err := r.content(path)
	if err != nil {
		return err
	}
	return r.text(src)
}

// content is that of a file, or of an embedded one: those are .ts files with a label.
func (r *reading) content(path string) ([]byte, error) {
	if r.key == "data.ts" && data.IsBuiltin(path) {
		_, src, err := data.Builtin(path, r.key, configs.BuiltinSequences)
		return src, err
	}
	return data.ReadLimited(r.name, path)
}

// text reads what a file holds.
func (r *reading) text(src []byte) error {
	if r.set.Name == "" {
		r.set.Name = r.name
	}
	r.before = len(r.set.Sequences)
	if err := r.source(src); err != nil {
		return err
	}
	if len(r.set.Sequences) == r.before {
		return data.Errors{data.Fault(r.name, 0, 0, r.key, "holds no sequence")}
	}
	return nil
}

// full reports whether as many sequences of the file at hand have been read as were asked for.
func (r *reading) full() bool { return r.s.Limit > 0 && len(r.set.Sequences)-r.before >= r.s.Limit }

// source reads one file.
func (r *reading) source(src []byte) error {
	r.sum.Write(src)
	dialect := r.s.Dialect
	if r.key == "data.ts" {
		dialect = data.Dialect{}
	}
	if r.key == "data.ts" {
		text, notes, err := dialect.Plain(r.name, src)
		if err != nil {
			return err
		}
		r.set.Notes = append(r.set.Notes, notes...)
		return r.ts(text)
	}
	text, err := dialect.CSV(r.name, src, r.readColumns())
	if err != nil {
		return err
	}
	r.set.Notes, r.absent = append(r.set.Notes, text.Notes...), text.Absent(r.s.MissingValues)
	switch {
	case r.s.Steps > 0:
		return r.wide(text)
	}
	return r.long(text)
}

// readColumns are the columns that are read, nil for all.
func (r *reading) readColumns() []string {
	inputs := r.s.Inputs
	if len(inputs) == 0 {
		inputs = r.set.Columns
	}
	if len(inputs) == 0 {
		return nil
	}
	return slices.Concat(inputs, r.s.Label, []string{r.s.Sequence, r.s.Time})
}

// done ends the reading of all files.
func (r *reading) done() (*Set, error) {
	s := r.set
	s.Hash = hex.EncodeToString(r.sum.Sum(nil))
	if len(s.Sequences) == 0 {
		return nil, data.Errors{data.Fault(s.Name, 0, 0, r.key, "holds no sequence")}
	}
	if r.s.Labels && !r.s.Texts && !r.bare && len(s.Classes) < 2 {
		return nil, data.Errors{data.Fault(s.Name, 0, 0, r.labelKey(), "all %d sequences have the label %s: there is nothing to tell apart", len(s.Sequences), data.Quoted(s.Classes[0]))}
	}
	return s, nil
}

// labelKey is the key that names labels or values.
func (r *reading) labelKey() string {
	switch {
	case r.key == "data.ts":
		return r.key
	case r.s.Texts:
		return cmp.Or(r.s.TextKey, "data.target")
	}
	return "data.label"
}

// classOf is the number of a label.
func (r *reading) classOf(label string) int {
	n, ok := r.classes[label]
	if !ok {
		n = len(r.set.Classes)
		r.classes[label] = n
		r.set.Classes = append(r.set.Classes, label)
	}
	return n
}

// sameInputs keeps the names of the inputs of the first file, and says whether another has as many.
func (r *reading) sameInputs(names []string) error {
	if r.set.Inputs == nil {
		r.set.Inputs = names
	}
	if len(names) != len(r.set.Inputs) {
		return data.Errors{data.Fault(r.name, 0, 0, r.key, "has %s a step, and %s has %d; all files have the same inputs: correct %s", data.Count(len(names), "input", "inputs"), r.set.Name, len(r.set.Inputs), r.key)}
	}
	return nil
}
