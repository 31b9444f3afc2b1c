package forecast

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/checkpoint"
	"recur/configs"
	"recur/data/series"
	"recur/internal/plot"
	"recur/task"
)

// Levels of intervals are percentages, each once.
func TestLevelsOfIntervals(t *testing.T) {
	for _, levels := range [][]float64{{0}, {-80}, {100}, {80, 80}, {math.NaN()}} {
		f := &forecasting{run: &task.Run{Config: &configs.Config{}}, o: Options{Intervals: levels}}
		f.run.Config.Model.Quantiles = []float64{0.1, 0.5, 0.9}
		var usage *task.Usage
		if err := f.levels(); !errors.As(err, &usage) {
			t.Errorf("--intervals %v: %v, want a fault of usage", levels, err)
		}
	}
}

// Where there are many series a portion never parts the targets of one.
func TestPortionsOfTargets(t *testing.T) {
	const series, k = 200, 3
	d := checkpoint.Data{Targets: []string{"value"}}
	for s := range series {
		for target := range k {
			d.Series = append(d.Series, checkpoint.SeriesState{Name: strings.Repeat("s", 1+s), Target: string(rune('a' + target))})
		}
	}
	f := &forecasting{keys: []string{"one"}}
	seen := 0
	for load, err := range f.cut(lastRows{"one": d}).all {
		rows, loadErr := load()
		if err != nil || loadErr != nil {
			t.Fatal(err, loadErr)
		}
		n := len(rows["one"].Series)
		if n%k != 0 || rows["one"].Series[0].Target != "a" {
			t.Errorf("a portion of %d begins with target %q", n, rows["one"].Series[0].Target)
		}
		seen += n
	}
	if seen != series*k {
		t.Errorf("%d of %d series", seen, series*k)
	}
}

// Panels of a picture have the target on the axis, and the series as title where it has a name.
func TestPanelsOfTargets(t *testing.T) {
	for name, want := range map[string][]string{"a/b": {"a/b: c", "a/b: b/c"}, "": {"c: c", "b/c: b/c"}} {
		set := &series.Dataset{Targets: []string{"value"}, Series: []series.Series{{Name: name, Target: "c"}, {Name: name, Target: "b/c"}}}
		d := &drawing{p: &series.Prepared{Set: set}, series: []int{0, 1}}
		var got []string
		d.eachPanel(func(_, _ int, frame plot.Chart) plot.Chart {
			got = append(got, frame.Title+": "+frame.YLabel)
			return frame
		})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
	}
}
