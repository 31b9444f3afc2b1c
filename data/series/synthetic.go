package series

import (
	"math"
	"math/rand/v2"

	"recur/configs"
	"recur/data"
)

// Synthesize generates the data of data.synthetic. The same description gives the same bits.
//
//	sine          y_i = sin(2π·i/period)
//	noisy_sine    the same with normal noise of standard deviation `noise`
//	mackey_glass  the chaotic series of Mackey & Glass [1], one point each unit of time
//
// [1] Mackey & Glass 1977, Oscillation and chaos in physiological control systems.
func Synthesize(c *configs.Config) (*Dataset, error) {
	s := c.Data.Synthetic
	d := &Dataset{Name: "synthetic:" + s.Kind, Hash: data.HashOf(s)}
	if s.Points < 1 {
		return nil, data.Fault(d.Name, 0, 0, "data.synthetic.points", "points is %d, want at least 1 (data.synthetic.points)", s.Points)
	}
	switch s.Kind {
	case "sine":
		d.one(c, sine(s.Points, s.Period))
	case "noisy_sine":
		d.one(c, noisy(sine(s.Points, s.Period), s.Noise, data.Stream(s.Seed, "noise")))
	case "mackey_glass":
		d.one(c, mackeyGlass(s.Points, s.Tau))
	default:
		return nil, data.Fault(d.Name, 0, 0, "data.synthetic.kind", "kind is %q, want sine, noisy_sine or mackey_glass (data.synthetic.kind)", s.Kind)
	}
	return d, nil
}

// one makes the dataset a single series of one target, called as the config says, else "value".
func (d *Dataset) one(c *configs.Config, values []float64) {
	d.Targets = []string{"value"}
	if len(c.Data.Targets) == 1 {
		d.Targets = c.Data.Targets
	}
	d.Series = []Series{{Values: values, Missing: make([]bool, len(values))}}
}

// sine is sin(2π·i/period). The turn is reduced to [-1/2, 1/2) before it is multiplied by π, which no float is: every
// period is the same to the last bit, and what should be zero is zero.
func sine(points int, period float64) []float64 {
	y := make([]float64, points)
	for i := range y {
		turn := math.Mod(float64(i), period) / period
		if turn >= 0.5 {
			turn--
		}
		if turn != -0.5 {
			y[i] = math.Sin(2 * math.Pi * turn)
		}
	}
	return y
}

func noisy(y []float64, sd float64, r *rand.Rand) []float64 {
	for i := range y {
		y[i] += sd * r.NormFloat64()
	}
	return y
}

// The constants of the usual Mackey-Glass benchmark.
const (
	glassStart   = 1.2  // x(t) for t <= 0
	glassStep    = 0.1  // step of the integration
	glassEvery   = 10   // integration steps a point
	glassDiscard = 1000 // points left out at the start
)

// mackeyGlass integrates dx/dt = 0.2·x(t-τ)/(1 + x(t-τ)^10) - 0.1·x(t) by the classical Runge-Kutta method. The delayed
// value half-way through a step is the mean of its neighbours on the grid.
func mackeyGlass(points int, tau float64) []float64 {
	delay := max(1, int(math.Round(tau/glassStep)))
	slope := func(x, delayed float64) float64 { return 0.2*delayed/(1+math.Pow(delayed, 10)) - 0.1*x }
	past := make([]float64, delay+1) // a ring of the last values: past[i%len] is x at integration step i
	at := func(i int) float64 {
		if i <= 0 {
			return glassStart
		}
		return past[i%len(past)]
	}
	x := glassStart
	y := make([]float64, 0, points)
	for i := 0; len(y) < points; i++ {
		if i%glassEvery == 0 && i/glassEvery >= glassDiscard {
			y = append(y, x)
		}
		past[i%len(past)] = x
		d0, d2 := at(i-delay), at(i-delay+1)
		d1 := (d0 + d2) / 2
		k1 := slope(x, d0)
		k2 := slope(x+glassStep/2*k1, d1)
		k3 := slope(x+glassStep/2*k2, d1)
		k4 := slope(x+glassStep*k3, d2)
		x += glassStep / 6 * (k1 + 2*k2 + 2*k3 + k4)
	}
	return y
}
