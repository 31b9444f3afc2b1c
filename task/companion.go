package task

import (
	"recur/checkpoint"
	"recur/data"
	"recur/evaluate"
)

// AloneName is the networks without their companion, among the methods beside which they are scored.
const AloneName = "network_alone"

// Companion is a simple model that predicts together with the networks of a run: it gives every example of a part what they do.
type Companion func(p data.Examples) [][]float64

// Companied is a task whose runs may have a companion, chosen on the validation part.
type Companied interface {
	// Companion reads what a calibration has kept, for the networks of a run of which k is one.
	Companion(k *checkpoint.Checkpoint, kept []byte) (Companion, error)
}

// With is what the networks say together, said of p, with the companion, if there is one: the mean of both.
func (r *Run) With(p data.Examples, said [][]float64) [][]float64 {
	if r.Companion == nil || p.Len() == 0 {
		return said
	}
	return evaluate.Average([][][]float64{said, r.Companion(p)}, r.classes())
}
