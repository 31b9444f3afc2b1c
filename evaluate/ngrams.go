package evaluate

import "slices"

// longestGram is the length of the longest n-grams that are counted.
const longestGram = chrfOrder

// shared counts what two sequences of symbols have in common: of every length n up to
// len(counts) how many n-grams of a are in b too, each as often as it is in both (counts[n-1]; clipped counts, as in [1]). scratch is memory to work in, given back larger.
//
// The starts of all n-grams of both are sorted by the symbols that follow: equal n-grams lie side by side then, for every n.
//
// [1] Papineni, Roukos, Ward & Zhu 2002, BLEU: a method for automatic evaluation of machine translation.
func shared(a, b []int32, counts, scratch []int32) []int32 {
	clear(counts)
	both := append(append(scratch[:0], a...), b...)
	end := func(at int32) int { // of the sequence that the symbol belongs to
		if int(at) < len(a) {
			return len(a)
		}
		return len(a) + len(b)
	}
	gram := func(at int32) []int32 { return both[at:min(int(at)+len(counts), end(at))] }
	starts := both[len(both):]
	for i := range both {
		starts = append(starts, int32(i))
	}
	slices.SortFunc(starts, func(i, j int32) int { return slices.Compare(gram(i), gram(j)) })

	var inA, inB [longestGram]int32 // how often the n-gram that is at hand was met
	var last []int32
	for _, at := range starts {
		g := gram(at)
		same := 0
		for same < min(len(g), len(last)) && g[same] == last[same] {
			same++
		}
		for n := same; n < len(counts); n++ {
			counts[n] += min(inA[n], inB[n])
			inA[n], inB[n] = 0, 0
		}
		met := &inB
		if int(at) < len(a) {
			met = &inA
		}
		for n := range g {
			met[n]++
		}
		last = g
	}
	for n := range counts {
		counts[n] += min(inA[n], inB[n])
	}
	return starts[:0]
}

// grams is how many n-grams a sequence of that length has.
func grams(length, n int) int { return max(0, length-n+1) }

// interner numbers words, the same word always by the same number.
type interner map[string]int32

func (in interner) numbers(words []string) []int32 {
	all := make([]int32, len(words))
	for i, w := range words {
		n, ok := in[w]
		if !ok {
			n = int32(len(in))
			in[w] = n
		}
		all[i] = n
	}
	return all
}
