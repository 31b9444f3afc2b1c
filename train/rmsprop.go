package train

import (
	"gorgonia.org/gorgonia"

	"recur/configs"
)

// rmsprop divides the gradient by a running root mean square of itself [1], as torch.optim.RMSprop (not centred, no momentum), with
// epsilon outside the root:
//
//	v ← α·v + (1−α)·g²
//	w ← w − rate·g/(√v + ε)
//
// [1] Tieleman and Hinton, Lecture 6.5 of Neural Networks for Machine Learning, 2012.
type rmsprop[F Float] struct {
	moments[F]
	rate, alpha, epsilon float64
}

func newRMSProp[F Float](c configs.Train) *rmsprop[F] {
	return &rmsprop[F]{moments: newMoments[F](c, "rmsprop", "v"),
		rate: c.LearningRate, alpha: c.Alpha, epsilon: c.Epsilon}
}

func (s *rmsprop[F]) SetLearningRate(rate float64) { s.rate = rate }

// Step updates every parameter of the model in place.
func (s *rmsprop[F]) Step(model []gorgonia.ValueGrad) error {
	s.steps++
	for _, n := range model {
		w, g, slot, err := s.bind(n)
		if err != nil {
			return err
		}
		v, decay := slot.values[0], s.decayOf(slot)
		rows, ok := rowsOf[F](n)
		if !ok {
			s.step(w, g, v, decay)
		}
		for i, k := range rows.Of {
			e := len(rows.Values) / len(rows.Of)
			s.step(w[k*e:][:e], rows.Values[i*e:][:e], v[k*e:][:e], decay)
		}
	}
	return nil
}

// step updates some weights with their gradients and running squares.
func (s *rmsprop[F]) step(w, g, v []F, decay float64) {
	rate, alpha, rest, epsilon := F(s.rate), F(s.alpha), F(1-s.alpha), F(s.epsilon)
	addDecay(g, w, decay)
	for i := range w {
		v[i] = alpha*v[i] + rest*g[i]*g[i]
		w[i] -= rate * g[i] / (sqrt(v[i]) + epsilon)
	}
}
