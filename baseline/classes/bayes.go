package classes

import (
	"math"

	"gonum.org/v1/gonum/floats"

	"recur/evaluate"
)

// bayes is a linear model in which features there are: logits are prior + Σ weight.
type bayes struct {
	grams  *grams
	prior  []float64 // [C]
	weight []float64 // [F,C]
}

// NaiveBayes is multinomial naive Bayes [1] over the words of texts, and with pairs over pairs of neighbouring words too: a class has
// the share of its training texts as prior. A feature counts once a text however often it is there, which suits short texts [2], and
// once more in each class than it was seen. What the training texts lack is left out. Its probabilities are far too sure of
// themselves on long texts: see Calibrate. Errors are those of Majority.
//
// [1] McCallum & Nigam 1998, A comparison of event models for naive Bayes text classification; scikit-learn's MultinomialNB.
// [2] Wang & Manning 2012, Baselines and bigrams: simple, good sentiment and topic classification.
func NaiveBayes(texts [][]string, truth []int, classes int, pairs bool) (Method[[]string], error) {
	if err := check(len(texts), truth, classes); err != nil {
		return nil, err
	}
	b := &bayes{grams: learn(texts, pairs, classes), prior: make([]float64, classes)}
	features := len(b.grams.texts)
	counts, totals := make([]float64, features*classes), make([]float64, classes)
	for i, text := range texts {
		c := truth[i]
		b.prior[c]++
		for _, f := range b.grams.row(text).features {
			counts[int(f)*classes+c]++
			totals[c]++
		}
	}
	for c := range b.prior {
		b.prior[c] = math.Log(b.prior[c] / float64(len(texts)))
		for f := range features {
			at := &counts[f*classes+c]
			*at = math.Log((*at + 1) / (totals[c] + float64(features)))
		}
	}
	b.weight = counts
	return b, nil
}

func (*bayes) Name() string { return "naive_bayes" }

func (b *bayes) Predict(texts [][]string) [][]float64 {
	logits := make([][]float64, len(texts))
	parallel(len(texts), func(from, to int) {
		for i := from; i < to; i++ {
			logits[i] = append([]float64(nil), b.prior...)
			for _, f := range b.grams.row(texts[i]).features {
				floats.Add(logits[i], b.weight[int(f)*len(b.prior):][:len(b.prior)])
			}
		}
	})
	return evaluate.Temper(logits, 1)
}
