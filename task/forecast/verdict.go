package forecast

import (
	"math"

	"recur/baseline"
	"recur/configs"
	"recur/data/series"
	"recur/evaluate"
	"recur/internal/report"
	"recur/task"
	"recur/task/values"
)

// judge scores point predictions of the validation part beside the simple methods, fitted on the training part alone. all are the data
// made ready in every way that the networks may choose; the predictions are of the windows of the first. Methods that
// learn, or are fitted window by window, are left out where they would cost more than budget multiply-adds. allowance is that of duels.
func judge(all []*series.Prepared, network [][]float64, allowance, budget float64) (*task.Verdict, error) {
	p := all[0]
	v := &task.Verdict{Windows: p.Validation.Len(), Metric: "mase", Methods: map[string]task.Figures{}}
	methods, err := simpleMethods(all, budget)
	if err != nil {
		return nil, err
	}
	if methods == nil {
		methods = baseline.Quick(p)
		v.LeftOut = "simple methods that learn or are fitted anew for every window would have cost more than the training"
	}
	named := []task.Named{{Name: task.NetworkName, Said: network}}
	for _, m := range methods {
		named = append(named, task.Named{Name: m.Name(), Said: m.Predict(p.Validation)})
	}
	scores, err := values.Scores(p.Validation, named)
	if err != nil {
		return nil, err
	}
	meaning := meaningOf(p.Validation)
	reference := meaning(referenceOf(scores))
	for name, m := range scores {
		m = meaning(m)
		v.Methods[name] = task.Figures{{Name: "smape", Value: report.Number(m.SMAPE)}, {Name: "mase", Value: report.Number(m.MASE)}, {Name: "owa", Value: report.Number(owa(m, reference))}, {Name: "rmse", Value: report.Number(m.RMSE)}}
	}
	if v.Score(task.NetworkName) == nil {
		v.Metric = "rmse"
	}
	v.Best, v.Against = v.Order()[0], v.Simple()
	panel := evaluate.NewPanel(p.Validation)
	v.Disjoint, v.Series = panel.Disjoint, panel.Series
	duels(v, panel, named, allowance)
	surest, lowest, nothing := beyondLuck(v, panel, named)
	if v.Surest, v.P = surest, report.Number(lowest); nothing {
		v.Best = task.NaiveName
	}
	return v, nil
}

// simpleMethods are those that a verdict is of, none of them twice; nil where they would cost more than budget multiply-adds.
func simpleMethods(all []*series.Prepared, budget float64) (methods []baseline.Method, err error) {
	p := all[0]
	if baseline.Cost(p, p.Validation) > budget {
		return nil, nil
	}
	names, err := baseline.Only(nil).Names(p, p.Validation)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		ways := all
		if !learns(name) {
			ways = all[:1]
		}
		m, err := fitBest(name, ways, true)
		if err != nil {
			return nil, err
		}
		if !baseline.Repeats(m) {
			methods = append(methods, m)
		}
	}
	return methods, nil
}

// withoutRefit has the simple methods learn from the training part alone until the function that it returns is called.
func withoutRefit(p *series.Prepared) (restore func()) {
	was, c := p.Config, *p.Config
	c.Train.Refit = "none"
	p.Config = &c
	return func() { p.Config = was }
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

// meaningOf leaves sMAPE out of scores of a part of series whose values have both signs: around zero it is 200% for a miss of any size.
func meaningOf(p *series.Part) func(evaluate.Metrics) evaluate.Metrics {
	both := signsChange(p)
	return func(m evaluate.Metrics) evaluate.Metrics {
		if both {
			m.SMAPE = math.NaN()
		}
		return m
	}
}

// signsChange says that a target of some series is known to be above 0 and below it, up to the end of the part.
func signsChange(p *series.Part) bool {
	set := p.Prepared.Set
	columns := set.Columns()
	for s := range set.Series {
		one := &set.Series[s]
		_, to := p.Rows(s)
		for k := range set.Targets {
			above, below := false, false
			for i := k; i < to*columns; i += columns {
				if !one.Missing[i] {
					above, below = above || one.Values[i] > 0, below || one.Values[i] < 0
				}
			}
			if above && below {
				return true
			}
		}
	}
	return false
}

// allowanceOf is how much worse those networks may be that are judged than the members that a config trains in the end.
func allowanceOf(c *configs.Config) float64 {
	if c.Ensemble.Members > 0 && c.Train.Refit == "all" {
		return standIn
	}
	return 0
}
