package evaluate

import "unicode/utf8"

const (
	chrfOrder = 6 // the length of the longest n-grams of characters
	chrfBeta  = 2 // how much more recall counts than precision
)

// CHRFScore is how many n-grams of characters hypotheses and references have in common.
type CHRFScore struct {
	Score     float64 `json:"score"` // 0 to 100, higher is better
	Signature string  `json:"signature"`
}

// CHRF is chrF2 [1] of a whole corpus, hyp[i] beside its one reference ref[i], with the definition of sacrebleu 2.6.0: n-grams of 1
// to 6 characters (code points) of the text without its white space, recall twice as important as precision, which are means
// over the orders that both have. It is 0 where nothing matches, also where there is nothing.
//
// [1] Popović 2015, chrF: character n-gram F-score for automatic MT evaluation.
func CHRF(hyp, ref []string) CHRFScore {
	return CHRFScore{chrf(CHRFStatistics(hyp, ref).sums()), "nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|version:" + sacrebleuVersion}
}

// CHRFStatistics counts what chrF is made of, sentence by sentence: for n from 1 to 6 the n-grams of hypothesis and reference, and
// those in both.
func CHRFStatistics(hyp, ref []string) Sufficient {
	rows := rowsOf(len(hyp), 3*chrfOrder)
	matches := make([]int32, chrfOrder)
	var h, r, scratch []int32
	for i, row := range rows {
		h, r = letters(h[:0], hyp[i]), letters(r[:0], ref[i])
		scratch = shared(h, r, matches, scratch)
		for n, m := range matches {
			of := row[3*n : 3*n+3]
			of[1], of[2] = float64(grams(len(r), n+1)), float64(m)
			if of[1] > 0 { // else what the hypothesis has is not counted, as sacrebleu doesn't
				of[0] = float64(grams(len(h), n+1))
			}
		}
	}
	return Sufficient{"chrf", rows, chrf, true}
}

// letters appends the characters of a text but for white space. A byte that is no UTF-8 is a character of its own.
func letters(to []int32, text string) []int32 {
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRuneInString(text[at:])
		if r == utf8.RuneError && size == 1 {
			r = utf8.MaxRune + 1 + rune(text[at])
		}
		if !isSpace(r) {
			to = append(to, r)
		}
		at += size
	}
	return to
}

// chrf makes the score of the sums of the rows of CHRFStatistics.
func chrf(sums []float64) float64 {
	precision, recall, orders := 0.0, 0.0, 0.0
	for n := 0; n < len(sums); n += 3 {
		if hyp, ref, match := sums[n], sums[n+1], sums[n+2]; hyp > 0 && ref > 0 {
			precision += match / hyp
			recall += match / ref
			orders++
		}
	}
	if precision+recall == 0 {
		return 0
	}
	precision, recall = precision/orders, recall/orders
	const factor = chrfBeta * chrfBeta
	return 100 * (1 + factor) * precision * recall / (factor*precision + recall)
}
