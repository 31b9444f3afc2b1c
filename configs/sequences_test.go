package configs_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
)

const (
	longForm = "task: regress\ndata: {csv: a.csv, sequence: id, label: y}\n"
	wideForm = "task: regress\ndata: {csv: a.csv, steps: 12, label: [y, z]}\n"
	tsForm   = "task: regress\ndata: {ts: a.ts}\n"
	parts    = "task: regress\ndata: {ts: {train: a.ts, test: b.ts}}\n"
	gestures = "task: regress\ndata: {synthetic: {kind: gestures}}\n"
)

// The adding problem renders as it did before there were other sequences: the file is of that time, but for the line of model.pool.
func TestAddingRendersAsBefore(t *testing.T) {
	c, err := configs.Load("examples/adding.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/render/adding.yaml", c.Render())
}

// Defaults of sequences.
func TestSequenceDefaults(t *testing.T) {
	split := "data.split={train: 0.8, validation: 0.2}"
	for _, test := range []struct {
		name, src string
		set       []string
		got       func(*configs.Config) any
		want      any
	}{
		{"scale", longForm, nil, func(c *configs.Config) any { return c.Data.Scale }, "standard"},
		{"steps are those of the data", longForm, nil, func(c *configs.Config) any { return []int{c.Data.Window, c.Data.Steps, c.Data.Horizon} }, []int{0, 0, 1}},
		{"shares", wideForm, nil, func(c *configs.Config) any { return c.Data.Split }, configs.Split{Train: 0.7, Validation: 0.15}},
		{"shares by a seed", wideForm, []string{"data.split.seed=3"}, func(c *configs.Config) any { return c.Data.Split }, configs.Split{Train: 0.7, Validation: 0.15, Seed: 3}},
		{"parts have files", parts, nil, func(c *configs.Config) any { return c.Data.Split }, configs.Split{}},
		{"no validation part, no early stopping", parts, nil, func(c *configs.Config) any { return c.Train.EarlyStopping.Patience }, 0},
		{"a validation file", parts, []string{"data.ts.validation=v.ts"}, func(c *configs.Config) any {
			return []any{c.Train.EarlyStopping.Patience, c.Data.HasValidation()}
		}, []any{10, true}},
		{"a validation part cut from the training file", parts, []string{split}, func(c *configs.Config) any {
			return []any{c.Data.Split, c.Data.HasValidation()}
		}, []any{configs.Split{Train: 0.8, Validation: 0.2}, true}},
		{"gestures", gestures, nil, func(c *configs.Config) any {
			return []any{c.Data.Synthetic.Length, c.Data.Synthetic.Points, c.Data.Window, c.Data.Scale}
		}, []any{150, 400, 150, "standard"}},
	} {
		if diff := cmp.Diff(test.want, test.got(parse(t, test.src, test.set...))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// Sequences render to a config that reads to the same, parts of files and what data.split cuts from them too.
func TestSequencesRender(t *testing.T) {
	for _, src := range []string{longForm, wideForm, tsForm, parts, gestures,
		longForm + "seed: 3\n", "task: regress\ndata: {csv: {train: 'a b.csv', validation: ../b.csv, test: /c.csv}, steps: 3, label: y}\n",
		"task: regress\ndata: {ts: {train: a.ts, test: b.ts}, split: {train: 0.85, validation: 0.15, seed: 9}}\n",
		"task: regress\ndata: {ts: {train: a.ts, test: b.ts}, split: {validation: 5}}\n",
		"task: regress\ndata: {ts: {train: a.ts, validation: b.ts}, split: {train: 0.9}}\n",
		"task: regress\ndata: {ts: {train: a.ts, validation: b.ts}, split: {test: 5}}\n",
		"task: regress\ndata: {ts: {train: a.ts}, split: {seed: 5, test: 5}}\n",
		"task: regress\ndata: {csv: a.csv, sequence: id, label: y, inputs: [b, a], time: t, time_format: unix, missing: forward, missing_values: [-1], limit: 9, split: {train: 0.5, seed: 2}}\n",
	} {
		rendersAlike(t, src)
	}
}

// Paths of parts are relative to the config, and a part can be set from the command line; what can't be is told.
func TestPathsOfParts(t *testing.T) {
	c, err := configs.Parse("/gone/run/config.yaml", []byte(parts), []string{"data.ts.validation=../v.ts"})
	if err != nil {
		t.Fatal(err)
	}
	want := configs.Paths{Train: "/gone/run/a.ts", Validation: "/gone/v.ts", Test: "/gone/run/b.ts"}
	if diff := cmp.Diff(want, c.Data.TS); diff != "" || fmt.Sprint(c.Data.Files().All()) != "[/gone/run/a.ts /gone/v.ts /gone/run/b.ts]" {
		t.Errorf("(-want +got):\n%s\nall: %v", diff, c.Data.Files().All())
	}
	for set, want := range map[string]string{
		"data.ts.test=b.ts":       `--set data.ts.test=b.ts: data.ts is "a.ts", one file, so it has no key "test"; set data.ts={train: FILE, test: FILE}`,
		"data.ts={train: b.ts":    "--set data.ts={train: b.ts: yaml:",
		"data.ts={train: a\\0.ts": "--set data.ts={train: a\\0.ts: yaml:",
		"data.ts.train.x=1":       `--set data.ts.train.x=1: data.ts is "a.ts", one file, so it has no key "train"`,
	} {
		if _, err := configs.Parse("test.yaml", []byte(tsForm), []string{set}); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s:\ngot  %v\nwant %s", set, err, want)
		}
	}
	if c := parse(t, tsForm, "data.ts={train: c.ts, test: d.ts}"); c.Data.TS.Path != "" || !strings.HasSuffix(c.Data.TS.Test, "d.ts") {
		t.Errorf("got %+v", c.Data.TS)
	}
}

// The advice of the messages leads to configs that read.
func TestAdviceOfSequences(t *testing.T) {
	for _, src := range []string{
		"task: regress\ndata: {csv: {train: a.csv, test: b.csv}, sequence: id, label: y, split: {validation: 5}}\n",                 // part_and_split
		"task: regress\ndata: {csv: {train: a.csv, test: b.csv}, sequence: id, label: y, split: {train: 0.85, validation: 0.15}}\n", // split_sum
		"task: regress\ndata: {csv: a.csv, sequence: id, label: y, missing: interpolate}\n",                                         // seasonal
		gestures + "train: {loss: mae}\n", // pinball
		"task: regress\ndata: {csv: a.csv, steps: 5, label: wear}\nmodel: {front: [{conv: {channels: 4, width: 5}}]}\n",                   // front
		"task: regress\ndata: {csv: a.csv, steps: 4, label: wear}\nmodel: {front: [{conv: {channels: 4, width: 5, padding: same}}]}\n",    // front
		"task: regress\ndata: {csv: {train: a.csv, test: b.csv}, sequence: id, label: y, split: {seed: 4, train: 0.5, validation: .5}}\n", // split_seed_alone
		"task: regress\ndata: {synthetic: {kind: gestures, length: 32}}\nmodel: {implementation: primitive}\n",
	} {
		parse(t, src)
	}
}

// rendersAlike tries that a config renders to one that reads to the same.
func rendersAlike(t *testing.T, src string) {
	t.Helper()
	c := parse(t, src)
	again, err := configs.Parse("test.yaml", c.Render(), nil)
	if err != nil {
		t.Errorf("%s: %v\n%s", src, err, c.Render())
		return
	}
	if diff := cmp.Diff(c, again); diff != "" {
		t.Errorf("%s (-first +again):\n%s", src, diff)
	}
}
