package evaluate

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"recur/configs"
	"recur/data"
	"recur/data/series"
)

// world draws series with known errors and forecasts them with quantiles that are wrong by a known factor. The rows of a
// series are a history of one row, then the calibration rows, then the test rows; a forecast made after row t knows the
// error e_t, of which a share phi to the power of the steps ahead is left.
type world struct {
	series, horizon int
	phi             float64                  // of the errors, an AR(1)
	heavy           bool                     // shocks with Student's t distribution of 3 degrees of freedom, else normal
	misfit          func(step int) float64   // claimed width over the right one
	scale           func(*rand.Rand) float64 // of a series
	calm            func(row int) bool       // rows in which the shocks of all series are a third
	uneven          float64                  // sd of the log of a factor of the widths of each series
}

var testQuantiles = []float64{0.025, 0.1, 0.5, 0.9, 0.975}

var normalQuantiles = []float64{-1.959963984540054, -1.2815515655446004, 0, 1.2815515655446004, 1.959963984540054}

// draw returns the calibration part (an origin at each of horizon rows, what lies behind the part masked) and the test part
// (one window a series), with the claimed quantiles of both.
func (w world) draw(r *rand.Rand) (calibration, test *series.Part, seen, unseen [][]float64) {
	hz := w.horizon
	rows := 1 + 2*hz
	values := make([][]float64, w.series)
	var early, late []series.Window
	for s := range values {
		scale := w.scale(r)
		level, width := 3*scale*r.NormFloat64(), math.Exp(w.uneven*r.NormFloat64())
		e := w.errors(r, rows)
		values[s] = make([]float64, rows+hz)
		for t, v := range e {
			values[s][t] = level + scale*v
		}
		for origin := range hz {
			early = append(early, series.Window{Series: s, Start: origin})
			seen = append(seen, w.forecast(e[origin], level, scale, width))
		}
		late = append(late, series.Window{Series: s, Start: hz})
		unseen = append(unseen, w.forecast(e[hz], level, scale, width))
	}
	return w.part(values, 1+hz, early), w.part(values, 1+2*hz, late), seen, unseen
}

// errors are an AR(1) that starts from its stationary distribution, or nearly.
func (w world) errors(r *rand.Rand, n int) []float64 {
	e := make([]float64, n)
	state := r.NormFloat64() / math.Sqrt(1-w.phi*w.phi)
	for t := range e {
		shock := r.NormFloat64()
		if w.heavy {
			a, b, c := r.NormFloat64(), r.NormFloat64(), r.NormFloat64()
			shock /= math.Sqrt((a*a + b*b + c*c) / 3)
		}
		if w.calm != nil && w.calm(t) {
			shock /= 3
		}
		state = w.phi*state + shock
		e[t] = state
	}
	return e
}

func (w world) forecast(e, level, scale, width float64) []float64 {
	var f []float64
	variance, left := 0.0, 1.0
	for h := range w.horizon {
		variance += left * left
		left *= w.phi
		for _, z := range normalQuantiles {
			f = append(f, level+scale*(e*left+width*w.misfit(h)*math.Sqrt(variance)*z))
		}
	}
	return f
}

// part is of window 1; rows from `known` on are missing.
func (w world) part(values [][]float64, known int, windows []series.Window) *series.Part {
	c := configs.Default("forecast")
	c.Data.Window, c.Data.Horizon, c.Data.Missing = 1, w.horizon, "forward"
	set := &series.Dataset{Name: "world", Targets: []string{"value"}}
	scalers := map[series.ID]data.Scaler{}
	for s, v := range values {
		name := fmt.Sprint(s)
		one := series.Series{Name: name, Values: slices.Clone(v), Missing: make([]bool, len(v))}
		for t := known; t < len(v); t++ {
			one.Values[t], one.Missing[t] = 0, true
		}
		set.Series = append(set.Series, one)
		scalers[series.ID{Series: name}] = data.Scaler{Kind: "standard", Offset: []float64{0}, Scale: []float64{1}}
	}
	p, err := series.PrepareWith(set, c, series.Fitted{Scalers: scalers})
	if err != nil {
		panic(err)
	}
	p.Test.Windows = windows
	return p.Test
}

// Whatever the claimed widths are wrong by, and however the errors of a series hang together, calibrated intervals cover
// what they claim in the windows that follow. The tolerance is two points below and three above, five
// with few series: repetitions leave about half a point of chance, the rest is what the correction for few series may do.
// Few series whose intervals are too wide are narrowed as far as is sure, which leaves up to nine points too much.
func TestCoverage(t *testing.T) {
	anyScale := func(r *rand.Rand) float64 { return math.Pow(10, 6*r.Float64()-3) }
	half := func(int) float64 { return 0.5 }
	double := func(int) float64 { return 2 }
	growing := func(h int) float64 { return 0.5 + 0.05*float64(h) }
	for _, c := range []struct {
		name  string
		w     world
		reps  int
		above float64
	}{
		{"iid, many", world{series: 1000, phi: 0, misfit: half}, 2, 3},
		{"iid, few", world{series: 15, phi: 0, misfit: half}, 120, 5},
		{"autocorrelated, many", world{series: 1000, phi: 0.9, misfit: growing}, 2, 3},
		{"autocorrelated, many, too wide", world{series: 1000, phi: 0.9, misfit: double}, 2, 3},
		{"autocorrelated, few", world{series: 15, phi: 0.9, misfit: half}, 120, 5},
		{"almost a random walk, few, too wide", world{series: 15, phi: 0.99, misfit: double}, 120, 9},
		{"heavy tails, many", world{series: 1000, phi: 0.7, heavy: true, misfit: half}, 2, 3},
		{"heavy tails, few", world{series: 15, phi: 0.7, heavy: true, misfit: half}, 120, 5},
		{"wrong by step, few", world{series: 15, phi: 0.9, misfit: growing}, 120, 5},
		{"wrong by series, few", world{series: 15, phi: 0.9, uneven: 0.5, misfit: half}, 120, 5},
		{"sixty", world{series: 60, phi: 0.9, misfit: half}, 60, 1.5},
		{"four series", world{series: 4, phi: 0.5, misfit: half}, 200, 5},
	} {
		r := rand.New(rand.NewPCG(1, 2))
		c.w.horizon, c.w.scale = 12, anyScale
		var before, after [2]float64
		for range c.reps {
			seen, unseen, f, g := c.w.draw(r)
			k, err := Calibrate(seen, f, testQuantiles)
			if err != nil {
				t.Fatal(err)
			}
			for j := range 2 {
				before[j] += coverage(t, unseen, g, j) / float64(c.reps)
				after[j] += coverage(t, unseen, k.Apply(g), j) / float64(c.reps)
			}
		}
		t.Logf("%s: %.1f and %.1f%%", c.name, after[0], after[1])
		if math.Abs(before[0]-80) < 6 {
			t.Errorf("%s: %.1f%% of 80%% are covered before, want a world that needs calibration", c.name, before[0])
		}
		if after[0] < 78 || after[1] < 93 || after[0] > 80+c.above || after[1] > 95+c.above {
			t.Errorf("%s: intervals of 80 and 95%% cover %.1f, want 2 points less to %g more (before: %.1f)", c.name, after, c.above, before)
		}
	}
}

// coverage of interval j in percent.
func coverage(t *testing.T, p *series.Part, f [][]float64, j int) float64 {
	t.Helper()
	s, err := EvaluateQuantiles(p, f, testQuantiles)
	if err != nil {
		t.Fatal(err)
	}
	return 100 * s.Metrics.Intervals[j].Coverage
}

// What all series have in common in a stretch of time is no ground to narrow intervals: where the errors of all series are
// smaller for some time than the intervals say, but not always, they stay as they are.
func TestCommonTime(t *testing.T) {
	w := world{series: 200, horizon: 16, misfit: func(int) float64 { return 1 }, scale: func(*rand.Rand) float64 { return 1 }}
	for _, c := range []struct {
		name      string
		calm      func(row int) bool
		low, high float64 // of the factors of the nearer steps, whose origins see calm and other rows
	}{
		{"always", func(int) bool { return true }, 0.25, 0.5},
		{"half of the time", func(row int) bool { return row/4%2 == 0 }, 0.9, 1.1},
	} {
		w.calm = c.calm
		seen, _, f, _ := w.draw(rand.New(rand.NewPCG(11, 12)))
		k, err := Calibrate(seen, f, testQuantiles)
		if err != nil {
			t.Fatal(err)
		}
		for h := range w.horizon / 2 {
			if v := k.Factors[h][1]; v < c.low || v > c.high {
				t.Errorf("calm %s, step %d: factor %g, want %g to %g", c.name, h, v, c.low, c.high)
			}
		}
	}
}

// The factors are those by which the widths are wrong, and do not depend on the units of a series.
func TestFactors(t *testing.T) {
	w := world{series: 1500, horizon: 3, phi: 0.8, misfit: func(h int) float64 { return []float64{0.5, 1, 2}[h] }, scale: func(*rand.Rand) float64 { return 1 }}
	seen, _, f, _ := w.draw(rand.New(rand.NewPCG(3, 4)))
	k, err := Calibrate(seen, f, testQuantiles)
	if err != nil {
		t.Fatal(err)
	}
	for h, want := range []float64{2, 1, 0.5} {
		for i, got := range k.Factors[h] {
			if i == 2 && got != 1 || math.Abs(got/want-1) > 0.08 && i != 2 { // 1,500 values give an outer quantile to 4%
				t.Errorf("step %d, quantile %g: factor %g, want %g and 1 for the median", h, testQuantiles[i], got, want)
			}
		}
	}
	if k.Series != 1500 || k.Values != 1500*(3+2+1) || k.Floor {
		t.Errorf("measured on %d series and %d values, floor %v; want 1500, 9000 and none", k.Series, k.Values, k.Floor)
	}
	w.scale = func(*rand.Rand) float64 { return 1e6 }
	seen, _, f, _ = w.draw(rand.New(rand.NewPCG(3, 4)))
	again, err := Calibrate(seen, f, testQuantiles)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(k, again, cmpopts.EquateApprox(1e-9, 0)); d != "" {
		t.Errorf("in other units (-want +got)\n%s", d)
	}
	var back Calibration
	b, err := json.Marshal(k)
	if err == nil {
		err = json.Unmarshal(b, &back)
	}
	if d := cmp.Diff(k, &back); d != "" || err != nil {
		t.Errorf("JSON (-want +got)\n%s %v", d, err)
	}
}

// What has no width, no value or no bound gives neither NaN nor infinity, keeps the median and the order.
func TestCalibrateEdges(t *testing.T) {
	w := world{series: 10, horizon: 4, phi: 0.5, misfit: func(int) float64 { return 0.1 }, scale: func(*rand.Rand) float64 { return 1 }}
	for name, change := range map[string]func(s int, f []float64){
		"no width anywhere": func(_ int, f []float64) { flatten(f, 0) },
		"some have none":    func(s int, f []float64) { flatten(f, float64(s%2)) },
		"next to none":      func(_ int, f []float64) { flatten(f, 1e-300) },
		"infinite":          func(_ int, f []float64) { f[0], f[4] = math.Inf(-1), math.Inf(1) },
		"huge":              func(_ int, f []float64) { f[5], f[6], f[8], f[9] = -1e308, -1e307, 1e307, 1e308 },
		"on one side":       func(_ int, f []float64) { f[0], f[1] = f[2], f[2] },
		"crossing":          func(_ int, f []float64) { f[0], f[1] = f[2]+1, f[2]+2 },
	} {
		seen, _, f, _ := w.draw(rand.New(rand.NewPCG(5, 6)))
		for i := range f {
			change(seen.Windows[i].Series, f[i])
		}
		k, err := Calibrate(seen, f, testQuantiles)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range k.Factors {
			for _, v := range one {
				if !(v >= 0 && v <= largestScale) {
					t.Errorf("%s: factor %g", name, v)
				}
			}
		}
		for i, out := range k.Apply(f) {
			for o := 0; o < len(out); o += 5 {
				bad := !slices.IsSorted(out[o:o+5]) || out[o+2] != f[i][o+2]
				for j, v := range out[o : o+5] {
					bad = bad || math.IsNaN(v) || math.IsInf(v, 0) && v != f[i][o+j]
				}
				if bad {
					t.Fatalf("%s: %v becomes %v", name, f[i][o:o+5], out[o:o+5])
				}
			}
		}
	}
}

// flatten brings quantiles as near to their median as share says.
func flatten(f []float64, share float64) {
	for i := range f {
		m := f[i/5*5+2]
		f[i] = m + share*(f[i]-m)
	}
}

// Rows behind the part are not looked at, missing ones neither, and without any nothing is changed.
func TestCalibrateMasks(t *testing.T) {
	w := world{series: 9, horizon: 4, phi: 0.5, misfit: func(int) float64 { return 0.5 }, scale: func(*rand.Rand) float64 { return 1 }}
	seen, _, f, _ := w.draw(rand.New(rand.NewPCG(7, 8)))
	k, err := Calibrate(seen, f, testQuantiles)
	if err != nil {
		t.Fatal(err)
	}
	if want := 9 * (4 + 3 + 2 + 1); k.Values != want {
		t.Errorf("measured on %d values, want %d", k.Values, want)
	}
	for s := range seen.Prepared.Set.Series {
		for t := range seen.Prepared.Set.Series[s].Missing {
			seen.Prepared.Set.Series[s].Missing[t] = true
		}
	}
	k, err = Calibrate(seen, f, testQuantiles)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(f, k.Apply(f)); d != "" || k.Values != 0 || k.Series != 0 {
		t.Errorf("no values, and yet (-want +got)\n%s", d)
	}
	if d := cmp.Diff(f, (&Calibration{}).Apply(f)); d != "" {
		t.Errorf("the zero value changes (-want +got)\n%s", d)
	}
}

// Where nothing is negative no quantile becomes so, and steps behind the horizon have the last factor.
func TestApply(t *testing.T) {
	k := &Calibration{Quantiles: []float64{0.1, 0.5, 0.9}, Targets: 1, Factors: [][]float64{{2, 1, 2}, {3, 1, 3}}, Floor: true}
	got := k.Apply([][]float64{{9, 10, 11, 4, 10, 12, 9, 10, 11}, {-3, -2, -1}})
	want := [][]float64{{8, 10, 12, 0, 10, 16, 7, 10, 13}, {-4, -2, 0}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	k.Floor, k.Targets = false, 2
	got = k.Apply([][]float64{{9, 10, 11, 4, 10, 12, 9, 10, 11, 9, 10, 11}})
	want = [][]float64{{8, 10, 12, -2, 10, 14, 7, 10, 13, 7, 10, 13}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("two targets (-want +got)\n%s", d)
	}
}

// A quantile without a partner is stretched by what its own side needs.
func TestOneSided(t *testing.T) {
	w := world{series: 1500, horizon: 2, misfit: func(int) float64 { return 0.5 }, scale: func(*rand.Rand) float64 { return 1 }}
	seen, _, f, _ := w.draw(rand.New(rand.NewPCG(9, 10)))
	levels := []float64{0.1, 0.5, 0.975}
	var g [][]float64
	for _, v := range f {
		g = append(g, []float64{v[1], v[2], v[4], v[6], v[7], v[9]})
	}
	k, err := Calibrate(seen, g, levels)
	if err != nil {
		t.Fatal(err)
	}
	for h := range k.Factors {
		if d := cmp.Diff([]float64{2, 1, 2}, k.Factors[h], cmpopts.EquateApprox(0.1, 0)); d != "" { // 1,500 values, one tail
			t.Errorf("step %d (-want +got)\n%s", h, d)
		}
	}
}

// On the rolling origins of a validation part only its own rows count: the last origin has one of them.
func TestCalibrateRolling(t *testing.T) {
	c := configs.Default("forecast")
	c.Recipe, c.Data.Targets, c.Data.Missing = "global", []string{"value"}, "forward"
	c.Data.Scale, c.Data.Transform, c.Data.WindowScale, c.Data.Center, c.Data.Pad = "none", "none", "deviation", "last", true
	c.Data.Window, c.Data.Horizon, c.Model.Patch, c.Model.Quantiles = 4, 3, 1, testQuantiles
	c.Data.Split = configs.Split{Validation: 3, Test: 3, Steps: true}
	set := &series.Dataset{Name: "rolling", Targets: []string{"value"}}
	r := rand.New(rand.NewPCG(1, 2))
	for s := range 10 {
		one := series.Series{Name: fmt.Sprint(s), Missing: make([]bool, 30)}
		for range 30 {
			one.Values = append(one.Values, 10+r.NormFloat64())
		}
		set.Series = append(set.Series, one)
	}
	p, err := series.Prepare(set, c)
	if err != nil {
		t.Fatal(err)
	}
	part := p.Validation.Rolling(3)
	var f [][]float64
	for range part.Windows {
		f = append(f, slices.Concat(normalQuantiles, normalQuantiles, normalQuantiles))
	}
	k, err := Calibrate(part, f, testQuantiles)
	if err != nil {
		t.Fatal(err)
	}
	if want := 10 * (3 + 2 + 1); k.Values != want || k.Series != 10 || len(k.Factors) != 3 {
		t.Errorf("measured %d steps on %d values of %d series, want 3, %d and 10", len(k.Factors), k.Values, k.Series, want)
	}
}
