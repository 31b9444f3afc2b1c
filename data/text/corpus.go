package text

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"

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

// First is the place in Symbols of the last symbol that is read and not predicted; a nil part has none, and it is 0.
func (p *Part) First() int {
	if p == nil {
		return 0
	}
	return p.first()
}

// Vocabulary numbers the symbols.
func (p *Part) Vocabulary() *Vocabulary { return p.vocabulary }

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
	ends       [3]int64    // where the parts of what is cut end: how many units or documents come before
	drawn      []data.Part // the part of each document; Undivided: left out
	lines      int         // of all files
	hashes     []uint64    // of documents, in order
	empty      int         // documents without text
	ended      int         // documents with text of this list, so far
}

func newReading(s Source) (*reading, error) {
	r := &reading{source: s, key: "data.corpus", file: opened, sum: sha256.New(), vocabulary: s.Vocabulary}
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

// maxHashes is how many documents may be compared to each other: more would take a good part of the memory of a text.
const maxHashes = 8_000_000

// cut finds where parts end. It counts units of the text, or documents.
func (r *reading) cut() error {
	if r.inputs[0].part > data.Train && r.source.Vocabulary == nil {
		return data.Errors{data.Fault(r.name(), 0, 0, r.key, "no file is for training; name one as train")}
	}
	m := &measure{meter: meter{unit: r.tokens.Unit}, hash: hashStart}
	var parts []data.Part // of documents
	if r.source.Documents == Line || r.source.Documents == BlankLine {
		parts, r.hashes = make([]data.Part, 0, r.lines), make([]uint64, 0, min(r.lines, maxHashes))
	}
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
			if hash := m.take(); len(r.hashes) < maxHashes {
				r.hashes = append(r.hashes, hash)
			}
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

// finish tells what is worth a note.
func (r *reading) finish(c *Corpus) {
	c.Notes = r.notes
	note := func(format string, args ...any) { c.Notes = append(c.Notes, fmt.Sprintf(format, args...)) }
	if r.empty > 0 {
		note("%s: %s without text left out", c.Name, data.Count(r.empty, "document", "documents"))
	}
	if len(r.drawn) > maxHashes {
		note("%s: there are %d documents, more than %d: whether some stand in two parts was not looked at", c.Name, len(r.drawn), maxHashes)
	} else {
		r.repeated(c)
	}
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

// OpenBytes is Open of a text that is in memory; name is what messages call it. b must stay as it is meanwhile.
func OpenBytes(s Source, name string, b []byte) (*Corpus, error) {
	r, err := newReading(s)
	if err != nil {
		return nil, err
	}
	r.inputs = []input{{path: name, name: name, part: data.Undivided}}
	r.file = func(string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }
	return r.read()
}
