package kernel

import "unsafe"

// Backward takes the gradient of a loss by the outputs of the last Forward and
// makes that by its inputs. w, in and out must be those of that Forward. It
// uses up what Forward kept: one Backward follows one Forward.
func (l *Layer[F]) Backward(w Weights[F], in Input[F], out Output[F], dout Output[F], grads Grads[F]) {
	checkBackward(l.spec, dout, grads)
	if l.norm != nil {
		l.norm.backward(w, in, out, dout, grads)
		return
	}
	l.packBackward(w, grads.X != nil)
	l.in, l.dout, l.grads = in, dout, grads
	l.run(2*l.spec.flops(), len(l.chunks), l.backward)
	if l.wantW() {
		l.run(float64(len(l.sums)*l.k*l.blocks*l.hp), reduceParts, l.reduce)
		l.unpack(l.sums[0], grads.W)
	}
	l.in, l.dout, l.grads = Input[F]{}, Output[F]{}, Grads[F]{}
}

func (l *Layer[F]) wantW() bool {
	w := l.grads.W
	return w.IH != nil || w.HH != nil || w.BIH != nil || w.BHH != nil
}

// reduceParts is how many tasks the sum of the parts' gradients is cut into.
const reduceParts = 8

// reducePart adds up a share of the gradients in the order of the parts of the batch.
func (l *Layer[F]) reducePart(i, _ int) {
	n := l.k * l.blocks * l.hp
	part := roundUp((n+reduceParts-1)/reduceParts, 16)
	a, b := min(i*part, n), min((i+1)*part, n)
	if a == b {
		return
	}
	sum := l.sums[0][a:b]
	for _, more := range l.sums[1:] {
		l.ops.addRows(1, len(sum), sum, 0, more[a:b], 0)
	}
}

func (l *Layer[F]) backwardChunk(i, _ int) {
	k, s := &l.chunks[i], l.spec
	l.startBack(k)
	wantW, wrote := l.wantW(), false
	late := wantW && l.keep && wide[F](s)
	for from := (s.T - 1) / l.span * l.span; from >= 0; from -= l.span {
		n := min(l.span, s.T-from)
		for j := n - 1; j >= 0; j-- {
			l.stepBack(k, from+j, l.gateSlot(from, j), s.at(from+j))
			if t := from + j; t > 0 && t%vanishSteps == 0 {
				vanish(k.dh[:k.rows*l.hp])
				vanish(k.dc[:min(len(k.dc), k.rows*l.hp)])
			}
		}
		if wantW && !late {
			l.gradW(k, from, l.gateSlot(from, 0), n, wrote)
			wrote = true
		}
	}
	if late {
		l.gradLate(k)
	}
	if l.grads.H0 != nil {
		l.ops.copyRows(k.rows, s.H, l.grads.H0[k.first*s.H:], s.H, k.dh, l.hp)
	}
	if l.grads.C0 != nil {
		l.ops.copyRows(k.rows, s.H, l.grads.C0[k.first*s.H:], s.H, k.dc, l.hp)
	}
}

// vanishSteps is after how many steps a gradient that goes back in time is looked at for numbers next to nothing.
var vanishSteps = 16

// vanish makes gradients 0 that are next to nothing. Back in time a gradient shrinks by a factor at every step, and where it comes to
// numbers below the smallest normal one a processor takes a hundred times as long for each product. Sums of a gradient of weights
// have the later steps in them, next to which these numbers change no bit.
func vanish[F Float](d []F) {
	tiny := F(1e-22) // sixteen steps by a tenth away from the smallest normal number
	if unsafe.Sizeof(tiny) == 8 {
		tiny = F(1e-280)
	}
	for i, v := range d {
		if v < tiny && v > -tiny {
			d[i] = 0
		}
	}
}

// startBack puts the gradients of the last state into dh and dc.
func (l *Layer[F]) startBack(k *chunk[F]) {
	H := l.spec.H
	clear(k.dh)
	clear(k.dc)
	if l.dout.HN != nil {
		l.ops.copyRows(k.rows, H, k.dh, l.hp, l.dout.HN[k.first*H:], H)
	}
	if l.dout.CN != nil {
		l.ops.copyRows(k.rows, H, k.dc, l.hp, l.dout.CN[k.first*H:], H)
	}
}

// stepBack turns the gates of a step into the gradient by their sums, and the
// gradient of the state after it into that of the state before it.
func (l *Layer[F]) stepBack(k *chunk[F], slot, gate, t int) {
	s, o := l.spec, l.ops
	g := l.gAt(k, gate)
	for i := range k.parts {
		p := &k.parts[i]
		if p.way = p.live(t); p.way != whole {
			l.stepRagged(k, p, slot, gate, t)
			continue
		}
		if l.dout.Y != nil {
			o.addRows(p.rows, s.H, k.dh[p.at*l.hp:], l.hp, l.dout.Y[(t*s.B+k.first+p.at)*s.H:], s.H)
		}
		l.cellBack(k, slot, gate, p.at, p.at+p.rows)
	}
	rows := len(gateBlocks[s.Cell]) * l.hp
	if l.grads.X != nil {
		dx := l.grads.X[(t*s.B+k.first)*s.I:]
		ld := roundUp(s.I, o.width)
		l.mulX(dx, g[l.xs:], k.rows, rows, ld)
	}
	if slot > 0 || l.grads.H0 != nil {
		l.productBack(k, g)
	}
}

// productBack makes the gradient of the state before a step from that of its gates; parts of which no row has the step keep it.
func (l *Layer[F]) productBack(k *chunk[F], g []F) {
	s, o := l.spec, l.ops
	terms, dh := len(gateBlocks[s.Cell])*l.hp, k.dh
	if k.h != nil {
		dh = k.dm
	}
	for i := 0; i < len(k.parts); {
		to := k.parts[i].way
		at, rows, next := k.alike(i)
		if i = next; to == none {
			continue
		}
		adds := s.Cell == GRU || to == ragged
		mul(o, dh[at*l.hp:], l.hp, g[at*l.ldg:], l.ldg, 1, l.pack.back, 0, terms*o.cols, rows, l.hp, terms, nil, adds && k.h == nil)
		if k.h != nil {
			l.maskBack(k, at, rows, adds)
		}
	}
}

// maskBack makes the gradient of a masked state, dm, that of the state, or adds it to what there is.
func (l *Layer[F]) maskBack(k *chunk[F], at, rows int, adds bool) {
	H := l.spec.H
	for r := at; r < at+rows; r++ {
		m, dm, dh := l.in.Mask[(k.first+r)*H:][:H], k.dm[r*l.hp:][:H], k.dh[r*l.hp:][:H]
		for j, v := range m {
			d := v * dm[j]
			if adds {
				d += dh[j]
			}
			dh[j] = d
		}
	}
}

// mulX is dx = dgates·W for one step, from panels of ld columns in all.
func (l *Layer[F]) mulX(dx, g []F, m, k, ld int) {
	I, o := l.spec.I, l.ops
	for j := 0; j < I; j += o.cols {
		o.gemm(dx[j:], I, g, l.ldg, 1, l.pack.input[j*k:], min(o.cols, ld-j), m, min(o.cols, I-j), k, nil, false)
	}
}

// cellBack runs the elementwise half of the cell on rows a to b.
func (l *Layer[F]) cellBack(k *chunk[F], slot, gate, a, b int) {
	s, o, n := l.spec, l.ops, b-a
	g, dh := l.gAt(k, gate)[a*l.ldg:], k.dh[a*l.hp:]
	switch s.Cell {
	case Elman:
		h, ld := l.stateAt(k, slot+1)
		o.actBack(s.Nonlinearity, n, l.hp, h[a*ld:], ld, dh, l.hp, g, l.ldg)
	case LSTM:
		o.lstmBack(n, l.hp, g, l.ldg, l.cAt(k, slot)[a*l.hp:], l.cAt(k, slot+1)[a*l.hp:], dh, k.dc[a*l.hp:])
	case GRU:
		h, ld := l.stateAt(k, slot)
		o.gruBack(n, l.hp, g, l.ldg, h[a*ld:], ld, dh)
	}
}

// stepRagged does the elementwise work of a step that some rows of a part do not have:
// their gates get no gradient and their state's passes through. The product
// that follows adds to dh.
func (l *Layer[F]) stepRagged(k *chunk[F], p *portion[F], slot, gate, t int) {
	s := l.spec
	for r := p.at; r < p.at+p.rows; r++ {
		if t >= l.in.Lengths[k.first+r] {
			clear(l.gAt(k, gate)[r*l.ldg:][:l.blocks*l.hp])
			continue
		}
		dh := k.dh[r*l.hp:][:l.hp]
		if l.dout.Y != nil {
			l.ops.addRows(1, s.H, dh, 0, l.dout.Y[(t*s.B+k.first+r)*s.H:], 0)
		}
		l.cellBack(k, slot, gate, r, r+1)
		if s.Cell != GRU {
			clear(dh)
		}
	}
}
