package classify

import (
	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/models"
	"recur/task"
)

// input is what files hold: sequences of numbers, or texts.
type input interface {
	facts() task.Facts
	// prepare cuts it into the parts of a config, and fits on the training part what that has to be.
	prepare(c *configs.Config) (*prepared, error)
	// with makes all of it the test part, as the data of a checkpoint were made ready.
	with(k *checkpoint.Checkpoint) (*prepared, error)
}

// prepared is an input made ready.
type prepared struct {
	name                    string // of the file, for messages
	hash                    string
	classes                 []string // [C]
	train, validation, test part
	notes                   []string
	steps                   int // T of the longest example

	size   func(s *models.Spec) // puts what the network reads into the spec
	keep   func() checkpoint.Labelled
	adopt  func(l *checkpoint.Labelled) bool
	memory func() int64
	both   func() part // training and validation part as one
	simple simple
}

// part is some of the examples with their labels.
type part interface {
	data.Ragged
	// Labels are the numbers of the label of example i, or of those of all its steps; data.NoLabel where one is not known.
	Labels(i int) []int32
	// ID is what the source calls example i; "" where it has no name.
	ID(i int) string
	// Shown is example i in a line for people; "" where it has no such form.
	Shown(i int) string
	// Content makes two examples the same one.
	Content(i int) string
	// Place is where example i begins.
	Place(i int) (file string, line int)
	// Pick is those of the examples whose numbers are in index.
	Pick(index []int) part
	// Unknown is the share of its symbols that the vocabulary lacks; -1 where there are no symbols.
	Unknown() float64
}

// tags says that every step of an example has a label.
func tags(c *configs.Config) bool { return c.Model.Head == "every" }

// counts are how many labels of each class a part has.
func counts(p part, classes int) []int {
	n := make([]int, classes)
	for i := range p.Len() {
		for _, c := range p.Labels(i) {
			if c >= 0 && int(c) < classes {
				n[c]++
			}
		}
	}
	return n
}
