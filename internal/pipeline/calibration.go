package pipeline

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"

	"recur/checkpoint"
	"recur/data"
	"recur/evaluate"
	"recur/predict"
)

const calibrationName = "calibration.json"

// calibrationFile is calibration.json of an ordinary run.
type calibrationFile struct {
	Schema int `json:"schema"`
	*evaluate.Calibration
}

// calibrate measures on the last origins of the validation part how far the quantiles of a network must move, and keeps it.
func (r RunDir) calibrate(k *checkpoint.Checkpoint, p *data.Prepared, threads int) error {
	m, err := predict.Open(k, threads)
	if err != nil {
		return err
	}
	part := p.Validation.Rolling(k.Config.Intervals.Origins)
	predictions, err := m.Part(part)
	if err != nil {
		return err
	}
	c, err := evaluate.Calibrate(part, predictions, k.Config.Model.Quantiles)
	if err != nil {
		return err
	}
	return r.unwritten(r.writeJSON(calibrationName, calibrationFile{1, c}))
}

// calibration reads calibration.json; nil where there is none.
func (r RunDir) calibration() (*evaluate.Calibration, error) {
	b, err := os.ReadFile(r.path(calibrationName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var c calibrationFile
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	if err != nil || c.Schema != 1 || c.Calibration == nil {
		return nil, &checkpoint.Error{Path: r.path(calibrationName), Reason: "can't be read as the calibration of a run's quantiles", Advice: "remove it to get the quantiles as the network gives them, or train anew"}
	}
	return c.Calibration, nil
}
