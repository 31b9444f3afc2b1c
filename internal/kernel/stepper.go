package kernel

// Stepper runs one sequence one step at a time, for streaming. It keeps a copy
// of the weights in the form that the products want and serves one goroutine
// at a time.
type Stepper[F Float] struct {
	l *Layer[F]
	w Weights[F] // of a layer with Norm, which reads its gains and biases where they lie
}

// NewStepper copies the weights w of a cell with I inputs and H units.
// A weight of layer norm makes it a cell with Norm, whose gains and biases are not copied.
func NewStepper[F Float](c Cell, a Activation, I, H int, w Weights[F]) *Stepper[F] {
	l := NewLayer[F](Spec{Cell: c, Nonlinearity: a, T: 1, B: 1, I: I, H: H, Norm: w.GainX != nil})
	l.spec.checkWeights("weight", len(w.IH), len(w.HH), len(w.BIH), len(w.BHH), false)
	l.packForward(w)
	return &Stepper[F]{l, w}
}

// Step reads x [I] and moves the state h [H], and c [H] of an LSTM, in place.
func (s *Stepper[F]) Step(x, h, c []F) {
	l := s.l
	need("step: x", x, l.spec.I, false)
	need("step: h", h, l.spec.H, false)
	need("step: c", c, l.spec.H, l.spec.Cell != LSTM)
	if l.norm != nil {
		l.norm.forward(s.w, Input[F]{X: x, H0: h, C0: c}, Output[F]{HN: h, CN: c})
		return
	}
	l.in = Input[F]{X: x, H0: h, C0: c}
	l.out = Output[F]{HN: h, CN: c}
	l.forwardChunk(0, 0)
	l.in, l.out = Input[F]{}, Output[F]{}
}
