package models

import (
	"math"
	"testing"

	"recur/configs"
)

func TestSmoke(t *testing.T) {
	for _, cell := range []string{"elman", "lstm", "gru"} {
		n, err := New[float64](Spec{Model: configs.Model{Cell: cell, HiddenSize: 3, Layers: 1}, Steps: 4, Inputs: 2, Outputs: 2, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		g, err := n.Graph(5, 4, true)
		if err != nil {
			t.Fatal(err)
		}
		for i := range g.X {
			g.X[i] = math.Sin(float64(i))
		}
		l, err := g.Run()
		if err != nil {
			t.Fatal(err)
		}
		t.Log(l, g.Pred)
		for i := range n.Params {
			t.Log(n.Params[i].Name, g.Gradient(i)[:1])
		}
		t.Log(n.Nodes(5, 4))
	}
}

func TestDOTSmoke(t *testing.T) {
	n, err := New[float64](Spec{Model: configs.Model{Cell: "lstm", HiddenSize: 3, Layers: 1}, Steps: 4, Inputs: 2, Outputs: 2, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	b, err := n.DOT(5, 4, true)
	t.Log(string(b), err)
	t.Log(n.Spec.Table(), n.Spec.Memory(5))
}
