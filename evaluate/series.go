package evaluate

import (
	"cmp"
	"math"
	"slices"

	"recur/data/series"
)

// SeriesScore is how well one method predicts one series.
type SeriesScore struct {
	Series  string  `json:"series"`
	Target  string  `json:"target,omitempty"` // where each of several targets is scored apart (recipe global)
	Values  int     `json:"values"`           // known ones that were scored
	Metrics Metrics `json:"metrics"`
}

// BySeries scores predictions, [windows][Hz·K] in data units, for each series apart, in the order of the data. A series
// without a known value in the part has 0 values and NaN for every metric, so that the lists of several methods match
// place by place. It fails where Evaluate does.
func BySeries(p *series.Part, predictions [][]float64) ([]SeriesScore, error) {
	if err := checkSizes(p, predictions, 1); err != nil {
		return nil, err
	}
	q := p.Prepared
	f := p.Frame()
	cells, _ := walk(p, &f, predictions)
	outputs := make([]int, q.Values())
	for o := range outputs {
		outputs[o] = o
	}
	scores := make([]SeriesScore, len(cells))
	for i := range scores {
		s := scope{cells: cells[i : i+1], outputs: outputs, targets: len(q.Set.Targets), scales: q.NaiveScale[i : i+1]}
		all, _ := s.series(0)
		scores[i] = SeriesScore{Series: q.Set.Series[i].Name, Target: q.Set.Series[i].Target, Values: int(all.n), Metrics: s.metrics()}
	}
	return scores, nil
}

// Worst returns the n series with the highest value of a metric, the worst first. Where it is no number it is no value.
func Worst(scores []SeriesScore, metric string, n int) []SeriesScore {
	var known []SeriesScore
	for _, s := range scores {
		if !math.IsNaN(s.Metrics.Value(metric)) {
			known = append(known, s)
		}
	}
	slices.SortStableFunc(known, func(a, b SeriesScore) int {
		return cmp.Compare(b.Metrics.Value(metric), a.Metrics.Value(metric))
	})
	return known[:min(max(n, 0), len(known))]
}

// Losses returns one metric of each series.
func Losses(scores []SeriesScore, metric string) []float64 {
	losses := make([]float64, len(scores))
	for i := range scores {
		losses[i] = scores[i].Metrics.Value(metric)
	}
	return losses
}

// Duel is one method against another, series by series.
type Duel struct {
	Method string `json:"method"`
	Series int    `json:"series"` // on which both have a loss
	Wins   int    `json:"wins"`   // of the first method
	Ties   int    `json:"ties"`

	// Statistic and P are those of Wilcoxon's test over the series, as Worth.Wilcoxon counts them; Statistic is negative
	// where the first method is better.
	Statistic   number  `json:"statistic"`
	P           number  `json:"p"`
	Independent float64 `json:"independent"` // as how many series p takes them, since some move together
}

// Fight sets the losses of one method, one a series, beside those of another, and tests the difference with Wilcoxon.
func (w Worth) Fight(own, other []float64, method string) Duel {
	d := Duel{Method: method, Independent: w.Independent}
	var a, b []float64
	for i, v := range own {
		if math.IsNaN(v) || math.IsNaN(other[i]) {
			continue
		}
		a, b = append(a, v), append(b, other[i])
		switch {
		case v < other[i]:
			d.Wins++
		case v == other[i]:
			d.Ties++
		}
	}
	d.Series = len(a)
	statistic, probability := w.Wilcoxon(a, b)
	d.Statistic, d.P = number(statistic), number(probability)
	return d
}

// Shares returns for each method the share of series on which its loss is the lowest; losses is [methods][series]. Methods
// that tie share a series equally; one on which any loss is no number counts for none. All are NaN where none counts.
func Shares(losses [][]float64) []float64 {
	shares := make([]float64, len(losses))
	if len(losses) == 0 {
		return shares
	}
	counted := 0.0
	for i := range losses[0] {
		best, ties := math.Inf(1), 0.0
		for _, l := range losses {
			switch v := l[i]; {
			case math.IsNaN(v) || math.IsNaN(best):
				best = math.NaN()
			case v < best:
				best, ties = v, 1
			case v == best:
				ties++
			}
		}
		if math.IsNaN(best) {
			continue
		}
		counted++
		for m, l := range losses {
			if l[i] == best {
				shares[m] += 1 / ties
			}
		}
	}
	for m := range shares {
		shares[m] /= counted
	}
	return shares
}
