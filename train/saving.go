package train

import (
	"encoding/json"
	"fmt"
	"math"
	"time"

	"recur/checkpoint"
)

// saver decides by the clock when a checkpoint is worth its cost.
type saver struct {
	every     time.Duration
	exact     bool // every is the caller's wish: don't stretch it by the cost
	began     time.Time
	last      time.Time
	cost      time.Duration // of the last save, or what the first is likely to take
	spent     time.Duration // on all saves of this call
	dirty     bool          // something has happened since
	bestSaved bool          // the best weights are saved
}

// share is one by the part of the time that saving by the clock may take: 2%.
const share = 50

// diskRate is the bytes a second that a save is taken to write before one has been timed.
const diskRate = 100e6

// newSaver returns a saver for a state of so many bytes.
func newSaver(o Options, bytes int) saver {
	s := saver{every: o.SaveEvery, exact: o.SaveEvery > 0, began: time.Now(), last: time.Now(), dirty: true}
	if !s.exact {
		s.every = 5 * time.Second
		s.cost = time.Duration(float64(bytes) / diskRate * float64(time.Second))
	}
	return s
}

// due says that it is time to save; factor stretches the interval. Unless the caller has set the interval, a save waits
// until all saves so far and the next one are within their share of the time.
func (s *saver) due(factor time.Duration) bool {
	if !s.dirty || time.Since(s.last) < s.every*factor {
		return false
	}
	return s.exact || time.Since(s.began) >= share*(s.spent+s.cost)
}

// stepToSave says that train.save_steps asks for a save after this step.
func (t *trainer[F]) stepToSave() bool {
	n := t.c.Train.SaveSteps
	return n > 0 && t.step%n == 0 && t.saver.dirty
}

// epochToSave says that train.save_epochs asks for a save at the end of the epoch that has just been counted.
func (t *trainer[F]) epochToSave() bool {
	n := t.c.Train.SaveEpochs
	return n > 0 && t.Epoch%n == 0
}

// save hands over the newest state, and then the best one where that is another and not saved yet. Weights that are not
// finite are never saved.
func (t *trainer[F]) save() error {
	if !t.saver.dirty || t.o.Save == nil {
		return t.checkWeights(t.step, nil)
	}
	if err := t.checkWeights(t.step, nil); err != nil {
		return err
	}
	began := time.Now()
	best := t.newestIsBest()
	if err := t.o.Save(t.newest(), best); err != nil {
		return fmt.Errorf("train: save after step %d: %w", t.step, err)
	}
	if best {
		t.saver.bestSaved = true
	} else if err := t.saveChosen(); err != nil {
		return err
	}
	t.saver.last = time.Now()
	t.saver.cost = t.saver.last.Sub(began)
	t.saver.spent += t.saver.cost
	t.saver.dirty = false
	return nil
}

// saveChosen hands over the best weights unless they are saved.
func (t *trainer[F]) saveChosen() error {
	if t.o.Save == nil || t.saver.bestSaved || t.best.weights == nil {
		return nil
	}
	if err := t.o.Save(t.chosen(), true); err != nil {
		return fmt.Errorf("train: save the best, after step %d: %w", t.best.step, err)
	}
	t.saver.bestSaved = true
	return nil
}

// newestIsBest says that the weights of this moment are what a user should get: they are the best so far, or nothing is
// validated, or the refit is complete.
func (t *trainer[F]) newestIsBest() bool {
	switch {
	case !t.validates():
		return true
	case t.Refit:
		return t.Epoch == t.epochs()
	}
	return t.best.weights != nil && t.best.step == t.step && t.cursor == 0
}

// newest is the state of this moment.
func (t *trainer[F]) newest() *checkpoint.Checkpoint {
	k := t.blank(t.step, t.Chosen+t.Epoch)
	if n := len(t.history); n > 0 {
		k.TrainLoss, k.ValidationLoss = t.history[n-1].TrainLoss, t.history[n-1].ValidationLoss
	}
	if t.Refit {
		k.ValidationLoss = math.NaN()
		if t.newestIsBest() {
			k.ValidationLoss = t.best.validation // of the weights that chose the number of epochs
		}
	}
	for i, w := range t.shown() {
		k.Weights = append(k.Weights, checkpoint.FromFloats(t.names[i], t.net.Params[i].Shape, w))
	}
	k.Training = t.training()
	return k
}

// validated is the state at the end of an epoch, without what a resume needs.
func (t *trainer[F]) validated() *checkpoint.Checkpoint {
	k := t.blank(t.step, t.Chosen+t.Epoch)
	for i, w := range t.judged() {
		k.Weights = append(k.Weights, checkpoint.FromFloats(t.names[i], t.net.Params[i].Shape, w))
	}
	return k
}

// chosen is the best state, without what a resume needs.
func (t *trainer[F]) chosen() *checkpoint.Checkpoint {
	k := t.blank(t.best.step, t.best.epoch)
	k.TrainLoss, k.ValidationLoss = t.best.train, t.best.validation
	for i, param := range t.net.Params {
		k.Weights = append(k.Weights, checkpoint.FromFloats(param.Name, param.Shape, t.best.weights[i]))
	}
	return k
}

func (t *trainer[F]) blank(step, epoch int) *checkpoint.Checkpoint {
	return &checkpoint.Checkpoint{Step: step, Epoch: epoch, Config: t.c, Data: t.kept,
		TrainLoss: math.NaN(), ValidationLoss: math.NaN(), DataHash: t.job.Hash}
}

// training is what restore needs to go on from here.
func (t *trainer[F]) training() *checkpoint.Training {
	solver := t.solver.State()
	k := &checkpoint.Training{
		Solver: solver.Solver, Updates: solver.Steps, Moments: solver.Moments,
		Schedule: map[string]float64{"rate": t.rate},
		Cursor:   t.cursor,
		EarlyStopping: checkpoint.EarlyStopping{Best: t.best.validation, BestStep: t.best.step, BestEpoch: t.best.epoch,
			Bad: t.Stopper.Bad},
		State: map[string]json.RawMessage{},
	}
	if t.cursor > 0 {
		k.Order = append([]int(nil), t.order...)
		k.Sums = map[string]float64{"loss": t.sums.loss, "weight": t.sums.weight, "grad_norm": t.sums.norm, "steps": t.sums.steps}
	}
	for _, e := range t.history {
		k.History = append(k.History, checkpoint.Epoch{Number: e.Number, Step: e.Step, TrainLoss: e.TrainLoss,
			ValidationLoss: e.ValidationLoss, LearningRate: e.LearningRate, GradNorm: e.GradNorm, Best: e.Best})
	}
	for i, w := range t.best.weights {
		k.Tensors = append(k.Tensors, checkpoint.FromFloats("best/"+t.names[i], t.net.Params[i].Shape, w))
	}
	t.carried.save(k, "", t.net.Spec)
	t.saveAverage(k)
	state := map[string]any{"train": t.progress}
	t.saveFoothold(k, state)
	for name, v := range state {
		b, err := json.Marshal(v)
		if err != nil {
			panic(fmt.Sprintf("train: %v", err)) // numbers and flags alone: can't happen
		}
		k.State[name] = b
	}
	return k
}
