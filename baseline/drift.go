package baseline

import (
	"recur/data"
	"recur/data/series"
)

type drift struct{}

// Drift continues the straight line from the first known value of the history through the last one: the persistence forecast
// with the mean step of the past. A window costs the same however long its history is.
func Drift() Method { return drift{} }

func (drift) Name() string { return "drift" }

func (drift) Predict(e data.Examples) [][]float64 {
	p := e.(*series.Part)
	k, columns := len(p.Prepared.Set.Targets), p.Prepared.Set.Columns()
	var first []int // rows of the first known values, [series·K]
	for s := range p.Prepared.Set.Series {
		for target := range k {
			first = append(first, data.FirstKnownOf(p.Prepared.Set.Series[s].Missing, target, columns))
		}
	}
	return each(p, func(i int, out []float64) {
		s, origin := p.Windows[i].Series, p.Target(i)
		one := &p.Prepared.Set.Series[s]
		for target := range k {
			begin := first[s*k+target]
			if begin >= origin {
				continue // nothing is known before the origin; such a window is in no part
			}
			end := origin - 1
			for one.Missing[end*columns+target] {
				end--
			}
			last, step := one.Values[end*columns+target], 0.0
			if n := origin - begin; n > 1 {
				step = (last - one.Values[begin*columns+target]) / float64(n-1)
			}
			for h := range len(out) / k {
				out[h*k+target] = last + float64(h+1)*step
			}
		}
	})
}
