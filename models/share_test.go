package models

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"recur/graph"
)

// TestShare: graphs that take turns with their memory say what those say that have their own, to the bit, whatever another one has left there.
func TestShare(t *testing.T) {
	for _, o := range seconds(t) {
		t.Run(fmt.Sprint(o.Case), func(t *testing.T) {
			checkShare[float64](t, o)
			checkShare[float32](t, o)
		})
	}
}

func checkShare[F graph.Float](t *testing.T, o second) {
	t.Helper()
	type answer struct {
		loss        float64
		logP, steps []F
		gradients   [][]F
	}
	said := func(share bool) (out []answer) {
		n, err := New[F](o.spec())
		if err != nil {
			t.Fatal(err)
		}
		defer n.Close()
		if share {
			n.Share()
		}
		rows, steps, more := len(o.Case.Lengths), slices.Max(o.Case.Lengths), slices.Max(o.Case.Saids)
		for _, z := range []Size{{rows, steps, more}, {rows, steps + 3, more + 4}, {rows + 1, steps, more + 1}, {rows, steps, more}} {
			for _, training := range []bool{true, false} {
				g, err := n.Sized(z, training)
				if err != nil {
					t.Fatal(err)
				}
				lengths, saids := make([]int, g.B), make([]int, g.B)
				for r := range g.B {
					lengths[r], saids[r] = o.Case.Lengths[r%rows], o.Case.Saids[r%rows]
				}
				fill := fillSpeaking[F]
				if n.Spec.aligns() {
					fill = fillHearing[F]
				}
				fill(n, g, lengths, saids, 0)
				a := answer{loss: run(t, g), logP: slices.Clone(g.LogP), steps: slices.Clone(g.Attention)}
				for i := range n.Params {
					if training {
						a.gradients = append(a.gradients, slices.Clone(wholeGradient(n, g, i)))
					}
				}
				out = append(out, a)
				for _, p := range n.Params { // so that all that it leaves is nothing that another may read
					for i := range p.Values {
						p.Values[i] = F(math.NaN())
					}
				}
				if _, err := g.Run(); err != nil {
					t.Fatal(err)
				}
			}
		}
		return out
	}
	own, shared := said(false), said(true)
	for i, want := range own {
		got := shared[i]
		if got.loss != want.loss || !slices.Equal(got.logP, want.logP) || !slices.Equal(got.steps, want.steps) {
			t.Errorf("%T, run %d: loss %v with shared memory, want %v, and the same chances and attention", F(0), i, got.loss, want.loss)
		}
		for p, gradient := range want.gradients {
			if !slices.Equal(got.gradients[p], gradient) {
				t.Errorf("%T, run %d: the gradient of parameter %d is another one with shared memory", F(0), i, p)
			}
		}
	}
}
