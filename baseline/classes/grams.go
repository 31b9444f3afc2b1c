package classes

import (
	"cmp"
	"math"
	"slices"
)

// most is how many numbers a linear model of texts has at most, F·C: it keeps the F features that most texts have.
const most = 4_000_000

// grams numbers the words of the training texts, and pairs of neighbours if asked for: the features 0 … F-1.
type grams struct {
	words map[string]int32 // numbers of words, which are features as long as they are below F of single words
	pairs map[uint64]int32 // features of pairs; nil: no pairs
	// feature is what a word's number is as a feature, or -1.
	feature []int32
	texts   []int32 // [F] in how many training texts a feature is
}

// row is the features of a text that it holds, ascending, with a number for each.
type row struct {
	features []int32
	values   []float64
}

// learn finds the features of texts, for so many classes.
func learn(texts [][]string, pairs bool, classes int) *grams {
	g := &grams{words: map[string]int32{}}
	if pairs {
		g.pairs = map[uint64]int32{}
	}
	for _, text := range texts {
		g.number(text)
	}
	for _, text := range texts {
		for _, f := range g.row(text).features {
			g.texts[f]++
		}
	}
	g.thin(most / max(classes, 1))
	return g
}

// number gives features to what is new in a text, in the order in which it comes.
func (g *grams) number(text []string) {
	before := int32(-1)
	for _, w := range text {
		word, ok := g.words[w]
		if !ok {
			word = int32(len(g.words))
			g.words[w] = word
			g.feature = append(g.feature, int32(len(g.texts)))
			g.texts = append(g.texts, 0)
		}
		if g.pairs != nil && before >= 0 {
			if _, ok := g.pairs[pair(before, word)]; !ok {
				g.pairs[pair(before, word)] = int32(len(g.texts))
				g.texts = append(g.texts, 0)
			}
		}
		before = word
	}
}

func pair(a, b int32) uint64 { return uint64(a)<<32 | uint64(uint32(b)) }

// thin keeps the f features that are in most texts, of equals the earlier ones, in their order.
func (g *grams) thin(f int) {
	if len(g.texts) <= f {
		return
	}
	order := make([]int32, len(g.texts))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(g.texts[b], g.texts[a]) })
	order = order[:f]
	slices.Sort(order)
	renamed, texts := make([]int32, len(g.texts)), make([]int32, f)
	for i := range renamed {
		renamed[i] = -1
	}
	for to, from := range order {
		renamed[from], texts[to] = int32(to), g.texts[from]
	}
	for w, from := range g.feature {
		g.feature[w] = renamed[from]
	}
	for k, from := range g.pairs {
		if g.pairs[k] = renamed[from]; renamed[from] < 0 {
			delete(g.pairs, k)
		}
	}
	g.texts = texts
}

// row counts the features of a text; what is no feature is left out.
func (g *grams) row(text []string) row {
	var all []int32
	before := int32(-1)
	for _, w := range text {
		word, ok := g.words[w]
		if !ok {
			before = -1
			continue
		}
		if f := g.feature[word]; f >= 0 {
			all = append(all, f)
		}
		if before >= 0 {
			if f, ok := g.pairs[pair(before, word)]; ok {
				all = append(all, f)
			}
		}
		before = word
	}
	slices.Sort(all)
	var r row
	for i, f := range all {
		if i > 0 && f == all[i-1] {
			r.values[len(r.values)-1]++
			continue
		}
		r.features, r.values = append(r.features, f), append(r.values, 1)
	}
	return r
}

// weighted is the row with (1 + ln tf)·(ln((1+n)/(1+df)) + 1) for a feature that a text has tf times and df of the n training
// texts have, scaled to length 1: scikit-learn's TfidfTransformer(sublinear_tf=True).
func (g *grams) weighted(text []string, n int) row {
	r := g.row(text)
	square := 0.0
	for i, f := range r.features {
		v := (1 + math.Log(r.values[i])) * (math.Log(float64(1+n)/float64(1+g.texts[f])) + 1)
		r.values[i] = v
		square += v * v
	}
	for i := range r.values {
		r.values[i] /= math.Sqrt(square)
	}
	return r
}
