package forecast

import (
	"slices"

	"recur/checkpoint"
	"recur/data"
	"recur/data/series"
	"recur/evaluate"
	"recur/predict"
)

// said are forecasts of some series.
type said struct {
	values    [][]float64 // of the networks together, with their partners, or of the simple method
	quantiles []float64   // that values has of each

	// For means, nil where none is asked for.
	bare     [][]float64 // of the networks alone, before they were calibrated, and where they are simulated
	partners [][]float64 // the points of the networks' partners; nil where there are none
}

func (f *forecasting) values(nets []*predict.Model, rows lastRows) (s said, err error) {
	if f.simple != nil {
		s.values, s.quantiles, err = f.simpleValues(rows[f.key(0)])
		return s, err
	}
	all := make([][][]float64, len(nets))
	parts := map[string]*series.Part{} // networks that normalise alike read the same windows
	for i, m := range nets {
		key := f.key(i)
		if f.o.Horizon > f.run.Config.Data.Horizon {
			all[i], err = m.Values(rows[key], f.o.Horizon)
		} else {
			if parts[key] == nil {
				if parts[key], err = predict.Tail(rows[key], m.Config); err != nil {
					return s, err
				}
			}
			all[i], err = m.Part(parts[key])
		}
		if err != nil {
			return s, err
		}
	}
	var part data.Examples // of the partners; beyond the trained horizon the networks are alone
	if own := parts[f.key(0)]; own != nil {
		part = own
	}
	s.values = f.run.Combine(all, part, whoseOf(rows[f.key(0)]))
	if f.o.Mean {
		plain := *f.run
		plain.Calibration, plain.Combination = nil, nil
		s.bare = plain.Combine(all, part, nil)
	}
	if f.beyond() {
		if err := f.simulate(nets, rows, s.values); err != nil {
			return s, err
		}
		within := f.run.Config.Data.Horizon * len(rows[f.key(0)].Targets) * len(f.run.Config.Model.Quantiles)
		for i := range s.bare {
			s.bare[i] = append(slices.Clip(s.bare[i][:within]), s.values[i][within:]...)
		}
	}
	if c := f.run.Combination; c != nil && part != nil && f.o.Mean {
		s.partners = partners(part.(*series.Part), c.Partners, nil)
	}
	f.run.Whole(s.values)
	if h := f.o.Horizon; h > 0 {
		points := h * len(rows[f.key(0)].Targets)
		all := points * max(1, len(f.run.Config.Model.Quantiles))
		cut(s.values, all)
		cut(s.bare, all)
		cut(s.partners, points)
	}
	s.quantiles = f.run.Config.Model.Quantiles
	return s, nil
}

// cut keeps the first n values of every series.
func cut(said [][]float64, n int) {
	for i := range said {
		said[i] = said[i][:n]
	}
}

// whoseOf tells which series are continued, by the rows that are kept of them.
func whoseOf(states checkpoint.Data) func(i int) evaluate.Whose {
	columns, targets := states.Columns(), len(states.Targets)
	return func(i int) evaluate.Whose {
		s := &states.Series[i]
		w := evaluate.Whose{ID: series.ID{Series: s.Name, Target: s.Target}, Positive: true}
		for at, v := range s.Tail {
			if v < 0 && at%columns < targets && !(at < len(s.TailMissing) && s.TailMissing[at]) {
				w.Positive = false
				break
			}
		}
		w.Rough = func(column int) float64 {
			rows := series.Series{Values: s.Tail, Missing: s.TailMissing}
			return evaluate.RoughOf(&rows, column, columns, states.Local != nil)(len(s.Tail) / columns)
		}
		return w
	}
}

// simpleValues are the forecasts of the simple method, with quantiles where intervals are asked for.
func (f *forecasting) simpleValues(states checkpoint.Data) (values [][]float64, quantiles []float64, err error) {
	part, err := predict.Tail(states, f.run.Networks[0].K.Config)
	if err != nil {
		return nil, nil, err
	}
	values = f.simple.Predict(part)
	whose := whoseOf(states)
	floored(values, whose)
	if f.residuals != nil {
		values = f.residuals.Quantiles(part, values, func(i int) bool { return whose(i).Positive })
		quantiles = f.run.Config.Model.Quantiles
	}
	if h := f.o.Horizon; h > 0 {
		cut(values, h*len(states.Targets)*max(1, len(quantiles)))
	}
	return values, quantiles, nil
}

// means are those of each step by target. positive tells the series, or their targets, that never were below 0.
func (f *forecasting) means(p predict.Forecast, positive map[series.ID]bool) map[string][]float64 {
	all := map[string][]float64{}
	for target, steps := range p.Quantiles {
		floor := positive[series.ID{Series: p.Series}] || positive[series.ID{Series: p.Series, Target: target}]
		for _, q := range steps {
			all[target] = append(all[target], f.run.Calibration.MeanOf(f.run.Config.Model.Quantiles, q, floor))
		}
	}
	return all
}

// mixMeans weighs the means of the networks, by target, with the points of their partners, which are means.
func (f *forecasting) mixMeans(partners predict.Forecast, means map[string][]float64) {
	w := f.run.Combination.Weight
	for target, all := range means {
		for h := range all {
			all[h] = w*all[h] + (1-w)*partners.Values[target][h]
		}
	}
}
