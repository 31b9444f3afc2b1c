package text

import (
	"slices"

	"recur/data"
)

// Subset is some texts of a set, as examples. It is safe for concurrent use.
type Subset struct {
	Name     string // train | validation | test
	Prepared *Prepared
	Index    []int // numbers of the texts

	Symbols   int64 // of all its texts, before they are shortened
	Unknown   int64 // how many of them the vocabulary lacks
	Shortened int   // texts of which data.tokens.max_length left out the end
	Repeated  int   // texts that stand in a part before this one too, to the letter
}

// Len is the number of texts; a nil subset has none.
func (p *Subset) Len() int {
	if p == nil {
		return 0
	}
	return len(p.Index)
}

// Pick is those of the texts whose places are in index.
func (p *Subset) Pick(index []int) *Subset {
	picked := &Subset{Name: p.Name, Prepared: p.Prepared}
	for _, i := range index {
		picked.Index = append(picked.Index, p.Index[i])
	}
	return picked
}

// Both are the training and the validation texts as one part, in the order of the source.
func (q *Prepared) Both() *Subset {
	index := slices.Concat(q.Train.Index, q.Validation.Index)
	slices.Sort(index)
	return &Subset{Name: q.Train.Name + "+" + q.Validation.Name, Prepared: q, Index: index}
}

// UnknownShare is the share of its symbols that the vocabulary lacks, from 0 to 1.
func (p *Subset) UnknownShare() float64 { return float64(p.Unknown) / float64(max(1, p.Symbols)) }

// Text is the one of example i.
func (p *Subset) Text(i int) *Text { return &p.Prepared.Set.Texts[p.Index[i]] }

// Lengths are the symbols of each example, for data.ByLength.
func (p *Subset) Lengths() []int {
	lengths := make([]int, p.Len())
	for i := range lengths {
		lengths[i] = p.length(i)
	}
	return lengths
}

func (p *Subset) length(i int) int {
	n := p.Index[i]
	return p.Prepared.starts[n+1] - p.Prepared.starts[n]
}

// Called names example i in messages.
func (p *Subset) Called(i int) string { return p.Prepared.Set.Called(p.Index[i]) }

// Group is 0: texts belong to nothing.
func (p *Subset) Group(int) int { return 0 }

// Frame is what the values of the texts are; of no values where they have labels.
func (p *Subset) Frame() data.Frame {
	if p == nil {
		return data.Frame{}
	}
	q := p.Prepared
	return data.Frame{Part: p.Name, Targets: q.Set.Values, Horizon: 1,
		Scales: [][]float64{q.Values.Scale}, NaiveScale: [][]float64{make([]float64, len(q.Set.Values))}}
}

// Truth returns the values of example i, [K] in the units of the data; a text without values has none that is known.
func (p *Subset) Truth(i int) (values []float64, known []bool) {
	values, known = make([]float64, len(p.Prepared.Set.Values)), make([]bool, len(p.Prepared.Set.Values))
	for k := range copy(values, p.Text(i).Values) {
		known[k] = true
	}
	return values, known
}

// Restore turns what a network gives for example i into the units of the data: scaled and out are [K·Q], the quantiles of a
// value side by side. What it says of labels stays as it is.
func (p *Subset) Restore(_ int, scaled, out []float64) {
	s := p.Prepared.Values
	each := max(1, len(out)/max(1, len(s.Scale)))
	for j := range out {
		out[j] = scaled[j]
		if k := j / each; k < len(s.Scale) {
			out[j] = scaled[j]*s.Scale[k] + s.Offset[k]
		}
	}
}

// Fill32 writes texts for a network in float32.
func (p *Subset) Fill32(index []int, b *data.Batch[float32]) { fillTexts(p, index, b) }

// Fill64 writes texts for a network in float64.
func (p *Subset) Fill64(index []int, b *data.Batch[float64]) { fillTexts(p, index, b) }

// fillTexts writes Tokens [T,N], T being the longest of these texts or what the batch has at least, and their Labels [N], or their values as Y [N,K], scaled.
func fillTexts[F data.Float](p *Subset, index []int, b *data.Batch[F]) {
	q := p.Prepared
	steps, k := max(1, b.Least), len(q.Set.Values)
	for _, i := range index {
		steps = max(steps, p.length(i))
	}
	b.Shape(len(index), steps, 0, 0, k, false)
	b.Tokens, b.Labels = data.Grown(b.Tokens, steps*len(index)), data.Grown(b.Labels, len(index))
	if k > 0 {
		b.Labels = b.Labels[:0]
	}
	if b.Spelt, b.Spellings = b.Spelt[:0], nil; q.spelling != nil {
		b.Spelt, b.Spellings = data.Grown(b.Spelt, steps*len(index)), &q.spelling.lists
	}
	pad := max(0, q.Vocabulary.Number(Padding))
	for n, i := range index {
		b.Lengths[n], b.Carry[n] = p.length(i), false
		for t := range b.Lengths[n] {
			b.Tokens[t*b.N+n] = q.symbols.At(q.starts[p.Index[i]] + t)
		}
		for t := b.Lengths[n]; t < steps; t++ {
			b.Tokens[t*b.N+n] = pad
		}
		if q.spelling != nil {
			fillSpelt(q, p.Index[i], n, b)
		}
		if k == 0 {
			b.Labels[n] = int32(p.Text(i).Class) // NoLabel where there is none
		}
		fillValues(q.Values, p.Text(i).Values, b.Y[n*k:(n+1)*k], b.Mask[n*k:(n+1)*k])
	}
}

// fillValues scales the values of one text; those that are not known are masked.
func fillValues[F data.Float](s data.Scaler, values []float64, y, mask []F) {
	for c := range y {
		y[c], mask[c] = 0, 0
		if c < len(values) {
			y[c], mask[c] = F((values[c]-s.Offset[c])/s.Scale[c]), 1
		}
	}
}

// Count is how many symbols some texts have, as they are kept, and how many of them the vocabulary lacks.
func (q *Prepared) Count(index []int) (symbols, unknown int64) {
	none := q.Vocabulary.Number(Unknown)
	for _, n := range index {
		for at := q.starts[n]; at < q.starts[n+1]; at++ {
			symbols++
			if q.symbols.At(at) == none {
				unknown++
			}
		}
	}
	return symbols, unknown
}
