package seq2seq

import (
	"fmt"
	"unicode/utf8"

	"recur/evaluate"
	"recur/internal/plot"
	"recur/predict"
	"recur/task"
	"recur/task/outputs"
)

// Pictures show where the decoder looks as it says the targets of a few test pairs, and how outputs get worse with their length.
func (d *Data) Pictures(r *task.Run, in task.Inputs) ([]task.Picture, error) {
	p, ok := d.Part("test").(part)
	if !ok || p.Len() == 0 {
		return nil, nil
	}
	said, err := r.Predict(in, task.PartNamed("test"))
	if err != nil {
		return nil, err
	}
	var all []task.Picture
	if lengths := byLength(p, outputs.Texts(said), p.references()); len(lengths) > 1 { // one length is no line
		all = append(all, task.Titled("errors-by-length", d.c.Name+": outputs by the length of their target", []plot.Chart{lengthChart(lengths)}))
	}
	if d.c.Model.Attention == "none" || d.from.set.Numbers() {
		return all, nil
	}
	heat, err := d.looking(r, p)
	if err != nil || len(heat) == 0 {
		return all, err
	}
	return append(all, task.Titled("attention", d.c.Name+": where the decoder looks", heat)), nil
}

// lengthChart draws scores by length.
func lengthChart(all []Lengths) plot.Chart {
	var x, exact, chrf []float64
	for _, l := range all {
		x, exact, chrf = append(x, float64(l.From+l.To)/2), append(exact, 100*l.ExactMatch), append(chrf, l.CHRF)
	}
	return plot.Chart{XLabel: "symbols of the target", YLabel: "score, 0 to 100", ZeroY: true, Lines: []plot.Line{
		{Name: "chrF", X: x, Y: chrf, Dots: true}, {Name: "exact match in %", X: x, Y: exact, Dots: true}}}
}

// The pairs that attention is drawn of: the first of the test part whose source and output are short enough to read.
const (
	drawn     = 3
	mostDrawn = 24 // symbols
)

// looking draws attention: a row a symbol of the output, a column a symbol of the source.
func (d *Data) looking(r *task.Run, p part) (charts []plot.Chart, err error) {
	var index []int
	for i, n := range p.Lengths() {
		if n > 3 && n <= mostDrawn && len(index) < drawn {
			index = append(index, i)
		}
	}
	if len(index) == 0 {
		return nil, nil
	}
	some, search := part{p.Pick(index), p.decode}, optionsOf(p.decode)
	search.Attention = true
	said, err := predict.Say(r.Models(), some.Subset, search)
	if err != nil {
		return nil, err
	}
	for i, s := range said {
		if len(s.Hypotheses) == 0 || len(s.Hypotheses[0].Attention) == 0 {
			continue
		}
		charts = append(charts, some.attention(i, s.Hypotheses[0]))
	}
	return charts, nil
}

// attention is the picture of one hypothesis.
func (p part) attention(i int, h predict.Hypothesis) plot.Chart {
	heat := &plot.Heat{}
	for _, token := range append(p.SourceTokens(i), "end") {
		heat.Columns = append(heat.Columns, shownToken(token))
	}
	for t, row := range h.Attention {
		if t >= len(h.Symbols) || t >= mostDrawn {
			break
		}
		shares := make([]float64, len(heat.Columns))
		for j := range shares {
			if j < len(row) {
				shares[j] = min(1, max(0, float64(row[j])))
			}
		}
		heat.Rows = append(heat.Rows, shownToken(p.Text(i, h.Symbols[t:t+1], nil)))
		heat.Values = append(heat.Values, shares)
	}
	chrf := evaluate.CHRF([]string{p.written(i, h)}, []string{p.Reference(i)}).Score
	return plot.Chart{Title: fmt.Sprintf("%s (chrF %.0f)", p.Called(i), chrf), XLabel: "source", YLabel: "output", Heat: heat,
		Width: 160 + widthOf(heat.Columns)*float64(len(heat.Columns)), Height: 120 + float64(28*len(heat.Rows))}
}

// widthOf is how wide columns are, so that the longest of their names finds room, up to some length.
func widthOf(names []string) float64 {
	longest := 0
	for _, name := range names {
		longest = max(longest, utf8.RuneCountInString(name))
	}
	return min(100, max(34, 10+6.5*float64(longest)))
}

// shownToken is a token as the name of a row or a column; white space shows.
func shownToken(token string) string {
	if token == " " {
		return "·"
	}
	return token
}
