package ctc

import (
	"errors"
	"fmt"
	"slices"

	"recur/baseline"
	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/data/audio"
	"recur/evaluate"
	"recur/models"
	"recur/task"
	"recur/task/outputs"
	"recur/train"
)

// Data are utterances as a network reads them.
type Data struct {
	c      *configs.Config
	from   *source
	q      *audio.Prepared
	parts  map[string]part
	spoilt map[string][]audio.Infeasible // of a part what is too short for its transcripts: it is scored, and no loss is taken of it
	notes  []string
}

func newData(c *configs.Config, from *source, q *audio.Prepared) *Data {
	d := &Data{c: c, from: from, q: q, parts: map[string]part{}, spoilt: map[string][]audio.Infeasible{}, notes: slices.Clone(q.Notes)}
	for _, p := range []*audio.Subset{q.Train, q.Validation, q.Test} {
		d.parts[p.Name] = part{p, c.Decode}
	}
	return d
}

// feasible refuses utterances that are too short for their transcripts, or leaves them out of the training, before anything is trained:
// no path through their steps says all labels, so that their loss is infinite. In the other parts they stay: what is heard of them counts, with
// the labels that are missing, and only the loss goes without them.
func (d *Data) feasible() error {
	var refused data.Errors // of every part, so that one reading tells all
	for _, name := range data.PartNames[1:] {
		p, ok := d.parts[name]
		if !ok {
			continue
		}
		some := p.Infeasible(d.steps)
		switch {
		case len(some) == 0:
			continue
		case d.c.Data.Infeasible != "drop":
			refused = append(refused, p.Refuse(some))
			continue
		}
		if name != "train" {
			d.notes = append(d.notes, p.Tell(some)+"; nothing is learnt or chosen by what is too short, and the scores count it (data.infeasible: drop)")
			d.spoilt[name] = some
			continue
		}
		d.notes = append(d.notes, p.Tell(some)+"; what is too short is left out (data.infeasible: drop)")
		d.parts[name] = part{p.Without(some), p.decode}
	}
	if len(refused) > 0 {
		return refused
	}
	if d.parts["train"].Len() == 0 {
		return &data.Error{File: d.from.set.Name, Key: "data.infeasible", Message: "no utterance of the training part is long enough for its transcript; make the strides of model.front smaller"}
	}
	return nil
}

// steps are those that the front leaves of so many frames.
func (d *Data) steps(frames int) int {
	left, err := d.c.Model.FrontSteps(frames)
	if err != nil {
		return 0
	}
	return left
}

// noteInfeasible tells which utterances of a part that is only scored are too short for their transcripts.
func (d *Data) noteInfeasible(p part) {
	if some := p.Infeasible(d.steps); len(some) > 0 {
		d.notes = append(d.notes, p.Tell(some)+"; nothing that is heard can be these, and the part has no loss")
	}
}

// Config is the one that the parts were made by.
func (d *Data) Config() *configs.Config { return d.c }

// Source is what the parts are cut from.
func (d *Data) Source() task.Source { return d.from }

// Notes are worth a line each.
func (d *Data) Notes() []string {
	set := d.from.set
	line := fmt.Sprintf("%d utterances, %.0f s in all, frames of %d numbers; %d labels and the blank", len(set.Utterances), set.Seconds(), set.D, d.q.Vocabulary.Len()-1)
	return append(slices.Clone(d.notes), line)
}

// Part is a part by its name.
func (d *Data) Part(name string) data.Examples {
	if p, ok := d.parts[name]; ok {
		return p
	}
	return nil
}

// Spec is the network that a config and its utterances ask for.
func (d *Data) Spec(c *configs.Config) models.Spec {
	frames, labels := d.longest()
	classes := d.q.Vocabulary.Len()
	s := models.SpecOf(c, frames, d.from.set.D, classes, 0)
	s.Classes, s.SaidSteps = classes, labels
	return s
}

// longest are the most frames and the most labels of an utterance.
func (d *Data) longest() (frames, labels int) {
	frames, labels = 1, 1
	for _, p := range d.parts {
		for _, n := range p.Lengths() {
			frames = max(frames, n)
		}
		for _, n := range p.SaidLengths() {
			labels = max(labels, n)
		}
	}
	return frames, labels
}

// Job is what a trainer is to learn.
func (d *Data) Job(c *configs.Config) *train.Job {
	return &train.Job{
		Config: c, Spec: d.Spec(c), Keep: d.kept, Hash: d.from.set.Hash,
		Train: d.parts["train"].Subset, Validation: d.watched(), Both: func() data.Examples {
			return d.parts["train"].With(d.watched())
		},
	}
}

// watched is the validation part as far as it has a loss.
func (d *Data) watched() *audio.Subset {
	return d.parts["validation"].Without(d.spoilt["validation"])
}

// kept is what a checkpoint holds of the utterances.
func (d *Data) kept() checkpoint.Data {
	frames, labels := d.longest()
	return checkpoint.Data{Sounds: &checkpoint.Sounds{Vocabulary: d.q.Vocabulary, Inputs: d.from.set.D, Rate: d.from.set.Rate, Steps: frames, Labels: labels, Columns: d.from.set.Columns}}
}

// Adopt numbers the labels as a checkpoint does.
func (d *Data) Adopt(k *checkpoint.Data) (known, all int) {
	if k.Sounds == nil || k.Sounds.Inputs != d.from.set.D {
		return 0, 1
	}
	d.q.Adopt(k.Sounds.Vocabulary)
	return 1, 1
}

// Memory is what the utterances and their copies hold, and what a checkpoint keeps: the labels.
func (d *Data) Memory() (parts, kept int64) {
	return d.q.Memory(), 24 * int64(d.q.Vocabulary.Len())
}

// SameTruth reports whether two test parts ask for the same labels of the same utterances.
func (d *Data) SameTruth(other task.Data) bool {
	o, ok := other.(*Data)
	mine, theirs := d.parts["test"], part{}
	if ok {
		theirs = o.parts["test"]
	}
	if !ok || mine.Len() != theirs.Len() {
		return false
	}
	for i := range mine.Len() {
		if mine.Content(i) != theirs.Content(i) {
			return false
		}
	}
	return true
}

// measure are the figures of the task.
func (d *Data) measure() outputs.Measure {
	m := outputs.Measure{Names: []string{outputs.Loss, outputs.LER, outputs.CER, outputs.WER, outputs.ExactMatch}, Primary: outputs.LER, Labels: d.q.Vocabulary.Pieces}
	m.Statistics = func(hyp, ref []string) evaluate.Sufficient {
		return evaluate.ErrorStatistics(outputs.LER, m.LabelErrors(hyp, ref))
	}
	return m
}

func (d *Data) judge(p part) *outputs.Judge {
	return &outputs.Judge{Measure: d.measure(), References: p.references()}
}

// Judge judges what is said of a part.
func (d *Data) Judge(of data.Examples) task.Judge { return d.judge(of.(part)) }

// Verdict judges what is said of the validation part.
func (d *Data) Verdict(said [][]float64, _ float64) (*task.Verdict, error) {
	p := d.parts["validation"]
	m, err := d.Method(mostFrequent, true)
	if err != nil {
		return nil, err
	}
	v, err := task.NewVerdict(d.judge(p), []string{outputs.LER, outputs.WER}, said, []task.Named{{Name: mostFrequent, Said: m.Predict(p)}})
	if err == nil {
		v.Windows, v.Example = p.Len(), "utterance"
	}
	return v, err
}

// Methods lists the simple methods.
func (d *Data) Methods(only baseline.Only, _ data.Examples) ([]string, string, error) {
	var suited []string
	if d.parts["train"].Len() > 0 {
		suited = []string{mostFrequent}
	}
	names, err := only.Of(suited)
	return names, "", err
}

// mostFrequent is the transcript that the training part has most often.
const mostFrequent = "most_frequent"

// frequent says one text of everything.
type frequent string

// Name is that of tables.
func (frequent) Name() string { return mostFrequent }

// Predict says the text of every utterance.
func (f frequent) Predict(e data.Examples) [][]float64 {
	texts := make([]string, e.Len())
	for i := range texts {
		texts[i] = string(f)
	}
	return outputs.Rows(texts)
}

// Method makes the simple method of a name, from the training part alone.
func (d *Data) Method(name string, _ bool) (baseline.Method, error) {
	if name != mostFrequent {
		return nil, errors.New("there is no method " + name)
	}
	p := d.parts["train"]
	return frequent(outputs.MostFrequent(p.Len(), p.reference)), nil
}

// Calibrate is for intervals, which labels have none of.
func (d *Data) Calibrate(*configs.Config, func(data.Examples) ([][]float64, error)) (*evaluate.Calibration, error) {
	return nil, errors.New("ctc: labels have no intervals to calibrate")
}
