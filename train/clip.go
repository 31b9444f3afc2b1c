package train

import (
	"math"

	"recur/graph"
)

// gradientNorm returns the Euclidean norm over all gradients taken as one vector. When it isn't finite, bad is the index of
// the first gradient that has a NaN or an infinity (or whose squares overflow), else -1.
func gradientNorm[F Float](gradients [][]F) (norm float64, bad int) {
	var sum float64
	for _, g := range gradients {
		sum += graph.SumSquares(g)
	}
	if norm = math.Sqrt(sum); finite(norm) {
		return norm, -1
	}
	for i, g := range gradients {
		if !finite(graph.SumSquares(g)) {
			return norm, i
		}
	}
	return norm, 0 // each is finite, their sum overflows
}

// clip scales all gradients by limit/(norm + 1e-6) when that is below one, as torch.nn.utils.clip_grad_norm_ does.
func clip[F Float](gradients [][]F, norm, limit float64) {
	scale := limit / (norm + 1e-6)
	if scale >= 1 {
		return
	}
	for _, g := range gradients {
		graph.Scale(F(scale), g)
	}
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
