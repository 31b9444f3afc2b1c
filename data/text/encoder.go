package text

import (
	"strings"
	"unicode/utf8"
)

// Encoder turns texts into the numbers of a vocabulary, and counts what it did. It remembers words that it has seen, and must
// not be used by two goroutines at once.
type Encoder struct {
	Symbols int64 // that it has given
	Unknown int64 // how many of them were unknown, or left out because there is no symbol for that

	v       *Vocabulary
	cut     cutter
	seen    map[string][]int32 // of bpe
	ranks   []int32
	missing func(piece []byte) // told of every unknown piece; may be nil
	out     []int32            // of the text at hand
	emit    func(piece []byte) // appends the symbols of a word or chunk to out: made once, as texts may be many and short
}

// maxSeen is how many chunks an encoder remembers.
const maxSeen = 1 << 16

// Encoder makes an encoder.
func (v *Vocabulary) Encoder() *Encoder {
	e := &Encoder{v: v, cut: cutterOf(v.tokens), seen: map[string][]int32{}}
	e.emit = e.word
	if v.tokens.Unit == BPE {
		e.emit = e.chunk
	}
	return e
}

// Encode gives the symbols of a text, and the pieces of it that the vocabulary lacks, each once. An unknown piece is symbol
// Unknown, or is left out where there is none. No end symbol is added, and MaxLength is not applied.
func (v *Vocabulary) Encode(text string) (symbols []int32, missing []string) {
	e := v.Encoder()
	told := map[string]bool{}
	e.missing = func(piece []byte) {
		if !told[string(piece)] {
			told[string(piece)] = true
			missing = append(missing, string(piece))
		}
	}
	return e.Append(nil, text), missing
}

// Pieces are what the symbols of a text stand for, those that the vocabulary lacks too: as many as Encoder.Append gives of a vocabulary
// that has a symbol for them or lacks none. They are written as the tokens say: in small letters, composed.
func (v *Vocabulary) Pieces(text string) (pieces []string) {
	switch v.tokens.Unit {
	case Byte, BPE:
		for _, n := range v.Encoder().Append(nil, text) {
			pieces = append(pieces, v.texts[n-v.first])
		}
	default:
		cutterOf(v.tokens)([]byte(v.tokens.normal(text)), true, func(piece []byte) { pieces = append(pieces, string(piece)) })
	}
	return pieces
}

// Written is a text in the form in which its symbols are put together: what it is cut into, words with a space between them.
func (v *Vocabulary) Written(text string) string {
	between := ""
	if v.tokens.Unit == Word {
		between = " "
	}
	return strings.Join(v.Pieces(text), between)
}

// Append appends the symbols of a text to dst.
func (e *Encoder) Append(dst []int32, text string) []int32 {
	dst, _ = e.add(dst, []byte(e.v.tokens.normal(text)), true)
	return dst
}

// add appends the symbols of what src, which is normal already, begins with, and returns how many bytes are done with.
func (e *Encoder) add(dst []int32, src []byte, end bool) (symbols []int32, used int) {
	before := len(dst)
	switch e.v.tokens.Unit {
	case Byte:
		for _, b := range src {
			dst = append(dst, e.v.first+int32(b))
		}
		used = len(src)
	case Character:
		dst, used = e.characters(dst, src, end)
	default:
		e.out = dst
		used = e.cut(src, end, e.emit)
		dst, e.out = e.out, nil
	}
	e.Symbols += int64(len(dst) - before)
	return dst, used
}

func (e *Encoder) characters(dst []int32, src []byte, end bool) (symbols []int32, used int) {
	for used < len(src) {
		n, size := int32(-1), 1
		if c := src[used]; c < utf8.RuneSelf {
			n = e.v.ascii[c]
		} else {
			if !end && !utf8.FullRune(src[used:]) {
				break
			}
			_, size = utf8.DecodeRune(src[used:])
			if found, ok := e.v.index[string(src[used:used+size])]; ok {
				n = found
			}
		}
		if n >= 0 {
			dst = append(dst, n)
		} else {
			dst = e.unknown(dst, src[used:used+size])
		}
		used += size
	}
	return dst, used
}

// unknown appends the symbol for what the vocabulary lacks.
func (e *Encoder) unknown(dst []int32, piece []byte) []int32 {
	e.Unknown++
	if e.missing != nil {
		e.missing(piece)
	}
	if n := e.v.Number(Unknown); n >= 0 {
		return append(dst, n)
	}
	return dst
}

// word appends the symbol of a word to out.
func (e *Encoder) word(word []byte) {
	if n, ok := e.v.index[string(word)]; ok {
		e.out = append(e.out, n)
		return
	}
	e.out = e.unknown(e.out, word)
}

// chunk appends the symbols of a chunk of bpe to out.
func (e *Encoder) chunk(chunk []byte) {
	if known, ok := e.seen[string(chunk)]; ok {
		e.out = append(e.out, known...)
		return
	}
	from := len(e.out)
	e.out, e.ranks = e.v.split(e.out, chunk, e.ranks)
	if len(e.seen) < maxSeen {
		e.seen[string(chunk)] = append([]int32(nil), e.out[from:]...)
	}
}
