package ets

import (
	"cmp"
	"math"
	"slices"
)

// Fits fits models to series, one after the other, in the same memory. It is not safe for concurrent use; the zero value is ready.
type Fits struct {
	search  search
	bridged []float64
}

// Of fits the fifteen models, as far as they suit y with a season of m steps (1: none), and returns the one with the lowest AICc. NaN is a
// missing value; the first one is known. Models with relative errors or a multiplied season need positive values. Where all values
// are equal, or too few for any model, the last one goes on.
func (s *Fits) Of(y []float64, m int) Fit { return s.all(y, []int{m}, 0, false)[0] }

// Model fits one model; ok is false where it does not suit the values or has too many parameters for them.
func (s *Fits) Model(model Model, y []float64, m int) (f Fit, ok bool) {
	b, positive := s.prepare(y, m)
	if !slices.Contains(models(s.search.m, positive), model) {
		return f, false
	}
	return s.fit(model, &b, math.Inf(1))
}

// all are the fits, with each of the seasons, whose AICc is within margin of the lowest, that one first; cautious leaves out what
// Mix does.
func (s *Fits) all(y []float64, seasons []int, margin float64, cautious bool) (fits []Fit) {
	if constant(y) {
		return []Fit{last(y)}
	}
	least, shown := math.Inf(1), false
	for i, m := range seasons {
		b, positive := s.prepare(y, m)
		if i == 0 {
			shown = cautious && showsLong(s.bridged, seasons)
		}
		for _, model := range models(s.search.m, positive) {
			if model.Season == None && (i > 0 || shown) || cautious && model.Relative && model.Trend == Linear {
				continue
			}
			f, ok := s.fit(model, &b, least+margin)
			if ok && f.AICc <= least+margin && !(cautious && f.Relative && f.Variance > mostRelative*mostRelative) {
				fits = append(fits, f)
				least = min(least, f.AICc)
			}
		}
	}
	if len(fits) == 0 && shown {
		return s.all(y, []int{1}, margin, cautious)
	}
	if len(fits) == 0 {
		return []Fit{last(y)}
	}
	fits = slices.DeleteFunc(fits, func(f Fit) bool { return f.AICc > least+margin })
	slices.SortStableFunc(fits, func(a, b Fit) int { return cmp.Compare(a.AICc, b.AICc) })
	return fits
}

// models are those that suit, the cheap ones first.
func models(m int, positive bool) (all []Model) {
	seasons := []Season{None, Added, Multiplied}
	if m < 2 {
		seasons = seasons[:1]
	}
	for _, season := range seasons {
		for _, relative := range []bool{false, true} {
			if relative && !positive || season == Multiplied && !relative {
				continue
			}
			for _, trend := range []Trend{Flat, Linear, Damped} {
				all = append(all, Model{relative, trend, season})
			}
		}
	}
	return all
}

func (s *Fits) prepare(y []float64, m int) (b beginning, positive bool) {
	s.bridged, s.search.known = bridge(y, s.bridged[:0])
	if m < 2 || len(y) <= m {
		m = 1
	}
	s.search.y, s.search.m = y, m
	s.search.season = sized(s.search.season, m)
	positive = slices.Min(s.bridged) > 0
	return beginningOf(s.bridged, m, positive), positive
}

// bridge appends y with its gaps bridged by straight lines to out, and counts the known values.
func bridge(y, out []float64) (bridged []float64, known int) {
	last := 0
	for t, v := range y {
		if math.IsNaN(v) {
			out = append(out, out[last])
			continue
		}
		for j := last + 1; j < t; j++ {
			out[j] += (v - out[last]) * float64(j-last) / float64(t-last)
		}
		out = append(out, v)
		last = t
		known++
	}
	return out, known
}

func constant(y []float64) bool {
	for _, v := range y {
		if v != y[0] && !math.IsNaN(v) {
			return false
		}
	}
	return true
}

// last is a model whose level is the last value; its variance is that of the changes.
func last(y []float64) Fit {
	f := Fit{Alpha: 1, Phi: 1, AICc: math.Inf(1), First: State{Level: y[0]}, Parameters: 1}
	f.run(y)
	return f
}

// fit searches for the parameters of a model, which is of interest only where its AICc may be below most.
func (s *Fits) fit(model Model, b *beginning, most float64) (f Fit, ok bool) {
	r := &s.search
	count := r.open(model)
	penalty := criterion(0, count, r.known)
	if math.IsInf(penalty, 1) {
		return f, false
	}
	loss := r.begin(b)
	if math.IsInf(loss, 1) {
		return f, false
	}
	return r.found(r.descend(loss, most-penalty), count), true
}

// found is the fit of θ.
func (s *search) found(loss float64, count int) Fit {
	f := Fit{Model: s.model, Parameters: count, LogLikelihood: -loss / 2, AICc: criterion(-loss/2, count, s.known)}
	f.Alpha, f.Beta, f.Gamma, f.Phi = s.smoothing(s.theta)
	f.First.Level, f.First.Trend, _ = s.states(s.theta)
	if s.model.Season != None {
		f.First.Season = slices.Clone(s.season)
	}
	f.run(s.y)
	return f
}

// run sets the last state and the variance.
func (f *Fit) run(y []float64) {
	f.Last = f.First.Clone()
	squares, known := 0.0, 0
	var one [1]float64
	for _, v := range y {
		if !math.IsNaN(v) {
			f.Forecast(f.Last, one[:])
			e := v - one[0]
			if f.Relative {
				e /= one[0]
			}
			squares += e * e
			known++
		}
		f.Step(&f.Last, v)
	}
	f.Variance = squares / float64(max(1, known-f.Parameters))
}
