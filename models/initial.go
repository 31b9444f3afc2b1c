package models

import (
	"math"
	"strings"

	"recur/graph"
)

// starts are the known values of init.
var starts = map[string]struct{}{"pytorch": {}, "orthogonal": {}, "identity": {}, "xavier": {}}

// irnnDeviation is the standard deviation of an IRNN's input weights, as in its paper.
const irnnDeviation = 0.001

// initialise draws all weights. Every tensor has a random stream of its own name, so that nothing else in the network
// changes what it draws.
//
//	pytorch     recurrent layers uniform in ±1/√H, convolutions, encoder and head in ±1/√(what they read): PyTorch's defaults
//	            names of a categorical column normal with deviation 1, symbols uniform in ±0.1 (normal with deviation 1 where something is said), whatever init; no known name and padding zero
//	orthogonal  as pytorch, but the recurrent weights of each gate are an orthogonal matrix
//	identity    recurrent weights of each gate the identity, input weights normal with deviation 0.001, biases 0; the rest as pytorch
//	xavier      every gate's weights uniform by fan-in and fan-out, those of convolutions, encoder and head too; biases 0
//
// Gains of layer norm begin at 1, the shift of a normalised cell at 0. A forget bias, when given, is what the two biases of an LSTM's forget gate add up to. Learned first states begin at 0;
// so do the linear path and, where there is one, the head, so that training starts as the linear model that the path is
// set to.
func (n *Network[F]) initialise() {
	s := n.Spec
	for l := range s.Layers {
		for d := range s.Directions() {
			suffix := suffixOf(l, d)
			n.initialiseLayer(n.byName["rnn.weight_ih"+suffix], n.byName["rnn.weight_hh"+suffix],
				n.byName["rnn.bias_ih"+suffix], n.byName["rnn.bias_hh"+suffix])
		}
	}
	for _, p := range n.Params {
		if strings.HasPrefix(p.Name, "rnn.gain_") {
			graph.Fill(1, p.Values)
		}
	}
	for _, c := range s.Categories {
		table := n.byName[tableOf(c.Column)]
		graph.Normal(n.stream(table), 1, table.Values[s.EmbeddingSize:])
	}
	n.initialiseSymbols()
	n.initialiseFront()
	if s.EncoderSize > 0 {
		n.initialiseLinear(n.byName["encoder.weight"], n.byName["encoder.bias"])
	}
	if w := n.byName[poolWeight]; w != nil {
		graph.Uniform(n.stream(w), 1/math.Sqrt(float64(len(w.Values))), w.Values)
	}
	n.initialiseSaid()
	switch {
	case s.saysSteps() && s.TieEmbeddings:
	case s.TieEmbeddings: // the bias begins at 0, as it stands beside small numbers
		project := n.byName[headProject]
		graph.Uniform(n.stream(project), 1/math.Sqrt(float64(project.Shape[1])), project.Values)
	case !s.Linear():
		n.initialiseLinear(n.byName["head.weight"], n.byName["head.bias"])
	}
}

func (n *Network[F]) initialiseLinear(weight, bias *Param[F]) {
	if n.Spec.Init == "xavier" {
		graph.Xavier(n.stream(weight), weight.Shape[0], weight.Shape[1], weight.Values)
		return
	}
	bound := 1 / math.Sqrt(float64(weight.Shape[1]))
	graph.Uniform(n.stream(weight), bound, weight.Values)
	graph.Uniform(n.stream(bias), bound, bias.Values)
}

func (n *Network[F]) initialiseLayer(ih, hh, bih, bhh *Param[F]) {
	n.initialiseCell(cellStart{n.Spec.Cell, n.Spec.HiddenSize, n.Spec.LayerNorm}, ih, hh, bih, bhh)
}

// cellStart is what the first weights of a cell follow from.
type cellStart struct {
	cell string
	h    int
	norm bool
}

func (n *Network[F]) initialiseCell(c cellStart, ih, hh, bih, bhh *Param[F]) {
	h := c.h
	bound := 1 / math.Sqrt(float64(h))
	switch n.Spec.Init {
	case "xavier":
		n.eachGate(h, ih, func(r source, w []F) { graph.Xavier(r, h, len(w)/h, w) })
		n.eachGate(h, hh, func(r source, w []F) { graph.Xavier(r, h, h, w) })
	case "identity":
		graph.Normal(n.stream(ih), irnnDeviation, ih.Values)
		n.eachGate(h, hh, func(_ source, w []F) { graph.Eye(h, w) })
	case "orthogonal":
		graph.Uniform(n.stream(ih), bound, ih.Values)
		n.eachGate(h, hh, func(r source, w []F) { graph.Orthogonal(r, h, w) })
		graph.Uniform(n.stream(bih), bound, bih.Values)
		graph.Uniform(n.stream(bhh), bound, bhh.Values)
	default:
		for _, p := range []*Param[F]{ih, hh, bih, bhh} {
			graph.Uniform(n.stream(p), bound, p.Values)
		}
	}
	if b := n.Spec.ForgetBias; b != nil && c.cell == "lstm" {
		set, clear := bih, bhh
		if c.norm { // the other one stands inside a norm
			set, clear = bhh, bih
		}
		graph.Fill(*b, set.Values[h:2*h])
		graph.Fill(0, clear.Values[h:2*h])
	}
}

type source = interface{ Uint64() uint64 }

func (n *Network[F]) stream(p *Param[F]) source {
	return graph.Stream(n.Spec.Seed, "initialise "+p.Name)
}

// eachGate calls f for each gate's block of rows, all with the tensor's one stream.
func (n *Network[F]) eachGate(h int, p *Param[F], f func(r source, w []F)) {
	r, size := n.stream(p), h*p.Shape[1]
	for at := 0; at < len(p.Values); at += size {
		f(r, p.Values[at:][:size])
	}
}
