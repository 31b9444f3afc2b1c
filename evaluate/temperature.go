package evaluate

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

// Logits are the logarithms of probabilities [n][C]: softmax gives these back. A probability is taken as 2^-52 at the
// least, as in a log loss.
func Logits(probabilities [][]float64) [][]float64 {
	logits := make([][]float64, len(probabilities))
	for i, p := range probabilities {
		logits[i] = make([]float64, len(p))
		for k, v := range p {
			logits[i][k] = -logLoss(v)
		}
	}
	return logits
}

// Temper is softmax(logits/T), [n][C]. It never changes which class is the most likely one.
func Temper(logits [][]float64, temperature float64) [][]float64 {
	p := make([][]float64, len(logits))
	for i, z := range logits {
		p[i] = make([]float64, len(z))
		softmax(p[i], z, 1/temperature)
	}
	return p
}

// Mean is the mean of the probabilities [n][·] that members give the same events.
func Mean(members [][][]float64) [][]float64 {
	all := sums(members)
	for _, row := range all {
		floats.Scale(1/float64(len(members)), row)
	}
	return all
}

// sums adds up what members give the same examples.
func sums(members [][][]float64) [][]float64 {
	all := make([][]float64, len(members[0]))
	for i := range all {
		all[i] = make([]float64, len(members[0][i]))
		for _, m := range members {
			floats.Add(all[i], m[i])
		}
	}
	return all
}

// Average is the mean of the probabilities [n][·] that members give the same examples, each of classes summing up to 1.
func Average(members [][][]float64, classes int) [][]float64 {
	if len(members) == 0 {
		return nil
	}
	all := sums(members)
	for _, one := range all {
		for from := 0; from+classes <= len(one); from += classes {
			row := one[from : from+classes]
			floats.Scale(1/floats.Sum(row), row)
		}
	}
	return all
}

// softmax writes exp(βz)/Σexp(βz).
func softmax(p, z []float64, beta float64) {
	top := floats.Max(z)
	for k, v := range z {
		p[k] = math.Exp(beta * (v - top))
	}
	floats.Scale(1/floats.Sum(p), p)
}

// Temperature scaling [1]: the T with which Temper has the lowest log loss on examples that nothing was fitted to, from 0.001 to
// 1,000. Above 1 it makes probabilities more even. Logits [n][C] may be any scores; truth [n] are numbers of classes.
//
// Where all examples are right T would be 0 and every probability 0 or 1; so, as in [2], the true class of n examples counts by
// 1-ε and all classes by ε/C, with ε = 1/(n+2).
//
// [1] Guo, Pleiss, Sun & Weinberger 2017, On calibration of modern neural networks.
// [2] Platt 1999, Probabilistic outputs for support vector machines, section 2.2.
func Temperature(truth []int, logits [][]float64) float64 {
	if len(truth) == 0 {
		return 1
	}
	// The loss is convex in β = 1/T: its slope is the mean over examples of Σ_k (p_k - q_k)·z_k.
	low, high := math.Log(1e-3), math.Log(1e3)
	for range 60 {
		if middle := (low + high) / 2; slope(truth, logits, math.Exp(middle)) > 0 {
			high = middle
		} else {
			low = middle
		}
	}
	return math.Exp(-(low + high) / 2)
}

func slope(truth []int, logits [][]float64, beta float64) (sum float64) {
	e := 1 / float64(len(truth)+2)
	p := make([]float64, len(logits[0]))
	for i, z := range logits {
		softmax(p, z, beta)
		sum += floats.Dot(p, z) - (1-e)*z[truth[i]] - e*floats.Sum(z)/float64(len(z))
	}
	return sum
}
