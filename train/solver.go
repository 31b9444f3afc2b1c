package train

import (
	"fmt"
	"math"
	"unsafe"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"recur/checkpoint"
	"recur/configs"
)

// Float is the value type of a network: its weights, gradients and moments.
type Float interface{ float32 | float64 }

// A Solver is a gorgonia.Solver whose learning rate can follow a schedule and whose whole state can be saved.
//
// Step updates the weights in place and allocates nothing after its first call. Of a table of symbols (models.Table) only the rows
// that the batch has read are updated: their weights, their moments and their decay. That is what the whole table would
// get, to the bit, where all its rows are read; a row that is read seldom keeps its moments for the steps between and is not decayed there,
// as with torch.optim.SparseAdam. Moments are held by the name of the
// parameter, so the same solver may step graphs of several batch sizes that share their weights. Gradients are scratch
// memory: Step may overwrite them (weight decay is added to them), the next run of the graph writes them anew.
type Solver interface {
	gorgonia.Solver
	SetLearningRate(rate float64)
	State() SolverState
	LoadState(s SolverState) error
}

// SolverState is everything that a solver carries from one step to the next.
type SolverState struct {
	Solver  string              // the config's name of the solver
	Steps   int                 // updates made so far
	Moments []checkpoint.Tensor // named KIND/PARAMETER: m/rnn.weight_ih_l0
}

// NewSolver returns the solver that c.Solver names for parameters of type F.
func NewSolver[F Float](c configs.Train) (Solver, error) {
	switch c.Solver {
	case "sgd":
		return newSGD[F](c), nil
	case "momentum":
		return newMomentum[F](c), nil
	case "rmsprop":
		return newRMSProp[F](c), nil
	case "adam":
		return newAdam[F](c), nil
	case "adamw":
		return newAdamW[F](c), nil
	case "gorgonia-adam", "gorgonia-vanilla":
		return newGorgonia(c), nil
	}
	return nil, fmt.Errorf("train: unknown solver %q, want sgd, momentum, rmsprop, adam, adamw, gorgonia-adam or gorgonia-vanilla", c.Solver)
}

// moments holds up to two running values per weight for every parameter, by the parameter's name.
type moments[F Float] struct {
	solver string
	kinds  []string // what is held for a parameter: m, v, velocity
	names  []string // parameters in the order in which they were first seen
	slots  map[string]*slot[F]
	all    [][]F // the memory of all slots, in the order of State
	steps  int

	decay float64 // train.weight_decay
	bare  bool    // train.decay_biases is false: weights of one dimension are not decayed
}

// slot is the memory of one parameter.
type slot[F Float] struct {
	shape  []int
	values [2][]F // as many as there are kinds
}

func newMoments[F Float](c configs.Train, solver string, kinds ...string) moments[F] {
	return moments[F]{solver: solver, kinds: kinds, slots: map[string]*slot[F]{}, decay: c.WeightDecay, bare: !c.DecayBiases}
}

// decayOf is the decay of a parameter.
func (m *moments[F]) decayOf(s *slot[F]) float64 {
	if m.bare && len(s.shape) == 1 {
		return 0
	}
	return m.decay
}

// bind returns the memory of one parameter: its weights, its gradient, and its moments (zero at first). The gradient is nil where
// it is one of rows.
func (m *moments[F]) bind(n gorgonia.ValueGrad) (w, g []F, s *slot[F], err error) {
	named, ok := n.(gorgonia.Namer)
	if !ok {
		return nil, nil, nil, fmt.Errorf("train: solver %s: a parameter of type %T has no name", m.solver, n)
	}
	name := named.Name()
	value := n.Value()
	if w, err = floats[F](value); err != nil {
		return nil, nil, nil, fmt.Errorf("train: solver %s: weights of %s: %w", m.solver, name, err)
	}
	if _, ok := rowsOf[F](n); !ok {
		if g, err = m.gradient(n, name, len(w)); err != nil {
			return nil, nil, nil, err
		}
	}
	if s = m.slots[name]; s == nil {
		s = m.add(name, value.Shape())
	}
	if len(m.kinds) > 0 && len(s.values[0]) != len(w) {
		return nil, nil, nil, fmt.Errorf("train: solver %s: moments of %s have %d values, want %d", m.solver, name, len(s.values[0]), len(w))
	}
	return w, g, s, nil
}

// gradient is the whole gradient of a parameter of so many values.
func (m *moments[F]) gradient(n gorgonia.ValueGrad, name string, size int) ([]F, error) {
	grad, err := n.Grad()
	if err != nil {
		return nil, fmt.Errorf("train: solver %s: no gradient of %s: %w", m.solver, name, err)
	}
	g, err := floats[F](grad)
	if err != nil {
		return nil, fmt.Errorf("train: solver %s: gradient of %s: %w", m.solver, name, err)
	}
	if len(g) != size {
		return nil, fmt.Errorf("train: solver %s: gradient of %s has %d values, want %d", m.solver, name, len(g), size)
	}
	return g, nil
}

func (m *moments[F]) add(name string, shape []int) *slot[F] {
	s := &slot[F]{shape: append([]int(nil), shape...)}
	size := 1
	for _, d := range shape {
		size *= d
	}
	for i := range m.kinds {
		s.values[i] = make([]F, size)
		m.all = append(m.all, s.values[i])
	}
	m.slots[name] = s
	m.names = append(m.names, name)
	return s
}

// State returns a copy of all that the solver holds.
func (m *moments[F]) State() SolverState {
	st := SolverState{Solver: m.solver, Steps: m.steps}
	for _, name := range m.names {
		s := m.slots[name]
		for i, kind := range m.kinds {
			st.Moments = append(st.Moments, checkpoint.FromFloats(kind+"/"+name, s.shape, s.values[i]))
		}
	}
	return st
}

// memory is all that the solver holds, in the order of State, to look at.
func (m *moments[F]) memory() [][]F { return m.all }

// LoadState replaces all that the solver holds by st.
func (m *moments[F]) LoadState(st SolverState) error {
	if st.Solver != m.solver {
		return fmt.Errorf("train: solver %s: the state is that of solver %s", m.solver, st.Solver)
	}
	if n := len(st.Moments); n > 0 && (len(m.kinds) == 0 || n%len(m.kinds) != 0) {
		return fmt.Errorf("train: solver %s: the state has %d moments, want %d for every parameter", m.solver, len(st.Moments), len(m.kinds))
	}
	fresh := moments[F]{solver: m.solver, kinds: m.kinds, slots: map[string]*slot[F]{}, steps: st.Steps, decay: m.decay, bare: m.bare}
	for i, t := range st.Moments {
		kind := m.kinds[i%len(m.kinds)]
		name, ok := cutKind(t.Name, kind)
		if !ok {
			return fmt.Errorf("train: solver %s: the state has %q where a moment %q is due", m.solver, t.Name, kind)
		}
		values, err := checkpoint.Floats[F](t)
		if err != nil {
			return fmt.Errorf("train: solver %s: %w", m.solver, err)
		}
		s := fresh.slots[name]
		if s == nil {
			s = fresh.add(name, t.Shape)
		}
		into := s.values[i%len(m.kinds)]
		if len(values) != len(into) {
			return fmt.Errorf("train: solver %s: moment %q has %d values, want %d", m.solver, t.Name, len(values), len(into))
		}
		copy(into, values)
	}
	*m = fresh
	return nil
}

// cutKind splits KIND/PARAMETER.
func cutKind(name, kind string) (string, bool) {
	if len(name) <= len(kind)+1 || name[:len(kind)] != kind || name[len(kind)] != '/' {
		return "", false
	}
	return name[len(kind)+1:], true
}

// floats returns the memory of a dense tensor of type F without allocating.
func floats[F Float](v gorgonia.Value) ([]F, error) {
	d, ok := v.(*tensor.Dense)
	if !ok {
		return nil, fmt.Errorf("got a value of type %T, want a dense tensor", v)
	}
	var zero F
	size := unsafe.Sizeof(zero)
	if d.Dtype().Size() != size || (d.Dtype() != tensor.Float32 && d.Dtype() != tensor.Float64) {
		return nil, fmt.Errorf("got a tensor of %v, want float%d", d.Dtype(), 8*size)
	}
	if d.IsView() && d.RequiresIterator() {
		return nil, fmt.Errorf("got a view with strides %v, want contiguous memory", d.Strides())
	}
	if size == 4 {
		v := d.Float32s()
		return unsafe.Slice((*F)(unsafe.Pointer(unsafe.SliceData(v))), len(v)), nil
	}
	return unsafe.Slice((*F)(unsafe.Pointer(unsafe.SliceData(d.Float64s()))), d.DataSize()), nil
}

// addDecay adds the L2 penalty's gradient, decay·w, to g.
func addDecay[F Float](g, w []F, decay float64) {
	if decay == 0 {
		return
	}
	d := F(decay)
	for i := range g {
		g[i] += d * w[i]
	}
}

// sqrt is the square root in the precision of F.
func sqrt[F Float](x F) F { return F(math.Sqrt(float64(x))) }
