package arch

import (
	"slices"
	"strconv"
	"strings"
)

// room is what one directory, with those below it, may import besides the standard library and itself.
type room struct {
	ours   []string // rooms of the module; internal/* stands for all below internal
	others []string // modules or packages of others, and what lies below them
}

const (
	drawing  = "gonum.org/v1/plot"
	fonts    = "golang.org/x/image"
	numeric  = "gonum.org/v1/gonum"
	gorgonia = "gorgonia.org/gorgonia"
	tensor   = "gorgonia.org/tensor"
	hm       = "github.com/chewxy/hm"
	pin      = "go4.org/unsafe/assume-no-moving-gc"
	cobra    = "github.com/spf13/cobra"
	pflag    = "github.com/spf13/pflag"
	yaml     = "go.yaml.in/yaml/v4"
	cpu      = "golang.org/x/sys/cpu"
	terminal = "golang.org/x/term"
	segments = "github.com/clipperhouse/uax29/v2"
	parquet  = "github.com/parquet-go/parquet-go"
	unicoded = "golang.org/x/text"
)

var public = []string{"configs", "datasets", "data", "baseline", "evaluate", "checkpoint", "predict", "graph", "models", "train", "generate", "task"}

// table is the one of ARCHITECTURE.md.
var table = map[string]room{
	"internal/kernel":       {others: []string{cpu}},
	"internal/plot":         {others: []string{drawing, fonts}},
	"internal/arch":         {},
	"internal/golden":       {},
	"internal/distribution": {others: []string{numeric}},
	"internal/mutate":       {},
	"internal/report":       {},
	"internal/sheet":        {others: []string{parquet}},
	"internal/record":       {ours: []string{"checkpoint"}},
	"configs":               {others: []string{yaml, unicoded}},
	"datasets":              {},
	"data":                  {ours: []string{"configs", "datasets"}, others: []string{unicoded, parquet}},
	"data/series":           {ours: []string{"configs", "data", "datasets", "internal/distribution"}, others: []string{numeric}},
	"data/text":             {ours: []string{"configs", "data"}, others: []string{segments, unicoded}},
	"data/audio":            {ours: []string{"configs", "data", "data/text", "data/labelled"}, others: []string{numeric}},
	"data/pairs":            {ours: []string{"configs", "data", "data/text", "data/labelled"}},
	"baseline/ngram":        {},
	"baseline/ets":          {},
	"baseline/classes":      {ours: []string{"data", "evaluate"}, others: []string{numeric}},
	"baseline":              {ours: []string{"data", "internal/distribution"}, others: []string{numeric}},
	"evaluate":              {ours: []string{"data"}, others: []string{numeric}},
	"checkpoint":            {ours: []string{"configs", "data"}},
	"predict":               {ours: []string{"configs", "data", "checkpoint", "internal/distribution", "internal/kernel"}},
	"generate":              {ours: []string{"data", "evaluate", "predict", "internal/report"}},
	"graph":                 {ours: []string{"internal/distribution", "internal/kernel"}, others: []string{gorgonia, tensor, hm, pin}},
	"models":                {ours: []string{"configs", "graph", "internal/distribution"}, others: []string{gorgonia, tensor}},
	"train":                 {ours: []string{"configs", "data", "graph", "models", "evaluate", "checkpoint"}, others: []string{gorgonia, tensor}},
	"task":                  {ours: []string{"configs", "data", "models", "checkpoint", "baseline", "evaluate", "predict", "train", "internal/distribution", "internal/plot", "internal/report", "internal/sheet"}, others: []string{numeric}},
	"internal/runs":         {ours: []string{"configs", "checkpoint", "evaluate", "task", "train", "internal/kernel", "internal/record", "internal/report"}},
	"internal/pipeline":     {ours: slices.Concat(public, []string{"internal/kernel", "internal/plot", "internal/record", "internal/report", "internal/runs", "internal/sheet"}), others: []string{numeric}},
	"internal/suggest":      {ours: []string{"configs", "data"}},
	"internal/progress":     {ours: []string{"task", "internal/pipeline"}, others: []string{terminal}},
	"internal/serve":        {ours: []string{"configs", "predict", "internal/pipeline"}},
	"internal/sweep":        {ours: []string{"configs", "predict", "internal/pipeline"}},
	"bench/scaling":         {ours: []string{"internal/plot"}},
	"cmd/recur":             {ours: []string{"configs", "task", "internal/*"}, others: []string{cobra, pflag, terminal}},
}

// forTests is what tests may import besides: any room of ours, and these.
var forTests = []string{"github.com/google/go-cmp", "github.com/rogpeppe/go-internal/testscript", "github.com/santhosh-tekuri/jsonschema/v6", yaml, numeric}

const module = "recur"

// imports checks every import against the table.
func imports(all []*source) []string {
	var faults []string
	for _, s := range goFiles(all) {
		name, r, ok := roomOf(s.dir())
		if !ok {
			faults = append(faults, s.fault(1, "%s is no room of the table in internal/arch; add it there and in ARCHITECTURE.md, with what it may import", s.dir()))
			continue
		}
		for _, spec := range s.ast.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err == nil && !r.allows(name, imported, s.isTest()) {
				faults = append(faults, s.fault(s.line(spec), "%s must not import %s; it may import %s", name, imported, r))
			}
		}
	}
	return faults
}

// roomOf finds the row for a directory: its own, or that of the nearest one above.
func roomOf(dir string) (name string, r room, ok bool) {
	for name = dir; name != "."; name = name[:max(strings.LastIndexByte(name, '/'), 0)] {
		if r, ok = table[name]; ok || name == "" {
			return name, r, ok
		}
	}
	return name, r, false
}

func (r room) allows(name, imported string, test bool) bool {
	if ours, ok := strings.CutPrefix(imported, module+"/"); ok {
		return test || below(ours, name) || slices.ContainsFunc(r.ours, func(may string) bool {
			return below(ours, strings.TrimSuffix(may, "/*"))
		})
	}
	if first, _, _ := strings.Cut(imported, "/"); !strings.Contains(first, ".") {
		return true // the standard library
	}
	allowed := func(may string) bool { return below(imported, may) }
	return slices.ContainsFunc(r.others, allowed) || test && slices.ContainsFunc(forTests, allowed)
}

// below says that a path is a directory or lies below it.
func below(path, dir string) bool { return path == dir || strings.HasPrefix(path, dir+"/") }

func (r room) String() string {
	if len(r.ours)+len(r.others) == 0 {
		return "the standard library alone"
	}
	return strings.Join(slices.Concat(r.ours, r.others), ", ")
}
