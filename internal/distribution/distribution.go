// Package distribution answers one question: which distribution do the numbers that a network gives for a value tell of?
//
// A family has P parameters, each made of one number o of the network, so that any number will do (softplus(o) = log(1+eᵒ)):
//
//	normal             location o₀, scale softplus(o₁)
//	student_t          the same, and degrees of freedom 2 + softplus(o₂), so that there is a variance
//	negative_binomial  mean u·softplus(o₀), dispersion α = softplus(o₁)/√u, with the variance mean + α·mean² [1]
//	poisson            mean u·softplus(o₀)
//
// Values are scaled: of counts y is the count over its unit u, which is that of the window. Scales and means keep a least size, since a
// likelihood has no bound where they are 0.
//
// [1] Salinas, Flunkert, Gasthaus & Januschowski 2020, DeepAR: probabilistic forecasting with autoregressive recurrent networks, 3.1 and 3.3.
package distribution

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Family is a kind of distribution.
type Family uint8

// The families.
const (
	Normal Family = iota
	StudentT
	NegativeBinomial
	Poisson
)

var names = []string{"normal", "student_t", "negative_binomial", "poisson"}

func (f Family) String() string { return names[f] }

// Named is the family of a name.
func Named(name string) (f Family, ok bool) {
	for i, n := range names {
		if n == name {
			return Family(i), true
		}
	}
	return 0, false
}

// Outputs is how many numbers a network gives for each value: the parameters of the family of that name, else one a quantile, else one.
func Outputs(name string, quantiles int) int {
	if f, ok := Named(name); ok {
		return f.Parameters()
	}
	return max(1, quantiles)
}

// Parameters is P.
func (f Family) Parameters() int { return [...]int{2, 3, 2, 1}[f] }

// Counts says that values are whole numbers from 0 on.
func (f Family) Counts() bool { return f == NegativeBinomial || f == Poisson }

// The least sizes.
const (
	leastScale      = 1e-4 // in scaled units
	leastMean       = 1e-6 // likewise
	leastDispersion = 1e-4
	leastFreedom    = 2
)

// Loss is -log p(y) of a scaled value, and writes its slope by every number o [P] into slope, unless that is nil. unit is that of counts, and 1
// else. Of values that are spread on a line p is the density in scaled units.
func (f Family) Loss(o []float64, y, unit float64, slope []float64) float64 {
	if slope == nil {
		slope = make([]float64, len(o))
	}
	switch f {
	case Normal:
		return normalLoss(o, y, slope)
	case StudentT:
		return studentLoss(o, y, slope)
	case NegativeBinomial:
		return negativeBinomialLoss(o, y*unit, unit, slope)
	}
	return poissonLoss(o, y*unit, unit, slope)
}

func normalLoss(o []float64, y float64, slope []float64) float64 {
	scale := softplus(o[1]) + leastScale
	z := (y - o[0]) / scale
	slope[0] = -z / scale
	slope[1] = (1 - z*z) / scale * sigmoid(o[1])
	return z*z/2 + math.Log(scale) + math.Log(2*math.Pi)/2
}

func studentLoss(o []float64, y float64, slope []float64) float64 {
	scale, nu := softplus(o[1])+leastScale, softplus(o[2])+leastFreedom
	z := (y - o[0]) / scale
	tail := math.Log1p(z * z / nu)
	slope[0] = -(nu + 1) * z / (scale * (nu + z*z))
	slope[1] = (1 - (nu+1)*z*z/(nu+z*z)) / scale * sigmoid(o[1])
	slope[2] = (1/nu + mathext.Digamma(nu/2) - mathext.Digamma((nu+1)/2) + tail - (nu+1)*z*z/(nu*(nu+z*z))) / 2 * sigmoid(o[2])
	return math.Log(scale) + math.Log(nu*math.Pi)/2 + logGamma(nu/2) - logGamma((nu+1)/2) + (nu+1)/2*tail
}

// negativeBinomialLoss is that of count k: with r = 1/α, log Γ(r) + log Γ(k+1) - log Γ(k+r) + r·log(1+m/r) + k·log(1+r/m).
func negativeBinomialLoss(o []float64, k, unit float64, slope []float64) float64 {
	m, alpha := meanOf(o, unit), dispersionOf(o, unit)
	r := 1 / alpha
	slope[0] = (m - k) / (m * (1 + alpha*m)) * unit * sigmoid(o[0])
	byR := mathext.Digamma(r) - mathext.Digamma(k+r) + math.Log1p(m/r) + (k-m)/(r+m)
	slope[1] = -r * r * byR * sigmoid(o[1]) / math.Sqrt(unit)
	return logGamma(r) + logGamma(k+1) - logGamma(k+r) + r*math.Log1p(m/r) + k*math.Log1p(r/m)
}

func poissonLoss(o []float64, k, unit float64, slope []float64) float64 {
	m := meanOf(o, unit)
	slope[0] = (1 - k/m) * unit * sigmoid(o[0])
	return m - k*math.Log(m) + logGamma(k+1)
}

// meanOf is the mean of a count.
func meanOf(o []float64, unit float64) float64 { return unit * (softplus(o[0]) + leastMean) }

// dispersionOf is α.
func dispersionOf(o []float64, unit float64) float64 {
	return softplus(o[1])/math.Sqrt(unit) + leastDispersion
}

// softplus is log(1+eᵒ) without overflow.
func softplus(o float64) float64 { return max(o, 0) + math.Log1p(math.Exp(-math.Abs(o))) }

// sigmoid is its slope.
func sigmoid(o float64) float64 { return 1 / (1 + math.Exp(-o)) }

// Inverse is the o of which softplus(o) is v > 0.
func Inverse(v float64) float64 { return v + math.Log(-math.Expm1(-v)) }

func logGamma(x float64) float64 {
	v, _ := math.Lgamma(x)
	return v
}

// usualFreedom is what the degrees of freedom start at.
const usualFreedom = 8

// Start are numbers o [P] of which the distribution lies around location, in scaled units, with errors of this standard deviation; slope is by how
// much o₀ changes with the location near to it. Of a negative binomial distribution the dispersion starts at softplus(0).
func (f Family) Start(location, deviation float64) (o []float64, slope float64) {
	o, slope = make([]float64, f.Parameters()), 1
	if f.Counts() {
		mean := max(location, leastStart)
		o[0], slope = Inverse(mean), -1/math.Expm1(-mean)
		return o, slope
	}
	o[0] = location
	if f == StudentT {
		deviation *= math.Sqrt((usualFreedom - 2.0) / usualFreedom)
		o[2] = Inverse(usualFreedom - leastFreedom)
	}
	o[1] = Inverse(max(deviation, 2*leastScale))
	return o, slope
}

// leastStart is the least mean that a slope is taken at: it is steep at 0.
const leastStart = 0.2
