package graph

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

type nodes = map[string]*gorgonia.Node

// TestBlocks checks the gradients of the small operations.
func TestBlocks(t *testing.T) {
	tests := map[string]struct {
		shapes map[string][]int
		cost   func(b *Builder[float64], n nodes) *gorgonia.Node
	}{
		"block": {map[string][]int{"x": {3, 4}}, func(b *Builder[float64], n nodes) *gorgonia.Node {
			return weigh(b, "w", b.Block("block", n["x"], 5, 2, 3))
		}},
		"columns": {map[string][]int{"x": {3, 7}}, func(b *Builder[float64], n nodes) *gorgonia.Node {
			return weigh(b, "w", b.Columns("columns", n["x"], 2, 5))
		}},
		"concat": {map[string][]int{"x": {3, 2}, "y": {3, 4}}, func(b *Builder[float64], n nodes) *gorgonia.Node {
			return weigh(b, "w", b.Concat("concat", 0, n["x"], n["y"]))
		}},
		"concat sequences": {map[string][]int{"x": {5, 3, 2}, "y": {4, 3, 1}}, func(b *Builder[float64], n nodes) *gorgonia.Node {
			return weigh(b, "w", b.Concat("concat", 4, n["x"], n["y"]))
		}},
		"linear": {map[string][]int{"x": {3, 4}, "w": {2, 4}, "b": {2}}, func(b *Builder[float64], n nodes) *gorgonia.Node {
			return weigh(b, "v", b.Linear("linear", Sigmoid, 0, n["x"], n["w"], n["b"]))
		}},
		"linear over a sequence": {map[string][]int{"x": {5, 3, 4}, "w": {2, 4}, "b": {2}}, func(b *Builder[float64], n nodes) *gorgonia.Node {
			y := b.Linear("linear", Tanh, 3, n["x"], n["w"], n["b"])
			return b.add(weigh(b, "v", y), b.sum(b.apply1(gorgonia.Square, y)))
		}},
		"linear of several": {map[string][]int{"x": {3, 4}, "y": {3, 5}, "w": {2, 7}, "v": {2, 5}, "b": {2}}, func(b *Builder[float64], n nodes) *gorgonia.Node {
			return weigh(b, "k", several(b, n))
		}},
		"linear of sequences": {map[string][]int{"x": {5, 3, 4}, "y": {3, 3, 1}, "w": {2, 5}, "b": {2}}, func(b *Builder[float64], n nodes) *gorgonia.Node {
			return weigh(b, "k", b.Products("linear", ReLU, 3, n["b"],
				Product{n["w"], []Operand{{X: n["y"], InputGradient: true}, {X: n["x"], InputGradient: true}}}))
		}},
		"learned state": {map[string][]int{"h": {2, 3}, "carried": {2, 4, 3}}, func(b *Builder[float64], n nodes) *gorgonia.Node {
			return weigh(b, "w", b.LearnedState("state", n["h"], n["carried"], []bool{false, true, false, false}))
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			ts := newTensors()
			for _, name := range []string{"x", "y", "w", "v", "b", "h", "carried"} {
				if s := tt.shapes[name]; s != nil {
					ts.add(name, 1, s...)
				}
			}
			wrt := ts.names
			if name == "learned state" {
				wrt = []string{"h"}
			}
			ts.differences(t, ts.compile(t, tt.cost, wrt...), wrt...)
		})
	}
}

// TestBlocksKeepApart takes blocks whose offsets agree modulo 256, which Gorgonia's own Slice takes for one.
func TestBlocksKeepApart(t *testing.T) {
	ts := newTensors()
	ts.add("x", 1, 768)
	ts.differences(t, ts.compile(t, func(b *Builder[float64], n nodes) *gorgonia.Node {
		cost := weigh(b, "w0", b.Block("block", n["x"], 0, 256))
		for i := 1; i < 3; i++ {
			cost = b.add(cost, weigh(b, fmt.Sprint("w", i), b.Block("block", n["x"], 256*i, 256)))
		}
		return cost
	}))
}

// several reads x and the last columns of y under one weight, and all of y under another.
func several(b *Builder[float64], n nodes) *gorgonia.Node {
	return b.Products("linear", Tanh, 0, n["b"],
		Product{n["w"], []Operand{{X: n["x"], InputGradient: true}, {X: n["y"], From: 2, InputGradient: true}}},
		Product{n["v"], []Operand{{X: n["y"], InputGradient: true}}})
}

// TestProductsAgainstPrimitive compares with products of Gorgonia's over copies side by side.
func TestProductsAgainstPrimitive(t *testing.T) {
	ts := newTensors()
	ts.add("x", 1, 5, 4)
	ts.add("y", 1, 5, 6)
	ts.add("w", 1, 3, 8)
	ts.add("v", 1, 3, 6)
	ts.add("b", 1, 3)
	var cs [2]*test
	var costs [2]float64
	for k := range cs {
		cs[k] = ts.compile(t, func(b *Builder[float64], n nodes) *gorgonia.Node {
			if k == 0 {
				return weigh(b, "k", several(b, n))
			}
			side := b.Concat("side", 0, n["x"], b.Columns("columns", n["y"], 2, 6))
			h := b.affine(side, b.transpose(n["w"]), b.Block("bias", n["b"], 0, 1, 3))
			return weigh(b, "k", b.tanh(b.add(h, b.apply2(gorgonia.Mul, n["y"], b.transpose(n["v"])))))
		})
		costs[k] = cs[k].run(t)
	}
	if math.Abs(costs[0]-costs[1]) > 1e-14 {
		t.Errorf("cost is %v fused and %v primitive", costs[0], costs[1])
	}
	for _, name := range ts.names {
		close(t, name, cs[0].gradient(name), cs[1].gradient(name))
	}
}

// TestLinearOfData makes no gradient of what is data, and the gradients of the weights are the same without it.
func TestLinearOfData(t *testing.T) {
	ts := newTensors()
	ts.add("x", 1, 5, 4)
	ts.add("w", 1, 3, 4)
	ts.add("b", 1, 3)
	var cs [2]*test
	for k := range cs {
		cs[k] = ts.compile(t, func(b *Builder[float64], n nodes) *gorgonia.Node {
			return weigh(b, "k", b.Products("linear", ReLU, 0, n["b"], Product{n["w"], []Operand{{X: n["x"], InputGradient: k == 1}}}))
		}, "w", "b")
		cs[k].run(t)
	}
	close(t, "w", cs[0].gradient("w"), cs[1].gradient("w"))
	close(t, "b", cs[0].gradient("b"), cs[1].gradient("b"))
	for k, want := range []int{128, 192} { // each gradient at a multiple of 64 values
		for _, n := range cs[k].Graph().AllNodes() {
			if o, ok := n.Op().(*op[float64]); ok && o.kind == "linear gradient" && len(o.memory) != want {
				t.Errorf("gradient of x %t: %d values are made, want %d", k == 1, len(o.memory), want)
			}
		}
	}
}

// TestLinearAgainstPrimitive compares with Mul and BroadcastAdd.
func TestLinearAgainstPrimitive(t *testing.T) {
	ts := newTensors()
	ts.add("x", 1, 5, 7)
	ts.add("w", 1, 3, 7)
	ts.add("b", 1, 3)
	var cs [2]*test
	for k := range cs {
		cs[k] = ts.compile(t, func(b *Builder[float64], n nodes) *gorgonia.Node {
			if k == 0 {
				return weigh(b, "v", b.Linear("linear", Tanh, 0, n["x"], n["w"], n["b"]))
			}
			return weigh(b, "v", b.tanh(b.affine(n["x"], b.transpose(n["w"]), b.Block("bias", n["b"], 0, 1, 3))))
		})
		cs[k].run(t)
	}
	for _, name := range ts.names {
		close(t, name, cs[0].gradient(name), cs[1].gradient(name))
	}
}

func TestLoss(t *testing.T) {
	for _, kind := range []LossKind{MSE, MAE, Huber} {
		t.Run(kind.String(), func(t *testing.T) {
			ts := newTensors()
			ts.add("pred", 2, 6, 3)
			ts.add("y", 1, 6, 3)
			ts.add("mask", 1, 6, 3)
			for i := range ts.values["mask"] {
				ts.values["mask"][i] = float64(i % 2)
			}
			var cs [2]*test
			var costs [2]float64
			for k := range cs {
				cs[k] = ts.compile(t, func(b *Builder[float64], n nodes) *gorgonia.Node {
					if k == 0 {
						// Twice, so that the gradient that comes in is not one.
						l := b.Loss("loss", kind, 0.5, n["pred"], n["y"], n["mask"])
						return b.add(l, l)
					}
					return b.apply2(gorgonia.Mul, b.constant(2), b.PrimitiveLoss(kind, 0.5, n["pred"], n["y"], n["mask"]))
				}, "pred")
				costs[k] = cs[k].run(t)
			}
			if math.Abs(costs[0]-costs[1]) > 1e-14 {
				t.Errorf("loss is %v fused and %v primitive", costs[0], costs[1])
			}
			close(t, "gradient", cs[0].gradient("pred"), cs[1].gradient("pred"))
			ts.differences(t, cs[0], "pred")
		})
	}
}

func TestPinball(t *testing.T) {
	for _, c := range []struct{ quantiles, weights []float64 }{{quantiles: []float64{0.5}}, {quantiles: []float64{0.1, 0.5, 0.975}}, {[]float64{0.1, 0.5, 0.975}, []float64{0.1, 1, 0.3}}} {
		quantiles, weights := c.quantiles, c.weights
		ts := newTensors()
		ts.add("pred", 2, 6, 4*len(quantiles))
		ts.add("y", 1, 6, 4)
		ts.add("mask", 1, 6, 4)
		for i := range ts.values["mask"] {
			ts.values["mask"][i] = float64(i % 3)
		}
		var cs [2]*test
		var costs [2]float64
		for k := range cs {
			cs[k] = ts.compile(t, func(b *Builder[float64], n nodes) *gorgonia.Node {
				if k == 0 {
					// Twice, so that the gradient that comes in is not one.
					l := b.Pinball("loss", quantiles, weights, n["pred"], n["y"], n["mask"])
					return b.add(l, l)
				}
				return b.apply2(gorgonia.Mul, b.constant(2), b.PrimitivePinball("loss", quantiles, weights, n["pred"], n["y"], n["mask"]))
			}, "pred")
			costs[k] = cs[k].run(t)
		}
		if math.Abs(costs[0]-costs[1]) > 1e-14 {
			t.Errorf("%v: loss is %v fused and %v primitive", quantiles, costs[0], costs[1])
		}
		close(t, "gradient", cs[0].gradient("pred"), cs[1].gradient("pred"))
		ts.differences(t, cs[0], "pred")
	}
}

func TestDropout(t *testing.T) {
	const n = 4000
	for _, p := range []float64{0, 0.1, 0.5, 0.9} {
		ts := newTensors()
		ts.add("x", 1, 5, 20, 50)
		for i := range ts.values["x"] {
			ts.values["x"][i] += 2 // nothing is zero by itself
		}
		noise := &Noise{Seed: 3, Step: 1}
		var y *gorgonia.Node
		c := ts.compile(t, func(b *Builder[float64], in nodes) *gorgonia.Node {
			y = b.Dropout("dropout", p, noise, 4, in["x"])
			return weigh(b, "w", b.Block("copy", y, 0, 4, 20, 50))
		})
		masked := Memory[float64](y) // y itself will be of another graph
		ts.differences(t, c)
		first := append([]float64(nil), masked...)
		kept := 0
		for i, v := range first {
			if v != 0 {
				kept++
				if want := ts.values["x"][i] / (1 - p); math.Abs(v-want) > 1e-12 {
					t.Fatalf("p = %v: kept value %d is %v, want %v", p, i, v, want)
				}
			}
		}
		if sd := math.Sqrt(n * p * (1 - p)); math.Abs(float64(kept)-n*(1-p)) > 4*sd {
			t.Errorf("p = %v: kept %d of %d, want about %v ± %.0f", p, kept, n, n*(1-p), sd)
		}
		noise.Step = 2
		c.run(t)
		if p > 0 && equal(first, masked) {
			t.Errorf("p = %v: another step has the same mask", p)
		}
		noise.Step = 1
		c.run(t)
		if !equal(first, masked) {
			t.Errorf("p = %v: the same seed and step have another mask", p)
		}
	}
}

// TestDropoutOfFeatures drops elements of a matrix.
func TestDropoutOfFeatures(t *testing.T) {
	ts := newTensors()
	ts.add("x", 1, 4, 50)
	noise := &Noise{Seed: 3, Step: 1}
	var y *gorgonia.Node
	c := ts.compile(t, func(b *Builder[float64], in nodes) *gorgonia.Node {
		y = b.Dropout("features", 0.3, noise, 0, in["x"])
		return weigh(b, "w", b.Block("copy", y, 0, 4, 50))
	})
	masked := Memory[float64](y) // y itself will be of another graph
	ts.differences(t, c)
	zeros := 0
	for i, v := range masked {
		if v == 0 {
			zeros++
		} else if want := ts.values["x"][i] / 0.7; math.Abs(v-want) > 1e-12 {
			t.Fatalf("kept value %d is %v, want %v", i, v, want)
		}
	}
	if sd := math.Sqrt(200 * 0.3 * 0.7); math.Abs(float64(zeros)-60) > 4*sd {
		t.Errorf("%d of 200 are zero, want about 60 ± %.0f", zeros, sd)
	}
}

func equal(a, b []float64) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return len(a) == len(b)
}

// TestBuildErrors has one wrong call each; the message names the thing, what it got, and what it wants.
func TestBuildErrors(t *testing.T) {
	in := func(b *Builder[float64], name string, shape ...int) *gorgonia.Node {
		return b.Input(name, make([]float64, volume(shape)), shape...)
	}
	good := func(b *Builder[float64]) RecurrentInput {
		return RecurrentInput{X: in(b, "x", 4, 2, 3), H0: in(b, "h0", 1, 2, 5), C0: in(b, "c0", 1, 2, 5), IH: in(b, "ih", 20, 3),
			HH: in(b, "hh", 20, 5), BIH: in(b, "bih", 20), BHH: in(b, "bhh", 20), Lengths: b.Lengths("lengths", []int{4, 4})}
	}
	lstm := Recurrent{Name: "rnn", Cell: LSTM, Steps: 4, Inputs: 3, Hidden: 5}
	tests := map[string]struct {
		build func(b *Builder[float64])
		want  string
	}{
		"name twice":    {func(b *Builder[float64]) { in(b, "x", 2); in(b, "x", 2) }, `graph: input "x": the name is used already or empty`},
		"values":        {func(b *Builder[float64]) { b.Input("x", make([]float64, 5), 2, 3) }, `graph: input "x": got 5 values, want [2 3]`},
		"no dimension":  {func(b *Builder[float64]) { in(b, "x", 2, 0) }, `graph: input "x": shape is [2 0]`},
		"x":             {func(b *Builder[float64]) { i := good(b); i.X = in(b, "z", 4, 2, 7); b.Recurrent(lstm, i) }, `graph: lstm "rnn": x is [4 2 7], want [4 2 3]`},
		"x too short":   {func(b *Builder[float64]) { i := good(b); i.X = in(b, "z", 3, 2, 3); b.Recurrent(lstm, i) }, `x is [3 2 3], want [4 2 3]`},
		"weights":       {func(b *Builder[float64]) { i := good(b); i.HH = i.IH; b.Recurrent(lstm, i) }, `graph: lstm "rnn": weight hh is [20 3], want [20 5]`},
		"no cell state": {func(b *Builder[float64]) { i := good(b); i.C0 = nil; b.Recurrent(lstm, i) }, `c0 is [], want [1 2 5]`},
		"row":           {func(b *Builder[float64]) { s := lstm; s.Row = 1; b.Recurrent(s, good(b)) }, `h0 is [1 2 5], want [2 2 5]`},
		"too long": {func(b *Builder[float64]) {
			i, s := good(b), lstm
			i.X, s.Steps, s.Primitive = in(b, "z", 33, 2, 3), 33, true
			b.Recurrent(s, i)
		}, `33 steps of primitive nodes, want at most 32`},
		"no sequence": {func(b *Builder[float64]) { b.Y(b.Recurrent(lstm, good(b))) }, `was built without its sequence`},
		"no c": {func(b *Builder[float64]) {
			s := lstm
			s.Cell = GRU
			i := good(b)
			i.IH, i.HH, i.BIH, i.BHH = in(b, "a", 15, 3), in(b, "b", 15, 5), in(b, "c", 15), in(b, "d", 15)
			b.C(b.Recurrent(s, i))
		}, `graph: gru "rnn": has no state c`},
		"block":   {func(b *Builder[float64]) { b.Block("b", in(b, "x", 2, 3), 4, 3) }, `graph: block "b": elements 4 to 7 of [2 3]`},
		"columns": {func(b *Builder[float64]) { b.Columns("b", in(b, "x", 2, 3), 2, 4) }, `graph: columns "b": 2 to 4 of [2 3]`},
		"linear": {func(b *Builder[float64]) {
			b.Linear("head", Tanh, 0, in(b, "x", 2, 3), in(b, "w", 4, 2), in(b, "b", 4))
		}, `graph: linear "head": weight is [4 2], want [O 3]`},
		"loss": {func(b *Builder[float64]) {
			b.Loss("loss", MSE, 0, in(b, "x", 2, 3), in(b, "y", 3, 2), in(b, "m", 2, 3))
		}, `graph: mse "loss": truth is [3 2] of float64, want [2 3]`},
		"linear from": {func(b *Builder[float64]) {
			b.Products("head", Tanh, 0, in(b, "b", 4), Product{in(b, "w", 4, 3), []Operand{{X: in(b, "x", 2, 3), From: 3}}})
		}, `graph: linear "head": x is [2 3] from column 3 on`},
		"linear rows": {func(b *Builder[float64]) {
			b.Products("head", Tanh, 0, in(b, "b", 4), Product{in(b, "w", 4, 5), []Operand{{X: in(b, "x", 2, 3)}, {X: in(b, "y", 3, 2)}}})
		}, `graph: linear "head": x2 is [3 2] from column 0 on, want [0.. B I] or [N I], with the rows of the first`},
		"linear of nothing": {func(b *Builder[float64]) { b.Products("head", Tanh, 0, in(b, "b", 4)) }, `graph: linear "head": got nothing to read`},
		"pinball": {func(b *Builder[float64]) {
			b.Pinball("loss", []float64{0.1, 0.5}, nil, in(b, "x", 2, 3), in(b, "y", 2, 2), in(b, "m", 2, 2))
		}, `graph: pinball "loss": prediction is [2 3] and truth [2 2], want [N V·2] and [N V]`},
		"dropout":     {func(b *Builder[float64]) { b.Dropout("d", 1, new(Noise), 2, in(b, "x", 2, 1, 3)) }, `graph: dropout "d": x is [2 1 3] and p is 1`},
		"concat":      {func(b *Builder[float64]) { b.Concat("c", 0, in(b, "x", 2, 3), in(b, "y", 3, 3)) }, `graph: concat "c": x1 is [3 3], want the 2 rows`},
		"nothing":     {func(b *Builder[float64]) { b.Linear("head", Tanh, 0, nil, nil, nil) }, `graph: linear "head"`},
		"first stays": {func(b *Builder[float64]) { in(b, "x", 0); in(b, "y", 2); in(b, "y", 2) }, `graph: input "x"`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			b := NewBuilder[float64]("test", nil, true)
			tt.build(b)
			if err := b.Err(); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
			if _, err := b.Machine(); err == nil {
				t.Error("a builder with an error compiled")
			}
		})
	}
}

// TestRunErrors makes operations fail while the machine runs, where a panic would end the process.
func TestRunErrors(t *testing.T) {
	s := Recurrent{Name: "rnn.l3", Cell: GRU, Steps: 4, Inputs: 2, Hidden: 3, Sequence: true, InputGradient: true, StateGradient: true}
	lengths := []int{4, 5}
	ts := recurrentTensors(s, 2, 1)
	c := ts.compile(t, func(b *Builder[float64], n nodes) *gorgonia.Node {
		return everything(b, layer(b, s, n, lengths))
	})
	if err := c.vm.RunAll(); err == nil || !strings.Contains(err.Error(), `gru "rnn.l3": length of row 1 is 5, want 0 to 4`) {
		t.Errorf("length past the sequence: got %v", err)
	}
	lengths[1] = 4
	c.run(t)
	// A value whose shape changes under the graph.
	if err := c.nodes["x"].Value().(*tensor.Dense).Reshape(4, 1, 4); err != nil {
		t.Fatal(err)
	}
	c.vm.Reset()
	if err := c.vm.RunAll(); err == nil || !strings.Contains(err.Error(), `gru "rnn.l3": x is [4 1 4], want [4 2 2]`) {
		t.Errorf("wrong shape at run: got %v", err)
	}

	b := NewBuilder[float64]("test", nil, true)
	x := b.Input("x", make([]float64, 3), 3)
	b.apply(&op[float64]{kind: "broken", name: "op", in: []port{b.like("x", x)}, out: b.port("y", 3), wrt: []bool{false},
		run: func(in [][]float64, out []float64) error { out[3] = in[0][0]; return nil }}, x)
	m, err := b.Machine()
	if err != nil {
		t.Fatal(err)
	}
	if err := m.RunAll(); err == nil || !strings.Contains(err.Error(), `broken "op"`) || !strings.Contains(err.Error(), "[[3]]") {
		t.Errorf("a panic in an operation gave %v, want an error with its name and shapes", err)
	}
}
