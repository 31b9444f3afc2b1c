package series

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
	"recur/data"
)

var update = flag.Bool("update", false, "write the golden files anew")

// badOptions are the config keys of a wrong file that differ from csvConfig.
var badOptions = map[string]string{
	"decimal_either": "", "no_header": "", "float32": "dtype=float32 scale=none",
	"series_empty": "time=step series=series", "series_too_short": "time=step series=series",
	"long_duplicate": "time=step series=series", "long_gap": "time=step series=series",
	"columns_missing": "targets=sale,count covariates=prices", "one_column": "time= targets=value",
	"time_number_gap": "time=step", "time_number_uneven": "time=step", "time_number_text": "time=step",
	"time_format_wrong": "format=daily", "time_format_strftime": "format=%Y-%m-%d", "time_format_mismatch": "format=02.01.2006", "time_format_number": "format=number",
	"frequency_wrong": "frequency=week", "frequency_unknown": "frequency=often", "frequency_number": "frequency=1", "frequency_dates": "time=step frequency=day",
	"gap_too_wide": "missing=interpolate", "all_missing": "missing=interpolate", "missing_in_training": "missing=forward", "missing_in_test": "missing=forward",
	"component_range": "time=year,month,day", "component_day": "time=year,month,day",
	"split_too_wide": "split=steps:12:12", "no_validation_window": "split=steps:1:4", "no_training_window": "split=steps:9:6",
}

// csvConfig is a config for a file with the columns date and value, changed by options such as "time=step series=id".
func csvConfig(t *testing.T, options string) *configs.Config {
	t.Helper()
	return config(func(c *configs.Config) {
		c.Data.Time = []string{"date"}
		for _, o := range strings.Fields(options) {
			key, value, _ := strings.Cut(o, "=")
			list := strings.Split(value, ",")
			switch key {
			case "time":
				c.Data.Time = nil
				if value != "" {
					c.Data.Time = list
				}
			case "targets":
				c.Data.Targets = list
			case "covariates":
				c.Data.Covariates = list
			case "series":
				c.Data.Series = list
			case "format":
				c.Data.TimeFormat = value
			case "frequency":
				c.Data.Frequency = value
			case "missing":
				c.Data.Missing = value
			case "missing_values":
				c.Data.MissingValues = list
			case "scale":
				c.Data.Scale = value
			case "dtype":
				c.Model.DType = value
			case "split":
				c.Data.Split = splitOf(value)
			default:
				t.Fatalf("unknown option %q", o)
			}
		}
	})
}

// splitOf reads steps:VALIDATION:TEST.
func splitOf(text string) configs.Split {
	s := configs.Split{Steps: true}
	words := strings.Split(text, ":")
	for i, to := range []*float64{&s.Validation, &s.Test} {
		v, err := data.ParseNumber(words[i+1])
		if err != nil {
			panic(err)
		}
		*to = v
	}
	return s
}

// TestWrongFiles reads every wrong CSV of testdata/bad, prepares what can be read, and compares the messages with the
// golden ones. No wrong file passes, and every fault names the file and the config key that decides about it.
func TestWrongFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.csv")
	if err != nil || len(files) < 80 {
		t.Fatalf("%d wrong files, %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".csv")
		t.Run(name, func(t *testing.T) {
			c := csvConfig(t, badOptions[name])
			d, err := OpenCSV(c, filepath.ToSlash(file))
			if err == nil {
				_, err = Prepare(d, c)
			}
			if err == nil {
				t.Fatal("no fault was found")
			}
			var first *data.Error
			if !errors.As(err, &first) || first.File != filepath.ToSlash(file) {
				t.Errorf("the error is %T and names %v, want *Error with the file's name", err, first)
			}
			var all data.Errors
			if !errors.As(err, &all) {
				all = data.Errors{first}
			}
			for _, e := range all {
				if counted := strings.HasPrefix(e.Message, "and "); !counted && (e.Key == "" || (e.Line > 0) != (e.Column > 0)) {
					t.Errorf("%v: its key is %q, its place %d:%d; want a key, and line and column or neither", e, e.Key, e.Line, e.Column)
				}
			}
			golden(t, strings.TrimSuffix(file, ".csv")+".golden", err.Error()+"\n")
		})
	}
	for name := range badOptions {
		if _, err := os.Stat("testdata/bad/" + name + ".csv"); err != nil {
			t.Errorf("options for %s, which is no file", name)
		}
	}
}

// golden compares text with a golden file, or writes it with -update.
func golden(t *testing.T, path, text string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; run go test -update", err)
	}
	if diff := cmp.Diff(string(want), text); diff != "" {
		t.Errorf("(-golden +got)\n%s", diff)
	}
}
