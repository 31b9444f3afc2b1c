package series

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"recur/configs"
)

// studied is a panel with known seasons.
type studied struct {
	name, frequency string
	series, rows    int
	want            []int
	value           func(r *rand.Rand, s int) func(t int) float64 // of series s
}

// year is the course of a year of so many rows: high in one half, with a peak at the end.
func year(t int, rows float64) float64 {
	at := math.Mod(float64(t)/rows, 1)
	return math.Sin(2*math.Pi*at) + 1.5*math.Exp(-math.Pow((at-0.93)*20, 2))
}

// clock is the course of a day of m rows: two humps.
func clock(t, m int) float64 {
	at := 2 * math.Pi * float64(t%m) / float64(m)
	return -math.Cos(at) + 0.5*math.Sin(2*at)
}

// process is an autoregression, a random walk with rho 1, white noise with 0.
func process(r *rand.Rand, rho float64) func() float64 {
	v := 0.0
	return func() float64 {
		v = rho*v + r.NormFloat64()
		return v
	}
}

// additive is season plus an autoregression of that spread.
func additive(rho, spread float64, season func(t int) float64) func(*rand.Rand, int) func(int) float64 {
	return func(r *rand.Rand, s int) func(int) float64 {
		noise, level := process(r, rho), 20+80*r.Float64()
		return func(t int) float64 { return level + season(t) + spread*noise() }
	}
}

// dayOff is a week of days of m rows: the last two are flat and lower.
func dayOff(m int) func(t int) float64 {
	return func(t int) float64 {
		if t/m%7 > 4 {
			return -1
		}
		return clock(t, m)
	}
}

// study are the panels.
func study() []studied {
	week := func(t int) float64 { return [7]float64{0, .2, .1, .3, 1, 1.5, -1}[t%7] }
	month := func(t int) float64 { return year(t, 12) }
	return []studied{
		{"retail, weeks", "week", 10, 200, []int{52}, func(r *rand.Rand, s int) func(int) float64 {
			scale, noise := 1e4*(1+9*r.Float64()), process(r, .5)
			return func(t int) float64 { return scale * math.Exp(.15*year(t, 52.18)+.05*noise()) }
		}},
		{"weeks, smooth and noisy", "week", 1, 260, []int{52}, additive(0, 1.5, func(t int) float64 { return 2 * math.Sin(2*math.Pi*float64(t)/52.18) })},
		{"shops of 143 weeks that share their noise", "week", 20, 143, []int{52}, func() func(*rand.Rand, int) func(int) float64 {
			shared := make([]float64, 143)
			one := process(rand.New(rand.NewPCG(1, 2)), .8)
			for t := range shared {
				shared[t] = .03 * one()
			}
			return func(r *rand.Rand, s int) func(int) float64 {
				scale := 1e5 * (1 + r.Float64())
				return func(t int) float64 { return scale * math.Exp(.12*year(t, 52.18)+shared[t]+.04*r.NormFloat64()) }
			}
		}()},
		{"weeks on a random walk", "week", 1, 420, []int{52}, additive(1, .5, func(t int) float64 { return 5 * math.Sin(2*math.Pi*float64(t)/52.18) })},
		{"fortnights", "2 weeks", 1, 130, []int{26}, additive(.3, .5, func(t int) float64 { return 2 * year(t, 26.09) })},
		{"5 minutes, a day", "5m", 1, 3000, []int{288}, additive(.9, .3, func(t int) float64 { return 3 * clock(t, 288) })},
		{"5 minutes, a day and an hour", "5m", 1, 4000, []int{288, 12}, additive(.8, .3, func(t int) float64 {
			return 2*clock(t, 288) + math.Sin(2*math.Pi*float64(t)/12)
		})},
		{"quarters of an hour, a day", "15m", 3, 1500, []int{96}, additive(.95, .3, func(t int) float64 { return 3 * clock(t, 96) })},
		{"quarters of an hour, a day and a week", "15m", 1, 6000, []int{96, 672}, additive(.8, .3, func(t int) float64 { return 2 * dayOff(96)(t) })},
		{"half hours", "30m", 1, 2000, []int{48}, additive(.9, .3, func(t int) float64 { return 2 * clock(t, 48) })},
		{"minutes, a day", "1m", 1, 12000, []int{1440}, additive(.98, .1, func(t int) float64 { return 4 * clock(t, 1440) })},
		{"minutes, an hour", "1m", 1, 2500, []int{60}, additive(.5, 1, func(t int) float64 { return 2 * clock(t, 60) })},
		{"hours, a day and a week", "hour", 1, 3360, []int{24, 168}, additive(.8, .5, func(t int) float64 { return 2 * dayOff(24)(t) })},
		{"hours, a day", "hour", 1, 1000, []int{24}, additive(.95, 1, func(t int) float64 { return 2 * clock(t, 24) })},
		{"hours of many shops, a day and a week", "hour", 8, 1400, []int{24, 168}, additive(.5, 1, func(t int) float64 { return 3 * dayOff(24)(t) })},
		{"hours, faint", "hour", 1, 8000, []int{24}, additive(.98, 1, func(t int) float64 { return clock(t, 24) })},
		{"6 hours", "6h", 1, 500, []int{4}, additive(.5, 1, func(t int) float64 { return 2 * clock(t, 4) })},
		{"days, a week", "day", 1, 150, []int{7}, additive(.5, .6, week)},
		{"business days", "business day", 1, 300, []int{5}, additive(.5, .6, func(t int) float64 { return [5]float64{0, .4, .1, .8, -1}[t%5] })},
		{"days, a week on a random walk", "day", 5, 300, []int{7}, additive(1, .5, week)},
		{"days, a year", "day", 1, 1500, []int{365}, additive(.7, 1.5, func(t int) float64 { return 4 * math.Sin(2*math.Pi*float64(t)/365.2425) })},
		{"days, a week and a year", "day", 1, 1500, []int{7, 365}, additive(.5, .6, func(t int) float64 { return week(t) + 2*math.Cos(2*math.Pi*float64(t)/365.2425) })},
		{"days, seldom sold, on Saturdays more", "day", 20, 400, []int{7}, func(r *rand.Rand, s int) func(int) float64 {
			return func(t int) float64 {
				if chance := .1 + .4*float64(t%7/5); r.Float64() > chance {
					return 0
				}
				return math.Ceil(3 * r.ExpFloat64())
			}
		}},
		{"months", "month", 1, 72, []int{12}, additive(.3, .5, month)},
		{"months, growing", "month", 1, 144, []int{12}, func(r *rand.Rand, s int) func(int) float64 {
			return func(t int) float64 { return 100 * math.Exp(.01*float64(t)+.1*month(t)+.03*r.NormFloat64()) }
		}},
		{"months, growing, values below 0", "month", 1, 144, []int{12}, func(r *rand.Rand, s int) func(int) float64 {
			return func(t int) float64 { return -20 + .5*float64(t)*(1+.3*month(t)) + 2*r.NormFloat64() }
		}},
		{"months, one typing error ×100", "month", 1, 120, []int{12}, func(r *rand.Rand, s int) func(int) float64 {
			return func(t int) float64 {
				v := 100 * (1 + .2*month(t) + .05*r.NormFloat64())
				if t == 41 {
					v *= 100
				}
				return v
			}
		}},
		{"months of 40 short series", "month", 40, 48, []int{12}, additive(.7, 1, month)},
		{"months, a changing course", "month", 3, 240, []int{12}, func(r *rand.Rand, s int) func(int) float64 {
			return func(t int) float64 {
				turn := float64(t) / 240
				return 50 + 2*(1-turn)*month(t) + 2*turn*math.Cos(2*math.Pi*float64(t)/12) + r.NormFloat64()
			}
		}},
		{"quarters", "quarter", 1, 60, []int{4}, additive(.8, .5, func(t int) float64 { return [4]float64{0, 1, -1, 2}[t%4] })},
		{"no stamps, 12", "", 5, 100, []int{12}, additive(.3, .4, month)},
		{"no stamps, 24 and 168", "", 10, 900, []int{24, 168}, additive(.5, .3, func(t int) float64 { return 2 * dayOff(24)(t) })},
		{"no stamps, 52 and smooth", "", 4, 260, []int{52}, additive(0, 1.5, func(t int) float64 { return 3 * math.Sin(2*math.Pi*float64(t)/52) })},
		{"numbers, 13", "1", 1, 200, []int{13}, additive(.3, .5, func(t int) float64 { return 2 * math.Sin(2*math.Pi*float64(t)/13) })},
		// Without a season.
		{"white noise, days", "day", 1, 800, nil, additive(0, 1, func(int) float64 { return 0 })},
		{"white noise of many, months", "month", 30, 80, nil, additive(0, 1, func(int) float64 { return 0 })},
		{"a random walk, weeks", "week", 1, 300, nil, additive(1, 1, func(int) float64 { return 0 })},
		{"random walks, weeks", "week", 15, 140, nil, additive(1, 1, func(int) float64 { return 0 })},
		{"a random walk, hours", "hour", 1, 5000, nil, additive(1, 1, func(int) float64 { return 0 })},
		{"random walks, minutes", "1m", 2, 8000, nil, additive(1, 1, func(int) float64 { return 0 })},
		{"autoregression .9, months", "month", 1, 120, nil, additive(.9, 1, func(int) float64 { return 0 })},
		{"autoregression .9, hours", "hour", 4, 1500, nil, additive(.9, 1, func(int) float64 { return 0 })},
		{"autoregression .9, no stamps", "", 3, 400, nil, additive(.9, 1, func(int) float64 { return 0 })},
		{"a trend, quarters", "quarter", 1, 80, nil, additive(0, .5, func(t int) float64 { return .3 * float64(t) })},
		{"a bent trend and autoregression, days", "day", 1, 1200, nil, additive(.7, 1, func(t int) float64 { return 1e-4 * float64(t*t) })},
		{"steps of the level, weeks", "week", 1, 260, nil, additive(.3, 1, func(t int) float64 { return float64(20 * (t / 90)) })},
		{"seldom sold, days", "day", 20, 400, nil, func(r *rand.Rand, s int) func(int) float64 {
			return func(t int) float64 {
				if r.Float64() > .2 {
					return 0
				}
				return math.Ceil(3 * r.ExpFloat64())
			}
		}},
		{"heavy tails, days", "day", 1, 700, nil, func(r *rand.Rand, s int) func(int) float64 {
			return func(t int) float64 { return 10 + r.NormFloat64()/math.Abs(r.NormFloat64()) }
		}},
		{"shops that share a random walk, weeks", "week", 20, 143, nil, func() func(*rand.Rand, int) func(int) float64 {
			shared, one := make([]float64, 143), process(rand.New(rand.NewPCG(3, 4)), 1)
			for t := range shared {
				shared[t] = one()
			}
			return func(r *rand.Rand, s int) func(int) float64 {
				return func(t int) float64 { return 100 + shared[t] + .5*r.NormFloat64() }
			}
		}()},
	}
}

// set makes the panel with a seed.
func (c *studied) set(t *testing.T, seed uint64) *Dataset {
	f, err := ParseFrequency(c.frequency)
	if err != nil {
		t.Fatal(err)
	}
	d := &Dataset{Name: c.name, Targets: []string{"y"}, Frequency: f}
	for s := range c.series {
		value := c.value(rand.New(rand.NewPCG(seed, uint64(s))), s)
		one := Series{Name: fmt.Sprint(s), Missing: make([]bool, c.rows)}
		for at := range c.rows {
			one.Values = append(one.Values, value(at))
		}
		d.Series = append(d.Series, one)
	}
	return d
}

// Seasons that are there are found, and none are found where there are none: at most one in twenty of either is wrong.
// RECUR_SEASON_SEEDS makes more of each.
func TestSeasonStudy(t *testing.T) {
	seeds, _ := strconv.Atoi(os.Getenv("RECUR_SEASON_SEEDS"))
	wanted, missed, panels, invented := 0, 0, 0, 0
	for _, c := range study() {
		lost, more := 0, 0
		for seed := range max(1, seeds) {
			d := c.set(t, uint64(seed))
			got, note := FindSeason(d, global(func(c *configs.Config) { c.Data.Split = configs.Split{Train: .85} }))
			for _, m := range c.want {
				if wanted++; !slices.Contains(got, m) {
					lost++
				}
			}
			panels++
			if slices.ContainsFunc(got, func(m int) bool { return !slices.Contains(c.want, m) }) {
				more++
			}
			if !slices.Equal(got, c.want) {
				t.Logf("%s, seed %d: %v, want %v: %s", c.name, seed, got, c.want, note)
			}
			if len(c.want) > 0 && slices.Equal(got, c.want) && !strings.HasPrefix(note, "season found") {
				t.Errorf("%s: %v with the note %q", c.name, got, note)
			}
		}
		missed, invented = missed+lost, invented+more
	}
	t.Logf("%d of %d seasons missed, invented in %d of %d panels", missed, wanted, invented, panels)
	if 20*missed > wanted || 20*invented > panels {
		t.Errorf("%d of %d seasons missed, invented in %d of %d panels; want at most one in twenty", missed, wanted, invented, panels)
	}
}
