package pipeline

import (
	"testing"

	"recur/configs"
)

// A network that has hardly learnt anything gives its quantiles in any order; its intervals must hold its median all the same.
func TestIntervalsDoNotCross(t *testing.T) {
	t.Parallel()
	c, err := configs.Parse("q.yaml", []byte(`
data: {synthetic: {kind: noisy_sine, points: 120}, window: 12, horizon: 12}
model: {cell: gru, hidden_size: 8, quantiles: [0.1, 0.5, 0.9]}
train: {epochs: 1}
intervals: {origins: 0}
`), nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := RunForecast(trained(t, c, TrainOptions{}), ForecastOptions{Intervals: []float64{80}})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Forecasts {
		for target, points := range f.Values {
			i := f.Intervals["80"][target]
			for h, v := range points {
				if !(i.Lower[h] <= v && v <= i.Upper[h]) {
					t.Errorf("step %d: %v is not between %v and %v", h+1, v, i.Lower[h], i.Upper[h])
				}
			}
		}
	}
}
