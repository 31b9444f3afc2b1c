package forecast

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"recur/configs"
	"recur/data/series"
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

// Of a series that falls and never was below 0, partners say nothing below 0; of one that was, they may.
func TestPartnersKeepTheFloor(t *testing.T) {
	for _, shift := range []float64{0, -50} {
		var b strings.Builder
		b.WriteString("y\n")
		for i := range 40 {
			fmt.Fprintf(&b, "%g\n", max(1, 100-3*float64(i))+shift)
		}
		path := filepath.Join(t.TempDir(), "fall.csv")
		if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := configs.Parse("x.yaml", []byte("recipe: global\ndata: {csv: "+path+", targets: [y], window: 8, horizon: 6, season: [], center: last, split: {validation: 6, test: 6}}\n"), nil)
		if err != nil {
			t.Fatal(err)
		}
		set, err := series.Open(c)
		if err != nil {
			t.Fatal(err)
		}
		p, err := series.Prepare(set, c)
		if err != nil {
			t.Fatal(err)
		}
		least := math.Inf(1)
		for _, row := range partners(p.Test, partnerNames(), []float64{0.025, 0.5, 0.975}) {
			least = min(least, slices.Min(row))
		}
		if (least < 0) != (shift < 0) {
			t.Errorf("shifted by %g: the lowest quantile is %g", shift, least)
		}
	}
}
