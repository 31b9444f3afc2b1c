package language

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"recur/data"
	"recur/data/text"
	"recur/internal/plot"
	"recur/task"
)

// positions is how far from the start of a document the loss is shown.
const positions = 60

// Pictures show how surprising the first symbols of the test part are, and how the loss of documents falls as more of them is known,
// beside the n-gram model.
func (d *Data) Pictures(r *task.Run, in task.Inputs) ([]task.Picture, error) {
	if d.test.Len() == 0 {
		return nil, nil
	}
	said, err := r.Predict(in, task.PartNamed("test"))
	if err != nil {
		return nil, err
	}
	strip := task.Titled("surprisal", d.c.Name+": how surprising the test part's first symbols are", []plot.Chart{d.strip(said)})
	if d.from.corpus.Documents == text.None {
		return []task.Picture{strip}, nil
	}
	m, err := d.Method(ngrams, false)
	if err != nil {
		return nil, err
	}
	position := plot.Chart{YLabel: "mean loss in nats", XLabel: "symbol of a document", Lines: []plot.Line{
		byPosition("n-gram", m.Predict(d.test)), byPosition(task.NetworkName, said)}}
	return []task.Picture{strip, task.Titled("loss-by-position", d.c.Name+": loss by position", []plot.Chart{position})}, nil
}

// darkest is the surprisal in nats that is drawn darkest: about that of a guess among four hundred symbols.
const darkest = 6

// strip is the text of the test part's beginning, row by row, each symbol the darker the less it was expected.
func (d *Data) strip(said [][]float64) plot.Chart {
	rows, columns := 10, 50
	v := d.from.corpus.Vocabulary
	if unit := v.Tokens().Unit; unit == text.Word || unit == text.BPE {
		rows, columns = 14, 10
	}
	h := &plot.Heat{Columns: make([]string, columns)}
	for c := range columns {
		h.Columns[c] = strconv.Itoa(c + 1)
	}
	var buffer data.TextBuffer
	n := 0
	for i, one := range said {
		_, _, labels := d.test.Text(i, &buffer)
		for t, p := range one {
			if n%columns == 0 {
				if n == rows*columns {
					break
				}
				h.Rows = append(h.Rows, strconv.Itoa(n+1))
				h.Values, h.Cells = append(h.Values, make([]float64, columns)), append(h.Cells, make([]string, columns))
			}
			last := len(h.Rows) - 1
			h.Values[last][n%columns] = min(1, -math.Log(p)/darkest)
			h.Cells[last][n%columns] = shown(v, labels[t])
			n++
		}
	}
	return plot.Chart{Heat: h, YLabel: "from symbol", XLabel: fmt.Sprintf("the darker the more surprising, from 0 to %d nats", darkest)}
}

// shown is a symbol in a picture: what can't be seen has a sign.
func shown(v *text.Vocabulary, symbol int32) string {
	s, special := v.Symbol(symbol)
	switch {
	case special && symbol == v.Number(text.End), s == "\n":
		return "¶"
	case s == " ":
		return "·"
	case special || !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl):
		return "?"
	}
	return s
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
