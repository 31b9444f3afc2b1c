package predict

// Hypothesis is one sequence that a network may say.
type Hypothesis struct {
	// Symbols are those of the vocabulary of what is said; V+k is the k-th word of the source that this vocabulary lacks, copied. The end
	// symbol is left out.
	Symbols []int32
	// From is, of each symbol, the step of the source that attention was greatest at, and -1 without attention.
	From []int32
	// LogP is the logarithm of its chance, the end symbol's included if it has ended, and Score what hypotheses are ordered by.
	Score, LogP float64
	// Attention is, of each symbol, what each step of the source weighed; nil unless asked for.
	Attention [][]float32
}
