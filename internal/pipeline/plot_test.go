package pipeline

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"recur/configs"
	"recur/internal/runs"
)

// seasonal writes eight series of 36 rows with a season of 4, and a ninth that is shorter.
func seasonal(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("series,step,value\n")
	for s := range 9 {
		rows := 36
		if s == 8 {
			rows = 20
		}
		for i := range rows {
			fmt.Fprintf(&b, "s%d,%d,%.4f\n", s, i+1, float64(s+1)*(20+math.Sin(float64(i)*math.Pi/2)+float64((i*7+s*3)%11)/5))
		}
	}
	path := filepath.Join(t.TempDir(), "seasonal.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// An ensemble of many series with quantiles has all pictures, one curve for the members of each variant.
func TestPlotManySeries(t *testing.T) {
	t.Parallel()
	c, err := configs.Parse("seasonal.yaml", []byte(fmt.Sprintf(`
data: {csv: %q, series: series, time: step, targets: [value], season: 4, horizon: 4, split: {validation: 4, test: 4}}
model: {hidden_size: 4, encoder_size: 4}
train: {epochs: 2, min_updates: 4, max_updates: 4}
ensemble: {members: 2, keep: 1}
`, seasonal(t))), nil)
	if err != nil {
		t.Fatal(err)
	}
	run := filepath.Join(t.TempDir(), "run")
	if _, err := Train(context.Background(), c, TrainOptions{Run: run}); err != nil {
		t.Fatal(err)
	}
	paths, err := Plot(run, 1)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range paths {
		if name, ok := strings.CutSuffix(filepath.Base(p), ".svg"); ok {
			names = append(names, name)
		}
	}
	want := []string{"learning-curves", "original-predicted", "forecast", "error-by-step", "error-by-series", "intervals"}
	if !slices.Equal(names, want) {
		t.Errorf("drawn are %v, want %v", names, want)
	}
	o, _, err := open(run, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range o.curves(runs.RunDir(run)) {
		if len(n.runs) != 2 {
			t.Errorf("variant %s has the epochs of %d members, want 2", n.name, len(n.runs))
		}
	}
}
