package text

import (
	"strings"
	"testing"

	"recur/data"
)

// prose is about n bytes of words as frequent as Zipf says, in lines.
func prose(n int) string {
	r := data.Stream(1, "prose")
	words := make([]string, 5000)
	for i := range words {
		letters := make([]byte, 2+r.IntN(8))
		for j := range letters {
			letters[j] = "etaoinshrdlucmfw"[min(r.IntN(16), r.IntN(16))]
		}
		words[i] = string(letters)
	}
	var b strings.Builder
	for b.Len() < n {
		at := int(float64(len(words)) * r.Float64() * r.Float64() * r.Float64())
		b.WriteString(words[at])
		b.WriteString([]string{" ", " ", " ", " ", " ", ", ", ".\n"}[r.IntN(7)])
	}
	return b.String()
}

func BenchmarkEncode(b *testing.B) {
	text := prose(1 << 20)
	for _, tokens := range []Tokens{{}, {Unit: Byte}, {Unit: Word}, {Unit: Word, Segment: "unicode"}, {Unit: BPE}} {
		v := build(b, tokens, Unknown, text)
		e := v.Encoder()
		var symbols []int32
		b.Run(v.tokens.Unit+v.tokens.Segment, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				symbols = e.Append(symbols[:0], text)
			}
		})
	}
}

func BenchmarkLearnBPE(b *testing.B) {
	text := prose(1 << 20)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		build(b, Tokens{Unit: BPE}, 0, text)
	}
}
