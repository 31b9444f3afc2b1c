package text

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/data"
)

// partOf is a part of text; documents end at each |.
func partOf(t testing.TB, text string, context int) (*Part, *Vocabulary) {
	t.Helper()
	v := build(t, Tokens{}, End|Padding, strings.ReplaceAll(text, "|", ""))
	p := &Part{Name: "train", Symbols: NewSymbols(v.Len()), Context: context, vocabulary: v, end: -1}
	if strings.Contains(text, "|") {
		p.end = v.Number(End)
		p.Symbols.Append(p.end)
	}
	for i, document := range strings.Split(text, "|") {
		if i > 0 {
			p.Symbols.Append(p.end)
		}
		symbols, _ := v.Encode(document)
		p.Symbols.Append(symbols...)
	}
	return p, v
}

// shown are the batches of an epoch, a row as inputs>labels; | is an end, . a label that is not judged, + a state that is kept.
func shown(s *Streams, v *Vocabulary) (batches []string) {
	write := func(n int32) string {
		text, special := v.Symbol(n)
		if special {
			return "|"
		}
		return text
	}
	var b data.Batch[float32]
	for NextBatch(s, &b) {
		var rows []string
		for n := range b.N {
			in, out := "", ""
			if b.Carry[n] {
				in = "+"
			}
			for t := range b.Lengths[n] {
				in += write(b.Tokens[t*b.N+n])
				if l := b.Labels[t*b.N+n]; l == data.NoLabel {
					out += "."
				} else {
					out += write(l)
				}
			}
			for t := b.Lengths[n]; t < b.T; t++ {
				if b.Labels[t*b.N+n] != data.NoLabel || b.Tokens[t*b.N+n] != v.Number(Padding) {
					panic("no padding behind the end")
				}
			}
			rows = append(rows, in+">"+out)
		}
		batches = append(batches, strings.Join(rows, " "))
	}
	return batches
}

func TestStreams(t *testing.T) {
	for _, c := range []struct {
		name    string
		text    string
		context int
		o       StreamOptions
		want    []string
	}{
		{"side by side", "abcdefghijklm", 0, StreamOptions{Rows: 2, Steps: 4}, []string{"abcd>bcde ghij>hijk", "+ef>fg +kl>lm"}},
		{"what comes before is not predicted", "abcdefghi", 4, StreamOptions{Rows: 1, Steps: 4}, []string{"defg>efgh", "+h>i"}},
		{"but read to warm up", "abcdefghi", 4, StreamOptions{Rows: 1, Steps: 4, Warm: 2}, []string{"bcde>..ef", "+fgh>ghi"}},
		{"as far as there is something", "abcdefghi", 2, StreamOptions{Rows: 2, Steps: 4, Warm: 3}, []string{"abcd>.cde bcde>...f", "> +fgh>ghi"}},
		{"documents", "ab|cdefg|h|", 0, StreamOptions{Rows: 1, Steps: 4}, []string{"|ab>ab|", "|cde>cdef", "+fg>g|", "|h>h|"}},
		{"rows begin with a document that is near", "ab|cdefg|hi|jk|", 0, StreamOptions{Rows: 2, Steps: 6}, []string{"|ab>ab| |hi>hi|", "|cdefg>cdefg| |jk>jk|"}},
		{"a row that has ended waits", "abc|d|ef|", 0, StreamOptions{Rows: 2, Steps: 9}, []string{"|abc>abc| |d>d|", "> |ef>ef|"}},
		{"more rows than text", "ab", 0, StreamOptions{Rows: 3, Steps: 2}, []string{"> > a>b"}},
		{"nothing", "a", 0, StreamOptions{Rows: 3, Steps: 2}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, v := partOf(t, c.text, c.context)
			if n := p.Streams(c.o).Batches(); n != len(c.want) {
				t.Errorf("%d batches are told, want %d", n, len(c.want))
			}
			if d := cmp.Diff(c.want, shown(p.Streams(c.o), v)); d != "" {
				t.Error(d)
			}
			if len(c.want) > 0 {
				s := p.Streams(c.o)
				s.Skip(len(c.want) - 1)
				if d := cmp.Diff(c.want[len(c.want)-1:], shown(s, v)); d != "" {
					t.Errorf("after a skip: %s", d)
				}
			}
		})
	}
}

// Every prediction is made once an epoch, whatever the place where it begins; a state is never kept over the end of the text.
func TestRotation(t *testing.T) {
	text := "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	p, v := partOf(t, text, 3)
	offsets := map[int]bool{}
	for epoch := range 40 {
		o := StreamOptions{Rows: 4, Steps: 5, Rotate: true, Seed: 3, Epoch: epoch}
		s := p.Streams(o)
		offsets[s.offset] = true
		if again := p.Streams(o); again.offset != s.offset {
			t.Fatal("the same epoch begins elsewhere")
		}
		seen, last := map[string]int{}, make([]string, o.Rows)
		for _, batch := range shown(s, v) {
			for n, row := range strings.Fields(batch) {
				in, out, _ := strings.Cut(row, ">")
				if kept := strings.HasPrefix(in, "+"); kept != (last[n] != "" && strings.HasPrefix(in[1:], last[n])) && last[n] != "" && !strings.HasPrefix(in, "c") {
					t.Errorf("epoch %d: row %q after label %q", epoch, row, last[n])
				}
				for i, label := range out {
					if in := []rune(strings.TrimPrefix(in, "+"))[i]; label != rune(text[strings.IndexRune(text, in)+1]) {
						t.Errorf("%q is followed by %q", in, label)
					}
					seen[string(label)]++
				}
				if out != "" {
					last[n] = out[len(out)-1:]
				}
			}
		}
		if left := len(text) - 3 - len(seen); left > 5 {
			t.Errorf("epoch %d leaves out %d predictions of %d, want at most those of one row of the last batch", epoch, left, len(text)-3)
		}
		for label, n := range seen {
			if n != 1 {
				t.Errorf("%s is predicted %d times", label, n)
			}
		}
	}
	if len(offsets) < 20 {
		t.Errorf("40 epochs begin at %d places", len(offsets))
	}
}

func TestBlocks(t *testing.T) {
	p, v := partOf(t, "ab|cdefg|h|", 0)
	d := p.Blocks()
	if diff := cmp.Diff([]int{3, 6, 2}, d.Lengths()); diff != "" {
		t.Error(diff)
	}
	var b data.Batch[float64]
	data.Fill[float64](d, []int{2, 0}, &b)
	end, a, bb, h := v.Number(End), v.ascii['a'], v.ascii['b'], v.ascii['h']
	if diff := cmp.Diff([]int32{end, end, h, a, v.Number(Padding), bb}, b.Tokens); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int32{h, a, end, bb, data.NoLabel, end}, b.Labels); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int{2, 3}, b.Lengths); diff != "" {
		t.Error(diff)
	}
	if got := d.Called(1); got != "document 2 of the train part" {
		t.Error(got)
	}
	if d.GoesOn(1) {
		t.Error("a document goes on from another")
	}
	long, _ := partOf(t, strings.Repeat("abcd", 600), 0)
	var buffer data.TextBuffer
	all := long.Blocks()
	if diff := cmp.Diff([]int{1000, 1000, 399}, all.Lengths()); diff != "" || !all.GoesOn(1) || all.GoesOn(0) {
		t.Error(diff)
	}
	if before, symbols, labels := all.Text(2, &buffer); len(before) != 0 || len(symbols) != 399 || symbols[0] != long.Symbols.At(2000) || labels[398] != long.Symbols.At(2399) {
		t.Errorf("%d before, %d symbols", len(before), len(symbols))
	}
}

func TestSymbolsTakeWhatTheVocabularyNeeds(t *testing.T) {
	for v, width := range map[int]int64{256: 1, 257: 2, 1 << 16: 2, 1<<16 + 1: 4} {
		s := NewSymbols(v)
		var all []int32
		for i := range 3*pageSize/2 + 7 {
			all = append(all, int32(i*7919%v))
		}
		s.Append(all[:5]...)
		s.Append(all[5 : pageSize+9]...)
		s.Append(all[pageSize+9:]...)
		got := make([]int32, len(all)-3)
		if n := s.Copy(got, 3); n != len(got) || s.Len() != len(all) || s.Bytes() != width*int64(len(all)) {
			t.Fatalf("%d symbols of %d in %d bytes, want %d a symbol", n, s.Len(), s.Bytes(), width)
		}
		if fmt.Sprint(got[:9], got[pageSize-9:pageSize+9]) != fmt.Sprint(all[3:12], all[pageSize-6:pageSize+12]) || !slices.Equal(got, all[3:]) {
			t.Errorf("below %d other symbols come back", v)
		}
	}
}
