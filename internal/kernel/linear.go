package kernel

import "sync"

// LinearForward is y[n,o] = act(x[n,i]·wᵀ + b) with w [o,i] and b [o]; a nil b is zero.
func LinearForward[F Float](p *Pool, a Activation, n, i, o int, x, w, b, y []F) {
	checkLinear(n, i, o, x, w, b, y)
	l := newLinear[F](p, a, n, i, o)
	l.x, l.w, l.b, l.y = x, w, b, y
	l.wt = grow(l.wt, i*o)
	l.ops.transpose(o, i, l.wt, o, w, i)
	l.share((n+linearRows-1)/linearRows, l.forward)
	l.release()
}

// LinearBackward takes dy, the gradient of a loss by y of LinearForward, which
// it may overwrite, and makes dx, dw and db; a nil one is not wanted.
func LinearBackward[F Float](p *Pool, a Activation, n, i, o int, x, w, y, dy, dx, dw, db []F) {
	checkLinear(n, i, o, x, w, db, y)
	need("linear: gradient of y", dy, n*o, false)
	need("linear: gradient of x", dx, n*i, true)
	need("linear: gradient of w", dw, o*i, true)
	l := newLinear[F](p, a, n, i, o)
	l.x, l.w, l.b, l.y, l.dy, l.dx, l.dw = x, w, db, y, dy, dx, dw
	if a != Identity {
		l.ops.actBack(a, 1, n*o, y, 0, dy, 0, dy, 0)
	}
	if db != nil { // the column sums of dy: a row of ones times dy
		l.ones[0] = 1
		mul(l.ops, db, o, l.ones[:], 0, 0, dy, o, l.ops.cols, 1, o, n, false)
	}
	if dx != nil {
		l.share((n+linearRows-1)/linearRows, l.backX)
	}
	if dw != nil {
		l.share((i+l.ops.cols-1)/l.ops.cols, l.backW)
	}
	l.release()
}

// linearRows is how many rows of x make one task.
const linearRows = 64

// linear is one call of the linear layer; it is used again by later calls.
type linear[F Float] struct {
	ops     *ops[F]
	p       *Pool
	a       Activation
	n, i, o int
	ones    [1]F

	x, w, b, y, dy, dx, dw, wt []F

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

func newLinear[F Float](p *Pool, a Activation, n, i, o int) *linear[F] {
	l, _ := linears[F]().Get().(*linear[F])
	if l == nil {
		l = &linear[F]{}
		l.forward, l.backX, l.backW = l.forwardRows, l.backRows, l.backColumns
	}
	l.ops, l.p, l.a, l.n, l.i, l.o = use[F](), p, a, n, i, o
	return l
}

func (l *linear[F]) release() {
	l.p, l.x, l.w, l.b, l.y, l.dy, l.dx, l.dw = nil, nil, nil, nil, nil, nil, nil, nil
	linears[F]().Put(l)
}

// share runs the tasks on the pool's threads when there is enough to do; few
// outputs cost as much as a vector of them.
func (l *linear[F]) share(tasks int, f func(chunk, worker int)) {
	p := l.p
	if 2*float64(l.n)*float64(l.i)*float64(roundUp(l.o, l.ops.width)) < serialWork {
		p = nil
	}
	p.Run(tasks, f)
}

func (l *linear[F]) forwardRows(task, _ int) {
	o, r := l.ops, task*linearRows
	m := min(linearRows, l.n-r)
	y := l.y[r*l.o:][:m*l.o]
	if l.b != nil {
		for j := range m {
			copy(y[j*l.o:][:l.o], l.b)
		}
	}
	mul(o, y, l.o, l.x[r*l.i:], l.i, 1, l.wt, l.o, o.cols, m, l.o, l.i, l.b != nil)
	if l.a != Identity {
		o.act(l.a, 1, len(y), y, 0, y, 0)
	}
}

func (l *linear[F]) backRows(task, _ int) {
	o, r := l.ops, task*linearRows
	mul(o, l.dx[r*l.i:], l.i, l.dy[r*l.o:], l.o, 1, l.w, l.i, o.cols, min(linearRows, l.n-r), l.i, l.o, false)
}

func (l *linear[F]) backColumns(task, _ int) {
	o, j := l.ops, task*l.ops.cols
	const most = 4096 // terms of one call
	for k := 0; k < l.n; k += most {
		mul(o, l.dw[j:], l.i, l.dy[k*l.o:], 1, l.o, l.x[k*l.i+j:], l.i, 0, l.o, min(o.cols, l.i-j), min(most, l.n-k), k > 0)
	}
}

func grow[F Float](x []F, n int) []F {
	if cap(x) < n {
		return aligned[F](n)
	}
	return x[:n]
}

func checkLinear[F Float](n, i, o int, x, w, b, y []F) {
	need("linear: x", x, n*i, false)
	need("linear: w", w, o*i, false)
	need("linear: b", b, o, true)
	need("linear: y", y, n*o, false)
}
