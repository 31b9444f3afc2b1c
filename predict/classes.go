package predict

import (
	"fmt"

	"recur/data"
	"recur/internal/kernel"
)

// This file is what networks of labelled sequences have besides: symbols, pools and classes.

// symbolTable is the name of the table of symbols, [V,E].
const symbolTable = "embedding.weight"

var summaries = map[string]kernel.Summary{"mean": kernel.MeanSteps, "max": kernel.MaxSteps, "mean_max": kernel.MeanMaxSteps}

// pools says that all steps make up the features, not the last states alone.
func (n *network[F]) pools() bool { return n.model.Pool != "" && n.model.Pool != "last" }

// tags says that there is a class at every step.
func (n *network[F]) tags() bool { return n.classes > 0 && n.model.Head == "every" }

// predictions is how many an example of so many steps has: where there is a class at every step, one for each that the front leaves.
func (n *network[F]) predictions(steps int) int {
	if !n.tags() {
		return 1
	}
	left, err := n.model.FrontSteps(steps)
	if err != nil {
		return 0
	}
	return left
}

// features is the number of values that the head reads of the recurrent layers.
func (n *network[F]) features() int {
	h := n.dirs * n.model.HiddenSize
	if kind, ok := summaries[n.model.Pool]; ok {
		return kind.Width(h)
	}
	return h
}

// vectorsOf looks up the symbols of a batch: [T,B,E], valid until the next call.
func (n *network[F]) vectorsOf(b *data.Batch[F]) ([]F, error) {
	e := n.embedded
	n.vectors = data.Grown(n.vectors, len(b.Tokens)*e)
	for i, id := range b.Tokens {
		if id < 0 || int(id) >= n.vocabulary {
			return nil, fmt.Errorf("symbol %d of row %d is %d, and the network knows 0 to %d; use the vocabulary that it was trained with", i/b.N, i%b.N, id, n.vocabulary-1)
		}
		copy(n.vectors[i*e:][:e], n.symbols[int(id)*e:])
	}
	if shared := n.model.CharacterNgrams; shared > 0 {
		if err := n.addSpelt(b, shared, n.symbols[n.vocabulary*e:]); err != nil {
			return nil, err
		}
	}
	return n.vectors, nil
}

// addSpelt adds to the vectors of a batch what words share by how they are spelt.
func (n *network[F]) addSpelt(b *data.Batch[F], shared int, table []F) error {
	if b.Spellings == nil || len(b.Spelt) != len(b.Tokens) {
		return fmt.Errorf("the examples do not say how their words are spelt, which the network reads with model.character_ngrams %d", shared)
	}
	lists, e := kernel.Spellings(*b.Spellings), n.embedded
	means := map[int32][]F{}
	for i, w := range b.Spelt {
		if w < 0 || int(w) >= lists.Len() {
			return fmt.Errorf("the spelling of symbol %d of row %d is %d, want 0 to %d", i/b.N, i%b.N, w, lists.Len()-1)
		}
		mean := means[w]
		if mean == nil {
			for _, k := range lists.Of(w) {
				if k < 0 || int(k) >= shared {
					return fmt.Errorf("the words of the examples are spelt with row %d, and the network has 0 to %d; spell them with model.character_ngrams %d", k, shared-1, shared)
				}
			}
			mean = make([]F, e)
			kernel.MeanRows(table, e, lists.Of(w), mean)
			means[w] = mean
		}
		for j, v := range mean {
			n.vectors[i*e+j] += v
		}
	}
	return nil
}

// steps are the outputs of the last layer, [T,B,dirs·H].
func (n *network[F]) steps(p *pass[F]) []F {
	if n.dirs == 1 {
		return p.y[0]
	}
	return join(p.y, p.joined[(len(n.layers)-1)%2], n.model.HiddenSize) // the layer read the other one
}

// pooled makes the features of all real steps.
func (n *network[F]) pooled(p *pass[F], lengths []int) {
	h := n.dirs * n.model.HiddenSize
	s := kernel.Steps[F]{T: p.t, B: p.b, H: h, X: n.steps(p), Lengths: lengths}
	if kind, ok := summaries[n.model.Pool]; ok {
		kernel.SummaryForward(n.pool, kind, s, p.last)
		return
	}
	kernel.LinearForward(n.pool, kernel.Identity, p.t*p.b, h, 1, s.X, n.weigh, make([]F, 1), p.scores)
	kernel.AttentionForward(n.pool, s, p.scores, p.shares, p.last)
}

// tagged gives the chances of the classes at every step.
func (n *network[F]) tagged(p *pass[F]) []F {
	x, width, rows := n.steps(p), n.features(), p.t*p.b
	if n.head.project != nil {
		kernel.LinearForward(n.pool, kernel.Identity, rows, width, n.embedded, x, n.head.project, make([]F, n.embedded), p.projected)
		x, width = p.projected, n.embedded
	}
	kernel.LinearForward(n.pool, kernel.Identity, rows, width, n.outputs, x, n.head.weight, n.head.bias, p.out)
	n.chances(p)
	return p.out
}

// chances makes a softmax of each row of what the head gave.
func (n *network[F]) chances(p *pass[F]) {
	rows := len(p.out) / n.outputs
	scratch := make([]F, 2*rows)
	kernel.Softmax(rows, n.outputs, p.out, scratch[:rows], scratch[rows:])
}
