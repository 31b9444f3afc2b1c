package train

import (
	"gorgonia.org/gorgonia"

	"recur/configs"
	"recur/graph"
)

// sgd is plain gradient descent: w ← w − rate·(g + decay·w), as torch.optim.SGD without momentum.
type sgd[F Float] struct {
	moments[F] // none, but the number of steps
	rate       float64
}

func newSGD[F Float](c configs.Train) *sgd[F] {
	return &sgd[F]{moments: newMoments[F](c, "sgd"), rate: c.LearningRate}
}

func (s *sgd[F]) SetLearningRate(rate float64) { s.rate = rate }

// Step updates every parameter of the model in place.
func (s *sgd[F]) Step(model []gorgonia.ValueGrad) error {
	s.steps++
	rate := F(s.rate)
	for _, n := range model {
		w, g, slot, err := s.bind(n)
		if err != nil {
			return err
		}
		if rows, ok := rowsOf[F](n); ok {
			graph.SGDRows(w, rows, nil, s.rate, 0, s.decayOf(slot), false)
			continue
		}
		addDecay(g, w, s.decayOf(slot))
		for i := range w {
			w[i] -= rate * g[i]
		}
	}
	return nil
}
