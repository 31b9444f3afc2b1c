package baseline

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"recur/data"
)

// selection is some windows of a part.
type selection struct {
	part  *data.Part
	index []int
}

// thinned takes every so many windows, such that there are at most n, and at least one.
func (s selection) thinned(n float64) selection {
	every := max(1, int(math.Ceil(float64(len(s.index))/max(n, 1))))
	if every == 1 {
		return s
	}
	t := selection{part: s.part}
	for i := 0; i < len(s.index); i += every {
		t.index = append(t.index, s.index[i])
	}
	return t
}

func allOf(p *data.Part) selection {
	s := selection{part: p, index: make([]int, p.Len())}
	for i := range s.index {
		s.index[i] = i
	}
	return s
}

// holdOut splits off the last fifth of the windows of each series; a series with fewer than five keeps all. When that
// leaves nothing to check on, both selections are all windows.
func holdOut(p *data.Part) (fit, check selection) {
	fit.part, check.part = p, p
	for from := 0; from < p.Len(); {
		to := from
		for to < p.Len() && p.Windows[to].Series == p.Windows[from].Series {
			to++
		}
		for i := from; i < to; i++ {
			if i < to-(to-from)/5 {
				fit.index = append(fit.index, i)
			} else {
				check.index = append(check.index, i)
			}
		}
		from = to
	}
	if len(check.index) == 0 {
		return fit, fit
	}
	return fit, check
}

// blockRows is how many windows are in memory as a matrix at once.
const blockRows = 512

// block is a matrix of windows with what they should give.
type block struct {
	first, rows int        // place of its first window in the selection, and N
	x           *mat.Dense // [N,P]
	y           *mat.Dense // [N,O] scaled and centred, 0 where missing
	missing     []bool     // [N·O]
}

func (b *block) missingRow(i int) []bool {
	_, o := b.y.Dims()
	return b.missing[i*o : (i+1)*o]
}

// blocks calls yield with the windows of the selection, at most blockRows at a time; the block is reused. steps is how
// many of the last input steps are features.
func (s selection) blocks(steps int, yield func(b *block)) {
	q := s.part.Prepared
	p, o := steps*q.Inputs+1, q.Outputs
	most := min(blockRows, len(s.index))
	xs, ys := make([]float64, most*p), make([]float64, most*o)
	b := &block{missing: make([]bool, most*o)}
	var rows data.Batch[float64]
	for b.first = 0; b.first < len(s.index); b.first += blockRows {
		b.rows = min(most, len(s.index)-b.first)
		data.Fill(s.part, s.index[b.first:b.first+b.rows], &rows)
		b.x, b.y = mat.NewDense(b.rows, p, xs[:b.rows*p]), mat.NewDense(b.rows, o, ys[:b.rows*o])
		for i := range b.rows {
			features(&rows, i, steps, b.x.RawRowView(i))
			b.target(&rows, i)
		}
		yield(b)
	}
}

// features writes the last steps of row i, step by step, and a 1.
func features(rows *data.Batch[float64], i, steps int, out []float64) {
	for t := range steps {
		from := ((rows.T-steps+t)*rows.N + i) * rows.D
		copy(out[t*rows.D:], rows.X[from:from+rows.D])
	}
	out[len(out)-1] = 1
}

// target copies what row i should give; with a head at every step that is what its last real step should.
func (b *block) target(rows *data.Batch[float64], i int) {
	from := i * rows.Out
	if len(rows.Y) > rows.N*rows.Out {
		from = ((rows.Lengths[i]-1)*rows.N + i) * rows.Out
	}
	copy(b.y.RawRowView(i), rows.Y[from:from+rows.Out])
	for j, m := range rows.Mask[from : from+rows.Out] {
		b.missing[i*rows.Out+j] = m == 0
	}
}
