package ets

import "math"

// The region of the parameters is the usual one: each is a weighted mean of what was and what is seen.
const (
	lowest, highest = 1e-4, 0.9999 // of α, β/α and γ/(1-α)
	lowestPhi       = 0.8
	highestPhi      = 0.98
	leastFactor     = 1e-2 // of a season that is multiplied, at the start
)

// LongestJoint is the longest season of which the first states are sought together with all else; those of a longer one are
// taken from a decomposition, as the cost grows with the square of their number.
const LongestJoint = 24

// Where the parameters lie in θ: α, β/α, γ/(1-α), φ, the first level and trend, and the season but for its last phase, which
// follows from the sum; -1 where there is none.
type layout struct {
	beta, gamma, phi, level, trend, season, size int
}

func layoutOf(model Model, m int) layout {
	l := layout{beta: -1, gamma: -1, phi: -1, trend: -1, season: -1}
	next := func() int { l.size++; return l.size }
	if model.Trend != Flat {
		l.beta = next()
	}
	if model.Season != None {
		l.gamma = next()
	}
	if model.Trend == Damped {
		l.phi = next()
	}
	l.level = next()
	if model.Trend != Flat {
		l.trend = next()
	}
	l.size++
	if model.Season != None && m <= LongestJoint {
		l.season = l.size
		l.size += m - 1
	}
	return l
}

// search looks for the parameters of a model; its memory is used again for the next one.
type search struct {
	y      []float64 // NaN where missing
	known  int       // values that are not
	m      int
	model  Model
	at     layout
	fixed  []float64 // [m] the first season where it is not sought
	season []float64 // [m] at work
	slope  slopes
	normal []float64 // [p,p] upper triangle
	factor []float64 // [p,p]
	grad   []float64 // [p]
	theta  []float64 // [p]
	trial  []float64 // [p]
	move   []float64 // [p]
	held   []bool    // [p] at a bound
}

// open makes room for a model, and counts what is estimated for it: θ, the variance, and a season that a decomposition gives.
func (s *search) open(model Model) (count int) {
	s.model, s.at = model, layoutOf(model, s.m)
	p := s.at.size
	s.factor, s.move = sized(s.factor, p*p), sized(s.move, p)
	if cap(s.held) < p {
		s.held = make([]bool, p)
	}
	s.held = s.held[:p]
	if count = p + 1; model.Season != None && s.at.season < 0 {
		count += s.m - 1
	}
	return count
}

// smoothing are the parameters that θ stands for.
func (s *search) smoothing(theta []float64) (alpha, beta, gamma, phi float64) {
	alpha, phi = theta[0], 1
	if s.at.beta > 0 {
		beta = alpha * theta[s.at.beta]
	}
	if s.at.gamma > 0 {
		gamma = (1 - alpha) * theta[s.at.gamma]
	}
	if s.at.phi > 0 {
		phi = theta[s.at.phi]
	}
	return alpha, beta, gamma, phi
}

// states are the first level and trend; the first season is written into s.season. ok is false where a factor is not positive.
func (s *search) states(theta []float64) (l, b float64, ok bool) {
	l = theta[s.at.level]
	if s.at.trend > 0 {
		b = theta[s.at.trend]
	}
	if s.model.Season == None {
		return l, b, true
	}
	if s.at.season < 0 {
		copy(s.season, s.fixed)
		return l, b, true
	}
	first := theta[s.at.season:s.at.size]
	last := 0.0
	if s.model.Season == Multiplied {
		last = float64(s.m)
	}
	for j, v := range first {
		s.season[j] = v
		last -= v
		if s.model.Season == Multiplied && v < leastFactor {
			return l, b, false
		}
	}
	s.season[s.m-1] = last
	return l, b, s.model.Season != Multiplied || last >= leastFactor
}

// bounds are those of parameter k.
func (s *search) bounds(k int) (low, high float64) {
	switch {
	case k == s.at.phi:
		return lowestPhi, highestPhi
	case k < s.at.level:
		return lowest, highest
	}
	return math.Inf(-1), math.Inf(1)
}

// loss is -2·log likelihood but for a constant: n·log Σe², for relative errors n·log Σ(e/f)² + 2·Σlog|f| [1, equation 5.3]. It is
// +Inf where the parameters are none or a relative error has no positive forecast to be relative to.
func (s *search) loss(theta []float64) float64 {
	l, b, ok := s.states(theta)
	if !ok {
		return math.Inf(1)
	}
	alpha, beta, gamma, phi := s.smoothing(theta)
	r := run{l: l, b: b, product: 1}
	switch s.model.Season {
	case None:
		r.plain(s.y, s.model.Relative, alpha, beta, phi)
	case Added:
		r.added(s.y, s.season, s.model.Relative, alpha, beta, gamma, phi)
	default:
		r.multiplied(s.y, s.season, alpha, beta, gamma, phi)
	}
	return r.loss(s.known, s.model.Relative)
}

// run goes through a series.
type run struct {
	l, b    float64
	squares float64
	logs    float64 // Σlog f
	product float64 // of forecasts whose logarithm is still to be taken
	bad     bool    // a forecast that was not positive
}

// plus counts an error relative to f.
func (r *run) plus(e, f float64) {
	if !(f > 0) {
		r.bad = true
		return
	}
	v := e / f
	r.squares += v * v
	r.product *= f
	if r.product > 1e150 || r.product < 1e-150 {
		r.logs += math.Log(r.product)
		r.product = 1
	}
}

func (r *run) plain(y []float64, relative bool, alpha, beta, phi float64) {
	l, b := r.l, r.b
	for _, v := range y {
		b *= phi
		l += b
		if v != v {
			continue
		}
		e := v - l
		if relative {
			if r.plus(e, l); r.bad {
				return
			}
		} else {
			r.squares += e * e
		}
		l += alpha * e
		b += beta * e
	}
	r.l, r.b = l, b
}

func (r *run) added(y, season []float64, relative bool, alpha, beta, gamma, phi float64) {
	l, b, j := r.l, r.b, 0
	for _, v := range y {
		b *= phi
		l += b
		at := j
		if j++; j == len(season) {
			j = 0
		}
		if v != v {
			continue
		}
		f := l + season[at]
		e := v - f
		if relative {
			if r.plus(e, f); r.bad {
				return
			}
		} else {
			r.squares += e * e
		}
		l += alpha * e
		b += beta * e
		season[at] += gamma * e
	}
	r.l, r.b = l, b
}

func (r *run) multiplied(y, season []float64, alpha, beta, gamma, phi float64) {
	l, b, j := r.l, r.b, 0
	for _, v := range y {
		b *= phi
		l += b
		at := j
		if j++; j == len(season) {
			j = 0
		}
		if v != v {
			continue
		}
		factor := season[at]
		f := l * factor
		e := v - f
		if !(factor > 0) {
			r.bad = true
		}
		if r.plus(e, f); r.bad {
			return
		}
		season[at] += gamma * e / l
		e /= factor
		l += alpha * e
		b += beta * e
	}
	r.l, r.b = l, b
}

// leastSquares keeps the logarithm of a fit without errors finite.
const leastSquares = 1e-8

func (r *run) loss(n int, relative bool) float64 {
	if r.bad || math.IsNaN(r.squares) || math.IsInf(r.squares, 0) {
		return math.Inf(1)
	}
	squares := r.squares
	if squares <= 0 {
		squares = leastSquares
	}
	loss := float64(n) * math.Log(squares)
	if relative {
		loss += 2 * (r.logs + math.Log(r.product))
	}
	return loss
}
