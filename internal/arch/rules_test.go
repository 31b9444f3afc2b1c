package arch

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// TestRulesCatch gives each rule a small tree that breaks it, and one that does not.
func TestRulesCatch(t *testing.T) {
	long := "// Package data is long.\npackage data\n" + strings.Repeat("\n", 699)
	for _, c := range []struct {
		rule  string
		files map[string]string
		want  []string
	}{
		{"imports", map[string]string{
			"data/a.go":      "package data\nimport \"fmt\"\nimport \"recur/configs\"\nimport \"recur/data/inner\"\n",
			"data/a_test.go": "package data_test\nimport \"recur/train\"\nimport \"github.com/google/go-cmp/cmp\"\n",
			"data/b.go":      "package data\nimport (\n\t\"recur/train\"\n\t\"gorgonia.org/tensor\"\n\t\"github.com/google/go-cmp/cmp\"\n)\n",
			"util/c.go":      "package util\n",
			"cmd/recur/m.go": "package main\nimport \"recur/internal/pipeline\"\nimport \"recur/data\"\n",
			"datasets/d.go":  "package datasets\nimport \"recur/data\"\n",
			"x/_gen/d.go":    "package main\nimport \"recur/data\"\n",
		}, []string{
			`cmd/recur/m.go:3: cmd/recur must not import recur/data; it may import configs, task, internal/*, github.com/spf13/cobra, github.com/spf13/pflag, golang.org/x/term`,
			`data/b.go:3: data must not import recur/train; it may import configs, datasets, golang.org/x/text, github.com/parquet-go/parquet-go`,
			`data/b.go:4: data must not import gorgonia.org/tensor; it may import configs, datasets, golang.org/x/text, github.com/parquet-go/parquet-go`,
			`data/b.go:5: data must not import github.com/google/go-cmp/cmp; it may import configs, datasets, golang.org/x/text, github.com/parquet-go/parquet-go`,
			`datasets/d.go:2: datasets must not import recur/data; it may import the standard library alone`,
			`util/c.go:1: util is no room of the table in internal/arch; add it there and in ARCHITECTURE.md, with what it may import`,
		}},
		{"tasks", map[string]string{
			"train/a.go":             "package train\nimport \"recur/data/series\"\nimport \"recur/data\"\n",
			"train/b.go":             "package train\nfunc f(c C) bool { return c.Task == x }\nfunc g(c C) { switch c.Task {\ncase x: } }\nvar w, v = \"regress\", \"to regress\"\n",
			"train/b_test.go":        "package train\nvar w = \"regress\"\n",
			"configs/c.go":           "package configs\nvar w = \"regress\"\nvar b = c.Task == w\n",
			"task/forecast/d.go":     "package forecast\nimport \"recur/data/series\"\nvar w = \"forecast\"\n",
			"internal/pipeline/e.go": "package pipeline\nimport \"recur/task/forecast\"\nimport \"recur/task/table\"\n",
			"cmd/recur/forecast.go":  "package main\nimport \"recur/task/forecast\"\n",
			"predict/f.go":           "package predict\nimport \"recur/data/series\"\n",
		}, []string{
			`internal/pipeline/e.go:2: imports the room of task forecast; ask recur/task/table for the task of a config`,
			`train/a.go:2: knows one kind of data, data/series; what it does has to hold for all: use recur/data and recur/task`,
			`train/b.go:2: asks which task it is; make it an answer of recur/task`,
			`train/b.go:3: asks which task it is; make it an answer of recur/task`,
			`train/b.go:5: "regress" is the word of a task; only configs and the rooms of tasks know it`,
		}},
		{"packages", map[string]string{
			"a/a.go":      "// Package a is fine.\npackage a\n",
			"a/a_test.go": "package a_test\n",
			"b/b.go":      "package common\n",
			"c/c.go":      "// Holds things.\npackage twoWords\n",
			"d/d.go":      "// Package d is told of once\npackage d\n",
			"d/e.go":      "// Package d is told of twice.\npackage d\n",
			"e/main.go":   "// Command e runs.\npackage main\n",
		}, []string{
			`b/b.go:1: package common has no comment; say in one sentence which question it answers`,
			`b/b.go:1: package common says nothing about what it holds; name it for that`,
			`c/c.go:2: package comment: begin it with "Package twoWords "`,
			`c/c.go:2: package twoWords: name it with one lower-case word`,
			`d/e.go:2: package d has a comment in d/d.go too; keep one`,
		}},
		{"linknames", map[string]string{
			"a/a.go": "package a\n\n// f is there.\n//\n//go:linkname f other.g\nfunc f()\n\nfunc g() { _ = \"//go:linkname in a text\" }\n",
		}, []string{
			"a/a.go:5: go:linkname calls what nobody checks the signature of; find a way that the compiler or reflect checks",
		}},
		{"names", map[string]string{
			"a/a.go": `package a
type t struct{ data int }
func (train t) f(data int, x ...int) (graph int) {
	models := 1
	var data2, data = 1, 2
	for train := range x { _ = func(models int) {} }
	x.data = 1
	return
}
`,
		}, []string{
			"a/a.go:3: data hides the package of that name; call it for what it holds",
			"a/a.go:3: graph hides the package of that name; call it for what it holds",
			"a/a.go:3: train hides the package of that name; call it for what it holds",
			"a/a.go:4: models hides the package of that name; call it for what it holds",
			"a/a.go:5: data hides the package of that name; call it for what it holds",
			"a/a.go:6: models hides the package of that name; call it for what it holds",
			"a/a.go:6: train hides the package of that name; call it for what it holds",
		}},
		{"comments", map[string]string{
			"a/a.go": `package a
type T[F any] struct{}
func (*T[F]) Name() {}
func (T[F]) String() string { return "" }
func (small) Name() {}
// F is told.
func F() {}
func G() {}
// Both are told.
const (
	C1 = 1
	C2 = 2
)
var V, w int
const D = 1 // told
`,
			"a/a_test.go": "package a\nfunc Helper() {}\n",
			"a/made.go":   "// Code generated by x. DO NOT EDIT.\npackage a\nfunc Made() {}\n",
		}, []string{
			"a/a.go:14: V is exported and has no comment; say what it is, with shapes, units and errors",
			"a/a.go:2: T is exported and has no comment; say what it is, with shapes, units and errors",
			"a/a.go:3: Name is exported and has no comment; say what it is, with shapes, units and errors",
			"a/a.go:8: G is exported and has no comment; say what it is, with shapes, units and errors",
		}},
		{"length", map[string]string{
			"a/long.go":  long,
			"a/fit.go":   strings.TrimSuffix(long, "\n"),
			"a/made.go":  "// Code generated by x. DO NOT EDIT.\n" + long,
			"a/made.s":   "// Code generated by x. DO NOT EDIT.\n" + long,
			"a/long.csv": long,
		}, []string{"a/long.go:701: the file has 701 lines, more than 700; split it by the things it holds"}},
		{"words", map[string]string{
			"a.md":  "fine\nsee /wo" + "rk/x\n",
			"b.bin": "\x00/wo" + "rk/x\n",
		}, []string{`a.md:2: "/wo` + `rk/" belongs to one machine or network; write what holds everywhere`}},
		{"map", map[string]string{
			"ARCHITECTURE.md":         "| `data` | where do batches come from? |",
			"data/a.go":               "package data\n",
			"internal/kernel/a/b.go":  "package a\n",
			"internal/kernel/main.go": "package kernel\n",
		}, []string{"ARCHITECTURE.md:1: `internal/kernel` is a room and not on the map; add the question it answers"}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			if d := cmp.Diff(c.want, check(t, c.rule, c.files)); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

// check runs one rule over files and returns its faults without repetitions, sorted.
func check(t *testing.T, rule string, files map[string]string) []string {
	t.Helper()
	tree := fstest.MapFS{}
	for name, text := range files {
		tree[name] = &fstest.MapFile{Data: []byte(text)}
	}
	all, err := readTree(tree)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rules {
		if r.name == rule {
			return sorted(r.check(all))
		}
	}
	t.Fatalf("there is no rule %q", rule)
	return nil
}

func TestPinsCatch(t *testing.T) {
	var mod strings.Builder
	mod.WriteString("module recur\n\nrequire (\n")
	for name, version := range pinned {
		switch name {
		case tensor:
			version = "v0.9.99"
		case gorgonia:
			version += " // indirect"
		case hm:
			continue
		}
		mod.WriteString("\t" + name + " " + version + "\n")
	}
	mod.WriteString(")\n")
	got := strings.Join(check(t, "pins", map[string]string{"go.mod": mod.String(), "x/go.mod": "module x\n"}), "\n")
	for _, want := range []string{
		"gorgonia.org/tensor is v0.9.99, pinned to v0.9.24; run the tests",
		"gorgonia.org/gorgonia must be a direct requirement; remove the mark",
		"go.mod:1: github.com/chewxy/hm is missing; require v1.0.0",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("missing %q in\n%s", want, got)
		}
	}
	if n := strings.Count(got, "\n") + 1; n != 3 {
		t.Errorf("%d faults, want 3:\n%s", n, got)
	}
}
