package kernel

// Forward makes y [T',B,Out], T' = Steps(T), of x [T,B,C]. lengths [B] are the
// real steps of each row, nil is T for all; steps of y past Steps(length) are
// zero. x and y must stay as they are until Backward is done.
func (l *Conv[F]) Forward(w ConvWeights[F], x []F, lengths []int, y []F) {
	s := l.spec
	l.checkWeights(w, false)
	l.checkLengths(lengths)
	need("conv: x", x, s.T*s.B*s.C, false)
	need("conv: y", y, s.Steps(s.T)*s.B*s.Out, false)
	if !l.ready {
		l.packForward(w.Weight)
		l.ready = s.Fixed
	}
	l.w, l.x, l.y, l.lengths = w, x, y, lengths
	l.run(s.flops(), l.chunks(), l.forward)
	if l.batch != nil {
		l.normalise()
	}
	l.release()
}

func (l *Conv[F]) release() {
	l.w, l.x, l.y, l.dy, l.dx, l.lengths = ConvWeights[F]{}, nil, nil, nil, nil, nil
}

// packForward turns the weight [Out,C,Width] into rows of its taps, step by step.
func (l *Conv[F]) packForward(weight []F) {
	s, o := l.spec, l.ops
	k := s.Width * s.C
	o.transpose(s.Out, k, l.flat, s.Out, weight, k)
	for j := 0; j < s.Out; j += o.cols {
		w := min(o.cols, s.Out-j)
		for tap := range s.Width {
			o.copyRows(s.C, w, l.wt[j*k+tap*s.C*w:], w, l.flat[tap*s.Out+j:], s.Width*s.Out)
		}
	}
}

func (l *Conv[F]) forwardChunk(i, worker int) {
	first, rows := l.chunk(i)
	if l.spec.Train {
		worker = i
	}
	room := &l.rooms[worker]
	for r := range rows {
		slot := 0
		if l.spec.Train {
			slot = r
		}
		l.forwardRow(room, slot, first+r)
	}
}

// forwardRow runs row b of the batch; slot is its place in the room.
func (l *Conv[F]) forwardRow(room *convRoom[F], slot, b int) {
	s, o := l.spec, l.ops
	n := l.length(b)
	m := s.Convolved(n)
	x := room.x[slot*l.long*s.C:][:l.long*s.C]
	at := s.left() * s.C
	o.copyRows(n, s.C, x[at:], s.C, l.x[b*s.C:], s.B*s.C)
	clear(x[at+n*s.C:])

	if l.batch != nil {
		l.convolve(l.batch.z[b*s.Out:], s.B*s.Out, x, m)
		return
	}
	z, all := room.z[:m*s.Out], l.middle*s.Out
	l.convolve(z, s.Out, x, m)
	if s.Norm == LayerNorm {
		var hat []F
		if s.Train {
			hat = room.hat[slot*all:][:len(z)]
		}
		o.norm(m, s.Out, z, l.w.Gain, l.w.Shift, hat, room.rstd[slot*l.middle:])
	}
	l.finishRow(room, slot, b, z)
}

// finishRow makes row b of y of its sums z, normalised: activation and pooling.
func (l *Conv[F]) finishRow(room *convRoom[F], slot, b int, z []F) {
	s, all := l.spec, l.middle*l.spec.Out
	m, steps := len(z)/s.Out, s.Steps(l.length(b))
	if s.Activation == GELU && s.Train {
		copy(room.pre[slot*all:], z)
	}
	y, ld := l.y[b*s.Out:], s.B*s.Out
	if s.Pooling == NoPooling {
		l.activate(m, z, y, ld)
	} else {
		act := room.act[slot*all:][:len(z)]
		l.activate(m, z, act, s.Out)
		poolSteps(s, steps, act, y, ld)
	}
	for t := steps; t < s.Steps(s.T); t++ {
		clear(y[t*ld:][:s.Out])
	}
}

// activate is y = f(z) for m steps.
func (l *Conv[F]) activate(m int, z, y []F, ldy int) {
	out := l.spec.Out
	if l.spec.Activation == GELU {
		geluRows(m, out, z, y, ldy)
		return
	}
	l.ops.act(l.spec.Activation, m, out, z, out, y, ldy)
}

// convolve makes the m sums of one row, which lie ld apart. Without dilation the inputs of all taps
// of a result lie side by side.
func (l *Conv[F]) convolve(z []F, ld int, x []F, m int) {
	const most = 256 // rows of one call
	s, o := l.spec, l.ops
	taps, k, hop := l.taps()
	for j := 0; j < s.Out; j += o.cols {
		w := min(o.cols, s.Out-j)
		panel := l.wt[j*s.Width*s.C:]
		for i := 0; i < m; i += most {
			bias := from(l.w.Bias, j)
			for tap := range taps {
				o.gemm(z[i*ld+j:], ld, x[i*s.Stride*s.C+tap*hop:], s.Stride*s.C, 1, panel[tap*k*w:], w, min(most, m-i), w, k, bias, tap > 0)
				bias = nil
			}
		}
	}
}

// taps is how many products make a convolution, how many terms each has, and
// how far apart their inputs begin.
func (l *Conv[F]) taps() (n, k, hop int) {
	s := l.spec
	if s.Dilation == 1 || s.Width == 1 {
		return 1, s.Width * s.C, 0
	}
	return s.Width, s.C, s.Dilation * s.C
}
