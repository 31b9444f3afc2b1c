package classify

import (
	"recur/configs"
	"recur/data"
	"recur/evaluate"
	"recur/task"
)

// Calibrate fits on the validation part the temperature that makes chances as sure as they are right.
func (d *Data) Calibrate(c *configs.Config, said func(data.Examples) ([][]float64, error)) (*evaluate.Calibration, error) {
	all, err := said(d.validation)
	if err != nil {
		return nil, err
	}
	return d.calibration(all), nil
}

// calibration is that of what networks say of the validation part.
func (d *Data) calibration(said [][]float64) *evaluate.Calibration {
	k := &evaluate.Calibration{Classes: len(d.classes)}
	if d.c.Train.TemperatureScaling {
		truth, chances := flat(d.validation, said, len(d.classes))
		k.Temperature = evaluate.Temperature(truth, evaluate.Logits(chances))
	}
	return k
}

// Choose keeps the one variant that there is.
func (s *source) Choose(_ *configs.Config, all []task.Candidate) (*task.Choice, error) {
	d := all[0].Data.(*Data)
	v, err := d.Verdict(all[0].Said, 0)
	return &task.Choice{Variants: []task.VariantScore{{Variant: all[0].Variant, Kept: true}}, Verdict: v, Calibration: d.calibration(all[0].Said)}, err
}
