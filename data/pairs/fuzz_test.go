package pairs

import (
	"bytes"
	"strings"
	"testing"

	"recur/configs"
	"recur/data"
	"recur/data/text"
	"recur/internal/mutate"
)

// tried are how pairs are numbered in fuzz tests.
var tried = []Options{
	{}, {Copy: true}, {Shared: true}, {Tokens: once, TargetTokens: once, Copy: true}, {Tokens: once, TargetTokens: once, Shared: true, Copy: true},
	{Tokens: text.Tokens{Unit: text.BPE, Size: 270, Lowercase: true}, TargetTokens: text.Tokens{Unit: text.BPE, Size: 265}, Copy: true},
	{Tokens: text.Tokens{Unit: text.Byte, MaxLength: 3}, TargetTokens: text.Tokens{Unit: text.Word, Segment: "unicode", MinCount: 1, MaxLength: 4}},
}

// tryAll prepares what was read, fills a batch and looks at what holds for any pairs.
func tryAll(t testing.TB, set *Set, o Options) {
	o.Split, o.Seed = &configs.Split{Train: .7, Validation: .3}, 1
	q, err := Prepare(set, o)
	if err != nil {
		return
	}
	for _, p := range []*Subset{q.Train, q.Validation} {
		if p.Len() == 0 {
			continue
		}
		index := make([]int, p.Len())
		for i := range index {
			index[i] = i
		}
		var b data.Batch[float32]
		p.Fill32(index, &b)
		lengths, said := p.Lengths(), p.SaidLengths()
		for i := range index {
			if b.Lengths[i] != lengths[i] || b.SaidLengths[i] != said[i] || len(p.SourceTokens(i)) != lengths[i]-1 || len(p.TargetTokens(i)) != said[i]-1 {
				t.Fatalf("%s has %d and %d steps, want %d and %d", p.Called(i), b.Lengths[i], b.SaidLengths[i], lengths[i], said[i])
			}
			if end := b.Labels[(said[i]-1)*b.N+i]; end != q.Targets.Number(text.End) || b.Said[i] != q.Targets.Number(text.Start) {
				t.Fatalf("%s does not begin and end as it should", p.Called(i))
			}
			v := int32(q.Targets.Len() + len(p.Words(i)))
			for at := i; at < len(b.Labels); at += b.N {
				if b.Labels[at] >= v || b.Said[at] >= int32(q.Targets.Len()) || b.Said[at] < 0 {
					t.Fatalf("%s has symbol %d, read as %d", p.Called(i), b.Labels[at], b.Said[at])
				}
			}
			for t2 := range b.T {
				if len(b.Copied) > 0 && b.Copied[t2*b.N+i] >= v {
					t.Fatalf("%s copies symbol %d of %d", p.Called(i), b.Copied[t2*b.N+i], v)
				}
			}
			p.Text(i, p.TargetSymbols(i), nil)
		}
	}
}

// FuzzParallel reads any two files line by line: what is read are the lines that both have.
func FuzzParallel(f *testing.F) {
	mutate.Fuzz(f, mutate.Target{
		Seeds: []string{"\x00eins\nzwei\n\x00one\ntwo", "\x01\ufeffeins\r\n\r\nzwei\x00one\r\n\r\ntwo\r\n\r\n", "\x03a b c\na\n\x00c b\nd\n", "\x05lower low\nlow\n\x00the lowest\nlow\n", "\x06日本\nç\n\x00I\u0301\n3.14 x"},
		Words: []string{"\n", "\r\n", "\r", "\x00", " ", "\u2028", "\u0085", "\ufeff", "\xff", "e\u0301", "<unk>", "\n\n"},
		Limit: 600,
		Try: func(t testing.TB, src []byte) {
			if len(src) == 0 {
				return
			}
			source, target, _ := bytes.Cut(src[1:], []byte{0})
			r := newReading(beside("a", "b"))
			r.begin("a")
			r.other = "b"
			if r.lines(source, target) != nil {
				return
			}
			set, err := r.done()
			if err != nil {
				return
			}
			split := func(src []byte) []string { return strings.Split(strings.TrimPrefix(string(src), "\ufeff"), "\n") }
			a, b := split(source), split(target)
			for i := range set.Pairs {
				p := &set.Pairs[i]
				if p.Source != strings.TrimSuffix(a[p.Line-1], "\r") || p.Target != strings.TrimSuffix(b[p.Line-1], "\r") {
					t.Fatalf("line %d is %q, %q", p.Line, p.Source, p.Target)
				}
			}
			tryAll(t, set, tried[int(src[0])%len(tried)])
		},
	})
}

// FuzzRecords reads any file of pairs in columns.
func FuzzRecords(f *testing.F) {
	endings := []string{".csv", ".tsv", ".jsonl"}
	mutate.Fuzz(f, mutate.Target{
		Seeds: []string{"\x00\x00de,en\neins,\"one, two\"\n\n,\nzwei,two\n", "\x01\x03de\ten\na b\tb c\nc\td\n", "\x02\x04{\"de\":\"a b\",\"en\":\"b\"}\n\n{\"de\":\"c\",\"en\":\"d\"}\n", "\x00\x05en;de\na;b\nc;d\n"},
		Words: []string{"\n", "\n\n", "\r\n", "\"", "\"\"", ",", "\t", ";", "de", "en", "{\"de\":", "null", "\ufeff", "\\u0000", "\\ud800", " "},
		Limit: 600,
		Try: func(t testing.TB, src []byte) {
			if len(src) < 2 {
				return
			}
			plain, err := data.PlainText("x", src[2:])
			if err != nil {
				return
			}
			r := newReading(columns("x"))
			r.begin("x")
			if r.records(endings[int(src[0])%len(endings)], plain) != nil {
				return
			}
			if set, err := r.done(); err == nil {
				tryAll(t, set, tried[int(src[1])%len(tried)])
			}
		},
	})
}
