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

// noise is rows of random numbers, of which every s.Steps in a row are an example; the first number of the next row is its truth.
type noise struct {
	s    BenchShape
	rows []float32
}

// job makes a config of the shape and random data for it: batches enough that every step fills a new one.
func (s BenchShape) job() (*train.Job, error) {
	const batches = 16
	rows := s.Steps + batches*s.Batch
	c, err := configs.Parse("bench.yaml", fmt.Appendf(nil, benchConfig, rows, s.Steps, s.Cell, s.Hidden, s.Layers, s.front(), s.Batch), nil)
	if err != nil {
		return nil, err
	}
	n := &noise{s, make([]float32, rows*s.Inputs)}
	r := rand.New(rand.NewPCG(1, 2))
	for i := range n.rows {
		n.rows[i] = float32(r.NormFloat64())
	}
	return &train.Job{Config: c, Spec: models.SpecOf(c, s.Steps, s.Inputs, 1, 0), Train: n, Keep: n.kept, Hash: "bench"}, nil
}

// kept is what a network needs to predict: columns that are not scaled.
func (n *noise) kept() checkpoint.Data {
	d := checkpoint.Data{Targets: []string{"y"}}
	for i := 1; i < n.s.Inputs; i++ {
		d.Covariates = append(d.Covariates, fmt.Sprintf("x%d", i))
	}
	as, _ := data.FitScaler("none", nil, nil, n.s.Inputs)
	d.Series = []checkpoint.SeriesState{{Scaler: as}}
	return d
}

func (n *noise) Len() int                                   { return len(n.rows)/n.s.Inputs - n.s.Steps }
func (n *noise) Fill32(index []int, b *data.Batch[float32]) { fillNoise(n, index, b) }
func (n *noise) Fill64(index []int, b *data.Batch[float64]) { fillNoise(n, index, b) }
func (n *noise) Restore(_ int, scaled, out []float64)       { copy(out, scaled) }
func (n *noise) Called(i int) string                        { return fmt.Sprintf("example %d", i+1) }
func (n *noise) Group(int) int                              { return 0 }

func fillNoise[F data.Float](n *noise, index []int, b *data.Batch[F]) {
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
