package pipeline

import (
	"slices"

	"recur/data"
	"recur/evaluate"
)

const (
	leastSeries  = 20 // series of their own for a test over series; of fewer the windows in time are tested
	naiveName    = "naive"
	nothingBeats = "nothing beats naive by more than luck on the validation part (p %s for the best, %s); recur forecast --fallback gives the naive forecast"
)

// beyondLuck tests whether any method is better than the naive one on the validation part, over series where there are
// many that don't move together (Wilcoxon), else along time (evaluate.Panel); Holm corrects for the number of methods. best
// is the one with the lowest p, and told is false where nothing can be tested.
func beyondLuck(p *data.Part, methods []named) (best string, lowest float64, told bool) {
	at := slices.IndexFunc(methods, func(m named) bool { return m.name == naiveName })
	if at < 0 {
		return "", 0, false
	}
	test := testOf(p, methods[at].predictions)
	if test == nil {
		return "", 0, false
	}
	var ps []float64
	var names []string
	for _, m := range methods {
		if statistic, p := test(m.predictions); m.name != naiveName && statistic < 0 {
			ps, names = append(ps, p), append(names, m.name)
		}
	}
	if len(ps) == 0 {
		return "", 1, true
	}
	ps = evaluate.Holm(ps)
	i := slices.Index(ps, slices.Min(ps))
	return names[i], ps[i], ps[i] == ps[i]
}

// testOf returns a test of predictions against those of the naive method, whose statistic is negative where they are
// better; nil where there are too few forecasts for any.
func testOf(p *data.Part, naive [][]float64) func(predictions [][]float64) (statistic, probability float64) {
	panel := evaluate.NewPanel(p)
	if !panel.Tells() {
		return nil
	}
	if panel.Independent < leastSeries && panel.Disjoint >= evaluate.LeastApart {
		reference := evaluate.WindowLosses(p, naive)
		return func(predictions [][]float64) (float64, float64) {
			o := panel.Test(evaluate.WindowLosses(p, predictions), reference)
			return o.Statistic, o.P
		}
	}
	losses := func(predictions [][]float64) []float64 {
		s, err := evaluate.BySeries(p, predictions)
		if err != nil {
			return nil
		}
		return evaluate.Losses(s, "mase")
	}
	reference := losses(naive)
	return func(predictions [][]float64) (float64, float64) {
		d := panel.Fight(losses(predictions), reference, naiveName)
		return float64(d.Statistic), float64(d.P)
	}
}
