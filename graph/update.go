package graph

import "recur/internal/kernel"

// The passes over weights and gradients that a solver makes, at the speed of the kernels.

// AdamStep makes one step of Adam or AdamW in place; see kernel.AdamStep for the formula and the factors.
func AdamStep[F kernel.Float](w, g, m, v []F, rate, beta1, beta2, epsilon, c1, c2, decay float64) {
	kernel.AdamStep(w, g, m, v, rate, beta1, beta2, epsilon, c1, c2, decay)
}

// SumSquares returns Σ x², summed in float64.
func SumSquares[F kernel.Float](x []F) float64 { return kernel.SumSquares(x) }

// Scale multiplies every x by a.
func Scale[F kernel.Float](a F, x []F) { kernel.Scale(a, x) }

// AdamRows makes one step of Adam or AdamW on the rows of a table that g names; see kernel.AdamRows.
func AdamRows[F kernel.Float](w []F, g Rows[F], m, v []F, rate, beta1, beta2, epsilon, c1, c2, decay float64) {
	kernel.AdamRows(w, g, m, v, rate, beta1, beta2, epsilon, c1, c2, decay)
}

// SGDRows makes one step of gradient descent, with the velocity unless it is nil, on the rows of a table that g names; see kernel.SGDRows.
func SGDRows[F kernel.Float](w []F, g Rows[F], velocity []F, rate, momentum, decay float64, nesterov bool) {
	kernel.SGDRows(w, g, velocity, rate, momentum, decay, nesterov)
}

// DecayRows adds decay·w to the rows of a gradient; see kernel.DecayRows.
func DecayRows[F kernel.Float](g Rows[F], w []F, decay float64) { kernel.DecayRows(g, w, decay) }

// Average is e ← e + share·(w − e).
func Average[F kernel.Float](e, w []F, share float64) { kernel.Average(e, w, share) }

// AddScaled is sum ← sum + a·x.
func AddScaled[F kernel.Float](sum, x []F, a float64) { kernel.AddScaled(sum, x, a) }
