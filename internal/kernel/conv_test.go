package kernel

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// convolution is a whole problem: a layer with all it reads and a random linear loss Σ y·dy.
type convolution[F Float] struct {
	spec     ConvSpec
	w, d     ConvWeights[F]
	x, y, dy []F
	dx       []F
	lengths  []int
}

func newConvolution[F Float](s ConvSpec, ragged bool, seed uint64) *convolution[F] {
	r := rand.New(rand.NewPCG(seed, 7))
	n, steps := s.Out*s.C*s.Width, s.Steps(s.T)*s.B*s.Out
	q := &convolution[F]{spec: s}
	q.w = ConvWeights[F]{Weight: random[F](r, n, 1/math.Sqrt(float64(s.C*s.Width))), Bias: random[F](r, s.Out, .5), Gain: random[F](r, s.Out, 1), Shift: random[F](r, s.Out, .5)}
	q.d = ConvWeights[F]{Weight: make([]F, n), Bias: make([]F, s.Out), Gain: make([]F, s.Out), Shift: make([]F, s.Out)}
	q.x, q.dy = random[F](r, s.T*s.B*s.C, 1), random[F](r, steps, 1)
	q.y, q.dx = make([]F, steps), make([]F, len(q.x))
	if ragged {
		q.lengths = make([]int, s.B)
		for i := range q.lengths {
			q.lengths[i] = r.IntN(s.T + 1)
		}
	}
	return q
}

func (q *convolution[F]) run(l *Conv[F]) {
	l.Forward(q.w, q.x, q.lengths, q.y)
	l.Backward(q.w, q.x, q.lengths, q.y, q.dy, q.dx, q.d)
}

func (q *convolution[F]) parts() []part[F] {
	all := []part[F]{{"x", q.x, q.dx}, {"weight", q.w.Weight, q.d.Weight}, {"bias", q.w.Bias, q.d.Bias}}
	if q.spec.Norm != NoNorm {
		all = append(all, part[F]{"gain", q.w.Gain, q.d.Gain}, part[F]{"shift", q.w.Shift, q.d.Shift})
	}
	return all
}

// reference is the layer written as its equations, forward, in float64.
func (q *convolution[F]) reference() []float64 {
	s := q.spec
	y, all := make([]float64, len(q.y)), make([][][]float64, s.B)
	steps := func(b int) int {
		if q.lengths != nil {
			return q.lengths[b]
		}
		return s.T
	}
	for b := range s.B {
		n := steps(b)
		for t := range s.Convolved(n) {
			row := make([]float64, s.Out)
			for o := range row {
				row[o] = float64(q.w.Bias[o])
				for k := range s.Width {
					from := s.From(t, k)
					for c := 0; c < s.C && from >= 0 && from < n; c++ {
						row[o] += float64(q.x[(from*s.B+b)*s.C+c]) * float64(q.w.Weight[(o*s.C+c)*s.Width+k])
					}
				}
			}
			all[b] = append(all[b], row)
		}
	}
	q.normalised(all)
	for b, rows := range all {
		for _, row := range rows {
			q.activated(row)
		}
		for t := range s.Steps(steps(b)) {
			copy(y[(t*s.B+b)*s.Out:], pooled(s, rows, t))
		}
	}
	return y
}

// normalised is the norm of the sums of all rows, in place.
func (q *convolution[F]) normalised(all [][][]float64) {
	var groups [][]*float64
	of := func(rows [][]float64, o int) (g []*float64) {
		for _, row := range rows {
			g = append(g, &row[o])
		}
		return g
	}
	for o := range q.spec.Out {
		if rows := slices.Concat(all...); q.spec.Norm == BatchNormed {
			groups = append(groups, of(rows, o))
		}
	}
	for _, row := range slices.Concat(all...) {
		if q.spec.Norm == LayerNorm {
			var g []*float64
			for o := range row {
				g = append(g, &row[o])
			}
			groups = append(groups, g)
		}
	}
	for _, g := range groups {
		mean, squares, n := 0.0, 0.0, float64(len(g))
		for _, v := range g {
			mean += *v / n
		}
		for _, v := range g {
			squares += (*v - mean) * (*v - mean) / n
		}
		for _, v := range g {
			*v = (*v - mean) / math.Sqrt(squares+1e-5)
		}
	}
	for _, row := range slices.Concat(all...) {
		for o := range row {
			if q.spec.Norm != NoNorm {
				row[o] = row[o]*float64(q.w.Gain[o]) + float64(q.w.Shift[o])
			}
		}
	}
}

// activated is the activation of one step, in place.
func (q *convolution[F]) activated(row []float64) {
	for o, v := range row {
		if row[o] = act(q.spec.Activation, v); q.spec.Activation == GELU {
			row[o] = v * (1 + math.Erf(v/math.Sqrt2)) / 2
		}
	}
}

func pooled(s ConvSpec, rows [][]float64, t int) []float64 {
	if s.Pooling == NoPooling {
		return rows[t]
	}
	out := append([]float64(nil), rows[t*s.PoolStride]...)
	for k := 1; k < s.PoolWidth; k++ {
		for o, v := range rows[t*s.PoolStride+k] {
			if s.Pooling == MaxPooling {
				out[o] = max(out[o], v)
			} else {
				out[o] += v
			}
		}
	}
	for o := range out {
		if s.Pooling == MeanPooling {
			out[o] /= float64(s.PoolWidth)
		}
	}
	return out
}

// convSpecs are small shapes of all kinds.
func convSpecs() (all []ConvSpec) {
	r := rand.New(rand.NewPCG(1, 1))
	for width := 1; width <= 9; width++ {
		for _, stride := range []int{1, 2, 3} {
			for _, dilation := range []int{1, 2, 3} {
				for p := Valid; p <= Causal; p++ {
					s := ConvSpec{T: 20 + (width-1)*dilation, B: 1 + r.IntN(4), C: 1 + r.IntN(4), Out: 1 + r.IntN(5), Width: width, Stride: stride, Dilation: dilation,
						Padding: p, Norm: Norm(r.IntN(3)), Activation: Activation(r.IntN(5)), Pooling: Pooling(r.IntN(3)), PoolWidth: 1 + r.IntN(3), PoolStride: 1 + r.IntN(3), Train: true}
					if s.Norm == LayerNorm && s.Out < 6 { // few channels that come close to each other have slopes beyond what differences show
						s.Out = 6
					}
					if s.Norm == BatchNormed && s.B < 3 { // nor have few steps
						s.B = 3
					}
					all = append(all, s)
				}
			}
		}
	}
	return all
}

func (s ConvSpec) name() string {
	s.Pool = nil
	return fmt.Sprintf("%+v", s)
}

// TestConvReference: float64 and every float32 implementation against the equations, with and without what Backward keeps.
func TestConvReference(t *testing.T) {
	for i, s := range convSpecs() {
		for _, ragged := range []bool{false, true} {
			q := newConvolution[float64](s, ragged, uint64(i))
			want := q.reference()
			for _, training := range []bool{true, s.Norm == BatchNormed} {
				s.Train = training
				l := NewConv[float64](s)
				for range 2 { // the second time over what the first left
					clear(q.y)
					l.Forward(q.w, q.x, q.lengths, q.y)
					for j, v := range q.y {
						if !(math.Abs(v-want[j]) <= 1e-12*(1+math.Abs(want[j]))) {
							t.Fatalf("%s ragged=%t: y[%d] is %g, want %g", s.name(), ragged, j, v, want[j])
						}
					}
				}
			}
		}
	}
}

func TestConvGradient(t *testing.T) {
	for i, s := range convSpecs() {
		if i%3 != 0 && testing.Short() {
			continue
		}
		for _, ragged := range []bool{false, true} {
			t.Run(fmt.Sprintf("%d_%s_ragged=%t", i, s.name(), ragged), func(t *testing.T) {
				q := newConvolution[float64](s, ragged, uint64(i))
				l := NewConv[float64](s)
				q.run(NewConv[float64](s))
				q.run(l)
				q.run(l)
				checkGradient(t, func() float64 {
					l.Forward(q.w, q.x, q.lengths, q.y)
					return dot(q.y, q.dy)
				}, q.parts())
			})
		}
	}
}

// TestConvFloat32: every implementation against float64, at every end of a vector and a panel.
func TestConvFloat32(t *testing.T) {
	check := func(t *testing.T, s ConvSpec, ragged bool) {
		t.Helper()
		q, r := newConvolution[float32](s, ragged, 3), newConvolution[float64](s, ragged, 3)
		q.run(NewConv[float32](s))
		r.run(NewConv[float64](s))
		checkClose(t, s.name()+" y", q.y, r.y)
		want := r.parts()
		for i, p := range q.parts() {
			if p.name == "bias" && s.Norm == BatchNormed { // nothing but what rounding leaves: the norm takes it away
				continue
			}
			checkClose(t, s.name()+" gradient by "+p.name, p.d, want[i].d)
		}
	}
	each(t, func(t *testing.T, o *ops[float32]) {
		s := ConvSpec{T: 19, B: 3, C: 2, Out: 6, Width: 3, Stride: 1, Dilation: 1, Padding: Same, Norm: LayerNorm, Activation: Tanh, Train: true}
		for _, n := range []int{3, 7, 8, 15, 16, 17, 31, 33, 63, 64, 65, 129} {
			q := s
			q.Out = n
			check(t, q, true)
			q.Out, q.C = 5, n
			check(t, q, false)
			q.Stride, q.Width = 2, 5
			check(t, q, true)
			q.Dilation, q.Pooling, q.PoolWidth, q.PoolStride = 2, MeanPooling, 2, 2
			check(t, q, true)
			q.Norm, q.Activation = BatchNormed, GELU
			check(t, q, true)
			q.Pooling, q.Activation = NoPooling, Tanh
			check(t, q, true)
		}
		s.T, s.B, s.Activation, s.Norm = 700, 2, Sigmoid, NoNorm // more rows than one call makes
		check(t, s, true)
		s.T, s.B, s.Stride, s.Width = 9000, 1, 2, 1
		check(t, s, false)
	})
}

// TestNorm: every implementation at every end of a vector, between guards; without hat it stands in the place of x.
func TestNorm(t *testing.T) {
	each(t, func(t *testing.T, o *ops[float32]) {
		g := goOps[float32]()
		for _, rows := range []int{0, 1, 2, 5} {
			for _, n := range sizes() {
				if n == 0 {
					continue
				}
				b := newBuffers(rows, n)
				for range 3 {
					b.matrix(rows, n, n, b.normal) // x, hat, x without hat
				}
				b.matrix(1, rows, 0, b.unit) // rstd
				for range 4 {
					b.matrix(1, n, 0, b.normal) // gain, shift, and their gradients
				}
				b.matrix(rows, n, n, b.normal) // d
				for i, f := range []*ops[float32]{o, g} {
					x := [][][]float32{b.got, b.want}[i]
					f.norm(rows, n, x[2], x[4], x[5], nil, x[3])
					f.norm(rows, n, x[0], x[4], x[5], x[1], x[3])
					if n > 2 { // of fewer channels nothing is left but what rounding leaves
						f.normBack(rows, n, x[8], x[1], x[3], x[4], x[6], x[7])
					}
				}
				b.compare(t, fmt.Sprintf("norm of %d by %d", rows, n), 1e-5)
			}
		}
	})
}

// TestConvAllocates: nothing after NewConv.
func TestConvAllocates(t *testing.T) {
	for _, norm := range []Norm{NoNorm, LayerNorm} {
		s := ConvSpec{T: 19, B: 3, C: 2, Out: 6, Width: 3, Stride: 1, Dilation: 1, Norm: norm, Activation: Tanh, Pooling: MaxPooling, PoolWidth: 2, PoolStride: 2, Train: true}
		q := newConvolution[float32](s, true, 3)
		l := NewConv[float32](s)
		for i := range q.lengths {
			q.lengths[i] = 19
		}
		if n := testing.AllocsPerRun(10, func() { q.run(l) }); n > 0 {
			t.Errorf("a run allocates %g times", n)
		}
	}
}

// TestConvThreads: the number of threads changes no bit.
func TestConvThreads(t *testing.T) {
	each(t, func(t *testing.T, o *ops[float32]) {
		s := ConvSpec{T: 60, B: 37, C: 12, Out: 20, Width: 5, Stride: 2, Dilation: 1, Padding: Same, Norm: LayerNorm, Activation: Tanh, Pooling: MaxPooling, PoolWidth: 2, PoolStride: 2, Train: true}
		if s.flops() < serialWork/2 {
			t.Fatalf("%s is too small to be shared", s.name())
		}
		bits := func(threads int, norm Norm) []float32 {
			s := s
			s.Pool, s.Norm = NewPool(threads), norm
			defer s.Pool.Close()
			q := newConvolution[float32](s, true, 3)
			q.w.Mean, q.w.Var = q.w.Shift, []float32{}
			for _, v := range q.w.Bias {
				q.w.Var = append(q.w.Var, 1+v*v)
			}
			q.run(NewConv[float32](s))
			all := clone(q.y)
			for _, p := range q.parts() {
				all = append(all, p.d...)
			}
			s.Train = false
			clear(q.y)
			NewConv[float32](s).Forward(q.w, q.x, q.lengths, q.y)
			return append(all, q.y...)
		}
		for _, norm := range []Norm{LayerNorm, BatchNormed} {
			want := bits(1, norm)
			for _, threads := range []int{2, 3, 8} {
				same(t, fmt.Sprintf("norm %d, %d threads", norm, threads), bits(threads, norm), want)
			}
		}
	})
}

// What lies past a row's steps is not read, and a NaN among them is not hidden.
func TestConvNaN(t *testing.T) {
	for _, pooling := range []Pooling{NoPooling, MaxPooling, MeanPooling} {
		for a := Identity; a <= GELU; a++ {
			s := ConvSpec{T: 9, B: 2, C: 2, Out: 3, Width: 3, Stride: 1, Dilation: 1, Padding: Same, Norm: Norm(a%2) * BatchNormed, Activation: a, Pooling: pooling, PoolWidth: 2, PoolStride: 2, Train: true}
			q := newConvolution[float64](s, false, 1)
			q.lengths = []int{5, 9}
			for t := 5; t < 9; t++ {
				q.x[t*2*2] = math.NaN()
			}
			q.run(NewConv[float64](s))
			for _, all := range [][]float64{q.y, q.dx, q.d.Weight} {
				if i := notFinite(all); i >= 0 {
					t.Fatalf("activation %v, pooling %d: value %d is NaN, from past the end", a, pooling, i)
				}
			}
			q.x[0] = math.NaN()
			q.run(NewConv[float64](s))
			if notFinite(q.y) < 0 {
				t.Errorf("activation %v, pooling %d: a NaN in x gives none in y", a, pooling)
			}
		}
	}
}

func notFinite(x []float64) int {
	for i, v := range x {
		if v-v != 0 {
			return i
		}
	}
	return -1
}

// TestConvSteps: Least is the least number of steps that leaves one.
func TestConvSteps(t *testing.T) {
	for _, s := range convSpecs() {
		n := s.Least()
		if s.Steps(n) != 1 || s.Steps(n-1) != 0 {
			t.Errorf("%s: %d steps give %d and one less %d, want 1 and 0", s.name(), n, s.Steps(n), s.Steps(n-1))
		}
	}
}

// goldenConv is one entry of testdata/conv.json, which testdata/conv.py made with PyTorch 2.15 in float64. Of every result
// it holds three sums over all elements.
type goldenConv struct {
	Width, Stride, Dilation      int
	Padding, Norm, Activation    string
	Pool                         []any
	Lengths, Shape               []int
	Y, Dx, Dw, Db, Dgain, Dshift []float64
	Mean, Var                    []float64 // the running moments, all of them
}

func wave(k float64, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = math.Sin(1.3*float64(i) + k + 0.1*float64(i%7))
	}
	return x
}

func sums(x []float64) []float64 {
	s := make([]float64, 3)
	for i, v := range x {
		s[0] += v * math.Sin(float64(i)+1)
		s[1] += v * math.Cos(2*float64(i)+1)
		s[2] += v * v
	}
	return s
}

func (g goldenConv) spec() ConvSpec {
	s := ConvSpec{T: 23, B: 3, C: 3, Out: 5, Width: g.Width, Stride: g.Stride, Dilation: g.Dilation, Train: true}
	s.Padding = map[string]Padding{"valid": Valid, "same": Same, "causal": Causal}[g.Padding]
	s.Norm = map[string]Norm{"none": NoNorm, "layer": LayerNorm, "batch": BatchNormed, "running": BatchNormed}[g.Norm]
	s.Activation = map[string]Activation{"identity": Identity, "relu": ReLU, "tanh": Tanh, "sigmoid": Sigmoid, "gelu": GELU}[g.Activation]
	if g.Pool != nil {
		s.Pooling = map[string]Pooling{"max": MaxPooling, "mean": MeanPooling}[g.Pool[0].(string)]
		s.PoolWidth, s.PoolStride = int(g.Pool[1].(float64)), int(g.Pool[2].(float64))
	}
	return s
}

func TestConvPyTorch(t *testing.T) {
	src, err := os.ReadFile("testdata/conv.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []goldenConv
	if err := json.Unmarshal(src, &all); err != nil {
		t.Fatal(err)
	}
	if len(all) < 280 {
		t.Fatalf("%d entries, want 280 or more", len(all))
	}
	for i, g := range all {
		s := g.spec()
		if g.Shape[0] != s.Steps(s.T) {
			t.Fatalf("case %d: %d steps, PyTorch has %d", i, s.Steps(s.T), g.Shape[0])
		}
		q := newConvolution[float64](s, false, 0)
		q.lengths, q.x = g.Lengths, wave(1, len(q.x))
		q.w = ConvWeights[float64]{Weight: wave(2, len(q.w.Weight)), Bias: wave(3, s.Out), Gain: wave(4, s.Out), Shift: wave(5, s.Out), Mean: wave(7, s.Out), Var: wave(8, s.Out)}
		Scale(0.5, q.w.Weight)
		for j, v := range q.w.Gain {
			q.w.Gain[j], q.w.Var[j] = 1+v/3, 1+q.w.Var[j]/2
		}
		q.dy = wave(6, len(q.dy))
		if g.Norm == "running" { // in predictions alone, which have no gradient
			s.Train = false
			NewConv[float64](s).Forward(q.w, q.x, q.lengths, q.y)
			g = goldenConv{Y: g.Y}
		} else {
			l := NewConv[float64](s)
			q.run(l)
			if g.Norm == "batch" {
				mean, variance := make([]float64, s.Out), []float64{1, 1, 1, 1, 1}
				l.Moments().Follow(0.1, mean, variance)
				if d := cmp.Diff([][]float64{g.Mean, g.Var}, [][]float64{mean, variance}, cmpopts.EquateApprox(1e-12, 1e-14)); d != "" {
					t.Errorf("case %d, %s: running moments %s", i, s.name(), d)
				}
			}
		}
		for _, p := range []struct {
			name string
			x    []float64
			want []float64
		}{{"y", q.y, g.Y}, {"dx", q.dx, g.Dx}, {"dw", q.d.Weight, g.Dw}, {"db", q.d.Bias, g.Db}, {"dgain", q.d.Gain, g.Dgain}, {"dshift", q.d.Shift, g.Dshift}} {
			for j, v := range p.want {
				if got := sums(p.x)[j]; !(math.Abs(got-v) <= 1e-10*(1+math.Abs(v))) {
					t.Errorf("case %d, %s: sum %d of %s is %.15g, PyTorch has %.15g", i, s.name(), j, p.name, got, v)
				}
			}
		}
	}
}
