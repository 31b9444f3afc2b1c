package labelled

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
)

// Sequences of Parquet and of JSON lines are those of the CSV of the same table.
func TestOneTableInThreeForms(t *testing.T) {
	for _, s := range []Source{
		{Labels: true, Sequence: "store", Label: []string{"store"}, Inputs: []string{"sales"}, Time: "month", Missing: "interpolate", MissingValues: []string{"NA", ""}},
		{Sequence: "store", Label: []string{"promo"}, Inputs: []string{"sales"}, Missing: "interpolate", MissingValues: []string{""}, Labels: true, Every: true},
	} {
		read := func(name string) *Set {
			t.Helper()
			s.CSV = configs.Paths{Path: "../testdata/" + name}
			set, err := Read(s)
			if err != nil {
				t.Fatal(err)
			}
			return set
		}
		want := read("panel.csv")
		for _, other := range []string{"panel.parquet", "panel.jsonl.gz"} {
			got := read(other)
			for i, w := range want.Sequences {
				g := got.Sequences[i]
				if w.Name != g.Name || !cmp.Equal(w.Values, g.Values) || !cmp.Equal(w.Tags, g.Tags) || w.Class != g.Class || !cmp.Equal(w.X, g.X) {
					t.Errorf("%s: got %v, want %v", other, g, w)
				}
			}
			if d := cmp.Diff(want.Classes, got.Classes); d != "" {
				t.Errorf("%s: %s", other, d)
			}
		}
	}
}
