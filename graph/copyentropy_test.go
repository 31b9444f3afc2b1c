package graph

import (
	"fmt"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"
)

// copyTensors makes features [4,2,3], of which the first three steps count, a head of 4 symbols, gates [3,2,1] and scores of three sources.
func copyTensors() *tensors {
	ts := newTensors()
	ts.add("x", 1, 4, 2, 3)
	ts.add("weight", 1, 4, 3)
	ts.add("bias", 1, 4)
	ts.add("gate", 2, 4, 2, 1)
	ts.add("attention", 1, 3, 2, 3)
	for i, v := range ts.values["attention"] {
		ts.values["attention"][i] = .4 + .3*v
	}
	return ts
}

// In the source of row 0 are 2, a word of its own, 2 again; in that of row 1 its own word, nothing, and 1.
var (
	copied      = []int{2, 4, 4, -1, 2, 1}
	copyTargets = []int{2, 4, 4, 3, -8, 1}
	copyMask    = []float64{1, .5, 2, 1, 0, 1}
)

func copyInput(b *Builder[float64], n nodes, biased bool) CopyInput {
	in := CopyInput{X: n["x"], Weight: n["weight"], Gate: n["gate"], Attention: n["attention"], Copied: b.Numbers("copied", copied, 3, 2),
		Targets: b.Numbers("targets", copyTargets, 6), Mask: b.Input("mask", copyMask, 6)}
	if biased {
		in.Bias = n["bias"]
	}
	return in
}

// primitiveCopy is the loss of primitive nodes.
func primitiveCopy(b *Builder[float64], n nodes, smoothing float64, biased bool) *gorgonia.Node {
	own, hit, weight, even, total := make([]float64, 24), make([]float64, 18), make([]float64, 6), make([]float64, 24), 0.0
	for _, c := range copyMask {
		total += c
	}
	for i, y := range copyTargets {
		weight[i] = copyMask[i] / total * (1 - smoothing)
		for k := range 4 {
			even[i*4+k] = copyMask[i] / total * smoothing / 4
			if k == max(y, 0) {
				own[i*4+k] = 1
			}
		}
		for j := range 3 {
			if copied[j*2+i%2] == y {
				hit[i*3+j] = 1
			}
		}
	}
	z := b.apply2(gorgonia.Mul, b.Block("rows", n["x"], 0, 6, 3), b.transpose(n["weight"]))
	if biased {
		z = b.add(z, b.spread("spread", n["bias"], 6))
	}
	log := b.apply1(func(z *gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.LogSoftMax(z) }, z)
	v := b.apply2(gorgonia.Mul, b.times(b.apply1(gorgonia.Exp, log), b.Input("own", own, 6, 4)), b.Input("ones of 4", filled[float64](4, 1), 4, 1))
	u := b.apply2(gorgonia.Mul, b.times(b.Block("attended", n["attention"], 0, 6, 3), b.Input("hit", hit, 6, 3)), b.Input("ones of 3", filled[float64](3, 1), 3, 1))
	g := b.apply1(gorgonia.Sigmoid, b.Block("gates", n["gate"], 0, 6, 1))
	p := b.add(b.times(g, v), b.times(b.sub(b.Input("one", filled[float64](6, 1), 6, 1), g), u))
	cost := b.sum(b.times(b.Input("weights", weight, 6, 1), b.apply1(gorgonia.Log, p)))
	cost = b.add(cost, b.sum(b.times(b.Input("even", even, 6, 4), log)))
	return b.apply2(gorgonia.Mul, b.constant(-2), cost)
}

// TestCopyEntropyAgainstPrimitive: values and gradients of the fused loss, doubled, of primitive nodes and of central differences.
func TestCopyEntropyAgainstPrimitive(t *testing.T) {
	for _, smoothing := range []float64{0, .2} {
		for _, biased := range []bool{true, false} {
			t.Run(fmt.Sprint(smoothing, biased), func(t *testing.T) {
				wrt := []string{"x", "weight", "gate", "attention"}
				if biased {
					wrt = append(wrt, "bias")
				}
				against(t, copyTensors(), func(b *Builder[float64], n nodes) *gorgonia.Node {
					c := CopyEntropy{Name: "head", Steps: 3, Sources: 3, Smoothing: smoothing}
					return b.apply2(gorgonia.Mul, b.constant(2), b.CopyEntropy(c, copyInput(b, n, biased)).Loss)
				}, func(b *Builder[float64], n nodes) *gorgonia.Node { return primitiveCopy(b, n, smoothing, biased) }, wrt...)
			})
		}
	}
}

// TestCopyHead: attention, context, gate and loss in one graph, with the gradients of all that they come from.
func TestCopyHead(t *testing.T) {
	ts := newTensors()
	ts.add("q", 1, 3, 2, 3)
	ts.add("m", 1, 3, 2, 3)
	ts.add("gate weight", 1, 1, 6)
	ts.add("gate bias", 1, 1)
	ts.add("weight", 1, 4, 6)
	c := ts.compile(t, func(b *Builder[float64], n nodes) *gorgonia.Node {
		context, weights := b.DotAttention(DotAttention{Name: "attention", Steps: 3, Sources: 3, Size: 3},
			DotAttentionInput{Q: n["q"], M: n["m"], Lengths: b.Lengths("lengths", []int{3, 3}), SourceLengths: b.Lengths("sources", []int{3, 3})})
		both := b.Concat("both", 3, context, n["q"])
		gate := b.Linear("gate", Identity, 3, both, n["gate weight"], n["gate bias"])
		return b.CopyEntropy(CopyEntropy{Name: "head", Steps: 3, Sources: 3}, CopyInput{X: both, Weight: n["weight"], Gate: gate, Attention: weights,
			Copied: b.Numbers("copied", copied, 3, 2), Targets: b.Numbers("targets", copyTargets, 6), Mask: b.Input("mask", copyMask, 6)}).Loss
	})
	ts.differences(t, c)
}

func TestCopyEntropyErrors(t *testing.T) {
	build := func(c CopyEntropy, change func(in *CopyInput)) *Builder[float64] {
		b, ts, n := NewBuilder[float64](t.Name(), nil, true), copyTensors(), nodes{}
		for _, name := range ts.names {
			n[name] = b.Input(name, ts.values[name], ts.shapes[name]...)
		}
		in := copyInput(b, n, true)
		change(&in)
		b.CopyEntropy(c, in)
		return b
	}
	c := CopyEntropy{Name: "head", Steps: 3, Sources: 3}
	for want, change := range map[string]func(in *CopyInput){
		"gate is [3 2 3], attention [3 2 3] and copied [3 2] of int, want [3.. 2 1], [3 2 3] and [3 2] of int": func(in *CopyInput) { in.Gate = in.Attention },
		"an input is missing, or there are 3 steps and 3 sources":                                              func(in *CopyInput) { in.Copied = nil },
		"x is [3 2 3] and weight [4 2 1], want [3.. B H] or [N H], and [V H]":                                  func(in *CopyInput) { in.X, in.Weight = in.Attention, in.Gate },
	} {
		if err := build(c, change).Err(); err == nil || !strings.HasPrefix(err.Error(), `graph: copy entropy "head": `+want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	defer func(y int) { copyTargets[1] = y }(copyTargets[1])
	copyTargets[1] = 5
	ts := copyTensors()
	g := ts.compile(t, func(b *Builder[float64], n nodes) *gorgonia.Node { return b.CopyEntropy(c, copyInput(b, n, true)).Loss })
	want := `copy entropy "head": target 1, step 0 of row 1, is 5, want 0 to 3, or a symbol from 4 on that the row's source holds`
	if err := g.vm.RunAll(); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %q", err, want)
	}
}
