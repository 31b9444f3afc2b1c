package forecast

import (
	"fmt"

	"recur/checkpoint"
	"recur/data"
	"recur/data/series"
	"recur/task"
)

// File makes the windows of another file, of which those are picked that the run has not seen. What was fitted for the networks'
// own data holds for it; it may hold some of their series only.
func (Task) File(r *task.Run, path string, own task.Data, all bool) (*task.File, error) {
	set, err := series.OpenLike(r.Config, path, learnt(r))
	if err != nil {
		return nil, err
	}
	f := &task.File{Part: testPart}
	from := &source{r.Config, set}
	f.In, err = r.Inputs(func(n task.Network) (task.Data, error) {
		p, err := series.PrepareWith(set, n.K.Config, n.K.Data.Fitted())
		if err != nil {
			return nil, err
		}
		keepNaiveScale(p, n.K)
		return &Data{p, from}, nil
	})
	if err != nil {
		return nil, err
	}
	f.Data = f.In[task.Key(r.Networks[0].K.Config)]
	p := f.Data.(*Data).Prepared
	if p.Test.Len() == 0 {
		return nil, &data.Error{File: set.Name, Key: "data.window", Message: "there is no window with its targets to score; the file needs at least data.window + data.horizon rows"}
	}
	var learnt *series.Prepared
	switch {
	case own != nil:
		learnt = own.(*Data).Prepared
		p.ErrorsLike(learnt)
	case r.Config.Train.Refit == "all":
		p.Notes = append(p.Notes, "metrics_scaled are in units of what the networks scale by, which have learnt from the validation part too")
	}
	part, seen := fresh(r, p, learnt, all)
	f.Seen = seen
	if part.Len() == 0 {
		return nil, &data.Error{File: set.Name, Key: "data.csv", Message: fmt.Sprintf(
			"all its windows (%d) predict values of the training or the validation part of the run, so scores of them say little; give it later rows, or score them all the same with --all", seen.LeftOut)}
	}
	if part != p.Test {
		f.Part = only(part)
	}
	return f, nil
}

var testPart = task.PartNamed("test")

// only picks the windows of a part, also of data that are made ready in another way.
func only(part *series.Part) func(task.Data) data.Examples {
	keep := map[series.Window]bool{}
	for _, one := range part.Windows {
		keep[one] = true
	}
	return func(d task.Data) data.Examples {
		if p := d.(*Data); p.Prepared != part.Prepared {
			return p.Test.Pick(func(one series.Window) bool { return keep[one] })
		}
		return part
	}
}

// fresh picks those windows of another file, p.Test, of which the run has seen no value that they predict, or all, and counts
// the others.
func fresh(r *task.Run, p, own *series.Prepared, all bool) (*series.Part, task.Sightings) {
	sight, count := sighted(r, p.Set, own), task.Sightings{}
	i := -1
	part := p.Test.Pick(func(series.Window) bool {
		i++
		seen, known := sight.window(p.Test, i)
		switch {
		case !known:
			count.Unknown++
		case seen && all:
			count.Scored++
		case seen:
			count.LeftOut++
			return false
		}
		return true
	})
	if part.Len() == p.Test.Len() {
		return p.Test, count
	}
	return part, count
}

// keepNaiveScale measures MASE on new data by the training's scale, so that figures can be set side by side.
func keepNaiveScale(p *series.Prepared, k *checkpoint.Checkpoint) {
	known := map[series.ID][]float64{}
	for i := range k.Data.Series {
		known[k.Data.Series[i].ID()] = k.Data.Series[i].NaiveScale
	}
	for i := range p.Set.Series {
		if scale, ok := known[p.Set.Series[i].ID()]; ok {
			p.NaiveScale[i] = scale
		}
	}
}

// learnt are the time stamps that the networks of a run have learnt from; the zero value where there are none.
func learnt(r *task.Run) series.Frequency {
	f, err := series.ParseFrequency(r.Networks[0].K.Data.Frequency)
	if err != nil {
		return series.Frequency{}
	}
	return f
}
