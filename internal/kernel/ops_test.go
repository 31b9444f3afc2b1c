package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// each runs a test once for every implementation that this machine has, with
// layers using it.
func each(t *testing.T, f func(t *testing.T, o *ops[float32])) {
	t.Helper()
	for _, o := range implementations() {
		t.Run(o.name, func(t *testing.T) {
			current.Store(o)
			defer current.Store(nil)
			f(t, o)
		})
	}
}

// guarded is a slice between two stretches of NaN: a read outside spreads one,
// a write outside is found by check. Its start lies at no particular place of
// a cache line.
type guarded struct{ all, x []float32 }

const guard = 70

func newGuarded(n int) guarded {
	all := make([]float32, n+2*guard)
	for i := range all {
		all[i] = float32(math.NaN())
	}
	return guarded{all, all[guard : guard+n : guard+n]}
}

func (g guarded) check(t *testing.T, what string) {
	t.Helper()
	for i, v := range g.all {
		if (i < guard || i >= guard+len(g.x)) && v == v {
			t.Fatalf("%s: wrote %g at %d of %d", what, v, i-guard, len(g.x))
		}
	}
}

// buffers are the matrices of one call: the call runs on guarded copies by the
// implementation under test and on plain ones by the portable loops.
type buffers struct {
	r         *rand.Rand
	got, want [][]float32
	guards    []guarded
}

// matrix adds rows of n values in rows of ld; what lies between is NaN too.
func (b *buffers) matrix(rows, n, ld int, value func() float32) {
	size := 0
	if rows > 0 {
		size = (rows-1)*ld + n
	}
	g := newGuarded(size)
	for r := range rows {
		for j := range n {
			g.x[r*ld+j] = value()
		}
	}
	b.guards = append(b.guards, g)
	b.got = append(b.got, g.x)
	b.want = append(b.want, append([]float32(nil), g.x...))
}

func (b *buffers) normal() float32 { return float32(b.r.NormFloat64() * 2) }
func (b *buffers) unit() float32   { return b.r.Float32()*.98 + .01 }

// compare checks guards, that the same places are NaN, and values: to a part
// of the greatest of each matrix, as sums of large terms may cancel.
func (b *buffers) compare(t *testing.T, what string, tolerance float64) {
	t.Helper()
	for i, got := range b.got {
		b.guards[i].check(t, what)
		big := 0.0
		for _, v := range b.want[i] {
			if v == v {
				big = max(big, math.Abs(float64(v)))
			}
		}
		for j, v := range got {
			w := b.want[i][j]
			if (v != v) != (w != w) || math.Abs(float64(v-w)) > tolerance*big {
				t.Fatalf("%s: matrix %d at %d is %g, want %g", what, i, j, v, w)
			}
		}
	}
}

func newBuffers(seed ...int) *buffers {
	s := uint64(0)
	for _, v := range seed {
		s = s*1000003 + uint64(v)
	}
	return &buffers{r: rand.New(rand.NewPCG(s, 11))}
}

func TestGemm(t *testing.T) {
	each(t, func(t *testing.T, o *ops[float32]) {
		for m := 0; m <= 13; m++ {
			for n := 1; n <= o.cols; n++ {
				for mode := range 8 {
					checkGemm(t, o, m, n, []int{1, 2, 5, 33}[(m+n+mode)%4], mode&1 != 0, mode&2 != 0, mode&4 != 0)
				}
			}
		}
	})
}

// checkGemm multiplies with a as [m,k], or as [k,m] when flipped.
func checkGemm(t *testing.T, o *ops[float32], m, n, k int, acc, flip, biased bool) {
	t.Helper()
	b := newBuffers(m, n, k)
	b.matrix(m, n, n+3, b.normal)
	ars, aks := k+2, 1
	if flip {
		ars, aks = 1, m+2
		b.matrix(k, m, m+2, b.normal)
	} else {
		b.matrix(m, k, k+2, b.normal)
	}
	b.matrix(k, n, n+5, b.normal)
	b.matrix(1, n, n, b.normal)
	var got, want []float32
	if biased {
		got, want = b.got[3], b.want[3]
	}
	o.gemm(b.got[0], n+3, b.got[1], ars, aks, b.got[2], n+5, m, n, k, got, acc)
	gemm(b.want[0], n+3, b.want[1], ars, aks, b.want[2], n+5, m, n, k, want, acc)
	b.compare(t, fmt.Sprintf("m %d n %d k %d acc %t flip %t bias %t", m, n, k, acc, flip, biased), 1e-5)
}

// sizes are row lengths that end at every place of a vector.
func sizes() []int {
	n := []int{127, 128, 129, 255, 256, 257}
	for i := range 36 {
		n = append(n, i)
	}
	return n
}

func TestRows(t *testing.T) {
	each(t, func(t *testing.T, o *ops[float32]) {
		g := goOps[float32]()
		for _, rows := range []int{0, 1, 2, 5} {
			for _, n := range sizes() {
				for a := Identity; a <= ReLU; a++ {
					b := newBuffers(rows, n)
					b.matrix(rows, n, n+3, b.normal)
					b.matrix(rows, n, n+1, b.unit)
					b.matrix(rows, n, n+2, b.normal)
					for i, f := range []*ops[float32]{o, g} {
						x := [][][]float32{b.got, b.want}[i]
						f.actBack(a, rows, n, x[1], n+1, x[0], n+3, x[2], n+2)
						f.act(a, rows, n, x[0], n+3, x[1], n+1)
						f.act(a, rows, n, x[0], n+3, x[0], n+3)
					}
					b.compare(t, fmt.Sprintf("%v of %d by %d", a, rows, n), 1e-6)
				}
				b := newBuffers(rows, n)
				b.matrix(rows, n, n+3, b.normal)
				b.matrix(rows, n, n, b.normal)
				b.matrix(n, rows, rows+1, b.normal)
				for i, f := range []*ops[float32]{o, g} {
					x := [][][]float32{b.got, b.want}[i]
					f.addRows(rows, n, x[0], n+3, x[1], n)
					f.copyRows(rows, n, x[1], n, x[0], n+3)
					f.transpose(rows, n, x[2], rows+1, x[1], n)
				}
				b.compare(t, fmt.Sprintf("moves of %d by %d", rows, n), 0)
			}
		}
		for _, rows := range sizes() {
			b := newBuffers(rows)
			b.matrix(rows, 23, 23, b.normal)
			b.matrix(23, rows, rows, b.normal)
			o.transpose(rows, 23, b.got[1], rows, b.got[0], 23)
			g.transpose(rows, 23, b.want[1], rows, b.want[0], 23)
			b.compare(t, fmt.Sprintf("transpose of %d by 23", rows), 0)
		}
	})
}

func TestCells(t *testing.T) {
	each(t, func(t *testing.T, o *ops[float32]) {
		g := goOps[float32]()
		for _, rows := range []int{0, 1, 2, 5} {
			for n := o.width; n <= 5*o.width; n += o.width {
				b := newBuffers(rows, n)
				b.matrix(rows, 4*n, 4*n+5, b.normal) // gates
				b.matrix(rows, n, n, b.normal)       // c0
				b.matrix(rows, n, n, b.normal)       // c1
				b.matrix(rows, n, n+3, b.normal)     // h
				b.matrix(rows, n, n, b.normal)       // dh
				b.matrix(rows, n, n, b.normal)       // dc
				b.matrix(rows, n, n, b.normal)       // c1 of inference
				b.matrix(rows, n, n+3, b.normal)     // h of inference
				for i, f := range []*ops[float32]{o, g} {
					x := [][][]float32{b.got, b.want}[i]
					f.lstmInfer(rows, n, x[0], 4*n+5, x[1], x[6], x[7], n+3)
					f.lstm(rows, n, x[0], 4*n+5, x[1], x[2], x[3], n+3)
					f.lstmBack(rows, n, x[0], 4*n+5, x[1], x[2], x[4], x[5])
				}
				b.compare(t, fmt.Sprintf("lstm %d by %d", rows, n), 2e-6)

				b = newBuffers(rows, n)
				b.matrix(rows, 4*n, 4*n+5, b.normal) // gates
				b.matrix(rows, n, n+3, b.normal)     // h0
				b.matrix(rows, n, n+3, b.normal)     // h1
				b.matrix(rows, n, n, b.normal)       // dh
				for i, f := range []*ops[float32]{o, g} {
					x := [][][]float32{b.got, b.want}[i]
					f.gru(rows, n, x[0], 4*n+5, x[1], x[2], n+3)
					f.gruBack(rows, n, x[0], 4*n+5, x[1], n+3, x[3])
				}
				b.compare(t, fmt.Sprintf("gru %d by %d", rows, n), 2e-6)
			}
		}
	})
}

// The approximations are within a few units of the last place everywhere,
// exact where it matters, and let a NaN through.
func TestFunctions(t *testing.T) {
	each(t, func(t *testing.T, o *ops[float32]) {
		var x []float32
		for e := -40.0; e < 8; e += 0.001 {
			v := float32(math.Exp2(e))
			x = append(x, v, -v)
		}
		x = append(x, 0, float32(math.Inf(1)), float32(math.Inf(-1)), 1e30, -1e30)
		y := make([]float32, len(x))
		for _, a := range []Activation{Tanh, Sigmoid} {
			o.act(a, 1, len(x), x, 0, y, 0)
			for i, v := range x {
				want, tolerance := math.Tanh(float64(v)), 6e-7
				if a == Sigmoid {
					want = 1 / (1 + math.Exp(-float64(v)))
					// One more rounding of v moves exp by v times as much; where v > 0 the one beside it hides that.
					tolerance += 6e-8 * max(0, -float64(v))
				}
				if v < -87 && a == Sigmoid { // below the normal numbers
					if y[i] < 0 || y[i] > 2e-38 {
						t.Fatalf("sigmoid(%g) is %g", v, y[i])
					}
				} else if math.Abs(float64(y[i])-want) > tolerance*math.Abs(want) {
					t.Fatalf("%v(%g) is %g, want %g", a, v, y[i], want)
				}
				if math.Abs(float64(y[i])) > 1 {
					t.Fatalf("%v(%g) is %g, beyond 1", a, v, y[i])
				}
			}
		}
		if o.name != "go" { // every float from 4 to 8, where tanh comes close to 1
			for b := math.Float32bits(4); b <= math.Float32bits(8); b += uint32(len(x)) {
				for i := range x {
					x[i] = math.Float32frombits(b + uint32(i))
				}
				o.act(Tanh, 1, len(x), x, 0, y, 0)
				if most := slices.Max(y); most > 1 {
					t.Errorf("tanh reaches %g", most)
				}
			}
		}
		for a := Identity; a <= ReLU; a++ {
			x, y := []float32{float32(math.NaN())}, []float32{0}
			o.act(a, 1, 1, x, 0, y, 0)
			if y[0] == y[0] {
				t.Errorf("%v(NaN) is %g", a, y[0])
			}
		}
	})
}

func TestVectors(t *testing.T) {
	each(t, func(t *testing.T, o *ops[float32]) {
		g := goOps[float32]()
		for _, n := range sizes() {
			b := newBuffers(n)
			for range 3 {
				b.matrix(1, n, 0, b.normal) // w, g, m
			}
			b.matrix(1, n, 0, b.unit) // v
			f := adamFactors[float32]{keep: .99, b1: .9, a1: .1, b2: .99, a2: .01, rate: .2, root: 3, eps: 1e-3}
			o.adam(b.got[0], b.got[1], b.got[2], b.got[3], f)
			g.adam(b.want[0], b.want[1], b.want[2], b.want[3], f)
			b.compare(t, fmt.Sprintf("adam of %d", n), 1e-6)
			o.scale(.3, b.got[0])
			g.scale(.3, b.want[0])
			b.compare(t, fmt.Sprintf("scale of %d", n), 1e-6)
			got, want := o.sumSquares(b.got[1]), g.sumSquares(b.want[1])
			if math.Abs(got-want) > 1e-14*want {
				t.Errorf("sum of squares of %d is %.17g, want %.17g", n, got, want)
			}
		}
	})
}

// A wrapper refuses what would leave its slices.
func TestBounds(t *testing.T) {
	each(t, func(t *testing.T, o *ops[float32]) {
		short, long := make([]float32, 3*o.width-1), make([]float32, 20*o.width)
		n := o.width
		for name, f := range map[string]func(){
			"gemm c": func() { o.gemm(short, n, long, 1, 1, long, n, 3, n, 2, nil, false) },
			"gemm a": func() { o.gemm(long, n, short, n, 1, long, n, 4, n, 2, nil, false) },
			"gemm b": func() { o.gemm(long, n, long, 1, 1, short, n, 3, n, 3, nil, false) },
			"gemm d": func() { o.gemm(long, n, long, 1, 1, long, n, 3, n, 3, short[:n-1], false) },
			"act":    func() { o.act(Tanh, 3, n, long, n, short, n) },
			"lstm":   func() { o.lstm(3, n, long, 4*n, long, short, long, n) },
			"infer":  func() { o.lstmInfer(3, n, long, 4*n, long, short, long, n) },
			"gru":    func() { o.gru(3, n, long, 4*n, long, short, n) },
			"copy":   func() { o.copyRows(3, n, short, n, long, n) },
			"add":    func() { o.addRows(3, n, long, n, short, n) },
			"adam":   func() { o.adam(long, short, long, long, adamFactors[float32]{}) },
		} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("%s: no panic past the end of a slice", name)
					}
				}()
				f()
			}()
		}
	})
}

func TestChoose(t *testing.T) {
	all := implementations()
	for _, o := range all {
		if got := choose(o.name).name; got != o.name {
			t.Errorf("choose(%q) is %s", o.name, got)
		}
	}
	if got := choose("").name; got != all[0].name {
		t.Errorf("choose of nothing is %s, want %s", got, all[0].name)
	}
	if one, many := Peak(); one <= 0 || many <= 0 {
		t.Errorf("peak is %g and %g", one, many)
	}
}
