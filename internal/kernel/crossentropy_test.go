package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// classes is a whole problem of a loss over classes, with what it gives.
type classes[F Float] struct {
	spec CrossEntropySpec
	in   CrossEntropyInput[F]
	out  CrossEntropyOutput[F]
}

// newClasses draws one; with gaps some rows do not count and classes have weights.
func newClasses[F Float](s CrossEntropySpec, gaps bool, seed uint64) *classes[F] {
	r := rand.New(rand.NewPCG(seed, 7))
	q := &classes[F]{spec: s}
	q.in = CrossEntropyInput[F]{X: random[F](r, s.N*s.H, 1), W: random[F](r, s.V*s.H, 2/math.Sqrt(float64(s.H))), B: random[F](r, s.V, 1), Targets: make([]int, s.N)}
	for i := range q.in.Targets {
		q.in.Targets[i] = r.IntN(s.V)
	}
	if gaps {
		q.in.Mask, q.in.Classes = make([]F, s.N), make([]F, s.V)
		for i := range q.in.Mask {
			q.in.Mask[i] = F(r.IntN(3)) / 2
			if q.in.Mask[i] == 0 {
				q.in.Targets[i] = -1 // may be anything
			}
		}
		for k := range q.in.Classes {
			q.in.Classes[k] = F(.5 + r.Float64())
		}
	}
	q.out = CrossEntropyOutput[F]{DX: random[F](r, s.N*s.H, 1), DW: random[F](r, s.V*s.H, 1), DB: random[F](r, s.V, 1), LogP: random[F](r, s.N, 1)}
	return q
}

// reference is the loss written as its equations, and the gradient by the logits.
func (q *classes[F]) reference() (loss float64, out CrossEntropyOutput[float64]) {
	s, in := q.spec, q.in
	out = CrossEntropyOutput[float64]{make([]float64, s.N*s.H), make([]float64, s.V*s.H), make([]float64, s.V), make([]float64, s.N)}
	weights, total := make([]float64, s.N), 0.0
	for i, y := range in.Targets {
		weights[i] = 1
		if in.Mask != nil {
			weights[i] = float64(in.Mask[i])
		}
		if in.Classes != nil && weights[i] != 0 {
			weights[i] *= float64(in.Classes[y])
		}
		total += weights[i]
	}
	for i, y := range in.Targets {
		if weights[i] == 0 {
			continue
		}
		z, sum := make([]float64, s.V), 0.0
		for k := range z {
			z[k] = float64(in.B[k])
			for h := range s.H {
				z[k] += float64(in.X[i*s.H+h]) * float64(in.W[k*s.H+h])
			}
			sum += math.Exp(z[k])
		}
		out.LogP[i] = z[y] - math.Log(sum)
		for k := range z {
			target := s.Smoothing / float64(s.V)
			if k == y {
				target += 1 - s.Smoothing
			}
			c := weights[i] / total
			loss -= c * target * (z[k] - math.Log(sum))
			d := c * (math.Exp(z[k])/sum - target)
			out.DB[k] += d
			for h := range s.H {
				out.DX[i*s.H+h] += d * float64(in.W[k*s.H+h])
				out.DW[k*s.H+h] += d * float64(in.X[i*s.H+h])
			}
		}
	}
	return loss, out
}

// near compares to a part of the greatest value.
func near[F Float](t *testing.T, what string, got []F, want []float64, tolerance float64) {
	t.Helper()
	big := 0.0
	for _, v := range want {
		big = max(big, math.Abs(v))
	}
	for i, v := range got {
		if !(math.Abs(float64(v)-want[i]) <= tolerance*(big+1e-9)) {
			t.Fatalf("%s[%d] is %g, want %g", what, i, v, want[i])
		}
	}
}

func (q *classes[F]) check(t *testing.T, tolerance float64) {
	t.Helper()
	want, d := q.reference()
	got := NewCrossEntropy[F](q.spec).Run(q.in, q.out)
	near(t, "loss", []F{got}, []float64{want}, tolerance)
	near(t, "dx", q.out.DX, d.DX, tolerance)
	near(t, "dw", q.out.DW, d.DW, tolerance)
	near(t, "db", q.out.DB, d.DB, tolerance)
	near(t, "logarithm", q.out.LogP, d.LogP, tolerance)
}

// lossShapes are N, H, V: of one and of several groups of rows, chunks of classes and panels of features.
var lossShapes = [][3]int{{1, 1, 1}, {3, 5, 2}, {7, 3, 65}, {70, 65, 6}, {33, 7, 130}, {300, 9, 131}, {130, 70, 300}, {257, 130, 17}}

func TestCrossEntropy(t *testing.T) {
	for i, z := range lossShapes {
		for _, gaps := range []bool{false, true} {
			s := CrossEntropySpec{N: z[0], H: z[1], V: z[2], Smoothing: []float64{0, .1, .6}[i%3], Train: true}
			t.Run(fmt.Sprintf("%+v/gaps=%t", s, gaps), func(t *testing.T) {
				newClasses[float64](s, gaps, 1).check(t, 1e-12)
				each(t, func(t *testing.T, _ *ops[float32]) { newClasses[float32](s, gaps, 1).check(t, 4e-6) })
			})
		}
	}
}

// Several blocks add up, whatever the last one's number of rows.
func TestCrossEntropyBlocks(t *testing.T) {
	s := CrossEntropySpec{N: 150, H: 9, V: 140, Smoothing: .1, Train: true}
	for _, gaps := range []bool{false, true} {
		q := newClasses[float64](s, gaps, 3)
		want, d := q.reference()
		l := NewCrossEntropy[float64](s)
		l.group, l.block = 16, 32 // of less memory than it has
		near(t, "loss", []float64{l.Run(q.in, q.out)}, []float64{want}, 1e-12)
		near(t, "dx", q.out.DX, d.DX, 1e-12)
		near(t, "dw", q.out.DW, d.DW, 1e-12)
		near(t, "db", q.out.DB, d.DB, 1e-12)
		near(t, "logarithm", q.out.LogP, d.LogP, 1e-12)
	}
}

func TestCrossEntropyGradient(t *testing.T) {
	for _, gaps := range []bool{false, true} {
		q := newClasses[float64](CrossEntropySpec{N: 6, H: 4, V: 7, Smoothing: .2, Train: true}, gaps, 5)
		l := NewCrossEntropy[float64](q.spec)
		l.Run(q.in, q.out)
		checkGradient(t, func() float64 { return l.Run(q.in, CrossEntropyOutput[float64]{}) },
			[]part[float64]{{"X", q.in.X, q.out.DX}, {"W", q.in.W, q.out.DW}, {"B", q.in.B, q.out.DB}})
	}
}

// The bits are those of one thread, those of a pass without gradients, and in a row those that it has alone.
func TestCrossEntropyBits(t *testing.T) {
	s := CrossEntropySpec{N: 400, H: 40, V: 300, Smoothing: .1, Train: true}
	q := newClasses[float32](s, false, 9)
	loss := NewCrossEntropy[float32](s).Run(q.in, q.out)
	for _, threads := range []int{2, 3, 8} {
		p := NewPool(threads)
		for _, training := range []bool{true, false} {
			many := newClasses[float32](s, false, 9)
			s.Pool, s.Train = p, training
			if !training {
				many.out.DX, many.out.DW, many.out.DB = nil, nil, nil
			}
			l := NewCrossEntropy[float32](s)
			for range 2 { // nothing is left of the run before
				same(t, "loss", []float32{l.Run(many.in, many.out)}, []float32{loss})
			}
			same(t, "logarithm", many.out.LogP, q.out.LogP)
			if training {
				same(t, "dx", many.out.DX, q.out.DX)
				same(t, "dw", many.out.DW, q.out.DW)
				same(t, "db", many.out.DB, q.out.DB)
			}
		}
		p.Close()
	}
	alone := s
	alone.N, alone.Pool = 1, nil
	l, log := NewCrossEntropy[float32](alone), make([]float32, 1)
	for _, i := range []int{0, 127, 128, 399} {
		in := q.in
		in.X, in.Targets = q.in.X[i*s.H:][:s.H], q.in.Targets[i:i+1]
		l.Run(in, CrossEntropyOutput[float32]{LogP: log})
		same(t, fmt.Sprint("row ", i, " alone"), log, q.out.LogP[i:i+1])
	}
}

// Logits far beyond what an exponential can hold, and a NaN, which is seen.
func TestCrossEntropyExtremes(t *testing.T) {
	each(t, func(t *testing.T, _ *ops[float32]) {
		s := CrossEntropySpec{N: 2, H: 1, V: 140, Train: true}
		q := newClasses[float32](s, false, 1)
		copy(q.in.X, []float32{1, 1})
		for k := range q.in.W {
			q.in.W[k], q.in.B[k] = 1e4*float32(k), 0
		}
		copy(q.in.Targets, []int{139, 0})
		got := NewCrossEntropy[float32](s).Run(q.in, q.out)
		if want := float32(139e4 / 2); math.Abs(float64(got-want)) > 1 || q.out.LogP[0] != 0 {
			t.Errorf("loss is %g, want %g, and the logarithm of a sure class %g", got, want, q.out.LogP[0])
		}
		q.in.W[3] = float32(math.NaN())
		if got := NewCrossEntropy[float32](s).Run(q.in, q.out); got == got {
			t.Errorf("loss of a NaN is %g", got)
		}
	})
	s := CrossEntropySpec{N: 2, H: 1, V: 3, Train: true}
	q := newClasses[float64](s, false, 1)
	q.in.Mask = []float64{0, 0}
	if got := NewCrossEntropy[float64](s).Run(q.in, q.out); got != 0 || q.out.DW[0] != 0 || q.out.DX[1] != 0 || q.out.DB[2] != 0 || q.out.LogP[1] != 0 {
		t.Errorf("nothing counts: loss is %g, gradients %v", got, q.out)
	}
}

func TestCrossEntropyAllocates(t *testing.T) {
	q := newClasses[float32](CrossEntropySpec{N: 40, H: 8, V: 20, Train: true}, true, 1)
	l := NewCrossEntropy[float32](q.spec)
	if n := testing.AllocsPerRun(10, func() { l.Run(q.in, q.out) }); n > 0 {
		t.Errorf("%g allocations a run", n)
	}
}

// TestSoftmaxLoops holds the loops of every implementation to the portable ones.
func TestSoftmaxLoops(t *testing.T) {
	each(t, func(t *testing.T, o *ops[float32]) {
		g := goOps[float32]()
		for _, rows := range []int{0, 1, 2, 5} {
			for _, n := range sizes() {
				b := newBuffers(rows, n)
				b.matrix(rows, n, n+3, b.normal)
				for range 4 { // most, sum, f, u
					b.matrix(1, n, n, b.normal)
				}
				for range 3 { // bias, totals
					b.matrix(1, rows, rows, b.normal)
				}
				b.matrix(rows, n, n+1, b.normal)
				for i, f := range []*ops[float32]{o, g} {
					x := [][][]float32{b.got, b.want}[i]
					f.maxRows(rows, n, x[0], n+3, x[5], x[1])
					f.expRows(rows, n, x[0], n+3, x[1], x[2])
					f.shadeRows(rows, n, x[0], n+3, x[3], x[4], x[6])
					if n > 0 {
						f.softmax(rows, n, x[8], n+1, x[5], x[7])
					}
				}
				b.compare(t, fmt.Sprintf("%d by %d", rows, n), 3e-6)
			}
		}
	})
}
