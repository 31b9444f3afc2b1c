package forecast

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/baseline"
	"recur/configs"
	"recur/data/series"
	"recur/evaluate"
	"recur/task"
)

// walks are random walks, of which nothing can be known beyond the last value.
func walks(t *testing.T, series, rows int) *series.Prepared {
	t.Helper()
	r := rand.New(rand.NewPCG(1, uint64(series)))
	values := make([][]float64, series)
	for s := range values {
		v := 100.0
		for range rows {
			v += r.NormFloat64()
			values[s] = append(values[s], v)
		}
	}
	return panelOf(t, values, fmt.Sprintf("season: [], split: {validation: %d, test: 0}", rows/3)).Prepared
}

// panelOf are series of some values that are forecast 4 steps ahead, with further keys of data.
func panelOf(t *testing.T, values [][]float64, keys string) *Data {
	t.Helper()
	var b strings.Builder
	b.WriteString("series,step,value\n")
	for s, one := range values {
		for i, v := range one {
			fmt.Fprintf(&b, "s%d,%d,%v\n", s, i, v)
		}
	}
	path := filepath.Join(t.TempDir(), "panel.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	c, err := configs.Parse("panel.yaml", []byte(fmt.Sprintf("data: {csv: %s, series: series, targets: [value], horizon: 4, %s}\nensemble: {members: 1}\n", path, keys)), nil)
	if err != nil {
		t.Fatal(err)
	}
	source, err := Task{}.Open(c, nil)
	if err != nil {
		t.Fatal(err)
	}
	ways, _ := source.Variants(source.Config())
	p, err := source.Prepare(ways[0].Of(source.Config()))
	if err != nil {
		t.Fatal(err)
	}
	return p.(*Data)
}

// Nothing beats the naive forecast of random walks by more than luck, whatever the order of the scores; foresight does; and
// where there is too little to test the order decides.
func TestVerdictKnowsLuck(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		series, rows int
		tested       bool
	}{{2, 300, true}, {30, 60, true}, {2, 36, false}, {1, 36, false}, {4, 36, false}} {
		p := walks(t, c.series, c.rows)
		r := rand.New(rand.NewPCG(2, 3))
		noisy := baseline.Naive().Predict(p.Validation)
		exact := make([][]float64, len(noisy))
		for i := range noisy {
			truth, _ := p.Validation.Truth(i)
			exact[i] = truth
			for o := range noisy[i] {
				noisy[i][o] += 0.01 * r.NormFloat64()
			}
		}
		v, err := judge([]*series.Prepared{p}, noisy, 0, math.Inf(1))
		if err != nil {
			t.Fatal(err)
		}
		if (v.P != nil) != c.tested {
			t.Errorf("%d series of %d rows: p is %v, want a test: %t", c.series, c.rows, v.P, c.tested)
		}
		if c.tested && (v.Best != task.NaiveName || !strings.Contains(strings.Join(v.Sentences(), ""), "nothing beats naive")) {
			t.Errorf("%d series of %d rows: noise beats naive: %+v, %q", c.series, c.rows, v, v.Sentences())
		}
		if v, err = judge([]*series.Prepared{p}, exact, 0, math.Inf(1)); err != nil || v.Best != task.NetworkName {
			t.Errorf("%d series of %d rows: foresight does not beat naive: %+v, %v", c.series, c.rows, v, err)
		}
	}
}

// seasons are series with a season of 4, growth, noise, and a level as wanted; shared is how much of the noise is a random walk of all of them.
func seasons(count, rows int, level, shared float64) [][]float64 {
	r := rand.New(rand.NewPCG(3, uint64(count)))
	common := make([]float64, rows)
	for i := 1; i < rows; i++ {
		common[i] = common[i-1] + r.NormFloat64()
	}
	values := make([][]float64, count)
	for s := range values {
		own, scale := 0.0, 1+r.Float64()
		for i := range rows {
			own += (1 - shared) * r.NormFloat64()
			values[s] = append(values[s], level+scale*(3*math.Sin(math.Pi/2*float64(i))+own+shared*common[i]))
		}
	}
	return values
}

// towards is a forecast whose misses are those of another one times a factor of its series.
func towards(p *series.Part, said [][]float64, factor func(series int) float64) [][]float64 {
	out := make([][]float64, len(said))
	for i, row := range said {
		truth, _ := p.Truth(i)
		for o, v := range row {
			out[i] = append(out[i], truth[o]+factor(p.Windows[i].Series)*(v-truth[o]))
		}
	}
	return out
}

// best is what the best simple method says of the validation part.
func best(t *testing.T, p *series.Prepared) [][]float64 {
	t.Helper()
	v, err := judge([]*series.Prepared{p}, baseline.Naive().Predict(p.Validation), 0, math.Inf(1))
	if err != nil {
		t.Fatal(err)
	}
	m, err := fit(v.Simple(), p, true)
	if err != nil {
		t.Fatal(err)
	}
	return m.Predict(p.Validation)
}

// The verdict is sure where a network is better or worse than the best simple method on most of many series of their own, also of values around
// zero, and not where it is so on as many as not. Of series that move together, of few and of one window it says that it can't tell.
func TestVerdictIsSureOfWhatItCanTell(t *testing.T) {
	t.Parallel()
	better := func(series int) float64 { return 0.8 - 0.1*float64(series%3) }
	worse := func(series int) float64 { return 1.2 + 0.1*float64(series%3) }
	equal := func(series int) float64 { return 0.8 + 0.4*float64(series%2) }
	for _, c := range []struct {
		name          string
		count, rows   int
		level, shared float64
		of            func(int) float64
		want          string
	}{
		{"better", 40, 60, 100, 0, better, "the difference is more than luck"},
		{"worse", 40, 60, 100, 0, worse, "the difference is more than luck"},
		{"equal", 40, 60, 100, 0, equal, "the difference may be luck"},
		{"better, around zero", 40, 60, 0, 0, better, "the difference is more than luck"},
		{"worse, around zero", 40, 60, 0, 0, worse, "the difference is more than luck"},
		{"move together", 40, 60, 100, .95, better, "can't be told: the 40 series count as"},
		{"few", 3, 60, 100, 0, better, "can't be told: there are 3 series, and of 1 origin the forecasts don't overlap"},
		{"one window", 1, 60, 100, 0, better, "can't be told: there is one window"},
	} {
		p := panelOf(t, seasons(c.count, c.rows, c.level, c.shared), "season: 4").Prepared
		v, err := judge([]*series.Prepared{p}, towards(p.Validation, best(t, p), c.of), 0, math.Inf(1))
		if err != nil {
			t.Fatal(err)
		}
		told := strings.Join(v.Sentences(), "\n")
		if !strings.Contains(told, c.want) {
			t.Errorf("%s: want %q in\n%s", c.name, c.want, told)
		}
		around := c.level == 0
		if v.Metric != "mase" || (v.Methods[task.NetworkName].Value("smape") == nil) != around || v.Methods[task.NetworkName].Value("owa") == nil {
			t.Errorf("%s: judged by %s, %+v; want mase, and sMAPE where no value changes its sign", c.name, v.Metric, v.Methods[task.NetworkName])
		}
		if sure := v.PAgainst != nil && *v.PAgainst < task.Significance; sure && v.GainLow != nil && (*v.GainLow > 0) != (*v.GainHigh > 0) {
			t.Errorf("%s: sure, with a gain between %g and %g", c.name, *v.GainLow, *v.GainHigh)
		}
	}
}

// repeated are points as quantiles that are all the same.
func repeated(points [][]float64, quantiles int) [][]float64 {
	out := make([][]float64, len(points))
	for i, row := range points {
		for _, v := range row {
			out[i] = append(out[i], slices.Repeat([]float64{v}, quantiles)...)
		}
	}
	return out
}

// Methods that learn stand in the verdict, and in every table, on the variant on which they do best; that they are asked about windows which
// were made ready in another way changes nothing.
func TestLinearMethodsOnTheirBestVariant(t *testing.T) {
	t.Parallel()
	values := seasons(12, 60, 0, 0)
	for s := range values { // of which the logarithm is what is linear
		for i, v := range values[s] {
			values[s][i] = 100 * math.Exp(v/10+0.03*float64(i))
		}
	}
	d := panelOf(t, values, "season: 4")
	ways, err := d.variants()
	if err != nil || len(ways) != 3 {
		t.Fatalf("%d variants, %v; want 3", len(ways), err)
	}
	for _, name := range []string{"ridge", "linear_l1"} {
		lowest, variant := math.Inf(1), (*series.Prepared)(nil)
		for _, p := range ways {
			m, err := fit(name, p, true)
			if err != nil {
				t.Fatal(err)
			}
			own := m.Predict(p.Validation)
			if diff := cmp.Diff(own, m.Predict(ways[0].Validation.As(p))); diff != "" {
				t.Fatalf("%s: windows that were made ready in another way (+) are predicted otherwise than as they were learnt from (-):\n%s", name, diff)
			}
			s, err := evaluate.Evaluate(p.Validation, own)
			if err != nil {
				t.Fatal(err)
			}
			if s.Metrics.MASE < lowest {
				lowest, variant = s.Metrics.MASE, p
			}
		}
		if variant == ways[len(ways)-1] {
			t.Fatalf("%s is best without a logarithm: the data of the test are no good", name)
		}
		for _, way := range []task.Variant{{Transform: "none", WindowScale: "deviation"}, {Transform: "log", WindowScale: "none"}} {
			one, err := d.from.Prepare(way.Of(d.Config()))
			if err != nil {
				t.Fatal(err)
			}
			v, err := one.Verdict(repeated(baseline.Naive().Predict(one.Part("validation")), len(d.Config().Model.Quantiles)), math.Inf(1))
			if err != nil {
				t.Fatal(err)
			}
			if got := v.Methods[name].Value("mase"); got != nil && math.Abs(*got-lowest) > 1e-9 || got == nil && name == "ridge" {
				t.Errorf("%s has %v beside a network of %s, want %g", name, got, way.Transform, lowest)
			}
			m, err := one.Method(name, true)
			if err != nil {
				t.Fatal(err)
			}
			if s, err := evaluate.Evaluate(one.(*Data).Validation, m.Predict(one.Part("validation"))); err != nil || math.Abs(s.Metrics.MASE-lowest) > 1e-9 {
				t.Errorf("%s of a table has %g, %v, want %g", name, s.Metrics.MASE, err, lowest)
			}
		}
	}
}

// That a test can't be sure is no reason to say that nothing beats naive: where the network is far ahead of it the network forecasts.
func TestNothingBeatsNaiveIsNotSaidForWantOfEvidence(t *testing.T) {
	t.Parallel()
	p := panelOf(t, seasons(6, 40, 100, .9), "season: 4").Prepared
	v, err := judge([]*series.Prepared{p}, towards(p.Validation, baseline.Naive().Predict(p.Validation), func(s int) float64 { return 0.1 + 0.8*float64(s%2) }), 0, math.Inf(1))
	if err != nil {
		t.Fatal(err)
	}
	if told := strings.Join(v.Sentences(), "\n"); v.Best == task.NaiveName || strings.Contains(told, "nothing beats naive") {
		t.Errorf("best is %s: %s", v.Best, told)
	}
}

// Networks that are judged in the place of those that forecast are not called worse for what these have gained since.
func TestStandInsAreAllowedForInVerdicts(t *testing.T) {
	t.Parallel()
	p := panelOf(t, seasons(40, 60, 100, 0), "season: 4").Prepared
	said := towards(p.Validation, best(t, p), func(s int) float64 { return 1.003 + 0.001*float64(s%3) })
	for _, c := range []struct {
		allowance float64
		sure      bool
	}{{0, true}, {standIn, false}} {
		v, err := judge([]*series.Prepared{p}, said, c.allowance, math.Inf(1))
		if err != nil {
			t.Fatal(err)
		}
		if v.PAgainst == nil || (*v.PAgainst < task.Significance) != c.sure {
			t.Errorf("allowing for %g a network that is half a percent worse everywhere has p %v", c.allowance, v.PAgainst)
		}
	}
	if allowanceOf(p.Config) != standIn {
		t.Errorf("with train.refit: %s nothing is allowed for", p.Config.Train.Refit)
	}
}
