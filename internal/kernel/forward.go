package kernel

// Forward runs the sequence. A row past its length keeps its state. in must
// stay as it is until Backward is done.
func (l *Layer[F]) Forward(w Weights[F], in Input[F], out Output[F]) {
	checkForward(l.spec, w, in, out)
	if !l.ready {
		l.packForward(w)
		l.ready = l.spec.Fixed
	}
	if l.norm != nil {
		l.norm.forward(w, in, out)
		return
	}
	l.in, l.out = in, out
	l.run(l.spec.flops(), len(l.chunks), l.forward)
	l.in, l.out = Input[F]{}, Output[F]{}
}

func (l *Layer[F]) forwardChunk(i, worker int) {
	k, s := &l.chunks[i], l.spec
	room := worker
	if len(l.rooms) == len(l.chunks) { // no more chunks than threads, or all are kept for Backward
		room = i
	}
	k.room = l.rooms[room]
	k.setLengths(s.T, l.in.Lengths)
	l.start(k)
	for from := 0; from < s.T; from += l.span {
		n := min(l.span, s.T-from)
		slot := from // of the first step's state
		if !s.Train {
			slot = 0
		}
		for j := range n {
			l.loadX(k, slot+j, s.at(from+j))
		}
		if l.ahead {
			l.sumX(k, slot, l.gateSlot(from, 0), n)
		}
		for j := range n {
			l.step(k, slot+j, l.gateSlot(from, j), s.at(from+j), from+j == 0)
		}
		if !s.Train { // the last state becomes the first
			l.copyState(k, 0, n)
		}
	}
	last := s.T
	if !s.Train {
		last = 0
	}
	l.saveState(k, last)
}

// gateSlot is where the gates of step from+j are, from being the first of a span.
func (l *Layer[F]) gateSlot(from, j int) int {
	switch {
	case l.keep:
		return from + j
	case l.spec.Train || l.ahead:
		return j
	}
	return 0 // nobody needs them after their step
}

// zAt, gAt and cAt are what a chunk holds for a slot.
func (l *Layer[F]) zAt(k *chunk[F], slot int) []F { return k.z[slot*k.rows*l.ldz:] }
func (l *Layer[F]) hAt(k *chunk[F], slot int) []F { return k.z[slot*k.rows*l.ldz+l.off:] }
func (l *Layer[F]) xAt(k *chunk[F], slot int) []F {
	return k.z[slot*k.rows*l.ldz+l.off-l.spec.I:]
}
func (l *Layer[F]) gAt(k *chunk[F], slot int) []F { return k.g[slot*k.rows*l.ldg:] }
func (l *Layer[F]) cAt(k *chunk[F], slot int) []F {
	if k.c == nil {
		return nil
	}
	return k.c[slot*k.rows*l.hp:]
}

// stateAt is the state of a slot and the stride of its rows: in z, where products read it, or beside it where they read a masked copy.
func (l *Layer[F]) stateAt(k *chunk[F], slot int) ([]F, int) {
	if k.h == nil {
		return l.hAt(k, slot), l.ldz
	}
	return k.h[slot*k.rows*l.hp:], l.hp
}

// start puts the initial state into the first slot and notes in which parts it is zero.
func (l *Layer[F]) start(k *chunk[F]) {
	H, o := l.spec.H, l.ops
	for i := range k.parts {
		p := &k.parts[i]
		p.fromZero = l.in.H0 == nil || allZero(l.in.H0[(k.first+p.at)*H:][:p.rows*H])
	}
	h, ld := l.stateAt(k, 0)
	if l.in.H0 != nil {
		o.copyRows(k.rows, H, h, ld, l.in.H0[k.first*H:], H)
	} else {
		for r := range k.rows {
			clear(h[r*ld:][:H])
		}
	}
	if k.h != nil {
		l.mask(k, 0)
	}
	if k.c == nil {
		return
	}
	clear(k.c[:k.rows*l.hp])
	if l.in.C0 != nil {
		o.copyRows(k.rows, H, k.c, l.hp, l.in.C0[k.first*H:], H)
	}
}

// loadX copies the inputs of time t; those of rows past their length are zero.
func (l *Layer[F]) loadX(k *chunk[F], slot, t int) {
	s := l.spec
	x := l.in.X[(t*s.B+k.first)*s.I:]
	dst := l.xAt(k, slot)
	l.ops.copyRows(k.rows, s.I, dst, l.ldz, x, s.I)
	if t < k.short {
		return
	}
	for r := range k.rows {
		if t >= l.in.Lengths[k.first+r] {
			clear(dst[r*l.ldz:][:s.I])
		}
	}
}

// sumX makes the products with x of n steps.
func (l *Layer[F]) sumX(k *chunk[F], slot, gate, n int) {
	l.sum(k.rows*n, l.spec.I, l.gAt(k, gate), l.xAt(k, slot))
}

// sum is the bias and the first terms of the products of rows [x, h] with [W; U],
// and of GRU's candidate with x.
func (l *Layer[F]) sum(rows, terms int, g, x []F) {
	I, o, p := l.spec.I, l.ops, &l.pack
	mul(o, g, l.ldg, x, l.ldz, 1, p.sums, 0, (l.k-1)*o.cols, rows, l.main, terms, p.bias, false)
	if p.side != nil {
		mul(o, g[l.main:], l.ldg, x, l.ldz, 1, p.side, 0, I*o.cols, rows, l.hp, I, p.bias[l.main:], false)
	}
}

// step makes the state after slot and writes the output of time t.
func (l *Layer[F]) step(k *chunk[F], slot, gate, t int, first bool) {
	s, o := l.spec, l.ops
	g := l.gAt(k, gate)
	h0, ld := l.stateAt(k, slot)
	h1, _ := l.stateAt(k, slot+1)
	l.product(k, slot, g, first)
	switch s.Cell {
	case Elman:
		o.act(s.Nonlinearity, k.rows, l.hp, g, l.ldg, h1, ld)
	case LSTM:
		cell := o.lstmInfer
		if s.Train {
			cell = o.lstm
		}
		cell(k.rows, l.hp, g, l.ldg, l.cAt(k, slot), l.cAt(k, slot+1), h1, ld)
	case GRU:
		o.gru(k.rows, l.hp, g, l.ldg, h0, h1, ld)
	}
	all := t < k.short
	if !all {
		l.hold(k, slot, t)
	}
	if k.h != nil {
		l.mask(k, slot+1)
	}
	if l.out.Y != nil {
		y := l.out.Y[(t*s.B+k.first)*s.H:]
		o.copyRows(k.rows, s.H, y, s.H, h1, ld)
		if !all {
			l.blank(k, y, t)
		}
	}
}

// product makes the sums of the gates. A first state of zeros is not multiplied.
func (l *Layer[F]) product(k *chunk[F], slot int, g []F, first bool) {
	s, x, h := l.spec, l.xAt(k, slot), l.hAt(k, slot)
	for i := range k.parts {
		k.parts[i].way = whole
		if first && k.parts[i].fromZero {
			k.parts[i].way = none
		}
	}
	for i := 0; i < len(k.parts); {
		zero := k.parts[i].way == none
		at, rows, next := k.alike(i)
		switch {
		case l.ahead && !zero:
			l.sumH(rows, g[at*l.ldg:], h[at*l.ldz:])
		case !l.ahead && zero:
			l.sum(rows, s.I, g[at*l.ldg:], x[at*l.ldz:])
		case !l.ahead:
			l.sum(rows, s.I+s.H, g[at*l.ldg:], x[at*l.ldz:])
		}
		i = next
	}
}

// sumH adds the products with h to those with x: the last H rows of each panel.
func (l *Layer[F]) sumH(rows int, g, h []F) {
	s, o := l.spec, l.ops
	for j := 0; j < l.main; j += o.cols {
		w := min(o.cols, l.main-j)
		o.gemm(g[j:], l.ldg, h, l.ldz, 1, l.pack.sums[j*(l.k-1)+s.I*w:], w, rows, w, s.H, nil, true)
	}
}

// mask writes the state of a slot, times the mask, where products read it.
func (l *Layer[F]) mask(k *chunk[F], slot int) {
	H := l.spec.H
	h, ld := l.stateAt(k, slot)
	z := l.hAt(k, slot)
	for r := range k.rows {
		m, h, z := l.in.Mask[(k.first+r)*H:][:H], h[r*ld:][:H], z[r*l.ldz:][:H]
		for j, v := range m {
			z[j] = v * h[j]
		}
	}
}

// hold keeps the state of rows past their length.
func (l *Layer[F]) hold(k *chunk[F], slot, t int) {
	h0, ld := l.stateAt(k, slot)
	h1, _ := l.stateAt(k, slot+1)
	c0, c1 := l.cAt(k, slot), l.cAt(k, slot+1)
	for r := range k.rows {
		if t < l.in.Lengths[k.first+r] {
			continue
		}
		copy(h1[r*ld:][:l.hp], h0[r*ld:])
		if c0 != nil {
			copy(c1[r*l.hp:][:l.hp], c0[r*l.hp:])
		}
	}
}

// blank zeroes the rows of y, [rows,H], that are past their length.
func (l *Layer[F]) blank(k *chunk[F], y []F, t int) {
	H := l.spec.H
	for r := range k.rows {
		if t >= l.in.Lengths[k.first+r] {
			clear(y[r*H:][:H])
		}
	}
}

func (l *Layer[F]) copyState(k *chunk[F], to, from int) {
	l.ops.copyRows(k.rows, l.hp, l.hAt(k, to), l.ldz, l.hAt(k, from), l.ldz)
	if k.c != nil {
		copy(l.cAt(k, to)[:k.rows*l.hp], l.cAt(k, from))
	}
}

// saveState writes HN and CN.
func (l *Layer[F]) saveState(k *chunk[F], slot int) {
	H, at := l.spec.H, k.first*l.spec.H
	if l.out.HN != nil {
		h, ld := l.stateAt(k, slot)
		l.ops.copyRows(k.rows, H, l.out.HN[at:], H, h, ld)
	}
	if l.out.CN != nil && k.c != nil {
		l.ops.copyRows(k.rows, H, l.out.CN[at:], H, l.cAt(k, slot), l.hp)
	}
}
