package runs

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"recur/checkpoint"
	"recur/evaluate"
)

const calibrationName = "calibration.json"

// calibrationFile is calibration.json of an ordinary run.
type calibrationFile struct {
	Schema int `json:"schema"`
	*evaluate.Calibration
}

// KeepCalibration writes what the quantiles of the network were found to be off by.
func (r RunDir) KeepCalibration(c *evaluate.Calibration) error {
	return r.Unwritten(r.WriteJSON(calibrationName, calibrationFile{1, c}))
}

// Calibration reads calibration.json; nil where there is none.
func (r RunDir) Calibration() (*evaluate.Calibration, error) {
	if !r.hasOwn(calibrationName) {
		return nil, nil
	}
	b, err := r.Read(calibrationName)
	var c *evaluate.Calibration
	if err == nil {
		c, err = ParseCalibration(b)
	}
	if err != nil {
		return nil, &checkpoint.Error{Path: r.Path(calibrationName), Reason: "can't be read as the calibration of a run: " + err.Error(), Advice: "move it to another place to get the quantiles, or probabilities, as the network gives them, or train anew"}
	}
	return c, nil
}

// ParseCalibration reads the text of calibration.json.
func ParseCalibration(b []byte) (*evaluate.Calibration, error) {
	var c calibrationFile
	if err := json.Unmarshal(b, &c); err != nil {
		return nil, err
	}
	switch {
	case c.Schema != 1:
		return nil, fmt.Errorf("its schema is %d, want 1", c.Schema)
	case c.Calibration == nil:
		return nil, errors.New("it holds no calibration")
	}
	return c.Calibration, wholeCalibration(c.Calibration)
}

// largestFactor is far beyond what a calibration makes of the distance of a quantile from the median.
const largestFactor = 1e6

// wholeCalibration refuses a calibration whose parts do not go together.
func wholeCalibration(c *evaluate.Calibration) error {
	if t := c.Temperature; !(t >= 0 && t <= largestFactor) || t > 0 && c.Classes < 2 {
		return fmt.Errorf("its temperature is %g for %d classes, want 0 to %g and 2 classes or more", t, c.Classes, float64(largestFactor))
	}
	for i, f := range c.Factors {
		if len(f) != len(c.Quantiles) || c.Targets < 1 {
			return fmt.Errorf("step %d has %d factors for %d quantiles of %d targets", i+1, len(f), len(c.Quantiles), c.Targets)
		}
		for _, v := range f {
			if !(v >= 0 && v <= largestFactor) {
				return fmt.Errorf("step %d has the factor %g, want 0 to %g", i+1, v, float64(largestFactor))
			}
		}
	}
	if len(c.Factors) > 0 && !slices.Contains(c.Quantiles, 0.5) {
		return fmt.Errorf("its quantiles %v have no median", c.Quantiles)
	}
	return nil
}
