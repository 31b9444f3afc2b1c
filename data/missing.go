package data

// Filled returns a copy of values [rows, columns] with every missing one filled in.
//
// policy interpolate draws a straight line between the known neighbours of a gap when the later one lies before row
// limit; every other gap, and every gap under any other policy, carries the last known value forward. So nothing at or
// after limit reaches back. A gap at the start has nothing to carry: it takes the first known value, or 0 when there is
// none, and no window may begin in it (see FirstKnown).
func Filled(values []float64, missing []bool, columns int, policy string, limit int) []float64 {
	out := append([]float64(nil), values...)
	for c := range columns {
		fillColumn(out, missing, c, columns, policy, limit)
	}
	return out
}

func fillColumn(out []float64, missing []bool, c, columns int, policy string, limit int) {
	rows := len(out) / columns
	for r := 0; r < rows; r++ {
		if !missing[r*columns+c] {
			continue
		}
		end := r // the first known row after the gap
		for end < rows && missing[end*columns+c] {
			end++
		}
		switch {
		case r == 0 && end == rows:
			spanColumn(out, c, columns, r, end, 0, 0)
		case r == 0:
			spanColumn(out, c, columns, r, end, out[end*columns+c], 0)
		case policy == "interpolate" && end < rows && end < limit:
			before := out[(r-1)*columns+c]
			step := (out[end*columns+c] - before) / float64(end-r+1)
			spanColumn(out, c, columns, r, end, before+step, step)
		default:
			spanColumn(out, c, columns, r, end, out[(r-1)*columns+c], 0)
		}
		r = end
	}
}

// spanColumn writes value, value+step, … into rows from..to-1 of a column.
func spanColumn(out []float64, c, columns, from, to int, value, step float64) {
	for r := from; r < to; r++ {
		out[r*columns+c] = value + step*float64(r-from)
	}
}

// FirstKnown is the first row at which every column has had a known value: no window may begin earlier.
func FirstKnown(missing []bool, columns int) int {
	first := 0
	for c := range columns {
		first = max(first, FirstKnownOf(missing, c, columns))
	}
	return first
}

// FirstKnownOf is the first row at which column c has a known value; the number of rows where it has none.
func FirstKnownOf(missing []bool, c, columns int) int {
	r, rows := 0, len(missing)/columns
	for r < rows && missing[r*columns+c] {
		r++
	}
	return r
}
