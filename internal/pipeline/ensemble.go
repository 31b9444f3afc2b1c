package pipeline

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"recur/checkpoint"
	"recur/configs"
	"recur/internal/record"
	"recur/internal/report"
	"recur/internal/runs"
	"recur/predict"
	"recur/task"
)

// ensembleTraining is the training of one ensemble.
type ensembleTraining struct {
	c       *configs.Config
	o       TrainOptions
	run     runs.RunDir
	source  task.Source
	parts   task.Inputs
	began   time.Time
	jobs    int // known so far
	fit     int // networks side by side that memory is enough for
	chosen  []task.Variant
	state   runs.Ensemble
	outcome runs.Outcome
}

// trainEnsemble trains the members of an ensemble: where there is something to choose or to calibrate, first a network of
// each variant on the training part alone, then those that are kept on all that the config allows.
func trainEnsemble(ctx context.Context, c *configs.Config, source task.Source, o TrainOptions) (*TrainReport, error) {
	run := runs.Dir(c, o.Run)
	t := &ensembleTraining{c: c, o: o, run: run, source: source, parts: task.Inputs{}, began: time.Now(),
		state: runs.Ensemble{Schema: 1}, outcome: runs.Outcome{Schema: 1, Stopped: "epochs"}}
	variants, notes := source.Variants(c)
	report.Tell(o.OnNote, notes)
	if err := t.prepare(variants); err != nil {
		return nil, err
	}
	t.fit = len(variants) * c.Ensemble.Members
	for _, p := range t.parts {
		fit, err := fitting(p.Config(), p, t.fit, o.Threads)
		if err != nil {
			return nil, err
		}
		t.fit = fit
	}
	unlock, err := run.Take(record.Run, c, o.Force)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := run.ClaimEnsemble(c, variants, source.Facts().Hash, o.start()); err != nil {
		return nil, err
	}
	if err := run.Begin(c, source.Facts().Hash); err != nil {
		return nil, run.Unwritten(err)
	}
	if err := t.choose(ctx, variants); err != nil {
		return nil, err
	}
	if err := t.members(ctx); err != nil {
		return nil, err
	}
	if err := t.settle(); err != nil {
		return nil, err
	}
	if err := run.KeepCompanion(t.state.Calibrated); err != nil {
		return nil, err
	}
	if err := run.WriteJSON(runs.EnsembleName, t.state); err != nil {
		return nil, run.Unwritten(err)
	}
	t.outcome.Seconds, t.outcome.Finished = time.Since(t.began).Seconds(), time.Now().UTC().Truncate(time.Second)
	if t.outcome.Validation = t.state.Validation; t.outcome.Validation == nil {
		if t.outcome.Validation, err = t.judgeMembers(); err != nil {
			return nil, err
		}
	}
	report := &TrainReport{Run: run, Outcome: t.outcome, Ensemble: &t.state}
	return report, run.Unwritten(run.WriteJSON("result.json", t.outcome))
}

// prepare makes the windows of every config that will be trained, so that faults of the data are found before the first.
func (t *ensembleTraining) prepare(variants []task.Variant) error {
	for i, f := range variants {
		for seed := range uint64(2) {
			c, err := runs.MemberConfig(t.c, f, seed)
			if err != nil {
				return err
			}
			key := task.Key(c)
			if t.parts[key] != nil {
				continue
			}
			p, err := t.source.Prepare(c)
			if err != nil {
				return err
			}
			if t.parts[key] = p; i == 0 && seed == 0 {
				report.Tell(t.o.OnNote, p.Notes())
			}
		}
	}
	return nil
}

// train trains one ordinary run unless it is there already, finished.
func (t *ensembleTraining) train(ctx context.Context, c *configs.Config, dir string, job, threads int) (*runs.Outcome, error) {
	run := runs.RunDir(t.run.Path(dir))
	event := JobEvent{Job: job, Jobs: t.jobs, Label: dir}
	t.report(event)
	p := t.parts[task.Key(c)]
	hash := p.Source().Facts().Hash
	var err error
	if event.Reused, err = run.FinishedJob(c, hash); err == nil && !event.Reused {
		if err = t.makes(c, dir, hash); err != nil {
			return nil, err
		}
		resume := run.UnfinishedJob(c, hash)
		_, err = trainOne(ctx, c, TrainOptions{Run: string(run), Resume: resume, Force: !resume, Threads: threads, Data: p,
			OnNote:  func(note string) { t.note(dir + ": " + note) },
			OnEpoch: func(e Epoch) { t.report(JobEvent{Job: job, Jobs: t.jobs, Label: dir, Epoch: &e}) }})
	}
	event.Done, event.Err = true, err
	t.report(event)
	if err != nil {
		return nil, t.interrupted(err)
	}
	if o := run.Outcome(); o != nil {
		return o, nil
	}
	return nil, &checkpoint.Error{Path: string(run), Reason: "result.json is missing or not readable", Advice: "train again with --resume"}
}

// makes says whether a member may be trained in a directory, and notes it.
func (t *ensembleTraining) makes(c *configs.Config, dir, hash string) error {
	return t.run.ClaimAll(nil, []runs.Below{{Dir: dir, Config: c, Hash: hash}}, t.o.Force)
}

// interrupted gives a member's interruption, or its trouble with the disk, the directory and the command of the whole
// ensemble.
func (t *ensembleTraining) interrupted(err error) error {
	var stop *Interrupted
	var full *runs.Unwritten
	switch {
	case errors.As(err, &stop):
		return &Interrupted{Run: t.run, Resume: t.run.ResumeCommand()}
	case errors.As(err, &full) && full.Advice != "":
		return &runs.Unwritten{What: full.What, Err: full.Err, Advice: "what was saved before is as it was; make room or give the right, then go on with: " + t.run.ResumeCommand()}
	}
	return err
}

// note tells one thing at a time: members train beside each other.
func (t *ensembleTraining) note(text string) {
	jobEvents.Lock()
	defer jobEvents.Unlock()
	report.Tell(t.o.OnNote, []string{text})
}

func (t *ensembleTraining) report(e JobEvent) {
	if t.o.OnJob == nil {
		return
	}
	jobEvents.Lock()
	defer jobEvents.Unlock()
	t.o.OnJob(e)
}

// choose tries every variant on the validation part, keeps those near the best, and calibrates their quantiles.
func (t *ensembleTraining) choose(ctx context.Context, variants []task.Variant) error {
	t.jobs = len(variants)*boolInt(t.chooses(variants)) + len(variants)*t.c.Ensemble.Members
	if !t.chooses(variants) {
		t.chosen = variants
		for _, f := range variants {
			t.state.Variants = append(t.state.Variants, task.VariantScore{Variant: f, Kept: true})
		}
		return nil
	}
	err := parallel(ctx, len(variants), t.o.Threads, t.fit, func(ctx context.Context, i, threads int) error {
		c, err := runs.MemberConfig(t.c, variants[i], 0)
		if err != nil {
			return err
		}
		_, err = t.train(ctx, c, runs.PartDir(variants[i], 0), i, threads)
		return err
	})
	if err != nil {
		return t.interrupted(err)
	}
	s, err := t.score(variants)
	if err != nil {
		return err
	}
	t.state.Variants, t.chosen = s.Variants, s.Kept()
	t.state.Validation, t.state.Calibrated, t.state.Combination = s.Verdict, s.Calibration, s.Combination
	if s.Combination != nil {
		t.note(s.Combination.Sentence())
	}
	t.outcome.ValidationOWA = s.Verdict.Methods[task.NetworkName].Value("owa")
	return nil
}

// score predicts the validation part with the network of every variant, which has not seen it, and chooses among them.
func (t *ensembleTraining) score(variants []task.Variant) (*task.Choice, error) {
	var all []task.Candidate
	for _, f := range variants {
		k, _, err := runs.Load(t.run.Path("selection", f.Name), "last")
		if err != nil {
			return nil, err
		}
		one := task.Candidate{Variant: f, Data: t.parts[task.Key(k.Config)]}
		if one.Model, err = predict.Open(k, t.o.Threads); err != nil {
			return nil, err
		}
		if one.Said, err = one.Model.Part(one.Data.Part("validation")); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	choice, err := t.source.Choose(t.c, all)
	if err == nil {
		choice.Verdict.Chosen, choice.Verdict.Judged = chosenOn(t.c, len(variants), false), selectionJudged
		if choice.Combination != nil {
			choice.Verdict.Chosen = append(choice.Verdict.Chosen, chosenWeight)
		}
	}
	return choice, err
}

// chooses says whether networks have to be trained on the training part alone first.
func (t *ensembleTraining) chooses(variants []task.Variant) bool {
	return t.c.Data.HasValidation() && (len(variants) > 1 || t.c.Intervals.Origins > 0) || settlesFirst(t.c)
}

// members trains the networks that forecast.
func (t *ensembleTraining) members(ctx context.Context) error {
	type work struct {
		c   *configs.Config
		dir string
	}
	var jobs []work
	for _, f := range t.chosen {
		for n := range t.c.Ensemble.Members {
			c, err := runs.MemberConfig(t.c, f, uint64(n+1))
			if err != nil {
				return err
			}
			jobs = append(jobs, work{c, runs.PartDir(f, uint64(n+1))})
		}
	}
	first := 0
	if t.chooses(t.flavours()) {
		first = len(t.state.Variants)
	}
	t.jobs = first + len(jobs)
	outcomes := make([]*runs.Outcome, len(jobs))
	err := parallel(ctx, len(jobs), t.o.Threads, t.fit, func(ctx context.Context, i, threads int) (err error) {
		outcomes[i], err = t.train(ctx, jobs[i].c, jobs[i].dir, first+i, threads)
		return err
	})
	if err != nil {
		return t.interrupted(err)
	}
	for i, o := range outcomes {
		t.state.Members = append(t.state.Members, filepath.ToSlash(jobs[i].dir))
		t.outcome.Epochs = max(t.outcome.Epochs, o.Epochs)
		t.outcome.Steps += o.Steps
		t.outcome.Parameters += o.Parameters
		t.outcome.TrainLoss += o.TrainLoss / float64(len(outcomes))
	}
	return nil
}

func (t *ensembleTraining) flavours() []task.Variant {
	var all []task.Variant
	for _, v := range t.state.Variants {
		all = append(all, v.Variant)
	}
	return all
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
