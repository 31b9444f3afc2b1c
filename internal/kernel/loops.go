package kernel

import "math"

// The portable implementation of the inner loops, but for the cells.

// gemm works on 2 by 4 blocks, whose sums the compiler keeps in registers.
func gemm[F Float](c []F, ldc int, a []F, ars, aks int, b []F, ldb, m, n, k int, bias []F, acc bool) {
	i := 0
	for ; i+2 <= m; i += 2 {
		j := 0
		for ; j+4 <= n; j += 4 {
			gemm2x4(c[i*ldc+j:], ldc, a[i*ars:], ars, aks, b[min(j, len(b)):], ldb, k, from(bias, j), acc)
		}
		for ; j < n; j++ {
			gemm1x1(c[i*ldc+j:], a[i*ars:], aks, b[min(j, len(b)):], ldb, k, from(bias, j), acc)
			gemm1x1(c[(i+1)*ldc+j:], a[(i+1)*ars:], aks, b[min(j, len(b)):], ldb, k, from(bias, j), acc)
		}
	}
	for ; i < m; i++ {
		j := 0
		for ; j+4 <= n; j += 4 {
			gemm1x4(c[i*ldc+j:], a[i*ars:], aks, b[min(j, len(b)):], ldb, k, from(bias, j), acc)
		}
		for ; j < n; j++ {
			gemm1x1(c[i*ldc+j:], a[i*ars:], aks, b[min(j, len(b)):], ldb, k, from(bias, j), acc)
		}
	}
}

// from is x from element j on; nil stays nil.
func from[F Float](x []F, j int) []F {
	if x == nil {
		return nil
	}
	return x[j:]
}

// start4 is what four sums start from.
func start4[F Float](bias []F) (p0, p1, p2, p3 F) {
	if bias == nil {
		return
	}
	return bias[0], bias[1], bias[2], bias[3]
}

func gemm2x4[F Float](c []F, ldc int, a []F, ars, aks int, b []F, ldb, k int, bias []F, acc bool) {
	p0, p1, p2, p3 := start4(bias)
	q0, q1, q2, q3 := p0, p1, p2, p3
	for i, j := 0, 0; k > 0; k-- {
		r := b[j : j+4 : j+4]
		x, y := a[i], a[i+ars]
		p0 += x * r[0]
		p1 += x * r[1]
		p2 += x * r[2]
		p3 += x * r[3]
		q0 += y * r[0]
		q1 += y * r[1]
		q2 += y * r[2]
		q3 += y * r[3]
		i += aks
		j += ldb
	}
	store4(c, p0, p1, p2, p3, acc)
	store4(c[ldc:], q0, q1, q2, q3, acc)
}

func gemm1x4[F Float](c, a []F, aks int, b []F, ldb, k int, bias []F, acc bool) {
	p0, p1, p2, p3 := start4(bias)
	for i, j := 0, 0; k > 0; k-- {
		r := b[j : j+4 : j+4]
		x := a[i]
		p0 += x * r[0]
		p1 += x * r[1]
		p2 += x * r[2]
		p3 += x * r[3]
		i += aks
		j += ldb
	}
	store4(c, p0, p1, p2, p3, acc)
}

func store4[F Float](c []F, p0, p1, p2, p3 F, acc bool) {
	c = c[:4:4]
	if acc {
		p0, p1, p2, p3 = c[0]+p0, c[1]+p1, c[2]+p2, c[3]+p3
	}
	c[0], c[1], c[2], c[3] = p0, p1, p2, p3
}

func gemm1x1[F Float](c, a []F, aks int, b []F, ldb, k int, bias []F, acc bool) {
	var p F
	if bias != nil {
		p = bias[0]
	}
	for i, j := 0, 0; k > 0; k-- {
		p += a[i] * b[j]
		i += aks
		j += ldb
	}
	if acc {
		p += c[0]
	}
	c[0] = p
}

// copyRows is dst[r,j] = src[r,j].
func copyRows[F Float](rows, n int, dst []F, ldd int, src []F, lds int) {
	for r := range rows {
		copy(dst[r*ldd:][:n], src[r*lds:][:n])
	}
}

// addRows is dst[r,j] += src[r,j].
func addRows[F Float](rows, n int, dst []F, ldd int, src []F, lds int) {
	for r := range rows {
		d, s := dst[r*ldd:][:n], src[r*lds:][:n]
		for j, v := range s {
			d[j] += v
		}
	}
}

// transpose is dst[j,r] = src[r,j] for the rows and n columns of src, in blocks
// of 8 rows so that a line of dst is written at once.
func transpose[F Float](rows, n int, dst []F, ldd int, src []F, lds int) {
	for r0 := 0; r0 < rows; r0 += 8 {
		r1 := min(r0+8, rows)
		for j := range n {
			for r := r0; r < r1; r++ {
				dst[j*ldd+r] = src[r*lds+j]
			}
		}
	}
}

// sumSquares is Σ x², summed in float64.
func sumSquares[F Float](x []F) float64 {
	var s0, s1, s2, s3 float64
	for ; len(x) >= 4; x = x[4:] {
		s0 += float64(x[0]) * float64(x[0])
		s1 += float64(x[1]) * float64(x[1])
		s2 += float64(x[2]) * float64(x[2])
		s3 += float64(x[3]) * float64(x[3])
	}
	for _, v := range x {
		s0 += float64(v) * float64(v)
	}
	return (s0 + s1) + (s2 + s3)
}

// scale is x = a·x.
func scale[F Float](a F, x []F) {
	for i := range x {
		x[i] *= a
	}
}

// adam is AdamStep with its constants ready.
func adam[F Float](w, g, m, v []F, a adamFactors[F]) {
	g, m, v = g[:len(w)], m[:len(w)], v[:len(w)]
	for i := range w {
		m[i] = a.b1*m[i] + a.a1*g[i]
		v[i] = a.b2*v[i] + a.a2*(g[i]*g[i])
		w[i] = w[i]*a.keep - a.rate*m[i]/(F(math.Sqrt(float64(v[i])))*a.root+a.eps)
	}
}

// spin does n rounds of 8 independent multiply-adds and returns their number
// of operations.
func spin[F Float](n int) float64 {
	var a, b, c, d, e, f, g, h F
	const m, k = 0.5, 1
	for range n {
		a, b, c, d = a*m+k, b*m+k, c*m+k, d*m+k
		e, f, g, h = e*m+k, f*m+k, g*m+k, h*m+k
	}
	if a+b+c+d+e+f+g+h < 0 { // never: keeps the sums alive
		return 0
	}
	return 16 * float64(n)
}
