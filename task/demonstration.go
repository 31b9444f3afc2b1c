package task

import "recur/predict"

// Demonstrator is the Data of a task of which one example tells people how far a training is: what is said of it, beside what should be.
type Demonstrator interface {
	// Demonstrate says something of one example of the validation part, always the same one, by a network after so many updates; nil
	// where there is none.
	Demonstrate(m *predict.Model, updates int) (*Demonstration, error)
}

// Demonstration is one example with what is said of it.
type Demonstration struct {
	Source string // what it is said of, or its name
	Wanted string
	Said   string
	Hint   string // how to take what is said, "" where that is plain
}
