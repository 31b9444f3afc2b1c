package classify

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/checkpoint"
	"recur/internal/mutate"
)

// companions are the files of a simple model for each kind of input, and a checkpoint of a network beside it.
func companions(t testing.TB, kind string) (*checkpoint.Checkpoint, []byte) {
	t.Helper()
	var d *Data
	switch t := t.(type) {
	case *testing.T:
		d = opened(t, kind, "ensemble.linear=true")
	case *testing.F:
		d = openedIn(t, kind, t.TempDir(), "ensemble.linear=true")
	}
	k, err := d.calibration(d.c, sure(d.validation, false))
	if err != nil {
		t.Fatal(err)
	}
	return &checkpoint.Checkpoint{Config: d.c, Data: d.kept()}, k.Companion
}

// What is kept predicts what was fitted, to the bit, and is the same bytes each time.
func TestCompanionRoundTrip(t *testing.T) {
	for kind := range kinds {
		d := opened(t, kind, "ensemble.linear=true")
		k, bytesKept := companions(t, kind)
		if _, again := companions(t, kind); !bytes.Equal(bytesKept, again) {
			t.Errorf("%s: two fits are kept in other bytes", kind)
		}
		c, err := Task{}.Companion(k, bytesKept)
		if err != nil {
			t.Fatal(err)
		}
		m, err := d.Method(d.strongest(), false)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(m.Predict(d.test), c(d.test)); diff != "" {
			t.Errorf("%s: %s", kind, diff)
		}
	}
}

// FuzzCompanion: whatever a file holds is read or refused, and what is read predicts.
func FuzzCompanion(f *testing.F) {
	texts, words := companions(f, "texts")
	sequences, waves := companions(f, "numbers")
	part := openedIn(f, "texts", f.TempDir()).test
	numbers := openedIn(f, "numbers", f.TempDir()).test
	mutate.Fuzz(f, mutate.Target{
		Seeds: []string{"T" + string(words), "N" + string(waves)},
		Words: []string{`"weight"`, `"texts"`, `"pairs"`, `"words"`, `"kernels"`, `"F64"`, `"I64"`, `"classes":"2"`},
		Limit: 1 << 19,
		Try: func(t testing.TB, b []byte) {
			if len(b) == 0 {
				return
			}
			k, p := texts, part
			if b[0] == 'N' {
				k, p = sequences, numbers
			}
			c, err := Task{}.Companion(k, b[1:])
			if err != nil {
				return
			}
			for i, row := range c(p.Pick([]int{0})) {
				if len(row) != 2 {
					t.Fatalf("example %d has %d chances", i, len(row))
				}
			}
		},
	})
}
