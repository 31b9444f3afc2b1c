package text

import (
	"fmt"

	"recur/data"
)

// blockSymbols is how many symbols of a text that is one make an example: enough that one says little of the next.
const blockSymbols = 1000

// Blocks is the text of a part as examples that are scored one by one: its documents, or where it is one text blocks of 1,000
// symbols, the last one shorter. They are safe for concurrent use.
type Blocks struct {
	part  *Part
	spans []span
}

// span is an example in Symbols: the symbol before its first one, and its last one.
type span struct{ from, to int }

// Blocks cuts the part.
func (p *Part) Blocks() *Blocks {
	b := &Blocks{part: p}
	if p.Len() == 0 {
		return b
	}
	from, last := p.first(), p.Symbols.Len()-1
	for from < last {
		to := min(from+blockSymbols, last)
		if p.end >= 0 {
			for to = from + 1; p.Symbols.At(to) != p.end; {
				to++
			}
		}
		b.spans = append(b.spans, span{from, to})
		from = to
	}
	return b
}

// Pick is those of the examples, of documents, whose places are in index.
func (b *Blocks) Pick(index []int) *Blocks {
	picked := &Blocks{part: b.part}
	for _, i := range index {
		picked.spans = append(picked.spans, b.spans[i])
	}
	return picked
}

// Part is what is cut.
func (b *Blocks) Part() *Part { return b.part }

// Len is the number of examples.
func (b *Blocks) Len() int {
	if b == nil {
		return 0
	}
	return len(b.spans)
}

// Lengths are the symbols of each example.
func (b *Blocks) Lengths() []int {
	all := make([]int, b.Len())
	for i := range all {
		all[i] = b.spans[i].to - b.spans[i].from
	}
	return all
}

// GoesOn says that example i has no start of its own.
func (b *Blocks) GoesOn(i int) bool { return i > 0 && b.part.end < 0 }

// Text is example i. The first block of a text begins behind the end of the part before it.
func (b *Blocks) Text(i int, buffer *data.TextBuffer) (before, symbols, labels []int32) {
	from, to := b.spans[i].from, b.spans[i].to
	context := 0
	if i == 0 && b.part.end < 0 {
		context = from
	}
	all := data.Grown(buffer.Symbols, context+to-from+1)
	buffer.Symbols = all
	b.part.Symbols.Copy(all, from-context)
	all = all[context:]
	return buffer.Symbols[:context], all[:to-from], all[1:]
}

// Called names example i in messages.
func (b *Blocks) Called(i int) string {
	if b.part.end >= 0 {
		return fmt.Sprintf("document %d of the %s part", i+1, b.part.Name)
	}
	return fmt.Sprintf("symbols %d to %d of the %s part", b.spans[i].from-b.part.first()+1, b.spans[i].to-b.part.first(), b.part.Name)
}

// Group is 0: text belongs to nothing.
func (b *Blocks) Group(int) int { return 0 }

// Restore copies: what is said of symbols has no other unit.
func (b *Blocks) Restore(_ int, scaled, out []float64) { copy(out, scaled) }

// Fill32 writes examples for a network in float32.
func (b *Blocks) Fill32(index []int, to *data.Batch[float32]) { fillBlocks(b, index, to) }

// Fill64 writes examples for a network in float64.
func (b *Blocks) Fill64(index []int, to *data.Batch[float64]) { fillBlocks(b, index, to) }

// fillBlocks writes Tokens and Labels [T,N]; examples that go on begin anew here, which suits a training on whole documents.
func fillBlocks[F data.Float](b *Blocks, index []int, to *data.Batch[F]) {
	steps := max(1, to.Least)
	for _, i := range index {
		steps = max(steps, b.spans[i].to-b.spans[i].from)
	}
	to.ShapeTokens(len(index), steps, true)
	pad := max(0, b.part.vocabulary.Number(Padding))
	var buffer data.TextBuffer
	for n, i := range index {
		_, symbols, labels := b.Text(i, &buffer)
		to.Lengths[n], to.Carry[n] = len(symbols), false
		for t, s := range symbols {
			to.Tokens[t*to.N+n], to.Labels[t*to.N+n] = s, labels[t]
		}
		to.PadTokens(n, pad)
	}
}
