package pipeline

import (
	"math"
	"sort"

	"gonum.org/v1/gonum/stat"

	"recur/baseline"
	"recur/data/series"
	"recur/evaluate"
	"recur/internal/report"
	"recur/predict"
)

// choice is what the validation part says of the variants of an ensemble.
type choice struct {
	variants    []VariantScore // the best first
	verdict     *Verdict
	calibration *evaluate.Calibration
}

func (s *choice) kept() (kept []flavour) {
	for _, v := range s.variants {
		if v.Kept {
			kept = append(kept, v.flavour)
		}
	}
	return kept
}

// candidate is a variant with its network and windows.
type candidate struct {
	flavour
	m *predict.Model
	p *series.Prepared
	q [][]float64 // its predictions of the validation part, [Hz·K·Q]
}

// score scores the networks of all variants on the validation part, which they have not seen, chooses among them, and
// calibrates the quantiles of those that are kept.
func (t *ensembleTraining) score(variants []flavour) (*choice, error) {
	var all []candidate
	for _, f := range variants {
		k, _, err := load(t.run.path("selection", f.Name), "last")
		if err != nil {
			return nil, err
		}
		c := candidate{flavour: f, p: t.parts[dataKey(k.Config)]}
		if c.m, err = predict.Open(k, t.o.Threads); err != nil {
			return nil, err
		}
		if c.q, err = c.m.Part(c.p.Validation); err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	s := &choice{}
	naive, err := seasonalScore(all[0].p)
	if err != nil {
		return nil, err
	}
	quantiles := t.c.Model.Quantiles
	for _, c := range all {
		points := evaluate.Median(c.q, quantiles)
		score, err := evaluate.Evaluate(c.p.Validation, points)
		if err != nil {
			return nil, err
		}
		m := score.Metrics
		losses, err := seriesLosses(c.p.Validation, points, naive)
		if err != nil {
			return nil, err
		}
		s.variants = append(s.variants, VariantScore{flavour: c.flavour, SMAPE: report.Number(m.SMAPE), MASE: report.Number(m.MASE), OWA: report.Number(owa(m, naive)), losses: losses})
	}
	s.keep(t.c.Ensemble.Keep)
	kept := all[:0:0]
	for _, c := range all {
		for _, v := range s.variants {
			if v.Name == c.Name && v.Kept {
				kept = append(kept, c)
			}
		}
	}
	if s.verdict, err = judge(kept[0].p, evaluate.Median(combined(kept, max(1, len(quantiles))), quantiles), math.Inf(1)); err != nil {
		return nil, err
	}
	s.verdict.Chosen, s.verdict.Judged = chosenOn(t.c, len(variants), false), selectionJudged
	if t.c.Intervals.Origins > 0 {
		s.calibration, err = t.calibrate(kept)
	}
	return s, err
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
func (s *choice) keep(share float64) {
	sort.SliceStable(s.variants, func(a, b int) bool {
		x, y := s.variants[a].OWA, s.variants[b].OWA
		return x != nil && (y == nil || *x < *y)
	})
	best := s.variants[0].OWA
	for i := range s.variants {
		v := s.variants[i].OWA
		s.variants[i].Kept = i == 0 || v != nil && best != nil && *v-*best <= max(share**best, standardError(s.variants[i].losses, s.variants[0].losses))
	}
}

// standardError is that of the mean difference of two methods over the series on which both have a loss.
func standardError(a, b []float64) float64 {
	var d []float64
	for i := range a {
		if v := a[i] - b[i]; v-v == 0 {
			d = append(d, v)
		}
	}
	if len(d) < 2 {
		return 0
	}
	return stat.StdErr(stat.StdDev(d, nil), float64(len(d)))
}

// seasonalScore is the score of the seasonal naive forecast (the naive one without a season) on the validation part.
func seasonalScore(p *series.Prepared) (evaluate.Metrics, error) {
	s, err := evaluate.Evaluate(p.Validation, reference(p).Predict(p.Validation))
	if err != nil {
		return evaluate.Metrics{}, err
	}
	return s.Metrics, nil
}

// reference is the seasonal naive method, the naive one without a season.
func reference(p *series.Prepared) baseline.Method {
	if len(p.Config.Data.Season) == 0 {
		return baseline.Naive()
	}
	return baseline.SeasonalNaive(p.Season)
}

// combined is the pointwise median of what the candidates say.
func combined(all []candidate, q int) [][]float64 {
	if len(all) == 1 {
		return all[0].q
	}
	var list [][][]float64
	for _, c := range all {
		list = append(list, c.q)
	}
	return evaluate.Combine(list, q)
}

// calibrate measures on the last origins of the validation part how far the quantiles must move to cover what they claim.
func (t *ensembleTraining) calibrate(kept []candidate) (*evaluate.Calibration, error) {
	quantiles := t.c.Model.Quantiles
	rolling := append([]candidate(nil), kept...)
	for i, c := range kept {
		q, err := c.m.Part(c.p.Validation.Rolling(t.c.Intervals.Origins))
		if err != nil {
			return nil, err
		}
		rolling[i].q = q
	}
	joint := combined(rolling, len(quantiles))
	return evaluate.Calibrate(kept[0].p.Validation.Rolling(t.c.Intervals.Origins), joint, quantiles)
}
