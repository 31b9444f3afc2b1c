package language

import (
	"errors"
	"fmt"
	"math"

	"recur/baseline"
	"recur/baseline/ngram"
	"recur/data"
	"recur/data/text"
)

// The simple methods: how often a symbol is seen, and the best n-gram model that the validation part finds.
const (
	unigram = "unigram"
	ngrams  = "ngram"
)

var methods = []string{unigram, ngrams}

// method is an n-gram model as a simple method.
type method struct {
	name  string
	model *ngram.Model
}

// Method fits one on the training part, with train.refit: all on the validation part too unless that is judged; the validation part
// chooses order and smoothing.
func (d *Data) Method(name string, judging bool) (baseline.Method, error) {
	o := ngram.Options{Boundary: -1}
	switch name {
	case unigram:
		o.MinOrder, o.MaxOrder, o.Smoothing = 1, 1, ngram.WittenBell
	case ngrams:
	default:
		return nil, errors.New("there is no method " + name)
	}
	all := !judging && d.c.Train.Refit == "all" && d.validation.Len() > 0
	key := fmt.Sprint(name, all)
	d.mu.Lock()
	defer d.mu.Unlock()
	if m := d.fitted[key]; m != nil {
		return m, nil
	}
	k := d.from.corpus
	o.Vocabulary = k.Vocabulary.Len()
	if k.Documents != text.None {
		o.Boundary = k.Vocabulary.Number(text.End)
	}
	var validation ngram.Sequence
	if k.Validation.Len() > 0 {
		validation = k.Validation.Symbols
	}
	model, err := ngram.Fit(k.Train.Symbols, validation, k.Validation.First()+1, o)
	if err == nil && all {
		o.MinOrder, o.MaxOrder, o.Smoothing = model.Order, model.Order, model.Smoothing
		model, err = ngram.Fit(d.both().Symbols, nil, 0, o)
	}
	if err != nil {
		return nil, err
	}
	if d.fitted == nil {
		d.fitted = map[string]*method{}
	}
	m := &method{name, model}
	d.fitted[key] = m
	return m, nil
}

// Name is that of tables.
func (m *method) Name() string { return m.name }

// Told is what the model is: "5-gram, Kneser–Ney".
func (m *method) told() string {
	return fmt.Sprintf("%d-gram, %s", m.model.Order, map[ngram.Smoothing]string{ngram.KneserNey: "Kneser–Ney", ngram.WittenBell: "Witten–Bell"}[m.model.Smoothing])
}

// Predict gives the chances of the symbols of every example.
func (m *method) Predict(e data.Examples) [][]float64 {
	b := e.(*text.Blocks)
	out := make([][]float64, b.Len())
	r := m.model.Read()
	var buffer data.TextBuffer
	for i := range out {
		before, symbols, labels := b.Text(i, &buffer)
		if !b.GoesOn(i) {
			r = m.model.Read()
			for _, s := range before {
				r.Skip(s)
			}
			r.Skip(symbols[0])
		}
		out[i] = make([]float64, len(labels))
		for t, s := range labels {
			out[i][t] = math.Exp(-r.Next(s))
		}
	}
	return out
}
