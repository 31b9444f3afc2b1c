package evaluate

import (
	"fmt"
	"math"

	"recur/data"
)

// Score is how well one method predicts the examples of a part.
type Score struct {
	Windows  int                `json:"windows"`
	Metrics  Metrics            `json:"metrics"`
	Scaled   Scaled             `json:"metrics_scaled"`
	ByStep   []Metrics          `json:"by_step"`   // [Hz], over all targets
	ByTarget map[string]Metrics `json:"by_target"` // over all steps
}

// Evaluate scores predictions, [examples][Hz·K] in data units, against the values of the part that are known; one that
// was missing and filled in is never scored. It fails where the part has no example or the sizes do not agree.
func Evaluate(p data.Truths, predictions [][]float64) (*Score, error) {
	if err := checkSizes(p, predictions, 1); err != nil {
		return nil, err
	}
	q := p.Frame()
	cells, scaled := walk(p, &q, predictions)
	k := len(q.Targets)
	over := func(from, step, n int) Metrics {
		s := scope{cells: cells, targets: k, scales: q.NaiveScale, outputs: make([]int, n)}
		for i := range s.outputs {
			s.outputs[i] = from + i*step
		}
		return s.metrics()
	}
	s := &Score{Windows: p.Len(), Scaled: scaled, ByTarget: map[string]Metrics{}}
	s.Metrics = over(0, 1, q.Values())
	for h := range q.Horizon {
		s.ByStep = append(s.ByStep, over(h*k, 1, k))
	}
	for i, name := range q.Targets {
		s.ByTarget[name] = over(i, k, q.Horizon)
	}
	if apart := byTarget(&q, cells); len(apart) > 0 {
		s.ByTarget = apart
	}
	return s, nil
}

// byTarget scores the targets that recipe global made series of their own, each over the series that hold it; nil where it
// made none.
func byTarget(q *data.Frame, cells [][]cell) map[string]Metrics {
	scopes := map[string]*scope{}
	for i, target := range q.Names {
		if target == "" {
			continue
		}
		if scopes[target] == nil {
			scopes[target] = &scope{targets: 1}
			for o := range q.Values() {
				scopes[target].outputs = append(scopes[target].outputs, o)
			}
		}
		s := scopes[target]
		s.cells, s.scales = append(s.cells, cells[i]), append(s.scales, q.NaiveScale[i])
	}
	out := map[string]Metrics{}
	for target, s := range scopes {
		out[target] = s.metrics()
	}
	return out
}

// walk visits every known value once; it returns the cells of all series and the scaled errors.
func walk(p data.Truths, q *data.Frame, predictions [][]float64) ([][]cell, Scaled) {
	cells := make([][]cell, len(q.Scales))
	for i := range cells {
		cells[i] = make([]cell, q.Values())
	}
	var square, abs mean
	for i := range p.Len() {
		group := p.Group(i)
		truth, known := p.Truth(i)
		for o, y := range truth {
			if !known[o] {
				continue
			}
			f := predictions[i][o]
			cells[group][o].add(y, f)
			e := (y - f) / q.Scales[group][o%len(q.Targets)]
			square.add(e * e)
			abs.add(max(e, -e))
		}
	}
	return cells, Scaled{MSE: square.value(), MAE: abs.value()}
}

// checkSizes wants width numbers for each of the Hz·K values of each example.
func checkSizes(p data.Truths, predictions [][]float64, width int) error {
	if p.Len() == 0 {
		name := "part"
		if q := p.Frame(); q.Part != "" {
			name = q.Part + " part"
		}
		return fmt.Errorf("evaluate: the %s has no window to score; give it rows with data.split", name)
	}
	q := p.Frame()
	if len(predictions) != p.Len() {
		return fmt.Errorf("evaluate: got predictions for %d windows, want %d, as many as the %s part has", len(predictions), p.Len(), q.Part)
	}
	for i, f := range predictions {
		if want := width * q.Values(); len(f) != want {
			return fmt.Errorf("evaluate: prediction of window %d has %d values, want %d (horizon × targets%s)", i, len(f), want, timesQuantiles(width))
		}
	}
	return nil
}

func timesQuantiles(width int) string {
	if width == 1 {
		return ""
	}
	return " × quantiles"
}

// WindowLosses returns the mean squared error in scaled units of each example over its known values, in their order; that of
// windows is by series, then in time.
func WindowLosses(p data.Truths, predictions [][]float64) []float64 {
	scales := p.Frame().Scales
	return windowMeans(p, predictions, func(group, target int, e float64) (float64, bool) {
		e /= scales[group][target]
		return e * e, true
	})
}

// ScaledErrors are the mean absolute errors of every window relative to the naive scale of its series, of which MASE is the mean; NaN where
// no value is known, or none has such a scale.
func ScaledErrors(p data.Truths, predictions [][]float64) []float64 {
	scales := p.Frame().NaiveScale
	return windowMeans(p, predictions, func(group, target int, e float64) (float64, bool) {
		scale := scales[group][target]
		return math.Abs(e) / scale, scale > 0
	})
}

// windowMeans are the means over the known values of each example of what of makes of their errors, as far as it counts.
func windowMeans(p data.Truths, predictions [][]float64, of func(group, target int, e float64) (v float64, counts bool)) []float64 {
	targets := len(p.Frame().Targets)
	means := make([]float64, p.Len())
	for i := range means {
		truth, known := p.Truth(i)
		var m mean
		for o, y := range truth {
			if !known[o] {
				continue
			}
			if v, counts := of(p.Group(i), o%targets, y-predictions[i][o]); counts {
				m.add(v)
			}
		}
		means[i] = m.value()
	}
	return means
}
