package baseline

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"recur/configs"
	"recur/data/labelled"
	"recur/data/series"
)

var near = cmpopts.EquateApprox(1e-9, 1e-9)

// prepare cuts one series of rows × columns values into windows; set changes the config before.
func prepare(t *testing.T, targets, covariates []string, values []float64, set func(*configs.Config)) *series.Prepared {
	t.Helper()
	c := configs.Default("forecast")
	c.Data.Targets, c.Data.Covariates = targets, covariates
	c.Data.Missing, c.Data.Center = "forward", "none"
	set(c)
	d := &series.Dataset{Name: "test", Targets: targets, Covariates: covariates,
		Series: []series.Series{{Values: values, Missing: make([]bool, len(values))}}}
	for i, v := range values {
		if math.IsNaN(v) {
			d.Series[0].Values[i], d.Series[0].Missing[i] = 0, true
		}
	}
	p, err := series.Prepare(d, c)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// shape sets window, horizon and the rows at the end of the series.
func shape(window, horizon, validation, test int) func(*configs.Config) {
	return func(c *configs.Config) {
		c.Data.Window, c.Data.Horizon = window, horizon
		c.Data.Split = configs.Split{Validation: float64(validation), Test: float64(test), Steps: true}
	}
}

func TestSimpleMethods(t *testing.T) {
	nan := math.NaN()
	// Targets a and b with a covariate that must not matter. The test part is the last three rows: one window.
	values := []float64{
		1, 10, 7,
		2, 20, 7,
		3, nan, 7,
		5, 50, 7,
		8, 60, 7,
		9, 90, 7,
		0, 0, 7,
		0, 0, 7,
		0, 0, 7,
	}
	p := prepare(t, []string{"a", "b"}, []string{"c"}, values, shape(3, 3, 0, 3))
	for _, c := range []struct {
		method Method
		want   []float64
	}{
		{Naive(), []float64{9, 90, 9, 90, 9, 90}},
		{Drift(), []float64{10.6, 106, 12.2, 122, 13.8, 138}},
		{SeasonalNaive(1), []float64{9, 90, 9, 90, 9, 90}},
		{SeasonalNaive(2), []float64{8, 60, 9, 90, 8, 60}},
		{SeasonalNaive(3), []float64{5, 50, 8, 60, 9, 90}},
		// Four steps back is the third row, before the window; its b is missing and so is a row four steps before that.
		{SeasonalNaive(4), []float64{3, 90, 5, 50, 8, 60}},
		{SeasonalNaive(5), []float64{2, 20, 3, 90, 5, 50}},
		{SeasonalNaive(100), []float64{9, 90, 9, 90, 9, 90}},
	} {
		if d := cmp.Diff([][]float64{c.want}, c.method.Predict(p.Test), near); d != "" {
			t.Errorf("%s %v: (-want +got)\n%s", c.method.Name(), c.method, d)
		}
	}
}

func TestSeasonalNaiveTakesAnEarlierSeasonWhereAValueIsMissing(t *testing.T) {
	p := prepare(t, []string{"a"}, nil, []float64{1, 2, 3, math.NaN(), 5, 6, 7}, shape(1, 1, 0, 1))
	// The window is row 5; three steps before row 6 is row 3, which is missing, and three before that row 0.
	if d := cmp.Diff([][]float64{{1}}, SeasonalNaive(3).Predict(p.Test)); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

func TestForPicksWhatFits(t *testing.T) {
	wave := make([]float64, 60)
	for i := range wave {
		wave[i] = math.Sin(float64(i))
	}
	names := func(p *series.Prepared) []string {
		t.Helper()
		ms, err := For(p)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, m := range ms {
			names = append(names, m.Name())
		}
		return names
	}
	check := func(what string, p *series.Prepared, want ...string) {
		t.Helper()
		if d := cmp.Diff(want, names(p)); d != "" {
			t.Errorf("%s: (-want +got)\n%s", what, d)
		}
	}
	plain := shape(8, 2, 10, 10)
	check("no season", prepare(t, []string{"a"}, nil, wave, plain), "naive", "drift", "ses", "theta", "ets", "ridge")
	seasons := prepare(t, []string{"a"}, nil, wave, func(c *configs.Config) { plain(c); c.Data.Season = []int{4, 8}; c.Data.Center = "last" })
	check("two seasons, centred", seasons, "naive", "drift", "seasonal_naive", "seasonal_naive_8", "ses", "theta", "ets", "ridge")
	other, err := series.PrepareWith(seasons.Set, seasons.Config, seasons.Fitted())
	if err != nil {
		t.Fatal(err)
	}
	check("nothing to learn from", other, "naive", "drift", "seasonal_naive", "seasonal_naive_8", "ses", "theta", "ets")
}

// adding is the adding problem, without a validation part.
func adding(t *testing.T, examples, length int) *labelled.Prepared {
	t.Helper()
	src := fmt.Sprintf("task: regress\ndata: {synthetic: {kind: adding, points: %d, length: %d, seed: 1}, split: {validation: 0, test: %d}}\n", examples, length, examples/3)
	c, err := configs.Parse("adding.yaml", []byte(src), nil)
	if err != nil {
		t.Fatal(err)
	}
	set, err := labelled.Open(c)
	if err != nil {
		t.Fatal(err)
	}
	p, err := labelled.Prepare(set, labelled.OptionsOf(c))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestConstantIsTheTrainingMean(t *testing.T) {
	p := adding(t, 300, 6)
	sum := 0.0
	for i := range p.Train.Len() {
		truth, _ := p.Train.Truth(i)
		sum += truth[0] / float64(p.Train.Len())
	}
	got := Constant(p.Train).Predict(p.Test)
	if len(got) != 100 {
		t.Fatalf("%d predictions, want 100", len(got))
	}
	for _, f := range got {
		if math.Abs(f[0]-sum) > 1e-12 {
			t.Fatalf("got %v, want the mean %v", f[0], sum)
		}
	}
}

// A ridge of labelled sequences finds a linear map of all their steps, and one fitted on both parts is another one.
func TestRidgeOfExamples(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	set := &labelled.Set{Name: "linear", Inputs: []string{"a", "b"}, Values: []string{"y"}}
	for range 400 {
		x := make([]float64, 2*5)
		for i := range x {
			x[i] = r.NormFloat64()
		}
		set.Sequences = append(set.Sequences, labelled.Sequence{X: x, Values: []float64{3 + 2*x[0] - x[7] + 0.01*r.NormFloat64()}, Class: -1})
	}
	p, err := labelled.Prepare(set, labelled.Options{Split: &configs.Split{Train: 0.6, Validation: 0.2}, Scale: "standard"})
	if err != nil {
		t.Fatal(err)
	}
	both := &labelled.Subset{Name: "both", Prepared: p, Index: slices.Concat(p.Train.Index, p.Validation.Index)}
	one, err := RidgeOfExamples(p.Train, p.Validation, nil, p.Steps, 2)
	if err != nil {
		t.Fatal(err)
	}
	two, err := RidgeOfExamples(p.Train, p.Validation, both, p.Steps, 2)
	if err != nil {
		t.Fatal(err)
	}
	first, second := one.Predict(p.Test), two.Predict(p.Test)
	for i := range first {
		truth, _ := p.Test.Truth(i)
		if math.Abs(first[i][0]-truth[0]) > 0.06 || math.Abs(second[i][0]-truth[0]) > 0.06 {
			t.Fatalf("sequence %d: %v and %v, want about %v", i, first[i], second[i], truth)
		}
	}
	if cmp.Equal(first, second) {
		t.Error("the fit on both parts says the same")
	}
}

// A ridge of sequences of different lengths says the same of a sequence whatever else its file holds: beside shorter ones, beside longer
// ones, and alone in a file whose longest sequence is shorter than those it has learnt from.
func TestRidgeOfExamplesOfOtherLengths(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	drawn := func(steps int) labelled.Sequence {
		x := make([]float64, 2*steps)
		for i := range x {
			x[i] = r.NormFloat64()
		}
		return labelled.Sequence{X: x, Values: []float64{3 + 2*x[0] - x[3]}, Class: -1}
	}
	setOf := func(all ...labelled.Sequence) *labelled.Set {
		return &labelled.Set{Name: "linear", Inputs: []string{"a", "b"}, Values: []string{"y"}, Sequences: all}
	}
	var learnt []labelled.Sequence
	for i := range 300 {
		learnt = append(learnt, drawn(2+i%4))
	}
	o := labelled.Options{Split: &configs.Split{Train: 0.7, Validation: 0.2}, Scale: "standard"}
	p, err := labelled.Prepare(setOf(learnt...), o)
	if err != nil {
		t.Fatal(err)
	}
	ridge, err := RidgeOfExamples(p.Train, p.Validation, nil, p.Steps, 2)
	if err != nil {
		t.Fatal(err)
	}
	said := func(all ...labelled.Sequence) []float64 {
		q, err := labelled.PrepareWith(setOf(all...), o, p.Scalers)
		if err != nil {
			t.Fatal(err)
		}
		var first []float64
		for _, f := range ridge.Predict(q.Test) {
			first = append(first, f[0])
		}
		return first
	}
	short, longer := drawn(3), drawn(9)
	alone := said(short)[0]
	if math.Abs(alone-short.Values[0]) > 0.1 {
		t.Errorf("alone: %g, want about %g", alone, short.Values[0])
	}
	beside := said(short, longer)
	if beside[0] != alone {
		t.Errorf("beside a longer one: %g, alone %g", beside[0], alone)
	}
	last := labelled.Sequence{X: longer.X[2*4:], Values: longer.Values, Class: -1}
	if want := said(last)[0]; beside[1] != want {
		t.Errorf("a longer one: %g, want what its last 5 steps give, %g", beside[1], want)
	}
}
