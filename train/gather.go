package train

import (
	"slices"

	"recur/data"
	"recur/graph"
	"recur/models"
)

// gathered are the gradients of the batches of one update (train.accumulate) on their way to that of one batch of all their
// examples. The loss of a batch is a mean, Σ c·l / Σ c over what counts, so that with its weight Σ c the sum of weight·gradient,
// through all weights, is the gradient of the whole. One batch alone stays as it is, to the bit.
type gathered[F Float] struct {
	several bool
	batches int // so far
	sums    [][]F
	rows    graph.Rows[F] // the sum of those of a table
	place   map[int]int   // where a row of the table is among them
	loss    float64       // Σ counts·loss
	counts  float64       // Σ of targets, or labels
	weight  float64       // Σ c, what losses are means over
}

// begin forgets the update before.
func (g *gathered[F]) begin(several bool) {
	g.several, g.batches, g.loss, g.counts, g.weight = several, 0, 0, 0, 0
	if !several {
		return
	}
	for _, s := range g.sums {
		clear(s)
	}
	g.rows = graph.Rows[F]{Of: g.rows.Of[:0], Values: g.rows.Values[:0]}
	clear(g.place)
}

// add takes the gradient of a batch that has just run, its loss, and how many targets or labels it counted.
func (g *gathered[F]) add(s *stage[F], loss, counts float64, classes []float64) {
	if g.batches++; !g.several {
		g.loss, g.counts = loss, counts
		return
	}
	g.loss += counts * loss
	g.counts += counts
	weight := s.weight(counts, classes)
	g.weight += weight
	if g.sums == nil {
		g.sums, g.place = make([][]F, len(s.gradients)), map[int]int{}
		for i, v := range s.gradients {
			if !s.tabled(i) {
				g.sums[i] = make([]F, len(v))
			}
		}
	}
	for i, v := range s.gradients {
		if !s.tabled(i) {
			graph.AddScaled(g.sums[i], v, weight)
		}
	}
	if s.table != nil {
		g.addRows(s.table.Rows(), weight)
	}
}

// addRows takes the rows of a table that a batch has read.
func (g *gathered[F]) addRows(r graph.Rows[F], weight float64) {
	for i, k := range r.Of {
		e := len(r.Values) / len(r.Of)
		at, ok := g.place[k]
		if !ok {
			at = len(g.rows.Of)
			g.place[k] = at
			g.rows.Of = append(g.rows.Of, k)
			g.rows.Values = slices.Grow(g.rows.Values, e)[:(at+1)*e]
			clear(g.rows.Values[at*e:])
		}
		graph.AddScaled(g.rows.Values[at*e:][:e], r.Values[i*e:][:e], weight)
	}
}

// end puts the gradient of all batches where that of s, the last of them, is, and returns their mean loss and what it is a mean over.
func (g *gathered[F]) end(s *stage[F]) (loss, counts float64) {
	if !g.several {
		return g.loss, g.counts
	}
	scale := F(1 / g.weight)
	for i, sum := range g.sums {
		if !s.tabled(i) {
			copy(s.gradients[i], sum)
			graph.Scale(scale, s.gradients[i])
			continue
		}
		graph.Scale(scale, g.rows.Values)
		s.table.Replace(g.rows)
		s.gradients[i] = g.rows.Values
	}
	return g.loss / g.counts, g.counts
}

// tabled says that gradient i is one of rows.
func (s *stage[F]) tabled(i int) bool {
	_, ok := s.graph.Grads[i].(*models.Table[F])
	return ok
}

// weight is what the loss of the batch is a mean over: the targets or labels that count, or the weights of their classes.
func (s *stage[F]) weight(counts float64, classes []float64) float64 {
	if classes == nil {
		return counts
	}
	sum := 0.0
	for _, y := range s.graph.Labels {
		if y != data.NoLabel {
			sum += classes[y]
		}
	}
	return sum
}
