package evaluate

import (
	"math"
	"strings"
)

// BLEUTokenizer says how BLEU cuts texts into words.
type BLEUTokenizer int

const (
	Tokenizer13a  BLEUTokenizer = iota // as mteval-v13a.pl does: marks apart, numbers whole
	TokenizerNone                      // at white space: for texts that are tokens already
)

// String is the name in a signature.
func (t BLEUTokenizer) String() string {
	if t == TokenizerNone {
		return "none"
	}
	return "13a"
}

func (t BLEUTokenizer) cut(text string) []string {
	if t == TokenizerNone {
		return spaced(text)
	}
	return tokens13a(strings.TrimRightFunc(text, isSpace))
}

// BLEUOptions are the ways of counting that change a BLEU. The zero value is what sacrebleu takes without options.
type BLEUOptions struct {
	Tokenizer BLEUTokenizer
	// EffectiveOrder leaves out n-grams longer than any in the hypotheses: for single sentences, which may have none.
	EffectiveOrder bool
}

// sacrebleuVersion is the version whose definitions BLEU and CHRF have.
const sacrebleuVersion = "2.6.0"

// Signature says how a score was counted, as sacrebleu prints it.
func (o BLEUOptions) Signature() string {
	effective := "no"
	if o.EffectiveOrder {
		effective = "yes"
	}
	return "nrefs:1|case:mixed|eff:" + effective + "|tok:" + o.Tokenizer.String() + "|smooth:exp|version:" + sacrebleuVersion
}

// bleuOrder is the length of the longest n-grams that count.
const bleuOrder = 4

// BLEUScore is how much of hypotheses stands in their references.
type BLEUScore struct {
	Score            float64            `json:"score"`           // 0 to 100, higher is better
	Precisions       [bleuOrder]float64 `json:"precisions"`      // of 1- to 4-grams, in per cent, smoothed where none matches
	BP               float64            `json:"brevity_penalty"` // below 1 where the hypotheses are shorter
	HypothesisLength int                `json:"hypothesis_length"`
	ReferenceLength  int                `json:"reference_length"`
	Signature        string             `json:"signature"`
}

// BLEU is the BLEU [1] of a whole corpus, hyp[i] beside its one reference ref[i], with the definition of sacrebleu 2.6.0 [2]:
// n-grams up to 4, exponential smoothing of orders without a match, case kept. Bytes that are no UTF-8 stand for themselves. It
// is 0 where no word matches, also where there is none.
//
// [1] Papineni, Roukos, Ward & Zhu 2002, BLEU: a method for automatic evaluation of machine translation.
// [2] Post 2018, A call for clarity in reporting BLEU scores.
func BLEU(hyp, ref []string, o BLEUOptions) BLEUScore {
	s := o.score(BLEUStatistics(hyp, ref, o).sums())
	s.Signature = o.Signature()
	return s
}

// SentenceBLEU is the BLEU of one sentence: with effective order, as sacrebleu takes it.
func SentenceBLEU(hyp, ref string, t BLEUTokenizer) float64 {
	return BLEU([]string{hyp}, []string{ref}, BLEUOptions{t, true}).Score
}

// BLEUStatistics counts what BLEU is made of, sentence by sentence: words of hypothesis and reference, then matches and numbers of
// n-grams for n from 1 to 4.
func BLEUStatistics(hyp, ref []string, o BLEUOptions) Sufficient {
	words := interner{}
	rows := rowsOf(len(hyp), 2+2*bleuOrder)
	matches := make([]int32, bleuOrder)
	var scratch []int32
	for i, row := range rows {
		h, r := words.numbers(o.Tokenizer.cut(hyp[i])), words.numbers(o.Tokenizer.cut(ref[i]))
		scratch = shared(h, r, matches, scratch)
		row[0], row[1] = float64(len(h)), float64(len(r))
		for n, m := range matches {
			row[2+n], row[2+bleuOrder+n] = float64(m), float64(grams(len(h), n+1))
		}
	}
	return Sufficient{"bleu", rows, func(sums []float64) float64 { return o.score(sums).Score }, true}
}

// score makes the score of the sums of the rows of BLEUStatistics; it has no signature yet.
func (o BLEUOptions) score(sums []float64) BLEUScore {
	s := BLEUScore{BP: 1}
	if sums == nil {
		return s
	}
	hyp, ref, matches, totals := sums[0], sums[1], sums[2:2+bleuOrder], sums[2+bleuOrder:]
	s.HypothesisLength, s.ReferenceLength = int(hyp), int(ref)
	if hyp < ref {
		s.BP = math.Exp(1 - ref/hyp) // 0 without a word
	}
	if matches[0] == 0 { // then no longer n-gram matches either
		return s
	}
	order, smooth, product := bleuOrder, 1.0, 1.0
	for n := range bleuOrder {
		if totals[n] == 0 {
			break
		}
		if o.EffectiveOrder {
			order = n + 1
		}
		if s.Precisions[n] = 100 * matches[n] / totals[n]; matches[n] == 0 {
			smooth *= 2
			s.Precisions[n] = 100 / (smooth * totals[n])
		}
	}
	for _, p := range s.Precisions[:order] {
		product *= p
	}
	s.Score = s.BP * math.Pow(product, 1/float64(order))
	return s
}
