// Package seq2seq answers the questions of task seq2seq: which sequence is to be said of another one? A translation of a sentence, a summary
// of a text, a date in another form, the words of a movement that was measured.
package seq2seq

import (
	"recur/configs"
	"recur/data/labelled"
	"recur/data/pairs"
	"recur/task"
	"recur/task/outputs"
)

// Task is task seq2seq.
type Task struct{}

// columns are the metrics in the order of tables.
var columns = []string{outputs.Loss, outputs.ExactMatch, outputs.BLEU, outputs.CHRF, outputs.ROUGEL}

// Words are how people are told of pairs. Methods are ordered by chrF, which has a meaning for dates, translations and summaries alike.
func (Task) Words() task.Words {
	return task.Words{Example: "pair", Metric: outputs.CHRFError, Label: "100 − chrF", Columns: columns, Seen: task.Verb{One: "is in", Many: "are in"},
		Paired: "pairs drawn", Fit: "says", Command: "recur predict", Methods: []string{copied, lead, firstSentence, headline, mostFrequent}}
}

// Reading estimates what reading pairs takes.
func (Task) Reading(c *configs.Config, path string) (peak, kept, rows int64) {
	s := pairs.SourceOf(c)
	if s.Numbers != nil {
		return labelled.MemoryToRead(c, path)
	}
	var paths []string
	if path != "" {
		paths = []string{path}
	}
	return s.MemoryToRead(paths)
}

// Open reads the pairs of a config.
func (Task) Open(c *configs.Config, _ func(string)) (task.Source, error) {
	set, err := pairs.Open(pairs.SourceOf(c))
	if err != nil {
		return nil, err
	}
	return &source{c: c, set: set}, nil
}

// source is pairs as they were read.
type source struct {
	task.OneWay
	c   *configs.Config
	set *pairs.Set
}

// Config is what was asked for.
func (s *source) Config() *configs.Config { return s.c }

// Facts are what is told of the pairs.
func (s *source) Facts() task.Facts {
	return task.Facts{Name: s.set.Name, Hash: s.set.Hash, Rows: len(s.set.Pairs)}
}

// Prepare cuts the pairs into parts and numbers their symbols.
func (s *source) Prepare(c *configs.Config) (task.Data, error) {
	q, err := pairs.Prepare(s.set, pairs.OptionsOf(c))
	if err != nil {
		return nil, err
	}
	d := newData(c, s, q, c.Decode)
	_, target := d.longest()
	d.decode = bounded(c.Decode, s.set.Numbers(), target)
	return d, task.LongParts(&c.Model, q.Train, q.Validation, q.Test)
}
