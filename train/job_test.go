package train

import (
	"recur/baseline"
	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/data/series"
	"recur/models"
)

// jobOf is the job of task forecast, which lies in a room above this one.
func jobOf(c *configs.Config, p *series.Prepared) *Job {
	j := &Job{Config: c, Spec: models.SpecOf(c, p.Sequence, p.Inputs, p.Outputs, p.Extra), Keep: checkpoint.Describe(p), Hash: p.Set.Hash,
		Train: p.Train, Validation: p.Validation, Both: func() data.Examples { return series.Merge(p.Train, p.Validation) }}
	for _, column := range p.Categories() {
		j.Spec.Categories = append(j.Spec.Categories, models.Category(column))
	}
	j.Spec.AheadNames = p.AheadNames()
	if c.Model.LinearPath == "ridge" && j.Spec.Linear() {
		j.Start = func(e data.Examples, shape func(string) []int) (map[string][]float64, error) {
			if c.Model.DType == "float64" {
				return baseline.Start[float64](e.(*series.Part), shape)
			}
			return baseline.Start[float32](e.(*series.Part), shape)
		}
	}
	return j
}
