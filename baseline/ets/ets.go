// Package ets answers one question: which exponential smoothing has made this series, and what does it say comes next?
//
// The models are the innovations state-space models of exponential smoothing [1]: a level, with or without a trend, which may
// die away, and a season, added or multiplied; errors that are added or relative to the forecast. Of takes the one with the
// lowest AICc, as R's forecast::ets and Python's statsforecast do [2].
//
// Letters: y the series of n values, m the steps of a season, l level, b trend, s season; q = l + φ·b, f the forecast of one
// step, e = y - f; p the parameters that are sought: α, β, γ, φ and the first states.
//
// [1] Hyndman, Koehler, Ord & Snyder 2008, Forecasting with exponential smoothing: the state space approach.
// [2] Hyndman & Khandakar 2008, Automatic time series forecasting: the forecast package for R.
package ets

import "math"

// Trend is how the level moves on.
type Trend byte

// The trends.
const (
	Flat   Trend = iota // no trend
	Linear              // a line
	Damped              // a line that flattens: φ < 1
)

// Season is how the season joins the level.
type Season byte

// The seasons.
const (
	None Season = iota
	Added
	Multiplied
)

// Model is one of the fifteen that Of chooses from; a season is multiplied only where errors are relative, since the variance of the
// forecasts may be without bound otherwise [1, chapter 15].
type Model struct {
	Relative bool // errors are relative to the forecast, else added to it
	Trend    Trend
	Season   Season
}

// String is the name in the literature, such as ETS(M,Ad,M): error, trend, season.
func (m Model) String() string {
	e := "A"
	if m.Relative {
		e = "M"
	}
	return "ETS(" + e + "," + [...]string{"N", "A", "Ad"}[m.Trend] + "," + [...]string{"N", "A", "M"}[m.Season] + ")"
}

// State is what a model knows after a value.
type State struct {
	Level, Trend float64
	Season       []float64 // [m] by phase; nil without a season
	Next         int       // the phase of the value to come
}

// Fit is a model with parameters for a series.
type Fit struct {
	Model
	Alpha, Beta, Gamma, Phi float64 // Beta and Gamma are 0, Phi 1, where the model has none
	First, Last             State   // before the first value and after the last one
	Parameters              int     // that were estimated: smoothing, first states and the variance
	LogLikelihood           float64 // but for a constant that is the same for all models of a series
	AICc                    float64
	Variance                float64 // σ² of the errors, relative ones where Relative
}

// criterion is Akaike's information criterion for small samples, +Inf where there are not values enough.
func criterion(logLikelihood float64, parameters, n int) float64 {
	k, left := float64(parameters), float64(n-parameters-1)
	if left <= 0 {
		return math.Inf(1)
	}
	return -2*logLikelihood + 2*k + 2*k*(k+1)/left
}

// Forecast continues the series from its state: the forecast of every step of out.
func (f *Fit) Forecast(from State, out []float64) {
	path, weight := 0.0, 1.0
	for h := range out {
		weight *= f.Phi
		path += weight
		v := from.Level + path*from.Trend
		switch m := len(from.Season); f.Season {
		case Added:
			v += from.Season[(from.Next+h)%m]
		case Multiplied:
			v *= from.Season[(from.Next+h)%m]
		}
		out[h] = v
	}
}

// Step moves a state on by a value; a missing one, NaN, is taken to be what was expected.
func (f *Fit) Step(s *State, y float64) {
	q := s.Level + f.Phi*s.Trend
	s.Trend *= f.Phi
	s.Level = q
	phase, season := s.Next, 0.0
	if f.Season != None {
		season = s.Season[phase]
		s.Next = (phase + 1) % len(s.Season)
	}
	switch {
	case math.IsNaN(y):
	case f.Season == Multiplied:
		e := y - q*season
		s.Level += f.Alpha * e / season
		s.Trend += f.Beta * e / season
		s.Season[phase] += f.Gamma * e / q
	default:
		e := y - q - season
		s.Level += f.Alpha * e
		s.Trend += f.Beta * e
		if f.Season == Added {
			s.Season[phase] += f.Gamma * e
		}
	}
}

// Clone is a copy that shares nothing.
func (s State) Clone() State {
	s.Season = append([]float64(nil), s.Season...)
	return s
}
