package graph

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"
)

// convs are layers of all kinds.
func convs() (all []Conv) {
	for i, width := range []int{1, 2, 3, 5, 9} {
		for j, stride := range []int{1, 2, 3} {
			for p := Valid; p <= Causal; p++ {
				c := Conv{Name: "front.0", Steps: 14, Inputs: 2, Channels: 6, Width: width, Stride: stride, Dilation: 1 + (i+j)%2, Padding: p,
					Norm: Norm((i + j + int(p)) % 2), Activation: Activation((i + int(p)) % 4), InputGradient: true}
				if (width-1)*c.Dilation > 8 {
					c.Steps = 24
				}
				if (i+j+int(p))%3 == 0 {
					c.Pooling, c.PoolWidth, c.PoolStride = MaxPooling+Pooling(j%2), 2, 1+i%2
				}
				all = append(all, c)
			}
		}
	}
	return all
}

func convTensors(c Conv, batch, rows int) *tensors {
	ts := newTensors()
	ts.add("x", 1, rows, batch, c.Inputs)
	ts.add("weight", 1, c.Channels, c.Inputs, c.Width)
	ts.add("bias", 1, c.Channels)
	if c.Norm != NoNorm {
		ts.add("gain", 1, c.Channels)
		ts.add("shift", 1, c.Channels)
	}
	return ts
}

// convolve adds the layer over the tensors' nodes.
func convolve(b *Builder[float64], c Conv, n map[string]*gorgonia.Node, lengths []int) *gorgonia.Node {
	after := make([]int, len(lengths))
	for i, l := range lengths {
		after[i] = c.StepsAfter(l)
	}
	y, _ := b.Conv(c, ConvInput{X: n["x"], Weight: n["weight"], Bias: n["bias"], Gain: n["gain"], Shift: n["shift"],
		Lengths: b.Lengths(c.Name+".lengths", lengths), LengthsAfter: b.Lengths(c.Name+".after", after)})
	return y
}

// TestConvAgainstPrimitive: values and gradients of the fused operation, of primitive nodes and central differences, with
// rows of several lengths and rows of x past the sequence.
func TestConvAgainstPrimitive(t *testing.T) {
	for _, c := range convs() {
		t.Run(fmt.Sprintf("%+v", c), func(t *testing.T) {
			lengths := []int{c.Steps, c.LeastSteps() - 1, (c.Steps + c.LeastSteps()) / 2}
			ts := convTensors(c, 3, c.Steps+1)
			var cs [2]*test
			var ys [2]*gorgonia.Node
			for k := range cs {
				c.Primitive = k == 1
				cs[k] = ts.compile(t, func(b *Builder[float64], n map[string]*gorgonia.Node) *gorgonia.Node {
					ys[k] = convolve(b, c, n, lengths)
					return weigh(b, "weigh y", ys[k])
				})
			}
			if a, b := cs[0].run(t), cs[1].run(t); math.Abs(a-b) > 1e-11*(math.Abs(b)+1) {
				t.Errorf("cost is %v fused and %v primitive", a, b)
			}
			near(t, "y", Memory[float64](ys[0]), Memory[float64](ys[1]))
			for _, name := range ts.names {
				near(t, "gradient of "+name, cs[0].gradient(name), cs[1].gradient(name))
			}
			if c.Activation != ReLU || c.Norm == NoNorm {
				ts.differences(t, cs[0])
			}
		})
	}
}

// near is close for sums that a norm made of few channels amplifies.
func near(t *testing.T, what string, a, b []float64) {
	t.Helper()
	if len(a) != len(b) {
		t.Fatalf("%s has %d values, want %d", what, len(a), len(b))
	}
	for i := range a {
		if !(math.Abs(a[i]-b[i]) <= 1e-10*(1+math.Abs(b[i]))) {
			t.Fatalf("%s[%d] is %.15g, want %.15g", what, i, a[i], b[i])
		}
	}
}

// TestConvStack: two layers that differ in nothing, one on the other, below a recurrent layer, all differentiated at once.
func TestConvStack(t *testing.T) {
	c := Conv{Name: "front.0", Steps: 12, Inputs: 3, Channels: 3, Width: 3, Stride: 2, Dilation: 1, Padding: Same, Activation: GELU, InputGradient: true}
	ts := convTensors(c, 2, c.Steps)
	ts.add("h0", 1, 1, 2, 4)
	ts.add("ih", 1, 12, 3)
	ts.add("hh", 1, 12, 4)
	ts.add("bih", 1, 12)
	ts.add("bhh", 1, 12)
	test := ts.compile(t, func(b *Builder[float64], n map[string]*gorgonia.Node) *gorgonia.Node {
		low := convolve(b, c, n, []int{12, 7})
		up, m := c, map[string]*gorgonia.Node{"x": low, "weight": n["weight"], "bias": n["bias"]}
		up.Name, up.Steps = "front.1", c.StepsAfter(12)
		x := convolve(b, up, m, []int{6, 4})
		o := b.Recurrent(Recurrent{Name: "rnn", Cell: GRU, Steps: 3, Inputs: 3, Hidden: 4, InputGradient: true, StateGradient: true},
			RecurrentInput{X: x, H0: n["h0"], IH: n["ih"], HH: n["hh"], BIH: n["bih"], BHH: n["bhh"], Lengths: b.Lengths("lengths", []int{3, 2})})
		return b.add(weigh(b, "weigh h", b.H(o)), weigh(b, "weigh low", low))
	})
	ts.differences(t, test)
}

// TestConvErrors: the message names the layer, what was found and what was wanted.
func TestConvErrors(t *testing.T) {
	good := Conv{Name: "front.0", Steps: 6, Inputs: 2, Channels: 3, Width: 3, Stride: 1, Dilation: 1}
	for _, e := range []struct {
		change func(c *Conv)
		want   string
	}{
		{func(c *Conv) { c.Steps, c.Dilation = 6, 3 }, `graph: conv "front.0": 6 steps leave none, want at least 7`},
		{func(c *Conv) { c.Inputs = 3 }, `graph: conv "front.0": x is [6 2 2], want [6 2 3]`},
		{func(c *Conv) { c.Width = 4 }, `graph: conv "front.0": weight is [3 2 3], want [3 2 4]`},
		{func(c *Conv) { c.Norm = LayerNorm }, `graph: conv "front.0": gain is [], want [3]`},
		{func(c *Conv) { c.Stride = 0 }, "stride, dilation are 6, 3, 3, 0, 1, want 1 or more each"},
		{func(c *Conv) { c.Pooling, c.PoolWidth = MaxPooling, 2 }, "width and stride of the pooling are 2 and 0"},
		{func(c *Conv) { c.Pooling, c.PoolWidth, c.PoolStride = MaxPooling, 5, 1 }, `6 steps leave none, want at least 7`},
		{func(c *Conv) { c.Steps = 7 }, `graph: conv "front.0": x is [6 2 2], want [7.. B 2]`},
		{func(c *Conv) { c.Activation, c.Primitive = GELU, true }, "gelu has no primitive nodes"},
		{func(c *Conv) { c.Norm = BatchNormed }, `graph: conv "front.0": gain is [], want [3]`},
	} {
		c := good
		ts := convTensors(c, 2, 6)
		e.change(&c)
		b := NewBuilder[float64](t.Name(), nil, true)
		n := map[string]*gorgonia.Node{}
		for _, name := range ts.names {
			n[name] = b.Input(name, ts.values[name], ts.shapes[name]...)
		}
		b.Conv(c, ConvInput{X: n["x"], Weight: n["weight"], Bias: n["bias"], Lengths: b.Lengths("lengths", []int{6, 6}), LengthsAfter: b.Lengths("after", []int{4, 4})})
		if err := b.Err(); err == nil || !strings.Contains(err.Error(), e.want) {
			t.Errorf("got %v, want %q", err, e.want)
		}
	}
}

// A length beyond the sequence is an error of the run that names the layer, not a crash.
func TestConvLengths(t *testing.T) {
	c := Conv{Name: "front.0", Steps: 6, Inputs: 2, Channels: 3, Width: 3, Stride: 1, Dilation: 1}
	ts := convTensors(c, 2, 6)
	test := ts.compile(t, func(b *Builder[float64], n map[string]*gorgonia.Node) *gorgonia.Node {
		return weigh(b, "weigh", convolve(b, c, n, []int{6, 7}))
	}, "weight")
	test.vm.Reset()
	if err := test.vm.RunAll(); err == nil || !strings.Contains(err.Error(), `conv "front.0": length of row 1 is 7, want 0 to 6`) {
		t.Errorf("got %v", err)
	}
}
