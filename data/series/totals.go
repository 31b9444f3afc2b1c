package series

import (
	"fmt"
	"math"

	"recur/data"
)

// totals notes the last values that are totals by all appearances: without time stamps, and names of series, nothing else tells a row of totals
// from others.
func (r *reader) totals() (notes []string) {
	if r.stamped() || r.wide() != "" || len(r.series) > 0 {
		return nil
	}
	columns := r.set.Columns()
	for _, t := range r.tracks {
		for k, name := range r.set.Targets {
			last, above, what := t.totalOf(k, columns)
			if what == "" {
				continue
			}
			advice := "leave it out with data.skip_footer: 1"
			if r.Made() {
				advice = "write the file without it"
			}
			notes = append(notes, fmt.Sprintf("%s: the last value of %s, %s, is the %s of the %d above it; if it is a total, %s",
				r.set.Name, data.Quoted(name), data.Digits(last), what, above, advice))
		}
	}
	return notes
}

// totalOf says that the last value of a column is the sum of so many above it, or their mean, to as many digits as it has; what is "" else. Where
// values are few or coarse that may be so by chance.
func (t *track) totalOf(column, columns int) (last float64, above int, what string) {
	const least = 8
	end := len(t.values) - columns + column
	for end >= 0 && t.missing[end] {
		end -= columns
	}
	if end < 0 {
		return 0, 0, ""
	}
	last = t.values[end]
	sum, most, low, high := 0.0, 0.0, math.Inf(1), math.Inf(-1)
	for at := column; at < end; at += columns { // no copy: a file may have many millions of rows
		if v := t.values[at]; !t.missing[at] {
			above, sum, most, low, high = above+1, sum+v, math.Max(most, math.Abs(v)), math.Min(low, v), math.Max(high, v)
		}
	}
	unit := lastDigit(last)
	near := func(v float64) bool { return math.Abs(last-v) <= unit/2+1e-9*float64(above)*most }
	switch {
	case above < least:
	case near(sum) && math.Abs(sum) > 2*most:
		what = "sum"
	case near(sum/float64(above)) && high-low > 1000*unit:
		what = "mean"
	}
	return last, above, what
}

// lastDigit is what the last digit of a value behind the point is worth, 1 where there is none.
func lastDigit(v float64) float64 {
	text := data.Digits(v)
	for at := range text {
		if text[at] == '.' {
			return math.Pow(10, -float64(len(text)-at-1))
		}
	}
	return 1
}
