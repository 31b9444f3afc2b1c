package train

import (
	"gorgonia.org/gorgonia"

	"recur/configs"
	"recur/graph"
)

// momentum is gradient descent with a heavy ball, as torch.optim.SGD(momentum=µ, dampening=0):
//
//	b ← µ·b + (g + decay·w)
//	w ← w − rate·b, or with nesterov [1] w ← w − rate·(g + decay·w + µ·b)
//
// [1] Sutskever et al., On the importance of initialization and momentum in deep learning, 2013.
type momentum[F Float] struct {
	moments[F]
	rate, mu float64
	nesterov bool
}

func newMomentum[F Float](c configs.Train) *momentum[F] {
	return &momentum[F]{moments: newMoments[F](c, "momentum", "velocity"), rate: c.LearningRate, mu: c.Momentum, nesterov: c.Nesterov}
}

func (s *momentum[F]) SetLearningRate(rate float64) { s.rate = rate }

// SetMomentum changes µ.
func (s *momentum[F]) SetMomentum(mu float64) { s.mu = mu }

// Step updates every parameter of the model in place.
func (s *momentum[F]) Step(model []gorgonia.ValueGrad) error {
	s.steps++
	rate, mu := F(s.rate), F(s.mu)
	for _, n := range model {
		w, g, slot, err := s.bind(n)
		if err != nil {
			return err
		}
		if rows, ok := rowsOf[F](n); ok {
			graph.SGDRows(w, rows, slot.values[0], s.rate, s.mu, s.decayOf(slot), s.nesterov)
			continue
		}
		addDecay(g, w, s.decayOf(slot))
		b := slot.values[0]
		if s.nesterov {
			for i := range w {
				b[i] = mu*b[i] + g[i]
				w[i] -= rate * (g[i] + mu*b[i])
			}
			continue
		}
		for i := range w {
			b[i] = mu*b[i] + g[i]
			w[i] -= rate * b[i]
		}
	}
	return nil
}
