package kernel

import (
	"fmt"
	"sync/atomic"
)

// Carrier is one recurrent layer whose state stays between calls: what reads
// symbol after symbol, for many rows side by side. Its weights do not change.
//
// The hidden units are cut into groups, and what the units of a group need lies
// together: their columns of the weights, their gates, their cells. Threads
// share a step by groups, so that each finds its part of the weights in its own
// cache again, whether there is one row or many. The first state of a step is
// read by all groups; the next one is written beside it.
//
// What a row gives is its own: its bits depend neither on the rows beside it,
// nor on how its steps are parted among calls, nor on threads, nor on whether
// its inputs come from a table. They are those of a Layer that makes its
// products with x beforehand. A Carrier serves one goroutine at a time.
type Carrier[F Float] struct {
	spec   Spec // B rows at the most, and T·B symbols of a call
	ops    *ops[F]
	blocks int // blocks of gates of a group
	xs     int // the first of them that x feeds
	hs     int // how many of them h feeds: the first ones
	hp     int // units with padding
	ldh    int // stride of h
	groups []*unitGroup[F]
	h      [2][]F // [B,ldh]; between calls the state is in the first
	known  int    // rows of the table; 0: there is none

	x    []F // of the call that is running, as the next ones
	ids  []int32
	y    []F
	rows int
	at   int // the step
	now  int // where its first state is
	n    int // rows of x that products are made of
	work func(k *unitGroup[F])
	turn uint32 // odd and even by turns

	step, ahead func(k *unitGroup[F])
	take        func(group, worker int)
}

// unitGroup is some hidden units and what they need.
type unitGroup[F Float] struct {
	first, n, real int // its units: the first, how many with padding, and without
	ldg            int // stride of its gates
	u, w           []F // [H,hs·n], [I,·] in panels
	bias           []F // [blocks·n]
	table          []F // [V,blocks·n], the bias and the products with x of every symbol
	g              []F // [T·B,ldg]; with a table [B,ldg]
	c              []F // [B,n], of an LSTM
	spare          []F // likewise: where Reorder writes
	done           atomic.Uint32
}

// carriedUnits is how many units a group has: with the gates of a cell whole panels.
const carriedUnits = 64

// fewRows is below how many rows the time of a product is that of reading its weights.
const fewRows = 4

// NewCarrier copies the weights w. The state of every row is zero. It panics on sizes below 1; Reverse, Train
// and Fixed of s are not read.
func NewCarrier[F Float](s Spec, w Weights[F]) *Carrier[F] {
	if s.check(); s.Norm || w.GainX != nil {
		panic("kernel: a carrier of a cell with layer norm")
	}
	s.checkWeights("weight", len(w.IH), len(w.HH), len(w.BIH), len(w.BHH), false)
	l := &Carrier[F]{spec: s, ops: use[F](), blocks: 1, hs: 1}
	if s.Cell != Elman {
		l.blocks, l.hs = 4, 4
	}
	if s.Cell == GRU {
		l.xs, l.hs = 1, 3
	}
	l.hp = roundUp(s.H, l.ops.width)
	l.ldh = stride(l.hp)
	for i := range l.h {
		l.h[i] = aligned[F](s.B * l.ldh)
	}
	for first := 0; first < l.hp; first += carriedUnits {
		l.groups = append(l.groups, l.group(first, w))
	}
	l.step, l.ahead, l.take = l.stepGroup, l.aheadGroup, l.takeGroup
	return l
}

// group copies the weights of the units from first on.
func (l *Carrier[F]) group(first int, w Weights[F]) *unitGroup[F] {
	s, o := l.spec, l.ops
	n := min(carriedUnits, l.hp-first)
	k := &unitGroup[F]{first: first, n: n, real: min(n, s.H-first), ldg: stride(l.blocks * n)}
	k.u, k.w = aligned[F](s.H*l.hs*n), aligned[F](s.I*(l.blocks-l.xs)*n)
	k.bias = aligned[F](l.blocks * n)
	if s.Cell == LSTM {
		k.c = aligned[F](s.B * n)
	}
	for _, b := range gateBlocks[s.Cell] {
		row := b.torch*s.H + first
		o.packColumns(k.u, l.hs*n, s.H, 0, b.h*n, w.HH[row*s.H:][:k.real*s.H], s.H)
		o.packColumns(k.w, (l.blocks-l.xs)*n, s.I, 0, (b.x-l.xs)*n, w.IH[row*s.I:][:k.real*s.I], s.I)
		if w.BIH != nil {
			o.addRows(1, k.real, k.bias[b.x*n:], 0, w.BIH[row:], 0)
		}
		if w.BHH != nil {
			o.addRows(1, k.real, k.bias[b.h*n:], 0, w.BHH[row:], 0)
		}
	}
	return k
}

// Table makes the products of every symbol with the weights beforehand, vectors [V,I]: a step of
// Symbols then begins with a copy. It takes V·G·H numbers.
func (l *Carrier[F]) Table(v int, vectors []F) {
	need("carrier: vectors", vectors, v*l.spec.I, false)
	for _, k := range l.groups {
		k.table = aligned[F](v * l.blocks * k.n)
		l.inputs(k, v, vectors, k.table, l.blocks*k.n)
	}
	l.known = v
}

// Forward reads x [steps,rows,I] with the first rows, and writes what it gives to y [steps,rows,H].
func (l *Carrier[F]) Forward(steps, rows int, x, y []F) {
	need("carrier: x", x, steps*rows*l.spec.I, false)
	l.x, l.n = x, steps*rows
	l.room(l.spec.T * l.spec.B)
	l.run(2*float64(l.n)*float64((l.blocks-l.xs)*l.spec.H)*float64(l.spec.I), l.ahead)
	l.forward(steps, rows, y)
	l.x = nil
}

// Symbols is Forward of symbols that stand in the table, ids [steps,rows].
func (l *Carrier[F]) Symbols(steps, rows int, ids []int32, y []F) {
	if len(ids) != steps*rows {
		panic(fmt.Sprintf("kernel: carrier: %d symbols, want %d", len(ids), steps*rows))
	}
	for i, id := range ids {
		if id < 0 || int(id) >= l.known {
			panic(fmt.Sprintf("kernel: carrier: symbol %d is %d, want 0 to %d", i, id, l.known-1))
		}
	}
	l.ids = ids
	l.room(l.spec.B)
	l.forward(steps, rows, y)
	l.ids = nil
}

// room makes the memory of the gates of so many rows at the first call that needs it.
func (l *Carrier[F]) room(rows int) {
	for _, k := range l.groups {
		if len(k.g) < rows*k.ldg {
			k.g = aligned[F](rows * k.ldg)
		}
	}
}

func (l *Carrier[F]) forward(steps, rows int, y []F) {
	s := l.spec
	if steps < 1 || rows < 1 || rows > s.B || steps*rows > s.T*s.B {
		panic(fmt.Sprintf("kernel: carrier: %d steps of %d rows, want 1 or more, at most %d rows and %d symbols", steps, rows, s.B, s.T*s.B))
	}
	need("carrier: y", y, steps*rows*s.H, false)
	l.y, l.rows, l.now = y, rows, 0
	for l.at = 0; l.at < steps; l.at++ {
		l.run(2*float64(max(rows, fewRows))*float64(l.hs*s.H)*float64(s.H), l.step)
		l.now = 1 - l.now
	}
	if l.now == 1 {
		l.ops.copyRows(rows, l.hp, l.h[0], l.ldh, l.h[1], l.ldh)
	}
	l.y = nil
}

// run does f for every group.
func (l *Carrier[F]) run(work float64, f func(k *unitGroup[F])) {
	p := l.spec.Pool
	if work < serialWork {
		p = nil
	}
	l.work = f
	l.turn++
	p.Run(len(l.groups), l.take)
}

// takeGroup does a group that nobody has done in this turn: one of the thread's own, as long as there is one.
// By turns it begins at the first and at the last, so that what does not go into a cache as a whole does in part.
func (l *Carrier[F]) takeGroup(_, worker int) {
	n, threads := len(l.groups), l.spec.Pool.Threads()
	first, end := worker*n/threads, (worker+1)*n/threads
	for i := range n {
		if own := end - first; i < own && l.turn%2 == 1 {
			i = own - 1 - i
		}
		k := l.groups[(first+i)%n]
		if was := k.done.Load(); was != l.turn && k.done.CompareAndSwap(was, l.turn) {
			l.work(k)
			return
		}
	}
}

// inputs writes the biases and the products with x [n,I] of a group.
func (l *Carrier[F]) inputs(k *unitGroup[F], n int, x, g []F, ldg int) {
	o, i := l.ops, l.spec.I
	if l.xs > 0 {
		o.copyRows(n, l.xs*k.n, g, ldg, k.bias, 0)
	}
	mul(o, g[l.xs*k.n:], ldg, x, i, 1, k.w, 0, i*o.cols, n, (l.blocks-l.xs)*k.n, i, k.bias[l.xs*k.n:], false)
}

func (l *Carrier[F]) aheadGroup(k *unitGroup[F]) {
	l.inputs(k, l.n, l.x, k.g, k.ldg)
}

// stepGroup makes the next state of a group of units.
func (l *Carrier[F]) stepGroup(k *unitGroup[F]) {
	o, s := l.ops, l.spec
	g := k.g
	if l.ids == nil {
		g = g[l.at*l.rows*k.ldg:]
	} else {
		for r, id := range l.ids[l.at*l.rows:][:l.rows] {
			copy(g[r*k.ldg:], k.table[int(id)*l.blocks*k.n:][:l.blocks*k.n])
		}
	}
	h0, h1 := l.h[l.now], l.h[1-l.now][k.first:]
	mul(o, g, k.ldg, h0, l.ldh, 1, k.u, 0, s.H*o.cols, l.rows, l.hs*k.n, s.H, nil, true)
	switch s.Cell {
	case Elman:
		o.act(s.Nonlinearity, l.rows, k.n, g, k.ldg, h1, l.ldh)
	case LSTM:
		o.lstmInfer(l.rows, k.n, g, k.ldg, k.c, k.c, h1, l.ldh)
	case GRU:
		o.gru(l.rows, k.n, g, k.ldg, h0[k.first:], h1, l.ldh)
	}
	o.copyRows(l.rows, k.real, l.y[l.at*l.rows*s.H+k.first:], s.H, h1, l.ldh)
}

// Start sets the state of a row: h and c [H]; nil is zero. c is read by LSTM alone.
func (l *Carrier[F]) Start(row int, h, c []F) {
	need("carrier: h", h, l.spec.H, true)
	need("carrier: c", c, l.spec.H, true)
	to := l.h[0][row*l.ldh:][:l.spec.H]
	clear(to)
	copy(to, h)
	for _, k := range l.groups {
		if k.c == nil {
			continue
		}
		to := k.c[row*k.n:][:k.real]
		clear(to)
		if c != nil {
			copy(to, c[k.first:])
		}
	}
}

// Copy gives a row the state of a row of from, a Carrier of the same layer.
func (l *Carrier[F]) Copy(row int, from *Carrier[F], of int) {
	copy(l.h[0][row*l.ldh:][:l.hp], from.h[0][of*from.ldh:])
	for i := range l.groups {
		if k := l.groups[i]; k.c != nil {
			copy(k.c[row*k.n:][:k.n], from.groups[i].c[of*k.n:])
		}
	}
}

// Reorder gives row i the state that row from[i] had. The state of rows past those is lost.
func (l *Carrier[F]) Reorder(from []int) {
	for i, of := range from {
		copy(l.h[1][i*l.ldh:][:l.hp], l.h[0][of*l.ldh:])
	}
	l.h[0], l.h[1] = l.h[1], l.h[0]
	for _, k := range l.groups {
		if k.c == nil {
			continue
		}
		if k.spare == nil {
			k.spare = aligned[F](len(k.c))
		}
		for i, of := range from {
			copy(k.spare[i*k.n:][:k.n], k.c[of*k.n:])
		}
		k.c, k.spare = k.spare, k.c
	}
}
