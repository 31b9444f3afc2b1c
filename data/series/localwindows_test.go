package series

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"recur/configs"
	"recur/data"
)

// origins lists the first rows to forecast of a part's windows of one series.
func origins(p *Part, series int) (rows []int) {
	for i, w := range p.Windows {
		if w.Series == series {
			rows = append(rows, p.Target(i))
		}
	}
	return rows
}

func sequence(from, to int) (rows []int) {
	for r := from; r <= to; r++ {
		rows = append(rows, r)
	}
	return rows
}

// Which origins have a window: with padding and without, for every part and the last origins, T 12 and Hz 5.
func TestLocalWindows(t *testing.T) {
	d := seasonalSet(rng(9), []int{40, 24, 14, 8, 3}, 4, 0, 0)
	for _, test := range []struct {
		pad    bool
		part   func(*Prepared) *Part
		series int
		want   []int
	}{
		{true, func(q *Prepared) *Part { return q.Train }, 0, sequence(5, 29)},
		{true, func(q *Prepared) *Part { return q.Train }, 1, sequence(5, 13)},
		{true, func(q *Prepared) *Part { return q.Train }, 2, nil},
		{true, func(q *Prepared) *Part { return q.Validation }, 0, []int{30}},
		{true, func(q *Prepared) *Part { return q.Validation }, 2, []int{4}},
		{true, func(q *Prepared) *Part { return q.Validation.Rolling(3) }, 0, sequence(32, 34)},
		{true, func(q *Prepared) *Part { return q.Validation.Rolling(99) }, 1, sequence(14, 18)},
		{true, func(q *Prepared) *Part { return q.Test }, 1, []int{19}},
		{true, func(q *Prepared) *Part { return q.Test.Rolling(2) }, 2, sequence(12, 13)},
		// Too short for a validation part, then for a test part.
		{true, func(q *Prepared) *Part { return q.Validation }, 3, nil},
		{true, func(q *Prepared) *Part { return q.Test }, 3, []int{3}},
		{true, func(q *Prepared) *Part { return q.Test }, 4, nil},
		{true, func(q *Prepared) *Part { return Merge(q.Train, q.Validation) }, 1, sequence(5, 18)},
		{false, func(q *Prepared) *Part { return q.Train }, 0, sequence(12, 25)},
		{false, func(q *Prepared) *Part { return q.Train }, 1, nil},
		{false, func(q *Prepared) *Part { return q.Validation }, 1, []int{14}},
		{false, func(q *Prepared) *Part { return q.Test }, 2, nil},
		{false, func(q *Prepared) *Part { return q.Validation.Rolling(2) }, 1, sequence(17, 18)},
	} {
		q := prepared(t, d, global(func(c *configs.Config) { c.Data.Pad = test.pad }))
		p := test.part(q)
		if got := origins(p, test.series); !slices.Equal(got, test.want) {
			t.Errorf("pad %t, %s of series %d: origins %v, want %v", test.pad, p.Name, test.series, got, test.want)
		}
	}
	q := prepared(t, d, global(nil))
	if !slices.ContainsFunc(q.Notes, func(n string) bool { return strings.Contains(n, "too short for a window") }) {
		t.Errorf("notes are %q, want series that are too short", q.Notes)
	}
}

// Leading gaps are padding; windows without a known target are left out.
func TestLeadingGaps(t *testing.T) {
	d := seasonalSet(rng(10), []int{40}, 4, 1, 0)
	m := d.Series[0].Missing
	for r := range 8 {
		m[2*r] = true
	}
	m[1], m[3] = true, true
	q := prepared(t, d, global(nil))
	if got := origins(q.Train, 0); !slices.Equal(got, sequence(13, 29)) {
		t.Errorf("origins %v", got)
	}
	var b data.Batch[float64]
	data.Fill(q.Train, []int{0}, &b)
	for at := range 12 {
		row := b.X[at/4*b.D+at%4*3:][:3]
		if real := 13-12+at >= 8; (row[0] != 0) != real || (row[2] != 0) != real {
			t.Errorf("row %d holds %v", 1+at, row)
		}
	}
	if in := q.Train.Input(0); in[0] != d.Series[0].Values[16] || in[7] != in[0] || in[8] == in[0] {
		t.Errorf("the input is %v, want its first known value in the padding", in)
	}
}

// Steps from the start leave out later rows, with both recipes.
func TestSplitFromTheStart(t *testing.T) {
	d := seasonalSet(rng(11), []int{60, 30}, 4, 0, 0)
	for _, recipe := range []string{"plain", "global"} {
		q := prepared(t, d, global(func(c *configs.Config) {
			c.Recipe, c.Data.Split = recipe, configs.Split{Train: 20, Validation: 10, Test: 8, Steps: true}
		}))
		if a, b := q.Validation.Rows(0); a != 20 || b != 30 {
			t.Errorf("%s: validation %d to %d", recipe, a, b)
		}
		if a, b := q.Test.Rows(0); a != 30 || b != 38 {
			t.Errorf("%s: test %d to %d", recipe, a, b)
		}
		if a, b := q.Test.Rows(1); a != 30 || b != 30 {
			t.Errorf("%s: test of the short series %d to %d", recipe, a, b)
		}
		if want := "data.split counts from the start: 1 series has rows after its parts, which are left out"; !slices.Contains(q.Notes, want) {
			t.Errorf("%s: notes are %q", recipe, q.Notes)
		}
	}
}

// Unit makes the inputs of the training windows have deviation 1.
func TestUnit(t *testing.T) {
	for name, change := range variants {
		q := prepared(t, seasonalSet(rng(12), []int{60, 40, 30}, 4, 0, 0), global(change))
		var b data.Batch[float64]
		data.Fill(q.Train, all(q.Train), &b)
		var x []float64
		for i, w := range q.Train.Windows {
			for at := range q.Steps {
				if w.Start+at >= 0 {
					x = append(x, b.Z[i*b.Extra+at])
				}
			}
		}
		if sd := deviationOf(x); math.Abs(sd-1) > 1e-9 {
			t.Errorf("%s: the inputs have deviation %g, want 1 with a unit of %g", name, sd, q.Local.Unit)
		}
	}
}

// Series that do not move, or have one row before the origin, or all zeros, or no known value at all.
func TestDegenerateSeries(t *testing.T) {
	for name, change := range variants {
		d := seasonalSet(rng(13), []int{40, 40, 40, 6, 40}, 4, 0, 0)
		for r := range 40 {
			d.Series[1].Values[r], d.Series[2].Values[r] = 0.1, 0
			d.Series[4].Missing[r] = true
		}
		q := prepared(t, d, global(change))
		for _, p := range []*Part{q.Train, q.Validation, q.Test} {
			var b data.Batch[float64]
			data.Fill(p, all(p), &b)
			out := make([]float64, q.Outputs)
			for i, v := range slices.Concat(b.X, b.Z, b.Y) {
				if v-v != 0 {
					t.Fatalf("%s, %s: number %d is %g", name, p.Name, i, v)
				}
			}
			for i, w := range p.Windows {
				p.Restore(i, make([]float64, q.Outputs), out)
				want := map[int]float64{1: 0.1, 2: 0}
				if v, ok := want[w.Series]; ok && math.Abs(out[4]-v) > 1e-12 {
					t.Errorf("%s, %s: no change of a constant %g restores to %g", name, p.Name, v, out[4])
				}
				if w.Series == 4 {
					t.Errorf("%s: a series without values has a window", name)
				}
			}
		}
		if got := origins(q.Test, 3); !slices.Equal(got, []int{1}) {
			t.Errorf("%s: the series of 6 rows has the origins %v, want 1", name, got)
		}
	}
}

// Calendar features lie between -0.5 and 0.5, also beyond the last row; what is known ahead follows the profile in Z.
func TestKnownAhead(t *testing.T) {
	d := seasonalSet(rng(14), []int{40}, 4, 2, 0)
	d.Covariates, d.Future = d.Covariates[:1], d.Covariates[1:]
	d.Frequency = Frequency{Kind: "day", N: 1}
	one := &d.Series[0]
	start := time.Date(2023, 12, 20, 0, 0, 0, 0, time.UTC)
	for r := range 40 {
		one.Time = append(one.Time, start.AddDate(0, 0, r))
	}
	c := global(func(c *configs.Config) {
		c.Data.Calendar = []string{"month", "day", "weekday", "hour", "minute"}
		c.Data.Split = configs.Split{Test: 5, Steps: true}
	})
	q := prepared(t, d, c)
	if q.layout.row != 2+2+5 || q.Extra != 12+4+5*6 {
		t.Fatalf("%d features a row, %d of a window", q.layout.row, q.Extra)
	}
	features := func(r int) []float64 {
		day := start.AddDate(0, 0, r)
		f := (one.Values[3*min(r, 39)+2] - q.Local.CovariateOffset[1]) / q.Local.CovariateScale[1]
		return []float64{
			f, float64(day.Month()-1)/11 - 0.5, float64(day.Day()-1)/30 - 0.5,
			float64((day.Weekday()+6)%7)/6 - 0.5, -0.5, -0.5,
		}
	}
	for _, p := range []*Part{q.Train, q.Test, q.Test.Rolling(5)} {
		var b data.Batch[float64]
		data.Fill(p, all(p), &b)
		for i, w := range p.Windows {
			for h := range 5 {
				got := b.Z[i*b.Extra+16+6*h:][:6]
				for j, want := range features(p.Target(i) + h) {
					if math.Abs(got[j]-want) > 1e-12 {
						t.Fatalf("%s window %d, step %d, feature %d ahead: %g, want %g", p.Name, i, h, j, got[j], want)
					}
				}
			}
			for at := range 12 {
				if w.Start+at < 0 {
					continue
				}
				got := b.X[(at/4*b.N+i)*b.D+at%4*9+3:][:6]
				for j, want := range features(w.Start + at) {
					if math.Abs(got[j]-want) > 1e-12 {
						t.Fatalf("%s window %d, row %d, feature %d: %g, want %g", p.Name, i, at, j, got[j], want)
					}
				}
			}
		}
	}
	mean, sd := 0.0, deviationOf(column(one, 1, 35))
	for _, v := range column(one, 1, 35) {
		mean += v / 35
	}
	if math.Abs(q.Local.CovariateOffset[0]-mean) > 1e-9 || math.Abs(q.Local.CovariateScale[0]-sd) > 1e-9 {
		t.Errorf("the covariate is scaled by %v and %v, want %g and %g", q.Local.CovariateOffset, q.Local.CovariateScale, mean, sd)
	}
	one.Time = nil
	if _, err := Prepare(d, c); err == nil || !strings.Contains(err.Error(), "data.calendar") {
		t.Errorf("a calendar without dates: %v", err)
	}
}

func column(s *Series, c, rows int) (out []float64) {
	for r := range rows {
		out = append(out, s.Values[3*r+c])
	}
	return out
}

// The second Fill of the same size allocates nothing.
func TestLocalFillAllocatesNothing(t *testing.T) {
	q := prepared(t, seasonalSet(rng(15), []int{200}, 4, 1, 0.1), global(func(c *configs.Config) { c.Data.MissingMask = true }))
	var b data.Batch[float32]
	index := all(q.Train)
	data.Fill(q.Train, index, &b)
	if n := testing.AllocsPerRun(10, func() { data.Fill(q.Train, index, &b); data.Fill(q.Train, index[:7], &b) }); n != 0 {
		t.Errorf("%g allocations a batch, want none", n)
	}
}

// Float32 batches are float64 ones, rounded once.
func TestLocalFillRoundsOnce(t *testing.T) {
	q := prepared(t, seasonalSet(rng(16), []int{80, 20}, 4, 2, 0.1), global(nil))
	var a data.Batch[float64]
	var b data.Batch[float32]
	data.Fill(q.Train, all(q.Train), &a)
	data.Fill(q.Train, all(q.Train), &b)
	for _, pair := range []struct {
		wide   []float64
		narrow []float32
	}{{a.X, b.X}, {a.Z, b.Z}, {a.Y, b.Y}, {a.Mask, b.Mask}} {
		for i, v := range pair.wide {
			if float32(v) != pair.narrow[i] {
				t.Fatalf("number %d is %g, want %g", i, pair.narrow[i], v)
			}
		}
	}
}

// A batch of 128 windows of 112 rows with a weekly profile, and preparing many short series.
func BenchmarkLocal(b *testing.B) {
	long := func(c *configs.Config) {
		c.Data.Window, c.Data.Horizon, c.Data.Season, c.Model.Patch = 112, 56, []int{7}, 7
		c.Data.Split = configs.Split{Validation: 56, Test: 56, Steps: true}
	}
	b.Run("fill-128x112", func(b *testing.B) {
		q, err := Prepare(seasonalSet(rng(1), []int{791, 791, 791}, 7, 0, 0.02), global(long))
		if err != nil {
			b.Fatal(err)
		}
		index := rng(1).Perm(q.Train.Len())[:128]
		var batch data.Batch[float32]
		for b.Loop() {
			data.Fill(q.Train, index, &batch)
		}
	})
	for _, n := range []int{1000, 100_000} {
		b.Run(fmt.Sprintf("prepare-%dx60", n), func(b *testing.B) {
			if n > 1000 && testing.Short() {
				b.Skip("takes seconds")
			}
			d := seasonalSet(rng(1), slices.Repeat([]int{60}, n), 12, 0, 0)
			c := global(func(c *configs.Config) {
				c.Data.Window, c.Data.Horizon, c.Data.Season, c.Model.Patch = 24, 12, []int{12}, 12
				c.Data.Split = configs.Split{Validation: 12, Test: 12, Steps: true}
			})
			for b.Loop() {
				if _, err := Prepare(d, c); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
