package configs

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
)

// Precision says what a number of a config is turned into before it is used: what it may not vanish in.
type Precision int

// What numbers are turned into.
const (
	Exact    Precision = iota // nothing: it stays a float64
	InType                    // a number of model.dtype
	SquareIn                  // a number of model.dtype that is squared there, or that bounds what is
	Drawn                     // a chance that is drawn with 32 bits, and then a number of model.dtype
)

// What is the smallest number of a type with all its digits, and of the chances that can be drawn.
const (
	leastFloat32 = 0x1p-126
	leastFloat64 = 0x1p-1022
	leastDrawn   = 0x1p-32
)

// least is the smallest value above 0 that a key of this precision may have.
func (p Precision) least(dtype string) float64 {
	low := leastFloat64
	if dtype == "float32" {
		low = leastFloat32
	}
	switch p {
	case Exact:
		return 0
	case SquareIn:
		return math.Sqrt(low)
	case Drawn:
		return max(leastDrawn, low)
	}
	return low
}

// rounded is v as a number of the type.
func rounded(v float64, dtype string) float64 {
	if dtype == "float32" {
		return float64(float32(v))
	}
	return v
}

// precision refuses numbers that are not what they say once they are numbers of model.dtype: 0 where they are positive, or
// the end of a range that excludes it.
func (r *reader) precision(c *Config) {
	for i := range registry {
		k := &registry[i]
		if k.Precision == Exact {
			continue
		}
		f, ok := field(c, k.Name, false)
		if !ok {
			continue
		}
		values := numbersOf(f)
		for j, v := range values {
			name := k.Name
			if len(values) > 1 {
				name = fmt.Sprintf("%s[%d]", k.Name, j)
			}
			message := k.imprecise(name, v, c.Model.DType)
			if message == "" && j > 0 && k.Name == "model.quantiles" && rounded(v, c.Model.DType) == rounded(values[j-1], c.Model.DType) {
				message = fmt.Sprintf("model.quantiles hold %s and %s, which are one number in %s; leave one of them out", number(values[j-1]), number(v), c.Model.DType)
			}
			if message != "" {
				r.conflict([]string{k.Name, "model.dtype"}, "%s", message)
				break
			}
		}
	}
}

// numbersOf lists the numbers that a field holds.
func numbersOf(f reflect.Value) (values []float64) {
	switch f.Kind() {
	case reflect.Pointer:
		if !f.IsNil() {
			return numbersOf(f.Elem())
		}
	case reflect.Slice, reflect.Array:
		for i := range f.Len() {
			values = append(values, numbersOf(f.Index(i))...)
		}
	case reflect.Float64:
		return []float64{f.Float()}
	}
	return values
}

// imprecise says what is wrong with a value once it is a number of the type, "" for nothing.
func (k *Key) imprecise(name string, v float64, dtype string) string {
	low := k.Precision.least(dtype)
	switch {
	case v != 0 && math.Abs(v) < low:
		what := fmt.Sprintf("which vanishes in %s", dtype)
		switch {
		case k.Precision == Drawn && low == leastDrawn:
			what = "less than a chance that can be drawn"
		case k.Precision == SquareIn:
			what = fmt.Sprintf("whose square vanishes in %s", dtype)
		}
		advice := "the smallest usable value is " + roundUp(low)
		if k.Range.Contains(0) {
			advice += ", and 0 is none at all"
		}
		if math.Abs(v) >= k.Precision.least("float64") {
			advice += "; or set model.dtype: float64"
		}
		return fmt.Sprintf("%s is %s, %s; %s", name, number(v), what, advice)
	case k.Range.Contains(v) && !k.Range.Contains(rounded(v, dtype)):
		most := float64(math.Nextafter32(float32(k.Range.High), 0))
		return fmt.Sprintf("%s is %s, which rounds to %s in %s, want %s; the largest usable value is %s, or set model.dtype: float64",
			name, number(v), number(k.Range.High), dtype, k.Range, strconv.FormatFloat(most, 'g', -1, 32))
	}
	return ""
}

// roundUp writes a bound in a few digits, none of them below it.
func roundUp(v float64) string {
	for digits := 2; ; digits++ {
		text := strconv.FormatFloat(v, 'g', digits, 64)
		if back, err := strconv.ParseFloat(text, 64); err == nil && back >= v {
			return strings.Replace(text, "e-0", "e-", 1)
		}
	}
}
