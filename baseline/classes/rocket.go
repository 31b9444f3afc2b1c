package classes

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"

	"recur/data"
	"recur/evaluate"
)

// Kernels is how many random convolutions there are where nothing else is said.
const Kernels = 500

// mostFitted is how many training sequences the ridge regression of Rocket takes at most.
const mostFitted = 10_000

type rocket struct {
	channels    channels
	kernels     []convolution
	mean, scale []float64 // [F]
	ridge       *ridge
	temperature float64
}

// convolution is one random kernel over some of the inputs.
type convolution struct {
	length, dilation int
	padded           bool
	inputs           []int
	weights          []float64 // [inputs, length]
	bias             float64
}

// Rocket tells sequences [T,d] apart by random convolutions [1]: of each the share of steps at which it is above zero, and its
// maximum; a ridge regression of ±1 for every class on these features, scaled, with the penalty of ten from 0.001 to 1,000 that has
// the least squared error when each training sequence in turn is left out. A sequence is read at its own length, padded with zeros
// where a kernel is longer. Inputs are scaled by the training part. Probabilities are a softmax of the regressions with the
// temperature that is best for what they say of the sequences left out. kernels is their number, 0 for Kernels; equal seeds give equal
// ones. Of more than 10,000 training sequences evenly spaced ones stand for all. Errors are those of Nearest.
//
// [1] Dempster, Petitjean & Webb 2020, ROCKET: exceptionally fast and accurate time series classification using random
// convolutional kernels; several inputs as in its sktime implementation.
func Rocket(x [][]float64, truth []int, classes, d, kernels int, seed uint64) (Method[[]float64], error) {
	if err := check(len(x), truth, classes); err != nil {
		return nil, err
	}
	c, err := fitChannels(x, d)
	if err != nil {
		return nil, err
	}
	if kernels == 0 {
		kernels = Kernels
	}
	m := &rocket{channels: c}
	random := data.Stream(seed, "convolutions")
	for range kernels {
		m.kernels = append(m.kernels, draw(random, c.longest, d))
	}
	index := thinned(len(x), mostFitted)
	features, known := make([][]float64, len(index)), make([]int, len(index))
	parallel(len(index), func(from, to int) {
		for j := from; j < to; j++ {
			features[j], known[j] = m.features(x[index[j]]), truth[index[j]]
		}
	})
	m.standardize(features)
	m.ridge, err = fitRidge(features, known, classes)
	if err != nil {
		return nil, err
	}
	m.temperature = evaluate.Temperature(known, m.ridge.left)
	m.ridge.left = nil
	return m, nil
}

func (*rocket) Name() string { return "rocket" }

func (m *rocket) Predict(x [][]float64) [][]float64 {
	logits := make([][]float64, len(x))
	parallel(len(x), func(from, to int) {
		for i := from; i < to; i++ {
			f := m.features(x[i])
			m.scaled(f)
			logits[i] = m.ridge.predict(f)
		}
	})
	return evaluate.Temper(logits, m.temperature)
}

// draw makes a kernel for sequences of up to so many steps of d inputs.
func draw(random *rand.Rand, steps, d int) convolution {
	k := convolution{length: min(steps, 7), dilation: 1}
	if lengths := []int{7, 9, 11}; steps >= 9 {
		k.length = lengths[random.IntN(min(3, (steps-5)/2))]
	}
	if k.length > 1 {
		most := math.Log2(float64(steps-1) / float64(k.length-1))
		k.dilation = int(math.Exp2(random.Float64() * most))
	}
	k.padded = random.IntN(2) == 1
	inputs := int(math.Exp2(random.Float64() * math.Log2(float64(min(d, k.length))+1)))
	k.inputs = random.Perm(d)[:min(inputs, d)]
	slices.Sort(k.inputs)
	for range k.inputs {
		w := make([]float64, k.length)
		for i := range w {
			w[i] = random.NormFloat64()
		}
		if k.length > 1 {
			floats.AddConst(-stat.Mean(w, nil), w)
		}
		k.weights = append(k.weights, w...)
	}
	k.bias = 2*random.Float64() - 1
	return k
}

// features are [2·kernels]: share above zero and maximum of each kernel.
func (m *rocket) features(x []float64) []float64 {
	features := make([]float64, 0, 2*len(m.kernels))
	turned := m.channels.turned(x)
	var out []float64
	for j := range m.kernels {
		out = m.kernels[j].over(turned, len(x)/len(m.channels.offset), out)
		features = append(features, positive(out), floats.Max(out))
	}
	return features
}

// over is the convolution of a sequence [D,T], written to out.
func (k *convolution) over(x []float64, steps int, out []float64) []float64 {
	reach := (k.length - 1) * k.dilation
	padding := 0
	if k.padded || steps <= reach {
		padding = reach / 2
	}
	outputs := max(1, steps+2*padding-reach)
	out = slices.Grow(out[:0], outputs)[:outputs]
	for t := range out {
		out[t] = k.bias
	}
	for i, input := range k.inputs {
		channel := x[input*steps:][:steps]
		for j, w := range k.weights[i*k.length:][:k.length] {
			shift := j*k.dilation - padding // of what output t reads
			from, to := max(0, -shift), min(outputs, steps-shift)
			if from >= to {
				continue
			}
			read := channel[from+shift : to+shift]
			for t, v := range out[from:to] {
				out[from+t] = v + w*read[t]
			}
		}
	}
	return out
}

func positive(values []float64) float64 {
	n := 0
	for _, v := range values {
		if v > 0 {
			n++
		}
	}
	return float64(n) / float64(len(values))
}

// standardize fits the scales of features and applies them.
func (m *rocket) standardize(features [][]float64) {
	m.mean, m.scale = make([]float64, len(features[0])), make([]float64, len(features[0]))
	column := make([]float64, len(features))
	for j := range m.mean {
		for i, f := range features {
			column[i] = f[j]
		}
		mean, variance := stat.PopMeanVariance(column, nil)
		if m.mean[j], m.scale[j] = mean, math.Sqrt(variance); !(m.scale[j] > 1e-12) {
			m.scale[j] = 1
		}
	}
	for _, f := range features {
		m.scaled(f)
	}
}

func (m *rocket) scaled(f []float64) {
	for j := range f {
		f[j] = (f[j] - m.mean[j]) / m.scale[j]
	}
}
