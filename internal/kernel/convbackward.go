package kernel

// Backward takes dy, the gradient of a loss by y of the last Forward, whose w,
// x, lengths and y it is given again, and makes dx and dw, which are
// overwritten; nil ones are not wanted. dy stays as it is.
func (l *Conv[F]) Backward(w ConvWeights[F], x []F, lengths []int, y, dy, dx []F, dw ConvWeights[F]) {
	s := l.spec
	if !s.Train {
		panic("kernel: Backward of a convolution without Train")
	}
	l.checkWeights(w, false)
	l.checkWeights(dw, true)
	need("conv: gradient of y", dy, s.Steps(s.T)*s.B*s.Out, false)
	need("conv: gradient of x", dx, s.T*s.B*s.C, true)
	if dx != nil {
		l.packBack()
	}
	l.w, l.x, l.y, l.dy, l.dx, l.lengths = w, x, y, dy, dx, lengths
	if l.batch != nil {
		l.unnormalise()
	}
	l.run(2*s.flops(), l.chunks(), l.backward)
	l.run(float64(l.chunks()*len(l.dsum[0])), reduceParts, l.reduce)
	l.unpack(dw)
	l.release()
}

// packBack turns the weight into what the products of planBack multiply.
func (l *Conv[F]) packBack() {
	s, o := l.spec, l.ops
	for _, p := range l.parts {
		k := len(p.taps) * s.Out
		for j := 0; j < s.C; j += o.cols {
			w := min(o.cols, s.C-j)
			for i, tap := range p.taps {
				o.transpose(w, s.Out, l.back[p.at+j*k+i*s.Out*w:], w, l.flat[(j*s.Width+tap)*s.Out:], s.Width*s.Out)
			}
		}
	}
}

// unpack writes the summed gradients in PyTorch's layouts.
func (l *Conv[F]) unpack(dw ConvWeights[F]) {
	s, o, k := l.spec, l.ops, l.spec.Width*l.spec.C
	sum := l.dsum[0]
	if dw.Weight != nil {
		for tap := range s.Width {
			o.copyRows(s.C, s.Out, l.sum[tap*s.Out:], s.Width*s.Out, sum[tap*s.C*s.Out:], s.Out)
		}
		o.transpose(k, s.Out, dw.Weight, k, l.sum, s.Out)
	}
	for i, to := range [][]F{dw.Bias, dw.Gain, dw.Shift} {
		copy(to, sum[(k+i)*s.Out:])
	}
	if l.batch != nil {
		copy(dw.Gain, l.batch.dgain)
		copy(dw.Shift, l.batch.dshift)
	}
}

// reducePart adds up one part of the chunks' gradients in the order of chunks.
func (l *Conv[F]) reducePart(i, _ int) {
	n := len(l.dsum[0])
	part := roundUp((n+reduceParts-1)/reduceParts, 16)
	a, b := min(i*part, n), min((i+1)*part, n)
	if a == b {
		return
	}
	for _, d := range l.dsum[1:] {
		l.ops.addRows(1, b-a, l.dsum[0][a:b], 0, d[a:b], 0)
	}
}

func (l *Conv[F]) backwardChunk(i, _ int) {
	first, rows := l.chunk(i)
	clear(l.dsum[i])
	for r := range rows {
		l.backwardRow(&l.rooms[i], l.dsum[i], r, first+r)
	}
}

// backwardRow adds the gradients of row b to sum and writes that of its steps.
func (l *Conv[F]) backwardRow(room *convRoom[F], sum []F, slot, b int) {
	s := l.spec
	n := l.length(b)
	m := s.Convolved(n)
	d := room.d[l.front*s.Out:]
	clear(d[m*s.Out:])
	if m > 0 {
		l.backSums(room, d[:m*s.Out], sum[s.Width*s.C*s.Out:], slot, b, n)
		l.backWeight(sum, room.x[slot*l.long*s.C:], d, m)
	}
	if l.dx == nil {
		return
	}
	l.backInput(room, n, m)
	l.ops.copyRows(n, s.C, l.dx[b*s.C:], s.B*s.C, room.dx[s.left()*s.C:], s.C)
	for t := n; t < s.T; t++ {
		clear(l.dx[(t*s.B+b)*s.C:][:s.C])
	}
}

// backSums makes d, the gradient of the sums of row b, and adds what it holds
// for bias, gain and shift to side.
func (l *Conv[F]) backSums(room *convRoom[F], d, side []F, slot, b, n int) {
	s, o, m := l.spec, l.ops, len(d)/l.spec.Out
	if l.batch != nil {
		o.copyRows(m, s.Out, d, s.Out, l.batch.dz[b*s.Out:], s.B*s.Out)
	} else {
		l.unfinishRow(room, d, slot, b, n)
	}
	if s.Norm == LayerNorm {
		o.normBack(m, s.Out, d, room.hat[slot*l.middle*s.Out:], room.rstd[slot*l.middle:], l.w.Gain, side[s.Out:2*s.Out], side[2*s.Out:])
	}
	mul(o, side, s.Out, l.ones[:], 0, 0, d, s.Out, o.cols, 1, s.Out, m, nil, true)
}

// unfinishRow makes d, the gradient of what finishRow has read of row b.
func (l *Conv[F]) unfinishRow(room *convRoom[F], d []F, slot, b, n int) {
	s, o, m := l.spec, l.ops, len(d)/l.spec.Out
	all := l.middle * s.Out
	y, dy, ld := l.y[b*s.Out:], l.dy[b*s.Out:], s.B*s.Out
	ldy := ld
	if s.Pooling != NoPooling {
		y, ldy = room.act[slot*all:], s.Out
		unpoolSteps(s, s.Steps(n), m, y, dy, ld, d)
		dy, ld = d, s.Out
	}
	if s.Activation == GELU {
		geluBackRows(m, s.Out, room.pre[slot*all:], dy, ld, d)
		return
	}
	o.actBack(s.Activation, m, s.Out, y, ldy, dy, ld, d, s.Out)
}

// backWeight adds xᵀ·d to the gradient of the weight.
func (l *Conv[F]) backWeight(sum, x, d []F, m int) {
	const most = 4096 // terms of one call
	s, o := l.spec, l.ops
	taps, k, hop := l.taps()
	for i := 0; i < m; i += most {
		for tap := range taps {
			mul(o, sum[tap*k*s.Out:], s.Out, x[i*s.Stride*s.C+tap*hop:], 1, s.Stride*s.C, d[i*s.Out:], s.Out, o.cols, k, s.Out, min(most, m-i), nil, true)
		}
	}
}

// backInput makes the gradient of the n steps of a row, padding included.
func (l *Conv[F]) backInput(room *convRoom[F], n, m int) {
	const most = 256
	s, o := l.spec, l.ops
	if l.parts[0].add || s.Stride > s.Width {
		clear(room.dx)
	}
	for _, p := range l.parts {
		rows, k := m, len(p.taps)*s.Out
		if !p.add {
			rows = (s.left() + n - p.from + s.Stride - 1) / s.Stride
		}
		for j := 0; j < s.C; j += o.cols {
			w := min(o.cols, s.C-j)
			for i := 0; i < rows; i += most {
				o.gemm(room.dx[(p.from+i*s.Stride)*s.C+j:], s.Stride*s.C, room.d[(p.row+i)*s.Out:], s.Out, 1,
					l.back[p.at+j*k:], w, min(most, rows-i), w, k, nil, p.add)
			}
		}
	}
}
