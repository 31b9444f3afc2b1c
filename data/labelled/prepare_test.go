package labelled

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
	"recur/data"
)

// sequences is a long file of n sequences of 1 to 3 steps; the value of number i is i, its class i%3.
func sequences(n int) string {
	var b strings.Builder
	b.WriteString("id,a,y,k\n")
	for i := range n {
		for t := range 1 + i%3 {
			fmt.Fprintf(&b, "s%d,%d,%d,c%d\n", i, 10*i+t, i, i%3)
		}
	}
	return b.String()
}

func ofValues(s *Source) { s.Inputs = []string{"a"} }

func ofClasses(s *Source) { s.Inputs, s.Label, s.Labels = []string{"a"}, []string{"k"}, true }

func prepared(t *testing.T, n int, change func(*Source), o Options) *Prepared {
	t.Helper()
	set, err := open(t, with(longForm, change), sequences(n))
	if err != nil {
		t.Fatal(err)
	}
	q, err := Prepare(set, o)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// Every sequence is in one part at most; shares are drawn by the seed alone, whole numbers are kept to, classes have their
// share of every part.
func TestSplits(t *testing.T) {
	shares := &configs.Split{Train: 0.6, Validation: 0.2}
	a, b := prepared(t, 90, ofValues, Options{Split: shares, Scale: "none"}), prepared(t, 90, ofValues, Options{Split: shares, Scale: "none"})
	other := prepared(t, 90, ofValues, Options{Split: shares, Seed: 1, Scale: "none"})
	if !slices.Equal(a.Test.Index, b.Test.Index) || slices.Equal(a.Test.Index, other.Test.Index) {
		t.Error("the draw does not follow from the seed")
	}
	if d := cmp.Diff([]int{54, 18, 18}, lengths(a)); d != "" {
		t.Errorf("shares (-want +got)\n%s", d)
	}
	steps := prepared(t, 90, ofValues, Options{Split: &configs.Split{Validation: 7, Test: 11, Steps: true}, Scale: "none"})
	if d := cmp.Diff([]int{72, 7, 11}, lengths(steps)); d != "" {
		t.Errorf("whole numbers (-want +got)\n%s", d)
	}
	in := prepared(t, 10, ofValues, Options{Split: shares, Ordered: true, Scale: "none"})
	if d := cmp.Diff([]int{0, 1, 2, 3, 4, 5}, in.Train.Index); d != "" {
		t.Errorf("in order (-want +got)\n%s", d)
	}
	for _, q := range []*Prepared{a, other, steps, in} {
		all := slices.Concat(q.Train.Index, q.Validation.Index, q.Test.Index)
		slices.Sort(all)
		if len(slices.Compact(all)) != len(q.Set.Sequences) {
			t.Errorf("%d of %d sequences are in a part", len(slices.Compact(all)), len(q.Set.Sequences))
		}
	}
	q := prepared(t, 90, ofClasses, Options{Split: shares, Scale: "none"})
	for _, part := range []*Subset{q.Train, q.Validation, q.Test} {
		counts := map[int]int{}
		for i := range part.Len() {
			counts[part.Sequence(i).Class]++
		}
		if counts[0] != counts[1] || counts[1] != counts[2] {
			t.Errorf("%s: classes come %v times, want all alike", part.Name, counts)
		}
	}
}

func lengths(q *Prepared) []int { return []int{q.Train.Len(), q.Validation.Len(), q.Test.Len()} }

// Parts that have files of their own are what the files hold; with a split the training file is cut.
func TestFilesOfParts(t *testing.T) {
	s := with(longForm, ofValues)
	s.CSV = configs.Paths{Train: write(t, "a.csv", sequences(20)), Test: write(t, "b.csv", sequences(5))}
	set, err := Read(s)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		split *configs.Split
		want  []int
	}{{nil, []int{20, 0, 5}}, {&configs.Split{Train: 0.8, Validation: 0.2}, []int{16, 4, 5}}, {&configs.Split{Validation: 3, Steps: true}, []int{17, 3, 5}}} {
		q, err := Prepare(set, Options{Split: tt.split, Scale: "none"})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(tt.want, lengths(q)); d != "" {
			t.Errorf("%v (-want +got)\n%s", tt.split, d)
		}
	}
	if set, err = open(t, with(longForm, ofValues), sequences(3)); err != nil {
		t.Fatal(err)
	}
	if _, err := Prepare(set, Options{}); err == nil || !strings.Contains(err.Error(), "data.split") {
		t.Errorf("without a split: %v", err)
	}
}

// A batch holds what the file does, scaled by the training part alone, and predictions come back in its units.
func TestBatches(t *testing.T) {
	q := prepared(t, 30, ofValues, Options{Split: &configs.Split{Validation: 5, Test: 5, Steps: true}, Ordered: true, Scale: "standard"})
	var all []float64
	for i := range q.Train.Len() {
		all = append(all, q.Train.Sequence(i).X...)
	}
	mean := 0.0
	for _, v := range all {
		mean += v / float64(len(all))
	}
	if got := q.Scalers.Inputs.Offset[0]; math.Abs(got-mean) > 1e-9 {
		t.Errorf("inputs are centred at %v, want the training part's mean %v", got, mean)
	}
	var b data.Batch[float64]
	index := []int{4, 0, 2}
	data.Fill(q.Test, index, &b)
	for n, i := range index {
		s := q.Test.Sequence(i)
		if b.Lengths[n] != len(s.X) || b.T != 3 {
			t.Fatalf("sequence %d has %d of %d steps, want %d of 3", i, b.Lengths[n], b.T, len(s.X))
		}
		for step := range b.T {
			want := 0.0
			if step < len(s.X) {
				want = (s.X[step] - q.Scalers.Inputs.Offset[0]) / q.Scalers.Inputs.Scale[0]
			}
			if got := b.X[step*b.N+n]; got != want {
				t.Errorf("sequence %d, step %d: %v, want %v", i, step, got, want)
			}
		}
		out := make([]float64, 1)
		q.Test.Restore(i, b.Y[n:n+1], out)
		if truth, known := q.Test.Truth(i); math.Abs(out[0]-truth[0]) > 1e-12*math.Abs(truth[0]) || !known[0] || b.Mask[n] != 1 {
			t.Errorf("sequence %d: %v, want %v", i, out, truth)
		}
	}
	if name := q.Test.Called(0); !strings.Contains(name, "s25") {
		t.Errorf("it is called %q", name)
	}
}

// Another set is scaled as the training's, also where it is alone and lacks an input; one of other inputs is refused.
func TestPrepareWith(t *testing.T) {
	q := prepared(t, 30, ofValues, Options{Split: &configs.Split{Train: 0.5, Validation: 0.2}, Scale: "standard"})
	missing := func(s *Source) { ofValues(s); s.Missing = "forward" }
	set, err := open(t, with(longForm, missing), "id,a,y\nu,NA,1\nv,3,2\n")
	if err != nil {
		t.Fatal(err)
	}
	with, err := PrepareWith(set, q.Options, q.Scalers)
	if err != nil {
		t.Fatal(err)
	}
	if got := with.Test.Sequence(0).X[0]; got != q.Scalers.Inputs.Offset[0] || with.Test.Len() != 2 {
		t.Errorf("an input that is never known is %v, want the training's mean %v", got, q.Scalers.Inputs.Offset[0])
	}
	set.Inputs = []string{"a", "b"}
	if _, err := PrepareWith(set, q.Options, q.Scalers); err == nil {
		t.Error("a set of other inputs is taken")
	}
}

// What can't be learnt from or held is refused.
func TestPrepareRefuses(t *testing.T) {
	for want, text := range map[string]string{
		"there is nothing to learn": "id,a,y\nu,1,5\nv,2,5\nw,3,5\n",
		"float32 can't hold":        "id,a,y\nu,1,5\nv,1e300,6\nw,3,7\n",
		"none of them is left":      "id,a,y\nu,1,5\n",
	} {
		set, err := open(t, with(longForm, ofValues), text)
		if err != nil {
			t.Fatal(err)
		}
		o := Options{Split: &configs.Split{Train: 0.67, Validation: 0.33}, Scale: "none", Ordered: true}
		if want == "none of them is left" {
			o.Split = &configs.Split{Test: 1, Steps: true}
		} else if want == "there is nothing to learn" {
			o.Scale = "standard"
		}
		if _, err := Prepare(set, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error with %q", err, want)
		}
	}
}
