package evaluate

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"
)

// Sums of paths of an autoregression have the intervals that they should; those of steps that do not hang together are too narrow. At every step the
// paths are spread as the quantiles say.
func TestSumsOfPaths(t *testing.T) {
	const n = 1000
	levels := testQuantiles
	w := world{series: 400, phi: 0.9, misfit: func(int) float64 { return 1 }, horizon: 12, scale: func(*rand.Rand) float64 { return 1 }}
	seen, test, said, unseen := w.draw(rand.New(rand.NewPCG(5, 6)))
	c := &Calibration{Quantiles: levels, Targets: 1}
	c.KeepPaths(seen, said)
	apart := &Calibration{Quantiles: levels, Targets: 1} // the same places, those of a path at other steps by chance
	chance := rand.New(rand.NewPCG(7, 8))
	for range c.Paths {
		apart.Paths = append(apart.Paths, make([]float64, w.horizon))
	}
	for o := range w.horizon {
		for i, from := range chance.Perm(len(c.Paths)) {
			apart.Paths[i][o] = c.Paths[from][o]
		}
	}
	for _, one := range []struct {
		*Calibration
		name          string
		low80, high80 float64
		low95, high95 float64
	}{{c, "paths", 0.75, 0.85, 0.90, 1}, {apart, "apart", 0, 0.50, 0, 0.75}} {
		in80, in95 := 0.0, 0.0
		for i := range unseen {
			truth, _ := test.Truth(i)
			sum := 0.0
			for _, y := range truth {
				sum += y
			}
			var sums []float64
			drawn := one.Draw(chance, levels, unseen[i], n)
			for _, path := range drawn {
				total := 0.0
				for _, v := range path {
					total += v
				}
				sums = append(sums, total)
			}
			slices.Sort(sums)
			if i == 0 {
				spreadAsSaid(t, drawn, levels, unseen[i])
			}
			at := func(p float64) float64 { return stat.Quantile(p, stat.Empirical, sums, nil) }
			if at(0.1) <= sum && sum <= at(0.9) {
				in80 += 1 / float64(len(unseen))
			}
			if at(0.025) <= sum && sum <= at(0.975) {
				in95 += 1 / float64(len(unseen))
			}
		}
		t.Logf("%s: intervals of sums cover %.3f and %.3f", one.name, in80, in95)
		if in80 < one.low80 || in80 > one.high80 || in95 < one.low95 || in95 > one.high95 {
			t.Errorf("%s: intervals of sums cover %.3f and %.3f, want %v to %v and %v to %v", one.name, in80, in95, one.low80, one.high80, one.low95, one.high95)
		}
	}
}

// spreadAsSaid checks that the values of each step have the quantiles that they were drawn from.
func spreadAsSaid(t *testing.T, drawn [][]float64, levels, said []float64) {
	t.Helper()
	q := len(levels)
	for o := range drawn[0] {
		var column []float64
		for _, path := range drawn {
			column = append(column, path[o])
		}
		slices.Sort(column)
		own := said[o*q : (o+1)*q]
		for j, level := range levels {
			if got := stat.Quantile(level, stat.Empirical, column, nil); math.Abs(got-own[j]) > 0.05*(own[q-1]-own[0]) {
				t.Errorf("step %d: the quantile %v of the paths is %v, that which was said %v", o+1, level, got, own[j])
			}
		}
	}
}

// Of values that are mostly equal, as counts are, chance decides which place is the lower: windows do not hang together by their order.
func TestPathsOfEqualPlaces(t *testing.T) {
	w := world{series: 200, misfit: func(int) float64 { return 1 }, horizon: 4, scale: func(*rand.Rand) float64 { return 1 }}
	seen, _, said, _ := w.draw(rand.New(rand.NewPCG(5, 6)))
	for i := range said {
		truth, _ := seen.Truth(i)
		for o, y := range truth {
			for j := range testQuantiles {
				said[i][o*len(testQuantiles)+j] = y // every truth is its median
			}
		}
	}
	c := &Calibration{Quantiles: testQuantiles, Targets: 1}
	c.KeepPaths(seen, said)
	var a, b []float64
	for _, path := range c.Paths {
		a, b = append(a, path[0]), append(b, path[1])
	}
	if r := stat.Correlation(a, b, nil); math.Abs(r) > 0.25 {
		t.Errorf("steps of which nothing is known have a correlation of %.2f", r)
	}
}
