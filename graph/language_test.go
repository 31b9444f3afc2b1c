package graph

import (
	"fmt"
	"math"
	"testing"

	"gorgonia.org/gorgonia"
)

// languageModel adds symbols, locked dropout, a recurrent layer and the loss of the next symbols, T 5, B 3, V 7, E 4, H 4;
// tied reads the table as the weights of the head too. vectors are those of the symbols.
func languageModel(b *Builder[float64], n nodes, tied, sparse bool, vectors *Vectors[float64]) *gorgonia.Node {
	symbols := []int{1, 5, 2, 1, 1, 0, 2, 3, 5, 2, 2, 5, 6, 6, 1}
	*vectors = b.Tokens(Tokens{Name: "symbols", Padding: 0, Sparse: sparse}, b.Numbers("ids", symbols, 5, 3), n["table"])
	x := b.LockedDropout("before", .3, &Noise{Seed: 1, Step: 2}, 5, vectors.Y)
	s := Recurrent{Name: "rnn", Cell: LSTM, Steps: 5, Inputs: 4, Hidden: 4, Sequence: true, InputGradient: true}
	lengths := b.Lengths("lengths", []int{5, 3, 4})
	o := b.Recurrent(s, RecurrentInput{X: x, H0: n["h0"], C0: n["c0"], IH: n["ih"], HH: n["hh"], BIH: n["bih"], BHH: n["bhh"], Lengths: lengths})
	weight := n["head"]
	if tied {
		weight = n["table"]
	}
	mask := []float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 0, 0}
	return b.CrossEntropy(CrossEntropy{Name: "loss", Steps: 5, Smoothing: .1, InputGradient: true}, ClassInput{X: b.Y(o), Weight: weight, Bias: n["bias"],
		Targets: b.Numbers("next", append(append([]int{}, symbols[3:]...), 0, 0, 0), 15), Mask: b.Input("mask", mask, 15)}).Loss
}

// TestLanguageGraph: a whole language model, made by Build, which proves that no two nodes are taken for one. Its table
// is by itself or that of the head too, its gradient of rows or dense; all of them agree with central differences.
func TestLanguageGraph(t *testing.T) {
	s := Recurrent{Cell: LSTM, Steps: 5, Inputs: 4, Hidden: 4}
	for _, tied := range []bool{false, true} {
		var gradients [2][]float64
		for k, sparse := range []bool{false, true} {
			ts := recurrentTensors(s, 3, 1)
			ts.add("table", 1, 7, 4)
			ts.add("head", 1, 7, 4)
			ts.add("bias", 1, 7)
			var vectors Vectors[float64]
			c := &test{}
			b, err := Build(t.Name(), nil, true, func(b *Builder[float64]) {
				c.nodes = nodes{}
				for _, name := range ts.names {
					if name != "x" && (!tied || name != "head") {
						c.nodes[name] = b.Input(name, ts.values[name], ts.shapes[name]...)
					}
				}
				c.cost = languageModel(b, c.nodes, tied, sparse, &vectors)
				by := gorgonia.Nodes{c.nodes["ih"], c.nodes["bias"]}
				if !sparse || tied {
					by = append(by, c.nodes["table"])
				}
				b.Grad(c.cost, by...)
			})
			if err != nil {
				t.Fatal(err)
			}
			c.Builder = b
			if c.vm, err = b.Machine(); err != nil {
				t.Fatal(err)
			}
			c.run(t)
			c.run(t) // nothing adds up over runs
			g := make([]float64, 28)
			copy(g, c.gradient("table")) // nil where there are rows alone
			if sparse {
				vectors.Rows.AddTo(g)
			}
			gradients[k] = g
			for name, got := range map[string][]float64{"table": g, "ih": append([]float64(nil), c.gradient("ih")...), "bias": append([]float64(nil), c.gradient("bias")...)} {
				for i := 0; i < len(got); i += 3 {
					direction := make([]float64, len(got))
					direction[i] = 1
					if want := c.slope(t, ts.values[name], direction); math.Abs(got[i]-want) > 1e-8 {
						t.Errorf("tied %t, rows %t: gradient of %s[%d] is %v, central differences give %v", tied, sparse, name, i, got[i], want)
					}
				}
			}
		}
		near(t, fmt.Sprint("tied ", tied, ": gradient of the table"), gradients[1], gradients[0])
	}
}
