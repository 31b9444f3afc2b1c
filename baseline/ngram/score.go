package ngram

import "math"

// Reader reads a text symbol by symbol and says how likely each of them was.
type Reader struct {
	model *Model
	nodes []int32 // [n]: the node of the last 0, 1, … symbols; -1 where they were not seen
}

// Read starts a text.
func (m *Model) Read() *Reader {
	r := &Reader{model: m, nodes: make([]int32, m.Order)}
	r.forget()
	return r
}

// forget is the state of no text.
func (r *Reader) forget() {
	for k := range r.nodes {
		r.nodes[k] = -1
	}
	r.nodes[0] = 0
}

// Next is the nats of a symbol, -ln p, after those that were read; it reads it. The symbol must be below V.
func (r *Reader) Next(symbol int32) float64 {
	nats := -math.Log(r.Probability(symbol))
	r.Skip(symbol)
	return nats
}

// Skip reads a symbol that is not to be scored.
func (r *Reader) Skip(symbol int32) {
	m := r.model
	if symbol == m.boundary {
		r.forget()
		if m.Order > 1 {
			r.nodes[1] = m.levels[1].find(0, symbol)
		}
		return
	}
	for k := m.Order - 1; k > 0; k-- {
		r.nodes[k] = m.levels[k].find(r.nodes[k-1], symbol)
	}
}

// Probability is that of a symbol after those that were read.
func (r *Reader) Probability(symbol int32) float64 {
	if r.model.Smoothing == WittenBell {
		return r.wittenBell(symbol)
	}
	return r.kneserNey(symbol)
}

func (r *Reader) wittenBell(symbol int32) float64 {
	m := r.model
	p := 1 / float64(m.vocabulary)
	for k, context := range r.nodes {
		if context < 0 {
			break // a longer context was not seen either
		}
		after := &m.levels[k].after
		total, distinct := float64(after.total[context]), float64(after.distinct[context])
		if total == 0 {
			break
		}
		count := 0.0
		if node := m.levels[k+1].find(context, symbol); node >= 0 {
			count = float64(m.levels[k+1].count[node])
		}
		p = (count + distinct*p) / (total + distinct)
	}
	return p
}

func (r *Reader) kneserNey(symbol int32) float64 {
	m := r.model
	p := 1 / float64(m.vocabulary)
	for k, context := range r.nodes {
		if context < 0 {
			break
		}
		short, long := m.levels[k], m.levels[k+1]
		after, counts, discount := &short.leftAfter, long.left, long.leftDiscount
		if k+1 == m.Order { // the highest order goes by how often, lower ones by behind how many
			after, counts, discount = &short.after, long.count, long.discount
		}
		total := float64(after.total[context])
		if total == 0 {
			break
		}
		count := 0.0
		if node := long.find(context, symbol); node >= 0 {
			count = float64(counts[node]) - taken(counts[node], discount)
		}
		p = (count + after.freed[context]*p) / total
	}
	return p
}

// Losses are the nats of each symbol of a text from symbol `from` on; those before are read only. Symbols must be below V.
func (m *Model) Losses(text Sequence, from int) []float64 {
	losses := make([]float64, 0, max(0, text.Len()-from))
	m.each(text, from, func(nats float64) { losses = append(losses, nats) })
	return losses
}

// Nats is the mean of Losses, without keeping them; NaN where there is no symbol.
func (m *Model) Nats(text Sequence, from int) float64 {
	sum := 0.0
	m.each(text, from, func(nats float64) { sum += nats })
	return sum / float64(max(0, text.Len()-from))
}

func (m *Model) each(text Sequence, from int, scored func(nats float64)) {
	r := m.Read()
	for i := range text.Len() {
		if i < from {
			r.Skip(text.At(i))
			continue
		}
		scored(r.Next(text.At(i)))
	}
}
