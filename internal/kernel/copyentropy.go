package kernel

import (
	"fmt"
	"math"
	"unsafe"
)

// CopyEntropySpec fixes the shape and the mode of a CopyEntropy: T steps of B rows of H features against V symbols and S
// positions of a source.
type CopyEntropySpec struct {
	T, B, S, H, V int
	Smoothing     float64 // ε, as of CrossEntropy, over the V symbols alone
	Train         bool    // gradients are wanted
	Pool          *Pool   // nil: one thread
}

// CopyEntropyInput is what the loss reads: features X [T,B,H], weights W [V,H] and B [V] (nil is zero); Gate [T,B], before the
// sigmoid; Attention [T,B,S], chances of the positions of the source; Copied [S,B], the symbol that a position holds: one of the V, from V on
// one that the row's source alone has, or a negative number where nothing may be copied. Targets [T·B] are such symbols too; one from V on must be
// in its row's source. Mask [T·B] weighs the rows, nil is 1; the target of weight 0 may be anything.
type CopyEntropyInput[F Float] struct {
	X, W, B         []F
	Gate, Attention []F
	Copied, Targets []int
	Mask            []F
}

// CopyEntropyOutput receives, where not nil, the gradients of the loss, which need Train, and the logarithm of the chance of each
// target [T·B], without smoothing and weights; 0 in rows of weight 0.
type CopyEntropyOutput[F Float] struct{ DX, DW, DB, DGate, DAttention, LogP []F }

// CopyEntropy is the loss of a head that says a symbol of its own or copies one from the source [1]:
//
//	g = σ(gate), v = softmax(W·x + b)_y (0 from V on), u = Σ_{j: copied_j = y} attention_j
//	P = g·v + (1-g)·u
//	L = Σ c_i·(-(1-ε)·log P_i - ε/V·Σ_k log softmax_ik) / Σ c_i
//
// so that smoothing pulls on the head's own softmax and leaves gate and attention alone. With the head's share of P, s = g·v/P,
//
//	∂L_i/∂logit_k = ((1-ε)·s + ε)·softmax_k - (1-ε)·s·[k = y] - ε/V
//	∂L_i/∂gate = (1-ε)·(g - s), ∂L_i/∂attention_j = -(1-ε)·(1-s)/u·[copied_j = y]
//
// P is worked out by logarithms, so that neither a closed gate nor an impossible symbol makes an infinite loss of it.
// Where the source has the symbol, u counts as copyLeast at least, in its gradient too: attention
// that has become nothing, of which no logarithm is left, is a large loss and a large, finite gradient.
//
// It is CrossEntropy with another end of a row, and what is said there of blocks, bits and memory holds here.
//
// [1] See, Liu & Manning, Get to the point: summarization with pointer-generator networks, 2017.
type CopyEntropy[F Float] struct {
	spec  CopyEntropySpec
	loss  *CrossEntropy[F]
	from  []int // [B,S] what is copied
	least float64
	in    CopyEntropyInput[F]
	out   CopyEntropyOutput[F]
}

// copyLeast is the least attention that counts: its inverse, times the weights of a loss, stays far inside the type.
func copyLeast[F Float]() float64 {
	if unsafe.Sizeof(F(0)) == 4 {
		return 1e-30
	}
	return 1e-290
}

// NewCopyEntropy makes a loss; it panics on sizes below 1.
func NewCopyEntropy[F Float](s CopyEntropySpec) *CopyEntropy[F] {
	return NewCopyEntropyOf(s, aligned[F])
}

// NewCopyEntropyOf is NewCopyEntropy with memory as NewCrossEntropyOf.
func NewCopyEntropyOf[F Float](s CopyEntropySpec, take func(n int) []F) *CopyEntropy[F] {
	if min(s.T, s.B, s.S) < 1 {
		panic(fmt.Sprintf("kernel: copy entropy: T, B, S are %d, %d, %d, want at least 1", s.T, s.B, s.S))
	}
	l := &CopyEntropy[F]{spec: s, loss: NewCrossEntropyOf(s.head(), take), from: make([]int, s.B*s.S), least: copyLeast[F]()}
	l.loss.copies, l.loss.shares = l, make([]F, l.loss.block)
	return l
}

// head is the loss over the symbols of its own.
func (s CopyEntropySpec) head() CrossEntropySpec {
	return CrossEntropySpec{N: s.T * s.B, H: s.H, V: s.V, Smoothing: s.Smoothing, Train: s.Train, Pool: s.Pool}
}

// CopyEntropyMemory is about how many bytes NewCopyEntropy takes on so many threads.
func CopyEntropyMemory[F Float](s CopyEntropySpec, threads int) int64 {
	block := planCrossEntropy[F](s.head()).block
	return CrossEntropyMemory[F](s.head(), threads) + 8*int64(s.B)*int64(s.S) + int64(unsafe.Sizeof(F(0)))*int64(block)
}

// Run returns the loss, 0 when no row counts, and writes out.
func (l *CopyEntropy[F]) Run(in CopyEntropyInput[F], out CopyEntropyOutput[F]) F {
	s := l.spec
	need("copy entropy: gate", in.Gate, s.T*s.B, false)
	need("copy entropy: attention", in.Attention, s.T*s.B*s.S, false)
	need("copy entropy: gradient of the gate", out.DGate, s.T*s.B, true)
	need("copy entropy: gradient of the attention", out.DAttention, s.T*s.B*s.S, true)
	if len(in.Copied) != s.S*s.B {
		panic(fmt.Sprintf("kernel: copy entropy: %d symbols of sources, want %d", len(in.Copied), s.S*s.B))
	}
	for i, k := range in.Copied {
		l.from[i%s.B*s.S+i/s.B] = k
	}
	clear(out.DGate)
	clear(out.DAttention)
	l.in, l.out = in, out
	loss := l.loss.Run(CrossEntropyInput[F]{X: in.X, W: in.W, B: in.B, Targets: in.Targets, Mask: in.Mask},
		CrossEntropyOutput[F]{DX: out.DX, DW: out.DW, DB: out.DB, LogP: out.LogP})
	l.in, l.out = CopyEntropyInput[F]{}, CopyEntropyOutput[F]{}
	return loss
}

// join finds, for a row and its target, log P and the head's share of P, given log v. weight is that of the row, (1-ε)·c.
func (l *CopyEntropy[F]) join(row, target int, logV, weight float64) (logP, share float64) {
	gate := float64(l.in.Gate[row])
	open, shut := -softplus(-gate), -softplus(gate) // log g, log(1-g)
	from := l.from[row%l.spec.B*l.spec.S:][:l.spec.S]
	u, there := 0.0, false
	for j, a := range l.in.Attention[row*l.spec.S:][:l.spec.S] {
		if from[j] == target {
			u, there = u+float64(a), true
		}
	}
	if !there && target >= l.spec.V {
		panic(fmt.Sprintf("kernel: copy entropy: target of row %d is %d, which its source does not hold, want 0 to %d, or one of the source", row, target, l.spec.V-1))
	}
	u = max(u, l.least)
	own, copied := open+logV, shut+math.Log(u)
	logP, share = own, 1
	if there {
		logP = max(own, copied) + math.Log1p(math.Exp(-math.Abs(own-copied)))
		share = math.Exp(own - logP)
	}
	if l.out.DGate != nil {
		l.out.DGate[row] = F(weight * (math.Exp(open) - share))
	}
	if l.out.DAttention != nil && there {
		d := F(-weight * math.Exp(copied-logP) / u)
		to := l.out.DAttention[row*l.spec.S:][:l.spec.S]
		for j, k := range from {
			if k == target {
				to[j] = d
			}
		}
	}
	return logP, share
}

// softplus is log(1 + e^x).
func softplus(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }
