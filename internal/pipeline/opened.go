package pipeline

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"recur/checkpoint"
	"recur/configs"
	"recur/internal/report"
	"recur/internal/runs"
	"recur/predict"
	"recur/task"
	"recur/task/table"
)

// opened is a run that is ready to predict: one network, or the members of an ensemble.
type opened struct {
	task.Run
	path     string
	ensemble *runs.Ensemble  // nil: an ordinary run
	kept     *task.Verdict   // of result.json or ensemble.json; nil: none
	own      *configs.Config // how the run's own data are read, where another file is read otherwise; nil: as Config says
}

// Open opens a run for a command of its task, with the keys of its config that set sets anew for the file that it is to read ("": none).
// judged gives the data that it has learnt from and the verdict on them.
func Open(path string, threads int, set []string, file string, note func(string)) (run *task.Run, judged func() (task.Data, *task.Verdict, error), err error) {
	o, notes, err := open(path, threads)
	if err != nil {
		return nil, nil, err
	}
	report.Tell(note, notes)
	if err := o.use(set, file); err != nil {
		return nil, nil, err
	}
	return &o.Run, func() (task.Data, *task.Verdict, error) {
		own, err := o.openOwn()
		if err != nil {
			return nil, nil, err
		}
		verdict, err := o.verdict(own)
		return own, verdict, err
	}, nil
}

// open reads a run directory (the best checkpoint of an ordinary run, all members of an ensemble) or one checkpoint.
func open(path string, threads int) (*opened, []string, error) {
	if err := runs.Want(path, runs.Predicting); err != nil {
		return nil, nil, err
	}
	if runs.StateOf(path) == runs.EndedEnsemble {
		e, err := runs.RunDir(path).Ensemble()
		if err != nil {
			return nil, nil, err
		}
		return openEnsemble(path, e, threads)
	}
	o := &opened{Run: task.Run{Threads: threads}, path: path}
	notes, err := o.add(path, "best")
	if err != nil {
		return nil, nil, err
	}
	o.Config = o.Networks[0].K.Config
	if run := runs.Resolve(path); run != "" {
		if ended := run.Outcome(); ended != nil && filepath.Clean(path) == string(run) {
			o.kept = ended.Validation
		}
		if o.Calibration, err = run.Calibration(); err != nil {
			return nil, nil, err
		}
	}
	return o, notes, errors.Join(o.together(), o.join())
}

// use sets keys of the config anew, each as in "decode.beam=10": those of the search for all data, those of reading for file alone, since
// the run's own data stay what the training has read.
func (o *opened) use(set []string, file string) error {
	searching, reading, err := configs.Uses(set)
	if err != nil || len(set) == 0 {
		return err
	}
	if len(reading) > 0 && file == "" {
		return &Usage{Message: fmt.Sprintf("--set %s: it says how a file is read, and the run's own data stay as the training has read them; name another file, or leave it out", reading[0])}
	}
	if o.own, err = o.Config.With(searching...); err != nil {
		return err
	}
	if o.Config, err = o.Config.With(set...); err != nil {
		return err
	}
	alone := o.Combination != nil && o.Config.Ensemble.Combine == "none"
	if alone {
		o.Combination = nil
	}
	if alone || slices.ContainsFunc(searching, searches) {
		o.kept = nil // it is of what was found with another search, or together with partners
	}
	for _, n := range o.Networks {
		if n.K.Config, err = n.K.Config.With(set...); err != nil {
			return err
		}
	}
	return nil
}

// searches reports whether an override changes how an answer is searched for.
func searches(set string) bool {
	key, _, _ := strings.Cut(set, "=")
	return configs.UseOf(strings.TrimSpace(key)) == configs.Searching
}

// join opens the companion of the run and the partners of its combination, if it has some.
func (o *opened) join() error {
	run := runs.Resolve(o.path)
	if o.Combination != nil {
		t, ok := table.Of(o.Config).(task.Combines)
		if !ok {
			return fmt.Errorf("task %s combines no forecasts", o.Config.Task)
		}
		var err error
		if o.Combination.Said, err = t.Partners(o.Combination.Partners, o.Config.Model.Quantiles); err != nil {
			return &checkpoint.Error{Path: o.path, Reason: err.Error(), Advice: "take the recur that trained it, or train anew with --force"}
		}
	}
	if run == "" || o.Calibration == nil {
		return nil
	}
	kept, err := run.Companion(o.Calibration)
	if kept == nil || err != nil {
		return err
	}
	o.Companion, err = companionOf(o.Networks[0].K, kept)
	if err != nil {
		return run.NoCompanion(err)
	}
	return nil
}

// companionOf reads the companion of networks of which k is one.
func companionOf(k *checkpoint.Checkpoint, kept []byte) (task.Companion, error) {
	t, ok := table.Of(k.Config).(task.Companied)
	if !ok {
		return nil, fmt.Errorf("task %s has none", k.Config.Task)
	}
	return t.Companion(k, kept)
}

// together refuses networks and a calibration that are not of one run: they were put beside each other by hand.
func (o *opened) together() error {
	first := o.Networks[0].K
	for _, n := range o.Networks {
		c := n.K.Config
		if !slices.Equal(c.Model.Quantiles, o.Config.Model.Quantiles) || c.Data.Horizon != o.Config.Data.Horizon || !slices.Equal(n.K.Data.Names(), first.Data.Names()) || n.K.DataHash != first.DataHash {
			return &checkpoint.Error{Path: o.path, Reason: "its members forecast different steps, quantiles or targets, or have learnt from different data", Advice: "train anew with --force"}
		}
	}
	if q := o.Calibration; q != nil && len(q.Factors) > 0 && !slices.Equal(q.Quantiles, o.Config.Model.Quantiles) {
		return &checkpoint.Error{Path: o.path, Reason: fmt.Sprintf("its calibration is of the quantiles %v, its networks give %v", q.Quantiles, o.Config.Model.Quantiles), Advice: "train anew with --force"}
	}
	return nil
}

func openEnsemble(path string, e *runs.Ensemble, threads int) (*opened, []string, error) {
	text, err := runs.RunDir(path).Read("config.yaml")
	if err != nil {
		return nil, nil, &checkpoint.Error{Path: path, Reason: "an ensemble without a config.yaml that can be read: " + err.Error(), Advice: runs.RunDir(path).GoOn()}
	}
	c, err := configs.Parse(filepath.Join(path, "config.yaml"), text, nil)
	if err != nil {
		return nil, nil, &checkpoint.Error{Path: path, Reason: "an ensemble whose config.yaml is damaged: " + err.Error(), Advice: runs.RunDir(path).GoOn()}
	}
	o := &opened{Run: task.Run{Config: c, Calibration: e.Calibrated, Combination: e.Combination, Threads: threads}, path: path, ensemble: e, kept: e.Validation}
	if ended := runs.RunDir(path).Outcome(); o.kept == nil && ended != nil {
		o.kept = ended.Validation
	}
	var notes []string
	for _, dir := range e.Members {
		more, err := o.addPart(filepath.FromSlash(dir), "best")
		if err != nil {
			return nil, nil, err
		}
		notes = append(notes, more...)
	}
	return o, notes, errors.Join(o.together(), o.join())
}

// add loads the network that which names: best, or last.
func (o *opened) add(path, which string) ([]string, error) {
	k, notes, err := runs.Load(path, which)
	if err != nil {
		return nil, err
	}
	m, err := predict.Open(k, o.Threads)
	if err != nil {
		return nil, err
	}
	o.Networks = append(o.Networks, task.Network{K: k, M: m})
	return notes, nil
}

// addPart is add for one of the runs of an ensemble, with the advice that goes with it where no checkpoint verifies.
func (o *opened) addPart(dir, which string) ([]string, error) {
	run := runs.RunDir(o.path)
	notes, err := o.add(run.Path(dir), which)
	var none *checkpoint.Error
	if errors.Is(err, checkpoint.ErrNone) && errors.As(err, &none) {
		advice := "restore one from a backup; or " + run.GoOn() + ", which trains this run again and keeps the others"
		err = &checkpoint.Error{Path: none.Path, Reason: none.Reason, Advice: advice, Err: none.Err}
	}
	return notes, err
}

// scored is the config whose windows are scored: that of the network, or of an ensemble's best variant.
func (o *opened) scored() *configs.Config {
	c := o.Config
	if o.own != nil {
		c = o.own
	}
	if o.ensemble == nil {
		return c
	}
	return o.ensemble.Variants[0].Of(c)
}

// hash is that of the data that the networks learnt from.
func (o *opened) hash() string { return o.Networks[0].K.DataHash }

// selection opens the networks that an ensemble chose by: those of the variants that were kept, which have not seen the
// validation part.
func (o *opened) selection() (*opened, error) {
	s := &opened{Run: task.Run{Config: o.Config, Calibration: o.Calibration, Threads: o.Threads}, path: o.path, ensemble: o.ensemble, kept: o.kept}
	for _, v := range o.ensemble.Variants {
		dir := runs.PartDir(v.Variant, 0)
		if !v.Kept || !runs.RunDir(o.path).Has(dir) {
			continue
		}
		if _, err := s.addPart(dir, "last"); err != nil {
			return nil, err
		}
	}
	s.Companion, s.Combination = o.Companion, o.Combination
	if len(s.Networks) == 0 {
		return nil, &Usage{Message: fmt.Sprintf("--split: the members of %s have learnt from the validation part too, and there was nothing to choose; score the test part, or one of its members", o.path)}
	}
	return s, nil
}
