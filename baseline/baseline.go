// Package baseline answers one question: what would a simple method say?
//
// Every method predicts the windows that a network predicts, from what the network sees in them, so that their errors
// can stand side by side.
//
// Letters: T input steps, Hz steps of the horizon, K targets, D inputs a step.
package baseline

import (
	"fmt"
	"slices"

	"recur/data"
	"recur/data/series"
)

// Method predicts every window of a part: [windows][Hz·K] in data units, horizon-major.
type Method interface {
	Name() string // as in tables and JSON: naive, seasonal_naive, …
	Predict(p data.Examples) [][]float64
}

// For returns the methods that suit the data, fitted on its training part, to score the windows of parts (none named: the
// test part). For forecasts: naive; drift; seasonal naive for every declared season, the first as "seasonal_naive", others
// with their length behind it; SES, Theta and ETS, unless the parts have so many windows and such long histories that they
// would take long (see LeftOut); ridge; with recipe global linear_l1 too, where it is not ridge. Without
// training windows those that learn are left out.
func For(p *series.Prepared, parts ...*series.Part) ([]Method, error) {
	names, err := Only(nil).Names(p, parts...)
	if err != nil {
		return nil, err
	}
	var methods []Method
	for _, name := range names {
		m, err := Make(name, p)
		if err != nil {
			return nil, err
		}
		if !Repeats(m) {
			methods = append(methods, m)
		}
	}
	return methods, nil
}

// Quick are the methods that cost next to nothing: of For those that neither learn nor are fitted anew for every window.
func Quick(p *series.Prepared) []Method {
	methods := []Method{Naive(), Drift()}
	for i, m := range p.Config.Data.Season {
		s := seasonal{season: m, name: "seasonal_naive"}
		if i > 0 {
			s.name = fmt.Sprintf("seasonal_naive_%d", m)
		}
		methods = append(methods, s)
	}
	return methods
}

// each predicts window by window.
func each(p *series.Part, f func(i int, out []float64)) [][]float64 {
	all := make([][]float64, p.Len())
	for i := range all {
		all[i] = make([]float64, p.Prepared.Values())
		f(i, all[i])
	}
	return all
}

type naive struct{}

// Naive repeats the last value of the window: the persistence forecast.
func Naive() Method { return naive{} }

func (naive) Name() string { return "naive" }

func (naive) Predict(e data.Examples) [][]float64 {
	p := e.(*series.Part)
	k := len(p.Prepared.Set.Targets)
	return each(p, func(i int, out []float64) {
		x := p.Input(i)
		last := x[len(x)-k:]
		for o := range out {
			out[o] = last[o%k]
		}
	})
}

type seasonal struct {
	season int
	name   string
}

// SeasonalNaive repeats the last season of m steps. Where the season is longer than the window it reaches back to the
// known rows before it, a further season at a time where a value is missing there. Where there are none, as in a series shorter
// than a season, the last value of the window stands in: padding is nothing that a series has said.
func SeasonalNaive(m int) Method { return seasonal{season: m, name: "seasonal_naive"} }

func (s seasonal) Name() string { return s.name }

func (s seasonal) Predict(e data.Examples) [][]float64 {
	p := e.(*series.Part)
	q := p.Prepared
	k := len(q.Set.Targets)
	return each(p, func(i int, out []float64) {
		x, last := p.Input(i), (q.Steps-1)*k
		w := p.Windows[i]
		for o := range out {
			back := s.season - o/k%s.season // steps back from the row after the window
			at := q.Steps - back
			switch begin := p.Begin(w.Series, o%k); {
			case w.Start+at < begin:
				out[o] = x[last+o%k]
			case at >= 0:
				out[o] = x[at*k+o%k]
			default:
				out[o] = s.before(p, i, at, o%k, x[last+o%k])
			}
		}
	})
}

// before finds the value of target k in the row `at` < 0 before window i, or seasons before that.
func (s seasonal) before(p *series.Part, i, at, k int, otherwise float64) float64 {
	w, columns := p.Windows[i], p.Prepared.Set.Columns()
	one := &p.Prepared.Set.Series[w.Series]
	for row := w.Start + at; row >= 0; row -= s.season {
		if j := row*columns + k; !one.Missing[j] {
			return one.Values[j]
		}
	}
	return otherwise
}

// constant predicts the same values for every window.
type constant struct{ values []float64 }

// Constant predicts the mean of what the examples of a training part were to give, for each step and target; 0 where none of
// these is known.
func Constant(p data.Truths) Method {
	frame := p.Frame()
	sums := make([]float64, frame.Values())
	counts := make([]float64, len(sums))
	for i := range p.Len() {
		truth, known := p.Truth(i)
		for o, y := range truth {
			if known[o] {
				counts[o]++
				sums[o] += (y - sums[o]) / counts[o] // a running mean
			}
		}
	}
	return constant{sums}
}

func (constant) Name() string { return "constant" }

func (c constant) Predict(p data.Examples) [][]float64 {
	all := make([][]float64, p.Len())
	for i := range all {
		all[i] = slices.Clone(c.values)
	}
	return all
}
