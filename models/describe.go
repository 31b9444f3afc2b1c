package models

import (
	"fmt"
	"strings"

	"recur/graph"
)

// LayerRow is one line of the layer table. Output is the shape for one window: [T,features], or [features] where only
// the last step matters.
type LayerRow struct {
	Name       string
	Kind       string
	Output     []int
	Parameters int
}

// Table is the layer table, from the data to the head.
func (s Spec) Table() []LayerRow {
	sizes := make(map[string]int)
	for _, p := range s.ParamShapes() {
		sizes[p.Name] = p.Size()
	}
	layers, features := max(s.Layers, 1), s.Directions()*s.HiddenSize
	rows := s.bottom(sizes)
	for _, c := range s.Categories {
		rows = append(rows, LayerRow{
			Name: "embedding." + c.Column, Kind: fmt.Sprintf("%d names, %d numbers each", c.Names, s.EmbeddingSize),
			Output: []int{s.Steps, max(1, s.Patch) * s.EmbeddingSize}, Parameters: sizes[tableOf(c.Column)],
		})
	}
	front, steps := s.frontRows(sizes)
	rows = append(rows, front...)
	if s.EncoderSize > 0 {
		rows = append(rows, LayerRow{
			Name: "encoder", Kind: "linear, relu", Output: []int{steps, s.EncoderSize},
			Parameters: sizes["encoder.weight"] + sizes["encoder.bias"],
		})
	}
	for l := range layers {
		row := LayerRow{Name: fmt.Sprintf("rnn.l%d", l), Kind: s.Cell, Output: []int{steps, features}}
		if s.LayerNorm {
			row.Kind += ", layer norm"
		}
		if s.Bidirectional {
			row.Kind += ", both directions"
		}
		if l == layers-1 && !s.reachesSteps() {
			row.Output = []int{features}
		}
		for d := range s.Directions() {
			for _, p := range s.layerShapes(l, d) {
				row.Parameters += p.Size()
			}
		}
		for _, k := range s.states() {
			row.Parameters += sizes["rnn."+k+"0"] / layers
		}
		rows = append(rows, row)
		if l < layers-1 && s.Dropout > 0 {
			rows = append(rows, LayerRow{Name: fmt.Sprintf("dropout.l%d", l), Kind: fmt.Sprintf("dropout %g", s.Dropout), Output: row.Output})
		}
	}
	return append(rows, s.top(sizes, steps)...)
}

// bottom is the part of the table that reads the data: numbers, or symbols and what they become.
func (s Spec) bottom(sizes map[string]int) []LayerRow {
	if s.Vocabulary == 0 {
		return []LayerRow{{Name: "x", Kind: "input", Output: []int{s.Steps, s.Inputs}}}
	}
	return []LayerRow{
		{Name: "x", Kind: "symbols", Output: []int{s.Steps}},
		{Name: "embedding", Kind: fmt.Sprintf("%d symbols%s, %d numbers each", s.Vocabulary, s.shares(), s.EmbeddingSize),
			Output: []int{s.Steps, s.EmbeddingSize}, Parameters: sizes[symbolTable]},
	}
}

// shares tells of rows that words share.
func (s Spec) shares() string {
	if s.CharacterNgrams == 0 {
		return ""
	}
	return fmt.Sprintf(" and %d rows of parts of words", s.CharacterNgrams)
}

// top is the part of the table from the features on, of so many steps.
func (s Spec) top(sizes map[string]int, steps int) (rows []LayerRow) {
	if s.saysSteps() {
		return s.saidRows(sizes)
	}
	features := []int{s.features()}
	if s.pools() {
		rows = append(rows, LayerRow{Name: "pool", Kind: s.Pool + " of steps", Output: features, Parameters: sizes[poolWeight]})
	}
	if s.Head == "every" {
		features = []int{steps, features[0]}
	}
	if s.HeadDropout > 0 {
		rows = append(rows, LayerRow{Name: "dropout.head", Kind: fmt.Sprintf("dropout %g", s.HeadDropout), Output: features})
	}
	if s.Linear() || s.ahead() > 0 {
		rows = append(rows, LayerRow{Name: "z", Kind: "input", Output: []int{s.Extra}})
	}
	head := LayerRow{
		Name: "head", Kind: "linear, " + either(s.Output, "identity"), Output: []int{s.Outputs},
		Parameters: sizes["head.weight"] + sizes[headProject] + sizes["head.bias"],
	}
	if s.Head == "every" {
		head.Output = []int{steps, s.Outputs}
	}
	switch {
	case s.aligns():
		head.Kind = "linear, ctc"
	case s.Classes > 0:
		head.Kind = "linear, softmax"
		if s.TieEmbeddings {
			head.Kind = "linear, embedding, softmax"
		}
	}
	if n := len(s.Quantiles); s.Likelihood() {
		head.Kind += ", " + s.Distribution
	} else if n > 0 {
		head.Kind += fmt.Sprintf(", %d quantiles", n)
	}
	if n := s.ahead(); n > 0 {
		head.Kind += fmt.Sprintf(", reads %d of z", n)
	}
	rows = append(rows, head)
	if s.Linear() {
		rows = append(rows, LayerRow{Name: "linear", Kind: "linear path from z", Output: []int{s.Outputs}, Parameters: sizes["linear.weight"]})
	}
	return rows
}

// saidRows is the part of the table from the encoder's states on, where a decoder says a second sequence.
func (s Spec) saidRows(sizes map[string]int) (rows []LayerRow) {
	d, steps := s.Decoder, max(1, s.SaidSteps)
	sum := func(prefix string) (n int) {
		for _, p := range s.saidShapes() {
			if strings.HasPrefix(p.Name, prefix) {
				n += p.Size()
			}
		}
		return n
	}
	if s.Bridge != "zero" {
		rows = append(rows, LayerRow{Name: "bridge", Kind: s.Bridge + " of last states", Output: []int{max(1, d.Layers), d.HiddenSize}, Parameters: sum("bridge.")})
	}
	said := LayerRow{Name: "decoder.embedding", Kind: fmt.Sprintf("%d symbols, %d numbers each", s.Says, s.EmbeddingSize), Output: []int{steps, s.EmbeddingSize}, Parameters: sizes[saidTable]}
	if s.sharesTable() {
		said.Kind = "those of embedding"
	}
	rows = append(rows, said)
	for l := range max(1, d.Layers) {
		suffix, n := suffixOf(l, 0), 0
		for _, w := range []string{"decoder.weight_ih", "decoder.weight_hh", "decoder.bias_ih", "decoder.bias_hh"} {
			n += sizes[w+suffix]
		}
		rows = append(rows, LayerRow{Name: fmt.Sprintf("decoder.l%d", l), Kind: d.Cell, Output: []int{steps, d.HiddenSize}, Parameters: n})
	}
	weight, bias, reads := s.combines()
	if s.Attention != "none" {
		rows = append(rows, LayerRow{Name: "attention", Kind: s.Attention, Output: []int{steps, s.memory()}, Parameters: sizes[attendWeight]})
	}
	rows = append(rows, LayerRow{Name: "combine", Kind: fmt.Sprintf("linear, tanh, reads %d", reads), Output: []int{steps, s.OutputSize}, Parameters: sizes[weight] + sizes[bias]})
	if s.Copy {
		rows = append(rows, LayerRow{Name: "copy", Kind: "linear, sigmoid", Output: []int{steps, 1}, Parameters: sizes[copyWeight] + sizes[copyBias]})
	}
	head := LayerRow{Name: "head", Kind: "linear, softmax", Output: []int{steps, s.Outputs}, Parameters: sizes["head.weight"] + sizes["head.bias"]}
	if s.TieEmbeddings {
		head.Kind = "embedding, softmax"
	}
	return append(rows, head)
}

// Parameters is the number of weights that are learned.
func (s Spec) Parameters() (n int) {
	for _, p := range s.ParamShapes() {
		n += p.Size()
	}
	for _, p := range s.runningShapes() {
		n -= p.Size()
	}
	return n
}

// DOT draws the expression graph for b rows of t steps in the language of Graphviz; with training the gradients are in
// it.
func (n *Network[F]) DOT(b, t int, training bool) ([]byte, error) {
	g, err := n.Graph(b, t, training)
	if err != nil {
		return nil, err
	}
	return graph.DOT(g.builder.Graph()), nil
}
