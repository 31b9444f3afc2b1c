package models

import (
	"fmt"

	"recur/graph"
)

// Run computes Pred, the last states and the loss from what the inputs hold now; in a training graph the gradients too.
func (g *Graph[F]) Run() (loss float64, err error) {
	if err := g.shorten(); err != nil {
		return 0, fmt.Errorf("models: run: %w", err)
	}
	g.widen()
	g.machine.Reset()
	if err := g.machine.RunAll(); err != nil {
		return 0, fmt.Errorf("models: run: %w", err)
	}
	if g.tied && g.rows != nil {
		g.rows.AddTo(graph.GradientOf[F](g.params[0]))
	}
	n := len(g.HN) / len(g.layers)
	for i, l := range g.layers {
		copy(g.HN[i*n:], graph.LastH[F](l))
		if g.CN != nil {
			copy(g.CN[i*n:], graph.LastC[F](l))
		}
	}
	return float64(g.loss[0]), nil
}

// Dropout sets where the masks of the next Run come from: the same seed and step give the same masks.
func (g *Graph[F]) Dropout(seed, step uint64) { g.noise.Seed, g.noise.Step = seed, step }

// Gradient is the memory of the gradient by parameter i, after Run; of a table of symbols the values of the rows that the run
// has read, see Table. Nil in an evaluation graph.
func (g *Graph[F]) Gradient(i int) []F {
	if g.Grads == nil {
		return nil
	}
	if table, ok := g.Grads[i].(*Table[F]); ok {
		return table.Rows().Values
	}
	return graph.GradientOf[F](g.params[i])
}
