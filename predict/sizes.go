package predict

import "recur/checkpoint"

// sizes are what the data decide about a network.
type sizes struct {
	inputs  int // D, values of one step
	outputs int // O = horizon·targets·quantiles
	extra   int // F, values of z; 0: the network reads no z
	window  int // those of z that only the linear path reads; the head reads the rest too
}

// sizes takes the sizes from the config and the state of the data. With recipe global the features of a row depend on the
// calendar, the seasons and more, so there the weights' own shapes say how many they are; Part holds the data to them.
func (m *Model) sizes(tensors []checkpoint.Tensor) (s sizes, err error) {
	c := m.Config
	s.outputs = len(m.State.Targets) * c.Data.Horizon * m.levels()
	s.inputs = m.columns()
	if c.Recipe != "global" {
		return s, nil
	}
	first := "rnn.weight_ih_l0"
	if c.Model.EncoderSize > 0 {
		first = "encoder.weight"
	}
	if s.inputs, err = columnsOf(tensors, first); err != nil {
		return s, err
	}
	head, err := columnsOf(tensors, "head.weight")
	if err != nil {
		return s, err
	}
	ahead := head - (1+b2i(c.Model.Bidirectional))*c.Model.HiddenSize
	if ahead > 0 {
		s.extra = c.Data.Window + ahead
	}
	if linear(c.Model) {
		if s.extra, err = columnsOf(tensors, "linear.weight"); err != nil {
			return s, err
		}
	}
	s.window = min(c.Data.Window, s.extra)
	if s.extra-s.window != ahead {
		return s, misfit("the weights", "head.weight reads %d values beside the features, want the %d that linear.weight reads after the window", ahead, s.extra-s.window)
	}
	return s, nil
}

// columnsOf is the second size of a matrix among the weights.
func columnsOf(tensors []checkpoint.Tensor, name string) (int, error) {
	for _, t := range tensors {
		if t.Name != name {
			continue
		}
		if len(t.Shape) != 2 || t.Shape[1] < 1 || t.Shape[1] > len(t.Data) {
			return 0, misfit("the weights", "tensor %q has the shape %v, want a matrix", name, t.Shape)
		}
		return t.Shape[1], nil
	}
	return 0, misfit("the weights", "they hold no tensor %q", name)
}

// columns is the number of values of a row: a forecast reads the targets and the covariates, task regress the covariates alone.
func (m *Model) columns() int {
	if m.Config.Task == "regress" {
		return len(m.State.Covariates)
	}
	return len(m.State.Targets) + len(m.State.Covariates)
}

// levels is the number of outputs for one value: one a quantile, else one.
func (m *Model) levels() int { return max(1, len(m.Config.Model.Quantiles)) }
