// Package ngram answers one question: what would counting say of the next symbol?
//
// A Model gives each symbol a probability from how often it followed the symbols before it in the training part: as many of
// them as the validation part says, each order interpolated with the next lower one down to the same share for every symbol.
//
// Letters: V symbols of a vocabulary, n the order of a model, which sees n-1 symbols before the one it predicts.
package ngram

import (
	"fmt"
	"math"
)

// Sequence is symbols in their order, such as text.Symbols.
type Sequence interface {
	Len() int
	At(i int) int32
}

// Slice is a Sequence in memory.
type Slice []int32

// Len is the number of symbols.
func (s Slice) Len() int { return len(s) }

// At is symbol i.
func (s Slice) At(i int) int32 { return s[i] }

// Smoothing is how the orders are mixed.
type Smoothing string

// The ways to mix.
const (
	// WittenBell gives the lower order the weight T/(N+T) after a context that was seen N times with T different symbols behind
	// it [1]; the highest order counts most where it has seen most.
	//
	// [1] Witten & Bell 1991, The zero-frequency problem; interpolated as in Chen & Goodman 1998, section 2.5.
	WittenBell Smoothing = "witten_bell"
	// KneserNey takes a discount off every count, another one for counts of 1, 2 and more, and gives it to the lower order, where
	// a symbol counts by how many different symbols stood before it instead of how often it was seen: "modified, interpolated"
	// in [2]. Discounts that the data can't tell (no count of 1, say) are 0.5, 1 and 1.5.
	//
	// [2] Chen & Goodman 1998, An empirical study of smoothing techniques for language modeling, section 3.
	KneserNey Smoothing = "kneser_ney"
)

// The limits that stand for 0 in Options.
const (
	DefaultOrder   = 7
	DefaultSymbols = 5_000_000
	DefaultNodes   = 8_000_000
)

// validated is how many symbols of a validation part the choice of order and smoothing takes at most.
const validated = 200_000

// Options say what a model is made of.
type Options struct {
	Vocabulary int // V: symbols are 0 … V-1
	// Boundary is the symbol that ends a document, and -1 where there is none. What stands before it is no context of what
	// follows; it is itself, so that a model knows how documents begin.
	Boundary int32
	MaxOrder int // the highest order that is tried; 0: DefaultOrder
	MinOrder int // the lowest one; 0: 1. With MinOrder = MaxOrder nothing is to be chosen
	// Smoothing is the only one that is tried; "": both.
	Smoothing Smoothing
	// Symbols is how many symbols of the training part are counted at most: its last ones; 0: DefaultSymbols.
	Symbols int
	// Nodes is how many different n-grams of all orders are kept at most, of 50 bytes each; an order that would need more is not
	// tried. 0: DefaultNodes. It bounds the memory, with 4 bytes a symbol that is counted.
	Nodes int
}

// Tried is one model that was tried, and its nats a symbol on the validation part.
type Tried struct {
	Order     int
	Smoothing Smoothing
	Nats      float64
}

// Model predicts the next symbol. It does not change and is safe for concurrent use.
type Model struct {
	Order     int // n
	Smoothing Smoothing
	Symbols   int     // of the training part that were counted
	Tried     []Tried // by order
	Full      bool    // an order was not tried because it needs too much memory

	vocabulary int
	boundary   int32
	levels     []*level // [n+1]: the n-grams of each length; the first is the empty one
}

// Fit counts the n-grams of a training part and chooses order and smoothing by the nats of the validation part from symbol
// `from` on, or of its first 200,000 symbols; the symbols before are read only. Orders are tried from 1 on until one is worse
// than the one below it with either smoothing. With no validation symbols (validation may be nil) the highest order is taken,
// with Kneser–Ney smoothing if the options leave it open.
func Fit(training, validation Sequence, from int, o Options) (*Model, error) {
	o, err := o.resolved()
	if err != nil {
		return nil, err
	}
	if training.Len() == 0 {
		return nil, fmt.Errorf("ngram: the training part has no symbol to count; give it text")
	}
	b := newBuilder(training, o)
	if err := b.check(); err != nil {
		return nil, err
	}
	best := math.Inf(1)
	for n := 1; n <= o.MaxOrder; n++ {
		if !b.deepen() {
			b.model.Full = true
			break
		}
		if n < o.MinOrder {
			continue
		}
		lowest := b.try(n, validation, from, o)
		if lowest > best {
			break
		}
		best = lowest
	}
	return b.choose()
}

func (o Options) resolved() (Options, error) {
	set := func(v *int, to int) {
		if *v == 0 {
			*v = to
		}
	}
	set(&o.MaxOrder, DefaultOrder)
	set(&o.MinOrder, 1)
	set(&o.Symbols, DefaultSymbols)
	set(&o.Nodes, DefaultNodes)
	switch {
	case o.Vocabulary < 1:
		return o, fmt.Errorf("ngram: a vocabulary of %d symbols, want 1 or more", o.Vocabulary)
	case o.MinOrder < 1 || o.MaxOrder < o.MinOrder:
		return o, fmt.Errorf("ngram: orders %d to %d, want 1 ≤ lowest ≤ highest", o.MinOrder, o.MaxOrder)
	case o.Symbols < 1 || o.Nodes < 1:
		return o, fmt.Errorf("ngram: at most %d symbols and %d n-grams, want 1 or more of each", o.Symbols, o.Nodes)
	case o.Smoothing != "" && o.Smoothing != WittenBell && o.Smoothing != KneserNey:
		return o, fmt.Errorf("ngram: smoothing %q, want %q, %q or none to try both", o.Smoothing, WittenBell, KneserNey)
	}
	return o, nil
}
