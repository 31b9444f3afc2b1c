package runs

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"recur/checkpoint"
	"recur/evaluate"
	"recur/internal/record"
)

const calibrationName = "calibration.json"

// calibrationFile is calibration.json of an ordinary run.
type calibrationFile struct {
	Schema int `json:"schema"`
	*evaluate.Calibration
}

// companionName is the file of a simple model that predicts with the networks.
const companionName = "companion.safetensors"

// KeepCalibration writes what the network was found to be off by.
func (r RunDir) KeepCalibration(c *evaluate.Calibration) error {
	if err := r.KeepCompanion(c); err != nil {
		return err
	}
	return r.Unwritten(r.WriteJSON(calibrationName, calibrationFile{1, c}))
}

// KeepCompanion writes the companion of a calibration and gives the calibration its hash; one that is there and no longer wanted goes.
func (r RunDir) KeepCompanion(c *evaluate.Calibration) error {
	if c == nil || c.Companion == nil {
		if r.hasOwn(companionName) {
			return r.Unwritten(record.Remove(string(r), companionName))
		}
		return nil
	}
	sum := sha256.Sum256(c.Companion)
	c.CompanionHash = hex.EncodeToString(sum[:])
	return r.Unwritten(r.Write(companionName, c.Companion))
}

// Companion is the file that a calibration asks for, to the bit; nil where it asks for none.
func (r RunDir) Companion(c *evaluate.Calibration) ([]byte, error) {
	if c == nil || c.CompanionHash == "" {
		return nil, nil
	}
	b, err := r.Read(companionName)
	if sum := sha256.Sum256(b); err == nil && hex.EncodeToString(sum[:]) != c.CompanionHash {
		err = fmt.Errorf("its SHA-256 is %x, and the run was trained with %s", sum, c.CompanionHash)
	}
	if err != nil {
		return nil, r.NoCompanion(err)
	}
	return b, nil
}

// NoCompanion is the error of a companion that can't be used.
func (r RunDir) NoCompanion(err error) error {
	return &checkpoint.Error{Path: r.Path(companionName), Reason: "the simple model that predicts with the network can't be read: " + err.Error(), Advice: "restore the file from a backup, or train anew with --force", Err: err}
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
	if !(c.Mean >= 0 && c.Mean <= largestFactor) {
		return fmt.Errorf("its factor of means is %g, want 0 to %g", c.Mean, float64(largestFactor))
	}
	for _, path := range c.Paths {
		if c.Targets < 1 || len(path) != len(c.Factors)*c.Targets {
			return fmt.Errorf("a path has %d values for %d steps of %d targets", len(path), len(c.Factors), c.Targets)
		}
		for _, u := range path {
			if !(u > 0 && u < 1) {
				return fmt.Errorf("a path has the value %g, want one between 0 and 1", u)
			}
		}
	}
	for _, a := range c.Apart {
		if len(a.Stretch) != len(c.Quantiles) || a.Column < 0 {
			return fmt.Errorf("the series %q has %d factors for %d quantiles", a.Series, len(a.Stretch), len(c.Quantiles))
		}
		for _, v := range a.Stretch {
			if !(v >= 0 && v <= largestFactor) {
				return fmt.Errorf("the series %q has the factor %g, want 0 to %g", a.Series, v, float64(largestFactor))
			}
		}
	}
	if len(c.Factors) > 0 && !slices.Contains(c.Quantiles, 0.5) {
		return fmt.Errorf("its quantiles %v have no median", c.Quantiles)
	}
	return wholeDistances(c)
}

// wholeDistances is wholeCalibration for the distances of few series.
func wholeDistances(c *evaluate.Calibration) error {
	if !(c.Trust >= 0 && c.Trust <= 1) {
		return fmt.Errorf("its trust is %g, want 0 to 1", c.Trust)
	}
	for _, own := range c.Own {
		if len(own.Distances) != len(c.Factors) || len(own.Usual) != len(c.Factors) || own.Column < 0 {
			return fmt.Errorf("the series %q has distances of %d steps, usual ones of %d, and factors are of %d", own.Series, len(own.Distances), len(own.Usual), len(c.Factors))
		}
		for _, steps := range [][][]float64{own.Distances, own.Usual} {
			for i, all := range steps {
				if len(all) != len(c.Quantiles) {
					return fmt.Errorf("the series %q has %d distances at step %d for %d quantiles", own.Series, len(all), i+1, len(c.Quantiles))
				}
				for _, v := range all {
					if !(v >= 0 && v <= math.MaxFloat64) {
						return fmt.Errorf("the series %q has the distance %g at step %d, want 0 or more", own.Series, v, i+1)
					}
				}
			}
		}
	}
	return nil
}
