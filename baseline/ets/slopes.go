package ets

// slopes are the derivatives of the states by every parameter, carried along with the recursion (forward sensitivities): one pass
// gives those of all errors, whatever their number.
type slopes struct {
	level, trend []float64 // [p]
	season       []float64 // [m,p]
	forecast     []float64 // [p] ∂f
	logs         []float64 // [p] Σ∂log f
}

// begin sets the derivatives of the first states.
func (d *slopes) begin(at layout, m int) {
	p := at.size
	d.level, d.trend, d.forecast, d.logs = sized(d.level, p), sized(d.trend, p), sized(d.forecast, p), sized(d.logs, p)
	d.level[at.level] = 1
	if at.trend > 0 {
		d.trend[at.trend] = 1
	}
	if at.gamma < 0 {
		return
	}
	d.season = sized(d.season, m*p)
	if at.season > 0 {
		for j := range m - 1 {
			d.season[j*p+at.season+j] = 1
			d.season[(m-1)*p+at.season+j] = -1
		}
	}
}

// sized is a slice of n zeros, in the memory of s where it has room.
func sized(s []float64, n int) []float64 {
	if cap(s) < n {
		return make([]float64, n)
	}
	s = s[:n]
	clear(s)
	return s
}

// equations writes the normal equations of Gauss and Newton at θ: the loss is n·log of a sum of squares r², with r = e, or e/f times
// the geometric mean of f where errors are relative; s.normal is Σ∂r∂r (the upper triangle), s.grad Σr∂r. θ has a finite loss.
func (s *search) equations(theta []float64) {
	l, b, _ := s.states(theta)
	p := s.at.size
	d := &s.slope
	d.begin(s.at, s.m)
	s.normal, s.grad = sized(s.normal, p*p), sized(s.grad, p)
	alpha, beta, gamma, phi := s.smoothing(theta)
	squares, phase := 0.0, 0
	for _, v := range s.y {
		s.ahead(b, phi)
		b *= phi
		l += b
		at := phase
		if s.model.Season != None {
			if phase++; phase == s.m {
				phase = 0
			}
		}
		if v != v {
			continue
		}
		switch s.model.Season {
		case Multiplied:
			factor := s.season[at]
			ds := d.season[at*p:][:p]
			f := l * factor
			for k, dl := range d.level[:p] {
				d.forecast[k] = dl*factor + l*ds[k]
			}
			squares += s.count(v, f)
			e := v - f
			s.updateMultiplied(theta, e, l, factor, ds, alpha, beta, gamma)
			s.season[at] += gamma * e / l
			l += alpha * e / factor
			b += beta * e / factor
		case Added:
			ds := d.season[at*p:][:p]
			f := l + s.season[at]
			for k, dl := range d.level[:p] {
				d.forecast[k] = dl + ds[k]
			}
			squares += s.count(v, f)
			e := v - f
			s.update(theta, e, ds, alpha, beta, gamma)
			s.season[at] += gamma * e
			l += alpha * e
			b += beta * e
		default:
			copy(d.forecast, d.level)
			squares += s.count(v, l)
			e := v - l
			s.update(theta, e, nil, alpha, beta, gamma)
			l += alpha * e
			b += beta * e
		}
	}
	if s.model.Relative {
		s.relate(squares)
	}
}

// ahead moves the derivatives of level and trend to the next value, before it is seen.
func (s *search) ahead(b, phi float64) {
	if s.at.trend < 0 {
		return
	}
	d := &s.slope
	level := d.level[:len(d.trend)]
	if s.at.phi < 0 {
		for k, v := range d.trend {
			level[k] += v
		}
		return
	}
	for k := range d.trend {
		d.trend[k] *= phi
	}
	d.trend[s.at.phi] += b
	for k, v := range d.trend {
		level[k] += v
	}
}

// count adds a value to the normal equations, and returns its squared error. The derivative of a relative error is -y·∂f/f².
func (s *search) count(y, f float64) float64 {
	d := s.slope.forecast
	p := len(d)
	e, by := y-f, -1.0
	if s.model.Relative {
		e /= f
		by = -y / (f * f)
		for k, v := range d {
			s.slope.logs[k] += v / f
		}
	}
	square := by * by
	for i, v := range d {
		if v == 0 {
			continue
		}
		s.grad[i] += by * e * v
		v *= square
		row := s.normal[i*p:][:p]
		for j := i; j < p; j++ {
			row[j] += v * d[j]
		}
	}
	return e * e
}

// relate brings in the geometric mean of the forecasts: ∂(e·g)/g = ∂e + e·∂log g.
func (s *search) relate(squares float64) {
	p := s.at.size
	mean := s.slope.logs
	for k := range mean {
		mean[k] /= float64(s.known)
	}
	for i := range p {
		for j := i; j < p; j++ {
			s.normal[i*p+j] += s.grad[i]*mean[j] + mean[i]*s.grad[j] + squares*mean[i]*mean[j]
		}
	}
	for i := range p {
		s.grad[i] += squares * mean[i]
	}
}

// update moves the derivatives over an error e with ∂e = -∂f; ds are those of the phase, nil without a season.
func (s *search) update(theta []float64, e float64, ds []float64, alpha, beta, gamma float64) {
	d := &s.slope
	for k, v := range d.forecast {
		d.level[k] -= alpha * v
	}
	d.level[0] += e
	if s.at.trend > 0 {
		for k, v := range d.forecast {
			d.trend[k] -= beta * v
		}
		d.trend[0] += theta[s.at.beta] * e
		d.trend[s.at.beta] += alpha * e
	}
	if ds != nil {
		for k, v := range d.forecast {
			ds[k] -= gamma * v
		}
		ds[0] -= theta[s.at.gamma] * e
		ds[s.at.gamma] += (1 - alpha) * e
	}
}

// updateMultiplied is update where the season is a factor: level and trend learn from u = e/factor, the factor from v = e/q.
func (s *search) updateMultiplied(theta []float64, e, q, factor float64, ds []float64, alpha, beta, gamma float64) {
	d := &s.slope
	u, v := e/factor, e/q
	for k, df := range d.forecast {
		du := -(df + u*ds[k]) / factor
		dv := -(df + v*d.level[k]) / q
		ds[k] += gamma * dv
		d.level[k] += alpha * du
		d.forecast[k] = du
	}
	d.level[0] += u
	if s.at.trend > 0 {
		for k, du := range d.forecast {
			d.trend[k] += beta * du
		}
		d.trend[0] += theta[s.at.beta] * u
		d.trend[s.at.beta] += alpha * u
	}
	ds[0] -= theta[s.at.gamma] * v
	ds[s.at.gamma] += (1 - alpha) * v
}
