package kernel

import "fmt"

// Rows are some rows of a matrix, each once, and a value for every column of
// them: the gradient of a table of which few rows were read. Of is the row of
// the matrix that row i of Values [len(Of),n] belongs to, in the order in which
// they were first met.
type Rows[F Float] struct {
	Of     []int
	Values []F
}

// Tokens looks up the rows of a table [V,E] that symbols name, and sums the
// gradient of the rows that were read: of a large table a step touches few. It
// owns its memory, of which one int32 a row of the table is the only part that
// grows with V, and that is never gone through.
type Tokens[F Float] struct {
	n, v, e int
	padding int // the symbol that is none; -1: there is none such
	pool    *Pool
	ops     *ops[F]
	place   []int32 // of each row of the table in rows, plus 1; 0 between the calls
	of      []int
	places  []int32 // of each symbol; -1 for padding
	values  []F
	dy      []F
	sum     func(band, worker int)
	spelt   spelt[F]
}

// NewTokens makes a lookup of n symbols among v rows of e columns. The symbol
// padding, unless it is -1, stands for no symbol: it gives zeros and gets no gradient.
func NewTokens[F Float](p *Pool, n, v, e, padding int) *Tokens[F] {
	if min(n, v, e) < 1 || padding < -1 || padding >= v {
		panic(fmt.Sprintf("kernel: tokens: %d symbols of %d rows of %d columns with padding %d, want 1 or more each, and a row or -1", n, v, e, padding))
	}
	t := &Tokens[F]{n: n, v: v, e: e, padding: padding, pool: p, ops: use[F]()}
	t.sum = t.sumBand
	return t
}

// Forward is y[i] = table[ids[i]], y [n,E].
func (t *Tokens[F]) Forward(ids []int, table, y []F) {
	t.check(ids, table, y)
	for i, id := range ids {
		to := y[i*t.e:][:t.e]
		if id == t.padding {
			clear(to)
			continue
		}
		copy(to, table[id*t.e:])
	}
}

// Backward sums dy [n,E] by the rows that ids name. The result is the Tokens'
// own and holds until the next call. Sums run in the order of ids.
func (t *Tokens[F]) Backward(ids []int, dy []F) Rows[F] {
	t.spelt.of = t.spelt.of[:0]
	t.find(ids, dy)
	return t.sums(dy)
}

// find gives every row that ids name its place among the rows of the gradient.
func (t *Tokens[F]) find(ids []int, dy []F) {
	t.check(ids, nil, dy)
	if t.place == nil {
		t.place, t.places = make([]int32, t.v), make([]int32, t.n)
	}
	t.of = t.of[:0]
	for i, id := range ids {
		t.places[i] = -1
		if id != t.padding {
			t.places[i] = t.placeOf(id)
		}
	}
}

// placeOf is the place of a row, the next one where it is met for the first time.
func (t *Tokens[F]) placeOf(row int) int32 {
	if t.place[row] == 0 {
		t.of = append(t.of, row)
		t.place[row] = int32(len(t.of))
	}
	return t.place[row] - 1
}

// sums makes the gradient of the rows that were found.
func (t *Tokens[F]) sums(dy []F) Rows[F] {
	for _, id := range t.of {
		t.place[id] = 0
	}
	if size := len(t.of) * t.e; len(t.values) < size {
		t.values = aligned[F](max(size, min(t.n, t.v)*t.e))
	}
	t.dy = dy
	p := t.pool
	if 16*float64(t.n*t.e) < serialWork { // moves, not sums, are what it costs
		p = nil
	}
	p.Run((t.e+tokenBand-1)/tokenBand, t.sum)
	t.dy = nil
	return Rows[F]{t.of, t.values[:len(t.of)*t.e]}
}

// tokenBand is how many columns one task sums: every symbol of them, so that the order is that of one thread.
const tokenBand = 64

func (t *Tokens[F]) sumBand(band, _ int) {
	from := band * tokenBand
	w := min(tokenBand, t.e-from)
	seen := int32(0)
	for i, k := range t.places {
		if k < 0 {
			continue
		}
		to, add := t.values[int(k)*t.e+from:][:w], t.dy[i*t.e+from:][:w]
		if k == seen { // places are given in this order: it is met for the first time
			copy(to, add)
			seen++
			continue
		}
		t.ops.addRows(1, w, to, 0, add, 0)
	}
	if len(t.spelt.of) == 0 {
		return
	}
	for k := int(seen); k < len(t.of); k++ { // rows that are shared alone
		clear(t.values[k*t.e+from:][:w])
	}
	t.sumSpelt(from, w)
}

// Dense writes rows into a whole gradient [V,E], which is zero elsewhere. It is for small tables.
func (r Rows[F]) Dense(gradient []F) {
	clear(gradient)
	r.AddTo(gradient)
}

// AddTo adds rows to a whole gradient [V,E], as of a table that is read as
// weights besides.
func (r Rows[F]) AddTo(gradient []F) {
	o := use[F]()
	r.each("sum of rows", len(gradient), func(at, from, e int) {
		o.addRows(1, e, gradient[at:], 0, r.Values[from:], 0)
	})
}

func (t *Tokens[F]) check(ids []int, table, y []F) {
	if len(ids) != t.n {
		panic(fmt.Sprintf("kernel: tokens: %d symbols, want %d", len(ids), t.n))
	}
	for i, id := range ids {
		if id < 0 || id >= t.v {
			panic(fmt.Sprintf("kernel: tokens: symbol %d is %d, want 0 to %d", i, id, t.v-1))
		}
	}
	need("tokens: table", table, t.v*t.e, true)
	need("tokens: y or its gradient", y, t.n*t.e, false)
}
