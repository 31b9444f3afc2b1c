package graph

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"
)

// classTensors makes features [4,3,5], of which the first three steps count, and a head of 7 classes.
func classTensors() *tensors {
	ts := newTensors()
	ts.add("x", 1, 4, 3, 5)
	ts.add("weight", 1, 7, 5)
	ts.add("bias", 1, 7)
	return ts
}

// classCost adds the loss, doubled, so that its gradient is not 1.
func classCost(c CrossEntropy, biased bool) costOf {
	return func(b *Builder[float64], n nodes) *gorgonia.Node {
		in := ClassInput{X: n["x"], Weight: n["weight"], Targets: b.Numbers("targets", []int{3, 0, -5, 6, 1, 1, 2, 9, 4}, 3, 3),
			Mask: b.Input("mask", []float64{1, .5, 0, 1, 2, 1, 1, 0, 1}, 9)}
		if biased {
			in.Bias = n["bias"]
		}
		return b.apply2(gorgonia.Mul, b.constant(2), b.CrossEntropy(c, in).Loss)
	}
}

// TestCrossEntropyAgainstPrimitive: values and gradients of the fused operation, of primitive nodes and central
// differences, with rows that do not count and rows of x past the sequence.
func TestCrossEntropyAgainstPrimitive(t *testing.T) {
	for _, smoothing := range []float64{0, .1} {
		for _, weights := range [][]float64{nil, {1, 2, .5, 1, 0, 3, 1}} {
			for _, biased := range []bool{true, false} {
				t.Run(fmt.Sprint(smoothing, weights, biased), func(t *testing.T) {
					ts := classTensors()
					wrt := ts.names
					if !biased {
						wrt = ts.names[:2]
					}
					c := CrossEntropy{Name: "head", Steps: 3, Smoothing: smoothing, ClassWeights: weights, InputGradient: true}
					fused := ts.compile(t, classCost(c, biased), wrt...)
					c.Primitive = true
					primitive := ts.compile(t, classCost(c, biased), wrt...)
					if a, b := fused.run(t), primitive.run(t); math.Abs(a-b) > 1e-12 {
						t.Errorf("cost is %v fused and %v primitive", a, b)
					}
					for _, name := range wrt {
						near(t, "gradient of "+name, fused.gradient(name), primitive.gradient(name))
					}
					ts.differences(t, fused, wrt...)
				})
			}
		}
	}
}

// TestCrossEntropyChances: the logarithms that a loss leaves are those of the chances.
func TestCrossEntropyChances(t *testing.T) {
	ts := classTensors()
	var loss ClassLoss[float64]
	var p *gorgonia.Node
	targets := []int{3, 0, 2, 6, 1, 1, 2, 0, 4}
	c := ts.compileFor(t, func(b *Builder[float64], n nodes) *gorgonia.Node {
		loss = b.CrossEntropy(CrossEntropy{Name: "head", Steps: 3, Smoothing: .3}, ClassInput{X: n["x"], Weight: n["weight"], Bias: n["bias"],
			Targets: b.Numbers("targets", targets, 9), Mask: b.Input("mask", filled[float64](9, 1), 9)})
		p = b.Probabilities("chances", 3, n["x"], n["weight"], n["bias"])
		return loss.Loss
	}, false, nil)
	c.run(t)
	chances := Memory[float64](p)
	for i, y := range targets {
		sum := 0.0
		for _, v := range chances[i*7:][:7] {
			sum += v
		}
		if math.Abs(sum-1) > 1e-14 || math.Abs(math.Log(chances[i*7+y])-loss.LogP[i]) > 1e-13 {
			t.Errorf("row %d: chances add up to %v, and that of %d is %v with a logarithm of %v", i, sum, y, chances[i*7+y], loss.LogP[i])
		}
	}
}

func TestCrossEntropyErrors(t *testing.T) {
	for want, change := range map[string]func(c *CrossEntropy, in *ClassInput){
		"x is [4 3 5] and weight [7 5], want [5.. B H]":              func(c *CrossEntropy, in *ClassInput) { c.Steps = 5 },
		"smoothing is 1.5 and there are weights of 0 classes":        func(c *CrossEntropy, in *ClassInput) { c.Smoothing = 1.5 },
		"smoothing is 0 and there are weights of 2 classes":          func(c *CrossEntropy, in *ClassInput) { c.ClassWeights = []float64{1, 1} },
		"bias is [7 5], want [7]":                                    func(c *CrossEntropy, in *ClassInput) { in.Bias = in.Weight },
		"targets are [9] of float64 and mask [9] of float64, want 9": func(c *CrossEntropy, in *ClassInput) { in.Targets = in.Mask },
		"targets are [9] of int and mask [] of":                      func(c *CrossEntropy, in *ClassInput) { in.Mask = nil },
	} {
		ts := classTensors()
		b := NewBuilder[float64](t.Name(), nil, true)
		in := ClassInput{X: b.Input("x", ts.values["x"], 4, 3, 5), Weight: b.Input("w", ts.values["weight"], 7, 5), Bias: b.Input("b", ts.values["bias"], 7),
			Targets: b.Numbers("targets", make([]int, 9), 9), Mask: b.Input("mask", filled[float64](9, 1), 9)}
		c := CrossEntropy{Name: "head", Steps: 3}
		change(&c, &in)
		b.CrossEntropy(c, in)
		if err := b.Err(); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), `graph: cross-entropy "head": `) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	ts := classTensors()
	c := ts.compile(t, func(b *Builder[float64], n nodes) *gorgonia.Node {
		return b.CrossEntropy(CrossEntropy{Name: "head", Steps: 3}, ClassInput{X: n["x"], Weight: n["weight"], Bias: n["bias"],
			Targets: b.Numbers("targets", []int{0, 0, 0, 7, 0, 0, 0, 0, 0}, 9), Mask: b.Input("mask", filled[float64](9, 1), 9)}).Loss
	}, "weight")
	if err := c.vm.RunAll(); err == nil || !strings.Contains(err.Error(), `cross-entropy "head": target 3 is 7, want 0 to 6`) {
		t.Errorf("a target that is no class: got %v", err)
	}
}
