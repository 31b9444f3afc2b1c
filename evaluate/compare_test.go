package evaluate

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/stat"

	"recur/data"
)

// series is n losses by a rule.
func series(n int, f func(i int) float64) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = f(i)
	}
	return v
}

// Golden values by numpy 2.4 and scipy 1.17; at horizon 1 the test is Student's paired t test, so stats.ttest_rel(a, b)
// gives the same.
//
//	def dm(a, b, h):
//	    d = a-b; n = len(d); c = d-d.mean()
//	    g = [(c[k:]*c[:n-k]).sum()/n for k in range(h)]
//	    V = g[0]+2*sum(g[1:])
//	    if V <= 0: V = g[0]+2*sum((1-k/h)*g[k] for k in range(1, h))
//	    s = d.mean()/np.sqrt(V/n)*np.sqrt((n+1-2*h+h*(h-1)/n)/n)
//	    return s, 2*stats.t.sf(abs(s), (n-1)//h)
func TestDieboldMariano(t *testing.T) {
	rough := [2][]float64{
		series(40, func(i int) float64 { return float64(i*7%11)/4 + float64(i%3) }),
		series(40, func(i int) float64 { return float64(i*5%13)/4 + 1 }),
	}
	smooth := [2][]float64{
		series(40, func(i int) float64 { return float64(i/4*7%11) / 4 }),
		series(40, func(i int) float64 { return float64(i*5%13)/8 + .1 }),
	}
	alternating := [2][]float64{series(12, func(i int) float64 { return float64((i + 1) % 2) }), series(12, func(int) float64 { return .4 })}
	same := [2][]float64{rough[0], rough[0]}
	shifted := [2][]float64{{1.25, 2.25, 3.25, 4.25}, {1, 2, 3, 4}}
	for _, c := range []struct {
		name         string
		losses       [2][]float64
		horizon      int
		statistic, p float64
	}{
		{"paired t test", rough, 1, -1.049323837458763, 0.30048837397905703},
		{"negative variance, lag 2", rough, 3, -1.7571796422047619, 0.10239662958261724},
		{"negative variance, lag 11", rough, 12, -2.716086597790989, 0.0727893312089864},
		{"one step", smooth, 1, 2.96712994403465, 0.005113490233454872},
		{"three steps", smooth, 3, 1.799736363046244, 0.09514240309470552},
		{"six steps", smooth, 6, 2.3535510146678176, 0.05678219777809149},
		{"alternating", alternating, 2, 2.097617696340302, 0.0900250157836087},
		{"equal losses", same, 3, 0, 1},
		{"equal losses, too few", [2][]float64{{1}, {1}}, 3, 0, 1},
		{"the same difference everywhere", shifted, 1, nan, nan},
		{"too few", [2][]float64{{1, 2, 3}, {2, 1, 5}}, 3, nan, nan},
		{"none", [2][]float64{}, 1, nan, nan},
		{"not a number", [2][]float64{{1, nan, 3}, {1, 2, 4}}, 1, nan, nan},
	} {
		s, p := DieboldMariano(c.losses[0], c.losses[1], c.horizon)
		if d := cmp.Diff([2]float64{c.statistic, c.p}, [2]float64{s, p}, near); d != "" {
			t.Errorf("%s: statistic and p (-want +got)\n%s", c.name, d)
		}
		s, p = DieboldMariano(c.losses[1], c.losses[0], c.horizon)
		if d := cmp.Diff([2]float64{-c.statistic, c.p}, [2]float64{s, p}, near); d != "" {
			t.Errorf("%s, exchanged: statistic and p (-want +got)\n%s", c.name, d)
		}
	}
}

func TestPairedKnowsSeriesAndGaps(t *testing.T) {
	a := []float64{3, 1, 4, 1, 5, 9, 2, 6}
	b := []float64{2, 7, 1, 8, 2, 8, 1, 4}
	part := func(horizon int, at ...data.Window) *data.Part {
		return &data.Part{Prepared: &data.Prepared{Horizon: horizon}, Windows: at}
	}
	var one, each, apart []data.Window
	for i := range a {
		one = append(one, data.Window{Start: i + 5})
		each = append(each, data.Window{Series: i, Start: i})
		apart = append(apart, data.Window{Start: 3 * i})
	}
	check := func(name string, p *data.Part, want float64) {
		t.Helper()
		if got, _ := Paired(p, a, b); math.Abs(got-want) > 1e-12 {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
	plain, _ := DieboldMariano(a, b, 3)
	check("one series", part(3, one...), plain)
	// Without a neighbour within the horizon there is nothing to correct.
	alone, _ := DieboldMariano(a, b, 1)
	check("a window in each series", part(3, each...), alone)
	check("gaps", part(3, apart...), alone)
}

// Equally good forecasts are told apart at the level of 5% in about 5% of the cases, also where few windows overlap much.
func TestDieboldMarianoSize(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct{ n, horizon int }{{40, 1}, {13, 12}, {24, 12}, {36, 12}, {60, 12}, {60, 4}} {
		const rounds = 2000
		found := 0
		for range rounds {
			noise := series(c.n+c.horizon, func(int) float64 { return r.NormFloat64() })
			a := series(c.n, func(i int) float64 { return stat.Mean(noise[i:i+c.horizon], nil) })
			if _, p := DieboldMariano(a, make([]float64, c.n), c.horizon); p < 0.05 {
				found++
			}
		}
		if share := float64(found) / rounds; share > 0.09 {
			t.Errorf("%d windows of horizon %d: %.3f of equal pairs are told apart, want at most 0.09", c.n, c.horizon, share)
		}
	}
}

// Golden values by statsmodels 0.15: multipletests([.04, .001, .03, .5, .03], method='holm').
func TestHolm(t *testing.T) {
	for _, c := range []struct{ p, want []float64 }{
		{[]float64{.04, .001, .03, .5, .03}, []float64{.12, .005, .12, .5, .12}},
		{[]float64{.04, .001, nan, .03, .5, .03}, []float64{.12, .005, nan, .12, .5, .12}},
		{[]float64{.7, .9}, []float64{1, 1}},
		{[]float64{.02}, []float64{.02}},
		{nil, nil},
	} {
		if d := cmp.Diff(c.want, Holm(c.p), near); d != "" {
			t.Errorf("%v: (-want +got)\n%s", c.p, d)
		}
	}
}
