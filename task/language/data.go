package language

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"recur/baseline"
	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/data/text"
	"recur/evaluate"
	"recur/internal/report"
	"recur/models"
	"recur/task"
	"recur/train"
)

// Data is text as a network reads it.
type Data struct {
	c    *configs.Config
	from *source

	train, validation, test *text.Blocks // as they are scored
	documents               bool         // whole documents are learnt, not pieces of a stream
	longest                 int          // of the documents
	both                    func() *text.Part

	mu     sync.Mutex
	fitted map[string]*method // n-gram models, by what they are fitted on: counting a long text takes a while
}

func newData(c *configs.Config, from *source) *Data {
	k := from.corpus
	d := &Data{c: c, from: from, train: k.Train.Blocks(), validation: k.Validation.Blocks(), test: k.Test.Blocks()}
	d.both = sync.OnceValue(func() *text.Part { return text.Join(k.Train, k.Validation) })
	if k.Documents != text.None {
		d.documents, d.longest = short(c.Data.Window, d.train, d.validation)
	}
	return d
}

// wholeWindows is how many windows long a document may be that is learnt as a whole.
const wholeWindows = 16

// short says that documents are short enough to be learnt one by one, whole and in batches of like lengths: the mean one is no longer
// than a window. Pieces of streams would be mostly padding.
func short(window int, parts ...*text.Blocks) (yes bool, longest int) {
	n, sum := 0, 0
	for _, p := range parts {
		for _, l := range p.Lengths() {
			n, sum, longest = n+1, sum+l, max(longest, l)
		}
	}
	return n > 0 && sum <= n*window && longest <= wholeWindows*window, longest
}

// Config is the one that the parts were made by.
func (d *Data) Config() *configs.Config { return d.c }

// Source is what the parts are cut from.
func (d *Data) Source() task.Source { return d.from }

// Notes are worth a line each.
func (d *Data) Notes() []string {
	k := d.from.corpus
	notes := slices.Clone(k.Notes)
	line := k.Vocabulary.Counted() + " in the vocabulary"
	var unknown []string
	for _, p := range []*text.Part{k.Train, k.Validation, k.Test} {
		if p.Len() > 0 && p.Unknown > 0 {
			unknown = append(unknown, fmt.Sprintf("%.2f%% of the %s part", 100*p.UnknownShare(), p.Name))
		}
	}
	if len(unknown) > 0 {
		line += "; it lacks " + report.List(unknown)
	}
	return append(notes, line)
}

// Part is a part by its name, cut into what is scored one by one.
func (d *Data) Part(name string) data.Examples {
	if b := map[string]*text.Blocks{"train": d.train, "validation": d.validation, "test": d.test}[name]; b != nil {
		return b
	}
	return nil
}

// Spec is the network that a config and its vocabulary ask for.
func (d *Data) Spec(c *configs.Config) models.Spec {
	v := d.from.corpus.Vocabulary
	steps := c.Data.Window
	if d.documents {
		steps = d.longest
	}
	s := models.SpecOf(c, steps, 0, v.Len(), 0)
	s.Classes, s.Vocabulary = v.Len(), v.Len()
	s.Padding, s.Unknown = int(v.Number(text.Padding)), int(v.Number(text.Unknown))
	return s
}

// How the validation part is read side by side after every epoch: so many rows, each warmed up on the text before its share.
const (
	checkedRows  = 24
	checkedSteps = 64
	checkedWarm  = 192
)

// Job is what a trainer is to learn.
func (d *Data) Job(c *configs.Config) *train.Job {
	k := d.from.corpus
	j := &train.Job{Config: c, Spec: d.Spec(c), Keep: d.from.kept, Hash: k.Hash}
	if d.documents {
		j.Train, j.Validation = d.train, d.validation
		j.Both = func() data.Examples { return d.both().Blocks() }
		return j
	}
	rows := func(p *text.Part, most, least int) int { return max(1, min(most, p.Len()/least)) }
	streams := func(p *text.Part) data.Examples {
		return p.Flow(text.StreamOptions{Rows: rows(p, c.Train.BatchSize, c.Data.Window), Steps: c.Data.Window, Rotate: true, Seed: c.Seed})
	}
	j.Train, j.Both = streams(k.Train), func() data.Examples { return streams(d.both()) }
	if k.Validation.Len() > 0 {
		j.Validation = k.Validation.Flow(text.StreamOptions{Rows: rows(k.Validation, checkedRows, checkedWarm), Steps: checkedSteps, Warm: checkedWarm})
	}
	return j
}

// Adopt says whether the text has the symbols that a checkpoint has learnt.
func (d *Data) Adopt(k *checkpoint.Data) (known, all int) {
	if k.Text == nil || k.Text.Vocabulary.Checksum() != d.from.corpus.Vocabulary.Checksum() {
		return 0, 1
	}
	return 1, 1
}

// Memory is what the parts hold, and what a checkpoint keeps: the vocabulary.
func (d *Data) Memory() (parts, kept int64) {
	k := d.from.corpus
	for _, p := range []*text.Part{k.Train, k.Validation, k.Test} {
		if p != nil {
			parts += p.Symbols.Bytes()
		}
	}
	return parts + 16*int64(d.train.Len()+d.validation.Len()+d.test.Len()), 24 * int64(k.Vocabulary.Len())
}

// SameTruth reports whether two test parts are the same symbols.
func (d *Data) SameTruth(other task.Data) bool {
	o, ok := other.(*Data)
	if !ok || d.from.corpus.Vocabulary.Checksum() != o.from.corpus.Vocabulary.Checksum() || d.test.Len() != o.test.Len() {
		return false
	}
	var one, another data.TextBuffer
	for i := range d.test.Len() {
		_, _, mine := d.test.Text(i, &one)
		if _, _, theirs := o.test.Text(i, &another); !slices.Equal(mine, theirs) {
			return false
		}
	}
	return true
}

// Judge judges what is said of a part.
func (d *Data) Judge(part data.Examples) task.Judge { return newJudge(part.(*text.Blocks)) }

// Verdict judges what is said of the validation part.
func (d *Data) Verdict(said [][]float64, _ float64) (*task.Verdict, error) {
	var all []task.Named
	for _, name := range methods {
		m, err := d.Method(name, true)
		if err != nil {
			return nil, err
		}
		all = append(all, task.Named{Name: name, Said: m.Predict(d.validation)})
	}
	v, err := task.NewVerdict(d.Judge(d.validation), []string{"nats"}, said, all)
	if err == nil {
		v.Windows, v.Example = d.validation.Len(), "block"
		if d.from.corpus.Documents != text.None {
			v.Example = "document"
		}
	}
	return v, err
}

// Methods lists the simple methods.
func (d *Data) Methods(only baseline.Only, _ data.Examples) ([]string, string, error) {
	suited := methods
	if d.train.Len() == 0 {
		suited = nil
	}
	names, err := only.Of(suited)
	return names, "", err
}

// Calibrate is for intervals, which symbols have none of.
func (d *Data) Calibrate(*configs.Config, func(data.Examples) ([][]float64, error)) (*evaluate.Calibration, error) {
	return nil, errors.New("language: symbols have no intervals to calibrate")
}
