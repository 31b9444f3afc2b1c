package models

import (
	"fmt"

	"recur/configs"
	"recur/graph"
	"recur/internal/distribution"
)

// Spec is everything that fixes a network but for its batch size.
type Spec struct {
	configs.Model
	Steps, Inputs, Outputs int // T, D, O = horizon·targets·quantiles, or numbers of a distribution
	// Extra is F, the values of z: first the Window values of the window itself, which the linear path alone reads, then
	// what is known ahead, which the head reads too. 0: there is no z.
	Extra, Window int
	// Categories are the columns that hold names. A row of x, of which model.patch make a step, ends with one number of a name
	// for each; the last AheadNames values of z are numbers too, of those known ahead, step by step.
	Categories []Category
	AheadNames int
	// Vocabulary is V, the number of symbols that stand in place of numbers: Inputs is then 0, and every symbol becomes
	// embedding_size learned numbers. 0: the inputs are numbers.
	Vocabulary       int
	Padding, Unknown int // the symbols that stand for none, whose numbers stay zero, and for one that is not known; -1: there is none such
	// Classes is the number of classes that the head tells apart by a softmax, and Outputs too; 0: it gives values.
	Classes        int
	LabelSmoothing float64   // ε, the share of a label's weight that all classes have alike in training
	ClassWeights   []float64 // [Classes] what an example of each counts in training; nil: all count alike
	// Says is the number of symbols that a decoder says step by step, a second sequence; it is Classes too. 0: there is no decoder. The encoder's
	// cell, units, layers and directions stand in the plain fields of Model then; see configs.Model.Reading.
	Says        int
	SaidSteps   int  // S, of the longest second sequence
	SaidPadding int  // the symbol of the second sequence that stands for none; -1: there is none such
	Shared      bool // symbols that are read and said are the same ones
	Loss        string
	HuberDelta  float64
	// QuantileWeight is what a quantile counts in the loss beside the median's 1; 0 is 1.
	QuantileWeight float64
	Seed           uint64
	Threads        int // 0: all that Go may use
}

// Category is a column of names: a table of embedding_size learned numbers for each. Row 0 is no known name and stays zero.
type Category struct {
	Column string
	Names  int  // known names: the table has one row more
	Ahead  bool // known ahead; these come last
}

// SpecOf takes a network's part of a config; steps, inputs, outputs and extra follow from the data.
func SpecOf(c *configs.Config, steps, inputs, outputs, extra int) Spec {
	return Spec{
		Model: c.Model, Steps: steps, Inputs: inputs, Outputs: outputs, Extra: extra, Window: min(c.Data.Window, extra),
		Loss: c.Train.Loss, HuberDelta: c.Train.HuberDelta, QuantileWeight: c.Train.QuantileWeight, Seed: c.Seed, Threads: c.Train.Threads,
	}
}

var (
	cells       = map[string]graph.Cell{"elman": graph.Elman, "lstm": graph.LSTM, "gru": graph.GRU}
	activations = map[string]graph.Activation{
		"identity": graph.Identity, "tanh": graph.Tanh, "sigmoid": graph.Sigmoid, "relu": graph.ReLU,
	}
	losses = map[string]graph.LossKind{"mse": graph.MSE, "mae": graph.MAE, "huber": graph.Huber}
)

// check reports the first thing that is wrong with the spec, and fills in what may be left out.
func (s *Spec) check() error {
	s.Elman.Nonlinearity = either(s.Elman.Nonlinearity, "tanh")
	s.Head, s.Output = either(s.Head, "last"), either(s.Output, "identity")
	s.Implementation, s.Init = either(s.Implementation, "fused"), either(s.Init, "pytorch")
	s.InitialState, s.Loss, s.Layers = either(s.InitialState, "zero"), either(s.Loss, s.usualLoss()), max(s.Layers, 1)
	s.Pool = either(s.Pool, "last")
	s.LinearPath = either(s.LinearPath, "none")
	if s.HuberDelta == 0 {
		s.HuberDelta = 1
	}
	words := []struct {
		name, got string
		known     bool
	}{
		{"cell", s.Cell, has(cells, s.Cell)},
		{"elman.nonlinearity", s.Elman.Nonlinearity, has(activations, s.Elman.Nonlinearity)},
		{"output", s.Output, has(activations, s.Output)},
		{"loss", s.Loss, has(losses, s.Loss) || s.Loss == "pinball" || s.Loss == "nll" || s.Loss == crossEntropy || s.Loss == configs.LossOfSounds},
		{"pool", s.Pool, has(summaries, s.Pool) || s.Pool == "last" || s.Pool == "attention"},
		{"head", s.Head, s.Head == "last" || s.Head == "every"},
		{"implementation", s.Implementation, s.Implementation == "fused" || s.Implementation == "primitive"},
		{"init", s.Init, has(starts, s.Init)},
		{"linear_path", s.LinearPath, s.LinearPath == "none" || s.LinearPath == "zero" || s.LinearPath == "ridge"},
		{"initial_state", s.InitialState, s.InitialState == "zero" || s.InitialState == "learned"},
	}
	for _, w := range words {
		if !w.known {
			return fmt.Errorf("models: unknown %s %q", w.name, w.got)
		}
	}
	switch {
	case s.Steps < 1 || s.Inputs < 1 && s.Vocabulary == 0 || s.Outputs < 1 || s.HiddenSize < 1:
		return fmt.Errorf("models: steps, inputs, outputs, hidden_size are %d, %d, %d, %d, want 1 or more each",
			s.Steps, s.Inputs, s.Outputs, s.HiddenSize)
	case !(s.Dropout >= 0 && s.Dropout < 1):
		return fmt.Errorf("models: dropout is %v, want 0 or more and below 1", s.Dropout)
	case !(s.RecurrentDropout >= 0 && s.RecurrentDropout < 1):
		return fmt.Errorf("models: recurrent_dropout is %v, want 0 or more and below 1", s.RecurrentDropout)
	case !(s.HeadDropout >= 0 && s.HeadDropout < 1):
		return fmt.Errorf("models: head_dropout is %v, want 0 or more and below 1", s.HeadDropout)
	case s.EncoderSize < 0 || s.Extra < 0 || s.Window < 0 || s.Window > s.Extra:
		return fmt.Errorf("models: encoder_size, extra, window are %d, %d, %d, want 0 or more each and a window within extra",
			s.EncoderSize, s.Extra, s.Window)
	case len(s.Categories) > 0 && !s.embeds():
		return fmt.Errorf("models: %d columns of names with embedding_size %d, %d inputs in patches of %d, and %d of %d values of z known ahead in %d columns, want them to fit",
			len(s.Categories), s.EmbeddingSize, s.Inputs, max(1, s.Patch), s.AheadNames, s.Extra, len(s.namesAhead()))
	case s.Head == "every" && (s.Extra > 0 || len(s.Quantiles) > 0):
		return fmt.Errorf("models: head every with %d extra values and %d quantiles, want none of them", s.Extra, len(s.Quantiles))
	case (s.Loss == "pinball") != (len(s.Quantiles) > 0 && !s.Likelihood()) || (s.Loss == "nll") != s.Likelihood() || s.Outputs%s.levels() != 0:
		return fmt.Errorf("models: loss %s and %d outputs with %d quantiles and distribution %q, want pinball with quantiles, nll with a distribution and outputs a multiple of %d",
			s.Loss, s.Outputs, len(s.Quantiles), s.Distribution, s.levels())
	case s.Implementation == "primitive" && s.Steps > graph.MaxPrimitive:
		return fmt.Errorf("models: implementation primitive with %d steps, want at most %d; use fused", s.Steps, graph.MaxPrimitive)
	}
	for _, check := range []func() error{s.checkSaid, s.checkTokens, s.checkClasses, s.checkFront} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func either(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}

func has[V any](m map[string]V, k string) bool { _, ok := m[k]; return ok }

// quantileWeights are the weights of the quantiles in the loss; nil where all count alike.
func (s Spec) quantileWeights() []float64 {
	if s.QuantileWeight == 0 || s.QuantileWeight == 1 {
		return nil
	}
	w := make([]float64, len(s.Quantiles))
	for i, q := range s.Quantiles {
		if w[i] = s.QuantileWeight; q == 0.5 {
			w[i] = 1
		}
	}
	return w
}

// Directions is 2 for a bidirectional network, else 1.
func (s Spec) Directions() int {
	if s.Bidirectional {
		return 2
	}
	return 1
}

// levels is the number of outputs for each value: those of its distribution, one a quantile, else one.
func (s Spec) levels() int { return distribution.Outputs(s.Distribution, len(s.Quantiles)) }

// Values is the number of truths that one prediction has: horizon·targets; 0 of classes, whose truth is a label.
func (s Spec) Values() int {
	if s.Classes > 0 {
		return 0
	}
	return s.Outputs / s.levels()
}

// Linear says that there is a linear path from z to the outputs.
func (s Spec) Linear() bool { return s.Extra > 0 && s.LinearPath != "none" && s.LinearPath != "" }

// amounts is the number of values of z that are no numbers of names, which the linear path reads.
func (s Spec) amounts() int { return s.Extra - s.AheadNames }

// ahead is the number of values that the head reads beside the features: amounts of z that are known ahead, and names
// known ahead, embedded.
func (s Spec) ahead() int { return s.amounts() - s.Window + s.AheadNames*s.EmbeddingSize }

// namesAhead lists the columns of names that are known ahead.
func (s Spec) namesAhead() (out []Category) {
	for _, c := range s.Categories {
		if c.Ahead {
			out = append(out, c)
		}
	}
	return out
}

// embeds says that the columns of names fit the sizes of x and z.
func (s Spec) embeds() bool {
	patch, ahead := max(1, s.Patch), len(s.namesAhead())
	return s.EmbeddingSize > 0 && s.Inputs%patch == 0 && s.Inputs/patch >= len(s.Categories) && s.AheadNames <= s.Extra-s.Window &&
		(ahead == 0) == (s.AheadNames == 0) && (ahead == 0 || s.AheadNames%ahead == 0)
}

// reads is the number of values of a step that the encoder, or else the first recurrent layer, reads: the channels of the
// last convolution, or else what the first one would read.
func (s Spec) reads() int {
	if n := len(s.Front); n > 0 {
		return s.Front[n-1].Conv.Channels
	}
	return s.embedded()
}

// embedded is the number of values of a step of the data, names embedded.
func (s Spec) embedded() int {
	if s.Vocabulary > 0 {
		return s.EmbeddingSize
	}
	return s.Inputs + max(1, s.Patch)*len(s.Categories)*(s.EmbeddingSize-1)
}

// states is the number of states that the cell carries: h, and c of an LSTM.
func (s Spec) states() []string { return statesOf(s.Cell) }

// ParamShape is the name and shape of one weight tensor.
type ParamShape struct {
	Name  string
	Shape []int
}

// Size is the number of values.
func (p ParamShape) Size() int {
	n := 1
	for _, d := range p.Shape {
		n *= d
	}
	return n
}

// ParamShapes lists the weights in the order of PyTorch's state_dict: the tables of symbols and names, the encoder, the layers from the
// bottom up, forward before backward, what weighs the steps of a pool, the decoder, the head, the linear path, the learned first states; last the
// running moments of norms over the batch, which have no gradient.
func (s Spec) ParamShapes() []ParamShape {
	var ps []ParamShape
	if s.Vocabulary > 0 {
		ps = append(ps, ParamShape{symbolTable, []int{s.Vocabulary + s.CharacterNgrams, s.EmbeddingSize}})
	}
	for _, c := range s.Categories {
		ps = append(ps, ParamShape{tableOf(c.Column), []int{1 + c.Names, s.EmbeddingSize}})
	}
	ps = append(ps, s.frontShapes()...)
	if e := s.EncoderSize; e > 0 {
		ps = append(ps, ParamShape{"encoder.weight", []int{e, s.reads()}}, ParamShape{"encoder.bias", []int{e}})
	}
	for l := range max(s.Layers, 1) {
		for d := range s.Directions() {
			ps = append(ps, s.layerShapes(l, d)...)
		}
	}
	if s.Pool == "attention" {
		ps = append(ps, ParamShape{poolWeight, []int{1, s.Directions() * s.HiddenSize}})
	}
	ps = append(append(ps, s.saidShapes()...), s.headShapes()...)
	if s.Linear() {
		ps = append(ps, ParamShape{"linear.weight", []int{s.Outputs, s.amounts()}})
	}
	if s.InitialState == "learned" {
		for _, k := range s.states() {
			ps = append(ps, ParamShape{"rnn." + k + "0", []int{max(s.Layers, 1) * s.Directions(), s.HiddenSize}})
		}
	}
	return append(ps, s.runningShapes()...)
}

// headShapes are the weights of the head.
func (s Spec) headShapes() []ParamShape {
	features, bias := s.features()+s.ahead(), ParamShape{"head.bias", []int{s.Outputs}}
	switch {
	case s.saysSteps() && s.TieEmbeddings:
		return []ParamShape{bias}
	case s.saysSteps():
		features = s.OutputSize
	case s.TieEmbeddings:
		return []ParamShape{{headProject, []int{s.EmbeddingSize, features}}, bias}
	}
	return []ParamShape{{"head.weight", []int{s.Outputs, features}}, bias}
}

// layerShapes are the weights of one direction of one layer: ih, hh and their biases, with layer norm its gains, and of an LSTM the gain and
// the shift of its cell.
func (s Spec) layerShapes(layer, direction int) []ParamShape {
	g, in := cells[s.Cell].Gates()*s.HiddenSize, s.reads()
	switch {
	case layer > 0:
		in = s.Directions() * s.HiddenSize
	case s.EncoderSize > 0:
		in = s.EncoderSize
	}
	suffix := suffixOf(layer, direction)
	ps := []ParamShape{
		{"rnn.weight_ih" + suffix, []int{g, in}},
		{"rnn.weight_hh" + suffix, []int{g, s.HiddenSize}},
		{"rnn.bias_ih" + suffix, []int{g}},
		{"rnn.bias_hh" + suffix, []int{g}},
	}
	if s.LayerNorm {
		ps = append(ps, ParamShape{"rnn.gain_ih" + suffix, []int{g}}, ParamShape{"rnn.gain_hh" + suffix, []int{g}})
		if s.Cell == "lstm" {
			ps = append(ps, ParamShape{"rnn.gain_c" + suffix, []int{s.HiddenSize}}, ParamShape{"rnn.bias_c" + suffix, []int{s.HiddenSize}})
		}
	}
	return ps
}

// tableOf is the name of the table of a column of names.
func tableOf(column string) string { return "embedding." + column + ".weight" }

func suffixOf(layer, direction int) string {
	if direction == 1 {
		return fmt.Sprintf("_l%d_reverse", layer)
	}
	return fmt.Sprintf("_l%d", layer)
}
