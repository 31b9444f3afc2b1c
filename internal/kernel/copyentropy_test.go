package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"
)

// copying is a whole problem of CopyEntropy with what it gives.
type copying[F Float] struct {
	spec CopyEntropySpec
	in   CopyEntropyInput[F]
	out  CopyEntropyOutput[F]
}

// newCopying draws one in which about half of the targets are in the source, some beyond the V symbols; with gaps some rows do not count.
func newCopying[F Float](s CopyEntropySpec, gaps bool, seed uint64) *copying[F] {
	r := rand.New(rand.NewPCG(seed, 7))
	n := s.T * s.B
	q := &copying[F]{spec: s}
	q.in = CopyEntropyInput[F]{X: random[F](r, n*s.H, 1), W: random[F](r, s.V*s.H, 2/math.Sqrt(float64(s.H))), B: random[F](r, s.V, 1), Gate: random[F](r, n, 2),
		Attention: random[F](r, n*s.S, 2), Copied: make([]int, s.S*s.B), Targets: make([]int, n)}
	Softmax(n, s.S, q.in.Attention, make([]F, n), make([]F, n))
	for i := range q.in.Copied {
		q.in.Copied[i] = r.IntN(s.V+4) - 1
	}
	for i := range q.in.Targets {
		q.in.Targets[i] = r.IntN(s.V)
		if y := q.in.Copied[r.IntN(s.S)*s.B+i%s.B]; y >= 0 && r.IntN(2) == 0 {
			q.in.Targets[i] = y
		}
	}
	if gaps {
		q.in.Mask = make([]F, n)
		for i := range q.in.Mask {
			if q.in.Mask[i] = F(r.IntN(3)) / 2; q.in.Mask[i] == 0 {
				q.in.Targets[i] = -1
			}
		}
	}
	q.out = CopyEntropyOutput[F]{DX: random[F](r, n*s.H, 1), DW: random[F](r, s.V*s.H, 1), DB: random[F](r, s.V, 1), DGate: random[F](r, n, 1),
		DAttention: random[F](r, n*s.S, 1), LogP: random[F](r, n, 1)}
	return q
}

// reference is the loss written as its equations, without logarithms before the last.
func (q *copying[F]) reference() (loss float64, out CopyEntropyOutput[float64]) {
	s, in, total := q.spec, q.in, 0.0
	n := s.T * s.B
	out = CopyEntropyOutput[float64]{make([]float64, n*s.H), make([]float64, s.V*s.H), make([]float64, s.V), make([]float64, n), make([]float64, n*s.S), make([]float64, n)}
	weight := func(i int) float64 {
		if in.Mask == nil {
			return 1
		}
		return float64(in.Mask[i])
	}
	for i := range n {
		total += weight(i)
	}
	for i, y := range in.Targets {
		if weight(i) == 0 {
			continue
		}
		c := weight(i) / total
		z, sum := make([]float64, s.V), 0.0
		for k := range z {
			z[k] = float64(in.B[k])
			for h := range s.H {
				z[k] += float64(in.X[i*s.H+h]) * float64(in.W[k*s.H+h])
			}
			sum += math.Exp(z[k])
		}
		g, v, u := 1/(1+math.Exp(-float64(in.Gate[i]))), 0.0, 0.0
		if y < s.V {
			v = math.Exp(z[y]) / sum
		}
		for j := range s.S {
			if in.Copied[j*s.B+i%s.B] == y {
				u += float64(in.Attention[i*s.S+j])
			}
		}
		p := g*v + (1-g)*u
		out.LogP[i] = math.Log(p)
		loss -= c * (1 - s.Smoothing) * math.Log(p)
		out.DGate[i] = -c * (1 - s.Smoothing) * (v - u) * g * (1 - g) / p
		for j := range s.S {
			if in.Copied[j*s.B+i%s.B] == y {
				out.DAttention[i*s.S+j] = -c * (1 - s.Smoothing) * (1 - g) / p
			}
		}
		for k := range z {
			chance := math.Exp(z[k]) / sum
			loss -= c * s.Smoothing / float64(s.V) * math.Log(chance)
			d := chance
			if k == y {
				d--
			}
			d = c * ((1-s.Smoothing)*g*v/p*d + s.Smoothing*(chance-1/float64(s.V)))
			out.DB[k] += d
			for h := range s.H {
				out.DX[i*s.H+h] += d * float64(in.W[k*s.H+h])
				out.DW[k*s.H+h] += d * float64(in.X[i*s.H+h])
			}
		}
	}
	return loss, out
}

// parts are the results by name.
func (o CopyEntropyOutput[F]) parts() []part[F] {
	return []part[F]{{"dx", o.DX, nil}, {"dw", o.DW, nil}, {"db", o.DB, nil}, {"dgate", o.DGate, nil}, {"dattention", o.DAttention, nil}, {"logarithm", o.LogP, nil}}
}

func (q *copying[F]) check(t *testing.T, l *CopyEntropy[F], tolerance float64) {
	t.Helper()
	want, d := q.reference()
	near(t, "loss", []F{l.Run(q.in, q.out)}, []float64{want}, tolerance)
	for i, p := range q.out.parts() {
		near(t, p.name, p.x, d.parts()[i].x, tolerance)
	}
}

// copyShapes are T, B, S, H, V: of one and of several groups of rows, chunks of symbols and panels of features.
var copyShapes = [][5]int{{1, 1, 1, 1, 1}, {3, 2, 4, 5, 3}, {9, 8, 3, 65, 6}, {20, 15, 9, 7, 131}, {13, 10, 30, 70, 300}}

func TestCopyEntropy(t *testing.T) {
	for i, z := range copyShapes {
		for _, gaps := range []bool{false, true} {
			s := CopyEntropySpec{T: z[0], B: z[1], S: z[2], H: z[3], V: z[4], Smoothing: []float64{0, .1, .6}[i%3], Train: true}
			t.Run(fmt.Sprintf("%+v/gaps=%t", z, gaps), func(t *testing.T) {
				q := newCopying[float64](s, gaps, 1)
				q.check(t, NewCopyEntropy[float64](s), 1e-12)
				each(t, func(t *testing.T, _ *ops[float32]) {
					q := newCopying[float32](s, gaps, 1)
					q.check(t, NewCopyEntropy[float32](s), 5e-6)
				})
			})
		}
	}
	// Several blocks.
	s := CopyEntropySpec{T: 15, B: 10, S: 7, H: 9, V: 140, Smoothing: .1, Train: true}
	for _, gaps := range []bool{false, true} {
		l := NewCopyEntropy[float64](s)
		l.loss.group, l.loss.block = 16, 32 // of less memory than it has
		newCopying[float64](s, gaps, 3).check(t, l, 1e-12)
	}
}

func TestCopyEntropyGradient(t *testing.T) {
	for _, gaps := range []bool{false, true} {
		q := newCopying[float64](CopyEntropySpec{T: 3, B: 2, S: 4, H: 4, V: 5, Smoothing: .2, Train: true}, gaps, 5)
		l := NewCopyEntropy[float64](q.spec)
		l.Run(q.in, q.out)
		checkGradient(t, func() float64 { return l.Run(q.in, CopyEntropyOutput[float64]{}) }, []part[float64]{{"X", q.in.X, q.out.DX}, {"W", q.in.W, q.out.DW},
			{"B", q.in.B, q.out.DB}, {"gate", q.in.Gate, q.out.DGate}, {"attention", q.in.Attention, q.out.DAttention}})
	}
}

func TestCopyEntropyPyTorch(t *testing.T) {
	for _, g := range goldenEntries(t, "testdata/seq2seq.json", "copy entropy") {
		s := CopyEntropySpec{T: g.Sizes[0], B: g.Sizes[1], S: g.Sizes[2], H: g.Sizes[3], V: g.Sizes[4], Smoothing: g.Smoothing, Train: true}
		n := s.T * s.B
		q := newCopying[float64](s, false, 0)
		q.in = CopyEntropyInput[float64]{X: wave(1, n*s.H), W: wave(2, s.V*s.H), B: wave(3, s.V), Gate: wave(4, n), Attention: wave(5, n*s.S), Mask: wave(6, n),
			Copied: make([]int, s.S*s.B), Targets: make([]int, n)}
		Scale(2, q.in.X)
		Scale(.5, q.in.W)
		Scale(2, q.in.Gate)
		Scale(2, q.in.Attention)
		Softmax(n, s.S, q.in.Attention, make([]float64, n), make([]float64, n))
		for i := range q.in.Copied {
			q.in.Copied[i] = i*5%(s.V+2) - 1
		}
		for i := range n {
			q.in.Targets[i] = i * 3 % s.V
			if t, b := i/s.B, i%s.B; t%2 == 0 {
				q.in.Targets[i] = max(0, q.in.Copied[(t*3+b)%s.S*s.B+b])
			}
			if q.in.Mask[i] += 1.5; i%3 == 1 {
				q.in.Mask[i] = 0
			}
		}
		g.check(t, "loss", []float64{NewCopyEntropy[float64](s).Run(q.in, q.out)})
		for i, name := range []string{"dx", "dw", "db", "dgate", "da", "logp"} {
			g.check(t, name, q.out.parts()[i].x)
		}
	}
}

// The bits are those of one thread, those of a pass without gradients, and in a row those that it has alone.
func TestCopyEntropyBits(t *testing.T) {
	s := CopyEntropySpec{T: 20, B: 20, S: 9, H: 40, V: 300, Smoothing: .1, Train: true}
	q := newCopying[float32](s, true, 9)
	loss := NewCopyEntropy[float32](s).Run(q.in, q.out)
	for _, threads := range []int{2, 3, 8} {
		p := NewPool(threads)
		for _, training := range []bool{true, false} {
			many := newCopying[float32](s, true, 9)
			s.Pool, s.Train = p, training
			if !training {
				many.out = CopyEntropyOutput[float32]{LogP: many.out.LogP}
			}
			l := NewCopyEntropy[float32](s)
			for range 2 {
				same(t, "loss", []float32{l.Run(many.in, many.out)}, []float32{loss})
			}
			for i, x := range many.out.parts() {
				if x.x != nil {
					same(t, x.name, x.x, q.out.parts()[i].x)
				}
			}
		}
		p.Close()
	}
	alone, log := s, make([]float32, 1)
	alone.T, alone.B, alone.Pool = 1, 1, nil
	l := NewCopyEntropy[float32](alone)
	for _, i := range []int{0, 127, 128, 399} {
		in := q.in
		in.X, in.Targets, in.Gate, in.Attention, in.Mask = q.in.X[i*s.H:][:s.H], q.in.Targets[i:i+1], q.in.Gate[i:i+1], q.in.Attention[i*s.S:][:s.S], q.in.Mask[i:i+1]
		in.Copied = make([]int, s.S)
		for j := range in.Copied {
			in.Copied[j] = q.in.Copied[j*s.B+i%s.B]
		}
		l.Run(in, CopyEntropyOutput[float32]{LogP: log})
		same(t, fmt.Sprint("row ", i, " alone"), log, q.out.LogP[i:i+1])
	}
}

// TestCopyEntropyExtremes: what no exponential holds has the loss that logarithms give, and numbers for gradients.
func TestCopyEntropyExtremes(t *testing.T) {
	each(t, func(t *testing.T, _ *ops[float32]) {
		s := CopyEntropySpec{T: 4, B: 1, S: 2, H: 1, V: 3, Train: true}
		q := newCopying[float32](s, false, 1)
		copy(q.in.X, []float32{1, 1, 1, 1})
		copy(q.in.W, []float32{0, 5000, 0})
		clear(q.in.B)
		copy(q.in.Copied, []int{3, 1})
		copy(q.in.Gate, []float32{1e4, 1e4, -1e4, 0}) // says its own, its own, copies, both
		copy(q.in.Targets, []int{0, 3, 1, 3})         // an impossible one, one that is only in the source, a sure one, one that nothing looks at
		copy(q.in.Attention, []float32{.5, .5, 1, 0, .75, .25, 0, 1})
		loss := NewCopyEntropy[float32](s).Run(q.in, q.out)
		want := []float64{-5000, -1e4, math.Log(.25), math.Log(.5) + math.Log(1e-30)}
		near(t, "logarithm", q.out.LogP, want, 1e-6)
		if math.Abs(float64(loss)+(want[0]+want[1]+want[2]+want[3])/4) > 1e-2 {
			t.Errorf("loss is %g", loss)
		}
		near(t, "gate", q.out.DGate, []float64{0, .25, 0, .125}, 1e-6)
		near(t, "attention", q.out.DAttention[:6], []float64{0, 0, -.25, 0, 0, -1}, 1e-6)
		if d := q.out.DAttention[6]; math.Abs(float64(d)/-.25e30-1) > 1e-5 {
			t.Errorf("gradient by attention that is nothing is %g", d)
		}
		for _, p := range q.out.parts() {
			for i, v := range p.x {
				if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
					t.Errorf("%s[%d] is %g", p.name, i, v)
				}
			}
		}
		q.in.Gate[1] = float32(math.NaN())
		if loss := NewCopyEntropy[float32](s).Run(q.in, q.out); loss == loss {
			t.Errorf("loss of a NaN is %g", loss)
		}
	})
	s := CopyEntropySpec{T: 1, B: 2, S: 1, H: 1, V: 3, Train: true}
	q := newCopying[float64](s, false, 1)
	q.in.Mask = []float64{0, 0}
	if loss := NewCopyEntropy[float64](s).Run(q.in, q.out); loss != 0 || q.out.DW[0] != 0 || q.out.DX[1] != 0 || q.out.DGate[0] != 0 || q.out.DAttention[1] != 0 || q.out.LogP[1] != 0 {
		t.Errorf("nothing counts: loss is %g, gradients %v", loss, q.out)
	}
	defer func() {
		want := "kernel: copy entropy: target of row 1 is 3, which its source does not hold, want 0 to 2, or one of the source"
		if got := recover(); got != want {
			t.Errorf("got %v, want %q", got, want)
		}
	}()
	q.in.Mask, q.in.Targets, q.in.Copied = nil, []int{3, 3}, []int{3, 4}
	NewCopyEntropy[float64](s).Run(q.in, q.out)
}

func TestCopyEntropyMemory(t *testing.T) {
	for _, training := range []bool{true, false} {
		s := CopyEntropySpec{T: 20, B: 30, S: 25, H: 100, V: 3000, Train: training, Pool: NewPool(2)}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		l := NewCopyEntropy[float32](s)
		runtime.ReadMemStats(&after)
		got, want := float64(after.TotalAlloc-before.TotalAlloc), float64(CopyEntropyMemory[float32](s, 2))
		if got < 0.98*want || got > 1.1*want+40e3 {
			t.Errorf("training %t: takes %g bytes, the estimate is %g", training, got, want)
		}
		s.Pool.Close()
		q := newCopying[float32](s, true, 1)
		if !training {
			q.out = CopyEntropyOutput[float32]{LogP: q.out.LogP}
		}
		if n := testing.AllocsPerRun(3, func() { l.Run(q.in, q.out) }); n > 0 {
			t.Errorf("%g allocations a run", n)
		}
	}
}

// BenchmarkCopyEntropy times the loss with all its gradients, beside that of CrossEntropy of the same sizes.
func BenchmarkCopyEntropy(b *testing.B) {
	s := CopyEntropySpec{T: 20, B: 64, S: 20, H: 128, V: 6000, Train: true}
	b.Run("copy", func(b *testing.B) {
		q, l := newCopying[float32](s, false, 1), NewCopyEntropy[float32](s)
		for b.Loop() {
			l.Run(q.in, q.out)
		}
	})
	b.Run("plain", func(b *testing.B) {
		q, l := newClasses[float32](s.head(), false, 1), NewCrossEntropy[float32](s.head())
		for b.Loop() {
			l.Run(q.in, q.out)
		}
	})
}
