package predict

import (
	"errors"
	"math"

	"recur/internal/kernel"
)

// Listener reads an utterance while it comes: what the networks say of a step is told as soon as the frames that it reads are there. The
// state is carried, so that nothing is read twice however long it goes on. It is for one goroutine.
type Listener struct {
	voices []listening
	ahead  [][][]float64 // of each network the chances of steps that not all have told
}

// listening is one network of a Listener.
type listening interface {
	// write reads frames [t,D]; close says that none follow. emit gets the chances of each step that is complete.
	write(frames []float32, emit func(chances []float64))
	close(emit func(chances []float64))
}

// Listen begins an utterance of networks that hear what is said, which say every step together: their chances are averaged. A network that
// reads backwards too can't, since it would need the end.
func Listen(all []*Model) (*Listener, error) {
	l := &Listener{ahead: make([][][]float64, len(all))}
	for _, m := range all {
		switch {
		case m.State.Sounds == nil:
			return nil, errors.New("predict: listen: the network hears nothing; its task is " + m.Config.Task)
		case m.Config.Model.Bidirectional:
			return nil, errors.New("predict: listen: the network reads every utterance from its end too (model.bidirectional: true), which is not there yet while one listens; train with model.bidirectional: false")
		}
		l.voices = append(l.voices, m.net.listening())
	}
	return l, nil
}

// Write reads frames [t,D] and gives the logarithms of the chances of the steps that are complete now, [R][C].
func (l *Listener) Write(frames []float32) [][]float64 {
	for i, v := range l.voices {
		v.write(frames, l.take(i))
	}
	return l.told()
}

// Close gives the last steps, which had waited for more frames.
func (l *Listener) Close() [][]float64 {
	for i, v := range l.voices {
		v.close(l.take(i))
	}
	return l.told()
}

func (l *Listener) take(voice int) func([]float64) {
	return func(chances []float64) { l.ahead[voice] = append(l.ahead[voice], chances) }
}

// told are the steps that all networks have told.
func (l *Listener) told() (steps [][]float64) {
	n := len(l.ahead[0])
	for _, a := range l.ahead {
		n = min(n, len(a))
	}
	for t := range n {
		step := make([]float64, len(l.ahead[0][t]))
		for _, a := range l.ahead {
			for c, p := range a[t] {
				step[c] += p
			}
		}
		for c, p := range step {
			step[c] = math.Log(p / float64(len(l.ahead)))
		}
		steps = append(steps, step)
	}
	for i, a := range l.ahead {
		l.ahead[i] = a[n:]
	}
	return steps
}

// hearing is the forward pass of a network step by step, the state carried.
type hearing[F kernel.Float] struct {
	n      *network[F]
	front  []*convStream[F]
	layers []*kernel.Stepper[F]
	h, c   [][]F // of each layer [H]
	u, z   []F   // [E] of the encoder; [C]
	x      []F   // [D]
}

func (n *network[F]) listening() listening {
	h := n.model.HiddenSize
	s := &hearing[F]{n: n, u: make([]F, n.model.EncoderSize), z: make([]F, n.outputs), x: make([]F, n.inputs)}
	inputs := n.width()
	for i, l := range n.model.Front {
		s.front = append(s.front, newConvStream(convSpec(l.Conv, 1, inputs), n.front[i]))
		inputs = l.Conv.Channels
	}
	for l, dirs := range n.layers {
		s.layers = append(s.layers, kernel.NewStepper(cellOf(n.model), activationOf(n.model.Elman.Nonlinearity), n.reads(l), h, dirs[0].weights))
		s.h, s.c = append(s.h, make([]F, h)), append(s.c, make([]F, h))
		copy(s.h[l], dirs[0].h0)
		copy(s.c[l], dirs[0].c0)
	}
	return s
}

func (s *hearing[F]) write(frames []float32, emit func([]float64)) {
	for at := 0; at < len(frames); at += len(s.x) {
		for i := range s.x {
			s.x[i] = F(frames[at+i])
		}
		s.from(0, s.x, emit)
	}
}

func (s *hearing[F]) close(emit func([]float64)) {
	for k, c := range s.front {
		c.close(func(y []F) { s.from(k+1, y, emit) })
	}
}

// from takes a step that goes into layer k of the front, or out of it.
func (s *hearing[F]) from(k int, x []F, emit func([]float64)) {
	if k < len(s.front) {
		s.front[k].write(x, func(y []F) { s.from(k+1, y, emit) })
		return
	}
	n, h := s.n, s.n.model.HiddenSize
	if e := n.model.EncoderSize; e > 0 {
		kernel.LinearForward(nil, kernel.ReLU, 1, n.channels(), e, x, n.encoder.weight, n.encoder.bias, s.u)
		x = s.u
	}
	for l, layer := range s.layers {
		layer.Step(x, s.h[l], s.c[l])
		x = s.h[l]
	}
	kernel.LinearForward(nil, kernel.Identity, 1, h, n.outputs, x, n.head.weight, n.head.bias, s.z)
	var top, sum [1]F
	kernel.Softmax(1, n.outputs, s.z, top[:], sum[:])
	chances := make([]float64, n.outputs)
	for i, v := range s.z {
		chances[i] = float64(v)
	}
	emit(chances)
}

// convStream runs one layer of the front over a sequence of unknown length: what lies before it and behind it is zero, as in a whole one.
type convStream[F kernel.Float] struct {
	spec     kernel.ConvSpec
	layer    *kernel.Conv[F] // of the steps that one result reads
	weights  kernel.ConvWeights[F]
	span     int // those steps
	every    int // steps between the first ones of two results
	before   int // zeros that the sequence begins with
	seen     []F // steps from the first one of the next result on
	skip     int // steps that come before it
	came, at int // steps that came; results that were given
	y        []F // [C']
}

func newConvStream[F kernel.Float](spec kernel.ConvSpec, w kernel.ConvWeights[F]) *convStream[F] {
	one := spec
	one.Padding = kernel.Valid
	one.T = one.Least()
	c := &convStream[F]{spec: spec, layer: kernel.NewConv[F](one), weights: w, span: one.T, every: spec.Stride, before: -spec.From(0, 0), y: make([]F, spec.Out)}
	if spec.Pooling != kernel.NoPooling {
		c.every *= spec.PoolStride
	}
	c.seen = make([]F, c.before*spec.C)
	return c
}

// write takes a step [C]; emit gets the result that is complete with it, if any, which is valid until the next one.
func (c *convStream[F]) write(x []F, emit func([]F)) {
	c.came++
	c.push(x, emit)
}

func (c *convStream[F]) push(x []F, emit func([]F)) {
	if c.skip > 0 {
		c.skip--
		return
	}
	if c.seen = append(c.seen, x...); len(c.seen) < c.span*c.spec.C {
		return
	}
	c.layer.Forward(c.weights, c.seen, nil, c.y)
	c.at++
	have := c.span
	c.skip = max(0, c.every-have)
	c.seen = c.seen[:copy(c.seen, c.seen[min(c.every, have)*c.spec.C:])]
	emit(c.y)
}

// close gives the results that read behind the end.
func (c *convStream[F]) close(emit func([]F)) {
	for zero := make([]F, c.spec.C); c.at < c.spec.Steps(c.came); {
		c.push(zero, emit)
	}
}
