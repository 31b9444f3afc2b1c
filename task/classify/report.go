package classify

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/floats"

	"recur/data"
	"recur/evaluate"
	"recur/internal/report"
	"recur/task"
)

// Report is all that is told of what is said of a part: what `evaluate --json` says of the task.
type Report struct {
	Metrics   *evaluate.Classification `json:"metrics"`
	Unknown   *float64                 `json:"unknown,omitempty"` // share of the symbols that the vocabulary lacks
	Worst     []Mistake                `json:"worst"`
	Baselines map[string]Metrics       `json:"baselines"`

	part string
}

// Mistake is an example that was taken for another class.
type Mistake struct {
	Example     string  `json:"example"` // where it stands
	Text        string  `json:"text,omitempty"`
	Label       string  `json:"label"`
	Predicted   string  `json:"predicted"`
	Probability float64 `json:"probability"` // of what was predicted
}

// What is shown of a part to people.
const (
	mostWorst   = 5
	mostClasses = 20
)

// Report scores what is said of a part, and what simple methods say.
func (d *Data) Report(p data.Examples, said [][]float64, methods []task.Named) (task.Report, error) {
	j := &judge{p.(part), d.classes}
	scored, err := j.classify(said)
	if err != nil {
		return nil, err
	}
	r := &Report{Metrics: scored, Worst: d.worst(j.part, said), Baselines: map[string]Metrics{}, part: d.partName(j.part)}
	if u := j.part.Unknown(); u >= 0 {
		r.Unknown = &u
	}
	for _, m := range methods {
		c, err := j.classify(m.Said)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Name, err)
		}
		r.Baselines[m.Name] = metricsOf(c)
	}
	return r, nil
}

func (d *Data) partName(p part) string {
	for _, name := range []string{"train", "validation", "test"} {
		if d.part(name) == p {
			return name
		}
	}
	return "test"
}

// worst are the examples that were predicted wrongly with the most confidence.
func (d *Data) worst(p part, said [][]float64) []Mistake {
	mistakes := []Mistake{}
	if tags(d.c) {
		return mistakes // steps, of which a line says nothing
	}
	var index []int
	for i := range said {
		if p.Labels(i)[0] >= 0 {
			index = append(index, i)
		}
	}
	truth, chances := flat(p, said, len(d.classes))
	for _, n := range evaluate.WorstErrors(truth, chances, mostWorst) {
		top := floats.MaxIdx(chances[n])
		mistakes = append(mistakes, Mistake{p.Called(index[n]), p.Shown(index[n]), d.classes[truth[n]], d.classes[top], chances[n][top]})
	}
	return mistakes
}

// Text is the report for people.
func (r *Report) Text(bool) string {
	var b strings.Builder
	b.WriteString(r.table().Text())
	m := r.Metrics
	fmt.Fprintf(&b, "\naccuracy %s, in 95%% of cases between %s and %s for all examples of the kind (%d here)\n", percent(m.Accuracy), percent(m.Interval[0]), percent(m.Interval[1]), m.Examples)
	if r.Unknown != nil {
		fmt.Fprintf(&b, "%s of the symbols are unknown to the vocabulary\n", percent(*r.Unknown))
	}
	if _, joined := r.Baselines[task.AloneName]; joined {
		fmt.Fprintf(&b, "a simple model predicts with the network (ensemble.linear); alone it is the row %s\n", task.AloneName)
	}
	if best, v := r.strongest(); best != "" && v >= m.Accuracy {
		fmt.Fprintf(&b, "the network is no better than %s here (%s)\n", best, percent(v))
	}
	b.WriteString("\n" + r.classes().Text())
	if len(m.Confusion.Labels) <= mostClasses {
		b.WriteString("\n" + r.confusion().Text())
	}
	if len(r.Worst) > 0 {
		b.WriteString("\nsurest errors\n")
	}
	for _, w := range r.Worst {
		fmt.Fprintf(&b, "  %s: %s, predicted %s with %s", w.Example, w.Label, w.Predicted, percent(w.Probability))
		if w.Text != "" {
			b.WriteString(": " + w.Text)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// strongest is the simple method that is right most often.
func (r *Report) strongest() (name string, accuracy float64) {
	for _, n := range report.SortedKeys(r.Baselines) {
		if v := r.Baselines[n].Accuracy; n != task.AloneName && (name == "" || v > accuracy) {
			name, accuracy = n, v
		}
	}
	return name, accuracy
}

func percent(v float64) string { return fmt.Sprintf("%.1f%%", 100*v) }

// table is the scores of the network and of simple methods.
func (r *Report) table() report.Table {
	t := report.Table{Header: append([]string{r.part}, Columns...)}
	row := func(name string, m Metrics) {
		cells := []string{name}
		for _, c := range Columns {
			cells = append(cells, report.Figure(m.Value(c)))
		}
		t.Rows = append(t.Rows, cells)
	}
	row(task.NetworkName, metricsOf(r.Metrics))
	for _, name := range report.SortedKeys(r.Baselines) {
		row(name, r.Baselines[name])
	}
	return t
}

// classes is the table of how well each class was found; of very many those that were found worst.
func (r *Report) classes() report.Table {
	t := report.Table{Header: []string{"class", "precision", "recall", "f1", "support"}}
	names := slices.Clone(r.Metrics.Confusion.Labels)
	if len(names) > mostClasses {
		slices.SortStableFunc(names, func(a, b string) int {
			x, y := r.Metrics.ByClass[a], r.Metrics.ByClass[b]
			switch {
			case x.F1 < y.F1:
				return -1
			case x.F1 > y.F1:
				return 1
			}
			return y.Support - x.Support
		})
		names = names[:mostClasses]
		t.Header[0] = fmt.Sprintf("worst %d of %d classes", mostClasses, len(r.Metrics.Confusion.Labels))
	}
	for _, name := range names {
		s := r.Metrics.ByClass[name]
		t.Rows = append(t.Rows, []string{name, report.Figure(s.Precision), report.Figure(s.Recall), report.Figure(s.F1), strconv.Itoa(s.Support)})
	}
	return t
}

// confusion is the table of how often each class (a row) was taken for each (a column).
func (r *Report) confusion() report.Table {
	c := r.Metrics.Confusion
	t := report.Table{Header: append([]string{"true, predicted"}, c.Labels...)}
	for i, label := range c.Labels {
		row := []string{label}
		for _, n := range c.Counts[i] {
			row = append(row, strconv.Itoa(n))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
