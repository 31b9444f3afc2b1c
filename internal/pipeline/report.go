package pipeline

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"recur/internal/report"
)

func (s Spread) String() string {
	if s.SD == nil {
		return report.Pointer(s.Mean)
	}
	mean := report.Pointer(s.Mean)
	if _, decimals, _ := strings.Cut(mean, "."); !strings.ContainsAny(mean, "e–") {
		return fmt.Sprintf("%s ± %.*f", mean, len(decimals), *s.SD)
	}
	return fmt.Sprintf("%s ± %.2g", mean, *s.SD)
}

// Table is one row a variant, the best on the test part first, then the baselines.
func (cmp *Comparison) Table() report.Table {
	metrics := cmp.words.Columns
	t := report.Table{Header: slices.Concat([]string{"", cmp.validated()}, metrics, []string{"p vs best", "parameters", "seconds"})}
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
	for _, name := range report.SortedKeys(cmp.Baselines) {
		row := []string{name, ""}
		for _, m := range metrics {
			row = append(row, report.Figure(cmp.Baselines[name].Value(m)))
		}
		t.Rows = append(t.Rows, append(row, cmp.pOf(name), "", ""))
	}
	return t
}

// order sorts the rows by their mean error on the test part.
func (cmp *Comparison) order() []int {
	order := make([]int, len(cmp.Rows))
	for i := range order {
		order[i] = i
	}
	low := func(i int) float64 {
		if m := cmp.Rows[order[i]].Metrics[cmp.words.Metric].Mean; m != nil {
			return *m
		}
		return math.Inf(1)
	}
	sort.SliceStable(order, func(a, b int) bool { return low(a) < low(b) })
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

// Markdown is compare.md.
func (cmp *Comparison) Markdown() string {
	return fmt.Sprintf("# %s: comparison\n\n%s\n%s\nMean ± standard deviation over seeds, on %d test %ss; * has the lowest %s. "+
		"p: paired test against %s, the lowest of all (%s), on %s averaged over seeds, adjusted by Holm's method for all pairs of rows.\n\n![learning curves](learning-curves.svg)\n",
		cmp.Name, cmp.Table().Markdown(), cmp.Verdict(), cmp.Windows, cmp.words.Example, cmp.validated(), cmp.Lowest, cmp.testName, cmp.words.Paired)
}

// Table is the layer table of a plan.
func (p *Plan) Table() report.Table {
	t := report.Table{Header: []string{"layer", "kind", "output", "parameters"}}
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
