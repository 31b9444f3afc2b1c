package text

import (
	"fmt"

	"recur/data"
)

// Flow is a part as data.Streamed: example i is batch i of its Streams. Where Streams are rotated each pass begins elsewhere, and one
// that ends a batch early, or late, than the first pass has an empty batch in its place, or leaves its end unread.
type Flow struct {
	part    *Part
	o       StreamOptions
	batches int // of the first pass

	streams *Streams // where it stands: batch next of pass o.Epoch
	next    int
}

// Flow cuts the part for passes as the options say; their Epoch is that of the first pass.
func (p *Part) Flow(o StreamOptions) *Flow {
	f := &Flow{part: p, o: o}
	if p.Len() > 0 {
		f.batches = p.Streams(o).Batches()
	}
	return f
}

// Own is the same with a place of its own.
func (f *Flow) Own() data.Streamed { return &Flow{part: f.part, o: f.o, batches: f.batches} }

// Len is the number of batches of one pass.
func (f *Flow) Len() int {
	if f == nil {
		return 0
	}
	return f.batches
}

// Rows is the number of rows of a batch.
func (f *Flow) Rows() int { return max(1, f.o.Rows) }

// Steps is how many symbols of a row a batch has at the most.
func (f *Flow) Steps() int { return max(1, f.o.Steps) }

// Called names batch i in messages.
func (f *Flow) Called(i int) string { return fmt.Sprintf("batch %d of the %s part", i+1, f.part.Name) }

// Group is 0: batches belong to nothing.
func (f *Flow) Group(int) int { return 0 }

// Restore copies: what a network says of symbols has no other unit.
func (f *Flow) Restore(_ int, scaled, out []float64) { copy(out, scaled) }

// Fill32 writes batch index[0] for a network in float32; there is one at a time.
func (f *Flow) Fill32(index []int, b *data.Batch[float32]) { fillFlow(f, index, b) }

// Fill64 writes batch index[0] for a network in float64.
func (f *Flow) Fill64(index []int, b *data.Batch[float64]) { fillFlow(f, index, b) }

func fillFlow[F data.Float](f *Flow, index []int, b *data.Batch[F]) {
	if len(index) != 1 {
		panic(fmt.Sprintf("text: %d batches of a stream are asked for at once, want 1", len(index)))
	}
	f.seek(index[0])
	f.next++
	if NextBatch(f.streams, b) {
		return
	}
	b.ShapeTokens(f.Rows(), f.Steps(), true) // this pass has fewer
	for n := range b.Lengths {
		b.Lengths[n], b.Carry[n] = 0, true
		b.PadTokens(n, max(0, f.part.vocabulary.Number(Padding)))
	}
}

// seek stands before batch i.
func (f *Flow) seek(i int) {
	pass, at := i/f.batches, i%f.batches
	if f.streams != nil && f.o.Epoch == pass && f.next == at {
		return
	}
	if f.streams == nil || f.o.Epoch != pass || at < f.next {
		f.o.Epoch, f.next = pass, 0
		f.streams = f.part.Streams(f.o)
	}
	f.streams.Skip(at - f.next)
	f.next = at
}

// Part is what is read.
func (f *Flow) Part() *Part { return f.part }
