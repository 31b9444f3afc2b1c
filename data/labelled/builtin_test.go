package labelled

import (
	"strings"
	"testing"

	"recur/configs"
)

// The embedded motions are ragged, of three inputs, with as many of each label.
func TestBuiltinMotions(t *testing.T) {
	set, err := Read(Source{TS: configs.Paths{Path: "builtin:motions"}, Labels: true, Missing: "error"})
	if err != nil {
		t.Fatal(err)
	}
	counts, lengths := make([]int, len(set.Classes)), map[int]bool{}
	for i := range set.Sequences {
		counts[set.Sequences[i].Class]++
		lengths[set.Sequences[i].Steps(len(set.Inputs))] = true
	}
	if len(counts) != 6 || len(set.Inputs) != 3 || len(lengths) < 20 || set.Longest() > 44 || set.Name != "builtin:motions" {
		t.Errorf("%s: classes %q, inputs %q, %d lengths up to %d", set.Name, set.Classes, set.Inputs, len(lengths), set.Longest())
	}
	for class, n := range counts {
		if n != 30 {
			t.Errorf("%d sequences of %s, want 30", n, set.Classes[class])
		}
	}
	if _, err := Read(Source{TS: configs.Paths{Path: "builtin:sunspots"}, Labels: true}); err == nil || !strings.Contains(err.Error(), "the embedded ones are builtin:motions") {
		t.Errorf("got %v", err)
	}
}
