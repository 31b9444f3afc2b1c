package generate

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"recur/data/text"
	"recur/internal/mutate"
)

// FuzzWriter writes any bytes, in symbols of any length, until a text stops it: what comes is what stands before the first stop text,
// whole characters a piece, but for a part of one at the end of the text.
func FuzzWriter(f *testing.F) {
	mutate.Fuzz(f, mutate.Target{
		Seeds: []string{"\x02be\x00to be or not to be", "\x01\xc3\x00h\xc3\xa9\xc3", "\x03é\xff\xe2\x82\x00€é\xff\xe2\x82", "\x00\x00日本語\xe6\x97"},
		Words: []string{"\x00", "é", "\xc3", "\xa9", "日", "\xf0\x9f", "🏳️", "to ", "aab", "aa"},
		Limit: 500,
		Try: func(t testing.TB, b []byte) {
			if len(b) < 1 {
				return
			}
			stop, s, _ := strings.Cut(string(b[1:]), "\x00")
			if !utf8.ValidString(stop) {
				return // Generate refuses it
			}
			tokens := text.Tokens{Unit: text.Byte}
			if b[0]%2 == 1 {
				tokens = text.Tokens{Unit: text.BPE, Size: 280, Normalize: "none"}
			}
			v, err := text.Build("x", tokens, 0, slices.Values([]string{s}))
			if err != nil {
				return
			}
			var pieces []string
			w := newWriter(v, "", stop, func(piece string) error { pieces = append(pieces, piece); return nil })
			symbols, _ := v.Encode(s)
			stopped := false
			for _, n := range symbols {
				if stopped, _ = w.add(n); stopped {
					break
				}
			}
			if !stopped {
				w.end()
			}
			want, found, runes := s, false, 0
			if stop != "" {
				want, _, found = strings.Cut(s, stop)
			}
			if !found {
				want = want[:len(want)-partial([]byte(want))]
			}
			for _, piece := range pieces {
				runes += utf8.RuneCountInString(piece)
			}
			if got := strings.Join(pieces, ""); got != want || string(w.text) != want || stopped != found || runes != utf8.RuneCountInString(want) {
				t.Fatalf("%q until %q comes as %q, stopped %t; want %q, %t", s, stop, pieces, stopped, want, found)
			}
		},
	})
}
