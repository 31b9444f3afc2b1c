package series

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"recur/configs"
	"recur/data"
)

func rng(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, seed)) }

// global is a small valid config of recipe global for the tests of this room.
func global(change func(*configs.Config)) *configs.Config {
	return config(func(c *configs.Config) {
		c.Recipe = "global"
		d := &c.Data
		d.Transform, d.WindowScale, d.Profile, d.Pad, d.Center, d.Scale, d.Season = "log", "deviation", true, true, "season", "none", []int{4}
		d.Window, d.Horizon, d.Split = 12, 5, configs.Split{Validation: 5, Test: 5, Steps: true}
		d.Missing, c.Model.Patch = "seasonal", 4
		if change != nil {
			change(c)
		}
	})
}

// seasonalSet makes positive series of these lengths with a season of m rows, a level of their own, v covariates, and gaps
// with that probability after the first two rows.
func seasonalSet(r *rand.Rand, lengths []int, m, v int, gaps float64) *Dataset {
	d := &Dataset{Name: "seasonal", Targets: []string{"y"}}
	for i := range v {
		d.Covariates = append(d.Covariates, fmt.Sprintf("x%d", i))
	}
	for s, n := range lengths {
		one := Series{Name: fmt.Sprintf("s%d", s)}
		level := math.Exp(3 * r.NormFloat64())
		for t := range n {
			for c := range 1 + v {
				one.Values = append(one.Values, level*(5+2*math.Sin(2*math.Pi*float64(t+c)/float64(m))+0.5*r.NormFloat64()+0.01*float64(t)))
				one.Missing = append(one.Missing, t > 1 && r.Float64() < gaps)
			}
		}
		one.Values = data.Filled(one.Values, one.Missing, 1+v, "forward", n)
		d.Series = append(d.Series, one)
	}
	return d
}

// reference is the way to normalise one window, written out from the definitions, at any cost.
type reference struct {
	g             []float64
	profile       []float64 // [M]
	center, scale float64
}

// movingAverage is the centred one of M rows around u, ok false where it does not lie in rows begin..t-1.
func movingAverage(g []float64, begin, t, u, m int) (v float64, ok bool) {
	half := m / 2
	if u-half < begin || u+half > t-1 {
		return 0, false
	}
	for r := u - half; r <= u+half; r++ {
		weight := 1.0
		if m%2 == 0 && (r == u-half || r == u+half) {
			weight = 0.5
		}
		v += weight * g[r] / float64(m)
	}
	return v, true
}

func referenceProfile(g []float64, begin, t, m int) []float64 {
	sums, counts := make([]float64, m), make([]int, m)
	for u := begin; u < t; u++ {
		if average, ok := movingAverage(g, begin, t, u, m); ok {
			sums[u%m] += g[u] - average
			counts[u%m]++
		}
	}
	mean := 0.0
	for i := range sums {
		if counts[i] == 0 {
			return make([]float64, m)
		}
		sums[i] /= float64(counts[i] + 1)
		mean += sums[i] / float64(m)
	}
	for i := range sums {
		sums[i] -= mean
	}
	return sums
}

func deviationOf(values []float64) float64 {
	mean, squares := 0.0, 0.0
	for _, v := range values {
		mean += v / float64(len(values))
	}
	for _, v := range values {
		squares += (v - mean) * (v - mean)
	}
	return math.Sqrt(squares / float64(len(values)))
}

// referenceOf takes g from the part, whose transform has tests of its own, and normalises window i.
func referenceOf(p *Part, i int) reference {
	q, w := p.Prepared, p.Windows[i]
	h := &p.table.histories[w.Series]
	t := w.Start + q.Steps
	r := reference{g: h.g, scale: 1}
	level := func(row int) float64 { return h.g[row] }
	if m := q.Local.Period; m > 0 {
		r.profile = referenceProfile(h.g, h.begin, t, m)
		level = func(row int) float64 { return h.g[row] - r.profile[row%m] }
	}
	var window, before []float64
	for row := h.begin; row < t; row++ {
		before = append(before, h.g[row])
		if row >= w.Start {
			window = append(window, level(row))
		}
	}
	n := map[string]int{"none": 0, "last": 1, "mean": len(window), "season": max(2, q.Local.Season)}[q.Config.Data.Center]
	for row := max(h.begin, t-n); row < t; row++ {
		r.center += level(row) / float64(min(n, t-h.begin))
	}
	if q.Local.Deviation {
		switch r.scale = max(deviationOf(window), 0.1*deviationOf(before)); {
		case r.scale == 0 && q.Local.Log:
			r.scale = 0.1
		case r.scale == 0 && h.g[t-1] == 0:
			r.scale = 1
		case r.scale == 0:
			r.scale = 0.1 * math.Abs(h.g[t-1])
		}
	}
	if q.Local.Mean {
		for row := max(h.begin, w.Start); row < t; row++ {
			r.scale += math.Abs(h.g[row]) / float64(t-max(h.begin, w.Start))
		}
	}
	r.scale *= q.Local.Unit
	return r
}

func (r *reference) at(row int) float64 {
	if len(r.profile) == 0 {
		return 0
	}
	return r.profile[row%len(r.profile)]
}

// referenceCeiling is the highest value that window i may be forecast, +Inf without a logarithm.
func referenceCeiling(p *Part, i int, scale float64) float64 {
	q, w := p.Prepared, p.Windows[i]
	h := &p.table.histories[w.Series]
	if !q.Local.Log || !h.log {
		return math.Inf(1)
	}
	g := h.g[h.begin : w.Start+q.Steps]
	growth := scale
	for t := len(g) / 2; t+q.Horizon < len(g); t++ {
		growth = max(growth, slices.Max(g[:t+q.Horizon+1])-slices.Max(g[:t+1]))
	}
	low, high := h.back(slices.Min(g)), h.back(slices.Max(g))
	return max(high+3*(high-low), h.back(slices.Max(g)+growth))
}

// near forgives rounding of sums of a hundred terms of size about 10, divided by deviations of about 0.1.
const near = 1e-10

// Fill equals the definitions for every transform, scale, centre, patch, season, with padding, gaps and covariates, and in
// any order of the windows. Restore of the targets gives the truth back.
func TestLocalDefinition(t *testing.T) {
	for _, change := range []func(*configs.Config){
		nil,
		func(c *configs.Config) { c.Data.Transform, c.Data.WindowScale = "none", "none" },
		func(c *configs.Config) { c.Data.Transform, c.Data.Season, c.Data.Center = "none", []int{3, 5}, "last" },
		func(c *configs.Config) { c.Data.WindowScale, c.Data.Profile, c.Data.Center = "none", false, "mean" },
		func(c *configs.Config) { c.Data.Season, c.Model.Patch = nil, 1 },
		func(c *configs.Config) { c.Data.Pad, c.Data.Center, c.Data.MissingMask = false, "none", true },
		func(c *configs.Config) {
			c.Data.Scale, c.Data.Transform, c.Data.Missing = "standard", "none", "forward"
		},
	} {
		for _, gaps := range []float64{0, 0.2} {
			for _, covariates := range []int{0, 2} {
				c := global(change)
				d := seasonalSet(rand.New(rand.NewPCG(1, 2)), []int{60, 33, 20, 12, 11}, 4, covariates, gaps)
				q := prepared(t, d, c)
				for _, p := range []*Part{q.Train, q.Validation, q.Test, q.Train.Rolling(3), q.Validation.Rolling(4), Merge(q.Train, q.Validation)} {
					if p.Len() == 0 {
						t.Fatalf("the %s part has no window", p.Name)
					}
					checkLocal(t, p)
				}
			}
		}
	}
}

func checkLocal(t *testing.T, p *Part) {
	t.Helper()
	q := p.Prepared
	c := q.Config
	index := rand.New(rand.NewPCG(1, 1)).Perm(p.Len())
	var b data.Batch[float64]
	data.Fill(p, index, &b)
	if b.T != q.Steps/max(1, c.Model.Patch) || b.D != q.Inputs || b.Out != q.Horizon || b.Extra != q.Extra || len(b.Z) != b.N*b.Extra || len(b.X) != b.T*b.N*b.D {
		t.Fatalf("batch of %d: T %d, D %d, Out %d, F %d", b.N, b.T, b.D, b.Out, b.Extra)
	}
	for n, i := range index {
		w, r := p.Windows[i], referenceOf(p, i)
		h := &p.table.histories[w.Series]
		for at := range q.Steps {
			row := w.Start + at
			got := b.X[(at/q.patch*b.N+n)*b.D+at%q.patch*q.layout.row:][:q.layout.row]
			want := make([]float64, q.layout.row)
			if row >= h.begin {
				want = wantRow(p, w.Series, row, &r)
			}
			for f := range want {
				if math.Abs(got[f]-want[f]) > near {
					t.Fatalf("%s window %d at %d, row %d, feature %d: %g, want %g", p.Name, i, w.Start, row, f, got[f], want[f])
				}
			}
			if z := b.Z[n*b.Extra+at]; z != got[0] {
				t.Fatalf("z[%d] is %g, x %g", at, z, got[0])
			}
		}
		for m := range q.Local.Period {
			if got, want := b.Z[n*b.Extra+q.Steps+m], r.at(w.Start+q.Steps+m)/r.scale; math.Abs(got-want) > near {
				t.Fatalf("window %d: profile ahead %d is %g, want %g", i, m, got, want)
			}
		}
		checkLocalTargets(t, p, i, &r, b.Y[n*b.Out:][:b.Out], b.Mask[n*b.Out:][:b.Out])
	}
}

// wantRow is all that the network gets of a row without a calendar.
func wantRow(p *Part, series, row int, r *reference) []float64 {
	q := p.Prepared
	want := []float64{(r.g[row] - r.at(row) - r.center) / r.scale}
	if q.Local.Period > 0 {
		want = append(want, r.at(row)/r.scale)
	}
	missing := q.Set.Series[series].Missing[row*q.columns]
	if q.Config.Data.MissingMask && missing {
		want = append(want, 1)
	} else if q.Config.Data.MissingMask {
		want = append(want, 0)
	}
	for c := 1; c < q.columns; c++ {
		x := 0.0
		if row >= data.FirstKnownOf(q.Set.Series[series].Missing, c, q.columns) {
			x = (p.table.values[series][row*q.columns+c] - q.Local.CovariateOffset[c-1]) / q.Local.CovariateScale[c-1]
		}
		want = append(want, x)
	}
	return want
}

func checkLocalTargets(t *testing.T, p *Part, i int, r *reference, y, mask []float64) {
	t.Helper()
	q, w := p.Prepared, p.Windows[i]
	truth, known := p.Truth(i)
	out := make([]float64, len(y))
	p.Restore(i, y, out)
	some, ceiling := false, referenceCeiling(p, i, r.scale)
	for h := range y {
		row := w.Start + q.Steps + h
		one := &q.Set.Series[w.Series]
		inside := row >= p.from[w.Series] && row < p.to[w.Series]
		counts := inside && !one.Missing[row*q.columns]
		some = some || counts
		if (mask[h] == 1) != counts || known[h] != counts || !inside && y[h] != 0 {
			t.Fatalf("%s window %d, step %d: mask %g, known %t, target %g; want %t", p.Name, i, h, mask[h], known[h], y[h], counts)
		}
		if !inside {
			continue
		}
		if want := (r.g[row] - r.at(row) - r.center) / r.scale; math.Abs(y[h]-want) > near {
			t.Fatalf("%s window %d, step %d: target %g, want %g", p.Name, i, h, y[h], want)
		}
		if !counts {
			continue // y is what the value was filled in with
		}
		if truth[h] != one.Values[row*q.columns] || math.Abs(out[h]/min(truth[h], ceiling)-1) > 1e-10 {
			t.Fatalf("%s window %d, step %d: restored %g, truth %g, value %g", p.Name, i, h, out[h], truth[h], one.Values[row*q.columns])
		}
	}
	if !some {
		t.Fatalf("%s window %d has nothing to predict", p.Name, i)
	}
}

// With quantiles a forecast has Q values for each step, all of which are put back alike; batches do not grow.
func TestLocalQuantiles(t *testing.T) {
	c := global(func(c *configs.Config) { c.Model.Quantiles = []float64{0.1, 0.5, 0.9} })
	q := prepared(t, seasonalSet(rand.New(rand.NewPCG(1, 3)), []int{40, 50}, 4, 0, 0), c)
	if q.Outputs != 15 || q.Values() != 5 {
		t.Fatalf("%d outputs, %d values, want 15 and 5", q.Outputs, q.Values())
	}
	var b data.Batch[float64]
	data.Fill(q.Test, []int{1}, &b)
	scaled, out := make([]float64, 15), make([]float64, 15)
	for j := range scaled {
		scaled[j] = b.Y[j/3]
	}
	q.Test.Restore(1, scaled, out)
	truth, _ := q.Test.Truth(1)
	for j, v := range out {
		if math.Abs(v/truth[j/3]-1) > 1e-10 {
			t.Errorf("output %d restores to %g, want %g", j, v, truth[j/3])
		}
	}
}

// Each target of each series is a series of its own.
func TestChannels(t *testing.T) {
	d := randomSet(rand.New(rand.NewPCG(1, 4)), []int{40, 45}, 2, 1, 0.1)
	d.Series[1].Name = ""
	q := prepared(t, d, global(func(c *configs.Config) { c.Data.Transform = "none" }))
	var ids []ID
	for s := range q.Set.Series {
		one := &q.Set.Series[s]
		ids = append(ids, one.ID())
		for r := range one.Rows(2) {
			for c, from := range []int{s % 2, 2} {
				if at := 3*r + from; one.Values[2*r+c] != d.Series[s/2].Values[at] || one.Missing[2*r+c] != d.Series[s/2].Missing[at] {
					t.Fatalf("series %d, row %d, column %d is another value", s, r, c)
				}
			}
		}
	}
	if !slices.Equal(ids, []ID{{"s0", "y0"}, {"s0", "y1"}, {"", "y0"}, {"", "y1"}}) || !slices.Equal(q.Set.Targets, []string{"value"}) {
		t.Errorf("series %v, targets %q", ids, q.Set.Targets)
	}
}

// MASE of recipe global is measured by all rows before the test part, as the figures published for public sets are; of
// recipe plain by the training rows.
func TestNaiveScaleRows(t *testing.T) {
	for recipe, want := range map[string]float64{"global": (30*1 + 8*5) / 38.0, "plain": 1} {
		c := global(func(c *configs.Config) {
			c.Recipe, c.Data.Season, c.Model.Patch, c.Data.Center = recipe, nil, 1, "last"
		})
		c.Data.Split = configs.Split{Validation: 8, Test: 8, Steps: true}
		c.Data.Window, c.Data.Horizon = 8, 4
		d := seasonalSet(rand.New(rand.NewPCG(1, 2)), []int{47}, 4, 0, 0)
		for i := range d.Series[0].Values { // steps of 1 in the training part, of 5 behind it
			d.Series[0].Values[i] = float64(i + 4*max(0, i-30))
		}
		if got := prepared(t, d, c).NaiveScale[0][0]; math.Abs(got-want) > 1e-12 {
			t.Errorf("recipe %s: the scale is %v, want %v", recipe, got, want)
		}
	}
}
