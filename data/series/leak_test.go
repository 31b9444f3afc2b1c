package series

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
	"recur/data"
)

// variants are configs of recipe global that differ in how windows are normalised.
var variants = map[string]func(*configs.Config){
	"log, deviation": nil,
	"log, none":      func(c *configs.Config) { c.Data.WindowScale = "none" },
	"raw, deviation": func(c *configs.Config) { c.Data.Transform = "none" },
	"mean":           func(c *configs.Config) { c.Data.Transform, c.Data.WindowScale = "none", "mean" },
	"scaled": func(c *configs.Config) {
		c.Data.Scale, c.Data.Transform, c.Data.WindowScale, c.Data.Center = "standard", "none", "none", "last"
	},
	"two seasons, forward": func(c *configs.Config) { c.Data.Season, c.Data.Missing = []int{4, 7}, "forward" },
	"interpolated, mask":   func(c *configs.Config) { c.Data.Missing, c.Data.MissingMask = "interpolate", true },
}

// changedFrom copies d with other values, signs and gaps in the rows from `from[s]` on.
func changedFrom(d *Dataset, from []int, r *rand.Rand) *Dataset {
	out := *d
	out.Series = slices.Clone(d.Series)
	for s := range out.Series {
		one := &out.Series[s]
		one.Values, one.Missing = slices.Clone(one.Values), slices.Clone(one.Missing)
		for i := from[s] * d.Columns(); i < len(one.Values); i++ {
			one.Values[i] = 1e4 * r.NormFloat64()
			one.Missing[i] = r.IntN(4) == 0
		}
		one.Values = data.Filled(one.Values, one.Missing, d.Columns(), "forward", len(one.Missing))
	}
	return &out
}

// No value at or after the first row to forecast of a part changes anything that the networks gets in it, or how forecasts
// are put back: not the windows, not the profile, the scale, Unit or the covariates' scale. Within a part, no value at or
// after a window's origin does.
func TestGlobalNothingLeaks(t *testing.T) {
	for name, change := range variants {
		t.Run(name, func(t *testing.T) {
			c, r := global(change), rng(3)
			d := seasonalSet(r, []int{60, 40, 25, 14}, 4, 1, 0.2)
			before := prepared(t, d, c)
			for _, part := range []*Part{before.Test, before.Validation} {
				after := prepared(t, changedFrom(d, part.from, r), c)
				if diff := cmp.Diff(before.LocalState(), after.LocalState()); diff != "" {
					t.Errorf("a change of the %s part changed what is fitted: %s", part.Name, diff)
				}
				if diff := cmp.Diff(before.Scalers, after.Scalers); diff != "" {
					t.Errorf("a change of the %s part changed the scalers: %s", part.Name, diff)
				}
				sameBatches(t, before.Train, after.Train)
				sameInputs(t, part, partNamed(after, part.Name), part.from)
			}
			rolling := before.Validation.Rolling(5)
			for at := range 5 {
				origins := make([]int, len(d.Series))
				for s := range origins {
					origins[s] = before.Validation.from[s] + at
				}
				after := prepared(t, changedFrom(d, origins, r), c).Validation.Rolling(5)
				sameInputs(t, rolling, after, origins)
			}
		})
	}
}

func partNamed(q *Prepared, name string) *Part {
	if name == "test" {
		return q.Test
	}
	return q.Validation
}

// sameInputs checks the windows whose first row to forecast is the origin of their series.
func sameInputs(t *testing.T, a, b *Part, origins []int) {
	t.Helper()
	index := func(p *Part) (at []int) {
		for i, w := range p.Windows {
			if p.Target(i) == origins[w.Series] {
				at = append(at, i)
			}
		}
		return at
	}
	ia, ib := index(a), index(b)
	// A window without a known target in the changed data is left out there.
	ia = slices.DeleteFunc(ia, func(i int) bool {
		return !slices.ContainsFunc(ib, func(j int) bool { return b.Windows[j] == a.Windows[i] })
	})
	ib = slices.DeleteFunc(ib, func(j int) bool {
		return !slices.ContainsFunc(ia, func(i int) bool { return b.Windows[j] == a.Windows[i] })
	})
	if len(ia) == 0 || len(ia) != len(ib) {
		t.Fatalf("%d and %d windows to compare", len(ia), len(ib))
	}
	var x, y data.Batch[float64]
	data.Fill(a, ia, &x)
	data.Fill(b, ib, &y)
	if !slices.Equal(x.X, y.X) || !slices.Equal(x.Z, y.Z) {
		t.Errorf("inputs of the %s part at %v differ", a.Name, origins)
	}
	p, q := make([]float64, a.Prepared.Outputs), make([]float64, a.Prepared.Outputs)
	for n := range ia {
		for j := range p {
			p[j], q[j] = 0.5*float64(j), 0.5*float64(j)
		}
		a.Restore(ia[n], p, p)
		b.Restore(ib[n], q, q)
		if !slices.Equal(p, q) {
			t.Errorf("a forecast of the %s part is put back as %v and as %v", a.Name, p, q)
		}
	}
}

// A window of a part, of the same rows alone and of other data prepared with what was fitted are the same bits.
func TestTailIsTheWindow(t *testing.T) {
	for name, change := range variants {
		t.Run(name, func(t *testing.T) {
			c := global(change)
			d := seasonalSet(rng(4), []int{60, 33, 25, 14}, 4, 1, 0.2)
			for _, s := range []int{1, 3} {
				clear(d.Series[s].Missing)
			}
			q := prepared(t, d, c)
			cut, other := *d, *d
			cut.Series, other.Series = slices.Clone(d.Series), nil
			for s := range d.Series {
				one := d.Series[s]
				one.Missing = slices.Clone(one.Missing)
				for r := q.Test.from[s]; r < q.Test.to[s]; r++ {
					one.Missing[2*r], one.Missing[2*r+1] = true, true
				}
				cut.Series[s] = one
				other.Series = append(other.Series, d.Series[len(d.Series)-1-s]) // another order
			}
			tail, err := TailPart(&cut, c, q.Fitted())
			if err != nil {
				t.Fatal(err)
			}
			sameInputs(t, q.Test, tail, q.Test.from)
			with, err := PrepareWith(&other, c, q.Fitted())
			if err != nil {
				t.Fatal(err)
			}
			compareLast(t, q.Test, with.Test)
		})
	}
}

// compareLast compares the last window of every series with the one of the series of the same name, where both fill in the
// same values: those without gaps. Equal ways to fill need equal limits, which other data do not have.
func compareLast(t *testing.T, a, b *Part) {
	t.Helper()
	compared := 0
	for i, w := range a.Windows {
		one := &a.Prepared.Set.Series[w.Series]
		for j, v := range b.Windows {
			if b.Prepared.Set.Series[v.Series].Name != one.Name || v.Start != w.Start || slices.Contains(one.Missing, true) {
				continue
			}
			var x, y data.Batch[float64]
			data.Fill(a, []int{i}, &x)
			data.Fill(b, []int{j}, &y)
			if !slices.Equal(x.X, y.X) || !slices.Equal(x.Z, y.Z) || !slices.Equal(x.Y, y.Y) {
				t.Errorf("the window of %s differs", one.Name)
			}
			compared++
		}
	}
	if compared != 2 {
		t.Errorf("%d windows were compared, want 2", compared)
	}
}

// A series that no training saw is prepared with what was fitted on others, unless the values are scaled by series.
func TestNewSeries(t *testing.T) {
	d := seasonalSet(rng(5), []int{60, 40}, 4, 0, 0)
	q := prepared(t, d, global(nil))
	other := seasonalSet(rng(6), []int{30, 9, 3}, 4, 0, 0)
	for s := range other.Series {
		other.Series[s].Name = fmt.Sprint("new", s)
	}
	with, err := PrepareWith(other, q.Config, q.Fitted())
	if err != nil {
		t.Fatal(err)
	}
	counts := map[int]int{}
	for _, w := range with.Test.Windows {
		counts[w.Series]++
	}
	// 30 rows: origins 12 to 25. 9 rows: one origin, the 4th. 3 rows: too few.
	if counts[0] != 14 || counts[1] != 1 || counts[2] != 0 || with.Local.Unit != q.Local.Unit {
		t.Errorf("windows by series: %v, want 14, 1 and none", counts)
	}
	scaled := global(func(c *configs.Config) { c.Data.Scale = "standard" })
	if _, err := PrepareWith(other, scaled, q.Fitted()); err == nil {
		t.Error("a series without a scaler is taken, although values are scaled by series")
	}
	if _, err := PrepareWith(other, q.Config, Fitted{}); err == nil {
		t.Error("data are prepared without what was fitted")
	}
	if _, err := TailPart(seasonalSet(rng(1), []int{5}, 4, 0, 0), q.Config, q.Fitted()); err == nil {
		t.Error("a series without a row before the horizon is continued")
	}
}

// A multiple of a series gives the same inputs, and forecasts multiplied alike. Also of a constant series.
func TestEquivariance(t *testing.T) {
	for name, change := range variants {
		if name == "mean" { // counts are divided by 1 and their mean, as DeepAR does: a multiple of a count is another count
			continue
		}
		if name == "scaled" {
			continue // fitted on the training part: another scaler undoes the factor there, see TestFillDefinition
		}
		d := seasonalSet(rng(7), []int{60, 40, 30, 14}, 4, 0, 0.1)
		for r := range 30 {
			d.Series[2].Values[r] = 12.3
		}
		for _, factor := range []float64{3, 1e-3, 1e6} {
			other := *d
			other.Series = slices.Clone(d.Series)
			for s := range other.Series {
				other.Series[s].Values = slices.Clone(d.Series[s].Values)
				for i := range other.Series[s].Values {
					other.Series[s].Values[i] *= factor
				}
			}
			a, b := prepared(t, d, global(change)), prepared(t, &other, global(change))
			checkEquivariance(t, name, a.Train, b.Train, factor)
			checkEquivariance(t, name, a.Test, b.Test, factor)
		}
	}
}

func checkEquivariance(t *testing.T, name string, a, b *Part, factor float64) {
	t.Helper()
	var x, y data.Batch[float64]
	data.Fill(a, all(a), &x)
	data.Fill(b, all(b), &y)
	// log(factor·v) rounds at 1e-16 of up to 20, and deviations go down to 0.01: 1e-12 at most in all but flat windows.
	for i, v := range x.X {
		if math.Abs(v-y.X[i]) > 1e-12*(1+math.Abs(v)) && math.Abs(v-y.X[i]) > 1e-11 {
			t.Fatalf("%s times %g: input %d is %.17g and %.17g", name, factor, i, v, y.X[i])
		}
	}
	scaled, p, q := make([]float64, a.Prepared.Outputs), make([]float64, a.Prepared.Outputs), make([]float64, a.Prepared.Outputs)
	for i := range a.Windows {
		for j := range scaled {
			scaled[j] = 0.3 - 0.2*float64(j)
		}
		a.Restore(i, scaled, p)
		b.Restore(i, scaled, q)
		for j := range p {
			if math.Abs(q[j]-factor*p[j]) > 1e-11*factor*math.Abs(p[j]) {
				t.Fatalf("%s times %g: window %d, step %d: %.17g and %.17g", name, factor, i, j, p[j], q[j])
			}
		}
	}
}
