package graph

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// recurrentLesson puts two layers of a cell, the first with its whole sequence, a loss and the gradients into b.
func recurrentLesson(b *Builder[float64], cell Cell, primitive bool) (loss *gorgonia.Node, weights gorgonia.Nodes) {
	const T, B, I, H = 4, 2, 2, 3
	input := func(name string, shape ...int) *gorgonia.Node {
		v := make([]float64, volume(shape))
		Uniform(Stream(7, name), 0.5, v)
		return b.Input(name, v, shape...)
	}
	lengths := b.Lengths("lengths", []int{T, T - 1})
	x, h0, c0 := input("x", T, B, I), input("h0", 2, B, H), input("c0", 2, B, H)
	var last *RecurrentOutput
	for l, in := range []int{I, H} {
		w := gorgonia.Nodes{}
		for i, shape := range [][]int{{cell.Gates() * H, in}, {cell.Gates() * H, H}, {cell.Gates() * H}, {cell.Gates() * H}} {
			w = append(w, input(fmt.Sprint("w", l, i), shape...))
		}
		last = b.Recurrent(Recurrent{
			Name: fmt.Sprint("rnn", l), Cell: cell, Steps: T, Inputs: in, Hidden: H, Sequence: l == 0, Row: l, Primitive: primitive, InputGradient: l > 0,
		}, RecurrentInput{X: x, H0: h0, C0: c0, Lengths: lengths, IH: w[0], HH: w[1], BIH: w[2], BHH: w[3]})
		x, weights = last.Sequence, append(weights, w...)
	}
	mask := make([]float64, B*H)
	Fill(1, mask)
	loss = b.Loss("loss", MSE, 0, b.H(last), input("y", B, H), b.Input("mask", mask, B, H))
	b.Grad(loss, weights...)
	return loss, weights
}

// The hashes of a graph are the same in every process, build and on every machine: they hold no address.
func TestHashesArePinned(t *testing.T) {
	want := map[string]uint32{
		"elman fused": 0xb64a012e, "elman primitive": 0xbf324460, "lstm fused": 0x32b1de04, "lstm primitive": 0x8f602247, "gru fused": 0x312db8c5, "gru primitive": 0x8ad44f61,
	}
	for _, cell := range []Cell{Elman, LSTM, GRU} {
		for _, kind := range []string{"fused", "primitive"} {
			b, err := Build("test", nil, true, func(b *Builder[float64]) { recurrentLesson(b, cell, kind == "primitive") })
			if err != nil {
				t.Fatal(err)
			}
			all := fnv.New32a()
			for _, n := range b.Graph().AllNodes() {
				binary.Write(all, binary.LittleEndian, n.Hashcode())
			}
			name := cell.String() + " " + kind
			if got := all.Sum32(); got != want[name] {
				t.Errorf("%s: the hashes of %d nodes make %#08x, want %#08x, as in every other process", name, len(b.Graph().AllNodes()), got, want[name])
			}
		}
	}
}

// A graph of other hashes computes the same bits: the loss and every gradient.
func TestSaltKeepsBits(t *testing.T) {
	for _, cell := range []Cell{Elman, LSTM, GRU} {
		for _, primitive := range []bool{false, true} {
			var want []float64
			hashes := map[uint32]bool{}
			for salt := range 4 {
				b := NewBuilder[float64]("test", nil, true)
				b.salt, b.once = salt, true
				loss, weights := recurrentLesson(b, cell, primitive)
				vm, err := b.Machine()
				if err != nil {
					t.Fatal(err)
				}
				if err := vm.RunAll(); err != nil {
					t.Fatal(err)
				}
				got := slices.Clone(Memory[float64](loss))
				for _, w := range weights {
					got = append(got, GradientOf[float64](w)...)
				}
				vm.Close()
				hashes[loss.Hashcode()] = true
				if want == nil {
					want = got
				}
				if !slices.Equal(got, want) || len(hashes) != salt+1 {
					t.Fatalf("%v, primitive %v, salt %d: %d different hashes of the loss, and the gradients are\n%v, want\n%v", cell, primitive, salt, len(hashes), got, want)
				}
			}
		}
	}
}

// doubled is the op of 2x in another shape.
func doubled(name string, in, out port) *op[float64] {
	return &op[float64]{
		kind: "doubled", name: name, in: []port{in}, out: out, wrt: []bool{false},
		run: func(in [][]float64, out []float64) error {
			for i, v := range in[0] {
				out[i] = 2 * v
			}
			return nil
		},
	}
}

// clashing finds names for the first and the second op of a graph, with these outputs, so that their nodes have one hash:
// of a hundred thousand guests two have the same birthday, even of 2³² days.
func clashing(t *testing.T, in, one, two port) (first, second string) {
	t.Helper()
	const guests = 120_000
	hashOf := func(id int, name string, out port) uint32 {
		o, h := doubled(name, in, out), fnv.New32a()
		o.id = id
		fmt.Fprintf(h, "%v%v", out.hm(), tensor.Shape(out.shape)) // as Gorgonia's Node.WriteHash
		o.WriteHash(h)
		return h.Sum32()
	}
	names := make(map[uint32]string)
	for i := range uint64(guests) {
		name := strconv.FormatUint(Stream(i, "one").Uint64(), 36)
		names[hashOf(1, name, one)] = name
	}
	for i := range uint64(guests) {
		name := strconv.FormatUint(Stream(i, "two").Uint64(), 36)
		if first, ok := names[hashOf(2, name, two)]; ok {
			return first, name
		}
	}
	t.Fatal("no two names have one hash")
	return "", ""
}

// Of two nodes with one hash Gorgonia keeps the first: of one type and shape when it is asked for the second, and else when
// it compiles. Any builder refuses, and Build makes the graph anew, with both nodes.
func TestBuildTellsClashingNodesApart(t *testing.T) {
	in := NewBuilder[float64]("", nil, false).port("x", 3)
	for _, shape := range [][]int{{3}, {1, 3}} {
		one, two := renamed(in, "y"), NewBuilder[float64]("", nil, false).port("y", shape...)
		first, second := clashing(t, in, one, two)
		var a, c *gorgonia.Node
		add := func(b *Builder[float64]) {
			x := b.Input("x", []float64{1, 2, 3}, 3)
			a, c = b.apply(doubled(first, in, one), x), b.apply(doubled(second, in, two), x)
		}
		plain := NewBuilder[float64]("test", nil, false)
		add(plain)
		if len(shape) == 2 && (plain.Err() != nil || a.Hashcode() != c.Hashcode()) {
			t.Fatalf("error %v, hashes %x and %x; want two nodes with one hash", plain.Err(), a.Hashcode(), c.Hashcode())
		}
		_, err := plain.Machine()
		var clash *Clash
		if !errors.As(err, &clash) || !strings.Contains(err.Error(), second) || !strings.Contains(err.Error(), first) || !strings.Contains(err.Error(), "graph.Build") {
			t.Fatalf("shape %v: a builder gives %v, want *Clash with both names and Build", shape, err)
		}
		b, err := Build("test", nil, false, add)
		if err != nil {
			t.Fatal(err)
		}
		if b.Salt() != 1 || a == c || a.Hashcode() == c.Hashcode() || len(b.Graph().AllNodes()) != 3 {
			t.Fatalf("shape %v: salt %d, %d nodes, one: %v; want salt 1 and 3 nodes", shape, b.Salt(), len(b.Graph().AllNodes()), a == c)
		}
		if _, err := b.Machine(); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(DOT(b.Graph())), saltMark) {
			t.Error("the salt shows in the drawing of the graph")
		}
	}
}

// A node of Gorgonia's own that becomes an earlier one is found too: SoftMax and LogSoftMax of one node have one hash, and
// the gradients by two nodes that go the same ways are one sum. No salt helps, and Build says so.
func TestBuildFindsMergedNodes(t *testing.T) {
	softmax := func(b *Builder[float64], x *gorgonia.Node) *gorgonia.Node {
		one := b.apply1(func(x *gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.SoftMax(x, 1) }, x)
		return b.add(one, b.apply1(func(x *gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.LogSoftMax(x, 1) }, x))
	}
	sum := func(b *Builder[float64], x *gorgonia.Node) *gorgonia.Node {
		return b.apply1(func(x *gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.Sum(x) }, x)
	}
	for name, add := range map[string]func(b *Builder[float64], x, y *gorgonia.Node){
		"forward":             func(b *Builder[float64], x, y *gorgonia.Node) { softmax(b, x) },
		"before the gradient": func(b *Builder[float64], x, y *gorgonia.Node) { b.Grad(sum(b, softmax(b, x)), x) },
		"in the gradient": func(b *Builder[float64], x, y *gorgonia.Node) {
			b.Grad(sum(b, b.add(b.add(x, y), b.add(y, x))), x, y)
		},
	} {
		_, err := Build("test", nil, true, func(b *Builder[float64]) {
			add(b, b.Input("x", []float64{1, 2, 3, 4}, 2, 2), b.Input("y", []float64{1, 2, 3, 4}, 2, 2))
		})
		var clash *Clash
		if !errors.As(err, &clash) {
			t.Errorf("%s: got %v, want *Clash", name, err)
		}
	}
	if _, err := Build("test", nil, true, func(b *Builder[float64]) {
		x, y := b.Input("x", []float64{1, 2, 3, 4}, 2, 2), b.Input("y", []float64{1, 2, 3, 4}, 2, 2)
		b.Grad(sum(b, b.add(x, b.times(x, y))), x, y)
	}); err != nil {
		t.Errorf("a graph of different nodes: %v", err)
	}
}
