// Package language answers the questions of task language: which symbol of a text comes next?
package language

import (
	"fmt"

	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/data/text"
	"recur/task"
)

// Task is task language.
type Task struct{}

// columns are the metrics in the order of tables.
var columns = []string{"nats", "bits", "perplexity", "bits_per_byte"}

// Words are how people are told of text.
func (Task) Words() task.Words {
	return task.Words{Example: "text", Metric: "nats", Label: "loss in nats a symbol", Columns: columns, Seen: task.Verb{One: "is in", Many: "are in"}, Fit: "predicts", Command: "recur generate", Methods: methods}
}

// sourceOf is what a config says of its text, or of another file for a run whose vocabulary is known.
func sourceOf(c *configs.Config) text.Source {
	d := &c.Data
	s := text.Source{Documents: d.Documents, Limit: d.Limit, Drawn: true, Seed: d.Split.Seed, Tokens: text.TokensOf(c)}
	if p := d.Corpus; p.Divided() {
		s.Corpus = text.Files{Train: list(p.Train), Validation: list(p.Validation), Test: list(p.Test)}
	} else {
		s.Corpus.Paths = p.All()
	}
	if d.Split != (configs.Split{Seed: d.Split.Seed}) {
		split := d.Split
		s.Split = &split
	}
	return s
}

func list(path string) []string {
	if path == "" {
		return nil
	}
	return []string{path}
}

// Reading estimates what reading a text takes: symbols of a byte or two each, and the counts of the vocabulary.
func (Task) Reading(c *configs.Config, path string) (peak, kept, rows int64) {
	paths := []string{path}
	if path == "" {
		paths = c.Data.Corpus.All()
	}
	size := text.SizeOf(paths)
	kept = size + size/8
	return kept + text.Working, kept, size
}

// Open reads the text of a config.
func (Task) Open(c *configs.Config, note func(string)) (task.Source, error) {
	corpus, err := text.Open(sourceOf(c))
	if err != nil {
		return nil, err
	}
	return &source{c: c, corpus: corpus}, nil
}

// source is text as it was read.
type source struct {
	task.OneWay
	c      *configs.Config
	corpus *text.Corpus
}

// Config is what was asked for.
func (s *source) Config() *configs.Config { return s.c }

// Facts are what is told of the text.
func (s *source) Facts() task.Facts {
	return task.Facts{Name: s.corpus.Name, Hash: s.corpus.Hash, Rows: s.corpus.Train.Len() + s.corpus.Validation.Len() + s.corpus.Test.Len()}
}

// Prepare cuts the parts into what a network of a config reads.
func (s *source) Prepare(c *configs.Config) (task.Data, error) {
	if s.corpus.Train.Len() == 0 {
		return nil, &data.Error{File: s.corpus.Name, Key: "data.split", Message: "the training part has no symbol to predict; make validation and test smaller, or give more text"}
	}
	return newData(c, s), nil
}

// File reads another text with the symbols of a run. Documents that the run has learnt from are left out, as is the text itself.
func (Task) File(r *task.Run, path string, own task.Data, all bool) (*task.File, error) {
	k := r.Networks[0].K
	s := sourceOf(k.Config)
	s.Corpus, s.Split, s.Documents, s.Limit, s.Vocabulary = text.Files{Paths: []string{path}}, nil, k.Data.Text.Documents, 0, k.Data.Text.Vocabulary
	corpus, err := text.Open(s)
	if err != nil {
		return nil, err
	}
	d := newData(k.Config, &source{c: k.Config, corpus: corpus})
	f := &task.File{Data: d, Part: task.PartNamed("test")}
	if f.In, err = r.Inputs(func(task.Network) (task.Data, error) { return d, nil }); err != nil {
		return nil, err
	}
	if own == nil {
		f.Seen.Unknown = d.test.Len()
		return f, nil
	}
	part, seen := fresh(d.test, own.(*Data), corpus, all)
	if f.Seen = seen; part.Len() == 0 {
		return nil, &data.Error{File: corpus.Name, Key: "data.corpus", Message: "all of it is in the training or the validation part of the run, so scores of it say little; give it other text, or score it all the same with --all"}
	}
	f.Part = func(task.Data) data.Examples { return part }
	return f, nil
}

// fresh picks what a run has not learnt from: of documents those that are in neither part, to the letter; of one text all, unless it is
// the run's.
func fresh(test *text.Blocks, own *Data, corpus *text.Corpus, all bool) (*text.Blocks, task.Sightings) {
	if corpus.Documents != text.None {
		index, seen := task.Unseen(contents(test), all, contents(own.train), contents(own.validation))
		return test.Pick(index), seen
	}
	switch same := corpus.Hash == own.from.corpus.Hash; {
	case same && all:
		return test, task.Sightings{Scored: test.Len()}
	case same:
		return test.Pick(nil), task.Sightings{LeftOut: test.Len()}
	}
	return test, task.Sightings{}
}

// contents are documents by their symbols.
func contents(b *text.Blocks) task.Contents {
	var buffer data.TextBuffer
	return task.Contents{Len: b.Len(), Of: func(i int) string {
		_, _, labels := b.Text(i, &buffer)
		return fmt.Sprint(labels)
	}}
}

// kept is what a checkpoint holds of the text.
func (s *source) kept() checkpoint.Data {
	return checkpoint.Data{Text: &checkpoint.Text{Vocabulary: s.corpus.Vocabulary, Documents: s.corpus.Documents}}
}
