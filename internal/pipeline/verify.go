package pipeline

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"time"

	"recur/checkpoint"
	"recur/internal/report"
	"recur/internal/runs"
	"recur/task"
	"recur/train"
)

// VerifyOptions says how much of a run to retrain.
type VerifyOptions struct {
	FromStart bool // from the initial weights, not from the checkpoint before the newest
	Steps     int  // at most so many updates; 0: up to the newest checkpoint
	Threads   int
	OnNote    func(string)
}

// Verification is `verify --json`: what retraining gave beside what the run holds.
type Verification struct {
	Schema      int      `json:"schema"`
	Run         string   `json:"run"`
	From        string   `json:"from"` // a checkpoint, or "start"
	To          string   `json:"to"`   // a checkpoint; "" where it was not reached
	Steps       int      `json:"steps"`
	Epochs      int      `json:"epochs"` // finished ones that were compared
	Same        bool     `json:"same"`
	Differences []string `json:"differences"`
	Environment []string `json:"environment"` // what decides the bits and has changed since
	Seconds     float64  `json:"seconds"`
}

// Different is the error of a run that retrains to other bits than it holds.
type Different struct{ Verification *Verification }

func (e *Different) Error() string {
	v := e.Verification
	s := fmt.Sprintf("%s: different: %s", v.Run, strings.Join(v.Differences[:min(3, len(v.Differences))], "; "))
	if n := len(v.Differences) - 3; n > 0 {
		s += fmt.Sprintf("; and %d more", n)
	}
	if len(v.Environment) > 0 {
		return s + "; that may come from the environment: " + strings.Join(v.Environment, "; ")
	}
	return s + "; the environment is the same, so the files, the data or this program are not what they were"
}

// VerifyRun retrains some steps of a run and compares weights, solver state and losses with what the run holds, bit by bit.
func VerifyRun(ctx context.Context, path string, o VerifyOptions) (*Verification, error) {
	run := runs.RunDir(path)
	if err := runs.Want(path, runs.Retrainable); err != nil {
		return nil, err
	}
	from, to, err := ends(run, o)
	if err != nil {
		return nil, err
	}
	prepared, err := openOwn(to.Config, to.DataHash)
	if err != nil {
		return nil, err
	}
	v := &Verification{Schema: 1, Run: path, From: "start", Differences: []string{}, Environment: run.Changes(runs.EnvironmentOf(to.Config, to.DataHash))}
	report.Tell(o.OnNote, v.Environment)
	if from != nil {
		v.From = from.Name
	}
	began := time.Now()
	if err := v.retrain(ctx, from, to, prepared, o); err != nil {
		return nil, err
	}
	v.Seconds = time.Since(began).Seconds()
	if v.To == "" && v.Epochs == 0 {
		return nil, &Usage{Message: fmt.Sprintf("%d steps from %s on reach neither the end of an epoch nor the next checkpoint, so there is nothing to compare; give more --steps", o.Steps, v.From)}
	}
	if v.Same = len(v.Differences) == 0; !v.Same {
		return v, &Different{v}
	}
	return v, nil
}

// ends returns the newest checkpoint that a training can go on from, and the one before it (nil: the start).
func ends(r runs.RunDir, o VerifyOptions) (from, to *checkpoint.Checkpoint, err error) {
	all, err := checkpoint.Verify(checkpoint.OS(), r.Checkpoints())
	if err != nil {
		return nil, nil, err
	}
	for _, s := range all { // the newest first, pointers last
		if s.Err != nil {
			report.Tell(o.OnNote, []string{fmt.Sprintf("%s is damaged and left out: %v", s.Name, s.Err)})
			continue
		}
		if s.Names != "" {
			continue
		}
		k, _, err := checkpoint.Load(checkpoint.OS(), filepath.Join(r.Checkpoints(), s.Name), "")
		switch {
		case err != nil:
			return nil, nil, err
		case k.Training == nil:
			continue
		case to == nil:
			to = k
			continue
		case !o.FromStart:
			from = k
		}
		break
	}
	if to == nil {
		return nil, nil, &checkpoint.Error{Path: r.Checkpoints(), Reason: "there is no checkpoint that holds the state of the training", Advice: "train anew"}
	}
	return from, to, nil
}

// retrain goes from one checkpoint to the other and compares on the way.
func (v *Verification) retrain(ctx context.Context, from, to *checkpoint.Checkpoint, p task.Data, o VerifyOptions) error {
	outer := ctx
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	c := *to.Config
	c.Train.SaveSteps, c.Train.SaveEpochs = max(to.Step, 1), 0 // one save, at the step of the newest
	first := 0
	if from != nil {
		first = from.Step
	}
	validated := to.Training.Cursor < len(to.Training.Order) || to.Training.Cursor == 0
	var reached *checkpoint.Checkpoint
	told := train.History(to)
	var otherRate error
	seen := 0
	if from != nil {
		seen = len(train.History(from))
	}
	if from != nil {
		p.Adopt(&from.Data) // as a resume did that went on with changed data
	}
	job := p.Job(&c)
	began, err := begunWith(runs.RunDir(v.Run))
	if err != nil {
		return err
	}
	job.From = began.weights()
	r, err := train.Run(ctx, job, train.Options{
		Threads: o.Threads, Resume: from, SaveEvery: math.MaxInt64 / 8,
		AllowRateChange: true, AllowDataChange: true, // where the run went on so, that is to be retrained
		Save: func(k *checkpoint.Checkpoint, _ bool) error {
			if k.Step == to.Step && k.Training != nil && reached == nil {
				reached = k
				stop()
			}
			return nil
		},
		OnEpoch: func(e Epoch) {
			if seen < len(told) {
				v.epoch(told[seen], e)
				if otherRate = anotherRate(v.Run, told[seen], e); otherRate != nil {
					stop()
				}
			}
			seen++
		},
		OnStep: func(s train.Step) {
			v.Steps = s.Step - first
			if s.Step == to.Step && !validated || o.Steps > 0 && v.Steps >= o.Steps && s.Step < to.Step {
				stop()
			}
		},
	})
	var diverged *train.Diverged
	switch {
	case outer.Err() != nil:
		return errors.New("interrupted before there was a verdict")
	case otherRate != nil:
		return otherRate
	case errors.As(err, &diverged):
		v.Differences = append(v.Differences, err.Error())
		return nil
	case err != nil:
		return err
	}
	if reached == nil && r.Last.Step == to.Step {
		reached = r.Last
	}
	if reached != nil {
		v.To = to.Name
		v.Differences = append(v.Differences, checkpoint.Differences(to, reached)...)
	} else if o.Steps == 0 {
		v.Differences = append(v.Differences, fmt.Sprintf("the training ended after step %d, the run after step %d", r.Last.Step, to.Step))
	}
	return nil
}

// anotherRate is the error of an epoch that the run trained at another learning rate than its config now gives: a resume changed
// the schedule, so that the run can't be retrained over that change.
func anotherRate(run string, was, now Epoch) error {
	if was.LearningRate == now.LearningRate {
		return nil
	}
	return &checkpoint.Error{Path: run, Advice: "`recur verify` without --from-start retrains what came last",
		Reason: fmt.Sprintf("epoch %d was trained at the learning rate %.3g, and by the config as it is now would be at %.3g: the run went on under another schedule", was.Number, was.LearningRate, now.LearningRate)}
}

// epoch compares the figures of a finished epoch.
func (v *Verification) epoch(was, now Epoch) {
	v.Epochs++
	for _, x := range []struct {
		what     string
		was, now float64
	}{{"train loss", was.TrainLoss, now.TrainLoss}, {"validation loss", was.ValidationLoss, now.ValidationLoss}, {"gradient norm", was.GradNorm, now.GradNorm}} {
		if math.Float64bits(x.was) != math.Float64bits(x.now) && !(math.IsNaN(x.was) && math.IsNaN(x.now)) {
			v.Differences = append(v.Differences, fmt.Sprintf("epoch %d: %s %v and %v", was.Number, x.what, x.was, x.now))
		}
	}
}

// Text is the verdict for people.
func (v *Verification) Text() string {
	what := fmt.Sprintf("%d epochs", v.Epochs)
	if v.To != "" {
		what += " and all of " + v.To
	}
	return fmt.Sprintf("%s: same: %d steps from %s on, retrained in %.1f s, give the same bits (%s compared)\n", v.Run, v.Steps, v.From, v.Seconds, what)
}
