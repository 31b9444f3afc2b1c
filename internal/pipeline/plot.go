package pipeline

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strings"

	"recur/checkpoint"
	"recur/internal/plot"
	"recur/internal/record"
	"recur/internal/runs"
	"recur/task"
)

// Plot draws the pictures of a run into its plots directory as SVG and PNG and returns their paths.
func Plot(path string, threads int) ([]string, error) {
	if err := runs.Want(path, runs.Drawable); err != nil {
		return nil, err
	}
	run := runs.Resolve(path)
	if run == "" {
		return nil, &checkpoint.Error{Path: path, Reason: "it does not lie in a run directory, with its config.yaml, into which the pictures could go", Advice: "name a run directory"}
	}
	o, _, err := open(path, threads)
	if err != nil {
		return nil, err
	}
	own, err := o.openOwn()
	if err != nil {
		return nil, err
	}
	in, err := o.Prepare(own.Source(), own)
	if err != nil {
		return nil, err
	}
	pictures, err := own.Pictures(&o.Run, in)
	if err != nil {
		return nil, err
	}
	curves := task.Picture{Name: "learning-curves", Sheet: plot.Sheet{Charts: []plot.Chart{learningCurves(o.Config.Name, o.curves(run))}}}
	paths, err := drawInto(run, append([]task.Picture{curves}, pictures...))
	var foreign *record.Foreign
	if errors.As(err, &foreign) { // the pictures of a run have one place
		foreign.Advice = "move it to another place, or all of " + runs.ShellWord(run.Plots()) + ", and draw again"
	}
	return paths, err
}

// drawInto writes the pictures of a run into its plots directory.
func drawInto(run runs.RunDir, pictures []task.Picture) ([]string, error) {
	if err := (&record.Record{}).Check(string(run), "plots/"); err != nil {
		return nil, err
	}
	plots := runs.RunDir(run.Plots())
	unlock, err := plots.Take(record.Plots, nil, false)
	if err != nil {
		return nil, err
	}
	defer unlock()
	return draw(plots, pictures)
}

// curves are the epochs of a run, or of an ensemble's members by variant.
func (o *opened) curves(run runs.RunDir) []namedRuns {
	if o.ensemble == nil {
		return []namedRuns{{"", [][]runs.MetricsLine{runs.ReadMetrics(run)}}}
	}
	var all []namedRuns
	for _, v := range o.ensemble.Variants {
		n := namedRuns{name: v.Name}
		for _, m := range o.ensemble.Members {
			if at := strings.LastIndex(m, "-"); at >= 0 && m[:at] == "members/"+v.Name { // members/VARIANT-SEED
				n.runs = append(n.runs, runs.ReadMetrics(runs.RunDir(run.Path(m))))
			}
		}
		if len(n.runs) > 0 {
			all = append(all, n)
		}
	}
	return all
}

// draw writes pictures into a directory that was taken, each as SVG and PNG, and returns their paths. Where one of them may not be
// written, none is.
func draw(dir runs.RunDir, pictures []task.Picture) ([]string, error) {
	var names, paths []string
	drawn := map[string][]byte{}
	for _, pic := range pictures {
		for _, format := range []string{"svg", "png"} {
			name := pic.Name + "." + format
			var b bytes.Buffer
			if err := pic.Sheet.Encode(&b, format); err != nil {
				return nil, fmt.Errorf("%s: %w", dir.Path(name), err)
			}
			if !dir.Equals(name, b.Bytes()) {
				if err := dir.Claims(name); err != nil {
					return nil, err
				}
			}
			names, drawn[name] = append(names, name), b.Bytes()
		}
	}
	for _, name := range names {
		if err := dir.Write(name, drawn[name]); err != nil {
			return nil, dir.Unwritten(err)
		}
		paths = append(paths, dir.Path(name))
	}
	return paths, nil
}

// namedRuns are the epochs of the runs that share a curve.
type namedRuns struct {
	name string
	runs [][]runs.MetricsLine
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
	_, err := draw(runs.RunDir(cmp.Dir), []task.Picture{{Name: "learning-curves", Sheet: plot.Sheet{Charts: []plot.Chart{learningCurves(cmp.Name, all)}}}})
	return err
}
