package kernel

import (
	"fmt"
	"math"
	"unsafe"
)

// CrossEntropySpec fixes the shape and the mode of a CrossEntropy: N rows of H
// features against V classes.
type CrossEntropySpec struct {
	N, H, V   int
	Smoothing float64 // ε: of the truth's weight so much is shared by all classes
	Train     bool    // keep what gradients need
	Pool      *Pool   // nil: one thread
}

// CrossEntropyInput is what a loss reads: features X [N,H], weights W [V,H] and
// B [V] (nil is zero), the class of each row, a weight of each row (nil is 1) and of each class (nil is 1). The
// target of a row of weight 0 may be anything.
type CrossEntropyInput[F Float] struct {
	X, W, B []F
	Targets []int
	Mask    []F
	Classes []F
}

// CrossEntropyOutput receives, where not nil, the gradients of the loss, which
// need Train, and the logarithm of the chance of each row's target, without
// smoothing and weights; 0 in rows of weight 0.
type CrossEntropyOutput[F Float] struct{ DX, DW, DB, LogP []F }

// CrossEntropy is the softmax cross-entropy over logits that it makes itself:
//
//	p_i = softmax(W·x_i + b), q_ik = (1-ε)·[k = y_i] + ε/V, c_i = mask_i·w[y_i]
//	L = Σ c_i·(-Σ_k q_ik·log p_ik) / Σ c_i
//
// the smoothing of Szegedy et al., Rethinking the inception architecture, 2016.
// Loss and gradients come out of one pass over blocks of rows, so that never
// more than a block's logits are there. They are held transposed, [V,rows]: then
// W and X are read as they lie, and a softmax goes down its columns, which are
// vectors. Every class is in one chunk of classes whose exponentials are taken
// against the chunk's own greatest logit, at once, and put right later by one
// factor a chunk and row. Sums run in an order that depends on the shape alone,
// so the bits are those of one thread, and a row's are its own. A CrossEntropy
// owns its memory, allocates nothing after NewCrossEntropy and serves one goroutine at a time.
type CrossEntropy[F Float] struct {
	spec     CrossEntropySpec
	ops      *ops[F]
	chunk    int // classes of a task
	chunks   int
	segments int // runs of chunks, of which each makes a part of the gradient by X
	group    int // rows of a task
	block    int // rows of a block
	ld       int // the stride of what follows: no multiple of a page's part, whose lines would share few places of a cache

	z    []F // [V,block], without Train [threads][chunk,group]: logits, their exponentials, their gradients
	xt   []F // the block's features transposed, in panels
	x    []F // [block,H] features of the rows that count, when some do not
	dx   []F // [segments,block,H] parts of the gradient by them
	none []F // zeros, the bias that is not there

	most, sum, share []F       // [chunks,block] greatest logit, sum of exponentials, sum of logits of a chunk
	top, dump        []F       // [block] greatest logit of a row; a sum that nobody reads
	total            []float64 // [block] sum of exponentials of a row, then its loss
	own              []F       // [block] the target's logit
	weight, even     []F       // [block] c_i/Σc, and times ε/V
	targets          []int
	dsum             []F // [groups,V] sums of the gradients of a group

	copies *CopyEntropy[F] // when not nil, where symbols may come from beside the classes
	shares []F             // [block] of it: (1-ε)·c_i/Σc times the part of a target's chance that the classes have

	rows  []int // those that count
	first int   // of the block among them, and how many
	n     int
	acc   bool // a block went before this one
	dense bool // all rows count
	loss  float64
	scale float64
	in    CrossEntropyInput[F]
	out   CrossEntropyOutput[F]

	all, turn, logits, join, shade, gradients, sumX func(task, worker int)
}

// Sizes of tasks: classes and rows that share what they read in the second cache, and a block's logits in the third.
const (
	lossClasses = 128
	lossSegment = 4
	lossBlock   = 1 << 21
)

// NewCrossEntropy makes a loss; it panics on sizes below 1.
func NewCrossEntropy[F Float](s CrossEntropySpec) *CrossEntropy[F] {
	return NewCrossEntropyOf(s, aligned[F])
}

// NewCrossEntropyOf is NewCrossEntropy whose largest parts are given by take, so many numbers that hold anything; they hold nothing from one
// Run to the next.
func NewCrossEntropyOf[F Float](s CrossEntropySpec, take func(n int) []F) *CrossEntropy[F] {
	if min(s.N, s.H, s.V) < 1 || !(s.Smoothing >= 0 && s.Smoothing <= 1) {
		panic(fmt.Sprintf("kernel: cross-entropy: N, H, V, smoothing are %d, %d, %d, %g, want at least 1, and 0 to 1", s.N, s.H, s.V, s.Smoothing))
	}
	l := planCrossEntropy[F](s)
	all, groups := l.ld*l.chunks, l.block/l.group
	l.xt = aligned[F](l.block * s.H)
	l.x = aligned[F](l.block * s.H)
	l.none = make([]F, max(l.chunk, l.chunks))
	l.most, l.sum, l.share = aligned[F](all), aligned[F](all), aligned[F](all)
	l.top, l.dump, l.own = aligned[F](l.block), aligned[F](l.block), aligned[F](l.block)
	l.weight, l.even, l.total = aligned[F](l.block), aligned[F](l.block), make([]float64, l.block)
	l.rows, l.targets = make([]int, 0, s.N), make([]int, l.block)
	if s.Train {
		l.z, l.dx, l.dsum = take(s.V*l.ld), take(l.segments*l.block*s.H), aligned[F](groups*l.chunks*l.chunk)
	} else {
		l.z = aligned[F](s.Pool.Threads() * l.chunk * l.group)
	}
	l.all, l.turn, l.logits, l.join, l.shade, l.gradients, l.sumX = l.groupTask, l.turnGroup, l.logitsTask, l.joinGroup, l.shadeTask, l.gradientTask, l.sumTask
	return l
}

// planCrossEntropy settles the sizes of tasks, without memory.
func planCrossEntropy[F Float](s CrossEntropySpec) *CrossEntropy[F] {
	l := &CrossEntropy[F]{spec: s, ops: use[F]()}
	l.chunks = (s.V + lossClasses - 1) / lossClasses
	l.chunk = roundUp((s.V+l.chunks-1)/l.chunks, 4)
	l.chunks = (s.V + l.chunk - 1) / l.chunk
	l.segments = min(max(1, l.chunks/lossSegment), 8)
	l.group = min(2*l.ops.cols, roundUp(s.N, l.ops.width))
	l.block = min(max(1, lossBlock/(s.V*l.group))*l.group, roundUp(s.N, l.group))
	l.ld = roundUp(l.block, 16) + 16
	return l
}

// CrossEntropyMemory is about how many bytes NewCrossEntropy takes on so many threads.
func CrossEntropyMemory[F Float](s CrossEntropySpec, threads int) int64 {
	l := planCrossEntropy[F](s)
	numbers := 2*l.block*s.H + 3*l.ld*l.chunks + 5*l.block
	if s.Train {
		numbers += s.V*l.ld + l.segments*l.block*s.H + l.block/l.group*l.chunks*l.chunk
	} else {
		numbers += max(1, threads) * l.chunk * l.group
	}
	return int64(unsafe.Sizeof(F(0)))*int64(numbers) + 8*int64(s.N+2*l.block)
}

// Run returns the loss, 0 when no row counts, and writes out.
func (l *CrossEntropy[F]) Run(in CrossEntropyInput[F], out CrossEntropyOutput[F]) F {
	l.check(in, out)
	l.in, l.out = in, out
	l.count()
	if len(l.rows) < l.spec.N {
		clear(out.DX)
		clear(out.LogP)
	}
	if len(l.rows) == 0 {
		clear(out.DW)
		clear(out.DB)
	}
	for l.first = 0; l.first < len(l.rows); l.first += l.block {
		l.n = min(l.block, len(l.rows)-l.first)
		l.acc = l.first > 0
		l.runBlock()
	}
	l.in, l.out = CrossEntropyInput[F]{}, CrossEntropyOutput[F]{}
	return F(l.loss)
}

// count finds the rows that count and the sum of their weights.
func (l *CrossEntropy[F]) count() {
	l.rows, l.loss, l.scale = l.rows[:0], 0, 0
	for i, y := range l.in.Targets {
		if l.in.Mask != nil && l.in.Mask[i] == 0 {
			continue
		}
		if y < 0 || y >= l.spec.V && l.copies == nil {
			panic(fmt.Sprintf("kernel: cross-entropy: target of row %d is %d, want 0 to %d", i, y, l.spec.V-1))
		}
		l.rows = append(l.rows, i)
		l.scale += float64(l.weightOf(i))
	}
	if l.scale != 0 {
		l.scale = 1 / l.scale
	}
	l.dense = len(l.rows) == l.spec.N
}

// weightOf is the weight of a row that counts.
func (l *CrossEntropy[F]) weightOf(i int) F {
	w := F(1)
	if l.in.Mask != nil {
		w = l.in.Mask[i]
	}
	if l.in.Classes != nil {
		w *= l.in.Classes[l.in.Targets[i]]
	}
	return w
}

func (l *CrossEntropy[F]) runBlock() {
	s := l.spec
	groups := (l.n + l.group - 1) / l.group
	work := 2 * float64(l.n) * float64(s.H) * float64(s.V)
	for i := range l.n {
		r := l.rows[l.first+i]
		c := float64(l.weightOf(r)) * l.scale
		l.targets[i], l.weight[i], l.even[i] = l.in.Targets[r], F(c), F(c*s.Smoothing/float64(s.V))
		if l.targets[i] >= s.V {
			l.own[i] = F(math.Inf(-1))
		}
	}
	weights := l.chunks * l.panels() // tasks
	if l.chunks == 1 {
		l.run(3*work, groups, l.all)
	} else {
		l.run(work, groups, l.turn)
		l.run(work, groups*l.chunks, l.logits)
		l.run(work, groups, l.join)
	}
	for _, v := range l.total[:l.n] {
		l.loss += v
	}
	if !l.wanted() {
		return
	}
	if l.chunks == 1 {
		l.run(work, weights, l.gradients)
	} else {
		l.run(work, groups*l.chunks, l.shade)
		l.run(2*work, weights+groups*l.segments, l.gradients)
	}
	if l.out.DX != nil && (l.segments > 1 || !l.dense) {
		l.run(work, groups, l.sumX)
	}
}

// wanted says whether any gradient is.
func (l *CrossEntropy[F]) wanted() bool { return l.out.DX != nil || l.out.DW != nil || l.out.DB != nil }

func (l *CrossEntropy[F]) run(work float64, n int, f func(task, worker int)) {
	p := l.spec.Pool
	if work < serialWork {
		p = nil
	}
	p.Run(n, f)
}

// panels is how many panels of columns the features have.
func (l *CrossEntropy[F]) panels() int { return (l.spec.H + l.ops.cols - 1) / l.ops.cols }

// features are those of the block's rows.
func (l *CrossEntropy[F]) features() []F {
	if l.dense {
		return l.in.X[l.first*l.spec.H:][:l.n*l.spec.H]
	}
	return l.x[:l.n*l.spec.H]
}

// check panics unless the slices have their sizes.
func (l *CrossEntropy[F]) check(in CrossEntropyInput[F], out CrossEntropyOutput[F]) {
	s := l.spec
	if len(in.Targets) != s.N {
		panic(fmt.Sprintf("kernel: cross-entropy: %d targets, want %d", len(in.Targets), s.N))
	}
	if !s.Train && (out.DX != nil || out.DW != nil || out.DB != nil) {
		panic("kernel: gradients of a cross-entropy without Train")
	}
	need("cross-entropy: X", in.X, s.N*s.H, false)
	need("cross-entropy: W", in.W, s.V*s.H, false)
	need("cross-entropy: B", in.B, s.V, true)
	need("cross-entropy: mask", in.Mask, s.N, true)
	need("cross-entropy: weights of classes", in.Classes, s.V, true)
	need("cross-entropy: gradient of X", out.DX, s.N*s.H, true)
	need("cross-entropy: gradient of W", out.DW, s.V*s.H, true)
	need("cross-entropy: gradient of B", out.DB, s.V, true)
	need("cross-entropy: logarithms", out.LogP, s.N, true)
}
