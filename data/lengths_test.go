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

// Batches of so many steps hold as many as fit with their padding, every example once; one that is too long stands alone.
func TestCutBySteps(t *testing.T) {
	steps := []int{2, 3, 3, 9, 1, 1, 4}
	got := CutBySteps([]int{4, 5, 0, 1, 2, 6, 3}, steps, 6)
	if d := cmp.Diff([][]int{{4, 5, 0}, {1, 2}, {6}, {3}}, got); d != "" {
		t.Error(d)
	}
	if got := CutBySteps(nil, nil, 6); len(got) != 0 {
		t.Errorf("no examples give %v", got)
	}
}

func TestBySteps(t *testing.T) {
	r := Stream(7, "test")
	lengths, steps := make([]int, 5_003), make([]int, 5_003)
	for i := range lengths {
		lengths[i] = 1 + r.IntN(100)
		steps[i] = lengths[i]/2 + 1
	}
	const most = 2000
	batches := BySteps(lengths, steps, most, 1, 0)
	var all []int
	padded, real := 0, 0
	for _, b := range batches {
		longest := 0
		for _, i := range b {
			longest, real = max(longest, steps[i]), real+steps[i]
		}
		if longest*len(b) > most {
			t.Fatalf("a batch has %d steps, want at most %d", longest*len(b), most)
		}
		padded += longest * len(b)
		all = append(all, b...)
	}
	slices.Sort(all)
	for i, n := range all {
		if i != n {
			t.Fatalf("example %d stands at place %d of all", n, i)
		}
	}
	if share := float64(padded)/float64(real) - 1; len(all) != len(steps) || share > .05 {
		t.Errorf("%d examples, padding is %.3f of them, want at most 0.05", len(all), share)
	}
	if mean := float64(padded) / float64(len(batches)); mean < .9*most {
		t.Errorf("a batch has %.0f steps, want nearly %d", mean, most)
	}
	if !cmp.Equal(batches, BySteps(lengths, steps, most, 1, 0)) || cmp.Equal(batches, BySteps(lengths, steps, most, 1, 1)) {
		t.Error("the order is not that of the seed and the epoch")
	}
	if got := BySteps(nil, nil, most, 1, 0); len(got) != 0 {
		t.Errorf("no examples give %v", got)
	}
}

// Where two lengths go together loosely, as in translation, both sequences of a batch have little padding.
func TestTogether(t *testing.T) {
	r := Stream(7, "test")
	first, second := make([]int, 10_000), make([]int, 10_000)
	for i := range first {
		first[i] = 5 + r.IntN(20)
		second[i] = max(1, first[i]-4+r.IntN(9))
	}
	padding := func(keys []int) float64 {
		padded, real := 0, 0
		for _, b := range ByLength(keys, 32, 1, 0) {
			a, s := 0, 0
			for _, i := range b {
				a, s, real = max(a, first[i]), max(s, second[i]), real+first[i]+second[i]
			}
			padded += (a + s) * len(b)
		}
		return float64(padded)/float64(real) - 1
	}
	both, one, other := padding(Together(first, second)), padding(first), padding(second)
	if both > .07 || 2*both > min(one, other) {
		t.Errorf("padding is %.3f, by one length alone %.3f and %.3f; want at most 0.07 and half of them", both, one, other)
	}
	if got := Together(nil, nil); len(got) != 0 {
		t.Errorf("no examples give %v", got)
	}
}

// one and two are examples of one length and of two.
type one struct{ Examples }
type two struct{ one }

func (one) Lengths() []int     { return []int{3, 1, 4} }
func (two) SaidLengths() []int { return []int{1, 1, 2} }

// Examples of one length keep it, so that their order stays as it was; those of two have one number for both; others have none.
func TestAlikeLengths(t *testing.T) {
	if d := cmp.Diff([]int{3, 1, 4}, AlikeLengths(one{})); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]int{3, 1, 5}, AlikeLengths(two{})); d != "" {
		t.Error(d)
	}
	if got := AlikeLengths(struct{ Examples }{}); got != nil {
		t.Errorf("examples of no length have %v", got)
	}
}
