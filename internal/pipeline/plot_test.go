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
	"recur/evaluate"
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
	d, err := newDrawing(run, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range d.run.curves(RunDir(run)) {
		if len(n.runs) != 2 {
			t.Errorf("variant %s has the epochs of %d members, want 2", n.name, len(n.runs))
		}
	}
	checkFan(t, d)
}

// checkFan wants intervals that nest around the median, for the steps that are drawn.
func checkFan(t *testing.T, d *drawing) {
	t.Helper()
	median, bands := d.fan(d.rivals.predictions[0], 0, []float64{1, 2, 3})
	if len(bands) != 2 || bands[0].Name != "95%" || bands[1].Name != "80%" {
		t.Fatalf("the bands are %v, want 95%% and 80%%", bands)
	}
	for h, m := range median {
		if in := []float64{bands[0].Low[h], bands[1].Low[h], m, bands[1].High[h], bands[0].High[h]}; !slices.IsSorted(in) {
			t.Errorf("step %d: %v does not nest", h, in)
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
