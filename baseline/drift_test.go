package baseline

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Drift is the line through the first and the last value of the bridged history, which SES and Theta read whole.
func TestDriftIsTheLineOfTheHistory(t *testing.T) {
	values := make([]float64, 2*80)
	for i := range values {
		values[i] = 20 + rough(i)
		if i < 6 || i%7 == 2 || i > 90 && i < 110 {
			values[i] = math.NaN()
		}
	}
	p := prepare(t, []string{"a", "b"}, nil, values, shape(5, 4, 6, 30))
	got := Drift().Predict(p.Test)
	var r reader
	for i := range got {
		want := make([]float64, 8)
		for target := range 2 {
			y := r.read(p.Test, i, target, nil)
			step := (y[len(y)-1] - y[0]) / float64(len(y)-1)
			for h := range 4 {
				want[2*h+target] = y[len(y)-1] + float64(h+1)*step
			}
		}
		if d := cmp.Diff(want, got[i]); d != "" {
			t.Errorf("window %d (-want +got)\n%s", i, d)
		}
	}
}

// Of a single known value it is that value.
func TestDriftOfOneValue(t *testing.T) {
	nan := math.NaN()
	p := prepare(t, []string{"a"}, nil, []float64{nan, nan, 3, 4, 5, 6}, shape(1, 1, 0, 2))
	if d := cmp.Diff([]float64{3}, Drift().Predict(p.Train)[0]); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}
