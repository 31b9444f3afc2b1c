package kernel

import (
	"fmt"
	"unsafe"
)

// portion is rows of a chunk whose gradients of the weights are one sum. How the
// batch is cut into parts is a matter of the sizes alone, and so is what is
// added to what; how many parts a chunk has is one of speed.
type portion[F Float] struct {
	at, rows    int  // among the rows of the chunk
	short, long int  // the least and the greatest length of its rows
	fromZero    bool // the state before the first step is zero
	way         way
	dw          []F // Train: [k, blocks·hp]
}

// way is what the step at hand does with a part; those that go the same way share a product.
type way uint8

const (
	whole way = iota
	ragged
	none
)

const (
	wideRows   = 32 // rows of a chunk of a wide layer, at the most
	latePanels = 4  // panels of columns whose gradient is made at once
)

// wideWeights is from how many bytes on U does not stay in a core's cache of a mebibyte beside what else a step reads.
var wideWeights = 3 << 18

// wide says that the weights do not stay in a core's cache from one step to the next.
func wide[F Float](s Spec) bool {
	return s.Cell.Gates()*s.H*s.H*int(unsafe.Sizeof(F(0))) >= wideWeights
}

// partsOfChunk is how many parts of so many rows a chunk has: one, unless the layer
// is wide. There a product with several parts at once reads them once for all of them, as long as
// every thread has a chunk.
func partsOfChunk[F Float](s Spec, rows, threads int) int {
	if !wide[F](s) {
		return 1
	}
	parts := (s.B + rows - 1) / rows
	chunks := max(1, threads, (s.B+wideRows-1)/wideRows)
	return max(1, min((parts+chunks-1)/chunks, wideRows/rows))
}

// cut makes the chunks, of so many parts of so many rows.
func (l *Layer[F]) cut(rows, parts int) {
	s := l.spec
	for first := 0; first < s.B; first += rows * parts {
		k := chunk[F]{first: first, rows: min(rows*parts, s.B-first)}
		for at := 0; at < k.rows; at += rows {
			p := portion[F]{at: at, rows: min(rows, k.rows-at)}
			if s.Train {
				p.dw = l.own(fmt.Sprintf("gradient %d", len(l.sums)), l.k*l.blocks*l.hp)
				l.sums = append(l.sums, p.dw)
			}
			k.parts = append(k.parts, p)
		}
		l.chunks = append(l.chunks, k)
	}
}

// alike is the parts from the i-th on that go the same way: their first row, their rows, and the part after them.
func (k *chunk[F]) alike(i int) (at, rows, next int) {
	at = k.parts[i].at
	for next = i; next < len(k.parts) && k.parts[next].way == k.parts[i].way; next++ {
		rows += k.parts[next].rows
	}
	return at, rows, next
}

// live says whether all rows of the part have a step at time t, some, or none.
func (p *portion[F]) live(t int) way {
	switch {
	case t < p.short:
		return whole
	case t < p.long:
		return ragged
	}
	return none
}

// setLengths notes the least and greatest length of the rows of the parts, and the least one of the chunk.
func (k *chunk[F]) setLengths(steps int, lengths []int) {
	k.short = steps
	for i := range k.parts {
		p := &k.parts[i]
		p.short, p.long = steps, steps
		if lengths != nil {
			p.long = 0
			for _, n := range lengths[k.first+p.at:][:p.rows] {
				p.short, p.long = min(p.short, n), max(p.long, n)
			}
		}
		k.short = min(k.short, p.short)
	}
}

// gradW adds zᵀ·dgates of n steps to the gradients of [b; W; U] of all parts.
func (l *Layer[F]) gradW(k *chunk[F], slot, gate, n int, acc bool) {
	for i := range k.parts {
		l.gradColumns(k, &k.parts[i], 0, l.blocks*l.hp, slot, gate, n, acc)
	}
}

// gradLate is gradW of all spans at once, from the last one on as they would have come, some columns of gates after others:
// their gradient stays in a core's cache over all spans. It wants the gates of all steps.
func (l *Layer[F]) gradLate(k *chunk[F]) {
	s, ld, columns := l.spec, l.blocks*l.hp, latePanels*l.ops.cols
	last := (s.T - 1) / l.span * l.span
	for i := range k.parts {
		for j := 0; j < ld; j += columns {
			for from := last; from >= 0; from -= l.span {
				l.gradColumns(k, &k.parts[i], j, min(columns, ld-j), from, from, min(l.span, s.T-from), from < last)
			}
		}
	}
}

// gradColumns is gradW of a part and of w columns of gates from column j on. What lies apart in a chunk of
// several parts is brought together first.
func (l *Layer[F]) gradColumns(k *chunk[F], p *portion[F], j, w, slot, gate, n int, acc bool) {
	o, s, g := l.ops, l.spec, l.gAt(k, gate)
	z, rows, skip := l.zAt(k, slot)[l.off-1-s.I:], n*p.rows, 0
	if slot == 0 && p.fromZero && (acc || n > 1) {
		skip = p.rows
	}
	if len(k.parts) == 1 {
		l.gradPanel(p, j, w, rows, skip, z, 1, l.ldz, g[j:], l.ldg, acc)
		return
	}
	for i := range n {
		o.transpose(p.rows, l.k, k.zs[i*p.rows:], rows, z[(i*k.rows+p.at)*l.ldz:], l.ldz)
	}
	for end := j + w; j < end; j += o.cols {
		w := min(o.cols, end-j)
		for i := range n {
			o.copyRows(p.rows, w, k.gs[i*p.rows*w:], w, g[(i*k.rows+p.at)*l.ldg+j:], l.ldg)
		}
		l.gradPanel(p, j, w, rows, skip, k.zs, rows, 1, k.gs, w, acc)
	}
}

// gradPanel is gradW of w columns of gates from column j on, of rows of z whose columns are zr apart and which are zk apart.
// The first ones, so many as skip says, hold a state of zeros, which adds nothing to the gradient of U.
func (l *Layer[F]) gradPanel(p *portion[F], j, w, rows, skip int, z []F, zr, zk int, g []F, ldg int, acc bool) {
	s, o, ld := l.spec, l.ops, l.blocks*l.hp
	if s.Cell != GRU && skip == 0 {
		mul(o, p.dw[j:], ld, z, zr, zk, g, ldg, o.cols, l.k, w, rows, nil, acc)
		return
	}
	mul(o, p.dw[j:], ld, z, zr, zk, g, ldg, o.cols, s.I+1, w, rows, nil, acc)
	if w = min(w, l.main-j); rows > skip && w > 0 {
		h := z[(s.I+1)*zr+skip*zk:]
		mul(o, p.dw[(s.I+1)*ld+j:], ld, h, zr, zk, g[skip*ldg:], ldg, o.cols, s.H, w, rows-skip, nil, acc)
	}
}
