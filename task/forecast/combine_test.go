package forecast

import (
	"math"
	"testing"
)

// A gain that one series makes alone is none, and a gain that most make stays one.
func TestSureLoss(t *testing.T) {
	zero := make([]float64, 30)
	one, most, none := make([]float64, 30), make([]float64, 30), make([]float64, 30)
	for i := range one {
		one[i] = 0.01 * float64(i%3-1)
		most[i] = -0.1 + 0.05*float64(i%3-1)
		none[i] = math.NaN()
	}
	one[7] = -5
	if got := sureLoss(one, zero); got <= 0 {
		t.Errorf("one series gains: a bound of %g, want more than 0", got)
	}
	if got := sureLoss(most, zero); got >= -0.08 || got < -0.1 {
		t.Errorf("most series gain .1: a bound of %g, want about -.09", got)
	}
	if got := sureLoss(none, zero); !math.IsInf(got, 1) {
		t.Errorf("nothing is known: %g, want +Inf", got)
	}
	if got := sureLoss(zero, zero); got != 0 {
		t.Errorf("equal losses: %g, want 0", got)
	}
}
