package ctc

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"recur/checkpoint"
	"recur/data"
	"recur/data/audio"
	"recur/internal/report"
	"recur/task"
)

// Predict writes down what is said in every file of sound (or features), or in those that a manifest lists; standard input is a WAV file.
func (Task) Predict(r *task.Run, path string, stdin io.Reader, o task.PredictOptions) (*task.Predictions, error) {
	if err := o.LabelsNone(r.Config.Task); err != nil {
		return nil, err
	}
	k := r.Networks[0].K
	set, err := unheard(k, append([]string{path}, o.More...), stdin)
	if err != nil {
		return nil, err
	}
	d := with(k, set)
	report.Tell(o.Note, d.q.Notes)
	p := part{d.q.Test, d.c.Decode}
	if err := task.LongParts(&k.Config.Model, p); err != nil {
		return nil, err
	}
	if o.Beam > 0 {
		p.decode.Beam = o.Beam
	}
	search, err := searchOf(p.decode, p.Prepared.Vocabulary)
	if err != nil {
		return nil, err
	}
	heard, err := p.heard(r.Models())
	if err != nil {
		return nil, err
	}
	step := stepSeconds(k.Config)
	out := &task.Predictions{Schema: 1, Task: r.Config.Task, Columns: []string{"output", "score"}, List: []task.Prediction{}}
	for i, frames := range heard {
		found, err := search.of(frames, max(1, o.NBest))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.Called(i), err)
		}
		one := task.Prediction{ID: p.Utterance(i).Name}
		for _, f := range found {
			one.Hypotheses = append(one.Hypotheses, task.Hypothesis{Output: p.written(f.Labels), Score: f.Score, LogP: f.LogP, Times: timesOf(f.Times, step)})
		}
		best := one.Hypotheses[0]
		one.Output, one.Score, one.Cells = &best.Output, &best.Score, []string{best.Output, data.Digits(best.Score)}
		out.List = append(out.List, one)
	}
	return out, nil
}

// unheard reads utterances without transcripts.
func unheard(k *checkpoint.Checkpoint, paths []string, stdin io.Reader) (*audio.Set, error) {
	s, known := audio.SourceOf(k.Config), knownOf(k)
	if len(paths) == 1 {
		switch ending := strings.ToLower(filepath.Ext(paths[0])); {
		case paths[0] == "" || paths[0] == "-":
			r, err := audio.NewReader("standard input", stdin)
			if err != nil {
				return nil, err
			}
			w, err := r.All()
			if err != nil {
				return nil, err
			}
			return audio.OpenWave(s, "standard input", w, known)
		case s.Numbers != nil || ending == ".tsv" || ending == ".jsonl" || ending == ".csv" && s.Features.Kind != audio.Files:
			return audio.OpenManifest(s, paths[0], known, true)
		}
	}
	return audio.OpenFiles(s, paths, known)
}

func knownOf(k *checkpoint.Checkpoint) audio.Known {
	return audio.Known{Rate: k.Data.Sounds.Rate, D: k.Data.Sounds.Inputs, Columns: k.Data.Sounds.Columns}
}

// with makes other utterances ready for a run.
func with(k *checkpoint.Checkpoint, set *audio.Set) *Data {
	return newData(k.Config, &source{c: k.Config, set: set}, audio.PrepareWith(set, k.Data.Sounds.Vocabulary))
}

// File makes the utterances of another manifest ready. Those that are in the training or the validation part too are left out.
func (Task) File(r *task.Run, path string, own task.Data, all bool) (*task.File, error) {
	k := r.Networks[0].K
	set, err := audio.OpenManifest(audio.SourceOf(k.Config), path, knownOf(k), false)
	if err != nil {
		return nil, err
	}
	d := with(k, set)
	if err := task.LongParts(&k.Config.Model, d.parts["test"]); err != nil {
		return nil, err
	}
	f := &task.File{Data: d, Part: task.PartNamed("test")}
	if f.In, err = r.Inputs(func(task.Network) (task.Data, error) { return d, nil }); err != nil {
		return nil, err
	}
	if own == nil {
		d.noteInfeasible(d.parts["test"])
		f.Seen.Unknown = d.q.Test.Len()
		return f, nil
	}
	learnt := own.(*Data)
	of := func(p part) task.Contents { return task.Contents{Len: p.Len(), Of: p.Content} }
	index, seen, err := task.Another(set.Name, "data.csv", "utterances", of(d.parts["test"]), all, of(learnt.parts["train"]), of(learnt.parts["validation"]))
	if err != nil {
		return nil, err
	}
	f.Seen = seen
	p := part{d.q.Test.Pick(index), d.c.Decode}
	d.noteInfeasible(p)
	f.Part = func(task.Data) data.Examples { return p }
	return f, nil
}
