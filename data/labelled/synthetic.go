package labelled

import (
	"math/rand/v2"

	"recur/configs"
	"recur/data"
)

// synthesize generates the sequences of data.synthetic. The same description gives the same bits.
//
//	adding    the adding problem [1]: `length` steps of (value, marker), and the sum of the two marked values
//	gestures  movements out and back: see gesture; with labels of three kinds
//
// [1] Hochreiter & Schmidhuber 1997, Long short-term memory, section 5.4 (here with values in [0, 1)).
func synthesize(s *configs.Synthetic, labels bool) (*Set, error) {
	set := &Set{Name: "synthetic:" + s.Kind, Hash: data.HashOf(s), generated: true}
	if s.Points < 1 {
		return nil, data.Errors{data.Fault(set.Name, 0, 0, "data.synthetic.points", "points is %d, want at least 1 (data.synthetic.points)", s.Points)}
	}
	least, draw := 2, addition
	switch s.Kind {
	case "adding":
		set.Inputs, set.Values, set.byStep = []string{"value", "marker"}, []string{"sum"}, true
	case "gestures":
		set.Inputs, set.Values = []string{"height"}, []string{"dips"}
		least, draw = 20, movement
		if labels {
			set.Values, set.Classes = nil, kinds
		}
	default:
		return nil, data.Errors{data.Fault(set.Name, 0, 0, "data.synthetic.kind", "kind is %q, want adding or gestures (data.synthetic.kind)", s.Kind)}
	}
	if s.Length < least {
		return nil, data.Errors{data.Fault(set.Name, 0, 0, "data.synthetic.length", "length is %d, want at least %d (data.synthetic.length)", s.Length, least)}
	}
	set.Sequences = make([]Sequence, s.Points)
	r, d := data.Stream(s.Seed, s.Kind), len(set.Inputs)
	all := make([]float64, s.Points*s.Length*d)
	for i := range set.Sequences {
		x := all[i*s.Length*d:][:s.Length*d]
		if labels {
			set.Sequences[i] = Sequence{File: set.Name, X: x, Class: movementOfKind(r, x)}
			continue
		}
		set.Sequences[i] = Sequence{File: set.Name, X: x, Values: []float64{draw(r, x)}, Class: -1}
	}
	return set, nil
}

// addition draws an example of the adding problem into x, [T,2], and gives the sum. One step of each half is marked.
func addition(r *rand.Rand, x []float64) (sum float64) {
	length := len(x) / 2
	first, second := r.IntN(length/2), length/2+r.IntN(length-length/2)
	for t := range length {
		u, marker := r.Float64(), 0.0
		if t == first || t == second {
			marker = 1
			sum += u
		}
		x[2*t], x[2*t+1] = u, marker
	}
	return sum
}
