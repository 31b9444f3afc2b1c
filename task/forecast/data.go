package forecast

import (
	"fmt"
	"slices"

	"recur/baseline"
	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/data/series"
	"recur/evaluate"
	"recur/models"
	"recur/task"
	"recur/task/values"
	"recur/train"
)

// Data are the windows of series.
type Data struct {
	*series.Prepared
	from *source
}

// Config is the one that the windows were made by.
func (d *Data) Config() *configs.Config { return d.Prepared.Config }

// Source is what the windows are cut from.
func (d *Data) Source() task.Source { return d.from }

// Notes are worth a line each.
func (d *Data) Notes() []string { return d.Prepared.Notes }

// Part is a part by its name.
func (d *Data) Part(name string) data.Examples {
	if p := partNamed(d.Prepared, name); p != nil {
		return p
	}
	return nil
}

func partNamed(p *series.Prepared, name string) *series.Part {
	switch name {
	case "train":
		return p.Train
	case "validation":
		return p.Validation
	case "test":
		return p.Test
	}
	return nil
}

// Adopt takes the scalers of a checkpoint.
func (d *Data) Adopt(k *checkpoint.Data) (known, all int) {
	return d.Keep(k.Fitted()), len(d.Set.Series)
}

// Memory is what the rows and windows hold, and what a checkpoint holds of every series: its names, its scaler and the last rows.
func (d *Data) Memory() (parts, kept int64) {
	return d.Prepared.Memory(), int64(len(d.Set.Series)) * (400 + int64(d.Prepared.Config.Data.Window*d.Set.Columns())*9)
}

// judgedMethods is how many methods a verdict has about.
const judgedMethods = 6

// MemoryOfVerdict is what the methods of a verdict say of the validation part, a row of values for each window.
func (d *Data) MemoryOfVerdict() int64 {
	return memoryOfVerdict(int64(d.Validation.Len()), d.Values())
}

func memoryOfVerdict(windows int64, values int) int64 {
	return judgedMethods * windows * int64(24+8*values)
}

// SameTruth reports whether two test parts ask for the same values, window by window.
func (d *Data) SameTruth(other task.Data) bool {
	o, ok := other.(*Data)
	return ok && sameTruth(d.Test, o.Test)
}

// Judge judges forecasts of a part, along time or over series.
func (d *Data) Judge(part data.Examples) task.Judge {
	p := part.(*series.Part)
	rows := evaluate.LeastApart * p.Prepared.Horizon
	return &values.Judge{Part: p, Panels: func() *evaluate.Panel { return evaluate.NewPanel(p) }, Advice: fmt.Sprintf("Give it %d rows and more with data.split: {test: %d}.", rows, rows)}
}

// Report scores forecasts, their intervals, and each series apart.
func (d *Data) Report(part data.Examples, said [][]float64, methods []task.Named) (task.Report, error) {
	p, quantiles := part.(*series.Part), d.Prepared.Config.Model.Quantiles
	points := evaluate.Median(said, quantiles)
	r, err := values.NewReport(p, points, methods, values.Columns)
	if err != nil {
		return nil, err
	}
	if len(quantiles) > 0 {
		if r.Quantiles, err = evaluate.EvaluateQuantiles(p, said, quantiles); err != nil {
			return nil, err
		}
	}
	if len(p.Prepared.Set.Series) > 1 {
		by, err := bySeries(p, append([]task.Named{{Name: task.NetworkName, Said: points}}, methods...))
		if err != nil {
			return nil, err
		}
		r.Series = by
	}
	return r, nil
}

// Methods lists the simple methods.
func (d *Data) Methods(only baseline.Only, part data.Examples) (names []string, dropped string, err error) {
	p := part.(*series.Part)
	if names, err = only.Names(d.Prepared, p); err == nil && only == nil {
		dropped = baseline.LeftOut(d.Prepared, p)
	}
	return names, dropped, err
}

// Method fits one; one that learns on the variant of transform and window_scale on which it does best, as the networks may.
func (d *Data) Method(name string, judging bool) (baseline.Method, error) {
	if !learns(name) {
		return fit(name, d.Prepared, judging)
	}
	all, err := d.variants()
	if err != nil {
		return nil, err
	}
	return fitBest(name, all, judging)
}

// Verdict judges forecasts of the validation part.
func (d *Data) Verdict(said [][]float64, budget float64) (*task.Verdict, error) {
	all, err := d.variants()
	if err != nil {
		return nil, err
	}
	return judge(all, evaluate.Median(said, d.Prepared.Config.Model.Quantiles), allowanceOf(d.Prepared.Config), budget)
}

// Calibrate measures on the last origins of the validation part how far quantiles must move to cover what they claim.
func (d *Data) Calibrate(c *configs.Config, said func(part data.Examples) ([][]float64, error)) (*evaluate.Calibration, error) {
	part := origins(c, d.Prepared)
	all, err := said(part)
	if err != nil {
		return nil, err
	}
	found, err := evaluate.Calibrate(part, all, c.Model.Quantiles)
	if err != nil {
		return nil, err
	}
	whole := pathPart(d.Prepared)
	if all, err = said(whole); err == nil {
		learnPaths(found, whole, all)
	}
	return found, err
}

// Past are windows of the training and the validation part.
func (d *Data) Past() data.Examples { return pathPart(d.Prepared) }

// KeepMean adds to a calibration by how much means are off of which the quantiles of Past are said, not calibrated.
func (d *Data) KeepMean(c *evaluate.Calibration, said [][]float64) {
	c.KeepMean(pathPart(d.Prepared), said)
}

// Spec is the network that a config and its series ask for.
func (d *Data) Spec(c *configs.Config) models.Spec { return specOf(c, d.Prepared) }

// Job is what a trainer is to learn from the windows.
func (d *Data) Job(c *configs.Config) *train.Job { return Job(c, d.Prepared) }

// Job is what a trainer is to learn from prepared series.
func Job(c *configs.Config, p *series.Prepared) *train.Job {
	if c.Data.Center == "auto" { // the parts were made ready with what it was found to be
		c = c.WithCenter(p.Config.Data.Center)
	}
	j := &train.Job{
		Config: c, Spec: specOf(c, p), Keep: func() checkpoint.Data { return checkpoint.Describe(p) }, Hash: p.Set.Hash,
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

// specOf is the network that a config and its series ask for.
func specOf(c *configs.Config, p *series.Prepared) models.Spec {
	s := models.SpecOf(c, p.Sequence, p.Inputs, p.Outputs, p.Extra)
	for _, column := range p.Categories() {
		s.Categories = append(s.Categories, models.Category(column))
	}
	s.AheadNames = p.AheadNames()
	return s
}

// sameTruth reports whether two parts ask for the same values, window by window.
func sameTruth(a, b *series.Part) bool {
	if a == b {
		return true
	}
	if a.Len() != b.Len() || a.Prepared.Horizon != b.Prepared.Horizon || !slices.Equal(a.Prepared.Set.Targets, b.Prepared.Set.Targets) {
		return false
	}
	for i := range a.Windows {
		v, known := a.Truth(i)
		w, also := b.Truth(i)
		if a.Windows[i].Series != b.Windows[i].Series || !slices.Equal(known, also) {
			return false
		}
		for j := range v {
			if known[j] && v[j] != w[j] {
				return false
			}
		}
	}
	return true
}
