package kernel

// poolSteps makes each of the steps of y, whose rows lie ld apart, of PoolWidth
// rows of x [·,Out]. A NaN stays.
func poolSteps[F Float](s ConvSpec, steps int, x, y []F, ld int) {
	n, share := s.Out, F(s.PoolWidth)
	for t := range steps {
		to, from := y[t*ld:][:n], x[t*s.PoolStride*n:]
		copy(to, from)
		for k := 1; k < s.PoolWidth; k++ {
			row := from[k*n:][:n]
			if s.Pooling == MaxPooling {
				for j, v := range row {
					if v > to[j] || v != v {
						to[j] = v
					}
				}
				continue
			}
			for j, v := range row {
				to[j] += v
			}
		}
		if s.Pooling == MeanPooling {
			for j := range to {
				to[j] /= share
			}
		}
	}
}

// unpoolSteps makes d [rows,Out], the gradient by x of poolSteps, of dy, whose
// rows lie ld apart. Of several greatest values the first gets all of it.
func unpoolSteps[F Float](s ConvSpec, steps, rows int, x, dy []F, ld int, d []F) {
	n, share := s.Out, 1/F(s.PoolWidth)
	clear(d[:rows*n])
	for t := range steps {
		from, at := dy[t*ld:][:n], t*s.PoolStride*n
		if s.Pooling == MeanPooling {
			for k := range s.PoolWidth {
				to := d[at+k*n:][:n]
				for j, v := range from {
					to[j] += v * share
				}
			}
			continue
		}
		for j, v := range from {
			best := at + j
			for k := 1; k < s.PoolWidth; k++ {
				if u := x[at+k*n+j]; u > x[best] || u != u {
					best = at + k*n + j
				}
			}
			d[best] += v
		}
	}
}
