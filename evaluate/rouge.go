package evaluate

import "strings"

// ROUGEScore holds means over sentences of F1, 0 to 100, higher is better.
type ROUGEScore struct {
	R1 float64 `json:"rouge1"` // of words
	R2 float64 `json:"rouge2"` // of pairs of neighbouring words
	RL float64 `json:"rougeL"` // of the longest common subsequence
}

// ROUGE is ROUGE-1, -2 and -L [1] of hyp[i] beside its one reference ref[i], with the definitions of rouge-score 0.1.2: lower case,
// words of a-z and 0-9 alone (so texts in other scripts have none), with stem the stems of words of more than three letters; F1
// of each sentence, then the mean. A sentence without a word in common with its reference counts as 0. Without a sentence it is 0.
//
// [1] Lin 2004, ROUGE: a package for automatic evaluation of summaries.
func ROUGE(hyp, ref []string, stem bool) ROUGEScore {
	one, two, longest := ROUGEStatistics(hyp, ref, stem)
	return ROUGEScore{one.Total(), two.Total(), longest.Total()}
}

// ROUGEStatistics holds F1 in per cent and 1 of each sentence, for ROUGE-1, ROUGE-2 and ROUGE-L.
func ROUGEStatistics(hyp, ref []string, stem bool) (one, two, longest Sufficient) {
	one, two, longest = meanOf("rouge1", len(hyp)), meanOf("rouge2", len(hyp)), meanOf("rougeL", len(hyp))
	words := interner{}
	matches := make([]int32, 2)
	var scratch []int32
	for i := range hyp {
		h, r := words.numbers(rougeWords(hyp[i], stem)), words.numbers(rougeWords(ref[i], stem))
		scratch = shared(h, r, matches, scratch)
		one.Rows[i][0] = f1(int(matches[0]), len(h), len(r))
		two.Rows[i][0] = f1(int(matches[1]), grams(len(h), 2), grams(len(r), 2))
		longest.Rows[i][0] = f1(common(h, r), len(h), len(r))
	}
	return one, two, longest
}

// meanOf makes statistics of a mean over n sentences: of each its own score, yet 0, and 1.
func meanOf(name string, n int) Sufficient {
	rows := rowsOf(n, 2)
	for _, row := range rows {
		row[1] = 1
	}
	return Sufficient{name, rows, meanScore, true}
}

func meanScore(sums []float64) float64 {
	if sums == nil {
		return 0
	}
	return sums[0] / sums[1]
}

// f1 is the harmonic mean of matches/hyp and matches/ref in per cent.
func f1(matches, hyp, ref int) float64 { return 100 * ratio(2*matches, hyp+ref) }

// rougeWords cuts a text into words.
func rougeWords(text string, stem bool) []string {
	// Python makes two letters of this one, and the dot is no letter.
	text = strings.ToLower(strings.ReplaceAll(text, "İ", "i "))
	words := strings.FieldsFunc(text, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	for i, w := range words {
		if stem && len(w) > 3 {
			words[i] = porter(w)
		}
	}
	return words
}

// common is the length of the longest common subsequence.
func common(a, b []int32) int {
	length := make([]int, len(b)+1)
	for _, x := range a {
		corner := 0
		for j, y := range b {
			up := length[j+1]
			if x == y {
				length[j+1] = corner + 1
			} else {
				length[j+1] = max(up, length[j])
			}
			corner = up
		}
	}
	return length[len(b)]
}
