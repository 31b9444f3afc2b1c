package forecast

import (
	"math"
	"slices"
	"sort"

	"gonum.org/v1/gonum/stat"

	"recur/baseline"
	"recur/configs"
	"recur/data/series"
	"recur/evaluate"
	"recur/internal/report"
	"recur/task"
)

// Choose scores the networks of all variants on the validation part, which they have not seen, chooses among them, and
// calibrates the quantiles of those that are kept.
func (s *source) Choose(c *configs.Config, all []task.Candidate) (*task.Choice, error) {
	naive, err := seasonalScore(prepared(all[0]))
	if err != nil {
		return nil, err
	}
	quantiles := c.Model.Quantiles
	var scored []variantLosses
	for _, one := range all {
		part, points := prepared(one).Validation, evaluate.Median(one.Said, quantiles)
		score, err := evaluate.Evaluate(part, points)
		if err != nil {
			return nil, err
		}
		m := score.Metrics
		losses, err := seriesLosses(part, points, naive)
		if err != nil {
			return nil, err
		}
		scored = append(scored, variantLosses{task.VariantScore{Variant: one.Variant, SMAPE: report.Number(m.SMAPE), MASE: report.Number(m.MASE), OWA: report.Number(owa(m, naive))}, losses})
	}
	choice := &task.Choice{Variants: keep(scored, c.Ensemble.Keep)}
	kept := all[:0:0]
	for _, one := range all {
		for _, v := range choice.Variants {
			if v.Name == one.Name && v.Kept {
				kept = append(kept, one)
			}
		}
	}
	said, shipped := combined(kept, max(1, len(quantiles))), [][]float64(nil)
	if choice.Combination, shipped, err = weigh(c, prepared(kept[0]).Validation, said, naive); err != nil {
		return nil, err
	}
	ways := []*series.Prepared{prepared(kept[0])}
	for _, one := range all {
		if p := prepared(one); p != ways[0] {
			ways = append(ways, p)
		}
	}
	if choice.Verdict, err = judge(ways, evaluate.Median(shipped, quantiles), allowanceOf(c), math.Inf(1)); err != nil {
		return nil, err
	}
	if c.Intervals.Origins > 0 {
		err = calibrate(c, kept, choice)
	}
	return choice, err
}

// prepared are the series of a candidate.
func prepared(c task.Candidate) *series.Prepared { return c.Data.(*Data).Prepared }

// variantLosses are a variant and what each series adds to its OWA.
type variantLosses struct {
	task.VariantScore
	losses []float64
}

// seriesLosses are what each series adds to the OWA of a method, NaN where it has none.
func seriesLosses(p *series.Part, points [][]float64, naive evaluate.Metrics) ([]float64, error) {
	scores, err := evaluate.BySeries(p, points)
	if err != nil {
		return nil, err
	}
	losses := make([]float64, len(scores))
	for i := range scores {
		losses[i] = owa(scores[i].Metrics, naive)
	}
	return losses, nil
}

// keep sorts the variants and marks those that are at most share behind the best, or no more than one standard error of
// the difference over the series [1]: of few series the validation part can't tell near variants apart, and to combine
// them is safer than to choose.
//
// [1] Breiman, Friedman, Olshen & Stone 1984, Classification and regression trees: the one standard error rule.
func keep(all []variantLosses, share float64) (scores []task.VariantScore) {
	sort.SliceStable(all, func(a, b int) bool {
		x, y := all[a].OWA, all[b].OWA
		return x != nil && (y == nil || *x < *y)
	})
	best := all[0].OWA
	for i, one := range all {
		one.Kept = i == 0 || one.OWA != nil && best != nil && *one.OWA-*best <= max(share**best, standardError(one.losses, all[0].losses))
		scores = append(scores, one.VariantScore)
	}
	return scores
}

// standardError is that of the mean difference of two methods over the series on which both have a loss.
func standardError(a, b []float64) float64 {
	d := differences(a, b)
	if len(d) < 2 {
		return 0
	}
	return stat.StdErr(stat.StdDev(d, nil), float64(len(d)))
}

// differences are a - b over the series on which both have a loss.
func differences(a, b []float64) (d []float64) {
	for i := range a {
		if v := a[i] - b[i]; v-v == 0 {
			d = append(d, v)
		}
	}
	return d
}

// seasonalScore is the score of the seasonal naive forecast (the naive one without a season) on the validation part, without sMAPE where that
// has no meaning.
func seasonalScore(p *series.Prepared) (evaluate.Metrics, error) {
	s, err := evaluate.Evaluate(p.Validation, reference(p).Predict(p.Validation))
	if err != nil {
		return evaluate.Metrics{}, err
	}
	return meaningOf(p.Validation)(s.Metrics), nil
}

// reference is the seasonal naive method, the naive one without a season.
func reference(p *series.Prepared) baseline.Method {
	if len(p.Config.Data.Season) == 0 {
		return baseline.Naive()
	}
	return baseline.SeasonalNaive(p.Season)
}

// combined is the pointwise median of what the candidates say.
func combined(all []task.Candidate, q int) [][]float64 {
	if len(all) == 1 {
		return all[0].Said
	}
	var list [][][]float64
	for _, c := range all {
		list = append(list, c.Said)
	}
	return evaluate.Combine(list, q)
}

// calibrate measures on the last origins of the validation part how far the quantiles must move to cover what they claim, those of the
// networks alone and those of the combination, and on all rows before the test part how the steps of a horizon hang together.
func calibrate(c *configs.Config, kept []task.Candidate, choice *task.Choice) error {
	rolling := func(p *series.Prepared) *series.Part { return origins(c, p) }
	part := rolling(prepared(kept[0]))
	joint, err := jointly(c, kept, rolling)
	if err != nil {
		return err
	}
	if choice.Calibration, err = evaluate.Calibrate(part, joint, c.Model.Quantiles); err != nil {
		return err
	}
	if both := choice.Combination; both != nil {
		said := both.Mix(joint, partners(part, both.Partners, c.Model.Quantiles))
		if both.Calibration, err = evaluate.Calibrate(part, said, c.Model.Quantiles); err != nil {
			return err
		}
	}
	if joint, err = jointly(c, kept, pathPart); err == nil {
		learnPaths(choice.Calibration, pathPart(prepared(kept[0])), joint)
	}
	return err
}

// origins are the windows of the validation part that intervals are measured on.
func origins(c *configs.Config, p *series.Prepared) *series.Part {
	n := c.Intervals.Origins
	if evaluate.Few(p.Validation) {
		n *= evaluate.FewOrigins
	}
	return p.Validation.Rolling(n)
}

// jointly is what the candidates say together of the part that of picks.
func jointly(c *configs.Config, kept []task.Candidate, of func(*series.Prepared) *series.Part) ([][]float64, error) {
	all := slices.Clone(kept)
	for i, one := range kept {
		said, err := one.Model.Part(of(prepared(one)))
		if err != nil {
			return nil, err
		}
		all[i].Said = said
	}
	return combined(all, len(c.Model.Quantiles)), nil
}

// pathPart are the windows of the training and the validation part that paths and means are measured on: some of the later
// ones, which say more of what comes after all of them than those at the beginning.
func pathPart(p *series.Prepared) *series.Part {
	both := series.Merge(p.Train, p.Validation).Later()
	picked := evaluate.PathWindows(both)
	return both.Pick(func(w series.Window) bool { return picked[w] })
}

// learnPaths adds to a calibration how the steps of a horizon hang together, and by how much means are off.
func learnPaths(c *evaluate.Calibration, whole *series.Part, said [][]float64) {
	c.KeepPaths(whole, c.ApplyTo(said, evaluate.WhoseOf(whole)))
	c.KeepMean(whole, said)
}
