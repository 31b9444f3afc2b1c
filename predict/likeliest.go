package predict

import "recur/internal/kernel"

// finder finds the greatest of many scores; it keeps memory from call to call.
type finder[F kernel.Float] struct{ zeros, most []F }

const (
	columns    = 64          // scores are looked at as rows of so many
	manyScores = 4 * columns // below so many each is looked at
)

// likeliest finds the n greatest scores above least, of equals those of lower symbols, the greatest first, and appends them to into, which is empty.
//
// Of many scores, rows of 256, the greatest of each column is found by a vector at a time. The n greatest of these are n scores, so that nothing
// below them is among the n greatest of all, and the columns below them are left out. A zero may lose its sign in of.
func (f *finder[F]) likeliest(of []F, least F, n int, into []way) []way {
	k := picked[F]{of: of, n: n, border: least, floor: least, ways: into}
	rows := len(of) / columns
	if len(of) < manyScores || 2*n > columns {
		k.take(0, len(of), 1)
		return k.ways
	}
	if len(f.zeros) < rows {
		f.zeros = make([]F, rows)
		f.most = make([]F, columns)
	}
	kernel.Greatest(rows, columns, of[:rows*columns], f.zeros, f.most)
	best := k
	best.of = f.most
	best.take(0, columns, 1)
	if len(best.ways) == n {
		k.floor = best.border
	}
	for c, most := range f.most {
		if most >= k.floor && most > least {
			k.take(c, rows*columns, columns)
		}
	}
	k.take(rows*columns, len(of), 1)
	return k.ways
}

// picked are the n greatest scores of those that were looked at, the greatest first.
type picked[F kernel.Float] struct {
	of     []F
	n      int
	floor  F // nothing below it is one of them
	border F // likewise; while there are less than n, nothing that is no more than it
	ways   []way
}

// take looks at every step-th score from a first one on.
func (k *picked[F]) take(first, end, step int) {
	for i := first; i < end; i += step {
		v := k.of[i]
		if v < k.floor {
			continue
		}
		if !(v > k.border) && (len(k.ways) < k.n || v < k.border || v != v || int(k.ways[k.n-1].symbol) < i) {
			continue
		}
		if len(k.ways) < k.n {
			k.ways = append(k.ways, way{})
		}
		at := len(k.ways) - 1
		for ; at > 0; at-- {
			before := k.ways[at-1].symbol
			if of := k.of[before]; of > v || of == v && int(before) < i {
				break
			}
			k.ways[at] = k.ways[at-1]
		}
		k.ways[at].symbol = int32(i)
		if len(k.ways) == k.n {
			k.border = k.of[k.ways[k.n-1].symbol]
			k.floor = max(k.floor, k.border)
		}
	}
}
