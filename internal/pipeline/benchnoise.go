package pipeline

import (
	"fmt"
	"math/rand/v2"

	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/models"
	"recur/train"
)

// noise is rows of random numbers, of which every s.Steps in a row are an example; the first number of the next row is its truth. Where
// there are symbols they stand in place of the rows, and each is the truth of the one before.
type noise struct {
	s       BenchShape
	rows    []float32
	symbols []int32
}

// job makes a config of the shape and random data for it: batches enough that every step fills a new one.
func (s BenchShape) job() (*train.Job, error) {
	const batches = 16
	rows := s.Steps + batches*s.Batch
	c, err := configs.Parse("bench.yaml", fmt.Appendf(nil, benchConfig, rows, s.Steps, s.Cell, s.Hidden, s.Layers, s.front(), s.Batch), nil)
	if err != nil {
		return nil, err
	}
	n := s.noise(batches * s.Batch)
	spec := models.SpecOf(c, s.Steps, s.Inputs, 1, 0)
	if v := s.Vocabulary; v > 0 {
		m := &c.Model
		m.EmbeddingSize, m.TieEmbeddings, m.Head = s.Embedding, s.Tied, "every"
		spec = models.SpecOf(c, s.Steps, 0, v, 0)
		spec.Vocabulary, spec.Classes, spec.Padding, spec.Unknown, spec.Loss = v, v, -1, -1, ""
	}
	return &train.Job{Config: c, Spec: spec, Train: n, Keep: n.kept, Hash: "bench"}, nil
}

// noise makes so many examples of the shape.
func (s BenchShape) noise(examples int) *noise {
	n, r := &noise{s: s}, rand.New(rand.NewPCG(1, 2))
	for range s.Steps + examples {
		if s.Vocabulary > 0 {
			n.symbols = append(n.symbols, int32(r.IntN(s.Vocabulary)))
			continue
		}
		for range s.Inputs {
			n.rows = append(n.rows, float32(r.NormFloat64()))
		}
	}
	return n
}

// kept is what a network needs to predict: columns that are not scaled.
func (n *noise) kept() checkpoint.Data {
	if n.s.Vocabulary > 0 {
		l := &checkpoint.Labelled{Inputs: []string{"x"}, Classes: make([]string, n.s.Vocabulary), Steps: n.s.Steps}
		l.InputScaler, _ = data.FitScaler("none", nil, nil, 1)
		return checkpoint.Data{Labelled: l}
	}
	d := checkpoint.Data{Targets: []string{"y"}}
	for i := 1; i < n.s.Inputs; i++ {
		d.Covariates = append(d.Covariates, fmt.Sprintf("x%d", i))
	}
	as, _ := data.FitScaler("none", nil, nil, n.s.Inputs)
	d.Series = []checkpoint.SeriesState{{Scaler: as}}
	return d
}

func (n *noise) Len() int {
	if n.symbols != nil {
		return len(n.symbols) - n.s.Steps
	}
	return len(n.rows)/n.s.Inputs - n.s.Steps
}
func (n *noise) Fill32(index []int, b *data.Batch[float32]) { fillNoise(n, index, b) }
func (n *noise) Fill64(index []int, b *data.Batch[float64]) { fillNoise(n, index, b) }
func (n *noise) Restore(_ int, scaled, out []float64)       { copy(out, scaled) }
func (n *noise) Called(i int) string                        { return fmt.Sprintf("example %d", i+1) }
func (n *noise) Group(int) int                              { return 0 }

func fillNoise[F data.Float](n *noise, index []int, b *data.Batch[F]) {
	if n.symbols != nil {
		b.ShapeTokens(len(index), n.s.Steps, true)
		for at, i := range index {
			b.Lengths[at], b.Carry[at] = n.s.Steps, false
			for t := range n.s.Steps {
				b.Tokens[t*b.N+at], b.Labels[t*b.N+at] = n.symbols[i+t], n.symbols[i+t+1]
			}
		}
		return
	}
	d, step := n.s.Inputs, len(index)*n.s.Inputs
	b.Shape(len(index), n.s.Steps, d, 0, 1, false)
	for at, i := range index {
		b.Lengths[at], b.Carry[at] = n.s.Steps, false
		x := n.rows[i*d : (i+n.s.Steps)*d]
		for c := range d {
			for t, to := c, at*d+c; t < len(x); t, to = t+d, to+step {
				b.X[to] = F(x[t])
			}
		}
		b.Y[at], b.Mask[at] = F(n.rows[(i+n.s.Steps)*d]), 1
	}
}
