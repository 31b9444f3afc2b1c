package models

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gorgonia.org/gorgonia"

	"recur/graph"
)

// This file is the decoder, which says a second sequence of the one that the recurrent layers, its encoder, have read [1]: a whole-sequence op
// under teacher forcing, attention after it [2], and where symbols are copied a gate [3].
//
// [1] Sutskever, Vinyals & Le, Sequence to sequence learning with neural networks, 2014; Cho et al., Learning phrase representations, 2014.
// [2] Luong, Pham & Manning, Effective approaches to attention-based neural machine translation, 2015, without input feeding.
// [3] Gu et al., Incorporating copying mechanism in sequence-to-sequence learning, 2016; See, Liu & Manning, Get to the point, 2017.

// Names of the decoder's weights.
const (
	saidTable     = "decoder.embedding.weight"
	combineWeight = "attention.combine.weight" // "combine.weight" without attention
	combineBias   = "attention.combine.bias"
	attendWeight  = "attention.weight"
	copyWeight    = "copy.weight"
	copyBias      = "copy.bias"
)

// saysSteps says that a decoder says a second sequence.
func (s Spec) saysSteps() bool { return s.Says > 0 }

// sharesTable says that sources, targets and the head have one table.
func (s Spec) sharesTable() bool { return s.saysSteps() && s.Shared && s.TieEmbeddings }

// tiesSource says that the table of the symbols that are read is the head's weight too.
func (s Spec) tiesSource() bool {
	return s.TieEmbeddings && (!s.saysSteps() || s.Shared)
}

// memory is M, the width of what the encoder leaves at every step.
func (s Spec) memory() int { return s.Directions() * s.HiddenSize }

// combines names the layer between the decoder and the head, and what it reads.
func (s Spec) combines() (weight, bias string, reads int) {
	if s.Attention == "none" {
		return "combine.weight", "combine.bias", s.Decoder.HiddenSize
	}
	return combineWeight, combineBias, s.memory() + s.Decoder.HiddenSize
}

// checkSaid reports what is wrong with the decoder, and fills in what may be left out.
func (s *Spec) checkSaid() error {
	if !s.saysSteps() {
		return nil
	}
	d := &s.Decoder
	d.Layers = max(d.Layers, 1)
	s.Attention, s.Bridge = either(s.Attention, "general"), either(s.Bridge, "dense")
	if s.OutputSize == 0 {
		if s.OutputSize = d.HiddenSize; s.TieEmbeddings {
			s.OutputSize = s.EmbeddingSize
		}
	}
	switch {
	case !has(cells, d.Cell) || d.HiddenSize < 1 || s.OutputSize < 1 || s.EmbeddingSize < 1:
		return fmt.Errorf("models: decoder of cell %q with %d units, output_size %d and embedding_size %d, want a known cell and 1 or more", d.Cell, d.HiddenSize, s.OutputSize, s.EmbeddingSize)
	case !slices.Contains([]string{"none", "dot", "general"}, s.Attention) || !slices.Contains([]string{"dense", "copy", "zero"}, s.Bridge):
		return fmt.Errorf("models: unknown word among attention %q, bridge %q", s.Attention, s.Bridge)
	case s.Attention == "dot" && s.memory() != d.HiddenSize:
		return fmt.Errorf("models: attention dot of %d encoder values and %d of the decoder, want equal widths", s.memory(), d.HiddenSize)
	case s.Bridge == "copy" && (s.memory() != d.HiddenSize || s.Cell != d.Cell):
		return fmt.Errorf("models: bridge copy from %d values of %s to %d of %s, want equal widths and cells", s.memory(), s.Cell, d.HiddenSize, d.Cell)
	case s.Bridge == "zero" && s.Attention == "none":
		return errors.New("models: bridge zero with attention none, want one of them to carry what was read to the decoder")
	case s.Copy && (s.Attention == "none" || s.Vocabulary == 0 || len(s.Front) > 0):
		return fmt.Errorf("models: copy with attention %s, %d symbols to read and %d convolutions, want attention, and symbols that are read one by one", s.Attention, s.Vocabulary, len(s.Front))
	case s.TieEmbeddings && s.OutputSize != s.EmbeddingSize:
		return fmt.Errorf("models: tied embeddings with output_size %d and embedding_size %d, want equal ones", s.OutputSize, s.EmbeddingSize)
	case s.Shared && s.Says != s.Vocabulary:
		return fmt.Errorf("models: a shared vocabulary of %d symbols to read and %d to say, want as many", s.Vocabulary, s.Says)
	case s.Head != "every" || s.Classes != s.Says || s.SaidPadding < -1 || s.SaidPadding >= s.Says:
		return fmt.Errorf("models: a decoder of %d symbols with head %s, %d classes and padding %d, want head every, as many classes and padding among them", s.Says, s.Head, s.Classes, s.SaidPadding)
	case s.Implementation == "primitive" || s.InitialState == "learned":
		return fmt.Errorf("models: a decoder with implementation %s and initial_state %s, want fused and zero", s.Implementation, s.InitialState)
	}
	return nil
}

// saidShapes are the weights between the encoder and the head, in the order of the flow.
func (s Spec) saidShapes() (ps []ParamShape) {
	if !s.saysSteps() {
		return nil
	}
	d := s.Decoder
	if s.Bridge == "dense" {
		for l := range d.Layers {
			for _, state := range statesOf(d.Cell) {
				name := bridgeName(state, l)
				ps = append(ps, ParamShape{name + ".weight", []int{d.HiddenSize, s.memory()}}, ParamShape{name + ".bias", []int{d.HiddenSize}})
			}
		}
	}
	if !s.sharesTable() {
		ps = append(ps, ParamShape{saidTable, []int{s.Says, s.EmbeddingSize}})
	}
	g := cells[d.Cell].Gates() * d.HiddenSize
	for l := range d.Layers {
		in, suffix := d.HiddenSize, suffixOf(l, 0)
		if l == 0 {
			in = s.EmbeddingSize
		}
		ps = append(ps, ParamShape{"decoder.weight_ih" + suffix, []int{g, in}}, ParamShape{"decoder.weight_hh" + suffix, []int{g, d.HiddenSize}},
			ParamShape{"decoder.bias_ih" + suffix, []int{g}}, ParamShape{"decoder.bias_hh" + suffix, []int{g}})
	}
	if s.Attention == "general" {
		ps = append(ps, ParamShape{attendWeight, []int{s.memory(), d.HiddenSize}})
	}
	weight, bias, reads := s.combines()
	ps = append(ps, ParamShape{weight, []int{s.OutputSize, reads}}, ParamShape{bias, []int{s.OutputSize}})
	if s.Copy {
		ps = append(ps, ParamShape{copyWeight, []int{1, reads}}, ParamShape{copyBias, []int{1}})
	}
	return ps
}

// statesOf are the states that a cell carries: h, and c of an LSTM.
func statesOf(cell string) []string {
	if cell == "lstm" {
		return []string{"h", "c"}
	}
	return []string{"h"}
}

// bridgeName is the layer that makes the first state, h or c, of a layer of the decoder.
func bridgeName(state string, layer int) string { return fmt.Sprintf("bridge.%s_l%d", state, layer) }

// saidDeviation is the standard deviation that the numbers of symbols begin with where something is said: that of PyTorch's Embedding. With small
// ones, as of a text to classify, the decoder says the most frequent symbols of all for some 500 updates before it begins to look: translations
// of Multi30k have a loss of 5.36 after 600 updates then, and of 3.93 with these.
const saidDeviation = 1

// initialiseSaid draws the decoder's weights.
func (n *Network[F]) initialiseSaid() {
	s := n.Spec
	if !s.saysSteps() {
		return
	}
	for _, p := range s.saidShapes() {
		q := n.byName[p.Name]
		if len(p.Shape) != 2 || p.Name == saidTable {
			continue
		}
		if bias := n.byName[p.Name[:len(p.Name)-len("weight")]+"bias"]; bias != nil {
			n.initialiseLinear(q, bias)
		} else if p.Name == attendWeight {
			graph.Uniform(n.stream(q), 1/math.Sqrt(float64(p.Shape[1])), q.Values)
		}
	}
	for l := range s.Decoder.Layers {
		suffix := suffixOf(l, 0)
		n.initialiseCell(cellStart{s.Decoder.Cell, s.Decoder.HiddenSize, false}, n.byName["decoder.weight_ih"+suffix], n.byName["decoder.weight_hh"+suffix],
			n.byName["decoder.bias_ih"+suffix], n.byName["decoder.bias_hh"+suffix])
	}
	if table := n.byName[saidTable]; table != nil {
		n.drawSymbols(table)
		if s.SaidPadding >= 0 {
			clear(table.Values[s.SaidPadding*s.EmbeddingSize:][:s.EmbeddingSize])
		}
	}
}

// said runs the decoder over the second sequence on what the encoder has left, memory [R,B,M] of so many steps, and returns what the head
// reads, [S,B,O].
func (n *Network[F]) said(b *graph.Builder[F], g *Graph[F], w map[string]*gorgonia.Node, memory *gorgonia.Node, o below) (features *gorgonia.Node, steps int) {
	s, d := n.Spec, n.Spec.Decoder
	lengths := b.Lengths("said.lengths", g.SaidLengths)
	x, last := n.saidTokens(b, g, w), n.lastOf(b, g)
	for l := range d.Layers {
		in, suffix := d.HiddenSize, suffixOf(l, 0)
		if l == 0 {
			in = s.EmbeddingSize
		}
		h0, c0 := n.bridge(b, g, w, l, last)
		out := b.Recurrent(graph.Recurrent{
			Name: "decoder" + suffix, Cell: cells[d.Cell], Nonlinearity: activations[s.Elman.Nonlinearity], Steps: g.S, Inputs: in, Hidden: d.HiddenSize,
			Sequence: true, InputGradient: true, StateGradient: s.Bridge != "zero", Dropout: s.RecurrentDropout,
		}, graph.RecurrentInput{
			X: x, H0: h0, C0: c0, Lengths: lengths, Noise: g.noise,
			IH: w["decoder.weight_ih"+suffix], HH: w["decoder.weight_hh"+suffix], BIH: w["decoder.bias_ih"+suffix], BHH: w["decoder.bias_hh"+suffix],
		})
		if x = out.Sequence; l < d.Layers-1 && s.Dropout > 0 && b.Training() {
			x = b.Dropout(fmt.Sprintf("decoder.l%d", l), s.Dropout, g.noise, g.S, x)
		}
	}
	read := []graph.Operand{{X: x, InputGradient: true}}
	if s.Attention != "none" {
		context := n.attend(b, g, w, x, lengths, memory, o)
		read = append([]graph.Operand{{X: context, InputGradient: true}}, read...)
	}
	if s.Copy {
		g.gate = b.Products("copy", graph.Identity, g.S, w[copyBias], graph.Product{Weight: w[copyWeight], Of: read})
	}
	weight, bias, _ := s.combines()
	return b.Products("combine", graph.Tanh, g.S, w[bias], graph.Product{Weight: w[weight], Of: read}), g.S
}

// saidTokens are the vectors of the symbols that the decoder reads, [S,B,E].
func (n *Network[F]) saidTokens(b *graph.Builder[F], g *Graph[F], w map[string]*gorgonia.Node) *gorgonia.Node {
	s, table := n.Spec, w[saidTable]
	if s.sharesTable() {
		table = w[symbolTable]
	}
	x := b.Tokens(graph.Tokens{Name: "decoder.embedding", Padding: s.SaidPadding}, b.Numbers("said", g.said, g.S, g.B), table).Y
	if s.EmbeddingDropout > 0 && b.Training() {
		return b.Dropout("decoder.embedding", s.EmbeddingDropout, g.noise, g.S, x)
	}
	return x
}

// bridge makes the first states of layer l of the decoder, [1,B,H], of the encoder's last ones, [B,M]; c0 of an LSTM alone.
func (n *Network[F]) bridge(b *graph.Builder[F], g *Graph[F], w map[string]*gorgonia.Node, l int, last map[string]*gorgonia.Node) (h0, c0 *gorgonia.Node) {
	s, h := n.Spec, n.Spec.Decoder.HiddenSize
	made := map[string]*gorgonia.Node{}
	for _, state := range statesOf(s.Decoder.Cell) {
		name := bridgeName(state, l)
		switch {
		case s.Bridge == "zero":
			made[state] = b.Input(name, make([]F, g.B*h), 1, g.B, h)
			continue
		case s.Bridge == "copy":
			made[state] = last[state]
		default: // both from the hidden states
			made[state] = b.Linear(name, graph.Tanh, 0, last["h"], w[name+".weight"], w[name+".bias"])
		}
		made[state] = b.Block(name+".state", made[state], 0, 1, g.B, h)
	}
	return made["h"], made["c"]
}

// lastOf are the last states of the encoder's top layer, both directions side by side, [B,M]; c of an LSTM, where they are copied.
func (n *Network[F]) lastOf(b *graph.Builder[F], g *Graph[F]) map[string]*gorgonia.Node {
	top := g.layers[len(g.layers)-n.Spec.Directions():]
	last := map[string]*gorgonia.Node{}
	if n.Spec.Bridge == "zero" {
		return last
	}
	last["h"] = n.lastStates(b, top)
	if n.Spec.Bridge == "copy" && n.Spec.Cell == "lstm" {
		if last["c"] = b.C(top[0]); len(top) == 2 {
			last["c"] = b.Concat("rnn.last.c", 0, last["c"], b.C(top[1]))
		}
	}
	return last
}

// attend is what the decoder sees of the memory at every step, [S,B,M].
func (n *Network[F]) attend(b *graph.Builder[F], g *Graph[F], w map[string]*gorgonia.Node, x, lengths, memory *gorgonia.Node, o below) *gorgonia.Node {
	s := n.Spec
	if s.MemoryDropout > 0 && b.Training() {
		memory = b.Dropout("memory", s.MemoryDropout, g.noise, o.steps, memory)
	}
	if s.Attention == "general" {
		none := b.Input("attention.bias", make([]F, s.memory()), s.memory())
		x = b.Linear("attention.query", graph.Identity, g.S, x, w[attendWeight], none)
	}
	context, weights := b.DotAttention(graph.DotAttention{Name: "attention", Steps: g.S, Sources: o.steps, Size: s.memory()},
		graph.DotAttentionInput{Q: x, M: memory, Lengths: lengths, SourceLengths: o.lengths})
	g.attention, g.Attention = weights, graph.Memory[F](weights)
	return context
}

// saidLoss is the head over the vocabulary and its loss, with copying of what may be copied.
func (n *Network[F]) saidLoss(b *graph.Builder[F], g *Graph[F], w map[string]*gorgonia.Node, features *gorgonia.Node, o below) *gorgonia.Node {
	s := n.Spec
	weight := w["head.weight"]
	switch {
	case s.sharesTable():
		weight = w[symbolTable]
	case s.TieEmbeddings:
		weight = w[saidTable]
	}
	smoothing := 0.0
	if b.Training() {
		smoothing = s.LabelSmoothing
		if s.HeadDropout > 0 {
			features = b.Dropout("head", s.HeadDropout, g.noise, g.S, features)
		}
	}
	targets, mask := b.Numbers("labels", g.targets, len(g.targets)), b.Input("counts", g.counts, len(g.counts))
	var loss graph.ClassLoss[F]
	if s.Copy {
		loss = b.CopyEntropy(graph.CopyEntropy{Name: "head", Steps: g.S, Sources: o.steps, Smoothing: smoothing},
			graph.CopyInput{X: features, Weight: weight, Bias: w["head.bias"], Gate: g.gate, Attention: g.attention,
				Copied: b.Numbers("copied", g.copied, g.T, g.B), Targets: targets, Mask: mask})
	} else {
		loss = b.CrossEntropy(graph.CrossEntropy{Name: "head", Steps: g.S, Smoothing: smoothing, InputGradient: true},
			graph.ClassInput{X: features, Weight: weight, Bias: w["head.bias"], Targets: targets, Mask: mask})
	}
	g.LogP = loss.LogP
	return loss.Loss
}

// allocateSaid makes the memory of the second sequence.
func (g *Graph[F]) allocateSaid(s Spec) {
	if g.S == 0 {
		return
	}
	g.SaidLengths = make([]int, g.B)
	for i := range g.SaidLengths {
		g.SaidLengths[i] = g.S
	}
	if s.saysSteps() {
		g.Said, g.said = make([]int32, g.S*g.B), make([]int, g.S*g.B)
	}
	if s.Copy {
		g.Copied, g.copied = make([]int32, g.T*g.B), make([]int, g.T*g.B)
	}
}
