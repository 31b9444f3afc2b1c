package generate

import (
	"errors"
	"fmt"
	"math"

	"recur/data/text"
	"recur/predict"
)

// Model is networks of text that write and score together. It is not safe for concurrent use.
type Model struct {
	networks   []*predict.Model
	vocabulary *text.Vocabulary
	documents  string // what separated them in the training
	start      []int32
}

// ErrNoText is the error of networks that have not learnt from text.
var ErrNoText = errors.New("generate: the networks have not learnt from text")

// New joins networks that have learnt from the same text. The error is ErrNoText where they have learnt from something else.
func New(networks []*predict.Model) (*Model, error) {
	if len(networks) == 0 {
		return nil, errors.New("generate: no networks")
	}
	m := &Model{networks: networks}
	for i, n := range networks {
		t := n.State.Text
		switch {
		case t == nil:
			return nil, ErrNoText
		case i == 0:
			m.vocabulary, m.documents = t.Vocabulary, t.Documents
		case t.Vocabulary.Checksum() != m.vocabulary.Checksum() || t.Documents != m.documents:
			return nil, fmt.Errorf("generate: network %d of %d has another vocabulary or other documents than the first; want those of one training", i+1, len(networks))
		}
	}
	m.start = m.beginning()
	return m, nil
}

// Vocabulary is that of the networks.
func (m *Model) Vocabulary() *text.Vocabulary { return m.vocabulary }

// Unit is what a symbol is: character, byte, word or bpe.
func (m *Model) Unit() string { return m.vocabulary.Tokens().Unit }

// Lines says that a document is a line.
func (m *Model) Lines() bool { return m.documents == text.Line }

// parted says that a text is documents, each behind an end symbol.
func (m *Model) parted() bool { return m.documents != text.None && m.documents != "" }

// beginning is what is read where a text begins: the end symbol, behind which every document stands; else the end of a line where there are lines, or
// the commonest symbol.
func (m *Model) beginning() []int32 {
	v := m.vocabulary
	if m.parted() {
		return []int32{v.Number(text.End)}
	}
	if line, missing := v.Encode("\n"); len(line) == 1 && len(missing) == 0 && v.Count(line[0]) > 0 {
		return line
	}
	commonest := int32(0)
	for n := range int32(v.Len()) {
		if _, special := v.Symbol(n); !special && v.Count(n) > v.Count(commonest) {
			commonest = n
		}
	}
	return []int32{commonest}
}

// readers are one for each network, which read the same.
type readers struct {
	each  []*predict.Reader
	other []float64 // what a further network says
}

func (m *Model) readers(rows int) (*readers, error) {
	r := &readers{}
	for _, n := range m.networks {
		one, err := n.Reader(rows)
		if err != nil {
			return nil, err
		}
		r.each = append(r.each, one)
	}
	return r, nil
}

func (r *readers) begin(rows int) {
	for _, one := range r.each {
		for row := range rows {
			one.Begin(row)
		}
	}
}

func (r *readers) copy(row int, from *readers, of int) {
	for i, one := range r.each {
		one.Copy(row, from.each[i], of)
	}
}

func (r *readers) read(rows int, symbols []int32) error {
	return r.all(nil, func(one *predict.Reader, _ []float64) error { return one.Read(rows, symbols) })
}

// step is predict.Reader.Step, the chances averaged.
func (r *readers) step(symbols []int32, logp []float64) error {
	return r.all(logp, func(one *predict.Reader, to []float64) error { return one.Step(symbols, to) })
}

// score is predict.Reader.Score, the chances averaged. Ranks are of one network; of several they follow from all chances.
func (r *readers) score(rows int, symbols, next []int32, logp []float64, ranks []int) error {
	if ranks == nil || len(r.each) == 1 {
		return r.all(logp, func(one *predict.Reader, to []float64) error { return one.Score(rows, symbols, next, to, ranks) })
	}
	v := r.each[0].Vocabulary()
	chances := make([]float64, rows*v)
	for at := 0; at < len(symbols); at += rows {
		if err := r.step(symbols[at:at+rows], chances); err != nil {
			return err
		}
		for row := range rows {
			i := at + row
			if logp[i], ranks[i] = 0, 0; next[i] >= 0 {
				logp[i], ranks[i] = chances[row*v+int(next[i])], rank(chances[row*v:][:v], int(next[i]))
			}
		}
	}
	return nil
}

// rank is the place of symbol at from the likeliest on; of equals the lower number comes first.
func rank(logp []float64, at int) int {
	place := 1
	for i, v := range logp {
		if v > logp[at] || v == logp[at] && i < at {
			place++
		}
	}
	return place
}

// all asks every network and makes logp the logarithm of the mean of the chances.
func (r *readers) all(logp []float64, ask func(one *predict.Reader, to []float64) error) error {
	if err := ask(r.each[0], logp); err != nil || len(r.each) == 1 {
		return err
	}
	if len(r.other) < len(logp) {
		r.other = make([]float64, len(logp))
	}
	for i, one := range r.each[1:] {
		other := r.other[:len(logp)]
		if err := ask(one, other); err != nil {
			return err
		}
		n := float64(i + 1) // networks before this one
		for j, b := range other {
			a := logp[j]
			most := math.Max(a, b)
			logp[j] = most + math.Log((n*math.Exp(a-most)+math.Exp(b-most))/(n+1))
		}
	}
	return nil
}
