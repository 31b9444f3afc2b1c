package series

import "math"

// transform is what is done to every value of one series before anything else, and how it is undone:
// g = log(max((v - shift)/unit + offset, floor)), or g = (v - shift)/unit without the logarithm.
// What it depends on is found in the rows before a limit, so that no later row changes it.
type transform struct {
	log         bool
	shift, unit float64 // of data.scale; 0 and 1 without it
	offset      float64 // where one of the rows before the limit is 0 or less, else 0: see offsetOf
	relative    bool    // the offset is one of the series, so that further rows change it
	floor       float64 // half the smallest of v + offset above 0; it holds later values of -offset or less
	clip        bool    // none of the rows before the limit is negative, so no forecast may be
}

// transformOf looks at the known rows before limit of the first of so many columns. shift and unit are those of
// data.scale.
func transformOf(values []float64, missing []bool, columns, limit int, log, relative bool, shift, unit float64) transform {
	f := transform{log: log, relative: relative, shift: shift, unit: unit, floor: 1, clip: true}
	least, any := math.Inf(1), false
	for i := 0; i < min(limit*columns, len(values)); i += columns {
		if missing[i] {
			continue
		}
		v := (values[i] - shift) / unit
		any = true
		f.clip = f.clip && values[i] >= 0
		if v <= 0 {
			f.offset = 1
		}
	}
	if f.offset > 0 && log && relative {
		f.offset = offsetOf(values, missing, columns, limit, shift, unit)
	}
	f.clip = f.clip && any
	if !log {
		f.offset = 0
		return f
	}
	for i := 0; i < min(limit*columns, len(values)); i += columns {
		if v := (values[i]-shift)/unit + f.offset; v > 0 && !missing[i] {
			least = min(least, v)
		}
	}
	if !math.IsInf(least, 1) {
		f.floor = least / 2
	}
	return f
}

// offsetShare is the offset of a logarithm in units of the median size of a series.
const offsetShare = 0.05

// offsetOf is what is added to a series with values of 0 or less before the logarithm: a twentieth of the median of the sizes of
// those that are not 0, so that a multiple of a series has a multiple of its forecast; 1 where all are 0.
func offsetOf(values []float64, missing []bool, columns, limit int, shift, unit float64) float64 {
	var sizes []float64
	for i := 0; i < min(limit*columns, len(values)); i += columns {
		if v := math.Abs((values[i] - shift) / unit); v > 0 && !missing[i] {
			sizes = append(sizes, v)
		}
	}
	if len(sizes) == 0 {
		return 1
	}
	if offset := offsetShare * middle(sizes); offset > 0 {
		return offset
	}
	return 1 // of sizes that have no twentieth
}

// forward transforms one value.
func (f *transform) forward(v float64) float64 {
	v = (v - f.shift) / f.unit
	if !f.log {
		return v
	}
	if v += f.offset; v <= 0 {
		v = f.floor
	}
	return math.Log(v)
}

// back undoes forward, and keeps a forecast from going below 0 where the data never do.
func (f *transform) back(g float64) float64 {
	if f.log {
		g = math.Exp(g) - f.offset
	}
	if g = g*f.unit + f.shift; f.clip {
		g = max(g, 0)
	}
	return g
}
