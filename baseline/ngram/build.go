package ngram

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// builder makes a model an order at a time.
type builder struct {
	model    *Model
	training Sequence
	begin    int     // the first symbol that is counted
	at       []int32 // the node of the n-gram that ends at each symbol; -1 where a document begins within it
	nodes    int     // that may still be made
}

func newBuilder(training Sequence, o Options) *builder {
	symbols := min(training.Len(), o.Symbols)
	root := newLevel()
	root.keys, root.count, root.left = []uint64{0}, []uint32{0}, []uint32{0}
	return &builder{
		model:    &Model{Symbols: symbols, vocabulary: o.Vocabulary, boundary: o.Boundary, levels: []*level{root}},
		training: training,
		begin:    training.Len() - symbols,
		at:       make([]int32, symbols),
		nodes:    o.Nodes,
	}
}

func (b *builder) check() error {
	for i := range b.at {
		if s := b.training.At(b.begin + i); s < 0 || int(s) >= b.model.vocabulary {
			return fmt.Errorf("ngram: symbol %d of the training part is %d, want one below %d, the size of the vocabulary", b.begin+i, s, b.model.vocabulary)
		}
	}
	return nil
}

// deepen counts the n-grams that are a symbol longer than those of the last level; false: they are too many.
func (b *builder) deepen() bool {
	short, long := b.model.last(), newLevel()
	length := len(b.model.levels) // of the new n-grams
	for i := len(b.at) - 1; i >= 0; i-- {
		context := int32(0)
		if length > 1 {
			context = b.context(i, length-1)
		}
		if context < 0 {
			b.at[i] = -1
			continue
		}
		node, first := long.add(context, b.training.At(b.begin+i))
		if first {
			short.left[b.at[i]]++
		}
		if b.at[i] = node; long.len() > b.nodes {
			return false
		}
	}
	b.nodes -= long.len()
	long.left = make([]uint32, long.len())
	b.model.levels = append(b.model.levels, long)
	b.model.settle()
	return true
}

// context is the node of the n-gram of a length that ends before symbol i, or -1.
func (b *builder) context(i, length int) int32 {
	if i == 0 || length > 1 && b.training.At(b.begin+i-1) == b.model.boundary {
		return -1
	}
	return b.at[i-1]
}

func (m *Model) last() *level { return m.levels[len(m.levels)-1] }

// settle works out what the new last level decides: the counts behind its contexts, and how many symbols stood before the
// n-grams of the level below.
func (m *Model) settle() {
	n := len(m.levels) - 1
	long, short := m.levels[n], m.levels[n-1]
	long.discount = discounts(long.count)
	short.after = long.addUp(short.len(), long.count, long.discount)
	if n < 2 {
		return
	}
	for i, left := range short.left {
		if left == 0 { // at the start of a document
			short.left[i] = short.count[i]
		}
	}
	short.leftDiscount = discounts(short.left)
	below := m.levels[n-2]
	below.leftAfter = short.addUp(below.len(), short.left, short.leftDiscount)
}

// try scores order n, the last one, on the validation part and returns the lower nats of the smoothings.
func (b *builder) try(n int, validation Sequence, from int, o Options) float64 {
	ways := []Smoothing{KneserNey, WittenBell}
	if o.Smoothing != "" {
		ways = []Smoothing{o.Smoothing}
	}
	lowest := math.Inf(1)
	for _, way := range ways {
		m := *b.model
		m.Order, m.Smoothing = n, way
		t := Tried{Order: n, Smoothing: way}
		if validation != nil && validation.Len() > from {
			t.Nats = m.Nats(first{validation, min(validation.Len(), from+validated)}, from)
		} else {
			t.Nats = -float64(n) // the highest order is the best one
		}
		b.model.Tried = append(b.model.Tried, t)
		lowest = min(lowest, t.Nats)
	}
	return lowest
}

// first is the first n symbols of a sequence.
type first struct {
	Sequence
	n int
}

func (f first) Len() int { return f.n }

// choose takes the best of what was tried and lets go of what it does not need.
func (b *builder) choose() (*Model, error) {
	m := b.model
	if len(m.Tried) == 0 {
		return nil, fmt.Errorf("ngram: the n-grams of the lowest order are more than memory was granted for; raise Nodes or lower MinOrder")
	}
	best := slices.MinFunc(m.Tried, func(a, b Tried) int { return cmp.Compare(a.Nats, b.Nats) })
	if best.Nats < 0 {
		m.Tried = nil
	}
	m.Order, m.Smoothing = best.Order, best.Smoothing
	m.levels = slices.Clone(m.levels[:m.Order+1]) // the longer ones are let go of with the old list
	for _, l := range m.levels {
		if m.Smoothing == WittenBell {
			l.left, l.leftAfter = nil, followed{}
			l.after.freed = nil
		}
	}
	m.last().after, m.last().leftAfter = followed{}, followed{}
	return m, nil
}
