package series

import (
	"recur/data"
)

// Fill32 writes windows in float32.
func (p *Part) Fill32(index []int, b *data.Batch[float32]) { fill(p, index, b) }

// Fill64 writes windows in float64.
func (p *Part) Fill64(index []int, b *data.Batch[float64]) { fill(p, index, b) }

// writer writes windows into a batch. Scratch holds what is subtracted from each target of the window being written, [K];
// Scratch64 its seasonal profile, [M].
type writer[F data.Float] struct{ *data.Batch[F] }

func fill[F data.Float](p *Part, index []int, batch *data.Batch[F]) {
	b := writer[F]{batch}
	q := p.Prepared
	if q.Local != nil {
		b.fillLocal(p, index)
		return
	}
	rows := scaledRows[F](p)
	every := q.Config.Model.Head == "every"
	b.shape(len(index), q, every)
	for n, i := range index {
		w := p.Windows[i]
		b.Lengths[n], b.Carry[n] = q.Steps, false
		x := rows[w.Series][w.Start*q.columns:]
		b.centerOf(q, x)
		b.inputs(q, n, x)
		if every {
			b.everyStep(p, n, w, rows[w.Series])
		} else {
			at := n * b.Out
			b.targets(p, w.Series, p.target(i), rows[w.Series], b.Y[at:at+b.Out], b.Mask[at:at+b.Out])
		}
	}
}

// shape sets the sizes for n windows.
func (b writer[F]) shape(n int, q *Prepared, every bool) {
	b.Shape(n, q.Sequence, q.Inputs, q.Extra, q.Values(), every)
	b.Scratch = data.Grown(b.Scratch, q.targets)
}

// centerOf puts what is subtracted from each target of a window into Scratch; x are its rows.
func (b writer[F]) centerOf(q *Prepared, x []F) {
	switch q.centering {
	case "last":
		copy(b.Scratch, x[(q.Steps-1)*q.columns:])
	case "mean":
		for k := range b.Scratch {
			sum := 0.0
			for t := range q.Steps {
				sum += float64(x[t*q.columns+k])
			}
			b.Scratch[k] = F(sum / float64(q.Steps))
		}
	default:
		clear(b.Scratch)
	}
}

// inputs writes row n of every step of X.
func (b writer[F]) inputs(q *Prepared, n int, x []F) {
	c, d, step := q.columns, b.D, b.N*b.D
	if d == 1 && c == 1 {
		center := b.Scratch[0]
		at := n
		for _, v := range x[:b.T] {
			b.X[at] = v - center
			at += step
		}
		return
	}
	for t := range b.T {
		row := b.X[t*step+n*d:][:d]
		copy(row, x[t*c:(t+1)*c])
		for k, center := range b.Scratch {
			row[k] -= center
		}
	}
}

// targets writes the Out values that begin at row `row` of a series, and which of them count: known ones inside the
// rows of the part.
func (b writer[F]) targets(p *Part, series, row int, rows []F, y, mask []F) {
	q := p.Prepared
	missing := q.Set.Series[series].Missing
	from, to := p.from[series], p.to[series]
	for j := 0; j < len(y); row++ {
		inside := row >= from && row < to
		for k := range b.Scratch {
			y[j], mask[j] = 0, 0
			if at := row*q.columns + k; inside && !missing[at] {
				y[j], mask[j] = rows[at]-b.Scratch[k], 1
			}
			j++
		}
	}
}

// everyStep writes the targets of row n at every step t: the Hz rows after it.
func (b writer[F]) everyStep(p *Part, n int, w Window, rows []F) {
	for t := range b.T {
		at := (t*b.N + n) * b.Out
		b.targets(p, w.Series, w.Start+t+1, rows, b.Y[at:at+b.Out], b.Mask[at:at+b.Out])
	}
}

// scaledRows returns the scaled rows of every series in the value type F, made on first use.
func scaledRows[F data.Float](p *Part) [][]F {
	t, q := p.table, p.Prepared
	var zero F
	if _, ok := any(zero).(float32); ok {
		t.once32.Do(func() { t.rows32 = scaled[float32](t.values, q) })
		return any(t.rows32).([][]F)
	}
	t.once64.Do(func() { t.rows64 = scaled[float64](t.values, q) })
	return any(t.rows64).([][]F)
}

// scaled computes in float64 and rounds once.
func scaled[F data.Float](values [][]float64, q *Prepared) [][]F {
	out := make([][]F, len(values))
	for s, rows := range values {
		out[s] = make([]F, len(rows))
		for c := range q.columns {
			offset, scale := q.Scalers[s].Offset[c], q.Scalers[s].Scale[c]
			for i := c; i < len(rows); i += q.columns {
				out[s][i] = F((rows[i] - offset) / scale)
			}
		}
	}
	return out
}
