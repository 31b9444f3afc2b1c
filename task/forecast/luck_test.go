package forecast

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"recur/baseline"
	"recur/configs"
	"recur/data/series"
	"recur/task"
)

// walks are random walks, of which nothing can be known beyond the last value.
func walks(t *testing.T, series, rows int) *series.Prepared {
	t.Helper()
	r := rand.New(rand.NewPCG(1, uint64(series)))
	var b strings.Builder
	b.WriteString("series,step,value\n")
	for s := range series {
		v := 100.0
		for i := range rows {
			v += r.NormFloat64()
			fmt.Fprintf(&b, "s%d,%d,%v\n", s, i, v)
		}
	}
	path := filepath.Join(t.TempDir(), "walks.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("data: {csv: %s, series: series, targets: [value], horizon: 4, season: [], split: {validation: %d, test: 0}}\nensemble: {members: 0}\n", path, rows/3)
	c, err := configs.Parse("walks.yaml", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	source, err := Task{}.Open(c, nil)
	if err != nil {
		t.Fatal(err)
	}
	p, err := source.Prepare(c)
	if err != nil {
		t.Fatal(err)
	}
	return p.(*Data).Prepared
}

// Nothing beats the naive forecast of random walks by more than luck, whatever the order of the scores; foresight does; and
// where there is too little to test the order decides.
func TestVerdictKnowsLuck(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		series, rows int
		tested       bool
	}{{2, 300, true}, {30, 60, true}, {2, 36, false}, {1, 36, false}, {4, 36, false}} {
		p := walks(t, c.series, c.rows)
		r := rand.New(rand.NewPCG(2, 3))
		noisy := baseline.Naive().Predict(p.Validation)
		exact := make([][]float64, len(noisy))
		for i := range noisy {
			truth, _ := p.Validation.Truth(i)
			exact[i] = truth
			for o := range noisy[i] {
				noisy[i][o] += 0.01 * r.NormFloat64()
			}
		}
		v, err := judge(p, noisy, math.Inf(1))
		if err != nil {
			t.Fatal(err)
		}
		if (v.P != nil) != c.tested {
			t.Errorf("%d series of %d rows: p is %v, want a test: %t", c.series, c.rows, v.P, c.tested)
		}
		if c.tested && (v.Best != task.NaiveName || !strings.Contains(strings.Join(v.Sentences(), ""), "nothing beats naive")) {
			t.Errorf("%d series of %d rows: noise beats naive: %+v, %q", c.series, c.rows, v, v.Sentences())
		}
		if v, err = judge(p, exact, math.Inf(1)); err != nil || v.Best != task.NetworkName {
			t.Errorf("%d series of %d rows: foresight does not beat naive: %+v, %v", c.series, c.rows, v, err)
		}
	}
}
