package language

import (
	"fmt"
	"strings"

	"recur/data"
	"recur/data/text"
	"recur/evaluate"
	"recur/internal/report"
	"recur/task"
)

// Report is all that is told of a text that was foretold: what `evaluate --json` says of the task.
type Report struct {
	Metrics   evaluate.Language   `json:"metrics"`
	Baselines map[string]Baseline `json:"baselines"`

	part string
	told string // what the n-gram model is
	how  string // the text was read
}

// Baseline is the score of a simple method, and of an n-gram model what it is.
type Baseline struct {
	evaluate.Language
	Order     int    `json:"order,omitempty"`
	Smoothing string `json:"smoothing,omitempty"`
}

// Report scores what is said of a part.
func (d *Data) Report(part data.Examples, said [][]float64, methods []task.Named) (task.Report, error) {
	b := part.(*text.Blocks)
	j := newJudge(b)
	r := &Report{Metrics: j.score(said), Baselines: map[string]Baseline{}, part: b.Part().Name, how: "the state carried from the start to the end"}
	if d.from.corpus.Documents != text.None {
		r.how = "every document from a new state"
	}
	for _, m := range methods {
		one := Baseline{Language: j.score(m.Said)}
		if fitted, err := d.Method(m.Name, false); err == nil && m.Name == ngrams {
			model := fitted.(*method).model
			one.Order, one.Smoothing, r.told = model.Order, string(model.Smoothing), fitted.(*method).told()
		}
		r.Baselines[m.Name] = one
	}
	return r, nil
}

// Text is the report for people.
func (r *Report) Text(bool) string {
	header := []string{r.part, "nats", "bits", "perplexity"}
	perByte := r.Metrics.BitsPerByte > 0
	if perByte {
		header = append(header, "bits per byte")
	}
	t := report.Table{Header: header}
	add := func(name string, l evaluate.Language) {
		row := []string{name, fmt.Sprintf("%.4f", l.Nats), fmt.Sprintf("%.4f", l.Bits), fmt.Sprintf("%.4g", l.Perplexity)}
		if perByte {
			row = append(row, fmt.Sprintf("%.4f", l.BitsPerByte))
		}
		t.Rows = append(t.Rows, row)
	}
	add(task.NetworkName, r.Metrics)
	for _, name := range report.SortedKeys(r.Baselines) {
		label := name
		if name == ngrams {
			label = r.told
		}
		add(label, r.Baselines[name].Language)
	}
	var b strings.Builder
	b.WriteString(t.Text())
	fmt.Fprintf(&b, "\nnats, bits and perplexity are a symbol over %d symbols, %s", r.Metrics.Symbols, r.how)
	if r.Metrics.Unknown > 0 {
		fmt.Fprintf(&b, "; %.2f%% of them are unknown, which makes all figures look better", 100*r.Metrics.Unknown)
	}
	b.WriteString("\n")
	return b.String()
}
