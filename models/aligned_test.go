package models

import (
	"math"
	"slices"
	"strings"
	"testing"

	"recur/configs"
	"recur/graph"
)

// hearing is a small network whose labels are not aligned with its steps, of which the front leaves every other one.
func hearing(cell string) Spec {
	return Spec{
		Model: configs.Model{Cell: cell, HiddenSize: 4, Layers: 1, Bidirectional: true, Head: "every",
			Front: []configs.Layer{{Conv: configs.Conv{Channels: 5, Width: 3, Stride: 2, Padding: "same", Norm: "layer", Activation: "tanh"}}}},
		Steps: 13, Inputs: 3, Outputs: 4, Classes: 4, SaidSteps: 3, Loss: configs.LossOfSounds, Threads: 2, Seed: 5,
	}
}

// Of each row the frames that are heard and the labels in them; one row has none.
var (
	heardLengths = []int{13, 8, 11, 5}
	labelLengths = []int{3, 2, 3, 0}
)

// fillHearing gives network and graph the formula's weights, frames and labels; behind the ends of rows stands rest.
func fillHearing[F graph.Float](n *Network[F], g *Graph[F], lengths, labels []int, rest int32) {
	for i, p := range n.Params {
		formula(i, 2/math.Sqrt(float64(n.Spec.HiddenSize)), p.Values)
	}
	formula(100, 4, g.X)
	copy(g.Lengths, lengths)
	copy(g.SaidLengths, labels)
	for i := range g.X {
		if i/(g.B*n.Spec.Inputs) >= g.Lengths[i/n.Spec.Inputs%g.B] {
			g.X[i] = F(rest)
		}
	}
	wholes(103, n.Spec.Classes-1, g.Labels)
	for i := range g.Labels {
		if g.Labels[i]++; i/g.B >= g.SaidLengths[i%g.B] {
			g.Labels[i] = noLabel
		}
	}
	for r := range g.B { // a label twice has a blank between
		if g.SaidLengths[r] > 1 {
			g.Labels[g.B+r] = g.Labels[r]
		}
	}
}

// TestAlignedGradients: the gradients of all weights agree with central differences.
func TestAlignedGradients(t *testing.T) {
	for _, cell := range []string{"lstm", "gru", "elman"} {
		s := hearing(cell)
		n, g := openSpeaking[float64](t, s, len(heardLengths), true)
		fillHearing(n, g, heardLengths, labelLengths, 0)
		differences(t, n, g)
		s.HeadDropout, s.Layers, s.Dropout, s.RecurrentDropout, s.LockedDropout = .3, 2, .2, .2, .2
		n, g = openSpeaking[float64](t, s, len(heardLengths), true)
		fillHearing(n, g, heardLengths, labelLengths, 0)
		g.Dropout(3, 7)
		differences(t, n, g)
	}
}

// TestRowsAlone: neither the other rows, nor padding, nor what stands behind the ends changes the loss of a row, be it said or heard.
func TestRowsAlone(t *testing.T) {
	specs := map[string]Spec{"heard": hearing("lstm")}
	for _, k := range speakers()[:12] {
		specs[k.name()] = k.spec()
	}
	for name, s := range specs {
		n, err := New[float64](s)
		if err != nil {
			t.Fatal(err)
		}
		defer n.Close()
		read, said, at := readLengths, saidLengths, 1
		if s.aligns() {
			read, said = heardLengths, labelLengths
		}
		whole := rowLosses(t, n, s.Steps, s.SaidSteps, read, said, 0, nil)
		longer := rowLosses(t, n, s.Steps+4, s.SaidSteps+3, read, said, 7, nil)
		alone := rowLosses(t, n, read[at], said[at], read[at:at+1], said[at:at+1], 0, func(g *Graph[float64]) { takeRow(g, n, s, read, said, at) })
		for r := range read {
			if e := math.Abs(whole[r] - longer[r]); !(e <= 1e-12) {
				t.Errorf("%s: row %d has the loss %v, with padding %v", name, r, whole[r], longer[r])
			}
		}
		if e := math.Abs(whole[at] - alone[0]); !(e <= 1e-12) {
			t.Errorf("%s: row %d has the loss %v among others, alone %v", name, at, whole[at], alone[0])
		}
	}
}

// rowLosses are the losses of rows whose sequences are those of the formula at the spec's own size, in a graph of so many steps.
func rowLosses(t *testing.T, n *Network[float64], steps, said int, read, labels []int, rest int32, change func(*Graph[float64])) []float64 {
	t.Helper()
	g, err := n.Sized(Size{Rows: len(read), Steps: steps, Said: said}, false)
	if err != nil {
		t.Fatal(err)
	}
	s := n.Spec
	fill := fillSpeaking[float64]
	if s.aligns() {
		fill = fillHearing[float64]
	}
	fill(n, g, read, labels, rest) // time-major: of the same number of rows the first steps are the same ones
	if change != nil {
		change(g)
	}
	run(t, g)
	losses := make([]float64, g.B)
	if s.aligns() {
		for r := range losses {
			losses[r] = -float64(g.LogP[r])
		}
		return losses
	}
	for i, p := range g.LogP {
		losses[i%g.B] -= p
	}
	return losses
}

// takeRow makes the one row of g that of a graph of all.
func takeRow(g *Graph[float64], n *Network[float64], s Spec, read, said []int, at int) {
	all, err := n.Sized(Size{Rows: len(read), Steps: s.Steps, Said: s.SaidSteps}, false)
	if err != nil {
		panic(err)
	}
	take := func(to, from []int32) {
		for i := range to {
			to[i] = from[i*len(read)+at]
		}
	}
	take(g.Tokens, all.Tokens)
	take(g.Copied, all.Copied)
	take(g.Said, all.Said)
	take(g.Labels, all.Labels)
	for i := range g.X {
		g.X[i] = all.X[(i/s.Inputs*len(read)+at)*s.Inputs+i%s.Inputs]
	}
}

// TestInfeasible: labels for which the frames do not suffice are an error that says so, and never a number.
func TestInfeasible(t *testing.T) {
	n, g := openSpeaking[float32](t, hearing("gru"), len(heardLengths), true)
	fillHearing(n, g, []int{13, 5, 11, 5}, []int{3, 3, 3, 0}, 0) // 3 frames, and 2 of 3 labels are the same
	loss, err := g.Run()
	if err == nil || !strings.Contains(err.Error(), "row 1") {
		t.Errorf("the loss is %v, the error %v", loss, err)
	}
}

// TestThreadsOfSaid: the same bits on any number of threads, of what is said and of what is heard.
func TestThreadsOfSaid(t *testing.T) {
	big := speaking{cell: "lstm", attention: "general", bridge: "dense", copies: true, both: true, encoders: 2, decoders: 1}.spec()
	big.HiddenSize, big.EmbeddingSize, big.Decoder.HiddenSize, big.OutputSize, big.Steps, big.SaidSteps = 30, 33, 41, 37, 20, 15
	heard := hearing("lstm")
	heard.HiddenSize, heard.Steps, heard.Front[0].Conv.Channels = 33, 60, 40
	for _, s := range []Spec{big, heard} {
		var want []float32
		for _, threads := range []int{1, 2, 5} {
			s.Threads = threads
			n, g := openSpeaking[float32](t, s, 24, true)
			if s.aligns() {
				fillHearing(n, g, nil, []int{3, 1, 2}, 0)
			} else {
				fillSpeaking(n, g, []int{20, 3, 11}, []int{4, 15, 9}, 0)
			}
			got := []float32{float32(run(t, g))}
			for i := range n.Params {
				got = append(got, wholeGradient(n, g, i)...)
			}
			if want == nil {
				want = got
			}
			if !slices.Equal(got, want) {
				t.Errorf("%d threads give other bits", threads)
			}
		}
	}
}
