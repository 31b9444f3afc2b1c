package pairs

import (
	"recur/data"
	"recur/data/text"
)

// Fill32 writes pairs for a network in float32.
func (p *Subset) Fill32(index []int, b *data.Batch[float32]) { fill(p, index, b) }

// Fill64 writes pairs for a network in float64.
func (p *Subset) Fill64(index []int, b *data.Batch[float64]) { fill(p, index, b) }

// fill writes the sources, Tokens [T,N] or X [T,N,D], and the targets: Said and Labels [S,N]. T and S are those of the longest of these
// pairs, or what the batch has at least.
func fill[F data.Float](p *Subset, index []int, b *data.Batch[F]) {
	q := p.Prepared
	if q.sides.numbers != nil {
		all := make([]int, len(index))
		for n, i := range index {
			all[n] = p.Index[i]
		}
		data.Fill(q.sides.numbers, all, b)
	} else {
		fillSources(p, index, b)
	}
	steps := b.LeastS
	for _, i := range index {
		steps = max(steps, p.saidLength(i))
	}
	copying := q.sides.copied != nil
	b.ShapeSaid(steps, true, copying)
	for n, i := range index {
		fillTarget(p, i, n, b)
		if copying {
			fillCopied(&q.sides, p.Index[i], n, b)
		}
	}
}

// fillSources writes the symbols of sources, each with the end symbol behind it.
func fillSources[F data.Float](p *Subset, index []int, b *data.Batch[F]) {
	q, s := p.Prepared, &p.Prepared.sides.source
	steps := max(1, b.Least)
	for _, i := range index {
		steps = max(steps, s.length(p.Index[i])+1)
	}
	b.ShapeTokens(len(index), steps, false)
	pad, end := q.Sources.Number(text.Padding), q.Sources.Number(text.End)
	for n, i := range index {
		length := s.length(p.Index[i])
		b.Lengths[n], b.Carry[n] = length+1, false
		for t := range length {
			b.Tokens[t*b.N+n] = s.symbols.At(s.starts[p.Index[i]] + t)
		}
		b.Tokens[length*b.N+n] = end
		b.PadTokens(n, pad)
	}
}

// fillTarget writes the target of example i as row n: what is read begins with the start symbol, what is to be said ends with the end
// symbol.
func fillTarget[F data.Float](p *Subset, i, n int, b *data.Batch[F]) {
	q, s := p.Prepared, &p.Prepared.sides
	b.SaidLengths[n] = p.saidLength(i)
	if last := b.SaidLengths[n] - 1; last >= 0 {
		from := s.target.starts[p.Index[i]]
		b.Said[n] = q.Targets.Number(text.Start)
		for t := range last {
			symbol := s.target.symbols.At(from + t)
			b.Said[(t+1)*b.N+n] = symbol
			if s.labels != nil {
				symbol = s.labels[from+t]
			}
			b.Labels[t*b.N+n] = symbol
		}
		b.Labels[last*b.N+n] = q.Targets.Number(text.End)
	}
	b.PadSaid(n, q.Targets.Number(text.Padding))
}

// fillCopied writes what the symbols of a source are among the targets.
func fillCopied[F data.Float](s *sides, pair, n int, b *data.Batch[F]) {
	from, length := s.source.starts[pair], s.source.length(pair)
	for t := range b.T {
		b.Copied[t*b.N+n] = data.NoLabel
		if t < length {
			b.Copied[t*b.N+n] = s.copied[from+t]
		}
	}
}
