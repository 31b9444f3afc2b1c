package classes

import (
	"math"

	"gonum.org/v1/gonum/floats"

	"recur/evaluate"
)

// The limits of 1-NN: a sequence is compared with so many numbers at most, and so many sequences are left out in turn.
const (
	mostCompared = 20_000_000
	mostLeftOut  = 1_000
)

type nearest struct {
	channels    channels
	x           [][]float64 // scaled
	truth       []int
	classes     int
	unit        float64 // the mean distance to the nearest one
	temperature float64
}

// Nearest gives a sequence [T,d] the class of the training sequence that is nearest to it: 1-NN by Euclidean distance, inputs scaled
// by the training part, the shorter of two sequences continued with the mean. Probabilities are a softmax of minus the distance to
// the nearest of each class, with the temperature that is best when each training sequence in turn is left out. Of very many
// sequences evenly spaced ones stand for all. The errors are those of Majority, and say which sequence is no [T,d] of finite
// numbers.
func Nearest(x [][]float64, truth []int, classes, d int) (Method[[]float64], error) {
	if err := check(len(x), truth, classes); err != nil {
		return nil, err
	}
	c, err := fitChannels(x, d)
	if err != nil {
		return nil, err
	}
	m := &nearest{channels: c, classes: classes, unit: 1}
	for _, i := range thinned(len(x), max(1, mostCompared/(c.longest*d))) {
		m.x, m.truth = append(m.x, c.scaled(x[i])), append(m.truth, truth[i])
	}
	left := thinned(len(m.x), mostLeftOut)
	known, logits := make([]int, len(left)), make([][]float64, len(left))
	parallel(len(left), func(from, to int) {
		for j := from; j < to; j++ {
			known[j], logits[j] = m.truth[left[j]], m.logits(m.x[left[j]], left[j])
		}
	})
	sum := 0.0
	for _, z := range logits {
		sum -= floats.Max(z) / float64(len(logits))
	}
	if sum > 0 {
		m.unit = sum
	}
	for _, z := range logits {
		floats.Scale(1/m.unit, z)
	}
	m.temperature = evaluate.Temperature(known, logits)
	return m, nil
}

func (*nearest) Name() string { return "nearest" }

func (m *nearest) Predict(x [][]float64) [][]float64 {
	logits := make([][]float64, len(x))
	parallel(len(x), func(from, to int) {
		for i := from; i < to; i++ {
			logits[i] = m.logits(m.channels.scaled(x[i]), -1)
		}
	})
	return evaluate.Temper(logits, m.temperature)
}

// logits are minus the distances in units to the nearest of each class, without sequence `except`; a class that has none is taken
// to be twice as far as the farthest.
func (m *nearest) logits(x []float64, except int) []float64 {
	z := make([]float64, m.classes)
	for k := range z {
		z[k] = math.Inf(1)
	}
	for i, other := range m.x {
		if i != except {
			z[m.truth[i]] = min(z[m.truth[i]], square(x, other, z[m.truth[i]]))
		}
	}
	far := 0.0
	for k, v := range z {
		if z[k] = math.Sqrt(v); !math.IsInf(v, 1) {
			far = max(far, z[k])
		}
	}
	for k := range z {
		z[k] = -min(z[k], 2*far+m.unit) / m.unit
	}
	return z
}

// square is the squared distance, or something above enough once it is clear that it is not below.
func square(a, b []float64, enough float64) (sum float64) {
	if len(a) > len(b) {
		a, b = b, a
	}
	const piece = 32
	for from := 0; from < len(b) && sum < enough; from += piece {
		to := min(from+piece, len(b))
		both := min(max(from, len(a)), to)
		for i := from; i < both; i++ {
			sum += (a[i] - b[i]) * (a[i] - b[i])
		}
		for i := both; i < to; i++ {
			sum += b[i] * b[i]
		}
	}
	return sum
}
