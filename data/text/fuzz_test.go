package text

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"
	"unicode/utf8"

	"recur/internal/mutate"
)

// units are what a text is cut into in fuzz tests; the first byte of an input chooses among them.
var units = []Tokens{{}, {Unit: Byte}, {Unit: Word, MinCount: 1}, {Unit: Word, Segment: "unicode", MinCount: 1, Lowercase: true}, {Unit: BPE, Size: 280},
	{Normalize: "none", MinCount: 2}, {Unit: BPE, Normalize: "none", Lowercase: true, Size: 300}}

// FuzzTokens builds a vocabulary of any bytes, gives them back, keeps it, and cuts them in parts of any size with the same
// result.
func FuzzTokens(f *testing.F) {
	mutate.Fuzz(f, mutate.Target{
		Seeds: []string{"\x00\x01abc", "\x01\x02\xff\x00", "\x02\x03the cat the hat", "\x03\x01Don't, 3.14 says\u00a0I\u0301", "\x04\x05low lower lowest  \n\n low", "\x05\x01日本語", "\x06\x07ÇA VA ça"},
		Words: []string{" ", "  ", "\n", "\r\n", "\u00a0", "\u2028", "\u200d", "e\u0301", "日本", "🏳️‍🌈", "\xff", "\xc3", "İ", "ẞ", "the ", "<unk>", "٣", "กขค"},
		Limit: 1500,
		Try: func(t testing.TB, b []byte) {
			if len(b) < 2 {
				return
			}
			tokens, step, text := units[int(b[0])%len(units)], 1+int(b[1])%64, string(b[2:])
			v, err := Build(tokens, Unknown|End, text)
			if err != nil {
				return
			}
			symbols, missing := v.Encode(text)
			normal := v.tokens.normal(text)
			if got := v.Decode(symbols); tokens.Unit != Word && len(missing) == 0 && got != normal {
				t.Fatalf("%s: %q comes back as %q", v.tokens.Unit, normal, got)
			}
			if tokens.Unit != "" && len(missing) > 0 || v.tokens.normal(normal) != normal && utf8.ValidString(text) {
				t.Fatalf("%s lacks %q, or %q changes when it is made normal again", v.tokens.Unit, missing, normal)
			}
			if parts := inParts(v, []byte(normal), step); !slices.Equal(parts, symbols) {
				t.Fatalf("%s: in parts of %d bytes %v, at once %v", v.tokens.Unit, step, parts, symbols)
			}
			again(t, v, text, symbols)
		},
	})
}

// inParts encodes a text that comes step bytes at a time.
func inParts(v *Vocabulary, text []byte, step int) (symbols []int32) {
	e := v.Encoder()
	var held []byte
	for part := range slices.Chunk(text, step) {
		held = append(held, part...)
		var used int
		symbols, used = e.add(symbols, held, false)
		held = held[used:]
	}
	symbols, _ = e.add(symbols, held, true)
	return symbols
}

// again keeps a vocabulary and uses what is read back.
func again(t testing.TB, v *Vocabulary, text string, want []int32) {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var read Vocabulary
	if err := json.Unmarshal(b, &read); err != nil {
		if utf8.ValidString(text) { // JSON holds no other
			t.Fatal(err)
		}
		return
	}
	if got, _ := read.Encode(text); !slices.Equal(got, want) && utf8.ValidString(text) {
		t.Fatalf("what was kept encodes as %v, want %v", got, want)
	}
}

// FuzzVocabulary reads any JSON without a panic; what is read encodes, decodes and is written again as it was.
func FuzzVocabulary(f *testing.F) {
	var seeds []string
	for _, tokens := range units {
		v := build(f, tokens, Unknown|End, sample)
		b, err := json.Marshal(v)
		if err != nil {
			f.Fatal(err)
		}
		seeds = append(seeds, string(b))
	}
	mutate.Fuzz(f, mutate.Target{Seeds: seeds, Limit: 8000,
		Words: []string{`"<unk>"`, `"<pad>"`, `"bpe"`, `"word"`, `"byte"`, `"character"`, `"merges":[[97,98]]`, `"size":300`, `null`, `""`},
		Try: func(t testing.TB, b []byte) {
			var k kept
			if json.Unmarshal(b, &k) != nil {
				return
			}
			k.Checksum, _ = k.sum() // else nearly every change is found by the checksum
			made, _ := json.Marshal(k)
			var v Vocabulary
			if v.UnmarshalJSON(made) != nil {
				return
			}
			symbols, _ := v.Encode(sample)
			v.Decode(symbols)
			written, err := v.MarshalJSON()
			if err != nil || !bytes.Contains(written, []byte(v.Checksum())) || v.Len() == 0 && v.tokens.Unit == BPE {
				t.Fatalf("%s, %v", written, err)
			}
		}})
}
