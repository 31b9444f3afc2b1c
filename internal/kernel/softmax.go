package kernel

import "math"

// The inner loops of a softmax: of the columns of a block, where every step
// goes along its rows, and of rows.

// Softmax makes chances of each of the rows of x [rows,n], and writes the
// greatest value of a row and the sum of exp(x - greatest) to most and sum [rows]: the logarithm of
// a chance is x - most - log(sum).
func Softmax[F Float](rows, n int, x, most, sum []F) {
	need("softmax: x", x, rows*n, false)
	need("softmax: most", most, rows, false)
	need("softmax: sum", sum, rows, false)
	o := use[F]()
	few := max(1, longest/n)
	for r := 0; r < rows; r += few {
		o.softmax(min(few, rows-r), n, x[r*n:], n, most[r:], sum[r:])
	}
}

// Greatest writes the greatest number of each column of x [rows,n] to most [n]; what a NaN does to it is not said. A zero may lose its sign in x.
// zeros are at least rows of them.
func Greatest[F Float](rows, n int, x, zeros, most []F) {
	need("greatest: x", x, rows*n, false)
	need("greatest: most", most, n, false)
	for j := range most {
		most[j] = F(math.Inf(-1))
	}
	few := max(1, longest/n)
	for r := 0; r < rows; r += few {
		use[F]().maxRows(min(few, rows-r), n, x[r*n:], n, zeros[r:], most)
	}
}

// maxRows is x[r,j] = x[r,j] + b[r] and most[j] = max(most[j], x[r,j]) over the
// rows; what a NaN does to most is not said.
func maxRows[F Float](rows, n int, x []F, ldx int, b, most []F) {
	most = most[:n]
	for r, more := range b[:rows] {
		row := x[r*ldx:][:n]
		for j, v := range row {
			v += more
			row[j] = v
			if v > most[j] {
				most[j] = v
			}
		}
	}
}

// expRows is x[r,j] = exp(x[r,j] - most[j]), which is added to sum[j].
func expRows[F Float](rows, n int, x []F, ldx int, most, sum []F) {
	most, sum = most[:n], sum[:n]
	for r := range rows {
		row := x[r*ldx:][:n]
		for j, v := range row {
			e := F(math.Exp(float64(v - most[j])))
			row[j] = e
			sum[j] += e
		}
	}
}

// shadeRows is x[r,j] = x[r,j]·f[j] - u[j]; total[r] receives the sum of the row.
func shadeRows[F Float](rows, n int, x []F, ldx int, f, u, total []F) {
	f, u = f[:n], u[:n]
	for r := range rows {
		row, sum := x[r*ldx:][:n], F(0)
		for j, v := range row {
			v = v*f[j] - u[j]
			row[j] = v
			sum += v
		}
		total[r] = sum
	}
}

// softmaxRows makes x[r,j] = exp(x[r,j] - most[r])/sum[r] with the greatest value
// and the sum of a row, which are written too.
func softmaxRows[F Float](rows, n int, x []F, ldx int, most, sum []F) {
	for r := range rows {
		row := x[r*ldx:][:n]
		top, total := greatest(row), F(0)
		for j, v := range row {
			e := F(math.Exp(float64(v - top)))
			row[j] = e
			total += e
		}
		inv := 1 / total
		for j := range row {
			row[j] *= inv
		}
		most[r], sum[r] = top, total
	}
}

// greatest is the greatest of x, or its first value where no other compares.
func greatest[F Float](x []F) F {
	top := x[0]
	for _, v := range x {
		if v > top {
			top = v
		}
	}
	return top
}

// expSums writes the greatest value and the sum of exp(x[r,j] - most[r]) of a row.
func expSums[F Float](rows, n int, x []F, ldx int, most, sum []F) {
	for r := range rows {
		row := x[r*ldx:][:n]
		top, total := greatest(row), F(0)
		for _, v := range row {
			total += F(math.Exp(float64(v - top)))
		}
		most[r], sum[r] = top, total
	}
}

// above is the place of the first of x that is greater than border, or len(x).
func above[F Float](x []F, border F) int {
	for i, v := range x {
		if v > border {
			return i
		}
	}
	return len(x)
}
