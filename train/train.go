// Package train answers one question: how does a network learn?
//
// Run makes the network that a config asks for, feeds it training windows in a seeded order, follows the gradient
// on Gorgonia's TapeMachine with one of the solvers, watches the validation loss, and hands out checkpoints from which it
// goes on to the same bits. One step is: fill a batch, run the graph forward and backward, check and clip the gradient, set
// the learning rate, update the weights in place; it allocates nothing of its own.
//
// Randomness comes from streams that are functions of (seed, name, counter): the initial weights, each epoch's windows,
// each step's dropout masks. Wall-clock time decides when checkpoints are saved and nothing else.
package train

import (
	"context"
	"errors"
	"time"

	"recur/checkpoint"
)

// Options are what a caller of Run wants besides the config. The zero value trains in memory.
type Options struct {
	// OnEpoch is called at the end of each epoch, OnStep after each update; the training waits for them.
	OnEpoch func(Epoch)
	OnStep  func(Step)
	// OnWeights is told, after OnEpoch, of the weights that were validated, without what a resume needs. They are a copy: nothing that is done with them
	// changes the training.
	OnWeights func(Epoch, *checkpoint.Checkpoint)
	// OnNote is told, in a sentence, of what train.on_nan did and of what a resume with changed data forgets.
	OnNote func(string)
	// Save keeps a checkpoint; best says that it holds the best weights so far. A checkpoint whose Training is nil is the
	// best of an earlier step, handed over after the newest one. An error stops the training.
	Save func(c *checkpoint.Checkpoint, best bool) error
	// OnChosen is told, with train.refit: all, of the weights that chose the number of epochs, before the training on both parts
	// begins. An error stops the training.
	OnChosen func(c *checkpoint.Checkpoint) error
	// SaveEvery is the least time between two saves at the ends of epochs (six times that inside an epoch). Zero means five
	// seconds, and more where a save takes long, so that all saves but the one at the end take at most 2% of the time.
	SaveEvery time.Duration
	// Resume is the checkpoint to go on from; nil starts anew.
	Resume *checkpoint.Checkpoint
	// AllowDataChange lets a training go on from a checkpoint that was made with other data.
	AllowDataChange bool
	// AllowRateChange lets a training go on although its schedule now gives the next update another learning rate.
	AllowRateChange bool
	// Threads replaces train.threads when it is not zero.
	Threads int

	// disturb lets tests damage numbers in place, before they are used: the "input" and "target" of a batch, the "gradient",
	// and after the update the solver's "state" and the "weights". memory is a [][]F.
	disturb func(step int, what string, memory any)
}

// Epoch is what a finished epoch has to tell. Losses are means over all targets in scaled units.
type Epoch struct {
	Number         int     // 1 is the first of its phase
	Epochs         int     // how many the phase may have
	Step           int     // updates since the start of the run
	TrainLoss      float64 // over the epoch's batches, each before its update
	ValidationLoss float64 // after the epoch's last update; NaN with no validation part
	LearningRate   float64 // of the last update
	GradNorm       float64 // mean over the updates, before clipping
	Seconds        float64 // of the epoch, validation included; 0 when read from a checkpoint
	StepsPerSecond float64 // updates by the time they took, validation and callbacks left out; 0 when read from a checkpoint
	Best           bool    // its weights are the best so far
	Refit          bool    // it belongs to the training on the training and validation parts together
}

// Step is what one update has to tell.
type Step struct {
	Epoch, Step  int // both count from 1
	Loss         float64
	GradNorm     float64 // before clipping
	LearningRate float64
	Skipped      bool // train.on_nan: skip left this update out; the figures above are zero
}

// Result is how a training ended.
type Result struct {
	// Last is the newest state, which a training can go on from. Best holds the weights with the lowest validation loss; it
	// is Last itself with no validation part, after a refit, and as long as nothing has been validated.
	Best, Last *checkpoint.Checkpoint
	Epochs     []Epoch // all, those before a resume included
	Stopped    string  // epochs | early_stopping | interrupted | diverged
	// Seconds and StepsPerSecond are of this call alone; the speed is that of the training steps.
	Seconds, StepsPerSecond float64
	SaveSeconds             float64 // of Seconds, those that saving took
	Parameters              int
}

// errInterrupted ends the loops when the context was cancelled.
var errInterrupted = errors.New("interrupted")

// Run trains the network of a job on its Train, validates on its Validation after each epoch, and with train.refit: all
// trains once more from the initial weights on both parts for as many epochs as the best had.
//
// When ctx is cancelled the running step is finished, a resumable checkpoint is saved, and Stopped is "interrupted" with no
// error. A *Diverged error comes with a Result that holds what was best before, or nil when nothing was.
func Run(ctx context.Context, j *Job, o Options) (*Result, error) {
	if j.Config.Model.DType == "float64" {
		return run[float64](ctx, j, o)
	}
	return run[float32](ctx, j, o)
}

func run[F Float](ctx context.Context, j *Job, o Options) (*Result, error) {
	t, err := newTrainer[F](j, o)
	if err != nil {
		return nil, err
	}
	defer t.net.Close()
	if o.Resume != nil {
		if err := t.restore(o.Resume); err != nil {
			return nil, err
		}
	} else if err := t.begin(); err != nil {
		return nil, err
	}
	return t.run(ctx)
}

// History returns the finished epochs that a checkpoint remembers.
func History(c *checkpoint.Checkpoint) []Epoch {
	if c.Training == nil {
		return nil
	}
	s, err := readState(c.Training)
	if err != nil {
		return nil
	}
	epochs := make([]Epoch, len(c.Training.History))
	for i, h := range c.Training.History {
		epochs[i] = Epoch{Number: h.Number, Epochs: c.Config.Train.Epochs, Step: h.Step, TrainLoss: h.TrainLoss, ValidationLoss: h.ValidationLoss,
			LearningRate: h.LearningRate, GradNorm: h.GradNorm, Best: h.Best}
		if first := len(epochs) - s.Epoch; s.Refit && i >= first {
			epochs[i].Refit = true
			epochs[i].Epochs = c.Training.EarlyStopping.BestEpoch
		}
	}
	return epochs
}
