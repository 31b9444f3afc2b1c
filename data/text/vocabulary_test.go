package text

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sample has capitals, digits, a composed and a decomposed letter, a script without spaces, runs of white space.
const sample = "The cat, the hat.\n\nthe  cat's 42 hats – ça va, c\u0327a va?\n\t日本語の文\r\nThe end"

func build(t testing.TB, tokens Tokens, special Special, texts ...string) *Vocabulary {
	t.Helper()
	v, err := Build("x", tokens, special, slices.Values(texts))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func listed(v *Vocabulary) (all []string) {
	for n := range v.Len() {
		text, _ := v.Symbol(int32(n))
		all = append(all, fmt.Sprintf("%s:%d", text, v.Count(int32(n))))
	}
	return all
}

func TestVocabularyOrder(t *testing.T) {
	for _, c := range []struct {
		name    string
		tokens  Tokens
		special Special
		text    string
		want    string
	}{
		{"characters by count, then as they came", Tokens{}, Unknown, "banana cab", "<unk>:0 a:4 b:2 n:2  :1 c:1"},
		{"no special ones", Tokens{}, 0, "ba", "b:1 a:1"},
		{"special ones in their order", Tokens{}, Padding | Unknown | Start | End, "x", "<pad>:0 <unk>:0 <start>:0 <end>:0 x:1"},
		{"words twice at least", Tokens{Unit: Word}, Unknown, "b a a b c a", "<unk>:0 a:3 b:2"},
		{"words once", Tokens{Unit: Word, MinCount: 1}, Unknown, "b a a b c a", "<unk>:0 a:3 b:2 c:1"},
		{"the largest vocabulary counts special ones", Tokens{Unit: Word, MinCount: 1, Size: 2}, Unknown, "b a a b c a", "<unk>:0 a:3"},
		{"lowercase", Tokens{Unit: Word, Lowercase: true}, Unknown, "The the THE", "<unk>:0 the:3"},
		{"composed", Tokens{Unit: Character}, 0, "ç c\u0327", "ç:2  :1"},
		{"as it is", Tokens{Unit: Character, Normalize: "none"}, 0, "ç c\u0327", "ç:1  :1 c:1 \u0327:1"},
		{"space", Tokens{Unit: Word, MinCount: 1}, 0, "Well, don't pay 3.14\u00a0€.", "Well,:1 don't:1 pay:1 3.14:1 €.:1"},
		{"unicode", Tokens{Unit: Word, Segment: "unicode", MinCount: 1}, 0, "Well, don't pay 3.14\u00a0€.", "Well:1 ,:1 don't:1 pay:1 3.14:1 €:1 .:1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := cmp.Diff(c.want, strings.Join(listed(build(t, c.tokens, c.special, c.text)), " ")); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestDecodeRestores(t *testing.T) {
	for _, tokens := range []Tokens{{Normalize: "none"}, {Unit: Byte}, {Unit: BPE, Normalize: "none"}, {Unit: BPE, Normalize: "none", Size: 270}} {
		v := build(t, tokens, Padding|Unknown|Start|End, sample)
		for _, text := range []string{sample, "", " ", "the  ", "\n\n", "日本", "cat\u0327", strings.Repeat("hat", 300), strings.Repeat(" ", 300) + "x"} {
			symbols, missing := v.Encode(text)
			if got := v.Decode(symbols); got != text && len(missing) == 0 {
				t.Errorf("%+v: got %q, want %q", tokens, got, text)
			}
			if tokens.Unit != "" && len(missing) > 0 {
				t.Errorf("%s lacks %q", tokens.Unit, missing)
			}
		}
	}
	v := build(t, Tokens{Unit: Word, MinCount: 1}, End, "the  cat\nsat")
	symbols, _ := v.Encode("sat the cat")
	if got := v.Decode(append(symbols, v.Number(End))); got != "sat the cat" {
		t.Errorf("got %q", got)
	}
}

func TestEncodeNamesWhatIsMissing(t *testing.T) {
	v := build(t, Tokens{}, Unknown, "abc")
	symbols, missing := v.Encode("aßcßé")
	if d := cmp.Diff([]int32{1, 0, 3, 0, 0}, symbols); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"ß", "é"}, missing); d != "" {
		t.Error(d)
	}
	v = build(t, Tokens{}, 0, "abc")
	e := v.Encoder()
	if got := e.Append(nil, "abxc"); len(got) != 3 || e.Symbols != 3 || e.Unknown != 1 {
		t.Errorf("got %v of %d, %d unknown; want 3 and 1", got, e.Symbols, e.Unknown)
	}
}

// Byte pair encoding is checked against the definition: count all pairs anew, join the most frequent everywhere.
func TestLearnsThePairsOfTheDefinition(t *testing.T) {
	text := strings.Repeat("low lower lowest new newer newest wide wider widest aaaa aaaaa abab "+sample, 3)
	v := build(t, Tokens{Unit: BPE, Size: 400}, 0, text)
	var words [][]int32
	chunks([]byte(v.tokens.normal(text)), true, func(chunk []byte) {
		var word []int32
		for _, b := range chunk {
			word = append(word, int32(b))
		}
		words = append(words, word)
	})
	for i, got := range v.merges {
		counts := map[[2]int32]int{}
		for _, w := range words {
			for j := 1; j < len(w); j++ {
				counts[[2]int32{w[j-1], w[j]}]++
			}
		}
		var best [2]int32
		for p, n := range counts {
			if n > counts[best] || n == counts[best] && slices.Compare(p[:], best[:]) < 0 {
				best = p
			}
		}
		if got != best {
			t.Fatalf("merge %d is %v (%d times), want %v (%d times)", i, got, counts[got], best, counts[best])
		}
		if v.counts[256+i] != int64(counts[best]) {
			t.Fatalf("merge %d has the count %d, want %d", i, v.counts[256+i], counts[best])
		}
		for j := range words {
			words[j] = merge(words[j], best, int32(256+i))
		}
	}
	if len(v.merges) < 50 {
		t.Errorf("%d merges, want 50 or more", len(v.merges))
	}
	var want []int32
	for _, w := range words {
		want = append(want, w...)
	}
	got, _ := v.Encode(text)
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestBPEKnowsNoCountBelowTwo(t *testing.T) {
	if v := build(t, Tokens{Unit: BPE}, End, "abcdefg"); v.Len() != 257 {
		t.Errorf("%d symbols, want 257", v.Len())
	}
	if v := build(t, Tokens{Unit: BPE, MinCount: 3}, 0, "ab ab"); len(v.merges) != 0 {
		t.Errorf("merges %v", v.merges)
	}
}

func TestVocabularyIsKept(t *testing.T) {
	for _, tokens := range []Tokens{{}, {Unit: Byte}, {Unit: Word, Segment: "unicode", Lowercase: true, MinCount: 1, MaxLength: 7}, {Unit: BPE, Size: 300}} {
		v := build(t, tokens, Padding|Unknown|End, sample)
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var again Vocabulary
		if err := json.Unmarshal(b, &again); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(v, &again, cmp.AllowUnexported(Vocabulary{})); d != "" {
			t.Errorf("%s: %s", tokens.Unit, d)
		}
		if v.Checksum() == "" || v.Checksum() != again.Checksum() {
			t.Errorf("checksums %q and %q", v.Checksum(), again.Checksum())
		}
		a, _ := v.Encode(sample)
		c, _ := again.Encode(sample)
		if !slices.Equal(a, c) {
			t.Errorf("%s: encodes otherwise", tokens.Unit)
		}
		damaged := []byte(strings.Replace(string(b), `"counts":[`, `"counts":[1`, 1))
		if err := json.Unmarshal(damaged, &again); err == nil || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("a changed count gives %v", err)
		}
	}
}

// remade is JSON of a vocabulary with a right checksum.
func remade(t testing.TB, change func(*kept)) []byte {
	t.Helper()
	k := kept{Schema: 1, Tokens: Tokens{Unit: Word, MinCount: 1}, Special: []string{"<unk>"}, Symbols: []string{"a", "b"}, Counts: []int64{2, 1}}
	change(&k)
	k.Checksum, _ = k.sum()
	b, err := json.Marshal(k)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestBadVocabularies(t *testing.T) {
	for want, change := range map[string]func(*kept){
		"schema is 2, want 1":                               func(k *kept) { k.Schema = 2 },
		`special symbol "<x>" is unknown`:                   func(k *kept) { k.Special = []string{"<x>"} },
		`special symbol "<unk>" is unknown or out of order`: func(k *kept) { k.Special = []string{"<end>", "<unk>"} },
		`symbol 1 is "a", want one word`:                    func(k *kept) { k.Symbols[1] = "a" },
		`symbol 0 is "", want one word`:                     func(k *kept) { k.Symbols[0] = "" },
		`symbol 0 is "ab", want one character`: func(k *kept) {
			k.Tokens, k.Symbols[0] = Tokens{Unit: Character}, "ab"
		},
		"there are 1 counts, want 2": func(k *kept) { k.Counts = k.Counts[:1] },
		"merge 0 joins symbol 256, and there are 256": func(k *kept) {
			k.Tokens, k.Merges = Tokens{Unit: BPE}, [][2]int32{{256, 1}}
		},
		`data.tokens.unit: "letter" is unknown`: func(k *kept) { k.Tokens.Unit = "letter" },
	} {
		if err := json.Unmarshal(remade(t, change), new(Vocabulary)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if err := json.Unmarshal(remade(t, func(*kept) {}), new(Vocabulary)); err != nil {
		t.Error(err)
	}
}
