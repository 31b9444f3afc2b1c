package predict

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/data/text"
	"recur/models"
)

// letters makes a vocabulary of so many symbols.
func letters(t *testing.T, n int, special text.Special) *text.Vocabulary {
	t.Helper()
	v, err := text.Build("letters", text.Tokens{Unit: text.Character}, special, slices.Values([]string{"abcdefghijklmnopqrstuvwxyz"[:n]}))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// config is that of a network.
func (s saying) config() *configs.Config {
	c, d := configs.Default("seq2seq"), s.sizes()
	c.Model = configs.Model{EmbeddingSize: sayE, Encoder: configs.Encoder{Cell: s.cell, HiddenSize: s.encoder(), Layers: max(1, s.encoderLayers), Bidirectional: s.bidirectional},
		Decoder: configs.Decoder{Cell: s.cell, HiddenSize: s.units, Layers: s.layers}, Attention: s.attention, Bridge: s.bridge, Copy: s.copies, TieEmbeddings: s.tied, OutputSize: d.outputs,
		Head: "every", DType: s.dtype, Implementation: "fused", Init: "pytorch", Elman: configs.Elman{Nonlinearity: "tanh"}}
	if s.front {
		half := conv(6, 3, 1, "same", "layer", "relu")
		half.Conv.Stride = 2
		c.Model.Front = []configs.Layer{half, conv(5, 3, 2, "same", "none", "tanh")}
	}
	return c
}

// spokenTwice is a network that learns and the predictor of the same random weights; inputs are those of a step of numbers, 0 where symbols are read.
func spokenTwice(t *testing.T, s saying, inputs int) (*models.Network[float64], *Model) {
	t.Helper()
	s.dtype = "float64"
	c := s.config()
	reading := *c
	reading.Model = c.Model.Reading()
	spec := models.SpecOf(&reading, 7, inputs, sayV, 0)
	spec.Classes, spec.Says, spec.SaidSteps, spec.Shared, spec.Padding = sayV, sayV, 6, s.shared, -1
	if inputs == 0 {
		spec.Vocabulary, spec.Padding, spec.Unknown = sayV, 0, 1
	}
	n, err := models.New[float64](spec)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.Close)
	special := text.Padding | text.Unknown | text.Start | text.End
	p := &checkpoint.Paired{Target: letters(t, sayV-4, special), Shared: s.shared, SourceSteps: 7, TargetSteps: 6}
	switch {
	case inputs > 0:
		p.Inputs, p.InputScaler = []string{"x", "y"}[:inputs], data.Scaler{Kind: "none", Offset: make([]float64, inputs), Scale: slices.Repeat([]float64{1}, inputs)}
	case s.shared:
		p.Source = p.Target
	default:
		p.Source = letters(t, sayV-4, special)
	}
	return n, opening(t, n, c, checkpoint.Data{Paired: p})
}

// opening gives a network random weights and opens the checkpoint of them.
func opening(t *testing.T, n *models.Network[float64], c *configs.Config, d checkpoint.Data) *Model {
	t.Helper()
	r, k := rand.New(rand.NewPCG(4, 9)), &checkpoint.Checkpoint{Config: c, Data: d}
	for _, p := range n.Params {
		for i := range p.Values {
			p.Values[i] = .7 * r.NormFloat64()
		}
		k.Weights = append(k.Weights, checkpoint.FromFloats(p.Name, p.Shape, p.Values))
	}
	m, err := Open(k, 2)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestTruthsEqualGraph: the chances of truths that Say tells, checkpoint and all, are those that the graph learns by.
func TestTruthsEqualGraph(t *testing.T) {
	all := someCouples(5, 9)
	for _, s := range sayingKinds {
		if s.attention == "none" && s.bridge == "zero" {
			s.bridge = "dense"
		}
		t.Run(s.name(), func(t *testing.T) {
			n, m := spokenTwice(t, s, 0)
			agreesWithGraph(t, n, m, all.of(s))
		})
	}
	for _, front := range []bool{false, true} {
		s := saying{cell: "lstm", attention: "general", bridge: "dense", layers: 1, units: 8, bidirectional: true, front: front}
		n, m := spokenTwice(t, s, 2)
		agreesWithGraph(t, n, m, &measured{all.of(s)})
	}
}

// measured are couples whose first sequences are two numbers a step.
type measured struct{ *couples }

func (c *measured) Fill32(i []int, b *data.Batch[float32]) { fillMeasured(c, i, b) }
func (c *measured) Fill64(i []int, b *data.Batch[float64]) { fillMeasured(c, i, b) }

func fillMeasured[F data.Float](c *measured, index []int, b *data.Batch[F]) {
	var symbols data.Batch[F]
	fillCouples(c.couples, index, &symbols)
	b.Shape(symbols.N, symbols.T, 2, 0, 0, false)
	b.ShapeSaid(symbols.S, true, false)
	copy(b.Lengths, symbols.Lengths)
	copy(b.Said, symbols.Said)
	copy(b.SaidLengths, symbols.SaidLengths)
	copy(b.Labels, symbols.Labels)
	for i, v := range symbols.Tokens {
		b.X[2*i], b.X[2*i+1] = F(math.Sin(float64(v))), F(math.Cos(float64(3*v)))
	}
	for r := range b.N {
		b.Pad(r)
	}
}

func agreesWithGraph(t *testing.T, n *models.Network[float64], m *Model, c data.Paired) {
	t.Helper()
	said, err := Say([]*Model{m}, c, SayOptions{Beam: 2, MaxLength: 4})
	if err != nil {
		t.Fatal(err)
	}
	var b data.Batch[float64]
	index := make([]int, c.Len())
	for i := range index {
		index[i] = i
	}
	data.Fill(c, index, &b)
	g, err := n.Sized(models.Size{Rows: b.N, Steps: b.T, Said: b.S}, false)
	if err != nil {
		t.Fatal(err)
	}
	copy(g.X, b.X)
	copy(g.Tokens, b.Tokens)
	copy(g.Copied, b.Copied)
	copy(g.Lengths, b.Lengths)
	copy(g.Labels, b.Labels)
	copy(g.Said, b.Said)
	for r, l := range b.SaidLengths { // without a truth there is nothing to learn: any length will do
		g.SaidLengths[r] = max(1, l)
	}
	loss, err := g.Run()
	if err != nil {
		t.Fatal(err)
	}
	sum, symbols := 0.0, 0
	for r, l := range b.SaidLengths {
		if len(said[r].LogP) != l {
			t.Fatalf("%s: chances of %d symbols, want %d", c.Called(r), len(said[r].LogP), l)
		}
		for at, got := range said[r].LogP {
			if want := g.LogP[at*b.N+r]; !(math.Abs(got-want) <= 1e-10) {
				t.Errorf("%s, symbol %d: predict says %v, the graph %v", c.Called(r), at, got, want)
			}
			sum, symbols = sum-got, symbols+1
		}
	}
	if e := math.Abs(sum/float64(symbols) - loss); !(e <= 1e-10) {
		t.Errorf("the mean over %d symbols is %v, the graph's loss %v", symbols, sum/float64(symbols), loss)
	}
}

// sounding are sequences of numbers with labels.
type sounding struct {
	lengths []int
	labels  [][]int32
}

func (s *sounding) Len() int                               { return len(s.lengths) }
func (s *sounding) Called(i int) string                    { return fmt.Sprint("sound ", i) }
func (s *sounding) Group(int) int                          { return 0 }
func (s *sounding) Restore(_ int, scaled, o []float64)     { copy(o, scaled) }
func (s *sounding) Lengths() []int                         { return s.lengths }
func (s *sounding) SaidLengths() []int                     { return lengthsIn(s.labels) }
func (s *sounding) Fill32(i []int, b *data.Batch[float32]) { fillSounding(s, i, b) }
func (s *sounding) Fill64(i []int, b *data.Batch[float64]) { fillSounding(s, i, b) }

func fillSounding[F data.Float](s *sounding, index []int, b *data.Batch[F]) {
	steps, said := 1, 1
	for _, i := range index {
		steps, said = max(steps, s.lengths[i]), max(said, len(s.labels[i]))
	}
	b.Shape(len(index), steps, 2, 0, 0, false)
	b.ShapeSaid(said, false, false)
	for r, i := range index {
		b.Lengths[r], b.SaidLengths[r] = s.lengths[i], len(s.labels[i])
		for t := range s.lengths[i] {
			for j := range 2 {
				b.X[(t*b.N+r)*2+j] = F(math.Sin(float64(3*t + 11*i + 5*j)))
			}
		}
		for t, l := range s.labels[i] {
			b.Labels[t*b.N+r] = l
		}
		b.Pad(r)
		b.PadSaid(r, 0)
	}
}

// TestHeardEqualsGraph: by the frames that a predictor hears labels are as likely as the graph of the same weights learns that they are.
func TestHeardEqualsGraph(t *testing.T) {
	for _, cell := range []string{"lstm", "gru", "elman"} {
		c := configs.Default("ctc")
		c.Model = configs.Model{Cell: cell, HiddenSize: 5, Layers: 2, Bidirectional: cell != "gru", Head: "every", DType: "float64", Implementation: "fused", Init: "pytorch",
			Elman: configs.Elman{Nonlinearity: "tanh"}, Front: []configs.Layer{conv(6, 3, 1, "same", "layer", "relu"), strided("max")}}
		c.Model.Front[0].Conv.Stride = 2
		v := letters(t, 4, text.Padding)
		spec := models.SpecOf(c, 60, 2, v.Len(), 0)
		spec.Loss, spec.Classes, spec.SaidSteps = configs.LossOfSounds, v.Len(), 4
		n, err := models.New[float64](spec)
		if err != nil {
			t.Fatal(err)
		}
		defer n.Close()
		m := opening(t, n, c, checkpoint.Data{Sounds: &checkpoint.Sounds{Vocabulary: v, Inputs: 2, Steps: 60, Labels: 4}})
		s := &sounding{[]int{60, 23, 44, 31, 60}, [][]int32{{1, 1, 2}, {3}, {2, 4, 4, 1}, {}, {4, 3}}}
		heard, err := m.Part(s)
		if err != nil {
			t.Fatal(err)
		}
		var b data.Batch[float64]
		data.Fill(s, []int{0, 1, 2, 3, 4}, &b)
		g, err := n.Sized(models.Size{Rows: b.N, Steps: b.T, Said: b.S}, false)
		if err != nil {
			t.Fatal(err)
		}
		copy(g.X, b.X)
		copy(g.Lengths, b.Lengths)
		copy(g.Labels, b.Labels)
		copy(g.SaidLengths, b.SaidLengths)
		if _, err := g.Run(); err != nil {
			t.Fatal(err)
		}
		for r, chances := range heard {
			var frames [][]float64
			for frame := range slices.Chunk(chances, v.Len()) {
				logs := make([]float64, len(frame))
				for i, p := range frame {
					logs[i] = math.Log(p)
				}
				frames = append(frames, logs)
			}
			if got, want := LogLikelihood(frames, s.labels[r]), g.LogP[r]; !(math.Abs(got-want) <= 1e-10) {
				t.Errorf("%s, %s: labels have the chance %v by %d frames, by the graph %v", cell, s.Called(r), got, len(frames), want)
			}
		}
	}
}
