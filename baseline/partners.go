package baseline

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"recur/data"
	"recur/data/series"
)

// Spreading is a method that also says how far off it expects to be.
type Spreading interface {
	Method
	// Spread predicts every window as Predict does, with the variance of each forecast: [windows][Hz·K] both, in data units and their
	// squares.
	Spread(e data.Examples) (points, variances [][]float64)
}

// Partners are the methods that may forecast together with networks, for series with a season of m steps: they learn nothing from
// other series, so that they err in another way.
func Partners(m int) []Spreading { return []Spreading{Theta(m), ETS(m)} }

// PartnersOf are the names of those that take no more than seconds on a part.
func PartnersOf(p *series.Part) (names []string) {
	left := costly([]*series.Part{p})
	for _, m := range Partners(p.Prepared.Season) {
		if !slices.Contains(left, m.Name()) {
			names = append(names, m.Name())
		}
	}
	return names
}

// Quantiles are those of normal distributions around forecasts: [windows][Hz·K·Q], the mean over methods of the quantile of each, without any
// levels the mean of their points.
func Quantiles(methods []Spreading, e data.Examples, levels []float64) [][]float64 {
	var out [][]float64
	share := 1 / float64(len(methods))
	q := max(1, len(levels))
	for _, m := range methods {
		points, variances := m.Spread(e)
		for i, row := range points {
			if len(out) <= i {
				out = append(out, make([]float64, len(row)*q))
			}
			for o, v := range row {
				sd := math.Sqrt(max(0, variances[i][o]))
				for j := range q {
					at := v
					if len(levels) > 0 {
						at += sd * distuv.UnitNormal.Quantile(levels[j])
					}
					out[i][o*q+j] += share * at
				}
			}
		}
	}
	return out
}
