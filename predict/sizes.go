package predict

import (
	"slices"

	"recur/checkpoint"
	"recur/configs"
	"recur/data/series"
	"recur/internal/distribution"
)

// sizes are what the data decide about a network.
type sizes struct {
	inputs  int // D, values of one step
	outputs int // O = horizon·targets·quantiles, or classes
	classes int // that the head tells apart; 0: it gives values
	// vocabulary is the number of symbols that stand in place of numbers, 0 where there are none, and embedded how many numbers
	// each becomes.
	vocabulary, embedded int
	extra                int // F, values of z; 0: the network reads no z
	window               int // those of z that only the linear path reads; the head reads the rest too
	names                []series.Category
	decoder              *decoderSizes // of a network that says a sequence; nil else
	ahead                int           // how many of the last values of z are numbers of names
}

// amounts is the number of values of z that are no numbers of names.
func (s *sizes) amounts() int { return s.extra - s.ahead }

// namesAhead is how many columns of names are known ahead.
func (s *sizes) namesAhead() (n int) {
	for _, c := range s.names {
		n += b2i(c.Ahead)
	}
	return n
}

// names lists the columns of names in the order of their numbers in a row; those known ahead come last.
func (m *Model) names() (list []series.Category, err error) {
	for i, columns := range [][]string{m.State.Covariates, m.State.Future} {
		for _, column := range columns {
			if !slices.Contains(m.Config.Data.Categorical, column) {
				continue
			}
			if m.State.Local == nil || m.State.Local.Categories[column] == nil {
				return nil, misfit("the state of the data", "it holds no names of the column %q", column)
			}
			list = append(list, series.Category{Column: column, Names: len(m.State.Local.Categories[column]), Ahead: i == 1})
		}
	}
	return list, nil
}

// sizes takes the sizes from the config and the state of the data. With recipe global the features of a row depend on the
// calendar, the seasons and more, so there the weights' own shapes say how many they are; Part holds the data to them.
func (m *Model) sizes(tensors []checkpoint.Tensor) (s sizes, err error) {
	c := m.Config
	s.outputs = m.State.Gives() * max(1, c.Data.Horizon) * m.levels()
	s.inputs = m.State.Reads()
	if l := m.State.Labelled; l != nil {
		return m.sizesOfSequences(s, len(l.Classes), tensors)
	}
	if m.State.Text != nil || m.State.Sounds != nil {
		return m.sizesOfSequences(s, m.State.Gives(), tensors)
	}
	if p := m.State.Paired; p != nil {
		s.decoder = decoderOf(c.Model, p.Target.Len(), p.Shared)
		return m.sizesOfSequences(s, 0, tensors)
	}
	if c.Recipe != "global" {
		return s, nil
	}
	if s.names, err = m.names(); err != nil {
		return s, err
	}
	embedded := c.Model.EmbeddingSize
	first := "rnn.weight_ih_l0"
	if c.Model.EncoderSize > 0 {
		first = "encoder.weight"
	}
	dims := 2
	if len(c.Model.Front) > 0 {
		first, dims = "front.0.weight", 3
	}
	if s.inputs, err = secondOf(tensors, first, dims); err != nil {
		return s, err
	}
	s.inputs -= max(1, c.Model.Patch) * len(s.names) * (embedded - 1)
	if patch := max(1, c.Model.Patch); len(s.names) > 0 && (embedded < 1 || s.inputs < patch*(1+len(s.names)) || s.inputs%patch != 0) {
		return s, misfit("the weights", "tensor %q does not fit %d columns of names", first, len(s.names))
	}
	head, err := columnsOf(tensors, "head.weight")
	if err != nil {
		return s, err
	}
	s.ahead = c.Data.Horizon * s.namesAhead()
	ahead := head - (1+b2i(c.Model.Bidirectional))*c.Model.HiddenSize - s.ahead*embedded
	if ahead > 0 {
		s.extra = c.Data.Window + ahead
	}
	if linear(c.Model) {
		if s.extra, err = columnsOf(tensors, "linear.weight"); err != nil {
			return s, err
		}
	}
	if s.ahead > 0 && s.extra == 0 {
		s.extra = c.Data.Window
	}
	s.extra += s.ahead
	s.window = min(c.Data.Window, s.extra)
	if s.amounts()-s.window != ahead {
		return s, misfit("the weights", "head.weight reads %d values beside the features, want the %d that linear.weight reads after the window", ahead, s.amounts()-s.window)
	}
	return s, nil
}

// sizesOfSequences are those of sequences: of n classes, or symbols that may follow, each has one output; where symbols are read the
// weights hold a table.
func (m *Model) sizesOfSequences(s sizes, n int, tensors []checkpoint.Tensor) (sizes, error) {
	if n > 0 {
		s.classes, s.outputs = n, n
	}
	table, ok := checkpoint.Find(tensors, symbolTable)
	if !ok {
		return s, nil
	}
	var err error
	if s.embedded, err = columnsOf(tensors, symbolTable); err != nil {
		return s, err
	}
	if s.inputs, s.vocabulary = 0, table.Shape[0]-m.Config.Model.CharacterNgrams; s.vocabulary < 1 || table.Shape[0] > len(table.Data) {
		return s, misfit("the weights", "tensor %q has the shape %v, want a row for each symbol", symbolTable, table.Shape)
	}
	return s, nil
}

// columnsOf is the second size of a matrix among the weights.
func columnsOf(tensors []checkpoint.Tensor, name string) (int, error) {
	return secondOf(tensors, name, 2)
}

// secondOf is the second size of a tensor of so many dimensions among the weights.
func secondOf(tensors []checkpoint.Tensor, name string, dims int) (int, error) {
	for _, t := range tensors {
		if t.Name != name {
			continue
		}
		if len(t.Shape) != dims || t.Shape[1] < 1 || t.Shape[1] > len(t.Data) {
			return 0, misfit("the weights", "tensor %q has the shape %v, want %d sizes", name, t.Shape, dims)
		}
		return t.Shape[1], nil
	}
	return 0, misfit("the weights", "they hold no tensor %q", name)
}

// levels is the number of outputs for one value: those of its distribution, one a quantile, else one.
func (m *Model) levels() int { return outputsOf(m.Config.Model) }

func outputsOf(m configs.Model) int { return distribution.Outputs(m.Distribution, len(m.Quantiles)) }
