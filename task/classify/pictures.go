package classify

import (
	"recur/evaluate"
	"recur/internal/plot"
	"recur/task"
)

// Pictures show how often the network is right beside how sure it is.
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
	return []task.Picture{task.Titled("reliability", d.c.Name+": how often it is right", []plot.Chart{reliability(c)})}, nil
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
