package text

import (
	"container/heap"
	"slices"
)

// learn joins the pair of neighbours that the chunks hold most often, again and again, until there are size symbols or no pair
// comes min times and twice. Of pairs as frequent the one of older symbols is joined, so that the result does not depend on any
// order of a map. [1] Sennrich, Haddow & Birch 2016, Neural machine translation of rare words with subword units; on bytes as
// in [2] Radford et al. 2019.
func (v *Vocabulary) learn(chunks []counted, size int, least int64) {
	v.texts, v.counts = allBytes(), make([]int64, 256)
	l := newLearning(chunks, v.counts)
	least = max(2, least)
	for len(v.texts) < size {
		pair, n := l.best()
		if n < least {
			return
		}
		joined := int32(len(v.texts))
		v.merges = append(v.merges, pair)
		v.texts = append(v.texts, v.texts[pair[0]]+v.texts[pair[1]])
		v.counts = append(v.counts, n)
		l.join(pair, joined)
	}
}

// learning is the state of learn.
type learning struct {
	words  [][]int32            // the symbols of each chunk
	times  []int64              // how often a chunk comes
	counts map[[2]int32]int64   // of pairs, now
	where  map[[2]int32][]int32 // chunks that may hold a pair
	queue  pairs                // with the counts at the time of their entry
}

func newLearning(chunks []counted, bytes []int64) *learning {
	l := &learning{counts: map[[2]int32]int64{}, where: map[[2]int32][]int32{}}
	for i, c := range chunks {
		word := make([]int32, len(c.text))
		for j := range word {
			word[j] = int32(c.text[j])
			bytes[c.text[j]] += c.n
		}
		l.words, l.times = append(l.words, word), append(l.times, c.n)
		l.count(int32(i), 1)
	}
	for pair, n := range l.counts {
		l.queue = append(l.queue, rankedPair{pair, n})
	}
	heap.Init(&l.queue)
	return l
}

// count adds the pairs of a chunk, or takes them away.
func (l *learning) count(chunk int32, sign int64) {
	word, n := l.words[chunk], sign*l.times[chunk]
	for i := 1; i < len(word); i++ {
		pair := [2]int32{word[i-1], word[i]}
		l.counts[pair] += n
		if sign < 0 {
			continue
		}
		if in := l.where[pair]; len(in) == 0 || in[len(in)-1] != chunk {
			l.where[pair] = append(in, chunk)
		}
	}
}

// best is the most frequent pair.
func (l *learning) best() (pair [2]int32, n int64) {
	for len(l.queue) > 0 {
		top := heap.Pop(&l.queue).(rankedPair)
		now := l.counts[top.pair]
		switch {
		case now == top.n:
			return top.pair, now
		case now > 0:
			heap.Push(&l.queue, rankedPair{top.pair, now})
		}
	}
	return pair, 0
}

// join puts a symbol in place of a pair everywhere.
func (l *learning) join(pair [2]int32, symbol int32) {
	in := l.where[pair]
	slices.Sort(in)
	touched := map[[2]int32]bool{}
	for _, chunk := range slices.Compact(in) {
		word := l.words[chunk]
		if !holds(word, pair) {
			continue
		}
		l.count(chunk, -1)
		l.words[chunk] = merge(word, pair, symbol)
		l.count(chunk, 1)
		for i, w := 1, l.words[chunk]; i < len(w); i++ {
			if w[i] == symbol || w[i-1] == symbol {
				touched[[2]int32{w[i-1], w[i]}] = true
			}
		}
	}
	delete(l.where, pair)
	delete(l.counts, pair)
	for p := range touched { // any order: the queue orders them
		heap.Push(&l.queue, rankedPair{p, l.counts[p]})
	}
}

func holds(word []int32, pair [2]int32) bool {
	for i := 1; i < len(word); i++ {
		if word[i-1] == pair[0] && word[i] == pair[1] {
			return true
		}
	}
	return false
}

// merge puts a symbol in place of a pair, from the left, in place.
func merge(word []int32, pair [2]int32, symbol int32) []int32 {
	out := word[:0]
	for i := 0; i < len(word); i++ {
		if i+1 < len(word) && word[i] == pair[0] && word[i+1] == pair[1] {
			out = append(out, symbol)
			i++
			continue
		}
		out = append(out, word[i])
	}
	return out
}

// rankedPair is a pair and how often it came when it was put in the queue.
type rankedPair struct {
	pair [2]int32
	n    int64
}

// pairs is a queue, the most frequent first, then the oldest.
type pairs []rankedPair

func (p pairs) Len() int      { return len(p) }
func (p pairs) Swap(i, j int) { p[i], p[j] = p[j], p[i] }
func (p pairs) Less(i, j int) bool {
	if p[i].n != p[j].n {
		return p[i].n > p[j].n
	}
	return slices.Compare(p[i].pair[:], p[j].pair[:]) < 0
}

// Push and Pop are those of heap.Interface.
func (p *pairs) Push(x any) { *p = append(*p, x.(rankedPair)) }
func (p *pairs) Pop() any {
	last := (*p)[len(*p)-1]
	*p = (*p)[:len(*p)-1]
	return last
}

// split appends the symbols of a chunk: neighbours are joined in the order in which learn joined them.
func (v *Vocabulary) split(dst []int32, chunk []byte, ranks []int32) (symbols, scratch []int32) {
	from := len(dst)
	for _, b := range chunk {
		dst = append(dst, int32(b))
	}
	word := dst[from:]
	ranks = ranks[:0]
	for i := 1; i < len(word); i++ {
		ranks = append(ranks, v.rank(word[i-1], word[i]))
	}
	for len(ranks) > 0 {
		at := 0
		for i, r := range ranks {
			if r < ranks[at] {
				at = i
			}
		}
		if ranks[at] == unranked {
			break
		}
		word[at] = 256 + ranks[at]
		word = slices.Delete(word, at+1, at+2)
		ranks = slices.Delete(ranks, at, at+1)
		if at > 0 {
			ranks[at-1] = v.rank(word[at-1], word[at])
		}
		if at < len(ranks) {
			ranks[at] = v.rank(word[at], word[at+1])
		}
	}
	for i := range word {
		word[i] += v.first
	}
	return dst[:from+len(word)], ranks
}

// unranked is the rank of a pair that is never joined.
const unranked = 1<<31 - 1

func (v *Vocabulary) rank(a, b int32) int32 {
	if r, ok := v.ranks[[2]int32{a, b}]; ok {
		return r
	}
	return unranked
}
