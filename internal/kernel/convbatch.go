package kernel

// This file is a convolution whose norm is over the batch: between the sums of
// all rows and what follows them lies a BatchNorm.

// convBatch is what such a layer has besides.
type convBatch[F Float] struct {
	norm          *BatchNorm[F]
	late          bool  // activation and pooling come after the norm, row by row; else the norm does the activation and makes y
	lengths       []int // [B] sums of each row
	z, u          []F   // [middle,B,Out] the sums; with late, normalised
	dz, du        []F   // their gradients, with Train
	dgain, dshift []F   // [Out]

	finish, unfinish func(chunk, worker int)
}

func (l *Conv[F]) newBatch() *convBatch[F] {
	s := l.spec
	a := &convBatch[F]{late: s.Activation == GELU || s.Pooling != NoPooling, lengths: make([]int, s.B)}
	f, all := s.Activation, l.middle*s.B*s.Out
	if a.late {
		f, a.u = Identity, aligned[F](all)
	}
	a.norm, a.z = NewBatchNorm[F](s.Pool, s.Out, f), aligned[F](all)
	a.finish, a.unfinish = l.finishChunk, l.unfinishChunk
	if s.Train {
		a.dz, a.dgain, a.dshift = aligned[F](all), make([]F, s.Out), make([]F, s.Out)
		if a.late {
			a.du = aligned[F](all)
		}
	}
	return a
}

// Moments are those of the sums of the last Forward with Train and BatchNormed;
// they hold until the next.
func (l *Conv[F]) Moments() Moments[F] { return l.batch.norm.Moments() }

// sums are the sums of all rows.
func (l *Conv[F]) sums() Steps[F] {
	s := Steps[F]{T: l.middle, B: l.spec.B, H: l.spec.Out, X: l.batch.z}
	if l.lengths != nil {
		for b, n := range l.lengths {
			l.batch.lengths[b] = l.spec.Convolved(n)
		}
		s.Lengths = l.batch.lengths
	}
	return s
}

// normalise makes y of the sums.
func (l *Conv[F]) normalise() {
	a, to := l.batch, l.y
	if a.late {
		to = a.u
	}
	if l.spec.Train {
		a.norm.Forward(l.sums(), l.w.Gain, l.w.Shift, to)
	} else {
		a.norm.Apply(l.sums(), l.w.Gain, l.w.Shift, l.w.Mean, l.w.Var, to)
	}
	if a.late {
		l.run(16*float64(len(a.u)), l.chunks(), a.finish)
	}
}

func (l *Conv[F]) finishChunk(i, worker int) {
	s := l.spec
	first, rows := l.chunk(i)
	if s.Train {
		worker = i
	}
	room := &l.rooms[worker]
	for r := range rows {
		b, slot := first+r, 0
		if s.Train {
			slot = r
		}
		m := s.Convolved(l.length(b))
		z := room.z[:m*s.Out]
		l.ops.copyRows(m, s.Out, z, s.Out, l.batch.u[b*s.Out:], s.B*s.Out)
		l.finishRow(room, slot, b, z)
	}
}

// unnormalise makes the gradient of the sums, and those of gain and shift.
func (l *Conv[F]) unnormalise() {
	a, y, dy := l.batch, l.y, l.dy
	if a.late {
		l.run(16*float64(len(a.u)), l.chunks(), a.unfinish)
		y, dy = a.u, a.du
	}
	a.norm.Backward(l.sums(), y, dy, a.dz, a.dgain, a.dshift)
}

func (l *Conv[F]) unfinishChunk(i, _ int) {
	s := l.spec
	first, rows := l.chunk(i)
	room := &l.rooms[i]
	for r := range rows {
		b := first + r
		n := l.length(b)
		m := s.Convolved(n)
		d := room.d[l.front*s.Out:][:m*s.Out]
		l.unfinishRow(room, d, r, b, n)
		l.ops.copyRows(m, s.Out, l.batch.du[b*s.Out:], s.B*s.Out, d, s.Out)
	}
}
