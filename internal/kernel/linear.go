package kernel

// LinearForward is y[n,o] = act(x[n,i]·wᵀ + b) with w [o,i] and b [o]; a nil b is zero.
func LinearForward[F Float](p *Pool, a Activation, n, i, o int, x, w, b, y []F) {
	checkLinear(n, i, o, x, w, b, y)
	for r := range n {
		for k := range o {
			y[r*o+k] = act(a, bias(b, k)+dot(x[r*i:][:i], w[k*i:]))
		}
	}
}

// LinearBackward takes dy, the gradient of a loss by y of LinearForward, which
// it may overwrite, and makes dx, dw and db; a nil one is not wanted.
func LinearBackward[F Float](p *Pool, a Activation, n, i, o int, x, w, y, dy, dx, dw, db []F) {
	checkLinear(n, i, o, x, w, db, y)
	need("linear: gradient of y", dy, n*o, false)
	need("linear: gradient of x", dx, n*i, true)
	need("linear: gradient of w", dw, o*i, true)
	clear(dx)
	clear(dw)
	clear(db)
	for r := range n {
		for k := range o {
			d := dy[r*o+k] * slope(a, y[r*o+k])
			if dx != nil {
				axpy(d, w[k*i:][:i], dx[r*i:])
			}
			if dw != nil {
				axpy(d, x[r*i:][:i], dw[k*i:])
			}
			if db != nil {
				db[k] += d
			}
		}
	}
}

func checkLinear[F Float](n, i, o int, x, w, b, y []F) {
	need("linear: x", x, n*i, false)
	need("linear: w", w, o*i, false)
	need("linear: b", b, o, true)
	need("linear: y", y, n*o, false)
}
