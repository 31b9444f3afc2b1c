package pipeline

import (
	"maps"
	"slices"

	"recur/data"
	"recur/evaluate"
)

const (
	leastSeries  = 20 // series for a test over series; of fewer the windows in time are tested
	leastApart   = 5  // forecasts that don't overlap, for a test in time; fewer can't tell anything
	naiveName    = "naive"
	nothingBeats = "nothing beats naive by more than luck on the validation part (p %s for the best, %s); recur forecast --fallback gives the naive forecast"
)

// beyondLuck tests whether any method is better than the naive one on the validation part, over series where there are
// many (Wilcoxon), else over time with the losses of all series averaged, since series that move together are no
// independent witnesses (Diebold-Mariano); Holm corrects for the number of methods. best is the one with the lowest p, and
// told is false where nothing can be tested.
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
	if len(p.Prepared.Set.Series) >= leastSeries {
		losses := func(predictions [][]float64) []float64 {
			s, err := evaluate.BySeries(p, predictions)
			if err != nil {
				return nil
			}
			return evaluate.Losses(s, "mase")
		}
		reference := losses(naive)
		return func(predictions [][]float64) (float64, float64) {
			d := evaluate.Fight(losses(predictions), reference, naiveName)
			return float64(d.Statistic), float64(d.P)
		}
	}
	reference, horizon := overTime(p, naive), p.Prepared.Horizon
	if (len(reference)-1)/horizon+1 < leastApart {
		return nil
	}
	return func(predictions [][]float64) (float64, float64) {
		return evaluate.DieboldMariano(overTime(p, predictions), reference, horizon)
	}
}

// overTime is the mean loss of the forecasts that begin at each row, over the series.
func overTime(p *data.Part, predictions [][]float64) []float64 {
	sums, counts := map[int]float64{}, map[int]float64{}
	for i, loss := range evaluate.WindowLosses(p, predictions) {
		if loss == loss {
			sums[p.Target(i)] += loss
			counts[p.Target(i)]++
		}
	}
	var out []float64
	for _, row := range slices.Sorted(maps.Keys(sums)) {
		out = append(out, sums[row]/counts[row])
	}
	return out
}
