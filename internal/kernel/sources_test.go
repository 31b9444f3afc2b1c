package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestSources: the weights and the sums are those of the formula, and a query's are its own.
func TestSources(t *testing.T) {
	each(t, func(t *testing.T, _ *ops[float32]) { sourcesAgree[float32](t, 3e-6) })
	t.Run("float64", func(t *testing.T) { sourcesAgree[float64](t, 1e-13) })
}

func sourcesAgree[F Float](t *testing.T, tolerance float64) {
	r := rand.New(rand.NewPCG(1, 2))
	random := func(n int) []F {
		x := make([]F, n)
		for i := range x {
			x[i] = F(r.NormFloat64())
		}
		return x
	}
	for _, c := range []struct{ n, h, m, rows int }{{1, 1, 1, 1}, {7, 5, 3, 2}, {70, 33, 130, 9}, {129, 16, 64, 1}} {
		lk, lv, ldq, ldw, lds := c.h+3, c.m+2, c.h+1, c.n+4, c.m+5
		keys, values, q := random(c.n*lk), random(c.n*lv), random(c.rows*ldq)
		s := NewSources(c.n, c.h, c.m, keys, lk, values, lv)
		weights, sums := make([]F, c.rows*ldw), make([]F, c.rows*lds)
		s.Attend(c.rows, q, ldq, weights, ldw, sums, lds)
		for row := range c.rows {
			e, total := make([]float64, c.n), 0.0
			for j := range e {
				for i := range c.h {
					e[j] += float64(q[row*ldq+i]) * float64(keys[j*lk+i])
				}
				e[j] = math.Exp(e[j])
				total += e[j]
			}
			for i := range c.m {
				want := 0.0
				for j := range e {
					want += e[j] / total * float64(values[j*lv+i])
				}
				if got := float64(sums[row*lds+i]); math.Abs(got-want) > tolerance*10 {
					t.Errorf("%v: sum %d of row %d is %v, want %v", c, i, row, got, want)
				}
			}
			alone, own := make([]F, c.n), make([]F, c.m)
			s.Attend(1, q[row*ldq:], ldq, alone, c.n, own, c.m)
			for j, w := range alone {
				if w != weights[row*ldw+j] || math.Abs(float64(w)-e[j]/total) > tolerance {
					t.Errorf("%v: weight %d of row %d is %v, alone %v, want %v", c, j, row, weights[row*ldw+j], w, e[j]/total)
				}
			}
			for i, v := range own {
				if v != sums[row*lds+i] {
					t.Errorf("%v: sum %d of row %d is %v, alone %v", c, i, row, sums[row*lds+i], v)
				}
			}
		}
	}
}

// TestReorder: a row that takes the state of another goes on as that one does.
func TestReorder(t *testing.T) {
	for _, cell := range []Cell{Elman, LSTM, GRU} {
		const b, i, h = 5, 3, 70
		r := rand.New(rand.NewPCG(3, 4))
		random := func(n int) []float32 {
			x := make([]float32, n)
			for i := range x {
				x[i] = float32(r.NormFloat64()) / 4
			}
			return x
		}
		g := cell.Gates() * h
		w := Weights[float32]{IH: random(g * i), HH: random(g * h), BIH: random(g), BHH: random(g)}
		spec := Spec{Cell: cell, Nonlinearity: Tanh, T: 4, B: b, I: i, H: h}
		one, two := NewCarrier(spec, w), NewCarrier(spec, w)
		x, y := random(4*b*i), make([]float32, 4*b*h)
		one.Forward(4, b, x, y)
		two.Forward(4, b, x, y)
		next := random(4 * i)
		from := []int{4, 1, 1, 0}
		one.Reorder(from)
		got, want, all := make([]float32, 4*h), make([]float32, b*h), make([]float32, b*i)
		one.Forward(1, 4, next, got)
		for row, of := range from {
			copy(all[of*i:], next[row*i:][:i])
			other := NewCarrier(spec, w)
			other.Copy(of, two, of)
			other.Forward(1, b, all, want)
			for j, v := range want[of*h:][:h] {
				if got[row*h+j] != v {
					t.Fatalf("%v: unit %d of row %d is %v, that of row %d would be %v", cell, j, row, got[row*h+j], of, v)
				}
			}
		}
		one.Reorder([]int{3, 2, 1, 0, 0}) // twice: nothing of the spare memory is left over
		one.Reorder([]int{3, 2, 1, 0})
		one.Forward(1, 4, next, got)
		two.Reorder(from)
		two.Forward(1, 4, next, want[:4*h])
		two.Forward(1, 4, next, want[:4*h])
		for j, v := range want[:4*h] {
			if got[j] != v {
				t.Fatalf("%v: after two orders number %d is %v, want %v", cell, j, got[j], v)
			}
		}
	}
}

func TestGreatest(t *testing.T) {
	each(t, func(t *testing.T, _ *ops[float32]) {
		r := rand.New(rand.NewPCG(5, 6))
		for _, c := range [][2]int{{1, 1}, {3, 64}, {300, 64}, {7, 5}} {
			x, most := make([]float32, c[0]*c[1]), make([]float32, c[1])
			for i := range x {
				x[i] = float32(r.NormFloat64()) - 3
			}
			Greatest(c[0], c[1], x, make([]float32, c[0]), most)
			for j, got := range most {
				want := x[j]
				for i := range c[0] {
					want = max(want, x[i*c[1]+j])
				}
				if got != want {
					t.Errorf("%v: column %d is %v, want %v", c, j, got, want)
				}
			}
		}
	})
}
