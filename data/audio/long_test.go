package audio

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
	"recur/data"
	"recur/data/labelled"
)

// long is a source of rows that are frames.
func long(path string) Source {
	return Source{Transcript: "said", Features: altered(Files, func(f *Features) { f.Normalize, f.Deltas = Unchanged, 1 }),
		Numbers: &labelled.Source{CSV: configs.Paths{Path: path}, Sequence: "who", Missing: "error", MissingValues: []string{""}}}
}

// TestOpenLong reads rows that are frames; each sequence has one transcript.
func TestOpenLong(t *testing.T) {
	in(t, map[string][]byte{
		"x.csv": []byte("who,a,b,said\nu1,1,2,a b\nu1,3,4,a b\nu2,5,6,c\n"),
		"y.csv": []byte("b,a,who\n2,1,u1\n4,3,u1\n"),
		"z.csv": []byte("who,a,b,said\nu1,1,2,a b\nu1,3,4,other\n"),
		"w.csv": []byte("who,a,b,said\nu1,1,2,\n"),
		"v.csv": []byte("who,a,b,said\nu1,1,1e300,a\n"),
	})
	set, err := Open(long("x.csv"))
	if err != nil {
		t.Fatal(err)
	}
	u := &set.Utterances[0]
	if set.D != 4 || len(set.Utterances) != 2 || set.Rate != 0 || u.Transcript != "a b" || u.Name != "u1" || set.Called(1) != "u2 (line 4 of x.csv)" {
		t.Error(set.D, u, set.Called(1))
	}
	if d := cmp.Diff(Slopes([]float32{1, 2, 3, 4}, 2, 1), u.X); d != "" {
		t.Error(d)
	}
	q, err := Prepare(set, Options{Split: &configs.Split{Train: 1}, Tokens: letters, Augment: Augment{Copies: 1, Jitter: .1}})
	if err != nil || q.Train.Len() != 4 || slices.Equal(q.Train.Input(2), q.Train.Input(0)) {
		t.Error(err)
	}
	other, err := OpenManifest(long("x.csv"), "y.csv", set.Known(), true)
	if err != nil || other.Utterances[0].Known || !slices.Equal(other.Utterances[0].X, u.X) {
		t.Error(other, err)
	}
	for file, want := range map[string]string{
		"z.csv": `z.csv:3:8: column "said" is "other", and "a b" in line 2 of the same sequence "u1"; a sequence has one transcript`,
		"w.csv": `w.csv:2:8: column "said" has no value; every sequence needs one: remove those without`,
		"v.csv": `v.csv:2: "b" of sequence "u1" is never known, or too large for a number of 32 bits`,
	} {
		_, err := Open(long(file))
		if _, ok := err.(data.Errors); !ok || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", file, err, want)
		}
	}
}
