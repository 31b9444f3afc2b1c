package train

import (
	"gorgonia.org/gorgonia"

	"recur/configs"
	"recur/graph"
)

// momentum is gradient descent with a heavy ball, as torch.optim.SGD(momentum=µ, dampening=0, nesterov=False):
//
//	b ← µ·b + (g + decay·w)
//	w ← w − rate·b
type momentum[F Float] struct {
	moments[F]
	rate, decay, mu float64
}

func newMomentum[F Float](c configs.Train) *momentum[F] {
	return &momentum[F]{moments: newMoments[F]("momentum", "velocity"), rate: c.LearningRate, decay: c.WeightDecay, mu: c.Momentum}
}

func (s *momentum[F]) SetLearningRate(rate float64) { s.rate = rate }

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
			graph.SGDRows(w, rows, slot.values[0], s.rate, s.mu, s.decay)
			continue
		}
		addDecay(g, w, s.decay)
		b := slot.values[0]
		for i := range w {
			b[i] = mu*b[i] + g[i]
			w[i] -= rate * b[i]
		}
	}
	return nil
}
