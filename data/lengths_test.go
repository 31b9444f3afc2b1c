package data

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestByLength(t *testing.T) {
	r := Stream(7, "test")
	lengths := make([]int, 10_003)
	for i := range lengths {
		lengths[i] = 1 + r.IntN(100)
	}
	batches := ByLength(lengths, 32, 1, 0)
	var all []int
	padded, real := 0, 0
	for _, b := range batches {
		most := 0
		for _, i := range b {
			most, real = max(most, lengths[i]), real+lengths[i]
		}
		padded += most * len(b)
		all = append(all, b...)
	}
	slices.Sort(all)
	for i, n := range all {
		if i != n {
			t.Fatalf("example %d stands at place %d of all", n, i)
		}
	}
	if share := float64(padded)/float64(real) - 1; share > .05 {
		t.Errorf("padding is %.3f of the examples, want at most 0.05 (drawn at random it is about 0.95)", share)
	}
	if d := cmp.Diff(batches, ByLength(lengths, 32, 1, 0)); d != "" {
		t.Error("the same seed and epoch give another order")
	}
	if cmp.Equal(batches, ByLength(lengths, 32, 1, 1)) || cmp.Equal(batches, ByLength(lengths, 32, 2, 0)) {
		t.Error("another epoch or seed gives the same order")
	}
	if got := ByLength(nil, 0, 1, 0); len(got) != 0 {
		t.Errorf("no examples give %v", got)
	}
}
