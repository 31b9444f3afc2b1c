package pipeline

import (
	"fmt"
	"sort"

	"recur/baseline"
	"recur/data"
	"recur/evaluate"
)

// Verdict says how the networks and the simple methods did on the validation part, which neither had seen.
type Verdict struct {
	Windows int                     `json:"windows"`
	Methods map[string]VerdictScore `json:"methods"` // "network", and the simple methods by name
	Best    string                  `json:"best"`    // naive where nothing is better than it by more than luck
	P       *float64                `json:"p"`       // of the method that is most surely better than naive; null where it can't be tested
	Surest  string                  `json:"surest"`  // that method
}

// VerdictScore is one method's score. OWA is the mean of its sMAPE and MASE relative to those of the seasonal naive
// forecast (the naive one without a season), as in the M4 competition; null where neither has a meaning.
type VerdictScore struct {
	SMAPE *float64 `json:"smape"`
	MASE  *float64 `json:"mase"`
	OWA   *float64 `json:"owa"`
}

// networkName is the networks among the methods of a verdict.
const networkName = "network"

// judge scores point predictions of the validation part beside the simple methods, fitted on the training part alone.
func judge(p *data.Prepared, network [][]float64) (*Verdict, error) {
	methods, err := baseline.For(p, p.Validation)
	if err != nil {
		return nil, err
	}
	v := &Verdict{Windows: p.Validation.Len(), Methods: map[string]VerdictScore{}}
	scores := map[string]evaluate.Metrics{}
	var all []named
	score := func(name string, predictions [][]float64) error {
		all = append(all, named{name, predictions})
		s, err := evaluate.Evaluate(p.Validation, predictions)
		if err == nil {
			scores[name] = s.Metrics
		}
		return err
	}
	if err := score(networkName, network); err != nil {
		return nil, err
	}
	for _, m := range methods {
		if err := score(m.Name(), m.Predict(p.Validation)); err != nil {
			return nil, fmt.Errorf("baseline %s: %w", m.Name(), err)
		}
	}
	reference := referenceOf(scores)
	for name, m := range scores {
		v.Methods[name] = VerdictScore{SMAPE: number(m.SMAPE), MASE: number(m.MASE), OWA: number(owa(m, reference))}
	}
	v.Best = v.order()[0]
	if surest, p, told := beyondLuck(p.Validation, all); told {
		if v.Surest, v.P = surest, &p; p >= significance {
			v.Best = naiveName
		}
	}
	return v, nil
}

// referenceOf are the scores that OWA is relative to.
func referenceOf(scores map[string]evaluate.Metrics) evaluate.Metrics {
	if m, ok := scores["seasonal_naive"]; ok {
		return m
	}
	return scores["naive"]
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
	names := sortedKeys(v.Methods)
	sort.SliceStable(names, func(a, b int) bool {
		x, y := v.Methods[names[a]].OWA, v.Methods[names[b]].OWA
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

// sentences tell people which method the validation part prefers.
func (v *Verdict) sentences(run string) []string {
	if v.P != nil && v.Best == naiveName && *v.P >= significance {
		surest := v.Surest
		if surest == "" {
			surest = "none is ahead of it"
		}
		return []string{fmt.Sprintf(nothingBeats, probability(*v.P), surest)}
	}
	other := v.simple()
	mine, theirs := v.Methods[networkName].OWA, v.Methods[other].OWA
	if other == "" || mine == nil || theirs == nil {
		return nil
	}
	switch gain := 1 - *mine / *theirs; {
	case gain > 0:
		return []string{fmt.Sprintf("on the validation part the network's error is %.1f%% below that of %s, the best simple method (OWA %.3f and %.3f)", 100*gain, other, *mine, *theirs)}
	default:
		return []string{fmt.Sprintf("on the validation part the network does not beat %s (OWA %.3f and %.3f); recur forecast --fallback gives that method's forecast", other, *mine, *theirs)}
	}
}
