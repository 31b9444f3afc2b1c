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
	Units        []F    // [N] of counts how much of one is 1 in Y; empty else
	Lengths      []int  // [N] real steps of each example
	Carry        []bool // [N] true where the row continues the same row of the batch before, so that its state is kept

	Least  int     // steps that T has at least; see Ragged
	LeastS int     // steps that S has at least
	Tokens []int32 // [T,N] symbols in place of X, whose D is 0; nil where the inputs are numbers
	// Spelt [T,N] are the numbers, in Spellings, of the words that Tokens are read for, where words share rows by how they are spelt; else nil.
	Spelt     []int32
	Spellings *Spellings
	Labels    []int32 // symbols or classes in place of Y, NoLabel where none counts: head last [N], head every [T,N]; of a second sequence [S,N]

	// A second sequence beside the one that is read: what is to be said of it, of another length.
	S           int     // its steps; 0: there is none
	Said        []int32 // [S,N] symbols that a decoder reads, the truth one step late behind a symbol that starts it; nil where nothing is read
	SaidLengths []int   // [N] its real steps in each example
	// Copied [T,N] are the symbols of the first sequence by their numbers among those of the second, V of them: V+k is the k-th that they
	// lack and NoLabel stands where there is nothing to copy. Labels may be V+k then. Nil where nothing is copied.
	Copied []int32

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

// NoLabel stands in Labels where nothing is to be predicted: behind the end of an example, and where a label is not known.
const NoLabel = -1

// ShapeTokens sets the sizes for n examples of t symbols with one label each (every: one at each symbol), and grows the slices.
// There are no numbers: D, Extra and Out are 0.
func (b *Batch[F]) ShapeTokens(n, t int, every bool) {
	b.Shape(n, t, 0, 0, 0, false)
	labels := n
	if every {
		labels *= t
	}
	b.Tokens, b.Labels = Grown(b.Tokens, t*n), Grown(b.Labels, labels)
}

// ShapeSaid sets the sizes for second sequences of s steps, after Shape or ShapeTokens, and grows the slices; with copying the first are
// symbols. Labels are one a step of the second sequence.
func (b *Batch[F]) ShapeSaid(s int, read, copying bool) {
	b.S = s
	b.Labels, b.SaidLengths = Grown(b.Labels, s*b.N), Grown(b.SaidLengths, b.N)
	if read {
		b.Said = Grown(b.Said, s*b.N)
	}
	if copying {
		b.Copied = Grown(b.Copied, b.T*b.N)
	}
}

// PadSaid puts symbol pad and NoLabel behind the last real step of the second sequence of example n.
func (b *Batch[F]) PadSaid(n int, pad int32) {
	for t := b.SaidLengths[n]; t < b.S; t++ {
		b.Labels[t*b.N+n] = NoLabel
		if len(b.Said) > 0 {
			b.Said[t*b.N+n] = pad
		}
	}
}

// PadTokens puts symbol pad behind the last real step of example n, and NoLabel where labels are one a step.
func (b *Batch[F]) PadTokens(n int, pad int32) {
	for t := b.Lengths[n]; t < b.T; t++ {
		b.Tokens[t*b.N+n] = pad
		if len(b.Labels) == b.T*b.N {
			b.Labels[t*b.N+n] = NoLabel
		}
	}
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
