package data

// Foretold are pieces of text. A network is not asked for values of them but for how likely it holds each symbol that comes: of
// example i the chances of its labels, one after the other, as many as Lengths says; see Batch.Labels.
type Foretold interface {
	Ragged
	// GoesOn reports that example i goes on from the end of example i-1, so that the state of a network does too.
	GoesOn(i int) bool
	// Text writes example i: the symbols that are read before its own without being asked for, its symbols, and the labels of these.
	// The slices are valid until the next call and belong to whoever calls Text from one goroutine.
	Text(i int, buffer *TextBuffer) (before, symbols, labels []int32)
}

// TextBuffer is memory for Text.
type TextBuffer struct{ Symbols []int32 }
