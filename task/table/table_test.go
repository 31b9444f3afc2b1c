package table

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"recur/configs"
	"recur/data"
)

// Every task of a config is in the table.
func TestEveryTaskIsThere(t *testing.T) {
	for _, name := range configs.Tasks {
		if tasks[name] == nil {
			t.Errorf("task %s is not in the table", name)
			continue
		}
		w := Of(&configs.Config{Task: name}).Words()
		if len(w.Methods) == 0 {
			t.Errorf("task %s names no simple method", name)
		}
		if w.Example == "" || w.Metric == "" || w.Label == "" || len(w.Columns) == 0 || w.Command == "" || w.Fit == "" {
			t.Errorf("task %s: not all words are there: %+v", name, w)
		}
	}
	if len(tasks) != len(configs.Tasks) {
		t.Errorf("%d tasks, and configs know %d", len(tasks), len(configs.Tasks))
	}
}

// Every ready config opens and prepares: each part has examples, and a batch of each can be filled.
func TestExampleConfigs(t *testing.T) {
	files, err := filepath.Glob("../../configs/examples/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d example configs, %v", len(files), err)
	}
	for _, file := range files {
		c, err := configs.Load(file, nil)
		if err != nil {
			t.Fatal(err)
		}
		if c.Data.CSV.Path != "" && !strings.HasPrefix(c.Data.CSV.Path, "builtin:") {
			t.Errorf("%s reads %s; an embedded config can't", file, c.Data.CSV.Path)
			continue
		}
		source, err := Of(c).Open(c, nil)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		all, _ := source.Variants(source.Config())
		d, err := source.Prepare(all[0].Of(source.Config()))
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		methods, _, err := d.Methods(nil, d.Part("test"))
		for _, name := range methods { // so that they can be asked for
			if season, _, _ := strings.Cut(name, "seasonal_naive_"); season != "" && !slices.Contains(Methods(), name) {
				t.Errorf("%s: method %s is not among the names of its task", file, name)
			}
		}
		if err != nil {
			t.Error(err)
		}
		for _, name := range []string{"train", "validation", "test"} {
			p := d.Part(name)
			if p.Len() == 0 {
				t.Errorf("%s: the %s part has no example", file, name)
				continue
			}
			var b data.Batch[float32]
			data.Fill(p, []int{p.Len() - 1}, &b)
			if !slices.Contains(b.Mask, 1) && !slices.ContainsFunc(b.Labels, func(y int32) bool { return y != data.NoLabel }) {
				t.Errorf("%s: the last batch of the %s part has no target", file, name)
			}
		}
	}
}
