package graph

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"
)

// summaryTensors makes sequences [6,3,4], of which five steps are read, scores of them, and what a norm needs.
func summaryTensors() *tensors {
	ts := newTensors()
	ts.add("x", 1, 6, 3, 4)
	ts.add("scores", 2, 5, 3, 1)
	ts.add("gain", 1, 4)
	ts.add("shift", 1, 4)
	return ts
}

// against compares values and gradients of a fused cost with those of a primitive one, and with central differences.
func against(t *testing.T, ts *tensors, fused, primitive costOf, wrt ...string) {
	t.Helper()
	a, b := ts.compile(t, fused, wrt...), ts.compile(t, primitive, wrt...)
	want := b.run(t)
	for range 2 { // nothing is left of the run before
		if got := a.run(t); math.Abs(got-want) > 1e-12*(1+math.Abs(want)) {
			t.Errorf("cost is %v fused and %v primitive", got, want)
		}
	}
	for _, name := range wrt {
		near(t, "gradient of "+name, a.gradient(name), b.gradient(name))
	}
	for _, name := range wrt { // by the graph of training itself, whose batch norm is another than that of evaluation
		a.run(t)
		g := append([]float64(nil), a.gradient(name)...)
		for i := 0; i < len(g); i += 1 + len(g)/20 {
			direction := make([]float64, len(g))
			direction[i] = 1
			if slope := a.slope(t, ts.values[name], direction); math.Abs(g[i]-slope) > 1e-6*(1+math.Abs(slope)) {
				t.Errorf("gradient of %s[%d] is %v, central differences give %v", name, i, g[i], slope)
			}
		}
	}
}

func TestSummaryAgainstPrimitive(t *testing.T) {
	for kind := MeanSteps; kind <= LastStep; kind++ {
		for _, lengths := range [][]int{{5, 2, 0}, {5, 5, 5}, {1, 4, 3}} {
			t.Run(fmt.Sprint(kind, lengths), func(t *testing.T) {
				cost := func(primitive bool) costOf {
					return func(b *Builder[float64], n nodes) *gorgonia.Node {
						f := b.Summarise
						if primitive {
							f = b.PrimitiveSummarise
						}
						y := f(kind, "pool", 5, n["x"], b.Lengths("lengths", lengths))
						return b.sum(b.apply1(gorgonia.Square, weighed(b, y)))
					}
				}
				against(t, summaryTensors(), cost(false), cost(true), "x")
			})
		}
	}
}

func TestAttentionAgainstPrimitive(t *testing.T) {
	for _, lengths := range [][]int{{5, 2, 1}, {5, 5, 5}} {
		ts := summaryTensors()
		against(t, ts, func(b *Builder[float64], n nodes) *gorgonia.Node {
			y, _ := b.Attention("attention", 5, n["scores"], n["x"], b.Lengths("lengths", lengths))
			return b.sum(b.apply1(gorgonia.Square, weighed(b, y)))
		}, func(b *Builder[float64], n nodes) *gorgonia.Node {
			y := b.PrimitiveAttention("attention", 5, n["scores"], n["x"], b.Lengths("lengths", lengths))
			return b.sum(b.apply1(gorgonia.Square, weighed(b, y)))
		}, "x", "scores")
	}
	// Over scores of a linear layer, with a row that has no steps.
	ts := summaryTensors()
	ts.add("w", 1, 1, 4)
	var weights []float64
	c := ts.compile(t, func(b *Builder[float64], n nodes) *gorgonia.Node {
		scores := b.Linear("scores", Identity, 5, n["x"], n["w"], b.Input("zero", make([]float64, 1), 1))
		var y *gorgonia.Node
		y, weights = b.Attention("attention", 5, scores, n["x"], b.Lengths("lengths", []int{5, 0, 3}))
		return b.sum(b.apply1(gorgonia.Square, weighed(b, y)))
	}, "x", "w")
	c.run(t)
	for row, n := range []int{5, 0, 3} {
		sum := 0.0
		for step, w := range weights[row*5:][:5] {
			if step >= n && w != 0 {
				t.Errorf("step %d of row %d has weight %v past its length", step, row, w)
			}
			sum += w
		}
		if want := float64(min(n, 1)); math.Abs(sum-want) > 1e-14 {
			t.Errorf("weights of row %d add up to %v, want %v", row, sum, want)
		}
	}
	ts.differences(t, c, "x", "w")
}

// TestBatchNormAgainstPrimitive: a convolution with a norm over the batch against one without and the norm of primitive nodes.
func TestBatchNormAgainstPrimitive(t *testing.T) {
	for act := Identity; act <= ReLU; act++ {
		for _, lengths := range [][]int{{5, 3, 0}, {5, 5, 5}} {
			t.Run(fmt.Sprint(act, lengths), func(t *testing.T) {
				c := Conv{Name: "front.0", Steps: 5, Inputs: 2, Channels: 4, Width: 2, Stride: 1, Dilation: 1, Norm: BatchNormed, Activation: act, InputGradient: true}
				cost := func(primitive bool) costOf {
					return func(b *Builder[float64], n nodes) *gorgonia.Node {
						c, after := c, []int{4, max(0, lengths[1]-1), max(0, lengths[2]-1)}
						if primitive {
							c.Norm, c.Activation = NoNorm, Identity
						}
						y := convolve(b, c, n, lengths)
						if primitive {
							y = b.PrimitiveBatchNorm("norm", 4, act, y, n["gain"], n["shift"], b.Lengths("real", after))
						}
						return b.sum(b.apply1(gorgonia.Square, weighed(b, y)))
					}
				}
				against(t, convTensors(c, 3, 6), cost(false), cost(true), "x", "weight", "bias", "gain", "shift")
			})
		}
	}
}

// TestBatchNormEvaluation: a graph of evaluation with the moments of a batch for running ones does what training does.
func TestBatchNormEvaluation(t *testing.T) {
	c := Conv{Name: "front.0", Steps: 5, Inputs: 2, Channels: 4, Width: 2, Stride: 1, Dilation: 1, Norm: BatchNormed, Activation: GELU, Pooling: MaxPooling, PoolWidth: 2, PoolStride: 1}
	ts := convTensors(c, 3, 5)
	var moments func() Moments[float64]
	var y *gorgonia.Node
	build := func(b *Builder[float64], n nodes) *gorgonia.Node {
		in := ConvInput{X: n["x"], Weight: n["weight"], Bias: n["bias"], Gain: n["gain"], Shift: n["shift"], Lengths: b.Lengths("lengths", []int{5, 3, 4})}
		if !b.training {
			m := moments()
			in.Mean, in.Var = b.Input("mean", m.Mean, 4), b.Input("var", m.Var, 4)
		}
		var f func() Moments[float64]
		if y, f = b.Conv(c, in); b.training {
			moments = f
		} else if f != nil {
			t.Error("a graph of evaluation has moments of a batch")
		}
		return weigh(b, "w", b.Block("copy", y, 0, 3, 3, 4))
	}
	training := ts.compile(t, build, "weight", "gain", "shift")
	training.run(t)
	want := append([]float64(nil), Memory[float64](y)...)
	if m := moments(); m.Count != 4+2+3 || len(m.Mean) != 4 || len(m.Var) != 4 {
		t.Fatalf("moments are %+v, want those of 9 steps and 4 channels", m)
	}
	ts.compileFor(t, build, false, nil).run(t)
	near(t, "y", Memory[float64](y), want)

	b := NewBuilder[float64](t.Name(), nil, false)
	n := nodes{}
	for _, name := range ts.names {
		n[name] = b.Input(name, ts.values[name], ts.shapes[name]...)
	}
	b.Conv(c, ConvInput{X: n["x"], Weight: n["weight"], Bias: n["bias"], Gain: n["gain"], Shift: n["shift"], Lengths: b.Lengths("lengths", []int{5, 3, 4})})
	if err := b.Err(); err == nil || !strings.Contains(err.Error(), `conv "front.0": running mean is [], want [4]`) {
		t.Errorf("got %v", err)
	}
}

func TestSummaryErrors(t *testing.T) {
	for want, build := range map[string]func(b *Builder[float64], n nodes, l *gorgonia.Node){
		`mean of steps "p": x is [6 3 4] and lengths [3] of int, want [7.. B H]`: func(b *Builder[float64], n nodes, l *gorgonia.Node) {
			b.Summarise(MeanSteps, "p", 7, n["x"], l)
		},
		`last of steps "p": x is [6 3 4] and lengths [4] of float64, want [5..`: func(b *Builder[float64], n nodes, l *gorgonia.Node) {
			b.Summarise(LastStep, "p", 5, n["x"], n["gain"])
		},
		`attention "a": scores are [5 3 1], want [4 3 1]`: func(b *Builder[float64], n nodes, l *gorgonia.Node) {
			b.Attention("a", 4, n["scores"], n["x"], l)
		},
	} {
		ts := summaryTensors()
		b := NewBuilder[float64](t.Name(), nil, true)
		n := nodes{}
		for _, name := range ts.names {
			n[name] = b.Input(name, ts.values[name], ts.shapes[name]...)
		}
		build(b, n, b.Lengths("lengths", []int{5, 5, 5}))
		if b.Err() == nil || !strings.Contains(b.Err().Error(), want) {
			t.Errorf("got %v, want %q", b.Err(), want)
		}
	}
	ts := summaryTensors()
	for _, build := range []costOf{
		func(b *Builder[float64], n nodes) *gorgonia.Node {
			return weigh(b, "w", b.Summarise(MaxSteps, "l", 5, n["x"], b.Lengths("lengths", []int{5, 6, 1})))
		},
		func(b *Builder[float64], n nodes) *gorgonia.Node {
			y, _ := b.Attention("l", 5, n["scores"], n["x"], b.Lengths("lengths", []int{5, 6, 1}))
			return weigh(b, "w", y)
		},
	} {
		c := ts.compile(t, build, "x")
		if err := c.vm.RunAll(); err == nil || !strings.Contains(err.Error(), `"l": length of row 1 is 6, want 0 to 5`) {
			t.Errorf("a length past the steps: got %v", err)
		}
	}
}
