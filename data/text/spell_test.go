package text

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"recur/configs"
	"recur/data"
)

// TestSpell: the numbers of the parts of words are those that this Python gives.
//
//	def spell(w, n):
//	    m = "<" + w + ">"
//	    return [fnv1a_32(m[i:i+k].encode()) % n for i in range(len(m)) for k in (3, 4, 5) if i + k <= len(m)]
func TestSpell(t *testing.T) {
	for _, c := range []struct {
		word string
		n    int
		want []int32
	}{
		{"a", 1000, []int32{600}},
		{"where", 20000, []int32{7652, 9715, 6707, 941, 12621, 9176, 13420, 811, 14991, 9033, 8469, 7498}},
		{"naïve", 97, []int32{12, 29, 70, 38, 95, 80, 42, 89, 5, 43, 6, 46}},
		{"日本", 20000, []int32{11675, 7871, 13629}},
	} {
		if got := Spell(nil, c.word, c.n); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.word, got, c.want)
		}
	}
	long := strings.Repeat("x", maxSpelt)
	if a, b := Spell(nil, long+"yz", 1<<20), Spell(nil, long, 1<<20); !slices.Equal(a, b) || len(a) != 3*maxSpelt-3 {
		t.Errorf("what no word is long as has %d and %d parts", len(a), len(b))
	}
	if got := Spell(nil, "a\xffb", 50); len(got) == 0 {
		t.Error("bytes that are no text have no part")
	}
}

// TestSpelt: every symbol of a batch has the spelling of its word, also where the vocabulary lacks it or another text holds it first; new
// texts are spelt as they would have been in training.
func TestSpelt(t *testing.T) {
	src := "text,label\n"
	for i := range 40 {
		src += strings.Repeat("common ", 1+i%3) + "rare" + string(rune('a'+i%26)) + " words" + string(rune('a'+i%9)) + ",xy"[:2] + "\n"
	}
	src = strings.Replace(src, ",x\n", ",y\n", 20)
	set, err := OpenLabelled(Labelled{CSV: Paths{Path: filepath.Join(write(t, map[string]string{"a.csv": src}), "a.csv")}, Text: "text", Label: []string{"label"}})
	if err != nil {
		t.Fatal(err)
	}
	const n = 500
	q, err := Prepare(set, PrepareOptions{Tokens: Tokens{Unit: Word, MaxLength: 4}, Ngrams: n, Split: &configs.Split{Train: .8, Validation: .2}, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	fresh := PrepareWith(set, q.Vocabulary, data.Scaler{})
	fresh.Spell(n)
	unknown := 0
	for _, p := range []*Subset{q.Train, q.Validation, fresh.Test} {
		b, index := data.Batch[float32]{}, []int{}
		for i := range p.Len() {
			index = append(index, p.Len()-1-i)
		}
		data.Fill[float32](p, index, &b)
		for r, i := range index {
			words := strings.Fields(p.Text(i).Text)
			for step := range b.T {
				at, want := step*b.N+r, []int32(nil)
				if step < b.Lengths[r] {
					want = Spell(nil, words[step], n)
				}
				if b.Tokens[at] == q.Vocabulary.Number(Unknown) {
					unknown++
				}
				from := int32(0)
				if k := b.Spelt[at]; k > 0 {
					from = b.Spellings.Ends[k-1]
				}
				if got := b.Spellings.Rows[from:b.Spellings.Ends[b.Spelt[at]]]; !slices.Equal(got, want) {
					t.Fatalf("%s part, text %d, step %d: spelt %v, want %v of %q", p.Name, i, step, got, want, words)
				}
			}
		}
	}
	if unknown < 20 {
		t.Errorf("%d symbols are unknown, too few for a test of them", unknown)
	}
	plain := PrepareWith(set, q.Vocabulary, data.Scaler{})
	var b data.Batch[float32]
	if data.Fill[float32](plain.Test, []int{0, 1}, &b); b.Spellings != nil || len(b.Spelt) > 0 {
		t.Error("texts that are not spelt have spellings")
	}
	if q.Memory() <= plain.Memory() {
		t.Error("spellings take no memory")
	}
}
