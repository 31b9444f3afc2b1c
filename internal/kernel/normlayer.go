package kernel

import "fmt"

// normed is a layer whose cell has layer norm in it [1]: what the weights make
// of the input, and of the state, is normalised each by itself, over the gates
// of its rows, and scaled by a gain.
//
//	a = N(W x + b)⊙gx, u = N(U h)⊙gh + b'
//	elman  h = f(a + u)
//	lstm   i,f,o = σ(a + u), g = tanh(a + u), c = f⊙c + i⊙g, h = o⊙tanh(N(c)⊙gc + sc)
//	gru    r,z = σ(a + u), n = tanh(a + r⊙u), h = (1-z)⊙n + z⊙h
//
// N takes the mean of a row away and divides by its deviation. It goes over all
// gates of an LSTM at once, and of a GRU over r and z, and over n, as in the
// appendix of [1]; there the Elman cell normalises the sum of both products
// in place of each. The cell that an LSTM hands on is not normalised. The bias b
// stands inside N, as that of a linear layer below a norm does: N(W x) alone is
// the same for x and for 10·x, and of one number it leaves the sign, while the
// size of its inputs is what a forecast goes by.
//
// The products with x are made for all steps at once, those with h for all rows
// of a step. Values do not depend on the number of threads.
//
// [1] Ba, Kiros & Hinton, Layer normalization, 2016.
type normed[F Float] struct {
	spec   Spec
	ops    *ops[F]
	g      int             // G·H
	groups []int           // widths over which N goes
	x, u   *FixedLinear[F] // W x + b and U h, with the weights of the last pack
	ones   []F             // [G·H]
	zeros  []F             // [G·H]
	ax, au []F             // [T,B,G·H] N(W x + b)⊙gx, and N(U h)⊙gh + b' of a step (GRU with Train: of all)
	hx, hu []F             // with Train: [T,B,G·H] what N gave
	rx, ru []F             // [T,B,groups] one through its deviation
	s      []F             // gates, [T,B,G·H]; one step without Train
	h0, hm []F             // the state before each step, and as products read it
	c0, cn []F             // LSTM: the cell before each step; tanh of the normalised one after it
	hc, rc []F             // LSTM: what N gave of the cell
	h, c   []F             // [B,H] the state after the step at hand
	dw     normedBack[F]
}

// normedBack is the memory of the backward pass.
type normedBack[F Float] struct {
	da, du   []F // [T,B,G·H]
	dh, dc   []F // [B,H]
	dm, dn   []F // [B,H]
	unwanted []F // [G·H]
}

func newNormed[F Float](s Spec) *normed[F] {
	l := &normed[F]{spec: s, ops: use[F](), g: s.Cell.Gates() * s.H, groups: []int{s.Cell.Gates() * s.H}}
	if s.Cell == GRU {
		l.groups = []int{2 * s.H, s.H}
	}
	all, kept, n := s.T*s.B, l.kept()*s.B, len(l.groups)
	l.x, l.u = newFixed[F](s.Pool, s.I, l.g), newFixed[F](s.Pool, s.H, l.g)
	l.ones, l.zeros = make([]F, l.g), make([]F, l.g)
	for i := range l.ones {
		l.ones[i] = 1
	}
	l.ax, l.au, l.s = make([]F, all*l.g), make([]F, kept*l.g), make([]F, kept*l.g)
	l.rx, l.ru = make([]F, all*n), make([]F, kept*n)
	l.h0, l.h = make([]F, kept*s.H), make([]F, s.B*s.H)
	if l.hm = l.h0; s.Masked {
		l.hm = make([]F, kept*s.H)
	}
	if s.Cell == LSTM {
		l.c0, l.cn, l.rc, l.c = make([]F, kept*s.H), make([]F, kept*s.H), make([]F, kept), make([]F, s.B*s.H)
	}
	if s.Train {
		l.hx, l.hu = make([]F, all*l.g), make([]F, all*l.g)
		if s.Cell == LSTM {
			l.hc = make([]F, all*s.H)
		}
		b := s.B * s.H
		l.dw = normedBack[F]{make([]F, all*l.g), make([]F, all*l.g), make([]F, b), make([]F, b), make([]F, b), make([]F, b), make([]F, l.g)}
	}
	return l
}

// normedMemory counts the numbers of newNormed.
func normedMemory(s Spec) int64 {
	g, steps := int64(s.Cell.Gates()*s.H), int64(1)
	all, h := int64(s.T)*int64(s.B), int64(s.H)
	if s.Train {
		steps = int64(s.T)
	}
	kept := steps * int64(s.B)
	n := g*(int64(s.I)+h) + all*g + 2*kept*g + kept*h
	if s.Masked {
		n += kept * h
	}
	if s.Cell == LSTM {
		n += 2 * kept * h
	}
	if s.Train {
		n += 4 * all * g
		if s.Cell == LSTM {
			n += all * h
		}
	}
	return n
}

// kept is how many steps are kept.
func (l *normed[F]) kept() int {
	if l.spec.Train {
		return l.spec.T
	}
	return 1
}

// slot is where step t is kept.
func (l *normed[F]) slot(t int) int {
	if l.spec.Train {
		return t
	}
	return 0
}

// rows normalises rows of G·H numbers in place, group by group; hat receives what N gave, unless it is nil.
func (l *normed[F]) rows(n int, x, gain, shift, hat, rstd []F) {
	if gain == nil {
		gain = l.ones
	}
	if shift == nil {
		shift = l.zeros
	}
	for r := range n {
		at := 0
		for k, w := range l.groups {
			var to []F
			if hat != nil {
				to = hat[r*l.g+at:][:w]
			}
			l.ops.norm(1, w, x[r*l.g+at:][:w], gain[at:][:w], shift[at:][:w], to, rstd[r*len(l.groups)+k:][:1])
			at += w
		}
	}
}

// rowsBack turns the gradient by what rows made into that by what it read, and adds those of gain and shift to theirs.
func (l *normed[F]) rowsBack(n int, d, hat, rstd, gain, dgain, dshift []F) {
	if gain == nil {
		gain = l.ones
	}
	for r := range n {
		at := 0
		for k, w := range l.groups {
			l.ops.normBack(1, w, d[r*l.g+at:][:w], hat[r*l.g+at:][:w], rstd[r*len(l.groups)+k:][:1], gain[at:][:w], dgain[at:][:w], dshift[at:][:w])
			at += w
		}
	}
}

// pack is packForward of a normed layer.
func (l *normed[F]) pack(w Weights[F]) {
	l.x.set(w.IH, w.BIH)
	l.u.set(w.HH, nil)
}

// forward is Layer.Forward, with the weights that are packed; w are the same.
func (l *normed[F]) forward(w Weights[F], in Input[F], out Output[F]) {
	s := l.spec
	l.x.Forward(s.T*s.B, in.X, l.ax)
	l.rows(s.T*s.B, l.ax, w.GainX, nil, l.hx, l.rx)
	start(l.h, in.H0)
	start(l.c, in.C0)
	for step := range s.T {
		l.step(w, in, s.at(step))
		if out.Y != nil {
			l.give(out.Y, in.Lengths, s.at(step))
		}
	}
	copy(out.HN, l.h)
	copy(out.CN, l.c)
}

func start[F Float](state, first []F) {
	clear(state)
	copy(state, first)
}

// give writes the output of time t, zero in rows that are over.
func (l *normed[F]) give(y []F, lengths []int, t int) {
	s := l.spec
	y = y[t*s.B*s.H:][:s.B*s.H]
	copy(y, l.h)
	for r := range s.B {
		if over(lengths, r, t) {
			clear(y[r*s.H:][:s.H])
		}
	}
}

// over says that a row has no step t.
func over(lengths []int, r, t int) bool { return lengths != nil && t >= lengths[r] }

// step moves the state over the step at time t.
func (l *normed[F]) step(w Weights[F], in Input[F], t int) {
	s, at := l.spec, l.slot(t)
	n, n1 := s.B*s.H, s.B*l.g
	h0, hm := l.h0[at*n:][:n], l.hm[at*n:][:n]
	copy(h0, l.h)
	if s.Masked {
		for i, m := range in.Mask {
			hm[i] = m * h0[i]
		}
	}
	u, gates, groups := l.au[at*n1:][:n1], l.s[at*n1:][:n1], s.B*len(l.groups)
	l.u.Forward(s.B, hm, u)
	var hat []F
	if s.Train {
		hat = l.hu[at*n1:][:n1]
	}
	l.rows(s.B, u, w.GainH, w.BHH, hat, l.ru[at*groups:][:groups])
	l.sum(gates, l.ax[t*n1:][:n1], u)
	switch s.Cell {
	case Elman:
		copy(l.h, gates)
	case LSTM:
		l.lstm(w, gates, at)
	case GRU:
		for r := range s.B {
			g, h := gates[r*l.g:][:l.g], l.h[r*s.H:][:s.H]
			for j := range h {
				z, n := g[s.H+j], g[2*s.H+j]
				h[j] = n + z*(h0[r*s.H+j]-n)
			}
		}
	}
	for r := range s.B {
		if over(in.Lengths, r, t) {
			copy(l.h[r*s.H:][:s.H], h0[r*s.H:])
			if s.Cell == LSTM {
				copy(l.c[r*s.H:][:s.H], l.c0[at*n+r*s.H:])
			}
		}
	}
}

// sum makes the gates of what the products gave.
func (l *normed[F]) sum(gates, a, u []F) {
	s, o, H := l.spec, l.ops, l.spec.H
	if s.Cell != GRU {
		for i, v := range a {
			gates[i] = v + u[i]
		}
	}
	act := func(f Activation, from, n int) {
		o.act(f, s.B, n, gates[from:], l.g, gates[from:], l.g)
	}
	switch s.Cell {
	case Elman:
		act(s.Nonlinearity, 0, H)
	case LSTM:
		act(Sigmoid, 0, 2*H)
		act(Tanh, 2*H, H)
		act(Sigmoid, 3*H, H)
	case GRU:
		for r := range s.B {
			g, a, u := gates[r*l.g:][:l.g], a[r*l.g:][:l.g], u[r*l.g:][:l.g]
			for j := range 2 * H {
				g[j] = a[j] + u[j]
			}
		}
		act(Sigmoid, 0, 2*H)
		for r := range s.B {
			g, a, u := gates[r*l.g:][:l.g], a[r*l.g:][:l.g], u[r*l.g:][:l.g]
			for j := range H {
				g[2*H+j] = a[2*H+j] + g[j]*u[2*H+j]
			}
		}
		act(Tanh, 2*H, H)
	}
}

// lstm moves the cell and shows the normalised one.
func (l *normed[F]) lstm(w Weights[F], gates []F, at int) {
	s, H := l.spec, l.spec.H
	n := s.B * H
	c0, show := l.c0[at*n:][:n], l.cn[at*n:][:n]
	copy(c0, l.c)
	for r := range s.B {
		g, c := gates[r*l.g:][:l.g], l.c[r*H:][:H]
		for j := range c {
			c[j] = g[H+j]*c[j] + g[j]*g[2*H+j]
		}
	}
	copy(show, l.c)
	gain, shift := w.GainC, w.ShiftC
	if gain == nil {
		gain = l.ones[:H]
	}
	if shift == nil {
		shift = l.zeros[:H]
	}
	var hat []F
	if s.Train {
		hat = l.hc[at*n:][:n]
	}
	l.ops.norm(s.B, H, show, gain, shift, hat, l.rc[at*s.B:][:s.B])
	l.ops.act(Tanh, s.B, H, show, H, show, H)
	for r := range s.B {
		g, y, h := gates[r*l.g+3*H:][:H], show[r*H:][:H], l.h[r*H:][:H]
		for j, o := range g {
			h[j] = o * y[j]
		}
	}
}

// checkNormed refuses weights of other sizes.
func (s Spec) checkNormed(what string, x, h, c, shift int) {
	g := s.Cell.Gates() * s.H
	cell := 0
	if s.Cell == LSTM {
		cell = s.H
	}
	for _, p := range [...]struct {
		name      string
		got, want int
	}{{"GainX", x, g}, {"GainH", h, g}, {"GainC", c, cell}, {"ShiftC", shift, cell}} {
		if p.got != 0 && p.got != p.want {
			panic(fmt.Sprintf("kernel: %v layer: %s %s has %d elements, want %d", s.Cell, what, p.name, p.got, p.want))
		}
	}
}
