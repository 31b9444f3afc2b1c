package models

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
	"recur/graph"
)

// whole is a small network with every part that many series ask for.
func whole(cell string) Spec {
	return Spec{
		Model: configs.Model{Cell: cell, HiddenSize: 5, EncoderSize: 4, HeadDropout: 0.3, LinearPath: "ridge",
			Quantiles: []float64{0.1, 0.5, 0.9}},
		Steps: 6, Inputs: 3, Outputs: 12, Extra: 11, Window: 9, Loss: "pinball", Seed: 1, Threads: 2,
	}
}

// openWhole fills the network's inputs and every weight, the linear path's and the head's too.
func openWhole[F graph.Float](t testing.TB, s Spec, batch int, training bool) (*Network[F], *Graph[F]) {
	t.Helper()
	n, g := open[F](t, s, batch, training)
	fill(n, g, nil)
	return n, g
}

func TestWholeShapes(t *testing.T) {
	s := whole("gru")
	want := []ParamShape{
		{"encoder.weight", []int{4, 3}}, {"encoder.bias", []int{4}},
		{"rnn.weight_ih_l0", []int{15, 4}}, {"rnn.weight_hh_l0", []int{15, 5}}, {"rnn.bias_ih_l0", []int{15}}, {"rnn.bias_hh_l0", []int{15}},
		{"head.weight", []int{12, 7}}, {"head.bias", []int{12}},
		{"linear.weight", []int{12, 11}},
	}
	if d := cmp.Diff(want, s.ParamShapes()); d != "" {
		t.Error(d)
	}
	rows := []LayerRow{
		{"x", "input", []int{6, 3}, 0},
		{"encoder", "linear, relu", []int{6, 4}, 4*3 + 4},
		{"rnn.l0", "gru", []int{5}, 3 * 5 * (4 + 5 + 2)},
		{"dropout.head", "dropout 0.3", []int{5}, 0},
		{"z", "input", []int{11}, 0},
		{"head", "linear, identity, 3 quantiles, reads 2 of z", []int{12}, 12*7 + 12},
		{"linear", "linear path from z", []int{12}, 12 * 11},
	}
	got := s.Table()
	if d := cmp.Diff(rows, got); d != "" {
		t.Error(d)
	}
	total := 0
	for _, r := range got {
		total += r.Parameters
	}
	if total != s.Parameters() || s.Values() != 4 {
		t.Errorf("the rows add up to %d parameters, want %d; %d values, want 4", total, s.Parameters(), s.Values())
	}
	_, g := open[float32](t, s, 2, false)
	if len(g.Z) != 2*11 || len(g.Y) != 2*4 || len(g.Mask) != 2*4 || len(g.Pred) != 2*12 {
		t.Errorf("z, y, mask, pred have %d, %d, %d, %d values", len(g.Z), len(g.Y), len(g.Mask), len(g.Pred))
	}
	less := s
	less.EncoderSize, less.Extra, less.Window = 0, 0, 0
	if s.Memory(8, 24, 1, true) <= less.Memory(8, 24, 1, true) {
		t.Errorf("memory is %d with an encoder and z, %d without", s.Memory(8, 24, 1, true), less.Memory(8, 24, 1, true))
	}
}

// TestWholeStart: with a linear path head and path start at zero, so the forecast is the head's bias alone; the encoder
// starts as PyTorch's Linear does.
func TestWholeStart(t *testing.T) {
	wide := whole("lstm")
	wide.EncoderSize = 40 // enough values for one near the bound
	n, g := open[float64](t, wide, 3, false)
	formula(105, 2, g.Z)
	run(t, g)
	for _, v := range g.Pred {
		if v != 0 {
			t.Fatalf("the first forecast holds %v, want 0 everywhere", v)
		}
	}
	for _, name := range []string{"encoder.weight", "encoder.bias"} {
		largest, bound := 0.0, 1/math.Sqrt(3)
		for _, v := range n.Param(name).Values {
			largest = max(largest, math.Abs(v))
		}
		if largest > bound || largest < bound/2 {
			t.Errorf("%s: the largest is %v, want just below %v", name, largest, bound)
		}
	}
	s := whole("lstm")
	s.LinearPath = "none"
	if n, _ := open[float64](t, s, 3, false); n.Param("linear.weight") != nil || n.Param("head.weight").Values[0] == 0 {
		t.Error("without a linear path there is one, or the head starts at zero")
	}
}

// TestWholeDifferences compares the gradients of all weights, dropout included, with central differences. The step 1e-6
// leaves a rounding of 1e-10 and seldom moves the relu or the pinball loss past their kinks.
func TestWholeDifferences(t *testing.T) {
	const h = 1e-6
	for cell := range cells {
		s := whole(cell)
		s.Layers = 2
		n, g := openWhole[float64](t, s, 4, true)
		g.Dropout(3, 7)
		for i, p := range n.Params {
			run(t, g)
			want := slices.Clone(g.Gradient(i))
			for j := 0; j < len(p.Values); j += 1 + len(p.Values)/20 {
				was := p.Values[j]
				p.Values[j] = was + h
				up := run(t, g)
				p.Values[j] = was - h
				down := run(t, g)
				p.Values[j] = was
				if got := (up - down) / (2 * h); math.Abs(got-want[j]) > 1e-8 {
					t.Errorf("%s: gradient of %s[%d] is %v, central differences give %v", cell, p.Name, j, want[j], got)
				}
			}
		}
		first := run(t, g)
		g.Dropout(3, 8)
		if other := run(t, g); other == first {
			t.Errorf("%s: another dropout mask gives the same loss", cell)
		}
	}
}

// TestWholeOfData: no gradient is made of x and z, which are data.
func TestWholeOfData(t *testing.T) {
	n, _ := open[float32](t, whole("gru"), 3, true)
	dot, err := n.DOT(3, 6, true)
	if err != nil {
		t.Fatal(err)
	}
	for _, view := range []string{"view encoder x", "view head x2", "view head x3"} {
		if strings.Contains(string(dot), view) {
			t.Errorf("the graph has the gradient %q", view)
		}
	}
	for _, want := range []string{"linear encoder", "dropout head", "linear head", "pinball loss", "view head x\\n", "view head weight2"} {
		if !strings.Contains(string(dot), want) {
			t.Errorf("the drawing lacks %q", want)
		}
	}
	if nodes, _ := n.Nodes(3, 6); nodes > 45 {
		t.Errorf("the graph has %d nodes, want at most 45", nodes)
	}
}

// TestWholeAllocations is TestAllocations for the network of many series.
func TestWholeAllocations(t *testing.T) {
	s := whole("gru")
	s.Threads, s.HeadDropout = 1, 0
	n, g := openWhole[float32](t, s, 32, true)
	run(t, g)
	count, _ := n.Nodes(32, 6)
	if got := testing.AllocsPerRun(20, func() { run(t, g) }); got > 6*float64(count) {
		t.Errorf("a step makes %v allocations for %d nodes, want at most 6 a node", got, count)
	}
}

// TestWholePrimitive: the unrolled layer gives what the fused one gives.
func TestWholePrimitive(t *testing.T) {
	for cell := range cells {
		s := whole(cell)
		_, fused := openWhole[float64](t, s, 4, true)
		s.Implementation = "primitive"
		n, primitive := openWhole[float64](t, s, 4, true)
		if a, b := run(t, fused), run(t, primitive); math.Abs(a-b) > 1e-13 {
			t.Errorf("%s: loss is %v fused and %v primitive", cell, a, b)
		}
		for i, p := range n.Params {
			for j, v := range primitive.Gradient(i) {
				if d := math.Abs(v - fused.Gradient(i)[j]); d > 1e-12 {
					t.Fatalf("%s: gradient of %s[%d] is %v primitive and %v fused", cell, p.Name, j, v, fused.Gradient(i)[j])
				}
			}
		}
	}
}

func TestWholeErrors(t *testing.T) {
	tests := map[string]struct {
		change func(s *Spec)
		want   string
	}{
		"path":           {func(s *Spec) { s.LinearPath = "long" }, `models: unknown linear_path "long"`},
		"head dropout":   {func(s *Spec) { s.HeadDropout = 1 }, `models: head_dropout is 1`},
		"encoder":        {func(s *Spec) { s.EncoderSize = -1 }, `encoder_size, extra, window are -1, 11, 9`},
		"window":         {func(s *Spec) { s.Window = 12 }, `encoder_size, extra, window are 4, 11, 12`},
		"every":          {func(s *Spec) { s.Head = "every" }, `head every with 11 extra values and 3 quantiles`},
		"quantiles":      {func(s *Spec) { s.Loss = "mse" }, `loss mse and 12 outputs with 3 quantiles`},
		"no quantiles":   {func(s *Spec) { s.Quantiles = nil }, `loss pinball and 12 outputs with 0 quantiles`},
		"not a multiple": {func(s *Spec) { s.Outputs = 10 }, `loss pinball and 10 outputs with 3 quantiles`},
	}
	for name, tt := range tests {
		s := whole("gru")
		tt.change(&s)
		if _, err := New[float32](s); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", name, err, tt.want)
		}
	}
}
