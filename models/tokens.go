package models

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"recur/graph"
)

// This file is what a network reads in place of numbers: symbols, which become rows of a table.

// symbolTable is the name of the table of symbols, [V,E]; of words that share rows by how they are spelt [V+rows,E], those rows last.
const symbolTable = "embedding.weight"

// headProject is the name of what makes features as long as the vectors of symbols, [E,features], where those weigh them as the head [1].
//
// [1] Inan, Khosravi & Socher, Tying word vectors and word classifiers, 2017; Press & Wolf, Using the output embedding to improve
// language models, 2017.
const headProject = "head.project.weight"

// checkTokens reports what is wrong with the symbols and the dropout of what is read.
func (s *Spec) checkTokens() error {
	for _, d := range []struct {
		name  string
		share float64
	}{{"embedding_dropout", s.EmbeddingDropout}, {"word_dropout", s.WordDropout}, {"locked_dropout", s.LockedDropout}} {
		if !(d.share >= 0 && d.share < 1) {
			return fmt.Errorf("models: %s is %v, want 0 or more and below 1", d.name, d.share)
		}
	}
	switch v := s.Vocabulary; {
	case v == 0 && (s.EmbeddingDropout > 0 || s.WordDropout > 0):
		return fmt.Errorf("models: embedding_dropout %v and word_dropout %v without symbols, want 0", s.EmbeddingDropout, s.WordDropout)
	case s.CharacterNgrams < 0 || s.CharacterNgrams > 0 && (v == 0 || s.TieEmbeddings):
		return fmt.Errorf("models: %d rows of parts of words with %d symbols and a tied head %v, want 0 or more, with symbols and no tied head", s.CharacterNgrams, v, s.TieEmbeddings)
	case s.TieEmbeddings && !s.saysSteps() && (v == 0 || v != s.Classes || s.Head != "every"):
		return fmt.Errorf("models: a head tied to %d symbols tells %d apart, head %s, want as many, and head every", v, s.Classes, s.Head)
	case v == 0:
		return nil
	case v < 0 || s.EmbeddingSize < 1 || s.Inputs != 0 || len(s.Categories) > 0 || s.Extra > 0 || s.Patch > 1:
		return fmt.Errorf("models: %d symbols with embedding_size %d, %d inputs, %d columns of names, %d extra values and patch %d, want 1 or more of both and nothing else",
			v, s.EmbeddingSize, s.Inputs, len(s.Categories), s.Extra, s.Patch)
	case s.Padding < -1 || s.Padding >= v || s.Unknown < -1 || s.Unknown >= v || s.WordDropout > 0 && s.Unknown < 0:
		return fmt.Errorf("models: padding %d and the unknown symbol %d of %d, want them among the symbols or -1, and a known one with word_dropout %v", s.Padding, s.Unknown, v, s.WordDropout)
	}
	return nil
}

// tokens are the vectors of the symbols, [T,B,E]: those of symbols dropped in training are those of the unknown one, and some of the
// numbers are dropped for all steps of a row.
func (n *Network[F]) tokens(b *graph.Builder[F], g *Graph[F], w map[string]*gorgonia.Node) *gorgonia.Node {
	s := n.Spec
	t := graph.Tokens{Name: "embedding", Padding: s.Padding, Sparse: true}
	if s.CharacterNgrams > 0 {
		t.Spelt, t.Shared = &g.spelt, s.CharacterNgrams
	}
	if b.Training() {
		t.Drop, t.Unknown, t.Noise = s.WordDropout, max(0, s.Unknown), g.noise
	}
	v := b.Tokens(t, b.Numbers("symbols", g.symbols, g.T, g.B), w[symbolTable])
	g.rows, g.tied = v.Rows, s.tiesSource()
	if s.EmbeddingDropout > 0 && b.Training() {
		if s.saysSteps() {
			return b.Dropout("embedding", s.EmbeddingDropout, g.noise, g.T, v.Y)
		}
		return b.LockedDropout("embedding", s.EmbeddingDropout, g.noise, g.T, v.Y)
	}
	return v.Y
}

// symbolBound is how far from zero the numbers of a symbol begin. Small ones are learnt much faster than those of PyTorch's
// Embedding, of deviation 1: on the questions of TREC-6 the same network has a log loss of 0.48 in place of 0.64 after six epochs.
const symbolBound = 0.1

// initialiseSymbols draws the table of symbols.
func (n *Network[F]) initialiseSymbols() {
	table := n.byName[symbolTable]
	if table == nil {
		return
	}
	n.drawSymbols(table)
	if e := n.Spec.EmbeddingSize; n.Spec.Padding >= 0 {
		clear(table.Values[n.Spec.Padding*e:][:e])
	}
}

// drawSymbols draws a table of symbols; one that is the head's weight too begins small.
func (n *Network[F]) drawSymbols(table *Param[F]) {
	if s := n.Spec; s.saysSteps() && !s.TieEmbeddings {
		graph.Normal(n.stream(table), saidDeviation, table.Values)
		return
	}
	graph.Uniform(n.stream(table), symbolBound, table.Values)
}

// rowsAlone says that the table of symbols has a gradient of the rows that were read and no other: it is no head's weight.
func (s Spec) rowsAlone() bool { return s.Vocabulary > 0 && !s.tiesSource() }

// Sparse says that the gradient of the parameter of that name is one of rows; see Table.
func (n *Network[F]) Sparse(name string) bool {
	return n.Spec.rowsAlone() && name == symbolTable
}

// learned lists the parameters that have a gradient: all but the running moments, which come last.
func (g *Graph[F]) learned(s Spec) gorgonia.Nodes {
	return g.params[:len(g.params)-len(s.runningShapes())]
}

// dense lists the parameters that have a whole gradient: of those that are learned all but the table of symbols, unless it is the
// weight of the head too.
func (g *Graph[F]) dense(s Spec) gorgonia.Nodes {
	if s.rowsAlone() {
		return g.learned(s)[1:]
	}
	return g.learned(s)
}

// gradOf is a parameter as solvers see it.
func (g *Graph[F]) gradOf(p *Param[F], node *gorgonia.Node) gorgonia.ValueGrad {
	if p.Name == symbolTable && g.rows != nil && !g.tied {
		return &Table[F]{param: p, value: node.Value(), rows: g.rows}
	}
	return parameter{node, p.Name}
}

// parameter is a node by the name of its parameter; Gorgonia's own may hold marks that tell graphs apart.
type parameter struct {
	*gorgonia.Node
	name string
}

func (p parameter) Name() string { return p.name }

// Table is the table of symbols as solvers see it: what a run has not read has no gradient and should stay as it is.
type Table[F graph.Float] struct {
	param *Param[F]
	value gorgonia.Value
	rows  *graph.Rows[F]
	whole *tensor.Dense
}

// Name is that of the parameter.
func (t *Table[F]) Name() string { return t.param.Name }

// Value is the table, [V,E].
func (t *Table[F]) Value() gorgonia.Value { return t.value }

// Rows is the gradient of the last run: the rows that it read, each once. It holds until the next run.
func (t *Table[F]) Rows() graph.Rows[F] { return *t.rows }

// Replace makes rows the gradient until the next run.
func (t *Table[F]) Replace(rows graph.Rows[F]) { *t.rows = rows }

// Grad is the whole gradient, [V,E], zero in rows that were not read, for solvers that know no rows.
func (t *Table[F]) Grad() (gorgonia.Value, error) {
	if t.whole == nil {
		t.whole = tensor.New(tensor.WithShape(t.param.Shape...), tensor.WithBacking(make([]F, len(t.param.Values))))
	}
	t.rows.Dense(t.whole.Data().([]F))
	return t.whole, nil
}
