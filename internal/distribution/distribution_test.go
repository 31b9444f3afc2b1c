package distribution

import (
	"math"
	"testing"
)

// levels are those of the golden quantiles.
var levels = []float64{0.025, 0.1, 0.5, 0.9, 0.975}

// golden are numbers of a network, a value (of counts the count), its unit, -log p of it and the quantiles, by scipy 1.17.1:
//
//	sp = lambda o: np.logaddexp(0, o)
//	stats.norm(o[0], sp(o[1])+1e-4)
//	stats.t(sp(o[2])+2, o[0], sp(o[1])+1e-4)
//	m, a = u*(sp(o[0])+1e-6), sp(o[1])/np.sqrt(u)+1e-4; stats.nbinom(1/a, 1/(1+a*m))
//	stats.poisson(m)
//	-d.logpdf(k), or -d.logpmf(k); d.ppf(levels)
var golden = []struct {
	family    Family
	o         []float64
	y, unit   float64
	loss      float64
	quantiles []float64
}{
	{Normal, []float64{0.3, -0.5}, -1.2, 1, 5.176237138785923, []float64{-0.6293698112908284, -0.30768225642123287, 0.3, 0.9076822564212328, 1.229369811290828}},
	{Normal, []float64{2, -6}, 2.01, 1, 2.4940549121860194, []float64{1.9949517498945333, 1.9966991266793916, 2.0, 2.0033008733206086, 2.005048250105467}},
	{StudentT, []float64{0.3, -0.5, 1.0}, 4, 1, 6.639577861585971, []float64{-1.131452356760224, -0.45717720737026507, 0.3, 1.0571772073702652, 1.7314523567602236}},
	{StudentT, []float64{-1, 0.2, -3}, -1.1, 1, 0.8233046725791491, []float64{-4.3576523294647895, -2.489573563594455, -1.0, 0.48957356359445514, 2.3576523294647895}},
	{StudentT, []float64{0, 0, 30}, 0.5, 1, 0.8264483897193495, []float64{-1.412098297342258, -0.9071643993944912, 0.0, 0.9071643993944914, 1.4120982973422578}},
	{NegativeBinomial, []float64{0.1, -1}, 3, 1, 3.2162237330755987, []float64{0.0, 0.0, 0.0, 2.0, 3.0}},
	{NegativeBinomial, []float64{-4, 2}, 0, 1.5, 0.026602291630913027, []float64{0.0, 0.0, 0.0, 0.0, 1.0}},
	{NegativeBinomial, []float64{0.5, -3}, 7, 12.0, 2.9149699281872152, []float64{5.0, 7.0, 11.0, 17.0, 20.0}},
	{NegativeBinomial, []float64{1, 1}, 900, 400.0, 8.96973484588272, []float64{292.0, 359.0, 514.0, 706.0, 825.0}},
	{NegativeBinomial, []float64{0.5, -8}, 5210, 5000.0, 13.021522031573113, []float64{4703.0, 4761.0, 4870.0, 4981.0, 5039.0}},
	{Poisson, []float64{0.1}, 0, 1, 0.7443976600735709, []float64{0.0, 0.0, 1.0, 2.0, 3.0}},
	{Poisson, []float64{-2}, 2, 3.5, 2.7601274161597367, []float64{0.0, 0.0, 0.0, 1.0, 2.0}},
	{Poisson, []float64{0.7}, 130, 100.0, 5.012976033047735, []float64{90.0, 97.0, 110.0, 124.0, 131.0}},
	{Poisson, []float64{0.5}, 98000, 100000.0, 8.461841490439838, []float64{96797.0, 97008.0, 97408.0, 97808.0, 98020.0}},
}

// Losses and quantiles are those of scipy.
func TestGolden(t *testing.T) {
	for _, g := range golden {
		y, got := g.y, make([]float64, len(levels))
		if g.family.Counts() {
			y /= g.unit
		}
		if loss := g.family.Loss(g.o, y, g.unit, nil); !(math.Abs(loss-g.loss) < 1e-8*math.Abs(g.loss)) {
			t.Errorf("%v of %v, %v: loss %v, want %v", g.family, g.o, g.y, loss, g.loss)
		}
		g.family.Quantiles(g.o, g.unit, levels, got)
		for i, v := range got {
			if g.family.Counts() {
				v *= g.unit
			}
			if !(math.Abs(v-g.quantiles[i]) < 1e-8*(1+math.Abs(v))) {
				t.Errorf("%v of %v: the quantile %v is %v, want %v", g.family, g.o, levels[i], v, g.quantiles[i])
			}
		}
	}
}

// Slopes are those of central differences.
func TestSlopes(t *testing.T) {
	for _, g := range golden {
		y, slope := g.y, make([]float64, len(g.o))
		if g.family.Counts() {
			y /= g.unit
		}
		g.family.Loss(g.o, y, g.unit, slope)
		for i := range g.o {
			const step = 1e-5
			at := func(d float64) float64 {
				moved := append([]float64(nil), g.o...)
				moved[i] += d
				return g.family.Loss(moved, y, g.unit, nil)
			}
			if want := (at(step) - at(-step)) / (2 * step); !(math.Abs(slope[i]-want) < 1e-5*(1+math.Abs(want))) {
				t.Errorf("%v of %v: slope %d is %v, want %v", g.family, g.o, i, slope[i], want)
			}
		}
	}
}

// No number of a network gives a loss, a slope or a quantile that is no number, and quantiles ascend.
func TestExtremes(t *testing.T) {
	extremes := []float64{-800, -40, -1, 0, 1, 40, 1e4}
	for f := Normal; f <= Poisson; f++ {
		for _, a := range extremes {
			for _, b := range extremes {
				for _, unit := range []float64{1, 1e6} {
					o := []float64{a, b, b}[:f.Parameters()]
					slope, out := make([]float64, len(o)), make([]float64, len(levels))
					loss := f.Loss(o, 2/unit, unit, slope)
					f.Quantiles(o, unit, levels, out)
					for i, v := range append(append([]float64{loss}, slope...), out...) {
						if v-v != 0 {
							t.Errorf("%v of %v in units of %v: number %d is %v", f, o, unit, i, v)
						}
					}
					for i := 1; i < len(out); i++ {
						if out[i] < out[i-1] {
							t.Errorf("%v of %v in units of %v: quantiles %v", f, o, unit, out)
						}
					}
				}
			}
		}
	}
}

// Quantiles that are added up and those that are searched for are the same.
func TestCountQuantiles(t *testing.T) {
	many := make([]float64, 99)
	for i := range many {
		many[i] = float64(i+1) / 100
	}
	for _, c := range []count{{0.3, math.Inf(1)}, {7, math.Inf(1)}, {60, math.Inf(1)}, {0.3, 0.2}, {7, 1.5}, {60, 30}, {64, 0.5}} {
		sums := make([]float64, len(many))
		if found := c.addUp(many, sums); found != len(many) {
			t.Fatalf("%+v: %d found", c, found)
		}
		for i, level := range many {
			if v := c.search(level); v != sums[i] {
				t.Errorf("%+v: the quantile %v is %v by its sum, %v by search", c, level, sums[i], v)
			}
		}
	}
}

// A network that starts with these numbers starts with this location and deviation.
func TestStart(t *testing.T) {
	for f := Normal; f <= Poisson; f++ {
		o, slope := f.Start(0.8, 0.3)
		const step = 1e-6
		location := func(v float64) float64 {
			if f.Counts() {
				return softplus(v)
			}
			return v
		}
		if got := location(o[0]); math.Abs(got-0.8) > 1e-9 {
			t.Errorf("%v starts at %v", f, got)
		}
		if by := (location(o[0]+step*slope) - location(o[0]-step*slope)) / (2 * step); math.Abs(by-1) > 1e-6 {
			t.Errorf("%v: the location moves by %v", f, by)
		}
		if f.Counts() {
			continue
		}
		out := make([]float64, len(levels))
		f.Quantiles(o, 1, levels, out)
		if wide := (out[4] - out[0]) / (2 * 1.96 * 0.3); wide < 0.95 || wide > 1.1 {
			t.Errorf("%v: the interval is %v as wide as that of the deviation", f, wide)
		}
	}
	for _, v := range []float64{1e-6, 0.1, 1, 50, 800} {
		if got := softplus(Inverse(v)); math.Abs(got-v) > 1e-9*v {
			t.Errorf("softplus of the inverse of %v is %v", v, got)
		}
	}
}
