package text

import (
	"fmt"

	"recur/data"
)

// Documents are the documents of a part as examples of their own: an example reads the end symbol and then the document, and is
// to say what comes next, the end symbol last. They are safe for concurrent use.
type Documents struct {
	part    *Part
	starts  []int // of documents in Symbols, and the end of the last
	lengths []int
}

// ByDocument finds the documents of a part; there are none where the text is one.
func (p *Part) ByDocument() *Documents {
	d := &Documents{part: p}
	if p == nil || p.end < 0 {
		return d
	}
	for i := range p.Symbols.Len() {
		if p.Symbols.At(i) == p.end {
			d.starts = append(d.starts, i)
		}
	}
	for i := 1; i < len(d.starts); i++ {
		d.lengths = append(d.lengths, d.starts[i]-d.starts[i-1])
	}
	return d
}

// Len is the number of documents.
func (d *Documents) Len() int { return len(d.lengths) }

// Lengths are the steps of each document, for data.ByLength.
func (d *Documents) Lengths() []int { return d.lengths }

// Called names document i in messages.
func (d *Documents) Called(i int) string {
	return fmt.Sprintf("document %d of the %s part", i+1, d.part.Name)
}

// Group is 0: documents belong to nothing.
func (d *Documents) Group(int) int { return 0 }

// Restore copies: what a network says of symbols has no other unit.
func (d *Documents) Restore(_ int, scaled, out []float64) { copy(out, scaled) }

// Fill32 writes documents for a network in float32.
func (d *Documents) Fill32(index []int, b *data.Batch[float32]) { fillDocuments(d, index, b) }

// Fill64 writes documents for a network in float64.
func (d *Documents) Fill64(index []int, b *data.Batch[float64]) { fillDocuments(d, index, b) }

// fillDocuments writes Tokens and Labels [T,N], T being the longest of these documents.
func fillDocuments[F data.Float](d *Documents, index []int, b *data.Batch[F]) {
	steps := 0
	for _, i := range index {
		steps = max(steps, d.lengths[i])
	}
	b.ShapeTokens(len(index), steps, true)
	pad := max(0, d.part.vocabulary.Number(Padding))
	for n, i := range index {
		b.Lengths[n], b.Carry[n] = d.lengths[i], false
		for t := range d.lengths[i] {
			at := d.starts[i] + t
			b.Tokens[t*b.N+n], b.Labels[t*b.N+n] = d.part.Symbols.At(at), d.part.Symbols.At(at+1)
		}
		b.PadTokens(n, pad)
	}
}
