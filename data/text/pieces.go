package text

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"
)

// A cutter calls emit for every piece that src begins with, in order, and returns how many bytes are done with. A piece that
// reaches the end of src may go on behind it: it is left over unless end is set. So src may come in parts of any size.
type cutter func(src []byte, end bool, emit func(piece []byte)) int

// cutterOf cuts a text into what symbols are looked up by: characters, words, or what byte pair encoding never joins. Bytes are
// not cut.
func cutterOf(t Tokens) cutter {
	switch {
	case t.Unit == Word && t.Segment == "unicode":
		return func(src []byte, end bool, emit func([]byte)) int {
			return fields(src, end, func(field []byte) {
				for w := words.FromBytes(field); w.Next(); {
					emit(w.Value())
				}
			})
		}
	case t.Unit == Word:
		return fields
	case t.Unit == BPE:
		return chunks
	}
	return characters
}

// characters are the code points of a text; a byte that is not UTF-8 is one too.
func characters(src []byte, end bool, emit func([]byte)) (used int) {
	for used < len(src) {
		rest := src[used:]
		if !end && !utf8.FullRune(rest) {
			break
		}
		_, n := utf8.DecodeRune(rest)
		emit(rest[:n])
		used += n
	}
	return used
}

// fields are what stands between white space.
func fields(src []byte, end bool, emit func([]byte)) (used int) {
	for {
		from := used + spaceAhead(src[used:], end)
		n := fieldAhead(src[from:])
		if n == 0 || from+n == len(src) && !end {
			return from
		}
		emit(src[from : from+n])
		used = from + n
	}
}

// fieldAhead is how many bytes src begins with that are not white space.
func fieldAhead(src []byte) int {
	for n, c := range src {
		if c >= utf8.RuneSelf {
			if at := bytes.IndexFunc(src[n:], unicode.IsSpace); at >= 0 {
				return n + at
			}
			break
		}
		if c == ' ' || c >= '\t' && c <= '\r' {
			return n
		}
	}
	return len(src)
}

// spaceAhead is how many bytes of white space src begins with.
func spaceAhead(src []byte, end bool) (n int) {
	for n < len(src) {
		if c := src[n]; c < utf8.RuneSelf {
			if c != ' ' && (c < '\t' || c > '\r') {
				return n
			}
			n++
			continue
		}
		if !end && !utf8.FullRune(src[n:]) {
			return n
		}
		r, size := utf8.DecodeRune(src[n:])
		if !unicode.IsSpace(r) {
			return n
		}
		n += size
	}
	return n
}

// maxChunk is where a run of letters without an end (a genome, a script without spaces) is cut, in bytes.
const maxChunk = 128

// chunks are what byte pair encoding never joins: a run of letters, of digits or of other signs, each with the space before it,
// and a run of white space but for the space that belongs to what follows.
func chunks(src []byte, end bool, emit func([]byte)) (used int) {
	for used < len(src) {
		n := chunkAhead(src[used:], end)
		if n == 0 {
			break
		}
		emit(src[used : used+n])
		used += n
	}
	return used
}

// chunkAhead is the length of the chunk that src begins with; 0: more must be known.
func chunkAhead(src []byte, end bool) int {
	kind, n, known := runAhead(src, 0, end)
	if !known {
		return 0
	}
	if kind != space || n >= maxChunk || n == len(src) || src[n-1] != ' ' {
		return n
	}
	if n > 1 {
		return n - 1 // the last space goes with what follows
	}
	_, n, known = runAhead(src, 1, end)
	if !known {
		return 0
	}
	return n
}

// kind is what a run of characters is of.
type kind uint8

const (
	space kind = iota
	letter
	digit
	other
)

// runAhead finds the end of the run of one kind that begins at from; known is false where src ends before it.
func runAhead(src []byte, from int, end bool) (k kind, n int, known bool) {
	n = from
	for n < len(src) && n < maxChunk {
		if !end && !utf8.FullRune(src[n:]) {
			return k, n, false
		}
		r, size := utf8.DecodeRune(src[n:])
		is := kindOf(r)
		if n > from && is != k {
			return k, n, true
		}
		k = is
		n += size
	}
	return k, n, end || n >= maxChunk
}

func kindOf(r rune) kind {
	switch {
	case r|0x20 >= 'a' && r|0x20 <= 'z':
		return letter
	case r < utf8.RuneSelf:
		switch {
		case r >= '0' && r <= '9':
			return digit
		case r == ' ' || r >= '\t' && r <= '\r':
			return space
		}
		return other
	case unicode.IsLetter(r) || unicode.IsMark(r):
		return letter
	case unicode.IsNumber(r):
		return digit
	case unicode.IsSpace(r):
		return space
	}
	return other
}
