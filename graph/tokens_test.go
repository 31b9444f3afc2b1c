package graph

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"
)

// tokenSymbols are [4,3], with a padding of 2.
var tokenSymbols = []int{1, 5, 2, 1, 1, 0, 2, 3, 5, 2, 2, 5}

func tokenTensors() *tensors {
	ts := newTensors()
	ts.add("table", 1, 6, 5)
	ts.add("w", 1, 2, 5)
	return ts
}

// TestTokensAgainstPrimitive: values and gradients of the lookup, dense and of rows, of primitive nodes and central
// differences. The vectors are used twice, so that their gradients are summed.
func TestTokensAgainstPrimitive(t *testing.T) {
	for _, padding := range []int{-1, 2} {
		ts := tokenTensors()
		var rows [3]*Rows[float64]
		cost := func(k int) costOf {
			return func(b *Builder[float64], n nodes) *gorgonia.Node {
				y := b.Tokens(Tokens{Name: "words", Padding: padding, Sparse: k == 1, Primitive: k == 2}, b.Numbers("symbols", tokenSymbols, 4, 3), n["table"])
				rows[k] = y.Rows
				bias := b.Input("zeros", make([]float64, 2), 2)
				return b.add(weigh(b, "v", b.Linear("l", Tanh, 4, y.Y, n["w"], bias)), weigh(b, "k", y.Y))
			}
		}
		dense := ts.compile(t, cost(0))
		sparse, primitive := ts.compile(t, cost(1), "w"), ts.compile(t, cost(2))
		value := primitive.run(t)
		for range 2 {
			if a, b := dense.run(t), sparse.run(t); math.Abs(a-value) > 1e-13 || math.Abs(b-value) > 1e-13 {
				t.Errorf("padding %d: cost is %v dense, %v of rows, %v primitive", padding, a, b, value)
			}
		}
		near(t, "table", dense.gradient("table"), primitive.gradient("table"))
		near(t, "w", sparse.gradient("w"), primitive.gradient("w"))
		got := make([]float64, 30)
		rows[1].Dense(got)
		near(t, "rows", got, primitive.gradient("table"))
		want := []int{1, 5, 0, 3}
		if padding < 0 {
			want = []int{1, 5, 2, 0, 3}
		}
		if !slices.Equal(rows[1].Of, want) {
			t.Errorf("padding %d: rows %v were read, want %v", padding, rows[1].Of, want)
		}
		if rows[0] != nil {
			t.Error("a dense gradient has rows")
		}
		ts.differences(t, dense)
	}
}

// TestTokensDrop: the symbols that are dropped are read as the unknown one, padding never is, and an evaluation drops none.
func TestTokensDrop(t *testing.T) {
	const n, unknown, padding = 4000, 1, 0
	symbols := make([]int, n)
	for i := range symbols {
		symbols[i] = i % 4 // every fourth is padding
	}
	ts := newTensors()
	ts.add("table", 1, 4, 1)
	copy(ts.values["table"], []float64{10, 11, 12, 13})
	noise := &Noise{Seed: 4, Step: 7}
	var y *gorgonia.Node
	build := func(b *Builder[float64], in nodes) *gorgonia.Node {
		y = b.Tokens(Tokens{Name: "words", Padding: padding, Drop: .2, Unknown: unknown, Noise: noise}, b.Numbers("symbols", symbols, n), in["table"]).Y
		return weigh(b, "w", b.Block("copy", y, 0, n))
	}
	c := ts.compile(t, build)
	c.run(t)
	dropped, first := 0, append([]float64(nil), Memory[float64](y)...)
	for i, v := range first {
		want := 10 + float64(i%4)
		switch {
		case i%4 == padding:
			want = 0
		case v == 11 && i%4 > 1:
			want = v
			dropped++
		}
		if v != want {
			t.Fatalf("symbol %d is read as %v, want %v", i, v, want)
		}
	}
	if sd := math.Sqrt(2000 * .2 * .8); math.Abs(float64(dropped)-400) > 4*sd {
		t.Errorf("%d of 2000 are dropped, want about 400 ± %.0f", dropped, sd)
	}
	noise.Step = 8
	if c.run(t); equal(first, Memory[float64](y)) {
		t.Error("another step drops the same symbols")
	}
	noise.Step = 7
	if c.run(t); !equal(first, Memory[float64](y)) {
		t.Error("the same seed and step drop other symbols")
	}
	for i, id := range symbols {
		if id != i%4 {
			t.Fatal("the symbols that were given have changed")
		}
	}
	ts.compileFor(t, build, false, nil).run(t)
	for i, v := range Memory[float64](y) {
		if want := 10 + float64(i%4); i%4 != padding && v != want {
			t.Fatalf("evaluation reads symbol %d as %v, want %v", i, v, want)
		}
	}
}

// TestLockedDropout: one mask for all steps, the share that is kept, the same bits for the same seed and step, gradients.
func TestLockedDropout(t *testing.T) {
	const p, steps, each = .3, 4, 1000
	ts := newTensors()
	ts.add("x", 1, steps+1, 20, 50)
	for i := range ts.values["x"] {
		ts.values["x"][i] += 2 // nothing is zero by itself
	}
	noise := &Noise{Seed: 3, Step: 1}
	var y *gorgonia.Node
	c := ts.compile(t, func(b *Builder[float64], in nodes) *gorgonia.Node {
		y = b.LockedDropout("locked", p, noise, steps, in["x"])
		return weigh(b, "w", b.Block("copy", y, 0, steps, 20, 50))
	})
	masked := Memory[float64](y) // y itself will be of another graph
	ts.differences(t, c)
	first, kept := append([]float64(nil), masked...), 0
	for i, v := range first {
		if (v == 0) != (first[i%each] == 0) {
			t.Fatalf("element %d of step %d has another mask than at step 0", i%each, i/each)
		}
		if want := ts.values["x"][i] / (1 - p); v != 0 && math.Abs(v-want) > 1e-12 {
			t.Fatalf("kept value %d is %v, want %v", i, v, want)
		}
		if v != 0 {
			kept++
		}
	}
	if sd := steps * math.Sqrt(each*p*(1-p)); math.Abs(float64(kept)-steps*each*(1-p)) > 4*sd {
		t.Errorf("kept %d of %d, want about %v ± %.0f", kept, steps*each, steps*each*(1-p), sd)
	}
	noise.Step = 2
	if c.run(t); equal(first, masked) {
		t.Error("another step has the same mask")
	}
	noise.Step = 1
	if c.run(t); !equal(first, masked) {
		t.Error("the same seed and step have another mask")
	}
}

func TestTokensErrors(t *testing.T) {
	for want, change := range map[string]func(l *Tokens, in nodes){
		"symbols are [6 5] of float64 and the table is [6 5]": func(l *Tokens, in nodes) { in["symbols"] = in["table"] },
		"the table is [], want [T B]":                         func(l *Tokens, in nodes) { in["table"] = nil },
		"padding is 6,":                                       func(l *Tokens, in nodes) { l.Padding = 6 },
		"the unknown symbol 9 and the chance of a drop 0.5":   func(l *Tokens, in nodes) { l.Unknown, l.Drop, l.Noise = 9, .5, &Noise{} },
		"the chance of a drop 1,":                             func(l *Tokens, in nodes) { l.Drop, l.Noise = 1, &Noise{} },
		"0 ≤ chance < 1 and a noise":                          func(l *Tokens, in nodes) { l.Drop = .5 },
	} {
		ts := tokenTensors()
		b := NewBuilder[float64](t.Name(), nil, true)
		n := nodes{"table": b.Input("table", ts.values["table"], 6, 5), "symbols": b.Numbers("symbols", tokenSymbols, 4, 3)}
		l := Tokens{Name: "words", Padding: 2, Sparse: true}
		change(&l, n)
		b.Tokens(l, n["symbols"], n["table"])
		if err := b.Err(); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), `graph: tokens "words": `) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	ts := tokenTensors()
	for _, bad := range []int{-1, 6} {
		c := ts.compile(t, func(b *Builder[float64], n nodes) *gorgonia.Node {
			return weigh(b, "weigh", b.Tokens(Tokens{Name: "words", Padding: -1}, b.Numbers("symbols", []int{0, bad}, 2), n["table"]).Y)
		}, "table")
		if err := c.vm.RunAll(); err == nil || !strings.Contains(err.Error(), fmt.Sprintf(`tokens "words": symbol 1 is %d, want 0 to 5`, bad)) {
			t.Errorf("a symbol of no row: got %v", err)
		}
	}
}

// TestSpeltAgainstPrimitive: rows that words share, dense and of rows, of primitive nodes and central differences; the lists change
// from run to run.
func TestSpeltAgainstPrimitive(t *testing.T) {
	ts := newTensors()
	ts.add("table", 1, 6+4, 5)
	lists := Spellings{Rows: []int32{0, 2, 2, 3, 1, 3}, Ends: []int32{0, 3, 4, 4, 6}}
	spelt := &Spelt{Numbers: []int32{1, 2, 0, 1, 4, 3, 0, 2, 4, 0, 0, 1}, Lists: lists}
	var rows [3]*Rows[float64]
	cost := func(k int) costOf {
		return func(b *Builder[float64], n nodes) *gorgonia.Node {
			y := b.Tokens(Tokens{Name: "words", Padding: 2, Sparse: k == 1, Primitive: k == 2, Spelt: spelt, Shared: 4}, b.Numbers("symbols", tokenSymbols, 4, 3), n["table"])
			rows[k] = y.Rows
			return b.sum(b.apply1(gorgonia.Square, weighed(b, y.Y)))
		}
	}
	ts.add("other", 1, 1)
	for _, numbers := range [][]int32{spelt.Numbers, {4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4}, {0, 3, 0, 3, 0, 3, 0, 3, 0, 3, 0, 3}} {
		spelt.Numbers = numbers
		dense, primitive := ts.compile(t, cost(0), "table"), ts.compile(t, cost(2), "table")
		sparse := ts.compile(t, func(b *Builder[float64], n nodes) *gorgonia.Node {
			return b.add(cost(1)(b, n), weigh(b, "o", n["other"]))
		}, "other")
		value := primitive.run(t)
		for range 2 {
			if a := dense.run(t); math.Abs(a-value) > 1e-12 {
				t.Errorf("cost is %v dense and %v primitive", a, value)
			}
		}
		near(t, "table", dense.gradient("table"), primitive.gradient("table"))
		sparse.run(t)
		got := make([]float64, 50)
		rows[1].Dense(got)
		near(t, "rows", got, primitive.gradient("table"))
		ts.differences(t, dense, "table")
	}
	for want, change := range map[string]func(*Tokens){
		"10 rows of 10 are shared":   func(k *Tokens) { k.Shared = 10 },
		"and a spelling for each of": func(k *Tokens) { k.Spelt = &Spelt{Numbers: []int32{1}, Lists: lists} },
	} {
		b := NewBuilder[float64](t.Name(), nil, true)
		k := Tokens{Name: "words", Padding: 2, Spelt: spelt, Shared: 4}
		change(&k)
		b.Tokens(k, b.Numbers("symbols", tokenSymbols, 4, 3), b.Input("table", ts.values["table"], 10, 5))
		if err := b.Err(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	spelt.Numbers = slices.Clone(spelt.Numbers)
	c := ts.compile(t, cost(0), "table")
	spelt.Numbers[3] = 5
	c.vm.Reset()
	if err := c.vm.RunAll(); err == nil || !strings.Contains(err.Error(), `tokens "words": the spelling of symbol 3 is 5, want 0 to 4`) {
		t.Errorf("a spelling that is no list: %v", err)
	}
}
