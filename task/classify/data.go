package classify

import (
	"fmt"
	"maps"
	"slices"
	"sync"

	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/models"
	"recur/task"
	"recur/train"
)

// Data are examples with their labels.
type Data struct {
	*prepared
	c       *configs.Config
	from    *source
	weights []float64 // [C] what an example of each class counts in training; nil: all alike

	mu     sync.Mutex
	fitted map[string]method // simple methods, by what they are fitted on
}

// Config is the one that the parts were made by.
func (d *Data) Config() *configs.Config { return d.c }

// Source is what the parts are cut from.
func (d *Data) Source() task.Source { return d.from }

// Notes are worth a line each.
func (d *Data) Notes() []string { return d.notes }

// Part is a part by its name.
func (d *Data) Part(name string) data.Examples {
	if p := d.part(name); p != nil {
		return p
	}
	return nil
}

func (d *Data) part(name string) part {
	switch name {
	case "train":
		return d.train
	case "validation":
		return d.validation
	case "test":
		return d.test
	}
	return nil
}

// Spec is the network that a config and its examples ask for.
func (d *Data) Spec(c *configs.Config) models.Spec {
	s := models.SpecOf(c, d.steps, 0, len(d.classes), 0)
	d.size(&s)
	s.Classes, s.LabelSmoothing, s.ClassWeights = len(d.classes), c.Train.LabelSmoothing, d.weights
	return s
}

// Job is what a trainer is to learn from the examples.
func (d *Data) Job(c *configs.Config) *train.Job {
	return &train.Job{
		Config: c, Spec: d.Spec(c), Keep: d.kept, Hash: d.hash,
		Train: d.train, Validation: d.validation, Both: func() data.Examples { return d.both() },
	}
}

func (d *Data) kept() checkpoint.Data {
	l := d.keep()
	return checkpoint.Data{Labelled: &l}
}

// Adopt takes the scalers, or the vocabulary, and the order of the labels of a checkpoint.
func (d *Data) Adopt(k *checkpoint.Data) (known, all int) {
	l := k.Labelled
	if l == nil || !d.adopt(l) {
		return 0, 1
	}
	d.classes = l.Classes
	return 1, 1
}

// Memory is what the examples hold; a checkpoint keeps little of them.
func (d *Data) Memory() (parts, kept int64) {
	for _, name := range d.classes {
		kept += int64(len(name))
	}
	return d.memory(), kept
}

// SameTruth reports whether two test parts ask for the same labels, example by example.
func (d *Data) SameTruth(other task.Data) bool {
	o, ok := other.(*Data)
	if !ok || d.test.Len() != o.test.Len() || !slices.Equal(d.classes, o.classes) {
		return false
	}
	for i := range d.test.Len() {
		if !slices.Equal(d.test.Labels(i), o.test.Labels(i)) || d.test.Content(i) != o.test.Content(i) {
			return false
		}
	}
	return true
}

// weightsOf are the weights of classes that a config asks for. A name that is no label is an error.
func weightsOf(c *configs.Config, p *prepared) ([]float64, error) {
	w := c.Train.ClassWeight
	switch {
	case w.Kind == "balanced":
		return models.BalancedWeights(counts(p.train, len(p.classes))), nil
	case w.Of == nil:
		return nil, nil
	}
	all := make([]float64, len(p.classes))
	for i := range all {
		all[i] = 1
	}
	for _, name := range slices.Sorted(maps.Keys(w.Of)) {
		at := slices.Index(p.classes, name)
		if at < 0 {
			return nil, &data.Error{File: p.name, Key: "train.class_weight", Message: fmt.Sprintf("train.class_weight has a weight of %s, which is no label here%s; the labels are %s", data.Quoted(name), data.Suggest(name, p.classes), data.Listed(p.classes))}
		}
		all[at] = w.Of[name]
	}
	sum := 0.0
	for class, n := range counts(p.train, len(p.classes)) {
		sum += float64(n) * all[class]
	}
	if sum == 0 {
		return nil, &data.Error{File: p.name, Key: "train.class_weight", Message: "train.class_weight gives every class of the training part the weight 0, so nothing is learnt; give one of them more"}
	}
	return all, nil
}
