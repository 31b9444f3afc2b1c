package predict

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/data/series"
	"recur/models"
)

// variants are the networks whose prediction must equal the graph's.
var variants = []configs.Model{
	{Cell: "elman", HiddenSize: 5, Layers: 1, Head: "last", Elman: configs.Elman{Nonlinearity: "tanh"}},
	{Cell: "elman", HiddenSize: 17, Layers: 2, Head: "last", Elman: configs.Elman{Nonlinearity: "relu"}},
	{Cell: "lstm", HiddenSize: 16, Layers: 1, Head: "last"},
	{Cell: "lstm", HiddenSize: 9, Layers: 3, Head: "last", Output: "tanh"},
	{Cell: "lstm", HiddenSize: 6, Layers: 2, Head: "last", Bidirectional: true},
	{Cell: "lstm", HiddenSize: 7, Layers: 2, Head: "every"},
	{Cell: "gru", HiddenSize: 31, Layers: 1, Head: "last", InitialState: "learned"},
	{Cell: "lstm", HiddenSize: 4, Layers: 2, Head: "last", InitialState: "learned", Bidirectional: true},
	{Cell: "gru", HiddenSize: 8, Layers: 3, Head: "last", Bidirectional: true},
	{Cell: "gru", HiddenSize: 8, Layers: 2, Head: "last", EncoderSize: 5, HeadDropout: 0.2},
	{Cell: "elman", HiddenSize: 9, Layers: 1, Head: "last", Elman: configs.Elman{Nonlinearity: "tanh"}, LayerNorm: true},
	{Cell: "lstm", HiddenSize: 9, Layers: 2, Head: "last", Bidirectional: true, LayerNorm: true, RecurrentDropout: .3},
	{Cell: "lstm", HiddenSize: 9, Layers: 2, Head: "every", LayerNorm: true},
	{Cell: "gru", HiddenSize: 9, Layers: 2, Head: "every", LayerNorm: true},
	{Cell: "elman", HiddenSize: 8, Layers: 1, Head: "last", Elman: configs.Elman{Nonlinearity: "tanh"}, Quantiles: []float64{0.1, 0.5, 0.9}},
	{Cell: "lstm", HiddenSize: 8, Layers: 2, Head: "every", Front: []configs.Layer{conv(9, 3, 1, "causal", "layer", "relu"), conv(5, 2, 3, "causal", "none", "gelu")}},
	{Cell: "gru", HiddenSize: 8, Layers: 1, Head: "last", EncoderSize: 4, Front: []configs.Layer{conv(17, 5, 1, "causal", "layer", "tanh"), conv(3, 1, 1, "valid", "none", "identity")}},
	{Cell: "gru", HiddenSize: 8, Layers: 1, Head: "every", Front: []configs.Layer{conv(17, 5, 1, "causal", "batch", "gelu"), conv(3, 1, 1, "valid", "batch", "identity")}},
	{Cell: "gru", HiddenSize: 8, Layers: 2, Head: "last", Bidirectional: true, Front: []configs.Layer{strided("max"), conv(4, 2, 1, "valid", "batch", "sigmoid")}},
	{Cell: "lstm", HiddenSize: 8, Layers: 1, Head: "last", Bidirectional: true, InitialState: "learned", Front: []configs.Layer{strided("mean")}},
}

// conv is a convolution of model.front.
func conv(channels, width, dilation int, padding, norm, activation string) configs.Layer {
	return configs.Layer{Conv: configs.Conv{Channels: channels, Width: width, Stride: 1, Dilation: dilation, Padding: padding, Norm: norm, Activation: activation}}
}

// strided is one that keeps fewer steps than it reads.
func strided(pool string) configs.Layer {
	l := conv(6, 3, 1, "same", "layer", "relu")
	l.Conv.Stride, l.Conv.Pool = 2, configs.Pool{Kind: pool, Width: 2, Stride: 1}
	return l
}

// wholes are networks of recipe global: patches as steps, z beside the window.
var wholes = []struct {
	model                 configs.Model
	window, inputs, extra int
}{
	{configs.Model{Cell: "gru", HiddenSize: 8, Layers: 1, Head: "last", EncoderSize: 5, LinearPath: "ridge", Quantiles: []float64{0.1, 0.5, 0.9}}, 21, 6, 28},
	{configs.Model{Cell: "lstm", HiddenSize: 6, Layers: 2, Head: "last", Bidirectional: true, EncoderSize: 3, LinearPath: "zero"}, 21, 3, 21},
	{configs.Model{Cell: "elman", HiddenSize: 7, Layers: 1, Head: "last", Elman: configs.Elman{Nonlinearity: "tanh"}, LinearPath: "none", Quantiles: []float64{0.5}}, 14, 2, 19},
	{configs.Model{Cell: "lstm", HiddenSize: 7, Layers: 1, Head: "last", LinearPath: "none"}, 14, 2, 0},
	{configs.Model{Cell: "gru", HiddenSize: 8, Layers: 1, Head: "last", Front: []configs.Layer{strided("max")}, LinearPath: "ridge", Quantiles: []float64{0.1, 0.5, 0.9}}, 21, 6, 28},
}

func name(m configs.Model) string {
	return fmt.Sprintf("%s-%d-layers=%d-%s-bi=%t-%s", m.Cell, m.HiddenSize, m.Layers, m.Head, m.Bidirectional, m.InitialState) +
		fmt.Sprintf("-encoder=%d-linear=%s-quantiles=%d-front=%v", m.EncoderSize, m.LinearPath, len(m.Quantiles), m.Front)
}

// opened makes a network with seeded weights and the predictor of the same weights.
func opened(t *testing.T, m configs.Model, steps, targets, covariates, horizon int) (*models.Network[float32], *Model) {
	t.Helper()
	c := configs.Default("forecast")
	c.Model, c.Data.Horizon, c.Data.Window = m, horizon, steps
	return openedAs(t, c, steps, targets+covariates, 0, targets, covariates)
}

// openedAs makes the network of a config.
func openedAs(t *testing.T, c *configs.Config, steps, inputs, extra, targets, covariates int) (*models.Network[float32], *Model) {
	t.Helper()
	var state checkpoint.Data
	for range targets {
		state.Targets = append(state.Targets, fmt.Sprintf("y%d", len(state.Targets)))
	}
	for range covariates {
		state.Covariates = append(state.Covariates, fmt.Sprintf("x%d", len(state.Covariates)))
	}
	return openedNames(t, c, steps, inputs, extra, state, nil, 0)
}

// openedNames makes the network of a config with columns of names, of which so many numbers are ahead in z. state has the
// names of the columns; without targets there is one.
func openedNames(t *testing.T, c *configs.Config, steps, inputs, extra int, state checkpoint.Data, names []models.Category, ahead int) (*models.Network[float32], *Model) {
	t.Helper()
	if state.Targets == nil {
		state.Targets = []string{"y"}
	}
	m := &c.Model
	m.DType, m.Implementation, m.Init = "float32", "fused", "pytorch"
	switch {
	case m.Likelihood():
		c.Train.Loss = "nll"
	case len(m.Quantiles) > 0:
		c.Train.Loss = "pinball"
	}
	spec := models.SpecOf(c, steps, inputs, c.Data.Horizon*len(state.Targets)*outputsOf(*m), extra)
	spec.Categories, spec.AheadNames = names, ahead
	n, err := models.New[float32](spec)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.Close)
	k := &checkpoint.Checkpoint{Config: c, Data: state}
	for i, p := range n.Params {
		// Zeros at first: give them something to be wrong about.
		if p.Name == "rnn.h0" || p.Name == "rnn.c0" || p.Name == "linear.weight" || strings.Contains(p.Name, "running_mean") || n.Param("linear.weight") != nil && p.Name == "head.weight" {
			for j := range p.Values {
				p.Values[j] = float32(math.Sin(float64(i + 3*j)))
			}
		}
		k.Weights = append(k.Weights, checkpoint.FromFloats(p.Name, p.Shape, p.Values))
	}
	one := checkpoint.SeriesState{Scaler: data.Scaler{Kind: "none"}}
	for i := range state.Columns() {
		one.Scaler.Offset = append(one.Scaler.Offset, 0.5+float64(i))
		one.Scaler.Scale = append(one.Scaler.Scale, 2+float64(i))
	}
	k.Data.Series = []checkpoint.SeriesState{one}
	p, err := Open(k, 2)
	if err != nil {
		t.Fatal(err)
	}
	return n, p
}

// TestForwardEqualsGraph: the kernels on plain slices give the numbers of the expression graph, twice in a row.
func TestForwardEqualsGraph(t *testing.T) {
	const steps, batch, targets, covariates, horizon = 7, 19, 2, 1, 3
	for _, m := range variants {
		t.Run(name(m), func(t *testing.T) {
			n, p := opened(t, m, steps, targets, covariates, horizon)
			g, err := n.Graph(batch, steps, false)
			if err != nil {
				t.Fatal(err)
			}
			for round := range 2 {
				for i := range g.X {
					g.X[i] = float32(math.Cos(float64(i + round)))
				}
				if _, err := g.Run(); err != nil {
					t.Fatal(err)
				}
				got, err := p.Forward(g.X, g.Z, batch, steps)
				if err != nil {
					t.Fatal(err)
				}
				equals(t, round, got, g.Pred[len(g.Pred)-len(got):]) // the last step of head: every
			}
		})
	}
}

// TestNamesEqualGraph: names in the rows of patches and ahead become the same numbers as in the graph, also numbers that are
// no names; what the config calls names and the state of the data does not know is refused.
func TestNamesEqualGraph(t *testing.T) {
	const steps, batch, horizon, inputs = 7, 19, 3, 15 // 3 rows a patch: 3 amounts and 2 names
	for _, tt := range []struct {
		model         configs.Model
		amounts       int // of z, after the window
		future, known []string
	}{
		{configs.Model{Cell: "gru", EncoderSize: 5, LinearPath: "ridge", Quantiles: []float64{0.1, 0.5, 0.9}}, 6, []string{"g"}, []string{"w"}},
		{configs.Model{Cell: "lstm", LinearPath: "ridge"}, 0, []string{"g"}, []string{"w"}},
		{configs.Model{Cell: "elman", Elman: configs.Elman{Nonlinearity: "tanh"}, LinearPath: "none"}, 6, []string{"f", "g"}, []string{"x", "w"}},
		{configs.Model{Cell: "gru", EncoderSize: 2, LinearPath: "none"}, 0, nil, []string{"w", "g"}},
		{configs.Model{Cell: "gru", LinearPath: "none"}, 0, []string{"g", "w"}, nil},
		{configs.Model{Cell: "gru", LinearPath: "none", Front: []configs.Layer{strided("max")}}, 0, []string{"g", "w"}, nil},
	} {
		m := tt.model
		m.HiddenSize, m.Layers, m.Head, m.Patch, m.EmbeddingSize = 8, 1, "last", 3, 4
		t.Run(fmt.Sprint(name(m), tt.known, tt.future), func(t *testing.T) {
			c := configs.Default("forecast")
			c.Recipe, c.Model, c.Data.Horizon, c.Data.Window, c.Data.Categorical = "global", m, horizon, 21, []string{"w", "g"}
			state := checkpoint.Data{Covariates: tt.known, Future: tt.future, Local: &series.LocalState{
				Categories: map[string][]string{"w": {"a", "b", "c"}, "g": {"a"}},
			}}
			var columns []models.Category
			ahead := 0
			for i, list := range [][]string{tt.known, tt.future} {
				for _, column := range list {
					if known := state.Local.Categories[column]; known != nil {
						columns = append(columns, models.Category{Column: column, Names: len(known), Ahead: i == 1})
						ahead += i * horizon
					}
				}
			}
			n, p := openedNames(t, c, steps, inputs, 21+tt.amounts+ahead, state, columns, ahead)
			g, err := n.Graph(batch, steps, false)
			if err != nil {
				t.Fatal(err)
			}
			for round := range 2 {
				for i := range g.X {
					if g.X[i] = float32(math.Cos(float64(i + round))); i%5 > 2 {
						g.X[i] = float32((i*i + round) % 5)
					}
				}
				for i := range g.Z {
					if g.Z[i] = float32(math.Sin(float64(2*i + round))); i%n.Spec.Extra >= n.Spec.Extra-ahead {
						g.Z[i] = float32((i + round) % 5)
					}
				}
				if _, err := g.Run(); err != nil {
					t.Fatal(err)
				}
				z := g.Z
				if ahead+tt.amounts == 0 { // without a linear path nothing reads z
					z = nil
				}
				got, err := p.Forward(g.X, z, batch, steps)
				if err != nil {
					t.Fatal(err)
				}
				equals(t, round, got, g.Pred)
			}
			k := &checkpoint.Checkpoint{Config: c, Data: p.State}
			k.Data.Local = &series.LocalState{Categories: map[string][]string{"w": {"a"}}}
			if _, err := Open(k, 1); err == nil || !strings.Contains(err.Error(), `names of the column "g"`) {
				t.Errorf("names that are not there: %v", err)
			}
		})
	}
}

func equals(t *testing.T, round int, got, want []float32) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d outputs, the graph gives %d", len(got), len(want))
	}
	for i := range want {
		// Sums of up to 50 numbers of size 1 in float32; their order is the same but for the head's.
		if d := math.Abs(float64(got[i] - want[i])); d > 1e-6 {
			t.Fatalf("round %d: output %d is %v, the graph gives %v", round, i, got[i], want[i])
		}
	}
}

// TestWholeEqualsGraph is TestForwardEqualsGraph for networks of recipe global, whose sizes are read off the weights.
func TestWholeEqualsGraph(t *testing.T) {
	const steps, batch, horizon = 7, 19, 3
	for _, w := range wholes {
		t.Run(name(w.model), func(t *testing.T) {
			c := configs.Default("forecast")
			c.Recipe, c.Model, c.Data.Horizon, c.Data.Window = "global", w.model, horizon, w.window
			n, p := openedAs(t, c, steps, w.inputs, w.extra, 1, 0)
			g, err := n.Graph(batch, steps, false)
			if err != nil {
				t.Fatal(err)
			}
			for round := range 2 {
				for i := range g.X {
					g.X[i] = float32(math.Cos(float64(i + round)))
				}
				for i := range g.Z {
					g.Z[i] = float32(math.Sin(float64(2*i + round)))
				}
				if _, err := g.Run(); err != nil {
					t.Fatal(err)
				}
				got, err := p.Forward(g.X, g.Z, batch, steps)
				if err != nil {
					t.Fatal(err)
				}
				equals(t, round, got, g.Pred)
			}
			if _, err := p.Forward(g.X, make([]float32, 1), batch, steps); err == nil {
				t.Error("a z of one value is taken")
			}
			if _, err := p.Stream(""); err == nil {
				t.Error("a network of recipe global streams")
			}
		})
	}
}

// TestStreamEqualsWindow: row by row with carried state gives what the whole window gives.
func TestStreamEqualsWindow(t *testing.T) {
	const steps, targets, covariates, horizon = 11, 2, 1, 3
	for _, m := range variants {
		if m.Bidirectional {
			continue
		}
		t.Run(name(m), func(t *testing.T) {
			_, p := opened(t, m, steps, targets, covariates, horizon)
			p.Config.Data.Center = "none"
			s, err := p.Stream("")
			if err != nil {
				t.Fatal(err)
			}
			for round := range 2 {
				s.Reset()
				x := make([]float32, steps*(targets+covariates))
				var out []float64
				for step := range steps {
					row := make([]float64, targets+covariates)
					for i := range row {
						x[step*len(row)+i] = float32(math.Sin(float64(step*7 + i + round)))
						row[i] = float64(x[step*len(row)+i])*(2+float64(i)) + 0.5 + float64(i)
					}
					if out, err = s.Step(row); err != nil {
						t.Fatal(err)
					}
				}
				want, err := p.Forward(x, nil, 1, steps)
				if err != nil {
					t.Fatal(err)
				}
				q := max(1, len(m.Quantiles))
				for at := 0; at < len(want); at += q {
					slices.Sort(want[at : at+q])
				}
				for i, v := range want {
					k := float64(i / q % targets)
					if got := (out[i] - 0.5 - k) / (2 + k); math.Abs(got-float64(v)) > 1e-5 {
						t.Errorf("round %d: output %d is %v, the window gives %v", round, i, got, v)
					}
				}
			}
		})
	}
}

func TestStreamRefuses(t *testing.T) {
	_, p := opened(t, variants[4], 4, 1, 0, 1)
	p.Config.Data.Center = "none"
	if _, err := p.Stream(""); err == nil {
		t.Error("a bidirectional network streams")
	}
	m := variants[0]
	m.Front = []configs.Layer{strided("max")}
	_, p = opened(t, m, 4, 1, 0, 1)
	p.Config.Data.Center = "none"
	if _, err := p.Stream(""); err == nil || !strings.Contains(err.Error(), "padding: causal") {
		t.Errorf("a strided convolution streams: %v", err)
	}
	_, p = opened(t, variants[0], 4, 1, 0, 1)
	p.Config.Data.Center = "last"
	if _, err := p.Stream(""); err == nil {
		t.Error("a centred network streams")
	}
	p.Config.Data.Center = "none"
	if _, err := p.Stream("nobody"); err == nil {
		t.Error("an unknown series streams")
	}
	s, err := p.Stream("")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range [][]float64{{}, {1, 2}, {math.NaN()}, {math.Inf(1)}} {
		if _, err := s.Step(row); err == nil {
			t.Errorf("row %v is taken", row)
		}
	}
}

// TestMisfit: weights that are not those of the config are named, not run.
func TestMisfit(t *testing.T) {
	_, p := opened(t, variants[2], 4, 1, 0, 1)
	k := &checkpoint.Checkpoint{Config: p.Config, Data: p.State}
	if _, err := Open(k, 1); err == nil {
		t.Error("a network without weights opens")
	}
}

// TestMisfitOfWhole: weights of recipe global whose shapes do not go together are refused by the tensor's name.
func TestMisfitOfWhole(t *testing.T) {
	w := wholes[0]
	c := configs.Default("forecast")
	c.Recipe, c.Model, c.Data.Horizon, c.Data.Window = "global", w.model, 3, w.window
	n, p := openedAs(t, c, 7, w.inputs, w.extra, 1, 0)
	for _, tt := range []struct {
		tensor string
		shape  []int
		want   string
	}{
		{"encoder.weight", nil, "encoder.weight"},
		{"encoder.weight", []int{5, 1 << 40}, "encoder.weight"},
		{"encoder.weight", []int{6, 5}, "encoder.weight"},
		{"head.weight", []int{9, 8}, "head.weight"},
		{"linear.weight", []int{9, 29}, "head.weight"},
		{"linear.weight", []int{8, 28}, "linear.weight"},
		{"rnn.bias_hh_l0", []int{23}, "rnn.bias_hh_l0"},
	} {
		k := &checkpoint.Checkpoint{Config: c, Data: p.State}
		for _, q := range n.Params {
			shape, values := q.Shape, q.Values
			if q.Name == tt.tensor {
				shape = tt.shape
				size := 1
				for _, d := range shape {
					size *= d
				}
				if size < 1<<20 {
					values = make([]float32, size)
				}
			}
			tensor := checkpoint.FromFloats(q.Name, q.Shape, values)
			tensor.Shape = shape
			k.Weights = append(k.Weights, tensor)
		}
		if _, err := Open(k, 1); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s of shape %v: got %v, want an error that names %s", tt.tensor, tt.shape, err, tt.want)
		}
	}
}
