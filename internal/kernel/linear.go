package kernel

import (
	"fmt"
	"sync"
)

// Term is one product of a linear layer: I columns of X meet as many columns
// of W, so that a layer may read several things side by side without a copy of
// them.
type Term[F Float] struct {
	I            int // columns that meet
	X            []F // [n,XCols], of which the columns from XFrom on
	XFrom, XCols int
	W            []F // [o,WCols], of which the columns from WFrom on
	WFrom, WCols int

	// Gradients, for the backward pass; a nil one is not wanted. Columns of DX
	// that the term does not read are zero; of DW the columns it does not read
	// are left as they are, for the terms that do.
	DX, DW []F
}

// LinearForward is y[n,o] = act(x[n,i]·wᵀ + b) with w [o,i] and b [o]; a nil b is zero.
func LinearForward[F Float](p *Pool, a Activation, n, i, o int, x, w, b, y []F) {
	l := newLinear[F](p, a, n, o)
	l.one[0] = Term[F]{I: i, X: x, XCols: i, W: w, WCols: i}
	l.terms = l.one[:]
	l.runForward(b, y)
}

// LinearBackward takes dy, the gradient of a loss by y of LinearForward, which
// it may overwrite unless a is Identity, and makes dx, dw and db; a nil one is not wanted.
func LinearBackward[F Float](p *Pool, a Activation, n, i, o int, x, w, y, dy, dx, dw, db []F) {
	l := newLinear[F](p, a, n, o)
	l.one[0] = Term[F]{I: i, X: x, XCols: i, W: w, WCols: i, DX: dx, DW: dw}
	l.terms = l.one[:]
	l.runBackward(y, dy, db)
}

// TermsForward is LinearForward of several terms: y[n,o] = act(Σ x·wᵀ + b).
func TermsForward[F Float](p *Pool, a Activation, n, o int, terms []Term[F], b, y []F) {
	l := newLinear[F](p, a, n, o)
	l.terms = terms
	l.runForward(b, y)
}

// TermsBackward is LinearBackward of several terms.
func TermsBackward[F Float](p *Pool, a Activation, n, o int, terms []Term[F], y, dy, db []F) {
	l := newLinear[F](p, a, n, o)
	l.terms = terms
	l.runBackward(y, dy, db)
}

// linearRows is how many rows of x make one task.
const linearRows = 64

// linear is one call of the linear layer; it is used again by later calls.
type linear[F Float] struct {
	ops  *ops[F]
	p    *Pool
	a    Activation
	n, o int
	ones [1]F
	one  [1]Term[F]

	terms        []Term[F]
	at           int // the term of which the gradients are made
	b, y, dy, wt []F

	forward, backX, backW func(chunk, worker int)
}

var linears32, linears64 sync.Pool

func linears[F Float]() *sync.Pool {
	var f F
	if _, ok := any(f).(float64); ok {
		return &linears64
	}
	return &linears32
}

func newLinear[F Float](p *Pool, a Activation, n, o int) *linear[F] {
	l, _ := linears[F]().Get().(*linear[F])
	if l == nil {
		l = &linear[F]{}
		l.forward, l.backX, l.backW = l.forwardRows, l.backRows, l.backColumns
	}
	l.ops, l.p, l.a, l.n, l.o = use[F](), p, a, n, o
	return l
}

func (l *linear[F]) release() {
	l.p, l.terms, l.b, l.y, l.dy = nil, nil, nil, nil, nil
	l.one[0] = Term[F]{}
	linears[F]().Put(l)
}

func (l *linear[F]) runForward(b, y []F) {
	l.check(b, y)
	l.b, l.y = b, y
	all := l.width()
	l.wt = grow(l.wt, all*l.o)
	at := 0
	for _, t := range l.terms { // under each other: the rows of one transposed matrix
		l.ops.transpose(l.o, t.I, l.wt[at:], l.o, t.W[t.WFrom:], t.WCols)
		at += t.I * l.o
	}
	l.share(all, (l.n+linearRows-1)/linearRows, l.forward)
	l.release()
}

func (l *linear[F]) runBackward(y, dy, db []F) {
	l.check(db, y)
	need("linear: gradient of y", dy, l.n*l.o, false)
	l.dy = dy
	if l.a != Identity {
		l.ops.actBack(l.a, 1, l.n*l.o, y, 0, dy, 0, dy, 0)
	}
	if db != nil { // the column sums of dy: a row of ones times dy
		l.ones[0] = 1
		mul(l.ops, db, l.o, l.ones[:], 0, 0, dy, l.o, l.ops.cols, 1, l.o, l.n, nil, false)
	}
	for i := range l.terms {
		t := &l.terms[i]
		l.at = i
		if t.DX != nil {
			if t.I < t.XCols {
				clear(t.DX)
			}
			l.share(t.I, (l.n+linearRows-1)/linearRows, l.backX)
		}
		if t.DW != nil {
			l.share(t.I, (t.I+l.ops.cols-1)/l.ops.cols, l.backW)
		}
	}
	l.release()
}

// width is the number of columns that all terms read.
func (l *linear[F]) width() (n int) {
	for _, t := range l.terms {
		n += t.I
	}
	return n
}

// share runs the tasks on the pool's threads when there is enough to do with i
// columns; few outputs cost as much as a vector of them.
func (l *linear[F]) share(i, tasks int, f func(chunk, worker int)) {
	p := l.p
	if 2*float64(l.n)*float64(i)*float64(roundUp(l.o, l.ops.width)) < serialWork {
		p = nil
	}
	p.Run(tasks, f)
}

func (l *linear[F]) forwardRows(task, _ int) {
	o, r := l.ops, task*linearRows
	m := min(linearRows, l.n-r)
	y := l.y[r*l.o:][:m*l.o]
	wt, b := l.wt, l.b
	for i := range l.terms {
		t := &l.terms[i]
		mul(o, y, l.o, t.X[r*t.XCols+t.XFrom:], t.XCols, 1, wt, l.o, o.cols, m, l.o, t.I, b, i > 0)
		b = nil
		wt = wt[t.I*l.o:]
	}
	if l.a != Identity {
		o.act(l.a, 1, len(y), y, 0, y, 0)
	}
}

func (l *linear[F]) backRows(task, _ int) {
	o, r, t := l.ops, task*linearRows, &l.terms[l.at]
	mul(o, t.DX[r*t.XCols+t.XFrom:], t.XCols, l.dy[r*l.o:], l.o, 1, t.W[t.WFrom:], t.WCols, o.cols, min(linearRows, l.n-r), t.I, l.o, nil, false)
}

func (l *linear[F]) backColumns(task, _ int) {
	o, j, t := l.ops, task*l.ops.cols, &l.terms[l.at]
	const most = 4096 // terms of one call
	for k := 0; k < l.n; k += most {
		mul(o, t.DW[t.WFrom+j:], t.WCols, l.dy[k*l.o:], 1, l.o, t.X[k*t.XCols+t.XFrom+j:], t.XCols, 0,
			l.o, min(o.cols, t.I-j), min(most, l.n-k), nil, k > 0)
	}
}

func grow[F Float](x []F, n int) []F {
	if cap(x) < n {
		return aligned[F](n)
	}
	return x[:n]
}

func (l *linear[F]) check(b, y []F) {
	for _, t := range l.terms {
		if t.I < 1 || t.XFrom < 0 || t.XFrom+t.I > t.XCols || t.WFrom < 0 || t.WFrom+t.I > t.WCols {
			panic(fmt.Sprintf("kernel: linear: %d columns from %d of %d in x and from %d of %d in w, want them inside",
				t.I, t.XFrom, t.XCols, t.WFrom, t.WCols))
		}
		need("linear: x", t.X, l.n*t.XCols, false)
		need("linear: w", t.W, l.o*t.WCols, false)
		need("linear: gradient of x", t.DX, l.n*t.XCols, true)
		need("linear: gradient of w", t.DW, l.o*t.WCols, true)
	}
	need("linear: b", b, l.o, true)
	need("linear: y", y, l.n*l.o, false)
}
