package kernel

// Stepper runs one sequence one step at a time, for streaming. It keeps the
// weights in a form of its own and serves one goroutine at a time.
type Stepper[F Float] struct {
	l *Layer[F]
	w Weights[F]
}

// NewStepper copies the weights w of a cell with I inputs and H units.
func NewStepper[F Float](c Cell, a Activation, I, H int, w Weights[F]) *Stepper[F] {
	l := NewLayer[F](Spec{Cell: c, Nonlinearity: a, T: 1, B: 1, I: I, H: H})
	l.Spec.checkWeights("weight", len(w.IH), len(w.HH), len(w.BIH), len(w.BHH), false)
	return &Stepper[F]{l, Weights[F]{clone(w.IH), clone(w.HH), clone(w.BIH), clone(w.BHH)}}
}

func clone[F Float](x []F) []F { return append([]F(nil), x...) }

// Step reads x [I] and moves the state h [H], and c [H] of an LSTM, in place.
func (s *Stepper[F]) Step(x, h, c []F) {
	s.l.Forward(s.w, Input[F]{X: x, H0: h, C0: c}, Output[F]{HN: h, CN: c})
}
