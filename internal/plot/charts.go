package plot

import (
	"fmt"
	"math"
	"slices"
)

// Curve is what one network, or several that differ in their seed alone, lost by epoch.
type Curve struct {
	Name       string
	Train      [][]float64 // [run][epoch]
	Validation [][]float64 // [run][epoch]; empty or NaN where nothing was validated
}

// below says that a loss is below 0.
func (c Curve) below() bool {
	for _, run := range slices.Concat(c.Train, c.Validation) {
		if slices.ContainsFunc(run, func(v float64) bool { return v < 0 }) {
			return true
		}
	}
	return false
}

// LearningCurves draws training (dashed) and validation loss (solid) by epoch, on a logarithmic axis unless some are below 0 (as a negative
// log-likelihood may be), a colour for each curve. Of several runs it draws the mean, and as a band the lowest to the highest, over the epochs that at least half
// of them reached. frame gives title, labels and size; empty labels become "epoch" and "loss".
func LearningCurves(frame Chart, curves ...Curve) Chart {
	c := frame
	c.XLabel, c.YLabel = fill(c.XLabel, "epoch"), fill(c.YLabel, "loss")
	c.LogY = !slices.ContainsFunc(curves, Curve.below)
	c.Lines, c.Bands = nil, nil
	runs, trained, validated := 0, false, false
	for i, v := range curves {
		k := Color(i%cycle + 1)
		x, mean, low, high := summary(v.Train)
		trained = trained || len(x) > 0
		c.Lines = append(c.Lines, Line{X: x, Y: mean, Dashed: true, Thin: true, Color: k})
		if len(v.Train) > 1 && !hasValues(v.Validation) {
			c.Bands = append(c.Bands, Band{X: x, Low: low, High: high, Color: k})
		}
		runs = max(runs, len(v.Train), len(v.Validation))
		if hasValues(v.Validation) {
			validated = true
			x, mean, low, high = summary(v.Validation)
			c.Lines = append(c.Lines, Line{X: x, Y: mean, Color: k})
			if len(v.Validation) > 1 {
				c.Bands = append(c.Bands, Band{X: x, Low: low, High: high, Color: k})
			}
		}
	}
	return c.curveLegend(curves, runs, trained, validated)
}

// curveLegend names colours by curve and strokes by part.
func (c Chart) curveLegend(curves []Curve, runs int, trained, validated bool) Chart {
	if len(curves) > 1 {
		for i, v := range curves {
			c.Lines = append(c.Lines, Line{Name: v.Name, Color: Color(i%cycle + 1)})
		}
	}
	k := Gray
	if len(curves) == 1 {
		k = Blue
	}
	if trained {
		c.Lines = append(c.Lines, Line{Name: "training", Color: k, Dashed: true, Thin: true})
	}
	if validated {
		c.Lines = append(c.Lines, Line{Name: "validation", Color: k})
	}
	if runs > 1 && len(c.Bands) > 0 {
		c.Bands = append(c.Bands, Band{Name: fmt.Sprintf("lowest to highest of %d runs", runs), Color: k})
	}
	return c
}

func hasValues(runs [][]float64) bool {
	for _, r := range runs {
		for _, v := range r {
			if finite(v) {
				return true
			}
		}
	}
	return false
}

// summary gives mean, lowest and highest of the runs for epochs 1, 2, … that at least half of the runs reached.
func summary(runs [][]float64) (x, mean, low, high []float64) {
	for e := 0; ; e++ {
		s, sum, n, reached := emptySpan(), 0.0, 0, 0
		for _, r := range runs {
			if e >= len(r) {
				continue
			}
			reached++
			if finite(r[e]) {
				s.add(r[e])
				sum += r[e]
				n++
			}
		}
		if reached == 0 || 2*reached < len(runs) {
			return x, mean, low, high
		}
		m := math.NaN()
		if n > 0 {
			m = sum / float64(n)
		} else {
			s = span{m, m}
		}
		x, mean, low, high = append(x, float64(e+1)), append(mean, m), append(low, s.low), append(high, s.high)
	}
}

// OriginalPredicted draws a series over all its parts and what was predicted for it (NaN where nothing was), with the
// borders of the parts marked. The predicted line lies above the original, so that a good one shows as a thin core.
func OriginalPredicted(frame Chart, x, original, predicted []float64, borders ...Mark) Chart {
	c := frame
	c.Lines = []Line{
		{Name: "original", X: x, Y: original, Color: Black},
		{Name: "predicted", X: x, Y: predicted, Color: Vermilion, Thin: true},
	}
	c.Bands = nil
	c.Marks = borders
	return c
}

// Forecast draws the end of a series and the values forecast after it, with intervals where there are any: wide ones
// first, so that they nest. The forecast is joined to the last known value.
func Forecast(frame Chart, x, history, ahead, forecast []float64, intervals ...Band) Chart {
	c := frame
	c.Lines = []Line{
		{Name: "history", X: x, Y: history, Color: Black},
		{Name: "forecast", X: ahead, Y: forecast, Color: Blue, Dots: len(ahead) <= 30},
	}
	c.Bands = nil
	for _, b := range intervals {
		if b.Color == Auto {
			b.Color = Blue
		}
		c.Bands = append(c.Bands, b)
	}
	last := len(x) - 1
	for last >= 0 && !finite(history[last]) {
		last--
	}
	if last >= 0 && len(ahead) > 0 {
		join := Line{X: []float64{x[last], ahead[0]}, Y: []float64{history[last], forecast[0]}, Thin: true, Color: Blue}
		c.Lines = append([]Line{join}, c.Lines...)
	}
	return c
}

// ErrorByStep draws an error for each step ahead, one line for each name, the first one thick: errors is [name][step].
func ErrorByStep(frame Chart, names []string, errors [][]float64) Chart {
	c := frame
	c.XLabel, c.YLabel = fill(c.XLabel, "steps ahead"), fill(c.YLabel, "RMSE")
	c.ZeroY = true
	c.Lines, c.Bands = nil, nil
	for i, e := range errors {
		c.Lines = append(c.Lines, Line{Name: names[i], X: Index(1, len(e)), Y: e, Dots: len(e) <= 30, Thin: i > 0})
	}
	return c
}

func fill(s, standard string) string {
	if s == "" {
		return standard
	}
	return s
}
