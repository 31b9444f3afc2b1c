package series

import (
	"slices"

	"recur/data"
)

// filledSeasonal returns a copy of values [rows, columns] in which every missing one is the median of the known values in
// the same phase of a season of m rows (m below 2: of all), taken from the rows before limit. Where the phase has none it
// is the median of all, and where nothing is known before limit what policy forward gives.
func filledSeasonal(values []float64, missing []bool, columns, m, limit int) []float64 {
	m = max(m, 1)
	out := data.Filled(values, missing, columns, "forward", limit)
	for c := range columns {
		phases, all := make([]*float64, m), (*float64)(nil)
		for r := range len(out) / columns {
			at := r*columns + c
			if !missing[at] {
				continue
			}
			if all == nil {
				if all = medianOf(values, missing, c, columns, 0, 1, limit); all == nil {
					break
				}
			}
			phase := r % m
			if phases[phase] == nil {
				phases[phase] = medianOf(values, missing, c, columns, phase, m, limit)
			}
			if phases[phase] == nil {
				phases[phase] = all
			}
			out[at] = *phases[phase]
		}
	}
	return out
}

// medianOf is the median of the known values of column c in the rows from, from+m, … below limit; nil where there are none.
func medianOf(values []float64, missing []bool, c, columns, from, m, limit int) *float64 {
	var known []float64
	for r := from; r < min(limit, len(values)/columns); r += m {
		if at := r*columns + c; !missing[at] {
			known = append(known, values[at])
		}
	}
	if len(known) == 0 {
		return nil
	}
	slices.Sort(known)
	middle := known[len(known)/2]
	if len(known)%2 == 0 {
		low := known[len(known)/2-1]
		middle = low + (middle-low)/2
	}
	return &middle
}
