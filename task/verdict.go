package task

import (
	"sort"

	"recur/internal/report"
)

// Verdict says how the networks and the simple methods did on the validation part, from which neither had learnt.
type Verdict struct {
	Windows     int                `json:"windows"`
	Example     string             `json:"example,omitempty"`  // what is judged one by one; window where it is not said
	Metric      string             `json:"metric,omitempty"`   // that methods are ordered by: mase, or rmse where that has no meaning
	Methods     map[string]Figures `json:"methods,omitempty"`  // "network", and the simple methods by name
	Best        string             `json:"best,omitempty"`     // naive where nothing is better than it by more than luck
	P           *float64           `json:"p"`                  // of the method that is most surely better than naive; null where it can't be tested
	Surest      string             `json:"surest,omitempty"`   // that method
	Against     string             `json:"against,omitempty"`  // the best simple method
	PAgainst    *float64           `json:"p_against"`          // of the difference between the network and that method; null where it can't be tested
	GainLow     *float64           `json:"gain_low,omitempty"` // by how much of that method's error the network's is below it: with 95% between these two
	GainHigh    *float64           `json:"gain_high,omitempty"`
	Contrary    bool               `json:"contrary,omitempty"`           // the errors that were tested put them in the other order
	Disjoint    int                `json:"disjoint"`                     // origins whose forecasts don't overlap
	Series      int                `json:"series,omitempty"`             // that are judged, where there are series
	Independent float64            `json:"independent_series,omitempty"` // as how many they count at most, since their errors move together
	Duels       []VerdictDuel      `json:"duels,omitempty"`              // the network against each simple method
	Chosen      []string           `json:"chosen,omitempty"`             // what was chosen on the same windows, which favours the network
	Judged      string             `json:"judged,omitempty"`             // which networks, where they are not those that forecast
	LeftOut     string             `json:"left_out,omitempty"`           // simple methods that are not there, and why
	Unjudged    string             `json:"unjudged,omitempty"`           // why nothing was judged
}

// VerdictDuel is the test of the network against one simple method.
type VerdictDuel struct {
	Method string   `json:"method"`
	Better bool     `json:"better"` // the network's error is the smaller one
	P      *float64 `json:"p"`      // corrected for the number of methods; null where it can't be told
}

// NewVerdict orders what a network and simple methods say of a part by the first of some metrics, and tests the network against the best
// of them.
func NewVerdict(judge Judge, metrics []string, network [][]float64, methods []Named) (*Verdict, error) {
	v := &Verdict{Metric: metrics[0], Methods: map[string]Figures{}}
	entries := map[string]Entry{}
	for _, m := range append([]Named{{Name: NetworkName, Said: network}}, methods...) {
		scored, err := judge.Metrics(m.Said)
		if err != nil {
			return nil, err
		}
		for _, metric := range metrics {
			v.Methods[m.Name] = append(v.Methods[m.Name], Figure{Name: metric, Value: report.Number(scored.Value(metric))})
		}
		entries[m.Name] = EntryOf(judge, m.Said)
	}
	v.Best, v.Against, v.Disjoint = v.Order()[0], v.Simple(), judge.Witnesses().Disjoint
	if v.Against != "" {
		o := judge.Test(entries[NetworkName], entries[v.Against])
		v.Tested(o.Statistic, o.P)
	}
	return v, nil
}

// NetworkName is the networks among the methods of a verdict.
const NetworkName = "network"

// Order lists the methods, the best first; equal ones by name.
func (v *Verdict) Order() []string {
	names := report.SortedKeys(v.Methods)
	sort.SliceStable(names, func(a, b int) bool {
		x, y := v.Score(names[a]), v.Score(names[b])
		return x != nil && (y == nil || *x < *y)
	})
	return names
}

// Simple is the best of the simple methods, "" where there is none.
func (v *Verdict) Simple() string {
	for _, name := range v.Order() {
		if name != NetworkName {
			return name
		}
	}
	return ""
}

// Tested takes the test of the network against the best simple method, whose statistic is negative where the network's errors are the
// smaller ones.
func (v *Verdict) Tested(statistic, p float64) {
	v.PAgainst = report.Number(p)
	v.Contrary = statistic < 0 && !v.ahead() || statistic > 0 && v.ahead()
}

// ahead says that the network scores better than the best simple method.
func (v *Verdict) ahead() bool {
	mine, theirs := v.Score(NetworkName), v.Score(v.Against)
	return mine != nil && theirs != nil && *mine < *theirs
}

// Score is what methods are ordered by; nil where it has no meaning.
func (v *Verdict) Score(name string) *float64 {
	metric := v.Metric
	if metric == "" { // of an early run
		metric = "owa"
	}
	return v.Methods[name].Value(metric)
}
