package pipeline

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"recur/data/series"
	"recur/task/forecast"
)

// row is one line of a file of many series.
type row struct {
	series string
	step   int
	value  float64
}

// rowsOf reads the rows of a panel.
func rowsOf(t *testing.T, path string) (rows []row) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n")[1:] {
		f := strings.Split(line, ",")
		step, err1 := strconv.Atoi(f[1])
		value, err2 := strconv.ParseFloat(f[2], 64)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		rows = append(rows, row{f[0], step, value})
	}
	return rows
}

// fileOf writes rows with the columns in some order.
func fileOf(t *testing.T, rows []row, columns ...string) string {
	t.Helper()
	var b bytes.Buffer
	b.WriteString(strings.Join(columns, ",") + "\n")
	for _, r := range rows {
		for i, c := range columns {
			if i > 0 {
				b.WriteByte(',')
			}
			switch c {
			case "series":
				b.WriteString(r.series)
			case "step":
				fmt.Fprint(&b, r.step)
			case "value":
				fmt.Fprint(&b, r.value)
			default:
				b.WriteString("more")
			}
		}
		b.WriteByte('\n')
	}
	path := filepath.Join(t.TempDir(), "new.csv")
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// What changes nothing of a series' shape changes its forecast by the constant alone, within the rounding of float32 in the
// network's inputs (1e-5 relative): multiples, names, dates, the order of series and of columns. None of the new names was in
// the training.
func TestForecastsFollowTheData(t *testing.T) {
	t.Parallel()
	order := []string{"series", "step", "value"}
	for _, variant := range []string{"log none", "log deviation", "none deviation"} {
		transform, scale, _ := strings.Cut(variant, " ")
		c := single(t, "data.time=step", "data.transform="+transform, "data.window_scale="+scale)
		run := trained(t, c, TrainOptions{})
		rows := rowsOf(t, c.Data.CSV.Path)
		want := map[string][]float64{}
		base, err := runForecast(run, forecast.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range base.Forecasts {
			want[f.Series] = f.Values["value"]
		}
		changed := func(change func(*row)) []row {
			out := slices.Clone(rows)
			for i := range out {
				change(&out[i])
			}
			return out
		}
		sorted := slices.Clone(rows)
		slices.SortStableFunc(sorted, func(a, b row) int { return strings.Compare(b.series, a.series) })
		mixed := slices.Clone(rows)
		slices.SortStableFunc(mixed, func(a, b row) int { return a.step - b.step })
		for name, test := range map[string]struct {
			path   string
			factor float64
			prefix string
			steps  int
		}{
			"same":     {fileOf(t, rows, order...), 1, "", 0},
			"multiple": {fileOf(t, changed(func(r *row) { r.value *= 731.7 }), order...), 731.7, "", 0},
			"fraction": {fileOf(t, changed(func(r *row) { r.value *= 0.0031 }), order...), 0.0031, "", 0},
			"renamed":  {fileOf(t, changed(func(r *row) { r.series = "new-" + r.series }), order...), 1, "new-", 0},
			"shifted":  {fileOf(t, changed(func(r *row) { r.step += 900 }), order...), 1, "", 900},
			"sorted":   {fileOf(t, sorted, order...), 1, "", 0},
			"mixed":    {fileOf(t, mixed, order...), 1, "", 0},
			"columns":  {fileOf(t, rows, "value", "note", "step", "series"), 1, "", 0},
		} {
			got, err := runForecast(run, forecast.Options{CSV: test.path})
			if err != nil {
				t.Fatal(name, err)
			}
			if len(got.Forecasts) != len(want) {
				t.Fatalf("%s, %s: %d forecasts, want %d", variant, name, len(got.Forecasts), len(want))
			}
			for _, f := range got.Forecasts {
				old := want[strings.TrimPrefix(f.Series, test.prefix)]
				for h, v := range f.Values["value"] {
					if w := old[h] * test.factor; !(math.Abs(v-w) <= 1e-5*math.Abs(w)) {
						t.Fatalf("%s, %s: series %s, step %d: %v, want %v", variant, name, f.Series, h+1, v, w)
					}
				}
			}
			for i, f := range got.Forecasts {
				first, err := strconv.Atoi(f.Start)
				if err != nil {
					t.Fatal(err)
				}
				if old := base.Forecasts[slices.IndexFunc(base.Forecasts, func(b forecast.Series) bool { return b.Series == strings.TrimPrefix(f.Series, test.prefix) })]; strconv.Itoa(first-test.steps) != old.Start {
					t.Errorf("%s: forecast %d begins at %s, the one of the training at %s", name, i, f.Start, old.Start)
				}
			}
		}
	}
}

// Series that were not in the training are scored too, as those of the same shape that were; with data.scale, which is fitted
// series by series, they are refused with what to do.
func TestEvaluateNewSeries(t *testing.T) {
	t.Parallel()
	c := single(t)
	run := trained(t, c, TrainOptions{})
	rows := rowsOf(t, c.Data.CSV.Path)
	old, err := Evaluate(run, EvaluateOptions{CSV: fileOf(t, rows, "series", "step", "value"), All: true})
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		rows[i].series = "new-" + rows[i].series
	}
	path := fileOf(t, rows, "series", "step", "value")
	now, err := Evaluate(run, EvaluateOptions{CSV: path})
	if err != nil {
		t.Fatal(err)
	}
	if now.Windows != old.Windows || valuesOf(now).Metrics.SMAPE != valuesOf(old).Metrics.SMAPE || valuesOf(now).Metrics.MAE != valuesOf(old).Metrics.MAE {
		t.Errorf("renamed series score %+v over %d windows, under their names %+v over %d", valuesOf(now).Metrics, now.Windows, valuesOf(old).Metrics, old.Windows)
	}
	scaled := trained(t, single(t, "data.scale=standard"), TrainOptions{})
	if _, err := Evaluate(scaled, EvaluateOptions{CSV: path}); ExitCode(err) != ExitData || !strings.Contains(fmt.Sprint(err), "train again with it") {
		t.Errorf("a series without a scaler: %v, want exit code %d", err, ExitData)
	}
	if _, err := runForecast(scaled, forecast.Options{CSV: path}); ExitCode(err) != ExitData {
		t.Errorf("a forecast of a series without a scaler: %v, want exit code %d", err, ExitData)
	}
}

// A network that has learnt from days is not asked to continue weeks, whatever data.missing says; other days are fine, and so
// are plain numbers, which have no unit.
func TestNewDataHaveTheStepOfTheTraining(t *testing.T) {
	t.Parallel()
	c := single(t)
	rows := rowsOf(t, c.Data.CSV.Path)
	dated := func(days int) string {
		text := "series,step,value\n"
		for _, r := range rows {
			text += fmt.Sprintf("%s,%s,%v\n", r.series, time.Date(2000, 1, days*r.step, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), r.value)
		}
		path := filepath.Join(t.TempDir(), "dated.csv")
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	days := dated(1)
	run := trained(t, single(t, "data.csv="+days, "data.time=step", "data.missing=interpolate"), TrainOptions{})
	for _, fine := range []string{days, c.Data.CSV.Path} {
		if _, err := runForecast(run, forecast.Options{CSV: fine}); err != nil {
			t.Error(err)
		}
	}
	if _, err := runForecast(run, forecast.Options{CSV: dated(7)}); ExitCode(err) != ExitData || !strings.Contains(fmt.Sprint(err), "week") {
		t.Errorf("weeks are forecast with what days have taught: %v, want exit code %d", err, ExitData)
	}
	if _, err := Evaluate(run, EvaluateOptions{CSV: dated(2)}); ExitCode(err) != ExitData {
		t.Errorf("every second day is scored with what days have taught: %v, want exit code %d", err, ExitData)
	}
}

// A file in blocks is forecast as one in memory: the same bytes for any number of threads.
func TestStreamedForecasts(t *testing.T) {
	t.Parallel()
	run := trained(t, panel(t, 1, "ensemble.members=1", "intervals.origins=0", "ensemble.keep=10"), TrainOptions{})
	var b strings.Builder
	b.WriteString("series,step,value\n")
	for s := range 9000 { // beyond the size up to which a file is read at once
		for i := range 30 {
			fmt.Fprintf(&b, "series-%05d,%d,%.4f\n", s, i+1, 10+float64(s%17)+3*math.Sin(math.Pi/2*float64(i))+math.Sin(float64(7*i*i+s)))
		}
	}
	path := filepath.Join(t.TempDir(), "many.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	stream, err := series.OpenStream(single(t), path, 2, series.Frequency{})
	if err != nil || stream.Whole != nil {
		t.Fatalf("the file is not read in blocks: %v", err)
	}
	texts := map[int]string{}
	for _, threads := range []int{1, 3} {
		var out bytes.Buffer
		if err := streamForecast(run, forecast.Options{CSV: path, Intervals: []float64{80}, Threads: threads}, forecast.NewCSV(&out, false)); err != nil {
			t.Fatal(err)
		}
		texts[threads] = out.String()
	}
	if texts[1] != texts[3] {
		t.Error("3 threads forecast otherwise than 1")
	}
	if n := strings.Count(texts[1], "\n"); n != 1+9000*4 {
		t.Errorf("%d lines, want a header and 4 for each of 9000 series", n)
	}
	// The last series alone, from a small file, which is read at once.
	at := strings.Index(b.String(), "series-08999,")
	small := filepath.Join(t.TempDir(), "small.csv")
	if err := os.WriteFile(small, []byte("series,step,value\n"+b.String()[at:]), 0o644); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := streamForecast(run, forecast.Options{CSV: small, Intervals: []float64{80}}, forecast.NewCSV(&out, false)); err != nil {
		t.Fatal(err)
	}
	if _, rows, _ := strings.Cut(out.String(), "\n"); !strings.HasSuffix(texts[1], "\n"+rows) {
		t.Errorf("the last series alone is forecast as\n%s", rows)
	}
	// A fault in a series of the last block is told before a forecast is written.
	for i := range 30 {
		fmt.Fprintf(&b, "zero,%d,%g\n", i+1, 1e300*float64(1+i%3))
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	out.Reset()
	if err := streamForecast(run, forecast.Options{CSV: path}, forecast.NewCSV(&out, false)); ExitCode(err) != ExitData || out.Len() > 0 {
		t.Errorf("%d bytes are written before %v, want none and exit code %d", out.Len(), err, ExitData)
	}
}
