package series

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"recur/configs"
)

// wave makes n rows of a sine of so many rows plus noise, on a random walk where walk is above 0.
func wave(seed uint64, n int, periods []float64, noise, walk float64) Series {
	r, level := rng(seed), 100.0
	one := Series{Name: fmt.Sprint(seed), Missing: make([]bool, n)}
	for t := range n {
		level += walk * r.NormFloat64()
		v := level + noise*r.NormFloat64()
		for i, p := range periods {
			v += 10 / float64(i+1) * math.Sin(2*math.Pi*float64(t)/p)
		}
		one.Values = append(one.Values, v)
	}
	return one
}

// weekend takes the sine away on two days of seven.
func weekend(one Series) Series {
	for t := range one.Values {
		if t/24%7 > 4 {
			one.Values[t] = 100
		}
	}
	return one
}

func TestFindSeason(t *testing.T) {
	for _, test := range []struct {
		name      string
		frequency string
		series    []Series
		want      []int
	}{
		{"months", "month", []Series{wave(1, 80, []float64{12}, 2, 1), wave(2, 60, []float64{12}, 2, 1)}, []int{12}},
		{"days of a week", "day", []Series{wave(3, 200, []float64{7}, 3, 0)}, []int{7}},
		{"hours with a week", "hour", []Series{weekend(wave(4, 8000, []float64{24}, 1, 0))}, []int{24, 168}},
		{"hours without", "hour", []Series{wave(5, 3000, []float64{24}, 1, 0)}, []int{24}},
		{"quarters of an hour", "15m", []Series{wave(6, 2000, []float64{96}, 0.2, 0)}, []int{96}},
		{"quarters", "quarter", []Series{wave(7, 60, []float64{4}, 2, 0)}, []int{4}},
		{"weeks", "week", []Series{wave(8, 300, []float64{52}, 0.1, 0)}, []int{52}},
		{"no time", "", []Series{wave(9, 200, []float64{13}, 2, 1)}, []int{13}},
		{"numbers", "1", []Series{wave(10, 100, []float64{5}, 2, 1), wave(11, 30, []float64{5}, 2, 1)}, []int{5}},
		{"not the usual one", "month", []Series{wave(12, 200, []float64{10}, 1, 0)}, []int{10}},
		{"a walk of months", "month", []Series{wave(13, 500, nil, 0, 1)}, nil},
		{"noise", "day", []Series{wave(14, 500, nil, 1, 0)}, nil},
		{"a short walk", "", []Series{wave(15, 25, nil, 1, 1)}, nil},
		{"one row", "month", []Series{{Values: []float64{1}, Missing: make([]bool, 1)}}, nil},
		{"a constant", "month", []Series{{Values: make([]float64, 50), Missing: make([]bool, 50)}}, nil},
		{"nothing known", "month", []Series{{Values: make([]float64, 50), Missing: slices.Repeat([]bool{true}, 50)}}, nil},
	} {
		f, err := ParseFrequency(test.frequency)
		if err != nil {
			t.Fatal(err)
		}
		d := &Dataset{Name: test.name, Targets: []string{"y"}, Frequency: f, Series: test.series}
		got, note := FindSeason(d, global(func(c *configs.Config) { c.Data.Split = configs.Split{Test: 5, Steps: true} }))
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: found %v, want %v (%s)", test.name, got, test.want, note)
		}
		if found := strings.HasPrefix(note, "season found"); found != (got != nil) || note == "" {
			t.Errorf("%s: %v with the note %q", test.name, got, note)
		}
	}
}

// Only training rows are looked at, and the search of a large file ends.
func TestFindSeasonSeesTrainingRows(t *testing.T) {
	one := wave(20, 400, []float64{6}, 1, 0)
	c := global(func(c *configs.Config) { c.Data.Split = configs.Split{Validation: 100, Test: 100, Steps: true} })
	d := &Dataset{Name: "d", Targets: []string{"y"}, Series: []Series{one}}
	first, note := FindSeason(d, c)
	for r := 200; r < 400; r++ {
		one.Values[r] = 1e6 * float64(r%9)
	}
	again, other := FindSeason(d, c)
	if !slices.Equal(first, []int{6}) || !slices.Equal(first, again) || note != other {
		t.Errorf("found %v, then %v: %s, %s", first, again, note, other)
	}
	if z := thinned([][]float64{make([]float64, 5e6), make([]float64, 10)}, 399); len(z[0]) > 2.6e6 || len(z[0]) < 1200 || len(z[1]) != 10 {
		t.Errorf("%d and %d rows are looked at", len(z[0]), len(z[1]))
	}
}
