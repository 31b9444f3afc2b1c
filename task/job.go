package task

import (
	"recur/baseline"
	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/data/series"
	"recur/models"
	"recur/train"
)

// Job is what a trainer is to learn from prepared series.
func Job(c *configs.Config, p *series.Prepared) *train.Job {
	if c.Data.Center == "auto" { // the parts were made ready with what it was found to be
		c = c.WithCenter(p.Config.Data.Center)
	}
	j := &train.Job{
		Config: c, Spec: SpecOf(c, p), Keep: func() checkpoint.Data { return checkpoint.Describe(p) }, Hash: p.Set.Hash,
		Train: p.Train, Validation: p.Validation, Both: func() data.Examples { return series.Merge(p.Train, p.Validation) },
	}
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

// SpecOf is the network that a config and its series ask for.
func SpecOf(c *configs.Config, p *series.Prepared) models.Spec {
	s := models.SpecOf(c, p.Sequence, p.Inputs, p.Outputs, p.Extra)
	for _, column := range p.Categories() {
		s.Categories = append(s.Categories, models.Category(column))
	}
	s.AheadNames = p.AheadNames()
	return s
}
