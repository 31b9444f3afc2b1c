package forecast

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"recur/checkpoint"
)

// kindsOfSeries are what ordinary series look like.
var kindsOfSeries = map[string]func(r *rand.Rand) []float64{
	"noise": func(r *rand.Rand) []float64 {
		return drawn(80, func(int, float64) float64 { return 50 + 5*r.NormFloat64() })
	},
	"walk": func(r *rand.Rand) []float64 {
		return drawn(80, func(_ int, v float64) float64 { return v + r.NormFloat64() })
	},
	"season": func(r *rand.Rand) []float64 {
		return drawn(96, func(t int, _ float64) float64 { return 100 + 40*math.Sin(float64(t)*math.Pi/6) + 3*r.NormFloat64() })
	},
	"growth": func(r *rand.Rand) []float64 {
		return drawn(80, func(_ int, v float64) float64 { return (v + 1) * (1.05 + .02*r.NormFloat64()) })
	},
	"heavy tails": func(r *rand.Rand) []float64 {
		return drawn(80, func(int, float64) float64 { return 50 + r.NormFloat64()/math.Sqrt((r.ExpFloat64()+r.ExpFloat64())/2) })
	},
	"intermittent": func(r *rand.Rand) []float64 {
		return drawn(80, func(int, float64) float64 { return math.Floor(max(0, 6*r.Float64()-4.5) * 9) })
	},
}

func drawn(n int, next func(t int, v float64) float64) []float64 {
	y, v := make([]float64, n), 0.0
	for t := range y {
		v = next(t, v)
		y[t] = v
	}
	return y
}

// Of ordinary series fewer than one in a hundred is said to end off its course; a spike at the end is told, a level that
// has been there for some rows is not, and none of it depends on units.
func TestLastValueOffItsCourse(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 5))
	for name, kind := range kindsOfSeries {
		const n = 500
		told, spikes, levels := 0, 0, 0
		for range n {
			y, seasons := kind(r), []int(nil)
			if name == "season" {
				seasons = []int{12}
			}
			far := func(y []float64) int {
				off := offAnyScale(y, seasons)
				for i := range y {
					y[i] *= 1000
				}
				if again := offAnyScale(y, seasons); math.Abs(again-off) > 1e-6*off {
					t.Errorf("%s: %g times the usual change, in other units %g", name, off, again)
				}
				if off > 0 {
					return 1
				}
				return 0
			}
			low, high := y[0], y[0]
			for _, v := range y {
				low, high = min(low, v), max(high, v)
			}
			spiked, moved := append([]float64{}, y...), append([]float64{}, y...)
			spiked[len(y)-1] += 6 * (high - low)
			for i := len(y) - 4; i < len(y); i++ {
				moved[i] += 3 * (high - low)
			}
			told, spikes, levels = told+far(y), spikes+far(spiked), levels+far(moved)
		}
		if told > n/100 || levels > n/50 || spikes < n*95/100 && name != "intermittent" {
			t.Errorf("%s: %d of %d ordinary series told, %d with a spike, %d with a new level", name, told, n, spikes, levels)
		}
	}
}

func TestLastValuesAreToldByName(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 7))
	d := checkpoint.Data{Targets: []string{"y"}, Covariates: []string{"x"}, Future: []string{"z"}}
	for s := range 9 {
		one := checkpoint.SeriesState{Name: string(rune('a' + s))}
		for i, v := range kindsOfSeries["noise"](r) {
			if i == 79 && s%2 == 1 {
				v = 500
			}
			one.Tail, one.TailMissing = append(one.Tail, v, 0, 1e4), append(one.TailMissing, i == 40 || i == 79 && s == 7, false, false)
		}
		d.Series = append(d.Series, one)
	}
	var whole, parts lastValues
	whole.add(&d, nil)
	for s := range d.Series {
		part := d
		part.Series = d.Series[8-s : 9-s]
		parts.add(&part, nil)
	}
	want := `3 last values are far from those before, farther than any of them was: series "b" (500, `
	if got := whole.note(); !strings.HasPrefix(got, want) || got != parts.note() || strings.Contains(got, "more") || strings.Contains(got, `"h"`) {
		t.Errorf("got %q, one by one %q, want %q", got, parts.note(), want)
	}
	d.Series[1].Name = ""
	d.Series = d.Series[1:2]
	var single lastValues
	single.add(&d, nil)
	if got := single.note(); !strings.HasPrefix(got, `1 last value is far from those before, farther than any of them was: column "y" (500, `) {
		t.Error(got)
	}
	if none := new(lastValues); none.note() != "" {
		t.Error(none.note())
	}
}
