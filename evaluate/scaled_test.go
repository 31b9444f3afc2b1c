package evaluate

import (
	"math"
	"math/rand/v2"
	"testing"
)

// ScaledErrors average to MASE, and TestScaled speaks of the difference of that.
func TestScaledErrors(t *testing.T) {
	t.Parallel()
	q := walks{series: 40, rows: 80, test: 4, horizon: 4}.draw(t, rand.New(rand.NewPCG(1, 2))).Test
	a, b := follow(q, 0), follow(q, 1)
	sum := 0.0
	for _, v := range ScaledErrors(q, a) {
		sum += v / float64(q.Len())
	}
	first, err := Evaluate(q, a)
	if err != nil {
		t.Fatal(err)
	}
	second, err := Evaluate(q, b)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(sum-first.Metrics.MASE) > 1e-12 {
		t.Errorf("the mean is %g, MASE %g", sum, first.Metrics.MASE)
	}
	got := NewPanel(q).TestScaled(a, b)
	if want := first.Metrics.MASE - second.Metrics.MASE; math.Abs(got.Difference-want) > 1e-12 || !(got.Low < want && want < got.High) || got.Test != "series" {
		t.Errorf("got %+v, want a difference of %g over series", got, want)
	}
	if same := NewPanel(q).TestScaled(a, a); same.P != 1 || same.Statistic != 0 || same.High != 0 {
		t.Errorf("a method against itself: %+v", same)
	}
}

// Of random walks two methods are equally good that follow the last change and go against it, or that climb and fall; TestScaled tells few of
// them apart, also where series move together, and then says that it can't tell; and it finds what is better.
func TestScaledCalibrated(t *testing.T) {
	t.Parallel()
	const rounds = 60
	for _, w := range []struct {
		walks
		found, silent float64 // at least, in percent
	}{
		{walks{name: "40 near copies", series: 40, rows: 80, test: 4, horizon: 4, shared: 0.99}, 0, 95},
		{walks{name: "40 walks a little alike", series: 40, rows: 80, test: 4, horizon: 4, shared: 0.1}, 10, 0},
		{walks{name: "40 independent walks", series: 40, rows: 80, test: 4, horizon: 4}, 20, 0},
		{walks{name: "40 near copies, 21 origins", series: 40, rows: 100, test: 24, horizon: 4, shared: 0.99}, 0, 0},
		{walks{name: "40 independent walks, 21 origins", series: 40, rows: 100, test: 24, horizon: 4}, 80, 0},
		{walks{name: "one walk, one origin", series: 1, rows: 80, test: 4, horizon: 4}, 0, 100},
	} {
		r := rand.New(rand.NewPCG(3, 4))
		var follows, climbs, found, silent float64
		for range rounds {
			q := w.draw(t, r).Test
			panel := NewPanel(q)
			count := func(n *float64, is bool) {
				if is {
					*n += 100.0 / rounds
				}
			}
			p := panel.TestScaled(follow(q, 0.5), follow(q, -0.5)).P
			count(&follows, p < 0.05)
			p = panel.TestScaled(climb(q, 0.3), climb(q, -0.3)).P
			count(&climbs, p < 0.05)
			count(&silent, math.IsNaN(p))
			p = panel.TestScaled(follow(q, 0), follow(q, 1)).P
			count(&found, p < 0.05)
		}
		t.Logf("| %s | %.1f%% | %.1f%% | %.0f%% | %.0f%% |", w.name, follows, climbs, found, silent)
		if most := 15.0; max(follows, climbs) > most { // of 60 rounds at 5%, three standard errors and more
			t.Errorf("%s: %.1f and %.1f%% of equal pairs are told apart, want at most %.0f%%", w.name, follows, climbs, most)
		}
		if found < w.found || silent < w.silent-1e-9 {
			t.Errorf("%s: finds %.0f%%, want %.0f%%; silent %.0f%%, want %.0f%%", w.name, found, w.found, silent, w.silent)
		}
	}
}
