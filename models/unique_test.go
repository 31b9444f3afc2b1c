package models

import (
	"fmt"
	"math"
	"testing"

	"recur/configs"
)

// unrolled is a network of primitive nodes that predicts one value.
func unrolled(cell string, steps, hidden, layers int) Spec {
	return Spec{
		Model: configs.Model{Cell: cell, Layers: layers, Bidirectional: layers > 1, HiddenSize: hidden, Implementation: "primitive"},
		Steps: steps, Inputs: 1, Outputs: 1, Threads: 1,
	}
}

// Every graph of a scan over sizes has all its nodes, as many at one size as at another, and each with a hash of its own. The
// largest have some 9,000 nodes, of which two clash in one graph of a hundred.
func TestEveryNodeHasItsHash(t *testing.T) {
	nodes := make(map[string]int) // of graphs that differ in nothing but their sizes
	built, salted, largest := 0, 0, 0
	scan := func(s Spec, batch int) {
		for _, training := range []bool{true, false} {
			n, err := New[float64](s)
			if err != nil {
				t.Fatal(err)
			}
			g, err := n.expressed(key{Size{Rows: batch, Steps: s.Steps}, training})
			n.Close()
			size := fmt.Sprintf("%s %s, %d steps, %d layers, training %v", s.Implementation, s.Cell, s.Steps, s.Layers, training)
			if err != nil {
				t.Errorf("%s, hidden %d, batch %d: %v", size, s.HiddenSize, batch, err)
				continue
			}
			all := g.builder.Graph().AllNodes()
			hashes := make(map[uint32]bool, len(all))
			for _, node := range all {
				hashes[node.Hashcode()] = true
			}
			if nodes[size] == 0 {
				nodes[size] = len(all)
			}
			if len(hashes) != len(all) || len(all) != nodes[size] {
				t.Errorf("%s, hidden %d, batch %d: %d hashes of %d nodes, want as many, and %d as at other sizes", size, s.HiddenSize, batch, len(hashes), len(all), nodes[size])
			}
			built, salted, largest = built+1, salted+min(1, g.builder.Salt()), max(largest, len(all))
		}
	}
	for _, cell := range []string{"elman", "lstm", "gru"} {
		for _, layers := range []int{1, 2} {
			for _, steps := range []int{1, 2, 5} {
				for hidden := 2; hidden <= 6; hidden++ {
					s := unrolled(cell, steps, hidden, layers)
					scan(s, 1+hidden%3)
					s.Implementation = "fused"
					scan(s, 1+hidden%3)
				}
			}
		}
		scan(unrolled(cell, 32, 5, 2), 2)
	}
	scan(unrolled("lstm", 32, 1, 2), 2)
	scan(unrolled("lstm", 32, 1, 2), 1) // clashes with salt 0 when a node is added
	scan(unrolled("lstm", 16, 2, 2), 1)
	scan(unrolled("lstm", 16, 18, 2), 1) // and this one
	t.Logf("%d graphs of up to %d nodes, %d of them salted", built, largest, salted)
	if salted < 2 {
		t.Errorf("no clash was found: want sizes that clash, found by a longer scan, in place of those here")
	}
}

// The gradients of primitive nodes are those of the fused layers at sizes with and without a clash.
func TestGradientsBesideClashes(t *testing.T) {
	for _, c := range []struct {
		steps, hidden int
		clash         bool
	}{{16, 18, true}, {6, 17, false}, {4, 5, false}} {
		var got [2][]float64
		for i, kind := range []string{"primitive", "fused"} {
			s := unrolled("lstm", c.steps, c.hidden, 2)
			s.Implementation = kind
			n, err := New[float64](s)
			if err != nil {
				t.Fatal(err)
			}
			defer n.Close()
			g, err := n.Graph(1, c.steps, true)
			if err != nil {
				t.Fatal(err)
			}
			if kind == "primitive" && (g.builder.Salt() > 0) != c.clash {
				t.Errorf("%d steps, hidden %d: salt %d, want a clash: %v; find a size by a scan where it changed", c.steps, c.hidden, g.builder.Salt(), c.clash)
			}
			for j := range g.X {
				g.X[j] = math.Sin(float64(j))
			}
			loss, err := g.Run()
			if err != nil {
				t.Fatal(err)
			}
			got[i] = append(got[i], loss)
			for p := range n.Params {
				got[i] = append(got[i], g.Gradient(p)...)
			}
		}
		for j, want := range got[1] {
			if math.Abs(got[0][j]-want) > 1e-12*max(1, math.Abs(want)) { // both float64: the order of sums differs
				t.Fatalf("%d steps, hidden %d: number %d is %v of primitive nodes and %v fused", c.steps, c.hidden, j, got[0][j], want)
			}
		}
	}
}
