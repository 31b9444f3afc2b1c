package models

import (
	"flag"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
)

var update = flag.Bool("update", false, "write the golden files")

func TestParamShapes(t *testing.T) {
	s := small("gru")
	s.InitialState = "learned"
	var got []ParamShape
	for _, p := range s.ParamShapes() {
		if strings.HasSuffix(p.Name, "_l1_reverse") || !strings.Contains(p.Name, "_l") {
			got = append(got, p)
		}
	}
	want := []ParamShape{
		{"rnn.weight_ih_l1_reverse", []int{15, 10}},
		{"rnn.weight_hh_l1_reverse", []int{15, 5}},
		{"rnn.bias_ih_l1_reverse", []int{15}},
		{"rnn.bias_hh_l1_reverse", []int{15}},
		{"head.weight", []int{2, 10}},
		{"head.bias", []int{2}},
		{"rnn.h0", []int{4, 5}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	n, err := New[float32](s)
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, p := range n.Params {
		if n.Param(p.Name) != p {
			t.Errorf("Param(%q) is another", p.Name)
		}
		total += len(p.Values)
	}
	if s.Parameters() != total || n.Param("rnn.c0") != nil {
		t.Errorf("Parameters is %d, want %d", s.Parameters(), total)
	}
}

func TestTable(t *testing.T) {
	s := small("lstm")
	s.InitialState = "learned"
	want := []LayerRow{
		{"x", "input", []int{6, 3}, 0},
		{"rnn.l0", "lstm, both directions", []int{6, 10}, 2*(4*5*(3+5)+8*5) + 2*2*5},
		{"dropout.l0", "dropout 0.4", []int{6, 10}, 0},
		{"rnn.l1", "lstm, both directions", []int{10}, 2*(4*5*(10+5)+8*5) + 2*2*5},
		{"head", "linear, identity", []int{2}, 22},
	}
	got := s.Table()
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	total := 0
	for _, r := range got {
		total += r.Parameters
	}
	if total != s.Parameters() {
		t.Errorf("the rows add up to %d parameters, want %d", total, s.Parameters())
	}
	if one, two := s.Memory(8, 24, 1, true), s.Memory(16, 24, 1, true); two <= one || two > 2*one {
		t.Errorf("memory is %d for 8 rows and %d for 16", one, two)
	}
}

func TestDOT(t *testing.T) {
	n, err := New[float32](Spec{Model: configs.Model{Cell: "lstm", HiddenSize: 3}, Steps: 4, Inputs: 2, Outputs: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	got, err := n.DOT(5, 4, true)
	if err != nil {
		t.Fatal(err)
	}
	const path = "testdata/lstm.dot"
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s differs (-update writes it):\n%s", path, d)
	}
	if nodes, _ := n.Nodes(5, 4); nodes > 40 || strings.Count(string(got), "label=") != nodes {
		t.Errorf("the graph has %d nodes, want at most 40, and the drawing as many", nodes)
	}
}

func TestInitialise(t *testing.T) {
	one := 1.0
	s := Spec{Model: configs.Model{Cell: "lstm", HiddenSize: 8, ForgetBias: &one}, Steps: 4, Inputs: 2, Outputs: 1, Seed: 5}
	values := func(change func(*Spec), name string) []float64 {
		t.Helper()
		s := s
		change(&s)
		n, err := New[float64](s)
		if err != nil {
			t.Fatal(err)
		}
		defer n.Close()
		return n.Param(name).Values
	}
	same := func(*Spec) {}
	within := func(what string, x []float64, bound float64) {
		t.Helper()
		largest := 0.0
		for _, v := range x {
			largest = max(largest, math.Abs(v))
		}
		if largest > bound || largest < bound/2 {
			t.Errorf("%s: the largest is %v, want just below %v", what, largest, bound)
		}
	}
	within("weight ih", values(same, "rnn.weight_ih_l0"), 1/math.Sqrt(8))
	within("bias", values(func(s *Spec) { s.ForgetBias = nil }, "rnn.bias_hh_l0"), 1/math.Sqrt(8))
	within("head", values(same, "head.weight"), 1/math.Sqrt(8))
	within("xavier", values(func(s *Spec) { s.Init = "xavier" }, "rnn.weight_hh_l0"), math.Sqrt(6.0/16))
	ih, hh := values(same, "rnn.bias_ih_l0"), values(same, "rnn.bias_hh_l0")
	for j := 8; j < 16; j++ {
		if ih[j] != 1 || hh[j] != 0 {
			t.Errorf("forget biases of unit %d are %v and %v, want 1 and 0", j-8, ih[j], hh[j])
		}
	}
	if w := values(func(s *Spec) { s.Cell, s.Init = "elman", "identity" }, "rnn.weight_hh_l0"); w[0] != 1 || w[1] != 0 || w[9] != 1 {
		t.Errorf("identity starts with %v", w[:10])
	}
	w := values(func(s *Spec) { s.Init = "orthogonal" }, "rnn.weight_hh_l0")
	for g := range 4 {
		product := 0.0
		for j := range 8 {
			product += w[g*64+j] * w[g*64+8+j]
		}
		if math.Abs(product) > 1e-14 {
			t.Errorf("gate %d: the first two rows have the product %v", g, product)
		}
	}
	if a, b := values(same, "head.weight"), values(func(s *Spec) { s.Seed = 6 }, "head.weight"); slices.Equal(a, b) {
		t.Error("two seeds start alike")
	}
	if a, b := values(same, "rnn.weight_hh_l0"), values(func(s *Spec) { s.Layers, s.Outputs = 3, 7 }, "rnn.weight_hh_l0"); !slices.Equal(a, b) {
		t.Error("a layer more changes the first one's start")
	}
}
