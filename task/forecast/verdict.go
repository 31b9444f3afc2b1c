package forecast

import (
	"slices"

	"recur/baseline"
	"recur/data/series"
	"recur/evaluate"
	"recur/internal/report"
	"recur/task"
	"recur/task/values"
)

// judge scores point predictions of the validation part beside the simple methods, fitted on the training part alone. Those
// that learn, or are fitted window by window, are left out where they would cost more than budget multiply-adds.
func judge(p *series.Prepared, network [][]float64, budget float64) (*task.Verdict, error) {
	defer withoutRefit(p)()
	v := &task.Verdict{Windows: p.Validation.Len(), Methods: map[string]task.Figures{}}
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
	all := []task.Named{{Name: task.NetworkName, Said: network}}
	for _, m := range methods {
		all = append(all, task.Named{Name: m.Name(), Said: m.Predict(p.Validation)})
	}
	scores, err := values.Scores(p.Validation, all)
	if err != nil {
		return nil, err
	}
	reference := referenceOf(scores)
	for name, m := range scores {
		v.Methods[name] = task.Figures{{Name: "smape", Value: report.Number(m.SMAPE)}, {Name: "mase", Value: report.Number(m.MASE)}, {Name: "owa", Value: report.Number(owa(m, reference))}, {Name: "rmse", Value: report.Number(m.RMSE)}}
	}
	if v.Metric = "owa"; v.Methods[task.NetworkName].Value("owa") == nil {
		v.Metric = "rmse"
	}
	v.Best, v.Against = v.Order()[0], v.Simple()
	test(v, p.Validation, all)
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
func test(v *task.Verdict, p *series.Part, all []task.Named) {
	panel := evaluate.NewPanel(p)
	v.Disjoint = panel.Disjoint
	if surest, p, told := beyondLuck(panel, p, all); told {
		if v.Surest, v.P = surest, &p; p >= task.Significance {
			v.Best = task.NaiveName
		}
	}
	if at := slices.IndexFunc(all, func(m task.Named) bool { return m.Name == v.Against }); at >= 0 {
		v.Tested(testOf(panel, p, all[at].Said)(all[0].Said))
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
