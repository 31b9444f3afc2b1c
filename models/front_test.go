package models

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
)

// fronted is a network with two convolutions: 20 steps become 10, then 4.
func fronted(cell string) Spec {
	s := small(cell)
	s.Steps, s.Dropout = 20, 0
	s.Front = []configs.Layer{
		{Conv: configs.Conv{Channels: 6, Width: 5, Stride: 2, Padding: "same", Norm: "layer", Activation: "tanh"}},
		{Conv: configs.Conv{Channels: 4, Width: 3, Padding: "valid", Activation: "relu", Pool: configs.Pool{Kind: "max", Width: 2}}},
	}
	return s
}

// TestFrontNetwork: the fused network and the one of primitive nodes agree, with rows of several lengths, and the loss
// falls along the gradient as the gradient says.
func TestFrontNetwork(t *testing.T) {
	for cell := range cells {
		for _, encoder := range []int{0, 3} {
			var graphs [2]*Graph[float64]
			var nets [2]*Network[float64]
			for i := range graphs {
				s := fronted(cell)
				s.EncoderSize = encoder
				s.Implementation = []string{"fused", "primitive"}[i]
				nets[i], graphs[i] = open[float64](t, s, 4, true)
				copy(graphs[i].Lengths, []int{20, 13, 20, 8})
			}
			a, b := run(t, graphs[0]), run(t, graphs[1])
			if math.Abs(a-b) > 1e-12 {
				t.Errorf("%s: loss is %v fused and %v primitive", cell, a, b)
			}
			for i, p := range nets[0].Params {
				got, want := graphs[0].Gradient(i), graphs[1].Gradient(i)
				for j := range want {
					if !(math.Abs(got[j]-want[j]) <= 1e-10) {
						t.Fatalf("%s: gradient of %s[%d] is %v fused and %v primitive", cell, p.Name, j, got[j], want[j])
					}
				}
				const h = 1e-5
				j := len(want) / 2
				slope := got[j]
				p.Values[j] += h
				up := run(t, graphs[0])
				p.Values[j] -= 2 * h
				down := run(t, graphs[0])
				p.Values[j] += h
				run(t, graphs[0])
				if want := (up - down) / (2 * h); math.Abs(slope-want) > 1e-7 {
					t.Errorf("%s: gradient of %s[%d] is %v, central differences give %v", cell, p.Name, j, slope, want)
				}
			}
		}
	}
}

// TestFrontShapes: names and shapes are PyTorch's, weights start as those of its Conv1d, and the table counts steps.
func TestFrontShapes(t *testing.T) {
	s := fronted("lstm")
	n, err := New[float32](s)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	for name, shape := range map[string][]int{
		"front.0.weight": {6, 3, 5}, "front.0.bias": {6}, "front.0.norm.weight": {6}, "front.0.norm.bias": {6},
		"front.1.weight": {4, 6, 3}, "front.1.bias": {4}, "rnn.weight_ih_l0": {20, 4},
	} {
		if p := n.Param(name); p == nil || !slices.Equal(p.Shape, shape) {
			t.Errorf("%s is %v, want %v", name, p, shape)
		}
	}
	for name, bound := range map[string]float64{"front.0.weight": 1 / math.Sqrt(15), "front.0.bias": 1 / math.Sqrt(15), "front.1.weight": 1 / math.Sqrt(18)} {
		most := 0.0
		for _, v := range n.Param(name).Values {
			most = max(most, math.Abs(float64(v)))
		}
		if most > bound || most < bound/3 {
			t.Errorf("%s reaches %g, want close below %g", name, most, bound)
		}
	}
	if w := n.Param("front.0.norm.weight").Values; w[0] != 1 || w[5] != 1 {
		t.Errorf("the gain of a norm starts at %v, want 1", w)
	}
	want := []LayerRow{
		{Name: "front.0", Kind: "conv, width 5, stride 2, same, layer norm, tanh", Output: []int{10, 6}, Parameters: 6*3*5 + 18},
		{Name: "front.1", Kind: "conv, width 3, valid, relu, max pool 2", Output: []int{4, 4}, Parameters: 4*6*3 + 4},
		{Name: "rnn.l0", Kind: "lstm, both directions", Output: []int{4, 10}, Parameters: 2 * (20*4 + 20*5 + 40)},
	}
	if d := cmp.Diff(want, n.Spec.Table()[1:4]); d != "" {
		t.Error(d)
	}
	total := 0
	for _, r := range n.Spec.Table() {
		total += r.Parameters
	}
	if total != n.Spec.Parameters() {
		t.Errorf("the table counts %d parameters, the network %d", total, n.Spec.Parameters())
	}
	every := n.Spec
	every.Head = "every"
	if rows := every.Table(); rows[len(rows)-1].Output[0] != 4 {
		t.Errorf("a head at every step has %v outputs, want 4 steps, those that the front leaves", rows[len(rows)-1].Output)
	}
	wide := n.Spec
	wide.Front = slices.Clone(wide.Front)
	wide.Front[0].Conv.Channels += 100
	if grown, least := wide.Memory(32, 100, 1, true)-n.Spec.Memory(32, 100, 1, true), int64(4*32*100*10*2); grown < least {
		t.Errorf("100 channels more take %d bytes more, want %d at least", grown, least)
	}
	long := n.Spec
	long.Front = slices.Clone(long.Front)
	long.Front[0].Conv.Dilation = 1000
	if grown, least := long.Memory(32, 20, 2, true)-n.Spec.Memory(32, 20, 2, true), int64(4*32*4*999*3); grown < least {
		t.Errorf("4000 steps of padding more take %d bytes more, want %d at least", grown, least)
	}
}

// TestFrontErrors: a row or a network that leaves no step is refused with the layer, the steps and the key.
func TestFrontErrors(t *testing.T) {
	_, g := open[float32](t, fronted("gru"), 4, true)
	g.Lengths[2] = 6
	if _, err := g.Run(); err == nil || !strings.Contains(err.Error(), "row 2 of the batch: model.front[1].conv leaves no step: 3 of the 6 steps of the sequence come in, and it wants 4") {
		t.Errorf("got %v", err)
	}
	for want, change := range map[string]func(s *Spec){
		"model.front[1].conv leaves no step":        func(s *Spec) { s.Steps = 6 },
		"channels, width, pool.width are 0":         func(s *Spec) { s.Front[0].Conv.Channels = 0 },
		`unknown word among padding "full"`:         func(s *Spec) { s.Front[0].Conv.Padding = "full" },
		"head every with a front that does not":     func(s *Spec) { s.Head, s.Bidirectional = "every", false },
		"gelu has no primitive nodes, want another": func(s *Spec) { s.Implementation, s.Front[0].Conv.Activation = "primitive", "gelu" },
	} {
		s := fronted("gru")
		change(&s)
		n, err := New[float32](s)
		if err == nil {
			_, err = n.Graph(2, s.Steps, true)
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// TestFrontThreads: any number of threads gives the same bits.
func TestFrontThreads(t *testing.T) {
	var want [][]float32
	for _, threads := range []int{1, 2, 3} {
		s := fronted("lstm")
		s.Threads, s.HiddenSize, s.Front[0].Conv.Channels, s.Front[1].Conv.Channels = threads, 40, 48, 48
		_, g := open[float32](t, s, 100, true)
		run(t, g)
		if got := results(g); want == nil {
			want = got
		} else if d := cmp.Diff(fmt.Sprint(want), fmt.Sprint(got)); d != "" {
			t.Errorf("%d threads: %s", threads, d)
		}
	}
}

// batchNormed is fronted with norms over the batch.
func batchNormed(cell string) Spec {
	s := fronted(cell)
	for i := range s.Front {
		s.Front[i].Conv.Norm = "batch"
	}
	s.Front[1].Conv.Activation = "gelu"
	return s
}

// TestBatchNormNetwork: with rows of several lengths the loss falls along the gradient as the gradient says; the running moments have no
// gradient, follow when they are told, and are what evaluation reads.
func TestBatchNormNetwork(t *testing.T) {
	for cell := range cells {
		n, g := open[float64](t, batchNormed(cell), 4, true)
		copy(g.Lengths, []int{20, 13, 20, 8})
		learned := len(n.Params) - 4
		if run(t, g); len(g.Grads) != learned {
			t.Fatalf("%d of %d parameters have a gradient, want %d", len(g.Grads), len(n.Params), learned)
		}
		for i, p := range n.Params[:learned] {
			const h = 1e-5
			j := len(p.Values) / 2
			slope := g.Gradient(i)[j]
			p.Values[j] += h
			up := run(t, g)
			p.Values[j] -= 2 * h
			down := run(t, g)
			p.Values[j] += h
			run(t, g)
			if want := (up - down) / (2 * h); math.Abs(slope-want) > 1e-7 {
				t.Errorf("%s: gradient of %s[%d] is %v, central differences give %v", cell, p.Name, j, slope, want)
			}
		}
		fresh := slices.Clone(n.Param("front.0.norm.running_var").Values)
		if fresh[0] != 1 || n.Param("front.0.norm.running_mean").Values[0] != 0 {
			t.Errorf("running moments start at %v, or follow untold", fresh)
		}
		check, err := n.Graph(4, 20, false)
		if err != nil {
			t.Fatal(err)
		}
		copy(check.X, g.X)
		copy(check.Y, g.Y)
		copy(check.Lengths, g.Lengths)
		before := run(t, check)
		for range 300 { // to the moments of this one batch
			run(t, g)
			g.Follow()
			check.Follow()
		}
		if after, want := run(t, check), run(t, g); math.Abs(after-want) > 0.05*want || math.Abs(after-want) > math.Abs(before-want)/4 {
			t.Errorf("%s: evaluation has the loss %v before the running moments follow, then %v, training %v", cell, before, after, want)
		}
		sum := 0
		for _, r := range n.Spec.Table() {
			sum += r.Parameters
		}
		if sum != n.Spec.Parameters() {
			t.Errorf("the table counts %d parameters, the network %d", sum, n.Spec.Parameters())
		}
	}
}
