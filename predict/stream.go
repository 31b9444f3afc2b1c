package predict

import (
	"fmt"

	"recur/data"
	"recur/internal/kernel"
)

// Stream carries the hidden state from row to row: each new observation costs one step of the network instead of a whole
// window. It is not safe for concurrent use; open one for each sequence.
type Stream struct {
	scaler  data.Scaler
	targets int
	levels  int                      // numbers for each value: one a quantile
	step    func(row, out []float64) // both in scaled units
	reset   func()
	row     []float64
	out     []float64
}

// Stream begins a stream with a zero (or the learned) state. series names the series whose scaler applies; "" is the first.
// A bidirectional network reads the future, so it can't stream; neither can one whose windows are centred.
func (m *Model) Stream(series string) (*Stream, error) {
	switch {
	case m.State.Text != nil:
		return nil, fmt.Errorf("predict: a network of text reads symbols, not rows of numbers")
	case m.State.Labelled != nil:
		return nil, fmt.Errorf("predict: a network of labelled sequences reads them to their end and can't stream")
	case m.Config.Recipe == "global":
		return nil, fmt.Errorf("predict: recipe global makes every window ready as a whole and can't stream; train with recipe: plain")
	case m.Config.Model.Bidirectional:
		return nil, fmt.Errorf("predict: a bidirectional network reads each window to its end and can't stream; train with model.bidirectional: false")
	case !m.Config.Model.Aligned():
		return nil, fmt.Errorf("predict: a convolution of model.front makes no step of each row, or reads later ones, and can't stream; train with padding: causal, stride: 1 and no pool")
	case m.Config.Data.Center != "none":
		return nil, fmt.Errorf("predict: data.center: %s needs the whole window and can't stream; train with data.center: none", m.Config.Data.Center)
	}
	s := &Stream{targets: len(m.State.Targets), levels: max(1, len(m.Config.Model.Quantiles)), row: make([]float64, m.State.Reads())}
	s.out = make([]float64, m.Config.Data.Horizon*s.targets*s.levels)
	for i, state := range m.State.Series {
		if state.Name == series || series == "" && i == 0 {
			s.scaler = state.Scaler
			s.step, s.reset = m.net.stepper()
			s.Reset()
			return s, nil
		}
	}
	return nil, fmt.Errorf("predict: there is no series %q in the checkpoint", series)
}

// Reset sets the state back to the beginning of a sequence.
func (s *Stream) Reset() { s.reset() }

// Step reads one row [targets, then covariates] in the units of the data and returns the forecast [Hz·K·Q] after it, in the
// same units, the quantiles of a value side by side. The slice is valid until the next call.
func (s *Stream) Step(row []float64) ([]float64, error) {
	if len(row) != len(s.row) {
		return nil, fmt.Errorf("predict: stream: got a row of %d values, want %d", len(row), len(s.row))
	}
	for i, v := range row {
		if v-v != 0 {
			return nil, fmt.Errorf("predict: stream: value %d of the row is %v; fill it in first", i, v)
		}
		s.row[i] = (v - s.scaler.Offset[i]) / s.scaler.Scale[i]
	}
	s.step(s.row, s.out)
	for i := range s.out {
		k := i / s.levels % s.targets
		s.out[i] = s.out[i]*s.scaler.Scale[k] + s.scaler.Offset[k]
	}
	return s.out, nil
}

// stepper returns a function that moves the state on by one row, and one that sets it back.
func (n *network[F]) stepper() (step func(row, out []float64), reset func()) {
	h := n.model.HiddenSize
	var layers []*kernel.Stepper[F]
	hs, cs := make([][]F, len(n.layers)), make([][]F, len(n.layers))
	for l, dirs := range n.layers {
		layers = append(layers, kernel.NewStepper(cellOf(n.model), activationOf(n.model.Elman.Nonlinearity), n.reads(l), h, dirs[0].weights))
		hs[l], cs[l] = make([]F, h), make([]F, h)
	}
	front := n.convSteppers()
	e := n.model.EncoderSize
	x, u, y, given := make([]F, n.inputs), make([]F, e), make([]F, n.outputs), make([]float64, n.outputs)
	step = func(row, out []float64) {
		for i, v := range row {
			x[i] = F(v)
		}
		from := x
		for _, c := range front {
			from = c.step(from)
		}
		if e > 0 {
			kernel.LinearForward(nil, kernel.ReLU, 1, n.channels(), e, from, n.encoder.weight, n.encoder.bias, u)
			from = u
		}
		for l, s := range layers {
			s.Step(from, hs[l], cs[l])
			from = hs[l]
		}
		kernel.LinearForward(nil, n.head.activation, 1, h, n.outputs, from, n.head.weight, n.head.bias, y)
		for i, v := range y {
			given[i] = float64(v)
		}
		copy(out, n.quantiles(given, 1))
	}
	reset = func() {
		for _, c := range front {
			clear(c.seen)
		}
		for l, dirs := range n.layers {
			clear(hs[l])
			clear(cs[l])
			copy(hs[l], dirs[0].h0)
			copy(cs[l], dirs[0].c0)
		}
	}
	return step, reset
}

// Forward runs the network on scaled, centred inputs x [T,B,D] and z [B,F], nil where the network reads none, and returns
// the predictions of the last step [B,Hz·K·Q], in scaled units. It is the bare forward pass, without scalers; Part and
// Forecast are what most callers want.
func (m *Model) Forward(x, z []float32, b, t int) ([]float32, error) {
	n, ok := m.net.(*network[float32])
	if !ok {
		return nil, fmt.Errorf("predict: forward wants a float32 network, got %s", m.Config.Model.DType)
	}
	if len(x) != b*t*n.inputs {
		return nil, fmt.Errorf("predict: forward: x has %d values, want %d·%d·%d", len(x), t, b, n.inputs)
	}
	if _, err := n.model.FrontSteps(t); err != nil {
		return nil, fmt.Errorf("predict: forward: %w", err)
	}
	if len(z) != b*n.extra {
		return nil, fmt.Errorf("predict: forward: z has %d values, want %d·%d", len(z), b, n.extra)
	}
	return n.forward(x, z, nil, b, t), nil
}
