package graph

import (
	"fmt"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"
)

// dotTensors makes q [5,3,4], of which four steps are read, and m [6,3,4], of which five are.
func dotTensors() *tensors {
	ts := newTensors()
	ts.add("q", 1, 5, 3, 4)
	ts.add("m", 1, 6, 3, 4)
	return ts
}

var dot = DotAttention{Name: "attention", Steps: 4, Sources: 5, Size: 4}

func dotInput(b *Builder[float64], n nodes, lengths, sources []int) DotAttentionInput {
	return DotAttentionInput{Q: n["q"], M: n["m"], Lengths: b.Lengths("lengths", lengths), SourceLengths: b.Lengths("sources", sources)}
}

// primitiveDot is the attention of primitive nodes: contexts [B,H] of the steps and the weights of each source, repeated along H.
func primitiveDot(b *Builder[float64], n nodes, lengths, sources []int) (contexts gorgonia.Nodes, weights []gorgonia.Nodes) {
	in := dotInput(b, n, lengths, sources)
	qs, asks := b.primitiveSteps("q", dot.Steps, in.Q, in.Lengths)
	ms, asked := b.primitiveSteps("m", dot.Sources, in.M, in.SourceLengths)
	ones := b.Input("ones", filled[float64](16, 1), 4, 4)
	for t, q := range qs {
		var sum *gorgonia.Node
		var ws gorgonia.Nodes
		for s, m := range ms {
			w := b.times(asked[s], b.apply1(gorgonia.Exp, b.apply2(gorgonia.Mul, b.times(q, m), ones)))
			ws = append(ws, w)
			if s == 0 {
				sum = w
				continue
			}
			sum = b.add(sum, w)
		}
		var context *gorgonia.Node
		for s, m := range ms {
			ws[s] = b.times(asks[t], b.apply2(gorgonia.HadamardDiv, ws[s], sum))
			if part := b.times(ws[s], m); s == 0 {
				context = part
			} else {
				context = b.add(context, part)
			}
		}
		contexts, weights = append(contexts, context), append(weights, ws)
	}
	return contexts, weights
}

// TestDotAttentionAgainstPrimitive: values and gradients by q and m of costs that depend on the context, on the weights and on both, of the fused
// operation, of primitive nodes and of central differences.
func TestDotAttentionAgainstPrimitive(t *testing.T) {
	for _, lengths := range [][2][]int{{{4, 4, 4}, {5, 5, 5}}, {{4, 1, 2}, {1, 5, 3}}} {
		for _, by := range [][2]float64{{1, 0}, {0, 1}, {1, 1}} {
			t.Run(fmt.Sprint(lengths, by), func(t *testing.T) {
				fused := func(b *Builder[float64], n nodes) *gorgonia.Node {
					c, w := b.DotAttention(dot, dotInput(b, n, lengths[0], lengths[1]))
					var cost *gorgonia.Node
					if by[0] != 0 {
						cost = b.sum(b.apply1(gorgonia.Square, weighed(b, c)))
					}
					if by[1] == 0 {
						return cost
					}
					w = weigh(b, "weigh weights", w)
					if cost == nil {
						return w
					}
					return b.add(cost, w)
				}
				primitive := func(b *Builder[float64], n nodes) *gorgonia.Node {
					cs, ws := primitiveDot(b, n, lengths[0], lengths[1])
					factors, others := make([]float64, 4*3*4), make([]float64, 4*3*5)
					Uniform(Stream(12, "weighed"), 1, factors)
					Uniform(Stream(11, "weigh weights"), 1, others)
					var cost *gorgonia.Node
					plus := func(x *gorgonia.Node) {
						if cost == nil {
							cost = x
							return
						}
						cost = b.add(cost, x)
					}
					for t, c := range cs {
						if by[0] != 0 {
							plus(b.sum(b.apply1(gorgonia.Square, b.times(c, b.Input(fmt.Sprint("factor", t), factors[t*12:][:12], 3, 4)))))
						}
						for s, w := range ws[t] {
							f := make([]float64, 12)
							for i := range 3 {
								f[i*4] = others[(t*3+i)*5+s] // of the four that are alike
							}
							if by[1] != 0 {
								plus(b.sum(b.times(w, b.Input(fmt.Sprint("other", t, s), f, 3, 4))))
							}
						}
					}
					return cost
				}
				against(t, dotTensors(), fused, primitive, "q", "m")
			})
		}
	}
}

// TestDotAttentionEmpty: rows without steps or sources, and consumers of both outputs that would write over them.
func TestDotAttentionEmpty(t *testing.T) {
	ts := dotTensors()
	cost := func(b *Builder[float64], n nodes) *gorgonia.Node {
		c, w := b.DotAttention(dot, dotInput(b, n, []int{4, 0, 3}, []int{0, 5, 4}))
		c, w = b.apply1(gorgonia.Tanh, c), b.apply1(gorgonia.Tanh, w)
		return b.add(b.sum(b.apply1(gorgonia.Square, weighed(b, c))), weigh(b, "w", w))
	}
	c := ts.compile(t, cost)
	ts.differences(t, c)
	for i, v := range c.gradient("m") {
		if real := i/4%3 == 2 && i/12 < 4; real != (v != 0) {
			t.Errorf("gradient of m[%d] is %v", i, v)
		}
	}
}

func TestDotAttentionErrors(t *testing.T) {
	for want, change := range map[string]func(a *DotAttention, in *DotAttentionInput){
		`dot attention "attention", the steps that ask: x is [5 3 4] and lengths [3] of int, want [6.. B H] and [B] of int`:       func(a *DotAttention, _ *DotAttentionInput) { a.Steps = 6 },
		`dot attention "attention", the steps that are asked: x is [6 3 4] and lengths [3] of int, want [7.. B H] and [B] of int`: func(a *DotAttention, _ *DotAttentionInput) { a.Sources = 7 },
		`dot attention "attention": q is (5, 3, 4) and m (6, 3, 4), want [4.. B 5] and [5.. B 5]`:                                 func(a *DotAttention, _ *DotAttentionInput) { a.Size = 5 },
		`dot attention "attention": an input is missing, want q, m, lengths and source lengths`:                                   func(_ *DotAttention, in *DotAttentionInput) { in.M = nil },
	} {
		b := NewBuilder[float64](t.Name(), nil, true)
		in := dotInput(b, nodes{"q": b.Input("q", make([]float64, 60), 5, 3, 4), "m": b.Input("m", make([]float64, 72), 6, 3, 4)}, []int{1, 1, 1}, []int{1, 1, 1})
		a := dot
		change(&a, &in)
		b.DotAttention(a, in)
		if err := b.Err(); err == nil || err.Error() != "graph: "+want {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	ts := dotTensors()
	c := ts.compile(t, func(b *Builder[float64], n nodes) *gorgonia.Node {
		context, _ := b.DotAttention(dot, dotInput(b, n, []int{1, 1, 1}, []int{1, 6, 1}))
		return b.sum(context)
	})
	if err := c.vm.RunAll(); err == nil || !strings.Contains(err.Error(), `dot attention "attention": source: length of row 1 is 6, want 0 to 5`) {
		t.Errorf("got %v", err)
	}
}
