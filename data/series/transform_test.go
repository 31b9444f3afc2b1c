package series

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTransform(t *testing.T) {
	for name, test := range map[string]struct {
		values       []float64
		limit        int
		log          bool
		shift, unit  float64
		offset       float64
		clip         bool
		probe, wantG float64
	}{
		"plain":                      {[]float64{1, -2, 3}, 3, false, 0, 1, 0, false, -2, -2},
		"plain, never negative":      {[]float64{1, 0, 3}, 3, false, 0, 1, 0, true, 3, 3},
		"scaled":                     {[]float64{1, 2, 3}, 3, false, 2, 0.5, 0, true, 3, 2},
		"log":                        {[]float64{1, 2, 3}, 3, true, 0, 1, 0, true, 2, math.Log(2)},
		"log of counts":              {[]float64{1, 0, 3}, 3, true, 0, 1, 1, true, 3, math.Log(4)},
		"a zero after the limit":     {[]float64{1, 4, 0}, 2, true, 0, 1, 0, true, 0, math.Log(0.5)},
		"a negative after the limit": {[]float64{2, 4, -3}, 2, true, 0, 1, 0, true, -3, math.Log(1)},
		"negatives":                  {[]float64{-0.5, -3, 2}, 3, true, 0, 1, 1, false, -3, math.Log(0.25)},
		"all below -1":               {[]float64{-5, -3, -2}, 3, true, 0, 1, 1, false, -5, 0},
		"nothing known":              {[]float64{5, 6}, 0, true, 0, 1, 0, false, 5, math.Log(5)},
		"tiny and huge":              {[]float64{1e-300, 1e300}, 2, true, 0, 1, 0, true, 1e300, 300 * math.Ln10},
	} {
		f := transformOf(test.values, make([]bool, len(test.values)), 1, test.limit, test.log, false, test.shift, test.unit)
		if f.offset != test.offset || f.clip != test.clip {
			t.Errorf("%s: offset %g, clip %t, want %g, %t", name, f.offset, f.clip, test.offset, test.clip)
		}
		if g := f.forward(test.probe); math.Abs(g-test.wantG) > 1e-12*math.Abs(test.wantG) {
			t.Errorf("%s: %g becomes %g, want %g", name, test.probe, g, test.wantG)
		}
		for _, v := range test.values[:test.limit] {
			if test.log && v+f.offset <= 0 {
				continue // held by the floor, which nothing undoes
			}
			if back := f.back(f.forward(v)); math.Abs(back-v) > 1e-12*math.Max(1, math.Abs(v)) {
				t.Errorf("%s: %g comes back as %g", name, v, back)
			}
		}
		if low := f.back(f.forward(1) - 50); test.clip && low < 0 {
			t.Errorf("%s: a forecast is %g, below 0", name, low)
		}
	}
}

// Missing values and other columns don't count.
func TestTransformReadsItsColumn(t *testing.T) {
	f := transformOf([]float64{4, -1, 0, -1, 8, -1}, []bool{false, false, true, false, false, false}, 2, 3, true, true, 0, 1)
	if f.offset != 0 || f.floor != 2 || !f.clip {
		t.Errorf("offset %g, floor %g, clip %t, want 0, 2, true", f.offset, f.floor, f.clip)
	}
}

func TestFilledSeasonal(t *testing.T) {
	nan := math.NaN()
	for name, test := range map[string]struct {
		values   []float64
		m, limit int
		want     []float64
	}{
		"median of the phase":         {[]float64{1, 10, 3, nan, 5, 30, nan, nan}, 2, 8, []float64{1, 10, 3, 20, 5, 30, 3, 20}},
		"before the limit alone":      {[]float64{1, 10, 3, nan, 5, 30, nan, nan}, 2, 4, []float64{1, 10, 3, 10, 5, 30, 2, 10}},
		"a phase without values":      {[]float64{1, nan, 3, nan, 8}, 2, 5, []float64{1, 3, 3, 3, 8}},
		"no season":                   {[]float64{1, nan, 3, 10}, 1, 4, []float64{1, 3, 3, 10}},
		"nothing known before":        {[]float64{nan, nan, 3, nan}, 2, 2, []float64{3, 3, 3, 3}},
		"nothing known":               {[]float64{nan, nan}, 2, 2, []float64{0, 0}},
		"no overflow in the midpoint": {[]float64{1.5e308, 1.7e308, nan}, 1, 3, []float64{1.5e308, 1.7e308, 1.6e308}},
	} {
		missing := make([]bool, len(test.values))
		values := make([]float64, len(test.values))
		for i, v := range test.values {
			if missing[i] = math.IsNaN(v); !missing[i] {
				values[i] = v
			}
		}
		got := filledSeasonal(values, missing, 1, test.m, test.limit)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", name, diff)
		}
	}
}

// The running sums give the profile of the definition at every origin: odd and even seasons, rows that begin late, large
// levels, and series of every length around the season's.
func TestProfileDefinition(t *testing.T) {
	r := rng(8)
	for _, m := range []int{2, 3, 4, 7, 12, 24} {
		for _, n := range []int{1, m - 1, m, m + 1, 2*m - 1, 2 * m, 2*m + 1, 5*m + 3} {
			for _, begin := range []int{0, min(3, n-1)} {
				level := math.Pow(10, 6*r.Float64())
				g := make([]float64, n)
				for u := range g {
					g[u] = level + math.Sin(float64(u%m)) + r.NormFloat64()
				}
				sums, out := phaseSums(g, begin, m), make([]float64, m)
				for origin := begin + 1; origin <= n; origin++ {
					profileAt(sums, begin, origin, out)
					for phase, want := range referenceProfile(g, begin, origin, m) {
						// The definition adds up values of the level as they are, up to 1e6: that costs it 10 digits.
						if math.Abs(out[phase]-want) > 1e-8 {
							t.Fatalf("season %d, %d rows from %d, origin %d, phase %d: %g, want %g", m, n, begin, origin, phase, out[phase], want)
						}
					}
				}
			}
		}
	}
}

// A season that is exact is found to the last digit as rows add up, but for the count + 1 of the shrinkage.
func TestProfileOfASeason(t *testing.T) {
	season := []float64{3, -1, -2, 0}
	g := make([]float64, 400)
	for u := range g {
		g[u] = 5 + 0.25*float64(u) + season[u%4]
	}
	out := make([]float64, 4)
	profileAt(phaseSums(g, 0, 4), 0, 400, out)
	for phase, want := range season {
		// 99 of 100 rows of a phase have a centred average.
		if want *= 99.0 / 100; math.Abs(out[phase]-want) > 0.01*3 {
			t.Errorf("phase %d: %g, want about %g", phase, out[phase], want)
		}
	}
}

// The offset of a logarithm follows the series: g of a multiple is g and the logarithm of the factor.
func TestRelativeOffset(t *testing.T) {
	values := []float64{0, 3, 8, 0, 5, -1, 4, 1e3}
	times := make([]float64, len(values))
	for i, v := range values {
		times[i] = 1000 * v
	}
	missing := make([]bool, len(values))
	f, k := transformOf(values, missing, 1, 7, true, true, 0, 1), transformOf(times, missing, 1, 7, true, true, 0, 1)
	if f.offset != 0.05*4 {
		t.Errorf("offset %g, want a twentieth of the median size of the values before the limit, 0.2", f.offset)
	}
	for i, v := range values {
		if a, b := f.forward(v)+math.Log(1000), k.forward(times[i]); math.Abs(a-b) > 1e-12 {
			t.Errorf("%g becomes %g, its thousandfold %g", v, a, b)
		}
		if a, b := 1000*f.back(float64(i)), k.back(float64(i)+math.Log(1000)); math.Abs(a-b) > 1e-9*math.Abs(a) {
			t.Errorf("%d comes back as %g, its thousandfold as %g", i, a, b)
		}
	}
	if none := transformOf([]float64{0, 0}, []bool{false, false}, 1, 2, true, true, 0, 1); none.offset != 1 {
		t.Errorf("a series of zeros has the offset %g, want 1", none.offset)
	}
}
