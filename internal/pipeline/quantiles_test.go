package pipeline

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"recur/configs"
	"recur/internal/runs"
	"recur/task/forecast"
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
	r, err := runForecast(trained(t, c, TrainOptions{}), forecast.Options{Intervals: []float64{80}})
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

// Calibrations that no training writes are refused.
func TestImpossibleCalibrations(t *testing.T) {
	for text, want := range map[string]string{
		`{"schema":1,"quantiles":[0.1,0.5,0.9],"targets":1,"factors":[[1,1,-5]]}`:    "factor -5",
		`{"schema":1,"quantiles":[0.1,0.5,0.9],"targets":1,"factors":[[1,1,1e300]]}`: "factor 1e+300",
		`{"schema":2,"quantiles":[0.5],"targets":1,"factors":[[1]]}`:                 "schema is 2",
		`{"schema":1}`: "no calibration",
		`{"schema":1,"quantiles":[0.1,0.5,0.9],"targets":1,"factors":[[1,1,1]],"own":[{"distances":[[1,0,-2]],"usual":[[1,1,1]]}]}`: "distance -2",
		`{"schema":1,"quantiles":[0.1,0.5,0.9],"targets":1,"factors":[[1,1,1]],"own":[{"distances":[[1,0]],"usual":[[1,1,1]]}]}`:    "2 distances at step 1",
		`{"schema":1,"quantiles":[0.1,0.5,0.9],"targets":1,"factors":[[1,1,1]],"own":[{"distances":[],"usual":[[1,1,1]]}]}`:         "distances of 0 steps",
		`{"schema":1,"quantiles":[0.5],"targets":1,"factors":[[1]],"trust":1.5}`:                                                    "trust is 1.5",
	} {
		if c, err := runs.ParseCalibration([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v, want an error with %q", text, c, err, want)
		}
	}
}

// A pipe in the place of a file of a run is refused; opening it would wait for ever.
func TestPipesInRuns(t *testing.T) {
	dir := t.TempDir()
	if err := exec.Command("mkfifo", filepath.Join(dir, "result.json")).Run(); err != nil {
		t.Skip("no pipes here:", err)
	}
	if _, err := runs.RunDir(dir).Read("result.json"); err == nil || !strings.Contains(err.Error(), "is no file") {
		t.Errorf("a pipe: %v, want a refusal", err)
	}
}
