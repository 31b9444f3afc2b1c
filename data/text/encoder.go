package text

import (
	"unicode/utf8"

	"recur/data"
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
}

// maxSeen is how many chunks an encoder remembers.
const maxSeen = 1 << 16

// Encoder makes an encoder.
func (v *Vocabulary) Encoder() *Encoder {
	return &Encoder{v: v, cut: cutterOf(v.tokens), seen: map[string][]int32{}}
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
	case Word:
		used = e.cut(src, end, func(word []byte) {
			if n, ok := e.v.index[string(word)]; ok {
				dst = append(dst, n)
				return
			}
			dst = e.unknown(dst, word)
		})
	case BPE:
		used = e.cut(src, end, func(chunk []byte) { dst = e.chunk(dst, chunk) })
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

// chunk appends the symbols of a chunk of bpe.
func (e *Encoder) chunk(dst []int32, chunk []byte) []int32 {
	if known, ok := e.seen[string(chunk)]; ok {
		return append(dst, known...)
	}
	from := len(dst)
	dst, e.ranks = e.v.split(dst, chunk, e.ranks)
	if len(e.seen) < maxSeen {
		e.seen[string(chunk)] = append([]int32(nil), dst[from:]...)
	}
	return dst
}

// fault is one of the text as a whole; who knows the file puts it in.
func fault(key, format string, args ...any) *data.Error {
	return data.Fault("", 0, 0, key, format, args...)
}
