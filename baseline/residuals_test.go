package baseline

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"recur/configs"
	"recur/data/series"
)

// panel is series of recipe global, months with a season of 12 and a horizon of 6.
func panel(t *testing.T, from, n, rows int, value func(r *rand.Rand) func(i int) float64) *series.Prepared {
	t.Helper()
	c := configs.Default("forecast")
	c.Recipe, c.Data.Targets, c.Data.Missing = "global", []string{"value"}, "seasonal"
	c.Data.Scale, c.Data.Transform, c.Data.WindowScale, c.Data.Center = "none", "none", "deviation", "season"
	c.Data.Profile, c.Data.Pad, c.Data.Season, c.Model.Patch = true, true, []int{12}, 12
	shape(24, 6, 6, 6)(c)
	d := &series.Dataset{Name: "panel", Targets: []string{"value"}}
	for s := from; s < from+n; s++ {
		r := rand.New(rand.NewPCG(uint64(s), 7))
		f, one := value(r), series.Series{Name: fmt.Sprint(s), Missing: make([]bool, rows)}
		for i := range rows {
			one.Values = append(one.Values, f(i))
		}
		d.Series = append(d.Series, one)
	}
	p, err := series.Prepare(d, c)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func noise(r *rand.Rand) func(int) float64 {
	return func(i int) float64 { return 100 + 10*math.Sin(float64(i)*math.Pi/6) + 5*r.NormFloat64() }
}

func walking(r *rand.Rand) func(int) float64 {
	level, scale := 100.0, math.Exp(r.NormFloat64())
	return func(int) float64 { level += scale * r.NormFloat64(); return level }
}

func regression(r *rand.Rand) func(int) float64 {
	x, scale := 0.0, math.Exp(2*r.NormFloat64())
	return func(int) float64 { x = 0.7*x + r.NormFloat64(); return scale * (50 + x) }
}

// Intervals of simple methods cover what they claim in rows that neither the methods nor their residuals have seen, they grow with the step,
// and series of which nothing is known, other ones of the same kind, have them too.
func TestResidualsCover(t *testing.T) {
	t.Parallel()
	levels := []float64{0.025, 0.1, 0.5, 0.9, 0.975}
	for _, c := range []struct {
		name    string
		value   func(*rand.Rand) func(int) float64
		methods []string
	}{
		{"noise", noise, []string{"seasonal_naive", "ridge"}},
		{"walk", walking, []string{"naive", "drift", "ses", "theta", "ridge"}},
		{"autoregression", regression, []string{"naive", "ses", "ridge"}},
	} {
		p, other := panel(t, 0, 150, 72, c.value), panel(t, 1000, 150, 72, c.value)
		for _, method := range c.methods {
			m, err := Make(method, p)
			if err != nil {
				t.Fatal(err)
			}
			r := ResidualsOf(p, m, levels, method == "ridge")
			for _, test := range []*series.Part{p.Test, other.Test} {
				said := r.Quantiles(test, m.Predict(test), func(int) bool { return false })
				for i, want := range []float64{80, 95} {
					in, widths := covered(test, said, 1-i, 3+i)
					if math.Abs(in-want) > 5-1.5*float64(i) {
						t.Errorf("%s, %s: the interval of %v%% covers %.1f%%", c.name, method, want, in)
					}
					if !slices.IsSortedFunc(widths, func(a, b float64) int { return cmp.Compare(a*(1+1e-9), b) }) {
						t.Errorf("%s, %s: the mean widths of the steps are %v", c.name, method, widths)
					}
				}
			}
		}
	}
}

// covered is the share in percent of the known values between two of five quantiles, and the mean distance of these by step.
func covered(p *series.Part, said [][]float64, low, high int) (percent float64, widths []float64) {
	in, n := 0.0, 0.0
	widths = make([]float64, p.Prepared.Horizon)
	for i := range said {
		truth, known := p.Truth(i)
		for o, y := range truth {
			f := said[i][o*5 : o*5+5]
			if widths[o] += f[high] - f[low]; known[o] {
				n++
				if f[low] <= y && y <= f[high] {
					in++
				}
			}
		}
	}
	return 100 * in / n, widths
}

// A forecast that is not below 0 has no quantile there where the series never was; the forecast itself is the median.
func TestResidualsKeepTheFloor(t *testing.T) {
	p := panel(t, 0, 3, 72, func(r *rand.Rand) func(int) float64 { return func(int) float64 { return max(0, r.NormFloat64()) } })
	r := ResidualsOf(p, Naive(), []float64{0.1, 0.5, 0.9}, false)
	points := Naive().Predict(p.Test)
	for _, positive := range []bool{true, false} {
		low := 0.0
		for i, f := range r.Quantiles(p.Test, points, func(int) bool { return positive }) {
			for o, point := range points[i] {
				low = min(low, f[o*3])
				if f[o*3+1] != point || !slices.IsSorted(f[o*3:o*3+3]) {
					t.Fatalf("the quantiles of %v are %v", point, f[o*3:o*3+3])
				}
			}
		}
		if positive != (low == 0) {
			t.Errorf("positive %v: the lowest quantile is %v", positive, low)
		}
	}
	flat := panel(t, 0, 2, 72, func(*rand.Rand) func(int) float64 { return func(int) float64 { return 3 } })
	if r := ResidualsOf(flat, Naive(), []float64{0.1, 0.5, 0.9}, false); r != nil {
		t.Errorf("of series that never change: %v, want nothing", r)
	}
}
