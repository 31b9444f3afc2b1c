package predict

import (
	"fmt"

	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/internal/kernel"
)

// network is the forward pass of one trained network over plain slices.
//
// Legend: T steps, B rows, D inputs, E units of the encoder, H hidden units, F values of z, O outputs; dirs is 2 for a
// bidirectional network, else 1.
type network[F kernel.Float] struct {
	sizes
	model   configs.Model
	dirs    int
	symbols []F                     // [V,E], the table of symbols; nil where the inputs are numbers
	vectors []F                     // [T,B,E], those of the batch at hand
	tables  [][]F                   // [column of names][1+known names, embedding_size]
	front   []kernel.ConvWeights[F] // of the convolutions
	encoder encoder[F]
	layers  [][]direction[F] // [layer][direction]
	weigh   []F              // [1,dirs·H], what weighs the steps of pool attention; nil without it
	head    head[F]
	spoken  *steps[F]   // made when something is first said
	decoder *decoder[F] // in place of the head, of a network that says a sequence; nil else
	pool    *kernel.Pool
	cache   map[[2]int]*pass[F] // by (B, T)
	batch   *data.Batch[F]
	told    []float64 // quantiles of a distribution
}

// encoder is relu(W·x + b) below the recurrent layers, [E,D] and [E]; nil where there is none.
type encoder[F kernel.Float] struct{ weight, bias []F }

// direction is one direction of one recurrent layer.
type direction[F kernel.Float] struct {
	weights kernel.Weights[F]
	h0, c0  []F // [H], nil: the state starts at zero
}

// head is the linear layer on top: [O, dirs·H + what it reads of z, names embedded] and [O]; and the linear path from the
// amounts of z, nil where there is none. Where project, [E,dirs·H], is not nil, it comes first, and weight is the table of symbols.
type head[F kernel.Float] struct {
	project      []F
	weight, bias []F
	linear       []F
	activation   kernel.Activation
}

// newNetwork reads the weights by PyTorch's names. The error names a tensor that is missing or has the wrong size.
func newNetwork[F kernel.Float](m configs.Model, s sizes, tensors []checkpoint.Tensor, pool *kernel.Pool) (*network[F], error) {
	n := &network[F]{model: m, sizes: s, dirs: 1, pool: pool, cache: map[[2]int]*pass[F]{}}
	if m.Bidirectional {
		n.dirs = 2
	}
	r := reader[F]{tensors: map[string]checkpoint.Tensor{}}
	for _, t := range tensors {
		r.tensors[t.Name] = t
	}
	if s.vocabulary > 0 {
		n.symbols = r.take(symbolTable, (s.vocabulary+m.CharacterNgrams)*s.embedded)
	}
	for _, c := range s.names {
		n.tables = append(n.tables, r.take("embedding."+c.Column+".weight", (1+c.Names)*m.EmbeddingSize))
	}
	n.front = r.front(m, n.width())
	if e := m.EncoderSize; e > 0 {
		n.encoder = encoder[F]{weight: r.take("encoder.weight", e*n.channels()), bias: r.take("encoder.bias", e)}
	}
	gates, h := cellOf(m).Gates(), m.HiddenSize
	for l := range m.Layers {
		var dirs []direction[F]
		for d := range n.dirs {
			dirs = append(dirs, r.direction(m, l, d, l*n.dirs+d, gates, n.reads(l), h))
		}
		n.layers = append(n.layers, dirs)
	}
	if m.Pool == "attention" {
		n.weigh = r.take("pool.weight", n.dirs*h)
	}
	if s.decoder != nil {
		s.decoder.memory = n.dirs * h
		n.decoder, r.err = r.decoder(*s.decoder, n.symbols)
		return n, r.err
	}
	n.head = head[F]{weight: n.symbols, activation: activationOf(m.Output)}
	if m.TieEmbeddings {
		n.head.project = r.take("head.project.weight", s.embedded*n.features())
	} else {
		n.head.weight = r.take("head.weight", s.outputs*(n.features()+n.headReads()))
	}
	n.head.bias = r.take("head.bias", s.outputs)
	if linear(m) && s.extra > 0 {
		n.head.linear = r.take("linear.weight", s.outputs*s.amounts())
	}
	return n, r.err
}

// reads is the number of features that recurrent layer l reads: those of the layer below, the encoder's, or the inputs.
func (n *network[F]) reads(l int) int {
	switch {
	case l > 0:
		return n.dirs * n.model.HiddenSize
	case n.model.EncoderSize > 0:
		return n.model.EncoderSize
	}
	return n.channels()
}

// channels is the number of values of a step that leaves the convolutions.
func (n *network[F]) channels() int {
	if l := len(n.model.Front); l > 0 {
		return n.model.Front[l-1].Conv.Channels
	}
	return n.width()
}

// width is the number of values of a step with its names embedded.
func (n *network[F]) width() int {
	if n.vocabulary > 0 {
		return n.embedded
	}
	return n.inputs + max(1, n.model.Patch)*len(n.names)*(n.model.EmbeddingSize-1)
}

// row says where the names are in so many steps of x.
func (n *network[F]) row(steps int) kernel.Embedding {
	names := len(n.names)
	return kernel.Embedding{
		N: steps, Columns: n.inputs, Values: n.inputs/max(1, n.model.Patch) - names, Size: n.model.EmbeddingSize, Tables: names,
	}
}

// rest says where the names are in b rows of z.
func (n *network[F]) rest(b int) kernel.Embedding {
	return kernel.Embedding{N: b, Columns: n.extra, From: n.amounts(), Size: n.model.EmbeddingSize, Tables: n.namesAhead()}
}

// headReads is the number of values that the head reads beside the features.
func (n *network[F]) headReads() int {
	return n.amounts() - n.window + n.ahead*n.model.EmbeddingSize
}

// linear says that the config asks for a linear path.
func linear(m configs.Model) bool { return m.LinearPath != "none" && m.LinearPath != "" }

// reader takes tensors by name and keeps the first error.
type reader[F kernel.Float] struct {
	tensors map[string]checkpoint.Tensor
	err     error
}

func (r *reader[F]) take(name string, size int) []F {
	t, ok := r.tensors[name]
	if r.err != nil {
		return nil
	}
	if !ok {
		r.err = misfit("the weights", "they hold no tensor %q", name)
		return nil
	}
	values, err := checkpoint.Floats[F](t)
	if err != nil {
		r.err = err
		return nil
	}
	if len(values) != size {
		r.err = misfit("the weights", "tensor %q has %d values, want %d", name, len(values), size)
	}
	return values
}

// misfit says that one part of a checkpoint (the weights, the state of the data) is not of the config beside it.
func misfit(part, format string, args ...any) error {
	return &checkpoint.Error{Path: part, Reason: fmt.Sprintf(format, args...), Advice: "this is not of the config that lies beside it"}
}

func (r *reader[F]) direction(m configs.Model, layer, dir, row, gates, in, h int) direction[F] {
	suffix := fmt.Sprintf("_l%d", layer)
	if dir == 1 {
		suffix += "_reverse"
	}
	d := direction[F]{weights: kernel.Weights[F]{
		IH:  r.take("rnn.weight_ih"+suffix, gates*h*in),
		HH:  r.take("rnn.weight_hh"+suffix, gates*h*h),
		BIH: r.take("rnn.bias_ih"+suffix, gates*h),
		BHH: r.take("rnn.bias_hh"+suffix, gates*h),
	}}
	if m.LayerNorm {
		d.weights.GainX, d.weights.GainH = r.take("rnn.gain_ih"+suffix, gates*h), r.take("rnn.gain_hh"+suffix, gates*h)
		if cellOf(m) == kernel.LSTM {
			d.weights.GainC, d.weights.ShiftC = r.take("rnn.gain_c"+suffix, h), r.take("rnn.bias_c"+suffix, h)
		}
	}
	if m.InitialState != "learned" {
		return d
	}
	all := m.Layers * (1 + b2i(m.Bidirectional)) * h
	if h0 := r.take("rnn.h0", all); h0 != nil {
		d.h0 = h0[row*h : (row+1)*h]
	}
	if cellOf(m) == kernel.LSTM {
		if c0 := r.take("rnn.c0", all); c0 != nil {
			d.c0 = c0[row*h : (row+1)*h]
		}
	}
	return d
}

func cellOf(m configs.Model) kernel.Cell {
	switch m.Cell {
	case "lstm":
		return kernel.LSTM
	case "gru":
		return kernel.GRU
	}
	return kernel.Elman
}

func activationOf(name string) kernel.Activation {
	switch name {
	case "tanh":
		return kernel.Tanh
	case "sigmoid":
		return kernel.Sigmoid
	case "relu":
		return kernel.ReLU
	}
	return kernel.Identity
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
