package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestRankingLoops holds the loops of every implementation to the portable ones.
func TestRankingLoops(t *testing.T) {
	each(t, func(t *testing.T, o *ops[float32]) {
		g := goOps[float32]()
		for _, n := range sizes() {
			for _, rows := range []int{1, 3} {
				b := newBuffers(rows, n)
				b.matrix(rows, n, n+3, b.normal)
				b.matrix(1, rows, rows, b.normal)
				b.matrix(1, rows, rows, b.normal)
				for i, f := range []*ops[float32]{o, g} {
					if x := [][][]float32{b.got, b.want}[i]; n > 0 {
						f.expSums(rows, n, x[0], n+3, x[1], x[2])
					}
				}
				b.compare(t, fmt.Sprintf("%d by %d", rows, n), 3e-6)
			}
			x := newGuarded(n)
			for i := range x.x {
				x.x[i] = float32(i % 7)
			}
			for _, border := range []float32{float32(math.Inf(-1)), 0, 2.5, 5, 6, float32(math.NaN())} {
				for from := range min(n+1, 20) {
					if got, want := o.above(x.x[from:], border), g.above(x.x[from:], border); got != want {
						t.Fatalf("above %g from %d of %d is %d, want %d", border, from, n, got, want)
					}
				}
			}
		}
		none := []float32{float32(math.NaN()), float32(math.Inf(-1))}
		if got := o.above(none, float32(math.Inf(-1))); got != 2 {
			t.Errorf("of NaN and -Inf %d is above -Inf, want none", got)
		}
	})
}

// TestRanking holds what is ranked to the whole product, for any number of rows and threads: the same bits.
func TestRanking(t *testing.T) {
	each(t, func(t *testing.T, o *ops[float32]) { testRanking[float32](t, 2e-6) })
	t.Run("float64", func(t *testing.T) { testRanking[float64](t, 1e-12) })
}

func testRanking[F Float](t *testing.T, tolerance float64) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, s := range []struct{ n, i, o, top int }{{1, 3, 5, 9}, {5, 40, 700, 10}, {70, 33, 1300, 4}, {300, 16, 513, 1}} {
		x, w, b := make([]F, s.n*s.i), make([]F, s.o*s.i), make([]F, s.o)
		for _, of := range [][]F{x, w, b} {
			for j := range of {
				of[j] = F(math.Round(4*r.NormFloat64()) / 4) // so that there are equals
			}
		}
		never, wanted := []int32{0, int32(s.o / 2), int32(s.o)}, []int32{int32(s.o - 1), 0, 1, int32(s.o)}
		y := make([]F, s.n*s.o)
		NewFixedLinear(nil, s.i, s.o, w, b).Forward(s.n, x, y)
		scales := make([]float64, s.n)
		for at, threads := range []int{1, 2, 3} {
			p := NewPool(threads)
			ranking := NewRanking(NewFixedLinear(p, s.i, s.o, w, b), s.top)
			for _, rows := range []int{s.n, 1, s.n} {
				heard := make([]bool, rows)
				ranking.Forward(rows, x[:rows*s.i], func(int) ([]int32, []int32) { return never, wanted }, func(row, _ int, got Ranked[F]) {
					heard[row] = true
					of := slices.Clone(y[row*s.o:][:s.o])
					most, sum := slices.Max(of), 0.0
					for _, v := range of {
						sum += math.Exp(float64(v - most))
					}
					if want := float64(most) + math.Log(sum); math.Abs(got.Scale-want) > tolerance*(1+math.Abs(want)) || got.Most != most {
						t.Errorf("%v, row %d: scale %v and most %v, want %v and %v", s, row, got.Scale, got.Most, want, most)
					}
					if at == 0 && rows == s.n {
						scales[row] = got.Scale
					} else if got.Scale != scales[row] {
						t.Errorf("%v, row %d: scale %v with %d threads and %d rows, want the bits of %v", s, row, got.Scale, threads, rows, scales[row])
					}
					for i, c := range wanted {
						if int(c) == s.o && !math.IsInf(float64(got.Wanted[i]), -1) || int(c) < s.o && got.Wanted[i] != of[c] {
							t.Errorf("%v, row %d: column %d is %v, want what stands there, past all of them -Inf", s, row, c, got.Wanted[i])
						}
					}
					if want := greatestOf(of, never, s.top); !slices.Equal(got.Top, want) {
						t.Errorf("%v, row %d, %d threads: greatest are %v, want %v", s, row, threads, got.Top, want)
					}
				})
				if slices.Contains(heard, false) {
					t.Errorf("%v: a row was not told", s)
				}
			}
			p.Close()
		}
	}
}

// greatestOf sorts all columns.
func greatestOf[F Float](of []F, never []int32, top int) (all []Candidate[F]) {
	for c, v := range of {
		if !slices.Contains(never, int32(c)) {
			all = append(all, Candidate[F]{int32(c), v})
		}
	}
	slices.SortStableFunc(all, func(a, b Candidate[F]) int {
		switch {
		case a.Value > b.Value:
			return -1
		case a.Value < b.Value:
			return 1
		}
		return 0
	})
	return all[:min(top, len(all))]
}

// TestRankingNaN: a value that is no number makes the scale none.
func TestRankingNaN(t *testing.T) {
	each(t, func(t *testing.T, o *ops[float32]) {
		for _, bad := range []float32{float32(math.NaN()), float32(math.Inf(1))} {
			for at := range 600 {
				w := make([]float32, 600)
				w[at] = bad
				NewRanking(NewFixedLinear(nil, 1, 600, w, nil), 3).Forward(1, []float32{1}, nil, func(_, _ int, got Ranked[float32]) {
					if !math.IsNaN(got.Scale) {
						t.Errorf("with %v in column %d the scale is %v, want NaN", bad, at, got.Scale)
					}
				})
			}
		}
	})
}
