package data

// Truths are examples whose values are known, so that predictions of them can be judged.
type Truths interface {
	Examples
	// Frame says what the values of all examples are.
	Frame() Frame
	// Truth returns the values that example i should give, [Hz·K] in the units of the data, horizon-major. A value that is not
	// known is never scored.
	Truth(i int) (values []float64, known []bool)
}

// Frame is what the values of examples are: K targets at each of Hz steps.
type Frame struct {
	Part       string // train | validation | test | …
	Targets    []string
	Horizon    int         // Hz; 1 where an example has one row of values
	Scales     [][]float64 // [group][K] what the network's errors are in units of
	NaiveScale [][]float64 // [group][K] what MASE is in units of; 0 where it has no meaning
	Names      []string    // [group] the target that the group is of, where groups are targets; nil else
}

// Values is Hz·K.
func (f *Frame) Values() int { return f.Horizon * len(f.Targets) }
