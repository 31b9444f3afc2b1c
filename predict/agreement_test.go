package predict

import (
	"fmt"
	"math"
	"testing"

	"recur/checkpoint"
	"recur/configs"
	"recur/data"
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
}

func name(m configs.Model) string {
	return fmt.Sprintf("%s-%d-layers=%d-%s-bi=%t-%s", m.Cell, m.HiddenSize, m.Layers, m.Head, m.Bidirectional, m.InitialState)
}

// opened makes a network with seeded weights and the predictor of the same weights.
func opened(t *testing.T, m configs.Model, steps, targets, covariates, horizon int) (*models.Network[float32], *Model) {
	t.Helper()
	m.DType, m.Implementation, m.Init = "float32", "fused", "pytorch"
	c := configs.Default("forecast")
	c.Model, c.Data.Horizon, c.Data.Window = m, horizon, steps
	n, err := models.New[float32](models.SpecOf(c, steps, targets+covariates, horizon*targets, 0))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.Close)
	k := &checkpoint.Checkpoint{Config: c}
	for i, p := range n.Params {
		if p.Name == "rnn.h0" || p.Name == "rnn.c0" { // zeros at first: give them something to be wrong about
			for j := range p.Values {
				p.Values[j] = float32(math.Sin(float64(i + 3*j)))
			}
		}
		k.Weights = append(k.Weights, checkpoint.FromFloats(p.Name, p.Shape, p.Values))
	}
	state := checkpoint.SeriesState{Scaler: data.Scaler{Kind: "none"}}
	for range targets {
		k.Data.Targets = append(k.Data.Targets, fmt.Sprintf("y%d", len(k.Data.Targets)))
	}
	for range covariates {
		k.Data.Covariates = append(k.Data.Covariates, fmt.Sprintf("x%d", len(k.Data.Covariates)))
	}
	for range targets + covariates {
		state.Scaler.Offset = append(state.Scaler.Offset, 0.5)
		state.Scaler.Scale = append(state.Scaler.Scale, 2)
	}
	k.Data.Series = []checkpoint.SeriesState{state}
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
				got, err := p.Forward(g.X, batch, steps)
				if err != nil {
					t.Fatal(err)
				}
				want := g.Pred[len(g.Pred)-batch*targets*horizon:] // the last step of head: every
				for i := range want {
					if d := math.Abs(float64(got[i] - want[i])); d > 1e-6 {
						t.Fatalf("round %d: output %d is %v, the graph gives %v", round, i, got[i], want[i])
					}
				}
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
						row[i] = float64(x[step*len(row)+i])*2 + 0.5
					}
					if out, err = s.Step(row); err != nil {
						t.Fatal(err)
					}
				}
				want, err := p.Forward(x, 1, steps)
				if err != nil {
					t.Fatal(err)
				}
				for i, v := range want {
					if d := math.Abs((out[i]-0.5)/2 - float64(v)); d > 1e-5 {
						t.Errorf("round %d: output %d is %v, the window gives %v", round, i, (out[i]-0.5)/2, v)
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
