// Package classify answers the questions of task classify: which class a sequence of numbers or a text is of, or with
// model.head: every each of its steps.
//
// Letters: C classes, T steps of a sequence.
package classify

import (
	"recur/configs"
	"recur/data/labelled"
	"recur/data/text"
	"recur/task"
)

// Task is task classify.
type Task struct{}

// Columns are the metrics in the order of tables.
var Columns = []string{"accuracy", "macro_f1", "log_loss", "ece"}

// Words are how people are told of classes. Methods are ordered by the share of examples that they get wrong, which is what users
// ask for and what McNemar's test is about; the log loss stands beside it.
func (Task) Words() task.Words {
	return task.Words{Example: "example", Metric: errorName, Label: "error rate", Columns: Columns, Seen: task.Verb{One: "is in", Many: "are in"}, Paired: "errors", Fit: "predicts", Command: "recur predict", Methods: simpleNames}
}

// Reading estimates what reading a file takes.
func (Task) Reading(c *configs.Config, path string) (peak, kept, rows int64) {
	if c.ReadsText() {
		return text.MemoryToRead(c, path)
	}
	return labelled.MemoryToRead(c, path)
}

// Open reads the examples of a config.
func (Task) Open(c *configs.Config, note func(string)) (task.Source, error) {
	in, err := open(c)
	if err != nil {
		return nil, err
	}
	return &source{c: c, in: in}, nil
}

// open reads the sequences or the texts of a config.
func open(c *configs.Config) (input, error) {
	if c.ReadsText() {
		set, err := text.OpenLabelled(text.LabelledOf(c))
		return texts{set}, err
	}
	set, err := labelled.Open(c)
	return numbers{set}, err
}

// source is examples as they were read.
type source struct {
	task.OneWay
	c     *configs.Config
	in    input
	known int // of another file: the first so many labels are those of the run
}

// Config is what was asked for.
func (s *source) Config() *configs.Config { return s.c }

// Facts are what is told of the examples.
func (s *source) Facts() task.Facts { return s.in.facts() }

// Prepare makes the parts of a config.
func (s *source) Prepare(c *configs.Config) (task.Data, error) {
	p, err := s.in.prepare(c)
	if err != nil {
		return nil, err
	}
	d := &Data{prepared: p, c: c, from: s}
	if d.weights, err = weightsOf(c, p); err != nil {
		return nil, err
	}
	return d, task.LongParts(&c.Model, p.train, p.validation, p.test)
}
