package text

import (
	"slices"

	"recur/data"
)

// count builds the vocabulary of the training part.
func (r *reading) count() error {
	c := &counts{counter: newCounter(r.tokens)}
	c.held.use = c.counter.add
	if err := r.distribute([3]taker{c, nowhere{}, nowhere{}}); err != nil {
		return err
	}
	special := Unknown
	if r.documents() {
		special |= End
	}
	v, err := c.build(r.name(), special)
	r.vocabulary = v
	return err
}

// encode numbers the symbols of each part.
func (r *reading) encode() (parts [3]*Part, err error) {
	var takers [3]taker
	for i := range parts {
		p := &Part{Name: data.PartNames[i+1], Symbols: NewSymbols(r.vocabulary.Len()), vocabulary: r.vocabulary, end: -1}
		if r.documents() {
			p.end = r.vocabulary.Number(End)
			p.Symbols.Append(p.end)
		}
		n := &numbers{part: p, encoder: r.vocabulary.Encoder(), most: r.tokens.MaxLength}
		n.held.use = n.take
		parts[i], takers[i] = p, n
	}
	if err := r.distribute(takers); err != nil {
		return parts, err
	}
	for i, t := range takers {
		parts[i].Unknown = t.(*numbers).encoder.Unknown
	}
	return parts, nil
}

// held keeps what of a text that comes in parts is not done with.
type held struct {
	text []byte
	use  func(src []byte, end bool) int // takes text and returns how many bytes of it are done with
}

// more takes more text.
func (h *held) more(b []byte, end bool) {
	if len(h.text) == 0 {
		h.text = append(h.text, b[h.use(b, end):]...)
		return
	}
	h.text = append(h.text, b...)
	used := h.use(h.text, end)
	h.text = h.text[:copy(h.text, h.text[used:])]
}

// nowhere takes what is not looked at.
type nowhere struct{}

func (nowhere) add([]byte)   {}
func (nowhere) end()         {}
func (nowhere) follow(taker) {}

// counts takes text to count it.
type counts struct {
	*counter
	held held
}

func (c *counts) add(b []byte) { c.held.more(b, false) }
func (c *counts) end()         { c.held.more(nil, true) }
func (c *counts) follow(taker) {}

// numbers takes text to number its symbols.
type numbers struct {
	part    *Part
	encoder *Encoder
	held    held
	scratch []int32
	most    int // symbols of a document; 0: no limit
	have    int // symbols of the document at hand
}

func (n *numbers) add(b []byte) { n.held.more(b, false) }

func (n *numbers) end() {
	n.held.more(nil, true)
	if n.part.end < 0 {
		return
	}
	if n.most > 0 && n.have > n.most {
		n.part.Shortened++
	}
	n.have = 0
	n.part.Documents++
	n.part.Symbols.Append(n.part.end)
}

// take numbers what src begins with.
func (n *numbers) take(src []byte, end bool) (used int) {
	if unit := n.encoder.v.tokens.Unit; unit == Byte || unit == Character { // as many symbols as bytes; of others there are far fewer
		n.scratch = slices.Grow(n.scratch[:0], len(src))
	}
	n.scratch, used = n.encoder.add(n.scratch[:0], src, end)
	room := len(n.scratch)
	if n.most > 0 {
		room = max(0, min(room, n.most-n.have))
	}
	n.have += len(n.scratch)
	n.part.Symbols.Append(n.scratch[:room]...)
	return used
}

// follow begins with the end of the part before.
func (n *numbers) follow(before taker) {
	from := before.(*numbers).part.Symbols
	if n.part.Symbols.Len() > 0 || from.Len() == 0 {
		return
	}
	last := make([]int32, min(context, from.Len()))
	from.Copy(last, from.Len()-len(last))
	n.part.Symbols.Append(last...)
	n.part.Context = len(last)
}
