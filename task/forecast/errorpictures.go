package forecast

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"recur/baseline"
	"recur/evaluate"
	"recur/internal/plot"
	"recur/internal/report"
	"recur/task"
)

// fewestSeries is from how many series on a picture of the error by series says something.
const fewestSeries = 3

// rivals are the errors of the networks, the first of them, and of the simple methods on the test part.
type rivals struct {
	predictions [][]float64 // of the networks, [windows][Hz·K·Q]
	names       []string
	scores      []*evaluate.Score
	metric      string      // that series are compared by
	series      [][]float64 // [method][series]
}

// score predicts the test part with all methods.
func (d *drawing) score() (*rivals, error) {
	r := &rivals{metric: "mase"}
	var err error
	if r.predictions, err = d.run.Predict(d.in, testPart); err != nil {
		return nil, err
	}
	methods, err := baseline.For(d.p)
	if err != nil {
		return nil, err
	}
	all := []task.Named{{Name: d.p.Config.Model.Cell, Said: d.run.Points(r.predictions)}}
	for _, m := range methods {
		all = append(all, task.Named{Name: m.Name(), Said: m.Predict(d.p.Test)})
	}
	for _, m := range all {
		if err := r.add(d, m); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// add scores one method; where MASE has no meaning for the first one series are compared by sMAPE.
func (r *rivals) add(d *drawing, m task.Named) error {
	score, err := evaluate.Evaluate(d.p.Test, m.Said)
	if err != nil {
		return err
	}
	series, err := evaluate.BySeries(d.p.Test, m.Said)
	if err != nil {
		return err
	}
	if len(r.names) == 0 && len(evaluate.Worst(series, r.metric, 1)) == 0 {
		r.metric = "smape"
	}
	r.names, r.scores = append(r.names, m.Name), append(r.scores, score)
	r.series = append(r.series, evaluate.Losses(series, r.metric))
	return nil
}

// spread picks the series that panels show: all, or of many those from the best to the worst error of the networks at even
// distances in rank; the first ones where there is none.
func (r *rivals) spread(n int) []int {
	all := make([]int, 0, n)
	for s := range n {
		if n <= maxPanels || r == nil || !math.IsNaN(r.series[0][s]) {
			all = append(all, s)
		}
	}
	if len(all) <= maxPanels || r == nil {
		return all[:min(len(all), maxPanels)]
	}
	slices.SortStableFunc(all, func(a, b int) int { return cmp.Compare(r.series[0][a], r.series[0][b]) })
	var picked []int
	for i := range maxPanels {
		picked = append(picked, all[i*(len(all)-1)/(maxPanels-1)])
	}
	return picked
}

// best is the place of the simple method with the lowest mean error over series; 0 where there is none.
func (r *rivals) best() int {
	best := 0
	for i := 1; i < len(r.names); i++ {
		if v := r.scores[i].Metrics.Value(r.metric); best == 0 || v < r.scores[best].Metrics.Value(r.metric) {
			best = i
		}
	}
	return best
}

// scorePictures draw the errors on the test part: by step, by series, and of the intervals.
func (d *drawing) scorePictures() []task.Picture {
	r := d.rivals
	if r == nil {
		return nil
	}
	var pictures []task.Picture
	if d.p.Config.Data.Horizon > 1 {
		pictures = append(pictures, d.errorByStep())
	}
	if best := r.best(); len(d.p.Set.Series) >= fewestSeries && best > 0 {
		frame := plot.Chart{Title: d.p.Config.Name + ": error on the test part by series", YLabel: metricLabel(r.metric)}
		pictures = append(pictures, task.Picture{Name: "error-by-series", Sheet: plot.Sheet{Charts: []plot.Chart{plot.ErrorBySeries(frame, r.names[0], r.series[0], r.names[best], r.series[best])}}})
	}
	if len(d.p.Quantiles) > 0 {
		pictures = append(pictures, d.intervals())
	}
	return pictures
}

// errorByStep has the unit of the data for one series, and none for many, whose units differ.
func (d *drawing) errorByStep() task.Picture {
	metric := "rmse"
	if len(d.p.Set.Series) > 1 {
		metric = d.rivals.metric
	}
	var steps [][]float64
	for _, s := range d.rivals.scores {
		var one []float64
		for _, m := range s.ByStep {
			one = append(one, m.Value(metric))
		}
		steps = append(steps, one)
	}
	frame := plot.Chart{Title: d.p.Config.Name + ": error on the test part by step ahead", YLabel: metricLabel(metric)}
	return task.Picture{Name: "error-by-step", Sheet: plot.Sheet{Charts: []plot.Chart{plot.ErrorByStep(frame, d.rivals.names, steps)}}}
}

// metricLabel is how a picture writes a metric.
func metricLabel(metric string) string {
	return map[string]string{"rmse": "RMSE", "mase": "MASE", "smape": "sMAPE"}[metric]
}

// intervals draws the last window of the test part of each shown series with the intervals that were forecast for it.
func (d *drawing) intervals() task.Picture {
	p, r := d.p, d.rivals
	last := map[int]int{}
	for i, w := range p.Test.Windows {
		last[w.Series] = i
	}
	charts := d.eachPanel(func(s, k int, frame plot.Chart) plot.Chart {
		x, original := axisOf(p, s), column(p, s, k)
		i, ok := last[s]
		if !ok {
			return frame
		}
		first := p.Test.Target(i)
		from, to := max(0, first-d.before()), min(len(x), first+d.steps(s))
		next := x[first:to]
		median, bands := d.fan(r.predictions[i], k, next)
		if len(d.series) > 1 {
			frame.Title += fmt.Sprintf(", %s %.2f", metricLabel(r.metric), r.series[0][s])
		}
		return plot.Fan(frame, x[from:to], original[from:to], next, median, bands...)
	})
	return task.Titled("intervals", fmt.Sprintf("%s: intervals of the last %s of the test part", d.p.Config.Name, report.Count(p.Config.Data.Horizon, "step")), charts)
}

// smallPast is how many rows of the past a small panel has room for beside a long horizon.
const smallPast = 72

// before is how many rows of the past are drawn before a forecast.
func (d *drawing) before() int {
	hz := d.p.Config.Data.Horizon
	past := max(4*hz, 2*d.p.Steps)
	if len(d.series) > 1 {
		past = min(past, max(hz, smallPast))
	}
	return past
}

// steps is how many steps ahead a series is forecast.
func (d *drawing) steps(series int) int {
	if own := d.p.Set.Series[series].Horizon; own > 0 {
		return own
	}
	return d.p.Config.Data.Horizon
}

// fan takes the forecast of target k from the values of one window, [Hz·K·Q], for the places x: the median, and as bands
// the intervals, wide ones first.
func (d *drawing) fan(values []float64, k int, x []float64) (median []float64, bands []plot.Band) {
	quantiles := d.p.Quantiles
	q, targets := max(1, len(quantiles)), len(d.p.Set.Targets)
	of := func(at int) []float64 {
		steps := make([]float64, len(x))
		for h := range steps {
			steps[h] = values[(h*targets+k)*q+at]
		}
		return steps
	}
	for low, tau := range quantiles {
		high := slices.IndexFunc(quantiles, func(v float64) bool { return math.Abs(v+tau-1) < 1e-9 })
		if tau < 0.5 && high > 0 {
			name := strconv.FormatFloat(100*(quantiles[high]-tau), 'g', 6, 64) + "%"
			bands = append(bands, plot.Band{Name: name, X: x, Low: of(low), High: of(high)})
		}
	}
	points := d.run.Points([][]float64{values})[0]
	for h := range x {
		median = append(median, points[h*targets+k])
	}
	return median, bands
}
