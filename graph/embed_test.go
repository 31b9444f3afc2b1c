package graph

import (
	"strings"
	"testing"

	"gorgonia.org/gorgonia"
)

// namesTensors makes x [5,3,8] of two pieces of two amounts and two numbers each, and its tables.
func namesTensors() *tensors {
	ts := newTensors()
	ts.add("x", 1, 5, 3, 8)
	x := ts.values["x"]
	for i := range x {
		switch i % 4 {
		case 2:
			x[i] = float64(i / 4 % 4) // of 4 rows
		case 3:
			x[i] = float64(i / 4 % 3)
		}
	}
	ts.add("v", 1, 4, 2)
	ts.add("w", 1, 3, 2)
	return ts
}

// TestEmbedGradient: tables by differences, but for row 0, which stays; the same tables in the rows of a sequence and of a
// matrix add up.
func TestEmbedGradient(t *testing.T) {
	ts := namesTensors()
	ts.add("z", 1, 3, 5)
	for i, n := range []float64{2, 1, 0, 2, 1, 2} {
		ts.values["z"][i/2*5+3+i%2] = n
	}
	cost := func(b *Builder[float64], n nodes) *gorgonia.Node {
		y := b.Embed("rows", 4, 0, 2, n["x"], n["v"], n["w"])
		z := b.Embed("ahead", 0, 3, 0, n["z"], n["w"])
		return b.add(b.sum(b.apply1(gorgonia.Square, weighed(b, y))), weigh(b, "weigh z", z))
	}
	c := ts.compile(t, cost, "v", "w")
	c.run(t)
	for _, name := range []string{"v", "w"} {
		g := c.gradient(name)
		if g[0] != 0 || g[1] != 0 {
			t.Errorf("the gradient of row 0 of %s is %v, want none", name, g[:2])
		}
		forward := ts.compileFor(t, c.build, false, nil)
		for i := 2; i < len(g); i++ {
			direction := make([]float64, len(g))
			direction[i] = 1
			// Truncation of 1e-10 and rounding of 1e-11, as in differences.
			if want := forward.slope(t, ts.values[name], direction); g[i]-want > 1e-6 || want-g[i] > 1e-6 {
				t.Errorf("gradient of %s[%d] is %v, central differences give %v", name, i, g[i], want)
			}
		}
	}
}

// weighed is x ⊙ w with fixed weights.
func weighed(b *Builder[float64], x *gorgonia.Node) *gorgonia.Node {
	w := make([]float64, volume(x.Shape()))
	Uniform(Stream(12, "weighed"), 1, w)
	return b.times(x, b.Input("weighed", w, x.Shape()...))
}

func TestEmbedErrors(t *testing.T) {
	for want, build := range map[string]func(b *Builder[float64], n nodes){
		"there are 0 tables":      func(b *Builder[float64], n nodes) { b.Embed("e", 5, 0, 2, n["x"]) },
		"want pieces of 3":        func(b *Builder[float64], n nodes) { b.Embed("e", 5, 0, 2, n["x"], n["v"]) },
		"from column 8 on":        func(b *Builder[float64], n nodes) { b.Embed("e", 5, 8, 0, n["x"], n["v"]) },
		"x is [5 3 8]":            func(b *Builder[float64], n nodes) { b.Embed("e", 6, 0, 3, n["x"], n["v"]) },
		"table2 is [5 3 8], want": func(b *Builder[float64], n nodes) { b.Embed("e", 5, 0, 2, n["x"], n["v"], n["x"]) },
	} {
		ts := namesTensors()
		b := NewBuilder[float64](t.Name(), nil, true)
		n := nodes{}
		for _, name := range ts.names {
			n[name] = b.Input(name, ts.values[name], ts.shapes[name]...)
		}
		build(b, n)
		if b.Err() == nil || !strings.Contains(b.Err().Error(), want) || !strings.Contains(b.Err().Error(), `embed "e"`) {
			t.Errorf("got %v, want an error with %q", b.Err(), want)
		}
	}
}
