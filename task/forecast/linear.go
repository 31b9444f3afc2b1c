package forecast

import (
	"math"

	"recur/baseline"
	"recur/data"
	"recur/data/series"
	"recur/evaluate"
)

// linear is a method that learns as networks do, on the variant of transform and window_scale on which it does best: networks
// choose theirs by the validation part, too.
type linear struct {
	baseline.Method
	on *series.Prepared // the data made ready in the way of that variant
}

// Predict makes the windows ready for the method first.
func (l linear) Predict(e data.Examples) [][]float64 {
	return l.Method.Predict(e.(*series.Part).As(l.on))
}

// Repeats is that of the method.
func (l linear) Repeats() bool { return baseline.Repeats(l.Method) }

// learns says whether the method of a name learns from the windows of the training part.
func learns(name string) bool { return name == "ridge" || name == "linear_l1" }

// fit fits the method of a name; judging has it leave the validation part alone.
func fit(name string, p *series.Prepared, judging bool) (baseline.Method, error) {
	if judging {
		defer withoutRefit(p)()
	}
	return baseline.Make(name, p)
}

// fitBest fits a method that learns, on those of the data, made ready in several ways, on which it does best on the validation part.
func fitBest(name string, all []*series.Prepared, judging bool) (baseline.Method, error) {
	if len(all) == 1 {
		return fit(name, all[0], judging)
	}
	var best linear
	lowest := math.Inf(1)
	for _, p := range all {
		m, err := fit(name, p, true)
		if err != nil {
			return nil, err
		}
		s, err := evaluate.Evaluate(p.Validation, m.Predict(p.Validation))
		if err != nil {
			return nil, err
		}
		loss := s.Metrics.MASE
		if loss != loss { // no series has a scale
			loss = s.Metrics.RMSE
		}
		if best.on == nil || loss < lowest {
			best, lowest = linear{m, p}, loss
		}
	}
	if judging || best.on.Config.Train.Refit != "all" {
		return best, nil
	}
	m, err := fit(name, best.on, false)
	return linear{m, best.on}, err
}

// variants are the data made ready in every way that the networks of an ensemble choose from, first as they are here; in one way where there is nothing to
// learn from, or to choose by.
func (d *Data) variants() ([]*series.Prepared, error) {
	if d.from == nil || d.from.c.Ensemble.Members == 0 || d.Train.Len() == 0 || d.Validation.Len() == 0 {
		return []*series.Prepared{d.Prepared}, nil
	}
	all := []*series.Prepared{d.Prepared}
	ways, _ := variantsOf(d.from.c, d.from.set)
	for _, v := range ways {
		c := v.Of(d.Config())
		if len(ways) == 1 || c.Data.Transform == d.Config().Data.Transform && c.Data.WindowScale == d.Config().Data.WindowScale {
			continue
		}
		p, err := series.Prepare(d.from.set, c)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}
