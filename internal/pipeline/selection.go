package pipeline

import (
	"sort"

	"recur/baseline"
	"recur/data"
	"recur/evaluate"
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
	p *data.Prepared
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
		score, err := evaluate.Evaluate(c.p.Validation, evaluate.Median(c.q, quantiles))
		if err != nil {
			return nil, err
		}
		m := score.Metrics
		s.variants = append(s.variants, VariantScore{flavour: c.flavour, SMAPE: number(m.SMAPE), MASE: number(m.MASE), OWA: number(owa(m, naive))})
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
	if s.verdict, err = judge(kept[0].p, evaluate.Median(combined(kept, max(1, len(quantiles))), quantiles)); err != nil {
		return nil, err
	}
	if t.c.Intervals.Origins > 0 {
		s.calibration, err = t.calibrate(kept)
	}
	return s, err
}

// keep sorts the variants and marks those that are at most share behind the best.
func (s *choice) keep(share float64) {
	sort.SliceStable(s.variants, func(a, b int) bool {
		x, y := s.variants[a].OWA, s.variants[b].OWA
		return x != nil && (y == nil || *x < *y)
	})
	best := s.variants[0].OWA
	for i := range s.variants {
		v := s.variants[i].OWA
		s.variants[i].Kept = i == 0 || v != nil && best != nil && *v <= *best*(1+share)
	}
}

// seasonalScore is the score of the seasonal naive forecast (the naive one without a season) on the validation part.
func seasonalScore(p *data.Prepared) (evaluate.Metrics, error) {
	s, err := evaluate.Evaluate(p.Validation, reference(p).Predict(p.Validation))
	if err != nil {
		return evaluate.Metrics{}, err
	}
	return s.Metrics, nil
}

// reference is the seasonal naive method, the naive one without a season.
func reference(p *data.Prepared) baseline.Method {
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
