package forecast

import (
	"fmt"
	"math"
	"slices"

	"recur/data"
	"recur/data/series"
	"recur/internal/plot"
	"recur/internal/report"
	"recur/task"
)

// maxPanels is how many series and targets one picture shows.
const maxPanels = 6

// Pictures are the data with what the networks say of them, the forecast after the last row, and the errors on the test part.
func (d *Data) Pictures(r *task.Run, in task.Inputs) ([]task.Picture, error) {
	g, err := newDrawing(r, in, d.Prepared)
	if err != nil {
		return nil, err
	}
	original, err := g.originalPredicted()
	if err != nil {
		return nil, err
	}
	ahead, err := g.forecast()
	if err != nil {
		return nil, err
	}
	return append([]task.Picture{original, ahead}, g.scorePictures()...), nil
}

// drawing is a run with the windows that its pictures show.
type drawing struct {
	run *task.Run
	in  task.Inputs
	p   *series.Prepared // of the scored variant: what was asked for

	rivals *rivals // nil where nothing can be scored
	series []int   // that panels show
}

func newDrawing(r *task.Run, in task.Inputs, p *series.Prepared) (d *drawing, err error) {
	d = &drawing{run: r, in: in, p: p}
	if p.Test.Len() > 0 {
		if d.rivals, err = d.score(); err != nil {
			return nil, err
		}
	}
	d.series = d.rivals.spread(len(p.Set.Series))
	return d, nil
}

// points are the point forecasts of a part.
func (d *drawing) points(pick func(*series.Prepared) *series.Part) ([][]float64, error) {
	said, err := d.run.Predict(d.in, func(one task.Data) data.Examples { return pick(one.(*Data).Prepared) })
	if err != nil {
		return nil, err
	}
	return d.run.Points(said), nil
}

// originalPredicted draws the data over all parts and what the network says of it: of windows that lie horizon steps
// apart, so that every row is predicted once.
func (d *drawing) originalPredicted() (task.Picture, error) {
	p, c := d.p, d.p.Config
	predicted := blankLike(p)
	for _, name := range d.parts() {
		if err := d.fillPredicted(name, predicted); err != nil {
			return task.Picture{}, err
		}
	}
	title := c.Name + ": original and predicted, "
	if c.Data.Horizon == 1 {
		title += "one step ahead"
	} else {
		title += fmt.Sprintf("blocks of %d steps ahead", c.Data.Horizon)
	}
	charts := d.eachPanel(func(s, k int, frame plot.Chart) plot.Chart {
		original := column(p, s, k)
		return plot.OriginalPredicted(frame, axisOf(p, s), original, strided(predicted[s], k, len(p.Set.Targets)), borders(p, s)...)
	})
	return task.Titled("original-predicted", title, charts), nil
}

// blankLike is NaN for each row and target of each series.
func blankLike(p *series.Prepared) [][]float64 {
	out := make([][]float64, len(p.Set.Series))
	for s := range out {
		out[s] = make([]float64, p.Set.Series[s].Rows(p.Set.Columns())*len(p.Set.Targets))
		for i := range out[s] {
			out[s][i] = math.NaN()
		}
	}
	return out
}

// parts are those of which predictions are drawn. The members of an ensemble have training parts of their own.
func (d *drawing) parts() []string {
	if d.run.Config.Ensemble.Members > 0 {
		return []string{"test"}
	}
	return []string{"train", "validation", "test"}
}

func (d *drawing) fillPredicted(name string, predicted [][]float64) error {
	k := len(d.p.Set.Targets)
	forecasts, err := d.points(func(p *series.Prepared) *series.Part { return d.sparse(p, name) })
	if err != nil {
		return err
	}
	part := d.sparse(d.p, name)
	for i, w := range part.Windows {
		row := predicted[w.Series]
		at := part.Target(i) * k
		copy(row[at:], forecasts[i][:min(len(forecasts[i]), len(row)-at)])
	}
	return nil
}

// sparse picks windows of a part that lie horizon steps apart, of the series that are drawn.
func (d *drawing) sparse(p *series.Prepared, name string) *series.Part {
	part := partNamed(p, name)
	next := map[int]int{} // where the next window of a series may begin
	return part.Pick(func(w series.Window) bool {
		from, seen := next[w.Series]
		if !slices.Contains(d.series, w.Series) || seen && w.Start < from {
			return false
		}
		next[w.Series] = w.Start + p.Config.Data.Horizon
		return true
	})
}

// eachPanel makes a chart for each shown series and target, up to maxPanels.
func (d *drawing) eachPanel(f func(series, target int, frame plot.Chart) plot.Chart) []plot.Chart {
	p := d.p
	var charts []plot.Chart
	for _, s := range d.series {
		for k, target := range p.Set.Targets {
			if len(charts) == maxPanels {
				return charts
			}
			id := p.Set.Series[s].ID()
			if id.Target != "" {
				target = id.Target
			}
			frame := plot.Chart{YLabel: target, TimeAxis: p.Set.Series[s].Time != nil}
			if id.Series != "" {
				frame.Title = id.Series
			} else if len(p.Set.Targets) > 1 || id.Target != "" {
				frame.Title = target
			}
			charts = append(charts, f(s, k, frame))
		}
	}
	return charts
}

// axisOf is where the rows of a series stand on the x axis: their time, their number, or their index from 1.
func axisOf(p *series.Prepared, s int) []float64 {
	series := &p.Set.Series[s]
	rows := series.Rows(p.Set.Columns())
	switch {
	case series.Time != nil:
		return plot.Times(series.Time[:rows])
	case series.Numbers != nil:
		return series.Numbers[:rows]
	}
	return plot.Index(1, rows)
}

func column(p *series.Prepared, s, k int) []float64 {
	c := p.Set.Columns()
	series := &p.Set.Series[s]
	out := make([]float64, series.Rows(c))
	for r := range out {
		out[r] = series.Values[r*c+k]
		if series.Missing[r*c+k] {
			out[r] = math.NaN()
		}
	}
	return out
}

// strided takes every width-th value from the k-th on.
func strided(values []float64, k, width int) []float64 {
	out := make([]float64, len(values)/width)
	for r := range out {
		out[r] = values[r*width+k]
	}
	return out
}

// borders marks where the validation and the test part of a series begin.
func borders(p *series.Prepared, s int) []plot.Mark {
	var marks []plot.Mark
	x := axisOf(p, s)
	for _, part := range []*series.Part{p.Validation, p.Test} {
		for i, w := range part.Windows {
			if w.Series == s {
				marks = append(marks, plot.Mark{X: x[part.Target(i)], Label: part.Name})
				break
			}
		}
	}
	return marks
}

// forecast draws what comes after the last row, with intervals where there are quantiles.
func (d *drawing) forecast() (task.Picture, error) {
	p, f := d.p, &forecasting{run: d.run}
	next, err := f.values(f.models(), f.own(d.series))
	if err != nil {
		return task.Picture{}, err
	}
	values := next.values
	charts := d.eachPanel(func(s, k int, frame plot.Chart) plot.Chart {
		x, history := axisOf(p, s), column(p, s, k)
		from := max(0, len(x)-d.before())
		next := ahead(x, d.steps(s))
		median, bands := d.fan(values[slices.Index(d.series, s)], k, next)
		return plot.Forecast(frame, x[from:], history[from:], next, median, bands...)
	})
	title := fmt.Sprintf("%s: forecast of %s after the last observation", p.Config.Name, report.Count(p.Config.Data.Horizon, "step"))
	return task.Titled("forecast", title, charts), nil
}

// ahead extends the places of an axis by n steps of its last width.
func ahead(x []float64, n int) []float64 {
	last := x[len(x)-1]
	width := 1.0
	if len(x) > 1 {
		width = last - x[len(x)-2]
	}
	out := make([]float64, n)
	for i := range out {
		out[i] = last + width*float64(i+1)
	}
	return out
}
