package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// sequence is a whole problem: a layer with all it reads and a random linear
// loss Σ y·dy + Σ hn·dhn + Σ cn·dcn over its outputs.
type sequence[F Float] struct {
	spec Spec
	w    Weights[F]
	in   Input[F]
	out  Output[F]
	dout Output[F]
	d    Grads[F]
}

func random[F Float](r *rand.Rand, n int, scale float64) []F {
	x := make([]F, n)
	for i := range x {
		x[i] = F(r.NormFloat64() * scale)
	}
	return x
}

func newSequence[F Float](s Spec, ragged bool, seed uint64) *sequence[F] {
	r := rand.New(rand.NewPCG(seed, 7))
	g, th := s.Cell.Gates(), s.T*s.B*s.H
	scale := 1 / math.Sqrt(float64(s.H))
	q := &sequence[F]{spec: s}
	q.w = Weights[F]{IH: random[F](r, g*s.H*s.I, scale), HH: random[F](r, g*s.H*s.H, scale), BIH: random[F](r, g*s.H, scale), BHH: random[F](r, g*s.H, scale)}
	q.in = Input[F]{X: random[F](r, s.T*s.B*s.I, 1), H0: random[F](r, s.B*s.H, .5)}
	q.out = Output[F]{Y: make([]F, th), HN: make([]F, s.B*s.H)}
	q.dout = Output[F]{Y: random[F](r, th, 1), HN: random[F](r, s.B*s.H, 1)}
	q.d = Grads[F]{X: make([]F, len(q.in.X)), H0: make([]F, s.B*s.H),
		W: Weights[F]{IH: make([]F, len(q.w.IH)), HH: make([]F, len(q.w.HH)), BIH: make([]F, len(q.w.BIH)), BHH: make([]F, len(q.w.BHH))}}
	if s.Cell == LSTM {
		q.in.C0, q.dout.CN = random[F](r, s.B*s.H, .5), random[F](r, s.B*s.H, 1)
		q.out.CN, q.d.C0 = make([]F, s.B*s.H), make([]F, s.B*s.H)
	}
	if s.Norm {
		q.w.GainX, q.w.GainH, q.d.W.GainX, q.d.W.GainH = random[F](r, g*s.H, 1), random[F](r, g*s.H, 1), make([]F, g*s.H), make([]F, g*s.H)
		if s.Cell == LSTM {
			q.w.GainC, q.w.ShiftC, q.d.W.GainC, q.d.W.ShiftC = random[F](r, s.H, 1), random[F](r, s.H, 1), make([]F, s.H), make([]F, s.H)
		}
	}
	if s.Masked {
		q.in.Mask = make([]F, s.B*s.H)
		for i := range q.in.Mask {
			q.in.Mask[i] = F(r.IntN(2)) / .5
		}
	}
	if ragged {
		q.in.Lengths = make([]int, s.B)
		for i := range q.in.Lengths {
			q.in.Lengths[i] = r.IntN(s.T + 1)
		}
	}
	return q
}

func (q *sequence[F]) loss(l *Layer[F]) float64 {
	l.Forward(q.w, q.in, q.out)
	return float64(dot(q.out.Y, q.dout.Y) + dot(q.out.HN, q.dout.HN) + dot(q.out.CN, q.dout.CN))
}

// parts pairs every input with the gradient by it.
func (q *sequence[F]) parts() []part[F] {
	return []part[F]{
		{"X", q.in.X, q.d.X}, {"H0", q.in.H0, q.d.H0}, {"C0", q.in.C0, q.d.C0},
		{"IH", q.w.IH, q.d.W.IH}, {"HH", q.w.HH, q.d.W.HH}, {"BIH", q.w.BIH, q.d.W.BIH}, {"BHH", q.w.BHH, q.d.W.BHH},
		{"GainX", q.w.GainX, q.d.W.GainX}, {"GainH", q.w.GainH, q.d.W.GainH}, {"GainC", q.w.GainC, q.d.W.GainC}, {"ShiftC", q.w.ShiftC, q.d.W.ShiftC},
	}
}

type part[F Float] struct {
	name string
	x, d []F
}

// checkGradient compares d with central differences of f by up to 40 entries
// of every part. With steps of 1e-5 in float64 the truncation and the
// cancellation are both below 1e-9 for values of order one.
func checkGradient(t *testing.T, f func() float64, parts []part[float64]) {
	t.Helper()
	r := rand.New(rand.NewPCG(3, 5))
	for _, p := range parts {
		for range min(40, len(p.x)) {
			i := r.IntN(len(p.x))
			const step = 1e-5
			old := p.x[i]
			p.x[i] = old + step
			up := f()
			p.x[i] = old - step
			down := f()
			p.x[i] = old
			want := (up - down) / (2 * step)
			if math.Abs(p.d[i]-want) > 1e-7*(1+math.Abs(want)) {
				t.Errorf("gradient by %s[%d] is %g, want %g", p.name, i, p.d[i], want)
			}
		}
	}
}

// specs are all cells and nonlinearities in small shapes.
func specs() []Spec {
	var all []Spec
	for _, shape := range [][4]int{{1, 1, 1, 1}, {2, 3, 2, 5}, {7, 4, 3, 8}} {
		s := Spec{T: shape[0], B: shape[1], I: shape[2], H: shape[3], Train: true}
		for _, reverse := range []bool{false, true} {
			s.Reverse = reverse
			for _, a := range []Activation{Identity, Tanh, Sigmoid, ReLU} {
				s.Cell, s.Nonlinearity = Elman, a
				all = append(all, s)
			}
			s.Nonlinearity = Identity
			for _, c := range []Cell{LSTM, GRU} {
				s.Cell = c
				all = append(all, s)
			}
		}
	}
	return all
}

func (s Spec) name() string {
	n := fmt.Sprintf("%v_T%d_B%d_I%d_H%d", s.Cell, s.T, s.B, s.I, s.H)
	if s.Cell == Elman {
		n += "_" + s.Nonlinearity.String()
	}
	if s.Reverse {
		n += "_reverse"
	}
	return n
}

func TestLayerGradient(t *testing.T) {
	for i, s := range specs() {
		for _, ragged := range []bool{false, true} {
			s.Masked = (i+i/2)%2 == 0
			t.Run(fmt.Sprintf("%s_ragged=%t_masked=%t", s.name(), ragged, s.Masked), func(t *testing.T) {
				q := newSequence[float64](s, ragged, uint64(i))
				l := NewLayer[float64](s)
				q.loss(l)
				l.Backward(q.w, q.in, q.out, q.dout, q.d)
				checkGradient(t, func() float64 { return q.loss(l) }, q.parts())
			})
		}
	}
}

func TestNormedGradient(t *testing.T) {
	for i, s := range specs() {
		if s.H < 5 { // the norm of one number is 0, and of two or three next to a step
			continue
		}
		for _, ragged := range []bool{false, true} {
			s.Norm, s.Masked = true, i%2 == 0
			t.Run(fmt.Sprintf("%s_ragged=%t_masked=%t", s.name(), ragged, s.Masked), func(t *testing.T) {
				q := newSequence[float64](s, ragged, uint64(i))
				l := NewLayer[float64](s)
				q.loss(l)
				l.Backward(q.w, q.in, q.out, q.dout, q.d)
				checkGradient(t, func() float64 { return q.loss(l) }, q.parts())
			})
		}
	}
}

// Every optional slice left out is zero where it is read and nothing where it
// is written, and changes nothing else.
func TestLayerNil(t *testing.T) {
	for _, c := range []Cell{Elman, LSTM, GRU} {
		s := Spec{Cell: c, Nonlinearity: Tanh, T: 3, B: 2, I: 2, H: 3, Train: true}
		q := newSequence[float64](s, false, 1)
		l := NewLayer[float64](s)
		clear(q.in.H0)
		clear(q.in.C0)
		clear(q.w.BIH)
		clear(q.w.BHH)
		clear(q.dout.Y)
		clear(q.dout.CN)
		q.loss(l)
		l.Backward(q.w, q.in, q.out, q.dout, q.d)
		w, in := Weights[float64]{IH: q.w.IH, HH: q.w.HH}, Input[float64]{X: q.in.X}
		hn, dx := make([]float64, len(q.out.HN)), make([]float64, len(q.in.X))
		l.Forward(w, in, Output[float64]{HN: hn})
		l.Backward(w, in, Output[float64]{HN: hn}, Output[float64]{HN: q.dout.HN}, Grads[float64]{X: dx})
		same(t, "HN", hn, q.out.HN)
		same(t, "X", dx, q.d.X)
	}
}

func same[F Float](t *testing.T, name string, got, want []F) {
	t.Helper()
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("%s[%d] is %g, want %g", name, i, got[i], want[i])
		}
	}
}

// A reversed layer is the layer over each row's steps in the opposite order.
func TestReverse(t *testing.T) {
	for _, c := range []Cell{Elman, LSTM, GRU} {
		s := Spec{Cell: c, Nonlinearity: Tanh, T: 5, B: 3, I: 2, H: 4}
		q := newSequence[float64](s, true, 9)
		q.loss(NewLayer[float64](s))
		y, hn := clone(q.out.Y), clone(q.out.HN)
		flip := func(x []float64, n int) []float64 {
			z := make([]float64, len(x))
			for b, len := range q.in.Lengths {
				for t := range len {
					copy(z[(t*s.B+b)*n:][:n], x[((len-1-t)*s.B+b)*n:])
				}
			}
			return z
		}
		q.in.X = flip(q.in.X, s.I)
		s.Reverse = true
		q.loss(NewLayer[float64](s))
		same(t, "Y", flip(q.out.Y, s.H), y)
		same(t, "HN", q.out.HN, hn)
	}
}

func TestLinearGradient(t *testing.T) {
	const n, i, o = 5, 4, 3
	for _, a := range []Activation{Identity, Tanh, Sigmoid, ReLU} {
		r := rand.New(rand.NewPCG(1, uint64(a)))
		x, w, b, dy := random[float64](r, n*i, 1), random[float64](r, o*i, 1), random[float64](r, o, 1), random[float64](r, n*o, 1)
		y, dx, dw, db := make([]float64, n*o), make([]float64, n*i), make([]float64, o*i), make([]float64, o)
		f := func() float64 {
			LinearForward(nil, a, n, i, o, x, w, b, y)
			return dot(y, dy)
		}
		f()
		LinearBackward(nil, a, n, i, o, x, w, y, clone(dy), dx, dw, db)
		checkGradient(t, f, []part[float64]{{"x", x, dx}, {"w", w, dw}, {"b", b, db}})
	}
}

func TestLossGradient(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, k := range []LossKind{MSE, MAE, Huber} {
		p, y := random[float64](r, 50, 1), random[float64](r, 50, 1)
		mask, grad := make([]float64, 50), make([]float64, 50)
		for i := range mask {
			mask[i] = float64(i % 3)
			if i%3 == 0 {
				y[i] = math.NaN()
			}
		}
		f := func() float64 { return MaskedLoss(k, 0.7, p, y, mask, nil) }
		MaskedLoss(k, 0.7, p, y, mask, grad)
		checkGradient(t, f, []part[float64]{{"pred", p, grad}})
	}
	if l := MaskedLoss(MSE, 0, []float64{1}, []float64{2}, []float64{0}, []float64{3}); l != 0 {
		t.Errorf("loss with nothing to count is %g, want 0", l)
	}
}

// TestPinball: the gradient by differences, the median alone as the absolute error, and by hand: truth 1 and quantiles
// 0.1 and 0.9 at 0 and 3 are 2·(0.1·1 + 0.1·2)/2.
func TestPinball(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	quantiles := []float64{0.1, 0.5, 0.9}
	const n = 20
	p, y, mask, grad := random[float64](r, n*3, 1), random[float64](r, n, 1), make([]float64, n), make([]float64, n*3)
	for i := range mask {
		mask[i] = float64(i % 3)
		if i%3 == 0 {
			y[i] = math.NaN()
		}
	}
	f := func() float64 { return PinballLoss(quantiles, nil, p, y, mask, nil) }
	if got, want := PinballLoss(quantiles, nil, p, y, mask, grad), f(); got != want {
		t.Errorf("loss is %g with the gradient and %g without", got, want)
	}
	checkGradient(t, f, []part[float64]{{"pred", p, grad}})
	weighted := func() float64 { return PinballLoss(quantiles, []float64{0.1, 1, 0.5}, p, y, mask, nil) }
	PinballLoss(quantiles, []float64{0.1, 1, 0.5}, p, y, mask, grad)
	checkGradient(t, weighted, []part[float64]{{"pred", p, grad}})

	one, abs := make([]float64, n), make([]float64, n)
	got, want := PinballLoss([]float64{0.5}, nil, p[:n], y, mask, one), MaskedLoss(MAE, 0, p[:n], y, mask, abs)
	if math.Abs(got-want) > 1e-15 {
		t.Errorf("the median alone gives %g, the absolute error is %g", got, want)
	}
	for i := range one {
		if math.Abs(one[i]-abs[i]) > 1e-15 {
			t.Errorf("gradient %d of the median alone is %g, of the absolute error %g", i, one[i], abs[i])
		}
	}
	if got := PinballLoss([]float64{0.1, 0.9}, nil, []float64{0, 3}, []float64{1}, nil, nil); math.Abs(got-0.3) > 1e-15 {
		t.Errorf("loss by hand is 0.3, got %g", got)
	}
	at := []float64{7}
	if l := PinballLoss([]float64{0.9}, nil, []float64{2}, []float64{2}, nil, at); l != 0 || at[0] != 0 {
		t.Errorf("an exact prediction has loss %g and gradient %g", l, at[0])
	}
	if l := PinballLoss([]float64{0.9}, nil, []float64{2}, []float64{1}, []float64{0}, at); l != 0 || at[0] != 0 {
		t.Errorf("with nothing to count loss is %g and gradient %g", l, at[0])
	}
	if l := PinballLoss([]float64{0.1, 0.9}, nil, []float64{2, math.NaN()}, []float64{1}, nil, nil); !math.IsNaN(l) {
		t.Errorf("a prediction that is no number has loss %g", l)
	}
}

func TestPool(t *testing.T) {
	for _, threads := range []int{1, 2, 3, 8} {
		p := NewPool(threads)
		for _, chunks := range []int{0, 1, 2, 7, 100} {
			for range 50 {
				got := make([]int, chunks)
				p.Run(chunks, func(c, worker int) {
					if worker < 0 || worker >= threads {
						t.Errorf("worker %d of %d", worker, threads)
					}
					got[c]++
					p.Run(2, func(int, int) {}) // nested work is done at once
				})
				for c, n := range got {
					if n != 1 {
						t.Fatalf("%d threads: chunk %d ran %d times", threads, c, n)
					}
				}
			}
		}
		p.Close()
		p.Run(3, func(int, int) {})
	}
}

func TestAdam(t *testing.T) {
	// Two steps from w = 1 with g = 0.5, then -0.25, worked out by hand.
	w, m, v := []float64{1}, []float64{0}, []float64{0}
	AdamStep(w, []float64{0.5}, m, v, 0.1, 0.9, 0.99, 1e-8, 1-0.9, 1-0.99, 0.01)
	if want := 0.999 - 0.1*0.5/(0.5+1e-8); math.Abs(w[0]-want) > 1e-15 {
		t.Errorf("first step: w is %.17g, want %.17g", w[0], want)
	}
	before := w[0]
	AdamStep(w, []float64{-0.25}, m, v, 0.1, 0.9, 0.99, 1e-8, 1-0.81, 1-0.9801, 0)
	mean, root := (0.9*0.05-0.025)/0.19, math.Sqrt((0.99*0.0025+0.000625)/(1-0.9801))
	if want := before - 0.1*mean/(root+1e-8); math.Abs(w[0]-want) > 1e-14 {
		t.Errorf("second step: w is %.17g, want %.17g", w[0], want)
	}
}

func clone[F Float](x []F) []F { return append([]F(nil), x...) }

// A mask of ones changes no bit, nor does one of any kind with another number of threads.
func TestMaskOfOnes(t *testing.T) {
	for _, c := range []Cell{Elman, LSTM, GRU} {
		s := Spec{Cell: c, Nonlinearity: Tanh, T: 40, B: 40, I: 60, H: 33, Train: true}
		plain := newSequence[float32](s, true, 3)
		l := NewLayer[float32](s)
		plain.loss(l)
		l.Backward(plain.w, plain.in, plain.out, plain.dout, plain.d)
		s.Masked = true
		masked := newSequence[float32](s, true, 3)
		masked.in.Lengths = plain.in.Lengths
		for i := range masked.in.Mask {
			masked.in.Mask[i] = 1
		}
		l = NewLayer[float32](s)
		masked.loss(l)
		l.Backward(masked.w, masked.in, masked.out, masked.dout, masked.d)
		same(t, "Y", masked.out.Y, plain.out.Y)
		for i, p := range plain.parts() {
			same(t, p.name, masked.parts()[i].d, p.d)
		}
		for i := range masked.in.Mask {
			masked.in.Mask[i] = float32(i % 3)
		}
		pool := NewPool(3)
		defer pool.Close()
		masked.loss(l)
		l.Backward(masked.w, masked.in, masked.out, masked.dout, masked.d)
		again := *masked
		again.d = newSequence[float32](s, true, 3).d
		s.Pool = pool
		l = NewLayer[float32](s)
		again.loss(l)
		l.Backward(again.w, again.in, again.out, again.dout, again.d)
		for i, p := range masked.parts() {
			same(t, p.name, again.parts()[i].d, p.d)
		}
	}
}

// A layer with layer norm gives the same bits on any number of threads, step by step and without Train, and takes the memory that is
// counted.
func TestNormedLayer(t *testing.T) {
	for _, c := range []Cell{Elman, LSTM, GRU} {
		s := Spec{Cell: c, Nonlinearity: Tanh, T: 9, B: 70, I: 60, H: 65, Train: true, Norm: true}
		q := newSequence[float32](s, true, 4)
		l := NewLayer[float32](s)
		q.loss(l)
		l.Backward(q.w, q.in, q.out, q.dout, q.d)
		pool := NewPool(3)
		s.Pool = pool
		again := newSequence[float32](s, true, 4)
		l = NewLayer[float32](s)
		again.loss(l)
		l.Backward(again.w, again.in, again.out, again.dout, again.d)
		pool.Close()
		for i, p := range q.parts() {
			same(t, p.name, again.parts()[i].d, p.d)
		}
		s.Train, s.Pool = false, nil
		bare := newSequence[float32](s, true, 4)
		bare.loss(NewLayer[float32](s))
		same(t, "Y without Train", bare.out.Y, q.out.Y)
		same(t, "CN without Train", bare.out.CN, q.out.CN)

		step := NewStepper(c, Tanh, s.I, s.H, q.w)
		row := 3
		h := append([]float32(nil), q.in.H0[row*s.H:][:s.H]...)
		var state []float32
		if c == LSTM {
			state = append(state, q.in.C0[row*s.H:][:s.H]...)
		}
		for i := range q.in.Lengths[row] {
			step.Step(q.in.X[(i*s.B+row)*s.I:][:s.I], h, state)
		}
		for j, v := range h {
			if d := v - q.out.HN[row*s.H+j]; d > 1e-5 || d < -1e-5 {
				t.Fatalf("%v: step by step unit %d is %v, want %v", c, j, v, q.out.HN[row*s.H+j])
			}
		}
	}
}
