package predict

import (
	"fmt"
	"math"
	"slices"

	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/internal/distribution"
	"recur/internal/kernel"
)

// batchRows is how many windows go through the network at once: enough to fill the kernels' chunks, little enough that
// the buffers stay in the cache.
const batchRows = 256

// Model is a trained network that is ready to predict. It is not safe for concurrent use: open one for each goroutine.
type Model struct {
	Config *configs.Config
	State  checkpoint.Data // scalers and the last window of every series

	net forwarder
}

// forwarder hides the network's value type.
type forwarder interface {
	// examples predicts the examples index of p; emit gets what the network gives for each, [O]. Examples that are not what the
	// network reads are refused.
	examples(p data.Examples, index []int, emit func(i int, scaled []float64)) error
	// reading reads texts side by side, up to so many.
	reading(rows int) (reading, error)
	// listening reads an utterance frame by frame.
	listening() listening
	// stepper carries a state of its own from row to row.
	stepper() (step func(row, out []float64), reset func())
}

// Open rebuilds the network of a checkpoint. threads is the number of cores to use; 0 means all of them.
// The error is a *checkpoint.Error when the weights do not fit the config, or the state of the data does not hold together.
func Open(c *checkpoint.Checkpoint, threads int) (*Model, error) {
	pool := kernel.NewPool(threads)
	m := &Model{Config: c.Config, State: c.Data}
	if err := complete(c.Data); err != nil {
		return nil, err
	}
	s, err := m.sizes(c.Weights)
	if err != nil {
		return nil, err
	}
	spec := c.Config.Model
	if s.decoder != nil {
		spec = spec.Reading()
	}
	if spec.DType == "float64" {
		m.net, err = newNetwork[float64](spec, s, c.Weights, pool)
	} else {
		m.net, err = newNetwork[float32](spec, s, c.Weights, pool)
	}
	if err != nil {
		return nil, err
	}
	return m, nil
}

// complete refuses a state of the data that lacks what every prediction reads: a target, and for every series a scaler of
// each column and whole rows. A checkpoint from elsewhere may hold anything.
func complete(d checkpoint.Data) error {
	columns := d.Columns()
	if d.Gives() == 0 {
		return misfit("the state of the data", "it names no target")
	}
	if err := d.Check(); err != nil {
		return misfit("the state of the data", "%v", err)
	}
	for _, s := range d.Series {
		if len(s.Scaler.Offset) != columns || len(s.Scaler.Scale) != columns {
			return misfit("the state of the data", "series %q has a scaler of %d and %d numbers, want %d of each", s.Name, len(s.Scaler.Offset), len(s.Scaler.Scale), columns)
		}
	}
	return nil
}

// Part predicts every example of p, [O] each in the units of the data; of a forecast that is [Hz·K·Q], horizon-major, the
// quantiles of a value side by side; of classes their chances, [Classes], or [Classes] for every step of an example one after the
// other with head every; of text (data.Foretold) the chances of its labels. A prediction that is NaN or infinite is an error that names the example.
func (m *Model) Part(p data.Examples) ([][]float64, error) {
	if text, ok := p.(data.Foretold); ok {
		return m.foretell(text)
	}
	out := make([][]float64, p.Len())
	var bad error
	for index := range slices.Chunk(inOrder(p), batchRows) {
		err := m.net.examples(p, index, func(i int, scaled []float64) {
			out[i] = make([]float64, len(scaled))
			p.Restore(i, scaled, out[i])
			if m.Config.Model.Counts() {
				whole(out[i]) // but for rounding they are
			}
			if bad == nil && !finite(out[i]) {
				bad = fmt.Errorf("predict: %s: what the network gives for it is not finite; check the data around it and the weights", p.Called(i))
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return out, bad
}

// inOrder are the numbers of all examples, those of like lengths side by side where batches are as long as the longest of them.
func inOrder(p data.Examples) []int {
	order := make([]int, p.Len())
	for i := range order {
		order[i] = i
	}
	if ragged, ok := p.(data.Ragged); ok {
		lengths := ragged.Lengths()
		slices.SortStableFunc(order, func(a, b int) int { return lengths[a] - lengths[b] })
	}
	return order
}

// fits refuses a batch that is not what the network reads.
func (n *network[F]) fits(b *data.Batch[F]) error {
	outputs := b.Out * outputsOf(n.model)
	if n.classes > 0 && b.Out == 0 {
		outputs = n.outputs // labels, if any, are no values
	}
	if n.vocabulary > 0 && (b.D > 0 || len(b.Tokens) != b.T*b.N) {
		return fmt.Errorf("predict: the examples are not symbols, which the network reads; use the config that it was trained with")
	}
	if b.D == n.inputs && outputs == n.outputs && (n.extra == 0 || b.Extra == n.extra) {
		return nil
	}
	return fmt.Errorf("predict: the examples have %d inputs a step, %d values beside them and %d outputs, the network reads %d and %d and gives %d; use the config and the columns that it was trained with",
		b.D, b.Extra, outputs, n.inputs, n.extra, n.outputs)
}

func (n *network[F]) examples(p data.Examples, index []int, emit func(i int, scaled []float64)) error {
	if n.batch == nil {
		n.batch = &data.Batch[F]{}
	}
	data.Fill(p, index, n.batch)
	b := n.batch
	if err := n.fits(b); err != nil {
		return err
	}
	for r, l := range b.Lengths {
		if _, err := n.model.FrontSteps(l); err != nil {
			return fmt.Errorf("predict: %s: %w", p.Called(index[r]), err)
		}
	}
	x := b.X
	if n.vocabulary > 0 {
		var err error
		if x, err = n.vectorsOf(b); err != nil {
			return fmt.Errorf("predict: %w", err)
		}
	}
	out := n.forward(x, b.Z, lengthsOf(b.Lengths, b.T), b.N, b.T)
	var scaled []float64
	for r, i := range index {
		scaled = scaled[:0]
		for step := range n.predictions(b.Lengths[r]) {
			for _, v := range out[(step*b.N+r)*n.outputs:][:n.outputs] {
				scaled = append(scaled, float64(v))
			}
		}
		unit := 1.0
		if len(b.Units) > 0 {
			unit = float64(b.Units[r])
		}
		emit(i, n.quantiles(scaled, unit))
	}
	return nil
}

// quantiles are those of each value, ascending, of what the network gives: themselves, or the numbers of a distribution in this unit. Without
// either they are the values as they are.
func (n *network[F]) quantiles(given []float64, unit float64) []float64 {
	family, ok := distribution.Named(n.model.Distribution)
	if !ok {
		ascend(given, len(n.model.Quantiles))
		return given
	}
	q, p := len(n.model.Quantiles), family.Parameters()
	n.told = data.Grown(n.told, len(given)/p*q)
	for i := range len(given) / p {
		family.Quantiles(given[i*p:(i+1)*p], unit, n.model.Quantiles, n.told[i*q:(i+1)*q])
	}
	return n.told
}

func whole(values []float64) {
	for i, v := range values {
		values[i] = math.Round(v)
	}
}

// ascend sorts the q quantiles of each value, which a network may give in any order [1].
//
// [1] Chernozhukov, Fernández-Val & Galichon, Quantile and probability curves without crossing, 2010.
func ascend(values []float64, q int) {
	for at := 0; q > 1 && at+q <= len(values); at += q {
		slices.Sort(values[at : at+q])
	}
}

// lengthsOf returns nil where every row has all t steps, so that the kernels take their plain path.
func lengthsOf(lengths []int, t int) []int {
	for _, l := range lengths {
		if l != t {
			return lengths
		}
	}
	return nil
}

func finite(values []float64) bool {
	for _, v := range values {
		if v-v != 0 {
			return false
		}
	}
	return true
}
