package ets

import "math"

// How descend goes on.
const (
	mostRounds  = 40
	firstDamp   = 1e-2
	mostDamp    = 1e8
	closeEnough = 1e-3 // of -2·log likelihood, in which one that is not worth telling apart from another is far more
	hope        = 30   // times what a round has gained: what the rounds after it may gain together
)

// descend improves s.theta by the method of Levenberg and Marquardt [5] within the bounds, and returns its loss. It gives up
// where the loss is not to be expected below most.
//
// [5] Marquardt 1963, An algorithm for least-squares estimation of nonlinear parameters.
func (s *search) descend(loss, most float64) float64 {
	damp := firstDamp
	for range mostRounds {
		s.equations(s.theta)
		better := loss
		for damp <= mostDamp {
			if !s.solve(damp) {
				damp *= 10
				continue
			}
			better = s.loss(s.trial)
			if better < loss {
				break
			}
			damp *= 4
		}
		if !(better < loss) {
			return loss
		}
		s.theta, s.trial = s.trial, s.theta
		gain := loss - better
		loss = better
		damp = max(damp/10, 1e-9)
		if gain < closeEnough || loss-hope*gain > most {
			return loss
		}
	}
	return loss
}

// solve writes θ + δ into s.trial, with δ of (N + damp·diag N)·δ = -g among the parameters that are free; one that would leave its
// bounds goes to the bound, and the others anew with that.
func (s *search) solve(damp float64) bool {
	p := s.at.size
	clear(s.held[:p])
	clear(s.move[:p])
	for k := range s.at.level {
		low, high := s.bounds(k)
		s.held[k] = s.theta[k] <= low && s.grad[k] > 0 || s.theta[k] >= high && s.grad[k] < 0
	}
	for range s.at.level + 1 {
		if !s.solveFree(damp) {
			return false
		}
		again := false
		for k := range s.at.level {
			low, high := s.bounds(k)
			if to := s.theta[k] + s.move[k]; !s.held[k] && (to < low || to > high) {
				s.held[k], again = true, true
				s.move[k] = min(max(to, low), high) - s.theta[k]
			}
		}
		if !again {
			break
		}
	}
	for k := range p {
		s.trial[k] = s.theta[k] + s.move[k]
	}
	for k := range s.at.level {
		low, high := s.bounds(k)
		s.trial[k] = min(max(s.trial[k], low), high)
	}
	return true
}

// solveFree solves for the parameters that are not held by a Cholesky factor, given the moves of those that are.
func (s *search) solveFree(damp float64) bool {
	p := s.at.size
	for i := range p {
		row := s.factor[i*p:][:p]
		if s.held[i] {
			clear(row)
			row[i] = 1
			continue
		}
		copy(row[i:], s.normal[i*p+i:(i+1)*p])
		if row[i] *= 1 + damp; row[i] == 0 { // nothing depends on it here
			row[i] = 1
		}
		right := -s.grad[i]
		for j := range p {
			if s.held[j] {
				right -= s.normal[min(i, j)*p+max(i, j)] * s.move[j]
				if j > i {
					row[j] = 0
				}
			}
		}
		s.move[i] = right
	}
	return cholesky(s.factor, s.move, s.held, p)
}

// cholesky solves A·x = b in place by A = UᵀU, A's upper triangle given, for symmetric positive definite A [p,p]; entries of x that
// are held keep their values, their rows and columns being those of the identity.
func cholesky(a, x []float64, held []bool, p int) bool {
	for i := range p {
		row := a[i*p:][:p]
		if !(row[i] > 0) {
			return false
		}
		root := 1 / math.Sqrt(row[i])
		for j := i; j < p; j++ {
			row[j] *= root
		}
		for k := i + 1; k < p; k++ {
			v := row[k]
			if v == 0 {
				continue
			}
			below := a[k*p:][:p]
			for j := k; j < p; j++ {
				below[j] -= v * row[j]
			}
		}
	}
	for i := range p {
		if held[i] {
			continue
		}
		row := a[i*p:][:p]
		x[i] /= row[i]
		for j := i + 1; j < p; j++ {
			if !held[j] {
				x[j] -= row[j] * x[i]
			}
		}
	}
	for i := p - 1; i >= 0; i-- {
		if held[i] {
			continue
		}
		row := a[i*p:][:p]
		for j := i + 1; j < p; j++ {
			if !held[j] {
				x[i] -= row[j] * x[j]
			}
		}
		x[i] /= row[i]
	}
	return true
}
