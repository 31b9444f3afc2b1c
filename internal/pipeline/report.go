package pipeline

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"recur/evaluate"
)

// Table is a header and rows of cells; numbers are aligned to the right.
type Table struct {
	Header []string
	Rows   [][]string
}

// Text lays the table out in columns for a terminal.
func (t Table) Text() string {
	width := make([]int, len(t.Header))
	for _, row := range append([][]string{t.Header}, t.Rows...) {
		for i, cell := range row {
			width[i] = max(width[i], runes(cell))
		}
	}
	var b strings.Builder
	line := func(row []string) {
		for i, cell := range row {
			pad := strings.Repeat(" ", width[i]-runes(cell))
			switch {
			case i == 0:
				b.WriteString(cell + pad)
			default:
				b.WriteString("  " + pad + cell)
			}
		}
		b.WriteString("\n")
	}
	line(t.Header)
	for _, row := range t.Rows {
		line(row)
	}
	return b.String()
}

// Markdown lays the table out as a Markdown table.
func (t Table) Markdown() string {
	var b strings.Builder
	b.WriteString("| " + strings.Join(t.Header, " | ") + " |\n|---")
	b.WriteString(strings.Repeat("|---:", len(t.Header)-1) + "|\n")
	for _, row := range t.Rows {
		b.WriteString("| " + strings.Join(row, " | ") + " |\n")
	}
	return b.String()
}

func runes(s string) int { return len([]rune(s)) }

// figure prints four significant digits, or a dash for what is not defined.
func figure(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "–"
	}
	return fmt.Sprintf("%.4g", v)
}

func pointer(v *float64) string {
	if v == nil {
		return "–"
	}
	return figure(*v)
}

func (s Spread) String() string {
	if s.SD == nil {
		return pointer(s.Mean)
	}
	mean := pointer(s.Mean)
	if _, decimals, _ := strings.Cut(mean, "."); !strings.ContainsAny(mean, "e–") {
		return fmt.Sprintf("%s ± %.*f", mean, len(decimals), *s.SD)
	}
	return fmt.Sprintf("%s ± %.2g", mean, *s.SD)
}

// count is a number and its noun: 1 step, 2 steps.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// metricOrder is the order of the metrics in tables.
var metricOrder = []string{"mse", "rmse", "mae", "mape", "smape", "mase", "r2"}

// Table is the scores of the network and the baselines.
func (e *Evaluation) Table() Table {
	t := Table{Header: append([]string{e.Split}, metricOrder...)}
	t.Rows = append(t.Rows, metricsRow(networkName, e.Metrics))
	for _, name := range sortedKeys(e.Baselines) {
		t.Rows = append(t.Rows, metricsRow(name, e.Baselines[name]))
	}
	return t
}

// ByTargetTable is the score of each target; empty for a single one.
func (e *Evaluation) ByTargetTable() Table {
	t := Table{Header: append([]string{"target"}, metricOrder...)}
	if len(e.ByTarget) < 2 {
		return t
	}
	for _, name := range sortedKeys(e.ByTarget) {
		t.Rows = append(t.Rows, metricsRow(name, e.ByTarget[name]))
	}
	return t
}

// metricsRow is a name and the metrics in the order of tables.
func metricsRow(name string, m evaluate.Metrics) []string {
	row := []string{name}
	for _, metric := range metricOrder {
		cell := figure(m.Value(metric))
		if metric == "mape" && m.Zeros > 0 {
			cell += fmt.Sprintf(" (%d)", m.Zeros)
		}
		row = append(row, cell)
	}
	return row
}

// zerosNote explains the counts beside mape; "" where no value is zero.
func zerosNote(m evaluate.Metrics) string {
	if m.Zeros == 0 {
		return ""
	}
	return "\nmape (n): n values are zero and have no percentage, so they are left out\n"
}

// Table is one row a variant, best test RMSE first, then the baselines.
func (cmp *Comparison) Table() Table {
	metrics := []string{"rmse", "mae", "smape", "mase"}
	if cmp.Task == "regress" {
		metrics = []string{"mse", "rmse", "mae", "r2"}
	}
	t := Table{Header: slices.Concat([]string{"", cmp.validated()}, metrics, []string{"p vs best", "parameters", "seconds"})}
	for _, i := range cmp.order() {
		r := cmp.Rows[i]
		name := r.label
		if i == cmp.Chosen {
			name += " *"
		}
		row := []string{name, r.validated().String()}
		for _, m := range metrics {
			row = append(row, r.Metrics[m].String())
		}
		t.Rows = append(t.Rows, append(row, cmp.pOf(r.label), fmt.Sprint(r.Parameters), fmt.Sprintf("%.1f", r.Seconds)))
	}
	for _, name := range sortedKeys(cmp.Baselines) {
		row := []string{name, ""}
		for _, m := range metrics {
			row = append(row, figure(cmp.Baselines[name].Value(m)))
		}
		t.Rows = append(t.Rows, append(row, cmp.pOf(name), "", ""))
	}
	return t
}

// order sorts the rows by their mean test RMSE.
func (cmp *Comparison) order() []int {
	order := make([]int, len(cmp.Rows))
	for i := range order {
		order[i] = i
	}
	rmse := func(i int) float64 {
		if m := cmp.Rows[order[i]].Metrics["rmse"].Mean; m != nil {
			return *m
		}
		return math.Inf(1)
	}
	sort.SliceStable(order, func(a, b int) bool { return rmse(a) < rmse(b) })
	return order
}

func (cmp *Comparison) pOf(name string) string {
	for _, t := range cmp.Tests {
		if t.A == cmp.Lowest && t.B == name && t.PAdjusted != nil {
			if *t.PAdjusted < 0.001 {
				return "<0.001"
			}
			return fmt.Sprintf("%.3f", *t.PAdjusted)
		}
	}
	return ""
}

func list(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// Markdown is compare.md.
func (cmp *Comparison) Markdown() string {
	return fmt.Sprintf("# %s: comparison\n\n%s\n%s\nMean ± standard deviation over seeds, on %d test windows; * has the lowest %s. "+
		"p: paired test against %s, the lowest of all (%s), on squared errors averaged over seeds, adjusted by Holm's method for all pairs of rows.\n\n![learning curves](learning-curves.svg)\n",
		cmp.Name, cmp.Table().Markdown(), cmp.Verdict(), cmp.Windows, cmp.validated(), cmp.Lowest, cmp.testName())
}

// Table is the layer table of a plan.
func (p *Plan) Table() Table {
	t := Table{Header: []string{"layer", "kind", "output", "parameters"}}
	for _, l := range p.Layers {
		shape := []string{"B"}
		for _, d := range l.Output {
			shape = append(shape, fmt.Sprint(d))
		}
		t.Rows = append(t.Rows, []string{l.Name, l.Kind, "[" + strings.Join(shape, " ") + "]", fmt.Sprint(l.Parameters)})
	}
	t.Rows = append(t.Rows, []string{"total", "", "", fmt.Sprint(p.Parameters)})
	return t
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
