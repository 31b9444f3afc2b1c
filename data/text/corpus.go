package text

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"math"

	"recur/configs"
	"recur/data"
)

// What separates documents: data.documents.
const (
	None      = "none"       // all is one text
	Line      = "line"       // a line is a document
	BlankLine = "blank_line" // documents stand between empty lines
	File      = "file"       // a file is a document
)

// Source says where a corpus is and how it is read. Keys in messages are those of a config.
type Source struct {
	Corpus    Files
	Documents string // none (also for ""), line, blank_line or file
	Tokens    Tokens
	// Limit is how many documents of each list of files are read; with none how many characters (bytes, words) of what is cut.
	// 0: all.
	Limit int

	// Split cuts what has no part of its own: in the order of the text, or drawn by Seed. Without documents shares and steps are
	// of characters (bytes, words), rounded down; else of documents. nil: the parts have files of their own.
	Split *configs.Split
	Drawn bool
	Seed  uint64

	// Vocabulary is that of a run, for which Tokens then stand; nil: it is built from the training part.
	Vocabulary *Vocabulary
}

// Corpus is the text of a source as numbers.
type Corpus struct {
	Name       string // for messages
	Hash       string // SHA-256 of the files in hex
	Documents  string
	Vocabulary *Vocabulary
	Train      *Part
	Validation *Part // may be empty
	Test       *Part // may be empty
	Notes      []string
}

// Part is the text of one part. Where there are documents it begins with an end symbol and each of them ends with one.
type Part struct {
	Name      string // train | validation | test
	Symbols   *Symbols
	Context   int   // symbols at the start that are the end of the part before: they are read and not predicted
	Documents int   // 0 where the text is one
	Unknown   int64 // symbols that the vocabulary lacks
	Shortened int   // documents of which data.tokens.max_length left out the end
	Repeated  int   // documents that stand in a part before this one too, to the letter

	vocabulary *Vocabulary
	end        int32 // the number of the end symbol; -1 where the text is one
}

// context is how many symbols of the part before a part begins with: enough to warm a state up.
const context = 1024

// Len is the number of symbols that are to be predicted; a nil part has none.
func (p *Part) Len() int {
	if p == nil {
		return 0
	}
	return max(0, p.Symbols.Len()-p.first()-1)
}

// first is the place of the symbol from which the first prediction is made.
func (p *Part) first() int { return max(p.Context, 1) - 1 }

// UnknownShare is the share of the text of a part that the vocabulary lacks, from 0 to 1.
func (p *Part) UnknownShare() float64 {
	if p.Len() == 0 {
		return 0
	}
	return float64(p.Unknown) / float64(p.Symbols.Len()-p.Context)
}

// Open reads a corpus: once to check, measure and hash it, once to count the symbols of the training part, once to number them.
// A corpus is never in memory as text. Faults of the data are data.Errors.
func Open(s Source) (*Corpus, error) {
	r, err := newReading(s)
	if err != nil {
		return nil, err
	}
	if r.inputs, err = s.Corpus.list(r.key); err != nil {
		return nil, err
	}
	return r.read()
}

// reading is the reading of one corpus.
type reading struct {
	source Source
	key    string // that names the files
	tokens Tokens
	inputs []input
	file   func(path string) (io.ReadCloser, error)
	sum    hash.Hash
	block  []byte
	notes  []string

	vocabulary *Vocabulary
	ends       [3]int64 // where the parts of what is cut end: how many units or documents come before
	drawn      []data.Part
	hashes     []uint64 // of documents, in order
	empty      int      // documents without text
	ended      int      // documents with text of this list, so far
}

func newReading(s Source) (*reading, error) {
	r := &reading{source: s, key: "data.corpus", file: onDisk, sum: sha256.New(), vocabulary: s.Vocabulary}
	if s.Vocabulary != nil {
		r.tokens = s.Vocabulary.tokens
	} else {
		var err error
		if r.tokens, err = s.Tokens.Resolved(); err != nil {
			return nil, err
		}
	}
	if r.source.Documents == "" {
		r.source.Documents = None
	}
	switch r.source.Documents {
	case None:
		if r.tokens.MaxLength > 0 {
			return nil, data.Errors{data.Fault("data.tokens.max_length", 0, 0, "data.tokens.max_length", "it shortens documents, and data.documents is none; remove it, or use data.limit to read the beginning of a text")}
		}
	case Line, BlankLine, File:
	default:
		return nil, data.Errors{data.Fault("data.documents", 0, 0, "data.documents", "%q is unknown; want none, line, blank_line or file", s.Documents)}
	}
	if v := s.Vocabulary; v != nil && r.documents() && v.Number(End) < 0 {
		return nil, data.Errors{data.Fault("data.documents", 0, 0, "data.documents", "is %s, and the vocabulary of the run has no end symbol: it was trained with data.documents: none", s.Documents)}
	}
	return r, nil
}

func (r *reading) documents() bool { return r.source.Documents != None }

func (r *reading) note(format string, args ...any) {
	r.notes = append(r.notes, fmt.Sprintf(format, args...))
}

func (r *reading) name() string { return r.inputs[0].name }

// read makes the corpus of the inputs.
func (r *reading) read() (*Corpus, error) {
	if err := r.checkAll(); err != nil {
		return nil, err
	}
	if err := r.cut(); err != nil {
		return nil, err
	}
	if r.vocabulary == nil {
		if err := r.count(); err != nil {
			return nil, err
		}
	}
	parts, err := r.encode()
	if err != nil {
		return nil, err
	}
	c := &Corpus{Name: r.name(), Hash: hex.EncodeToString(r.sum.Sum(nil)), Documents: r.source.Documents, Vocabulary: r.vocabulary,
		Train: parts[0], Validation: parts[1], Test: parts[2]}
	r.finish(c)
	return c, nil
}

func (r *reading) checkAll() error {
	total := int64(0)
	for i := range r.inputs {
		in := &r.inputs[i]
		if err := r.check(in); err != nil {
			return err
		}
		if total += in.size; total > maxCorpus {
			return data.Errors{data.Fault(in.name, 0, 0, r.key, "with it there are %d bytes, more than the limit of %d; use data.limit, or fewer files", total, int64(maxCorpus))}
		}
		if in.size == 0 && len(r.inputs) > 1 {
			r.note("%s: the file is empty", in.name)
		}
	}
	if total == 0 {
		return data.Errors{data.Fault(r.name(), 0, 0, r.key, "the file is empty")}
	}
	return nil
}

// cut finds where parts end. It counts units of the text, or documents.
func (r *reading) cut() error {
	if r.inputs[0].part > data.Train && r.source.Vocabulary == nil {
		return data.Errors{data.Fault(r.name(), 0, 0, r.key, "no file is for training; name one as train")}
	}
	m := &measure{meter: meter{unit: r.tokens.Unit}, hash: hashStart}
	var parts []data.Part // of documents
	err := r.walk(walker{text: func(in *input, b []byte) {
		if in.part <= data.Train && !r.documents() {
			m.count(b)
		}
		if r.documents() {
			m.add(b)
		}
	}, end: func(in *input) {
		if m.inside = false; r.documents() {
			parts = append(parts, in.part)
			r.hashes = append(r.hashes, m.take())
		}
	}})
	if err != nil {
		return err
	}
	if r.documents() {
		return r.cutDocuments(parts)
	}
	return r.cutText(m.n)
}

// cutText finds the ends of the parts of a text of n units.
func (r *reading) cutText(n int64) error {
	if limit := int64(r.source.Limit); limit > 0 {
		n = min(n, limit)
	}
	byFile := r.byFile()
	s := r.source.Split
	r.ends = [3]int64{n, n, n}
	switch {
	case n == 0 && (!byFile || r.inputs[0].part == data.Train):
		return data.Errors{data.Fault(r.name(), 0, 0, r.key, "holds no %s: there is nothing but white space", r.unit())}
	case s == nil && !byFile && r.source.Vocabulary != nil: // a file that is scored
		r.ends = [3]int64{0, 0, n}
	case s == nil && !byFile:
		return data.Errors{data.Fault(r.name(), 0, 0, "data.split", "nothing says which part of the text is for training; give data.split, or files for train, validation and test")}
	case s != nil && s.Steps && s.Train >= 1:
		r.ends[0] = min(n, int64(s.Train))
		r.ends[1] = min(n, r.ends[0]+int64(s.Validation))
		r.ends[2] = min(n, r.ends[1]+int64(s.Test))
	case s != nil && s.Steps:
		r.ends[1] = max(0, n-int64(s.Test))
		r.ends[0] = max(0, r.ends[1]-int64(s.Validation))
	case s != nil:
		r.ends[0] = share(s.Train, n)
		r.ends[1] = min(n, share(s.Train+s.Validation, n))
	}
	if byFile && s != nil && !s.Steps {
		r.ends[1] = n
	}
	if r.ends[0] == 0 && r.source.Vocabulary == nil {
		return data.Errors{data.Fault(r.name(), 0, 0, "data.split", "there are %s, and none of them is left for training; make validation and test smaller", data.Count(int(n), r.unit(), r.unit()+"s"))}
	}
	return nil
}

// share is that part of n, rounded down but for what floats get wrong.
func share(of float64, n int64) int64 { return int64(math.Floor(of*float64(n) + 1e-6)) }

func (r *reading) unit() string {
	switch r.tokens.Unit {
	case Byte, Word:
		return r.tokens.Unit
	}
	return Character
}

// byFile says that the parts have files of their own.
func (r *reading) byFile() bool { return r.inputs[0].part != data.Undivided }

// cutDocuments gives every document its part.
func (r *reading) cutDocuments(parts []data.Part) error {
	if len(parts) == 0 {
		return data.Errors{data.Fault(r.name(), 0, 0, r.key, "holds no document: there is nothing but white space")}
	}
	r.drawn = parts
	if r.source.Vocabulary != nil && r.source.Split == nil {
		return nil
	}
	d := data.Division{Split: r.source.Split, Seed: r.source.Seed, Ordered: !r.source.Drawn, Name: r.name(), Things: [2]string{"document", "documents"}}
	divided, err := d.Divide(len(parts), func(i int) (data.Part, int) { return parts[i], 0 })
	if err != nil {
		return err
	}
	r.drawn = make([]data.Part, len(parts)) // Undivided: left out
	for p, index := range divided {
		for _, i := range index {
			r.drawn[i] = data.Part(p + 1)
		}
	}
	return nil
}

// finish tells what is worth a note.
func (r *reading) finish(c *Corpus) {
	c.Notes = r.notes
	note := func(format string, args ...any) { c.Notes = append(c.Notes, fmt.Sprintf(format, args...)) }
	if r.empty > 0 {
		note("%s: %s without text left out", c.Name, data.Count(r.empty, "document", "documents"))
	}
	r.repeated(c)
	for _, p := range []*Part{c.Train, c.Validation, c.Test} {
		if p.Shortened > 0 {
			note("%s of the %s part %s longer than data.tokens.max_length: %d symbols are kept of each", data.Count(p.Shortened, "document", "documents"), p.Name,
				map[bool]string{true: "is", false: "are"}[p.Shortened == 1], r.tokens.MaxLength)
		}
		if p.Repeated > 0 {
			note("%d of %s of the %s part also stand in a part before it, to the letter: scores on them are partly memory", p.Repeated, data.Count(p.Documents, "document", "documents"), p.Name)
		}
	}
}
