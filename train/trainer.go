package train

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
	"unsafe"

	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/models"
)

// trainer is one training. What a resume needs of it is in the fields progress, sums, solver, best and net.
type trainer[F Float] struct {
	job *Job
	c   *configs.Config // of the job
	o   Options

	net      *models.Network[F]
	names    []string // of the parameters
	weights  [][]F    // their memory
	solver   Solver
	average  *average[F] // nil: none
	gathered gathered[F]
	part     data.Examples // of the running phase
	paced    configs.Train // as paceOf gives it
	carried  carried[F]    // the state of the rows of a part that is read as streams
	pace     pace
	sampler  *sampler
	order    []int   // the examples that the running epoch takes
	batches  [][]int // those of the update at hand
	schedule schedule
	lengths  sides      // of the examples of part
	stages   *stages[F] // training graphs
	checks   *stages[F] // evaluation graphs
	forward  []int      // the order of validation
	ahead    sides      // of those of validation

	progress
	sums    sums
	best    snapshot[F]
	good    *foothold[F] // nil: there is none, or train.on_nan is not rollback
	history []Epoch
	rate    float64 // of the last update

	kept    checkpoint.Data
	saver   saver
	started time.Time
	busy    time.Duration // spent in training steps by this call
	steps   int           // updates by this call
}

// progress is where a training stands. Phases: first the epochs that choose, then with train.refit: all a second one.
type progress struct {
	Refit     bool    `json:"refit"`      // the second phase runs
	Epoch     int     `json:"epoch"`      // finished epochs of the phase
	PhaseStep int     `json:"phase_step"` // updates of the phase
	Chosen    int     `json:"chosen"`     // epochs of the first phase, once that is over
	Plateau   plateau `json:"plateau"`
	Stopper   stopper `json:"early_stopping"`
	Skipped   int     `json:"skipped,omitempty"`   // updates that train.on_nan: skip left out
	Rollbacks []int   `json:"rollbacks,omitempty"` // the epochs that train.on_nan: rollback began anew
	Averaged  int     `json:"averaged,omitempty"`  // updates (ema) or epochs (swa) that are in the average
	From      string  `json:"from,omitempty"`      // of the weights of another network that it began with
	step      int     // updates of all phases
	cursor    int     // windows of order that are used up
}

// sums run over the used part of an epoch.
type sums struct{ loss, weight, norm, steps float64 }

// snapshot is a copy of the weights at the end of the best epoch.
type snapshot[F Float] struct {
	weights           [][]F // nil: there is none yet
	epoch, step       int
	train, validation float64
}

func newTrainer[F Float](j *Job, o Options) (*trainer[F], error) {
	if j.Train.Len() == 0 {
		return nil, fmt.Errorf("train: the training part has no windows; make data.window or data.horizon smaller, or the part larger")
	}
	spec := j.Spec
	if o.Threads != 0 {
		spec.Threads = o.Threads
	}
	net, err := models.New[F](spec)
	if err != nil {
		return nil, err
	}
	if _, ok := j.Train.(data.Paired); ok { // there are as many graphs as lengths
		net.Share()
	}
	t := &trainer[F]{job: j, c: j.Config, o: o, net: net, started: time.Now(),
		stages: newStages(net, true), checks: newStages(net, false), kept: j.Keep(),
		progress: progress{Plateau: newPlateau(), Stopper: newStopper(), From: j.fromSum()},
		best:     snapshot[F]{train: math.NaN(), validation: math.Inf(1)}}
	for _, param := range net.Params {
		t.names = append(t.names, param.Name)
		t.weights = append(t.weights, param.Values)
	}
	var zero F
	t.saver = newSaver(o, net.Spec.Parameters()*int(unsafe.Sizeof(zero))*5) // weights, two moments, the best twice
	if t.solver, err = NewSolver[F](t.c.Train); err != nil {
		net.Close()
		return nil, err
	}
	t.average = newAverage(paceOf(t.c.Train, j.Train), net, j.Train.Len())
	t.use(j.Train)
	return t, nil
}

// use makes part the examples to train on.
func (t *trainer[F]) use(part data.Examples) {
	if streamed, ok := part.(data.Streamed); ok {
		part = streamed.Own()
	}
	t.part, t.lengths, t.carried = part, sidesOf(part), carried[F]{}
	t.paced = paceOf(t.c.Train, part)
	t.pace = newPace(t.paced, part.Len())
	t.sampler = newSampler(t.c, part)
	t.order = nil
	t.schedule = scheduleOf(t.paced, part.Len())
}

// run goes through the phases and gathers the result.
func (t *trainer[F]) run(ctx context.Context) (*Result, error) {
	err := t.learn(ctx)
	if err == nil && t.wantsRefit() && !t.Refit {
		if ctx.Err() != nil {
			err = errInterrupted // before the second phase: what it begins with would take the name of the best
		} else if err = t.beginRefit(); err == nil {
			err = t.learn(ctx)
		}
	}
	var diverged *Diverged
	switch {
	case err == nil:
		stopped := "epochs"
		if t.Stopper.done(t.c.Train.EarlyStopping) {
			stopped = "early_stopping"
		}
		return t.finish(stopped)
	case errors.Is(err, errInterrupted):
		return t.finish("interrupted")
	case errors.As(err, &diverged):
		return t.giveUp(err)
	}
	return nil, err
}

// learn runs the remaining epochs of the phase.
func (t *trainer[F]) learn(ctx context.Context) error {
	for t.Epoch < t.epochs() && (t.Refit || !t.Stopper.done(t.c.Train.EarlyStopping)) {
		err := t.epoch(ctx)
		var diverged *Diverged
		if errors.As(err, &diverged) && t.forgive(diverged) {
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// epochs is the number of epochs that the phase may have.
func (t *trainer[F]) epochs() int {
	if t.Refit {
		return t.best.epoch
	}
	return t.pace.epochs
}

func (t *trainer[F]) validates() bool { return t.job.validates() }

func (t *trainer[F]) wantsRefit() bool { return t.c.Train.Refit == "all" && t.validates() }

// beginRefit goes back to the initial weights and takes the training and validation windows together. The schedule is the
// first phase's, so that the best epoch's rates are met again, as a share of the updates where these are bounded: reductions
// at a plateau fall where they fell.
func (t *trainer[F]) beginRefit() error {
	if t.o.OnChosen != nil && t.best.weights != nil {
		if err := t.o.OnChosen(t.chosen()); err != nil {
			return err
		}
	}
	fresh, err := models.New[F](t.net.Spec)
	if err != nil {
		return err
	}
	defer fresh.Close()
	for i, param := range t.net.Params {
		copy(param.Values, fresh.Params[i].Values)
	}
	if t.solver, err = NewSolver[F](t.c.Train); err != nil {
		return err
	}
	t.use(t.job.Both())
	if err := t.begin(); err != nil {
		return err
	}
	t.Chosen, t.Refit, t.Epoch, t.PhaseStep, t.cursor, t.Averaged = t.Epoch, true, 0, 0, 0, 0
	return nil
}

// epoch runs the rest of an epoch: its steps, its validation, and what follows from that.
func (t *trainer[F]) epoch(ctx context.Context) error {
	began, busy, steps := time.Now(), t.busy, t.steps
	if t.cursor == 0 {
		n := t.pace.draws(t.Epoch)
		t.order = slices.Grow(t.order[:0], n)[:n]
		t.sampler.draw(t.order, t.Epoch, t.pace.drawn(t.Epoch))
		t.sums = sums{}
		t.stand()
	}
	for t.cursor < len(t.order) {
		if ctx.Err() != nil && !(t.Refit && t.PhaseStep == 0) { // likewise
			return errInterrupted
		}
		if err := t.advance(); err != nil {
			return err
		}
		if t.cursor < len(t.order) && (t.saver.due(6) || t.stepToSave()) {
			if err := t.save(); err != nil {
				return err
			}
		}
	}
	if t.sums.weight == 0 && t.Skipped > 0 {
		return &Diverged{Epoch: t.Epoch + 1, Step: t.step, What: "loss", Value: math.NaN(), Tried: "every update of the epoch was skipped"}
	}
	if t.sums.weight == 0 {
		return fmt.Errorf("train: no window of the training part has a known target; fill data.missing or take another split")
	}
	e := Epoch{Number: t.Epoch + 1, Epochs: t.epochs(), TrainLoss: t.sums.loss / t.sums.weight, ValidationLoss: math.NaN(),
		Step: t.step, LearningRate: t.rate, GradNorm: t.sums.norm / t.sums.steps, Refit: t.Refit}
	t.average.settle(t.Averaged)
	t.Averaged = t.average.epoch(t.Epoch, t.Averaged)
	if err := t.judge(ctx, &e); err != nil {
		return err
	}
	if s := (t.busy - busy).Seconds(); s > 0 {
		e.StepsPerSecond = float64(t.steps-steps) / s
	}
	t.Epoch++
	t.cursor = 0
	t.saver.dirty = true
	e.Seconds = time.Since(began).Seconds()
	t.history = append(t.history, e)
	if t.o.OnEpoch != nil { // before the save: what a checkpoint knows has been told
		t.o.OnEpoch(e)
	}
	if t.o.OnWeights != nil {
		t.o.OnWeights(e, t.validated())
	}
	if t.saver.due(1) || t.stepToSave() || t.epochToSave() {
		return t.save()
	}
	return nil
}

// judge validates the epoch's weights and keeps them when they are the best so far.
func (t *trainer[F]) judge(ctx context.Context, e *Epoch) error {
	if t.Refit || !t.validates() {
		e.Best = !t.Refit || e.Number == e.Epochs
		if !t.Refit {
			t.Plateau.observe(t.c.Train.Schedule, e.Number, e.TrainLoss)
		}
		return nil
	}
	loss, err := t.validate(ctx)
	if err != nil {
		return err
	}
	e.ValidationLoss = loss
	if !finite(loss) {
		return &Diverged{Epoch: e.Number, Step: t.step, What: "validation loss", Value: loss, Parameter: t.unfit()}
	}
	t.Stopper.observe(t.c.Train.EarlyStopping, loss)
	t.Plateau.observe(t.c.Train.Schedule, e.Number, loss)
	if loss < t.best.validation {
		if err := t.checkWeights(t.step, nil); err != nil {
			return err
		}
		e.Best = true
		t.keep(e)
	}
	return nil
}

// keep copies the weights into the snapshot of the best.
func (t *trainer[F]) keep(e *Epoch) {
	if t.best.weights == nil {
		t.best.weights = make([][]F, len(t.net.Params))
		for i, param := range t.net.Params {
			t.best.weights[i] = make([]F, len(param.Values))
		}
	}
	for i, w := range t.judged() {
		copy(t.best.weights[i], w)
	}
	t.best.epoch, t.best.step, t.best.train, t.best.validation = e.Number, e.Step, e.TrainLoss, e.ValidationLoss
	t.saver.bestSaved = false
}

// checkWeights refuses weights, and a state of the solver, that are not finite: they must not be kept anywhere. After an update only
// the rows of a table that it has changed need a look.
func (t *trainer[F]) checkWeights(step int, changed *models.Table[F]) error {
	for i, name := range t.names {
		if v := misfit(t.weights[i], name, changed); v != 0 {
			return &Diverged{Epoch: t.Epoch + 1, Step: step, Parameter: name, What: "weights", Value: v}
		}
	}
	if changed == nil && t.averages() {
		if i, v := unfit(t.average.weights); i >= 0 {
			return &Diverged{Epoch: t.Epoch + 1, Step: step, Parameter: t.names[i], What: "weights", Value: v}
		}
	}
	if s, ok := t.solver.(interface {
		unfit(changed *models.Table[F]) (moment string, value float64)
	}); ok {
		if moment, v := s.unfit(changed); moment != "" {
			return &Diverged{Epoch: t.Epoch + 1, Step: step, Parameter: moment, What: "solver state", Value: v}
		}
	}
	return nil
}

// unfit names the first parameter with a NaN or an infinity among its weights.
func (t *trainer[F]) unfit() string {
	if i, _ := unfit(t.weights); i >= 0 {
		return t.names[i]
	}
	return ""
}

// finish saves what has not been saved and returns the result.
func (t *trainer[F]) finish(stopped string) (*Result, error) {
	err := t.save()
	var diverged *Diverged
	if errors.As(err, &diverged) {
		return t.giveUp(err)
	}
	if err != nil {
		return nil, err
	}
	r := t.result(stopped)
	r.Last = t.newest()
	r.Best = r.Last
	if !t.newestIsBest() && t.best.weights != nil {
		r.Best = t.chosen()
	}
	return r, nil
}

// giveUp ends a training that diverged: the newest weights are lost, the best before them are kept.
func (t *trainer[F]) giveUp(cause error) (*Result, error) {
	if t.best.weights == nil {
		return nil, cause
	}
	if err := t.saveChosen(); err != nil {
		return nil, errors.Join(cause, err)
	}
	r := t.result("diverged")
	r.Best = t.chosen()
	r.Last = r.Best
	return r, cause
}

func (t *trainer[F]) result(stopped string) *Result {
	r := &Result{Epochs: t.history, Stopped: stopped, Seconds: time.Since(t.started).Seconds(), SaveSeconds: t.saver.spent.Seconds()}
	if s := t.busy.Seconds(); s > 0 {
		r.StepsPerSecond = float64(t.steps) / s
	}
	r.Parameters = t.net.Spec.Parameters()
	return r
}
