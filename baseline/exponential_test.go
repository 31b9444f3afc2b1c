package baseline

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/baseline/ets"
	"recur/data/series"
)

// The models are fitted before the first window, and anew where the rows have grown by a tenth; between, the states run on.
func TestETSRunsOn(t *testing.T) {
	nan, r := math.NaN(), rand.New(rand.NewPCG(1, 2))
	values := make([]float64, 140)
	for i := range values {
		values[i] = 100 + float64(i)/4 + 10*math.Sin(float64(i)*math.Pi/2) + r.NormFloat64()
	}
	values[0], values[50], values[109] = nan, nan, nan
	known := slices.Clone(values[1:]) // from the first known value on
	got := ETS(4).Predict(prepare(t, []string{"a"}, nil, values, shape(6, 2, 10, 30)).Test)
	var fits ets.Fits
	for i, origin := range []int{110, 111, 119, 120, 121} {
		at := origin - 1
		fitted := 109
		if origin > 120 { // 1.1 · 109 is less than 120 values
			fitted = 120
		}
		if origin == 121 {
			at = 120
		}
		x := fits.Mix(known[:fitted], 4)
		for _, v := range known[fitted:at] {
			x.Step(v)
		}
		want := make([]float64, 2)
		x.Forecast(want, nil)
		if d := cmp.Diff(want, got[origin-110], near); d != "" {
			t.Errorf("window %d (-want +got)\n%s", i, d)
		}
	}
}

// The variances say how far the truth is from the points, of many series of a known kind; the points are those of Predict.
func TestETSSpread(t *testing.T) {
	p := panel(t, 0, 60, 90, noise)
	points, variances := ETS(12).Spread(p.Test)
	if d := cmp.Diff(ETS(12).Predict(p.Test), points); d != "" {
		t.Errorf("points (-Predict +Spread)\n%s", d)
	}
	inside, all := 0.0, 0.0
	for i := range points {
		truth, _ := p.Test.Truth(i)
		for o, v := range truth {
			if all++; math.Abs(v-points[i][o]) < 1.2816*math.Sqrt(variances[i][o]) {
				inside++
			}
		}
	}
	if share := inside / all; share < .72 || share > .86 {
		t.Errorf("intervals of 80%% cover %.0f%%", 100*share)
	}
}

// Targets are series of their own.
func TestETSOfTargets(t *testing.T) {
	var both, one []float64
	for i := range 80 {
		v := 50 + 8*rough(i) + walk(i)
		both, one = append(both, float64(i%5), v), append(one, v)
	}
	a := prepare(t, []string{"a", "b"}, nil, both, shape(4, 3, 6, 9))
	b := prepare(t, []string{"b"}, nil, one, shape(4, 3, 6, 9))
	all, alone := ETS(5).Predict(a.Test), ETS(5).Predict(b.Test)
	for i, w := range alone {
		for h, v := range w {
			if all[i][2*h+1] != v {
				t.Fatalf("window %d, step %d: %g beside another target, %g alone", i, h, all[i][2*h+1], v)
			}
		}
	}
}

func TestETSIsLeftOutWhereItTakesLong(t *testing.T) {
	p := panel(t, 0, 1, 90, noise)
	if got := costly([]*series.Part{p.Test}); len(got) > 0 {
		t.Errorf("one series: left out %v", got)
	}
	one := fitting(p.Test)
	var many []*series.Part
	for range int(maxFitting/one) + 1 {
		many = append(many, p.Test)
	}
	if got := fmt.Sprint(costly(many)); got != "[ets]" {
		t.Errorf("%d series: left out %s, want ets", len(many), got)
	}
	if note := LeftOut(p, many...); !strings.Contains(note, "--baselines") {
		t.Errorf("the note says %q", note)
	}
}
