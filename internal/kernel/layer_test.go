package kernel

import (
	"fmt"
	"math"
	"runtime"
	"testing"
)

// tolerance of float32 results against float64 ones, as a part of the largest
// value of a tensor: rounding is 6e-8, grows with the root of the terms of a
// sum, and where few terms cancel the largest value is small itself. Below
// 1e-6 nothing is compared: the slope of a saturated tanh is off by 5e-7.
const tolerance = 1e-5

func checkClose(t *testing.T, what string, got []float32, want []float64) {
	t.Helper()
	big, worst, at := 0.0, 0.0, 0
	for i, v := range got {
		big = max(big, math.Abs(want[i]))
		if d := math.Abs(float64(v) - want[i]); !(d <= worst) {
			worst, at = d, i
		}
	}
	if !(worst <= tolerance*max(big, 0.1)) {
		t.Errorf("%s[%d] is %g, want %g (largest %g)", what, at, got[at], want[at], big)
	}
}

// checkLayer runs a layer in float32 and the plain equations in float64.
func checkLayer(t *testing.T, s Spec, ragged bool) {
	t.Helper()
	checkLayerFrom(t, s, ragged, 0)
}

// checkLayerFrom is checkLayer where the first rows' state before the first step, h0, is zero.
func checkLayerFrom(t *testing.T, s Spec, ragged bool, rows int) {
	t.Helper()
	q, r := newSequence[float32](s, ragged, uint64(s.H)), newSequence[float64](s, ragged, uint64(s.H))
	clear(q.in.H0[:rows*s.H])
	clear(r.in.H0[:rows*s.H])
	m := newReference[float64](s)
	m.Forward(r.w, r.in, r.out)
	forward := func(l *Layer[float32]) {
		l.Forward(q.w, q.in, q.out)
		what := fmt.Sprintf("%s ragged=%t train=%t: ", s.name(), ragged, l.spec.Train)
		checkClose(t, what+"Y", q.out.Y, r.out.Y)
		checkClose(t, what+"HN", q.out.HN, r.out.HN)
		checkClose(t, what+"CN", q.out.CN, r.out.CN)
	}
	s.Train = false
	forward(NewLayer[float32](s))
	s.Train = true
	l := NewLayer[float32](s)
	forward(l)
	l.Backward(q.w, q.in, q.out, q.dout, q.d)
	m.spec.Train = true
	m.Backward(r.w, r.in, r.out, r.dout, r.d)
	want := r.parts()
	for i, p := range q.parts() {
		checkClose(t, fmt.Sprintf("%s ragged=%t: gradient by %s", s.name(), ragged, p.name), p.d, want[i].d)
	}
}

// TestLayer covers every number of rows, every end of a vector and panel of
// hidden units and inputs, and sequences shorter and longer than a span.
func TestLayer(t *testing.T) {
	each(t, func(t *testing.T, o *ops[float32]) {
		for _, c := range []Cell{Elman, LSTM, GRU} {
			s := Spec{Cell: c, Nonlinearity: Tanh, T: 3, B: 5, I: 2, H: 9}
			for _, ragged := range []bool{false, true} {
				for b := 1; b <= 17; b++ {
					q := s
					q.B = b
					checkLayer(t, q, ragged)
				}
				for _, h := range []int{1, 2, 7, 8, 15, 16, 17, 31, 33, 64, 65} {
					q := s
					q.H = h
					checkLayer(t, q, ragged)
				}
				for _, i := range []int{1, 3, 16, 47, 48, 65} {
					q := s
					q.I = i
					checkLayer(t, q, ragged)
				}
				for _, n := range []int{1, 2, 257} {
					q := s
					q.T, q.H, q.Reverse = n, 4, true
					checkLayer(t, q, ragged)
					q.I = 50 // products with x beforehand
					checkLayer(t, q, ragged)
				}
			}
			for _, h := range []int{255, 256, 257} {
				q := s
				q.H, q.B, q.T = h, 2, 2
				checkLayer(t, q, false)
			}
			q := s
			q.B, q.T = 300, 2 // more rows than chunks of the usual size
			checkLayer(t, q, true)
		}
		for a := Identity; a <= ReLU; a++ {
			checkLayer(t, Spec{Cell: Elman, Nonlinearity: a, T: 4, B: 3, I: 2, H: 5}, true)
		}
	})
}

// A first state of zeros is not multiplied, in chunks of which all rows have it: here in none, one, all but one and all.
func TestLayerFromZero(t *testing.T) {
	each(t, func(t *testing.T, o *ops[float32]) {
		for _, c := range []Cell{Elman, LSTM, GRU} {
			for _, rows := range []int{15, 16, 69, 70} {
				for _, steps := range []int{1, 2, 3, 40} {
					for _, inputs := range []int{2, 50} {
						s := Spec{Cell: c, Nonlinearity: Tanh, T: steps, B: 70, I: inputs, H: 9, Reverse: steps == 2}
						checkLayerFrom(t, s, rows == 69, rows)
					}
				}
			}
		}
	})
}

// bits runs a layer and returns every number that it made.
func bits(s Spec) []float32 {
	q := newSequence[float32](s, true, 3)
	l := NewLayer[float32](s)
	l.Forward(q.w, q.in, q.out)
	l.Backward(q.w, q.in, q.out, q.dout, q.d)
	all := append(clone(q.out.Y), q.out.HN...)
	for _, p := range q.parts() {
		all = append(all, p.d...)
	}
	return all
}

// The number of threads changes no bit.
func TestThreads(t *testing.T) {
	each(t, func(t *testing.T, o *ops[float32]) {
		for _, c := range []Cell{Elman, LSTM, GRU} {
			s := Spec{Cell: c, Nonlinearity: Tanh, T: 60 / c.Gates(), B: 37, I: 3, H: 33, Train: true}
			if work(s) < 3*serialWork {
				t.Fatalf("%s is too small to be shared", s.name())
			}
			want := bits(s)
			for _, threads := range []int{1, 2, 3, 8} {
				s.Pool = NewPool(threads)
				same(t, fmt.Sprintf("%v with %d threads: value", c, threads), bits(s), want)
				s.Pool.Close()
			}
		}
	})
}

// A pool with more threads than a layer has chunks: any thread may take one of them.
func TestFewChunks(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(8))
	pool := NewPool(8)
	defer pool.Close()
	for _, c := range []Cell{Elman, LSTM, GRU} {
		small := Spec{Cell: c, Nonlinearity: Tanh, T: 40 * 4 / c.Gates(), B: 8, I: 8, H: 64, Pool: pool}
		large := small
		large.B = 64 // wakes all threads, which then look for more
		q, b := newSequence[float32](small, false, 1), newSequence[float32](large, false, 1)
		l, other := NewLayer[float32](small), NewLayer[float32](large)
		if n := len(l.chunks); n < 2 || n >= pool.Threads() {
			t.Fatalf("%d chunks, want more than one and fewer than %d threads", n, pool.Threads())
		}
		l.Forward(q.w, q.in, q.out)
		want := clone(q.out.HN)
		for range 100 {
			other.Forward(b.w, b.in, b.out)
			l.Forward(q.w, q.in, q.out)
			same(t, "state", q.out.HN, want)
		}
	}
}

// The same layer gives the same bits again, whatever it did in between.
func TestLayerAgain(t *testing.T) {
	each(t, func(t *testing.T, o *ops[float32]) {
		for _, c := range []Cell{Elman, LSTM, GRU} {
			for _, learns := range []bool{false, true} {
				s := Spec{Cell: c, Nonlinearity: Sigmoid, T: 40, B: 9, I: 50, H: 5, Train: learns}
				q, other := newSequence[float32](s, true, 1), newSequence[float32](s, false, 2)
				l := NewLayer[float32](s)
				l.Forward(q.w, q.in, q.out)
				want := clone(q.out.Y)
				l.Forward(other.w, other.in, other.out)
				if learns {
					l.Backward(other.w, other.in, other.out, other.dout, other.d)
				}
				clear(q.out.Y)
				l.Forward(q.w, q.in, q.out)
				same(t, fmt.Sprintf("%v train=%t: Y", c, learns), q.out.Y, want)
			}
		}
	})
}

// A layer with fixed weights gives the same bits at every call, and keeps the
// weights that it saw first.
func TestFixed(t *testing.T) {
	for _, c := range []Cell{Elman, LSTM, GRU} {
		s := Spec{Cell: c, Nonlinearity: Tanh, T: 6, B: 9, I: 3, H: 20}
		q := newSequence[float32](s, true, 4)
		NewLayer[float32](s).Forward(q.w, q.in, q.out)
		want := clone(q.out.Y)
		s.Fixed = true
		l := NewLayer[float32](s)
		for range 2 {
			clear(q.out.Y)
			l.Forward(q.w, q.in, q.out)
			same(t, c.String()+" Y", q.out.Y, want)
			clear(q.w.HH)
		}
	}
}

// What lies past a row's length is never used, be it NaN.
func TestPadding(t *testing.T) {
	nan := float32(math.NaN())
	each(t, func(t *testing.T, o *ops[float32]) {
		for _, c := range []Cell{Elman, LSTM, GRU} {
			s := Spec{Cell: c, Nonlinearity: Tanh, T: 5, B: 6, I: 3, H: 7, Train: true}
			want := bits(s)
			q := newSequence[float32](s, true, 3)
			for b, n := range q.in.Lengths {
				for at := n; at < s.T; at++ {
					for i := range s.I {
						q.in.X[(at*s.B+b)*s.I+i] = nan
					}
					for i := range s.H {
						q.dout.Y[(at*s.B+b)*s.H+i] = nan
					}
				}
			}
			l := NewLayer[float32](s)
			l.Forward(q.w, q.in, q.out)
			l.Backward(q.w, q.in, q.out, q.dout, q.d)
			all := append(clone(q.out.Y), q.out.HN...)
			for _, p := range q.parts() {
				all = append(all, p.d...)
			}
			same(t, c.String()+" value", all, want)
		}
	})
}

func TestLayerAllocates(t *testing.T) {
	p := NewPool(2)
	defer p.Close()
	for _, c := range []Cell{Elman, LSTM, GRU} {
		s := Spec{Cell: c, T: 30, B: 32, I: 2, H: 64, Train: true, Pool: p}
		q, l := newSequence[float32](s, true, 1), NewLayer[float32](s)
		l.Forward(q.w, q.in, q.out)
		l.Backward(q.w, q.in, q.out, q.dout, q.d)
		if n := testing.AllocsPerRun(20, func() {
			l.Forward(q.w, q.in, q.out)
			l.Backward(q.w, q.in, q.out, q.dout, q.d)
		}); n > 0 {
			t.Errorf("%v: a step allocates %g times", c, n)
		}
	}
}

func TestStepper(t *testing.T) {
	each(t, func(t *testing.T, o *ops[float32]) {
		for _, c := range []Cell{Elman, LSTM, GRU} {
			for _, h := range []int{1, 15, 16, 64, 100} {
				s := Spec{Cell: c, Nonlinearity: Tanh, T: 6, B: 1, I: 3, H: h}
				q := newSequence[float64](s, false, 5)
				newReference[float64](s).Forward(q.w, q.in, q.out)
				p := newSequence[float32](s, false, 5)
				st := NewStepper(c, Tanh, s.I, h, p.w)
				clear(p.w.HH) // the weights were copied
				for at := range s.T {
					st.Step(p.in.X[at*s.I:][:s.I], p.in.H0, p.in.C0)
					checkClose(t, fmt.Sprintf("%v H%d step %d: h", c, h, at), p.in.H0, q.out.Y[at*h:][:h])
				}
				checkClose(t, "c", p.in.C0, q.out.CN)
				if n := testing.AllocsPerRun(10, func() { st.Step(p.in.X[:s.I], p.in.H0, p.in.C0) }); n > 0 {
					t.Errorf("%v: a step allocates %g times", c, n)
				}
			}
		}
	})
}

func TestLinear(t *testing.T) {
	each(t, func(t *testing.T, o *ops[float32]) {
		for _, z := range [][3]int{{1, 1, 1}, {5, 3, 2}, {17, 64, 1}, {33, 65, 7}, {70, 16, 17}, {130, 31, 66}, {5000, 20, 3}} {
			n, i, k := z[0], z[1], z[2]
			for a := Identity; a <= ReLU; a++ {
				b := newBuffers(n, i, k)
				for _, size := range []int{n * i, k * i, k, n * k, n * k, n * i, k * i, k} {
					b.matrix(1, size, 0, b.normal) // x w b y dy dx dw db
				}
				want := make([][]float64, len(b.got))
				for j, x := range b.got {
					for _, v := range x {
						want[j] = append(want[j], float64(v))
					}
				}
				g := b.got
				LinearForward(nil, a, n, i, k, g[0], g[1], g[2], g[3])
				LinearBackward(nil, a, n, i, k, g[0], g[1], g[3], g[4], g[5], g[6], g[7])
				linearReference(a, n, i, k, want)
				for j, name := range []string{"x", "w", "b", "y", "", "dx", "dw", "db"} {
					b.guards[j].check(t, name)
					if name != "" {
						checkClose(t, fmt.Sprintf("linear %v %v: %s", z, a, name), g[j], want[j])
					}
				}
			}
		}
	})
}

// linearReference works in x w b y dy dx dw db.
func linearReference(a Activation, n, i, o int, m [][]float64) {
	x, w, b, y, dy, dx, dw, db := m[0], m[1], m[2], m[3], m[4], m[5], m[6], m[7]
	clear(dx)
	clear(dw)
	clear(db)
	for r := range n {
		for k := range o {
			y[r*o+k] = act(a, b[k]+dot(x[r*i:][:i], w[k*i:]))
			d := dy[r*o+k] * slope(a, y[r*o+k])
			axpy(d, w[k*i:][:i], dx[r*i:])
			axpy(d, x[r*i:][:i], dw[k*i:])
			db[k] += d
		}
	}
}

// TestTerms reads parts of two matrices side by side, one of them twice, against the layer over a copy of them.
func TestTerms(t *testing.T) {
	each(t, func(t *testing.T, o *ops[float32]) {
		for _, z := range [][4]int{{1, 2, 3, 1}, {5, 40, 119, 66}, {130, 17, 20, 7}, {70, 33, 65, 280}} {
			n, h, f, k := z[0], z[1], z[2], z[3]
			from := f / 2
			i := h + f - from
			b := newBuffers(n, h, f, k)
			for _, size := range []int{n * h, n * f, k * i, k * f, k, n * k, n * k, n * h, n * f, k * i, k * f, k} {
				b.matrix(1, size, 0, b.normal) // x z w a b y dy dx dz dw da db
			}
			g := b.got
			x, zs, w, a, bias, y, dy, dx, dz, dw, da, db := g[0], g[1], g[2], g[3], g[4], g[5], g[6], g[7], g[8], g[9], g[10], g[11]
			for _, v := range [][]float32{w, a} { // sums of a few units, so that tanh is not flat
				scale(0.1, v)
			}
			terms := []Term[float32]{
				{I: h, X: x, XCols: h, W: w, WCols: i, DX: dx, DW: dw},
				{I: f - from, X: zs, XFrom: from, XCols: f, W: w, WFrom: h, WCols: i, DX: dz, DW: dw},
				{I: f, X: zs, XCols: f, W: a, WCols: f, DW: da},
			}
			// x w b y dy dx dw db of one layer that reads [x | z from `from` on | z].
			all := i + f
			m := make([][]float64, 8)
			for j, size := range []int{n * all, k * all, k, n * k, n * k, n * all, k * all, k} {
				m[j] = make([]float64, size)
			}
			for r := range n {
				side(m[0][r*all:], x[r*h:][:h], zs[r*f+from:][:f-from], zs[r*f:][:f])
			}
			for r := range k {
				side(m[1][r*all:], w[r*i:][:i], a[r*f:][:f])
			}
			side(m[2], bias)
			side(m[4], dy)
			TermsForward(nil, Tanh, n, k, terms, bias, y)
			TermsBackward(nil, Tanh, n, k, terms, y, dy, db)
			linearReference(Tanh, n, all, k, m)
			for j := range g {
				b.guards[j].check(t, fmt.Sprint("matrix ", j))
			}
			name := fmt.Sprint("terms ", z)
			checkClose(t, name+": y", y, m[3])
			checkClose(t, name+": db", db, m[7])
			checkClose(t, name+": dx", dx, columns(m[5], all, 0, h))
			zero := columns(m[5], all, h, i)
			wide := make([]float64, n*f)
			for r := range n {
				copy(wide[r*f+from:(r+1)*f], zero[r*(f-from):])
			}
			checkClose(t, name+": dz", dz, wide)
			checkClose(t, name+": dw", dw, columns(m[6], all, 0, i))
			checkClose(t, name+": da", da, columns(m[6], all, i, all))
		}
	})
}

// side writes the parts one after another.
func side(to []float64, parts ...[]float32) {
	for _, p := range parts {
		for _, v := range p {
			to[0] = float64(v)
			to = to[1:]
		}
	}
}

// columns are those from a to b of a matrix of n columns.
func columns(m []float64, n, a, b int) (out []float64) {
	for r := 0; r < len(m); r += n {
		out = append(out, m[r+a:r+b]...)
	}
	return out
}

// The linear layer's bits do not depend on the threads, and it keeps its memory.
func TestLinearThreads(t *testing.T) {
	const n, i, o = 3000, 130, 9
	run := func(p *Pool) (*buffers, func()) {
		b := newBuffers(1)
		for _, size := range []int{n * i, o * i, o, n * o, n * o, n * i, o * i, o} {
			b.matrix(1, size, 0, b.normal)
		}
		g := b.got
		return b, func() {
			LinearForward(p, Tanh, n, i, o, g[0], g[1], g[2], g[3])
			LinearBackward(p, Identity, n, i, o, g[0], g[1], g[3], g[4], g[5], g[6], g[7])
		}
	}
	one, f := run(nil)
	f()
	for _, threads := range []int{2, 3, 8} {
		p := NewPool(threads)
		many, f := run(p)
		f()
		for j := range one.got {
			same(t, fmt.Sprintf("%d threads: matrix %d", threads, j), many.got[j], one.got[j])
		}
		p.Close()
	}
}
