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
	t.Rows = append(t.Rows, metricsRow("network", e.Metrics))
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
		row = append(row, figure(m.Value(metric)))
	}
	return row
}

// Table is one row a variant, best test RMSE first, then the baselines.
func (cmp *Comparison) Table() Table {
	metrics := []string{"rmse", "mae", "smape", "mase"}
	if cmp.Task == "regress" {
		metrics = []string{"mse", "rmse", "mae", "r2"}
	}
	t := Table{Header: slices.Concat([]string{"", "validation loss"}, metrics, []string{"p vs best", "parameters", "seconds"})}
	for _, i := range cmp.order() {
		r := cmp.Rows[i]
		name := r.label
		if i == cmp.Chosen {
			name += " *"
		}
		row := []string{name, r.Validation.Loss.String()}
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
		if t.B == name && t.PAdjusted != nil {
			if *t.PAdjusted < 0.001 {
				return "<0.001"
			}
			return fmt.Sprintf("%.3f", *t.PAdjusted)
		}
	}
	return ""
}

// significance is the level at which Verdict calls a difference more than luck.
const significance = 0.05

// Verdict says in sentences which row is better and whether that is luck.
func (cmp *Comparison) Verdict() string {
	best := cmp.Rows[cmp.Best].label
	var worse, same, lost, untold []string
	for _, t := range cmp.Tests {
		switch {
		case t.PAdjusted == nil:
			untold = append(untold, t.B)
		case *t.PAdjusted >= significance:
			same = append(same, t.B)
		case t.Statistic != nil && *t.Statistic > 0:
			lost = append(lost, t.B)
		default:
			worse = append(worse, t.B)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Lowest test RMSE of the networks: %s, %s.\n", best, seedsOf(len(cmp.Rows[cmp.Best].Seeds)))
	if len(worse) > 0 {
		fmt.Fprintf(&b, "Better than %s by more than luck (Diebold-Mariano, Holm-corrected p < %.2f).\n", list(worse), significance)
	}
	if len(lost) > 0 {
		fmt.Fprintf(&b, "Worse than %s by more than luck", list(lost))
		if !slices.ContainsFunc(cmp.Rows, func(r CompareRow) bool { return slices.Contains(lost, r.label) }) {
			b.WriteString(": the simple method is the better choice here")
		}
		b.WriteString(".\n")
	}
	if len(same) > 0 {
		fmt.Fprintf(&b, "Not to be told apart from %s on these %d test windows.\n", list(same), cmp.Windows)
	}
	if len(untold) > 0 {
		fmt.Fprintf(&b, "No test against %s on %s: it takes two that don't overlap, and differences that vary.\n", list(untold), count(cmp.Windows, "test window"))
	}
	if len(cmp.unlike) > 0 {
		fmt.Fprintf(&b, "Other values are predicted by %s than by %s and the baselines, so their scores and the order of these rows say little.\n", list(cmp.unlike), best)
	}
	if !cmp.unmixed {
		b.WriteString("The validation losses of these rows are in different units, so no row is marked as the one with the lowest.\n")
	}
	if cmp.Chosen >= 0 && cmp.Chosen != cmp.Best {
		fmt.Fprintf(&b, "The validation part would have chosen %s (marked *).\n", cmp.Rows[cmp.Chosen].label)
	}
	return b.String()
}

func seedsOf(n int) string {
	if n == 1 {
		return "one seed (too few to see the spread: give several with --seeds)"
	}
	return fmt.Sprintf("the mean of %d seeds", n)
}

func list(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// Markdown is compare.md.
func (cmp *Comparison) Markdown() string {
	return fmt.Sprintf("# %s: comparison\n\n%s\n%s\nMean ± standard deviation over seeds, on %d test windows; * has the lowest validation loss. "+
		"p: paired Diebold-Mariano test against the row on top, on squared errors averaged over seeds, with the Harvey-Leybourne-Newbold correction and Holm's adjustment.\n\n![learning curves](learning-curves.svg)\n",
		cmp.Name, cmp.Table().Markdown(), cmp.Verdict(), cmp.Windows)
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
