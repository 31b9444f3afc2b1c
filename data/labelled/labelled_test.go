package labelled

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/internal/golden"
	"recur/internal/mutate"
)

var update = flag.Bool("update", false, "write the golden files anew")

// write puts the text of a source into a file.
func write(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

var (
	longForm = Source{Sequence: "id", Label: []string{"y"}, Missing: "error", MissingValues: []string{"", "NA"}}
	wideForm = Source{Steps: 2, Label: []string{"y"}, Missing: "error", MissingValues: []string{"", "NA"}}
	tsForm   = Source{Missing: "error"}
)

// with changes a source.
func with(s Source, change func(*Source)) Source { change(&s); return s }

// open reads the text as the file of a source.
func open(t testing.TB, s Source, text string) (*Set, error) {
	t.Helper()
	if s.Sequence == "" && s.Steps == 0 {
		s.TS.Path = write(t, "x.ts", text)
	} else {
		s.CSV.Path = write(t, "x.csv", text)
	}
	return Read(s)
}

const tsHead = "# about\n@problemName x\n@timeStamps false\n@dimensions 2\n@equalLength false\n"

// What the forms hold: names, steps, inputs, values and labels, missing ones filled in.
func TestForms(t *testing.T) {
	classes := func(s *Source) { s.Labels = true }
	for _, tt := range []struct {
		name   string
		source Source
		text   string
		want   string
	}{
		{"long", longForm, "id,a,b,y\nu,1,2,7\nv,5,6,8\nu,3,4,7\n", "inputs [a b], values [y], classes []\nu [1 2 3 4] [7]\nv [5 6] [8]\n"},
		{"long, in the order of time", with(longForm, func(s *Source) { s.Time = "t" }), "id,t,a,y\nu,10,1,7\nu,9,2,7\n", "inputs [a], values [y], classes []\nu [2 1] [7]\n"},
		{"long, dates", with(longForm, func(s *Source) { s.Time = "t" }), "id,t,a,y\nu,2020-01-10,1,7\nu,2020-01-09,2,7\n", "inputs [a], values [y], classes []\nu [2 1] [7]\n"},
		{"long, days first", with(longForm, func(s *Source) { s.Time, s.TimeFormat = "t", "02/01/2006" }), "id,t,a,y\nu,01/03/2020,1,7\nu,02/02/2020,2,7\n", "inputs [a], values [y], classes []\nu [2 1] [7]\n"},
		{"long, columns named", with(longForm, func(s *Source) { s.Inputs = []string{"b"} }), "id,a,b,y\nu,x,2,7\n", "inputs [b], values [y], classes []\nu [2] [7]\n"},
		{"long, two values", with(longForm, func(s *Source) { s.Label = []string{"y", "z"} }), "id;z;a;y\nu;1;2;7\n", "inputs [a], values [y z], classes []\nu [2] [7 1]\n"},
		{"long, classes", with(longForm, classes), "id,a,y\nu,1,dog\nv,2,cat\nw,3,dog\n", "inputs [a], values [], classes [dog cat]\nu [1] dog\nv [2] cat\nw [3] dog\n"},
		{"interpolate", with(longForm, func(s *Source) { s.Missing = "interpolate" }), "id,a,y\nu,NA,7\nu,1,7\nu,,7\nu,,7\nu,4,7\nu,NA,7\nv,,8\n", "inputs [a], values [y], classes []\nu [1 1 2 3 4 4] [7]\nv [NaN] [8]\n"},
		{"forward", with(longForm, func(s *Source) { s.Missing = "forward" }), "id,a,y\nu,1,7\nu,,7\nu,4,7\n", "inputs [a], values [y], classes []\nu [1 1 4] [7]\n"},
		{"wide", wideForm, "y,a,b,c,d\n7,1,2,3,4\n", "inputs [input 1 input 2], values [y], classes []\n [1 2 3 4] [7]\n"},
		{"wide, named", with(wideForm, func(s *Source) { s.Sequence = "id"; s.Steps = 1 }), "id,y,a,b\nu,7,1,2\n", "inputs [a b], values [y], classes []\nu [1 2] [7]\n"},
		{"ts", with(tsForm, classes), tsHead + "@classLabel true a b\n@data\n1,2:3,4:b\n5:6:a\n", "inputs [dimension 1 dimension 2], values [], classes [a b]\n [1 3 2 4] b\n [5 6] a\n"},
		{"ts of values", with(tsForm, func(s *Source) { s.Missing = "interpolate" }), "@univariate true\n@targetLabel true\n@data\n1,?,3:0.5\n", "inputs [dimension 1], values [value], classes []\n [1 2 3] [0.5]\n"},
	} {
		set, err := open(t, tt.source, tt.text)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if d := cmp.Diff(tt.want, shown(set)); d != "" {
			t.Errorf("%s (-want +got)\n%s", tt.name, d)
		}
	}
}

// shown prints a set.
func shown(s *Set) string {
	var b strings.Builder
	fmt.Fprintf(&b, "inputs %v, values %v, classes %v\n", s.Inputs, s.Values, s.Classes)
	for _, q := range s.Sequences {
		if s.Classes != nil {
			fmt.Fprintf(&b, "%s %v %s\n", q.Name, q.X, s.Classes[q.Class])
		} else {
			fmt.Fprintf(&b, "%s %v %v\n", q.Name, q.X, q.Values)
		}
	}
	return b.String()
}

// Files that can't be read, each with what is said of it: testdata/bad.golden.
func TestBad(t *testing.T) {
	classes := func(s *Source) { s.Labels = true }
	var b strings.Builder
	for _, tt := range []struct {
		name   string
		source Source
		text   string
	}{
		{"empty file", longForm, ""},
		{"header alone", longForm, "id,a,y\n"},
		{"ragged row", longForm, "id,a,y\nu,1,2\nu,1\n"},
		{"no column of the sequence", longForm, "ID,a,y\nu,1,2\n"},
		{"no column of the label", longForm, "id,a,z\nu,1,2\n"},
		{"no column of an input", with(longForm, func(s *Source) { s.Inputs = []string{"speed"} }), "id,sped,y\nu,1,2\n"},
		{"nothing left to be an input", longForm, "id,y\nu,1\n"},
		{"a column twice", longForm, "id,a,y,y\nu,1,2,3\n"},
		{"a label that changes", longForm, "id,a,y\nu,1,2\nu,1,3\nu,1,3\n"},
		{"no label", longForm, "id,a,y\nu,1,NA\n"},
		{"a label that is no number", longForm, "id,a,y\nu,1,dog\n"},
		{"one label for all", with(longForm, classes), "id,a,y\nu,1,dog\nv,1,dog\n"},
		{"no name", longForm, "id,a,y\n,1,2\n"},
		{"a missing input", longForm, "id,a,y\nu,,2\n"},
		{"an input that is no number", longForm, "id,a,y\nu,red,2\n"},
		{"an infinity", longForm, "id,a,y\nu,inf,2\n"},
		{"a blank line", longForm, "id,a,y\nu,1,2\n\nu,1,2\n"},
		{"a time stamp twice", with(longForm, func(s *Source) { s.Time = "t" }), "id,t,a,y\nu,1,1,2\nu,1,2,2\n"},
		{"a time stamp that is none", with(longForm, func(s *Source) { s.Time = "t" }), "id,t,a,y\nu,soon,1,2\n"},
		{"no time stamp", with(longForm, func(s *Source) { s.Time = "t" }), "id,t,a,y\nu,,1,2\n"},
		{"time stamps of two kinds", with(longForm, func(s *Source) { s.Time = "t" }), "id,t,a,y\nu,1,1,2\nu,2020-01-01,1,2\n"},
		{"time stamps that may be two", with(longForm, func(s *Source) { s.Time = "t" }), "id,t,a,y\nu,01/02/2020,1,2\nu,02/02/2020,1,2\n"},
		{"time stamps of another form", with(longForm, func(s *Source) { s.Time, s.TimeFormat = "t", "unix" }), "id,t,a,y\nu,2020-01-01,1,2\n"},
		{"columns that are no whole steps", wideForm, "a,b,c,y\n1,2,3,4\n"},
		{"wide, a header alone", wideForm, "a,b,y\n"},
		{"wide, a missing input", wideForm, "a,b,y\n1,,3\n"},
		{"ts, no tags", tsForm, "1,2,3\n"},
		{"ts, no @data", tsForm, "@univariate true\n"},
		{"ts, an unknown tag", tsForm, "@colour red\n@targetLabel true\n@data\n1:2\n"},
		{"ts, no label", tsForm, "@univariate true\n@data\n1,2\n"},
		{"ts, time stamps", tsForm, "@timeStamps true\n@targetLabel true\n@data\n(1,2):3\n"},
		{"ts, classes for values", tsForm, "@classLabel true a b\n@data\n1:a\n"},
		{"ts, values for classes", with(tsForm, classes), "@targetLabel true\n@data\n1:2\n"},
		{"ts, a label that is not named", with(tsForm, classes), "@classLabel true a b\n@data\n1,2:c\n"},
		{"ts, a dimension too few", tsForm, "@dimensions 2\n@targetLabel true\n@data\n1,2:3\n"},
		{"ts, dimensions of different lengths", tsForm, "@dimensions 2\n@targetLabel true\n@data\n1,2:3:4\n"},
		{"ts, not of the length that is said", tsForm, "@univariate true\n@seriesLength 3\n@targetLabel true\n@data\n1,2:4\n"},
		{"ts, a missing value", tsForm, "@univariate true\n@targetLabel true\n@data\n1,?:4\n"},
		{"ts, a length of 0", tsForm, "@seriesLength 0\n@targetLabel true\n@data\n1:4\n"},
		{"ts, no row", tsForm, "@univariate true\n@targetLabel true\n@data\n"},
	} {
		set, err := open(t, tt.source, tt.text)
		if err == nil {
			t.Errorf("%s is read:\n%s", tt.name, shown(set))
			continue
		}
		text := err.Error()
		for _, name := range []string{"x.csv", "x.ts"} {
			for {
				at := strings.Index(text, string(filepath.Separator)+name)
				if at < 0 {
					break
				}
				from := strings.LastIndexAny(text[:at], " \n") + 1
				text = text[:from] + name + text[at+1+len(name):]
			}
		}
		b.WriteString(golden.Said(tt.name, text))
	}
	golden.Compare(t, filepath.Join("testdata", "bad.golden"), b.String(), *update, func(want, got string) string { return cmp.Diff(want, got) })
}

// A file without labels is read for prediction; classes keep their numbers.
func TestOpenFile(t *testing.T) {
	s := with(longForm, func(s *Source) { s.Labels = true })
	set, err := ReadFile(s, write(t, "new.csv", "id,a\nu,1\n"), Known{Classes: []string{"dog", "cat"}}, true)
	if err != nil {
		t.Fatal(err)
	}
	if q := set.Sequences[0]; q.Class != -1 || len(set.Classes) != 2 {
		t.Errorf("class %d of %v, want none of two", q.Class, set.Classes)
	}
	set, err = ReadFile(s, write(t, "new.csv", "id,a,y\nu,1,cat\n"), Known{Classes: []string{"dog", "cat"}}, true)
	if err != nil || set.Sequences[0].Class != 1 {
		t.Errorf("got %+v, %v, want class 1", set, err)
	}
}

// FuzzSources: whatever a file holds is read or refused, and what is read holds together. The first letter says the form.
func FuzzSources(f *testing.F) {
	forms := []Source{longForm, with(longForm, func(s *Source) { s.Labels, s.Missing, s.Time = true, "interpolate", "t" }), wideForm, with(tsForm, func(s *Source) { s.Labels, s.Missing = true, "forward" }), tsForm}
	mutate.Fuzz(f, mutate.Target{
		Seeds: []string{"Aid,a,b,y\nu,1,2,7\nv,5,6,8\n", "Bid,t,a,y\nu,1,,dog\nu,2,3,dog\nv,2,3,cat\n", "Bid,t,a,y\nu,2020-01-02,1,dog\nu,2020-01-01,3,dog\nv,2020-02-01,3,cat\n", "Cid,y,a,b\nu,7,1,2\nu,8,1,2\n", "Cy,a,b\n7,1,2\n",
			"D" + tsHead + "@classLabel true a b\n@data\n1,2:3,?:b\n5:6:a\n", "E@univariate true\n@targetLabel true\n@data\n1,2:4\n"},
		Words: []string{"\n", ",", ":", "?", "@data\n", "@classLabel true", "@targetLabel true", "@seriesLength ", "@dimensions ", "true", "NA", "1e308", "u,", "2020-01-01", "\""},
		Limit: 3000,
		Try: func(t testing.TB, b []byte) {
			if len(b) == 0 {
				return
			}
			s := forms[int(b[0])%len(forms)]
			_, key := s.files()
			if s.Sequence == "" && s.Steps == 0 {
				key = "data.ts"
			}
			r := newReading(s, key)
			r.name = "x"
			if r.source(b[1:]) != nil {
				return
			}
			set, err := r.done()
			if err != nil {
				return
			}
			for i, q := range set.Sequences {
				if d := len(set.Inputs); len(q.X) == 0 || len(q.X)%d != 0 || s.Labels && (q.Class < 0 || q.Class >= len(set.Classes)) || !s.Labels && len(q.Values) != len(set.Values) {
					t.Fatalf("sequence %d of %v: %+v", i, set.Inputs, q)
				}
			}
		},
	})
}
