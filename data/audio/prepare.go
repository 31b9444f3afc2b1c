package audio

import (
	"fmt"
	"iter"
	"runtime"
	"slices"

	"recur/configs"
	"recur/data"
	"recur/data/text"
)

// Options say how a set is cut, numbered and changed.
type Options struct {
	Tokens  text.Tokens    // what a label is: a character or a word
	Split   *configs.Split // nil: the parts have files of their own
	Seed    uint64         // of the draw, and of changes
	Ordered bool           // in the order of the source instead of drawn
	Augment Augment
	Workers int // utterances that are changed at a time; 0: as many as there are processors
}

// Prepared is a set cut into parts, with the labels of its training transcripts.
type Prepared struct {
	Set        *Set
	Vocabulary *text.Vocabulary // symbol 0 is the blank
	Train      *Subset
	Validation *Subset // may be empty
	Test       *Subset // may be empty
	Notes      []string

	labels [][]int32 // of each utterance
	copies []changed // of training utterances, numbered behind the utterances
}

// changed is a copy of an utterance.
type changed struct {
	utterance, number int
	x                 []float32 // [T,D]
}

// Blank is the label that stands for none.
const Blank = 0

// Prepare splits a set, numbers the labels of its training part, and makes changed copies of that. Faults are data.Errors.
func Prepare(set *Set, o Options) (*Prepared, error) {
	tokens, err := o.Tokens.Resolved()
	if err != nil {
		return nil, err
	}
	if tokens.MaxLength > 0 {
		return nil, data.Errors{data.Fault("data.tokens.max_length", 0, 0, "data.tokens.max_length", "a transcript can't be cut at %s: the sound goes on; remove the key", data.Count(tokens.MaxLength, "label", "labels"))}
	}
	d := data.Division{Split: o.Split, Seed: o.Seed, Ordered: o.Ordered || set.generated, Name: set.Name, Things: [2]string{"utterance", "utterances"}}
	parts, err := d.Divide(len(set.Utterances), func(i int) (data.Part, int) { return set.Utterances[i].Part, 0 })
	if err != nil {
		return nil, err
	}
	q := &Prepared{Set: set, Notes: slices.Clone(set.Notes)}
	q.Train, q.Validation, q.Test = q.subset(data.Train, parts[0]), q.subset(data.Validation, parts[1]), q.subset(data.Test, parts[2])
	q.Vocabulary, err = text.Build(set.Name, tokens, text.Padding|text.Unknown, func(yield func(string) bool) {
		for _, i := range parts[0] {
			if !yield(set.Utterances[i].Transcript) {
				return
			}
		}
	})
	if err != nil {
		return nil, err
	}
	q.encode()
	q.note()
	return q, q.augment(&o)
}

// PrepareWith prepares another set with the labels of a training: all of it is the test part.
func PrepareWith(set *Set, v *text.Vocabulary) *Prepared {
	q := &Prepared{Set: set, Vocabulary: v, Notes: slices.Clone(set.Notes)}
	all := make([]int, len(set.Utterances))
	for i := range all {
		all[i] = i
	}
	q.Train, q.Validation, q.Test = q.subset(data.Train, nil), q.subset(data.Validation, nil), q.subset(data.Test, all)
	q.encode()
	q.noteUnknown()
	return q
}

// Adopt takes the labels of another training: transcripts are numbered anew.
func (q *Prepared) Adopt(v *text.Vocabulary) {
	q.Vocabulary = v
	q.encode()
}

func (q *Prepared) subset(part data.Part, index []int) *Subset {
	return &Subset{Name: data.PartNames[part], Prepared: q, Index: index}
}

// encode numbers the labels of all transcripts.
func (q *Prepared) encode() {
	e := q.Vocabulary.Encoder()
	q.labels = make([][]int32, len(q.Set.Utterances))
	for i := range q.labels {
		q.labels[i] = e.Append(nil, q.Set.Utterances[i].Transcript)
	}
	for _, p := range []*Subset{q.Train, q.Validation, q.Test} {
		p.Labels, p.Unknown = 0, 0
		for _, i := range p.Index {
			labels := q.labels[q.utterance(i)]
			p.Labels += int64(len(labels))
			for _, n := range labels {
				if n == q.Vocabulary.Number(text.Unknown) {
					p.Unknown++
				}
			}
		}
	}
}

// utterance is the one of example i: its own number, or that of what it is a copy of.
func (q *Prepared) utterance(i int) int {
	if n := len(q.Set.Utterances); i >= n {
		return q.copies[i-n].utterance
	}
	return i
}

// noteUnknown tells which share of a part's labels no network says.
func (q *Prepared) noteUnknown() {
	for _, p := range []*Subset{q.Train, q.Validation, q.Test} {
		if p.Unknown > 0 {
			q.Notes = append(q.Notes, fmt.Sprintf("%d of %s of the %s part are not among those that are learnt from the training part: they can't be recognised", p.Unknown, data.Count(int(p.Labels), "label", "labels"), p.Name))
		}
	}
}

// note tells what is worth knowing of the parts: what the training part lacks, and what stands in two parts.
func (q *Prepared) note() {
	q.noteUnknown()
	all := []*Subset{q.Train, q.Validation, q.Test}
	said := map[string]int{}
	var parts [3]data.Contents
	for n, p := range all {
		parts[n] = data.Contents{Name: p.Name, Len: p.Len(), Of: func(i int) (string, int) {
			u := p.Utterance(i)
			if _, ok := said[u.Transcript]; !ok {
				said[u.Transcript] = len(said)
			}
			return string(u.sum[:]), said[u.Transcript]
		}}
	}
	repeated, notes := data.Repeats(parts, "number by number", [2]string{"utterance", "utterances"})
	for n, p := range all {
		p.Repeated = repeated[n]
	}
	q.Notes = append(q.Notes, notes...)
}

// augment puts changed copies behind the training part.
func (q *Prepared) augment(o *Options) error {
	a := &o.Augment
	if err := a.Check(q.Set.Features.Kind == Files); err != nil {
		return wrapped(err)
	}
	if a.Copies == 0 {
		return nil
	}
	workers := o.Workers
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	listeners := make([]*listener, workers)
	for i := range listeners {
		listeners[i] = newListener(q.Set.Features, q.Set.Rate)
	}
	originals := len(q.Train.Index)
	err := data.InOrder(workers, q.each(q.Train.Index[:originals]), func(worker, i int) ([]changed, error) {
		return listeners[worker].changes(q.Set, i, o)
	}, func(copies []changed) error {
		for _, c := range copies {
			q.Train.Index = append(q.Train.Index, len(q.Set.Utterances)+len(q.copies))
			q.copies = append(q.copies, c)
		}
		return nil
	})
	return wrapped(err)
}

func (q *Prepared) each(index []int) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for _, i := range index {
			if !yield(i, nil) {
				return
			}
		}
	}
}

// changes makes the copies of utterance i.
func (l *listener) changes(set *Set, i int, o *Options) (all []changed, err error) {
	u, a := &set.Utterances[i], &o.Augment
	var w *Wave
	var x []float32
	d := l.features.base()
	if u.sound != nil {
		if w, err = u.sound(); err == nil {
			w, err = l.at(u.Name, w)
		}
	} else {
		x, d, err = u.numbers()
	}
	if err != nil {
		return nil, err
	}
	for n := range a.Copies {
		r := draw(o.Seed, fmt.Sprintf("%s/%d", u.Name, i), n)
		if w != nil {
			if x, err = l.plain(u.Name, w, a.Wave(r, w.Samples)); err != nil {
				return nil, err
			}
		}
		done, width := l.features.Finish(a.Lengthen(r, x, d), d)
		a.Hide(r, done, width)
		all = append(all, changed{utterance: i, number: n + 1, x: done})
	}
	return all, nil
}

// plain makes features without slopes of sound that was changed; where it became shorter than a frame, of the sound as it was.
func (l *listener) plain(name string, w *Wave, samples []float32) ([]float32, error) {
	e, err := l.extractor(w.Rate)
	if err != nil {
		return nil, err
	}
	if e.Frames(len(samples)) == 0 {
		samples = w.Samples
	}
	return e.plain(name, samples)
}

// Part is a part by its name: train, validation or test; nil for another one.
func (q *Prepared) Part(name string) *Subset {
	for _, p := range []*Subset{q.Train, q.Validation, q.Test} {
		if p.Name == name {
			return p
		}
	}
	return nil
}

// Memory estimates the bytes that the utterances and their copies take.
func (q *Prepared) Memory() int64 {
	n := q.Set.Memory()
	for i := range q.copies {
		n += 4 * int64(len(q.copies[i].x))
	}
	return n
}
