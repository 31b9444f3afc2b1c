package kernel

import "math"

// extended is the number m·2^(512·e), not below zero: a float64 of so wide a range
// that products of any number of chances stay apart from zero and from each
// other. Logarithms would do it too, at an exponential and a logarithm a sum.
// Normalised, m is zero or at least extendedLeast and below extendedMost. e holds
// whole numbers, of zero minus infinity.
type extended struct{ m, e float64 }

const (
	extendedLeast = 0x1p-256
	extendedMost  = 0x1p256
	extendedDown  = 0x1p-512
	extendedUp    = 0x1p512
	extendedLog   = 512 * math.Ln2
)

var extendedZero = extended{0, math.Inf(-1)}

// extendedOf is a chance p of which the logarithm is known, however small.
func extendedOf(p, log float64) extended {
	if p >= extendedLeast {
		return extended{p, 0}
	}
	log = max(log, -1e290) // so that sums of many stay finite
	e := math.Round(log / extendedLog)
	m := math.FMA(-e, extendedLog, log)
	return normalised(math.Exp(max(-extendedLog/2, min(m, extendedLog/2))), e) // past 2^53 units nothing is known of m
}

// log is the logarithm.
func (x extended) log() float64 { return math.Log(x.m) + x.e*extendedLog }

// plus adds two numbers that are normalised, or sums of a few such; the sum is not.
func (x extended) plus(y extended) extended {
	if x.e == y.e {
		return extended{x.m + y.m, x.e}
	}
	return x.plusFar(y)
}

func (x extended) plusFar(y extended) extended {
	if y.e > x.e {
		x, y = y, x
	}
	switch d := x.e - y.e; {
	case d == 1:
		return extended{x.m + y.m*extendedDown, x.e}
	case d > 1:
		return x
	}
	return extended{math.NaN(), 0} // one of them is not a number
}

// times multiplies a sum by a normalised number and normalises.
func (x extended) times(y extended) extended {
	m, e := x.m*y.m, x.e+y.e
	if m >= extendedLeast && m < extendedMost {
		return extended{m, e}
	}
	return normalised(m, e)
}

func normalised(m, e float64) extended {
	switch {
	case m == 0:
		return extendedZero
	case m < extendedLeast:
		return extended{m * extendedUp, e - 1}
	case m >= extendedMost:
		return extended{m * extendedDown, e + 1}
	}
	return extended{m, e}
}

// share is x·y as a part of a whole of which inverse is 1/m and e the exponent; it is 1 at the most.
func (x extended) share(y extended, inverse, e float64) float64 {
	v := x.m * (y.m * inverse)
	if d := x.e + y.e - e; d != 0 {
		return shareFar(v, d)
	}
	return v
}

func shareFar(v, d float64) float64 {
	switch {
	case d >= 1:
		return v * extendedUp
	case d == -1:
		return v * extendedDown
	case d == -2:
		return v * extendedDown * extendedDown
	case d < -2:
		return 0
	}
	return math.NaN()
}
