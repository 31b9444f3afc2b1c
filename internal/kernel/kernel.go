// Package kernel holds the arithmetic of recurrent networks as loops over plain
// slices: whole sequences of Elman, LSTM and GRU cells forward and backward,
// the linear layer, losses, and the update of the optimiser.
//
// Shapes: B batch rows, T steps, I inputs, H hidden units, G gates of a cell.
// Sequences are time-major and row-major, [T,B,I]. Weights have PyTorch's
// layouts and gate order: LSTM i,f,g,o [1]; GRU r,z,n in the form in which the
// reset gate acts on the product with the state [2]; Elman one block [3].
//
//	elman  h = f(W_ih x + b_ih + W_hh h + b_hh)
//	lstm   i,f,o = σ(W x + b + W' h + b'), g = tanh(…)
//	       c = f⊙c + i⊙g, h = o⊙tanh(c)
//	gru    r,z = σ(W x + b + W' h + b'), n = tanh(W x + b + r⊙(W' h + b'))
//	       h = (1-z)⊙n + z⊙h
//
// A wrong length of a slice is a fault of the program and panics with the name
// of the slice; no function here returns an error.
//
// [1] Hochreiter & Schmidhuber, Long short-term memory, 1997; Gers et al. 2000.
// [2] Cho et al., Learning phrase representations using RNN encoder-decoder, 2014.
// [3] Elman, Finding structure in time, 1990.
package kernel

import "fmt"

// Float is the type of every value: float32 is the fast one.
type Float interface{ float32 | float64 }

// Cell names a recurrent cell.
type Cell uint8

// The cells.
const (
	Elman Cell = iota
	LSTM
	GRU
)

// Gates is the number of blocks of H rows in a weight matrix of the cell.
func (c Cell) Gates() int {
	switch c {
	case LSTM:
		return 4
	case GRU:
		return 3
	}
	return 1
}

func (c Cell) String() string {
	switch c {
	case Elman:
		return "elman"
	case LSTM:
		return "lstm"
	case GRU:
		return "gru"
	}
	return fmt.Sprintf("cell(%d)", uint8(c))
}

// Activation names a function applied to every element.
type Activation uint8

// The activations.
const (
	Identity Activation = iota
	Tanh
	Sigmoid
	ReLU
	GELU // of convolutions alone
)

func (a Activation) String() string {
	switch a {
	case Identity:
		return "identity"
	case Tanh:
		return "tanh"
	case Sigmoid:
		return "sigmoid"
	case ReLU:
		return "relu"
	case GELU:
		return "gelu"
	}
	return fmt.Sprintf("activation(%d)", uint8(a))
}

// Spec fixes the shape and the mode of a Layer.
type Spec struct {
	Cell         Cell
	Nonlinearity Activation // of the Elman cell; the others have their own
	T, B, I, H   int
	Reverse      bool  // run from the last real step of each row to its first
	Train        bool  // keep what Backward needs
	Norm         bool  // layer norm in the cell; see normed
	Masked       bool  // with Train: products read the state times Input.Mask
	Fixed        bool  // the weights never change: the first Forward alone reads them
	Pool         *Pool // nil: one thread
}

// Weights of one direction of one layer in PyTorch's layouts:
// IH [G·H,I], HH [G·H,H], BIH and BHH [G·H]. A nil bias is zero.
// The others are of a layer with Norm alone: GainX and GainH [G·H], and of LSTM GainC and ShiftC [H]; a nil gain is one.
type Weights[F Float] struct {
	IH, HH, BIH, BHH []F

	GainX, GainH, GainC, ShiftC []F
}

// Input of a sequence: X [T,B,I]; H0 and C0 [B,H], nil is zero; Lengths [B]
// real steps of each row, nil is T for all. C0 is read by LSTM alone. Mask
// [B,H], of a layer that is Masked, is what the state before every step is
// multiplied by where a product reads it, the first one included: recurrent
// dropout with one mask for all steps [4]. What a cell hands on past its
// products (z⊙h of GRU) is not masked.
//
// [4] Gal & Ghahramani, A theoretically grounded application of dropout in
// recurrent neural networks, 2016; recurrent_dropout of Keras, with one mask
// for all gates.
type Input[F Float] struct {
	X, H0, C0 []F
	Mask      []F
	Lengths   []int
}

// Output of a sequence, or the gradient of a loss by it: Y [T,B,H], zero at
// steps past a row's length; HN and CN [B,H], the state after the last step
// run (in reverse: after step 0). A nil slice is not written; a nil gradient is zero.
type Output[F Float] struct{ Y, HN, CN []F }

// Grads receives the gradient of a loss by everything Forward read. Slices are
// overwritten; nil ones are not wanted.
type Grads[F Float] struct {
	X, H0, C0 []F
	W         Weights[F]
}

func (s Spec) check() {
	if s.Cell > GRU || s.Nonlinearity > ReLU {
		panic(fmt.Sprintf("kernel: unknown cell %d or nonlinearity %d", s.Cell, s.Nonlinearity))
	}
	if s.T < 1 || s.B < 1 || s.I < 1 || s.H < 1 {
		panic(fmt.Sprintf("kernel: %v layer: T, B, I, H are %d, %d, %d, %d, want at least 1 each", s.Cell, s.T, s.B, s.I, s.H))
	}
}

// need panics unless x has n elements, or is nil where that is allowed.
func need[F Float](what string, x []F, n int, optional bool) {
	if len(x) == n || x == nil && optional {
		return
	}
	panic(fmt.Sprintf("kernel: %s has %d elements, want %d", what, len(x), n))
}

func (s Spec) checkWeights(what string, ih, hh, bih, bhh int, optional bool) {
	g := s.Cell.Gates() * s.H
	for _, p := range [...]struct {
		name      string
		got, want int
		optional  bool
	}{
		{"IH", ih, g * s.I, optional}, {"HH", hh, g * s.H, optional},
		{"BIH", bih, g, true}, {"BHH", bhh, g, true},
	} {
		if p.got != p.want && !(p.got == 0 && p.optional) {
			panic(fmt.Sprintf("kernel: %v layer: %s %s has %d elements, want %d", s.Cell, what, p.name, p.got, p.want))
		}
	}
}

func checkForward[F Float](s Spec, w Weights[F], in Input[F], out Output[F]) {
	s.checkWeights("weight", len(w.IH), len(w.HH), len(w.BIH), len(w.BHH), false)
	s.checkNormed("weight", len(w.GainX), len(w.GainH), len(w.GainC), len(w.ShiftC))
	need("input X", in.X, s.T*s.B*s.I, false)
	need("input H0", in.H0, s.B*s.H, true)
	need("input C0", in.C0, s.B*s.H, true)
	if need("mask", in.Mask, s.B*s.H, !s.Masked); s.Masked && !s.Train {
		panic("kernel: a masked layer without Spec.Train")
	}
	need("output Y", out.Y, s.T*s.B*s.H, true)
	need("output HN", out.HN, s.B*s.H, true)
	need("output CN", out.CN, s.B*s.H, true)
	if in.Lengths == nil {
		return
	}
	if len(in.Lengths) != s.B {
		panic(fmt.Sprintf("kernel: %d lengths, want %d", len(in.Lengths), s.B))
	}
	for b, n := range in.Lengths {
		if n < 0 || n > s.T {
			panic(fmt.Sprintf("kernel: length of row %d is %d, want 0 to %d", b, n, s.T))
		}
	}
}

func checkBackward[F Float](s Spec, dout Output[F], g Grads[F]) {
	if !s.Train {
		panic("kernel: Backward of a layer without Spec.Train")
	}
	s.checkWeights("gradient", len(g.W.IH), len(g.W.HH), len(g.W.BIH), len(g.W.BHH), true)
	s.checkNormed("gradient", len(g.W.GainX), len(g.W.GainH), len(g.W.GainC), len(g.W.ShiftC))
	need("gradient of Y", dout.Y, s.T*s.B*s.H, true)
	need("gradient of HN", dout.HN, s.B*s.H, true)
	need("gradient of CN", dout.CN, s.B*s.H, true)
	need("gradient of X", g.X, s.T*s.B*s.I, true)
	need("gradient of H0", g.H0, s.B*s.H, true)
	need("gradient of C0", g.C0, s.B*s.H, true)
}
