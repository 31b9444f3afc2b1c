package values

import (
	"recur/internal/report"
	"recur/task"
)

// Verdict orders what a network and simple methods say of a part by a metric, and tests the network against the best of them.
func Verdict(judge task.Judge, metric string, network [][]float64, methods []task.Named) (*task.Verdict, error) {
	v := &task.Verdict{Metric: metric, Methods: map[string]task.Figures{}}
	all := append([]task.Named{{Name: task.NetworkName, Said: network}}, methods...)
	entries := map[string]task.Entry{}
	for _, m := range all {
		scored, err := judge.Metrics(m.Said)
		if err != nil {
			return nil, err
		}
		v.Methods[m.Name] = task.Figures{{Name: metric, Value: report.Number(scored.Value(metric))}}
		entries[m.Name] = task.Entry{Losses: judge.Losses(m.Said), Said: m.Said}
	}
	v.Best, v.Against, v.Disjoint = v.Order()[0], v.Simple(), judge.Witnesses().Disjoint
	if v.Against != "" {
		o := judge.Test(entries[task.NetworkName], entries[v.Against])
		v.Tested(o.Statistic, o.P)
	}
	return v, nil
}
