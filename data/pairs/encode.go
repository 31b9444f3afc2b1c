package pairs

import (
	"slices"

	"recur/data"
	"recur/data/text"
)

// sides are the numbered symbols of all pairs.
type sides struct {
	source, target side
	cut            []bool      // of each pair: its source is longer than is read
	numbers        data.Ragged // the sources of all pairs where they are numbers, in place of source
	copied         []int32     // beside the symbols of sources: their numbers among the targets, see data.Batch.Copied; nil without copying
	labels         []int32     // beside the symbols of targets: what is to be said, copies too; nil without copying
	words          [][]string  // of each pair: the pieces of its source that the targets lack, in the order of their numbers
}

// side is one text after the other, without start and end symbols.
type side struct {
	symbols *text.Symbols
	starts  []int // of each text, and the end of the last
}

func newSide(v *text.Vocabulary) side {
	return side{text.NewSymbols(v.Len()), []int{0}}
}

func (s *side) append(symbols []int32) {
	s.symbols.Append(symbols...)
	s.starts = append(s.starts, s.symbols.Len())
}

// length is how many symbols text i has.
func (s *side) length(i int) int { return s.starts[i+1] - s.starts[i] }

// of are the symbols of text i, appended to dst.
func (s *side) of(dst []int32, i int) []int32 {
	from := len(dst)
	dst = slices.Grow(dst, s.length(i))[:from+s.length(i)]
	s.symbols.Copy(dst[from:], s.starts[i])
	return dst
}

// encode numbers the symbols of all pairs.
func (q *Prepared) encode() error {
	s := sides{target: newSide(q.Targets), cut: make([]bool, len(q.Set.Pairs))}
	if q.Set.Numbers() {
		numbers, err := q.readNumbers()
		if err != nil {
			return err
		}
		s.numbers = numbers
	} else {
		s.encodeSources(q.Set.Pairs, q.Sources)
	}
	e := q.Targets.Encoder()
	var symbols []int32
	for i := range q.Set.Pairs {
		symbols = e.Append(symbols[:0], q.Set.Pairs[i].Target)
		s.target.append(symbols)
	}
	if q.options.Copy && !q.Set.Numbers() {
		s.copies(q)
	}
	q.sides = s
	return nil
}

// encodeSources numbers the symbols of sources, as many of each as are read.
func (s *sides) encodeSources(all []Pair, v *text.Vocabulary) {
	e, most := v.Encoder(), v.Tokens().MaxLength
	s.source = newSide(v)
	var symbols []int32
	for i := range all {
		symbols = e.Append(symbols[:0], all[i].Source)
		if s.cut[i] = most > 0 && len(symbols) > most; s.cut[i] {
			symbols = symbols[:most]
		}
		s.source.append(symbols)
	}
}

// copies finds for each symbol of a source its number among the targets, and which words of a target are copies of those that these lack.
func (s *sides) copies(q *Prepared) {
	known := numbersOf(q.Targets)
	lacking := int32(q.Targets.Len())
	s.words = make([][]string, len(q.Set.Pairs))
	s.copied, s.labels = make([]int32, 0, s.source.symbols.Len()), make([]int32, 0, s.target.symbols.Len())
	var said []int32
	for i := range q.Set.Pairs {
		var words []string
		for _, piece := range q.Sources.Pieces(q.Set.Pairs[i].Source)[:s.source.length(i)] {
			n, ok := known[piece]
			if !ok {
				k := slices.Index(words, piece)
				if k < 0 {
					k, words = len(words), append(words, piece)
				}
				n = lacking + int32(k)
			}
			s.copied = append(s.copied, n)
		}
		s.words[i] = words
		said = s.target.of(said[:0], i)
		if len(words) > 0 {
			for t, piece := range q.Targets.Pieces(q.Set.Pairs[i].Target) {
				if k := slices.Index(words, piece); k >= 0 {
					said[t] = lacking + int32(k)
				}
			}
		}
		s.labels = append(s.labels, said...)
	}
}

// numbersOf are the numbers of the symbols of a vocabulary by what they stand for.
func numbersOf(v *text.Vocabulary) map[string]int32 {
	all := make(map[string]int32, v.Len())
	for n := range int32(v.Len()) {
		if piece, special := v.Symbol(n); !special {
			if _, ok := all[piece]; !ok { // of bpe two merges may give the same
				all[piece] = n
			}
		}
	}
	return all
}
