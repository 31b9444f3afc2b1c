package ets

// Variances writes the variance of every step of the forecasts from a state into out [1, chapter 6]: exact but for a season that is
// multiplied, after the first season ahead, where squares of γ·σ are left out.
func (f *Fit) Variances(from State, out []float64) {
	if len(out) == 0 {
		return
	}
	weights := make([]float64, len(out)) // c_1, c_2, …: what the error of a step moves those j steps later by
	path, power := 0.0, 1.0
	for j := range weights {
		power *= f.Phi
		path += power
		weights[j] = f.Alpha + f.Beta*path
		if m := len(from.Season); f.Season == Added && (j+1)%m == 0 {
			weights[j] += f.Gamma
		}
	}
	if f.Relative {
		f.relativeVariances(from, weights, out)
		return
	}
	sum := 1.0
	for h := range out {
		out[h] = f.Variance * sum
		sum += weights[h] * weights[h]
	}
}

// relativeVariances are those of relative errors: with θ_h = μ_h² + σ²·Σ c_j²·θ_{h-j} the variance is (1+σ²)·θ_h - μ_h², μ the forecast. A
// season that is multiplied stands outside: μ is without it, and its own error moves the value a season later in proportion to μ there.
func (f *Fit) relativeVariances(from State, weights, out []float64) {
	plain, m := *f, len(from.Season)
	if f.Season == Multiplied {
		plain.Season = None
	}
	mean, theta := make([]float64, len(out)), make([]float64, len(out))
	plain.Forecast(from, mean)
	for h := range out {
		theta[h] = mean[h] * mean[h]
		for j := range h {
			c := weights[j]
			if before := mean[h-1-j]; f.Season == Multiplied && (j+1)%m == 0 && before != 0 {
				c += f.Gamma * mean[h] / before
			}
			theta[h] += f.Variance * c * c * theta[h-1-j]
		}
		if out[h] = (1+f.Variance)*theta[h] - mean[h]*mean[h]; f.Season == Multiplied {
			factor := from.Season[(from.Next+h)%m]
			out[h] *= factor * factor
		}
	}
}
