package pipeline

import (
	"context"
	"math"
	"path/filepath"
	"testing"

	"gonum.org/v1/gonum/stat"

	"recur/configs"
)

// Rows with scalers of their own: the losses that are tested against each other are in the same units.
func TestCompareLossesInTheSameUnits(t *testing.T) {
	c, err := configs.Parse("c.yaml", []byte("name: c\ndata: {synthetic: {kind: noisy_sine, points: 200, period: 20}, window: 20, horizon: 2, season: 20}\n"+
		"model: {cell: gru, hidden_size: 4}\ntrain: {epochs: 2}\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Compare(context.Background(), c, CompareOptions{
		Cells: []string{"gru"}, Seeds: []uint64{1}, Grid: []Axis{{"data.scale", []string{"standard", "minmax"}}}, Run: filepath.Join(t.TempDir(), "run"),
	})
	if err != nil {
		t.Fatal(err)
	}
	a, b := r.Rows[0], r.Rows[1]
	got, want := stat.Mean(b.losses, nil)/stat.Mean(a.losses, nil), *b.Metrics["mse"].Mean / *a.Metrics["mse"].Mean
	if math.Abs(got/want-1) > 1e-9 {
		t.Errorf("losses of the rows: got 1 to %v, want 1 to %v as their mean squared errors are", got, want)
	}
}
