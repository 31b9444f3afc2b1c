package pipeline

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/data/series"
	"recur/evaluate"
	"recur/predict"
)

// opened is a run that is ready to predict: one network, or the members of an ensemble.
type opened struct {
	path     string
	config   *configs.Config // what was asked for
	ensemble *Ensemble       // nil: an ordinary run
	networks []network
	quantile *evaluate.Calibration // nil: quantiles stay as the networks give them
	kept     *Verdict              // of result.json or ensemble.json; nil: none
	threads  int
}

// network is one trained network.
type network struct {
	k *checkpoint.Checkpoint
	m *predict.Model
}

// open reads a run directory (the best checkpoint of an ordinary run, all members of an ensemble) or one checkpoint.
func open(path string, threads int) (*opened, []string, error) {
	if err := want(path, predicting); err != nil {
		return nil, nil, err
	}
	if stateOf(path) == endedEnsemble {
		e, err := RunDir(path).ensemble()
		if err != nil {
			return nil, nil, err
		}
		return openEnsemble(path, e, threads)
	}
	o := &opened{path: path, threads: threads}
	notes, err := o.add(path, "best")
	if err != nil {
		return nil, nil, err
	}
	o.config = o.networks[0].k.Config
	if run := resolve(path); run != "" {
		if ended := run.outcome(); ended != nil && filepath.Clean(path) == string(run) {
			o.kept = ended.Validation
		}
		if o.quantile, err = run.calibration(); err != nil {
			return nil, nil, err
		}
	}
	return o, notes, o.together()
}

// together refuses networks and a calibration that are not of one run: they were put beside each other by hand.
func (o *opened) together() error {
	first := o.networks[0].k
	for _, n := range o.networks {
		c := n.k.Config
		if !slices.Equal(c.Model.Quantiles, o.config.Model.Quantiles) || c.Data.Horizon != o.config.Data.Horizon || !slices.Equal(n.k.Data.Targets, first.Data.Targets) || n.k.DataHash != first.DataHash {
			return &checkpoint.Error{Path: o.path, Reason: "its members forecast different steps, quantiles or targets, or have learnt from different data", Advice: "train anew with --force"}
		}
	}
	if q := o.quantile; q != nil && len(q.Factors) > 0 && !slices.Equal(q.Quantiles, o.config.Model.Quantiles) {
		return &checkpoint.Error{Path: o.path, Reason: fmt.Sprintf("its calibration is of the quantiles %v, its networks give %v", q.Quantiles, o.config.Model.Quantiles), Advice: "train anew with --force"}
	}
	return nil
}

func openEnsemble(path string, e *Ensemble, threads int) (*opened, []string, error) {
	text, err := RunDir(path).read("config.yaml")
	if err != nil {
		return nil, nil, &checkpoint.Error{Path: path, Reason: "an ensemble without a config.yaml that can be read: " + err.Error(), Advice: RunDir(path).goOn()}
	}
	c, err := configs.Parse(filepath.Join(path, "config.yaml"), text, nil)
	if err != nil {
		return nil, nil, &checkpoint.Error{Path: path, Reason: "an ensemble whose config.yaml is damaged: " + err.Error(), Advice: RunDir(path).goOn()}
	}
	o := &opened{path: path, config: c, ensemble: e, quantile: e.Calibrated, kept: e.Validation, threads: threads}
	if ended := RunDir(path).outcome(); o.kept == nil && ended != nil {
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
	return o, notes, o.together()
}

// add loads the network that which names: best, or last.
func (o *opened) add(path, which string) ([]string, error) {
	k, notes, err := load(path, which)
	if err != nil {
		return nil, err
	}
	m, err := predict.Open(k, o.threads)
	if err != nil {
		return nil, err
	}
	o.networks = append(o.networks, network{k, m})
	return notes, nil
}

// addPart is add for one of the runs of an ensemble, with the advice that goes with it where no checkpoint verifies.
func (o *opened) addPart(dir, which string) ([]string, error) {
	run := RunDir(o.path)
	notes, err := o.add(run.path(dir), which)
	var none *checkpoint.Error
	if errors.Is(err, checkpoint.ErrNone) && errors.As(err, &none) {
		advice := "restore one from a backup; or " + run.goOn() + ", which trains this run again and keeps the others"
		err = &checkpoint.Error{Path: none.Path, Reason: none.Reason, Advice: advice, Err: none.Err}
	}
	return notes, err
}

// scored is the config whose windows are scored: that of the network, or of an ensemble's best variant.
func (o *opened) scored() *configs.Config {
	if o.ensemble == nil {
		return o.config
	}
	return scoredConfig(o.config, o.ensemble.Variants[0].flavour)
}

// scoredConfig is a config of an ensemble with one of its variants.
func scoredConfig(c *configs.Config, f flavour) *configs.Config {
	s := *c
	if c.Recipe == "global" {
		s.Data.Transform, s.Data.WindowScale = f.Transform, f.WindowScale
	}
	return &s
}

// hash is that of the data that the networks learnt from.
func (o *opened) hash() string { return o.networks[0].k.DataHash }

// inputs are the windows that each network reads of one set of data: one Prepared for each way of normalising.
type inputs map[string]*series.Prepared

// prepare makes the windows of set with the constants that each network was trained with, as PrepareWith does: all of
// them form the test part.
func (o *opened) prepareWith(set *series.Dataset) (inputs, error) {
	in := inputs{}
	for _, n := range o.networks {
		key := dataKey(n.k.Config)
		if in[key] != nil {
			continue
		}
		p, err := series.PrepareWith(set, n.k.Config, n.k.Data.Fitted())
		if err != nil {
			return nil, err
		}
		keepNaiveScale(p, n.k)
		in[key] = p
	}
	return in, nil
}

// prepareOwn makes the windows of the data that the networks learnt from; those of known are not made again.
func (o *opened) prepareOwn(set *series.Dataset, known ...*series.Prepared) (inputs, error) {
	in := inputs{}
	for _, p := range known {
		in[dataKey(p.Config)] = p
	}
	for _, n := range o.networks {
		key := dataKey(n.k.Config)
		if in[key] != nil {
			continue
		}
		p, err := series.Prepare(set, n.k.Config)
		if err != nil {
			return nil, err
		}
		in[key] = p
	}
	return in, nil
}

// testPart picks the test part.
func testPart(p *series.Prepared) *series.Part { return p.Test }

// predict gives the quantiles (one value without any) of every window of a part, [Hz·K·Q] in the units of the data: the
// pointwise median over the networks, calibrated.
func (o *opened) predict(in inputs, pick func(*series.Prepared) *series.Part) ([][]float64, error) {
	var all [][][]float64
	for _, n := range o.networks {
		p, err := n.m.Part(pick(in[dataKey(n.k.Config)]))
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return o.combine(all), nil
}

// combine joins what the networks say of the same windows.
func (o *opened) combine(all [][][]float64) [][]float64 {
	joint := all[0]
	if len(all) > 1 {
		joint = evaluate.Combine(all, max(1, len(o.config.Model.Quantiles)))
	}
	if o.quantile != nil {
		joint = o.quantile.Apply(joint)
	}
	return joint
}

// points are the point forecasts among predictions: the medians where there are quantiles.
func (o *opened) points(predictions [][]float64) [][]float64 {
	return evaluate.Median(predictions, o.config.Model.Quantiles)
}

// selection opens the networks that an ensemble chose by: those of the variants that were kept, which have not seen the
// validation part.
func (o *opened) selection() (*opened, error) {
	s := &opened{path: o.path, config: o.config, ensemble: o.ensemble, quantile: o.quantile, kept: o.kept, threads: o.threads}
	for _, v := range o.ensemble.Variants {
		dir := partDir(v.flavour, 0)
		if !v.Kept || !RunDir(o.path).has(dir) {
			continue
		}
		if _, err := s.addPart(dir, "last"); err != nil {
			return nil, err
		}
	}
	if len(s.networks) == 0 {
		return nil, &Usage{Message: fmt.Sprintf("--split: the members of %s have learnt from the validation part too, and there was nothing to choose; score the test part, or one of its members", o.path)}
	}
	return s, nil
}

// sameStep refuses another file whose step of time is not the one that the network has learnt from.
func (o *opened) sameStep(path string, found series.Frequency) error {
	learnt, err := series.ParseFrequency(o.networks[0].k.Data.Frequency)
	if err != nil || !found.Differs(learnt) {
		return nil
	}
	return &data.Error{File: path, Key: "data.time", Message: fmt.Sprintf(
		"the step from row to row is %s, and the network has learnt from data whose step is %s; give it such data, or train one with these", found.Name(), learnt.Name())}
}
