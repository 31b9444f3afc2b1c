package labelled

import (
	"slices"

	"recur/data"
)

// Subset is some sequences of a set, as examples. It is safe for concurrent use.
type Subset struct {
	Name     string // train | validation | test
	Prepared *Prepared
	Index    []int // numbers of the sequences
}

// Len is the number of sequences; a nil subset has none.
func (p *Subset) Len() int {
	if p == nil {
		return 0
	}
	return len(p.Index)
}

// Sequence is the one of example i.
func (p *Subset) Sequence(i int) *Sequence { return &p.Prepared.Set.Sequences[p.Index[i]] }

// Called names example i in messages.
func (p *Subset) Called(i int) string { return p.Prepared.Set.Called(p.Index[i]) }

// Group is 0: sequences belong to nothing.
func (p *Subset) Group(int) int { return 0 }

// Frame is what the values of the sequences are.
func (p *Subset) Frame() data.Frame {
	if p == nil {
		return data.Frame{}
	}
	q := p.Prepared
	return data.Frame{Part: p.Name, Targets: q.Set.Values, Horizon: 1,
		Scales: [][]float64{q.Scalers.Values.Scale}, NaiveScale: [][]float64{make([]float64, len(q.Set.Values))}}
}

// Truth returns the values of example i, [K] in the units of the data. All are known, or none where the file had none.
func (p *Subset) Truth(i int) (values []float64, known []bool) {
	k := len(p.Prepared.Set.Values)
	known = make([]bool, k)
	if values = p.Sequence(i).Values; len(values) == 0 {
		return make([]float64, k), known
	}
	for k := range known {
		known[k] = true
	}
	return values, known
}

// Input is what the network reads of example i, [T,D] in the units of the data.
func (p *Subset) Input(i int) []float64 { return p.Sequence(i).X }

// Pick is those of the sequences whose places are in index.
func (p *Subset) Pick(index []int) *Subset {
	picked := &Subset{Name: p.Name, Prepared: p.Prepared}
	for _, i := range index {
		picked.Index = append(picked.Index, p.Index[i])
	}
	return picked
}

// Join is the sequences of both parts as one, in the order of the file: what training on everything after the choice of a
// model needs.
func Join(a, b *Subset) *Subset {
	index := slices.Concat(a.Index, b.Index)
	slices.Sort(index)
	return &Subset{Name: a.Name + "+" + b.Name, Prepared: a.Prepared, Index: index}
}

// Restore turns what a network gives for example i into the units of the data: scaled and out are [K·Q], the quantiles of a
// value side by side.
func (p *Subset) Restore(_ int, scaled, out []float64) {
	s := p.Prepared.Scalers.Values
	each := max(1, len(out)/len(s.Scale))
	for j := range out {
		k := j / each
		out[j] = scaled[j]*s.Scale[k] + s.Offset[k]
	}
}

// Fill32 writes sequences in float32.
func (p *Subset) Fill32(index []int, b *data.Batch[float32]) { fillBatch(p, index, b) }

// Fill64 writes sequences in float64.
func (p *Subset) Fill64(index []int, b *data.Batch[float64]) { fillBatch(p, index, b) }

// fillInputs writes the steps of a sequence as row n of x [T,N,D], scaled, 0 behind its last one. All is computed in float64 and rounded
// once.
func fillInputs[F data.Float](q *Prepared, s *Sequence, n int, b *data.Batch[F]) {
	d, in := b.D, q.Scalers.Inputs
	b.Lengths[n], b.Carry[n] = s.Steps(d), false
	for t := range b.Lengths[n] {
		row := b.X[(t*b.N+n)*d:][:d]
		for c, v := range s.X[t*d : (t+1)*d] {
			row[c] = F((v - in.Offset[c]) / in.Scale[c])
		}
	}
	b.Pad(n)
}

// fillBatch writes x [T,N,D], scaled, 0 behind the last step of a sequence, and y [N,K], scaled. All is computed in float64 and
// rounded once.
func fillBatch[F data.Float](p *Subset, index []int, b *data.Batch[F]) {
	q := p.Prepared
	d, k := len(q.Set.Inputs), len(q.Set.Values)
	b.Shape(len(index), q.Steps, d, 0, k, false)
	out := q.Scalers.Values
	for n, i := range index {
		s := p.Sequence(i)
		fillInputs(q, s, n, b)
		for c, v := range s.Values {
			b.Y[n*k+c], b.Mask[n*k+c] = F((v-out.Offset[c])/out.Scale[c]), 1
		}
		for c := len(s.Values); c < k; c++ {
			b.Y[n*k+c], b.Mask[n*k+c] = 0, 0
		}
	}
}
