package text

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/data"
)

// Records of every form hold the same fields; empty lines are told of by their numbers where someone listens.
func TestRecords(t *testing.T) {
	for _, c := range []struct{ ending, src, want string }{
		{".csv", "b,x,a\n1,,\"a, b\nc\"\n\r\n\n2,,d\n", `"a, b\nc" 2:4|"1" 2:1|none;"d" 6:4|"2" 6:1|none;empty 4,5`},
		{".tsv", "b\ta\n1\ta, b\n\n2\td\n", `"a, b" 2:3|"1" 2:1|none;"d" 4:3|"2" 4:1|none;empty 3`},
		{".jsonl", "{\"a\":\"a, b\",\"b\":1}\n \n{\"b\":\"2\",\"a\":\"d\",\"c\":true}\n", `"a, b" 1:1|"1" 1:1|none;"d" 3:1|"2" 3:1|"true" 3:1;empty 2`},
	} {
		var got, empty []string
		r := Records{Key: "data.csv", Columns: []Column{{Name: "a", Key: "data.source", Text: true}, {Name: "b", Key: "data.label"}, {Name: "c", Key: "data.more", Bare: true}},
			Empty: func(line int) { empty = append(empty, fmt.Sprint(line)) }}
		r.Each = func(_ *data.Faults, fields []Field) bool {
			var row []string
			for _, f := range fields {
				if f.None {
					row = append(row, "none")
					continue
				}
				row = append(row, fmt.Sprintf("%q %d:%d", f.Text, f.Line, f.Column))
			}
			got = append(got, strings.Join(row, "|"))
			return true
		}
		if err := r.Read("x", c.ending, []byte(c.src)); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(c.want, strings.Join(append(got, "empty "+strings.Join(empty, ",")), ";")); d != "" {
			t.Errorf("%s: %s", c.ending, d)
		}
	}
}

// A text's pieces stand beside its symbols, those that the vocabulary lacks too.
func TestPieces(t *testing.T) {
	for _, c := range []struct {
		tokens Tokens
		want   string
	}{
		{Tokens{Unit: Word, MinCount: 1, Lowercase: true}, "the|new|hat"},
		{Tokens{}, "T|h|e| |n|e|w| |h|a|t"},
		{Tokens{Unit: Byte}, "T|h|e| |n|e|w| |h|a|t"},
		{Tokens{Unit: BPE, Size: 270}, "The| |n|e|w| hat"},
	} {
		v := build(t, c.tokens, Padding|Unknown, "The hat. The hat. The hat ew ew")
		pieces := v.Pieces("The new hat")
		if d := cmp.Diff(c.want, strings.Join(pieces, "|")); d != "" {
			t.Errorf("%s: %s", c.tokens.Unit, d)
		}
		symbols, _ := v.Encode("The new hat")
		if len(symbols) != len(pieces) {
			t.Fatalf("%s: %d symbols, %d pieces", c.tokens.Unit, len(symbols), len(pieces))
		}
		for i, n := range symbols {
			if text, special := v.Symbol(n); !special && text != pieces[i] {
				t.Errorf("%s: symbol %q stands beside %q", c.tokens.Unit, text, pieces[i])
			}
		}
	}
}
