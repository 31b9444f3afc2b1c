package train

import (
	"fmt"

	"recur/configs"
)

// pace says how many updates a phase of a training makes, and in how many epochs.
//
// Of N windows in batches of B, U = epochs·⌈N/B⌉ updates, but at least train.min_updates and at most train.max_updates.
// The epochs share them as evenly as whole numbers can: epoch e, from 0, makes the updates from ⌊e·U/epochs⌋ up to but
// without ⌊(e+1)·U/epochs⌋. A phase of fewer updates than epochs has an epoch for each.
type pace struct {
	windows, batch  int  // N, B: of an update, train.accumulate batches of the network
	updates, epochs int  // U; at most train.epochs
	passes          bool // no bound was met: an epoch is one pass over the windows
}

func newPace(c configs.Train, windows int) pace {
	p := pace{windows: windows, batch: max(1, min(c.UpdateSize(), windows)), epochs: c.Epochs}
	pass := (windows + p.batch - 1) / p.batch
	p.updates = max(c.Epochs*pass, c.MinUpdates)
	if c.MaxUpdates > 0 {
		p.updates = min(p.updates, c.MaxUpdates)
	}
	p.passes = p.updates == c.Epochs*pass
	p.epochs = min(p.epochs, p.updates)
	return p
}

// Pass is how many updates a pass over the training part of a job takes.
func Pass(j *Job) int {
	p := newPace(paceOf(j.Config.Train, j.Train), j.Train.Len())
	return (p.windows + p.batch - 1) / p.batch
}

// before is the number of updates of the epochs before e.
func (p pace) before(e int) int { return e * p.updates / p.epochs }

// perEpoch is the mean number of updates of an epoch, which the schedule counts in.
func (p pace) perEpoch() float64 { return float64(p.updates) / float64(p.epochs) }

// draws is how many windows epoch e takes, one as often as it is taken: N in a pass, of which the last batch may be
// smaller, else whole batches.
func (p pace) draws(e int) int {
	if p.passes {
		return p.windows
	}
	return (p.before(e+1) - p.before(e)) * p.batch
}

// drawn is how many windows the epochs before e have taken.
func (p pace) drawn(e int) int {
	if p.passes {
		return e * p.windows
	}
	return p.before(e) * p.batch
}

// samePace refuses a train.epochs that, with a bound of the updates, makes the epochs of a part longer or shorter than those
// a training has had already.
func samePace(was, is configs.Train, windows int) error {
	p, q := newPace(was, windows), newPace(is, windows)
	if p.updates*q.epochs == q.updates*p.epochs {
		return nil
	}
	err := fmt.Errorf("train.epochs was %d, now it is %d, which under train.min_updates %d and train.max_updates %d makes epochs of %.4g updates instead of %.4g",
		was.Epochs, is.Epochs, is.MinUpdates, is.MaxUpdates, q.perEpoch(), p.perEpoch())
	if n := p.updates * is.Epochs; n%p.epochs == 0 {
		return fmt.Errorf("%w; to go on with as many updates an epoch set train.min_updates and train.max_updates to %d", err, n/p.epochs)
	}
	return err
}
