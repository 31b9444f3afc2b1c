package configs_test

import (
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
	"recur/internal/mutate"
)

// words are the keys, the words of enumerations, and what YAML is made of.
func words() []string {
	all := []string{": ", "\n", "\n  ", "- ", "{", "}", "[", "]", "\"", "'", "#", "&a ", "*a", "<<: ", "!!int ", "|\n", ">-\n", "---\n", "~", "true", "1.5", "2020-01-01", "\t", "\r\n", "\u2028", "\ufeff", "\xff"}
	for _, k := range configs.Keys() {
		all = append(append(all, k.Name[strings.LastIndexByte(k.Name, '.')+1:]), k.Enum...)
	}
	return all
}

// FuzzParse: reading never panics, and whatever reads renders to a config that reads to the same.
func FuzzParse(f *testing.F) {
	seeds := []string{
		sine,
		sine + "train: {solver: sgd, learning_rate: 1e-3, schedule: {kind: cosine, warmup_epochs: 2}, early_stopping: {patience: 3}}\n",
		"data: {csv: a.csv, targets: [a, b], time: t, season: [7], frequency: 2 weeks, split: {test: 12}}",
		"task: regress\ndata: {synthetic: {kind: adding, points: 99}}\n",
		"task: seq2seq\ndata: {parallel: {train: [a, b], test: [c, d]}, split: {validation: 9}, target_tokens: word}\nmodel: {encoder: {cell: gru}, attention: dot}\ndecode: {beam: 3}\n",
		"task: ctc\ndata: {csv: a.csv, audio: p, transcript: t, features: {kind: mfcc}, augment: {noise: [3, 9]}}\ndecode: {beam: 4, language_model: lm}\n",
	}
	for _, name := range badConfigs(f) {
		src, err := os.ReadFile("testdata/bad/" + name + ".yaml")
		if err != nil {
			f.Fatal(err)
		}
		if len(src) < 1000 {
			seeds = append(seeds, string(src))
		}
	}
	mutate.Fuzz(f, mutate.Target{Seeds: seeds, Words: words(), Limit: 1000, Try: func(t testing.TB, b []byte) { readsOrTells(t, b, nil) }})
}

// FuzzSet: the same for an override.
func FuzzSet(f *testing.F) {
	mutate.Fuzz(f, mutate.Target{
		Seeds: []string{
			"train.epochs=5", "data.split={validation: 20}", "model={dropout: 1e-300, layers: 2}", "model.forget_bias=-0.0", "data.synthetic=", "name: x",
			"train.schedule.kind=plateau", "data.season=[7, 365]", "a.b.c=1", "seed=18446744073709551615", "data.synthetic.kind=adding", "data.missing_values=['', NA]",
		},
		Words: append(words(), "=", "."), Limit: 300,
		Try: func(t testing.TB, b []byte) { readsOrTells(t, []byte(sine), []string{string(b)}) },
	})
}

// readsOrTells reads a config. What is wrong must be an *Error with a place or the override; what reads must render and
// read again to the same.
func readsOrTells(t testing.TB, src []byte, set []string) {
	c, err := configs.Parse("fuzz.yaml", src, set)
	if err != nil {
		var faults *configs.Error
		if !errors.As(err, &faults) || len(faults.Faults) == 0 || err.Error() == "" {
			t.Fatalf("got %v, want a *configs.Error with faults", err)
		}
		for _, f := range faults.Faults {
			if f.Message == "" || f.File != "fuzz.yaml" && !strings.HasPrefix(f.File, "--set ") {
				t.Fatalf("the fault %+v names no place or says nothing", f)
			}
		}
		return
	}
	rendered := c.Render()
	again, err := configs.Parse("fuzz.yaml", rendered, nil)
	if err != nil {
		t.Fatalf("rendered:\n%v\n%s", err, rendered)
	}
	if !reflect.DeepEqual(c, again) { // cmp is slower, and it takes an empty list and nil for different too
		t.Fatalf("rendered and read again (-first +again):\n%s\n%s", cmp.Diff(c, again), rendered)
	}
}
