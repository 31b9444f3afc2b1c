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

// predicting writes the forecasts of a part, and the variances where they are not nil.
type predicting func(p *series.Part, points, variances [][]float64)

func pointsBy(e data.Examples, predict predicting) [][]float64 {
	p := e.(*series.Part)
	points := each(p, func(int, []float64) {})
	predict(p, points, nil)
	return points
}

func spreadBy(e data.Examples, predict predicting) (points, variances [][]float64) {
	p := e.(*series.Part)
	points, variances = each(p, func(int, []float64) {}), each(p, func(int, []float64) {})
	predict(p, points, variances)
	return points, variances
}

// Partners are the methods that may forecast together with networks, for series with some seasons: they learn nothing from other
// series, so that they err in another way.
func Partners(seasons ...int) []Spreading { return []Spreading{Theta(seasons...), ETS(seasons...)} }

// PartnersOf are the names of those that take no more than seconds on a part.
func PartnersOf(p *series.Part) (names []string) {
	left := costly([]*series.Part{p})
	for _, m := range Partners(p.Prepared.Config.Data.Season...) {
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
