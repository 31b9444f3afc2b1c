package models

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"recur/configs"
	"recur/graph"
)

// speaking is a small network with a decoder; its widths suit every attention and every bridge.
type speaking struct {
	cell, attention, bridge string
	copies, numbers         bool
	tied, shared, both      bool
	encoders, decoders      int
}

// spoken is the number of symbols on either side; the first is padding.
const spoken = 9

func (k speaking) name() string {
	return fmt.Sprintf("%s,%s,%s,copy=%v,numbers=%v,tied=%v,shared=%v,both=%v,%d+%d", k.cell, k.attention, k.bridge, k.copies, k.numbers, k.tied, k.shared, k.both, k.encoders, k.decoders)
}

func (k speaking) spec() Spec {
	s := Spec{
		Model: configs.Model{Cell: k.cell, HiddenSize: 4, Layers: k.encoders, Bidirectional: k.both, Head: "every", EmbeddingSize: 3, Attention: k.attention, Bridge: k.bridge,
			Copy: k.copies, TieEmbeddings: k.tied, Decoder: configs.Decoder{Cell: k.cell, HiddenSize: 4, Layers: k.decoders}, OutputSize: 5},
		Steps: 5, Outputs: spoken, Classes: spoken, Says: spoken, SaidSteps: 4, Vocabulary: spoken, Unknown: 3, Shared: k.shared, Threads: 2, Seed: 3,
	}
	if k.both {
		s.HiddenSize = 2
	}
	if k.tied {
		s.OutputSize = s.EmbeddingSize
	}
	if k.numbers {
		s.Inputs, s.Vocabulary, s.Padding, s.Unknown = 3, 0, -1, -1
	}
	return s
}

// speakers are networks of every cell with every attention and bridge, copying and not; the rest takes turns.
func speakers() (all []speaking) {
	for _, cell := range []string{"lstm", "gru", "elman"} {
		for _, attention := range []string{"none", "dot", "general"} {
			for _, bridge := range []string{"dense", "copy", "zero"} {
				for _, copies := range []bool{false, true} {
					if copies && attention == "none" || attention == "none" && bridge == "zero" {
						continue
					}
					i := len(all)
					all = append(all, speaking{cell: cell, attention: attention, bridge: bridge, copies: copies, tied: i%3 > 0, shared: i%3 == 2 || i%5 == 4, both: i%2 == 0,
						encoders: 1 + i/2%2, decoders: 1 + i/3%2, numbers: !copies && i%3 == 1 && i%5 != 4})
				}
			}
		}
	}
	return all
}

// fillSpeaking gives network and graph the formula's weights and sequences of the lengths. What stands behind their ends, which is nothing that
// a network may see, follows from rest.
func fillSpeaking[F graph.Float](n *Network[F], g *Graph[F], lengths, saidLengths []int, rest int32) {
	for i, p := range n.Params {
		formula(i, 2/math.Sqrt(float64(n.Spec.HiddenSize)), p.Values)
		if p.Name == symbolTable && n.Spec.Padding >= 0 || p.Name == saidTable && n.Spec.SaidPadding >= 0 {
			clear(p.Values[:p.Shape[1]])
		}
	}
	copy(g.Lengths, lengths)
	copy(g.SaidLengths, saidLengths)
	formula(100, 4, g.X)
	for i := range g.X {
		if t := i / (g.B * n.Spec.Inputs); t >= g.Lengths[i/n.Spec.Inputs%g.B] {
			g.X[i] = F(rest)
		}
	}
	wholes(103, n.Spec.Says, g.Labels)
	wholes(104, n.Spec.Says, g.Said)
	if n.Spec.Vocabulary > 0 {
		wholes(100, n.Spec.Vocabulary, g.Tokens)
	}
	if n.Spec.Copy { // two words that the row's source alone has, and none at some places
		wholes(105, n.Spec.Says+3, g.Copied)
		for i, c := range g.Copied {
			if c == int32(n.Spec.Says+2) {
				g.Copied[i] = noLabel
			}
		}
		for r := range g.B {
			g.Copied[r] = int32(n.Spec.Says + 1) // row r, step 0
			g.Labels[r] = int32(n.Spec.Says + 1)
			for t := range g.Lengths[r] {
				if c := g.Copied[t*g.B+r]; c >= 0 && c < int32(n.Spec.Says) && g.SaidLengths[r] > 1 {
					g.Labels[g.B+r] = c
				}
			}
		}
	}
	behind(g.Tokens, g.B, g.Lengths, rest, int32(n.Spec.Vocabulary))
	behind(g.Copied, g.B, g.Lengths, rest, int32(n.Spec.Says+2))
	behind(g.Said, g.B, g.SaidLengths, rest, int32(n.Spec.Says))
	behind(g.Labels, g.B, g.SaidLengths, rest, int32(n.Spec.Says))
}

// wholes fills x with whole numbers from 0 to below n by the formula.
func wholes(stream, n int, x []int32) {
	v := make([]float64, len(x))
	formula(stream, 1, v)
	for i := range v {
		x[i] = int32(math.Floor((v[i] + 0.5) * float64(n)))
	}
}

// behind writes what is behind the ends of rows: padding where rest is 0, else anything below n.
func behind(x []int32, rows int, lengths []int, rest, n int32) {
	for i := range x {
		if i/rows >= lengths[i%rows] {
			x[i] = (int32(i) * rest) % n
		}
	}
}

// differences holds the gradients of every weight of the network against central differences: of each tensor along one direction in which all of
// its weights differ, and of some weights alone.
func differences(t *testing.T, n *Network[float64], g *Graph[float64]) {
	t.Helper()
	const h, most = 1e-5, 2e-8
	run(t, g)
	var gradients [][]float64
	for i := range n.Params {
		gradients = append(gradients, slices.Clone(wholeGradient(n, g, i)))
	}
	for i, p := range n.Params {
		gradient, kept := gradients[i], slices.Clone(p.Values)
		padding := 0 // of a table whose first row stands for nothing
		if (p.Name == symbolTable && n.Spec.Padding == 0 || p.Name == saidTable) && !(n.Spec.TieEmbeddings && (p.Name == saidTable || n.Spec.sharesTable())) {
			padding = p.Shape[1]
			if !slices.Equal(gradient[:padding], make([]float64, padding)) {
				t.Errorf("padding of %s has the gradient %v", p.Name, gradient[:padding])
			}
		}
		along := func(direction []float64) {
			clear(direction[:padding])
			moved := func(by float64) float64 {
				for j := range kept {
					p.Values[j] = kept[j] + by*direction[j]
				}
				return run(t, g)
			}
			slope, got := (moved(h)-moved(-h))/(2*h), 0.0
			for j, d := range direction {
				got += gradient[j] * d
			}
			if !(math.Abs(slope-got) <= most*(1+math.Abs(got))) {
				t.Errorf("gradient of %s is %v along %.3v, central differences give %v", p.Name, got, direction[:min(3, len(direction))], slope)
			}
		}
		all := make([]float64, len(kept))
		formula(200+i, 1, all)
		along(all)
		for j := padding; j < len(kept); j += 1 + len(kept)/2 {
			one := make([]float64, len(kept))
			one[j] = 1
			along(one)
		}
		copy(p.Values, kept)
	}
}

var (
	readLengths = []int{5, 2, 4}
	saidLengths = []int{4, 3, 1}
)

// TestSaidGradients: of every encoder and decoder the gradients of all weights agree with central differences.
func TestSaidGradients(t *testing.T) {
	for _, k := range speakers() {
		t.Run(k.name(), func(t *testing.T) {
			n, g := openSpeaking[float64](t, k.spec(), 3, true)
			fillSpeaking(n, g, readLengths, saidLengths, 0)
			differences(t, n, g)
		})
	}
}

// TestSaidGradientsDropped: likewise with all that training drops and smooths.
func TestSaidGradientsDropped(t *testing.T) {
	for _, k := range []speaking{
		{cell: "lstm", attention: "general", bridge: "dense", both: true, encoders: 2, decoders: 2},
		{cell: "gru", attention: "dot", bridge: "copy", copies: true, shared: true, tied: true, both: true, encoders: 2, decoders: 2},
		{cell: "elman", attention: "none", bridge: "dense", tied: true, encoders: 1, decoders: 2},
	} {
		s := k.spec()
		s.LabelSmoothing, s.EmbeddingDropout, s.MemoryDropout, s.HeadDropout, s.Dropout, s.RecurrentDropout, s.WordDropout, s.LockedDropout = .1, .2, .3, .3, .2, .2, .2, .2
		t.Run(k.name(), func(t *testing.T) {
			n, g := openSpeaking[float64](t, s, 3, true)
			fillSpeaking(n, g, readLengths, saidLengths, 0)
			g.Dropout(3, 7)
			differences(t, n, g)
		})
	}
}

func openSpeaking[F graph.Float](t *testing.T, s Spec, rows int, training bool) (*Network[F], *Graph[F]) {
	t.Helper()
	n, err := New[F](s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.Close)
	g, err := n.Sized(Size{Rows: rows, Steps: s.Steps, Said: s.SaidSteps}, training)
	if err != nil {
		t.Fatal(err)
	}
	return n, g
}

// TestDecoderOfNothing: a decoder that neither looks at what was read nor begins from it is refused.
func TestDecoderOfNothing(t *testing.T) {
	s := speaking{cell: "gru", attention: "none", bridge: "zero", encoders: 1, decoders: 1}.spec()
	if _, err := New[float64](s); err == nil || !strings.Contains(err.Error(), "bridge zero with attention none") {
		t.Errorf("got %v", err)
	}
}
