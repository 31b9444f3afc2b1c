package models

import (
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gorgonia.org/gorgonia"

	"recur/configs"
	"recur/graph"
)

func small(cell string) Spec {
	return Spec{
		Model: configs.Model{Cell: cell, HiddenSize: 5, Layers: 2, Bidirectional: true, Dropout: 0.4},
		Steps: 6, Inputs: 3, Outputs: 2, Seed: 1, Threads: 2,
	}
}

func open[F graph.Float](t testing.TB, s Spec, batch int, training bool) (*Network[F], *Graph[F]) {
	t.Helper()
	n, err := New[F](s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.Close)
	g, err := n.Graph(batch, s.Steps, training)
	if err != nil {
		t.Fatal(err)
	}
	formula(1, 2, g.X)
	formula(2, 2, g.Y)
	return n, g
}

func run[F graph.Float](t testing.TB, g *Graph[F]) float64 {
	t.Helper()
	loss, err := g.Run()
	if err != nil {
		t.Fatal(err)
	}
	return loss
}

// results copies all that a run leaves.
func results[F graph.Float](g *Graph[F]) (all [][]F) {
	all = append(all, slices.Clone(g.Pred), slices.Clone(g.HN), slices.Clone(g.CN))
	for i := range g.Grads {
		all = append(all, slices.Clone(g.Gradient(i)))
	}
	return all
}

// TestRepeat runs twice without a step between: nothing may add up, and the memory stays where it is.
func TestRepeat(t *testing.T) {
	for cell := range cells {
		_, g := open[float32](t, small(cell), 4, true)
		g.Dropout(1, 1)
		first := run(t, g)
		want := results(g)
		pred, gradient := &g.Pred[0], &g.Gradient(0)[0]
		if again := run(t, g); again != first {
			t.Errorf("%s: loss is %v, then %v", cell, first, again)
		}
		if d := cmp.Diff(want, results(g)); d != "" {
			t.Errorf("%s: a second run changed the results:\n%s", cell, d)
		}
		if pred != &g.Pred[0] || gradient != &g.Gradient(0)[0] {
			t.Errorf("%s: results moved", cell)
		}
		g.Dropout(1, 2)
		if other := run(t, g); other == first {
			t.Errorf("%s: the loss is the same with another dropout mask", cell)
		}
	}
}

// TestModesTakeTurns runs training and evaluation graphs of several sizes in turn over the same weights. Evaluation has
// no dropout, so it must equal a network without any.
func TestModesTakeTurns(t *testing.T) {
	n, learning := open[float64](t, small("lstm"), 4, true)
	s := small("lstm")
	s.Dropout = 0
	plain, reference := open[float64](t, s, 4, false)
	evaluate, err := n.Graph(4, 6, false)
	if err != nil {
		t.Fatal(err)
	}
	partial, err := n.Graph(3, 6, true)
	if err != nil {
		t.Fatal(err)
	}
	copy(evaluate.X, learning.X)
	copy(evaluate.Y, learning.Y)
	copy(partial.X, learning.X)
	for step := range uint64(3) {
		for _, g := range []*Graph[float64]{learning, partial} {
			g.Dropout(9, step)
			run(t, g)
			for i, p := range n.Params {
				for j, d := range g.Gradient(i) {
					p.Values[j] -= 0.1 * d
				}
			}
		}
		for i, p := range n.Params {
			copy(plain.Params[i].Values, p.Values)
		}
		if got, want := run(t, evaluate), run(t, reference); got != want {
			t.Errorf("step %d: loss is %v, a network with the same weights gives %v", step, got, want)
		}
		if d := cmp.Diff(results(reference), results(evaluate)); d != "" {
			t.Errorf("step %d: %s", step, d)
		}
	}
	if again, _ := n.Graph(4, 6, true); again != learning {
		t.Error("the same graph was made twice")
	}
}

// TestTwoGoroutines runs a training and an evaluation graph of each of two networks at once; the race detector looks on.
func TestTwoGoroutines(t *testing.T) {
	var wait sync.WaitGroup
	for k := range 2 {
		wait.Go(func() {
			n, err := New[float32](small([]string{"lstm", "gru"}[k]))
			if err != nil {
				t.Error(err)
				return
			}
			defer n.Close()
			var inner sync.WaitGroup
			for _, training := range []bool{true, false} {
				inner.Go(func() {
					g, err := n.Graph(4, 6, training)
					for range 5 {
						if err == nil {
							_, err = g.Run()
						}
					}
					if err != nil {
						t.Error(err)
					}
				})
			}
			inner.Wait()
		})
	}
	wait.Wait()
}

// TestSmallest is one row, one step, one feature, one unit, one output, in every shape of network.
func TestSmallest(t *testing.T) {
	for cell := range cells {
		for _, head := range []string{"last", "every"} {
			for _, both := range []bool{false, true} {
				for _, implementation := range []string{"fused", "primitive"} {
					s := Spec{
						Model: configs.Model{Cell: cell, HiddenSize: 1, Layers: 2, Bidirectional: both, Head: head,
							InitialState: "learned", Implementation: implementation},
						Steps: 1, Inputs: 1, Outputs: 1,
					}
					n, g := open[float64](t, s, 1, true)
					run(t, g)
					for i, p := range n.Params {
						if len(g.Gradient(i)) != len(p.Values) {
							t.Errorf("%s %s: gradient of %s has %d values, want %d", cell, implementation, p.Name, len(g.Gradient(i)), len(p.Values))
						}
					}
				}
			}
		}
	}
}

// TestNaN lets a weight be no number: it shows in the loss and harms nothing else.
func TestNaN(t *testing.T) {
	n, g := open[float32](t, small("gru"), 2, true)
	want := run(t, g)
	p := n.Param("rnn.weight_hh_l1")
	was := p.Values[3]
	p.Values[3] = float32(math.NaN())
	if loss := run(t, g); !math.IsNaN(loss) {
		t.Errorf("loss is %v with a weight that is no number", loss)
	}
	p.Values[3] = was
	if loss := run(t, g); loss != want {
		t.Errorf("loss is %v after the weight was mended, want %v", loss, want)
	}
}

// TestCarry hands the last states to the next run: two halves of a sequence are the whole.
func TestCarry(t *testing.T) {
	for _, state := range []string{"zero", "learned"} {
		s := small("lstm")
		s.Bidirectional, s.Dropout, s.InitialState = false, 0, state
		n, whole := open[float64](t, s, 4, false)
		for _, name := range []string{"rnn.h0", "rnn.c0"} {
			if p := n.Param(name); p != nil {
				formula(3, 1, p.Values)
			}
		}
		run(t, whole)
		half, err := n.Graph(4, 3, false)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 2 {
			copy(half.X, whole.X[i*len(half.X):])
			run(t, half)
			copy(half.H0, half.HN)
			copy(half.C0, half.CN)
			for r := range half.Carry {
				half.Carry[r] = true
			}
		}
		if d := cmp.Diff([][]float64{whole.Pred, whole.HN, whole.CN}, [][]float64{half.Pred, half.HN, half.CN}); d != "" {
			t.Errorf("%s: two halves differ from the whole:\n%s", state, d)
		}
	}
}

// TestGorgoniaSolver hands Grads to Gorgonia's own Adam.
func TestGorgoniaSolver(t *testing.T) {
	_, g := open[float32](t, small("gru"), 4, true)
	first := run(t, g)
	solver := gorgonia.NewAdamSolver(gorgonia.WithLearnRate(0.02))
	last := first
	for range 40 {
		if err := solver.Step(g.Grads); err != nil {
			t.Fatal(err)
		}
		last = run(t, g)
	}
	if last > 0.6*first {
		t.Errorf("40 steps took the loss from %v to %v", first, last)
	}
}

func TestSpecErrors(t *testing.T) {
	tests := map[string]struct {
		change func(s *Spec)
		want   string
	}{
		"cell":      {func(s *Spec) { s.Cell = "transformer" }, `models: unknown cell "transformer"`},
		"loss":      {func(s *Spec) { s.Loss = "hinge" }, `models: unknown loss "hinge"`},
		"init":      {func(s *Spec) { s.Init = "he" }, `models: unknown init "he"`},
		"output":    {func(s *Spec) { s.Output = "softmax" }, `models: unknown output "softmax"`},
		"hidden":    {func(s *Spec) { s.HiddenSize = 0 }, `hidden_size are 6, 3, 2, 0, want 1 or more each`},
		"dropout":   {func(s *Spec) { s.Dropout = 1 }, `models: dropout is 1`},
		"primitive": {func(s *Spec) { s.Implementation, s.Steps = "primitive", 33 }, `33 steps, want at most 32; use fused`},
	}
	for name, tt := range tests {
		s := small("gru")
		tt.change(&s)
		if _, err := New[float32](s); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", name, err, tt.want)
		}
	}
	n, g := open[float32](t, small("gru"), 2, true)
	if _, err := n.Graph(0, 6, true); err == nil {
		t.Error("a graph of no rows was made")
	}
	g.Lengths[1] = 7
	if _, err := g.Run(); err == nil || !strings.Contains(err.Error(), `gru "rnn_l0": length of row 1 is 7, want 0 to 6`) {
		t.Errorf("a length past the steps gave %v", err)
	}
}

// TestAllocations bounds what a training step allocates: what the TapeMachine makes for each node and no more.
func TestAllocations(t *testing.T) {
	s := Spec{Model: configs.Model{Cell: "lstm", HiddenSize: 16}, Steps: 8, Inputs: 1, Outputs: 1, Threads: 1}
	n, g := open[float32](t, s, 32, true)
	run(t, g)
	count, _ := n.Nodes(32, 8)
	if got := testing.AllocsPerRun(20, func() { run(t, g) }); got > 6*float64(count) {
		t.Errorf("a step makes %v allocations for %d nodes, want at most 6 a node", got, count)
	}
}
