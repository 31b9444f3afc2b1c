package pipeline

import "testing"

// TestBenchPairs: every kind of work is timed, and a peer is told of as many lengths as there are examples, of sounds four copies each.
func TestBenchPairs(t *testing.T) {
	r, err := benchPairsOf(t.Context(), 64, 40, .01, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Rows) != 5 {
		t.Fatalf("got %d rows, want 5", len(r.Rows))
	}
	for i, want := range []int{64, 64, 64, 1, 4 * 40} {
		row := r.Rows[i]
		if row.Time.Min <= 0 || row.Amount <= 0 || len(row.Shape.Lengths) != want {
			t.Errorf("%s: %+v with %v of %d examples, want times and %d", row.Name, row.Time, row.Amount, len(row.Shape.Lengths), want)
		}
	}
	if s := r.Rows[4].Shape; s.Inputs < 1 || len(s.Front) == 0 || s.Encoder < 1 {
		t.Errorf("a peer is told of %+v, want inputs, convolutions and units", s)
	}
}
