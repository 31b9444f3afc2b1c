package mutate

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
)

// mutator makes inputs. Input i depends on nothing but the seed, i, and what it is made from.
type mutator struct {
	seed   uint64
	source *rand.PCG
	r      *rand.Rand
	corpus [][]byte
	words  []string
	limit  int
}

// numbers are what parsers of numbers get wrong.
var numbers = []string{"0", "-0", "-1", "1", "2", "255", "65536", "2147483648", "4294967295", "9223372036854775807", "-9223372036854775808",
	"18446744073709551616", "1e308", "1e-320", "1e999", "0.1", ".5", "1_000", "0x10", "007", "NaN", "-Inf", "1000000000000000000000000000000"}

func newMutator(seed uint64, corpus [][]byte, target Target) *mutator {
	m := &mutator{seed: seed, source: rand.NewPCG(seed, 0), corpus: corpus, words: target.Words, limit: target.Limit}
	if m.limit == 0 {
		m.limit = 4096
	}
	if len(m.corpus) == 0 {
		m.corpus = [][]byte{{}}
	}
	m.r = rand.New(m.source)
	return m
}

// input makes input i: one of the corpus with one change, often two, seldom more. The caller owns it.
func (m *mutator) input(i uint64) []byte {
	m.source.Seed(m.seed, i)
	b := slices.Clone(m.corpus[m.r.IntN(len(m.corpus))])
	b = m.change(b)
	for m.r.IntN(2) == 0 {
		b = m.change(b)
	}
	return b[:min(len(b), m.limit)]
}

// change makes one random change.
func (m *mutator) change(b []byte) []byte {
	from, to := m.span(b)
	switch m.r.IntN(10) {
	case 0: // one bit
		if len(b) > 0 {
			b[from%len(b)] ^= 1 << m.r.IntN(8)
		}
	case 1: // one byte
		if len(b) > 0 {
			b[from%len(b)] = byte(m.r.UintN(256))
		}
	case 2: // less
		return slices.Delete(b, from, to)
	case 3: // the same again, up to 64 times
		part := slices.Clone(b[from:to])
		for range 1 + m.r.IntN(1<<m.r.IntN(7)) {
			if len(b) < m.limit {
				b = slices.Insert(b, to, part...)
			}
		}
	case 4: // two parts change places
		if from < to {
			at := m.r.IntN(len(b) - (to - from) + 1)
			part := slices.Clone(b[from:to])
			return slices.Insert(slices.Delete(b, from, to), at, part...)
		}
	case 5: // the end of another
		other := m.corpus[m.r.IntN(len(m.corpus))]
		return append(b[:from], other[m.r.IntN(len(other)+1):]...)
	case 6: // a number is another one
		return m.renumber(b, from)
	case 7: // eight bytes are a number
		if len(b) >= 8 {
			at := min(from, len(b)-8)
			v := binary.LittleEndian.Uint64(b[at:])
			binary.LittleEndian.PutUint64(b[at:], []uint64{0, 1, v + 1, v - 1, v << 8, 1 << 31, 1 << 62, 1<<63 - 1, 1 << 63, 1<<64 - 1, 0x7ff0000000000000, 0x7ff8000000000001}[m.r.IntN(12)])
		}
	case 8: // a word more
		return slices.Insert(b, from, m.word()...)
	default: // a word in place of something
		return slices.Replace(b, from, to, m.word()...)
	}
	return b
}

// span chooses a part of b, short ones most often.
func (m *mutator) span(b []byte) (from, to int) {
	from = m.r.IntN(len(b) + 1)
	return from, min(len(b), from+1+m.r.IntN(1<<m.r.IntN(8)))
}

// word is a word of the language, a number, or a part of an input.
func (m *mutator) word() []byte {
	if len(m.words) > 0 && m.r.IntN(2) == 0 {
		return []byte(m.words[m.r.IntN(len(m.words))])
	}
	if m.r.IntN(2) == 0 {
		return []byte(numbers[m.r.IntN(len(numbers))])
	}
	other := m.corpus[m.r.IntN(len(m.corpus))]
	from, to := m.span(other)
	return slices.Clone(other[from:to])
}

// renumber puts another number in place of the first digits at or after from.
func (m *mutator) renumber(b []byte, from int) []byte {
	digit := func(c byte) bool { return '0' <= c && c <= '9' }
	for from < len(b) && !digit(b[from]) {
		from++
	}
	to := from
	for to < len(b) && digit(b[to]) {
		to++
	}
	return slices.Replace(b, from, to, []byte(numbers[m.r.IntN(len(numbers))])...)
}
