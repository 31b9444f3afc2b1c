package pipeline

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"recur/configs"
	"recur/internal/runs"
)

// rising is a directory with a series that rises, and a config without data.center, of which the first line is the version.
func rising(t *testing.T) (dir string, config func(version string, set ...string) *configs.Config) {
	t.Helper()
	dir = t.TempDir()
	var b strings.Builder
	b.WriteString("y\n")
	for i := range 120 {
		fmt.Fprintf(&b, "%.3f\n", 50+2*float64(i)+8*math.Sin(2*math.Pi*float64(i)/12)+float64(i*7919%13)/5)
	}
	if err := os.WriteFile(filepath.Join(dir, "rising.csv"), []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir, func(version string, set ...string) *configs.Config {
		t.Helper()
		c, err := configs.Parse(filepath.Join(dir, "rising.yaml"), []byte(version+`
data: {csv: rising.csv, targets: [y], window: 24, horizon: 6, season: 12, split: {validation: 12, test: 12}}
model: {cell: gru, hidden_size: 8}
train: {epochs: 5}
`), set)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
}

// A file of version 2 trains to the figures that it had before there was a choice; one of the newest version takes off what
// suits the data, says so, and its run's config.yaml holds the choice and trains to the same bits.
func TestCenterIsChosen(t *testing.T) {
	dir, config := rising(t)
	trainedAs := func(name string, c *configs.Config) (*TrainReport, string) {
		t.Helper()
		var notes []string
		r, err := Train(context.Background(), c, TrainOptions{Run: filepath.Join(dir, name), OnNote: func(s string) { notes = append(notes, s) }})
		if err != nil {
			t.Fatal(err)
		}
		return r, strings.Join(notes, "\n")
	}
	bits := func(name string) string {
		t.Helper()
		found, _ := filepath.Glob(filepath.Join(dir, name, "checkpoints", "step-*", "model.safetensors"))
		if len(found) == 0 {
			t.Fatalf("%s: no weights", name)
		}
		b, err := os.ReadFile(found[len(found)-1])
		if err != nil {
			t.Fatal(err)
		}
		_, weights, _ := strings.Cut(string(b), "}}") // without the metadata, where the config is
		return weights
	}
	rendered := func(name string) string {
		t.Helper()
		b, err := os.ReadFile(filepath.Join(dir, name, "config.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}

	// 4.1387 is the figure of the last recur that knew version 2 alone; with center: last it is 0.046.
	old, notes := trainedAs("old", config("version: 2"))
	if loss := old.Result.Best.ValidationLoss; math.Abs(loss-4.138663) > 1e-4 || strings.Contains(notes, "data.center") {
		t.Errorf("version 2: validation loss %g, want 4.138663 as before; notes %q", loss, notes)
	}
	trainedAs("none", config("version: 3", "data.center=none"))
	if bits("old") != bits("none") {
		t.Error("version 2 and center: none of version 3 differ")
	}

	chosen, notes := trainedAs("chosen", config("version: 3"))
	if loss := chosen.Result.Best.ValidationLoss; loss > 0.1 || !strings.Contains(notes, "data.center: last, chosen on the training rows") {
		t.Errorf("version 3: validation loss %g, want less than 0.1; notes %q", loss, notes)
	}
	if !strings.Contains(rendered("chosen"), "version: 3\n") || !strings.Contains(rendered("chosen"), "\n  center: last\n") {
		t.Errorf("no center: last in\n%s", rendered("chosen"))
	}
	again, err := configs.Load(filepath.Join(dir, "chosen", "config.yaml"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, notes := trainedAs("again", again); strings.Contains(notes, "data.center") || bits("again") != bits("chosen") || rendered("again") != rendered("chosen") {
		t.Errorf("the run's config does not train the same; notes %q", notes)
	}
}

// A run of an older version of the language is known for what it is: its config.yaml keeps its version.
func TestOlderRunIsKnown(t *testing.T) {
	dir, config := rising(t)
	run := filepath.Join(dir, "run")
	if _, err := Train(context.Background(), config("version: 2"), TrainOptions{Run: run}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(run, "config.yaml")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	older := strings.Replace(string(b), "version: 3\n", "version: 2\n", 1)
	if err := os.WriteFile(path, []byte(older), 0o600); err != nil || older == string(b) {
		t.Fatal(err)
	}
	r := runs.RunDir(run)
	if c := config("version: 2"); !r.SameConfig(c) || !r.WholeConfig() {
		t.Errorf("same %t, whole %t; want both", r.SameConfig(c), r.WholeConfig())
	}
	if r.SameConfig(config("version: 3", "data.center=last")) {
		t.Error("a config with another center counts as the same")
	}
}
