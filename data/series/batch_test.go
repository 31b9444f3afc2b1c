package series

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"recur/configs"
	"recur/data"
)

// Fill equals the definition, written out element by element, for every head, centre, number of columns, with gaps, and
// in any order of the windows. Restore of the targets gives the truth back.
func TestFillDefinition(t *testing.T) {
	for _, head := range []string{"last", "every"} {
		for _, center := range []string{"none", "last", "mean"} {
			for _, columns := range [][2]int{{1, 0}, {1, 2}, {3, 0}, {2, 1}} {
				for _, gaps := range []float64{0, 0.25} {
					t.Run(fmt.Sprint(head, center, columns, gaps), func(t *testing.T) {
						c := config(func(c *configs.Config) {
							c.Model.Head, c.Data.Center, c.Data.Missing, c.Data.Horizon = head, center, "forward", 3
						})
						d := randomSet(rand.New(rand.NewPCG(11, 12)), []int{40, 33}, columns[0], columns[1], gaps)
						q := prepared(t, d, c)
						for _, p := range []*Part{q.Train, q.Validation, q.Test} {
							checkFill(t, p)
						}
					})
				}
			}
		}
	}
}

func checkFill(t *testing.T, p *Part) {
	t.Helper()
	q := p.Prepared
	index := rand.New(rand.NewPCG(1, 1)).Perm(p.Len())
	var b data.Batch[float64]
	var b32 data.Batch[float32]
	data.Fill(p, index, &b)
	data.Fill(p, index, &b32)
	for i, v := range b.X {
		if b32.X[i] != float32(v) && math.Abs(float64(b32.X[i])-v) > 1e-5 {
			t.Fatalf("float32 input %d is %g, want %g", i, b32.X[i], v)
		}
	}
	for n, i := range index {
		for at := range q.Steps {
			for col := range q.Inputs {
				if got, want := b.X[(at*b.N+n)*b.D+col], wantScaled(p, i, p.Windows[i].Start+at, col); math.Abs(got-want) > 1e-12 {
					t.Fatalf("window %d, step %d, input %d: %g, want %g", i, at, col, got, want)
				}
			}
			if q.Config.Model.Head == "every" {
				checkTargets(t, p, i, p.Windows[i].Start+at+1, b.Y[(at*b.N+n)*b.Out:][:b.Out], b.Mask[(at*b.N+n)*b.Out:][:b.Out])
			}
		}
		if q.Config.Model.Head == "last" {
			y, mask := b.Y[n*b.Out:][:b.Out], b.Mask[n*b.Out:][:b.Out]
			checkTargets(t, p, i, p.Windows[i].Start+q.Steps, y, mask)
			checkRestore(t, p, i, y, mask)
		}
		if b.Lengths[n] != q.Steps || b.Carry[n] {
			t.Fatalf("window %d has length %d, carry %t", i, b.Lengths[n], b.Carry[n])
		}
	}
}

// wantScaled is the scaled, centred value of a column in a row, for window i, from the definitions.
func wantScaled(p *Part, i, row, col int) float64 {
	q := p.Prepared
	w := p.Windows[i]
	s := q.Scalers[w.Series]
	value := func(row int) float64 {
		return (p.table.values[w.Series][row*q.columns+col] - s.Offset[col]) / s.Scale[col]
	}
	center := 0.0
	switch {
	case col >= q.targets || q.Config.Data.Center == "none":
	case q.Config.Data.Center == "last":
		center = value(w.Start + q.Steps - 1)
	default:
		for t := range q.Steps {
			center += value(w.Start+t) / float64(q.Steps)
		}
	}
	return value(row) - center
}

func checkTargets(t *testing.T, p *Part, i, row int, y, mask []float64) {
	t.Helper()
	q := p.Prepared
	w := p.Windows[i]
	for j := range y {
		at, k := row+j/q.targets, j%q.targets
		counts := at >= p.from[w.Series] && at < p.to[w.Series] && !q.Set.Series[w.Series].Missing[at*q.columns+k]
		want := 0.0
		if counts {
			want = wantScaled(p, i, at, k)
		}
		if (mask[j] == 1) != counts || math.Abs(y[j]-want) > 1e-12 {
			t.Fatalf("%s window %d, row %d, target %d: %g with mask %g, want %g, %t", p.Name, i, at, k, y[j], mask[j], want, counts)
		}
	}
}

func checkRestore(t *testing.T, p *Part, i int, y, mask []float64) {
	t.Helper()
	out := make([]float64, len(y))
	p.Restore(i, y, out)
	truth, known := p.Truth(i)
	scaled := p.ScaledTruth(i)
	for j := range y {
		if known[j] != (mask[j] == 1) {
			t.Fatalf("window %d: target %d is known %t, masked %g", i, j, known[j], mask[j])
		}
		s := p.Prepared.Scalers[p.Windows[i].Series]
		k := j % p.Prepared.targets
		if back := scaled[j]*s.Scale[k] + s.Offset[k]; math.Abs(back-truth[j]) > 1e-9 {
			t.Fatalf("scaled truth %g goes back to %g, want %g", scaled[j], back, truth[j])
		}
		if known[j] && math.Abs(out[j]-truth[j]) > 1e-9 {
			t.Fatalf("window %d: target %d restores to %g, want %g", i, j, out[j], truth[j])
		}
	}
}

// The second Fill of the same size allocates nothing, and larger and smaller batches reuse the memory.
func TestFillAllocatesNothing(t *testing.T) {
	d := randomSet(rand.New(rand.NewPCG(1, 1)), []int{200}, 1, 1, 0.1)
	q := prepared(t, d, config(func(c *configs.Config) { c.Data.Missing, c.Data.Center = "forward", "mean" }))
	var b data.Batch[float32]
	index := all(q.Train)
	data.Fill(q.Train, index, &b)
	if n := testing.AllocsPerRun(10, func() { data.Fill(q.Train, index, &b); data.Fill(q.Train, index[:7], &b) }); n != 0 {
		t.Errorf("%g allocations a batch, want none", n)
	}
	if b.N != 7 || len(b.X) != 7*b.T*b.D || len(b.Y) != 7*b.Out {
		t.Errorf("a smaller batch has N %d, %d inputs, %d targets", b.N, len(b.X), len(b.Y))
	}
}

// One epoch of a million windows of 24 steps: `go test -bench Fill`.
func BenchmarkFill(b *testing.B) {
	for _, columns := range [][2]int{{1, 0}, {7, 0}} {
		b.Run(fmt.Sprintf("columns-%d", columns[0]), func(b *testing.B) {
			d := randomSet(rand.New(rand.NewPCG(1, 1)), []int{100000}, columns[0], columns[1], 0)
			c := config(func(c *configs.Config) { c.Data.Window, c.Data.Horizon = 24, 1 })
			q, err := Prepare(d, c)
			if err != nil {
				b.Fatal(err)
			}
			index := rand.New(rand.NewPCG(1, 1)).Perm(q.Train.Len())[:64]
			var batch data.Batch[float32]
			b.SetBytes(int64(64 * 24 * columns[0] * 4))
			for b.Loop() {
				data.Fill(q.Train, index, &batch)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*64), "ns/window")
		})
	}
}
