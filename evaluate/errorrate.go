package evaluate

import "strings"

// Error rates of a corpus are TotalEdits(…).Rate(): all edits over all symbols of the references, so that long sentences count for
// more. As jiwer 4 has them:
//
//   - WER, of WordErrors: words are what white space parts. (jiwer parts at blanks alone: a single tab or line end between two words
//     makes them one there.)
//   - CER, of CharacterErrors: characters are code points. White space at either end is taken off; within, every blank is a
//     character.
//   - LER, of LabelErrors: any symbols.

// WordErrors counts the edits of words of each hyp[i] beside ref[i].
func WordErrors(hyp, ref []string) []Edits {
	all := make([]Edits, len(hyp))
	words := interner{}
	for i := range all {
		all[i] = EditDistance(words.numbers(spaced(hyp[i])), words.numbers(spaced(ref[i])))
	}
	return all
}

// CharacterErrors counts the edits of characters of each hyp[i] beside ref[i]. Bytes that are no UTF-8 are all the same character.
func CharacterErrors(hyp, ref []string) []Edits {
	all := make([]Edits, len(hyp))
	for i := range all {
		all[i] = EditDistance([]rune(strings.TrimFunc(hyp[i], isSpace)), []rune(strings.TrimFunc(ref[i], isSpace)))
	}
	return all
}

// LabelErrors counts the edits of symbols of each hyp[i] beside ref[i].
func LabelErrors[T comparable](hyp, ref [][]T) []Edits {
	all := make([]Edits, len(hyp))
	for i := range all {
		all[i] = EditDistance(hyp[i], ref[i])
	}
	return all
}

// TotalEdits adds up the edits of sentences.
func TotalEdits(all []Edits) (total Edits) {
	for _, e := range all {
		total = total.Add(e)
	}
	return total
}

// ErrorStatistics are errors and symbols of the reference, sentence by sentence: the score is the error rate of a corpus, named wer,
// cer or ler.
func ErrorStatistics(name string, all []Edits) Sufficient {
	rows := rowsOf(len(all), 2)
	for i, e := range all {
		rows[i][0], rows[i][1] = float64(e.Errors()), float64(e.Ref)
	}
	return Sufficient{name, rows, errorRate, false}
}

func errorRate(sums []float64) float64 {
	if sums == nil {
		return 0
	}
	return sums[0] / max(1, sums[1])
}

// ExactMatches says of each hyp[i] whether it is ref[i], byte for byte: to compare methods by (see McNemar).
func ExactMatches(hyp, ref []string) []bool {
	all := make([]bool, len(hyp))
	for i := range all {
		all[i] = hyp[i] == ref[i]
	}
	return all
}

// ExactMatchStatistics are 1 for a match, else 0, and 1, sentence by sentence: the score is the share of matches.
func ExactMatchStatistics(hyp, ref []string) Sufficient {
	s := meanOf("exact_match", len(hyp))
	for i, same := range ExactMatches(hyp, ref) {
		if same {
			s.Rows[i][0] = 1
		}
	}
	return s
}
