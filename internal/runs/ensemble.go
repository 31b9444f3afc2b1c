package runs

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"recur/checkpoint"
	"recur/evaluate"
	"recur/task"
)

// Ensemble is what ensemble.json says of a run whose members are ordinary runs.
type Ensemble struct {
	Schema     int                   `json:"schema"`
	Variants   []task.VariantScore   `json:"variants"` // of transform and window_scale, the best first
	Members    []string              `json:"members"`  // directories below the run
	Validation *task.Verdict         `json:"validation,omitempty"`
	Calibrated *evaluate.Calibration `json:"calibration,omitempty"` // of the networks alone

	Combination *task.Combination `json:"combination,omitempty"` // how simple methods forecast with the networks
}

// EnsembleName is the file that makes a run an ensemble.
const EnsembleName = "ensemble.json"

// Ensemble reads ensemble.json; nil where the directory holds an ordinary run or nothing.
func (r RunDir) Ensemble() (*Ensemble, error) {
	if !r.hasOwn(EnsembleName) {
		return nil, nil
	}
	b, err := r.Read(EnsembleName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	e, err := ParseEnsemble(b)
	if err != nil {
		return nil, &checkpoint.Error{Path: r.Path(EnsembleName), Reason: err.Error(), Advice: r.GoOn() + ", which makes it again from the members"}
	}
	return e, nil
}

// ParseEnsemble reads ensemble.json. Nothing that it names leads out of the run directory.
func ParseEnsemble(b []byte) (*Ensemble, error) {
	var e Ensemble
	if err := json.Unmarshal(b, &e); err != nil || e.Schema != 1 || len(e.Members) == 0 || len(e.Variants) == 0 {
		return nil, errors.New("it can't be read as the members of an ensemble and the variants that they are of")
	}
	for _, m := range e.Members {
		if !filepath.IsLocal(filepath.FromSlash(m)) {
			return nil, fmt.Errorf("it names a member %q outside its directory", m)
		}
	}
	for _, v := range e.Variants {
		if v.Name == "" || Safe(v.Name) != v.Name || !filepath.IsLocal(v.Name) {
			return nil, fmt.Errorf("it names a variant %q, want letters and dashes", v.Name)
		}
	}
	if c := e.Combination; c != nil {
		if !(c.Weight >= 0 && c.Weight < 1) || len(c.Partners) == 0 {
			return nil, fmt.Errorf("it combines networks of weight %g with %d simple methods, want a weight from 0 to below 1 and at least one", c.Weight, len(c.Partners))
		}
		if c.Calibration != nil {
			if err := wholeCalibration(c.Calibration); err != nil {
				return nil, err
			}
		}
	}
	if e.Calibrated != nil {
		return &e, wholeCalibration(e.Calibrated)
	}
	return &e, nil
}
