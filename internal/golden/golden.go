// Package golden answers one question, for tests: is what was said what the file beside the test says?
package golden

import (
	"os"
	"strings"
	"testing"
)

// Compare holds got to the file at path; update writes the file first. differ words a difference, "" for none.
func Compare(t testing.TB, path, got string, update bool, differ func(want, got string) string) {
	t.Helper()
	if update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := differ(string(want), got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

// Said is a case and what is said of it, indented below its name.
func Said(name, what string) string {
	return name + "\n\t" + strings.ReplaceAll(what, "\n", "\n\t") + "\n"
}
