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
