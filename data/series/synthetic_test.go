package series

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
	"recur/data"
)

func synthesized(t *testing.T, s configs.Synthetic) *Dataset {
	t.Helper()
	d, err := Open(config(func(c *configs.Config) { c.Data.Synthetic = &s }))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestSine(t *testing.T) {
	y := synthesized(t, configs.Synthetic{Kind: "sine", Points: 300, Period: 100}).Series[0].Values
	for i, want := range map[int]float64{0: 0, 25: 1, 50: 0, 75: -1, 100: 0, 125: 1, 299: math.Sin(2 * math.Pi * 2.99)} {
		if math.Abs(y[i]-want) > 1e-12 {
			t.Errorf("point %d is %g, want %g", i, y[i], want)
		}
	}
	if len(y) != 300 {
		t.Errorf("%d points, want 300", len(y))
	}
}

func TestNoisySine(t *testing.T) {
	s := configs.Synthetic{Kind: "noisy_sine", Points: 20000, Period: 50, Noise: 0.3, Seed: 5}
	y := synthesized(t, s).Series[0].Values
	sum, squares := 0.0, 0.0
	for i, v := range y {
		e := v - math.Sin(2*math.Pi*float64(i)/50)
		sum += e
		squares += e * e
	}
	// Six standard errors of the mean and of the standard deviation.
	if mean, sd := sum/20000, math.Sqrt(squares/20000); math.Abs(mean) > 0.013 || math.Abs(sd-0.3) > 0.009 {
		t.Errorf("noise has mean %g and deviation %g, want 0 and 0.3", mean, sd)
	}
}

// The values come from the same scheme in Python (a list of all values in place of the ring):
//
//	def glass(n, tau=17, h=0.1):
//	    d = round(tau/h); x = [1.2]
//	    g = lambda i: 1.2 if i < 0 else x[i]
//	    f = lambda x, y: 0.2*y/(1 + y**10) - 0.1*x
//	    for i in range(n*10):
//	        a, b = g(i-d), g(i-d+1); m = (a + b)/2
//	        k1 = f(x[i], a); k2 = f(x[i] + h/2*k1, m); k3 = f(x[i] + h/2*k2, m); k4 = f(x[i] + h*k3, b)
//	        x.append(x[i] + h/6*(k1 + 2*k2 + 2*k3 + k4))
//	    return x[::10]
//
// The tolerance is for another rounding of the tenth power, which the chaos blows up.
func TestMackeyGlass(t *testing.T) {
	for _, test := range []struct {
		tau  float64
		want map[int]float64 // counted from the first point that is kept
	}{
		{17, map[int]float64{0: 0.9464266566011424, 1: 0.900290863547628, 100: 0.7426086606098472, 299: 0.9393281802874772}},
		{30, map[int]float64{0: 1.2526571416027366, 1: 1.2205574326322937, 100: 1.2574970817256867}},
	} {
		y := synthesized(t, configs.Synthetic{Kind: "mackey_glass", Points: 300, Tau: test.tau}).Series[0].Values
		for i, want := range test.want {
			if math.Abs(y[i]-want) > 1e-7 {
				t.Errorf("tau %g: point %d is %.12f, want %.12f", test.tau, i, y[i], want)
			}
		}
	}
	y := synthesized(t, configs.Synthetic{Kind: "mackey_glass", Points: 6000, Tau: 17}).Series[0].Values
	scaler, _ := data.FitScaler("standard", y, make([]bool, 6000), 1)
	if len(y) != 6000 || slices.Min(y) < 0.2 || slices.Max(y) > 1.4 || math.Abs(scaler.Scale[0]-0.227) > 0.005 {
		t.Errorf("%d points in %g..%g with deviation %g, want 6000 in 0.2..1.4 with 0.227", len(y), slices.Min(y), slices.Max(y), scaler.Scale[0])
	}
}

// The same description gives the same bits and the same hash, another seed others; a seed of the run changes nothing.
func TestSyntheticRepeats(t *testing.T) {
	for _, kind := range []string{"noisy_sine"} {
		s := configs.Synthetic{Kind: kind, Points: 50, Period: 10, Noise: 1, Length: 5, Seed: 1}
		a, b := synthesized(t, s), synthesized(t, s)
		s.Seed = 2
		other := synthesized(t, s)
		if diff := cmp.Diff(a.Series[0].Values, b.Series[0].Values); diff != "" || a.Hash != b.Hash {
			t.Errorf("%s: the same seed gives other values\n%s", kind, diff)
		}
		if slices.Equal(a.Series[0].Values, other.Series[0].Values) || a.Hash == other.Hash {
			t.Errorf("%s: another seed gives the same values or hash", kind)
		}
	}
}

func TestSyntheticErrors(t *testing.T) {
	for _, s := range []configs.Synthetic{{Kind: "sine"}, {Kind: "cosine", Points: 5}} {
		if _, err := Open(config(func(c *configs.Config) { c.Data.Synthetic = &s })); err == nil {
			t.Errorf("%+v is generated", s)
		}
	}
}
