package kernel

import "fmt"

// Padding names what a convolution does at the ends of a sequence.
type Padding uint8

// The paddings. With r = (width-1)·dilation, step t of the result reads the
// steps from t·stride on to t·stride+r (Valid), the same moved back by ⌊r/2⌋
// (Same) or by r (Causal). What lies outside of a row's real steps is zero;
// Valid never looks there.
const (
	Valid Padding = iota
	Same
	Causal
)

func (p Padding) String() string {
	switch p {
	case Valid:
		return "valid"
	case Same:
		return "same"
	case Causal:
		return "causal"
	}
	return fmt.Sprintf("padding(%d)", uint8(p))
}

// Norm names a normalisation.
type Norm uint8

// The norms. LayerNorm makes mean 0 and variance 1 of the channels of every
// step, then multiplies by a gain and adds a shift for each channel [1].
// BatchNormed does so with the mean and variance of each channel over the real steps
// of all rows, see BatchNorm; with Train they are those of the batch, without
// it those that are given.
//
// [1] Ba, Kiros & Hinton, Layer normalization, 2016; PyTorch's eps of 1e-5.
const (
	NoNorm Norm = iota
	LayerNorm
	BatchNormed
)

// Pooling names how a few steps become one.
type Pooling uint8

// The poolings, as in PyTorch: the greatest or the mean of PoolWidth steps in
// each channel, every PoolStride steps, where all of them are there.
const (
	NoPooling Pooling = iota
	MaxPooling
	MeanPooling
)

// ConvSpec fixes the shape and the mode of a Conv.
type ConvSpec struct {
	T, B, C, Out            int // steps, rows, channels in and out
	Width, Stride, Dilation int
	Padding                 Padding
	Norm                    Norm
	Activation              Activation
	Pooling                 Pooling
	PoolWidth, PoolStride   int   // with Pooling
	Train                   bool  // keep what Backward needs
	Fixed                   bool  // the weights never change: the first Forward alone reads them
	Pool                    *Pool // nil: one thread
}

// ConvWeights are the weights of a Conv in PyTorch's layouts: Weight
// [Out,C,Width], Bias [Out]; Gain and Shift [Out] with a norm. Mean and Var
// [Out] are the running moments of BatchNormed, which layers without Train read.
type ConvWeights[F Float] struct{ Weight, Bias, Gain, Shift, Mean, Var []F }

// reach is how many steps lie between the first and the last that one result reads.
func (s ConvSpec) reach() int { return (s.Width - 1) * s.Dilation }

// left is how many zeros lie before the first step.
func (s ConvSpec) left() int {
	switch s.Padding {
	case Same:
		return s.reach() / 2
	case Causal:
		return s.reach()
	}
	return 0
}

// From is the step that tap k of result t reads; where there is none, zero is read.
func (s ConvSpec) From(t, k int) int { return t*s.Stride + k*s.Dilation - s.left() }

// Convolved is the number of steps that the convolution makes of n.
func (s ConvSpec) Convolved(n int) int {
	if s.Padding == Valid {
		n -= s.reach()
	}
	return max(0, n+s.Stride-1) / s.Stride
}

// Steps is the number of steps that the layer, pooling included, makes of n;
// 0 where too few go in.
func (s ConvSpec) Steps(n int) int {
	n = s.Convolved(n)
	switch {
	case s.Pooling == NoPooling:
		return n
	case n < s.PoolWidth:
		return 0
	}
	return (n-s.PoolWidth)/s.PoolStride + 1
}

// Least is the least number of steps of which the layer makes one.
func (s ConvSpec) Least() int {
	n := 1
	if s.Pooling != NoPooling {
		n = s.PoolWidth
	}
	n = (n-1)*s.Stride + 1
	if s.Padding == Valid {
		n += s.reach()
	}
	return n
}

// flops is about the number of operations of the forward pass.
func (s ConvSpec) flops() float64 {
	return 2 * float64(s.B) * float64(s.Convolved(s.T)) * float64(s.Width*s.C) * float64(s.Out)
}

func (s ConvSpec) check() {
	least := min(s.T, s.B, s.C, s.Out, s.Width, s.Stride, s.Dilation)
	if s.Pooling != NoPooling {
		least = min(least, s.PoolWidth, s.PoolStride)
	}
	if least < 1 || s.Padding > Causal || s.Norm > BatchNormed || s.Activation > GELU || s.Pooling > MeanPooling {
		panic(fmt.Sprintf("kernel: conv: sizes below 1 or an unknown word in %+v", s))
	}
	if s.Steps(s.T) < 1 {
		panic(fmt.Sprintf("kernel: conv: %d steps leave none, want at least %d", s.T, s.Least()))
	}
}

// Conv is one convolution over the steps of sequences, with what follows it:
// norm, activation, pooling. Every row of the batch goes through all of it by
// itself, unless a norm is over the batch, in memory that stays in the caches: its steps are copied side by side
// with the zeros of the padding, so that width·C inputs of a result lie in one
// stretch and one product makes all results of the row. Rows are shared in
// chunks whose sums are added up in order, so results do not depend on the
// number of threads. A Conv owns its memory, allocates nothing after NewConv
// but the few words of a norm over the batch, and serves one goroutine at a time.
type Conv[F Float] struct {
	spec   ConvSpec
	ops    *ops[F]
	long   int // steps of a row in a room, padding included
	middle int // steps after the convolution
	front  int // rows of zeros before the gradient of a row
	rows   int // of a chunk

	flat  []F // the weight as [C·Width, Out]
	wt    []F // panels of [Width·C, Out]: step by step
	back  []F // panels for the gradient of x, one product after the other
	sum   []F // the gradient of the weight as [C·Width, Out]
	ready bool
	parts []convBack
	ones  [1]F          // a row of ones, for sums
	batch *convBatch[F] // what BatchNormed needs, else nil

	rooms []convRoom[F] // of the chunks; without Train of the threads
	dsum  [][]F         // of the chunks: gradients [Width·C + 3, Out]: weight, bias, gain, shift

	w       ConvWeights[F] // of the call that is running, as the next
	x, y    []F
	dy, dx  []F
	lengths []int

	forward, backward, reduce func(chunk, worker int)
}

// convRoom is the memory of a chunk: of all its rows where Backward needs it, else of one.
type convRoom[F Float] struct {
	x    []F // [rows, long, C] with padding
	z    []F // [middle, Out] sums
	hat  []F // [rows, middle, Out] normalised
	rstd []F // [rows, middle] what norm divided by, inverted
	pre  []F // [rows, middle, Out] what GELU reads
	act  []F // [rows, middle, Out] what is pooled
	d    []F // [front + …, Out] gradient of the sums of one row
	dx   []F // […, C] gradient of x of one row, with padding
}

// convBack is one product that makes a part of the gradient of x: every stride-th step from `from` on.
type convBack struct {
	from int   // first step, padding included
	row  int   // first row of the gradient of the sums
	taps []int // whose weights it multiplies
	at   int   // where they are in back
	add  bool
}

// convNormEps is PyTorch's.
const convNormEps = 1e-5

// NewConv makes a layer; it panics on sizes below 1 and where no step is left.
func NewConv[F Float](s ConvSpec) *Conv[F] {
	s.check()
	l := &Conv[F]{spec: s, ops: use[F](), middle: s.Convolved(s.T), ones: [1]F{1}}
	l.long = max(s.left()+s.T, (l.middle-1)*s.Stride+s.reach()+1)
	l.rows = s.B
	if s.flops() >= serialWork {
		l.rows = (s.B + 15) / 16
	}
	l.flat, l.wt = aligned[F](s.Width*s.C*s.Out), aligned[F](s.Width*s.C*s.Out)
	chunks := (s.B + l.rows - 1) / l.rows
	n := chunks
	if s.Train {
		l.planBack()
		l.back, l.sum = aligned[F](s.Width*s.C*s.Out), aligned[F](s.Width*s.C*s.Out)
		for range chunks {
			l.dsum = append(l.dsum, aligned[F]((s.Width*s.C+3)*s.Out))
		}
	} else {
		n = min(n, s.Pool.Threads())
	}
	for range n {
		l.rooms = append(l.rooms, l.newRoom())
	}
	l.forward, l.backward, l.reduce = l.forwardChunk, l.backwardChunk, l.reducePart
	if s.Norm == BatchNormed {
		l.batch = l.newBatch()
	}
	return l
}

func (l *Conv[F]) newRoom() (r convRoom[F]) {
	s, rows := l.spec, 1
	if s.Train {
		rows = l.rows
	}
	all := rows * l.middle * s.Out
	r.x, r.z = aligned[F](rows*l.long*s.C), aligned[F](l.middle*s.Out)
	if s.Pooling != NoPooling {
		r.act = aligned[F](all)
	}
	if s.Norm == LayerNorm {
		r.rstd = aligned[F](rows * l.middle)
	}
	if !s.Train {
		return r
	}
	if s.Norm == LayerNorm {
		r.hat = aligned[F](all)
	}
	if s.Activation == GELU {
		r.pre = aligned[F](all)
	}
	spread := (l.long + s.Stride - 1) / s.Stride
	r.d, r.dx = aligned[F]((l.front+max(spread, l.middle))*s.Out), aligned[F](spread*s.Stride*s.C)
	return r
}

// planBack lists the products of the gradient of x. Without dilation the steps
// that lie at the same place of a stride share one: each is the sum over the
// taps that meet them, times as many rows of the gradient of the sums, which
// lie in one stretch. With dilation every tap is a product of its own.
func (l *Conv[F]) planBack() {
	s, at := l.spec, 0
	if s.Dilation > 1 && s.Width > 1 {
		for k := range s.Width {
			l.parts = append(l.parts, convBack{from: k * s.Dilation, taps: []int{k}, at: k * s.Out * s.C, add: true})
		}
		return
	}
	l.front = (s.Width+s.Stride-1)/s.Stride - 1
	for from := range min(s.Stride, s.Width) {
		p := convBack{from: from, at: at}
		for k := from; k < s.Width; k += s.Stride {
			p.taps = append([]int{k}, p.taps...)
		}
		p.row = l.front + 1 - len(p.taps)
		at += len(p.taps) * s.Out * s.C
		l.parts = append(l.parts, p)
	}
}

// length is the number of real steps of row b.
func (l *Conv[F]) length(b int) int {
	if l.lengths == nil {
		return l.spec.T
	}
	return l.lengths[b]
}

// chunk is the first row of chunk i and how many it has.
func (l *Conv[F]) chunk(i int) (first, rows int) {
	first = i * l.rows
	return first, min(l.rows, l.spec.B-first)
}

func (l *Conv[F]) run(work float64, n int, f func(chunk, worker int)) {
	p := l.spec.Pool
	if work < serialWork {
		p = nil
	}
	p.Run(n, f)
}

func (l *Conv[F]) chunks() int { return (l.spec.B + l.rows - 1) / l.rows }

// checkWeights panics unless the weights, or their gradients, have their sizes.
func (l *Conv[F]) checkWeights(w ConvWeights[F], optional bool) {
	s := l.spec
	need("conv: weight or its gradient", w.Weight, s.Out*s.C*s.Width, optional)
	need("conv: bias or its gradient", w.Bias, s.Out, true)
	if s.Norm != NoNorm {
		need("conv: gain or its gradient", w.Gain, s.Out, optional)
		need("conv: shift or its gradient", w.Shift, s.Out, optional)
	}
	if s.Norm == BatchNormed && !s.Train {
		need("conv: running mean", w.Mean, s.Out, false)
		need("conv: running variance", w.Var, s.Out, false)
	}
}

func (l *Conv[F]) checkLengths(lengths []int) {
	if lengths == nil {
		return
	}
	if len(lengths) != l.spec.B {
		panic(fmt.Sprintf("kernel: conv: %d lengths, want %d", len(lengths), l.spec.B))
	}
	for b, n := range lengths {
		if n < 0 || n > l.spec.T {
			panic(fmt.Sprintf("kernel: conv: length of row %d is %d, want 0 to %d", b, n, l.spec.T))
		}
	}
}
