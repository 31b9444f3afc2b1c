package text

import (
	"cmp"
	"iter"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"recur/data"
)

// Special is a set of symbols that stand for no text. A vocabulary has those that its use asks for.
type Special uint8

// The special symbols, in the order of their numbers.
const (
	Padding  Special = 1 << iota // behind the end of an example
	Unknown                      // what the vocabulary lacks; bytes and byte pair encoding lack nothing and have none
	Start                        // before the first symbol of an output
	End                          // behind the last symbol of a document
	specials = 4
)

// specialNames are what special symbols are called where symbols are listed.
var specialNames = [specials]string{"<pad>", "<unk>", "<start>", "<end>"}

// Vocabulary numbers the symbols of a text from 0: special ones first, then by how often the training part holds them, then in
// the order in which they came. It does not change and is safe for concurrent use.
type Vocabulary struct {
	tokens  Tokens
	special Special
	numbers [specials]int32 // of the special symbols; -1 where there is none
	first   int32           // the number of the first symbol that is not special
	texts   []string        // [V-first] what symbols stand for
	counts  []int64         // [V-first] how often the training part holds them; of bpe, that of the whole text before merging
	merges  [][2]int32      // of bpe: pairs in the order in which they were joined, as numbers from 0 without special ones

	index map[string]int32 // of characters beyond ASCII and of words
	ascii [utf8.RuneSelf]int32
	ranks map[[2]int32]int32 // of bpe: the place of a pair in merges
}

// Tokens says what a symbol is.
func (v *Vocabulary) Tokens() Tokens { return v.tokens }

// Len is V, the number of symbols.
func (v *Vocabulary) Len() int { return int(v.first) + len(v.texts) }

// Counted words V: "66 characters", "8000 symbols" of byte pair encoding.
func (v *Vocabulary) Counted() string {
	of := "symbols"
	if v.tokens.Unit != BPE {
		of = v.tokens.Unit + "s"
	}
	return strconv.Itoa(v.Len()) + " " + of
}

// Number is that of a special symbol; -1 where there is none.
func (v *Vocabulary) Number(s Special) int32 {
	for i := range specials {
		if s == 1<<i {
			return v.numbers[i]
		}
	}
	return -1
}

// Symbol is what symbol n stands for; for a special one its name in angle brackets. special tells them apart.
func (v *Vocabulary) Symbol(n int32) (text string, special bool) {
	if n >= v.first {
		return v.texts[n-v.first], false
	}
	for i, number := range v.numbers {
		if number == n {
			return specialNames[i], true
		}
	}
	return "", true
}

// Bytes is the length of symbol n in a text in UTF-8, the end of a document being a line end; -1 for what is unknown.
func (v *Vocabulary) Bytes(n int32) int {
	switch {
	case n >= v.first:
		return len(v.texts[n-v.first])
	case n == v.Number(Unknown):
		return -1
	case n == v.Number(End):
		return 1
	}
	return 0
}

// Count is how often the training part holds symbol n; 0 for special ones.
func (v *Vocabulary) Count(n int32) int64 {
	if n < v.first {
		return 0
	}
	return v.counts[n-v.first]
}

// Decode is the text of symbols. Special ones stand for nothing, words are parted by a space. Characters (where none is unknown),
// bytes and bpe give the text that was encoded, to the byte.
func (v *Vocabulary) Decode(symbols []int32) string {
	var b strings.Builder
	for i, n := range symbols {
		if n < v.first || int(n) >= v.Len() {
			continue
		}
		if v.tokens.Unit == Word && i > 0 && b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(v.texts[n-v.first])
	}
	return b.String()
}

// begin makes a vocabulary without symbols but the special ones.
func begin(t Tokens, special Special) *Vocabulary {
	v := &Vocabulary{tokens: t}
	if t.Unit == Byte || t.Unit == BPE {
		special &^= Unknown
	}
	v.special = special
	for i := range specials {
		v.numbers[i] = -1
		if special&(1<<i) != 0 {
			v.numbers[i] = v.first
			v.first++
		}
	}
	return v
}

// finish builds what symbols are looked up by.
func (v *Vocabulary) finish() *Vocabulary {
	for i := range v.ascii {
		v.ascii[i] = -1
	}
	if v.tokens.Unit == Character || v.tokens.Unit == Word {
		v.index = make(map[string]int32, len(v.texts))
		for i, text := range v.texts {
			v.index[text] = v.first + int32(i)
			if v.tokens.Unit == Character && text[0] < utf8.RuneSelf {
				v.ascii[text[0]] = v.first + int32(i)
			}
		}
	}
	v.ranks = make(map[[2]int32]int32, len(v.merges))
	for i, pair := range v.merges {
		v.ranks[pair] = int32(i)
	}
	return v
}

// allBytes are the texts of the 256 bytes, which bpe begins with.
func allBytes() []string {
	texts := make([]string, 256)
	for i := range texts {
		texts[i] = string([]byte{byte(i)})
	}
	return texts
}

// Build makes the vocabulary of texts, which are the training part: slices.Values of them, or what reads them one by one. name
// is what messages call them. Faults are data.Errors.
func Build(name string, t Tokens, special Special, texts iter.Seq[string]) (*Vocabulary, error) {
	t, err := t.Resolved()
	if err != nil {
		return nil, err
	}
	c := newCounter(t)
	for text := range texts {
		c.add([]byte(t.normal(text)), true)
	}
	return c.build(name, special)
}

// counter counts the pieces of the training part.
type counter struct {
	tokens Tokens
	cut    cutter
	bytes  [256]int64
	places map[string]int32     // in pieces
	ascii  [utf8.RuneSelf]int32 // of characters: the place in pieces and 1
	pieces []counted            // in the order in which they came
	full   bool                 // there are more than maxSize, and the rest is not looked at
}

// counted is a piece and how often it came.
type counted struct {
	text string
	n    int64
}

func newCounter(t Tokens) *counter {
	return &counter{tokens: t, cut: cutterOf(t), places: map[string]int32{}}
}

// add counts what src begins with, and returns how many bytes are done with.
func (c *counter) add(src []byte, end bool) int {
	if c.tokens.Unit == Byte {
		for _, b := range src {
			c.bytes[b]++
		}
		return len(src)
	}
	if c.tokens.Unit == Character {
		return c.characters(src, end)
	}
	return c.cut(src, end, c.one)
}

// characters counts what src begins with, most of it without looking anything up.
func (c *counter) characters(src []byte, end bool) (used int) {
	for used < len(src) {
		if b := src[used]; b < utf8.RuneSelf {
			if c.ascii[b] == 0 {
				c.one(src[used : used+1])
				c.ascii[b] = int32(len(c.pieces))
			} else {
				c.pieces[c.ascii[b]-1].n++
			}
			used++
			continue
		}
		if !end && !utf8.FullRune(src[used:]) {
			break
		}
		_, n := utf8.DecodeRune(src[used:])
		c.one(src[used : used+n])
		used += n
	}
	return used
}

// one counts a piece.
func (c *counter) one(piece []byte) {
	if at, ok := c.places[string(piece)]; ok {
		c.pieces[at].n++
		return
	}
	if c.full = c.full || len(c.pieces) >= maxSize; c.full {
		return
	}
	text := string(piece)
	c.places[text] = int32(len(c.pieces))
	c.pieces = append(c.pieces, counted{text, 1})
}

// build ends the counting; name is what messages call the text.
func (c *counter) build(name string, special Special) (*Vocabulary, error) {
	c.places = nil
	v := begin(c.tokens, special)
	switch {
	case c.full:
		return nil, data.Errors{data.Fault(name, 0, 0, "data.tokens", "the training part has more than %d different %ss; set data.tokens: {unit: byte} or {unit: bpe}", maxSize, c.tokens.Unit)}
	case c.tokens.Unit == Byte:
		v.texts, v.counts = allBytes(), c.bytes[:]
	case c.tokens.Unit == BPE:
		v.learn(c.pieces, c.tokens.Size-int(v.first), int64(c.tokens.MinCount))
	default:
		if fault := c.choose(name, v); fault != nil {
			return nil, data.Errors{fault}
		}
	}
	return v.finish(), nil
}

// choose takes the symbols that are frequent enough.
func (c *counter) choose(name string, v *Vocabulary) *data.Error {
	slices.SortStableFunc(c.pieces, func(a, b counted) int { return cmp.Compare(b.n, a.n) })
	kept := c.pieces
	if at := slices.IndexFunc(kept, func(p counted) bool { return p.n < int64(c.tokens.MinCount) }); at >= 0 {
		kept = kept[:at]
	}
	room := len(kept)
	if c.tokens.Size > 0 {
		room = c.tokens.Size - int(v.first)
	}
	kept = kept[:max(0, min(room, len(kept)))]
	switch {
	case room < 1 && c.tokens.Size > 0:
		return data.Fault(name, 0, 0, "data.tokens.size", "data.tokens.size is %d, and %s special; want more", c.tokens.Size, data.Count(int(v.first), "symbol is", "symbols are"))
	case len(c.pieces) == 0:
		return data.Fault(name, 0, 0, "data.tokens", "the training part has no %s", c.tokens.Unit)
	case len(kept) == 0:
		return data.Fault(name, 0, 0, "data.tokens.min_count", "no %s comes %d times in the training part, the commonest %s; set data.tokens.min_count lower", c.tokens.Unit, c.tokens.MinCount, times(c.pieces[0].n))
	}
	for _, p := range kept {
		v.texts, v.counts = append(v.texts, p.text), append(v.counts, p.n)
	}
	return nil
}

func times(n int64) string {
	if n == 1 {
		return "once"
	}
	return strconv.FormatInt(n, 10) + " times"
}
