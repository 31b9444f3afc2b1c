package pipeline

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"recur/configs"
	"recur/data/series"
	"recur/task/forecast"
)

// wave is the value of a series in some row: no two stretches are alike.
func wave(row int) float64 { return 10 + 3*math.Sin(float64(row)/3) + math.Sin(float64(row*row)) }

// waves writes the rows from..to-1 of a series, with dates where they are asked for.
func waves(t *testing.T, path string, dated bool, from, to int) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("day,y\n")
	for r := from; r < to; r++ {
		day := ""
		if dated {
			day = time.Date(2020, 1, 1+r, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		}
		fmt.Fprintf(&b, "%s,%v\n", day, wave(r))
	}
	if path == "" {
		path = filepath.Join(t.TempDir(), "rows.csv")
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// waveRun trains on rows 0..119 with 80, 20 and 20 in the parts; windows are of 12 rows and 2.
func waveRun(t *testing.T, dated bool, set ...string) (run, path string) {
	t.Helper()
	path = waves(t, "", dated, 0, 120)
	text := "name: waves\ndata: {csv: " + path + ", targets: [y], window: 12, horizon: 2, split: {validation: 20, test: 20}}\nmodel: {cell: gru, hidden_size: 4}\ntrain: {epochs: 2}\n"
	if dated {
		set = append(set, "data.time=day")
	}
	c, err := configs.Parse("waves.yaml", []byte(text), set)
	if err != nil {
		t.Fatal(err)
	}
	return trained(t, c, TrainOptions{}), path
}

// Windows of another file that predict what the run was trained or chosen on are left out and counted, whether the file
// has time stamps or not, begins elsewhere, or goes on. Windows are of 12 rows and 2.
func TestSeenWindowsAreLeftOut(t *testing.T) {
	t.Parallel()
	for _, dated := range []bool{true, false} {
		for _, set := range [][]string{nil, {"train.refit=all"}, {"recipe=global", "data.season=12", "ensemble.members=1", "train.min_updates=5", "train.max_updates=5", "intervals.origins=0", "data.transform=none", "data.window_scale=none"}} {
			run, path := waveRun(t, dated, set...)
			test, err := Evaluate(run, EvaluateOptions{})
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range []struct{ from, to, scored, left int }{
				{0, 120, 19, 88},   // the file of the training: rows 12..118 can be a first target, from 100 on they are the test part
				{60, 120, 19, 28},  // its end
				{60, 200, 99, 28},  // overlapping
				{120, 200, 67, 0},  // after it
				{-100, 60, 87, 60}, // before it
			} {
				if len(set) > 2 && c.from != 0 && c.to != 200 { // the slower ones
					continue
				}
				other := waves(t, "", dated, c.from, c.to)
				e, err := Evaluate(run, EvaluateOptions{CSV: other})
				if err != nil {
					t.Fatal(err)
				}
				if e.Split != "file" || e.Windows != c.scored || e.Sightings == nil || e.LeftOut != c.left || e.Unknown != 0 {
					t.Errorf("dated %v, %v, rows %d..%d: split %q, %d windows, %+v; want file, %d, and %d left out", dated, set, c.from, c.to-1, e.Split, e.Windows, e.Sightings, c.scored, c.left)
				}
				if c.from == 0 && valuesOf(e).Metrics != valuesOf(test).Metrics {
					t.Errorf("dated %v, %v: the file of the training scores %v, its test part %v", dated, set, valuesOf(e).Metrics, valuesOf(test).Metrics)
				}
				all, err := Evaluate(run, EvaluateOptions{CSV: other, All: true})
				if err != nil || all.Windows != c.scored+c.left || all.Scored != c.left || all.LeftOut != 0 {
					t.Errorf("--all: %+v, %v; want %d windows", all, err, c.scored+c.left)
				}
			}
			// The message about changed data sends people to --data, which keeps out what was seen.
			waves(t, path, dated, 0, 140)
			_, err = Evaluate(run, EvaluateOptions{})
			if err == nil || !strings.Contains(err.Error(), "--data") {
				t.Errorf("changed data: %v, want the advice to use --data", err)
			}
			e, err := Evaluate(run, EvaluateOptions{CSV: path})
			if err != nil || e.Windows != 39 || e.LeftOut != 88 || !strings.Contains(e.Text(false), "39 windows of ") || !strings.Contains(e.Text(false), "left out: 88 windows that predict values of the run's training or validation part") {
				t.Errorf("the changed file: %v\n%+v", err, e)
			}
		}
	}
}

// Without time stamps and without the training data a file is known by the last rows that the checkpoint keeps, or it is said
// that it is not known.
func TestSeenIsNotKnown(t *testing.T) {
	t.Parallel()
	run, path := waveRun(t, false)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ from, to, scored, left, unknown int }{{30, 130, 29, 58, 0}, {0, 60, 47, 0, 47}} {
		e, err := Evaluate(run, EvaluateOptions{CSV: waves(t, "", false, c.from, c.to)})
		if err != nil || e.Windows != c.scored || e.LeftOut != c.left || e.Unknown != c.unknown {
			t.Errorf("rows %d..%d: %v, %+v; want %+v", c.from, c.to-1, err, e.Sightings, c)
			continue
		}
		if said := strings.Contains(e.Text(false), "it is not known"); said != (c.unknown > 0) {
			t.Errorf("the text says %q", e.scored())
		}
	}
}

// A file of nothing but what was seen is refused, and the way out that is named works.
func TestAllWindowsSeen(t *testing.T) {
	t.Parallel()
	run, _ := waveRun(t, true)
	seen := waves(t, "", true, 10, 70)
	_, err := Evaluate(run, EvaluateOptions{CSV: seen})
	if ExitCode(err) != ExitData || !strings.Contains(fmt.Sprint(err), "--all") {
		t.Errorf("got %v, want exit code %d and the way out", err, ExitData)
	}
	if e, err := Evaluate(run, EvaluateOptions{CSV: seen, All: true}); err != nil || e.Scored != 47 || !strings.Contains(e.Text(false), "47 windows of "+e.File+", of which 47 predict values of the run's training or validation part") {
		t.Errorf("--all: %v\n%+v", err, e)
	}
}

// Series are known by their names, each with its own rows.
func TestSeenBySeries(t *testing.T) {
	t.Parallel()
	for _, stamped := range []bool{true, false} {
		set := []string{"ensemble.keep=10", "ensemble.members=1", "train.min_updates=5", "train.max_updates=5", "intervals.origins=0"}
		if stamped {
			set = append(set, "data.time=step")
		}
		c := panel(t, 1, set...)
		run := trained(t, c, TrainOptions{})
		test, err := Evaluate(run, EvaluateOptions{})
		if err != nil {
			t.Fatal(err)
		}
		same, err := Evaluate(run, EvaluateOptions{CSV: c.Data.CSV.Path})
		if err != nil || valuesOf(same).Metrics != valuesOf(test).Metrics || same.LeftOut == 0 || same.Windows != test.Windows {
			t.Errorf("the file of the training: %v, %+v, want the %d windows of the test part", err, same.Sightings, test.Windows)
		}
		rows := rowsOf(t, c.Data.CSV.Path)
		for i := range rows {
			if rows[i].series == "s03" || rows[i].series == "s11" {
				rows[i].series += "-other"
			}
		}
		other, err := Evaluate(run, EvaluateOptions{CSV: fileOf(t, rows, "series", "step", "value")})
		if err != nil || other.Windows <= test.Windows || other.Windows+other.LeftOut != same.Windows+same.LeftOut {
			t.Errorf("two new series: %v, %d windows, %+v", err, other.Windows, other.Sightings)
		}
	}
}

// Learnt agrees with the parts that Prepare makes.
func TestLearntRows(t *testing.T) {
	t.Parallel()
	for _, set := range [][]string{nil, {"data.split={train: 0.6, validation: 0.2}"}, {"data.split={train: 18, validation: 4, test: 4}"}, {"data.split={validation: 0, test: 4}", "train.refit=none", "intervals.origins=0"}} {
		c := single(t, set...)
		d, err := Prepare(c)
		if err != nil {
			t.Fatal(err)
		}
		p := d.(*forecast.Data)
		for s := range p.Set.Series {
			_, to := p.Validation.Rows(s)
			if got := series.Learnt(c, p.Set.Series[s].Rows(p.Set.Columns()), p.Set.Series[s].Horizon); got != to {
				t.Errorf("%v, series %d: got %d, want %d", set, s, got, to)
			}
		}
	}
}

// Errors in scaled units are in the same units for the test part and for a file with the same windows, also where the members of an
// ensemble scale by what the validation part holds too.
func TestScaledErrorsOfAFile(t *testing.T) {
	t.Parallel()
	global := []string{"recipe=global", "data.season=", "ensemble.members=1", "train.min_updates=5", "train.max_updates=5", "intervals.origins=0", "data.transform=none", "data.window_scale=none"}
	for _, set := range [][]string{nil, {"train.refit=all"}, global, append(global, "data.scale=standard"), append(global, "data.scale=minmax", "train.refit=all")} {
		run, path := waveRun(t, false, set...)
		own, err := Evaluate(run, EvaluateOptions{})
		if err != nil {
			t.Fatal(err)
		}
		file, err := Evaluate(run, EvaluateOptions{CSV: path})
		if err != nil {
			t.Fatal(err)
		}
		a, b := valuesOf(own), valuesOf(file)
		if own.Windows != file.Windows || a.Metrics != b.Metrics || a.Scaled != b.Scaled {
			t.Errorf("%v: the test part: %d windows, %v, scaled %v; the same as a file: %d, %v, %v", set, own.Windows, a.Metrics, a.Scaled, file.Windows, b.Metrics, b.Scaled)
		}
	}
}
