package kernel

// AttentionForward weighs the real steps of every row by a softmax over their
// scores [1] and writes the sum y [B,H] and the weights alpha [B,T], which are
// zero past a row's length, as is all of a row without steps. scores: [T,B].
//
// [1] Bahdanau, Cho & Bengio, Neural machine translation by jointly learning to align and translate, 2015.
func AttentionForward[F Float](p *Pool, s Steps[F], scores, alpha, y []F) {
	s.check("attention")
	need("attention: scores", scores, s.T*s.B, false)
	need("attention: weights", alpha, s.T*s.B, false)
	need("attention: y", y, s.B*s.H, false)
	o := use[F]()
	s.rows(p, func(b, _ int) {
		n, a := s.length(b), alpha[b*s.T:][:s.T]
		clear(a[n:])
		to := y[b*s.H:][:s.H]
		if n == 0 {
			clear(to)
			return
		}
		for t := range n {
			a[t] = scores[t*s.B+b]
		}
		o.softmax(1, n, a, 0, to, to) // its greatest value and sum are not needed
		mul(o, to, s.H, a, 0, 1, s.X[b*s.H:], s.B*s.H, o.cols, 1, s.H, n, nil, false)
	})
}

// AttentionBackward writes the gradients by the scores and by x from dy and the
// weights that AttentionForward made.
func AttentionBackward[F Float](p *Pool, s Steps[F], alpha, dy, dscores, dx []F) {
	s.check("attention")
	need("attention: weights", alpha, s.T*s.B, false)
	need("attention: gradient of y", dy, s.B*s.H, false)
	need("attention: gradient of scores", dscores, s.T*s.B, false)
	need("attention: gradient of x", dx, len(s.X), false)
	o, ld := use[F](), s.B*s.H
	s.rows(p, func(b, _ int) {
		n, a, from := s.length(b), alpha[b*s.T:][:s.T], dy[b*s.H:][:s.H]
		for t := n; t < s.T; t++ {
			dscores[t*s.B+b] = 0
			clear(dx[t*ld+b*s.H:][:s.H])
		}
		if n == 0 {
			return
		}
		ds := dscores[b:]
		o.gemm(ds, s.B, s.X[b*s.H:], ld, 1, from, 1, n, 1, s.H, nil, false) // the gradient by the weights
		mean := F(0)
		for t, w := range a[:n] {
			mean += w * ds[t*s.B]
		}
		for t, w := range a[:n] {
			ds[t*s.B] = w * (ds[t*s.B] - mean)
			to := dx[t*ld+b*s.H:][:s.H]
			for j, v := range from {
				to[j] = w * v
			}
		}
	})
}
