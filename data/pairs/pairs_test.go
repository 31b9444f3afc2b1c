package pairs

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/data/text"
)

// write fills a directory with files, and makes it the working directory.
func write(t testing.TB, files map[string]string) {
	t.Helper()
	dir := t.TempDir()
	for name, src := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(src), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if t, ok := t.(*testing.T); ok {
		t.Chdir(dir)
	}
}

// columns are a source of a file with columns.
func columns(path string) Source {
	return Source{CSV: text.Paths{Path: path}, Source: "de", Target: "en"}
}

// beside are two files, line by line.
func beside(a, b string) Source {
	return Source{Parallel: Parallel{Sources: text.Paths{Path: a}, Targets: text.Paths{Path: b}}}
}

// shown are the pairs of a set, a line each.
func shown(s *Set) (all []string) {
	for i := range s.Pairs {
		p := &s.Pairs[i]
		line := fmt.Sprintf("%d %q %q", p.Line, p.Source, p.Target)
		if !p.Known {
			line = fmt.Sprintf("%d %q", p.Line, p.Source)
		}
		all = append(all, line)
	}
	return all
}

// The same pairs in the forms that are read, with what is left out told.
func TestForms(t *testing.T) {
	files := map[string]string{
		"a.csv":   "id,en,de\n1,\"one, two\",eins zwei\n\n2,,\n3,three,drei",
		"a.tsv":   "de\ten\neins zwei\tone, two\n\n\t\ndrei\tthree\n",
		"a.jsonl": "{\"de\":\"eins zwei\",\"en\":\"one, two\"}\n\n{\"de\":\"\",\"en\":\" \"}\r\n{\"en\":\"three\",\"de\":\"drei\",\"n\":1}",
		"a.de":    "\ufeffeins zwei\r\n\r\n \r\ndrei",
		"a.en":    "one, two\n\n\nthree\n",
	}
	write(t, files)
	for _, c := range []struct {
		s            Source
		lines, empty string
		called       string
	}{
		{columns("a.csv"), "2 5", "a.csv: 2 lines are empty on both sides and left out: lines 3 and 4", "the pair of line 5 of a.csv"},
		{columns("a.tsv"), "2 5", "a.tsv: 2 lines are empty on both sides and left out: lines 3 and 4", "the pair of line 5 of a.tsv"},
		{columns("a.jsonl"), "1 4", "a.jsonl: 2 lines are empty on both sides and left out: lines 2 and 3", "the pair of line 4 of a.jsonl"},
		{beside("a.de", "a.en"), "1 4", "a.de and a.en: 2 lines are empty on both sides and left out: lines 2 and 3", "the pair of line 4 of a.de and a.en"},
	} {
		set, err := Open(c.s)
		if err != nil {
			t.Fatal(err)
		}
		var first, second int
		fmt.Sscan(c.lines, &first, &second)
		want := []string{fmt.Sprintf("%d %q %q", first, "eins zwei", "one, two"), fmt.Sprintf("%d %q %q", second, "drei", "three")}
		if d := cmp.Diff(want, shown(set)); d != "" {
			t.Errorf("%s: %s", set.Name, d)
		}
		if d := cmp.Diff([]string{c.empty}, set.Notes); d != "" || set.Called(1) != c.called || len(set.Hash) != 64 {
			t.Errorf("%s: %s, called %q, hash %q", set.Name, d, set.Called(1), set.Hash)
		}
	}
}

// Empty lines at the end of one of two files are no lines of pairs; files of parts and a limit go as in other tasks.
func TestParallelFiles(t *testing.T) {
	write(t, map[string]string{"a.de": "eins\nzwei\n\n \n", "a.en": "one\ntwo", "b.de": "drei", "b.en": "three\n\n"})
	set, err := Open(Source{Limit: 1, Parallel: Parallel{Sources: text.Paths{Train: "a.de", Test: "b.de"}, Targets: text.Paths{Train: "a.en", Test: "b.en"}}})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{`1 "eins" "one"`, `1 "drei" "three"`}, shown(set)); d != "" || set.Pairs[0].Part != 1 || set.Pairs[1].Part != 3 || set.Notes != nil {
		t.Errorf("%s, parts %d and %d, notes %q", d, set.Pairs[0].Part, set.Pairs[1].Part, set.Notes)
	}
}

// To predict, targets may be absent and every line is an example, an empty one too; to be scored they are wanted.
func TestOther(t *testing.T) {
	write(t, map[string]string{"a.csv": "de\neins\n\"\"\n", "b.csv": "de,en\neins,one\nzwei,\n", "c.csv": "source,target\neins,one\n", "a.de": "eins\n\nzwei", "a.en": "one\n\ntwo\n"})
	for _, c := range []struct {
		name string
		s    Source
		o    Other
		want string
	}{
		{"a column of sources", columns("x"), Other{Paths: []string{"a.csv"}, Bare: true}, `2 "eins";3 ""`},
		{"some targets", columns("x"), Other{Paths: []string{"b.csv"}, Bare: true}, `2 "eins" "one";3 "zwei"`},
		{"lines", columns("x"), Other{Paths: []string{"a.de"}, Bare: true}, `1 "eins";2 "";3 "zwei"`},
		{"lines of a stream", beside("x", "y"), Other{Paths: []string{"standard input"}, In: strings.NewReader("eins\r\n\nzwei\n"), Bare: true}, `1 "eins";2 "";3 "zwei"`},
		{"two files to predict", beside("x", "y"), Other{Paths: []string{"a.de", "a.en"}, Bare: true}, `1 "eins" "one";2 "";3 "zwei" "two"`},
		{"two files to score", columns("x"), Other{Paths: []string{"a.de", "a.en"}}, `1 "eins" "one";3 "zwei" "two"`},
		{"columns for a run of two files", beside("x", "y"), Other{Paths: []string{"c.csv"}}, `2 "eins" "one"`},
	} {
		set, err := OpenOther(c.s, c.o)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if d := cmp.Diff(c.want, strings.Join(shown(set), ";")); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		for i := range set.Pairs {
			if set.Pairs[i].Part != 3 {
				t.Errorf("%s: pair %d is of part %d", c.name, i, set.Pairs[i].Part)
			}
		}
	}
}
