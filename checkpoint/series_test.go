package checkpoint_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/checkpoint"
	"recur/checkpoint/crashfs"
	"recur/configs"
	"recur/data/series"
)

// TestDescribe takes the last window of real data and gets it back from a checkpoint.
func TestDescribe(t *testing.T) {
	t.Parallel()
	c, err := configs.Parse("sunspots", []byte(`
name: sunspots
task: forecast
data: {csv: "builtin:sunspots", time: year, targets: [sunactivity], window: 24, horizon: 12, season: 11}
`), nil)
	if err != nil {
		t.Fatal(err)
	}
	set, err := series.Open(c)
	if err != nil {
		t.Fatal(err)
	}
	p, err := series.Prepare(set, c)
	if err != nil {
		t.Fatal(err)
	}
	d := checkpoint.Describe(p)
	series := set.Series[0]
	rows := series.Rows(1)
	got := d.Series[0]
	if got.Rows != rows || len(got.Tail) != 24 || got.Tail[23] != series.Values[rows-1] || got.Labels[23] != series.Labels[rows-1] {
		t.Errorf("rows %d of %d, tail %v, labels %v", got.Rows, rows, got.Tail, got.Labels)
	}
	if (series.Time == nil) != (got.LastTime == "") || (series.Numbers == nil) != math.IsNaN(got.LastNumber) {
		t.Errorf("last time %q, number %v", got.LastTime, got.LastNumber)
	}
	if !cmp.Equal(got.Scaler, p.Scalers[0]) || !cmp.Equal(got.NaiveScale, p.NaiveScale[0]) || d.Frequency != set.Frequency.String() {
		t.Errorf("scaler %v, naive scale %v, frequency %q", got.Scaler, got.NaiveScale, d.Frequency)
	}
	k := small(t)(10)
	k.Data, k.Config = d, c
	f := crashfs.New()
	save(t, f, crashDir, k, true)
	loaded, _ := load(t, f, "/runs/x", "best")
	if diff := cmp.Diff(k, loaded, equal); diff != "" {
		t.Error(diff)
	}
}

// BenchmarkSave saves an LSTM of 128 units with Adam's moments, about 0.8 MB, over and over.
func BenchmarkSave(b *testing.B) {
	c := sample(b, 0)
	c.Weights = []checkpoint.Tensor{checkpoint.FromFloats("rnn.weight_hh_l0", nil, ramp[float32](67000, 0))}
	for _, kind := range []string{"m", "v"} {
		c.Training.Moments = append(c.Training.Moments, checkpoint.FromFloats(kind+"/rnn.weight_hh_l0", nil, ramp[float32](67000, 0)))
	}
	dir := b.TempDir()
	for b.Loop() {
		c.Step++
		save(b, checkpoint.OS(), dir, c, false)
	}
}

func BenchmarkLoad(b *testing.B) {
	dir := b.TempDir()
	save(b, checkpoint.OS(), dir, sample(b, 20), true)
	for b.Loop() {
		load(b, checkpoint.OS(), dir, "best")
	}
}
