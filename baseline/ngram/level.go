package ngram

import "math/bits"

// level holds the n-grams of one length as nodes: a node is a context of one symbol less, which is a node of the level below,
// and the symbol that followed it. Nodes are found by open addressing.
type level struct {
	keys  []uint64 // context and symbol
	table []uint32 // node + 1, or 0
	shift int

	count []uint32 // how often the n-gram was seen
	left  []uint32 // how many different symbols stood before it; how often it was seen where none did
	// The discounts of count and left: of 1, 2, and 3 and more.
	discount, leftDiscount [3]float64

	after, leftAfter followed // what follows a node as a context, by count and by left
}

// followed is what the symbols behind each context add up to.
type followed struct {
	total    []uint32  // Σ count
	distinct []uint32  // how many different ones there are
	freed    []float64 // Σ discount of count
}

func newLevel() *level {
	const start = 10
	return &level{table: make([]uint32, 1<<start), shift: 64 - start}
}

func (l *level) len() int { return len(l.keys) }

func key(context uint32, symbol int32) uint64 { return uint64(context)<<32 | uint64(uint32(symbol)) }

// place is where the search for a key begins.
func (l *level) place(k uint64) int {
	k ^= k >> 29 // contexts are dense numbers: their bits must reach the upper half
	hi, lo := bits.Mul64(k, 0x9e3779b97f4a7c15)
	return int((hi ^ lo) >> l.shift)
}

// find returns the node of a symbol behind a context, or -1; context -1 has none.
func (l *level) find(context, symbol int32) int32 {
	if context < 0 {
		return -1
	}
	k := key(uint32(context), symbol)
	for at := l.place(k); l.table[at] != 0; at = (at + 1) & (len(l.table) - 1) {
		if n := l.table[at] - 1; l.keys[n] == k {
			return int32(n)
		}
	}
	return -1
}

// add counts a symbol behind a context; first says that it was not there before.
func (l *level) add(context, symbol int32) (node int32, first bool) {
	k := key(uint32(context), symbol)
	at := l.place(k)
	for ; l.table[at] != 0; at = (at + 1) & (len(l.table) - 1) {
		if n := l.table[at] - 1; l.keys[n] == k {
			l.count[n]++
			return int32(n), false
		}
	}
	l.keys, l.count = append(l.keys, k), append(l.count, 1)
	l.table[at] = uint32(len(l.keys))
	if 2*len(l.keys) > len(l.table) {
		l.grow()
	}
	return int32(len(l.keys)) - 1, true
}

func (l *level) grow() {
	l.table = make([]uint32, 2*len(l.table))
	l.shift--
	for n, k := range l.keys {
		at := l.place(k)
		for l.table[at] != 0 {
			at = (at + 1) & (len(l.table) - 1)
		}
		l.table[at] = uint32(n) + 1
	}
}

// addUp sums what follows each of the contexts, by the counts of the nodes of l.
func (l *level) addUp(contexts int, count []uint32, discount [3]float64) followed {
	f := followed{make([]uint32, contexts), make([]uint32, contexts), make([]float64, contexts)}
	for n, k := range l.keys {
		context := k >> 32
		f.total[context] += count[n]
		f.distinct[context]++
		f.freed[context] += taken(count[n], discount)
	}
	return f
}

// taken is what is taken off a count.
func taken(count uint32, discount [3]float64) float64 {
	if count == 0 {
		return 0
	}
	return discount[min(count, 3)-1]
}

// discounts are those of modified Kneser–Ney smoothing: with n_i n-grams seen i times and Y = n1/(n1+2·n2) they are
// i - (i+1)·Y·n_{i+1}/n_i. Where one would not lie between 0 and i the counts tell too little, and all are fixed ones.
func discounts(counts []uint32) [3]float64 {
	var n [5]float64
	for _, c := range counts {
		if c < 5 {
			n[c]++
		}
	}
	y := n[1] / (n[1] + 2*n[2])
	var d [3]float64
	for i := 1; i <= 3; i++ {
		d[i-1] = float64(i) - float64(i+1)*y*n[i+1]/n[i]
		if !(d[i-1] > 0 && d[i-1] <= float64(i)) {
			return [3]float64{.5, 1, 1.5}
		}
	}
	return d
}
