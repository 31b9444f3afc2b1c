package seq2seq

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"recur/baseline"
	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/data/pairs"
	"recur/data/text"
	"recur/evaluate"
	"recur/models"
	"recur/task"
	"recur/task/outputs"
	"recur/train"
)

// Data are pairs as a network reads them.
type Data struct {
	c      *configs.Config
	from   *source
	q      *pairs.Prepared
	decode configs.Decode

	leads, headlines func() int // how many words of a lead and of a headline suit the training part, found once
}

func newData(c *configs.Config, from *source, q *pairs.Prepared, decode configs.Decode) *Data {
	d := &Data{c: c, from: from, q: q, decode: decode}
	d.leads = sync.OnceValue(func() int { return d.fitting(func(s string) string { return s }) })
	d.headlines = sync.OnceValue(func() int { return d.fitting(stripped) })
	return d
}

// Config is the one that the parts were made by.
func (d *Data) Config() *configs.Config { return d.c }

// Source is what the parts are cut from.
func (d *Data) Source() task.Source { return d.from }

// Notes are worth a line each.
func (d *Data) Notes() []string {
	notes := slices.Clone(d.q.Notes)
	line := fmt.Sprintf("%s to say", d.q.Targets.Counted())
	if d.q.Sources != nil {
		line = fmt.Sprintf("%s to read, %s", d.q.Sources.Counted(), line)
	}
	for _, p := range []*pairs.Subset{d.q.Validation, d.q.Test} {
		if p.Len() == 0 {
			continue
		}
		if share := p.UnknownTarget(); share > 0 {
			line += fmt.Sprintf("; unknown are %.2f%% of the targets' symbols in the %s part", 100*share, p.Name)
		}
	}
	return append(notes, line)
}

// Part is a part by its name.
func (d *Data) Part(name string) data.Examples {
	if p := d.q.Part(name); p != nil {
		return part{p, d.decode}
	}
	return nil
}

// Spec is the network that a config and its pairs ask for.
func (d *Data) Spec(c *configs.Config) models.Spec {
	reading := *c
	reading.Model = c.Model.Reading()
	steps, said := d.longest()
	targets := d.q.Targets
	s := models.SpecOf(&reading, steps, len(d.from.set.Inputs()), targets.Len(), 0)
	if v := d.q.Sources; v != nil {
		s.Vocabulary, s.Padding, s.Unknown = v.Len(), int(v.Number(text.Padding)), int(v.Number(text.Unknown))
	}
	s.Classes, s.Says, s.SaidSteps, s.SaidPadding, s.Shared = targets.Len(), targets.Len(), said, int(targets.Number(text.Padding)), d.q.Sources == targets
	s.LabelSmoothing = c.Train.LabelSmoothing
	return s
}

// longest are the most steps of a source and of a target that is learnt from or judged.
func (d *Data) longest() (source, target int) {
	source, target = 1, 1
	for _, p := range []*pairs.Subset{d.q.Train, d.q.Validation, d.q.Test} {
		for _, n := range p.Lengths() {
			source = max(source, n)
		}
		for _, n := range p.SaidLengths() {
			target = max(target, n)
		}
	}
	return source, target
}

// Job is what a trainer is to learn.
func (d *Data) Job(c *configs.Config) *train.Job {
	return &train.Job{
		Config: c, Spec: d.Spec(c), Keep: d.kept, Hash: d.from.set.Hash,
		Train: d.q.Train, Validation: d.q.Validation, Both: func() data.Examples { return d.q.Both() },
	}
}

// kept is what a checkpoint holds of the pairs.
func (d *Data) kept() checkpoint.Data {
	source, target := d.longest()
	return checkpoint.Data{Paired: &checkpoint.Paired{Source: d.q.Sources, Target: d.q.Targets, Shared: d.q.Sources == d.q.Targets, Inputs: d.from.set.Inputs(), Columns: d.from.set.Columns(),
		InputScaler: d.q.Inputs, SourceSteps: source, TargetSteps: target}}
}

// fittedOf is what a training learnt of its pairs before its network did.
func fittedOf(p *checkpoint.Paired) pairs.Fitted {
	return pairs.Fitted{Sources: p.Source, Targets: p.Target, Inputs: p.InputScaler}
}

// Adopt numbers the symbols as a checkpoint does.
func (d *Data) Adopt(k *checkpoint.Data) (known, all int) {
	if k.Paired == nil {
		return 0, 1
	}
	if ok, err := d.q.Adopt(fittedOf(k.Paired)); !ok || err != nil {
		return 0, 1
	}
	return 1, 1
}

// Memory is what the pairs hold, and what a checkpoint keeps: the vocabularies.
func (d *Data) Memory() (parts, kept int64) {
	kept = 24 * int64(d.q.Targets.Len())
	if d.q.Sources != nil {
		kept += 24 * int64(d.q.Sources.Len())
	}
	return d.q.Memory(), kept
}

// SameTruth reports whether two test parts ask for the same targets.
func (d *Data) SameTruth(other task.Data) bool {
	o, ok := other.(*Data)
	if !ok || d.q.Test.Len() != o.q.Test.Len() {
		return false
	}
	for i := range d.q.Test.Len() {
		if d.q.Test.Content(i) != o.q.Test.Content(i) {
			return false
		}
	}
	return true
}

// measure are the figures of the task: those of ROUGE stand beside BLEU and chrF, for summaries.
func (d *Data) measure() outputs.Measure {
	m := outputs.Measure{
		Names:   []string{outputs.Loss, outputs.Perplexity, outputs.TokenAccuracy, outputs.ExactMatch, outputs.BLEU, outputs.CHRF, outputs.ROUGE1, outputs.ROUGE2, outputs.ROUGEL},
		Primary: outputs.CHRFError, Statistics: evaluate.CHRFStatistics,
	}
	if d.q.Targets.Tokens().Unit == text.Word {
		m.BLEU.Tokenizer = evaluate.TokenizerNone // they are tokens already
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
	p := d.Part("validation").(part)
	var all []task.Named
	for _, name := range d.simple() {
		m, err := d.Method(name, true)
		if err != nil {
			return nil, err
		}
		all = append(all, task.Named{Name: name, Said: m.Predict(p)})
	}
	v, err := task.NewVerdict(d.judge(p), []string{outputs.CHRFError, outputs.ExactMatch}, said, all)
	if err == nil {
		v.Windows, v.Example = p.Len(), "pair"
	}
	return v, err
}

// Methods lists the simple methods.
func (d *Data) Methods(only baseline.Only, _ data.Examples) ([]string, string, error) {
	names, err := only.Of(d.simple())
	return names, "", err
}

// Calibrate is for intervals, which symbols have none of.
func (d *Data) Calibrate(*configs.Config, func(data.Examples) ([][]float64, error)) (*evaluate.Calibration, error) {
	return nil, errors.New("seq2seq: symbols have no intervals to calibrate")
}
