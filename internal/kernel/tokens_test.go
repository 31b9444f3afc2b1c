package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

func TestTokensPyTorch(t *testing.T) {
	for _, g := range goldenClasses(t, "tokens") {
		n, v, e, padding := g.Sizes[0], g.Sizes[1], g.Sizes[2], g.Sizes[3]
		ids := make([]int, n)
		for i := range ids {
			ids[i] = i * i % v
		}
		l := NewTokens[float64](nil, n, v, e, padding)
		y, d := make([]float64, n*e), make([]float64, v*e)
		l.Forward(ids, wave(1, v*e), y)
		g.check(t, "y", y)
		l.Backward(ids, wave(2, n*e)).Dense(d)
		g.check(t, "dtable", d)
	}
}

// TestTokens compares with sums by the definition, through several calls of one lookup.
func TestTokens(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const n, v, e, padding = 60, 40, 70, 3
	table, l := random[float32](r, v*e, 1), NewTokens[float32](nil, n, v, e, padding)
	for range 5 {
		ids, dy, y := make([]int, n), random[float32](r, n*e, 1), random[float32](r, n*e, 1)
		want, met := make([]float64, v*e), map[int]bool{}
		for i := range ids {
			ids[i] = int(math.Abs(r.NormFloat64()) * v / 4)
			ids[i] = min(ids[i], v-1)
			if ids[i] == padding {
				continue
			}
			met[ids[i]] = true
			for j := range e {
				want[ids[i]*e+j] += float64(dy[i*e+j])
			}
		}
		l.Forward(ids, table, y)
		for i, id := range ids {
			for j := range e {
				if w := table[id*e+j]; id != padding && y[i*e+j] != w || id == padding && y[i*e+j] != 0 {
					t.Fatalf("symbol %d, %d: got %g, want %g, or 0 for padding", i, id, y[i*e+j], w)
				}
			}
		}
		rows, dense := l.Backward(ids, dy), random[float32](r, v*e, 1)
		if len(rows.Of) != len(met) || len(rows.Values) != len(met)*e {
			t.Fatalf("%d rows of %d values, want %d", len(rows.Of), len(rows.Values), len(met))
		}
		rows.Dense(dense)
		near(t, "gradient", dense, want, 1e-6)
	}
	if got := l.Backward(make([]int, n), make([]float32, n*e)); len(got.Of) != 1 || got.Of[0] != 0 {
		t.Errorf("one symbol alone: rows are %v", got.Of)
	}
	ids := make([]int, n)
	for i := range ids {
		ids[i] = padding
	}
	if got := l.Backward(ids, make([]float32, n*e)); len(got.Of) != 0 || len(got.Values) != 0 {
		t.Errorf("nothing but padding: rows are %v", got.Of)
	}
}

// The bits are those of one thread, and nothing is allocated after the first pass.
func TestTokensThreads(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 2))
	const n, v, e = 3000, 50000, 200
	ids, dy := make([]int, n), random[float32](r, n*e, 1)
	for i := range ids {
		ids[i] = r.IntN(v) % (1 + r.IntN(v))
	}
	one := NewTokens[float32](nil, n, v, e, -1).Backward(ids, dy)
	for _, threads := range []int{2, 3, 8} {
		p := NewPool(threads)
		l := NewTokens[float32](p, n, v, e, -1)
		for range 2 {
			many := l.Backward(ids, dy)
			same(t, fmt.Sprint(threads, " threads"), many.Values, one.Values)
		}
		if n := testing.AllocsPerRun(3, func() { l.Backward(ids, dy) }); n > 0 {
			t.Errorf("%g allocations", n)
		}
		p.Close()
	}
}

func TestTokensRefuse(t *testing.T) {
	for name, f := range map[string]func(){
		"no row": func() {
			NewTokens[float32](nil, 2, 3, 1, -1).Forward([]int{0, 3}, make([]float32, 3), make([]float32, 2))
		},
		"padding of no row": func() { NewTokens[float32](nil, 2, 3, 1, 3) },
		"row of no table":   func() { SGDRows(make([]float32, 4), Rows[float32]{[]int{2}, []float32{1, 1}}, nil, 1, 0, 0, false) },
		"odd values": func() {
			SGDRows(make([]float32, 4), Rows[float32]{[]int{0, 1}, []float32{1, 1, 1}}, nil, 1, 0, 0, false)
		},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: taken", name)
				}
			}()
			f()
		}()
	}
}

// rowSteps are the solvers' steps on rows, by name of the golden entry, with the gradient of the steps.
func rowStep(kind string, w []float64, g Rows[float64], m, v []float64, step float64) {
	c1, c2 := 1-math.Pow(.9, step), 1-math.Pow(.99, step)
	switch kind {
	case "adam":
		AdamRows(w, g, m, v, .01, .9, .99, 0, c1, c2, 0)
	case "adamw":
		AdamRows(w, g, m, v, .01, .9, .99, 1e-6, c1, c2, .1)
	case "sgd":
		SGDRows(w, g, nil, .01, 0, .1, false)
	case "momentum":
		SGDRows(w, g, m, .01, .9, .1, false)
	}
}

// TestRowsPyTorch: SparseAdam on some rows; the others, which know no rows, on all of them.
func TestRowsPyTorch(t *testing.T) {
	for _, kind := range []string{"adam", "adamw", "sgd", "momentum"} {
		g := goldenClasses(t, "rows "+kind)[0]
		v, e := g.Sizes[0], g.Sizes[1]
		w, m, moment := wave(1, v*e), make([]float64, v*e), make([]float64, v*e)
		for step, of := range [][]int{{1, 3}, {3, 2}, {2, 3}} {
			if kind != "adam" {
				of = []int{0, 1, 2, 3, 4}
			}
			rowStep(kind, w, Rows[float64]{of, wave(float64(2+step), len(of)*e)}, m, moment, float64(step+1))
		}
		g.check(t, "w", w)
	}
}

// TestRowsAlone: a step on some rows is, in them, that of a table of these rows alone, in every implementation, and the
// other rows stay.
func TestRowsAlone(t *testing.T) {
	each(t, func(t *testing.T, _ *ops[float32]) {
		const v, e = 9, 37
		r := rand.New(rand.NewPCG(5, 2))
		w, m, q := random[float32](r, v*e, 1), random[float32](r, v*e, 1), random[float32](r, v*e, 1)
		Scale(0, q)
		g := Rows[float32]{[]int{7, 0, 4}, random[float32](r, 3*e, 1)}
		for _, adam := range []bool{true, false} {
			was := [][]float32{clone(w), clone(m), clone(q)}
			few := make([][]float32, 3)
			for _, k := range g.Of {
				for i, x := range was {
					few[i] = append(few[i], x[k*e:][:e]...)
				}
			}
			if adam {
				AdamRows(w, g, m, q, .1, .9, .99, 1e-8, .3, .2, .1)
				AdamStep(few[0], g.Values, few[1], few[2], .1, .9, .99, 1e-8, .3, .2, .1)
			} else {
				DecayRows(g, w, .2)
				SGDRows(w, g, m, .1, .9, .3, false)
				SGDRows(few[0], Rows[float32]{[]int{0, 1, 2}, g.Values}, few[1], .1, .9, .3, false)
			}
			for i, x := range [][]float32{w, m, q} {
				want := was[i]
				for j, k := range g.Of {
					copy(want[k*e:][:e], few[i][j*e:])
				}
				same(t, fmt.Sprint("adam ", adam, " matrix ", i), x, want)
			}
		}
	})
}

// BenchmarkTokens times a step of a large table: lookup, gradient and the solver's step on the rows.
func BenchmarkTokens(b *testing.B) {
	r := rand.New(rand.NewPCG(3, 2))
	const n, e = 1280, 128
	for _, v := range []int{65, 6000, 50000} {
		b.Run(fmt.Sprintf("N%d_V%d_E%d", n, v, e), func(b *testing.B) {
			ids, dy, y := make([]int, n), random[float32](r, n*e, 1), make([]float32, n*e)
			for i := range ids {
				ids[i] = r.IntN(v)
			}
			table, m, q := random[float32](r, v*e, 1), make([]float32, v*e), make([]float32, v*e)
			l := NewTokens[float32](nil, n, v, e, -1)
			b.ReportAllocs()
			for b.Loop() {
				l.Forward(ids, table, y)
				AdamRows(table, l.Backward(ids, dy), m, q, 1e-3, .9, .99, 1e-8, .5, .5, .01)
			}
		})
	}
}

// TestSpelt compares rows that words share with sums by the definition, through several calls of one lookup, for any number of threads.
func TestSpelt(t *testing.T) {
	const n, own, shared, e, spellings = 90, 30, 50, 130, 40
	for _, threads := range []int{0, 1, 3} {
		p := NewPool(max(1, threads))
		if threads == 0 {
			p = nil
		}
		r := rand.New(rand.NewPCG(5, 2))
		table, l := random[float32](r, (own+shared)*e, 1), NewTokens[float32](p, n, own+shared, e, 0)
		for range 4 {
			var lists Spellings
			for range spellings {
				for range r.IntN(8) {
					lists.Rows = append(lists.Rows, int32(r.IntN(shared)))
				}
				lists.Ends = append(lists.Ends, int32(len(lists.Rows)))
			}
			ids, numbers, dy, y := make([]int, n), make([]int32, n), random[float32](r, n*e, 1), make([]float32, n*e)
			want, sums := make([]float64, n*e), make([]float64, len(table))
			for i := range ids {
				ids[i], numbers[i] = r.IntN(own), int32(r.IntN(spellings))
				list := lists.Of(numbers[i])
				for j := range e {
					if ids[i] != 0 {
						want[i*e+j] += float64(table[ids[i]*e+j])
						sums[ids[i]*e+j] += float64(dy[i*e+j])
					}
					for _, k := range list {
						at := (own+int(k))*e + j
						want[i*e+j] += float64(table[at]) / float64(len(list))
						sums[at] += float64(dy[i*e+j]) / float64(len(list))
					}
				}
			}
			l.ForwardSpelt(ids, numbers, lists, own, table, y)
			near(t, "y", y, want, 1e-6)
			got := make([]float32, len(table))
			rows := l.BackwardSpelt(ids, dy)
			rows.Dense(got)
			near(t, "gradient", got, sums, 2e-6)
			met := map[int]bool{}
			for _, k := range rows.Of {
				if met[k] {
					t.Fatalf("row %d comes twice", k)
				}
				met[k] = true
			}
		}
		l.Forward(make([]int, n), table, make([]float32, n*e))
		if rows := l.Backward(make([]int, n), make([]float32, n*e)); len(rows.Of) != 0 {
			t.Errorf("after words nothing but padding: rows %v", rows.Of)
		}
	}
}

// TestSpeltThreads: the bits are those of one thread.
func TestSpeltThreads(t *testing.T) {
	const n, own, shared, e = 3000, 900, 20000, 200
	r := rand.New(rand.NewPCG(6, 2))
	var lists Spellings
	for range 1200 {
		for range 30 {
			lists.Rows = append(lists.Rows, int32(r.IntN(shared)))
		}
		lists.Ends = append(lists.Ends, int32(len(lists.Rows)))
	}
	ids, numbers, dy, table := make([]int, n), make([]int32, n), random[float32](r, n*e, 1), random[float32](r, (own+shared)*e, 1)
	for i := range ids {
		ids[i], numbers[i] = r.IntN(own), int32(r.IntN(1200))
	}
	bits := func(threads int) []float32 {
		p := NewPool(threads)
		defer p.Close()
		l, y := NewTokens[float32](p, n, own+shared, e, -1), make([]float32, n*e)
		l.ForwardSpelt(ids, numbers, lists, own, table, y)
		return append(y, l.BackwardSpelt(ids, dy).Values...)
	}
	want := bits(1)
	for _, threads := range []int{2, 5} {
		same(t, fmt.Sprint(threads, " threads"), bits(threads), want)
	}
}
