package ets

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// simulated is n values of a model from a state.
func simulated(f *Fit, from State, n int, r *rand.Rand) []float64 {
	s := from.Clone()
	y := make([]float64, n)
	var one [1]float64
	for t := range y {
		f.Forecast(s, one[:])
		e := math.Sqrt(f.Variance) * r.NormFloat64()
		if f.Relative {
			e *= one[0]
		}
		y[t] = one[0] + e
		f.Step(&s, y[t])
	}
	return y
}

// examples are fits of every model with plausible parameters.
func examples() (all []Fit) {
	for _, model := range models(4, true) {
		f := Fit{Model: model, Alpha: .4, Phi: 1, Variance: 4, First: State{Level: 100}}
		if model.Relative {
			f.Variance = .0004
		}
		if model.Trend != Flat {
			f.Beta, f.First.Trend = .02, 1
		}
		if model.Trend == Damped {
			f.Phi = .9
			f.Beta = .1
		}
		switch f.Season = model.Season; model.Season {
		case Added:
			f.Gamma, f.First.Season = .2, []float64{5, -10, 8, -3}
		case Multiplied:
			f.Gamma, f.First.Season = .2, []float64{1.05, .9, 1.1, .95}
		}
		all = append(all, f)
	}
	return all
}

// The variances are those of 40,000 simulated futures.
func TestVariances(t *testing.T) {
	const paths, steps = 40000, 10
	for _, f := range examples() {
		r := rand.New(rand.NewPCG(1, 2))
		mean, want := make([]float64, steps), make([]float64, steps)
		f.Forecast(f.First, mean)
		for range paths {
			for h, v := range simulated(&f, f.First, steps, r) {
				want[h] += (v - mean[h]) * (v - mean[h]) / paths
			}
		}
		got := make([]float64, steps)
		f.Variances(f.First, got)
		if d := cmp.Diff(want, got, cmpopts.EquateApprox(.04, 0)); d != "" {
			t.Errorf("%s (-simulated +got)\n%s", f.Model, d)
		}
	}
}

// The derivatives that the search descends by are those that differences of the loss give.
func TestSlopes(t *testing.T) {
	for _, f := range examples() {
		var fits Fits
		y := simulated(&f, f.First, 60, rand.New(rand.NewPCG(3, 4)))
		y[7], y[31] = math.NaN(), math.NaN()
		b, _ := fits.prepare(y, 4)
		s := &fits.search
		s.open(f.Model)
		s.begin(&b)
		s.theta[0] = .3
		loss := s.loss(s.theta)
		s.equations(s.theta)
		// The loss is n·log of a sum S of squares r² (times a factor that does not matter), so its derivative is 2n·Σr∂r/S.
		squares := 0.0
		l, trend, _ := s.states(s.theta)
		first := Fit{Model: f.Model, First: State{Level: l, Trend: trend}}
		if f.Season != None {
			first.First.Season = append([]float64(nil), s.season...)
		}
		first.Alpha, first.Beta, first.Gamma, first.Phi = s.smoothing(s.theta)
		first.run(y)
		squares = first.Variance * float64(max(1, s.known-first.Parameters))
		for k, v := range s.theta {
			step := 1e-6 * max(1, math.Abs(v))
			at := append([]float64(nil), s.theta...)
			at[k] = v + step
			up := s.loss(at)
			at[k] = v - step
			want := (up - s.loss(at)) / (2 * step)
			if got := 2 * float64(s.known) * s.grad[k] / squares; math.Abs(got-want) > 1e-5*max(1, math.Abs(want), math.Abs(loss)) {
				t.Errorf("%s: derivative %d is %g, want %g", f.Model, k, got, want)
			}
		}
	}
}

// Of series of a known model the choice finds what moves them, and its parameters.
func TestFindsWhatItIsMadeOf(t *testing.T) {
	var fits Fits
	for _, f := range examples() {
		y := simulated(&f, f.First, 300, rand.New(rand.NewPCG(5, 6)))
		got := fits.Of(y, 4)
		own, _ := fits.Model(f.Model, y, 4)
		if (got.Season == None) != (f.Season == None) || got.AICc > own.AICc {
			t.Errorf("%s: chose %s", f.Model, got.Model)
		}
		if d := cmp.Diff([]float64{f.Alpha, f.Beta, f.Gamma}, []float64{own.Alpha, own.Beta, own.Gamma}, cmpopts.EquateApprox(0, .15)); d != "" {
			t.Errorf("%s (-want +got)\n%s", f.Model, d)
		}
		if v := own.Variance / f.Variance; v < .85 || v > 1.15 {
			t.Errorf("%s: variance %g, want %g", f.Model, own.Variance, f.Variance)
		}
	}
}

func TestWhatHasNoModel(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		y    []float64
		m    int
		want float64
	}{
		{[]float64{3}, 1, 3}, {[]float64{3, nan}, 12, 3}, {[]float64{3, 5}, 12, 5}, {[]float64{7, 7, 7, 7, 7, 7, 7, 7, 7}, 2, 7},
		{[]float64{0, 0, 0, 0}, 4, 0}, {[]float64{1, 2, 4}, 1, 4}, {[]float64{-2, nan, -2, -2, -2, -2, -2, -2, -2}, 2, -2},
	} {
		var fits Fits
		mean, variance := make([]float64, 2), make([]float64, 2)
		fits.Mix(c.y, c.m).Forecast(mean, variance)
		if d := cmp.Diff([]float64{c.want, c.want}, mean); d != "" {
			t.Errorf("%v (-want +got)\n%s", c.y, d)
		}
		if !(variance[0] >= 0 && variance[1] >= variance[0]) {
			t.Errorf("%v: variances %v", c.y, variance)
		}
	}
}

// Whatever the numbers, there is a forecast: large, tiny, spiked, of both signs, with gaps and hardly a season.
func TestAnyNumbers(t *testing.T) {
	var fits Fits
	r := rand.New(rand.NewPCG(7, 8))
	for i := range 400 {
		y := make([]float64, 3+r.IntN(60))
		scale := math.Pow(10, float64(r.IntN(25)-12))
		for j := range y {
			switch v := r.NormFloat64(); i % 5 {
			case 0:
				y[j] = scale * v
			case 1:
				y[j] = scale * math.Exp(3*v)
			case 2:
				y[j] = scale * float64(r.IntN(2))
			case 3:
				y[j] = scale * (1e6 + v)
			default:
				y[j] = scale * math.Abs(v) * float64(1+j%4)
			}
			if j > 0 && r.IntN(9) == 0 {
				y[j] = math.NaN()
			}
		}
		mean, variance := make([]float64, 8), make([]float64, 8)
		x := fits.Mix(y, []int{1, 4, 12, 30}[i%4])
		x.Step(y[0])
		x.Forecast(mean, variance)
		for h := range mean {
			if math.IsNaN(mean[h]-mean[h]) || !(variance[h] >= 0) {
				t.Fatalf("series %d %v: %v ± %v by %v", i, y, mean, variance, x.Fits[0])
			}
		}
	}
}

// A multiple of a series has a multiple of its forecast.
func TestScale(t *testing.T) {
	var fits Fits
	for _, f := range examples() {
		y := simulated(&f, f.First, 60, rand.New(rand.NewPCG(9, 10)))
		large := make([]float64, len(y))
		for i, v := range y {
			large[i] = 1024 * v
		}
		a, b := make([]float64, 6), make([]float64, 6)
		fits.Mix(y, 4).Forecast(a, nil)
		fits.Mix(large, 4).Forecast(b, nil)
		for h := range a {
			a[h] *= 1024
		}
		if d := cmp.Diff(a, b, cmpopts.EquateApprox(1e-6, 0)); d != "" {
			t.Errorf("%s (-want +got)\n%s", f.Model, d)
		}
	}
}

// Of two seasons the one that is there is found, also where it is too long for its first states to be sought.
func TestMixOfSeasons(t *testing.T) {
	var fits Fits
	r := rand.New(rand.NewPCG(11, 12))
	truth := func(t int) float64 {
		return 50 + 20*math.Sin(2*math.Pi*float64(t)/30) + 9*math.Cos(4*math.Pi*float64(t)/30)
	}
	y := make([]float64, 240)
	for i := range y {
		y[i] = truth(i) + r.NormFloat64()
	}
	x := fits.Mix(y, 7, 30)
	for _, f := range x.Fits {
		if len(f.Last.Season) != 30 {
			t.Errorf("%s with a season of %d steps", f.Model, len(f.Last.Season))
		}
	}
	mean := make([]float64, 30)
	x.Forecast(mean, nil)
	for h, v := range mean {
		if math.Abs(v-truth(240+h)) > 2.5 {
			t.Errorf("step %d: %g, want %g", h+1, v, truth(240+h))
		}
	}
}

// What Of may choose and Mix leaves out.
func TestMixIsCautious(t *testing.T) {
	var fits Fits
	r := rand.New(rand.NewPCG(13, 14))
	for _, deviation := range []float64{.05, 1} {
		y := make([]float64, 80)
		for i := range y {
			y[i] = (100 + 3*float64(i)) * math.Exp(deviation*r.NormFloat64())
		}
		if chosen := fits.Of(y, 1); !chosen.Relative {
			t.Errorf("Of chose %s, want relative errors", chosen.Model)
		}
		relative := false
		for _, f := range fits.Mix(y, 1).Fits {
			if relative = relative || f.Relative; f.Relative && (f.Trend == Linear || deviation == 1) {
				t.Errorf("errors of %g: %s is in the mixture", deviation, f.Model)
			}
		}
		if relative != (deviation < 1) {
			t.Errorf("errors of %g: relative ones in the mixture %v", deviation, relative)
		}
	}
}

// A season of 52 weeks is continued though a level with a trend follows it as well from week to week; walks keep models without.
func TestMixOfALongSeason(t *testing.T) {
	wave := func(t int) float64 { return 300 + .03*float64(t) + 3*math.Sin(2*math.Pi*float64(t)/52) }
	r := rand.New(rand.NewPCG(8, 9))
	var f Fits
	const n, series, ahead = 180, 20, 26
	off, without := 0.0, 0
	out := make([]float64, ahead)
	for range series {
		y, walk := make([]float64, n), make([]float64, n)
		for t := range y {
			y[t], walk[t] = wave(t)+r.NormFloat64(), 50+r.NormFloat64()
			if t > 0 {
				walk[t] += walk[t-1] - 50
			}
		}
		f.Mix(y, 52).Forecast(out, nil)
		for h, v := range out {
			off += math.Abs(v-wave(n+h)) / (series * ahead)
		}
		if f.Mix(walk, 52).Fits[0].Season == None {
			without++
		}
	}
	if off > 1 || without < series/2 {
		t.Errorf("forecasts are off by %.2g on average of an amplitude of 3; %d of %d walks have no season", off, without, series)
	}
	walk := make([]float64, 110)
	for t := range walk {
		walk[t] = wave(t)
	}
	for _, n := range []int{53, 60, 105, 110} { // too few values for 52 first states, or hardly enough
		out[0] = math.NaN()
		if f.Mix(walk[:n], 52).Forecast(out, nil); out[0]-out[0] != 0 {
			t.Errorf("of %d values: %g", n, out[0])
		}
	}
}
