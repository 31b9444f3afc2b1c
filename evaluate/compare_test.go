package evaluate

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ruled is n losses by a rule.
func ruled(n int, f func(i int) float64) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = f(i)
	}
	return v
}

// Golden values by numpy 2.4 and scipy 1.17; for fewer than eight losses at horizon 1 the test is Student's paired t test, so
// stats.ttest_rel(a, b) gives the same.
//
//	def dm(a, b, h):
//	    d = a-b; n = len(d); c = d-d.mean(); L = max(h, int(n**(1/3)+1e-9))
//	    g = [(c[k:]*c[:n-k]).sum()/n for k in range(L)]
//	    V = max(g[0]+2*sum(g[1:]), g[0]+2*sum((1-k/L)*g[k] for k in range(1, L)))
//	    s = d.mean()/np.sqrt(V/n)*np.sqrt((n+1-2*L+L*(L-1)/n)/n)
//	    return s, 2*stats.t.sf(abs(s), min((n-1)//h+1, n/L)-1)
func TestDieboldMariano(t *testing.T) {
	rough := [2][]float64{
		ruled(40, func(i int) float64 { return float64(i*7%11)/4 + float64(i%3) }),
		ruled(40, func(i int) float64 { return float64(i*5%13)/4 + 1 }),
	}
	smooth := [2][]float64{
		ruled(40, func(i int) float64 { return float64(i/4*7%11) / 4 }),
		ruled(40, func(i int) float64 { return float64(i*5%13)/8 + .1 }),
	}
	alternating := [2][]float64{ruled(12, func(i int) float64 { return float64((i + 1) % 2) }), ruled(12, func(int) float64 { return .4 })}
	same := [2][]float64{rough[0], rough[0]}
	shifted := [2][]float64{{1.25, 2.25, 3.25, 4.25, 5.25}, {1, 2, 3, 4, 5}}
	for _, c := range []struct {
		name         string
		losses       [2][]float64
		horizon      int
		statistic, p float64
	}{
		{"paired t test", [2][]float64{rough[0][:6], rough[1][:6]}, 1, -0.8646754023342338, 0.4267453313403552},
		{"related beyond the horizon", rough, 1, -1.7571796422047619, 0.10366139012796857},
		{"negative variance, lag 2", rough, 3, -1.7571796422047619, 0.10366139012796857},
		{"negative variance, lag 7", rough, 8, -1.9457090831922301, 0.1235643963087656},
		{"smooth, one step", smooth, 1, 1.799736363046244, 0.09639696956468123},
		{"three steps", smooth, 3, 1.799736363046244, 0.09639696956468123},
		{"Bartlett's is larger", smooth, 6, 1.9529253597551934, 0.10148857802346063},
		{"alternating", alternating, 2, 2.097617696340302, 0.09002501578360889},
		{"equal losses", same, 3, 0, 1},
		{"equal losses, too few", [2][]float64{{1}, {1}}, 3, 0, 1},
		{"the same difference everywhere", shifted, 1, nan, nan},
		{"four that don't overlap", rough, 12, nan, nan},
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

// Golden values by numpy 2.4 and scipy 1.17: for horizon 3 dm above of the sums by origin.
func TestPanelKnowsOriginsAndGaps(t *testing.T) {
	a := []float64{3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8}
	b := []float64{2, 7, 1, 8, 2, 8, 1, 4, 1, 3, 2, 2}
	check := func(name string, horizon int, at func(i int) (series, step int), want float64) {
		t.Helper()
		p := &Panel{horizon: horizon}
		for i := range a {
			p.add(at(i))
		}
		p.order()
		if got := p.Test(a, b, Worth{}).Statistic; !(math.Abs(got-want) < 1e-12) && (got == got || want == want) {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
	plain, _ := DieboldMariano(a, b, 2)
	check("one series", 2, func(i int) (int, int) { return 0, i + 5 }, plain)
	alone, _ := DieboldMariano(a, b, 1)
	check("gaps", 3, func(i int) (int, int) { return 0, 3 * i }, alone)
	sums := [2][]float64{{3 + 1, 4 + 1, 5 + 9, 2 + 6, 5 + 3, 5 + 8}, {2 + 7, 1 + 8, 2 + 8, 1 + 4, 1 + 3, 2 + 2}}
	together, _ := DieboldMariano(sums[0], sums[1], 1)
	check("two series", 1, func(i int) (int, int) { return i % 2, i / 2 }, together)
	check("too few origins", 2, func(i int) (int, int) { return i % 2, i / 2 }, nan)
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
