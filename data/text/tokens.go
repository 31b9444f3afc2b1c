package text

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"recur/data"
)

// Units of a text.
const (
	Character = "character" // a Unicode code point
	Byte      = "byte"
	Word      = "word"
	BPE       = "bpe" // byte pair encoding: frequent parts of words
)

// Tokens says what a symbol of a text is. Its fields are the keys of data.tokens.
type Tokens struct {
	// Unit is character (also for ""), byte, word or bpe.
	Unit string `json:"unit"`
	// Segment, of words: space (also for "") cuts at white space alone, so that tokenised text stays as it is; unicode cuts at
	// the word boundaries of Unicode (UAX 29), punctuation apart.
	Segment string `json:"segment,omitempty"`
	// Size is the most symbols of the vocabulary, special ones included; 0: no limit, for bpe 8000.
	Size int `json:"size,omitempty"`
	// MinCount is how often the training part must hold a symbol; a rarer one is unknown. 0: 2 for words, else 1.
	MinCount  int  `json:"min_count,omitempty"`
	Lowercase bool `json:"lowercase,omitempty"`
	// Normalize is nfc (also for "", but for bytes) or none.
	Normalize string `json:"normalize,omitempty"`
	// MaxLength is the most symbols of a document or text; those behind it are left out and counted. 0: no limit.
	MaxLength int `json:"max_length,omitempty"`
}

const (
	defaultBPE = 8000
	// maxSize is the largest vocabulary that is built.
	maxSize = 8_000_000
)

// Resolved is t with its defaults. The error is data.Errors: every key that is at fault.
func (t Tokens) Resolved() (Tokens, error) {
	var faults data.Errors
	fault := func(key, format string, args ...any) {
		faults = append(faults, data.Fault(key, 0, 0, key, format, args...))
	}
	word := func(key string, value *string, words ...string) {
		if *value == "" {
			*value = words[0]
		}
		if !slices.Contains(words, *value) {
			fault("data.tokens."+key, "%q is unknown; want %s", *value, either(words))
		}
	}
	word("unit", &t.Unit, Character, Byte, Word, BPE)
	if t.Unit == Word {
		word("segment", &t.Segment, "space", "unicode")
	} else if t.Segment != "" {
		fault("data.tokens.segment", "%q says where words end, and unit is %s; remove it, or set unit: word", t.Segment, t.Unit)
	}
	if t.Unit == Byte {
		word("normalize", &t.Normalize, "none")
		if t.Lowercase {
			fault("data.tokens.lowercase", "bytes have no case; remove it, or set unit: character")
		}
		if t.MinCount > 1 || t.Size != 0 {
			fault("data.tokens", "all 256 bytes are in the vocabulary of unit byte; remove size and min_count")
		}
	} else {
		word("normalize", &t.Normalize, "nfc", "none")
	}
	for _, n := range []struct {
		key   string
		value int
	}{{"size", t.Size}, {"min_count", t.MinCount}, {"max_length", t.MaxLength}} {
		if n.value < 0 {
			fault("data.tokens."+n.key, "got %d, want 0 or more", n.value)
		}
	}
	t.fill()
	if t.Unit == BPE && t.Size > 0 && t.Size < 256+int(specials) {
		fault("data.tokens.size", "got %d, and byte pair encoding begins with the 256 bytes; want %d or more", t.Size, 256+int(specials))
	}
	if t.Size > maxSize {
		fault("data.tokens.size", "got %d, more than the limit of %d", t.Size, maxSize)
	}
	if len(faults) > 0 {
		return t, faults
	}
	return t, nil
}

// fill puts numbers in place of those that are left out.
func (t *Tokens) fill() {
	if t.MinCount == 0 {
		t.MinCount = 1
		if t.Unit == Word {
			t.MinCount = 2
		}
	}
	if t.Unit == BPE && t.Size == 0 {
		t.Size = defaultBPE
	}
}

// either is "a, b or c".
func either(words []string) string {
	last := len(words) - 1
	if last == 0 {
		return words[0]
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// normal is text as its symbols are looked for. Letters become small before the text is composed, so that the result stays as it
// is when it is made normal again.
func (t *Tokens) normal(text string) string {
	if t.Lowercase {
		text = strings.ToLower(text)
	}
	if t.Normalize == "nfc" {
		text = norm.NFC.String(text)
	}
	return text
}
