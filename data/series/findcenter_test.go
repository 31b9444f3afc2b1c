package series

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"recur/configs"
)

// What is taken off a window suits how the series goes on.
func TestFindCenter(t *testing.T) {
	var random *rand.Rand
	walk := 0.0
	for _, test := range []struct {
		name  string
		value func(i int) float64
		want  string
	}{
		{"trend", func(i int) float64 { return 3*float64(i) + random.NormFloat64() }, "last"},
		{"fall, far from 0", func(i int) float64 { return 1e9 - 3*float64(i) + random.NormFloat64() }, "last"},
		{"walk", func(int) float64 { walk += random.NormFloat64(); return walk }, "last"},
		{"noise", func(int) float64 { return 50 + random.NormFloat64() }, "none"},
		{"other levels", func(i int) float64 { return 20*float64(i/100*7%3) + 12*random.NormFloat64() }, "mean"},
	} {
		name := test.name
		random = rand.New(rand.NewPCG(1, 2))
		s := Series{Values: make([]float64, 600), Missing: make([]bool, 600)}
		for i := range s.Values {
			s.Values[i] = test.value(i)
		}
		set := &Dataset{Series: []Series{s}, Targets: []string{"y"}}
		c := config(func(c *configs.Config) {
			c.Data.Center, c.Data.Window, c.Data.Horizon, c.Data.Split = "auto", 24, 6, configs.Split{Validation: 60, Test: 60, Steps: true}
		})
		got, note := FindCenter(set, c)
		if got != test.want || !strings.Contains(note, "data.center: "+test.want+", chosen on the training rows") {
			t.Errorf("%s: got %s, want %s (%s)", name, got, test.want, note)
		}
		p, err := Prepare(set, c)
		if err != nil || p.centering != got || p.Config.Data.Center != got {
			t.Errorf("%s: prepared with %s, want %s: %v", name, p.centering, got, err)
		}
		// Nothing at or after the validation part changes it, nor do a factor and an offset, nor what is missing.
		for i := range s.Values {
			s.Values[i] = 1000 - 0.01*s.Values[i]
			if i >= 480 {
				s.Values[i] = 1e6 * math.Sin(float64(i))
			}
		}
		s.Missing[100], s.Values[100] = true, math.Inf(1)
		if again, _ := FindCenter(set, c); again != got {
			t.Errorf("%s: other units, later rows and a hole: got %s, want %s", name, again, got)
		}
	}
}
