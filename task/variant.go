package task

import (
	"recur/configs"
	"recur/evaluate"
	"recur/predict"
)

// Variant is one way of making data ready that a config leaves open: of data.transform and data.window_scale.
type Variant struct {
	Name        string `json:"name"`
	Transform   string `json:"transform,omitempty"`
	WindowScale string `json:"window_scale,omitempty"`
}

// Of is a config with the variant.
func (v Variant) Of(c *configs.Config) *configs.Config {
	one := *c
	if v.Transform != "" {
		one.Data.Transform, one.Data.WindowScale = v.Transform, v.WindowScale
	}
	return &one
}

// VariantScore is how a variant did on the validation part. OWA is NaN, and null, where it was not tried.
type VariantScore struct {
	Variant
	SMAPE *float64 `json:"smape"`
	MASE  *float64 `json:"mase"`
	OWA   *float64 `json:"owa"` // mean of both relative to the seasonal naive forecast
	Kept  bool     `json:"kept"`
}

// Candidate is a variant with its network, which has learnt from the training part alone.
type Candidate struct {
	Variant
	Model *predict.Model
	Data  Data
	Said  [][]float64 // of the validation part
}

// Choice is what the validation part says of the variants.
type Choice struct {
	Variants    []VariantScore // the best first
	Verdict     *Verdict
	Calibration *evaluate.Calibration // of the networks alone; nil: none is wanted
	Combination *Combination          // nil: the networks are alone
}

// Kept are the variants that are kept.
func (c *Choice) Kept() (kept []Variant) {
	for _, v := range c.Variants {
		if v.Kept {
			kept = append(kept, v.Variant)
		}
	}
	return kept
}
