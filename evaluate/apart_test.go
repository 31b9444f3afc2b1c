package evaluate

import (
	"math"
	"math/rand/v2"
	"testing"

	"recur/data/series"
)

// odd are predictions and truths of one strange series among those of a world: window by window its known values and what was said.
type odd struct {
	name    string
	windows int
	y       func(r *rand.Rand) float64
	said    [5]float64
}

// with adds n strange series to a calibration part.
func (o odd) with(w world, r *rand.Rand, p *series.Part, said [][]float64, n int) (*series.Part, [][]float64) {
	var values [][]float64
	for s := range p.Prepared.Set.Series {
		values = append(values, p.Prepared.Set.Series[s].Values)
	}
	windows := append([]series.Window(nil), p.Windows...)
	for range n {
		one := make([]float64, len(values[0]))
		for t := range one {
			one[t] = o.y(r)
		}
		for origin := range o.windows {
			var f []float64
			for range w.horizon {
				f = append(f, o.said[:]...)
			}
			windows, said = append(windows, series.Window{Series: len(values), Start: w.horizon - o.windows + origin}), append(said, f)
		}
		values = append(values, one)
	}
	return w.part(values, 1+w.horizon, windows), said
}

// One strange series among a dozen, or five among sixty, leave the intervals of the others as wide as they were, within a tenth.
func TestStrangeSeriesLeaveOthersAlone(t *testing.T) {
	for _, o := range []odd{
		{"a few rows, said to be sure of", 1, func(r *rand.Rand) float64 { return r.NormFloat64() }, [5]float64{-.02, -.01, 0, .01, .02}},
		{"wild", 12, func(r *rand.Rand) float64 { return 50 * r.NormFloat64() }, [5]float64{-2, -1.3, 0, 1.3, 2}},
		{"far from what was said", 12, func(r *rand.Rand) float64 { return 30 + r.NormFloat64() }, [5]float64{-2, -1.3, 0, 1.3, 2}},
		{"constant", 12, func(*rand.Rand) float64 { return 7 }, [5]float64{7, 7, 7, 7, 7}},
		{"constant but for a little", 12, func(r *rand.Rand) float64 { return 7 + 1e-9*r.NormFloat64() }, [5]float64{7, 7, 7, 7, 7}},
		{"seldom sold", 12, func(r *rand.Rand) float64 { return max(0, math.Floor(4*r.Float64()-2.5)) }, [5]float64{0, 0, 0, .01, .02}},
	} {
		for _, size := range []struct{ series, odd int }{{12, 1}, {60, 5}} {
			sums := [2]float64{}
			for seed := range 20 {
				r := rand.New(rand.NewPCG(uint64(seed), 9))
				w := world{series: size.series, horizon: 12, phi: 0.5, misfit: func(int) float64 { return 0.7 }, scale: func(*rand.Rand) float64 { return 1 }}
				seen, _, f, _ := w.draw(r)
				before, err := Calibrate(seen, f, testQuantiles)
				if err != nil {
					t.Fatal(err)
				}
				part, said := o.with(w, r, seen, f, size.odd)
				after, err := Calibrate(part, said, testQuantiles)
				if err != nil {
					t.Fatal(err)
				}
				change := 0.0
				for h := range after.Factors {
					for _, q := range []int{0, 1} {
						change += math.Abs(after.Factors[h][q]/before.Factors[h][q]-1) / float64(2*len(after.Factors))
					}
				}
				sums[0] += change / 20
				sums[1] = max(sums[1], change)
			}
			if sums[0] > 0.05 || sums[1] > 0.15 {
				t.Errorf("%s, %d beside %d: factors differ by %.3f on average and %.3f at most, want .05 and .15", o.name, size.odd, size.series, sums[0], sums[1])
			}
		}
	}
}

// A series apart has intervals that its own scores ask for, and is known by its name in other windows.
func TestApart(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 9))
	w := world{series: 20, horizon: 12, phi: 0.5, misfit: func(int) float64 { return 1 }, scale: func(*rand.Rand) float64 { return 1 }}
	seen, _, f, _ := w.draw(r)
	wild := odd{"wild", 12, func(r *rand.Rand) float64 { return 30 * r.NormFloat64() }, [5]float64{-2, -1.3, 0, 1.3, 2}}
	part, said := wild.with(w, r, seen, f, 1)
	k, err := Calibrate(part, said, testQuantiles)
	if err != nil || len(k.Apart) != 1 || k.Apart[0].Series != "20" {
		t.Fatalf("apart: %v, %v; want the series 20", k.Apart, err)
	}
	one := [][]float64{{-2, -1.3, 0, 1.3, 2}}
	whose := func(name string) func(int) Whose {
		return func(int) Whose { return Whose{ID: series.ID{Series: name}, Positive: true} }
	}
	own, other := k.ApplyTo(one, whose("20"))[0], k.ApplyTo(one, whose("3"))[0]
	if !(own[4] > 20 && own[4] < 100) || !(other[4] > 1.5 && other[4] < 3) || own[0] != 0 || own[2] != 0 {
		t.Errorf("the series apart gets %v, another %v", own, other)
	}
	// The floor is one of each series.
	below := k.ApplyTo(one, func(int) Whose { return Whose{ID: series.ID{Series: "3"}} })[0]
	if below[0] >= 0 || other[0] != 0 {
		t.Errorf("a series with values below 0 gets %v, one without %v", below, other)
	}
}
