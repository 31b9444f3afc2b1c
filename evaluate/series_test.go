package evaluate

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A series scored apart has the metrics of Evaluate on its windows alone, and their mean over series is the MASE and sMAPE
// of all.
func TestBySeries(t *testing.T) {
	p := small(t)
	got, err := BySeries(p, smallPredictions)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := Evaluate(p, smallPredictions)
	if err != nil {
		t.Fatal(err)
	}
	p.Windows = p.Windows[:2]
	first, err := Evaluate(p, smallPredictions[:2])
	if err != nil {
		t.Fatal(err)
	}
	if got[0].Series != "a" || got[1].Series != "b" || got[0].Values != 7 || got[1].Values != 8 {
		t.Errorf("got %+v, want series a with 7 values and b with 8", got)
	}
	if d := cmp.Diff(first.Metrics, got[0].Metrics, near); d != "" {
		t.Errorf("series a (-want +got)\n%s", d)
	}
	for _, name := range []string{"mase", "smape"} {
		if m := (got[0].Metrics.Value(name) + got[1].Metrics.Value(name)) / 2; math.Abs(m-whole.Metrics.Value(name)) > 1e-12 {
			t.Errorf("%s: mean over series is %g, want %g", name, m, whole.Metrics.Value(name))
		}
	}
	got, err = BySeries(p, smallPredictions[:2])
	if err != nil {
		t.Fatal(err)
	}
	if got[1].Values != 0 || !math.IsNaN(got[1].Metrics.MASE) {
		t.Errorf("a series without windows has %+v, want no value and NaN", got[1])
	}
}

func TestWorst(t *testing.T) {
	scores := []SeriesScore{
		{Series: "a", Metrics: Metrics{MASE: 1}}, {Series: "b", Metrics: Metrics{MASE: nan}},
		{Series: "c", Metrics: Metrics{MASE: 3}}, {Series: "d", Metrics: Metrics{MASE: 3}}, {Series: "e", Metrics: Metrics{MASE: 2}},
	}
	var names []string
	for _, s := range Worst(scores, "mase", 3) {
		names = append(names, s.Series)
	}
	if d := cmp.Diff([]string{"c", "d", "e"}, names); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	if n := len(Worst(scores, "mase", 10)); n != 4 {
		t.Errorf("got %d series, want the 4 that have a score", n)
	}
}

func TestShares(t *testing.T) {
	losses := [][]float64{
		{1, 2, 5, nan, 1, 7},
		{2, 2, 3, 1, 2, 7},
		{3, 4, 4, 1, nan, 7},
	}
	// Of four series that all have a loss: one to the first, one shared by two, one to the second, one shared by three.
	want := []float64{(1 + 0.5 + 1.0/3) / 4, (0.5 + 1 + 1.0/3) / 4, 1.0 / 3 / 4}
	if d := cmp.Diff(want, Shares(losses), near); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	if got := Shares([][]float64{{nan}, {1}}); !math.IsNaN(got[0]) || !math.IsNaN(got[1]) {
		t.Errorf("no series to count gives %v, want NaN", got)
	}
}

func TestFight(t *testing.T) {
	alone := Worth{Series: 4, Independent: 4}
	got := alone.Fight([]float64{1, 2, 3, 4, nan}, []float64{2, 2, 2, 5, 1}, "naive")
	if got.Series != 4 || got.Wins != 2 || got.Ties != 1 || got.Method != "naive" {
		t.Errorf("got %+v, want 2 wins and a tie of 4", got)
	}
	b, err := json.Marshal(alone.Fight(nil, nil, "x"))
	if want := `{"method":"x","series":0,"wins":0,"ties":0,"statistic":null,"p":null,"independent":4}`; err != nil || string(b) != want {
		t.Errorf("got %s (%v), want %s", b, err, want)
	}
	var back Duel
	if err := json.Unmarshal(b, &back); err != nil || !math.IsNaN(float64(back.P)) {
		t.Errorf("read back %+v (%v), want NaN", back, err)
	}
}

// Golden values by scipy 1.17:
//
//	stats.wilcoxon(a, b, method="exact").pvalue                           # one difference is zero, the others have no ties
//	stats.wilcoxon(a, b, method="asymptotic", correction=False).zstatistic
//	i = np.arange(60); a = (i*37%60)/10.; b = a + ((i*23%61)-28.3)/7      # more than exactRanks
func TestWilcoxon(t *testing.T) {
	var longA, longB []float64
	for i := range 60 {
		longA = append(longA, float64(i*37%60)/10)
		longB = append(longB, longA[i]+(float64(i*23%61)-28.3)/7)
	}
	for _, c := range []struct {
		name         string
		a, b         []float64
		statistic, p float64
	}{
		{"exact", []float64{1.2, 0.9, 2.5, 0.4, 1.1, 3.0, 0.8, 1.7}, []float64{1.5, 0.7, 2.9, 1.0, 1.2, 2.0, 1.65, 1.7}, -0.8451542547285166, 0.46875},
		{"ties", []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, []float64{2, 3, 2, 6, 7, 4, 9, 7, 12, 11}, -1.455650685748102, 0.1454892088058792},
		{"many", longA, longB, -0.6846290791512654, 0.49357801242517574},
		{"equal", []float64{1, 2}, []float64{1, 2}, 0, 1},
		{"none", nil, nil, nan, nan},
		{"not a number", []float64{1, nan}, []float64{2, 3}, nan, nan},
	} {
		statistic, p := Wilcoxon(c.a, c.b)
		if d := cmp.Diff([]float64{c.statistic, c.p}, []float64{statistic, p}, near); d != "" {
			t.Errorf("%s: (-want +got)\n%s", c.name, d)
		}
		if back, _ := Wilcoxon(c.b, c.a); back != -statistic && !math.IsNaN(statistic) {
			t.Errorf("%s: turned round the statistic is %g, want %g", c.name, back, -statistic)
		}
	}
}
