package arch

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// source is one text file of the tree.
type source struct {
	path  string // from the root, with slashes
	text  []byte
	fset  *token.FileSet
	ast   *ast.File // nil where it is not Go
	lines int
}

func (s *source) dir() string         { return path.Dir(s.path) }
func (s *source) isGo() bool          { return s.ast != nil }
func (s *source) isTest() bool        { return strings.HasSuffix(s.path, "_test.go") }
func (s *source) line(n ast.Node) int { return s.fset.Position(n.Pos()).Line }

// generated follows the convention of `go help generate`.
func (s *source) generated() bool {
	if s.isGo() {
		return ast.IsGenerated(s.ast)
	}
	return bytes.Contains(s.text[:min(len(s.text), 200)], []byte("Code generated "))
}

// fault is a message at a place, as file:line: message.
func (s *source) fault(line int, format string, args ...any) string {
	return fmt.Sprintf("%s:%d: %s", s.path, line, fmt.Sprintf(format, args...))
}

// skipped directories hold what was built, trained or installed.
func skipped(dir string) bool {
	base := path.Base(dir)
	return slices.Contains([]string{"bin", "runs", "bench/env"}, dir) || base == ".git" || base == "__pycache__"
}

// readTree reads every text file below the root. Files that only a tag no build sets would include are left out.
func readTree(root fs.FS) ([]*source, error) {
	var all []*source
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && skipped(name):
			return fs.SkipDir
		case !d.Type().IsRegular() || d.Name() == ".git": // a file where git has several work trees
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil || bytes.IndexByte(text, 0) >= 0 || !utf8.Valid(text) {
			return err
		}
		s := &source{path: name, text: text, lines: bytes.Count(text, []byte("\n"))}
		if strings.HasSuffix(name, ".go") && !bytes.HasPrefix(text, []byte("//go:build deps")) {
			s.fset = token.NewFileSet()
			if s.ast, err = parser.ParseFile(s.fset, name, text, parser.ParseComments|parser.SkipObjectResolution); err != nil {
				return err
			}
		}
		all = append(all, s)
		return nil
	})
	return all, err
}

// goFiles are those that are part of the module.
func goFiles(all []*source) []*source {
	var files []*source
	for _, s := range all {
		if s.isGo() && !strings.Contains("/"+s.path, "/_") && !strings.Contains("/"+s.path, "/testdata/") {
			files = append(files, s)
		}
	}
	return files
}

// rules are all that is checked.
var rules = []struct {
	name  string
	check func([]*source) []string
}{
	{"imports", imports},
	{"tasks", tasks},
	{"packages", packages},
	{"names", names},
	{"comments", comments},
	{"length", length},
	{"words", words},
	{"linknames", linknames},
	{"pins", pins},
	{"map", rooms},
}

func TestTree(t *testing.T) {
	all, err := readTree(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	if len(goFiles(all)) < 50 {
		t.Fatalf("found %d Go files; is this the root of the module?", len(goFiles(all)))
	}
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			for _, f := range sorted(r.check(all)) {
				t.Error(f)
			}
		})
	}
}

// sorted drops repetitions.
func sorted(faults []string) []string {
	slices.Sort(faults)
	return slices.Compact(faults)
}
