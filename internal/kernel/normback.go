package kernel

// backward is Layer.Backward of a normed layer.
func (l *normed[F]) backward(w Weights[F], in Input[F], out Output[F], dout Output[F], grads Grads[F]) {
	s, b, n := l.spec, &l.dw, l.spec.B*l.spec.H
	wanted := func(g []F, size int) []F { // a place for sums that begin at zero
		if g == nil {
			g = make([]F, size)
		}
		clear(g)
		return g
	}
	gw := grads.W
	gw.GainX, gw.GainH = wanted(gw.GainX, l.g), wanted(gw.GainH, l.g)
	gw.BHH = wanted(gw.BHH, l.g)
	if s.Cell == LSTM {
		gw.GainC, gw.ShiftC = wanted(gw.GainC, s.H), wanted(gw.ShiftC, s.H)
	}
	start(b.dh, dout.HN)
	start(b.dc, dout.CN)
	for step := s.T - 1; step >= 0; step-- {
		l.stepBack(w, in, dout, gw, s.at(step))
		if step > 0 && step%vanishSteps == 0 {
			vanish(b.dh[:n])
			vanish(b.dc[:n])
		}
	}
	l.rowsBack(s.T*s.B, b.da, l.hx, l.rx, w.GainX, gw.GainX, b.unwanted)
	LinearBackward(s.Pool, Identity, s.T*s.B, s.I, l.g, in.X, w.IH, b.da, b.da, grads.X, gw.IH, gw.BIH)
	if gw.HH != nil {
		LinearBackward(s.Pool, Identity, s.T*s.B, s.H, l.g, l.hm, w.HH, b.du, b.du, nil, gw.HH, nil)
	}
	if grads.H0 != nil {
		copy(grads.H0, b.dh)
	}
	if grads.C0 != nil {
		copy(grads.C0, b.dc)
	}
}

// stepBack takes the gradient of the state after the step at time t to that of the state before it, and writes those of both products.
func (l *normed[F]) stepBack(w Weights[F], in Input[F], dout Output[F], gw Weights[F], t int) {
	s, b, H := l.spec, &l.dw, l.spec.H
	n, n1 := s.B*H, s.B*l.g
	da, du, gates := b.da[t*n1:][:n1], b.du[t*n1:][:n1], l.s[t*n1:][:n1]
	if dout.Y != nil {
		for i, v := range dout.Y[t*n:][:n] {
			if !over(in.Lengths, i/H, t) {
				b.dh[i] += v
			}
		}
	}
	clear(b.dn) // of the state before, past the products
	if s.Cell == LSTM {
		l.cellBack(w, in, gw, gates, t)
	}
	for r := range s.B {
		g, a, u := gates[r*l.g:][:l.g], da[r*l.g:][:l.g], du[r*l.g:][:l.g]
		dh, dn := b.dh[r*H:][:H], b.dn[r*H:][:H]
		if over(in.Lengths, r, t) {
			clear(a)
			clear(u)
			copy(dn, dh)
			continue
		}
		switch s.Cell {
		case Elman:
			actBackRows(s.Nonlinearity, 1, H, g, H, dh, H, a, H)
			copy(u, a)
		case LSTM:
			l.lstmGates(g, dh, b.dc[r*H:][:H], l.c0[t*n+r*H:][:H], l.cn[t*n+r*H:][:H], a)
			copy(u, a)
		case GRU:
			l.gruGates(g, dh, l.h0[t*n+r*H:][:H], l.au[t*n1+r*l.g+2*H:][:H], a, u, dn)
		}
	}
	groups := s.B * len(l.groups)
	l.rowsBack(s.B, du, l.hu[t*n1:][:n1], l.ru[t*groups:][:groups], w.GainH, gw.GainH, gw.BHH)
	LinearBackward(s.Pool, Identity, s.B, H, l.g, l.hm[t*n:][:n], w.HH, du, du, b.dm, nil, nil)
	for i, v := range b.dm {
		if s.Masked {
			v *= in.Mask[i]
		}
		b.dh[i] = b.dn[i] + v
	}
}

// cellBack adds to dc what the state shows of the cell; rows that are over show nothing of it.
func (l *normed[F]) cellBack(w Weights[F], in Input[F], gw Weights[F], gates []F, t int) {
	s, b, H := l.spec, &l.dw, l.spec.H
	n := s.B * H
	for r := range s.B {
		d, y, dh, o := b.dm[r*H:][:H], l.cn[t*n+r*H:][:H], b.dh[r*H:][:H], gates[r*l.g+3*H:][:H]
		if over(in.Lengths, r, t) {
			clear(d)
			continue
		}
		for j, v := range y {
			d[j] = dh[j] * o[j] * (1 - v*v)
		}
	}
	gain := w.GainC
	if gain == nil {
		gain = l.ones[:H]
	}
	l.ops.normBack(s.B, H, b.dm, l.hc[t*n:][:n], l.rc[t*s.B:][:s.B], gain, gw.GainC, gw.ShiftC)
	for i, v := range b.dm {
		b.dc[i] += v
	}
}

// lstmGates makes the gradient by the sums of a row's gates, and dc that of the cell before.
func (l *normed[F]) lstmGates(g, dh, dc, c0, show, d []F) {
	H := l.spec.H
	for j := range H {
		i, f, u, o, c := g[j], g[H+j], g[2*H+j], g[3*H+j], dc[j]
		d[j], d[H+j] = c*u*(i*(1-i)), c*c0[j]*(f*(1-f))
		d[2*H+j], d[3*H+j] = c*i*(1-u*u), dh[j]*show[j]*(o*(1-o))
		dc[j] = c * f
	}
}

// gruGates makes the gradients by what the products gave, a and u, of a row; p is u of the candidate.
func (l *normed[F]) gruGates(g, dh, h0, p, a, u, dn []F) {
	H := l.spec.H
	for j := range H {
		r, z, n, d := g[j], g[H+j], g[2*H+j], dh[j]
		candidate := d * (1 - z) * (1 - n*n)
		a[2*H+j], u[2*H+j] = candidate, candidate*r
		a[j], a[H+j] = candidate*p[j]*(r*(1-r)), d*(h0[j]-n)*(z*(1-z))
		u[j], u[H+j] = a[j], a[H+j]
		dn[j] = d * z
	}
}
