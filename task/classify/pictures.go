package classify

import (
	"strconv"

	"recur/evaluate"
	"recur/internal/plot"
	"recur/task"
)

// Pictures show which classes are taken for which, and how often the network is right beside how sure it is.
func (d *Data) Pictures(r *task.Run, in task.Inputs) ([]task.Picture, error) {
	if d.test.Len() == 0 {
		return nil, nil
	}
	said, err := r.Predict(in, task.PartNamed("test"))
	if err != nil {
		return nil, err
	}
	c, err := (&judge{d.test, d.classes}).classify(said)
	if err != nil {
		return nil, err
	}
	return []task.Picture{task.Titled("confusion", d.c.Name+": what is taken for what", []plot.Chart{confusion(c)}), task.Titled("reliability", d.c.Name+": how often it is right", []plot.Chart{reliability(c)})}, nil
}

// reliability is the share of right predictions among those of like confidence; on the diagonal probabilities mean what they say.
func reliability(c *evaluate.Classification) plot.Chart {
	var x, y []float64
	for _, bin := range c.Reliability {
		x, y = append(x, bin.Mean), append(y, bin.Accuracy)
	}
	return plot.Chart{XLabel: "probability of the predicted class", YLabel: "share that is right", ZeroY: true, Lines: []plot.Line{
		{Name: "as sure as right", X: []float64{0, 1}, Y: []float64{0, 1}, Dashed: true, Thin: true},
		{Name: "test part", X: x, Y: y, Dots: true},
	}}
}

// confusion is the share of each class (a row) that was taken for each, with how many that were.
func confusion(c *evaluate.Classification) plot.Chart {
	h := &plot.Heat{Rows: c.Confusion.Labels, Columns: c.Confusion.Labels}
	for i, row := range c.Confusion.Counts {
		support := max(1, c.ByClass[c.Confusion.Labels[i]].Support)
		shares, cells := make([]float64, len(row)), make([]string, len(row))
		for j, n := range row {
			if shares[j] = float64(n) / float64(support); n > 0 {
				cells[j] = strconv.Itoa(n)
			}
		}
		h.Values, h.Cells = append(h.Values, shares), append(h.Cells, cells)
	}
	side := min(900, 220+float64(40*len(h.Rows)))
	return plot.Chart{XLabel: "predicted", YLabel: "true", Heat: h, Width: side + 80, Height: side}
}
