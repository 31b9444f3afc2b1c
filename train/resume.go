package train

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"

	"recur/checkpoint"
	"recur/configs"
)

// Compatible says, without training, whether a training of j can go on from k: a *checkpoint.Error names the key that
// has changed, or what k lacks. Of o, AllowDataChange and AllowRateChange count.
func Compatible(k *checkpoint.Checkpoint, j *Job, o Options) error {
	if err := compatible(k, j, o); err != nil {
		return refused(k, err)
	}
	return nil
}

func refused(k *checkpoint.Checkpoint, err error) error {
	advice := "train anew with --force or into another directory"
	var rate *RateChange
	if errors.As(err, &rate) {
		advice = "go on at the new rate with --allow-rate-change, or " + advice
	}
	return &checkpoint.Error{Path: checkpointName(k), Reason: "training can't go on from it: " + err.Error(), Advice: advice, Err: err}
}

// restore makes the trainer what it was when it made the checkpoint.
func (t *trainer[F]) restore(k *checkpoint.Checkpoint) error {
	if err := Compatible(k, t.job, t.o); err != nil {
		return err
	}
	refuse := func(err error) error { return refused(k, err) }
	changed := k.DataHash != t.job.Hash
	s, err := readState(k.Training)
	if err != nil {
		return refuse(err)
	}
	s.step, s.cursor = k.Step, k.Training.Cursor
	t.progress = s
	if err := t.restoreWeights(k); err != nil {
		return refuse(err)
	}
	if err := t.restoreAverage(k.Training); err != nil {
		return refuse(err)
	}
	state := SolverState{Solver: k.Training.Solver, Steps: k.Training.Updates, Moments: k.Training.Moments}
	if err := t.solver.LoadState(state); err != nil {
		return refuse(err)
	}
	t.rate = k.Training.Schedule["rate"]
	t.history = History(k)
	if s.Refit {
		t.use(t.job.Both())
	}
	if err := t.carried.restore(k.Training, "", t.net.Spec, t.part); err != nil {
		return refuse(err)
	}
	if changed {
		t.adopt(k)
	} else if err := t.restoreEpoch(k.Training); err != nil {
		return refuse(err)
	}
	t.tellEnd(k.Config.Train)
	t.saver.dirty = changed
	t.saver.bestSaved = k.Best && !changed
	return nil
}

// compatible says why the checkpoint does not belong to this config and this data.
func compatible(k *checkpoint.Checkpoint, j *Job, o Options) error {
	c := j.Config
	if k.Training == nil {
		return fmt.Errorf("it holds weights alone (the best of its run); resume from the last one")
	}
	if k.DataHash != j.Hash && !o.AllowDataChange {
		return fmt.Errorf("the data has changed: its SHA-256 was %.12s…, now it is %.12s…", k.DataHash, j.Hash)
	}
	s, err := readState(k.Training)
	if err != nil {
		return err
	}
	if s.From != j.fromSum() {
		return fmt.Errorf("it began with weights of another network, and these are not there as they were")
	}
	if s.Refit && (c.Train.Refit != "all" || !j.validates()) {
		return fmt.Errorf("it is in a refit, and there is none with this config")
	}
	if k.DataHash != j.Hash && s.Refit {
		return fmt.Errorf("it is in the refit of its best epoch, which belongs to the old data")
	}
	if key, was, is := firstChange(k.Config, c); key != "" {
		return fmt.Errorf("%s was %v, now it is %v", key, was, is)
	}
	part := partOf(s, j)
	was, is := paceOf(k.Config.Train, part), paceOf(c.Train, part)
	if err := samePace(was, is, part.Len()); err != nil {
		return err
	}
	if err := sameAverage(paceOf(k.Config.Train, j.Train), paceOf(c.Train, j.Train), j.Train.Len(), s); err != nil {
		return err
	}
	if err := sameRate(was, is, part.Len(), s); err != nil && !o.AllowRateChange {
		return err
	}
	if strings.HasPrefix(k.Training.Solver, "gorgonia-") {
		return newGorgonia(c.Train).LoadState(SolverState{})
	}
	return nil
}

func (t *trainer[F]) restoreWeights(k *checkpoint.Checkpoint) error {
	es := k.Training.EarlyStopping
	if es.BestEpoch > 0 {
		t.best = snapshot[F]{epoch: es.BestEpoch, step: es.BestStep, train: math.NaN(), validation: es.Best, weights: make([][]F, len(t.net.Params))}
		for _, e := range k.Training.History {
			if e.Step == es.BestStep {
				t.best.train = e.TrainLoss
			}
		}
	}
	for i, param := range t.net.Params {
		w, err := values[F](k.Weights, param.Name, len(param.Values))
		if err != nil {
			return err
		}
		copy(param.Values, w)
		if es.BestEpoch == 0 {
			continue
		}
		if t.best.weights[i], err = values[F](k.Training.Tensors, "best/"+param.Name, len(param.Values)); err != nil {
			return err
		}
	}
	return nil
}

// restoreEpoch brings back the running epoch and the state at its start.
func (t *trainer[F]) restoreEpoch(k *checkpoint.Training) error {
	if err := t.restoreOrder(k); err != nil {
		return err
	}
	raw, ok := k.State["good"]
	if !ok || k.Cursor == 0 {
		return nil
	}
	var saved savedFoothold
	if err := json.Unmarshal(raw, &saved); err != nil {
		return fmt.Errorf("the state at the start of its epoch is unreadable: %w", err)
	}
	return t.restoreFoothold(k, &saved)
}

// adopt goes on with other data than the checkpoint was made with. What was measured on the old data is forgotten: the
// rest of the running epoch, the best validation loss and what early stopping and the plateau rule remember.
func (t *trainer[F]) adopt(k *checkpoint.Checkpoint) {
	t.cursor, t.PhaseStep, t.sums = 0, t.pace.before(t.Epoch), sums{}
	t.carried.forget()
	t.best = snapshot[F]{train: math.NaN(), validation: math.Inf(1)}
	t.Stopper, t.Plateau = newStopper(), plateau{Best: newPlateau().Best, Reductions: t.Plateau.Reductions}
	t.note("the data have changed since %s: epoch %d begins anew, and the best epoch and early stopping are chosen on the new data", checkpointName(k), t.Epoch+1)
}

// restoreOrder brings back the running epoch, if there is one.
func (t *trainer[F]) restoreOrder(k *checkpoint.Training) error {
	if k.Cursor == 0 {
		return nil
	}
	n := t.pace.draws(t.Epoch)
	if len(k.Order) != n || k.Cursor < 0 || k.Cursor > n {
		return fmt.Errorf("it stands at window %d of the %d of its epoch, which now has %d", k.Cursor, len(k.Order), n)
	}
	most := t.part.Len()
	if t.sampler.streamed {
		most = t.pace.drawn(t.Epoch) + n
	}
	for i, w := range k.Order {
		if w < 0 || w >= most {
			return fmt.Errorf("its order of windows has %d at place %d, want 0 to %d", w, i, most-1)
		}
	}
	t.order = slices.Clone(k.Order)
	t.sums = sums{loss: k.Sums["loss"], weight: k.Sums["weight"], norm: k.Sums["grad_norm"], steps: k.Sums["steps"]}
	return nil
}

// readState decodes what progress keeps in a checkpoint.
func readState(k *checkpoint.Training) (progress, error) {
	var s progress
	raw, ok := k.State["train"]
	if !ok {
		return s, fmt.Errorf("it has no state of the trainer")
	}
	if err := json.Unmarshal(raw, &s); err != nil {
		return s, fmt.Errorf("the state of the trainer is unreadable: %w", err)
	}
	if s.Epoch < 0 || s.PhaseStep < 0 || s.Chosen < 0 || s.Averaged < 0 || s.Epoch > len(k.History) || k.EarlyStopping.BestEpoch < 0 {
		return s, fmt.Errorf("the state of the trainer contradicts itself: epoch %d of %d", s.Epoch, len(k.History))
	}
	return s, nil
}

// values finds a tensor and checks its length and type.
func values[F Float](tensors []checkpoint.Tensor, name string, n int) ([]F, error) {
	tensor, ok := checkpoint.Find(tensors, name)
	if !ok {
		return nil, fmt.Errorf("it has no tensor %q", name)
	}
	v, err := checkpoint.Floats[F](tensor)
	if err == nil && len(v) != n {
		err = fmt.Errorf("its tensor %q has %d values, want %d", name, len(v), n)
	}
	return v, err
}

func checkpointName(k *checkpoint.Checkpoint) string {
	if k.Name != "" {
		return k.Name
	}
	return fmt.Sprintf("step %d", k.Step)
}

// free are the keys that may change between a checkpoint and its resume: they don't reach into what was computed.
// (The data's place may change, its content not: that is checked by its hash. What follows from the number of epochs, the
// bounds of the updates, the warm-up and the start of an average is checked by samePace, sameRate and sameAverage.)
var free = map[string]bool{"name": true, "version": true, "data.csv": true, "train.epochs": true, "train.min_updates": true, "train.max_updates": true,
	"train.schedule.warmup_epochs": true, "train.threads": true, "train.early_stopping": true,
	"train.average_start": true, "train.on_nan": true, "train.on_nan_limit": true, "train.save_steps": true, "train.save_epochs": true}

// firstChange names the first key that differs and must not.
func firstChange(was, is *configs.Config) (key string, a, b any) {
	return change("", reflect.ValueOf(*was), reflect.ValueOf(*is))
}

func change(prefix string, a, b reflect.Value) (string, any, any) {
	for i := range a.NumField() {
		name := a.Type().Field(i).Tag.Get("key")
		key := strings.TrimPrefix(prefix+"."+name, ".")
		if name == "-" || name == "" || free[key] {
			continue
		}
		x, y := a.Field(i), b.Field(i)
		if x.Kind() == reflect.Struct {
			if k, u, v := change(key, x, y); k != "" {
				return k, u, v
			}
			continue
		}
		if !equal(x, y) {
			return key, shown(x), shown(y)
		}
	}
	return "", nil, nil
}

// equal compares two values of a config; an empty list is a missing one.
func equal(x, y reflect.Value) bool {
	if x.Kind() == reflect.Slice && x.Len() == 0 && y.Len() == 0 {
		return true
	}
	return reflect.DeepEqual(x.Interface(), y.Interface())
}

func shown(v reflect.Value) any {
	if v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	return v.Interface()
}
