package ets

import "math"

// Mixture is the models that may have made a series, each with its Akaike weight w ∝ exp(-ΔAICc/2) [3]: the mean of their
// forecasts by these weights is more accurate than the forecast of the one with the lowest AICc [4], which another few values
// would have changed.
//
// [3] Burnham & Anderson 2002, Model selection and multimodel inference, section 2.9.
// [4] Kolassa 2011, Combining exponential smoothing forecasts using Akaike weights.
type Mixture struct {
	Fits    []Fit     // by AICc, the lowest first
	Weights []float64 // of the fits; their sum is 1
	States  []State   // after the values that were seen
}

// leastWeight is of a model that is left out, relative to the best one.
const leastWeight = 0.01

// mostRelative is the largest deviation of relative errors that Mix lets pass.
const mostRelative = 1.0 / 3

// Mix weighs the models that suit y as Of does, with each of the seasons. Two kinds that a likelihood of one step ahead may prefer are left out, since
// their forecasts of many are far off: a line with relative errors, whose slope makes up for what skewed errors take away, and relative
// errors with a deviation above a third, which would have made values below 0 (three of them). Where a season above LongestJoint shows beside
// the line of y (Seasonal), models without a season are left out too: they follow a smooth season from step to step, at a lower AICc
// than one with 52 first states has, and know nothing of its turns many steps ahead.
func (s *Fits) Mix(y []float64, seasons ...int) *Mixture {
	if len(seasons) == 0 {
		seasons = []int{1}
	}
	x := &Mixture{Fits: s.all(y, seasons, -2*math.Log(leastWeight), true)}
	sum := 0.0
	for i := range x.Fits {
		w := 1.0
		if i > 0 {
			w = math.Exp((x.Fits[0].AICc - x.Fits[i].AICc) / 2)
		}
		sum += w
		x.Weights = append(x.Weights, w)
		x.States = append(x.States, x.Fits[i].Last.Clone())
	}
	for i := range x.Weights {
		x.Weights[i] /= sum
	}
	return x
}

// Step moves all models on by a value, their parameters as they are; NaN is a missing one.
func (x *Mixture) Step(y float64) {
	for i := range x.Fits {
		x.Fits[i].Step(&x.States[i], y)
	}
}

// Forecast writes the mean for every step after the values that were seen into out, and, where it is not nil, the variance into
// variance [len(out)]: the mean of those of the models, and of how far they are apart.
func (x *Mixture) Forecast(out, variance []float64) {
	means, spread := make([][]float64, len(x.Fits)), make([]float64, len(variance))
	clear(out)
	for i := range x.Fits {
		means[i] = make([]float64, len(out))
		x.Fits[i].Forecast(x.States[i], means[i])
		for h, v := range means[i] {
			out[h] += x.Weights[i] * v
		}
	}
	clear(variance)
	for i := range x.Fits {
		x.Fits[i].Variances(x.States[i], spread)
		for h := range variance {
			apart := means[i][h] - out[h]
			variance[h] += x.Weights[i] * (spread[h] + apart*apart)
		}
	}
}
