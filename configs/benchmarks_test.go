package configs_test

import (
	"os"
	"path/filepath"
	"testing"

	"recur/configs"
)

// The presets of public sets read without a fault, and the schema takes them.
func TestBenchmarks(t *testing.T) {
	s := compiled(t)
	files, err := filepath.Glob("benchmarks/*.yaml")
	if err != nil || len(files) < 9 {
		t.Fatalf("got %d presets, %v; want 9 or more", len(files), err)
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c, err := configs.Parse(file, src, nil)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		if fault, ok := validate(s, src); fault != nil || !ok {
			t.Errorf("%s: the schema refuses it: %v", file, fault)
		}
		if name := filepath.Base(file); c.Name+".yaml" != name || c.Recipe != "global" {
			t.Errorf("%s: name is %s and recipe %s, want the file's name and global", file, c.Name, c.Recipe)
		}
	}
}
