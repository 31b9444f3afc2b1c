package pipeline

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
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
	got, want := stat.Mean(b.Losses, nil)/stat.Mean(a.Losses, nil), *b.Metrics["mse"].Mean / *a.Metrics["mse"].Mean
	if math.Abs(got/want-1) > 1e-9 {
		t.Errorf("losses of the rows: got 1 to %v, want 1 to %v as their mean squared errors are", got, want)
	}
}

// compareFile compares two small networks on a file, by a config.
func compareFile(t *testing.T, name, config string) *Comparison {
	t.Helper()
	c, err := configs.Parse("c.yaml", []byte("name: c\ndata: {csv: "+name+", "+config), nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Compare(context.Background(), c, CompareOptions{Cells: []string{"elman", "gru"}, Seeds: []uint64{1}, Run: filepath.Join(t.TempDir(), "run")})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func csvFile(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "data.csv")
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

// Two windows that don't overlap tell nothing apart: the lowest of all rows is named, simple methods too, and how long a test
// part would be long enough. It is.
func TestCompareSaysThatTheTestPartIsTooShort(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	text := "t,y\n"
	for i := range 120 {
		text += fmt.Sprintf("%d,%.4f\n", i, 10+0.5*float64(i)+r.NormFloat64())
	}
	file := csvFile(t, text)
	config := "time: t, targets: [y], center: none, window: 24, horizon: 12, split: {validation: 12, test: 24}}\nmodel: {hidden_size: 4}\ntrain: {epochs: 3}\n"
	short := compareFile(t, file, config)
	verdict := short.Verdict()
	for _, want := range []string{
		"Lowest test RMSE of all: " + short.Lowest + ", a simple method. Of the networks: " + short.Rows[short.Best].Label() + ", with ",
		"too short to tell", "of its 13 windows 2 don't overlap, of 5 at the least",
	} {
		if !strings.Contains(verdict, want) {
			t.Errorf("got %q, want it to say %q", verdict, want)
		}
	}
	if strings.Contains(verdict, "told apart") || len(short.Tests) == 0 || short.Tests[0].P != nil {
		t.Errorf("got %q and tests %+v, want no p", verdict, short.Tests)
	}
	advice := regexp.MustCompile(`\{test: \d+\}`).FindString(verdict)
	long := compareFile(t, file, strings.Replace(config, "test: 24}", strings.Trim(advice, "{"), 1))
	if v := long.Verdict(); strings.Contains(v, "too short") || !strings.Contains(v, long.Lowest+" is ") || long.Disjoint != 5 {
		t.Errorf("with %s: got %q, want tests", advice, v)
	}
	for _, one := range long.Tests {
		if one.A != long.Lowest && one.A != long.Rows[long.Best].Label() {
			t.Errorf("got the test %+v, want those of the lowest and of the best network", one)
		}
	}
}

// Near copies of one random walk count as one series: from one origin too few to tell, from many there is a p that knows of it.
func TestCompareKnowsSeriesThatMoveTogether(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	walk := []float64{100}
	for range 99 {
		walk = append(walk, walk[len(walk)-1]+r.NormFloat64())
	}
	text := "s,t,y\n"
	for s := range 40 {
		for i, v := range walk {
			text += fmt.Sprintf("s%d,%d,%.4f\n", s, i, v+0.05*r.NormFloat64())
		}
	}
	config := "series: s, time: t, targets: [y], window: 8, horizon: 4, season: [], split: {validation: 4, test: 4}}\nensemble: {members: 0}\ntrain: {min_updates: 2, max_updates: 2}\n"
	c := compareFile(t, csvFile(t, text), config)
	if v := c.Verdict(); !strings.Contains(v, "too short to tell") || strings.Contains(v, "more than luck (") {
		t.Errorf("got %q, want too short to tell", v)
	}
	e, err := Evaluate(filepath.Join(c.Dir, "gru", "seed-1"), EvaluateOptions{Split: "test"})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range seriesOf(valuesOf(e).Series).Duels {
		if p := float64(d.P); p < 0.05 {
			t.Errorf("against %s: p %g from one origin of one walk", d.Method, p)
		}
	}
	if s := valuesOf(e).Series.Text(); !strings.Contains(s, "p counts the 40 series as ") {
		t.Errorf("got %q, want it to say that there is no p", s)
	}
	for _, one := range compareFile(t, csvFile(t, text), strings.Replace(config, "test: 4", "test: 24", 1)).Tests {
		if one.P == nil || *one.P < 0.001 {
			t.Errorf("from 21 origins: got %+v, want a p, and none below .001", one)
		}
	}
}
