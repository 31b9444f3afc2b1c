package ngram

import (
	"fmt"
	"math"
	"slices"
)

// This file is what a search over labels asks of a model: states that are never changed, so that many texts go on from one.

// contexts are the nodes of the last 0, 1, … symbols; -1 where they were not seen.
type contexts []int32

// after is the context behind a symbol.
func (c contexts) after(levels []*level, symbol int32) contexts {
	next := slices.Repeat(contexts{-1}, len(c))
	next[0] = 0
	for k := len(c) - 1; k > 0 && symbol >= 0; k-- {
		next[k] = levels[k].find(c[k-1], symbol)
	}
	return next
}

// Counted is a Model that says how likely labels are, one after the other.
type Counted struct {
	model   *Model
	symbols []int32
}

// Language says what m holds of labels from 1 on, of which symbols names the symbols: label i is symbols[i-1].
func (m *Model) Language(symbols []int32) (*Counted, error) {
	for i, s := range symbols {
		if s < 0 || int(s) >= m.vocabulary {
			return nil, fmt.Errorf("ngram: label %d is symbol %d, want one below %d, the size of the vocabulary", i+1, s, m.vocabulary)
		}
	}
	return &Counted{m, symbols}, nil
}

// Begin is the state behind the end of a document, where there are documents.
func (c *Counted) Begin() any {
	r := c.model.Read()
	if c.model.boundary >= 0 {
		r.Skip(c.model.boundary)
	}
	return contexts(r.nodes)
}

// Next is the logarithm of the probability of a label, and the state behind it.
func (c *Counted) Next(state any, label int32) (float64, any) {
	r := &Reader{c.model, slices.Clone(state.(contexts))}
	nats := r.Next(c.symbols[label-1])
	return -nats, contexts(r.nodes)
}

// End is the logarithm of the probability that a document ends; 0 where there are none.
func (c *Counted) End(state any) float64 {
	if c.model.boundary < 0 {
		return 0
	}
	return math.Log((&Reader{c.model, state.(contexts)}).Probability(c.model.boundary))
}

// Word is the number of a word, that of <unk> where the model lacks it, and -1 where it lacks that too.
func (a *ARPA) Word(word string) int32 {
	if at, ok := a.words[word]; ok {
		return at
	}
	if at, ok := a.words[arpaUnknown]; ok {
		return at
	}
	return -1
}

// begin is the state behind <s>.
func (a *ARPA) begin() contexts {
	c := slices.Repeat(contexts{-1}, a.Order)
	c[0] = 0
	if at, ok := a.words[arpaStart]; ok {
		return c.after(a.levels, at)
	}
	return c
}

// logp is the natural logarithm of the probability of a word; -1 is none of the model.
func (a *ARPA) logp(c contexts, word int32) float64 {
	lost := 0.0
	for k := len(c) - 1; k >= 0 && word >= 0; k-- {
		if c[k] < 0 {
			continue
		}
		if node := a.levels[k+1].find(c[k], word); node >= 0 && !math.IsNaN(a.listed[k+1].logp[node]) {
			return lost + a.listed[k+1].logp[node]
		}
		lost += a.listed[k].backoff[c[k]]
	}
	return lost + never*math.Ln10
}

// Nats is what a text of words costs, -ln p, its end included: that of every word, and of the end.
func (a *ARPA) Nats(words []string) []float64 {
	out, c := make([]float64, 0, len(words)+1), a.begin()
	for _, word := range words {
		at := a.Word(word)
		out = append(out, -a.logp(c, at))
		c = c.after(a.levels, at)
	}
	return append(out, -a.logp(c, a.Word(arpaEnd)))
}

// Labelled is an ARPA model that says how likely labels are which are its words, such as the characters of a model of characters.
type Labelled struct {
	arpa  *ARPA
	words []int32
}

// spaces are how models of characters write a space, which no word of the format can hold.
var spaces = []string{"<space>", "▁", "|", "_"}

// Labels says what a holds of labels that are its words: label i is labels[i-1]. A space is <space>, ▁, | or _ in the model, the first that it has.
// The error names a label that the model lacks where it has no <unk> either.
func (a *ARPA) Labels(labels []string) (*Labelled, error) {
	l := &Labelled{arpa: a}
	for _, label := range labels {
		if label == " " {
			for _, other := range spaces {
				if _, ok := a.words[other]; ok {
					label = other
					break
				}
			}
		}
		at := a.Word(label)
		if at < 0 {
			return nil, fmt.Errorf("ngram: the language model knows no %q and has no <unk>; take one of the same labels, or one of words", label)
		}
		l.words = append(l.words, at)
	}
	return l, nil
}

// Begin is the state behind <s>.
func (l *Labelled) Begin() any { return l.arpa.begin() }

// Next is the logarithm of the probability of a label, and the state behind it.
func (l *Labelled) Next(state any, label int32) (float64, any) {
	c, word := state.(contexts), l.words[label-1]
	return l.arpa.logp(c, word), c.after(l.arpa.levels, word)
}

// End is the logarithm of the probability of </s>.
func (l *Labelled) End(state any) float64 {
	return l.arpa.logp(state.(contexts), l.arpa.Word(arpaEnd))
}

// Spelt is an ARPA model of words that are spelt in labels: a word is scored where a space ends it.
type Spelt struct {
	arpa   *ARPA
	labels []string
	space  int32
}

// speltState is the words that have ended, and the beginning of the next one.
type speltState struct {
	words contexts
	begun string
}

// Spelt says what a holds of words that are spelt in labels: label i is labels[i-1], and one of them is a space.
func (a *ARPA) Spelt(labels []string) (*Spelt, error) {
	at := slices.Index(labels, " ")
	if at < 0 {
		return nil, fmt.Errorf("ngram: none of the %d labels is a space, which ends a word of the language model; take a model of the same labels", len(labels))
	}
	return &Spelt{a, labels, int32(at + 1)}, nil
}

// Begin is the state behind <s>.
func (s *Spelt) Begin() any { return speltState{words: s.arpa.begin()} }

// Next is 0 within a word, and the logarithm of its probability where it ends. A space behind a space ends nothing.
func (s *Spelt) Next(state any, label int32) (float64, any) {
	at := state.(speltState)
	if label != s.space {
		at.begun += s.labels[label-1]
		return 0, at
	}
	logp, next := s.ended(at)
	return logp, speltState{words: next}
}

// ended is the word that a state has begun.
func (s *Spelt) ended(at speltState) (float64, contexts) {
	if at.begun == "" {
		return 0, at.words
	}
	word := s.arpa.Word(at.begun)
	return s.arpa.logp(at.words, word), at.words.after(s.arpa.levels, word)
}

// End is the logarithm of the probability of the word that has begun and of </s>.
func (s *Spelt) End(state any) float64 {
	logp, next := s.ended(state.(speltState))
	return logp + s.arpa.logp(next, s.arpa.Word(arpaEnd))
}
