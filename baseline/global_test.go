package baseline

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/mat"

	"recur/configs"
	"recur/data"
	"recur/data/series"
)

// many is a panel of recipe global: seasonal series with a trend, of unequal lengths, the third with a horizon of 2, a share
// of the values missing.
func many(t *testing.T, lengths []int, missing float64, set func(*configs.Config)) *series.Prepared {
	t.Helper()
	r := rand.New(rand.NewPCG(3, 4))
	c := configs.Default("forecast")
	c.Recipe, c.Data.Targets, c.Data.Missing = "global", []string{"value"}, "seasonal"
	c.Data.Scale, c.Data.Transform, c.Data.WindowScale, c.Data.Center = "none", "none", "deviation", "season"
	c.Data.Profile, c.Data.Pad, c.Data.Season, c.Model.Patch = true, true, []int{4}, 4
	shape(8, 5, 5, 5)(c)
	set(c)
	d := &series.Dataset{Name: "many", Targets: []string{"value"}}
	for s, n := range lengths {
		one := series.Series{Name: fmt.Sprint(s), Values: make([]float64, n), Missing: make([]bool, n)}
		if s == 2 {
			one.Horizon = 2
		}
		for i := range n {
			one.Values[i] = 10 + float64(i)/9 + math.Sin(float64(i)*math.Pi/2) + 0.2*r.NormFloat64()
			one.Missing[i] = i > 8 && r.Float64() < missing
		}
		d.Series = append(d.Series, one)
	}
	p, err := series.Prepare(d, c)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// The fit is the least squares of Z → Y with its penalty, output by output, over the windows that have the output in the
// part, the values that were missing as they were filled in; sums written out window by window.
func TestRidgeOfManySeriesSolvesItsEquations(t *testing.T) {
	for _, missing := range []float64{0, 0.2} {
		p := many(t, []int{90, 40, 33, 60, 17}, missing, func(*configs.Config) {}).Train
		for name, s := range map[string]selection{"usable": usable(p), "all": allOf(p)} {
			e := newEquations(s, designOf(p.Prepared))
			r, ok := e.solve(0.01)
			if !ok {
				t.Fatalf("%s: no solution", name)
			}
			if worst := gradientOfZ(s, r, 0.01*e.scale); worst > 1e-9 {
				t.Errorf("%s windows, %v missing: gradient %g at the solution", name, missing, worst)
			}
			if want := map[string]int{"usable": 2, "all": 5}[name]; len(e.systems) != want {
				t.Errorf("%s windows: %d systems, want %d", name, len(e.systems), want)
			}
		}
	}
}

// gradientOfZ is the largest one of all weights, divided by the number of windows.
func gradientOfZ(s selection, r *ridge, penalty float64) float64 {
	var b data.Batch[float64]
	features, outputs := r.weights.Dims()
	g := mat.NewDense(features, outputs, nil)
	for _, i := range s.index {
		data.Fill(s.part, []int{i}, &b)
		x := append(append([]float64(nil), b.Z...), 1)
		inside, _ := s.windows.Ahead(i)
		for o := range inside {
			e := -b.Y[o]
			for j, v := range x {
				e += v * r.weights.At(j, o)
			}
			for j, v := range x {
				g.Set(j, o, g.At(j, o)+e*v)
			}
		}
	}
	worst := 0.0
	for o := range outputs {
		for j := range features {
			d := g.At(j, o)
			if j < features-1 {
				d += penalty * r.weights.At(j, o)
			}
			worst = max(worst, math.Abs(d)/float64(len(s.index)))
		}
	}
	return worst
}

// Of series too short for a whole window the fit takes what there is.
func TestRidgeOfShortSeries(t *testing.T) {
	p := many(t, []int{17, 18}, 0, func(c *configs.Config) { c.Data.Season, c.Model.Patch = nil, 1 })
	whole := 0
	for i := range p.Train.Windows {
		if inside, asked := p.Train.Ahead(i); inside == asked {
			whole++
		}
	}
	r, err := Ridge(p.Train, p.Validation)
	if err != nil || whole != 0 {
		t.Fatalf("%d whole windows, want none; %v", whole, err)
	}
	for i, f := range r.Predict(p.Test) {
		for h, v := range f {
			if math.IsNaN(v) || math.Abs(v-11) > 4 {
				t.Errorf("forecast %d, step %d is %v, of values about 11", i, h, v)
			}
		}
	}
}

// A seasonal series that rises is a linear law of its last season, whatever the scale of each series and the quantiles
// that the network has; so ridge finds it and gives one value for each step.
func TestRidgeOfManySeriesFindsALinearLaw(t *testing.T) {
	for _, quantiles := range [][]float64{nil, {0.1, 0.5, 0.9}} {
		p := many(t, []int{60, 50, 70}, 0, func(c *configs.Config) { c.Model.Quantiles, c.Data.Profile = quantiles, false })
		for s := range p.Set.Series {
			for i := range p.Set.Series[s].Values {
				p.Set.Series[s].Values[i] = float64(s+1) * (100 + float64(i) + 8*math.Sin(float64(i)*math.Pi/2))
			}
		}
		p, err := series.Prepare(p.Set, p.Config)
		if err != nil {
			t.Fatal(err)
		}
		m, err := Ridge(p.Train, p.Validation)
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range m.Predict(p.Test) {
			truth, known := p.Test.Truth(i)
			for h := range f {
				if known[h] && math.Abs(f[h]-truth[h]) > 1e-3*truth[h] {
					t.Errorf("quantiles %v: window %d: got %v, want %v", quantiles, i, f, truth)
					break
				}
			}
		}
	}
}

func TestRidgeOfManySeriesAsNumbers(t *testing.T) {
	p := many(t, []int{90, 40, 33}, 0, func(*configs.Config) {})
	m, err := RidgeOfTraining(p.Train, nil)
	if err != nil {
		t.Fatal(err)
	}
	l, ok := Numbers(m)
	if !ok || l.Steps != 0 || l.From != 0 || l.Shape != [2]int{p.Extra + 1, 5} {
		t.Fatalf("got %v, steps %d, from %d, shape %v", ok, l.Steps, l.From, l.Shape)
	}
	again, err := l.Method(p.Inputs)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(m.Predict(p.Test), again.Predict(p.Test)); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

func TestLongZIsCut(t *testing.T) {
	for _, c := range []struct {
		window, extra int
		want          design
	}{{48, 60, design{from: 0, to: 60}}, {1000, 1023, design{from: 0, to: 1023}}, {2000, 2012, design{from: 989, to: 2012}},
		{336, 5000, design{from: 0, to: 848}}} {
		q := &series.Prepared{Local: &series.Local{}, Steps: c.window, Extra: c.extra}
		if got := designOf(q); got != c.want || got.size() > maxFeatures {
			t.Errorf("window %d, %d values: got %+v, want %+v", c.window, c.extra, got, c.want)
		}
	}
}

// A series shorter than a season has its last value in the place of what it has not had, not the padding of its window.
func TestSeasonalNaiveOfShortSeries(t *testing.T) {
	p := many(t, []int{90, 40, 33, 15}, 0, func(c *configs.Config) { c.Data.Season, c.Data.Window = []int{12}, 24 }).Test
	said := SeasonalNaive(12).Predict(p)
	short := 0
	for i, w := range p.Windows {
		values := p.Prepared.Set.Series[w.Series].Values
		for h, got := range said[i] {
			want := values[p.Target(i)-1]
			if row := p.Target(i) + h - 12; row >= 0 {
				want = values[row]
			} else {
				short++
			}
			if got != want {
				t.Errorf("series %d, origin %d, step %d: %g, want %g", w.Series, p.Target(i), h, got, want)
			}
		}
	}
	if short == 0 {
		t.Error("no window of a series shorter than a season")
	}
}
