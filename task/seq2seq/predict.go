package seq2seq

import (
	"io"
	"strconv"
	"strings"

	"recur/checkpoint"
	"recur/data"
	"recur/data/pairs"
	"recur/internal/report"
	"recur/predict"
	"recur/task"
)

// Predict says something of every source of a file, in its order: of an empty line nothing.
func (Task) Predict(r *task.Run, path string, stdin io.Reader, o task.PredictOptions) (*task.Predictions, error) {
	for _, err := range []error{o.OneFile(r.Config.Task), o.LabelsNone(r.Config.Task)} {
		if err != nil {
			return nil, err
		}
	}
	other := pairs.Other{Paths: []string{path}, Bare: true}
	if path == "" || path == "-" {
		other.Paths, other.In = []string{"standard input"}, stdin
	}
	d, err := another(r.Networks[0].K, other)
	if err != nil {
		return nil, err
	}
	report.Tell(o.Note, d.q.Notes)
	p, search := part{d.q.Test, d.decode}, optionsOf(d.decode)
	if o.Beam > 0 {
		search.Beam = o.Beam
	}
	search.NBest = max(1, o.NBest)
	search.Beam = max(search.Beam, search.NBest)
	said, err := predict.Say(r.Models(), p.Subset, search)
	if err != nil {
		return nil, err
	}
	out := &task.Predictions{Schema: 1, Task: r.Config.Task, Columns: []string{"output", "score"}, List: []task.Prediction{}}
	for i, s := range said {
		out.List = append(out.List, p.prediction(i, s, o.NBest > 1))
	}
	return out, nil
}

// prediction is what is said of pair i.
func (p part) prediction(i int, s predict.Said, all bool) task.Prediction {
	one := task.Prediction{ID: p.ID(i)}
	if one.ID == "" {
		one.ID = strconv.Itoa(i + 1)
	}
	text, value := "", 0.0
	if len(s.Hypotheses) > 0 && !p.Empty(i) {
		text, value = p.written(i, s.Hypotheses[0]), s.Hypotheses[0].Score
		for _, h := range s.Hypotheses {
			if all {
				one.Hypotheses = append(one.Hypotheses, task.Hypothesis{Output: p.written(i, h), Score: h.Score, LogP: h.LogP})
			}
		}
	}
	one.Output, one.Score, one.Cells = &text, &value, []string{text, data.Digits(value)}
	return one
}

// another reads other pairs for a run.
func another(k *checkpoint.Checkpoint, other pairs.Other) (*Data, error) {
	other.Columns = k.Data.Paired.Columns
	set, err := pairs.OpenOther(pairs.SourceOf(k.Config), other)
	if err != nil {
		return nil, err
	}
	q, err := pairs.PrepareWith(set, fittedOf(k.Data.Paired), pairs.OptionsOf(k.Config))
	if err != nil {
		return nil, err
	}
	return newData(k.Config, &source{c: k.Config, set: set}, q, bounded(k.Config.Decode, set.Numbers(), k.Data.Paired.TargetSteps)), nil
}

// File makes the pairs of another file ready: one with both, or SOURCES,TARGETS. Those that are in the training or the validation part too
// are left out.
func (Task) File(r *task.Run, path string, own task.Data, all bool) (*task.File, error) {
	k := r.Networks[0].K
	d, err := another(k, pairs.Other{Paths: strings.Split(path, ",")})
	if err != nil {
		return nil, err
	}
	f := &task.File{Data: d, Part: task.PartNamed("test")}
	if f.In, err = r.Inputs(func(task.Network) (task.Data, error) { return d, nil }); err != nil {
		return nil, err
	}
	if own == nil {
		f.Seen.Unknown = d.q.Test.Len()
		return f, nil
	}
	learnt := own.(*Data)
	of := func(p *pairs.Subset) task.Contents { return task.Contents{Len: p.Len(), Of: p.Content} }
	index, seen, err := task.Another(d.from.set.Name, k.Config.Data.FilesKey(), "pairs", of(d.q.Test), all, of(learnt.q.Train), of(learnt.q.Validation))
	if err != nil {
		return nil, err
	}
	f.Seen = seen
	p := part{d.q.Test.Pick(index), d.decode}
	f.Part = func(task.Data) data.Examples { return p }
	return f, nil
}
