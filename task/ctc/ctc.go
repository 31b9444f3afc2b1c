// Package ctc answers the questions of task ctc: which labels, fewer than the steps that are read and not aligned with them, does a sequence
// hold? What is said in a recording, above all.
//
// Letters: T steps that are read, R that model.front leaves of them, C labels with the blank, which is label 0.
package ctc

import (
	"recur/configs"
	"recur/data/audio"
	"recur/task"
	"recur/task/outputs"
)

// Task is task ctc.
type Task struct{}

// columns are the metrics in the order of tables.
var columns = []string{outputs.Loss, outputs.LER, outputs.CER, outputs.WER, outputs.ExactMatch}

// Words are how people are told of utterances. Methods are ordered by the label error rate.
func (Task) Words() task.Words {
	return task.Words{Example: "utterance", Metric: outputs.LER, Label: "label error rate", Columns: columns, Seen: task.Verb{One: "is in", Many: "are in"},
		Paired: "utterances drawn", Fit: "writes down what is said", Command: "recur predict", Methods: []string{mostFrequent}}
}

// Reading estimates what reading utterances takes.
func (Task) Reading(c *configs.Config, path string) (peak, kept, rows int64) {
	if c.Data.Synthetic != nil {
		return 0, 0, int64(c.Data.Synthetic.Points)
	}
	s := audio.SourceOf(c)
	return s.MemoryToRead(path)
}

// Open reads the utterances of a config.
func (Task) Open(c *configs.Config, _ func(string)) (task.Source, error) {
	set, err := audio.OpenConfig(c)
	if err != nil {
		return nil, err
	}
	return &source{c: c, set: set}, nil
}

// source is utterances as they were read.
type source struct {
	task.OneWay
	c   *configs.Config
	set *audio.Set
}

// Config is what was asked for.
func (s *source) Config() *configs.Config { return s.c }

// Facts are what is told of the utterances.
func (s *source) Facts() task.Facts {
	return task.Facts{Name: s.set.Name, Hash: s.set.Hash, Rows: len(s.set.Utterances)}
}

// Prepare cuts the utterances into parts, and makes the changed copies that are learnt too.
func (s *source) Prepare(c *configs.Config) (task.Data, error) {
	q, err := audio.Prepare(s.set, audio.OptionsOf(c))
	if err != nil {
		return nil, err
	}
	d := newData(c, s, q)
	return d, d.feasible()
}
