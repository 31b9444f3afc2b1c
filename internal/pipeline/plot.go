package pipeline

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"recur/checkpoint"
	"recur/data/series"
	"recur/internal/plot"
	"recur/internal/record"
	"recur/internal/report"
)

// maxPanels is how many series and targets one picture shows.
const maxPanels = 6

// picture is a chart or a sheet of them, and the name of its files.
type picture struct {
	name  string
	sheet plot.Sheet
}

// Plot draws the pictures of a run into its plots directory as SVG and PNG and returns their paths.
func Plot(path string, threads int) ([]string, error) {
	if err := want(path, drawable); err != nil {
		return nil, err
	}
	run := resolve(path)
	if run == "" {
		return nil, &checkpoint.Error{Path: path, Reason: "it does not lie in a run directory, with its config.yaml, into which the pictures could go", Advice: "name a run directory"}
	}
	d, err := newDrawing(path, threads)
	if err != nil {
		return nil, err
	}
	pictures := []picture{{"learning-curves", one(learningCurves(d.run.config.Name, d.run.curves(run)))}}
	original, err := d.originalPredicted()
	if err != nil {
		return nil, err
	}
	pictures = append(pictures, original)
	if d.run.config.Task == "forecast" {
		forecast, err := d.forecast()
		if err != nil {
			return nil, err
		}
		pictures = append(pictures, forecast)
	}
	paths, err := drawInto(run, append(pictures, d.scorePictures()...))
	var foreign *record.Foreign
	if errors.As(err, &foreign) { // the pictures of a run have one place
		foreign.Advice = "move it to another place, or all of " + shellWord(run.Plots()) + ", and draw again"
	}
	return paths, err
}

// drawInto writes the pictures of a run into its plots directory.
func drawInto(run RunDir, pictures []picture) ([]string, error) {
	if err := (&record.Record{}).Check(string(run), "plots/"); err != nil {
		return nil, err
	}
	plots := RunDir(run.Plots())
	unlock, err := plots.take(record.Plots, nil, false)
	if err != nil {
		return nil, err
	}
	defer unlock()
	return draw(plots, pictures)
}

// drawing is a run with the windows that its pictures show.
type drawing struct {
	run *opened
	in  inputs
	p   *series.Prepared // of the scored variant: what was asked for

	rivals *rivals // nil where nothing can be scored
	series []int   // that panels show
}

func newDrawing(path string, threads int) (*drawing, error) {
	run, _, err := open(path, threads)
	if err != nil {
		return nil, err
	}
	p, err := run.openOwn()
	if err != nil {
		return nil, err
	}
	in, err := run.prepareOwn(p.Set, p)
	if err != nil {
		return nil, err
	}
	d := &drawing{run: run, in: in, p: p}
	if p.Config.Task == "forecast" && p.Test.Len() > 0 {
		if d.rivals, err = d.score(); err != nil {
			return nil, err
		}
	}
	d.series = d.rivals.spread(len(p.Set.Series))
	return d, nil
}

// points are the point forecasts of a part.
func (d *drawing) points(pick func(*series.Prepared) *series.Part) ([][]float64, error) {
	predictions, err := d.run.predict(d.in, pick)
	if err != nil {
		return nil, err
	}
	return d.run.points(predictions), nil
}

// curves are the epochs of a run, or of an ensemble's members by variant.
func (o *opened) curves(run RunDir) []namedRuns {
	if o.ensemble == nil {
		return []namedRuns{{"", [][]metricsLine{readMetrics(run)}}}
	}
	var all []namedRuns
	for _, v := range o.ensemble.Variants {
		n := namedRuns{name: v.Name}
		for _, m := range o.ensemble.Members {
			if at := strings.LastIndex(m, "-"); at >= 0 && m[:at] == "members/"+v.Name { // members/VARIANT-SEED
				n.runs = append(n.runs, readMetrics(RunDir(run.path(m))))
			}
		}
		if len(n.runs) > 0 {
			all = append(all, n)
		}
	}
	return all
}

func one(c plot.Chart) plot.Sheet { return plot.Sheet{Charts: []plot.Chart{c}} }

// draw writes pictures into a directory that was taken, each as SVG and PNG, and returns their paths. Where one of them may not be
// written, none is.
func draw(dir RunDir, pictures []picture) ([]string, error) {
	var names, paths []string
	drawn := map[string][]byte{}
	for _, pic := range pictures {
		for _, format := range []string{"svg", "png"} {
			name := pic.name + "." + format
			var b bytes.Buffer
			if err := pic.sheet.Encode(&b, format); err != nil {
				return nil, fmt.Errorf("%s: %w", dir.path(name), err)
			}
			if !dir.equals(name, b.Bytes()) {
				if err := dir.claims(name); err != nil {
					return nil, err
				}
			}
			names, drawn[name] = append(names, name), b.Bytes()
		}
	}
	for _, name := range names {
		if err := dir.write(name, drawn[name]); err != nil {
			return nil, dir.unwritten(err)
		}
		paths = append(paths, dir.path(name))
	}
	return paths, nil
}

// namedRuns are the epochs of the runs that share a curve.
type namedRuns struct {
	name string
	runs [][]metricsLine
}

func learningCurves(title string, all []namedRuns) plot.Chart {
	var curves []plot.Curve
	for _, n := range all {
		c := plot.Curve{Name: n.name}
		for _, lines := range n.runs {
			var trained, validated []float64
			for _, l := range lines {
				if l.Refit {
					break // another training, of other windows: its curve would only confuse
				}
				trained = append(trained, l.TrainLoss)
				v := math.NaN()
				if l.ValidationLoss != nil {
					v = *l.ValidationLoss
				}
				validated = append(validated, v)
			}
			c.Train, c.Validation = append(c.Train, trained), append(c.Validation, validated)
		}
		curves = append(curves, c)
	}
	return plot.LearningCurves(plot.Chart{Title: title + ": learning curves"}, curves...)
}

// plot draws the learning curves of all rows of a comparison.
func (cmp *Comparison) plot() error {
	var all []namedRuns
	for _, r := range cmp.Rows {
		n := namedRuns{name: r.label}
		for _, j := range r.jobs {
			n.runs = append(n.runs, j.result.curve)
		}
		all = append(all, n)
	}
	_, err := draw(RunDir(cmp.Dir), []picture{{"learning-curves", one(learningCurves(cmp.Name, all))}})
	return err
}

// originalPredicted draws the data over all parts and what the network says of it: of windows that lie horizon steps
// apart, so that every row is predicted once.
func (d *drawing) originalPredicted() (picture, error) {
	p, c := d.p, d.p.Config
	predicted := blankLike(p)
	for _, name := range d.parts() {
		if err := d.fillPredicted(name, predicted); err != nil {
			return picture{}, err
		}
	}
	title := c.Name + ": original and predicted, "
	switch {
	case c.Task != "forecast":
		title = c.Name + ": original and predicted"
	case c.Data.Horizon == 1:
		title += "one step ahead"
	default:
		title += fmt.Sprintf("blocks of %d steps ahead", c.Data.Horizon)
	}
	charts := d.eachPanel(func(s, k int, frame plot.Chart) plot.Chart {
		original := column(p, s, k)
		if c.Task != "forecast" {
			return examplesChart(frame, original, predicted[s])
		}
		return plot.OriginalPredicted(frame, axisOf(p, s), original, strided(predicted[s], k, len(p.Set.Targets)), borders(p, s)...)
	})
	return titled("original-predicted", title, charts), nil
}

// titled is a picture of some charts; a single one has the title of the picture.
func titled(name, title string, charts []plot.Chart) picture {
	if len(charts) == 1 {
		charts[0].Title = title
		return picture{name, one(charts[0])}
	}
	return picture{name, plot.Grid(title, 0, charts...)}
}

// examplesChart shows the labels of task regress beside the predicted ones, example by example.
func examplesChart(frame plot.Chart, original, predicted []float64) plot.Chart {
	var y, f []float64
	for i, v := range predicted {
		if !math.IsNaN(v) {
			y, f = append(y, original[i]), append(f, v)
		}
	}
	n := min(len(y), 100)
	x := plot.Index(1, n)
	frame.XLabel = "example of the test part"
	frame.Lines = []plot.Line{{Name: "original", X: x, Y: y[len(y)-n:]}, {Name: "predicted", X: x, Y: f[len(f)-n:], Thin: true, Dots: true}}
	return frame
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
	if d.run.ensemble != nil {
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
	part, _ := partNamed(p, name)
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
func (d *drawing) forecast() (picture, error) {
	p, f := d.p, &forecasting{run: d.run}
	values, _, err := f.values(f.models(), f.own(d.series))
	if err != nil {
		return picture{}, err
	}
	charts := d.eachPanel(func(s, k int, frame plot.Chart) plot.Chart {
		x, history := axisOf(p, s), column(p, s, k)
		from := max(0, len(x)-d.before())
		next := ahead(x, d.steps(s))
		median, bands := d.fan(values[slices.Index(d.series, s)], k, next)
		return plot.Forecast(frame, x[from:], history[from:], next, median, bands...)
	})
	title := fmt.Sprintf("%s: forecast of %s after the last observation", p.Config.Name, report.Count(p.Config.Data.Horizon, "step"))
	return titled("forecast", title, charts), nil
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
