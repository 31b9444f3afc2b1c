package kernel

import (
	"fmt"
	"math"
)

// Moments are what a batch is like, channel by channel: the mean and the
// variance, divided by Count, of the real steps of all rows.
type Moments[F Float] struct {
	Mean, Var []F
	Count     int
}

// Follow moves running moments towards those of a batch as PyTorch does:
// r = (1-momentum)·r + momentum·batch, with the variance divided by Count-1. Of
// fewer than two steps, which have none, nothing is taken.
func (m Moments[F]) Follow(momentum float64, mean, variance []F) {
	need("batch norm: running mean", mean, len(m.Mean), false)
	need("batch norm: running variance", variance, len(m.Var), false)
	if m.Count < 2 {
		return
	}
	unbiased := float64(m.Count) / float64(m.Count-1)
	for j := range mean {
		mean[j] += F(momentum * (float64(m.Mean[j]) - float64(mean[j])))
		variance[j] += F(momentum * (unbiased*float64(m.Var[j]) - float64(variance[j])))
	}
}

// BatchNorm makes mean 0 and variance 1 of each channel over the real steps of
// all rows of a batch, then multiplies by a gain, adds a shift [1] and applies
// an activation: y = f((x - mean)/√(variance + 1e-5)·gain + shift). Steps past a row's
// length take no part and become zero. The steps are shared in chunks whose sums
// are added up in order, so results do not depend on the number of threads. A
// BatchNorm owns its memory and serves one goroutine at a time.
//
// [1] Ioffe & Szegedy, Batch normalization, 2015.
type BatchNorm[F Float] struct {
	act   Activation
	pool  *Pool
	ops   *ops[F]
	now   Moments[F]
	scale []F // gain·rstd
	rstd  []F // 1/√(variance + eps)
	slope []F // of the gradient: what is taken from it for each unit above the mean,
	level []F // and everywhere
	parts []batchPart[F]
}

// batchPart holds the sums of a chunk of steps.
type batchPart[F Float] struct{ a, b []F }

// batchParts is how many chunks the steps are cut into.
const batchParts = 16

// NewBatchNorm makes the norm of so many channels.
func NewBatchNorm[F Float](p *Pool, channels int, f Activation) *BatchNorm[F] {
	if channels < 1 || f > ReLU {
		panic("kernel: batch norm: no channels or an activation that it does not have")
	}
	l := &BatchNorm[F]{act: f, pool: p, ops: use[F](), rstd: make([]F, channels)}
	l.scale, l.slope, l.level = make([]F, channels), make([]F, channels), make([]F, channels)
	l.now = Moments[F]{Mean: make([]F, channels), Var: make([]F, channels)}
	for range batchParts {
		l.parts = append(l.parts, batchPart[F]{aligned[F](channels), aligned[F](channels)})
	}
	return l
}

// Moments are those of the last Forward; they hold until the next.
func (l *BatchNorm[F]) Moments() Moments[F] { return l.now }

// each calls f for every stretch of real steps, rows side by side, of every chunk.
func (l *BatchNorm[F]) each(s Steps[F], f func(part *batchPart[F], at, rows int)) {
	size := (s.T + batchParts - 1) / batchParts
	p := l.pool
	if 8*float64(len(s.X)) < serialWork {
		p = nil
	}
	p.Run((s.T+size-1)/size, func(i, _ int) {
		part := &l.parts[i]
		for t := i * size; t < min((i+1)*size, s.T); t++ {
			for b := 0; b < s.B; b++ {
				from := b
				for b < s.B && t < s.length(b) {
					b++
				}
				if b > from {
					f(part, (t*s.B+from)*s.H, b-from)
				}
			}
		}
	})
}

// sum adds up the chunks' sums over f, in order; a and b may be nil.
func (l *BatchNorm[F]) sum(s Steps[F], a, b []F, f func(part *batchPart[F], at, rows int)) {
	for i := range l.parts {
		clear(l.parts[i].a)
		clear(l.parts[i].b)
	}
	l.each(s, f)
	clear(a)
	clear(b)
	for i := range l.parts {
		if a != nil {
			l.ops.addRows(1, len(a), a, 0, l.parts[i].a, 0)
		}
		if b != nil {
			l.ops.addRows(1, len(b), b, 0, l.parts[i].b, 0)
		}
	}
}

// Forward normalises by the moments of this batch, for training.
func (l *BatchNorm[F]) Forward(s Steps[F], gain, shift, y []F) {
	l.check(s, gain, shift, y)
	l.now.Count = 0
	for b := range s.B {
		l.now.Count += s.length(b)
	}
	share := 1 / F(max(1, l.now.Count))
	mean := l.now.Mean
	l.sum(s, mean, nil, func(part *batchPart[F], at, rows int) {
		l.ops.addRows(rows, s.H, part.a, 0, s.X[at:], s.H)
	})
	l.ops.scale(share, mean)
	l.sum(s, l.now.Var, nil, func(part *batchPart[F], at, rows int) {
		l.ops.squares(rows, s.H, s.X[at:], mean, part.a)
	})
	l.ops.scale(share, l.now.Var)
	l.apply(s, gain, shift, mean, l.now.Var, y)
}

// Apply normalises by moments that are given, for predictions: a row of the
// result is then its own.
func (l *BatchNorm[F]) Apply(s Steps[F], gain, shift, mean, variance, y []F) {
	l.check(s, gain, shift, y)
	need("batch norm: running mean", mean, s.H, false)
	need("batch norm: running variance", variance, s.H, false)
	l.apply(s, gain, shift, mean, variance, y)
}

func (l *BatchNorm[F]) apply(s Steps[F], gain, shift, mean, variance, y []F) {
	for j := range l.scale {
		l.rstd[j] = F(1 / math.Sqrt(float64(variance[j])+convNormEps))
		l.scale[j] = gain[j] * l.rstd[j]
	}
	if s.Lengths != nil {
		clear(y)
	}
	l.each(s, func(_ *batchPart[F], at, rows int) {
		l.ops.affine(rows, s.H, s.X[at:], y[at:], mean, l.scale, shift)
		if l.act != Identity {
			n := rows * s.H
			l.ops.act(l.act, 1, n, y[at:], 0, y[at:], 0)
		}
	})
}

// Backward takes dy, the gradient of a loss by the y of the last Forward, and
// writes those by x, the gain and the shift.
func (l *BatchNorm[F]) Backward(s Steps[F], y, dy, dx, dgain, dshift []F) {
	l.check(s, dgain, dshift, y)
	need("batch norm: gradient of y", dy, len(s.X), false)
	need("batch norm: gradient of x", dx, len(s.X), false)
	if s.Lengths != nil {
		clear(dx)
	}
	mean, rstd := l.now.Mean, l.rstd
	l.sum(s, dshift, dgain, func(part *batchPart[F], at, rows int) {
		n := rows * s.H
		l.ops.actBack(l.act, 1, n, y[at:], 0, dy[at:], 0, dx[at:], 0)
		l.ops.addRows(rows, s.H, part.a, 0, dx[at:], s.H)
		l.ops.products(rows, s.H, dx[at:], s.X[at:], mean, part.b)
	})
	share := 1 / F(max(1, l.now.Count))
	for j, k := range l.scale {
		dgain[j] *= rstd[j]
		l.slope[j], l.level[j] = k*share*dgain[j]*rstd[j], k*share*dshift[j]
	}
	l.each(s, func(_ *batchPart[F], at, rows int) {
		l.ops.slopes(rows, s.H, dx[at:], s.X[at:], mean, l.scale, l.slope, l.level)
	})
}

func (l *BatchNorm[F]) check(s Steps[F], gain, shift, y []F) {
	s.check("batch norm")
	if s.H != len(l.scale) {
		panic(fmt.Sprintf("kernel: batch norm: x has %d channels, want %d", s.H, len(l.scale)))
	}
	need("batch norm: gain or its gradient", gain, s.H, false)
	need("batch norm: shift or its gradient", shift, s.H, false)
	need("batch norm: y", y, len(s.X), false)
}
