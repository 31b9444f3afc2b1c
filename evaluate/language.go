package evaluate

import "math"

// Language is how well the symbols of a text were foretold.
type Language struct {
	Symbols    int     `json:"symbols"`
	Nats       float64 `json:"nats"`       // mean of -ln p of the symbols
	Bits       float64 `json:"bits"`       // the same with the logarithm to base 2
	Perplexity float64 `json:"perplexity"` // e^nats: between how many equally likely symbols it would be as hard to choose
	// BitsPerByte is the bits of the whole text over its length in UTF-8; unlike the others it can be compared between texts cut
	// into characters, words or parts of words, as long as nothing is unknown. 0 where the length is not given.
	BitsPerByte float64 `json:"bits_per_byte,omitempty"`
	Unknown     float64 `json:"unknown"` // the share of symbols that the vocabulary lacks: they are foretold as one symbol
}

// ScoreLanguage sums up losses, -ln p of each symbol, of a text of so many bytes, of whose symbols so many are unknown. Without a
// loss all is NaN.
func ScoreLanguage(losses []float64, bytes, unknown int64) Language {
	total := 0.0
	for _, v := range losses {
		total += v
	}
	return LanguageOf(total, len(losses), bytes, unknown)
}

// LanguageOf is ScoreLanguage of losses of which the sum is known.
func LanguageOf(total float64, symbols int, bytes, unknown int64) Language {
	n := float64(symbols)
	l := Language{Symbols: symbols, Nats: total / n, Bits: total / n / math.Ln2, Perplexity: math.Exp(total / n), Unknown: float64(unknown) / n}
	if bytes > 0 {
		l.BitsPerByte = total / math.Ln2 / float64(bytes)
	}
	return l
}
