package evaluate

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"recur/configs"
	"recur/data"
	"recur/data/series"
)

var nan = math.NaN()

// near compares up to rounding.
var near = cmp.Options{cmpopts.EquateApprox(1e-12, 1e-14), cmpopts.EquateNaNs()}

// small is a part of two series with two targets, two windows each and a horizon of two steps; the second value of the
// first window is missing. The naive scale of the second target of series b is 0.
func small(t *testing.T) *series.Part {
	t.Helper()
	c := configs.Default("forecast")
	c.Data.Window, c.Data.Horizon = 1, 2
	c.Data.Missing = "forward"
	set := &series.Dataset{
		Name:    "small",
		Targets: []string{"x", "y"},
		Series: []series.Series{
			{Name: "a", Values: []float64{0, 0, 1, 10, 2, 99, 0, 30, 4, 40}, Missing: make([]bool, 10)},
			{Name: "b", Values: []float64{0, 0, 5, 50, 0, 60, 7, 70, 8, 80}, Missing: make([]bool, 10)},
		},
	}
	set.Series[0].Missing[5] = true
	p, err := series.PrepareWith(set, c, series.Fitted{Scalers: map[series.ID]data.Scaler{
		{Series: "a"}: {Kind: "standard", Offset: []float64{1, 2}, Scale: []float64{2, 5}},
		{Series: "b"}: {Kind: "standard", Offset: []float64{3, 4}, Scale: []float64{4, 10}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	p.NaiveScale = [][]float64{{2, 20}, {4, 0}}
	p.Test.Windows = []series.Window{{Series: 0, Start: 0}, {Series: 0, Start: 2}, {Series: 1, Start: 0}, {Series: 1, Start: 2}}
	return p.Test
}

var smallPredictions = [][]float64{{1.5, 12, 2.5, 20}, {0, 27, 3, 44}, {6, 45, 1, 66}, {7, 77, 6, 72}}

// Golden values by numpy 2.4:
//
//	y = np.array([[[1,10],[2,nan]], [[0,30],[4,40]], [[5,50],[0,60]], [[7,70],[8,80]]])     # window, step, target
//	f = np.array([[[1.5,12],[2.5,20]], [[0,27],[3,44]], [[6,45],[1,66]], [[7,77],[6,72]]])
//	series = np.array([0,0,1,1]); scale = np.array([[2,20],[4,0]]); sd = np.array([[2,5],[4,10]])
//	# m masks the known values of a scope; e, Y, F, S, T are error, truth, prediction, series and target there
//	smape = np.mean([(200*abs(e)/(abs(Y)+abs(F)))[S==i].mean() for i in (0,1)])             # 0/0 -> 0
//	mase = np.mean([(abs(e)/scale[i][T])[(S==i) & (scale[i][T]>0)].mean() for i in (0,1)])  # of those that have one
//	r2 = np.mean([1 - (e[T==t]**2).sum()/sum(((Y-Y[(T==t)&(S==i)].mean())[(T==t)&(S==i)]**2).sum() for i in (0,1)) for t in (0,1)])
//	z = (y-f)/sd[series][:,None,:]
func TestEvaluate(t *testing.T) {
	got, err := Evaluate(small(t), smallPredictions)
	if err != nil {
		t.Fatal(err)
	}
	want := &Score{
		Windows: 4,
		Metrics: Metrics{14.033333333333333, 3.7461090925563463, 2.7333333333333334, 17.307692307692307, 27.144457464006337, 0.22857142857142856, 0.8147860962566845, 2},
		Scaled:  Scaled{0.24333333333333332, 0.4266666666666667},
		ByStep: []Metrics{
			{11.03125, 3.321332563896606, 2.3125, 17.142857142857146, 13.367509683299158, 0.125, 0.64125, 1},
			{17.464285714285715, 4.179029278945736, 3.2142857142857144, 17.5, 41.13060428849903, 0.3458333333333333, 0.6180882352941177, 1},
		},
		ByTarget: map[string]Metrics{
			"x": {0.9375, 0.9682458365518543, 0.75, 24.166666666666668, 42.1933621933622, 0.25, 0.839572192513369, 2},
			"y": {29.0, 5.385164807134504, 5.0, 11.428571428571429, 11.384521910837702, 0.15, 0.79, 0},
		},
	}
	if d := cmp.Diff(want, got, near); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	losses := []float64{0.095, 0.3125, 0.18375, 0.345}
	if d := cmp.Diff(losses, WindowLosses(small(t), smallPredictions), near); d != "" {
		t.Errorf("losses (-want +got)\n%s", d)
	}
}

func TestWhatHasNoMeaningIsNaN(t *testing.T) {
	p := small(t)
	p.Prepared.NaiveScale = [][]float64{{0, 0}, {0, 0}}
	p.Windows = []series.Window{{Series: 0, Start: 0}}
	got, err := Evaluate(p, [][]float64{{1, 10, 2, 0}})
	if err != nil {
		t.Fatal(err)
	}
	// Target x varies and is predicted without error; y has one known value, which can't vary.
	if d := cmp.Diff(Metrics{MASE: nan, R2: 1}, got.Metrics, near); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	if d := cmp.Diff(Metrics{MASE: nan, R2: nan}, got.ByTarget["y"], near); d != "" {
		t.Errorf("y (-want +got)\n%s", d)
	}
	p.Windows = []series.Window{{Series: 1, Start: 0}}
	b := p.Prepared.Set.Series[1].Values // nothing is missing there, so it was not copied
	b[2], b[3] = 0, 0
	got, err = Evaluate(p, [][]float64{{0, 0, 2, 0}})
	if err != nil {
		t.Fatal(err)
	}
	if m := got.ByStep[0]; !math.IsNaN(m.MAPE) || m.SMAPE != 0 {
		t.Errorf("zeros predicted as zeros: mape %v and smape %v, want NaN and 0", m.MAPE, m.SMAPE)
	}
}

func TestEvaluateFaults(t *testing.T) {
	empty := small(t)
	empty.Windows = nil
	for _, c := range []struct {
		name string
		part *series.Part
		f    [][]float64
		want string
	}{
		{"no window", empty, nil, "evaluate: the file part has no window to score; give it rows with data.split"},
		{"no part", nil, nil, "evaluate: the part has no window to score; give it rows with data.split"},
		{"windows", small(t), smallPredictions[:2], "evaluate: got predictions for 2 windows, want 4, as many as the file part has"},
		{"values", small(t), [][]float64{{1, 2, 3, 4}, {1}, nil, nil}, "evaluate: prediction of window 1 has 1 values, want 4 (horizon × targets)"},
	} {
		if _, err := Evaluate(c.part, c.f); err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
}

func TestMetricsJSON(t *testing.T) {
	m := Metrics{MSE: 1.5, RMSE: math.Inf(1), MAE: 0, MAPE: nan, SMAPE: 1e-300, MASE: nan, R2: -2}
	b, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"mse":1.5,"rmse":null,"mae":0,"mape":null,"smape":1e-300,"mase":null,"r2":-2}`; string(b) != want {
		t.Errorf("got  %s\nwant %s", b, want)
	}
	var back Metrics
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	m.RMSE = nan
	if d := cmp.Diff(m, back, near); d != "" {
		t.Errorf("read back (-want +got)\n%s", d)
	}
	if err := json.Unmarshal([]byte(`{"mse":"x"}`), &back); err == nil {
		t.Error("a metric that is no number was read")
	}
	score, err := json.Marshal(Score{ByTarget: map[string]Metrics{"count": m}, ByStep: []Metrics{m}, Scaled: Scaled{1, nan}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`{"windows":0,"metrics":{"mse":0,`, `"metrics_scaled":{"mse":1,"mae":null}`, `"by_step":[{"mse":1.5,`, `"by_target":{"count":{"mse":1.5,`} {
		if !strings.Contains(string(score), want) {
			t.Errorf("%s is missing in %s", want, score)
		}
	}
}

func TestMetricsByName(t *testing.T) {
	m := Metrics{1, 2, 3, 4, 5, 6, 7, 0}
	for i, name := range Names {
		if got := m.Value(name); got != float64(i+1) {
			t.Errorf("%s: got %v, want %d", name, got, i+1)
		}
	}
	if got := m.Value("mean"); !math.IsNaN(got) {
		t.Errorf("unknown name: got %v, want NaN", got)
	}
}
