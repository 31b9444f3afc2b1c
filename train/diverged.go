package train

import (
	"fmt"
	"math"
	"slices"

	"recur/checkpoint"
	"recur/graph"
)

// Diverged says that an input, a loss, a gradient, a weight or the solver's state is no longer a finite number.
type Diverged struct {
	Epoch, Step int    // both count from 1; the step that was at fault
	Parameter   string // the first parameter at fault, the moment of a solver (v/head.bias), or the windows of an input; "" where none can be named
	What        string // "input", "loss", "gradient", "weights", "solver state", "validation loss"
	Value       float64
	Tried       string // what train.on_nan did before it gave up; "" for nothing
}

func (e *Diverged) Error() string {
	what := fmt.Sprintf("%s is %v", e.What, e.Value)
	advice := "lower train.learning_rate or set train.clip_norm"
	switch {
	case e.What == "input":
		what = fmt.Sprintf("%s has the value %v", e.Parameter, e.Value)
		advice = "set data.scale: standard, or model.dtype: float64 for values that float32 can't hold"
	case e.What == "weights":
		what = fmt.Sprintf("a weight of %s is not finite", e.Parameter)
	case e.Parameter == "":
	case e.What == "gradient" || e.What == "solver state":
		what = fmt.Sprintf("%s of %s is %v", e.What, e.Parameter, e.Value)
	case e.What == "loss":
		what += fmt.Sprintf(", and the gradient of %s is not finite either", e.Parameter)
	default:
		what += fmt.Sprintf(", and a weight of %s is not finite", e.Parameter)
	}
	if e.Tried != "" {
		what += " (" + e.Tried + ")"
	}
	return fmt.Sprintf("train: diverged in epoch %d at step %d: %s; %s", e.Epoch, e.Step, what, advice)
}

// forgive does what train.on_nan says about a fault and reports whether the training goes on. A fault within an update,
// before the weights are touched, can be skipped; any fault can be rolled back. Both are counted, and at
// train.on_nan_limit they end.
func (t *trainer[F]) forgive(d *Diverged) bool {
	limit := t.c.Train.OnNaNLimit
	switch {
	case t.c.Train.OnNaN == "skip" && d.touched():
		d.Tried = "train.on_nan: skip can't help: the update is made already"
	case t.c.Train.OnNaN == "skip" && t.Skipped >= limit:
		d.Tried = fmt.Sprintf("%s skipped already, which is train.on_nan_limit", counted(t.Skipped, "update"))
	case t.c.Train.OnNaN == "skip":
		t.Skipped++
		t.note("%s: the update is skipped (%d of at most %d)", d.place(), t.Skipped, limit)
		return true
	case t.c.Train.OnNaN == "rollback" && len(t.Rollbacks) >= limit:
		d.Tried = fmt.Sprintf("rolled back %s already, which is train.on_nan_limit", counted(len(t.Rollbacks), "time"))
	case t.c.Train.OnNaN == "rollback" && t.good != nil:
		if err := t.rollBack(d.Step); err != nil {
			d.Tried = "rollback failed: " + err.Error()
			return false
		}
		t.note("%s: back to the start of epoch %d with half the learning rate (rollback %d of at most %d)", d.place(), t.Epoch+1, len(t.Rollbacks), limit)
		return true
	}
	return false
}

// touched says that the fault was found after the weights had been changed.
func (e *Diverged) touched() bool {
	return e.What == "weights" || e.What == "solver state" || e.What == "validation loss"
}

// place is the fault without the advice, for notes.
func (e *Diverged) place() string {
	at := fmt.Sprintf("epoch %d, step %d: %s", e.Epoch, e.Step, e.What)
	if e.What == "input" {
		at = fmt.Sprintf("epoch %d, step %d: %s", e.Epoch, e.Step, e.Parameter)
	} else if e.Parameter != "" {
		at += " of " + e.Parameter
	}
	return fmt.Sprintf("%s is %v", at, e.Value)
}

func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

func (t *trainer[F]) note(format string, args ...any) {
	if t.o.OnNote != nil {
		t.o.OnNote(fmt.Sprintf(format, args...))
	}
}

// foothold is the state at the start of an epoch, which train.on_nan: rollback goes back to. Within an epoch it is part of
// every checkpoint, so that a resumed training goes back to the same bits.
type foothold[F Float] struct {
	weights  [][]F
	average  [][]F // nil: there is none yet
	solver   SolverState
	progress progress
	rate     float64
	carried  carried[F]
}

// stand makes the state of this moment the one to go back to.
func (t *trainer[F]) stand() {
	if t.c.Train.OnNaN != "rollback" {
		return
	}
	if t.good == nil {
		t.good = &foothold[F]{weights: make([][]F, len(t.net.Params))}
	}
	for i, param := range t.net.Params {
		t.good.weights[i] = append(t.good.weights[i][:0], param.Values...)
	}
	t.good.average = nil
	if t.averages() {
		t.average.settle(t.Averaged)
		for _, e := range t.average.weights {
			t.good.average = append(t.good.average, slices.Clone(e))
		}
	}
	t.good.solver, t.good.progress, t.good.rate = t.solver.State(), t.progress, t.rate
	t.good.carried = t.carried.copied()
}

// rollBack goes back to the start of the epoch after a fault at a step. What a user counts goes on: the steps, which name
// the checkpoints (the one at fault is used up), and the rollbacks themselves, each of which halves the learning rate
// from its epoch on.
func (t *trainer[F]) rollBack(step int) error {
	for i, param := range t.net.Params {
		copy(param.Values, t.good.weights[i])
	}
	if t.good.average != nil {
		t.average.set(t.good.average, t.good.progress.Averaged)
	}
	if err := t.solver.LoadState(t.good.solver); err != nil {
		return err
	}
	rollbacks := append(t.Rollbacks[:len(t.Rollbacks):len(t.Rollbacks)], t.good.progress.Epoch+1)
	t.progress, t.rate, t.sums = t.good.progress, t.good.rate, sums{}
	t.step, t.cursor, t.Rollbacks = step, 0, rollbacks
	t.carried = t.good.carried.copied()
	return nil
}

// halvings is the factor of the learning rate that follows from the rollbacks up to an epoch (1 is the first).
func (t *trainer[F]) halvings(epoch int) float64 {
	factor := 1.0
	for _, at := range t.Rollbacks {
		if at <= epoch {
			factor /= 2
		}
	}
	return factor
}

// saveFoothold adds what rollBack needs to a checkpoint within an epoch.
func (t *trainer[F]) saveFoothold(k *checkpoint.Training, state map[string]any) {
	if t.good == nil || t.cursor == 0 {
		return
	}
	for i, w := range t.good.weights {
		k.Tensors = append(k.Tensors, checkpoint.FromFloats("good/"+t.names[i], t.net.Params[i].Shape, w))
	}
	for i, e := range t.good.average {
		k.Tensors = append(k.Tensors, checkpoint.FromFloats("good/average/"+t.names[i], t.net.Params[i].Shape, e))
	}
	for _, m := range t.good.solver.Moments {
		m.Name = "good/" + m.Name
		k.Tensors = append(k.Tensors, m)
	}
	t.good.carried.save(k, "good/", t.net.Spec)
	state["good"] = savedFoothold{t.good.progress, t.good.progress.step, t.good.solver.Steps, number(t.good.rate)}
}

// savedFoothold is what of a foothold is no tensor.
type savedFoothold struct {
	Progress progress `json:"progress"`
	Step     int      `json:"step"`
	Updates  int      `json:"updates"`
	Rate     number   `json:"rate"`
}

// restoreFoothold reads what saveFoothold wrote. A checkpoint without one, of a run that had another policy, has nothing
// to go back to before the next epoch.
func (t *trainer[F]) restoreFoothold(k *checkpoint.Training, saved *savedFoothold) error {
	if saved == nil || t.c.Train.OnNaN != "rollback" {
		return nil
	}
	good := &foothold[F]{weights: make([][]F, len(t.net.Params)), progress: saved.Progress, rate: float64(saved.Rate)}
	good.progress.step = saved.Step
	var err error
	for i, param := range t.net.Params {
		if good.weights[i], err = values[F](k.Tensors, "good/"+param.Name, len(param.Values)); err != nil {
			return err
		}
	}
	if good.progress.Averaged > 0 {
		good.average = make([][]F, len(t.net.Params))
		for i, param := range t.net.Params {
			if good.average[i], err = values[F](k.Tensors, "good/average/"+param.Name, len(param.Values)); err != nil {
				return err
			}
		}
	}
	good.solver = SolverState{Solver: k.Solver, Steps: saved.Updates}
	for _, m := range k.Moments {
		if saved.Updates == 0 {
			break // before the first update a solver has no moments
		}
		tensor, ok := checkpoint.Find(k.Tensors, "good/"+m.Name)
		if !ok {
			return fmt.Errorf("it has no tensor %q", "good/"+m.Name)
		}
		tensor.Name = m.Name
		good.solver.Moments = append(good.solver.Moments, tensor)
	}
	t.good = good
	return good.carried.restore(k, "good/", t.net.Spec, t.part)
}

// unfit returns the index of the first slice with a NaN or an infinity in it, and that number; -1 where all are finite.
func unfit[F Float](all [][]F) (int, float64) {
	for i, v := range all {
		if x := notFinite(v); x != 0 {
			return i, x
		}
	}
	return -1, 0
}

// checkInput refuses a filled batch with a number that is not finite where it counts.
func (t *trainer[F]) checkInput(s *stage[F], index []int, told *Step) error {
	n := len(index)
	bad, value := -1, math.NaN()
	look := func(values []F, row func(i int) int, counts func(i int) bool) {
		if bad >= 0 || finite(graph.SumSquares(values)) {
			return
		}
		for i, x := range values {
			if !finite(float64(x)) && counts(i) {
				bad, value = row(i), float64(x)
				return
			}
		}
	}
	always := func(int) bool { return true }
	look(s.graph.X, func(i int) int { return i / t.job.Spec.Inputs % n }, always)                                             // [T,N,D]
	look(s.graph.Z, func(i int) int { return i / t.job.Spec.Extra }, always)                                                  // [N,F]
	look(s.graph.Y, func(i int) int { return i / t.job.Spec.Values() % n }, func(i int) bool { return s.graph.Mask[i] != 0 }) // [N,O] or [T,N,O]
	if bad < 0 {
		return nil
	}
	return &Diverged{Epoch: told.Epoch, Step: told.Step, What: "input", Parameter: t.part.Called(index[bad]), Value: value}
}
