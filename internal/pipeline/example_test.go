package pipeline

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"recur/configs"
	"recur/configs/examples"
)

// The files of an example load from a directory of their own, and no embedded data set is left in its config.
func TestExampleFiles(t *testing.T) {
	t.Parallel()
	for _, name := range examples.Names() {
		files, err := Example(name)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		for _, f := range files {
			if err := os.WriteFile(filepath.Join(dir, f.Name), f.Content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		config := files[len(files)-1]
		if config.Name != name+".yaml" || strings.Contains(string(config.Content), "builtin:") {
			t.Errorf("%s: the last file is %s:\n%s", name, config.Name, config.Content)
		}
		c, err := configs.Load(filepath.Join(dir, config.Name), nil)
		if err != nil {
			t.Error(err)
			continue
		}
		if _, err := DryRun(c, nil); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Example("cosine"); ExitCode(err) != ExitUsage {
		t.Errorf("got %v, want a usage error", err)
	}
}
