// Package values answers one question: how good are predictions of numbers?
//
// It holds what the tasks share whose truth is a row of numbers: the report of an evaluation and the judge of a part.
package values

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"recur/data"
	"recur/evaluate"
	"recur/internal/report"
	"recur/task"
)

// Columns are the metrics in the order of tables.
var Columns = []string{"mse", "rmse", "mae", "mape", "smape", "mase", "r2"}

// Report is all that is told of predictions of a part beside simple methods: what `evaluate --json` says of the task.
type Report struct {
	Metrics   evaluate.Metrics            `json:"metrics"`
	Scaled    evaluate.Scaled             `json:"metrics_scaled"`
	ByStep    []evaluate.Metrics          `json:"by_step,omitempty"`
	ByTarget  map[string]evaluate.Metrics `json:"by_target"`
	Quantiles *evaluate.QuantileScore     `json:"quantiles,omitempty"`
	Series    task.Section                `json:"series,omitempty"` // where there is more than one
	Baselines map[string]evaluate.Metrics `json:"baselines"`

	part    string
	columns []string
}

// NewReport scores point predictions of a part, and those of simple methods. columns are the metrics that tables show.
func NewReport(part data.Truths, points [][]float64, methods []task.Named, columns []string) (*Report, error) {
	s, err := evaluate.Evaluate(part, points)
	if err != nil {
		return nil, err
	}
	r := &Report{Metrics: s.Metrics, Scaled: s.Scaled, ByStep: s.ByStep, ByTarget: s.ByTarget, part: part.Frame().Part, columns: columns}
	r.Baselines, err = Scores(part, methods)
	return r, err
}

// Scores are the metrics of every method.
func Scores(part data.Truths, methods []task.Named) (map[string]evaluate.Metrics, error) {
	scores := map[string]evaluate.Metrics{}
	for _, m := range methods {
		s, err := evaluate.Evaluate(part, m.Said)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Name, err)
		}
		scores[m.Name] = s.Metrics
	}
	return scores, nil
}

// Text is the report for people; steps adds the scores by step ahead.
func (r *Report) Text(steps bool) string {
	var b strings.Builder
	b.WriteString(Table(r.part, r.columns, r.Metrics, r.Baselines).Text())
	if len(r.ByTarget) > 1 {
		t := report.Table{Header: append([]string{"target"}, r.columns...)}
		for _, name := range report.SortedKeys(r.ByTarget) {
			t.Rows = append(t.Rows, Row(name, r.columns, r.ByTarget[name]))
		}
		b.WriteString("\n" + t.Text())
	}
	if t := Intervals(r.Quantiles); len(t.Rows) > 0 {
		b.WriteString("\n" + t.Text())
	}
	if r.Series != nil {
		b.WriteString("\n" + r.Series.Text())
	}
	if slices.Contains(r.columns, "mape") {
		b.WriteString(ZerosNote(r.Metrics))
	}
	if steps && len(r.ByStep) > 0 {
		t := report.Table{Header: append([]string{"step"}, r.columns...)}
		for i, m := range r.ByStep {
			t.Rows = append(t.Rows, Row(strconv.Itoa(i+1), r.columns, m))
		}
		b.WriteString("\n" + t.Text())
	}
	return b.String()
}

// Table is the scores of the network and of simple methods.
func Table(title string, columns []string, network evaluate.Metrics, methods map[string]evaluate.Metrics) report.Table {
	t := report.Table{Header: append([]string{title}, columns...)}
	t.Rows = append(t.Rows, Row(task.NetworkName, columns, network))
	for _, name := range report.SortedKeys(methods) {
		t.Rows = append(t.Rows, Row(name, columns, methods[name]))
	}
	return t
}

// Row is a name and the metrics of some columns.
func Row(name string, columns []string, m evaluate.Metrics) []string {
	row := []string{name}
	for _, column := range columns {
		row = append(row, Metrics{m}.Cell(column))
	}
	return row
}

// ZerosNote explains the counts beside mape; "" where no value is zero.
func ZerosNote(m evaluate.Metrics) string {
	if m.Zeros == 0 {
		return ""
	}
	return "\nmape (n): n values are zero and have no percentage, so they are left out\n"
}

// Intervals is the table of the scores of intervals; empty without quantiles.
func Intervals(q *evaluate.QuantileScore) report.Table {
	t := report.Table{Header: []string{"interval", "coverage", "mean width", "MSIS"}}
	if q == nil {
		return t
	}
	for _, m := range q.Metrics.Intervals {
		t.Rows = append(t.Rows, []string{fmt.Sprintf("%.4g%%", 100*m.Level), fmt.Sprintf("%.1f%%", 100*m.Coverage), report.Figure(m.Width), report.Figure(m.MSIS)})
	}
	if len(t.Rows) > 0 {
		t.Rows = append(t.Rows, []string{"CRPS " + report.Figure(q.Metrics.CRPS), "", "", ""})
	}
	return t
}
