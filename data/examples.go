package data

// Examples are what a network learns from or is judged on: the windows of series, labelled sequences, texts. They are
// numbered from 0 and safe for concurrent use.
type Examples interface {
	Len() int
	// Fill32 and Fill64 write the examples index into b, in that order; see Fill.
	Fill32(index []int, b *Batch[float32])
	Fill64(index []int, b *Batch[float64])
	// Restore turns what a network gives for example i into what it means in the units of the data, both [O].
	Restore(i int, scaled, out []float64)
	// Called names example i in messages.
	Called(i int) string
	// Group is what example i belongs to, for train.sampling: balanced: its series, its class. The examples of a group stand
	// side by side.
	Group(i int) int
}

// Ragged are examples of which a batch has no more steps than the longest of them needs, or than Batch.Least asks for where that is
// more, so that batches of examples that are alike in length are short.
type Ragged interface {
	Examples
	Lengths() []int // [Len] the steps of each
}

// Paired are examples of two sequences, of which the second is to be said of the first: a translation of a text, the letters of a sound.
type Paired interface {
	Ragged
	SaidLengths() []int // [Len] the steps of the second sequence of each; see Batch.S
}

// Fill writes the examples index into b, in that order. It allocates only where a slice of b is too small, and once for what
// the examples are cut from when a value type is first asked for.
func Fill[F Float](e Examples, index []int, b *Batch[F]) {
	switch b := any(b).(type) {
	case *Batch[float32]:
		e.Fill32(index, b)
	case *Batch[float64]:
		e.Fill64(index, b)
	}
}
