package pipeline

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"recur/checkpoint"
	"recur/configs"
	"recur/evaluate"
	"recur/internal/record"
	"recur/internal/report"
	"recur/internal/runs"
	"recur/predict"
	"recur/task"
	"recur/task/table"
	"recur/train"
)

// Epoch is what is told after each epoch.
type Epoch = train.Epoch

// TrainOptions says how to run one training.
type TrainOptions struct {
	Run    string // directory; "" means runs/NAME
	Resume bool   // go on from the newest checkpoint
	From   string // a run, a checkpoint or a safetensors file whose weights to start from, where they fit
	Force  bool   // overwrite a finished or unfinished run
	// AllowDataChange lets Resume go on with data that have changed since, scaled as they were.
	AllowDataChange bool
	// AllowRateChange lets Resume go on although the schedule now gives another learning rate than the one it was trained with.
	AllowRateChange bool
	Threads         int // cores for this run; 0 means train.threads
	OnEpoch         func(Epoch)
	OnFrom          func(*From)    // what From gave
	OnShown         Shown          // told after each epoch of an example of the validation part, of tasks that have one to show; nil: not made
	OnNote          func(string)   // things worth a line on stderr
	OnJob           func(JobEvent) // of an ensemble: told of every member, as of the runs of a comparison
	Data            task.Data      // read and prepared already (compare); nil reads it

	alone bool          // Data is this run's, no other's
	judge bool          // against the simple methods, on the validation part
	files checkpoint.FS // of the checkpoints, for tests; nil: the machine's
}

// Shown is told of one example of the validation part after an epoch.
type Shown func(Epoch, *task.Demonstration)

// shown makes an example of each epoch's weights; nil where none is wanted or there is none. An example that can't be made is none: the
// training tells itself of weights that are wrong.
func (o TrainOptions) shown(d task.Data) func(Epoch, *checkpoint.Checkpoint) {
	of, ok := d.(task.Demonstrator)
	if !ok || o.OnShown == nil {
		return nil
	}
	return func(e Epoch, k *checkpoint.Checkpoint) {
		if e.Refit { // it is learnt from by now
			return
		}
		m, err := predict.Open(k, o.Threads)
		if err != nil {
			return
		}
		if one, err := of.Demonstrate(m, k.Step); err == nil && one != nil {
			o.OnShown(e, one)
		}
	}
}

// start is what a directory is asked for.
func (o TrainOptions) start() runs.Start {
	return runs.Start{Resume: o.Resume, Force: o.Force, Files: o.files, OnNote: o.OnNote}
}

// TrainReport says how a training ended.
type TrainReport struct {
	Run      runs.RunDir
	Outcome  runs.Outcome
	Result   *train.Result  // nil for an ensemble
	From     *From          // nil: it began with weights of its own
	Ensemble *runs.Ensemble // nil for one network
}

// Interrupted is the error of a training that was told to stop and has saved its state.
type Interrupted struct {
	Run    runs.RunDir
	Resume string // the command line that goes on from there
}

func (e *Interrupted) Error() string {
	return fmt.Sprintf("interrupted; the state is saved in %s; go on with:\n  %s", e.Run, e.Resume)
}

// Train runs the training that c asks for, of one network or of an ensemble, and writes the run directory.
func Train(ctx context.Context, c *configs.Config, o TrainOptions) (*TrainReport, error) {
	if o.files == nil {
		o.files = checkpoint.OS()
	}
	var source task.Source
	if o.Data != nil {
		source = o.Data.Source()
	} else {
		var err error
		if source, err = Read(c, o.OnNote); err != nil {
			return nil, err
		}
		c = source.Config()
	}
	if o.From != "" && (c.Ensemble.Members > 0 || o.Resume) {
		return nil, noFrom(o)
	}
	if c.Ensemble.Members > 0 {
		return trainEnsemble(ctx, c, source, o)
	}
	if o.Data == nil {
		var err error
		if o.Data, err = source.Prepare(c); err != nil {
			return nil, err
		}
		report.Tell(o.OnNote, o.Data.Notes())
		o.alone, o.judge = true, true // compare and backtest judge by other windows
		if err := foretell(o.Data, o.OnNote); err != nil {
			return nil, err
		}
	}
	return trainOne(ctx, c, o)
}

// foretell tells what simple methods do, where the data know that before a training.
func foretell(d task.Data, note func(string)) error {
	f, ok := d.(task.Foreteller)
	if !ok || note == nil {
		return nil
	}
	told, err := f.Foretell(cheap)
	if err == nil && told != "" {
		note(told)
	}
	return err
}

// trainOne trains one network on o.Data.
func trainOne(ctx context.Context, c *configs.Config, o TrainOptions) (*TrainReport, error) {
	run, prepared := runs.Dir(c, o.Run), o.Data
	if _, err := enoughToTrain(c, prepared, 1); err != nil {
		return nil, err
	}
	if o.files == nil {
		o.files = checkpoint.OS()
	}
	unlock, err := run.Take(record.Run, c, o.Force)
	if err != nil {
		return nil, err
	}
	defer unlock()
	job := prepared.Job(c)
	from, err := o.from(run, job)
	if err != nil {
		return nil, err
	}
	job.From = from.weights()
	if err := run.Claim(c, o.start()); err != nil {
		return nil, err
	}
	resume, err := resumable(run, job, prepared, o)
	if err != nil {
		return nil, err
	}
	if resume != nil {
		job = prepared.Job(c) // of what was adopted
		job.From = from.weights()
	}
	judging := newJudging(run, c, o, resume)
	judging.settle = func(k *checkpoint.Checkpoint) (*evaluate.Calibration, error) {
		return calibrate(run, c, k, prepared, o)
	}
	if err := run.Begin(c, prepared.Source().Facts().Hash); err != nil {
		return nil, run.Unwritten(err)
	}
	if from != nil {
		if err := from.keep(run); err != nil {
			return nil, err
		}
		if o.From != "" && o.OnFrom != nil {
			o.OnFrom(from)
		}
	}
	log, err := runs.OpenMetrics(run, resume)
	if err != nil {
		return nil, run.Unwritten(err)
	}
	defer log.Close()
	result, err := train.Run(ctx, job, train.Options{
		Threads: o.Threads,
		Resume:  resume,
		OnNote:  o.OnNote,

		OnWeights: o.shown(prepared),
		Save:      func(k *checkpoint.Checkpoint, best bool) error { return run.Save(o.files, k, best) },

		OnChosen:        judging.chose,
		AllowDataChange: o.AllowDataChange, AllowRateChange: o.AllowRateChange,
		OnEpoch: func(e Epoch) {
			log.Add(e)
			if o.OnEpoch != nil {
				o.OnEpoch(e)
			}
		},
	})
	if err != nil {
		return nil, err
	}
	if err := log.Flush(); err != nil {
		return nil, run.Unwritten(err)
	}
	report := &TrainReport{Run: run, Result: result, From: from, Outcome: outcomeOf(result)}
	if result.Stopped == "interrupted" {
		return report, &Interrupted{Run: run, Resume: run.ResumeCommand()}
	}
	if err := judging.calibrated(run, result); err != nil {
		return nil, err
	}
	if report.Outcome.Validation, err = judging.verdict(result); err != nil {
		return nil, err
	}
	return report, run.Unwritten(run.WriteJSON("result.json", report.Outcome))
}

// calibrate measures on the validation part how what a network says must be corrected, and keeps it.
func calibrate(run runs.RunDir, c *configs.Config, k *checkpoint.Checkpoint, d task.Data, o TrainOptions) (*evaluate.Calibration, error) {
	m, err := predict.Open(k, o.Threads)
	if err != nil {
		return nil, err
	}
	found, err := d.Calibrate(c, m.Part)
	if err != nil {
		return nil, err
	}
	report.Tell(o.OnNote, []string{found.Told})
	return found, run.KeepCalibration(found)
}

// Read reads the data of a config, unless they do not fit into memory.
func Read(c *configs.Config, note func(string)) (task.Source, error) {
	if err := enoughToRead(c, ""); err != nil {
		return nil, err
	}
	return table.Of(c).Open(c, note)
}

// Prepare reads the data of a config and makes its parts.
func Prepare(c *configs.Config) (task.Data, error) {
	source, err := Read(c, nil)
	if err != nil {
		return nil, err
	}
	return prepareScored(source, source.Config())
}

// prepareScored makes the parts that are scored of a config: those of its first variant.
func prepareScored(s task.Source, c *configs.Config) (task.Data, error) {
	all, _ := s.Variants(c)
	return s.Prepare(all[0].Of(c))
}

// resumable loads the state to go on from; nil starts anew. It is refused here, before any file of the run is touched,
// when it does not go with the config or the data.
func resumable(r runs.RunDir, j *train.Job, p task.Data, o TrainOptions) (*checkpoint.Checkpoint, error) {
	if !o.Resume {
		return nil, nil
	}
	k, notes, err := checkpoint.Load(o.files, r.Checkpoints(), "last")
	if errors.Is(err, checkpoint.ErrNone) {
		return nil, nil // starts anew
	}
	if err != nil {
		return nil, err
	}
	report.Tell(o.OnNote, notes)
	changed := k.DataHash != j.Hash
	if changed && !o.AllowDataChange {
		return nil, &checkpoint.Error{
			Path: string(r), Reason: fmt.Sprintf("the data have changed since this run began (SHA-256 %.12s… then, %.12s… now)", k.DataHash, j.Hash),
			Advice: "go on all the same with --allow-data-change, or train anew with --force or --run DIR",
		}
	}
	if err := train.Compatible(k, j, train.Options{AllowDataChange: o.AllowDataChange, AllowRateChange: o.AllowRateChange}); err != nil {
		return nil, err
	}
	if o.alone { // not only where the data have just changed: they may have before the checkpoint, and what it knows is its scale
		known, all := p.Adopt(&k.Data)
		if changed {
			report.Tell(o.OnNote, []string{scaledAsBefore(known, all)})
		}
	}
	for _, change := range r.Changes(runs.EnvironmentOf(j.Config, j.Hash)) {
		report.Tell(o.OnNote, []string{"what decides the last bits has changed since this run was begun or last resumed: " + change})
	}
	// What it goes on from is the run's own, also where it comes from a backup.
	if err := errors.Join(record.Claim(string(r), runs.FilesOf(j.Config)...), record.Change(string(r), []string{"checkpoints/" + checkpoint.NameOf(k.Step) + "/"}, nil)); err != nil {
		return nil, r.Unwritten(err)
	}
	return k, r.Unwritten(r.Tidy(o.files))
}

// scaledAsBefore says that changed data are scaled by what a checkpoint knows; of one series, or of sequences, it is all or nothing.
func scaledAsBefore(known, all int) string {
	switch {
	case all > 1:
		return fmt.Sprintf("the changed data are scaled as before (%d of %d series)", known, all)
	case known == 0:
		return "the changed data are scaled anew: what the checkpoint knows does not fit them"
	}
	return "the changed data are scaled as before"
}

func outcomeOf(r *train.Result) runs.Outcome {
	o := runs.Outcome{
		Schema: 1, Stopped: r.Stopped, Steps: r.Last.Step, Parameters: r.Parameters,
		TrainLoss: r.Last.TrainLoss, Seconds: r.Seconds, StepsPerSecond: r.StepsPerSecond, Finished: time.Now().UTC().Truncate(time.Second),
	}
	for _, e := range r.Epochs {
		if e.Refit {
			o.RefitEpochs++
			continue
		}
		o.Epochs++
		if e.Best || math.IsNaN(e.ValidationLoss) {
			o.BestEpoch = e.Number
		}
	}
	if v := r.Best.ValidationLoss; !math.IsNaN(v) {
		o.ValidationLoss = &v
	}
	return o
}
