package data

// Float is the value type of a network.
type Float interface{ float32 | float64 }

// Batch is N examples laid out for a network, time-major. Its slices are reused by Fill and grow when they are too small.
type Batch[F Float] struct {
	N, T, D, Out int    // T the steps and Out the truths of an example
	Extra        int    // F, numbers of Z for an example
	X            []F    // [T,N,D] inputs as the network reads them, scaled
	Z            []F    // [N,F] what the head reads beside the features
	Y            []F    // head last: [N,Out]; head every: [T,N,Out]; scaled; 0 where masked, or what a missing value was filled in with
	Mask         []F    // as Y: 1 counts, 0 does not
	Lengths      []int  // [N] real steps of each example
	Carry        []bool // [N] true where the row continues the same row of the batch before, so that its state is kept

	Scratch   []F       // for whoever fills it
	Scratch64 []float64 // likewise
}

// Shape sets the sizes for n examples of t steps of d inputs, extra numbers beside them and out truths (every: at every step),
// and grows the slices.
func (b *Batch[F]) Shape(n, t, d, extra, out int, every bool) {
	b.N, b.T, b.D, b.Extra, b.Out = n, t, d, extra, out
	y := n * out
	if every {
		y *= t
	}
	b.X, b.Z = Grown(b.X, t*n*d), Grown(b.Z, n*extra)
	b.Y, b.Mask = Grown(b.Y, y), Grown(b.Mask, y)
	b.Lengths, b.Carry = Grown(b.Lengths, n), Grown(b.Carry, n)
}

// Pad clears the inputs behind the last real step of example n.
func (b *Batch[F]) Pad(n int) {
	for t := b.Lengths[n]; t < b.T; t++ {
		clear(b.X[(t*b.N+n)*b.D:][:b.D])
	}
}

// Grown is s with n elements, made anew where it is too small.
func Grown[E any](s []E, n int) []E {
	if cap(s) < n {
		return make([]E, n)
	}
	return s[:n]
}
