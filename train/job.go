package train

import (
	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/models"
)

// Job is what is to be learnt: what a task makes of a config and its data. A trainer knows nothing else of either.
type Job struct {
	Config *configs.Config
	Spec   models.Spec // the network, its sizes taken from the data

	Train      data.Examples
	Validation data.Examples        // nil or empty: nothing is validated
	Both       func() data.Examples // Train and Validation as one, for train.refit: all

	Keep func() checkpoint.Data // what a checkpoint holds beside weights, so that prediction needs nothing else; asked once, when the training begins
	Hash string                 // SHA-256 of the data in hex

	// Start gives parameters of given shapes values to start from, learnt from the examples that are to be trained on, [size]
	// by name; those that it leaves out stay as they were drawn. An error says, in a sentence, why there are none: the training
	// goes on without. nil: all stay as they were drawn.
	Start func(e data.Examples, shape func(name string) []int) (map[string][]float64, error)

	// From are weights of another network to start from, as Take gives them; they go before Start, and a resume wants the same.
	From []checkpoint.Tensor
}

// validates says that there is something to validate on.
func (j *Job) validates() bool { return j.Validation != nil && j.Validation.Len() > 0 }
