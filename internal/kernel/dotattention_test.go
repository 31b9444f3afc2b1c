package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"
)

// attended is a whole problem of DotAttention with what it gives, for a loss Σ c⊙dc + Σ a⊙extra.
type attended[F Float] struct {
	spec             DotAttentionSpec
	in               DotAttentionInput[F]
	dc, extra        []F
	c, a, da, dq, dm []F
}

// newAttended draws one; with gaps its rows have lengths of their own and what lies past them is NaN.
func newAttended[F Float](s DotAttentionSpec, gaps bool, seed uint64) *attended[F] {
	r := rand.New(rand.NewPCG(seed, 7))
	q := &attended[F]{spec: s, in: DotAttentionInput[F]{Q: random[F](r, s.T*s.B*s.H, 1), M: random[F](r, s.S*s.B*s.H, 1)}}
	q.dc, q.extra = random[F](r, s.T*s.B*s.H, 1), random[F](r, s.T*s.B*s.S, 1)
	q.make(r)
	if !gaps {
		return q
	}
	for range s.B {
		q.in.Lengths, q.in.SourceLengths = append(q.in.Lengths, r.IntN(s.T+1)), append(q.in.SourceLengths, r.IntN(s.S+1))
	}
	none := F(math.NaN())
	for i := range s.T * s.B {
		for j := range s.S {
			if i/s.B >= q.in.Lengths[i%s.B] || j >= q.in.SourceLengths[i%s.B] {
				q.extra[i*s.S+j] = none
			}
		}
		for j := range s.H {
			if i/s.B >= q.in.Lengths[i%s.B] {
				q.in.Q[i*s.H+j], q.dc[i*s.H+j] = none, none
			}
		}
	}
	for i := range q.in.M {
		if b := i / s.H % s.B; i/s.H/s.B >= q.in.SourceLengths[b] {
			q.in.M[i] = none
		}
	}
	return q
}

// make makes room for results, full of what must not stay.
func (q *attended[F]) make(r *rand.Rand) {
	s := q.spec
	q.c, q.a, q.da = random[F](r, s.T*s.B*s.H, 1), random[F](r, s.T*s.B*s.S, 1), random[F](r, s.T*s.B*s.S, 1)
	q.dq, q.dm = random[F](r, s.T*s.B*s.H, 1), random[F](r, s.S*s.B*s.H, 1)
}

func (q *attended[F]) run(l *DotAttention[F]) {
	l.Forward(q.in, q.c, q.a)
	l.BackContext(q.in, q.dc, q.da)
	for i, v := range q.extra {
		q.da[i] += v
	}
	l.Backward(q.in, q.a, q.da, q.dc, q.dq, q.dm)
}

// reference is attention written as its equations.
func (q *attended[F]) reference() *attended[float64] {
	s, in := q.spec, q.in
	w := &attended[float64]{spec: s, c: make([]float64, len(q.c)), a: make([]float64, len(q.a)), dq: make([]float64, len(q.dq)), dm: make([]float64, len(q.dm))}
	for b := range s.B {
		n, k := s.T, s.S
		if in.Lengths != nil {
			n, k = in.Lengths[b], in.SourceLengths[b]
		}
		for t := 0; t < n && k > 0; t++ {
			at := (t*s.B + b)
			a, da := w.a[at*s.S:][:k], make([]float64, k)
			top, sum, mean := math.Inf(-1), 0.0, 0.0
			for j := range k {
				for h := range s.H {
					a[j] += float64(in.Q[at*s.H+h]) * float64(in.M[(j*s.B+b)*s.H+h])
				}
				top = max(top, a[j])
			}
			for j := range k {
				a[j] = math.Exp(a[j] - top)
				sum += a[j]
			}
			for j := range k {
				a[j] /= sum
				da[j] = float64(q.extra[at*s.S+j])
				for h := range s.H {
					m, d := (j*s.B+b)*s.H+h, float64(q.dc[at*s.H+h])
					w.c[at*s.H+h] += a[j] * float64(in.M[m])
					da[j] += d * float64(in.M[m])
					w.dm[m] += a[j] * d
				}
				mean += a[j] * da[j]
			}
			for j := range k {
				for h := range s.H {
					m, de := (j*s.B+b)*s.H+h, a[j]*(da[j]-mean)
					w.dq[at*s.H+h] += de * float64(in.M[m])
					w.dm[m] += de * float64(in.Q[at*s.H+h])
				}
			}
		}
	}
	return w
}

func (q *attended[F]) check(t *testing.T, tolerance float64) {
	t.Helper()
	q.run(NewDotAttention[F](q.spec))
	want := q.reference()
	near(t, "context", q.c, want.c, tolerance)
	near(t, "weights", q.a, want.a, tolerance)
	near(t, "dq", q.dq, want.dq, tolerance)
	near(t, "dm", q.dm, want.dm, tolerance)
	s := q.spec
	for i, v := range q.a {
		if q.in.Lengths != nil && (i/s.S/s.B >= q.in.Lengths[i/s.S%s.B] || i%s.S >= q.in.SourceLengths[i/s.S%s.B]) && v != 0 {
			t.Fatalf("weight %d is %g past the lengths", i, v)
		}
	}
}

// dotShapes are T, S, B, H: of one and of several panels of columns, rows of a tile and tails.
var dotShapes = [][4]int{{1, 1, 1, 1}, {3, 2, 4, 5}, {20, 20, 3, 128}, {7, 70, 2, 33}, {65, 5, 3, 66}, {2, 260, 2, 3}}

func TestDotAttention(t *testing.T) {
	for _, z := range dotShapes {
		for _, gaps := range []bool{false, true} {
			s := DotAttentionSpec{T: z[0], S: z[1], B: z[2], H: z[3]}
			t.Run(fmt.Sprintf("%+v/gaps=%t", z, gaps), func(t *testing.T) {
				newAttended[float64](s, gaps, 1).check(t, 1e-12)
				each(t, func(t *testing.T, _ *ops[float32]) { newAttended[float32](s, gaps, 1).check(t, 2e-5) }) // scores are about √H
			})
		}
	}
}

func TestDotAttentionGradient(t *testing.T) {
	q := newAttended[float64](DotAttentionSpec{T: 4, S: 5, B: 3, H: 6}, false, 2)
	q.in.Lengths, q.in.SourceLengths = []int{4, 2, 3}, []int{3, 5, 1}
	l := NewDotAttention[float64](q.spec)
	q.run(l)
	dq, dm := clone(q.dq), clone(q.dm)
	checkGradient(t, func() float64 {
		l.Forward(q.in, q.c, q.a)
		sum := 0.0
		for i, v := range q.c {
			sum += v * q.dc[i]
		}
		for i, v := range q.a {
			sum += v * q.extra[i]
		}
		return sum
	}, []part[float64]{{"Q", q.in.Q, dq}, {"M", q.in.M, dm}})
}

func TestDotAttentionPyTorch(t *testing.T) {
	for _, g := range goldenEntries(t, "testdata/seq2seq.json", "dot attention") {
		s := DotAttentionSpec{T: g.Sizes[0], S: g.Sizes[1], B: g.Sizes[2], H: g.Sizes[3]}
		q := newAttended[float64](s, false, 1)
		q.in = DotAttentionInput[float64]{Q: wave(1, s.T*s.B*s.H), M: wave(2, s.S*s.B*s.H), Lengths: g.Lengths, SourceLengths: g.Labels}
		Scale(2, q.in.Q)
		q.dc, q.extra = wave(3, s.T*s.B*s.H), wave(4, s.T*s.B*s.S)
		q.run(NewDotAttention[float64](s))
		g.check(t, "c", q.c)
		g.check(t, "a", q.a)
		g.check(t, "dq", q.dq)
		g.check(t, "dm", q.dm)
	}
}

// The bits are those of one thread, and in a row those that it has alone, without padding.
func TestDotAttentionBits(t *testing.T) {
	each(t, func(t *testing.T, _ *ops[float32]) {
		s := DotAttentionSpec{T: 21, S: 37, B: 40, H: 67}
		q := newAttended[float32](s, true, 3)
		q.run(NewDotAttention[float32](s))
		for _, threads := range []int{2, 5} {
			many := newAttended[float32](s, true, 3)
			s.Pool = NewPool(threads)
			l := NewDotAttention[float32](s)
			for range 2 {
				many.run(l)
			}
			s.Pool.Close()
			for i, x := range [][]float32{many.c, many.a, many.dq, many.dm} {
				same(t, "results", x, [][]float32{q.c, q.a, q.dq, q.dm}[i])
			}
		}
		for b := range s.B {
			n, k := q.in.Lengths[b], q.in.SourceLengths[b]
			if n == 0 || k == 0 {
				continue
			}
			row := func(x []float32, steps, features, width int) (y []float32) {
				for t := range steps {
					y = append(y, x[(t*s.B+b)*width:][:features]...)
				}
				return y
			}
			one := &attended[float32]{spec: DotAttentionSpec{T: n, S: k, B: 1, H: s.H}, in: DotAttentionInput[float32]{Q: row(q.in.Q, n, s.H, s.H), M: row(q.in.M, k, s.H, s.H)}}
			one.dc, one.extra = row(q.dc, n, s.H, s.H), row(q.extra, n, k, s.S)
			one.make(rand.New(rand.NewPCG(1, 1)))
			one.run(NewDotAttention[float32](one.spec))
			same(t, "context alone", one.c, row(q.c, n, s.H, s.H))
			same(t, "weights alone", one.a, row(q.a, n, k, s.S))
			same(t, "dq alone", one.dq, row(q.dq, n, s.H, s.H))
			same(t, "dm alone", one.dm, row(q.dm, k, s.H, s.H))
		}
	})
}

func TestDotAttentionMemory(t *testing.T) {
	s := DotAttentionSpec{T: 60, S: 90, B: 4, H: 200, Pool: NewPool(2)}
	defer s.Pool.Close()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	l := NewDotAttention[float32](s)
	runtime.ReadMemStats(&after)
	got, want := float64(after.TotalAlloc-before.TotalAlloc), float64(DotAttentionMemory[float32](s, 2))
	if got < 0.98*want || got > 1.1*want+40e3 {
		t.Errorf("takes %g bytes, the estimate is %g", got, want)
	}
	q := newAttended[float32](s, true, 1)
	if n := testing.AllocsPerRun(5, func() { q.run(l) }); n > 0 {
		t.Errorf("%g allocations a run", n)
	}
}

// BenchmarkDotAttention times forward and backward.
func BenchmarkDotAttention(b *testing.B) {
	for _, z := range [][4]int{{20, 20, 64, 128}, {60, 80, 32, 192}} {
		s := DotAttentionSpec{T: z[0], S: z[1], B: z[2], H: z[3]}
		b.Run(fmt.Sprintf("T%d_S%d_B%d_H%d", s.T, s.S, s.B, s.H), func(b *testing.B) {
			q, l := newAttended[float32](s, false, 1), NewDotAttention[float32](s)
			for b.Loop() {
				l.Forward(q.in, q.c, q.a)
				l.BackContext(q.in, q.dc, q.da)
				l.Backward(q.in, q.a, q.da, q.dc, q.dq, q.dm)
			}
			b.ReportMetric(14*float64(s.T)*float64(s.S)*float64(s.B)*float64(s.H)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
		})
	}
}
