package configs_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
)

const sine = "data: {synthetic: {kind: sine}}\n"

// parse reads a config that must be right.
func parse(t *testing.T, src string, set ...string) *configs.Config {
	t.Helper()
	c, err := configs.Parse("test.yaml", []byte(src), set)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The smallest config gets every default.
func TestDefaults(t *testing.T) {
	got := parse(t, sine)
	want := &configs.Config{
		Version: 3, Name: "test", Seed: 1, Task: "forecast", Recipe: "plain",
		Data: configs.Data{
			Synthetic: &configs.Synthetic{Kind: "sine", Points: 300, Period: 100},
			Targets:   []string{"value"}, Missing: "error", MissingValues: []string{"", "NA"}, Outliers: "keep", Resample: configs.Resample{How: configs.Hows{Kind: "mean"}, Incomplete: "keep"}, Tokens: configs.Tokens{Unit: "character", MinCount: 1, Normalize: "nfc"}, Documents: "none",
			Split: configs.Split{Train: 0.7, Validation: 0.15}, Scale: "standard", Center: "none", Window: 48, Horizon: 12,
		},
		Model: configs.Model{
			Cell: "lstm", HiddenSize: 64, Layers: 1, Elman: configs.Elman{Nonlinearity: "tanh"}, Head: "last", Pool: "last", Output: "identity",
			DType: "float32", Implementation: "fused", Init: "pytorch", InitialState: "zero",
			Patch: 1, EmbeddingSize: 4, LinearPath: "none", Distribution: "quantiles",
		},
		Train: configs.Train{
			Epochs: 50, BatchSize: 32, Accumulate: 1, Shuffle: true, Sampling: "uniform", Solver: "adam", LearningRate: 0.001, Momentum: 0.9, Betas: [2]float64{0.9, 0.999},
			Alpha: 0.99, Epsilon: 1e-8, DecayBiases: true, ClipNorm: 1, Loss: "mse", ClassWeight: configs.ClassWeight{Kind: "none"}, HuberDelta: 1, QuantileWeight: 1,
			Schedule: configs.Schedule{Kind: "constant", StepEpochs: 10, Factor: 0.5, Patience: 5, Threshold: 1e-4,
				PeriodEpochs: 10, Multiplier: 1, PctStart: 0.3, DivFactor: 25, FinalDivFactor: 1e4, CycleMomentum: true, BaseMomentum: 0.85, MaxMomentum: 0.95},
			EarlyStopping: configs.EarlyStopping{Patience: 10}, Average: "none", AverageDecay: 0.99, AverageStart: 0.75, Refit: "none", OnNaN: "stop", OnNaNLimit: 10,
		},
		Ensemble: configs.Ensemble{Keep: 0.05, Linear: "auto", Combine: "none"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("defaults (-want +got):\n%s", diff)
	}
}

// Defaults that follow from other keys.
func TestDerivedDefaults(t *testing.T) {
	csv := "data: {csv: a.csv, targets: y, "
	for _, test := range []struct {
		name, src string
		got       func(*configs.Config) any
		want      any
	}{
		{"one text is a list", csv + "time: t}", func(c *configs.Config) any { return [][]string{c.Data.Time, c.Data.Targets} }, [][]string{{"t"}, {"y"}}},
		{"one season is a list", csv + "season: 7}", func(c *configs.Config) any { return c.Data.Season }, []int{7}},
		{"window of a short season", csv + "season: 12}", func(c *configs.Config) any { return c.Data.Window }, 48},
		{"window of a long season", csv + "season: [52, 7]}", func(c *configs.Config) any { return c.Data.Window }, 104},
		{"window that is given", csv + "season: 52, window: 60}", func(c *configs.Config) any { return c.Data.Window }, 60},
		{"shares", csv + "split: {train: 0.8}}", func(c *configs.Config) any { return c.Data.Split }, configs.Split{Train: 0.8}},
		{"no validation part, no early stopping", csv + "split: {train: 0.8}}", func(c *configs.Config) any { return c.Train.EarlyStopping.Patience }, 0},
		{"steps", csv + "split: {validation: 18, test: 0}}", func(c *configs.Config) any { return c.Data.Split }, configs.Split{Validation: 18, Steps: true}},
		{"test steps alone", csv + "split: {test: 18}}", func(c *configs.Config) any { return c.Data.Split }, configs.Split{Test: 18, Steps: true}},
		{"empty sections and options", csv + "time:, split:, season: ~}\ntrain:\n", func(c *configs.Config) any { return c.Data.Split }, configs.Split{Train: 0.7, Validation: 0.15}},
		{"a number as text where numbers are usual", csv + "frequency: 0.5, missing_values: [-999, \"\"]}", func(c *configs.Config) any { return append(c.Data.MissingValues, c.Data.Frequency) }, []string{"-999", "", "0.5"}},
		{"a date as layout", csv + "time_format: 2006-01-02}", func(c *configs.Config) any { return c.Data.TimeFormat }, "2006-01-02"},
		{"adding", "task: regress\ndata: {synthetic: {kind: adding}}", func(c *configs.Config) any {
			return []any{c.Data.Window, c.Data.Synthetic.Length, c.Data.Synthetic.Points, c.Data.Horizon, c.Data.Scale}
		}, []any{100, 100, 10000, 1, "none"}},
		{"adding by length", "task: regress\ndata: {synthetic: {kind: adding, length: 30}}", func(c *configs.Config) any { return c.Data.Window }, 30},
		{"adding by window", "task: regress\ndata: {window: 30, synthetic: {kind: adding}}", func(c *configs.Config) any { return c.Data.Synthetic.Length }, 30},
		{"mackey_glass", "data: {synthetic: {kind: mackey_glass}}", func(c *configs.Config) any { return *c.Data.Synthetic }, configs.Synthetic{Kind: "mackey_glass", Points: 6000, Tau: 17}},
		{"the largest seed", "seed: 18446744073709551615\n" + sine, func(c *configs.Config) any { return c.Seed }, uint64(1<<64 - 1)},
		{"forget_bias", sine + "model: {forget_bias: 0}", func(c *configs.Config) any { return *c.Model.ForgetBias }, 0.0},
		{"numbers", sine + "train: {learning_rate: 5e-4, weight_decay: .5, clip_norm: 1., epochs: +5}", func(c *configs.Config) any {
			return []any{c.Train.LearningRate, c.Train.WeightDecay, c.Train.ClipNorm, c.Train.Epochs}
		}, []any{0.0005, 0.5, 1.0, 5}},
	} {
		if diff := cmp.Diff(test.want, test.got(parse(t, test.src))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// Paths are relative to the file and become absolute; builtin names stay; Load, not Parse, wants the file to be there.
func TestPaths(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "my sales.yaml")
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("my sales.yaml", "data: {csv: sub.csv, targets: [y]}\n")
	if _, err := configs.Load(path, nil); err == nil || !strings.Contains(err.Error(), "there is no file "+filepath.Join(dir, "sub.csv")) {
		t.Errorf("load without the CSV file: got %v", err)
	}
	write("sub.csv", "y\n1\n")
	c, err := configs.Load(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.Data.CSV.Path != filepath.Join(dir, "sub.csv") || c.Path != path || c.Name != "my-sales" {
		t.Errorf("load: csv %q, path %q, name %q", c.Data.CSV, c.Path, c.Name)
	}
	if _, err := configs.Load(filepath.Join(dir, "none.yaml"), nil); err == nil || err.Error() != filepath.Join(dir, "none.yaml")+": there is no such file" {
		t.Errorf("load of no file: got %v", err)
	}
	if _, err := configs.Load(dir, nil); err == nil || !strings.Contains(err.Error(), "is a directory") {
		t.Errorf("load of a directory: got %v", err)
	}
	if c := parse(t, "data: {csv: 'builtin:co2', targets: [co2]}"); c.Data.CSV.Path != "builtin:co2" {
		t.Errorf("builtin: got %q", c.Data.CSV)
	}
	moved, err := configs.Parse("/gone/run/config.yaml", []byte("data: {csv: a.csv, targets: [y]}"), nil)
	if err != nil || moved.Data.CSV.Path != filepath.FromSlash("/gone/run/a.csv") {
		t.Errorf("parse: got %v, %v", moved, err)
	}
}

func TestSizeLimit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "big.yaml")
	pad := strings.Repeat("#", 1<<18-len(sine)-1) + "\n"
	if err := os.WriteFile(path, []byte(pad+sine), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := configs.Load(path, nil); err != nil {
		t.Errorf("256 KiB: %v", err)
	}
	if _, err := configs.Parse(path, []byte(pad+sine+"\n"), nil); err == nil || !strings.Contains(err.Error(), "want at most 262144") {
		t.Errorf("256 KiB and a byte: got %v", err)
	}
}

// Beyond a hundred faults they are only counted, and hostile files are refused in time that grows with their size.
func TestManyFaults(t *testing.T) {
	_, err := configs.Parse("test.yaml", []byte(sine+strings.Repeat("model:\n", 30000)), nil)
	var faults *configs.Error
	if !errors.As(err, &faults) || len(faults.Faults) != 101 || faults.Faults[100].String() != "test.yaml: and 29899 more faults" {
		t.Errorf("30000 faults: got %.200v …", err)
	}
	list := strings.Repeat("a, ", 10001)
	_, err = configs.Parse("test.yaml", []byte("data: {csv: a.csv, targets: ["+list+"]}"), nil)
	if want := "data.targets is a list of 10001, want at most 10000"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("a long list: got %.200v …", err)
	}
	_, err = configs.Parse("test.yaml", []byte(strings.Repeat("a: {", 20000)), nil)
	if err == nil || !strings.Contains(err.Error(), "yaml: exceeded max depth") {
		t.Errorf("a deep file: got %.200v …", err)
	}
}

func TestOverrides(t *testing.T) {
	src := sine + "model: {cell: gru}\ntrain:\n"
	c := parse(t, src, "train.epochs=5", "model.cell=elman", "data.synthetic.seed=3", "data.split={validation: 20, test: 0}", " model.layers = 2", "data.season=[24, 7]", "data.window=24", "train.epochs=6")
	got := []any{c.Train.Epochs, c.Model.Cell, c.Data.Synthetic.Seed, c.Data.Split, c.Model.Layers, c.Data.Season}
	want := []any{6, "elman", uint64(3), configs.Split{Validation: 20, Steps: true}, 2, []int{24, 7}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("overrides (-want +got):\n%s", diff)
	}
	if c := parse(t, src+"  batch_size: 7.5\n", "train.batch_size=8"); c.Train.BatchSize != 8 {
		t.Errorf("an override of a faulty value: got %d", c.Train.BatchSize)
	}
	if c := parse(t, "data: {csv: a.csv, targets: [value]}", "data.csv=", "data.synthetic={kind: sine}"); !c.Data.CSV.IsZero() || c.Data.Synthetic == nil {
		t.Errorf("an override of the source: got %+v", c.Data)
	}
}

func TestOverrideFaults(t *testing.T) {
	for set, want := range map[string]string{
		"train.epochs=x":          `--set train.epochs=x: train.epochs is "x", want a whole number from 1 to 1000000`,
		"train.epoch=5":           `--set train.epoch=5: unknown key "epoch" in train; did you mean "epochs"?`,
		"epochs=5":                `--set epochs=5: unknown key "epochs"; did you mean "train.epochs"?`,
		"trian.epochs=5":          `--set trian.epochs=5: unknown key "trian"; did you mean "train"?`,
		"seed.x=1":                `--set seed.x=1: seed is not a section, so it has no key "x"`,
		"train.epochs":            `--set train.epochs: want KEY=VALUE, such as --set train.epochs=5`,
		"=5":                      `--set =5: want KEY=VALUE, such as --set train.epochs=5`,
		"train.epochs=":           `--set train.epochs=: train.epochs is empty, want a whole number from 1 to 1000000; give a value or remove the key`,
		"train.betas=[0.9":        `--set train.betas=[0.9: yaml: did not find expected ',' or ']' (while parsing a flow sequence that starts at line 1)`,
		"train={epochs: 5, x: 1}": `--set train={epochs: 5, x: 1}: unknown key "x" in train`,
		"train=5":                 `--set train=5: train is 5, want a section of keys`,
		"model.cell=&a gru":       `--set model.cell=&a gru: the anchor &a is not part of the config language; remove it`,
		"model.dropout=0.5":       `--set model.dropout=0.5: model.dropout is 0.5 and model.layers is 1; dropout lies between layers: set layers to 2 or more, or dropout to 0`,
		"data.horizon=400":        `--set data.horizon=400: data.synthetic.points is 300, which leaves 210 for training; one window and its horizon need 448`,
		"version=9":               `--set version=9: version is 9, and this recur reads versions up to 3; a newer recur reads this config`,
	} {
		_, err := configs.Parse("test.yaml", []byte(sine+"model: {layers: 1}\n"), []string{set})
		if err == nil || err.Error() != want {
			t.Errorf("--set %s:\ngot  %v\nwant %s", set, err, want)
		}
	}
	_, err := configs.Parse("test.yaml", []byte(sine+"model: {layers: 0}\n"), []string{"b=1", "a=1"})
	var faults *configs.Error
	if !errors.As(err, &faults) || len(faults.Faults) != 3 {
		t.Fatalf("one fault in the file and two overrides: got %v", err)
	}
	if f := faults.Faults; f[0].Line != 2 || f[1].File != "--set b=1" || f[2].File != "--set a=1" {
		t.Errorf("order of faults: got %+v", f)
	}
}

func TestWith(t *testing.T) {
	c := parse(t, sine+"model: {forget_bias: 1}\n")
	c.Path = "dir/test.yaml"
	before := *c
	changed, err := c.With("model.cell=gru", "seed=5")
	if err != nil {
		t.Fatal(err)
	}
	if changed.Model.Cell != "gru" || changed.Seed != 5 || changed.Model.ForgetBias != nil || changed.Path != c.Path || changed.Name != "test" {
		t.Errorf("with: got %+v", changed)
	}
	if diff := cmp.Diff(&before, c); diff != "" || c.Model.ForgetBias == nil {
		t.Errorf("with changed its receiver (-before +after):\n%s", diff)
	}
	same, err := c.With()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, same); diff != "" {
		t.Errorf("with nothing (-want +got):\n%s", diff)
	}
	same.Data.Synthetic.Points, same.Data.Targets[0] = 7, "x"
	if c.Data.Synthetic.Points == 7 || c.Data.Targets[0] == "x" {
		t.Error("a copy shares memory with its config")
	}
	if _, err := c.With("model.cell=gruu"); err == nil || !strings.HasPrefix(err.Error(), "--set model.cell=gruu: ") {
		t.Errorf("with a fault: got %v", err)
	}
}

// Default is what a config without anything but its source reads to.
func TestDefault(t *testing.T) {
	d := configs.Default("forecast")
	d.Data.CSV.Path, d.Data.Targets, d.Name = "builtin:co2", []string{"co2"}, "test"
	if diff := cmp.Diff(parse(t, "data: {csv: 'builtin:co2', targets: co2}"), d); diff != "" {
		t.Errorf("forecast (-read +default):\n%s", diff)
	}
	d = configs.Default("regress")
	d.Name = "test"
	if diff := cmp.Diff(parse(t, "task: regress\ndata: {synthetic: {kind: adding}}"), d); diff != "" {
		t.Errorf("regress (-read +default):\n%s", diff)
	}
}

// Awkward texts survive rendering.
func TestRenderQuotes(t *testing.T) {
	c := parse(t, "data: {csv: a.csv, targets: y}")
	for _, s := range []string{"yes", "NULL", "~", "1", "1e3", "-", "- a", "a: b", "a #b", "#a", " a ", "a\nb\tc", "'", `"\`, "é", "日本", "\U0001f600", "\u0085\u2028\ufeff\u00ad", "0x1", "2020-01-01", "<<", "&a", "*a", "!a", "%", "@", "[", "{", ",", "?", "|", ">", ".nan", ".5", "a:", ":a", "=", "\u007f", "\ufffe"} {
		c.Data.Targets = []string{s, "other"}
		c.Data.Series = []string{"s" + s}
		again, err := configs.Parse("test.yaml", c.Render(), nil)
		if err != nil {
			t.Errorf("%q: %v", s, err)
			continue
		}
		if diff := cmp.Diff(c, again); diff != "" {
			t.Errorf("%q (-first +again):\n%s", s, diff)
		}
	}
}

func TestRenderGolden(t *testing.T) {
	golden(t, "testdata/render/sine.yaml", parse(t, sine+"model: {forget_bias: 1}").Render())
	c, err := configs.Load("examples/co2.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/render/co2.yaml", c.Render())
}
