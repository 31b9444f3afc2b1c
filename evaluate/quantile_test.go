package evaluate

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var smallQuantiles = []float64{0.1, 0.25, 0.5, 0.75, 0.9}

// spread puts quantiles around the predictions of small: the second target has five times the width of the first.
func spread(predictions [][]float64) [][]float64 {
	all := make([][]float64, len(predictions))
	for i, f := range predictions {
		for o, v := range f {
			for _, off := range []float64{-0.8, -0.3, 0, 0.5, 1} {
				all[i] = append(all[i], v+off*[]float64{1, 5}[o%2])
			}
		}
	}
	return all
}

// Golden values by numpy 2.4 and scipy 1.17, with y, f, series and scale of TestEvaluate:
//
//	tau = [.1,.25,.5,.75,.9]; q = f[...,None] + np.array([-.8,-.3,0,.5,1])*np.array([1,5])[None,None,:,None]
//	rho = lambda y,f,t: max(t*(y-f), (t-1)*(y-f))
//	def crps(y, qs):        # numerical integration of the interpolated quantile function
//	    g = lambda t: 2*rho(y, np.interp(t, tau, qs), t)
//	    edges = [0] + sorted(set(tau + [np.interp(y, qs, tau)])) + [1]
//	    return sum(integrate.quad(g, a, b, epsabs=1e-13, epsrel=1e-13)[0] for a, b in zip(edges, edges[1:]))
//	# over the known values Y with quantiles Q of a scope, S their series, s their scale, P[j] the list of rho(Y,Q[j],tau[j]):
//	pinball = np.mean([np.mean(p) for p in P]); wql = np.mean([2*sum(p)/sum(abs(Y)) for p in P]); below = np.mean(Y <= Q[j])
//	L, U, a = Q[[1,0]], Q[[3,4]], np.array([.5,.2]); score = (U-L) + 2/a*np.maximum(0, np.maximum(L-Y, Y-U))
//	spl = np.mean([np.mean(rho/s of series i, where s > 0) for i in (0,1)]); msis likewise with score/s
func TestEvaluateQuantiles(t *testing.T) {
	got, err := EvaluateQuantiles(small(t), spread(smallPredictions), smallQuantiles)
	if err != nil {
		t.Fatal(err)
	}
	want := &QuantileScore{
		Windows: 4,
		Metrics: Distribution{
			0.9538666666666666, 1.9945444444444445, 0.07797275204359673, 0.08308928571428573,
			[]QuantileMetrics{{0.1, 0.5693333333333334, 1.0 / 3}, {0.25, 1.1516666666666666, 8.0 / 15}, {0.5, 1.3666666666666667, 2.0 / 3},
				{0.75, 1.1083333333333334, 2.0 / 3}, {0.9, 0.5733333333333334, 13.0 / 15}},
			[]IntervalMetrics{{0.5, 2.0 / 15, 2.293333333333334, 9.04, 0.7982142857142858}, {0.8, 0.6, 5.159999999999999, 11.426666666666668, 1.0160714285714287}},
		},
		ByStep: []Distribution{
			{
				0.78675, 1.6433750000000003, 0.07276300578034682, 0.051250000000000004,
				[]QuantileMetrics{{0.1, 0.60875, 0.25}, {0.25, 1.0093750000000001, 0.5}, {0.5, 1.15625, 0.75}, {0.75, 0.828125, 0.75}, {0.9, 0.33124999999999993, 1}},
				[]IntervalMetrics{{0.5, 0.25, 2.4, 7.35, 0.5}, {0.8, 0.75, 5.4, 9.4, 0.6875}},
			},
			{
				1.1448571428571428, 2.3958809523809523, 0.08261855670103094, 0.11825,
				[]QuantileMetrics{{0.1, 0.5242857142857142, 3.0 / 7}, {0.25, 1.3142857142857143, 4.0 / 7}, {0.5, 1.6071428571428572, 4.0 / 7},
					{0.75, 1.4285714285714286, 4.0 / 7}, {0.9, 0.85, 5.0 / 7}},
				[]IntervalMetrics{{0.5, 0, 2.1714285714285713, 10.971428571428572, 1.1333333333333333}, {0.8, 3.0 / 7, 4.885714285714286, 13.742857142857144, 1.35}},
			},
		},
	}
	if d := cmp.Diff(want, got, near); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	bytes, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	back := &QuantileScore{}
	if err := json.Unmarshal(bytes, back); err != nil {
		t.Fatalf("%v: %s", err, bytes)
	}
	if d := cmp.Diff(got, back, near); d != "" {
		t.Errorf("JSON (-want +got)\n%s", d)
	}
}

// The quantile 0.5 alone is a point forecast: CRPS is the mean absolute error, pinball half of it, and SPL half of MASE.
func TestMedianAlone(t *testing.T) {
	p := small(t)
	points, err := Evaluate(p, smallPredictions)
	if err != nil {
		t.Fatal(err)
	}
	got, err := EvaluateQuantiles(p, smallPredictions, []float64{0.5})
	if err != nil {
		t.Fatal(err)
	}
	m := got.Metrics
	for _, c := range []struct{ got, want float64 }{{m.CRPS, points.Metrics.MAE}, {2 * m.Pinball, points.Metrics.MAE}, {2 * m.SPL, points.Metrics.MASE}} {
		if math.Abs(c.got-c.want) > 1e-12 {
			t.Errorf("got %g, want %g", c.got, c.want)
		}
	}
	if len(m.Intervals) != 0 {
		t.Errorf("one quantile has intervals: %v", m.Intervals)
	}
}

// With many quantiles of the true distribution the score comes to the known one of the standard normal at y:
// y·(2Φ(y)-1) + 2φ(y) - 1/√π (Gneiting & Raftery 2007, equation 21).
func TestCRPSOfNormal(t *testing.T) {
	var levels, f []float64
	for i := range 999 {
		levels = append(levels, float64(i+1)/1000)
		f = append(f, math.Sqrt2*math.Erfinv(2*levels[i]-1))
	}
	for _, y := range []float64{-2.5, -0.3, 0, 1, 4} {
		want := y*math.Erf(y/math.Sqrt2) + 2*math.Exp(-y*y/2)/math.Sqrt(2*math.Pi) - 1/math.Sqrt(math.Pi)
		if got := crps(y, f, levels); math.Abs(got-want) > 2e-3 { // what the cut tails are worth
			t.Errorf("crps(%g) = %.6f, want %.6f", y, got, want)
		}
	}
}

func TestQuantileSizes(t *testing.T) {
	p := small(t)
	for _, c := range []struct {
		quantiles []float64
		width     int
		want      string
	}{
		{nil, 4, "no quantiles"},
		{[]float64{0.5, 0.1}, 8, "ascending order"},
		{[]float64{0, 0.5}, 8, "between 0 and 1"},
		{[]float64{0.1, 0.5}, 4, "has 4 values, want 8 (horizon × targets × quantiles)"},
	} {
		f := make([][]float64, p.Len())
		for i := range f {
			f[i] = make([]float64, c.width)
		}
		if _, err := EvaluateQuantiles(p, f, c.quantiles); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: got %v, want %q", c.quantiles, err, c.want)
		}
	}
}

func TestMedian(t *testing.T) {
	if d := cmp.Diff(smallPredictions, Median(spread(smallPredictions), smallQuantiles)); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	if d := cmp.Diff(smallPredictions, Median(smallPredictions, nil)); d != "" {
		t.Errorf("points (-want +got)\n%s", d)
	}
}

func TestCombine(t *testing.T) {
	members := [][][]float64{
		{{1, 2, 3, 30, 20, 10}},
		{{3, 1, 9, 31, 25, 11}},
		{{2, 8, 4, 32, 21, 12}},
	}
	if d := cmp.Diff([][]float64{{2, 2, 4, 11, 21, 31}}, Combine(members, 3)); d != "" {
		t.Errorf("three members (-want +got)\n%s", d)
	}
	if d := cmp.Diff([][]float64{{2, 1.5, 6, 30.5, 22.5, 10.5}}, Combine(members[:2], 1)); d != "" {
		t.Errorf("two members, points (-want +got)\n%s", d)
	}
	if got := Combine(nil, 1); got != nil {
		t.Errorf("no members give %v", got)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 { // members in order give a forecast in order, and the order of the members does not matter
		all := make([][][]float64, 1+r.IntN(6))
		for m := range all {
			v := []float64{r.NormFloat64(), r.NormFloat64(), r.NormFloat64()}
			slices.Sort(v)
			all[m] = [][]float64{v}
		}
		one := Combine(all, 3)
		if !slices.IsSorted(one[0]) || cmp.Diff(one, Combine(all, 1)) != "" {
			t.Errorf("%v give %v", all, one)
		}
		slices.Reverse(all)
		if d := cmp.Diff(one, Combine(all, 3)); d != "" {
			t.Errorf("reversed (-want +got)\n%s", d)
		}
	}
}

// Quantiles of counts become whole numbers around a whole median, in order, and hold the counts that they held.
func TestWhole(t *testing.T) {
	levels := []float64{0.1, 0.5, 0.9}
	for _, one := range [][2][]float64{
		{{0, 0, 0}, {0, 0, 0}},
		{{0.3, 1.4, 5.6}, {1, 1, 5}},
		{{2.3, 2.4, 2.6}, {2, 2, 2}},
		{{-0.2, 0.5, 0.9}, {0, 1, 1}},
		{{2.0000000001, 3, 5.9999999999}, {2, 3, 6}}, // but for rounding whole already
	} {
		got := slices.Clone(one[0])
		Whole([][]float64{got}, levels)
		if !slices.Equal(got, one[1]) || math.Signbit(got[0]) {
			t.Errorf("%v becomes %v, want %v", one[0], got, one[1])
		}
	}
}
