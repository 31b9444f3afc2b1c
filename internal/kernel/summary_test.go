package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

var summaries = []Summary{MeanSteps, MaxSteps, MeanMaxSteps, LastStep}

func TestSummaryPyTorch(t *testing.T) {
	for _, kind := range summaries {
		for _, g := range goldenClasses(t, "summary "+kind.String()) {
			s := Steps[float64]{T: g.Sizes[0], B: g.Sizes[1], H: g.Sizes[2], Lengths: g.Lengths}
			s.X = wave(1, s.T*s.B*s.H)
			n := s.B * kind.Width(s.H)
			y, dx := wave(9, n), wave(9, len(s.X))
			SummaryForward(nil, kind, s, y)
			SummaryBackward(nil, kind, s, wave(2, n), dx)
			g.check(t, "y", y)
			g.check(t, "dx", dx)
		}
	}
}

func TestAttentionPyTorch(t *testing.T) {
	for _, g := range goldenClasses(t, "attention") {
		s := Steps[float64]{T: g.Sizes[0], B: g.Sizes[1], H: g.Sizes[2], Lengths: g.Lengths}
		s.X = wave(1, s.T*s.B*s.H)
		scores, alpha, y, ds, dx := wave(3, s.T*s.B), wave(9, s.T*s.B), wave(9, s.B*s.H), wave(9, s.T*s.B), wave(9, len(s.X))
		Scale(2, scores)
		AttentionForward(nil, s, scores, alpha, y)
		AttentionBackward(nil, s, alpha, wave(2, s.B*s.H), ds, dx)
		g.check(t, "y", y)
		g.check(t, "dx", dx)
		g.check(t, "dscores", ds)
	}
}

func TestBatchNormPyTorch(t *testing.T) {
	for _, g := range goldenClasses(t, "batch norm") {
		s := Steps[float64]{T: g.Sizes[0], B: g.Sizes[1], H: g.Sizes[2], Lengths: g.Lengths}
		c := s.H
		s.X = wave(1, s.T*s.B*c)
		for i, v := range s.X {
			s.X[i] = 1 + 2*v
		}
		gain, shift := wave(2, c), wave(3, c)
		for i, v := range gain {
			gain[i] = 1 + v/3
		}
		act := map[string]Activation{"identity": Identity, "relu": ReLU, "tanh": Tanh, "sigmoid": Sigmoid}[g.Activation]
		l := NewBatchNorm[float64](nil, c, act)
		y, dx, dgain, dshift := wave(9, len(s.X)), wave(9, len(s.X)), wave(9, c), wave(9, c)
		l.Forward(s, gain, shift, y)
		l.Backward(s, y, wave(4, len(s.X)), dx, dgain, dshift)
		mean, variance := make([]float64, c), make([]float64, c)
		for i := range variance {
			variance[i] = 1
		}
		l.Moments().Follow(g.Momentum, mean, variance)
		g.check(t, "y", y)
		g.check(t, "dx", dx)
		g.check(t, "dgain", dgain)
		g.check(t, "dshift", dshift)
		g.check(t, "mean", mean)
		g.check(t, "var", variance)
		s.X = wave(5, len(s.X))
		l.Apply(s, gain, shift, mean, variance, y)
		g.check(t, "later", y)
	}
}

// summarised is a problem of all that is made of a batch of sequences, with what comes of it by name. All that lies
// past the lengths is NaN.
type summarised[F Float] struct {
	s                                     Steps[F]
	scores, dy, dsteps, gain, shift, mean []F
	out                                   map[string][]F
}

func newSummarised[F Float](t, b, h int, lengths []int) *summarised[F] {
	r := rand.New(rand.NewPCG(4, 3))
	q := &summarised[F]{s: Steps[F]{T: t, B: b, H: h, Lengths: lengths, X: random[F](r, t*b*h, 1)}}
	q.scores, q.dy, q.dsteps = random[F](r, t*b, 2), random[F](r, 2*b*h, 1), random[F](r, t*b*h, 1)
	q.gain, q.shift, q.mean = random[F](r, h, 1), random[F](r, h, 1), random[F](r, h, 1)
	none := F(math.NaN())
	for i := range t * b {
		if i/b < lengths[i%b] {
			continue
		}
		q.scores[i] = none
		for k := range h {
			q.s.X[i*h+k], q.dsteps[i*h+k] = none, none
		}
	}
	return q
}

// alone is row b of the problem by itself.
func (q *summarised[F]) alone(b int) *summarised[F] {
	row := func(x []F, width int) (y []F) {
		for i := b * width; i < len(x); i += q.s.B * width {
			y = append(y, x[i:i+width]...)
		}
		return y
	}
	return &summarised[F]{s: Steps[F]{T: q.s.T, B: 1, H: q.s.H, Lengths: q.s.Lengths[b : b+1], X: row(q.s.X, q.s.H)},
		scores: row(q.scores, 1), dy: row(q.dy[:q.s.B*q.s.H], q.s.H), dsteps: row(q.dsteps, q.s.H), gain: q.gain, shift: q.shift, mean: q.mean}
}

// run makes everything. What is wide is left out of a row alone, as its gradients are drawn otherwise.
func (q *summarised[F]) run(p *Pool) *summarised[F] {
	s, r := q.s, rand.New(rand.NewPCG(6, 3))
	q.out = map[string][]F{}
	made := func(name string, n int) []F {
		q.out[name] = random[F](r, n, 1) // whatever they held is gone
		return q.out[name]
	}
	for _, kind := range summaries {
		n := s.B * kind.Width(s.H)
		SummaryForward(p, kind, s, made(kind.String(), n))
		if n <= len(q.dy) {
			SummaryBackward(p, kind, s, q.dy[:n], made("d"+kind.String(), len(s.X)))
		}
	}
	alpha := made("weights", s.T*s.B)
	AttentionForward(p, s, q.scores, alpha, made("attention", s.B*s.H))
	AttentionBackward(p, s, alpha, q.dy[:s.B*s.H], made("dscores", s.T*s.B), made("dattention", len(s.X)))
	l, variance := NewBatchNorm[F](p, s.H, Tanh), make([]F, s.H)
	for i, v := range q.gain {
		variance[i] = v * v
	}
	l.Apply(s, q.gain, q.shift, q.mean, variance, made("applied", len(s.X)))
	y := made("norm", len(s.X))
	l.Forward(s, q.gain, q.shift, y)
	l.Backward(s, y, q.dsteps, made("dnorm", len(s.X)), made("dgain", s.H), made("dshift", s.H))
	return q
}

// raggedLengths are lengths of b rows of t steps: none, all, and others.
func raggedLengths(t, b int) []int {
	n := make([]int, b)
	for i := range n {
		n[i] = (i*7 + t*(i%2)) % (t + 1)
	}
	return n
}

// TestSequencesOps: float32 of every implementation against float64; nothing past a length is read, and there is zero.
func TestSequencesOps(t *testing.T) {
	for _, z := range [][3]int{{1, 1, 1}, {5, 3, 2}, {30, 9, 70}} {
		lengths := raggedLengths(z[0], z[1])
		want := newSummarised[float64](z[0], z[1], z[2], lengths).run(nil)
		each(t, func(t *testing.T, _ *ops[float32]) {
			got := newSummarised[float32](z[0], z[1], z[2], lengths).run(nil)
			for name, x := range got.out {
				tolerance := 1e-5
				if name == "dnorm" {
					tolerance = 1e-4 // of few values that lie close together it is a difference of large ones
				}
				near(t, fmt.Sprint(z, " ", name), x, want.out[name], tolerance)
			}
		})
		for _, name := range []string{"dmean", "dmax", "dmean_max", "dlast", "dattention", "norm", "dnorm", "applied"} {
			for i, v := range want.out[name] {
				if at := i / z[2]; at/z[1] >= lengths[at%z[1]] && v != 0 {
					t.Fatalf("%v: %s is %g past the length of row %d, want 0", z, name, v, at%z[1])
				}
			}
		}
	}
}

// TestSequencesBits: the bits are those of one thread, and but for a batch norm in training those of a row are its own.
func TestSequencesBits(t *testing.T) {
	lengths := raggedLengths(60, 40)
	one := newSummarised[float32](60, 40, 150, lengths).run(nil)
	for _, threads := range []int{2, 3, 8} {
		p := NewPool(threads)
		many := newSummarised[float32](60, 40, 150, lengths).run(p)
		for name, want := range one.out {
			same(t, fmt.Sprint(threads, " threads: ", name), many.out[name], want)
		}
		p.Close()
	}
	for _, b := range []int{0, 1, 17, 39} {
		alone := one.alone(b).run(nil)
		all := &summarised[float32]{s: one.s}
		for _, name := range []string{"mean", "max", "mean_max", "last", "attention", "dmean", "dmax", "dlast", "dscores", "dattention", "applied"} {
			x, width := one.out[name], len(alone.out[name])
			if len(x) == len(one.s.X) || name == "dscores" {
				width /= one.s.T
			}
			var want []float32
			for i := b * width; i < len(x); i += all.s.B * width {
				want = append(want, x[i:i+width]...)
			}
			same(t, fmt.Sprint("row ", b, " alone: ", name), alone.out[name], want)
		}
	}
}

func TestSequencesGradient(t *testing.T) {
	const T, B, H = 6, 3, 4
	q := newSummarised[float64](T, B, H, []int{6, 0, 4})
	for i, v := range q.s.X { // of what is not read every value will do
		if v != v {
			q.s.X[i], q.dsteps[i] = 1, 0
		}
	}
	for i, v := range q.scores {
		if v != v {
			q.scores[i] = 1
		}
	}
	q.run(nil)
	y, alpha := make([]float64, 2*B*H), make([]float64, T*B)
	for _, kind := range summaries {
		n := B * kind.Width(H)
		checkGradient(t, func() float64 {
			SummaryForward(nil, kind, q.s, y[:n])
			return dot(y[:n], q.dy[:n])
		}, []part[float64]{{kind.String(), q.s.X, q.out["d"+kind.String()]}})
	}
	checkGradient(t, func() float64 {
		AttentionForward(nil, q.s, q.scores, alpha, y[:B*H])
		return dot(y[:B*H], q.dy[:B*H])
	}, []part[float64]{{"x", q.s.X, q.out["dattention"]}, {"scores", q.scores, q.out["dscores"]}})
	l, z := NewBatchNorm[float64](nil, H, Tanh), make([]float64, T*B*H)
	checkGradient(t, func() float64 {
		l.Forward(q.s, q.gain, q.shift, z)
		return dot(z, q.dsteps)
	}, []part[float64]{{"x", q.s.X, q.out["dnorm"]}, {"gain", q.gain, q.out["dgain"]}, {"shift", q.shift, q.out["dshift"]}})
}

// TestMomentLoops holds the loops of every implementation to the portable ones.
func TestMomentLoops(t *testing.T) {
	each(t, func(t *testing.T, o *ops[float32]) {
		g := goOps[float32]()
		for _, rows := range []int{0, 1, 2, 5} {
			for _, n := range sizes() {
				b := newBuffers(rows, n)
				for range 3 { // d, x, y
					b.matrix(rows, n, n, b.normal)
				}
				for range 6 { // mean, sums, f, h, u
					b.matrix(1, n, n, b.normal)
				}
				for i, f := range []*ops[float32]{o, g} {
					x := [][][]float32{b.got, b.want}[i]
					f.squares(rows, n, x[1], x[3], x[4])
					f.products(rows, n, x[0], x[1], x[3], x[5])
					f.affine(rows, n, x[1], x[2], x[3], x[6], x[7])
					f.slopes(rows, n, x[0], x[1], x[3], x[6], x[7], x[8])
				}
				b.compare(t, fmt.Sprintf("%d by %d", rows, n), 2e-6)
			}
		}
	})
}

// BenchmarkSummary times what makes one vector of a sequence, forward and backward.
func BenchmarkSummary(b *testing.B) {
	q := newSummarised[float32](100, 32, 128, raggedLengths(100, 32)).run(nil)
	s, dx, alpha, ds := q.s, q.out["dmean"], q.out["weights"], q.out["dscores"]
	for _, kind := range summaries {
		b.Run(kind.String(), func(b *testing.B) {
			y := make([]float32, s.B*kind.Width(s.H))
			for b.Loop() {
				SummaryForward(nil, kind, s, y)
				SummaryBackward(nil, kind, s, q.dy[:len(y)], dx)
			}
		})
	}
	b.Run("attention", func(b *testing.B) {
		for b.Loop() {
			AttentionForward(nil, s, q.scores, alpha, q.out["attention"])
			AttentionBackward(nil, s, alpha, q.dy[:s.B*s.H], ds, dx)
		}
	})
	b.Run("batch norm", func(b *testing.B) {
		l := NewBatchNorm[float32](nil, s.H, ReLU)
		for b.Loop() {
			l.Forward(s, q.gain, q.shift, q.out["norm"])
			l.Backward(s, q.out["norm"], q.dsteps, dx, q.out["dgain"], q.out["dshift"])
		}
	})
}
