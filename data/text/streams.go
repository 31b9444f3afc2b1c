package text

import (
	"fmt"

	"recur/data"
)

// StreamOptions say how a part is read for truncated backpropagation.
type StreamOptions struct {
	Rows  int // N texts that are read side by side
	Steps int // T symbols of each a batch, the state carried from one batch to the next
	// Rotate begins at another place each Epoch, drawn by Seed, and goes on at the start of the part behind its end, with a new
	// state. It also ends an epoch when less than half of the rows have text left. For training.
	Rotate bool
	Seed   uint64
	Epoch  int
	// Warm is how many symbols before its own text a row reads first without being judged on them: its state is then that of one
	// stream over the whole part in all but name. For validation.
	Warm int
}

// Streams reads a part as N rows: each has an equal share of the text, in order, and gives T symbols of it to every batch.
// Documents start anew: a batch ends a row at the end of a document, and the next begins with the state of no text.
type Streams struct {
	part   *Part
	o      StreamOptions
	lo, m  int // the first place a prediction is made from, and how many there are
	offset int
	rows   []row
	chunks []chunk
	text   []int32
	begun  bool
}

// row is a range of the rotated part.
type row struct {
	at, from, end int // the next symbol, the first that is judged, and the last but one
	carry         bool
}

// chunk is what a row gives to one batch: symbols from a place on, of which the first are not judged.
type chunk struct {
	from, steps, silent int
	carry               bool
}

// Streams cuts the part for one epoch.
func (p *Part) Streams(o StreamOptions) *Streams {
	s := &Streams{part: p, o: o, m: p.Len(), rows: make([]row, max(1, o.Rows)), chunks: make([]chunk, max(1, o.Rows))}
	if s.o.Steps < 1 {
		s.o.Steps = 1
	}
	if s.m == 0 {
		return s
	}
	s.lo = p.first()
	s.text = make([]int32, s.o.Steps+1)
	if o.Rotate {
		drawn := data.Stream(o.Seed, fmt.Sprintf("rotation/%d", o.Epoch)).IntN(s.m)
		s.offset = s.border(drawn, s.m/len(s.rows)/2) % s.m
	}
	for i := range s.rows {
		s.rows[i].from, s.rows[i].end = s.share(i), s.share(i+1)
		s.rows[i].at = s.rows[i].from
		if !o.Rotate {
			s.rows[i].at = max(-s.lo, s.rows[i].from-o.Warm)
		}
	}
	return s
}

// share is where row i begins: at its equal share, or at the next document if that is not far.
func (s *Streams) share(i int) int {
	at := s.m/len(s.rows)*i + s.m%len(s.rows)*i/len(s.rows)
	if i == 0 || i == len(s.rows) {
		return at
	}
	return s.border(at, s.m/len(s.rows)/2)
}

// border is the start of the next document from at on, if it is less than far away.
func (s *Streams) border(at, far int) int {
	if s.part.end < 0 {
		return at
	}
	for i := at; i < at+far && i < s.m; i++ {
		if s.starts(i) {
			return i
		}
	}
	return at
}

// place is where symbol i of the rotated part stands.
func (s *Streams) place(i int) int {
	if i < 0 {
		return s.lo + i // warming up
	}
	return s.lo + (i+s.offset)%s.m
}

// starts says that the state is new at symbol i: a document begins there, or the part.
func (s *Streams) starts(i int) bool {
	at := s.place(i)
	return at == 0 || s.o.Rotate && at == s.lo || s.part.end >= 0 && s.part.Symbols.At(at) == s.part.end
}

// Batches is how many batches there are from here to the end of the epoch. It does not change s.
func (s *Streams) Batches() (n int) {
	ahead := *s
	ahead.rows = append([]row(nil), s.rows...)
	ahead.chunks = append([]chunk(nil), s.chunks...)
	for ahead.advance() {
		n++
	}
	return n
}

// Skip leaves out n batches, as when a training goes on.
func (s *Streams) Skip(n int) {
	for range n {
		s.advance()
	}
}

// advance plans the next batch, and says whether there is one.
func (s *Streams) advance() bool {
	alive := 0
	for i := range s.rows {
		r := &s.rows[i]
		s.chunks[i] = s.next(r)
		if s.chunks[i].steps > 0 {
			alive++
		}
	}
	if alive == 0 || s.o.Rotate && s.begun && alive*2 < len(s.rows) {
		return false
	}
	s.begun = true
	return true
}

// next takes the next symbols of a row, up to the end of a document.
func (s *Streams) next(r *row) chunk {
	if r.at >= r.end {
		return chunk{}
	}
	c := chunk{from: r.at, steps: 1, carry: r.carry && !s.starts(r.at)}
	most := min(s.o.Steps, r.end-r.at)
	if s.part.end < 0 {
		c.steps = most
		if wrap := s.m - s.offset; s.o.Rotate && r.at < wrap && r.at+most > wrap {
			c.steps = wrap - r.at
		}
	} else {
		for c.steps < most && !s.starts(r.at+c.steps) {
			c.steps++
		}
	}
	c.silent = max(0, min(c.steps, r.from-r.at))
	r.at += c.steps
	r.carry = true
	return c
}

// NextBatch writes the next batch: Tokens and Labels [T,N], where a label is the symbol that comes next. It returns false at the
// end of the epoch. A row whose text has come to an end has length 0; its symbols are padding and it has no label.
func NextBatch[F data.Float](s *Streams, b *data.Batch[F]) bool {
	if !s.advance() {
		return false
	}
	b.ShapeTokens(len(s.rows), s.o.Steps, true)
	pad := max(0, s.part.vocabulary.Number(Padding))
	for n, c := range s.chunks {
		b.Lengths[n], b.Carry[n] = c.steps, c.carry
		if c.steps > 0 {
			s.part.Symbols.Copy(s.text[:c.steps+1], s.place(c.from))
		}
		for t := range c.steps {
			at := t*b.N + n
			b.Tokens[at], b.Labels[at] = s.text[t], s.text[t+1]
			if t < c.silent {
				b.Labels[at] = data.NoLabel
			}
		}
		b.PadTokens(n, pad)
	}
	return true
}
