package kernel

import (
	"fmt"
	"unsafe"
)

// DotAttentionSpec fixes the shape of a DotAttention: T steps that ask and S that are
// asked, of B rows and H features.
type DotAttentionSpec struct {
	T, S, B, H int
	Pool       *Pool // nil: one thread
}

// DotAttentionInput is what it reads: Q [T,B,H], M [S,B,H], and the real steps of each row of either, nil for all. What lies
// past them may be anything.
type DotAttentionInput[F Float] struct {
	Q, M                   []F
	Lengths, SourceLengths []int
}

// DotAttention lets every step of one sequence look at all steps of another [1]. Of a row, with its real steps alone,
//
//	E = Q·Mᵀ [T,S], A = softmax of E along S, C = A·M [T,H]
//	dA = dC·Mᵀ + what else depends on A
//	dE = A⊙(dA - rowsum(A⊙dA)), dQ = dE·M, dM = Aᵀ·dC + dEᵀ·Q
//
// Of a row it is a few small products. What one of them reads as a whole for each of its results, its second factor, is brought
// together first; the rest is read and written where it lies. A row's bits are its own, whatever the other rows, the padding and the number of threads. A DotAttention owns its memory, allocates nothing after NewDotAttention and serves one
// goroutine at a time.
//
// [1] Luong, Pham & Manning, Effective approaches to attention-based neural machine translation, 2015; the score dot.
type DotAttention[F Float] struct {
	spec  DotAttentionSpec
	ops   *ops[F]
	rooms []dotRoom[F] // of a thread
	in    DotAttentionInput[F]
	out   dotOutput[F]

	forward, backContext, back func(b, worker int)
}

// dotRoom is where one row is worked out.
type dotRoom[F Float] struct {
	q         []F // [T,H]
	m, mt     []F // [S,H], [H,S]
	a, d      []F // [T,S]
	most, sum []F // [T]
}

// dotOutput is what one of the passes writes, or reads beside the input.
type dotOutput[F Float] struct{ c, a, dc, da, dq, dm []F }

// NewDotAttention panics on sizes below 1.
func NewDotAttention[F Float](s DotAttentionSpec) *DotAttention[F] {
	if min(s.T, s.S, s.B, s.H) < 1 {
		panic(fmt.Sprintf("kernel: dot attention: T, S, B, H are %d, %d, %d, %d, want at least 1", s.T, s.S, s.B, s.H))
	}
	l := &DotAttention[F]{spec: s, ops: use[F](), rooms: make([]dotRoom[F], min(s.Pool.Threads(), s.B))}
	for i := range l.rooms {
		l.rooms[i] = dotRoom[F]{
			q: aligned[F](s.T * s.H), m: aligned[F](s.S * s.H), mt: aligned[F](s.S * s.H),
			a: aligned[F](s.T * s.S), d: aligned[F](s.T * s.S), most: aligned[F](s.T), sum: aligned[F](s.T),
		}
	}
	l.forward, l.backContext, l.back = l.forwardRow, l.backContextRow, l.backRow
	return l
}

// DotAttentionMemory is about how many bytes NewDotAttention takes on so many threads.
func DotAttentionMemory[F Float](s DotAttentionSpec, threads int) int64 {
	room := s.T*s.H + 2*s.S*s.H + 2*s.T*s.S + 2*s.T
	return int64(unsafe.Sizeof(F(0))) * int64(min(max(1, threads), s.B)) * int64(room)
}

// Forward writes C [T,B,H] and A [T,B,S], which are zero past the lengths, and in all of a row of which either sequence has no step.
func (l *DotAttention[F]) Forward(in DotAttentionInput[F], context, weights []F) {
	s := l.spec
	l.in, l.out = in, dotOutput[F]{c: context, a: weights}
	need("dot attention: context", context, s.T*s.B*s.H, false)
	need("dot attention: weights", weights, s.T*s.B*s.S, false)
	l.run(4, l.forward)
}

// BackContext writes dA [T,B,S], the gradient by the weights of a loss that depends on them by the context alone, from dC
// [T,B,H]. Q is not read.
func (l *DotAttention[F]) BackContext(in DotAttentionInput[F], dcontext, dweights []F) {
	s := l.spec
	l.in, l.out = in, dotOutput[F]{dc: dcontext, da: dweights}
	need("dot attention: gradient of the context", dcontext, s.T*s.B*s.H, false)
	need("dot attention: gradient of the weights", dweights, s.T*s.B*s.S, false)
	l.run(2, l.backContext)
}

// Backward writes dQ and dM from the weights that Forward made, from dA, all of the gradient by them, and from dC, nil for zero, which reaches M
// directly. A nil dQ or dM is not wanted.
func (l *DotAttention[F]) Backward(in DotAttentionInput[F], weights, dweights, dcontext, dq, dm []F) {
	s := l.spec
	l.in, l.out = in, dotOutput[F]{a: weights, da: dweights, dc: dcontext, dq: dq, dm: dm}
	need("dot attention: weights", weights, s.T*s.B*s.S, false)
	need("dot attention: gradient of the weights", dweights, s.T*s.B*s.S, false)
	need("dot attention: gradient of the context", dcontext, s.T*s.B*s.H, true)
	need("dot attention: gradient of Q", dq, s.T*s.B*s.H, true)
	need("dot attention: gradient of M", dm, s.S*s.B*s.H, true)
	l.run(6, l.back)
}

// run does all rows, which take so many operations for each T, S and H.
func (l *DotAttention[F]) run(work float64, f func(b, worker int)) {
	s := l.spec
	need("dot attention: Q", l.in.Q, s.T*s.B*s.H, false)
	need("dot attention: M", l.in.M, s.S*s.B*s.H, false)
	checkCounts("dot attention: length", l.in.Lengths, s.B, s.T)
	checkCounts("dot attention: length of the source", l.in.SourceLengths, s.B, s.S)
	p := s.Pool
	if (work*float64(s.T)*float64(s.S)+16*float64(s.T+s.S))*float64(s.H)*float64(s.B) < serialWork {
		p = nil
	}
	p.Run(s.B, f)
	l.in, l.out = DotAttentionInput[F]{}, dotOutput[F]{}
}

// lengths of row b; both are 0 where one is.
func (l *DotAttention[F]) lengths(b int) (steps, sources int) {
	steps, sources = l.spec.T, l.spec.S
	if l.in.Lengths != nil {
		steps = l.in.Lengths[b]
	}
	if l.in.SourceLengths != nil {
		sources = l.in.SourceLengths[b]
	}
	if steps == 0 || sources == 0 {
		return 0, 0
	}
	return steps, sources
}

// gather brings n steps of row b of x [.,B,width] together, of which the first so many features count.
func (l *DotAttention[F]) gather(to, x []F, b, n, features, width int) {
	l.ops.copyRows(n, features, to, features, x[b*width:], l.spec.B*width)
}

// scatter puts them where they belong, and zeros in all else of row b of x, which has rows steps.
func (l *DotAttention[F]) scatter(x, from []F, b, n, rows, features, width int) {
	for t := range rows {
		to := x[(t*l.spec.B+b)*width:][:width]
		if t >= n {
			clear(to)
			continue
		}
		clear(to[copy(to, from[t*features:][:features]):])
	}
}

// clear puts zeros into the steps of row b of x [rows,B,H] from the n-th on.
func (l *DotAttention[F]) clear(x []F, b, n, rows int) {
	for t := n; t < rows; t++ {
		clear(x[(t*l.spec.B+b)*l.spec.H:][:l.spec.H])
	}
}

// source brings the source together, as it is and transposed.
func (l *DotAttention[F]) source(r *dotRoom[F], b, n int, turned bool) {
	h := l.spec.H
	l.gather(r.m, l.in.M, b, n, h, h)
	if turned {
		l.ops.transpose(n, h, r.mt, n, r.m, h)
	}
}

func (l *DotAttention[F]) forwardRow(b, worker int) {
	r, s, o := &l.rooms[worker], l.spec, l.ops
	n, k := l.lengths(b)
	if n > 0 {
		l.source(r, b, k, true)
		mul(o, r.a, k, l.in.Q[b*s.H:], s.B*s.H, 1, r.mt, k, o.cols, n, k, s.H, nil, false)
		o.softmax(n, k, r.a, k, r.most, r.sum)
		mul(o, l.out.c[b*s.H:], s.B*s.H, r.a, k, 1, r.m, s.H, o.cols, n, s.H, k, nil, false)
	}
	l.clear(l.out.c, b, n, s.T)
	l.scatter(l.out.a, r.a, b, n, s.T, k, s.S)
}

func (l *DotAttention[F]) backContextRow(b, worker int) {
	r, s, o := &l.rooms[worker], l.spec, l.ops
	n, k := l.lengths(b)
	if n > 0 {
		l.source(r, b, k, true)
		mul(o, r.d, k, l.out.dc[b*s.H:], s.B*s.H, 1, r.mt, k, o.cols, n, k, s.H, nil, false)
	}
	l.scatter(l.out.da, r.d, b, n, s.T, k, s.S)
}

func (l *DotAttention[F]) backRow(b, worker int) {
	r, s, o := &l.rooms[worker], l.spec, l.ops
	n, k := l.lengths(b)
	if n > 0 {
		l.gather(r.a, l.out.a, b, n, k, s.S)
		l.gather(r.d, l.out.da, b, n, k, s.S)
		backSoftmax(n, k, r.a, r.d)
	}
	if l.out.dq != nil {
		if n > 0 {
			l.source(r, b, k, false)
			mul(o, l.out.dq[b*s.H:], s.B*s.H, r.d, k, 1, r.m, s.H, o.cols, n, s.H, k, nil, false)
		}
		l.clear(l.out.dq, b, n, s.T)
	}
	if l.out.dm == nil {
		return
	}
	if n > 0 {
		l.gather(r.q, l.in.Q, b, n, s.H, s.H)
		dm := l.out.dm[b*s.H:]
		mul(o, dm, s.B*s.H, r.d, 1, k, r.q, s.H, o.cols, k, s.H, n, nil, false)
		if l.out.dc != nil {
			l.gather(r.q, l.out.dc, b, n, s.H, s.H)
			mul(o, dm, s.B*s.H, r.a, 1, k, r.q, s.H, o.cols, k, s.H, n, nil, true)
		}
	}
	l.clear(l.out.dm, b, k, s.S)
}

// backSoftmax turns the gradients d [rows,n] by the chances a into those by what they were made of.
func backSoftmax[F Float](rows, n int, a, d []F) {
	for t := range rows {
		a, d := a[t*n:][:n], d[t*n:][:n]
		mean := F(0)
		for j, w := range a {
			mean += w * d[j]
		}
		for j, w := range a {
			d[j] = w * (d[j] - mean)
		}
	}
}
