package graph

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"gorgonia.org/gorgonia"
)

// tensors are the inputs of a graph under test, by name, with their shapes.
type tensors struct {
	names  []string
	shapes map[string][]int
	values map[string][]float64
	noisy  bool // the cost of a training graph is another one than that of a graph without gradients
}

func newTensors() *tensors {
	return &tensors{shapes: map[string][]int{}, values: map[string][]float64{}}
}

// add makes a tensor of random values within ±scale.
func (ts *tensors) add(name string, scale float64, shape ...int) {
	v := make([]float64, volume(shape))
	Uniform(Stream(7, name), scale, v)
	ts.names = append(ts.names, name)
	ts.shapes[name], ts.values[name] = shape, v
}

// test is a compiled graph of one scalar cost, with its gradients or without.
type test struct {
	*Builder[float64]
	build costOf
	nodes map[string]*gorgonia.Node
	cost  *gorgonia.Node
	vm    gorgonia.VM
}

type costOf func(b *Builder[float64], n map[string]*gorgonia.Node) *gorgonia.Node

// thorough asks for 200 entries of every large tensor; it takes some minutes.
var thorough = os.Getenv("RECUR_THOROUGH") != ""

// compile builds the graph of cost over the tensors with gradients by those named in wrt (all when empty).
func (ts *tensors) compile(t testing.TB, cost costOf, wrt ...string) *test {
	t.Helper()
	if len(wrt) == 0 {
		wrt = ts.names
	}
	return ts.compileFor(t, cost, true, wrt)
}

func (ts *tensors) compileFor(t testing.TB, cost costOf, training bool, wrt []string) *test {
	t.Helper()
	b := NewBuilder[float64](t.Name(), nil, training)
	c := &test{Builder: b, build: cost, nodes: map[string]*gorgonia.Node{}}
	for _, name := range ts.names {
		c.nodes[name] = b.Input(name, ts.values[name], ts.shapes[name]...)
	}
	c.cost = cost(b, c.nodes)
	if training {
		var by gorgonia.Nodes
		for _, name := range wrt {
			by = append(by, c.nodes[name])
		}
		b.Grad(c.cost, by...)
	}
	var err error
	if c.vm, err = b.Machine(); err != nil {
		t.Fatal(err)
	}
	return c
}

// run returns the cost.
func (c *test) run(t testing.TB) float64 {
	t.Helper()
	c.vm.Reset()
	if err := c.vm.RunAll(); err != nil {
		t.Fatal(err)
	}
	return float64(*c.cost.Value().(*gorgonia.F64))
}

func (c *test) gradient(name string) []float64 { return GradientOf[float64](c.nodes[name]) }

// differences compares the gradients with central differences of a graph without gradients: every entry of a small
// tensor; of a large one some random entries (200 when thorough) and the sums along random directions, in which a wrong
// entry anywhere shows. The step 1e-5 leaves a truncation of 1e-10 and a rounding of 1e-11, both times the curvature.
func (ts *tensors) differences(t testing.TB, c *test, wrt ...string) {
	t.Helper()
	if len(wrt) == 0 {
		wrt = ts.names
	}
	c.run(t)
	forward := c
	if !ts.noisy {
		forward = ts.compileFor(t, c.build, false, nil)
	}
	r := rand.New(rand.NewPCG(1, 2))
	gradients := map[string][]float64{}
	for _, name := range wrt {
		gradients[name] = append([]float64(nil), c.gradient(name)...)
	}
	for _, name := range wrt {
		x, g := ts.values[name], gradients[name]
		if len(g) != len(x) {
			t.Fatalf("gradient of %s has %d values, want %d", name, len(g), len(x))
		}
		largest := 1e-3
		for _, v := range g {
			largest = max(largest, math.Abs(v))
		}
		at, dense := r.Perm(len(x)), 0
		switch {
		case len(at) > 200 && thorough:
			at = at[:200]
		case len(at) > 40:
			at, dense = at[:10], 3
		}
		for _, i := range at {
			direction := make([]float64, len(x))
			direction[i] = 1
			if got, want := g[i], forward.slope(t, x, direction); !(math.Abs(got-want) <= 1e-6*largest) {
				t.Errorf("gradient of %s[%d] is %v, central differences give %v", name, i, got, want)
				break
			}
		}
		for range dense {
			direction := make([]float64, len(x))
			Normal(r, 1/math.Sqrt(float64(len(x))), direction)
			if got, want := inner(g, direction), forward.slope(t, x, direction); !(math.Abs(got-want) <= 1e-6*largest) {
				t.Errorf("gradient of %s along a random direction is %v, central differences give %v", name, got, want)
			}
		}
	}
}

// slope is the central difference of the cost when x moves along the direction.
func (c *test) slope(t testing.TB, x, direction []float64) float64 {
	t.Helper()
	const h = 1e-5
	was := append([]float64(nil), x...)
	defer copy(x, was)
	move := func(h float64) float64 {
		for i := range x {
			x[i] = was[i] + h*direction[i]
		}
		return c.run(t)
	}
	return (move(h) - move(-h)) / (2 * h)
}

// weigh is Σ x ⊙ w with fixed weights w, so that every element of x matters differently.
func weigh(b *Builder[float64], name string, x *gorgonia.Node) *gorgonia.Node {
	w := make([]float64, volume(x.Shape()))
	Uniform(Stream(11, name), 1, w)
	n := b.Input(name, w, x.Shape()...)
	return b.sum(b.times(x, n))
}

// recurrentTensors makes the inputs of one layer.
func recurrentTensors(s Recurrent, batch, rows int) *tensors {
	ts, g := newTensors(), s.Cell.Gates()*s.Hidden
	scale := 1 / math.Sqrt(float64(s.Hidden))
	ts.add("x", 1, s.Steps, batch, s.Inputs)
	ts.add("h0", 1, rows, batch, s.Hidden)
	if s.Cell == LSTM {
		ts.add("c0", 1, rows, batch, s.Hidden)
	}
	ts.add("ih", scale, g, s.Inputs)
	ts.add("hh", scale, g, s.Hidden)
	ts.add("bih", scale, g)
	ts.add("bhh", scale, g)
	if s.Norm {
		ts.add("gain x", 1, g)
		ts.add("gain h", 1, g)
		if s.Cell == LSTM {
			ts.add("gain c", 1, s.Hidden)
			ts.add("shift c", 1, s.Hidden)
		}
	}
	return ts
}

// layer adds the layer over the tensors' nodes.
func layer(b *Builder[float64], s Recurrent, n map[string]*gorgonia.Node, lengths []int) *RecurrentOutput {
	return b.Recurrent(s, RecurrentInput{
		X: n["x"], H0: n["h0"], C0: n["c0"], IH: n["ih"], HH: n["hh"], BIH: n["bih"], BHH: n["bhh"], GainX: n["gain x"], GainH: n["gain h"], GainC: n["gain c"], ShiftC: n["shift c"],
		Lengths: b.Lengths(s.Name+".lengths", lengths), Noise: &Noise{Seed: 3, Step: 5},
	})
}

// everything is a cost in which the sequence and all last states take part.
func everything(b *Builder[float64], o *RecurrentOutput) *gorgonia.Node {
	cost := weigh(b, "weigh y", b.Y(o))
	cost = b.add(cost, weigh(b, "weigh h", b.H(o)))
	if o.spec.Cell == LSTM {
		cost = b.add(cost, weigh(b, "weigh c", b.C(o)))
	}
	return cost
}

func full(batch, steps int) []int {
	l := make([]int, batch)
	for i := range l {
		l[i] = steps
	}
	return l
}

func specName(s Recurrent, batch int) string {
	name := fmt.Sprintf("%v/%d,%d,%d,%d", s.Cell, batch, s.Steps, s.Inputs, s.Hidden)
	if s.Reverse {
		name += "/reverse"
	}
	return name
}
