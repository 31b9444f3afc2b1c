package pipeline

import (
	"slices"
	"sort"

	"recur/baseline"
	"recur/data/series"
	"recur/evaluate"
	"recur/internal/report"
)

// Verdict says how the networks and the simple methods did on the validation part, from which neither had learnt.
type Verdict struct {
	Windows  int                     `json:"windows"`
	Metric   string                  `json:"metric,omitempty"`   // that methods are ordered by: owa, or rmse where that has no meaning
	Methods  map[string]VerdictScore `json:"methods,omitempty"`  // "network", and the simple methods by name
	Best     string                  `json:"best,omitempty"`     // naive where nothing is better than it by more than luck
	P        *float64                `json:"p"`                  // of the method that is most surely better than naive; null where it can't be tested
	Surest   string                  `json:"surest,omitempty"`   // that method
	Against  string                  `json:"against,omitempty"`  // the best simple method
	PAgainst *float64                `json:"p_against"`          // of the difference between the network and that method; null where it can't be tested
	Contrary bool                    `json:"contrary,omitempty"` // the errors that were tested put them in the other order
	Disjoint int                     `json:"disjoint"`           // origins whose forecasts don't overlap
	Chosen   []string                `json:"chosen,omitempty"`   // what was chosen on the same windows, which favours the network
	Judged   string                  `json:"judged,omitempty"`   // which networks, where they are not those that forecast
	LeftOut  string                  `json:"left_out,omitempty"` // simple methods that are not there, and why
	Unjudged string                  `json:"unjudged,omitempty"` // why nothing was judged
}

// VerdictScore is one method's score. OWA is the mean of its sMAPE and MASE relative to those of the seasonal naive
// forecast (the naive one without a season), as in the M4 competition; null where neither has a meaning.
type VerdictScore struct {
	SMAPE *float64 `json:"smape"`
	MASE  *float64 `json:"mase"`
	OWA   *float64 `json:"owa"`
	RMSE  *float64 `json:"rmse"`
}

// networkName is the networks among the methods of a verdict.
const networkName = "network"

// judge scores point predictions of the validation part beside the simple methods, fitted on the training part alone. Those
// that learn, or are fitted window by window, are left out where they would cost more than budget multiply-adds.
func judge(p *series.Prepared, network [][]float64, budget float64) (*Verdict, error) {
	defer withoutRefit(p)()
	v := &Verdict{Windows: p.Validation.Len(), Methods: map[string]VerdictScore{}}
	var methods []baseline.Method
	if cost := baseline.Cost(p, p.Validation); cost > budget {
		methods = baseline.Quick(p)
		v.LeftOut = "simple methods that learn or are fitted anew for every window would have cost more than the training"
	} else {
		var err error
		if methods, err = baseline.For(p, p.Validation); err != nil {
			return nil, err
		}
	}
	all := []named{{networkName, network}}
	for _, m := range methods {
		all = append(all, named{m.Name(), m.Predict(p.Validation)})
	}
	scores, err := scoresOf(p.Validation, all)
	if err != nil {
		return nil, err
	}
	reference := referenceOf(scores)
	for name, m := range scores {
		v.Methods[name] = VerdictScore{SMAPE: report.Number(m.SMAPE), MASE: report.Number(m.MASE), OWA: report.Number(owa(m, reference)), RMSE: report.Number(m.RMSE)}
	}
	if v.Metric = "owa"; v.Methods[networkName].OWA == nil {
		v.Metric = "rmse"
	}
	v.Best, v.Against = v.order()[0], v.simple()
	v.test(p.Validation, all)
	return v, nil
}

// withoutRefit has the simple methods learn from the training part alone until the function that it returns is called.
func withoutRefit(p *series.Prepared) (restore func()) {
	was, c := p.Config, *p.Config
	c.Train.Refit = "none"
	p.Config = &c
	return func() { p.Config = was }
}

// test says how sure the scores are.
func (v *Verdict) test(p *series.Part, all []named) {
	panel := evaluate.NewPanel(p)
	v.Disjoint = panel.Disjoint
	if surest, p, told := beyondLuck(panel, p, all); told {
		if v.Surest, v.P = surest, &p; p >= significance {
			v.Best = naiveName
		}
	}
	if at := slices.IndexFunc(all, func(m named) bool { return m.name == v.Against }); at >= 0 {
		statistic, p := testOf(panel, p, all[at].predictions)(all[0].predictions)
		v.PAgainst = report.Number(p)
		v.Contrary = statistic < 0 && !v.ahead() || statistic > 0 && v.ahead()
	}
}

// referenceOf are the scores that OWA is relative to.
func referenceOf(scores map[string]evaluate.Metrics) evaluate.Metrics {
	if m, ok := scores["seasonal_naive"]; ok {
		return m
	}
	if m, ok := scores["naive"]; ok {
		return m
	}
	return evaluate.Metrics{}
}

// owa is the overall weighted average of the M4 competition [1]; of the two, one that has no meaning is left out.
//
// [1] Makridakis, Spiliotis & Assimakopoulos 2020, The M4 competition: 100,000 time series and 61 forecasting methods.
func owa(m, reference evaluate.Metrics) float64 {
	sum, n := 0.0, 0.0
	for _, r := range []float64{m.SMAPE / reference.SMAPE, m.MASE / reference.MASE} {
		if r-r == 0 {
			sum, n = sum+r, n+1
		}
	}
	return sum / n
}

// order lists the methods, the best first; equal ones by name.
func (v *Verdict) order() []string {
	names := report.SortedKeys(v.Methods)
	sort.SliceStable(names, func(a, b int) bool {
		x, y := v.score(names[a]), v.score(names[b])
		return x != nil && (y == nil || *x < *y)
	})
	return names
}

// simple is the best of the simple methods, "" where there is none.
func (v *Verdict) simple() string {
	for _, name := range v.order() {
		if name != networkName {
			return name
		}
	}
	return ""
}

// ahead says that the network scores better than the best simple method.
func (v *Verdict) ahead() bool {
	mine, theirs := v.score(networkName), v.score(v.Against)
	return mine != nil && theirs != nil && *mine < *theirs
}

// score is what methods are ordered by; nil where it has no meaning.
func (v *Verdict) score(name string) *float64 {
	if v.Metric == "rmse" {
		return v.Methods[name].RMSE
	}
	return v.Methods[name].OWA
}
