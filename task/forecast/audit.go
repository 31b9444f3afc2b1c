package forecast

import (
	"fmt"
	"strings"

	"recur/data/series"
)

// Audit says which rows a network may have learnt from, and where the windows of two parts touch.
type Audit struct {
	Scalers  string         `json:"scalers"` // what was fitted on which rows
	Parts    []AuditPart    `json:"parts"`
	Overlaps []AuditOverlap `json:"overlaps"`
}

// AuditPart is one part: the rows that it predicts, over all series.
type AuditPart struct {
	Name    string `json:"name"`
	Windows int    `json:"windows"`
	Rows    int    `json:"rows"` // that are predicted
}

// AuditOverlap is what two parts share, counted in rows over all series.
type AuditOverlap struct {
	A       string `json:"a"`
	B       string `json:"b"`
	Targets int    `json:"targets"` // rows that both predict: a leak, 0 in a sound split
	Inputs  int    `json:"inputs"`  // rows that B reads and A predicts: the past of B, as at the time of forecasting
	Ahead   int    `json:"ahead"`   // rows that A reads and B predicts: a leak, 0 in a sound split
}

// audit looks at every window of every part, and not at the settings that made them.
func audit(p *series.Prepared) Audit {
	a := Audit{Scalers: scalersOf(p)}
	parts := []*series.Part{p.Train, p.Validation, p.Test}
	reads, predicts := make([][]spans, len(parts)), make([][]spans, len(parts))
	for i, part := range parts {
		reads[i], predicts[i] = touched(part)
		a.Parts = append(a.Parts, AuditPart{Name: part.Name, Windows: part.Len(), Rows: total(predicts[i])})
	}
	for i := range parts {
		for j := i + 1; j < len(parts); j++ {
			if parts[i].Len() == 0 || parts[j].Len() == 0 {
				continue
			}
			a.Overlaps = append(a.Overlaps, AuditOverlap{A: parts[i].Name, B: parts[j].Name,
				Targets: common(predicts[i], predicts[j]), Inputs: common(reads[j], predicts[i]), Ahead: common(reads[i], predicts[j])})
		}
	}
	return a
}

// scalersOf words what was fitted on which rows.
func scalersOf(p *series.Prepared) string {
	low, high := -1, 0
	for s := range p.Set.Series {
		_, to := p.Train.Rows(s)
		high = max(high, to)
		if low < 0 || to < low {
			low = to
		}
	}
	rows := fmt.Sprintf("rows 1 to %d", high)
	if low != high {
		rows = fmt.Sprintf("rows 1 to %d…%d", low, high)
	}
	if p.Config.Recipe == "global" {
		return fmt.Sprintf("every window is normalised by rows before its own first target; the one constant for all series is fitted on the training part, %s of each series", rows)
	}
	return fmt.Sprintf("one scaler a series, fitted on the training part, %s of each series", rows)
}

// spans are rows of a series: true where they are touched.
type spans []bool

// touched says which rows of each series the windows of a part read, and which they predict.
func touched(p *series.Part) (reads, predicts []spans) {
	q := p.Prepared
	for s := range q.Set.Series {
		rows := q.Set.Series[s].Rows(q.Set.Columns())
		reads, predicts = append(reads, make(spans, rows)), append(predicts, make(spans, rows))
	}
	for i, w := range p.Windows {
		first := p.Target(i)
		_, to := p.Rows(w.Series)
		mark(reads[w.Series], first-q.Steps, first)
		mark(predicts[w.Series], first, min(first+q.Horizon, to))
	}
	return reads, predicts
}

func mark(s spans, from, to int) {
	for r := max(0, from); r < min(to, len(s)); r++ {
		s[r] = true
	}
}

func total(all []spans) (n int) { return common(all, all) }

func common(a, b []spans) (n int) {
	for s := range a {
		for r, v := range a[s] {
			if v && b[s][r] {
				n++
			}
		}
	}
	return n
}

// Leaks counts the rows that should not be shared.
func (a Audit) Leaks() (n int) {
	for _, o := range a.Overlaps {
		n += o.Targets + o.Ahead
	}
	return n
}

// Text is the audit for people.
func (a Audit) Text() string {
	var b strings.Builder
	b.WriteString("leakage audit: " + a.Scalers + "\n")
	for _, o := range a.Overlaps {
		fmt.Fprintf(&b, "  %s and %s: %d rows are predicted by both, %d predicted by %s are read by %s, %d the other way round\n", o.A, o.B, o.Targets, o.Inputs, o.A, o.B, o.Ahead)
	}
	if n := a.Leaks(); n > 0 {
		fmt.Fprintf(&b, "  LEAK: %d rows are shared that should not be\n", n)
	} else {
		b.WriteString("  no row is predicted by two parts, and none is read before it is predicted by a later one\n")
	}
	return b.String()
}
