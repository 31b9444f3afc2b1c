package text

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"recur/configs"
	"recur/data"
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
			v, err := Build("x", tokens, Unknown|End, slices.Values([]string{text}))
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

// splits are how a corpus or a set is cut in fuzz tests.
var splits = []*configs.Split{{Train: .6, Validation: .2, Test: .2}, {Train: 1}, {Steps: true, Validation: 2, Test: 1}, {Steps: true, Train: 2, Validation: 3}}

// FuzzCorpus reads any bytes as a corpus without a panic. What is read has the symbols of its documents, and streams predict
// each of them once.
func FuzzCorpus(f *testing.F) {
	mutate.Fuzz(f, mutate.Target{
		Seeds: []string{"\x00\x00\x00abcdefghij", "\x01\x01\x01a\nbc\r\n\nab\n", "\x02\x02\x02a\nb\n\n \nab\n\na", "\x03\x03\x00one file", "\x00\x06\x04low lower lowest", "\x01\x05\x06the cat\nthe hat\nthe cat", "\x02\x07\x03\xffany\x00\n\nbytes"},
		Words: []string{"\n", "\n\n", "\r\n", "\r", " ", "\u2028", "\u00a0", "\ufeff", "\xff", "\x00", "e\u0301", "日本", "abc\n", "\xff\xfe", "PK\x03\x04"},
		Limit: 1000,
		Try: func(t testing.TB, b []byte) {
			if len(b) < 3 {
				return
			}
			s := Source{Documents: []string{None, Line, BlankLine, File}[b[0]%4], Tokens: units[int(b[1])%len(units)], Split: splits[b[2]%4], Drawn: b[2]&8 != 0, Limit: int(b[2] >> 4)}
			if b[2]&4 != 0 && s.Documents != None {
				s.Tokens.MaxLength = 3
			}
			r, err := newReading(s)
			if err != nil {
				t.Fatal(err)
			}
			r.inputs, r.block = []input{{path: "x", name: "x"}}, make([]byte, 8+len(b)%60)
			r.file = func(string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b[3:])), nil }
			c, err := r.read()
			if err != nil {
				if !strings.HasPrefix(err.Error(), "x") {
					t.Fatalf("the error %q does not name the file", err)
				}
				return
			}
			for _, p := range []*Part{c.Train, c.Validation, c.Test} {
				predicts(t, p)
			}
			if s.Documents == None && s.Limit == 0 && b[2]%4 < 3 {
				whole(t, c, b[3:])
			}
		},
	})
}

// predicts wants every symbol of a part to be predicted once by streams, and by documents.
func predicts(t testing.TB, p *Part) {
	for _, o := range []StreamOptions{{Rows: 3, Steps: 4, Warm: 2}, {Rows: 1, Steps: 7}} {
		s, n := p.Streams(o), 0
		var b data.Batch[float32]
		for NextBatch(s, &b) {
			for _, l := range b.Labels {
				if l != data.NoLabel {
					n++
				}
			}
		}
		if n != p.Len() {
			t.Fatalf("%+v predicts %d symbols of the %s part, want %d", o, n, p.Name, p.Len())
		}
	}
	for i, s := 0, p.Streams(StreamOptions{Rows: 2, Steps: 3, Rotate: true, Seed: uint64(p.Len())}); i <= p.Len(); i++ {
		var b data.Batch[float64]
		if !NextBatch(s, &b) {
			break
		} else if i == p.Len() {
			t.Fatal("a rotated epoch has no end")
		}
	}
	d, n := p.Blocks(), 0
	for _, l := range d.Lengths() {
		n += l
	}
	if n != p.Len() || p.end >= 0 && d.Len() != p.Documents {
		t.Fatalf("%d documents of %d symbols, want %d of %d", d.Len(), n, p.Documents, p.Len())
	}
}

// whole wants a text without documents to come back from its parts.
func whole(t testing.TB, c *Corpus, src []byte) {
	if c.Vocabulary.tokens.Unit == Word {
		return
	}
	var got strings.Builder
	for _, p := range []*Part{c.Train, c.Validation, c.Test} {
		if p.Unknown > 0 {
			return
		}
		symbols := make([]int32, p.Symbols.Len()-p.Context)
		p.Symbols.Copy(symbols, p.Context)
		got.WriteString(c.Vocabulary.Decode(symbols))
	}
	if c.Vocabulary.tokens.Unit != Byte {
		src = bytes.TrimPrefix(src, []byte("\ufeff"))
	}
	if want := c.Vocabulary.tokens.normal(string(src)); got.String() != want {
		t.Fatalf("%q comes back as %q", want, got.String())
	}
}

// FuzzLabelled reads any bytes as texts with labels without a panic; what is read fills batches.
func FuzzLabelled(f *testing.F) {
	kinds := []string{".csv", ".tsv", ".jsonl"}
	mutate.Fuzz(f, mutate.Target{
		Seeds: []string{"\x00\x00text,label\na,1\nb c,2\n", "\x00\x01label;text\nx;\"a\nb\"\ny;a\n", "\x01\x02text\tlabel\nword word\tx\nword\ty\n", "\x02\x03{\"text\":\"a b a b\",\"label\":1}\n{\"text\":\"\\u00e9\",\"label\":\"x\"}\n",
			"\x03\x00text,label\na,1\nb,2\nc,3\n", "\x06\x04text,label\na,1\nb,\n"},
		Words: []string{"text", "label", ",", ";", "\t", "\n", "\"", "\"\"", "{", "}", "[", "null", "true", "1e5", "\\ud800", "\xff", "\x00", " A", "a", "NA"},
		Limit: 800,
		Try: func(t testing.TB, b []byte) {
			if len(b) < 2 {
				return
			}
			r := newTexts(Labelled{Text: "text", Label: []string{"label"}, Value: b[0]/3%2 == 1, MissingValues: []string{"NA"}, Limit: int(b[1] >> 5)})
			r.bare, r.name, r.set.Name = b[0]/6%2 == 1, "x", "x"
			if err := r.source(kinds[b[0]%3], b[2:]); err != nil {
				if !strings.HasPrefix(err.Error(), "x") {
					t.Fatalf("the error %q does not name the file", err)
				}
				return
			}
			set, err := r.done()
			if err != nil || r.bare {
				return
			}
			q, err := Prepare(set, PrepareOptions{Tokens: units[int(b[1])%len(units)], Split: splits[b[1]%4], Scale: "standard"})
			if err != nil {
				return
			}
			for _, p := range []*Subset{q.Train, q.Validation, q.Test} {
				index := make([]int, p.Len())
				for i := range index {
					index[i] = i
				}
				var batch data.Batch[float64]
				p.Fill64(index, &batch)
				for n := range index {
					if batch.Lengths[n] == 0 || len(set.Values) == 0 && int(batch.Labels[n]) >= len(set.Classes) {
						t.Fatalf("text %q has %d symbols and label %d", p.Text(n).Text, batch.Lengths[n], batch.Labels)
					}
				}
			}
		},
	})
}
