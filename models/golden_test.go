package models

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"

	"recur/configs"
	"recur/graph"
	"recur/internal/kernel"
)

// golden is one network as PyTorch computed it in float64; testdata/golden.py wrote the file.
type golden struct {
	Case struct {
		Cell, Nonlinearity, Head, Output, Loss        string
		Layers, Steps, Batch, Inputs, Hidden, Outputs int
		Bidirectional, Learned, Ragged, Adam, Linear  bool
		Encoder, Extra, Window                        int
		Patch, Embedding, Ahead                       int
		Names                                         []int // of each column
		Quantiles                                     []float64
		Lengths                                       []int
	}
	Loss  float64
	Pred  digest
	HN    digest `json:"hn"`
	CN    digest `json:"cn"`
	Grads []struct {
		Name string
		digest
	}
	Curve []float64
}

// digest stands for a tensor: its largest magnitude, entries at equal distances, and the inner product with the
// formula's values.
type digest struct {
	Max        float64
	Entries    []float64
	Projection float64
}

// formula fills x with the values that golden.py computes for the stream, times scale.
func formula[F graph.Float](stream int, scale float64, x []F) {
	for i := range x {
		u := uint32(i)*2654435761 + uint32(stream+1)*668265263
		u ^= u >> 15
		u *= 2246822519
		u ^= u >> 13
		x[i] = F((float64(u)/(1<<32) - 0.5) * scale)
	}
}

// wrong returns how far x is from the digest, as a share of its largest magnitude. The inner product adds up n
// independent roundings, so it may be off by √n times as much as an entry.
func wrong[F graph.Float](x []F, want digest) float64 {
	weights := make([]float64, len(x))
	formula(1000, 1, weights)
	largest, projection := 0.0, 0.0
	for i, v := range x {
		largest = max(largest, math.Abs(float64(v)))
		projection += float64(v) * weights[i]
	}
	worst := math.Abs(largest - want.Max)
	worst = max(worst, math.Abs(projection-want.Projection)/math.Sqrt(float64(len(x))))
	for i, w := range want.Entries {
		at := i
		if len(x) > 6 {
			at = i * (len(x) - 1) / 5
		}
		worst = max(worst, math.Abs(float64(x[at])-w))
	}
	if worst != worst {
		return math.Inf(1)
	}
	return worst / max(want.Max, 1e-300)
}

func (g golden) spec(implementation string) Spec {
	c := g.Case
	state := "zero"
	if c.Learned {
		state = "learned"
	}
	path := "none"
	if c.Linear {
		path = "zero"
	}
	var names []Category
	for i, n := range c.Names {
		names = append(names, Category{fmt.Sprint("c", i), n, c.Ahead > 0 && i == len(c.Names)-1})
	}
	return Spec{
		Categories: names, AheadNames: c.Ahead,
		Model: configs.Model{
			Patch: c.Patch, EmbeddingSize: c.Embedding,
			EncoderSize: c.Encoder, LinearPath: path, Quantiles: c.Quantiles,
			Cell: c.Cell, HiddenSize: c.Hidden, Layers: c.Layers, Bidirectional: c.Bidirectional, Head: c.Head,
			Output: c.Output, Elman: configs.Elman{Nonlinearity: c.Nonlinearity}, InitialState: state,
			Implementation: implementation,
		},
		Steps: c.Steps, Inputs: c.Inputs, Outputs: c.Outputs, Extra: c.Extra, Window: c.Window, Loss: c.Loss, HuberDelta: 0.7, Threads: 2,
	}
}

func (g golden) name() string {
	c := g.Case
	s := fmt.Sprintf("%s/%d,%d,%d,%d/layers=%d", c.Cell, c.Batch, c.Steps, c.Inputs, c.Hidden, c.Layers)
	for _, w := range []struct {
		on   bool
		word string
	}{
		{c.Bidirectional, "bidirectional"}, {c.Head == "every", "every"}, {c.Learned, "learned"}, {c.Ragged, "ragged"},
		{c.Adam, "adam"}, {c.Encoder > 0, "encoder"}, {c.Linear, "linear"}, {c.Extra > c.Window, "ahead"},
		{len(c.Quantiles) > 0, "quantiles"}, {len(c.Names) > 0, "names"}, {c.Nonlinearity != "tanh", c.Nonlinearity},
	} {
		if w.on {
			s += "," + w.word
		}
	}
	return s
}

// fill gives network and graph the formula's weights and data.
func fill[F graph.Float](n *Network[F], g *Graph[F], lengths []int) {
	for i, p := range n.Params {
		formula(i, 2/math.Sqrt(float64(n.Spec.HiddenSize)), p.Values)
	}
	formula(100, 4, g.X)
	formula(101, 2, g.H0)
	formula(102, 2, g.C0)
	formula(103, 2, g.Y)
	formula(105, 2, g.Z)
	fillNames(n.Spec, g)
	formula(104, 1, g.Mask)
	for i, m := range g.Mask {
		g.Mask[i] = 0
		if m > -0.3 {
			g.Mask[i] = 1
		}
	}
	copy(g.Lengths, lengths)
}

// fillNames puts the formula's numbers of names into x and z.
func fillNames[F graph.Float](s Spec, g *Graph[F]) {
	row := s.Inputs / max(1, s.Patch)
	for i, c := range s.Categories {
		v := numbered[F](110+i, c.Names, len(g.X)/row)
		for r, number := range v {
			g.X[(r+1)*row-len(s.Categories)+i] = number
		}
	}
	if s.AheadNames > 0 {
		v := numbered[F](120, s.Categories[len(s.Categories)-1].Names, g.B*s.AheadNames)
		for r := range g.B {
			copy(g.Z[(r+1)*s.Extra-s.AheadNames:][:s.AheadNames], v[r*s.AheadNames:])
		}
	}
}

// numbered are n whole numbers from 0 to count by the formula of golden.py.
func numbered[F graph.Float](stream, count, n int) []F {
	v := make([]float64, n) // float64: a number must not depend on F
	formula(stream, 1, v)
	out := make([]F, n)
	for i := range v {
		out[i] = F(math.Floor((v[i] + 0.5) * float64(count+1)))
	}
	return out
}

func readGolden(t *testing.T) []golden {
	t.Helper()
	b, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []golden
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// The tolerances are shares of a tensor's largest magnitude: float64 rounds at 1e-16 and the longest sums here have
// some 1e5 terms; float32 is what one rounding of every product and sum leaves.
const (
	tolerance64 = 1e-10
	tolerance32 = 1e-5
)

func TestPyTorch(t *testing.T) {
	for _, g := range readGolden(t) {
		if racing && g.Case.Steps*g.Case.Hidden > 200 {
			continue
		}
		t.Run(g.name(), func(t *testing.T) {
			checkGolden[float64](t, g, "fused", tolerance64)
			checkGolden[float32](t, g, "fused", tolerance32)
			if g.Case.Steps <= 12 && g.Case.Hidden < 200 {
				checkGolden[float64](t, g, "primitive", tolerance64)
			}
		})
	}
}

func checkGolden[F graph.Float](t *testing.T, want golden, implementation string, tolerance float64) {
	t.Helper()
	n, err := New[F](want.spec(implementation))
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	g, err := n.Graph(want.Case.Batch, want.Case.Steps, true)
	if err != nil {
		t.Fatal(err)
	}
	fill(n, g, want.Case.Lengths)
	loss, err := g.Run()
	if err != nil {
		t.Fatal(err)
	}
	check := func(what string, x []F, d digest) {
		if e := wrong(x, d); !(e <= tolerance) {
			t.Errorf("%s %T: %s is off by %.2g of its largest value %.4g, want at most %g", implementation, F(0), what, e, d.Max, tolerance)
		}
	}
	if e := math.Abs(loss-want.Loss) / want.Loss; !(e <= tolerance) {
		t.Errorf("%s %T: loss is %v, want %v", implementation, F(0), loss, want.Loss)
	}
	check("prediction", g.Pred, want.Pred)
	check("last state", g.HN, want.HN)
	if g.CN != nil {
		check("last cell", g.CN, want.CN)
	}
	if len(want.Grads) != len(n.Params) {
		t.Fatalf("got %d parameters, want %d", len(n.Params), len(want.Grads))
	}
	for i, d := range want.Grads {
		if n.Params[i].Name != d.Name {
			t.Fatalf("parameter %d is %s, want %s", i, n.Params[i].Name, d.Name)
		}
		check("gradient of "+d.Name, g.Gradient(i), d.digest)
	}
	if want.Curve != nil {
		checkCurve(t, n, g, want, tolerance)
	}
}

// checkCurve trains for as many steps as the golden curve has, with the same Adam.
func checkCurve[F graph.Float](t *testing.T, n *Network[F], g *Graph[F], want golden, tolerance float64) {
	t.Helper()
	fill(n, g, want.Case.Lengths)
	m, v := make([][]F, len(n.Params)), make([][]F, len(n.Params))
	for i, p := range n.Params {
		m[i], v[i] = make([]F, len(p.Values)), make([]F, len(p.Values))
	}
	for step, w := range want.Curve {
		loss, err := g.Run()
		if err != nil {
			t.Fatal(err)
		}
		if e := math.Abs(loss-w) / w; !(e <= tolerance) {
			t.Errorf("%T: loss at step %d is %v, want %v", F(0), step, loss, w)
		}
		c1, c2 := 1-math.Pow(0.9, float64(step+1)), 1-math.Pow(0.999, float64(step+1))
		for i, p := range n.Params {
			kernel.AdamStep(p.Values, g.Gradient(i), m[i], v[i], 0.01, 0.9, 0.999, 1e-8, c1, c2, 0)
		}
	}
	if first, last := want.Curve[0], want.Curve[len(want.Curve)-1]; last >= first {
		t.Errorf("the loss did not fall: %v to %v", first, last)
	}
}
