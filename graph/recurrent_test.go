package graph

import (
	"math"
	"testing"

	"gorgonia.org/gorgonia"
)

// sizes are the shapes where mistakes hide: one, two, and about the 256 at which Gorgonia's own hash repeats.
func sizes() (specs []Recurrent, batches []int) {
	for _, cell := range []Cell{Elman, LSTM, GRU} {
		for _, reverse := range []bool{false, true} {
			for _, n := range [][4]int{ // B, T, I, H
				{1, 1, 1, 1}, {2, 2, 3, 2}, {3, 5, 2, 4}, {2, 2, 2, 255}, {1, 3, 1, 256}, {2, 2, 3, 257}, {2, 255, 1, 2}, {1, 256, 2, 1}, {2, 257, 2, 2},
			} {
				if racing && n[1]*n[3] > 100 || reverse && n[3] > 250 && n[3] != 257 {
					continue
				}
				specs = append(specs, Recurrent{
					Name: "rnn", Cell: cell, Nonlinearity: Tanh, Steps: n[1], Inputs: n[2], Hidden: n[3], Reverse: reverse,
					Sequence: true, InputGradient: true, StateGradient: true,
				})
				batches = append(batches, n[0])
			}
		}
	}
	return specs, batches
}

// dropped are some of the sizes with recurrent dropout, with layer norm, and with both.
func dropped() (specs []Recurrent, batches []int) {
	all, b := sizes()
	for i, s := range all {
		if s.Steps > 1 && s.Steps <= MaxPrimitive && s.Hidden < 250 {
			s.Dropout = .4
			specs, batches = append(specs, s), append(batches, b[i])
			if s.Hidden > 3 { // the norm of few numbers is next to a step
				s.Norm = true
				specs, batches = append(specs, s), append(batches, b[i])
				s.Dropout = 0
				specs, batches = append(specs, s), append(batches, b[i])
			}
		}
	}
	return specs, batches
}

func TestRecurrentAgainstDifferences(t *testing.T) {
	specs, batches := sizes()
	more, theirs := dropped()
	specs, batches = append(specs, more...), append(batches, theirs...)
	for i, s := range specs {
		batch := batches[i]
		t.Run(specName(s, batch), func(t *testing.T) {
			ts := recurrentTensors(s, batch, 1)
			ts.noisy = s.Dropout > 0
			c := ts.compile(t, func(b *Builder[float64], n map[string]*gorgonia.Node) *gorgonia.Node {
				return everything(b, layer(b, s, n, full(batch, s.Steps)))
			})
			ts.differences(t, c)
		})
	}
}

// TestNonlinearities goes through f of the Elman cell, ragged rows, and a second row of first states.
func TestNonlinearities(t *testing.T) {
	for _, f := range []Activation{Identity, Tanh, Sigmoid, ReLU} {
		for _, primitive := range []bool{false, true} {
			s := Recurrent{Name: "rnn", Cell: Elman, Nonlinearity: f, Steps: 6, Inputs: 2, Hidden: 5, Row: 1,
				Sequence: true, InputGradient: true, StateGradient: true, Primitive: primitive}
			ts := recurrentTensors(s, 3, 2)
			c := ts.compile(t, func(b *Builder[float64], n map[string]*gorgonia.Node) *gorgonia.Node {
				return everything(b, layer(b, s, n, []int{6, 0, 3}))
			})
			ts.differences(t, c)
		}
	}
}

func TestFusedAgainstPrimitive(t *testing.T) {
	specs, batches := sizes()
	specs = append(specs, Recurrent{Name: "rnn", Cell: LSTM, Steps: 32, Inputs: 3, Hidden: 7, Sequence: true, InputGradient: true, StateGradient: true})
	batches = append(batches, 4)
	more, theirs := dropped()
	specs, batches = append(specs, more...), append(batches, theirs...)
	for i, s := range specs {
		if s.Steps > MaxPrimitive {
			continue
		}
		batch := batches[i]
		t.Run(specName(s, batch), func(t *testing.T) {
			lengths := full(batch, s.Steps)
			lengths[batch-1] = (s.Steps + 1) / 2
			ts := recurrentTensors(s, batch, 1)
			var outs [2]*RecurrentOutput
			var cs [2]*test
			for k := range cs {
				s.Primitive = k == 1
				cs[k] = ts.compile(t, func(b *Builder[float64], n map[string]*gorgonia.Node) *gorgonia.Node {
					outs[k] = layer(b, s, n, lengths)
					return everything(b, outs[k])
				})
			}
			if a, b := cs[0].run(t), cs[1].run(t); math.Abs(a-b) > 1e-12*math.Abs(b)+1e-14 {
				t.Errorf("cost is %v fused and %v primitive", a, b)
			}
			n := s.Steps * batch * s.Hidden
			close(t, "sequence", Memory[float64](outs[0].Sequence)[:n], Memory[float64](outs[1].Sequence)[:n])
			close(t, "h", LastH[float64](outs[0]), LastH[float64](outs[1]))
			close(t, "c", LastC[float64](outs[0]), LastC[float64](outs[1]))
			for _, name := range ts.names {
				close(t, "gradient of "+name, cs[0].gradient(name), cs[1].gradient(name))
			}
		})
	}
}

// close fails unless a is b to a share of 1e-12 of its largest value.
func close(t *testing.T, what string, a, b []float64) {
	t.Helper()
	if len(a) != len(b) {
		t.Errorf("%s has %d values, want %d", what, len(a), len(b))
		return
	}
	worst, largest := 0.0, 1e-12
	for i := range a {
		if d := math.Abs(a[i] - b[i]); !(d <= worst) {
			worst = d
		}
		largest = max(largest, math.Abs(b[i]))
	}
	if !(worst <= 1e-12*largest) {
		t.Errorf("%s is off by %g of its largest value %g", what, worst/largest, largest)
	}
}

// TestConsumers lets Gorgonia's own operations work on the outputs; some of them write in place.
func TestConsumers(t *testing.T) {
	reshape := func(x *gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.Reshape(x, []int{6, 5, 1, 4}) }
	consumers := map[string]func(b *Builder[float64], y *gorgonia.Node) *gorgonia.Node{
		"add":      func(b *Builder[float64], y *gorgonia.Node) *gorgonia.Node { return b.add(y, y) },
		"hadamard": func(b *Builder[float64], y *gorgonia.Node) *gorgonia.Node { return b.times(y, y) },
		"tanh":     func(b *Builder[float64], y *gorgonia.Node) *gorgonia.Node { return b.tanh(y) },
		"reshape":  func(b *Builder[float64], y *gorgonia.Node) *gorgonia.Node { return b.apply1(reshape, y) },
		"block":    func(b *Builder[float64], y *gorgonia.Node) *gorgonia.Node { return b.Block("flat", y, 4, 29, 4) },
		"reshape, tanh and product": func(b *Builder[float64], y *gorgonia.Node) *gorgonia.Node {
			return b.times(b.tanh(b.apply1(reshape, y)), b.Block("shaped", y, 0, 6, 5, 1, 4))
		},
		"reshape, tanh and the output again": func(b *Builder[float64], y *gorgonia.Node) *gorgonia.Node {
			z := b.tanh(b.apply1(reshape, y))
			return b.add(b.sum(b.apply1(gorgonia.Square, z)), weigh(b, "weigh y", b.times(y, y)))
		},
		"reshape, add and the output again": func(b *Builder[float64], y *gorgonia.Node) *gorgonia.Node {
			z := b.add(b.apply1(reshape, y), b.constant(3))
			return b.add(b.sum(b.apply1(gorgonia.Square, z)), weigh(b, "weigh y", b.times(y, y)))
		},
		"tanh of a tanh": func(b *Builder[float64], y *gorgonia.Node) *gorgonia.Node { return b.tanh(b.tanh(y)) },
	}
	for name, f := range consumers {
		for _, cell := range []Cell{Elman, LSTM, GRU} {
			t.Run(name+"/"+cell.String(), func(t *testing.T) {
				s := Recurrent{Name: "rnn", Cell: cell, Nonlinearity: Tanh, Steps: 6, Inputs: 2, Hidden: 4, Sequence: true,
					InputGradient: true, StateGradient: true}
				ts := recurrentTensors(s, 5, 1)
				c := ts.compile(t, func(b *Builder[float64], n map[string]*gorgonia.Node) *gorgonia.Node {
					o := layer(b, s, n, full(5, 6))
					z := f(b, b.Y(o))
					if z != nil && !z.IsScalar() {
						z = weigh(b, "weigh consumer", z)
					}
					return b.add(z, weigh(b, "weigh h", b.H(o)))
				})
				ts.differences(t, c)
			})
		}
	}
}

// TestEqualLayers has two layers that differ in nothing, not even their inputs: they must stay two.
func TestEqualLayers(t *testing.T) {
	s := Recurrent{Name: "rnn", Cell: GRU, Steps: 4, Inputs: 2, Hidden: 3, Sequence: true, InputGradient: true, StateGradient: true}
	ts := recurrentTensors(s, 2, 1)
	c := ts.compile(t, func(b *Builder[float64], n map[string]*gorgonia.Node) *gorgonia.Node {
		lengths := b.Lengths("lengths", []int{4, 2})
		in := RecurrentInput{X: n["x"], H0: n["h0"], IH: n["ih"], HH: n["hh"], BIH: n["bih"], BHH: n["bhh"], Lengths: lengths}
		one, two := b.Recurrent(s, in), b.Recurrent(s, in)
		if b.Err() == nil && one.States == two.States {
			t.Error("two layers became one node")
		}
		return b.add(weigh(b, "weigh one", b.Y(one)), weigh(b, "weigh two", b.H(two)))
	})
	ts.differences(t, c)
}

// TestStackedOnPacked feeds one layer's sequence, with its states still behind it, to another.
func TestStackedOnPacked(t *testing.T) {
	s := Recurrent{Name: "rnn.l0", Cell: LSTM, Steps: 5, Inputs: 3, Hidden: 3, Sequence: true, InputGradient: true, StateGradient: true}
	ts := recurrentTensors(s, 2, 1)
	c := ts.compile(t, func(b *Builder[float64], n map[string]*gorgonia.Node) *gorgonia.Node {
		low := layer(b, s, n, []int{5, 3})
		up := s
		up.Name = "rnn.l1"
		high := b.Recurrent(up, RecurrentInput{X: low.Sequence, H0: n["h0"], C0: n["c0"], IH: n["ih"], HH: n["hh"], BIH: n["bih"], BHH: n["bhh"],
			Lengths: b.Lengths("lengths", []int{5, 3})})
		return b.add(everything(b, high), weigh(b, "weigh low c", b.C(low)))
	})
	ts.differences(t, c)
}

// TestStatesOnly builds without the sequence, as the last layer under a head at the last step.
func TestStatesOnly(t *testing.T) {
	for _, cell := range []Cell{Elman, LSTM, GRU} {
		s := Recurrent{Name: "rnn", Cell: cell, Nonlinearity: Tanh, Steps: 5, Inputs: 2, Hidden: 3, Reverse: true, InputGradient: true, StateGradient: true}
		ts := recurrentTensors(s, 2, 1)
		c := ts.compile(t, func(b *Builder[float64], n map[string]*gorgonia.Node) *gorgonia.Node {
			return weigh(b, "weigh h", b.H(layer(b, s, n, []int{5, 3})))
		})
		ts.differences(t, c)
	}
}

// TestRecurrentDropout: the mask is one for all steps, another one at each step of training, and none in evaluation; the state that
// GRU hands on past its products is whole.
func TestRecurrentDropout(t *testing.T) {
	const batch, steps, hidden = 3, 6, 5
	s := Recurrent{Name: "rnn", Cell: Elman, Nonlinearity: Identity, Steps: steps, Inputs: 2, Hidden: hidden, Sequence: true, Dropout: .5}
	ts := recurrentTensors(s, batch, 1)
	noise := &Noise{Seed: 7}
	run := func(training bool, dropout float64) []float64 {
		s := s
		s.Dropout = dropout
		var out *RecurrentOutput
		c := ts.compileFor(t, func(b *Builder[float64], n map[string]*gorgonia.Node) *gorgonia.Node {
			out = b.Recurrent(s, RecurrentInput{X: n["x"], H0: n["h0"], IH: n["ih"], HH: n["hh"], BIH: n["bih"], BHH: n["bhh"],
				Lengths: b.Lengths("lengths", full(batch, steps)), Noise: noise})
			return weigh(b, "weigh y", b.Y(out))
		}, training, []string{"ih"})
		c.run(t)
		return append([]float64(nil), Memory[float64](out.Sequence)[:steps*batch*hidden]...)
	}
	plain := run(false, 0)
	close(t, "evaluation", run(false, .5), plain)
	first := run(true, .5)
	noise.Step = 1
	if second := run(true, .5); second[0] == first[0] && second[7] == first[7] && second[29] == first[29] {
		t.Error("two steps of training have the same mask")
	}
	mask := make([]float64, batch*hidden)
	fillMask(mask, .5, Stream(7, "dropout rnn.recurrent 0"))
	h := append([]float64(nil), ts.values["h0"]...)
	for step := range steps { // h = W x + b + U (m h) + b, by hand
		next := make([]float64, len(h))
		for r := range batch {
			for j := range hidden {
				v := ts.values["bih"][j] + ts.values["bhh"][j]
				for k := range 2 {
					v += ts.values["ih"][j*2+k] * ts.values["x"][(step*batch+r)*2+k]
				}
				for k := range hidden {
					v += ts.values["hh"][j*hidden+k] * mask[r*hidden+k] * h[r*hidden+k]
				}
				next[r*hidden+j] = v
			}
		}
		h = next
		close(t, "by hand", first[step*batch*hidden:][:batch*hidden], h)
	}
}
