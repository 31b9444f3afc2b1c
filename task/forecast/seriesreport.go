package forecast

import (
	"fmt"
	"math"
	"strings"

	"recur/data/series"
	"recur/evaluate"
	"recur/internal/report"
	"recur/task"
)

// SeriesReport is how the networks did series by series, beside the simple methods.
type SeriesReport struct {
	Metric string                 `json:"metric"` // that wins and worst are told by: mase, or smape where that has no meaning
	Best   map[string]float64     `json:"best"`   // by method, the share of series on which it is the best of all
	Duels  []evaluate.Duel        `json:"duels"`  // the networks against each simple method
	Worst  []evaluate.SeriesScore `json:"worst"`  // of the networks, the worst first
	Scores []evaluate.SeriesScore `json:"scores"` // of the networks, in the order of the data
}

// worstSeries is how many series are named as the worst.
const worstSeries = 5

// bySeries compares the first method with the others.
func bySeries(p *series.Part, methods []task.Named) (*SeriesReport, error) {
	panel := evaluate.NewPanel(p)
	r := &SeriesReport{Metric: "mase", Best: map[string]float64{}}
	var scores [][]evaluate.SeriesScore
	for _, m := range methods {
		s, err := evaluate.BySeries(p, m.Said)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Name, err)
		}
		scores = append(scores, s)
	}
	r.Scores = scores[0]
	if len(evaluate.Worst(r.Scores, r.Metric, 1)) == 0 {
		r.Metric = "smape"
	}
	var losses [][]float64
	for i, s := range scores {
		losses = append(losses, evaluate.Losses(s, r.Metric))
		if i > 0 {
			r.Duels = append(r.Duels, panel.Worth(methods[0].Said, methods[i].Said).Fight(losses[0], losses[i], methods[i].Name))
		}
	}
	for i, share := range evaluate.Shares(losses) {
		if !math.IsNaN(share) {
			r.Best[methods[i].Name] = share
		}
	}
	r.Worst = evaluate.Worst(r.Scores, r.Metric, worstSeries)
	return r, nil
}

// Text is the report for people.
func (r *SeriesReport) Text() string {
	by, worst := "series", "worst series: "
	if len(r.Scores) > 0 && r.Scores[0].Target != "" {
		by, worst = "series and target", "worst: "
	}
	t := report.Table{Header: []string{"by " + by + ", " + strings.ToUpper(r.Metric), "network better on", "p (Wilcoxon)", "best of all on"}}
	for _, d := range r.Duels {
		row := []string{d.Method, fmt.Sprintf("%d of %d", d.Wins, d.Series), report.Probability(float64(d.P)), report.Share(r.Best[d.Method])}
		t.Rows = append(t.Rows, row)
	}
	t.Rows = append(t.Rows, []string{task.NetworkName, "", "", report.Share(r.Best[task.NetworkName])})
	var names []string
	for _, s := range r.Worst {
		name := s.Series
		if s.Target != "" {
			name = series.ID{Series: s.Series, Target: s.Target}.String()
		}
		names = append(names, fmt.Sprintf("%s (%s)", name, report.Figure(s.Metrics.Value(r.Metric))))
	}
	return t.Text() + r.alike() + "\n" + worst + strings.Join(names, ", ") + "\n"
}

// alike says what p takes into account, "" where the series don't move together.
func (r *SeriesReport) alike() string {
	n := len(r.Scores)
	least, most := math.Inf(1), 0.0
	for _, d := range r.Duels {
		least, most = min(least, d.Independent), max(most, d.Independent)
	}
	counts := fmt.Sprintf("%.3g to %.3g independent ones", least, most)
	if most-least < 0.5 {
		counts = fmt.Sprintf("%.3g independent ones", most)
	}
	switch {
	case len(r.Duels) == 0 || n < evaluate.LeastApart || least > 0.95*float64(n):
		return ""
	case least < evaluate.LeastApart:
		return fmt.Sprintf("p counts the %d series as %s, since some errors move together; it takes %d\n", n, counts, evaluate.LeastApart)
	}
	return fmt.Sprintf("p counts the %d series as %s, since some errors move together\n", n, counts)
}
