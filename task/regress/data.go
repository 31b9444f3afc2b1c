package regress

import (
	"errors"
	"slices"

	"recur/baseline"
	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/data/labelled"
	"recur/evaluate"
	"recur/internal/sheet"
	"recur/models"
	"recur/task"
	"recur/task/values"
	"recur/train"
)

// Data are sequences with their values.
type Data struct {
	*labelled.Prepared
	c    *configs.Config
	from *source
}

// Config is the one that the parts were made by.
func (d *Data) Config() *configs.Config { return d.c }

// Source is what the parts are cut from.
func (d *Data) Source() task.Source { return d.from }

// Notes are worth a line each.
func (d *Data) Notes() []string { return d.Prepared.Notes }

// Part is a part by its name.
func (d *Data) Part(name string) data.Examples {
	if p := d.Prepared.Part(name); p != nil {
		return p
	}
	return nil
}

// Spec is the network that a config and its sequences ask for.
func (d *Data) Spec(c *configs.Config) models.Spec {
	return models.SpecOf(c, d.Steps, len(d.Set.Inputs), len(d.Set.Values)*max(1, len(c.Model.Quantiles)), 0)
}

// Job is what a trainer is to learn from the sequences.
func (d *Data) Job(c *configs.Config) *train.Job {
	return &train.Job{
		Config: c, Spec: d.Spec(c), Keep: d.kept, Hash: d.Set.Hash,
		Train: d.Train, Validation: d.Validation, Both: func() data.Examples { return labelled.Join(d.Train, d.Validation) },
	}
}

func (d *Data) kept() checkpoint.Data {
	return checkpoint.Data{Labelled: &checkpoint.Labelled{
		Inputs: d.Set.Inputs, Columns: d.Set.Columns, Values: d.Set.Values, Steps: d.Steps, InputScaler: d.Scalers.Inputs, ValueScaler: d.Scalers.Values,
	}}
}

// Adopt takes the scalers of a checkpoint.
func (d *Data) Adopt(k *checkpoint.Data) (known, all int) {
	l := k.Labelled
	if l == nil || len(l.Inputs) != len(d.Set.Inputs) || len(l.Values) != len(d.Set.Values) {
		return 0, 1
	}
	d.Scalers = labelled.Scalers{Inputs: l.InputScaler, Values: l.ValueScaler}
	return 1, 1
}

// Memory is what the sequences hold; a checkpoint keeps next to nothing of them.
func (d *Data) Memory() (parts, kept int64) {
	return d.Prepared.Memory(), 16 * int64(len(d.Set.Inputs)+len(d.Set.Values))
}

// SameTruth reports whether two test parts ask for the same values, sequence by sequence.
func (d *Data) SameTruth(other task.Data) bool {
	o, ok := other.(*Data)
	if !ok || d.Test.Len() != o.Test.Len() || !slices.Equal(d.Set.Values, o.Set.Values) {
		return false
	}
	for i := range d.Test.Len() {
		if !slices.Equal(d.Test.Sequence(i).Values, o.Test.Sequence(i).Values) {
			return false
		}
	}
	return true
}

// Judge judges predictions of a part, of which every sequence stands alone.
func (d *Data) Judge(part data.Examples) task.Judge {
	return &values.Judge{Part: part.(data.Truths), Panels: func() *evaluate.Panel { return evaluate.Apart(part.Len()) }, Advice: "Give it more sequences with data.split."}
}

// Report scores predictions of a part.
func (d *Data) Report(part data.Examples, said [][]float64, methods []task.Named) (task.Report, error) {
	return values.NewReport(part.(data.Truths), evaluate.Median(said, d.c.Model.Quantiles), methods, Columns)
}

// names are the simple methods: the mean of the training part, and a ridge regression of all steps.
var names = []string{"constant", "ridge"}

// Methods lists the simple methods.
func (d *Data) Methods(only baseline.Only, _ data.Examples) ([]string, string, error) {
	suited := names
	if d.Train.Len() == 0 {
		suited = nil
	}
	list, err := only.Of(suited)
	return list, "", err
}

// Method fits one.
func (d *Data) Method(name string, judging bool) (baseline.Method, error) {
	switch name {
	case "constant":
		return baseline.Constant(d.Train), nil
	case "ridge":
		var both data.Truths
		if d.c.Train.Refit == "all" && !judging {
			both = labelled.Join(d.Train, d.Validation)
		}
		return baseline.RidgeOfExamples(d.Train, d.Validation, both, d.Steps, len(d.Set.Inputs))
	}
	return nil, errors.New("there is no method " + name)
}

// Verdict judges predictions of the validation part.
func (d *Data) Verdict(said [][]float64, budget float64) (*task.Verdict, error) {
	methods := names
	leftOut := ""
	if features := float64(d.Steps * len(d.Set.Inputs)); float64(d.Train.Len())*features*features > budget {
		methods, leftOut = names[:1], "simple methods that learn would have cost more than the training"
	}
	var all []task.Named
	for _, name := range methods {
		m, err := d.Method(name, true)
		if err != nil {
			return nil, err
		}
		all = append(all, task.Named{Name: name, Said: m.Predict(d.Validation)})
	}
	v, err := task.NewVerdict(d.Judge(d.Validation), []string{"rmse"}, evaluate.Median(said, d.c.Model.Quantiles), all)
	if err == nil {
		v.Windows, v.Example, v.LeftOut = d.Validation.Len(), "sequence", leftOut
	}
	return v, err
}

// Sheet is a row for every value of every sequence.
func (d *Data) Sheet(of data.Examples, said [][]float64, methods []task.Named) *sheet.Sheet {
	p := of.(*labelled.Subset)
	columns := []sheet.Column{{Name: "example", Kind: sheet.Whole}, {Name: "id", Kind: sheet.Text}}
	return values.Sheet(p, said, d.c.Model.Quantiles, methods, columns, func(i, _ int) ([]any, bool) {
		return []any{i + 1, p.Sequence(i).Name}, true
	})
}

// Calibrate is for intervals, which values of sequences have none of.
func (d *Data) Calibrate(*configs.Config, func(data.Examples) ([][]float64, error)) (*evaluate.Calibration, error) {
	return nil, errors.New("regress: intervals are calibrated along time, which sequences have none of")
}
