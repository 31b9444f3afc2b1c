package series

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// ordinary are kinds of series that are as they should be, however strange they look.
var ordinary = map[string]func(r *rand.Rand, n int) []float64{
	"noise":        made(func(r *rand.Rand, t int) float64 { return 100 + 20*r.NormFloat64() }),
	"around zero":  made(func(r *rand.Rand, t int) float64 { return r.NormFloat64() }),
	"season":       made(func(r *rand.Rand, t int) float64 { return 100 + 80*math.Sin(float64(t)*math.Pi/6) + 5*r.NormFloat64() }),
	"trend":        made(func(r *rand.Rand, t int) float64 { return 10 + 5*float64(t) + 3*r.NormFloat64() }),
	"growth":       made(func(r *rand.Rand, t int) float64 { return math.Exp(float64(t)/15 + 0.2*r.NormFloat64()) }),
	"decay":        made(func(r *rand.Rand, t int) float64 { return 1e5 * math.Exp(-float64(t)/15+0.2*r.NormFloat64()) }),
	"lognormal":    made(func(r *rand.Rand, t int) float64 { return math.Exp(1.5 * r.NormFloat64()) }),
	"exponential":  made(func(r *rand.Rand, t int) float64 { return 30 * r.ExpFloat64() }),
	"pareto 2":     made(func(r *rand.Rand, t int) float64 { return math.Pow(r.Float64(), -1/2.) }),
	"student 3":    made(func(r *rand.Rand, t int) float64 { return student(r, 3) }),
	"returns":      made(func(r *rand.Rand, t int) float64 { return math.Exp(math.Sin(float64(t)/20)*2) * student(r, 4) }),
	"counts":       made(func(r *rand.Rand, t int) float64 { return math.Floor(3 * r.ExpFloat64()) }),
	"intermittent": made(func(r *rand.Rand, t int) float64 { return rare(r, 0.1) * (1 + math.Floor(4*r.ExpFloat64())) }),
	"lumpy":        made(func(r *rand.Rand, t int) float64 { return rare(r, 0.05) * math.Exp(4+r.NormFloat64()) }),
	"single sales": made(func(r *rand.Rand, t int) float64 { return rare(r, 0.15) }),
	"one sale":     made(func(r *rand.Rand, t int) float64 { return step(t == 20) * 12 }),
	"constant":     made(func(r *rand.Rand, t int) float64 { return 7 }),
	"wholesale":    made(func(r *rand.Rand, t int) float64 { return rare(r, 0.2) * (1 + 23*step(r.IntN(60) == 0)) }),
	"level shift":  made(func(r *rand.Rand, t int) float64 { return (100 + 5*r.NormFloat64()) * (1 + 99*step(t >= 40)) }),
	"shift back":   made(func(r *rand.Rand, t int) float64 { return (100 + 5*r.NormFloat64()) * (1 - 0.99*step(t >= 40)) }),
	"to zero":      made(func(r *rand.Rand, t int) float64 { return (100 + 5*r.NormFloat64()) * step(t < 40) }),
	"outage":       made(func(r *rand.Rand, t int) float64 { return (100 + 5*r.NormFloat64()) * step(t != 30) }),
	"christmas":    made(func(r *rand.Rand, t int) float64 { return (100 + 20*r.NormFloat64()) * (1 + 9*step(t%12 == 11)) }),
	"black friday": made(func(r *rand.Rand, t int) float64 { return (100 + 20*r.NormFloat64()) * (1 + 14*step(t%52 == 47)) }),
	"promotions": made(func(r *rand.Rand, t int) float64 {
		return (50 + 10*r.NormFloat64()) * (1 + 5*rare(r, 0.04)*r.ExpFloat64())
	}),
	"rain":     made(func(r *rand.Rand, t int) float64 { return rare(r, 0.3) * math.Pow(r.ExpFloat64(), 2) * 10 }),
	"sensor":   made(func(r *rand.Rand, t int) float64 { return 40 + 0.01*r.NormFloat64() + 20*step(t == 25) }),
	"meter":    made(func(r *rand.Rand, t int) float64 { return 1e10 + 3*float64(t) + r.Float64() }),
	"night":    made(func(r *rand.Rand, t int) float64 { return max(0, math.Sin(float64(t)*math.Pi/12)) * 800 * r.Float64() }),
	"epidemic": made(func(r *rand.Rand, t int) float64 { d := float64(t-35) / 6; return math.Floor(5000 * math.Exp(-d*d)) }),
}

func made(value func(r *rand.Rand, t int) float64) func(*rand.Rand, int) []float64 {
	return func(r *rand.Rand, n int) []float64 {
		x := make([]float64, n)
		for t := range x {
			x[t] = value(r, t)
		}
		return x
	}
}

func step(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

func rare(r *rand.Rand, share float64) float64 { return step(r.Float64() < share) }

// student draws from Student's distribution.
func student(r *rand.Rand, degrees int) float64 {
	sum := 0.0
	for range degrees {
		v := r.NormFloat64()
		sum += v * v
	}
	return r.NormFloat64() / math.Sqrt(sum/float64(degrees))
}

// Ordinary series of many kinds and lengths have no outliers: of 30 kinds × 4 lengths × 10 draws, at most 1 in 1,000 is said to have any.
func TestOrdinarySeriesHaveNoOutliers(t *testing.T) {
	drawn, said := 0, []string{}
	for _, name := range slices.Sorted(maps.Keys(ordinary)) {
		for _, n := range []int{48, 72, 260, 1500} {
			for seed := range uint64(10) {
				x := ordinary[name](rand.New(rand.NewPCG(seed, uint64(n))), n)
				drawn++
				if found := wildOf(x, make([]bool, n), 0, 1, n); len(found) > 0 {
					said = append(said, fmt.Sprintf("%s of %d rows, seed %d: %v", name, n, seed, found))
				}
			}
		}
	}
	if len(said) > drawn/1000 {
		t.Errorf("%d of %d ordinary series are said to have outliers:\n%s", len(said), drawn, strings.Join(said, "\n"))
	}
}

// A value ×100 or one of 1e9 and more is found, and nothing else is. Where ×100 is little (a value ten times a peak that comes each year, one
// that an exponential growth has elsewhere) it may stay.
func TestTypingErrorsAreFound(t *testing.T) {
	missed, drawn := []string{}, 0
	for _, name := range []string{"noise", "season", "trend", "growth", "decay", "level shift", "constant", "outage", "to zero", "christmas", "counts", "exponential", "meter", "intermittent"} {
		for _, n := range []int{48, 72, 260, 1500} {
			for seed := range uint64(5) {
				r := rand.New(rand.NewPCG(seed, uint64(n)))
				x := ordinary[name](r, n)
				at := r.IntN(n)
				for x[at] < 0.8*surroundingsOf(x)[at].level || x[at] == 0 {
					at = (at + 1) % n
				}
				most := 0.0
				for _, v := range x {
					most = max(most, math.Abs(v))
				}
				for _, wrong := range []float64{x[at] * 100, -1e9, 1e9, 1e13} {
					if wrong == x[at]*100 && (slices.Contains([]string{"intermittent", "counts", "christmas", "exponential"}, name) || n > 72 && slices.Contains([]string{"growth", "decay"}, name)) || wrong != x[at]*100 && math.Abs(wrong) < 1000*most || name == "intermittent" && n < 72 {
						continue
					}
					old := x[at]
					x[at] = wrong
					drawn++
					found := wildOf(x, make([]bool, n), 0, 1, n)
					if len(found) != 1 || found[0].row != at {
						missed = append(missed, fmt.Sprintf("%s of %d rows, seed %d: %g for %g in row %d: found %v", name, n, seed, wrong, old, at, found))
					}
					x[at] = old
				}
			}
		}
	}
	if len(missed) > drawn/100 {
		t.Errorf("%d of %d missed:\n%s", len(missed), drawn, strings.Join(missed, "\n"))
	}
}
