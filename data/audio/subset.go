package audio

import (
	"fmt"
	"slices"

	"recur/data"
)

// Subset is some utterances of a set, and copies of them, as examples. It is safe for concurrent use.
type Subset struct {
	Name     string // train | validation | test
	Prepared *Prepared
	Index    []int // numbers of the utterances; copies stand behind all of them

	Labels   int64 // of its transcripts
	Unknown  int64 // how many of them the training part lacks
	Repeated int   // utterances that are heard in a part before this one too
}

var _ data.Paired = (*Subset)(nil)

// Len is the number of examples; a nil subset has none.
func (p *Subset) Len() int {
	if p == nil {
		return 0
	}
	return len(p.Index)
}

// Utterance is the one of example i, or the one that it is a copy of.
func (p *Subset) Utterance(i int) *Utterance {
	return &p.Prepared.Set.Utterances[p.Prepared.utterance(p.Index[i])]
}

// Input is what the network reads of example i, [T,D].
func (p *Subset) Input(i int) []float32 {
	if n := len(p.Prepared.Set.Utterances); p.Index[i] >= n {
		return p.Prepared.copies[p.Index[i]-n].x
	}
	return p.Utterance(i).X
}

// Said are the labels of example i.
func (p *Subset) Said(i int) []int32 { return p.Prepared.labels[p.Prepared.utterance(p.Index[i])] }

// Lengths are the frames of each example.
func (p *Subset) Lengths() []int {
	lengths := make([]int, p.Len())
	for i := range lengths {
		lengths[i] = p.frames(i)
	}
	return lengths
}

func (p *Subset) frames(i int) int { return len(p.Input(i)) / p.Prepared.Set.D }

// SaidLengths are the labels of each example.
func (p *Subset) SaidLengths() []int {
	lengths := make([]int, p.Len())
	for i := range lengths {
		lengths[i] = len(p.Said(i))
	}
	return lengths
}

// Called names example i in messages.
func (p *Subset) Called(i int) string {
	q := p.Prepared
	name := q.Set.Called(q.utterance(p.Index[i]))
	if n := len(q.Set.Utterances); p.Index[i] >= n {
		return fmt.Sprintf("copy %d of %s", q.copies[p.Index[i]-n].number, name)
	}
	return name
}

// Content is what was heard in example i, by its sum: what makes two of them the same one.
func (p *Subset) Content(i int) string {
	u := p.Utterance(i)
	return string(u.sum[:])
}

// Group is 0: utterances belong to nothing.
func (p *Subset) Group(int) int { return 0 }

// Restore leaves what a network says of labels as it is.
func (p *Subset) Restore(_ int, scaled, out []float64) { copy(out, scaled) }

// Pick is those of the examples whose places are in index.
func (p *Subset) Pick(index []int) *Subset {
	picked := &Subset{Name: p.Name, Prepared: p.Prepared}
	for _, i := range index {
		picked.Index = append(picked.Index, p.Index[i])
	}
	return picked
}

// Both are the training and the validation utterances as one part, in the order of the source, copies behind them.
func (q *Prepared) Both() *Subset { return q.Train.With(q.Validation) }

// With is p and other utterances of its set as one part, in the order of the source, copies behind them.
func (p *Subset) With(other *Subset) *Subset {
	index := slices.Concat(p.Index, other.Index)
	slices.Sort(index)
	return &Subset{Name: p.Name + "+" + other.Name, Prepared: p.Prepared, Index: index}
}

// Fill32 writes utterances for a network in float32.
func (p *Subset) Fill32(index []int, b *data.Batch[float32]) { fill(p, index, b) }

// Fill64 writes utterances for a network in float64.
func (p *Subset) Fill64(index []int, b *data.Batch[float64]) { fill(p, index, b) }

// fill writes X [T,N,D], 0 behind the last frame, and Labels [S,N]; no decoder reads them, so that Said is nil. T and S are those of
// the longest of these utterances, or what the batch has at least.
func fill[F data.Float](p *Subset, index []int, b *data.Batch[F]) {
	d, steps, said := p.Prepared.Set.D, max(1, b.Least), max(1, b.LeastS)
	for _, i := range index {
		steps, said = max(steps, p.frames(i)), max(said, len(p.Said(i)))
	}
	b.Shape(len(index), steps, d, 0, 0, false)
	b.ShapeSaid(said, false, false)
	b.Said = nil
	for n, i := range index {
		x, labels := p.Input(i), p.Said(i)
		b.Lengths[n], b.SaidLengths[n], b.Carry[n] = len(x)/d, len(labels), false
		for t := range b.Lengths[n] {
			row := b.X[(t*b.N+n)*d:][:d]
			for c, v := range x[t*d : (t+1)*d] {
				row[c] = F(v)
			}
		}
		b.Pad(n)
		for s, label := range labels {
			b.Labels[s*b.N+n] = label
		}
		b.PadSaid(n, Blank)
	}
}
