package baseline

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"recur/configs"
	"recur/data/series"
)

// rough is a saw that is no line and no wave; walk adds up another.
func rough(t int) float64 { return float64(t*7%11)/11 - .5 }

func walk(t int) float64 {
	sum := 0.0
	for i := range t + 1 {
		sum += float64(i*5%13)/13 - .5
	}
	return sum
}

// histories are the series of the golden values: n values, a season of m.
var histories = []struct {
	name       string
	n, m       int
	value      func(t int) float64
	ses, theta []float64
}{
	{"multiplicative season", 60, 12, func(t int) float64 {
		trend := 100 + .6*float64(t)
		return trend*(1+.2*math.Sin(2*math.Pi*float64(t)/12)) + 6*rough(t)
	}, []float64{136.81851490965727, 149.80551604401325, 160.83691871601488, 163.79683037210182},
		[]float64{137.40906467567802, 150.7874932348855, 162.2512746820861, 165.6039091685708}},
	{"no season declared", 50, 1, func(t int) float64 { return 50 + .3*float64(t) + 8*rough(t) + walk(t) },
		[]float64{61.36249417597286, 61.36249417597286, 61.36249417597286},
		[]float64{61.87021657981803, 62.00218696237665, 62.13415734493526}},
	{"declared season that is none", 45, 12, func(t int) float64 { return 50 + .3*float64(t) + 8*rough(t) + walk(t) },
		[]float64{59.14485154351528, 59.14485154351528}, []float64{59.65450070451214, 59.78247779988054}},
	{"additive season, negative values", 48, 4, func(t int) float64 {
		return 5*math.Sin(math.Pi*float64(t)/2) + 2*rough(t) - .05*float64(t)
	}, []float64{-2.1648628769652323, 2.835137123034777, -2.1648628769652154},
		[]float64{-2.2824328797410063, 2.6931296276604164, -2.331307864938163}},
	{"odd season", 40, 7, func(t int) float64 {
		v := 30 + 3*rough(t) + walk(t)
		if t%7 == 2 {
			v += 10
		}
		return v
	}, []float64{28.14174139213645, 28.64788438821114, 28.816006312267657, 28.315962844819182},
		[]float64{27.97377438134929, 28.461852332618776, 28.613750152775907, 28.10234666015408}},
}

// Golden values by statsmodels 0.15, whose optimiser stops at about 1e-5 of alpha; seasonal is the test of ets.Seasonal.
//
//	if seasonal(y, m): s = seasonal_decompose(y, model='multiplicative' if y.min() > 0 else 'additive', period=m).seasonal[:m]
//	z = y without s; n = len(z); i = np.arange(h)
//	r = SimpleExpSmoothing(z, initialization_method='estimated').fit(method='L-BFGS-B')
//	a, ses = r.params['smoothing_level'], r.forecast(h)
//	theta = ses + np.polyfit(np.arange(n), z, 1)[0]/2*(i + (1-(1-a)**n)/a)       # and both with s again
func TestSmoothingAndTheta(t *testing.T) {
	close := cmpopts.EquateApprox(1e-4, 0)
	for _, c := range histories {
		y := make([]float64, c.n)
		for i := range y {
			y[i] = c.value(i)
		}
		scratch, out := make([]float64, c.n), make([]float64, len(c.ses))
		ses(y, scratch, out, nil, []int{c.m})
		if d := cmp.Diff(c.ses, out, close); d != "" {
			t.Errorf("%s: ses (-want +got)\n%s", c.name, d)
		}
		theta(y, scratch, out, nil, []int{c.m})
		if d := cmp.Diff(c.theta, out, close); d != "" {
			t.Errorf("%s: theta (-want +got)\n%s", c.name, d)
		}
	}
}

// The golden values of theta_damped are those of theta with the φ of statsmodels' ETSModel (of z, as above): .98 for the histories above, the
// bound, and .8997 for one that flattens.
//
//	e = ETSModel(z, error='add', trend='add', damped_trend=True).fit(maxiter=5000); phi = e.damping_trend
//	damped = ses + np.polyfit(np.arange(n), z, 1)[0]/2*((1-(1-a)**n)/a + np.r_[0, np.cumsum(phi**np.arange(1, h))])
func TestDampedTheta(t *testing.T) {
	for i, want := range [][]float64{
		{137.40906512128433, 150.7807862901715, 162.22981516617293, 165.56049017815315},
		{61.87021657981803, 61.999547554725474, 62.12629191013477},
		{59.65450070451214, 59.779918257973165},
		{-2.2824328797410063, 2.6936183775123883, -2.3298513903792872},
		{27.973774418054933, 28.462153251502308, 28.61465207919569, 28.104107396986624},
		{100.50900962620713, 101.02392172629034, 101.48718939815622, 101.90399245203932},
	} {
		n, m, value := 60, 1, func(t int) float64 { return 100*(1-math.Pow(.9, float64(t))) + 3*rough(t) }
		if i < len(histories) {
			n, m, value = histories[i].n, histories[i].m, histories[i].value
		}
		y := make([]float64, n)
		for t := range y {
			y[t] = value(t)
		}
		out := make([]float64, len(want))
		thetaDamped(y, make([]float64, n), out, nil, []int{m})
		if d := cmp.Diff(want, out, cmpopts.EquateApprox(1e-4, 0)); d != "" {
			t.Errorf("history %d (-want +got)\n%s", i, d)
		}
	}
}

func TestSmoothingOfFewAndEqualValues(t *testing.T) {
	for _, c := range []struct {
		y    []float64
		want float64
	}{{[]float64{3}, 3}, {[]float64{3, 3}, 3}, {[]float64{1e9, 1e9, 1e9}, 1e9}, {[]float64{0, 0, 0, 0, 0, 0, 0}, 0}} {
		for name, f := range map[string]func(y, scratch, out, spread []float64, seasons []int){"ses": ses, "theta": theta, "theta_damped": thetaDamped} {
			out := []float64{0, 0}
			f(c.y, make([]float64, len(c.y)), out, nil, []int{3})
			if d := cmp.Diff([]float64{c.want, c.want}, out, near); d != "" {
				t.Errorf("%s of %v: (-want +got)\n%s", name, c.y, d)
			}
		}
	}
}

// TestHistoryEndsAtTheOrigin changes all that lies at and after the origin of each window.
func TestHistoryEndsAtTheOrigin(t *testing.T) {
	make1 := func(change bool) (*series.Prepared, []float64) {
		values := make([]float64, 120)
		for i := range values {
			values[i] = 20 + 5*math.Sin(float64(i)/2) + rough(i)
			if i%17 == 3 {
				values[i] = math.NaN()
			}
			if change && i >= 2*50 {
				values[i] = 1e6 * float64(i)
			}
		}
		return prepare(t, []string{"a", "b"}, nil, values, shape(5, 4, 6, 10)), values
	}
	before, _ := make1(false)
	after, _ := make1(true)
	for _, m := range []Method{Drift(), SES(6), Theta(6), DampedTheta(6), ETS(6)} {
		if d := cmp.Diff(m.Predict(before.Test)[0], m.Predict(after.Test)[0]); d != "" {
			t.Errorf("%s: the first window of the test part sees what it is to predict\n%s", m.Name(), d)
		}
	}
}

func TestHistoryBridgesGaps(t *testing.T) {
	nan := math.NaN()
	p := prepare(t, []string{"a"}, nil, []float64{nan, 2, nan, nan, 8, 9, nan, 0}, shape(3, 1, 0, 1))
	var r reader
	if d := cmp.Diff([]float64{2, 4, 6, 8, 9, 9}, r.read(p.Test, 0, 0, nil), near); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

func TestLongHistoriesAreLeftOut(t *testing.T) {
	wave := make([]float64, 20000)
	for i := range wave {
		wave[i] = math.Sin(float64(i))
	}
	names := func(set func(*configs.Config)) (out string, note string) {
		p := prepare(t, []string{"a"}, nil, wave, set)
		methods, err := For(p)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range methods {
			out += m.Name() + " "
		}
		return out, LeftOut(p)
	}
	if got, note := names(shape(3, 1, 10, 10000)); got != "naive drift ets ridge " || !strings.Contains(note, "10000 windows") {
		t.Errorf("10,000 windows: got %q and %q, want naive, drift, ets and ridge, and a note", got, note)
	}
	if got, note := names(shape(3, 1, 10, 500)); got != "naive drift ses theta ets ridge " || note != "" {
		t.Errorf("500 windows: got %q and %q, want ses and theta too", got, note)
	}
}

// Of a long series the last rows are fitted to, and they alone: what is older changes no forecast, and the fit costs as much as theirs.
func TestLongHistoryIsCut(t *testing.T) {
	n, old := longestHistory+50, 40
	values, other := make([]float64, n+1), make([]float64, n+1)
	for i := range values {
		values[i] = 50 + 8*rough(i) + float64(i%4)
		other[i] = values[i]
		if i < old {
			other[i] = 1e6
		}
	}
	a := prepare(t, []string{"a"}, nil, values, shape(4, 1, 0, 1))
	b := prepare(t, []string{"a"}, nil, other, shape(4, 1, 0, 1))
	for _, m := range []Method{SES(4), Theta(4), ETS(4)} {
		if d := cmp.Diff(m.Predict(a.Test), m.Predict(b.Test)); d != "" {
			t.Errorf("%s (-want +got)\n%s", m.Name(), d)
		}
	}
	if got, want := visits(a.Test), 2*float64(longestHistory)*float64(alphas+narrowings+4+a.Season); got != want {
		t.Errorf("visits: got %g, want %g", got, want)
	}
	if got := begins(longestSeasons*9000+7, []int{9000}); got != 7 {
		t.Errorf("begins: got %d, want 7", got)
	}
}

// What two seasons repeat is continued by both, where either alone misses the other; their order does not matter.
func TestSmoothingWithTwoSeasons(t *testing.T) {
	for _, c := range []struct {
		short, long, n int
		value          func(t int) float64
	}{
		{24, 168, 900, func(t int) float64 {
			weekend := 1.0
			if t/24%7 >= 5 {
				weekend = .6
			}
			return (100 + 40*math.Sin(2*math.Pi*float64(t)/24)) * weekend
		}},
		{7, 60, 400, func(t int) float64 { return 3*float64(t%7) - 20*math.Sin(2*math.Pi*float64(t)/60) }},
	} {
		y := make([]float64, c.n)
		for t := range y {
			y[t] = c.value(t)
		}
		off := func(f func(y, scratch, out, spread []float64, seasons []int), seasons ...int) float64 {
			out, worst := make([]float64, c.long), 0.0
			f(y, make([]float64, c.n), out, nil, seasons)
			for h, v := range out {
				worst = max(worst, math.Abs(v-c.value(c.n+h)))
			}
			return worst
		}
		for name, f := range map[string]func(y, scratch, out, spread []float64, seasons []int){"ses": ses, "theta": theta, "theta_damped": thetaDamped} {
			both, turned := off(f, c.short, c.long), off(f, c.long, c.short)
			if alone := off(f, c.short); both != turned || both > 4 || both > alone/4 {
				t.Errorf("%s with seasons of %d and %d: off by %.3g (%.3g in the other order), with the short one by %.3g", name, c.short, c.long, both, turned, alone)
			}
		}
	}
}
