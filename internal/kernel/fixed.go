package kernel

import "fmt"

// FixedLinear is LinearForward with weights that do not change, for few rows at
// a time: the weights are put into panels once, and threads share the columns
// as well as the rows. A row's bits are its own. It serves any number of goroutines.
type FixedLinear[F Float] struct {
	ops    *ops[F]
	pool   *Pool
	i, o   int
	panels []F // [i,·] each
	bias   []F
}

// fixedColumns is how many panels of columns make one task.
const fixedColumns = 4

// NewFixedLinear copies w [o,i] and keeps b [o]; a nil b is zero.
func NewFixedLinear[F Float](p *Pool, i, o int, w, b []F) *FixedLinear[F] {
	if min(i, o) < 1 {
		panic(fmt.Sprintf("kernel: fixed linear: i, o are %d, %d, want at least 1", i, o))
	}
	l := newFixed[F](p, i, o)
	l.set(w, b)
	return l
}

func newFixed[F Float](p *Pool, i, o int) *FixedLinear[F] {
	return &FixedLinear[F]{ops: use[F](), pool: p, i: i, o: o, panels: aligned[F](i * o)}
}

// set copies w and keeps b.
func (l *FixedLinear[F]) set(w, b []F) {
	need("fixed linear: w", w, l.o*l.i, false)
	need("fixed linear: b", b, l.o, true)
	l.ops.packColumns(l.panels, l.o, l.i, 0, 0, w, l.i)
	l.bias = b
}

// Forward is y [n,o] = x [n,i]·wᵀ + b.
func (l *FixedLinear[F]) Forward(n int, x, y []F) {
	need("fixed linear: x", x, n*l.i, false)
	need("fixed linear: y", y, n*l.o, false)
	wide := fixedColumns * l.ops.cols
	across := (l.o + wide - 1) / wide
	p := l.pool
	if 2*float64(max(n, fewRows))*float64(l.i)*float64(roundUp(l.o, l.ops.width)) < serialWork {
		p = nil
	}
	p.Run(across*((n+linearRows-1)/linearRows), func(task, _ int) {
		r, j := task/across*linearRows, task%across*wide
		mul(l.ops, y[r*l.o+j:], l.o, x[r*l.i:], l.i, 1, l.panels[j*l.i:], 0, l.i*l.ops.cols,
			min(linearRows, n-r), min(wide, l.o-j), l.i, from(l.bias, j), false)
	})
}

// Activate is x = act(x).
func Activate[F Float](a Activation, x []F) {
	o := use[F]()
	for len(x) > 0 {
		n := min(len(x), longest)
		o.act(a, 1, n, x, 0, x, 0)
		x = x[n:]
	}
}
