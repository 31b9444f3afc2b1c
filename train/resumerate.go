package train

import (
	"fmt"
	"math"

	"recur/configs"
	"recur/data"
)

// RateChange says that going on from a checkpoint would follow another schedule than the one that led to it: the length of a
// cosine, or a warm-up, follows from keys that have changed since. Options.AllowRateChange goes on at the new rate.
type RateChange struct {
	Why          string  // what has changed: "train.epochs was 4, now it is 8"
	Next         int     // the update that would be made next, from 1, of its phase
	Before, Here float64 // its learning rate by the checkpoint's config, and by this one
	Last         float64 // the learning rate of the update before it
}

func (e *RateChange) Error() string {
	return fmt.Sprintf("%s, and the learning rate would leave its schedule: the last update had %.3g, the next one has %.3g by the schedule it was trained with and would have %.3g",
		e.Why, e.Last, e.Before, e.Here)
}

// sameRate refuses a schedule that gives the next update another rate than the schedule of the checkpoint does. Of the
// kinds, cosine follows the number of epochs and warm-up any kind; step and plateau look back alone.
func sameRate(was, is configs.Train, windows int, s progress) error {
	before, here := scheduleOf(was, windows), scheduleOf(is, windows)
	falls := s.Plateau.before(s.Epoch + 1)
	e := &RateChange{Next: s.PhaseStep + 1, Before: before.rate(s.PhaseStep, falls), Here: here.rate(s.PhaseStep, falls)}
	if s.PhaseStep == 0 || math.Abs(e.Here-e.Before) <= 1e-9*max(e.Here, e.Before) {
		return nil
	}
	e.Last = before.rate(s.PhaseStep-1, s.Plateau.before(s.Epoch+1))
	e.Why = fmt.Sprintf("train.epochs was %d, now it is %d", was.Epochs, is.Epochs)
	if a, b := was.Schedule.WarmupEpochs, is.Schedule.WarmupEpochs; a != b {
		e.Why += fmt.Sprintf(" (train.schedule.warmup_epochs was %g, now it is %g)", a, b)
	}
	return e
}

// scheduleOf is the schedule of a phase with so many windows.
func scheduleOf(c configs.Train, windows int) schedule {
	p := newPace(c, windows)
	return schedule{c: c, epochs: p.epochs, perEpoch: p.perEpoch()}
}

// partOf are the examples of the phase that a training is in.
func partOf(s progress, j *Job) data.Examples {
	if s.Refit {
		return j.Both()
	}
	return j.Train
}

// tellEnd says why a resume for more epochs trains none of them.
func (t *trainer[F]) tellEnd(was configs.Train) {
	patience := t.c.Train.EarlyStopping
	switch more := t.c.Train.Epochs > was.Epochs; {
	case more && t.Refit:
		t.note("train.epochs was %d, now it is %d, but the epochs are chosen already and the network is trained anew on all data for the best %s: no more of them are made; for more epochs train anew with --force or into another directory",
			was.Epochs, t.c.Train.Epochs, counted(t.best.epoch, "epoch"))
	case more && t.Stopper.done(patience):
		t.note("train.epochs was %d, now it is %d, but early stopping has ended the training: %s without a lower validation loss; set train.early_stopping.patience to more than that, or to 0, to go on",
			was.Epochs, t.c.Train.Epochs, counted(t.Stopper.Bad, "epoch"))
	}
}
