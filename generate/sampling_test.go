package generate

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func logs(chances ...float64) []float64 {
	out := make([]float64, len(chances))
	for i, p := range chances {
		out[i] = math.Log(p)
	}
	return out
}

// counts draws n times with the numbers of a seed.
func counts(s Sampling, logp []float64, n int) []int {
	var d Drawer
	out := make([]int, len(logp))
	for i := range n {
		out[d.Draw(s, logp, Uniform(s.Seed, 3, uint64(i)))]++
	}
	return out
}

// plain is the definition: sort, cut, cut again. It gives the share of each symbol.
func plain(s Sampling, logp []float64) []float64 {
	order := make([]int, len(logp))
	w, out := make([]float64, len(logp)), make([]float64, len(logp))
	for i, v := range logp {
		order[i], w[i] = i, math.Exp(v/s.Temperature)
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case w[a] > w[b]:
			return -1
		case w[a] < w[b]:
			return 1
		}
		return 0
	})
	if s.TopK > 0 {
		order = order[:min(s.TopK, len(order))]
	}
	sum := func(of []int) (total float64) {
		for _, i := range of {
			total += w[i]
		}
		return total
	}
	if s.TopP > 0 {
		n := 1
		for n < len(order) && sum(order[:n]) < s.TopP*sum(order)*(1-1e-12) {
			n++
		}
		order = order[:n]
	}
	for _, i := range order {
		out[i] = w[i] / sum(order)
	}
	return out
}

// Draws have the frequencies of the definition: of 40,000 none is off by more than five standard errors, and what is cut off never comes.
func TestFrequencies(t *testing.T) {
	const n = 40_000
	five := []float64{.1, .4, .2, .25, .05}
	for _, c := range []struct {
		s       Sampling
		chances []float64
		kept    int
	}{
		{Sampling{Temperature: 1}, five, 5},
		{Sampling{Temperature: .5}, five, 5},
		{Sampling{Temperature: 2}, five, 5},
		{Sampling{Temperature: 1, TopP: 1, TopK: 5}, five, 5},
		{Sampling{Temperature: 1, TopK: 99}, five, 5},
		{Sampling{Temperature: 1, TopK: 2}, five, 2},
		{Sampling{Temperature: 1, TopP: .6}, five, 2},
		{Sampling{Temperature: 1, TopP: .66}, five, 3},
		{Sampling{Temperature: 1, TopK: 3, TopP: .7}, five, 2}, // .4 + .25 of .85
		{Sampling{Temperature: 1, TopK: 1}, five, 1},
		{Sampling{Temperature: 1, TopP: 1e-300}, five, 1},
		{Sampling{Temperature: 1, TopP: .4}, five, 1},
		{Sampling{Temperature: 1}, []float64{.9, .1}, 2},
		{Sampling{Temperature: 1, TopP: .95}, []float64{.9, .1}, 2},
		{Sampling{Temperature: .8}, []float64{0, 1, 0}, 1},
		{Sampling{Temperature: 1, TopK: 2}, []float64{.25, .25, .25, .25}, 2},
		{Sampling{Temperature: 1, TopP: .5}, []float64{.25, .25, .25, .25}, 2},
	} {
		for seed := range uint64(3) {
			c.s.Seed = seed
			got, want, kept := counts(c.s, logs(c.chances...), n), plain(c.s, logs(c.chances...)), 0
			for i, p := range want {
				if p > 0 {
					kept++
				}
				if d := math.Abs(float64(got[i]) - n*p); d > 5*math.Sqrt(n*p*(1-p)) {
					t.Errorf("%+v of %v: symbol %d comes %d times, want about %.0f", c.s, c.chances, i, got[i], n*p)
				}
			}
			if kept != c.kept {
				t.Errorf("%+v of %v: the definition keeps %d, want %d", c.s, c.chances, kept, c.kept)
			}
		}
	}
}

// Of equals the lower numbers are kept, and the lowest is the likeliest.
func TestEquals(t *testing.T) {
	equal := logs(.1, .2, .2, .2, .1, .2)
	got := counts(Sampling{Temperature: 1, TopK: 3}, equal, 2000)
	for i, n := range got {
		if kept := i >= 1 && i <= 3; (n > 0) != kept {
			t.Errorf("symbol %d comes %d times", i, n)
		}
	}
	var d Drawer
	for _, s := range []Sampling{{}, {Temperature: 1, TopK: 1}, {Temperature: 1, TopP: .01}} {
		if at := d.Draw(s, equal, .999999); at != 1 {
			t.Errorf("%+v takes symbol %d, want 1", s, at)
		}
	}
}

// Logarithms however low and temperatures however small give a symbol that has a chance.
func TestExtremes(t *testing.T) {
	var d Drawer
	for _, logp := range [][]float64{{-1e308, -800, -900}, {math.Inf(-1), -1, math.Inf(-1)}, {-5000, -1, -200}} {
		for _, s := range []Sampling{{Temperature: 1e-308}, {Temperature: 1e-3, TopP: .9}, {Temperature: 1, TopK: 2}, {Temperature: .1, TopK: 3, TopP: 1e-9}, {}} {
			for _, u := range []float64{0, .5, 1 - 1./(1<<53)} {
				if at := d.Draw(s, logp, u); at != 1 {
					t.Errorf("%+v of %v takes symbol %d, want 1", s, logp, at)
				}
			}
		}
	}
}

// A heap finds what sorting finds, at every k and p.
func TestRestrict(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var d Drawer
	for range 300 {
		logp := make([]float64, 1+r.IntN(40))
		for i := range logp {
			logp[i] = -float64(r.IntN(12)) / 2 // with equals
		}
		s := Sampling{Temperature: .3 + r.Float64(), TopK: r.IntN(len(logp) + 2), TopP: r.Float64()}
		want := plain(s, logp)
		w := make([]float64, len(logp))
		total := 0.0
		for i, v := range logp {
			w[i] = math.Exp(v / s.Temperature)
			total += w[i]
		}
		total = d.restrict(s, w, total)
		for i := range w {
			if math.Abs(w[i]/total-want[i]) > 1e-12 {
				t.Fatalf("%+v of %v: symbol %d has %g, want %g", s, logp, i, w[i]/total, want[i])
			}
		}
	}
}

// Numbers depend on their place alone, differ from place to place, and are even.
func TestUniform(t *testing.T) {
	seen, sum, squares := map[float64]bool{}, 0.0, 0.0
	const n = 30
	for seed := range uint64(n) {
		for sample := range uint64(n) {
			for position := range uint64(n) {
				u := Uniform(seed, sample, position)
				if u < 0 || u >= 1 || seen[u] {
					t.Fatalf("%d, %d, %d gives %g, which is outside or there already", seed, sample, position, u)
				}
				seen[u] = true
				sum, squares = sum+u, squares+u*u
			}
		}
	}
	all := float64(n * n * n)
	if mean, square := sum/all, squares/all; math.Abs(mean-.5) > .01 || math.Abs(square-1./3) > .01 {
		t.Errorf("mean %g and mean square %g, want 1/2 and 1/3", mean, square)
	}
	if got := Uniform(1, 2, 3); got != 0.5211329322530508 {
		t.Errorf("seed 1, sample 2, position 3 gives %v: a run of before would give another text", got)
	}
}

func TestCheck(t *testing.T) {
	for _, s := range []Sampling{{Temperature: -1}, {Temperature: math.NaN()}, {Temperature: math.Inf(1)}, {TopK: -1}, {TopP: 1.1}, {TopP: -.1}, {TopP: math.NaN()}} {
		if s.Check() == nil {
			t.Errorf("%+v is taken", s)
		}
	}
	if err := (Sampling{Temperature: .8, TopK: 40, TopP: .95}).Check(); err != nil {
		t.Error(err)
	}
}
