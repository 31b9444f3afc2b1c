package kernel

import (
	"fmt"
	"math"
	"slices"
)

// Candidate is a column of a row and what stands there.
type Candidate[F Float] struct {
	Column int32
	Value  F
}

// Ranked is what a softmax over the columns of a row would say, without the row.
type Ranked[F Float] struct {
	Scale  float64        // the logarithm of the chance of a column is its value less Scale; NaN where a value is
	Most   F              // the greatest value of all
	Top    []Candidate[F] // the greatest values of the columns that may be named, the greatest first, of equals the lower column
	Wanted []F            // the values of the columns that were asked for
}

// Ranking is a FixedLinear whose products y [n,o] are not kept: of each row
// only its greatest values are, and the sum of the exponentials of all. The
// columns are made by spans that stay in a core's cache beside the rows at hand, so that
// the weights are read once for many rows, and y never goes through memory. A row's bits are its own. It serves one goroutine at a time.
type Ranking[F Float] struct {
	l         *FixedLinear[F]
	top       int
	asked     []question
	most, sum []F              // [n,spans]
	peaks     []Candidate[F]   // [n,parts,top]
	found     []int            // [n,parts], how many of them there are
	tiles     [][]F            // of each worker [rankRows,rankColumns]
	merged    [][]Candidate[F] // of each worker
	wanted    []F
	// of the call at hand
	n, spans, parts, rows int
	x                     []F
	hear                  func(row, worker int, r Ranked[F])
}

// question is what is asked of a row.
type question struct {
	never, wanted []int32
	at            int // where the values that are wanted begin
}

const (
	rankRows    = 128 // rows of a task at most
	rankColumns = 256 // columns of a span: whole panels of every implementation
	mergedRows  = 16  // rows that are told in one task
)

// NewRanking ranks what l gives: the so many greatest values of a row.
func NewRanking[F Float](l *FixedLinear[F], top int) *Ranking[F] {
	if top < 1 {
		panic(fmt.Sprintf("kernel: ranking: the %d greatest, want 1 or more", top))
	}
	r := &Ranking[F]{l: l, top: top, spans: (l.o + rankColumns - 1) / rankColumns}
	for range l.pool.Threads() {
		r.tiles, r.merged = append(r.tiles, nil), append(r.merged, nil)
	}
	return r
}

// Forward ranks y [n,o] = x [n,i]·wᵀ + b. ask says of each row which columns are not among its greatest and which values are wanted; past o
// is -Inf. hear is called once for each row, by several goroutines at once, and what it gets is valid during the call.
func (r *Ranking[F]) Forward(n int, x []F, ask func(row int) (never, wanted []int32), hear func(row, worker int, r Ranked[F])) {
	l := r.l
	need("ranking: x", x, n*l.i, false)
	r.n, r.x, r.hear = n, x, hear
	p := r.cut()
	r.most, r.sum = grow(r.most, n*r.spans), grow(r.sum, n*r.spans)
	r.peaks, r.found = slices.Grow(r.peaks[:0], n*r.parts*r.top)[:n*r.parts*r.top], slices.Grow(r.found[:0], n*r.parts)[:n*r.parts]
	r.asked = r.asked[:0]
	wanted := 0
	for row := range n {
		var q question
		if ask != nil {
			q.never, q.wanted = ask(row)
		}
		q.at = wanted
		wanted += len(q.wanted)
		r.asked = append(r.asked, q)
	}
	r.wanted = grow(r.wanted, wanted)
	for i := range r.wanted {
		r.wanted[i] = F(math.Inf(-1))
	}
	p.Run((n+r.rows-1)/r.rows*r.parts, r.task)
	p.Run((n+mergedRows-1)/mergedRows, func(task, worker int) {
		for row := task * mergedRows; row < min((task+1)*mergedRows, n); row++ {
			r.hear(row, worker, r.told(row, worker))
		}
	})
	r.x, r.hear = nil, nil
}

// cut parts the work: rows among the threads where there are many, else the columns too.
func (r *Ranking[F]) cut() *Pool {
	p, threads := r.l.pool, r.l.pool.Threads()
	if 2*float64(max(r.n, fewRows))*float64(r.l.i)*float64(r.l.o) < serialWork {
		p, threads = nil, 1
	}
	tasks := threads * ((r.n + threads*rankRows - 1) / (threads * rankRows))
	r.parts, r.rows = 1, (r.n+tasks-1)/tasks
	if threads > 1 && r.n < threads*rankRows/4 {
		r.parts, r.rows = min(r.spans, 2*threads), min(r.n, rankRows)
	}
	return p
}

// task ranks some spans of the columns for some rows.
func (r *Ranking[F]) task(task, worker int) {
	l, o := r.l, r.l.ops
	first, part := task/r.parts*r.rows, task%r.parts
	rows := min(r.rows, r.n-first)
	r.tiles[worker] = grow(r.tiles[worker], rankRows*rankColumns)
	tile := r.tiles[worker]
	for row := range rows {
		r.found[(first+row)*r.parts+part] = 0
	}
	var most, sum [rankRows]F
	for span := part * r.spans / r.parts; span < (part+1)*r.spans/r.parts; span++ {
		begin := span * rankColumns
		n := min(rankColumns, l.o-begin)
		mul(o, tile, n, r.x[first*l.i:], l.i, 1, l.panels[begin*l.i:], 0, l.i*o.cols, rows, n, l.i, from(l.bias, begin), false)
		o.expSums(rows, n, tile, n, most[:rows], sum[:rows])
		for row := range rows {
			at := (first+row)*r.spans + span
			r.most[at], r.sum[at] = most[row], sum[row]
			r.pick(first+row, part, begin, most[row], tile[row*n:][:n])
		}
	}
}

// pick keeps the greatest of the columns of a row from a first one on, none of which is more than most.
func (r *Ranking[F]) pick(row, part, from int, most F, of []F) {
	q := &r.asked[row]
	for i, c := range q.wanted {
		if at := int(c) - from; at >= 0 && at < len(of) {
			r.wanted[q.at+i] = of[at]
		}
	}
	slot := row*r.parts + part
	peaks, found := r.peaks[slot*r.top:][:r.top], r.found[slot]
	border := F(math.Inf(-1))
	if found == r.top {
		border = peaks[r.top-1].Value
	}
	if !(most > border) {
		return
	}
	for _, c := range q.never {
		if at := int(c) - from; at >= 0 && at < len(of) {
			of[at] = F(math.Inf(-1))
		}
	}
	for i := r.l.ops.above(of, border); i < len(of); {
		if found < r.top {
			found++
		}
		at := found - 1
		for ; at > 0 && peaks[at-1].Value < of[i]; at-- {
			peaks[at] = peaks[at-1]
		}
		peaks[at] = Candidate[F]{int32(from + i), of[i]}
		if found == r.top {
			border = peaks[r.top-1].Value
		}
		i++
		i += r.l.ops.above(of[i:], border)
	}
	r.found[slot] = found
}

// told joins what the spans and parts of a row have given, in their order.
func (r *Ranking[F]) told(row, worker int) Ranked[F] {
	most, sums := r.most[row*r.spans:][:r.spans], r.sum[row*r.spans:][:r.spans]
	out := Ranked[F]{Most: slices.Max(most)}
	total := 0.0
	for i, s := range sums {
		total += float64(s) * math.Exp(float64(most[i])-float64(out.Most))
	}
	out.Scale = float64(out.Most) + math.Log(total)
	q := &r.asked[row]
	out.Wanted = r.wanted[q.at:][:len(q.wanted)]
	if out.Top = r.peaks[row*r.parts*r.top:][:r.found[row*r.parts]]; r.parts == 1 {
		return out
	}
	all := r.merged[worker][:0]
	for part := range r.parts {
		slot := row*r.parts + part
		all = append(all, r.peaks[slot*r.top:][:r.found[slot]]...)
	}
	slices.SortFunc(all, func(a, b Candidate[F]) int {
		switch {
		case a.Value > b.Value || a.Value == b.Value && a.Column < b.Column:
			return -1
		case a == b:
			return 0
		}
		return 1
	})
	r.merged[worker] = all
	out.Top = all[:min(r.top, len(all))]
	return out
}
