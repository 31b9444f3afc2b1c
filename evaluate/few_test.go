package evaluate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"recur/configs"
	"recur/data/series"
)

// fewWorld draws few series and forecasts of networks that have learnt little: their quantiles lie half as far from the median as they should,
// and for each window by another factor. A forecast made after row t knows the error of that row, of which phi to the power of the steps
// ahead is left.
type fewWorld struct {
	series, origins, horizon int
	phi                      float64
	common                   float64 // share of the shocks that all series have
	heavy                    bool
	luck                     float64 // sd of the log of the factor of a window's widths
	long                     int     // rows before the calibration part, which the networks have learnt from
}

// draw gives a calibration part of so many origins, what lies behind it masked, and one window of each series that follows, with what the
// networks say of both. scales are those of the series.
func (w fewWorld) draw(t *testing.T, r *rand.Rand, scales []float64) (seen, unseen *series.Part, f, g [][]float64) {
	t.Helper()
	c := configs.Default("forecast")
	c.Recipe, c.Data.Targets, c.Data.Missing = "global", []string{"value"}, "forward"
	c.Data.Scale, c.Data.Transform, c.Data.WindowScale, c.Data.Center, c.Data.Pad = "none", "none", "deviation", "last", true
	c.Data.Window, c.Data.Horizon, c.Model.Patch, c.Model.Quantiles = 4, w.horizon, 1, testQuantiles
	c.Data.Split = configs.Split{Validation: float64(w.origins), Test: float64(w.horizon), Steps: true}
	rows := w.long + w.origins + w.horizon
	set := &series.Dataset{Name: "few", Targets: c.Data.Targets}
	shared := w.shocks(r, rows)
	errors := make([][]float64, w.series)
	for s := range w.series {
		own, state := w.shocks(r, rows), 0.0
		one := series.Series{Name: fmt.Sprint(s), Missing: make([]bool, rows)}
		for i := range rows {
			state = w.phi*state + math.Sqrt(w.common)*shared[i] + math.Sqrt(1-w.common)*own[i]
			errors[s] = append(errors[s], state)
			one.Values = append(one.Values, scales[s]*(20+state))
		}
		set.Series = append(set.Series, one)
	}
	p, err := series.Prepare(set, c)
	if err != nil {
		t.Fatal(err)
	}
	seen, unseen = p.Validation.Rolling(w.origins), p.Test
	say := func(part *series.Part) (all [][]float64) {
		for i, win := range part.Windows {
			all = append(all, w.forecast(errors[win.Series][part.Target(i)-1], scales[win.Series], 0.5*math.Exp(w.luck*r.NormFloat64())))
		}
		return all
	}
	return seen, unseen, say(seen), say(unseen)
}

func (w fewWorld) shocks(r *rand.Rand, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = r.NormFloat64()
		if w.heavy {
			a, b, c := r.NormFloat64(), r.NormFloat64(), r.NormFloat64()
			out[i] /= math.Sqrt((a*a + b*b + c*c) / 3)
		}
	}
	return out
}

func (w fewWorld) forecast(e, scale, factor float64) (f []float64) {
	variance, left := 0.0, 1.0
	for range w.horizon {
		variance += left * left
		left *= w.phi
		for _, z := range normalQuantiles {
			f = append(f, scale*(20+e*left+factor*math.Sqrt(variance)*z))
		}
	}
	return f
}

// measure is the mean coverage of the intervals of 80% and 95% over so many draws, and the mean width of those of 80% beside the right one.
func (w fewWorld) measure(t *testing.T, draws int) (covered [2]float64, width float64) {
	t.Helper()
	r := rand.New(rand.NewPCG(21, 22))
	for range draws {
		scales := make([]float64, w.series)
		for s := range scales {
			scales[s] = math.Pow(10, 6*r.Float64()-3)
		}
		seen, unseen, f, g := w.draw(t, r, scales)
		k, err := Calibrate(seen, f, testQuantiles)
		if err != nil {
			t.Fatal(err)
		}
		g = k.ApplyTo(g, WhoseOf(unseen))
		for j := range covered {
			covered[j] += coverage(t, unseen, g, j) / float64(draws)
		}
		for i, win := range unseen.Windows {
			right := w.forecast(0, scales[win.Series], 1)
			for o := 0; o < len(right); o += 5 {
				width += (g[i][o+3] - g[i][o+1]) / (right[o+3] - right[o+1]) / float64(draws*w.series*w.horizon)
			}
		}
	}
	return covered, width
}

// Intervals of few series cover what they claim, whatever the networks say of themselves, and are hardly wider than they must be for so few
// origins: those of Student's t with 3 degrees are a quarter wider than normal ones at 80%. Two points below leave room for chance; what
// lies above is the price of origins counting as if their errors lasted for a horizon, which those of noise don't.
func TestFewCoverage(t *testing.T) {
	for _, c := range []struct {
		name   string
		w      fewWorld
		above  [2]float64
		widest float64
	}{
		{"one, noise", fewWorld{series: 1, origins: 48}, [2]float64{6, 4}, 1.25},
		{"one, few origins", fewWorld{series: 1, origins: 12}, [2]float64{9, 5}, 1.5},
		{"one, autocorrelated", fewWorld{series: 1, origins: 48, phi: 0.7}, [2]float64{5, 4}, 1.3},
		{"one, heavy tails", fewWorld{series: 1, origins: 48, phi: 0.5, heavy: true}, [2]float64{6, 3}, 1.75},
		{"four", fewWorld{series: 4, origins: 12, phi: 0.5}, [2]float64{5, 3}, 1.3},
		{"six channels of one system", fewWorld{series: 6, origins: 12, phi: 0.5, common: 0.95}, [2]float64{7, 4}, 1.4},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.w.horizon, c.w.luck, c.w.long = 12, 0.8, 30
			covered, width := c.w.measure(t, 240/min(2, c.w.series))
			t.Logf("%.1f and %.1f%%, %.2f times as wide as the right ones", covered[0], covered[1], width)
			for j, level := range []float64{80, 95} {
				if covered[j] < level-2 || covered[j] > level+c.above[j] {
					t.Errorf("intervals of %g%% cover %.1f%%, want 2 points less to %g more", level, covered[j], c.above[j])
				}
			}
			if width > c.widest {
				t.Errorf("intervals of 80%% are %.2f times as wide as the right ones, want %g at most", width, c.widest)
			}
		})
	}
}

// Channels that say the same are one witness, so their intervals are wider than those of as many series that know nothing of each other.
func TestFewChannelsAreOneWitness(t *testing.T) {
	w := fewWorld{series: 6, origins: 12, horizon: 12, phi: 0.5, long: 30}
	_, apart := w.measure(t, 40)
	w.common = 0.99
	_, alike := w.measure(t, 40)
	if alike < 1.1*apart {
		t.Errorf("intervals of near copies are %.2f times as wide as the right ones, those of independent series %.2f times; want a tenth more", alike, apart)
	}
}

// A multiple of a series, one that comes later under the same name too, has the same multiple of the distances; a series that is not among
// those that were measured has the factors of all.
func TestFewUnits(t *testing.T) {
	w := fewWorld{series: 2, origins: 24, horizon: 6, phi: 0.5, long: 30}
	var widths [][]float64
	for _, times := range []float64{1, 1e6} {
		r := rand.New(rand.NewPCG(23, 24))
		seen, _, f, _ := w.draw(t, r, []float64{1, 100})
		k, err := Calibrate(seen, f, testQuantiles)
		if err != nil {
			t.Fatal(err)
		}
		_, later, _, g := w.draw(t, r, []float64{times, 100 * times})
		g = k.ApplyTo(g, WhoseOf(later))
		strange := k.ApplyTo(g, func(int) Whose { return Whose{ID: series.ID{Series: "strange"}, Rough: func(int) float64 { return 1 }} })
		var all []float64
		for i := range g {
			for o := 0; o < len(g[i]); o += 5 {
				all = append(all, (g[i][o+4]-g[i][o])/times, (strange[i][o+4]-strange[i][o])/times)
			}
		}
		widths = append(widths, all)
	}
	for i, v := range widths[0] {
		if v <= 0 || math.Abs(widths[1][i]/v-1) > 1e-9 {
			t.Fatalf("width %d: %g, of a multiple %g", i, v, widths[1][i])
		}
	}
}

// What networks say of themselves counts the more the more they have learnt from.
func TestFewTrust(t *testing.T) {
	r := rand.New(rand.NewPCG(25, 26))
	shares := map[int]float64{}
	for _, long := range []int{30, 20000} {
		w := fewWorld{series: 1, origins: 24, horizon: 12, phi: 0.5, long: long}
		seen, unseen, f, g := w.draw(t, r, []float64{1})
		k, err := Calibrate(seen, f, testQuantiles)
		if err != nil {
			t.Fatal(err)
		}
		width := func(times float64) float64 {
			wide := [][]float64{nil}
			for o, v := range g[0] {
				m := g[0][o-o%5+2]
				wide[0] = append(wide[0], m+times*(v-m))
			}
			wide = k.ApplyTo(wide, WhoseOf(unseen))
			return wide[0][3] - wide[0][1]
		}
		shares[long] = width(2)/width(1) - 1
	}
	if few, many := shares[30], shares[20000]; few > 0.15 || many < 0.9 {
		t.Errorf("where the networks' quantiles lie twice as far off, intervals are wider by %.2f with 30 rows to learn from and by %.2f with 20,000; want little and nearly 1", few, many)
	}
}

// Where a series has not moved, or nothing was missed of it, its intervals are those of the networks, times the factors.
func TestFewEdges(t *testing.T) {
	w := fewWorld{series: 2, origins: 24, horizon: 6, long: 30}
	for name, change := range map[string]func(f []float64, truth []float64){
		"all as said":  func(f, truth []float64) { shiftTo(f, truth) },
		"no width":     func(f, _ []float64) { flatten(f, 0) },
		"not a number": func(f, _ []float64) { f[3] = math.NaN() },
		"infinite":     func(f, _ []float64) { f[0], f[4] = math.Inf(-1), math.Inf(1) },
	} {
		seen, unseen, f, g := w.draw(t, rand.New(rand.NewPCG(27, 28)), []float64{1, 5})
		for i := range f {
			truth, _ := seen.Truth(i)
			change(f[i], truth)
		}
		k, err := Calibrate(seen, f, testQuantiles)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range k.ApplyTo(g, WhoseOf(unseen)) {
			for o, v := range row {
				if v-v != 0 || o%5 > 0 && v < row[o-1] || o%5 == 2 && v != g[i][o] {
					t.Fatalf("%s: %v becomes %v", name, g[i], row)
				}
			}
		}
	}
}

// shiftTo moves forecasts to the truth.
func shiftTo(f, truth []float64) {
	for o := range f {
		f[o] += truth[o/5] - f[o/5*5+2]*boolOf(o%5 != 2) - f[o]*boolOf(o%5 == 2)
	}
}

func boolOf(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
