package regress

import (
	"recur/internal/plot"
	"recur/task"
)

// mostShown is how many sequences of the test part are drawn.
const mostShown = 100

// Pictures show the values of the last sequences of the test part beside those that are predicted, for each value.
func (d *Data) Pictures(r *task.Run, in task.Inputs) ([]task.Picture, error) {
	if d.Test.Len() == 0 {
		return nil, nil
	}
	said, err := r.Predict(in, task.PartNamed("test"))
	if err != nil {
		return nil, err
	}
	points := r.Points(said)
	first := max(0, len(points)-mostShown)
	var charts []plot.Chart
	for k, name := range d.Set.Values {
		var truth, predicted []float64
		for i := first; i < len(points); i++ {
			truth, predicted = append(truth, d.Test.Sequence(i).Values[k]), append(predicted, points[i][k])
		}
		x := plot.Index(1, len(truth))
		charts = append(charts, plot.Chart{YLabel: name, XLabel: "sequence of the test part", Lines: []plot.Line{
			{Name: "original", X: x, Y: truth}, {Name: "predicted", X: x, Y: predicted, Thin: true, Dots: true},
		}})
	}
	return []task.Picture{task.Titled("original-predicted", d.c.Name+": original and predicted", charts)}, nil
}
