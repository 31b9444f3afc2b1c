package predict

import (
	"fmt"
	"slices"

	"recur/checkpoint"
	"recur/configs"
	"recur/data"
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
	// fits refuses a part whose windows are not what the network reads.
	fits(p *data.Part) error
	// windows predicts the windows index of p; emit gets each prediction [Hz·K·Q] in scaled, centred units.
	windows(p *data.Part, index []int, emit func(i int, scaled []float64))
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
	if c.Config.Model.DType == "float64" {
		m.net, err = newNetwork[float64](c.Config.Model, s, c.Weights, pool)
	} else {
		m.net, err = newNetwork[float32](c.Config.Model, s, c.Weights, pool)
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
	if len(d.Targets) == 0 {
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

// Part predicts every window of p. It returns one forecast [Hz·K·Q] a window, in the units of the data, horizon-major, the
// quantiles of a value side by side. A prediction that is NaN or infinite is an error that names the window.
func (m *Model) Part(p *data.Part) ([][]float64, error) {
	if err := m.net.fits(p); err != nil {
		return nil, err
	}
	out := make([][]float64, p.Len())
	var bad error
	for from := 0; from < p.Len(); from += batchRows {
		index := make([]int, min(batchRows, p.Len()-from))
		for i := range index {
			index[i] = from + i
		}
		m.net.windows(p, index, func(i int, scaled []float64) {
			out[i] = make([]float64, len(scaled))
			p.Restore(i, scaled, out[i])
			if bad == nil && !finite(out[i]) {
				bad = fmt.Errorf("predict: window %d of the %s part: the forecast is not finite; check the data around it and the weights", i, p.Name)
			}
		})
	}
	return out, bad
}

func (n *network[F]) fits(p *data.Part) error {
	q := p.Prepared
	if q.Inputs == n.inputs && q.Outputs == n.outputs && (n.extra == 0 || q.Extra == n.extra) {
		return nil
	}
	return fmt.Errorf("predict: the %s part has windows of %d inputs, %d values beside them and %d outputs, the network reads %d and %d and gives %d; use the config and the columns that it was trained with",
		p.Name, q.Inputs, q.Extra, q.Outputs, n.inputs, n.extra, n.outputs)
}

func (n *network[F]) windows(p *data.Part, index []int, emit func(i int, scaled []float64)) {
	if n.batch == nil {
		n.batch = &data.Batch[F]{}
	}
	data.Fill(p, index, n.batch)
	b := n.batch
	out := n.forward(b.X, b.Z, lengthsOf(b.Lengths, b.T), b.N, b.T)
	scaled := make([]float64, n.outputs)
	for r, i := range index {
		for j, v := range out[r*n.outputs : (r+1)*n.outputs] {
			scaled[j] = float64(v)
		}
		ascend(scaled, len(n.model.Quantiles))
		emit(i, scaled)
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
