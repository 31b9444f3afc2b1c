package kernel

import "fmt"

// Sources are the steps of one sequence that others look at, each with a key
// and a value: attention [1] of few queries at a time, over and over. What a query gets
// is its own: its bits do not depend on those beside it. It serves one goroutine at a time.
//
// [1] Luong, Pham & Manning, Effective approaches to attention-based neural machine translation, 2015.
type Sources[F Float] struct {
	ops     *ops[F]
	n, h, m int
	keys    []F    // [H,n]
	values  []F    // [n,M]
	scratch [2][]F // [1]
}

// NewSources copies n keys of h numbers and n values of m, each of which begins as many numbers
// behind the one before as the stride says: at least 1 of each.
func NewSources[F Float](n, h, m int, keys []F, keyStride int, values []F, valueStride int) *Sources[F] {
	if min(n, h, m) < 1 || keyStride < h || valueStride < m {
		panic(fmt.Sprintf("kernel: sources: n, h, m are %d, %d, %d with strides %d and %d, want at least 1 each, and strides as long", n, h, m, keyStride, valueStride))
	}
	s := &Sources[F]{ops: use[F](), n: n, h: h, m: m, keys: aligned[F](h * n), values: aligned[F](n * m)}
	s.ops.transpose(n, h, s.keys, n, keys, keyStride)
	s.ops.copyRows(n, m, s.values, m, values, valueStride)
	s.scratch = [2][]F{make([]F, 1), make([]F, 1)}
	return s
}

// Len is n.
func (s *Sources[F]) Len() int { return s.n }

// Attend weighs the steps for each of the queries [rows,H] by the softmax of its products with their keys, and writes
// the weights [rows,n] and the sums of the values that they make [rows,M]. ld are the strides of the rows.
func (s *Sources[F]) Attend(rows int, queries []F, ldq int, weights []F, ldw int, sums []F, lds int) {
	o := s.ops
	mul(o, weights, ldw, queries, ldq, 1, s.keys, s.n, o.cols, rows, s.n, s.h, nil, false)
	for r := range rows {
		o.softmax(1, s.n, weights[r*ldw:], 0, s.scratch[0], s.scratch[1])
	}
	mul(o, sums, lds, weights, ldw, 1, s.values, s.m, o.cols, rows, s.m, s.n, nil, false)
}
