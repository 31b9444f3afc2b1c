package text

// Join is the text of two parts as one, b behind a: what training on everything after the choice of a model needs.
func Join(a, b *Part) *Part {
	joined := &Part{Name: a.Name + "+" + b.Name, Symbols: NewSymbols(a.vocabulary.Len()), Context: a.Context, Documents: a.Documents + b.Documents,
		Unknown: a.Unknown + b.Unknown, vocabulary: a.vocabulary, end: a.end}
	from := b.Context
	if b.end >= 0 {
		from = 1 // a ends as b begins
	}
	page := make([]int32, pageSize)
	for _, one := range []struct {
		symbols *Symbols
		from    int
	}{{a.Symbols, 0}, {b.Symbols, from}} {
		for at := one.from; at < one.symbols.Len(); {
			n := one.symbols.Copy(page, at)
			joined.Symbols.Append(page[:n]...)
			at += n
		}
	}
	return joined
}
