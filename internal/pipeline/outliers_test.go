package pipeline

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"recur/configs"
	"recur/task/forecast"
)

// mistyped are files with one value that is an error of typing.
var mistyped = []struct{ file, config, told string }{
	{"p_outl.csv", "{recipe: global, data: {time: t, targets: [y], horizon: 4, season: 12}, train: {epochs: 20}, model: {hidden_size: 8}, ensemble: {members: 0}}",
		`p_outl.csv: "y" is 1000000000 at 2020-01-01, far outside of the series`},
	{"out100_1.csv", "{data: {series: id, time: m, targets: [y], horizon: 12, season: 12}, ensemble: {members: 0}, model: {hidden_size: 8}, train: {epochs: 10, min_updates: 200, max_updates: 200}}",
		`out100_1.csv: series "s3": "y" is 8132.64 at 2017-11, far outside of the series`},
}

// An error of typing is told with its series, its time stamp and its value, once, by training and where a file of it is continued. Kept it
// spoils the forecast; what the warning advises brings all values back to those that the series has had (80 to 140).
func TestTypingErrorsAreToldAndCured(t *testing.T) {
	t.Parallel()
	for _, test := range mistyped {
		path, err := filepath.Abs("../../data/series/testdata/cases/" + test.file)
		if err != nil {
			t.Fatal(err)
		}
		for _, policy := range []string{"keep", "clip", "missing"} {
			c, err := configs.Parse("t.yaml", []byte(test.config), []string{"data.csv=" + path, "data.outliers=" + policy})
			if err != nil {
				t.Fatal(err)
			}
			var told []string
			note := func(s string) {
				if strings.Contains(s, "far outside") {
					told = append(told, s)
				}
			}
			run := trained(t, c, TrainOptions{OnNote: note})
			want := "data.outliers: " + policy
			if policy == "keep" {
				want = "set data.outliers: clip or missing"
			}
			if len(told) != 1 || !strings.Contains(told[0], test.told) || !strings.Contains(told[0], want) {
				t.Errorf("%s, %s: told %q, want one line with %q and %q", test.file, policy, told, test.told, want)
			}
			for _, csv := range []string{"", path} {
				told = nil
				r, err := runForecast(run, forecast.Options{CSV: csv, OnNote: note})
				if err != nil {
					t.Fatal(err)
				}
				values := r.Forecasts[0].Values["y"]
				if sane := slices.Min(values) > 60 && slices.Max(values) < 160; sane != (policy != "keep") {
					t.Errorf("%s, %s, continuing %q: the forecast is %.4g", test.file, policy, filepath.Base(csv), values)
				}
				if (csv != "") != (len(told) == 1) {
					t.Errorf("%s, %s: continuing %q told %q", test.file, policy, filepath.Base(csv), told)
				}
			}
		}
	}
}

// Rows that are scored keep their values, whatever data.outliers says, and that is told.
func TestScoredRowsKeepTheirOutliers(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../data/series/testdata/cases/p_outl.csv")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.ReplaceAll(strings.TrimSpace(string(text)), "1000000000.0", "100"), "\n")
	lines[len(lines)-2] = strings.Split(lines[len(lines)-2], ",")[0] + ",98765"
	path := filepath.Join(t.TempDir(), "late.csv")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	c, err := configs.Parse("t.yaml", []byte(mistyped[0].config), []string{"data.csv=" + path, "data.outliers=clip"})
	if err != nil {
		t.Fatal(err)
	}
	run := trained(t, c, TrainOptions{})
	for _, csv := range []string{"", path} {
		var told []string
		e, err := Evaluate(run, EvaluateOptions{CSV: csv, All: true, OnNote: func(s string) { told = append(told, s) }})
		if err != nil {
			t.Fatal(err)
		}
		if rmse := float64(valuesOf(e).Metrics.RMSE); rmse < 3000 {
			t.Errorf("rmse of %q is %g, although 98765 is to be predicted", filepath.Base(csv), rmse)
		}
		if !slices.ContainsFunc(told, func(s string) bool {
			return strings.Contains(s, `"y" is 98765 at 2024-11-01`) && strings.Contains(s, "changes nothing in rows that are scored")
		}) {
			t.Errorf("evaluating %q told %q", filepath.Base(csv), told)
		}
	}
}
