package text

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"path/filepath"
	"strings"

	"recur/configs"
	"recur/data"
)

// Paths name one path, or one for each part.
type Paths struct{ Path, Train, Validation, Test string }

// Labelled says where texts with labels or values are, and what is what in them. Keys in messages are those of a config.
type Labelled struct {
	CSV       Paths // data.csv: .csv, .tsv (fields parted by tabs) or .jsonl (JSON lines: an object a line)
	Directory Paths // data.directory: a folder a class, a file a text; one of the two

	Text  string   // the column of the text
	Label []string // the column of the label, or those of the values
	Value bool     // a text has values; else it has a label

	MissingValues []string     // what stands for a label that is not known
	Limit         int          // the first texts of each file, or of each folder of a directory, that are read; 0: all
	Dialect       data.Dialect // how CSV is written
	Bytes         bool         // data.tokens: byte, for which files of a directory need not be UTF-8
}

// Limits of a source. They keep a file that is something else from taking all memory.
const (
	maxText    = 16 << 20 // bytes of a text
	maxClasses = 10_000
)

// Set is the texts of a source.
type Set struct {
	Name    string   // for messages
	Hash    string   // SHA-256 of the files in hex
	Values  []string // [K] what the values of a text are called; nil where it has a label
	Classes []string // the labels, in the order of the source; nil where texts have values
	Texts   []Text
	Notes   []string
}

// Text is one text, and what is to be said of it.
type Text struct {
	Text   string
	File   string
	Line   int // where it begins; 0 where a file is a text
	Part   data.Part
	Class  int       // number of its label in Classes; -1 where the source has none
	Values []float64 // [K]
}

// Called names text i in messages.
func (s *Set) Called(i int) string {
	t := &s.Texts[i]
	if t.Line == 0 {
		return t.File
	}
	return fmt.Sprintf("the text of line %d of %s", t.Line, t.File)
}

// OpenLabelled reads the texts of a source. Faults of the data are data.Errors.
func OpenLabelled(s Labelled) (*Set, error) {
	r := newTexts(s)
	paths := s.CSV
	if r.key == "data.directory" {
		paths = s.Directory
	}
	for _, f := range []struct {
		path string
		part data.Part
	}{{paths.Path, data.Undivided}, {paths.Train, data.Train}, {paths.Validation, data.Validation}, {paths.Test, data.Test}} {
		if f.path == "" {
			continue
		}
		if err := r.open(f.path, f.part); err != nil {
			return nil, err
		}
	}
	return r.done()
}

// OpenTexts reads another file in the form of a source: its texts need no labels and are the test part. known are the classes
// that there are, which come first.
func OpenTexts(s Labelled, path string, known []string) (*Set, error) {
	r := newTexts(s)
	r.bare = true
	for _, name := range known {
		r.classOf(name)
	}
	if err := r.open(path, data.Test); err != nil {
		return nil, err
	}
	return r.done()
}

// texts is the reading of one set.
type texts struct {
	s       Labelled
	key     string // that names the files
	bare    bool   // labels may be absent
	sum     hash.Hash
	set     *Set
	classes map[string]int
	absent  data.Absent
	name    string // of the file at hand
	part    data.Part
	before  int // texts of other files
	trimmed int // labels with white space around them
}

func newTexts(s Labelled) *texts {
	r := &texts{s: s, key: "data.csv", absent: data.AbsentOf(s.MissingValues), sum: sha256.New(), set: &Set{}, classes: map[string]int{}}
	if s.Directory != (Paths{}) {
		r.key = "data.directory"
	}
	if s.Value {
		r.set.Values = s.Label
	}
	return r
}

func (r *texts) open(path string, part data.Part) error {
	r.name, r.part, r.before = data.ShortPath(path), part, len(r.set.Texts)
	if r.set.Name == "" {
		r.set.Name = r.name
	}
	if r.key == "data.directory" {
		return r.folders(path)
	}
	if data.IsBuiltin(path) {
		file, src, err := data.Builtin(path, r.key, configs.BuiltinTexts)
		if err != nil {
			return wrapped(err)
		}
		return r.source(filepath.Ext(file), src)
	}
	kind := strings.ToLower(filepath.Ext(path))
	if !KnownRecords(kind) {
		return r.fault(0, 0, r.key, "the ending %s says nothing of the form; want .csv, .tsv (tabs) or .jsonl (JSON lines)", data.Quoted(kind))
	}
	src, err := data.ReadLimited(r.name, path)
	if err != nil {
		return wrapped(err)
	}
	return r.source(kind, src)
}

// source reads one file of a kind.
func (r *texts) source(kind string, src []byte) error {
	r.sum.Write(src)
	text, _, err := r.s.Dialect.Plain(r.name, src)
	if err != nil {
		return err
	}
	return r.records(kind, text)
}

func (r *texts) fault(line, column int, key, format string, args ...any) error {
	return data.Errors{data.Fault(r.name, line, column, key, format, args...)}
}

// wrapped makes data.Errors of one fault.
func wrapped(err error) error {
	if one, ok := err.(*data.Error); ok {
		return data.Errors{one}
	}
	return err
}

// full says that no more texts are wanted.
func (r *texts) full() bool { return r.s.Limit > 0 && len(r.set.Texts)-r.before >= r.s.Limit }

// add keeps a text that has been read; labels are what stands in the file.
func (r *texts) add(bad *data.Faults, text Field, labels []Field) {
	if strings.TrimSpace(text.Text) == "" {
		bad.Add(text.Line, text.Column, "data.text", "there is no text here; remove what has none")
		return
	}
	if len(text.Text) > maxText {
		bad.Add(text.Line, text.Column, "data.text", "the text has %d bytes, more than the limit of %d", len(text.Text), maxText)
		return
	}
	t := Text{Text: strings.Clone(text.Text), File: r.name, Line: text.Line, Part: r.part, Class: -1}
	for _, label := range labels {
		if !label.None {
			r.label(bad, &t, text.Line, label.Column, label.Text)
		}
	}
	r.set.Texts = append(r.set.Texts, t)
}

// label keeps a label, or a value.
func (r *texts) label(bad *data.Faults, t *Text, line, column int, label string) {
	bare := strings.TrimSpace(label)
	if len(bare) != len(label) {
		r.trimmed++
	}
	switch {
	case bare == "" || r.absent.Is(bare):
		if !r.bare {
			bad.Add(line, column, "data.label", "the text has no label; every text needs one: remove those without")
		}
	case r.s.Value:
		v, err := data.ParseNumber(bare)
		if err != nil {
			bad.Add(line, column, "data.label", "the label %v", err)
		}
		t.Values = append(t.Values, v)
	default:
		if t.Class = r.classOf(strings.Clone(bare)); t.Class == maxClasses {
			bad.Add(line, column, "data.label", "there are more than %d different labels; is it a column of amounts? Use task: regress", maxClasses)
		}
	}
}

// classOf is the number of a label.
func (r *texts) classOf(label string) int {
	n, ok := r.classes[label]
	if !ok {
		n = len(r.set.Classes)
		r.classes[label] = n
		r.set.Classes = append(r.set.Classes, label)
	}
	return n
}

// done ends the reading of all files.
func (r *texts) done() (*Set, error) {
	s := r.set
	s.Hash = hex.EncodeToString(r.sum.Sum(nil))
	r.name = s.Name
	if len(s.Texts) == 0 {
		return nil, r.fault(0, 0, r.key, "holds no text")
	}
	if !r.s.Value && !r.bare && len(s.Classes) < 2 {
		return nil, r.fault(0, 0, r.labelKey(), "every text has the label %s: there is nothing to tell apart", data.Quoted(s.Classes[0]))
	}
	if r.trimmed > 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("%s: white space around %s is left out", s.Name, data.Count(r.trimmed, "label", "labels")))
	}
	return s, nil
}

func (r *texts) labelKey() string {
	if r.key == "data.directory" {
		return r.key
	}
	return "data.label"
}

// blank says that a line holds nothing.
func blank(line []byte) bool { return len(bytes.TrimSpace(line)) == 0 }
