package evaluate

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

var fiveLevels = []float64{0.025, 0.1, 0.5, 0.9, 0.975}

// The curve goes through its quantiles, rises, and its mean is the integral that a fine sum gives.
func TestCurve(t *testing.T) {
	for name, quantile := range map[string]func(u float64) float64{
		"normal":      distuv.UnitNormal.Quantile,
		"exponential": distuv.Exponential{Rate: 1}.Quantile,
		"skewed":      distuv.LogNormal{Sigma: 1}.Quantile,
	} {
		for _, levels := range [][]float64{fiveLevels, {0.1, 0.5, 0.9}, {0.2, 0.4, 0.6, 0.8}} {
			c := curve{levels: levels}
			for _, u := range levels {
				c.values = append(c.values, quantile(u))
			}
			const n = 200000
			sum, before := 0.0, math.Inf(-1)
			for i := range n {
				v := c.at((float64(i) + 0.5) / n)
				if v < before {
					t.Fatalf("%s, %v: falls at %v", name, levels, float64(i)/n)
				}
				sum, before = sum+v/n, v
			}
			if got := c.mean(false); math.Abs(got-sum) > 1e-4 {
				t.Errorf("%s, %v: mean %v, want %v", name, levels, got, sum)
			}
			for i, u := range levels {
				if got := QuantileAt(levels, c.values, u); math.Abs(got-c.values[i]) > 1e-12 {
					t.Errorf("%s, %v: quantile %v is %v, want %v", name, levels, u, got, c.values[i])
				}
			}
		}
	}
	// Of an exponential distribution the upper half is exact: E[y; y > median] = (1 + log 2)/2.
	upper := curve{[]float64{0.5, 0.9}, []float64{math.Ln2, math.Log(10)}}
	if got, want := upper.mean(false), (1+math.Ln2)/2+0.5*math.Ln2; math.Abs(got-want) > 1e-12 {
		t.Errorf("exponential above its median: %v, want %v", got, want)
	}
	counts := curve{fiveLevels, []float64{0, 0, 0, 2, 5}}
	if got := counts.mean(true); !(got > 0.3 && got < 1) {
		t.Errorf("the mean of counts with median 0 is %v", got)
	}
}

// Of many like distributions the mixture is the same one, of two far apart it has both.
func TestMixture(t *testing.T) {
	one := []float64{-1.96, -1.28, 0, 1.28, 1.96}
	for i, v := range Mixture(fiveLevels, slices.Repeat([][]float64{one}, 50)) {
		if math.Abs(v-one[i]) > 0.2 {
			t.Errorf("quantile %v of like ones: %v, want %v", fiveLevels[i], v, one[i])
		}
	}
	far := []float64{98.04, 98.72, 100, 101.28, 101.96}
	if got := Mixture(fiveLevels, [][]float64{one, far}); got[1] > 0 || got[3] < 100 {
		t.Errorf("of two: %v", got)
	}
}

// Paths are ranks, evenly spread at every step, and hang together as the errors do.
func TestKeepPaths(t *testing.T) {
	for phi, want := range map[float64][2]float64{0: {-0.2, 0.2}, 0.95: {0.8, 1}} {
		w := world{series: 150, phi: phi, misfit: func(int) float64 { return 1 }, horizon: 12, scale: func(*rand.Rand) float64 { return 1 }}
		seen, _, said, _ := w.draw(rand.New(rand.NewPCG(5, 6)))
		c := &Calibration{Quantiles: testQuantiles, Targets: 1}
		c.KeepPaths(seen, said)
		if len(c.Paths) < 100 || len(c.Paths) > mostPaths {
			t.Fatalf("%d paths of %d windows", len(c.Paths), seen.Len())
		}
		columns := make([][]float64, 12)
		for o := range columns {
			for _, path := range c.Paths {
				columns[o] = append(columns[o], path[o])
			}
		}
		if r := stat.Correlation(columns[10], columns[11], nil); r < want[0] || r > want[1] {
			t.Errorf("phi %v: neighbouring steps have a correlation of %.2f, want %v", phi, r, want)
		}
		for o, column := range columns {
			slices.Sort(column)
			if n := len(column); column[0] > 0.01 || column[n-1] < 0.99 || math.Abs(column[n/2]-0.5) > 0.01 {
				t.Errorf("step %d: places from %v to %v, the middle one %v", o+1, column[0], column[n-1], column[n/2])
			}
		}
	}
}

// The factor of means is what they are too small or too large by, nearer to 1 where little is known, and it is for series that never were below 0.
func TestMeanFactor(t *testing.T) {
	w := world{series: 200, misfit: func(int) float64 { return 1 }, horizon: 12, scale: func(*rand.Rand) float64 { return 1 }}
	seen, _, said, _ := w.draw(rand.New(rand.NewPCG(5, 6)))
	ratio, n, whose := 0.0, 0.0, WhoseOf(seen)
	for i := range said {
		truth, known := seen.Truth(i)
		for o := range truth {
			f := said[i][o*len(testQuantiles) : (o+1)*len(testQuantiles)]
			for j := range f {
				f[j] = max(0, truth[o]) * (0.5 + 0.25*float64(j))
			}
			if whose(i).Positive && known[o] {
				ratio += (&Calibration{}).MeanOf(testQuantiles, f, true)
				n += truth[o]
			}
		}
	}
	c := &Calibration{Quantiles: testQuantiles, Targets: 1}
	if c.KeepMean(seen, said); n > 0 && math.Abs(c.Mean-n/ratio) > 0.02 {
		t.Errorf("factor %v, want %v", c.Mean, n/ratio)
	}
	five := []float64{0, 0, 0, 2, 5}
	if got, want := (&Calibration{Mean: 0.5}).MeanOf(fiveLevels, five, true), 0.5*(curve{fiveLevels, five}).mean(true); got != want {
		t.Errorf("mean %v, want %v", got, want)
	}
	if got := (*Calibration)(nil).MeanOf(fiveLevels, five, false); got != (curve{fiveLevels, five}).mean(false) {
		t.Errorf("without a calibration: %v", got)
	}
}
