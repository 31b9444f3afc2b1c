//go:build !purego

package kernel

import (
	"unsafe"

	"golang.org/x/sys/cpu"
)

//go:generate sh -c "cd _generate && go run . -isa avx512 -out ../avx512_amd64.s -stubs ../avx512_amd64.go -pkg kernel"
//go:generate sh -c "cd _generate && go run . -isa avx2 -out ../avx2_amd64.s -stubs ../avx2_amd64.go -pkg kernel"

// implementations lists what float32 can run on, the fastest first.
func implementations() []*ops[float32] {
	var all []*ops[float32]
	if x := &cpu.X86; x.HasAVX2 && x.HasFMA {
		if x.HasAVX512F && x.HasAVX512DQ {
			all = append(all, avx512.ops())
		}
		all = append(all, avx2.ops())
	}
	return append(all, goOps[float32]())
}

// assembly is a set of generated functions; each computes what the portable
// loop that its comment names does. They check nothing.
type assembly struct {
	name                string
	lanes, cols, chains int

	gemm                            func(c *float32, ldc int, a *float32, ars, aks int, b *float32, ldb, m, n, k int, bias *float32, acc int)
	tanh, sigmoid, relu             func(rows, n int, x *float32, ldx int, y *float32, ldy int)
	tanhBack, sigmoidBack, reluBack func(rows, n int, y *float32, ldy int, dy *float32, lddy int, dx *float32, lddx int)
	lstm, lstmInfer                 func(rows, n int, g *float32, ldg int, c0, c1, h *float32, ldh int)
	lstmBack                        func(rows, n int, g *float32, ldg int, c0, c1, dh, dc *float32)
	gru                             func(rows, n int, g *float32, ldg int, h0, h1 *float32, ldh int)
	gruBack                         func(rows, n int, g *float32, ldg int, h0 *float32, ldh int, dh *float32)
	copy, add, transpose            func(rows, n int, dst *float32, ldd int, src *float32, lds int)
	maxRows                         func(rows, n int, x *float32, ldx int, b, most *float32)
	expRows, softmax, expSums       func(rows, n int, x *float32, ldx int, most, sum *float32)
	above                           func(n int, x *float32, border float32) int
	shadeRows                       func(rows, n int, x *float32, ldx int, f, u, total *float32)
	squares                         func(rows, n int, x, mean, sum *float32)
	products                        func(rows, n int, d, x, mean, sum *float32)
	affine                          func(rows, n int, x, y, mean, f, u *float32)
	slopes                          func(rows, n int, d, x, mean, f, h, u *float32)
	sumSquares                      func(n int, x *float32) float64
	scale                           func(n int, a float32, x *float32)
	adam                            func(n int, w, g, m, v *float32, keep, b1, a1, b2, a2, rate, root, eps float32)
	spin                            func(n int)
	norm                            func(rows, n int, x, gain, shift, hat, rstd *float32, share, eps float32)
	normBack                        func(rows, n int, d, hat, rstd, gain, dgain, dshift *float32, share float32)
}

var avx512 = assembly{
	name: "avx512", lanes: 16, cols: 64, chains: 10,
	gemm: gemmAVX512, tanh: tanhAVX512, sigmoid: sigmoidAVX512, relu: reluAVX512,
	tanhBack: tanhBackAVX512, sigmoidBack: sigmoidBackAVX512, reluBack: reluBackAVX512,
	lstm: lstmAVX512, lstmInfer: lstmInferAVX512, lstmBack: lstmBackAVX512, gru: gruAVX512, gruBack: gruBackAVX512,
	copy: copyAVX512, add: addAVX512, transpose: transposeAVX512,
	sumSquares: sumSquaresAVX512, scale: scaleAVX512, adam: adamAVX512, spin: spinAVX512,
	norm: normAVX512, normBack: normBackAVX512,
	maxRows: maxRowsAVX512, expRows: expRowsAVX512, shadeRows: shadeRowsAVX512, softmax: softmaxAVX512,
	expSums: expSumsAVX512, above: aboveAVX512,
	squares: squaresAVX512, products: productsAVX512, affine: affineAVX512, slopes: slopesAVX512,
}

var avx2 = assembly{
	name: "avx2", lanes: 8, cols: 16, chains: 10,
	gemm: gemmAVX2, tanh: tanhAVX2, sigmoid: sigmoidAVX2, relu: reluAVX2,
	tanhBack: tanhBackAVX2, sigmoidBack: sigmoidBackAVX2, reluBack: reluBackAVX2,
	lstm: lstmAVX2, lstmInfer: lstmInferAVX2, lstmBack: lstmBackAVX2, gru: gruAVX2, gruBack: gruBackAVX2,
	copy: copyAVX2, add: addAVX2, transpose: transposeAVX2,
	sumSquares: sumSquaresAVX2, scale: scaleAVX2, adam: adamAVX2, spin: spinAVX2,
	norm: normAVX2, normBack: normBackAVX2,
	maxRows: maxRowsAVX2, expRows: expRowsAVX2, shadeRows: shadeRowsAVX2, softmax: softmaxAVX2,
	expSums: expSumsAVX2, above: aboveAVX2,
	squares: squaresAVX2, products: productsAVX2, affine: affineAVX2, slopes: slopesAVX2,
}

// at is a pointer to a matrix of which rows of n elements will be touched; it
// panics when the last of them lies outside of x. ld may be 0 for one row.
func at(x []float32, rows, n, ld int) *float32 {
	if rows > 0 && n > 0 {
		_ = x[(rows-1)*ld+n-1]
	}
	return unsafe.SliceData(x)
}

// optional is at of one row that may be nil.
func optional(x []float32, n int) *float32 {
	if x == nil {
		return nil
	}
	return at(x, 1, n, 0)
}

// ops wraps the functions so that nothing is touched outside of a slice.
func (s *assembly) ops() *ops[float32] {
	return &ops[float32]{
		name: s.name, width: s.lanes, cols: s.cols,
		gemm: func(c []float32, ldc int, a []float32, ars, aks int, b []float32, ldb, m, n, k int, bias []float32, acc bool) {
			more := 0
			if acc {
				more = 1
			}
			if m > 0 && k > 0 {
				_ = a[(m-1)*ars+(k-1)*aks]
			}
			s.gemm(at(c, m, n, ldc), ldc, unsafe.SliceData(a), ars, aks, at(b, k, n, ldb), ldb, m, n, k, optional(bias, n), more)
		},
		act: s.act, actBack: s.actBack,
		lstm: func(rows, n int, g []float32, ldg int, c0, c1, h []float32, ldh int) {
			s.lstm(rows, n, at(g, rows, 4*n, ldg), ldg, at(c0, rows, n, n), at(c1, rows, n, n), at(h, rows, n, ldh), ldh)
		},
		lstmInfer: func(rows, n int, g []float32, ldg int, c0, c1, h []float32, ldh int) {
			s.lstmInfer(rows, n, at(g, rows, 4*n, ldg), ldg, at(c0, rows, n, n), at(c1, rows, n, n), at(h, rows, n, ldh), ldh)
		},
		lstmBack: func(rows, n int, g []float32, ldg int, c0, c1, dh, dc []float32) {
			s.lstmBack(rows, n, at(g, rows, 4*n, ldg), ldg, at(c0, rows, n, n), at(c1, rows, n, n), at(dh, rows, n, n), at(dc, rows, n, n))
		},
		gru: func(rows, n int, g []float32, ldg int, h0, h1 []float32, ldh int) {
			s.gru(rows, n, at(g, rows, 4*n, ldg), ldg, at(h0, rows, n, ldh), at(h1, rows, n, ldh), ldh)
		},
		gruBack: func(rows, n int, g []float32, ldg int, h0 []float32, ldh int, dh []float32) {
			s.gruBack(rows, n, at(g, rows, 4*n, ldg), ldg, at(h0, rows, n, ldh), ldh, at(dh, rows, n, n))
		},
		copyRows: func(rows, n int, dst []float32, ldd int, src []float32, lds int) {
			s.copy(rows, n, at(dst, rows, n, ldd), ldd, at(src, rows, n, lds), lds)
		},
		addRows: func(rows, n int, dst []float32, ldd int, src []float32, lds int) {
			s.add(rows, n, at(dst, rows, n, ldd), ldd, at(src, rows, n, lds), lds)
		},
		transpose: s.transposeAny,
		norm: func(rows, n int, x, gain, shift, hat, rstd []float32) {
			if hat == nil {
				hat = x
			}
			s.norm(rows, n, at(x, rows, n, n), at(gain, 1, n, 0), at(shift, 1, n, 0), at(hat, rows, n, n), at(rstd, 1, rows, 0), 1/float32(n), convNormEps)
		},
		normBack: func(rows, n int, d, hat, rstd, gain, dgain, dshift []float32) {
			s.normBack(rows, n, at(d, rows, n, n), at(hat, rows, n, n), at(rstd, 1, rows, 0), at(gain, 1, n, 0), at(dgain, 1, n, 0), at(dshift, 1, n, 0), 1/float32(n))
		},
		maxRows: func(rows, n int, x []float32, ldx int, b, most []float32) {
			s.maxRows(rows, n, at(x, rows, n, ldx), ldx, at(b, 1, rows, 0), at(most, 1, n, 0))
		},
		expRows: func(rows, n int, x []float32, ldx int, most, sum []float32) {
			s.expRows(rows, n, at(x, rows, n, ldx), ldx, at(most, 1, n, 0), at(sum, 1, n, 0))
		},
		shadeRows: func(rows, n int, x []float32, ldx int, f, u, total []float32) {
			s.shadeRows(rows, n, at(x, rows, n, ldx), ldx, at(f, 1, n, 0), at(u, 1, n, 0), at(total, 1, rows, 0))
		},
		softmax: func(rows, n int, x []float32, ldx int, most, sum []float32) {
			s.softmax(rows, n, at(x, rows, n, ldx), ldx, at(most, 1, rows, 0), at(sum, 1, rows, 0))
		},
		expSums: func(rows, n int, x []float32, ldx int, most, sum []float32) {
			s.expSums(rows, n, at(x, rows, n, ldx), ldx, at(most, 1, rows, 0), at(sum, 1, rows, 0))
		},
		above: func(x []float32, border float32) int { return s.above(len(x), unsafe.SliceData(x), border) },
		squares: func(rows, n int, x, mean, sum []float32) {
			s.squares(rows, n, at(x, rows, n, n), at(mean, 1, n, 0), at(sum, 1, n, 0))
		},
		products: func(rows, n int, d, x, mean, sum []float32) {
			s.products(rows, n, at(d, rows, n, n), at(x, rows, n, n), at(mean, 1, n, 0), at(sum, 1, n, 0))
		},
		affine: func(rows, n int, x, y, mean, f, u []float32) {
			s.affine(rows, n, at(x, rows, n, n), at(y, rows, n, n), at(mean, 1, n, 0), at(f, 1, n, 0), at(u, 1, n, 0))
		},
		slopes: func(rows, n int, d, x, mean, f, h, u []float32) {
			s.slopes(rows, n, at(d, rows, n, n), at(x, rows, n, n), at(mean, 1, n, 0), at(f, 1, n, 0), at(h, 1, n, 0), at(u, 1, n, 0))
		},
		sumSquares: func(x []float32) float64 { return s.sumSquares(len(x), unsafe.SliceData(x)) },
		scale:      func(a float32, x []float32) { s.scale(len(x), a, unsafe.SliceData(x)) },
		adam: func(w, g, m, v []float32, a adamFactors[float32]) {
			n := len(w)
			s.adam(n, at(w, 1, n, 0), at(g, 1, n, 0), at(m, 1, n, 0), at(v, 1, n, 0), a.keep, a.b1, a.a1, a.b2, a.a2, a.rate, a.root, a.eps)
		},
		spin: func(n int) float64 {
			s.spin(n)
			return 2 * float64(s.lanes*s.chains*n)
		},
	}
}

func (s *assembly) act(a Activation, rows, n int, x []float32, ldx int, y []float32, ldy int) {
	f := s.tanh
	switch a {
	case Identity:
		s.copy(rows, n, at(y, rows, n, ldy), ldy, at(x, rows, n, ldx), ldx)
		return
	case Sigmoid:
		f = s.sigmoid
	case ReLU:
		f = s.relu
	}
	f(rows, n, at(x, rows, n, ldx), ldx, at(y, rows, n, ldy), ldy)
}

func (s *assembly) actBack(a Activation, rows, n int, y []float32, ldy int, dy []float32, lddy int, dx []float32, lddx int) {
	f := s.tanhBack
	switch a {
	case Identity:
		s.copy(rows, n, at(dx, rows, n, lddx), lddx, at(dy, rows, n, lddy), lddy)
		return
	case Sigmoid:
		f = s.sigmoidBack
	case ReLU:
		f = s.reluBack
	}
	f(rows, n, at(y, rows, n, ldy), ldy, at(dy, rows, n, lddy), lddy, at(dx, rows, n, lddx), lddx)
}

// transposeAny moves squares of 8 by 8 and leaves the edges to the portable loop.
func (s *assembly) transposeAny(rows, n int, dst []float32, ldd int, src []float32, lds int) {
	r, c := rows&^7, n&^7
	if r > 0 && c > 0 {
		s.transpose(r, c, at(dst, c, r, ldd), ldd, at(src, r, c, lds), lds)
	}
	if c < n && r > 0 {
		transpose(r, n-c, dst[c*ldd:], ldd, src[c:], lds)
	}
	if r < rows {
		transpose(rows-r, n, dst[r:], ldd, src[r*lds:], lds)
	}
}
