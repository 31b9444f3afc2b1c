package text

import (
	"slices"
	"unicode/utf8"

	"recur/data"
)

// This file spells words: the parts of 3 to 5 characters of a word, a mark at either end among them, are numbered by a hash, so that
// words that a vocabulary lacks are known by what they share with those that it has. The hash is 32-bit FNV-1a of a part's UTF-8 [1].
//
// [1] Bojanowski et al., Enriching word vectors with subword information, 2017, of which these are the marks and the hash.

const (
	leastPart, mostPart = 3, 5
	// maxSpelt is how many characters of a word are spelt: what is longer is no word, and what it takes is bounded.
	maxSpelt = 64
)

// Spell appends to rows the numbers, below n, of the parts of a word.
func Spell(rows []int32, word string, n int) []int32 {
	marked := append(make([]byte, 0, len(word)+2), '<')
	for i := 0; i < maxSpelt && len(word) > 0; i++ {
		_, size := utf8.DecodeRuneInString(word)
		marked, word = append(marked, word[:size]...), word[size:]
	}
	marked = append(marked, '>')
	starts := []int{}
	for i := range marked {
		if utf8.RuneStart(marked[i]) {
			starts = append(starts, i)
		}
	}
	starts = append(starts, len(marked))
	for i := range starts {
		for size := leastPart; size <= mostPart && i+size < len(starts); size++ {
			rows = append(rows, int32(fnv1a(marked[starts[i]:starts[i+size]])%uint32(n)))
		}
	}
	return rows
}

// fnv1a is the hash of Fowler, Noll and Vo, their variant 1a of 32 bits.
func fnv1a(b []byte) uint32 {
	h := uint32(2166136261)
	for _, c := range b {
		h = (h ^ uint32(c)) * 16777619
	}
	return h
}

// spelling is that of the words of a set: those of its vocabulary by their numbers, then those that it lacks, each once, in the order in
// which the texts hold them.
type spelling struct {
	lists   data.Spellings
	missing []int32 // of the symbols that are unknown, text by text: the number of the word
	starts  []int   // of each text in missing
}

// Spell spells the words of all texts with rows from 0 to n-1, for model.character_ngrams; batches then have their numbers. n is 1 or more.
func (q *Prepared) Spell(n int) {
	q.ngrams = n
	s, v := &spelling{}, q.Vocabulary
	add := func(word string) {
		s.lists.Rows = Spell(s.lists.Rows, word, n)
		s.lists.Ends = append(s.lists.Ends, int32(len(s.lists.Rows)))
	}
	for i := range int32(v.Len()) {
		word, special := v.Symbol(i)
		if special { // no word
			s.lists.Ends = append(s.lists.Ends, int32(len(s.lists.Rows)))
			continue
		}
		add(word)
	}
	numbers, e := map[string]int32{}, v.Encoder()
	e.missing = func(piece []byte) {
		number, ok := numbers[string(piece)]
		if !ok {
			word := string(piece)
			number = int32(len(s.lists.Ends))
			numbers[word] = number
			add(word)
		}
		s.missing = append(s.missing, number)
	}
	var symbols []int32
	for i := range q.Set.Texts {
		s.starts = append(s.starts, len(s.missing))
		symbols = e.Append(symbols[:0], q.Set.Texts[i].Text)
	}
	s.missing = slices.Clip(s.missing)
	q.spelling = s
}

// fillSpelt writes what the words of text i are spelt by, beside its symbols in column n of b.
func fillSpelt[F data.Float](q *Prepared, i, n int, b *data.Batch[F]) {
	next, unknown := q.spelling.missing[q.spelling.starts[i]:], q.Vocabulary.Number(Unknown)
	for t := range b.T {
		at := t*b.N + n
		b.Spelt[at] = b.Tokens[at]
		if t < b.Lengths[n] && b.Tokens[at] == unknown {
			b.Spelt[at], next = next[0], next[1:]
		}
	}
}
