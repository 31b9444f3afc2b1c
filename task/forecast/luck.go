package forecast

import (
	"math"
	"slices"

	"recur/data/series"
	"recur/evaluate"
	"recur/task"
)

// leastSeries is how many series of their own a test over series takes; of fewer the windows in time are tested.
const leastSeries = 20

// beyondLuck tests whether any method is better than the naive one on the validation part, over series where there are
// many that don't move together (Wilcoxon), else along time (evaluate.Panel); Holm corrects for the number of methods. best
// is the one with the lowest p. told is false where that shows nothing: some method can't be tested, and none of the others is better.
func beyondLuck(panel *evaluate.Panel, p *series.Part, methods []task.Named) (best string, lowest float64, told bool) {
	at := slices.IndexFunc(methods, func(m task.Named) bool { return m.Name == task.NaiveName })
	if at < 0 {
		return "", 0, false
	}
	test := testOf(panel, p, methods[at].Said)
	var ps []float64
	var names []string
	untold := false // of some it can't be told
	for _, m := range methods {
		if m.Name == task.NaiveName {
			continue
		}
		switch statistic, p := test(m.Said); {
		case p != p:
			untold = true
		case statistic < 0:
			ps, names = append(ps, p), append(names, m.Name)
		}
	}
	best, lowest = "", 1
	for i, p := range evaluate.Holm(ps) {
		if best == "" || p < lowest {
			best, lowest = names[i], p
		}
	}
	return best, lowest, !untold || lowest < task.Significance
}

// testOf returns a test of predictions against those of the naive method, whose statistic is negative where they are
// better; p is NaN where there are too few forecasts for any. panel is that of the part.
func testOf(panel *evaluate.Panel, p *series.Part, naive [][]float64) func(predictions [][]float64) (statistic, probability float64) {
	squares := evaluate.WindowLosses(p, naive)
	scores, err := evaluate.BySeries(p, naive)
	bySeries := evaluate.Losses(scores, "mase")
	return func(predictions [][]float64) (float64, float64) {
		worth := panel.Worth(predictions, naive)
		if panel.AlongTime() && worth.Independent < leastSeries || err != nil {
			o := panel.Test(evaluate.WindowLosses(p, predictions), squares, worth)
			return o.Statistic, o.P
		}
		s, err := evaluate.BySeries(p, predictions)
		if err != nil || worth.Independent < evaluate.LeastApart {
			return math.NaN(), math.NaN() // of few series no p can be low, however much better a method is
		}
		d := worth.Fight(evaluate.Losses(s, "mase"), bySeries, task.NaiveName)
		return float64(d.Statistic), float64(d.P)
	}
}
