package models

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"recur/configs"
	"recur/graph"
	"recur/internal/distribution"
)

// Graph is the network for one batch size, number of steps and mode. Fill X (and Y, Mask, Lengths and the states where
// they matter), Run, and read the results, all in place: no slice here is ever replaced.
type Graph[F graph.Float] struct {
	B, T int
	S    int // steps of the second sequence; 0: there is none

	X      []F     // [T,B,D]; empty where there are symbols
	Tokens []int32 // [T,B] symbols; nil where there are numbers
	// Spelt [T,B] are the numbers in Spellings of the words that Tokens are read for; nil where words share no rows.
	Spelt     []int32
	Spellings graph.Spellings
	Labels    []int32 // [B] (head last) or [T,B], classes, -1 where none counts, as past the length of a row; [S,B] of a second sequence; nil where there are none
	// Said [S,B] are the symbols that a decoder reads, SaidLengths [B] the real steps of each row's second sequence, S at first, and Copied [T,B] the
	// symbols that are read by their numbers among those that are said, V+k for the k-th that these lack, -1 for none.
	Said        []int32
	SaidLengths []int
	Copied      []int32
	Z           []F   // [B,F], what the head reads beside the features; empty where the Spec has no Extra
	Y, Mask     []F   // [B,V] (head last) or [T,B,V], V = Spec.Values; Mask is 1 at first
	Units       []F   // [B] of counts how much of one is 1 in Y, 1 at first; empty else
	Lengths     []int // [B] real steps of each row, T at first
	H0, C0      []F   // [L,B,H], L = layers·directions; zero at first. C0 is nil but for LSTM
	// Carry [B] is for a learned first state: where it is true the row starts from H0 and C0 instead.
	Carry []bool

	Pred      []F // [B,O] or [T,B,O], after Run; nil of classes
	Attention []F // [S,B,T], how much of each step that was read a decoder sees at each that is said, after Run
	LogP      []F // as Labels: the logarithm of the chance of each label that counts, else 0, after Run; nil of values
	HN, CN    []F // [L,B,H] last states, after Run; CN is nil but for LSTM
	// Grads holds the network's parameters in the order of Params, which end with those that have no gradient, for a Gorgonia solver; that
	// of a table of symbols is a *Table.
	// Nil in an evaluation graph.
	Grads []gorgonia.ValueGrad

	builder          *graph.Builder[F]
	machine          gorgonia.VM
	noise            *graph.Noise
	loss             []F
	layers           []*graph.RecurrentOutput // layer by layer, forward before backward
	params           []*gorgonia.Node
	ran              bool
	model            *configs.Model
	after            [][]int        // [B] after each convolution of the front: the real steps of each row
	spelt            graph.Spelt    // Spelt and Spellings as the op reads them
	symbols, targets []int          // Tokens and Labels as the ops read them
	said, copied     []int          // Said and Copied likewise
	gate, attention  *gorgonia.Node // of a decoder that copies
	counts           []F            // as Labels: 1 where one counts
	rows             *graph.Rows[F] // the gradient of the table of symbols as it is read
	tied             bool           // as the head's weight the table has a whole one besides, to which Run adds the rows
	follow           []func()       // what Follow calls
}

// build expresses the network as a graph and compiles it. The caller holds the locks.
func (n *Network[F]) build(k key) (*Graph[F], error) {
	s := n.Spec
	if s.Implementation == "primitive" && k.Steps > graph.MaxPrimitive {
		return nil, fmt.Errorf("implementation primitive with %d steps, want at most %d; use fused", k.Steps, graph.MaxPrimitive)
	}
	g, err := n.expressed(k)
	if err != nil {
		return nil, err
	}
	if g.machine, err = g.builder.Machine(); err != nil {
		return nil, err
	}
	if k.training {
		for i, p := range g.learned(s) {
			g.Grads = append(g.Grads, g.gradOf(n.Params[i], p))
		}
	}
	return g, nil
}

// expressed is the graph of the network, not compiled yet, of which Gorgonia can tell all nodes apart.
func (n *Network[F]) expressed(k key) (g *Graph[F], err error) {
	b, err := graph.BuildIn(n.room, "recur", n.pool, k.training, func(b *graph.Builder[F]) { g = n.express(b, k) })
	if err != nil {
		return nil, err
	}
	g.builder = b
	return g, nil
}

// express adds all nodes of the network.
func (n *Network[F]) express(b *graph.Builder[F], k key) *Graph[F] {
	s, g := n.Spec, n.allocate(k)
	w := make(map[string]*gorgonia.Node)
	for _, p := range n.Params {
		w[p.Name] = b.Input(p.Name, p.Values, p.Shape...)
		g.params = append(g.params, w[p.Name])
	}
	read := n.encoded(b, g, w)
	features, steps := n.features(b, g, w, read)
	var loss *gorgonia.Node
	switch {
	case s.saysSteps():
		features, _ = n.said(b, g, w, features, read)
		loss = n.saidLoss(b, g, w, features, read)
	case s.aligns():
		loss = n.aligned(b, g, w, features, read)
	case s.Classes > 0:
		loss = n.classes(b, g, w, features, steps)
	default:
		pred, shape := n.head(b, g, w, features, steps), g.truthShape(s)
		loss = n.loss(b, g, pred, b.Input("y", g.Y, shape...), b.Input("mask", g.Mask, shape...))
		g.Pred = graph.Memory[F](pred)
	}
	if k.training {
		b.Grad(loss, g.dense(s)...)
	}
	g.loss = graph.Memory[F](loss)
	return g
}

// allocate makes the memory of the graph's inputs and results.
func (n *Network[F]) allocate(k key) *Graph[F] {
	s := n.Spec
	g := &Graph[F]{B: k.Rows, T: k.Steps, S: k.Said, noise: new(graph.Noise)}
	g.allocateSaid(s)
	out, state := k.Rows*s.Values(), s.Layers*s.Directions()*k.Rows*s.HiddenSize
	if s.Head == "every" {
		out *= k.Steps
	}
	g.Z = make([]F, k.Rows*s.Extra)
	g.X, g.Y, g.Mask = make([]F, k.Steps*k.Rows*s.Inputs), make([]F, out), make([]F, out)
	graph.Fill(1, g.Mask)
	if s.Counts() { // a likelihood of whole numbers wants to know the unit
		g.Units = make([]F, k.Rows)
		graph.Fill(1, g.Units)
	}
	g.allocateSymbols(s)
	g.Lengths, g.Carry = make([]int, k.Rows), make([]bool, k.Rows)
	for i := range g.Lengths {
		g.Lengths[i] = k.Steps
	}
	g.H0, g.HN = make([]F, state), make([]F, state)
	if s.Cell == "lstm" {
		g.C0, g.CN = make([]F, state), make([]F, state)
	}
	return g
}

func (g *Graph[F]) truthShape(s Spec) []int {
	if s.Head == "every" {
		return []int{g.T, g.B, s.Values()}
	}
	return []int{g.B, s.Values()}
}

// below is what the recurrent layers read: [steps,B,·] and the real steps of each row [B].
type below struct {
	x, lengths *gorgonia.Node
	steps      int
	learnt     bool // it depends on weights, so its gradient is wanted
}

// encoded is x [T,B,D], names embedded, through the convolutions of the front and the encoder's relu(x·Wᵀ + b), [T',B,E].
func (n *Network[F]) encoded(b *graph.Builder[F], g *Graph[F], w map[string]*gorgonia.Node) (o below) {
	o = n.read(b, g, w)
	n.front(b, g, w, &o)
	if n.Spec.EncoderSize > 0 {
		o.x = b.Products("encoder", graph.ReLU, o.steps, w["encoder.bias"],
			graph.Product{Weight: w["encoder.weight"], Of: []graph.Operand{{X: o.x, InputGradient: o.learnt}}})
		o.learnt = true
	}
	if o.lengths == nil {
		o.lengths = b.Lengths("lengths", g.Lengths)
	}
	return o
}

// read is x, names or symbols embedded.
func (n *Network[F]) read(b *graph.Builder[F], g *Graph[F], w map[string]*gorgonia.Node) below {
	if n.Spec.Vocabulary > 0 {
		return below{x: n.tokens(b, g, w), steps: g.T, learnt: true}
	}
	x := b.Input("x", g.X, g.T, g.B, n.Spec.Inputs)
	names := n.Spec.Categories
	if len(names) > 0 {
		row := n.Spec.Inputs / max(1, n.Spec.Patch)
		x = b.Embed("embedding", g.T, 0, row-len(names), x, tablesOf(w, names)...)
	}
	return below{x: x, steps: g.T, learnt: len(names) > 0}
}

// tablesOf lists the tables of columns of names.
func tablesOf(w map[string]*gorgonia.Node, names []Category) (tables []*gorgonia.Node) {
	for _, c := range names {
		tables = append(tables, w[tableOf(c.Column)])
	}
	return tables
}

// head is the linear layer over the features, of which training drops some, and what z knows ahead, plus the linear path
// from all of z.
func (n *Network[F]) head(b *graph.Builder[F], g *Graph[F], w map[string]*gorgonia.Node, features *gorgonia.Node, steps int) *gorgonia.Node {
	s := n.Spec
	if s.HeadDropout > 0 && b.Training() {
		features = b.Dropout("head", s.HeadDropout, g.noise, steps, features)
	}
	products := []graph.Product{{Weight: w["head.weight"], Of: []graph.Operand{{X: features, InputGradient: true}}}}
	if s.Linear() || s.ahead() > 0 {
		z := b.Input("z", g.Z, g.B, s.Extra)
		if s.amounts() > s.Window {
			products[0].Of = append(products[0].Of, graph.Operand{X: z, From: s.Window, To: s.amounts()})
		}
		if s.AheadNames > 0 {
			names := b.Embed("embedding.ahead", 0, s.amounts(), 0, z, tablesOf(w, s.namesAhead())...)
			products[0].Of = append(products[0].Of, graph.Operand{X: names, InputGradient: true})
		}
		if s.Linear() {
			products = append(products, graph.Product{Weight: w["linear.weight"], Of: []graph.Operand{{X: z, To: s.amounts()}}})
		}
	}
	return b.Products("head", activations[s.Output], steps, w["head.bias"], products...)
}

// features stacks the recurrent layers on what lies below and returns what the head reads: the last hidden states [B,dirs·H], forward
// beside backward, or what the steps are pooled to (steps 0), or the sequence [R,B,dirs·H], R ≥ steps.
func (n *Network[F]) features(b *graph.Builder[F], g *Graph[F], w map[string]*gorgonia.Node, o below) (features *gorgonia.Node, steps int) {
	s, x := n.Spec, o.x
	h0, c0 := n.state(b, g, w, "h", g.H0), n.state(b, g, w, "c", g.C0)
	for l := range s.Layers {
		last := l == s.Layers-1
		sequence := !last || s.reachesSteps()
		if s.LockedDropout > 0 && b.Training() {
			x = b.LockedDropout("rnn"+suffixOf(l, 0), s.LockedDropout, g.noise, o.steps, x)
		}
		outs := make([]*graph.RecurrentOutput, s.Directions())
		for d := range outs {
			suffix := suffixOf(l, d)
			outs[d] = b.Recurrent(graph.Recurrent{
				Name: "rnn" + suffix, Cell: cells[s.Cell], Nonlinearity: activations[s.Elman.Nonlinearity],
				Steps: o.steps, Inputs: n.byName["rnn.weight_ih"+suffix].Shape[1], Hidden: s.HiddenSize,
				Reverse: d == 1, Sequence: sequence, Primitive: s.Implementation == "primitive",
				Row: l*s.Directions() + d, InputGradient: l > 0 || o.learnt, StateGradient: s.InitialState == "learned", Dropout: s.RecurrentDropout, Norm: s.LayerNorm,
			}, graph.RecurrentInput{
				X: x, H0: h0, C0: c0, Lengths: o.lengths, Noise: g.noise,
				IH: w["rnn.weight_ih"+suffix], HH: w["rnn.weight_hh"+suffix],
				BIH: w["rnn.bias_ih"+suffix], BHH: w["rnn.bias_hh"+suffix],
				GainX: w["rnn.gain_ih"+suffix], GainH: w["rnn.gain_hh"+suffix], GainC: w["rnn.gain_c"+suffix], ShiftC: w["rnn.bias_c"+suffix],
			})
		}
		g.layers = append(g.layers, outs...)
		if last && !sequence {
			return n.lastStates(b, outs), 0
		}
		x = outs[0].Sequence
		if len(outs) == 2 {
			x = b.Concat(fmt.Sprintf("rnn.l%d", l), o.steps, outs[0].Sequence, outs[1].Sequence)
		}
		if !last && s.Dropout > 0 && b.Training() {
			x = b.Dropout(fmt.Sprintf("rnn.l%d", l), s.Dropout, g.noise, o.steps, x)
		}
	}
	if s.Head == "every" {
		return x, o.steps
	}
	return n.pooled(b, w, x, o), 0
}

// lastStates puts the last hidden states of the directions side by side.
func (n *Network[F]) lastStates(b *graph.Builder[F], outs []*graph.RecurrentOutput) *gorgonia.Node {
	h := b.H(outs[0])
	if len(outs) == 2 {
		h = b.Concat("rnn.last", 0, h, b.H(outs[1]))
	}
	return h
}

// state is the node of a first state, h or c: [L,B,H].
func (n *Network[F]) state(b *graph.Builder[F], g *Graph[F], w map[string]*gorgonia.Node, kind string, values []F) *gorgonia.Node {
	if values == nil {
		return nil
	}
	s := n.Spec
	carried := b.Input(kind+"0", values, s.Layers*s.Directions(), g.B, s.HiddenSize)
	if s.InitialState == "learned" {
		return b.LearnedState(kind+"0", w["rnn."+kind+"0"], carried, g.Carry)
	}
	return carried
}

func (n *Network[F]) loss(b *graph.Builder[F], g *Graph[F], pred, y, mask *gorgonia.Node) *gorgonia.Node {
	if family, ok := distribution.Named(n.Spec.Distribution); ok {
		var unit *gorgonia.Node
		if n.Spec.Counts() {
			unit = b.Input("unit", g.Units, g.B)
		}
		return b.Likelihood("loss", family, pred, y, mask, unit)
	}
	if n.Spec.Loss == "pinball" {
		return b.Pinball("loss", n.Spec.Quantiles, n.Spec.quantileWeights(), pred, y, mask)
	}
	return b.Loss("loss", losses[n.Spec.Loss], n.Spec.HuberDelta, pred, y, mask)
}
