package configs_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"recur/configs"
)

// Every number of the network and its training says what it is turned into.
func TestEveryNumberHasAPrecision(t *testing.T) {
	exact := map[string]bool{"train.schedule.warmup_epochs": true, "train.early_stopping.min_delta": true, "train.average_start": true,
		"train.schedule.threshold": true, "train.schedule.pct_start": true, "train.schedule.div_factor": true, "train.schedule.final_div_factor": true} // compared as float64
	for _, k := range configs.Keys() {
		number := k.Type == configs.Number || k.Type == configs.Numbers || k.Type == configs.Pair
		inside := strings.HasPrefix(k.Name, "model.") || strings.HasPrefix(k.Name, "train.")
		if got, want := k.Precision != configs.Exact, number && inside && !exact[k.Name]; got != want {
			t.Errorf("%s: has a precision: %v, want %v", k.Name, got, want)
		}
	}
}

// A number that vanishes in the network's type, or becomes the end of its range there, is refused, and what the message
// advises is accepted.
func TestNumbersThatVanish(t *testing.T) {
	advised := regexp.MustCompile(`(?:smallest|largest) usable value is ([0-9.e+-]+[0-9])`)
	try := func(key string, tasks []string, value, dtype string) error {
		if key == "train.betas" {
			value = "[0.9, " + value + "]"
		}
		switch {
		case key == "model.quantiles" && strings.HasPrefix(value, "0.9"):
			value = "[0.5, " + value + "]"
		case key == "model.quantiles":
			value = "[" + value + ", 0.5]"
		}
		text := "data: {synthetic: {kind: sine}}\nmodel: {layers: 2}\n"
		if slices.Contains(tasks, "classify") && !slices.Contains(tasks, "forecast") {
			text = "task: classify\ndata: {csv: a.csv, text: t, label: l}\nmodel: {layers: 2}\n"
		}
		if len(tasks) == 1 && tasks[0] == "seq2seq" {
			text = "task: seq2seq\ndata: {synthetic: {kind: dates}}\nmodel: {layers: 2}\n"
		}
		_, err := configs.Parse("c.yaml", []byte(text), []string{key + "=" + value, "model.dtype=" + dtype})
		return err
	}
	tried := 0
	for _, k := range configs.Keys() {
		if k.Precision == configs.Exact {
			continue
		}
		for _, c := range []struct{ value, dtype, want string }{
			{"1e-50", "float32", "smallest usable value"},
			{"1e-310", "float64", "smallest usable value"},
			{"1e-400", "float64", "too small for a float64"},
			{"0.99999999", "float32", "rounds to 1 in float32, want"},
			{"0.99999999999999999999", "float64", "rounds to 1"},
		} {
			if strings.HasPrefix(c.value, "0.9") && (k.Range.High != 1 || !k.Range.HighOpen) {
				continue
			}
			tried++
			err := try(k.Name, k.Tasks, c.value, c.dtype)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %s in %s: got %v, want %q", k.Name, c.value, c.dtype, err, c.want)
				continue
			}
			if m := advised.FindStringSubmatch(err.Error()); m != nil {
				if err := try(k.Name, k.Tasks, m[1], c.dtype); err != nil {
					t.Errorf("%s: %s in %s is refused although advised: %v", k.Name, m[1], c.dtype, err)
				}
			}
			if strings.Contains(err.Error(), "set model.dtype: float64") {
				if err := try(k.Name, k.Tasks, c.value, "float64"); err != nil {
					t.Errorf("%s: %s in float64 is refused although advised: %v", k.Name, c.value, err)
				}
			}
		}
	}
	if tried < 40 {
		t.Errorf("%d values were tried, want at least 40", tried)
	}
	_, err := configs.Parse("c.yaml", fmt.Appendf(nil, "data: {synthetic: {kind: sine}}\nmodel: {quantiles: [0.5, %s]}\n", "0.50000001"), nil)
	if err == nil || !strings.Contains(err.Error(), "one number in float32") {
		t.Errorf("two quantiles that are one: %v", err)
	}
}
