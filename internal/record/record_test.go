package record

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// A name is in the record before its file is there, and what is not in it is refused and never removed.
func TestClaimAndRemove(t *testing.T) {
	dir := t.TempDir()
	if err := Begin(dir, Run, ".lock"); err != nil {
		t.Fatal(err)
	}
	write := func(name string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := Claim(dir, "a", "sub/", "sub/b"); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "sub"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a", "mine", "sub/b", "sub/mine"} {
		write(name)
	}
	var foreign *Foreign
	for _, name := range []string{"mine", "sub/mine", "a/b", "mine/"} {
		if err := Claim(dir, "new", name); !errors.As(err, &foreign) {
			t.Errorf("%s: got %v, want a refusal", name, err)
		}
	}
	r, err := Read(dir)
	if want := []string{".lock", "a", "sub/", "sub/b"}; err != nil || !slices.Equal(r.Files, want) || r.Kind != Run {
		t.Fatalf("the record is %v, %v; want %v", r, err, want)
	}
	if err := Remove(dir, "a", "mine", "sub/b", "sub/mine", "sub/"); err != nil {
		t.Fatal(err)
	}
	for name, there := range map[string]bool{"a": false, "mine": true, "sub/b": false, "sub/mine": true} {
		if _, err := os.Lstat(filepath.Join(dir, name)); (err == nil) != there {
			t.Errorf("%s: there %t, want %t", name, err == nil, there)
		}
	}
}

// Nothing that a record names leads out of its directory, and a file of that name that is no record is somebody else's.
func TestHostileRecords(t *testing.T) {
	for _, text := range []string{
		"", "{}", "null", `{"schema":2,"kind":"run"}`, `{"schema":1,"kind":"run","files":["../x"]}`, `{"schema":1,"kind":"run","files":["/etc/passwd"]}`,
		`{"schema":1,"kind":"run","files":["a/../../x"]}`, `{"schema":1,"kind":"run","files":[""]}`, `{"schema":1,"kind":"run","files":`,
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, Name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		var foreign *Foreign
		if r, err := Read(dir); !errors.As(err, &foreign) {
			t.Errorf("%q: got %v, %v, want a refusal", text, r, err)
		}
		if err := Claim(dir, "a"); err == nil {
			t.Errorf("%q: a name went into it", text)
		}
		if b, err := os.ReadFile(path); err != nil || string(b) != text {
			t.Errorf("%q: it has become %q, %v", text, b, err)
		}
	}
}
