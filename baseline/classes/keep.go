package classes

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// State is a fitted method as plain words and numbers, which a file can keep. What Keep gives, Logistics and Rockets take.
type State struct {
	Method  string // its name
	Classes int
	Words   []string
	Ints    map[string][]int64
	Floats  map[string][]float64
}

// Keep gives the state of a logistic regression or of random convolutions; ok is false for another method.
func Keep[X any](m Method[X]) (s State, ok bool) {
	switch m := any(m).(type) {
	case *logistic:
		return m.state(), true
	case *rocket:
		return m.state(), true
	}
	return State{}, false
}

func (l *logistic) state() State {
	g := l.grams
	s := State{Method: l.Name(), Classes: len(l.weight) - l.at, Words: make([]string, len(g.words)), Ints: map[string][]int64{"examples": {int64(l.n)}}, Floats: map[string][]float64{"weight": l.weight}}
	for word, n := range g.words {
		s.Words[n] = word
	}
	s.Ints["feature"], s.Ints["texts"] = wide(g.feature), wide(g.texts)
	pairs := make([][2]int64, len(g.texts)) // by feature, so that the order is always the same
	for k, f := range g.pairs {
		pairs[f] = [2]int64{int64(k>>32) + 1, int64(uint32(k))}
	}
	for f, p := range pairs {
		if p[0] > 0 {
			s.Ints["pairs"] = append(s.Ints["pairs"], p[0]-1, p[1], int64(f))
		}
	}
	return s
}

func wide(narrow []int32) []int64 {
	w := make([]int64, len(narrow))
	for i, v := range narrow {
		w[i] = int64(v)
	}
	return w
}

// number is a whole number from low to below high.
func (s *State) number(v int64, low, high int) (int32, error) {
	if v < int64(low) || v >= int64(high) {
		return 0, fmt.Errorf("classes: %s holds the number %d, want %d to %d", s.Method, v, low, high-1)
	}
	return int32(v), nil
}

// check wants some numbers of a name, all finite.
func (s *State) check(name string, n int) error {
	if len(s.Floats[name]) != n {
		return fmt.Errorf("classes: %s holds %d numbers of %s, want %d", s.Method, len(s.Floats[name]), name, n)
	}
	for _, v := range s.Floats[name] {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("classes: %s holds %v among the numbers of %s, want finite ones", s.Method, v, name)
		}
	}
	return nil
}

// begin refuses what is not the state of a method for so many classes.
func (s *State) begin(method string, classes int) error {
	if s.Method != method || s.Classes != classes || classes < 1 {
		return fmt.Errorf("classes: %s for %d classes, want %s for %d", s.Method, s.Classes, method, classes)
	}
	return nil
}

// Logistics is the logistic regression of a state, for so many classes. An error says what does not hold together.
func Logistics(s State, classes int) (Method[[]string], error) {
	if err := s.begin("logistic", classes); err != nil {
		return nil, err
	}
	features := len(s.Ints["texts"])
	g := &grams{words: make(map[string]int32, len(s.Words)), pairs: map[uint64]int32{}}
	if len(s.Ints["feature"]) != len(s.Words) || len(s.Ints["examples"]) != 1 || len(s.Ints["pairs"])%3 != 0 || len(s.Words) > math.MaxInt32 || s.Ints["examples"][0] < 1 {
		return nil, fmt.Errorf("classes: logistic holds %d words and %d features of them, want as many", len(s.Words), len(s.Ints["feature"]))
	}
	for i, w := range s.Words {
		f, err := s.number(s.Ints["feature"][i], -1, features)
		if err != nil {
			return nil, err
		}
		g.words[w], g.feature = int32(i), append(g.feature, f)
	}
	for _, n := range s.Ints["texts"] {
		v, err := s.number(n, 0, math.MaxInt32)
		if err != nil {
			return nil, err
		}
		g.texts = append(g.texts, v)
	}
	for p := s.Ints["pairs"]; len(p) > 0; p = p[3:] {
		a, err := s.number(p[0], 0, len(s.Words))
		if err != nil {
			return nil, err
		}
		b, err := s.number(p[1], 0, len(s.Words))
		if err != nil {
			return nil, err
		}
		if g.pairs[pair(a, b)], err = s.number(p[2], 0, features); err != nil {
			return nil, err
		}
	}
	if err := s.check("weight", (features+1)*classes); err != nil {
		return nil, err
	}
	return &logistic{grams: g, n: int(s.Ints["examples"][0]), weight: s.Floats["weight"], at: features * classes}, nil
}

func (m *rocket) state() State {
	r, c := m.ridge.weights.Dims()
	s := State{Method: m.Name(), Classes: c, Ints: map[string][]int64{"longest": {int64(m.channels.longest)}}, Floats: map[string][]float64{
		"offset": m.channels.offset, "scale": m.channels.scale, "feature.mean": m.mean, "feature.scale": m.scale,
		"ridge.mean": m.ridge.mean, "temperature": {m.temperature},
	}}
	for i := range r {
		s.Floats["ridge.weight"] = append(s.Floats["ridge.weight"], m.ridge.weights.RawRowView(i)...)
	}
	for _, k := range m.kernels {
		padded := int64(0)
		if k.padded {
			padded = 1
		}
		s.Ints["kernels"] = append(s.Ints["kernels"], int64(k.length), int64(k.dilation), padded, int64(len(k.inputs)))
		for _, input := range k.inputs {
			s.Ints["inputs"] = append(s.Ints["inputs"], int64(input))
		}
		s.Floats["kernel.weight"] = append(s.Floats["kernel.weight"], k.weights...)
		s.Floats["kernel.bias"] = append(s.Floats["kernel.bias"], k.bias)
	}
	return s
}

// mostKernelSteps bounds the length and the dilation of a kernel that is read.
const mostKernelSteps = 1 << 20

// Rockets is the random convolutions of a state, for sequences of d inputs and so many classes. An error says what does not hold
// together.
func Rockets(s State, classes, d int) (Method[[]float64], error) {
	if err := s.begin("rocket", classes); err != nil {
		return nil, err
	}
	kernels := len(s.Ints["kernels"]) / 4
	if d < 1 || kernels < 1 || len(s.Ints["kernels"]) != 4*kernels || len(s.Ints["longest"]) != 1 {
		return nil, fmt.Errorf("classes: rocket holds %d numbers of kernels for %d inputs, want four of each kernel", len(s.Ints["kernels"]), d)
	}
	for _, want := range []struct {
		name string
		n    int
	}{{"offset", d}, {"scale", d}, {"feature.mean", 2 * kernels}, {"feature.scale", 2 * kernels}, {"ridge.mean", classes}, {"temperature", 1}, {"ridge.weight", 2 * kernels * classes}, {"kernel.bias", kernels}} {
		if err := s.check(want.name, want.n); err != nil {
			return nil, err
		}
	}
	m := &rocket{channels: channels{offset: s.Floats["offset"], scale: s.Floats["scale"], longest: int(s.Ints["longest"][0])}, mean: s.Floats["feature.mean"], scale: s.Floats["feature.scale"], temperature: s.Floats["temperature"][0]}
	m.ridge = &ridge{mean: s.Floats["ridge.mean"], weights: mat.NewDense(2*kernels, classes, s.Floats["ridge.weight"])}
	for _, v := range append(append([]float64{m.temperature}, m.channels.scale...), m.scale...) {
		if !(v > 0) {
			return nil, fmt.Errorf("classes: rocket holds the scale %v, want one above 0", v)
		}
	}
	return m, m.readKernels(&s, d)
}

// readKernels takes the kernels of a state.
func (m *rocket) readKernels(s *State, d int) error {
	inputs, weights := s.Ints["inputs"], s.Floats["kernel.weight"]
	for i, bias := range s.Floats["kernel.bias"] {
		of := s.Ints["kernels"][4*i:]
		length, err := s.number(of[0], 1, mostKernelSteps)
		if err != nil {
			return err
		}
		dilation, err := s.number(of[1], 1, mostKernelSteps)
		if err != nil {
			return err
		}
		n, err := s.number(of[3], 1, d+1)
		if err != nil {
			return err
		}
		if int(n) > len(inputs) || int(n)*int(length) > len(weights) {
			return fmt.Errorf("classes: kernel %d of rocket has fewer weights or inputs than it needs", i)
		}
		k := convolution{length: int(length), dilation: int(dilation), padded: of[2] == 1, bias: bias, weights: weights[:int(n)*int(length)]}
		for _, v := range inputs[:n] {
			input, err := s.number(v, 0, d)
			if err != nil {
				return err
			}
			k.inputs = append(k.inputs, int(input))
		}
		m.kernels, inputs, weights = append(m.kernels, k), inputs[n:], weights[int(n)*int(length):]
	}
	if len(inputs) > 0 || len(weights) > 0 {
		return fmt.Errorf("classes: the kernels of rocket have %d inputs and %d weights too many", len(inputs), len(weights))
	}
	return s.check("kernel.weight", len(s.Floats["kernel.weight"]))
}
