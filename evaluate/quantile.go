package evaluate

import (
	"fmt"
	"math"
	"slices"

	"recur/data/series"
)

// QuantileScore is how well the quantiles that one method predicts describe the windows of a part.
type QuantileScore struct {
	Windows int            `json:"windows"`
	Metrics Distribution   `json:"metrics"`
	ByStep  []Distribution `json:"by_step"` // [Hz], over all targets
}

// EvaluateQuantiles scores predicted quantiles, [windows][Hz·K·Q] in data units with value o's quantile q at o·Q+q,
// against the values of the part that are known. quantiles are the Q levels, ascending between 0 and 1. It fails where
// the part has no window or the sizes do not agree.
func EvaluateQuantiles(p *series.Part, predictions [][]float64, quantiles []float64) (*QuantileScore, error) {
	if err := checkQuantiles(p, predictions, quantiles); err != nil {
		return nil, err
	}
	t := newTally(p, quantiles)
	for i, w := range p.Windows {
		truth, known := p.Truth(i)
		for o, y := range truth {
			if known[o] {
				t.add(w.Series, o, y, predictions[i][o*t.q:(o+1)*t.q])
			}
		}
	}
	k := len(p.Prepared.Set.Targets)
	s := &QuantileScore{Windows: p.Len(), Metrics: t.over(0, t.outputs)}
	for h := range t.outputs / k {
		s.ByStep = append(s.ByStep, t.over(h*k, (h+1)*k))
	}
	return s, nil
}

// Median returns the point forecasts [windows][Hz·K] in predictions [windows][Hz·K·Q]: the quantile 0.5, or the one
// nearest to it. Without quantiles predictions are point forecasts already and are returned as they are.
func Median(predictions [][]float64, quantiles []float64) [][]float64 {
	q := len(quantiles)
	if q == 0 {
		return predictions
	}
	at := medianOf(quantiles)
	points := make([][]float64, len(predictions))
	for i, f := range predictions {
		points[i] = make([]float64, len(f)/q)
		for o := range points[i] {
			points[i][o] = f[o*q+at]
		}
	}
	return points
}

// medianOf is the place of the quantile nearest to 0.5, the lower one of two.
func medianOf(quantiles []float64) int {
	best := 0
	for i, q := range quantiles {
		if math.Abs(q-0.5) < math.Abs(quantiles[best]-0.5) {
			best = i
		}
	}
	return best
}

// Combine is the forecast of an ensemble: for members [members][windows][Hz·K·Q] the median over the members of every
// number, then the q numbers of each value in ascending order (q is Q; 1, or 0, for point forecasts). Of an even number
// of members it is the mean of the middle two. All members must be of one size.
func Combine(members [][][]float64, q int) [][]float64 {
	if len(members) == 0 {
		return nil
	}
	column := make([]float64, len(members))
	all := make([][]float64, len(members[0]))
	for i := range all {
		all[i] = make([]float64, len(members[0][i]))
		for o := range all[i] {
			for m := range members {
				column[m] = members[m][i][o]
			}
			slices.Sort(column)
			half := len(column) / 2
			all[i][o] = column[half]
			if len(column)%2 == 0 {
				all[i][o] = column[half-1] + (column[half]-column[half-1])/2
			}
		}
		for o := 0; q > 1 && o+q <= len(all[i]); o += q {
			slices.Sort(all[i][o : o+q])
		}
	}
	return all
}

// Whole makes whole numbers of the quantiles of counts, predictions [windows][Hz·K·Q], in place: the median the nearest, what lies below it the next above,
// what lies above it the next below, so that an interval holds the counts that it held.
func Whole(predictions [][]float64, quantiles []float64) {
	const rounding = 1e-9
	q, middle := len(quantiles), medianOf(quantiles)
	for _, f := range predictions {
		for at := 0; at+q <= len(f); at += q {
			own := f[at : at+q]
			own[middle] = math.Round(own[middle])
			for i := range own {
				switch {
				case i < middle:
					own[i] = min(own[middle], math.Ceil(own[i]-rounding)) + 0 // no -0
				case i > middle:
					own[i] = max(own[middle], math.Floor(own[i]+rounding)) + 0
				}
			}
		}
	}
}

// interval is a pair of quantiles that leave the same share outside on either side.
type interval struct {
	low, high int     // their places among the quantiles
	level     float64 // the share that it should cover
}

// intervalsOf pairs the quantiles, the narrowest interval first.
func intervalsOf(quantiles []float64) []interval {
	var all []interval
	for i := len(quantiles) - 1; i >= 0; i-- {
		for j, other := range quantiles {
			if quantiles[i] < 0.5 && math.Abs(quantiles[i]+other-1) < 1e-9 {
				all = append(all, interval{i, j, math.Round((other-quantiles[i])*1e9) / 1e9})
			}
		}
	}
	return all
}

func checkQuantiles(p *series.Part, predictions [][]float64, quantiles []float64) error {
	if len(quantiles) == 0 {
		return fmt.Errorf("evaluate: got no quantiles; set model.quantiles, or score the points with Evaluate")
	}
	for i, q := range quantiles {
		if !(q > 0 && q < 1) || i > 0 && q <= quantiles[i-1] {
			return fmt.Errorf("evaluate: quantiles are %v, want numbers between 0 and 1 in ascending order", quantiles)
		}
	}
	return checkSizes(p, predictions, len(quantiles))
}
