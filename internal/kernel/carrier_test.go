package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// carrierSpecs are layers whose units fill groups, panels and vectors, and such that do not.
func carrierSpecs() (all []Spec) {
	for _, c := range []Cell{Elman, LSTM, GRU} {
		for _, z := range [][2]int{{wideInput, 1}, {wideInput, 15}, {wideInput + 1, 64}, {70, 100}, {64, 200}} {
			all = append(all, Spec{Cell: c, Nonlinearity: Tanh, T: 7, B: 6, I: z[0], H: z[1]})
		}
	}
	return all
}

// carrierOf is a Carrier that stands at the first state of q.
func carrierOf[F Float](q *sequence[F]) *Carrier[F] {
	l := NewCarrier(q.spec, q.w)
	for r := range q.spec.B {
		at, h := r*q.spec.H, q.spec.H
		var c []F
		if q.in.C0 != nil {
			c = q.in.C0[at:][:h]
		}
		l.Start(r, q.in.H0[at:][:h], c)
	}
	return l
}

// A Carrier gives the bits of a Layer, however its steps are parted among calls, and whatever threads there are.
func TestCarrier(t *testing.T) {
	pool := NewPool(3)
	defer pool.Close()
	each(t, func(t *testing.T, o *ops[float32]) {
		for _, s := range carrierSpecs() {
			q := newSequence[float32](s, false, 11)
			NewLayer[float32](s).Forward(q.w, q.in, q.out)
			for _, parts := range [][]int{{7}, {1, 1, 5}, {3, 4}, {2, 2, 2, 1}} {
				q.spec.Pool = pool
				l, y, at := carrierOf(q), make([]float32, len(q.out.Y)), 0
				for _, n := range parts {
					l.Forward(n, s.B, q.in.X[at*s.B*s.I:][:n*s.B*s.I], y[at*s.B*s.H:][:n*s.B*s.H])
					at += n
				}
				same(t, fmt.Sprintf("%s in %v: y", s.name(), parts), y, q.out.Y)
			}
		}
	})
}

// A row has the same bits alone, beside others, and with its inputs in a table; a copied state goes on as the one it is of.
func TestCarrierRows(t *testing.T) {
	each(t, func(t *testing.T, o *ops[float32]) {
		for _, s := range carrierSpecs() {
			const v = 5
			q := newSequence[float32](s, false, 12)
			r := rand.New(rand.NewPCG(1, 2))
			vectors, ids := random[float32](r, v*s.I, 1), make([]int32, s.T*s.B)
			for i := range ids {
				ids[i] = int32(r.IntN(v))
				copy(q.in.X[i*s.I:][:s.I], vectors[int(ids[i])*s.I:])
			}
			want := make([]float32, len(q.out.Y))
			carrierOf(q).Forward(s.T, s.B, q.in.X, want)
			l, got := carrierOf(q), make([]float32, len(want))
			l.Table(v, vectors)
			l.Symbols(s.T, s.B, ids, got)
			same(t, s.name()+" from a table: y", got, want)

			few := s // three rows of a Carrier of six, then one by itself
			l = carrierOf(q)
			l.Table(v, vectors)
			for r := range 3 {
				l.Copy(r, carrierOf(q), r+2)
			}
			one := carrierOf(q)
			one.Table(v, vectors)
			few.B = 3
			for at := range s.T {
				y := make([]float32, few.B*s.H)
				l.Symbols(1, few.B, ids[at*s.B+2:][:few.B], y)
				same(t, s.name()+" with three rows: y", y, want[(at*s.B+2)*s.H:][:few.B*s.H])
				y = make([]float32, s.H)
				one.Symbols(1, 1, ids[at*s.B:][:1], y)
				same(t, s.name()+" with one row: y", y, want[at*s.B*s.H:][:s.H])
			}
		}
	})
}

func TestCarrierAllocates(t *testing.T) {
	s := Spec{Cell: GRU, T: 4, B: 3, I: 5, H: 20}
	q := newSequence[float32](s, false, 1)
	l := carrierOf(q)
	l.Table(5, q.in.X[:5*s.I])
	ids := make([]int32, s.B)
	l.Symbols(1, s.B, ids, q.out.HN)
	if n := testing.AllocsPerRun(20, func() {
		l.Symbols(1, s.B, ids, q.out.HN)
		l.Forward(1, s.B, q.in.X[:s.B*s.I], q.out.HN)
	}); n > 0 {
		t.Errorf("a step allocates %g times", n)
	}
}

func TestFixedLinear(t *testing.T) {
	pool := NewPool(3)
	defer pool.Close()
	each(t, func(t *testing.T, o *ops[float32]) {
		r := rand.New(rand.NewPCG(3, 4))
		for _, z := range [][3]int{{1, 1, 1}, {3, 5, 2}, {70, 33, 65}, {2, 40, 700}, {1, 400, 3000}} {
			n, i, k := z[0], z[1], z[2]
			x, w, b := random[float32](r, n*i, 1), random[float32](r, k*i, 1), random[float32](r, k, 1)
			want, got := make([]float32, n*k), make([]float32, n*k)
			LinearForward(nil, Identity, n, i, k, x, w, b, want)
			for _, p := range []*Pool{nil, pool} {
				l := NewFixedLinear(p, i, k, w, b)
				l.Forward(n, x, got)
				same(t, fmt.Sprintf("%v: y", z), got, want)
				l.Forward(1, x[(n-1)*i:], got[:k]) // its last row alone
				same(t, fmt.Sprintf("%v: the last row", z), got[:k], want[(n-1)*k:])
			}
		}
	})
}

func BenchmarkCarrier(b *testing.B) {
	for _, threads := range []int{1, 2} {
		pool := NewPool(threads)
		for _, z := range [][3]int{{1, 1, 128}, {1, 1, 256}, {1, 1, 384}, {32, 1, 128}, {32, 1, 384}} {
			s := Spec{Cell: LSTM, B: z[0], T: z[1], I: 64, H: z[2], Pool: pool}
			b.Run(fmt.Sprintf("B%d_H%d/threads%d", s.B, s.H, threads), func(b *testing.B) {
				q := newSequence[float32](s, false, 1)
				l, ids := NewCarrier(s, q.w), make([]int32, s.B)
				l.Table(65, random[float32](rand.New(rand.NewPCG(1, 1)), 65*s.I, 1))
				var times []float64
				for b.Loop() {
					start := time.Now()
					l.Symbols(1, s.B, ids, q.out.Y)
					times = append(times, float64(time.Since(start).Nanoseconds()))
				}
				report(b, times, 2*float64(s.B*4*s.H*s.H), threads)
			})
		}
		pool.Close()
	}
}
