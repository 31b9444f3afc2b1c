package baseline

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"recur/data"
	"recur/data/series"
)

// selection is some examples of a part.
type selection struct {
	part    data.Examples
	windows *series.Part // the part, where its examples are windows of series; else nil
	outputs int          // O
	index   []int
}

// with is a selection of other examples of the same part.
func (s selection) with(index []int) selection {
	s.index = index
	return s
}

// thinned takes every so many windows, such that there are at most n, and at least one.
func (s selection) thinned(n float64) selection {
	every := max(1, int(math.Ceil(float64(len(s.index))/max(n, 1))))
	if every == 1 {
		return s
	}
	t := s.with(nil)
	for i := 0; i < len(s.index); i += every {
		t.index = append(t.index, s.index[i])
	}
	return t
}

func allOf(p *series.Part) selection {
	if p == nil {
		return selection{}
	}
	s := allExamples(p, p.Prepared.Values())
	s.windows = p
	return s
}

// allExamples are all examples of a part with so many outputs.
func allExamples(p data.Examples, outputs int) selection {
	s := selection{part: p, outputs: outputs, index: make([]int, p.Len())}
	for i := range s.index {
		s.index[i] = i
	}
	return s
}

// usable are the windows to fit on: all, but with recipe global those of which all steps that their series is forecast lie
// in the part, filled in where they are missing. Where there is no such window they are all as well.
func usable(p *series.Part) selection {
	if p.Prepared.Local == nil {
		return allOf(p)
	}
	s := allOf(p).with(nil)
	for i := range p.Windows {
		if inside, asked := p.Ahead(i); inside == asked {
			s.index = append(s.index, i)
		}
	}
	if len(s.index) == 0 {
		return allOf(p)
	}
	return s
}

// holdOut splits off the last fifth of the examples of each group (a series); one with fewer than five keeps all. When that
// leaves nothing to check on, both selections are all windows.
func (s selection) holdOut() (fit, check selection) {
	fit, check = s.with(nil), s.with(nil)
	group := func(at int) int { return s.part.Group(s.index[at]) }
	for from := 0; from < len(s.index); {
		to := from
		for to < len(s.index) && group(to) == group(from) {
			to++
		}
		cut := to - (to-from)/5
		fit.index = append(fit.index, s.index[from:cut]...)
		check.index = append(check.index, s.index[cut:to]...)
		from = to
	}
	if len(check.index) == 0 {
		return fit, fit
	}
	return fit, check
}

// length is the windows of which so many steps lie in the part.
type length struct {
	selection
	steps int
}

// byLength sorts the windows by how many steps they have in the part, the most first.
func (s selection) byLength() []length {
	at := map[int]int{}
	var all []length
	for _, i := range s.index {
		steps, _ := s.windows.Ahead(i)
		if _, ok := at[steps]; !ok {
			at[steps] = len(all)
			all = append(all, length{s.with(nil), steps})
		}
		l := &all[at[steps]]
		l.index = append(l.index, i)
	}
	slices.SortFunc(all, func(a, b length) int { return b.steps - a.steps })
	return all
}

// blockRows is how many windows are in memory as a matrix at once.
const blockRows = 512

// block is a matrix of windows with what they should give.
type block struct {
	first, rows int        // place of its first window in the selection, and N
	x           *mat.Dense // [N,P]
	y           *mat.Dense // [N,O] scaled and centred; 0, or filled in, where missing
	missing     []bool     // [N·O]
}

func (b *block) missingRow(i int) []bool {
	_, o := b.y.Dims()
	return b.missing[i*o : (i+1)*o]
}

// blocks calls yield with the windows of the selection, at most blockRows at a time; the block is reused.
func (s selection) blocks(d design, yield func(b *block)) {
	p, o := d.size(), s.outputs
	most := min(blockRows, len(s.index))
	xs, ys := make([]float64, most*p), make([]float64, most*o)
	b := &block{missing: make([]bool, most*o)}
	var rows data.Batch[float64]
	for b.first = 0; b.first < len(s.index); b.first += blockRows {
		b.rows = min(most, len(s.index)-b.first)
		data.Fill(s.part, s.index[b.first:b.first+b.rows], &rows)
		b.x, b.y = mat.NewDense(b.rows, p, xs[:b.rows*p]), mat.NewDense(b.rows, o, ys[:b.rows*o])
		for i := range b.rows {
			d.write(&rows, i, b.x.RawRowView(i))
			b.target(&rows, i)
		}
		yield(b)
	}
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
