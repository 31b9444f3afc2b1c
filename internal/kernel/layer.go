package kernel

import (
	"fmt"
	"unsafe"
)

// Layer is one direction of one recurrent layer over a whole sequence. The
// batch is cut into parts of rows, and a chunk, of one part or of several where
// the layer is wide, runs the whole sequence by itself, in memory of its own.
// The sums of the parts are added up in their order, so results do not depend
// on the number of threads. A Layer owns its memory, allocates nothing after
// NewLayer and serves one goroutine at a time.
//
// In a chunk the state before a step, its input and a one lie side by side in
// a row z = [1, x, h], so that one product of [x, h] with [W; U] makes the sums
// of a step, and one product zᵀ·dgates makes the gradients of b, W and U.
type Layer[F Float] struct {
	turns *Turns[F]
	name  string // among those of turns
	spec  Spec
	norm  *normed[F] // with Norm it does all the work
	ops   *ops[F]
	geometry
	pack   packed[F]
	ready  bool // pack holds the weights of a layer whose weights are fixed
	chunks []chunk[F]
	sums   [][]F     // the gradients of [b; W; U] of all parts of the chunks
	rooms  []room[F] // of the chunks; without Train of the threads, which use theirs again while it is in their caches

	w     Weights[F] // of the call that is running, as the next four
	in    Input[F]
	out   Output[F]
	dout  Output[F]
	grads Grads[F]

	forward, backward, reduce func(chunk, worker int)
}

// geometry is how the numbers of a layer are laid out.
type geometry struct {
	hp     int  // hidden units with padding
	blocks int  // blocks of hp in a row of gates
	main   int  // columns of gates that h feeds: the first ones
	xs     int  // first column of gates that x feeds
	off    int  // column of h in a row of z; the one and x end just before it
	ldz    int  // row stride of z
	ldg    int  // row stride of gates
	k      int  // rows of [b; W; U]
	span   int  // steps whose products with x, or gradients of W, are made at once
	ahead  bool // the product with x is made for a span of steps beforehand
	keep   bool // the gates of all steps are kept for Backward
}

// chunk is some rows of the batch.
type chunk[F Float] struct {
	room[F]
	first, rows int
	short       int // the least length of its rows
	parts       []portion[F]
}

// room is the memory of a chunk.
type room[F Float] struct {
	z      []F // [T+1 or span+1, rows, ldz]
	g      []F // [T, span or 1, rows, ldg]
	c      []F // LSTM: [T+1 or span+1, rows, hp]
	h      []F // Masked: [T+1, rows, hp], the states whose masked copies are in z
	dh, dc []F // [rows, hp]
	dm     []F // Masked: [rows, hp], the gradient of a masked state
	zs, gs []F // of chunks of several parts: zᵀ of a part and a span, and a panel of its gates
}

const (
	wideInput = 48  // from so many inputs on, their product is made beforehand
	carried   = 4   // steps of inference after which the state is moved back to the first slot
	spanRows  = 128 // rows of a product over a span of steps
)

// rowsOfPart is how many rows of the batch a part holds: few, so that threads
// share the work evenly, but enough to use a panel of weights several times.
// What is not worth sharing stays together.
func rowsOfPart(s Spec) int {
	b := s.B
	switch {
	case s.flops() < serialWork && b <= 64:
		return b
	case b <= 8:
		return min(b, 4)
	case b <= 64:
		return 8
	case b <= 256:
		return 16
	}
	return roundUp((b+15)/16, 4)
}

// flops is about the number of operations of the forward pass.
func (s Spec) flops() float64 {
	return 2 * float64(s.T) * float64(s.B) * float64(s.Cell.Gates()*s.H) * float64(s.I+1+s.H)
}

func roundUp(n, to int) int { return (n + to - 1) / to * to }

// stride keeps rows of n numbers from falling on the same few sets of a cache.
func stride(n int) int {
	if n%256 == 0 {
		return n + 16
	}
	return n
}

func newGeometry(s Spec, width, rows int) geometry {
	p := geometry{hp: roundUp(s.H, width), blocks: 1, k: s.I + 1 + s.H}
	if s.Cell != Elman {
		p.blocks = 4
	}
	p.main = p.blocks * p.hp
	if s.Cell == GRU {
		p.main, p.xs = 3*p.hp, p.hp
	}
	p.off = roundUp(s.I+1, width)
	p.ldz = stride(p.off + p.hp)
	p.ldg = stride(p.blocks * p.hp)
	p.keep = s.Train && s.Cell != Elman
	p.ahead = s.I >= wideInput
	p.span = min(carried, s.T)
	if s.Train || p.ahead {
		p.span = min(max(1, spanRows/rows), s.T)
	}
	return p
}

// NewLayer makes a layer; it panics on sizes below 1.
func NewLayer[F Float](s Spec) *Layer[F] { return NewLayerOf[F](s, nil, "") }

// Turns is memory that layers of one name take turns with: those that differ in steps and rows alone, of which one runs at a time, Forward
// and then Backward. They are not Fixed. What they share is what each makes anew: the packed weights and the sums of their gradients.
type Turns[F Float] struct{ kept map[string][]F }

// NewTurns makes an empty one.
func NewTurns[F Float]() *Turns[F] { return &Turns[F]{kept: map[string][]F{}} }

// own is memory of n numbers that the layer alone writes, or those that take turns with it: zero at first, so that columns of padding are.
func (l *Layer[F]) own(what string, n int) []F {
	if l.turns == nil {
		return aligned[F](n)
	}
	s := l.spec
	key := fmt.Sprintf("%s %t %v %d %d %s %d", l.name, s.Reverse, s.Cell, s.I, s.H, what, n)
	if l.turns.kept[key] == nil {
		l.turns.kept[key] = aligned[F](n)
	}
	return l.turns.kept[key]
}

// NewLayerOf is NewLayer of a layer that takes turns; t may be nil.
func NewLayerOf[F Float](s Spec, t *Turns[F], name string) *Layer[F] {
	s.check()
	if s.Norm {
		return &Layer[F]{spec: s, norm: newNormed[F](s)}
	}
	o := use[F]()
	rows := rowsOfPart(s)
	parts := partsOfChunk[F](s, rows, s.Pool.Threads())
	l := &Layer[F]{spec: s, ops: o, turns: t, name: name, geometry: newGeometry(s, o.width, rows)}
	l.pack.init(l)
	l.cut(rows, parts)
	n := len(l.chunks)
	if !s.Train {
		n = min(n, s.Pool.Threads())
	}
	for range n {
		l.rooms = append(l.rooms, l.newRoom(rows, parts))
	}
	l.forward, l.backward, l.reduce = l.forwardChunk, l.backwardChunk, l.reducePart
	return l
}

func (l *Layer[F]) newRoom(rowsOfPart, parts int) room[F] {
	s := l.spec
	rows := min(rowsOfPart*parts, s.B)
	states, gates := l.span+1, l.gateSlot(0, l.span-1)+1
	if s.Train {
		states = s.T + 1
	}
	if l.keep {
		gates = s.T
	}
	m := room[F]{z: aligned[F](states * rows * l.ldz), g: aligned[F](gates * rows * l.ldg)}
	if s.Cell == LSTM {
		m.c = aligned[F](states * rows * l.hp)
	}
	if s.Train {
		m.dh, m.dc = aligned[F](rows*l.hp), aligned[F](rows*l.hp)
		if parts > 1 {
			m.zs, m.gs = aligned[F](l.span*rowsOfPart*l.k), aligned[F](l.span*rowsOfPart*l.ops.cols)
		}
	}
	if s.Masked {
		m.h, m.dm = aligned[F](states*rows*l.hp), aligned[F](rows*l.hp)
	}
	for r := range states * rows {
		m.z[r*l.ldz+l.off-1-s.I] = 1
	}
	return m
}

// aligned makes a zeroed slice that begins on a cache line.
func aligned[F Float](n int) []F {
	const line = 64
	size := int(unsafe.Sizeof(F(0)))
	x := make([]F, n+line/size)
	skip := 0
	if over := int(uintptr(unsafe.Pointer(unsafe.SliceData(x))) % line); over != 0 {
		skip = (line - over) / size
	}
	return x[skip : skip+n : skip+n]
}

// mul is c (+)= bias + a·b for m rows, n columns and k terms, by panels of columns: b
// begins a panel every jump elements. Calls of the inner loop stay short, as
// the assembly among them can't be preempted.
func mul[F Float](o *ops[F], c []F, ldc int, a []F, ars, aks int, b []F, ldb, jump, m, n, k int, bias []F, acc bool) {
	const most = 256
	for j := 0; j < n; j += o.cols {
		w := min(o.cols, n-j)
		ld := ldb
		if ld == 0 {
			ld = w
		}
		for i := 0; i < m; i += most {
			o.gemm(c[i*ldc+j:], ldc, a[i*ars:], ars, aks, b, ld, min(most, m-i), w, k, from(bias, j), acc)
		}
		b = b[min(jump, len(b)):]
	}
}

// serialWork is the number of operations below which handing work to other
// threads costs more than it saves.
const serialWork = 4e6

// run shares the chunks among the threads when there is enough to do.
func (l *Layer[F]) run(work float64, n int, f func(chunk, worker int)) {
	p := l.spec.Pool
	if work < serialWork {
		p = nil
	}
	p.Run(n, f)
}

// allZero says that all of x is zero.
func allZero[F Float](x []F) bool {
	for _, v := range x {
		if v != 0 {
			return false
		}
	}
	return true
}

// at is the time index of the s-th step run.
func (s Spec) at(step int) int {
	if s.Reverse {
		return s.T - 1 - step
	}
	return step
}
