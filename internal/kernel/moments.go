package kernel

// The inner loops of a batch norm, over matrices [rows,n] and vectors [n].

// squares is sum[j] += (x[r,j] - mean[j])².
func squares[F Float](rows, n int, x, mean, sum []F) {
	mean, sum = mean[:n], sum[:n]
	for r := range rows {
		for j, v := range x[r*n:][:n] {
			v -= mean[j]
			sum[j] += v * v
		}
	}
}

// products is sum[j] += d[r,j]·(x[r,j] - mean[j]).
func products[F Float](rows, n int, d, x, mean, sum []F) {
	mean, sum = mean[:n], sum[:n]
	for r := range rows {
		row := d[r*n:][:n]
		for j, v := range x[r*n:][:n] {
			sum[j] += row[j] * (v - mean[j])
		}
	}
}

// affine is y[r,j] = (x[r,j] - mean[j])·f[j] + u[j].
func affine[F Float](rows, n int, x, y, mean, f, u []F) {
	mean, f, u = mean[:n], f[:n], u[:n]
	for r := range rows {
		row := y[r*n:][:n]
		for j, v := range x[r*n:][:n] {
			row[j] = (v-mean[j])*f[j] + u[j]
		}
	}
}

// slopes is d[r,j] = d[r,j]·f[j] - (x[r,j] - mean[j])·h[j] - u[j].
func slopes[F Float](rows, n int, d, x, mean, f, h, u []F) {
	mean, f, h, u = mean[:n], f[:n], h[:n], u[:n]
	for r := range rows {
		row := d[r*n:][:n]
		for j, v := range x[r*n:][:n] {
			row[j] = row[j]*f[j] - u[j] - (v-mean[j])*h[j]
		}
	}
}
