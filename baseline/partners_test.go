package baseline

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The variance of theta is that of its errors: of random walks with noise, with and without a season, eight in ten of the truths lie
// within 1.28 standard deviations, near and far.
func TestThetaKnowsItsErrors(t *testing.T) {
	const n, horizon, times = 80, 8, 400
	for _, m := range []int{1, 4} {
		random := rand.New(rand.NewPCG(7, uint64(m)))
		inside := make([]float64, horizon)
		for range times {
			y, level := make([]float64, n+horizon), 100.0
			for i := range y {
				level += random.NormFloat64()
				y[i] = level + random.NormFloat64()
				if m > 1 {
					y[i] *= 1 + 0.3*math.Sin(2*math.Pi*float64(i)/float64(m))
				}
			}
			out, spread := make([]float64, horizon), make([]float64, horizon)
			theta(y[:n], make([]float64, n), out, spread, []int{m})
			for h := range out {
				if math.Abs(y[n+h]-out[h]) < 1.2816*math.Sqrt(spread[h]) {
					inside[h] += 100.0 / times
				}
			}
		}
		for _, h := range []int{0, horizon - 1} {
			if inside[h] < 70 || inside[h] > 88 {
				t.Errorf("season %d, step %d: %.1f%% of the truths are inside, want about 80", m, h+1, inside[h])
			}
		}
	}
}

// Of a series times a constant the variance is that times its square, and constants have none.
func TestThetaSpreadOfOtherUnits(t *testing.T) {
	y := []float64{3, 5, 4, 6, 9, 7, 8, 11, 10, 13}
	spread := func(scale float64) float64 {
		z := make([]float64, len(y))
		for i, v := range y {
			z[i] = v * scale
		}
		out, spread := make([]float64, 3), make([]float64, 3)
		theta(z, make([]float64, len(z)), out, spread, []int{1})
		return spread[2]
	}
	if one, more := spread(1), spread(1000); math.Abs(more/one-1e6) > 1 || spread(0) != 0 {
		t.Errorf("variance %g of the series, %g of a thousand times it, %g of zeros", one, more, spread(0))
	}
}
