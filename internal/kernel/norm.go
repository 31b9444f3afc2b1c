package kernel

import "math"

// normRows makes mean 0 and variance 1 of each row of x [rows,n], which are
// written to hat unless that is nil, and x = hat·gain + shift. rstd [rows]
// receives 1/√(variance + eps) of each row.
func normRows[F Float](rows, n int, x, gain, shift, hat, rstd []F) {
	gain, shift = gain[:n], shift[:n]
	for r := range rows {
		row := x[r*n:][:n]
		var sum, squares F
		for _, v := range row {
			sum += v
		}
		mean := sum / F(n)
		for _, v := range row {
			squares += (v - mean) * (v - mean)
		}
		inv := F(1 / math.Sqrt(float64(squares/F(n)+convNormEps)))
		rstd[r] = inv
		if hat != nil {
			h := hat[r*n:][:n]
			for j, v := range row {
				h[j] = (v - mean) * inv
			}
			for j, v := range h {
				row[j] = v*gain[j] + shift[j]
			}
			continue
		}
		for j, v := range row {
			row[j] = (v-mean)*inv*gain[j] + shift[j]
		}
	}
}

// normBackRows turns d [rows,n], the gradient by the results of normRows, into
// that by what it read, and adds the gradients of gain and shift to theirs.
func normBackRows[F Float](rows, n int, d, hat, rstd, gain, dgain, dshift []F) {
	gain, dgain, dshift = gain[:n], dgain[:n], dshift[:n]
	for r := range rows {
		row, h := d[r*n:][:n], hat[r*n:][:n]
		var sum, with F
		for j, v := range row {
			dgain[j] += v * h[j]
			dshift[j] += v
			v *= gain[j]
			row[j] = v
			sum += v
			with += v * h[j]
		}
		sum, with = sum/F(n), with/F(n)
		for j, v := range row {
			row[j] = (v - sum - h[j]*with) * rstd[r]
		}
	}
}

// geluRows is y = x·Φ(x) with the distribution function Φ of the normal
// distribution [1], the exact form that PyTorch takes by default. x [rows,n].
//
// [1] Hendrycks & Gimpel, Gaussian error linear units, 2016.
func geluRows[F Float](rows, n int, x, y []F, ldy int) {
	for r := range rows {
		to := y[r*ldy:][:n]
		for j, v := range x[r*n:][:n] {
			to[j] = v * F(normalBelow(float64(v)))
		}
	}
}

// geluBackRows is d = dy·(Φ(x) + x·φ(x)) with d [rows,n]; dy may be d.
func geluBackRows[F Float](rows, n int, x, dy []F, ld int, d []F) {
	for r := range rows {
		from, to := dy[r*ld:][:n], d[r*n:][:n]
		for j, v := range x[r*n:][:n] {
			u := float64(v)
			to[j] = from[j] * F(normalBelow(u)+u*math.Exp(-u*u/2)/math.Sqrt(2*math.Pi))
		}
	}
}

// normalBelow is the chance of a standard normal value below x.
func normalBelow(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }
