package configs_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
)

var update = flag.Bool("update", false, "rewrite golden files, configs/schema.json and docs/config.md")

// golden compares got with a file, or rewrites the file with -update.
func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; run go test ./configs -update", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s is not current (-file +now), run go test ./configs -update and look at the change:\n%s", path, diff)
	}
}

// badConfigs returns the names of testdata/bad without ".yaml".
func badConfigs(t testing.TB) []string {
	paths, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil || len(paths) < 60 {
		t.Fatalf("testdata/bad: got %d configs (%v), want at least 60", len(paths), err)
	}
	for i, p := range paths {
		paths[i] = strings.TrimSuffix(filepath.Base(p), ".yaml")
	}
	return paths
}

// Each bad config is refused with its golden message.
func TestBadConfigs(t *testing.T) {
	for _, name := range badConfigs(t) {
		t.Run(name, func(t *testing.T) {
			path := "testdata/bad/" + name + ".yaml"
			_, err := configs.Load(path, nil)
			var faults *configs.Error
			if !errors.As(err, &faults) {
				t.Fatalf("%s: got %v, want a *configs.Error", path, err)
			}
			for i, f := range faults.Faults {
				if f.File != path || f.Line < 1 || f.Column < 1 {
					t.Errorf("fault %d has no place: %+v", i, f)
				}
				if i > 0 && (faults.Faults[i-1].Line > f.Line) {
					t.Errorf("fault %d is not in order of place: %+v", i, f)
				}
			}
			golden(t, "testdata/bad/"+name+".golden", []byte(err.Error()+"\n"))
		})
	}
}
