package language

import (
	"math"

	"recur/data/text"
	"recur/internal/plot"
	"recur/task"
)

// How much the pictures show.
const (
	stripSymbols = 200 // of the test part, one by one
	positions    = 60  // from the start of a document, or of a text
)

// Pictures show how surprising the first symbols of the test part are, beside the n-gram model, and how the loss falls as more of a text
// is known.
func (d *Data) Pictures(r *task.Run, in task.Inputs) ([]task.Picture, error) {
	if d.test.Len() == 0 {
		return nil, nil
	}
	said, err := r.Predict(in, task.PartNamed("test"))
	if err != nil {
		return nil, err
	}
	m, err := d.Method(ngrams, false)
	if err != nil {
		return nil, err
	}
	counted := m.Predict(d.test)
	strip := plot.Chart{YLabel: "surprisal in nats", XLabel: "symbol of the test part", Lines: []plot.Line{
		surprisal("n-gram", counted), surprisal(task.NetworkName, said)}}
	pictures := []task.Picture{task.Titled("surprisal", d.c.Name+": how surprising the first symbols are", []plot.Chart{strip})}
	if d.from.corpus.Documents == text.None {
		return pictures, nil
	}
	position := plot.Chart{YLabel: "mean loss in nats", XLabel: "symbol of a document", Lines: []plot.Line{
		byPosition("n-gram", counted), byPosition(task.NetworkName, said)}}
	return append(pictures, task.Titled("loss-by-position", d.c.Name+": loss by position", []plot.Chart{position})), nil
}

// surprisal is the nats of the first symbols, one after the other.
func surprisal(name string, said [][]float64) plot.Line {
	var y []float64
	for _, one := range said {
		for _, p := range one {
			if len(y) < stripSymbols {
				y = append(y, -math.Log(p))
			}
		}
	}
	return plot.Line{Name: name, X: plot.Index(1, len(y)), Y: y, Thin: true, Dots: true}
}

// byPosition is the mean nats at each place from the start of the documents, as far as there are some.
func byPosition(name string, said [][]float64) plot.Line {
	sums, counts := make([]float64, positions), make([]float64, positions)
	most := 0
	for _, one := range said {
		for t, p := range one[:min(len(one), positions)] {
			sums[t] -= math.Log(p)
			counts[t]++
			most = max(most, t+1)
		}
	}
	for t := range most {
		sums[t] /= counts[t]
	}
	return plot.Line{Name: name, X: plot.Index(1, most), Y: sums[:most]}
}
