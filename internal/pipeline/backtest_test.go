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
	"recur/task"
	"recur/task/forecast"
)

// single is a panel trained by one network, which a backtest makes quick.
func single(t testing.TB, set ...string) *configs.Config {
	t.Helper()
	return panel(t, 1, append([]string{"ensemble.members=0", "train.refit=none", "intervals.origins=0"}, set...)...)
}

// origins forecasts from every origin and gives the predictions beside their windows.
func origins(t *testing.T, c *configs.Config, o BacktestOptions) (*backtesting, [][]float64) {
	t.Helper()
	o.Run = t.TempDir()
	source, err := Read(c, nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &backtesting{c: source.Config(), o: o, source: source, dir: o.Run}
	if err = b.plan(); err != nil {
		t.Fatal(err)
	}
	p, err := source.Prepare(b.all)
	if err != nil {
		t.Fatal(err)
	}
	b.known = p
	b.origins = forecast.Task{}.Origins(b.known, o.Origins, o.Step)
	predictions, err := b.predict(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return b, predictions
}

// rewritten changes the last rows of every series of the config's file: those that number last and more from the end on.
func rewritten(t *testing.T, c *configs.Config, last int) *configs.Config {
	t.Helper()
	text, err := os.ReadFile(c.Data.CSV.Path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	for i, line := range lines[1:] {
		fields := strings.Split(line, ",")
		n := 0 // rows of the series from this one on
		for _, later := range lines[i+1:] {
			if strings.HasPrefix(later, fields[0]+",") {
				n++
			}
		}
		if n <= last {
			lines[i+1] = fields[0] + "," + fields[1] + "," + fmt.Sprint(1000+37*n)
		}
	}
	path := filepath.Join(t.TempDir(), "panel.csv")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	changed, err := c.With("data.csv=" + path)
	if err != nil {
		t.Fatal(err)
	}
	return changed
}

// What happens at and after an origin changes no forecast from it: with 3 origins, 2 rows apart, and a horizon of 4, the rows
// after the origins are the last 8, 6 and 4 of each series.
func TestBacktestLeaksNothing(t *testing.T) {
	t.Parallel()
	for _, refit := range []string{"never", "each"} {
		c := single(t)
		o := BacktestOptions{Origins: 3, Step: 2, Refit: refit}
		b, want := origins(t, c, o)
		for origin, last := range []int{8, 6, 4} {
			changed, got := origins(t, rewritten(t, c, last), o)
			if !slices.Equal(windowsOf(changed), windowsOf(b)) {
				t.Fatalf("refit %s: other windows", refit)
			}
			later := 0
			for i := range want {
				same := slices.Equal(got[i], want[i])
				if b.origins.Origin(i) <= origin && !same {
					t.Fatalf("refit %s: rows from origin %d on change a forecast from origin %d", refit, origin+1, b.origins.Origin(i)+1)
				}
				later += boolInt(!same)
			}
			if origin < 2 && later == 0 {
				t.Errorf("refit %s: the change of the last %d rows is seen by no later origin", refit, last)
			}
		}
	}
}

// A forecast from an origin with --refit each is that of a run trained by hand on the rows before it.
func TestBacktestByHand(t *testing.T) {
	t.Parallel()
	c := single(t)
	b, got := origins(t, c, BacktestOptions{Origins: 2, Step: 3, Refit: "each"})
	for k, test := range []int{7, 4} {
		hand, err := c.With(fmt.Sprintf("data.split={validation: 4, test: %d}", test))
		if err != nil {
			t.Fatal(err)
		}
		run, _, err := open(trained(t, hand, TrainOptions{}), 1)
		if err != nil {
			t.Fatal(err)
		}
		own, err := run.openOwn()
		if err != nil {
			t.Fatal(err)
		}
		predictions, err := run.Predict(task.Inputs{task.Key(run.Config): own}, task.PartNamed("test"))
		if err != nil {
			t.Fatal(err)
		}
		first := map[int]int{} // the first test window of each series is the origin
		for i, w := range own.(*forecast.Data).Test.Windows {
			if _, ok := first[w.Series]; !ok {
				first[w.Series] = i
			}
		}
		for i, w := range windowsOf(b) {
			if b.origins.Origin(i) == k && !slices.Equal(got[i], predictions[first[w.Series]]) {
				t.Fatalf("origin %d, series %d: %v, by hand %v", k+1, w.Series, got[i], predictions[first[w.Series]])
			}
		}
	}
}

// The scores of a backtest are those of its forecasts; each origin has a window of every series that is long enough, and the
// mean over the origins is the score of all.
func TestBacktestScores(t *testing.T) {
	t.Parallel()
	r, err := RunBacktest(context.Background(), single(t), BacktestOptions{Origins: 3, Step: 2, Refit: "never", Run: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Origins) != 3 || r.Windows != 36 || len(r.ByStep) != 4 || r.Series == nil || r.Quantiles == nil || len(r.Baselines) < 4 {
		t.Fatalf("got %d origins, %d windows, %d steps", len(r.Origins), r.Windows, len(r.ByStep))
	}
	mean := 0.0
	for i, o := range r.Origins {
		if o.Origin != i+1 || o.Windows != 12 {
			t.Errorf("origin %d is %+v", i+1, o)
		}
		mean += o.Metrics.MAE / 3
	}
	if all := r.Metrics.MAE; math.Abs(mean-all) > 1e-12*all {
		t.Errorf("the mean error of the origins is %v, of all %v", mean, all)
	}
	if n := r.Audit.(forecast.Audit).Leaks(); n != 0 {
		t.Errorf("the audit finds %d leaks: %+v", n, r.Audit)
	}
	for _, want := range []string{"origin", "leakage audit", "step", r.Dir} {
		if !strings.Contains(r.Text(), want) {
			t.Errorf("the text does not name %q:\n%s", want, r.Text())
		}
	}
}

// The same command again trains nothing.
func TestBacktestIsKept(t *testing.T) {
	t.Parallel()
	c, dir, reused := single(t), t.TempDir(), 0
	var want evaluate.Metrics
	for range 2 {
		r, err := RunBacktest(context.Background(), c, BacktestOptions{Origins: 2, Step: 1, Refit: "each", Run: dir})
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(filepath.Join(dir, "origin-01", "result.json"))
		if err != nil {
			t.Fatal(err)
		}
		if now := int(info.ModTime().UnixNano()); reused == 0 {
			reused, want = now, r.Metrics
		} else if now != reused || fmt.Sprint(r.Metrics) != fmt.Sprint(want) {
			t.Error("the second backtest has trained again, or scores otherwise")
		}
	}
}
