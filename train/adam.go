package train

import (
	"math"

	"gorgonia.org/gorgonia"

	"recur/configs"
	"recur/graph"
)

// adam is Adam [1] with PyTorch's order of operations (torch.optim.Adam). At step t:
//
//	g ← g + decay·w
//	m ← β₁·m + (1−β₁)·g
//	v ← β₂·v + (1−β₂)·g²
//	w ← w − rate/(1−β₁ᵗ) · m / (√v/√(1−β₂ᵗ) + ε)
//
// [1] Kingma and Ba, Adam: a method for stochastic optimization, 2015.
type adam[F Float] struct {
	moments[F]
	rate, beta1, beta2, epsilon float64
	decoupled                   bool // adamw: the decay shrinks the weights and stays out of the moments
}

func newAdam[F Float](c configs.Train) *adam[F] {
	return &adam[F]{moments: newMoments[F](c, "adam", "m", "v"),
		rate: c.LearningRate, beta1: c.Betas[0], beta2: c.Betas[1], epsilon: c.Epsilon}
}

func (s *adam[F]) SetLearningRate(rate float64) { s.rate = rate }

// SetMomentum changes β₁, also in the correction of the steps before, as PyTorch's schedules do.
func (s *adam[F]) SetMomentum(mu float64) { s.beta1 = mu }

// Step updates every parameter of the model in place.
func (s *adam[F]) Step(model []gorgonia.ValueGrad) error {
	s.steps++
	c1 := 1 - math.Pow(s.beta1, float64(s.steps))
	c2 := 1 - math.Pow(s.beta2, float64(s.steps))
	for _, n := range model {
		w, g, slot, err := s.bind(n)
		if err != nil {
			return err
		}
		penalty, decoupled := s.decayOf(slot), 0.0
		if s.decoupled {
			penalty, decoupled = decoupled, penalty
		}
		if rows, ok := rowsOf[F](n); ok {
			if penalty != 0 {
				graph.DecayRows(rows, w, penalty)
			}
			graph.AdamRows(w, rows, slot.values[0], slot.values[1], s.rate, s.beta1, s.beta2, s.epsilon, c1, c2, decoupled)
			continue
		}
		addDecay(g, w, penalty)
		graph.AdamStep(w, g, slot.values[0], slot.values[1], s.rate, s.beta1, s.beta2, s.epsilon, c1, c2, decoupled)
	}
	return nil
}
