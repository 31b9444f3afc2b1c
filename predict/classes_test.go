package predict

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/internal/kernel"
	"recur/models"
)

// ragged are examples of several lengths: symbols where there are so many, else numbers of d a step.
type ragged struct {
	lengths    []int
	symbols, d int
	values     int  // of each example; 0: it has a label
	every      bool // a label at every step
	steps      int  // of a batch, whatever it holds
}

func (r ragged) Len() int                                   { return len(r.lengths) }
func (r ragged) Called(i int) string                        { return fmt.Sprint("example ", i) }
func (r ragged) Group(int) int                              { return 0 }
func (r ragged) Restore(_ int, scaled, o []float64)         { copy(o, scaled) }
func (r ragged) Fill32(index []int, b *data.Batch[float32]) { fillRagged(r, index, b) }
func (r ragged) Fill64(index []int, b *data.Batch[float64]) { fillRagged(r, index, b) }

func fillRagged[F data.Float](r ragged, index []int, b *data.Batch[F]) {
	if r.symbols > 0 {
		b.ShapeTokens(len(index), r.steps, r.every)
	} else {
		b.Shape(len(index), r.steps, r.d, 0, r.values, false)
	}
	for n, i := range index {
		b.Lengths[n] = r.lengths[i]
		for t := range r.lengths[i] {
			at := t*b.N + n
			if r.symbols > 0 {
				b.Tokens[at] = int32((t*7 + i*5 + 3) % r.symbols)
			}
			for j := range r.d {
				b.X[at*r.d+j] = F(math.Sin(float64(3*t + 11*i + j)))
			}
		}
		if r.symbols > 0 {
			b.PadTokens(n, 0)
			r.spell(b.N, n, b.Lengths[n], &b.Spelt, &b.Spellings, b.Tokens)
		}
		b.Pad(n)
	}
}

// spell gives every symbol one of as many lists and three, of up to three of four rows.
func (r ragged) spell(rows, n, length int, spelt *[]int32, lists **data.Spellings, symbols []int32) {
	s := &data.Spellings{}
	for i := range r.symbols + 3 {
		for j := range i % 4 {
			s.Rows = append(s.Rows, int32((3*i+j)%4))
		}
		s.Ends = append(s.Ends, int32(len(s.Rows)))
	}
	*spelt, *lists = data.Grown(*spelt, len(symbols)), s
	for t := n; t < len(symbols); t += rows {
		(*spelt)[t] = (symbols[t] + 3*int32(length%2)) % int32(len(s.Ends))
		if t/rows >= length {
			(*spelt)[t] = 0
		}
	}
}

// classed makes a network of labelled sequences and the predictor of the same weights.
func classed[F data.Float](t *testing.T, spec models.Spec) (*models.Network[F], *Model) {
	t.Helper()
	n, err := models.New[F](spec)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.Close)
	c := configs.Default("regress")
	c.Model, c.Data.Horizon = n.Spec.Model, 1
	k := &checkpoint.Checkpoint{Config: c}
	for _, p := range n.Params {
		if strings.Contains(p.Name, ".running_") {
			for j := range p.Values {
				p.Values[j] += F(j) / 3
			}
		}
		k.Weights = append(k.Weights, checkpoint.FromFloats(p.Name, p.Shape, p.Values))
	}
	l := &checkpoint.Labelled{Steps: spec.Steps}
	for i := range max(1, spec.Inputs) {
		l.Inputs = append(l.Inputs, fmt.Sprint("x", i))
		l.InputScaler.Offset, l.InputScaler.Scale = append(l.InputScaler.Offset, 0), append(l.InputScaler.Scale, 1)
	}
	for i := range spec.Outputs {
		if spec.Classes > 0 {
			l.Classes = append(l.Classes, fmt.Sprint("c", i))
			continue
		}
		l.Values = append(l.Values, fmt.Sprint("v", i))
		l.ValueScaler.Offset, l.ValueScaler.Scale = append(l.ValueScaler.Offset, 0), append(l.ValueScaler.Scale, 1)
	}
	k.Data.Labelled = l
	p, err := Open(k, 2)
	if err != nil {
		t.Fatal(err)
	}
	return n, p
}

// sequenceSpecs are networks of labelled sequences of every form.
func sequenceSpecs() (all []models.Spec) {
	for _, cell := range []string{"elman", "lstm", "gru"} {
		for i, pool := range []string{"last", "mean", "max", "mean_max", "attention", "every"} {
			for _, symbols := range []int{0, 13} {
				for _, layers := range []int{1, 2, 3} {
					s := models.Spec{
						Model: configs.Model{Cell: cell, HiddenSize: 7, Layers: layers, Bidirectional: (i+layers)%2 == 0, Head: "last", Pool: pool, DType: "float64"},
						Steps: 9, Inputs: 3, Outputs: 4, Classes: 4, Threads: 2, Seed: 3, LabelSmoothing: .1,
					}
					if pool == "every" {
						s.Head, s.Pool = "every", "last"
					}
					if symbols > 0 {
						s.Vocabulary, s.Unknown, s.Inputs, s.EmbeddingSize = symbols, 1, 0, 5
					}
					if pool == "every" && symbols > 0 && layers == 1 {
						s.TieEmbeddings, s.Classes, s.Outputs = true, symbols, symbols
					}
					if layers == 2 {
						s.Front = []configs.Layer{conv(6, 3, 1, "same", "layer", "relu")}
					}
					if symbols > 0 && layers == 2 {
						s.CharacterNgrams = 4
					}
					if layers == 3 {
						s.Front = []configs.Layer{conv(6, 3, 1, "same", "batch", "relu")}
					}
					all = append(all, s)
				}
			}
		}
	}
	return all
}

// TestClassesEqualGraph: for every label the chance that the predictor gives it is that which the graph does, in each network
// of classes, of numbers and of symbols, with rows of several lengths; the chances of an example sum to 1.
func TestClassesEqualGraph(t *testing.T) {
	e := ragged{lengths: []int{9, 4, 1, 7, 9, 2}, steps: 9}
	for _, s := range sequenceSpecs() {
		n, p := classed[float64](t, s)
		e.d, e.symbols, e.every = s.Inputs, s.Vocabulary, s.Head == "every"
		got, err := p.Part(e)
		if err != nil {
			t.Fatal(err)
		}
		g, err := n.Graph(e.Len(), 9, false)
		if err != nil {
			t.Fatal(err)
		}
		b := data.Batch[float64]{X: g.X, Y: g.Y, Mask: g.Mask, Lengths: g.Lengths, Tokens: g.Tokens, Spelt: g.Spelt}
		fillRagged(e, []int{0, 1, 2, 3, 4, 5}, &b)
		if g.Spelt != nil {
			g.Spellings = kernel.Spellings(*b.Spellings)
		}
		for class := range s.Classes {
			for i := range g.Labels {
				g.Labels[i] = int32(class)
			}
			if _, err := g.Run(); err != nil {
				t.Fatal(err)
			}
			for i, length := range e.lengths {
				steps := 1
				if e.every {
					steps = length
				}
				if len(got[i]) != steps*s.Classes {
					t.Fatalf("example %d has %d chances, want %d of %d", i, len(got[i]), steps, s.Classes)
				}
				for step := range steps {
					if q, want := got[i][step*s.Classes+class], math.Exp(g.LogP[step*g.B+i]); math.Abs(q-want) > 1e-12 {
						t.Errorf("%s pool %s head %s layers %d symbols %d: chance of class %d in example %d is %v, the graph gives %v",
							s.Cell, s.Pool, s.Head, s.Layers, s.Vocabulary, class, i, q, want)
					}
				}
			}
		}
		for i, chances := range got {
			for c := range slices.Chunk(chances, s.Classes) {
				sum := 0.0
				for _, v := range c {
					sum += v
				}
				if math.Abs(sum-1) > 1e-12 {
					t.Errorf("the chances of example %d sum to %v", i, sum)
				}
			}
		}
	}
}

// TestPooledValuesEqualGraph: pools below a head of values.
func TestPooledValuesEqualGraph(t *testing.T) {
	e := ragged{lengths: []int{9, 4, 1, 7, 9, 2}, steps: 9, d: 3, values: 4}
	for _, s := range sequenceSpecs() {
		if s.Vocabulary > 0 || s.Head == "every" {
			continue
		}
		s.Classes, s.LabelSmoothing = 0, 0
		n, p := classed[float64](t, s)
		got, err := p.Part(e)
		if err != nil {
			t.Fatal(err)
		}
		g, err := n.Graph(e.Len(), 9, false)
		if err != nil {
			t.Fatal(err)
		}
		b := data.Batch[float64]{X: g.X, Y: g.Y, Mask: g.Mask, Lengths: g.Lengths}
		fillRagged(e, []int{0, 1, 2, 3, 4, 5}, &b)
		if _, err := g.Run(); err != nil {
			t.Fatal(err)
		}
		for i, v := range slices.Concat(got...) {
			if math.Abs(v-g.Pred[i]) > 1e-12 {
				t.Fatalf("%s pool %s: value %d is %v, the graph gives %v", s.Cell, s.Pool, i, v, g.Pred[i])
			}
		}
	}
}

// TestManyLengths: predictions do not depend on the other rows or on how long the batch is, and batches of many lengths are
// not kept for ever.
func TestManyLengths(t *testing.T) {
	s := sequenceSpecs()[9] // mean of steps, symbols
	_, p := classed[float64](t, s)
	e := ragged{lengths: []int{3}, symbols: s.Vocabulary, steps: 3}
	want, err := p.Part(e)
	if err != nil {
		t.Fatal(err)
	}
	for e.steps = 4; e.steps < 40; e.steps++ {
		got, err := p.Part(e)
		if err != nil {
			t.Fatal(err)
		}
		for i := range want[0] {
			if math.Abs(got[0][i]-want[0][i]) > 1e-12 {
				t.Fatalf("in a batch of %d steps: %v, alone %v", e.steps, got[0], want[0])
			}
		}
	}
	if n := len(p.net.(*network[float64]).cache); n > passes {
		t.Errorf("%d sizes are kept", n)
	}
}

// TestNeighbours: what is said of an example is the same, to the bit, whichever others go through the network with it.
func TestNeighbours(t *testing.T) {
	for _, s := range sequenceSpecs() {
		s.DType = "float32"
		_, p := classed[float32](t, s)
		e := ragged{lengths: []int{9, 4, 1, 7, 9, 2}, d: s.Inputs, symbols: s.Vocabulary, every: s.Head == "every", steps: 9}
		all, err := p.Part(e)
		if err != nil {
			t.Fatal(err)
		}
		for i := range e.lengths {
			one, err := p.Part(chosen{e, []int{i}})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(one[0], all[i]) {
				t.Errorf("%s pool %s head %s front %v symbols %d: example %d alone is %v, among others %v", s.Cell, s.Pool, s.Head, s.Front, s.Vocabulary, i, one[0], all[i])
			}
		}
	}
}

// chosen are some of the examples.
type chosen struct {
	ragged
	index []int
}

func (c chosen) Len() int { return len(c.index) }

func (c chosen) Fill32(index []int, b *data.Batch[float32]) {
	var of []int
	for _, i := range index {
		of = append(of, c.index[i])
	}
	fillRagged(c.ragged, of, b)
}

// fitting are examples whose batches are as long as the longest of them.
type fitting struct{ ragged }

func (f fitting) Lengths() []int { return f.lengths }

func (f fitting) Fill64(index []int, b *data.Batch[float64]) {
	f.steps = 0
	for _, i := range index {
		f.steps = max(f.steps, f.lengths[i])
	}
	fillRagged(f.ragged, index, b)
}

// TestOrderOfPredictions: examples of several lengths come out as they went in, and short ones are not read as long as long ones.
func TestOrderOfPredictions(t *testing.T) {
	s := sequenceSpecs()[9]
	_, p := classed[float64](t, s)
	e := ragged{symbols: s.Vocabulary, steps: 9}
	for i := range 3 * batchRows {
		e.lengths = append(e.lengths, 1+(i*7)%9)
	}
	want, err := p.Part(e)
	if err != nil {
		t.Fatal(err)
	}
	got, err := p.Part(fitting{e})
	if err != nil {
		t.Fatal(err)
	}
	for i := range want {
		for j := range want[i] {
			if math.Abs(got[i][j]-want[i][j]) > 1e-12 {
				t.Fatalf("example %d is %v, want %v", i, got[i], want[i])
			}
		}
	}
	if n := p.net.(*network[float64]).cache[[2]int{batchRows, 3}]; n == nil {
		t.Error("the shortest third was not read in a batch of its own")
	}
}

func TestForeignSymbols(t *testing.T) {
	s := sequenceSpecs()[9]
	_, p := classed[float64](t, s)
	if _, err := p.Part(ragged{lengths: []int{3}, symbols: s.Vocabulary + 9, steps: 3}); err == nil || !strings.Contains(err.Error(), "and the network knows 0 to 12; use the vocabulary") {
		t.Errorf("symbols beyond the table: %v", err)
	}
	if _, err := p.Part(ragged{lengths: []int{3}, d: 2, steps: 3}); err == nil || !strings.Contains(err.Error(), "not symbols") {
		t.Errorf("numbers in place of symbols: %v", err)
	}
	k := &checkpoint.Checkpoint{Config: p.Config, Data: p.State}
	k.Weights = []checkpoint.Tensor{checkpoint.FromFloats(symbolTable, []int{3}, []float64{1, 2, 3})}
	if _, err := Open(k, 1); err == nil || !strings.Contains(err.Error(), `tensor "embedding.weight" has the shape [3]`) {
		t.Errorf("a table of one dimension: %v", err)
	}
}
