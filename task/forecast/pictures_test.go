package forecast

import (
	"math"
	"slices"
	"testing"

	"recur/configs"
	"recur/data/series"
	"recur/evaluate"
	"recur/task"
)

// A fan has intervals that nest around the median, for the steps that are drawn.
func TestFan(t *testing.T) {
	quantiles := []float64{0.025, 0.1, 0.5, 0.9, 0.975}
	d := &drawing{run: &task.Run{Config: &configs.Config{Model: configs.Model{Quantiles: quantiles}}}, p: &series.Prepared{Set: &series.Dataset{Targets: []string{"y"}}, Quantiles: quantiles}}
	var said []float64
	for h := range 4 {
		for _, q := range quantiles {
			said = append(said, float64(h)+q)
		}
	}
	median, bands := d.fan(said, 0, []float64{1, 2, 3})
	if len(bands) != 2 || bands[0].Name != "95%" || bands[1].Name != "80%" {
		t.Fatalf("the bands are %v, want 95%% and 80%%", bands)
	}
	for h, m := range median {
		want := []float64{float64(h) + 0.025, float64(h) + 0.1, float64(h) + 0.5, float64(h) + 0.9, float64(h) + 0.975}
		if got := []float64{bands[0].Low[h], bands[1].Low[h], m, bands[1].High[h], bands[0].High[h]}; !slices.Equal(got, want) {
			t.Errorf("step %d: got %v, want %v", h, got, want)
		}
	}
	if len(median) != 3 {
		t.Errorf("%d steps, want the 3 that are drawn", len(median))
	}
}

// Panels show all of few series; of many, those from the lowest to the highest error.
func TestSpread(t *testing.T) {
	nan := math.NaN()
	var none *rivals
	if got := none.spread(9); !slices.Equal(got, []int{0, 1, 2, 3, 4, 5}) {
		t.Errorf("without errors: %v, want the first six", got)
	}
	r := &rivals{series: [][]float64{{nan, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0.5, 0.2}}}
	if got := r.spread(12); !slices.Equal(got, []int{11, 9, 7, 5, 3, 1}) {
		t.Errorf("of many: %v, want from the last, the best, to the second, the worst", got)
	}
	if got := r.spread(3); !slices.Equal(got, []int{0, 1, 2}) {
		t.Errorf("of three: %v, want all", got)
	}
}

// The best simple method is the one with the lowest mean over series; the network is none.
func TestBestRival(t *testing.T) {
	r := &rivals{metric: "mase", names: []string{"lstm", "naive", "theta", "ridge"}}
	for _, v := range []float64{0.5, 2, 1, 1.5} {
		r.scores = append(r.scores, &evaluate.Score{Metrics: evaluate.Metrics{MASE: v}})
	}
	if got := r.best(); got != 2 {
		t.Errorf("the best is %s, want theta", r.names[got])
	}
}
