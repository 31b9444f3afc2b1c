package evaluate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"recur/configs"
	"recur/data/series"
)

// How often equally good forecasts may be told apart at the level of 5%, and how many panels are simulated.
const (
	mostFalse = 0.07
	panels    = 1000
)

// lossPanel makes differences of losses, centred on zero, of N series from T origins, whose targets overlap as those of
// horizon steps do; common is the share of the variance that all series have from one origin.
type lossPanel struct {
	name            string
	series, origins int
	horizon         int
	common          float64
	persistence     float64                     // of an autoregression below, beyond the horizon
	from            func(series, n int) int     // first origin of a series; nil: 0
	shape           func(v float64) (d float64) // of the tails; nil: normal
}

func (l lossPanel) draw(r *rand.Rand) (*Panel, []float64) {
	p := &Panel{horizon: l.horizon, Series: l.series}
	shared := l.moving(r)
	var d []float64
	for s := range l.series {
		own, first := l.moving(r), 0
		if l.from != nil {
			first = l.from(s, l.series)
		}
		for t := first; t < l.origins; t++ {
			p.add(s, t)
			v := math.Sqrt(l.common)*shared[t] + math.Sqrt(1-l.common)*own[t]
			if l.shape != nil {
				v = l.shape(v)
			}
			d = append(d, v)
		}
	}
	p.order()
	return p, d
}

// moving is a moving average over the horizon, with variance 1.
func (l lossPanel) moving(r *rand.Rand) []float64 {
	const before = 30
	noise := make([]float64, before+l.origins+l.horizon)
	last := 0.0
	for i := range noise {
		last = l.persistence*last + r.NormFloat64()
		noise[i] = last
	}
	out := make([]float64, l.origins)
	for t := range out {
		for _, v := range noise[before+t:][:l.horizon] {
			out[t] += v / math.Sqrt(float64(l.horizon))
		}
	}
	return out
}

func heavy(v float64) float64 { return v * math.Abs(v) }

// Of differences of losses that are zero in the mean no more than 7 in 100 panels are found at the level of 5%, however the
// series move together and the origins overlap; and a difference of half a standard deviation is found.
func TestCalibratedOnLosses(t *testing.T) {
	t.Parallel()
	late := func(s, n int) int { return s * 70 / n }
	for _, l := range []lossPanel{
		{name: "one series, 60 origins", series: 1, origins: 60, horizon: 1},
		{name: "one series, 5 origins", series: 1, origins: 5, horizon: 1},
		{name: "one series, 49 origins, 5 disjoint", series: 1, origins: 49, horizon: 12},
		{name: "one series, 60 origins, errors last", series: 1, origins: 60, horizon: 4, persistence: 0.5},
		{name: "40 near copies, 12 origins", series: 40, origins: 12, horizon: 1, common: 0.99},
		{name: "40 near copies, 60 origins overlap", series: 40, origins: 60, horizon: 4, common: 0.99},
		{name: "40 series alike, heavy tails", series: 40, origins: 60, horizon: 4, common: 0.5, shape: heavy},
		{name: "40 independent series", series: 40, origins: 60, horizon: 4},
		{name: "200 series, 5 disjoint origins", series: 200, origins: 17, horizon: 4, common: 0.2},
		{name: "10 series, long overlap", series: 10, origins: 100, horizon: 12, common: 0.5},
		{name: "20 series of unequal lengths", series: 20, origins: 80, horizon: 4, common: 0.5, from: late},
		{name: "20 unequal independent series", series: 20, origins: 80, horizon: 4, from: late},
	} {
		r := rand.New(rand.NewPCG(1, 2))
		wrong, found := 0, 0
		for range panels {
			p, d := l.draw(r)
			zero := make([]float64, len(d))
			if p.Test(d, zero, Worth{}).P < 0.05 {
				wrong++
			}
			for i := range d {
				d[i] += 1
			}
			if p.Test(d, zero, Worth{}).P < 0.05 {
				found++
			}
		}
		t.Logf("| %s | %.1f%% | %.0f%% |", l.name, 100*float64(wrong)/panels, 100*float64(found)/panels)
		if share := float64(wrong) / panels; share > mostFalse {
			t.Errorf("%s: %.3f of equal pairs are told apart, want at most %g", l.name, share, mostFalse)
		}
	}
}

// walks is a panel of random walks: shared is the share of the variance of a step that all have, sign ±1 by series.
type walks struct {
	name          string
	series, rows  int
	test, horizon int
	shared        float64
	noise         float64 // of each value beside the walk
	mirror        bool    // every second walk the other way round
	unequal       bool
}

func (w walks) draw(t *testing.T, r *rand.Rand) *series.Prepared {
	t.Helper()
	c := configs.Default("forecast")
	c.Data.Targets, c.Data.Window, c.Data.Horizon = []string{"y"}, 8, w.horizon
	c.Data.Split = configs.Split{Test: float64(w.test), Steps: true}
	common := make([]float64, w.rows)
	for i := range common {
		common[i] = r.NormFloat64()
	}
	set := &series.Dataset{Name: "walks", Targets: c.Data.Targets}
	for s := range w.series {
		rows, v := w.rows, 0.0
		if w.unequal {
			rows -= (w.rows - 12 - w.test) * s / w.series
		}
		one := series.Series{Name: fmt.Sprint(s), Missing: make([]bool, rows)}
		for i := range rows {
			step := math.Sqrt(w.shared)*common[w.rows-rows+i] + math.Sqrt(1-w.shared)*r.NormFloat64()
			if w.mirror && s%2 == 1 {
				step = -step
			}
			v += step
			one.Values = append(one.Values, v+w.noise*r.NormFloat64())
		}
		set.Series = append(set.Series, one)
	}
	p, err := series.Prepare(set, c)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// follow forecasts a random walk with its mean change of the last five steps, times a share: with a share and its negative
// two methods are equally good, since the future of the walk does not depend on its past.
func follow(p *series.Part, share float64) [][]float64 {
	return onLine(p, func(x []float64) float64 { return share * (x[len(x)-1] - x[len(x)-6]) / 5 })
}

// climb forecasts the same slope for all series: with a slope and its negative two methods are equally good, and a shock that
// all series have lets one of them win everywhere.
func climb(p *series.Part, slope float64) [][]float64 {
	return onLine(p, func([]float64) float64 { return slope })
}

func onLine(p *series.Part, slope func(x []float64) float64) [][]float64 {
	out := make([][]float64, p.Len())
	for i := range out {
		x := p.Input(i)
		for h := range p.Prepared.Horizon {
			out[i] = append(out[i], x[len(x)-1]+slope(x)*float64(h+1))
		}
	}
	return out
}

// rivalry is two methods on a panel, tested in both ways.
func rivalry(t *testing.T, q *series.Part, a, b [][]float64) (p, wilcoxon float64) {
	t.Helper()
	panel := NewPanel(q)
	worth := panel.Worth(a, b)
	var losses [2][]float64
	for i, f := range [][][]float64{a, b} {
		s, err := BySeries(q, f)
		if err != nil {
			t.Fatal(err)
		}
		losses[i] = Losses(s, "mase")
	}
	_, wilcoxon = worth.Wilcoxon(losses[0], losses[1])
	return panel.Test(WindowLosses(q, a), WindowLosses(q, b), worth).P, wilcoxon
}

// On panels of random walks a forecast that follows the last change and one that goes against it are equally good, and so are
// one that climbs and one that falls.
func TestCalibratedOnPanels(t *testing.T) {
	t.Parallel()
	const rounds = 300
	for _, w := range []walks{
		{name: "40 near copies, one origin", series: 40, rows: 80, test: 4, horizon: 4, shared: 0.99},
		{name: "40 near copies with noise, one origin", series: 40, rows: 80, test: 4, horizon: 4, shared: 1, noise: 1},
		{name: "40 walks half alike, one origin", series: 40, rows: 80, test: 4, horizon: 4, shared: 0.5},
		{name: "40 walks a little alike, one origin", series: 40, rows: 80, test: 4, horizon: 4, shared: 0.1},
		{name: "20 and their mirror, one origin", series: 40, rows: 80, test: 4, horizon: 4, shared: 0.9, mirror: true},
		{name: "40 of unequal lengths, one origin", series: 40, rows: 80, test: 4, horizon: 4, shared: 0.3, unequal: true},
		{name: "40 independent walks, one origin", series: 40, rows: 80, test: 4, horizon: 4},
		{name: "40 near copies, 21 origins", series: 40, rows: 100, test: 24, horizon: 4, shared: 0.99},
		{name: "40 independent walks, 21 origins", series: 40, rows: 100, test: 24, horizon: 4},
	} {
		r := rand.New(rand.NewPCG(3, 4))
		var wrong [4]int
		found, silent := 0, 0
		for range rounds {
			q := w.draw(t, r).Test
			var p [4]float64
			if w.noise == 0 { // with it going back is better than going on
				p[0], p[1] = rivalry(t, q, follow(q, 0.5), follow(q, -0.5))
			} else {
				p[0], p[1] = 1, 1
			}
			p[2], p[3] = rivalry(t, q, climb(q, 0.3), climb(q, -0.3))
			for i, v := range p {
				if v < 0.05 {
					wrong[i]++
				}
			}
			if math.IsNaN(p[2]) {
				silent++
			}
			if _, v := rivalry(t, q, follow(q, 0), follow(q, 1)); v < 0.05 {
				found++
			}
		}
		share := func(n int) float64 { return 100 * float64(n) / rounds }
		t.Logf("| %s | %.1f%% | %.1f%% | %.1f%% | %.1f%% | %.0f%% | %.0f%% |", w.name, share(wrong[0]), share(wrong[1]), share(wrong[2]), share(wrong[3]), share(found), share(silent))
		if most := share(slices.Max(wrong[:])); most > 100*mostFalse {
			t.Errorf("%s: %.1f%% of equal pairs are told apart, want at most %.0f%%", w.name, most, 100*mostFalse)
		}
	}
}
