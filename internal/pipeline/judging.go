package pipeline

import (
	"fmt"
	"math"

	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/evaluate"
	"recur/internal/runs"
	"recur/predict"
	"recur/task"
	"recur/train"
)

// What a verdict is of where it is not of the networks that forecast.
const (
	beforeRefit     = "the network that chose the number of epochs, before it was trained once more on both parts"
	selectionJudged = "the networks that chose, which have learnt from the training part alone"
)

// Why there may be no verdict.
const (
	learntIt    = "nothing is judged: the network has learnt from the validation part too (train.refit: all), and it was not kept what it was before; the test part alone can tell"
	membersOnly = "nothing is judged: all networks have learnt from the validation part too (train.refit: all), and there was nothing to choose before; the test part alone can tell"
)

// judging keeps, during a training, the network that is to be judged on the validation part.
type judging struct {
	c       *configs.Config
	p       task.Data
	threads int
	network *checkpoint.Checkpoint // with train.refit: all the one before it, once it is known
	earlier *task.Verdict          // of the training that is gone on with, where it had ended
	settle  func(k *checkpoint.Checkpoint) (*evaluate.Calibration, error)
	found   *evaluate.Calibration // how what networks say is corrected; nil: it is not
}

// newJudging is called before the training begins. A training that goes on in the middle of its refit finds the network that
// chose among the checkpoints, where it is the best until the refit is complete.
func newJudging(run runs.RunDir, c *configs.Config, o TrainOptions, resume *checkpoint.Checkpoint) *judging {
	j := &judging{c: c, p: o.Data, threads: o.Threads}
	if !o.judge || o.Data.Part("validation").Len() == 0 {
		j.p = nil
		if !c.Calibrates() {
			return j
		}
	}
	before := run.Outcome()
	if before != nil && resume != nil {
		j.earlier = before.Validation
	}
	if resume != nil && c.Train.Refit == "all" && (before == nil || j.earlier == nil && j.p != nil) {
		if best, _, err := checkpoint.Load(o.files, run.Checkpoints(), "best"); err == nil && best.Step < resume.Step {
			j.network = best
		}
	}
	return j
}

// chose is told of the network that chose the number of epochs.
func (j *judging) chose(k *checkpoint.Checkpoint) error {
	if j.p != nil || j.c.Calibrates() {
		j.network = k
	}
	if !settlesFirst(j.c) {
		return nil
	}
	var err error // now: a training that is stopped after its refit no longer knows this network
	j.found, err = j.settle(k)
	return err
}

// settlesFirst says that what is fitted on the validation part is so before the refit, which learns from that part: of labels, whose
// probabilities would then seem surer than they are.
func settlesFirst(c *configs.Config) bool {
	return c.Train.Refit == "all" && c.Calibrates() && c.HasClasses() && c.Data.HasValidation()
}

// calibrated finds at the end of a training how what its network says is corrected, unless that was found before its refit.
func (j *judging) calibrated(run runs.RunDir, r *train.Result) error {
	var err error
	switch {
	case !j.c.Calibrates():
	case !settlesFirst(j.c):
		j.found, err = j.settle(r.Best)
	case j.found == nil: // by the training that is gone on with
		if j.found, err = run.Calibration(); err == nil && j.found != nil {
			j.found.Companion, err = run.Companion(j.found)
		}
	}
	return err
}

// corrected is what a network says of a part with what was found on the validation part.
func (j *judging) corrected(p data.Examples, said [][]float64) ([][]float64, error) {
	if j.found == nil || j.found.Classes == 0 {
		return said, nil
	}
	run := task.Run{Config: j.c, Networks: []task.Network{{K: j.network}}, Calibration: j.found}
	if j.found.Companion != nil {
		var err error
		if run.Companion, err = companionOf(j.network, j.found.Companion); err != nil {
			return nil, err
		}
	}
	return run.With(p, run.Combine([][][]float64{said}, p, evaluate.WhoseOf(p))), nil
}

// verdict judges when the training has ended; nil where it is not asked for or there is no validation part.
func (j *judging) verdict(r *train.Result) (*task.Verdict, error) {
	if j.p == nil {
		return nil, nil
	}
	refit := j.c.Train.Refit == "all"
	switch {
	case !refit:
		j.network = r.Best
	case j.network == nil && j.earlier != nil:
		return j.earlier, nil
	case j.network == nil:
		return &task.Verdict{Unjudged: learntIt}, nil
	}
	m, err := predict.Open(j.network, j.threads)
	if err != nil {
		return nil, err
	}
	predictions, err := task.Said(m, j.p.Part("validation"))
	if err != nil {
		return nil, err
	}
	if predictions, err = j.corrected(j.p.Part("validation"), predictions); err != nil {
		return nil, err
	}
	v, err := j.p.Verdict(predictions, max(cheap, trainingCost(j.c, j.p, r)))
	if err != nil {
		return nil, fmt.Errorf("the verdict of the validation part: %w", err)
	}
	if v.Chosen = chosenOn(j.c, 1, true); refit {
		v.Judged = beforeRefit
	}
	return v, nil
}

// cheap is what the simple methods of a verdict may always cost, in multiply-adds: about a second.
const cheap = 2e9

// trainingCost is about how many multiply-adds the updates of a training took: a weight is used once a step in the forward
// pass and twice in the backward one.
func trainingCost(c *configs.Config, d task.Data, r *train.Result) float64 {
	return 3 * float64(r.Last.Step) * float64(c.Train.UpdateSize()) * float64(d.Spec(c).Steps) * float64(r.Parameters)
}

// chosenWeight is what is chosen on the validation part where simple methods forecast with the networks.
const chosenWeight = "the weight of the networks"

// chosenOn lists what the training chose on the validation part, of so many variants; epoch says that the best epoch was.
func chosenOn(c *configs.Config, variants int, epoch bool) (chosen []string) {
	if variants > 1 {
		chosen = append(chosen, "the variants of transform and window_scale")
	}
	if epoch {
		chosen = append(chosen, "the epoch")
	}
	if c.Train.EarlyStopping.Patience > 0 {
		chosen = append(chosen, "when to stop")
	}
	if c.Train.Schedule.Kind == "plateau" {
		chosen = append(chosen, "the learning rates")
	}
	if c.Intervals.Origins > 0 {
		chosen = append(chosen, "how wide intervals are")
	}
	if c.Train.TemperatureScaling {
		chosen = append(chosen, "how sure probabilities are")
	}
	if c.Joins() && c.Ensemble.Linear == "auto" {
		chosen = append(chosen, "whether a simple model predicts with the network")
	}
	return chosen
}

// judgeMembers is the verdict of an ensemble that had nothing to choose: of its members where they have not learnt from the
// validation part.
func (t *ensembleTraining) judgeMembers() (*task.Verdict, error) {
	switch {
	case !t.c.Data.HasValidation() || t.o.Data != nil: // compare and backtest judge by other windows
		return nil, nil
	case t.c.Train.Refit == "all":
		return &task.Verdict{Unjudged: membersOnly}, nil
	}
	run, err := t.opened()
	if err != nil {
		return nil, err
	}
	c, err := runs.MemberConfig(t.c, t.state.Variants[0].Variant, 1)
	if err != nil {
		return nil, err
	}
	return run.judged(t.parts[task.Key(c)])
}

// opened are the members, with what was found on the validation part.
func (t *ensembleTraining) opened() (*opened, error) {
	run := &opened{Run: task.Run{Config: t.c, Calibration: t.state.Calibrated, Combination: t.state.Combination, Threads: t.o.Threads}, path: string(t.run), ensemble: &t.state}
	for _, dir := range t.state.Members {
		if _, err := run.addPart(dir, "best"); err != nil {
			return nil, err
		}
	}
	return run, run.join()
}

// settle finds on the validation part how what the members say together is corrected, where they have not learnt from it and that is
// asked for, and by how much their means are off.
func (t *ensembleTraining) settle() error {
	if c := t.state.Calibrated; c != nil && c.Mean > 0 {
		return t.settleMean()
	}
	if !t.c.HasClasses() || !t.c.Calibrates() || t.state.Calibrated != nil {
		return nil
	}
	run, err := t.opened()
	if err != nil {
		return err
	}
	d := t.parts[task.Key(run.Networks[0].K.Config)]
	in, err := run.Prepare(d.Source(), d)
	if err != nil {
		return err
	}
	t.state.Calibrated, err = d.Calibrate(t.c, func(data.Examples) ([][]float64, error) { return run.Predict(in, task.PartNamed("validation")) })
	if err == nil {
		t.note(t.state.Calibrated.Told)
	}
	return err
}

// settleMean measures the factor of means of the members: it is one number, of the quantiles that are forecast, and those of the networks that
// chose are others.
func (t *ensembleTraining) settleMean() error {
	run, err := t.opened()
	if err != nil {
		return err
	}
	d, ok := t.parts[task.Key(run.Networks[0].K.Config)].(task.Averaged)
	if !ok {
		return nil
	}
	in, err := run.Prepare(d.Source(), d)
	if err != nil {
		return err
	}
	run.Calibration, run.Combination = nil, nil
	said, err := run.Predict(in, func(one task.Data) data.Examples { return one.(task.Averaged).Past() })
	if err == nil {
		d.KeepMean(t.state.Calibrated, said)
	}
	return err
}

// verdict is what the validation part says of the run: what its training kept, else judged now. nil: there is no such part.
func (o *opened) verdict(own task.Data) (*task.Verdict, error) {
	if o.kept != nil {
		return o.kept, nil
	}
	return o.judged(own)
}

// judged judges the networks of a run of which no verdict is kept; own are its data. nil: there is no validation part.
func (o *opened) judged(own task.Data) (*task.Verdict, error) {
	switch {
	case own.Part("validation").Len() == 0:
		return nil, nil
	case o.Config.Train.Refit == "all" && o.ensemble != nil:
		chose, err := o.selection()
		if err != nil { // there was nothing to choose
			return &task.Verdict{Unjudged: membersOnly}, nil
		}
		v, err := chose.judgedOn(own)
		if err == nil {
			v.Chosen, v.Judged = chose.usedFor("validation"), selectionJudged
		}
		return v, err
	case o.Config.Train.Refit == "all":
		return &task.Verdict{Unjudged: learntIt}, nil
	}
	v, err := o.judgedOn(own)
	if err == nil {
		v.Chosen = chosenOn(o.Config, 1, true)
	}
	return v, err
}

// judgedOn sets what the networks say of the validation part beside the simple methods.
func (o *opened) judgedOn(own task.Data) (*task.Verdict, error) {
	in, err := o.Prepare(own.Source(), own)
	if err != nil {
		return nil, err
	}
	predictions, err := o.Predict(in, task.PartNamed("validation"))
	if err != nil {
		return nil, err
	}
	return own.Verdict(predictions, math.Inf(1))
}
