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
			var above []float64
			for at := k; at < len(t.values); at += columns {
				if !t.missing[at] {
					above = append(above, t.values[at])
				}
			}
			what := totalOf(above)
			if what == "" {
				continue
			}
			advice := "leave it out with data.skip_footer: 1"
			if r.Made() {
				advice = "write the file without it"
			}
			notes = append(notes, fmt.Sprintf("%s: the last value of %s, %s, is the %s of the %d above it; if it is a total, %s",
				r.set.Name, data.Quoted(name), data.Digits(above[len(above)-1]), what, len(above)-1, advice))
		}
	}
	return notes
}

// totalOf says that the last of some values is the sum of those above it, or their mean, to as many digits as it has; "" else. Where values are
// few or coarse that may be so by chance.
func totalOf(values []float64) string {
	const least = 8
	n := len(values) - 1
	if n < least {
		return ""
	}
	sum, most, low, high := 0.0, 0.0, math.Inf(1), math.Inf(-1)
	for _, v := range values[:n] {
		sum, most, low, high = sum+v, math.Max(most, math.Abs(v)), math.Min(low, v), math.Max(high, v)
	}
	last := values[n]
	unit := lastDigit(last)
	near := func(v float64) bool { return math.Abs(last-v) <= unit/2+1e-9*float64(n)*most }
	switch {
	case near(sum) && math.Abs(sum) > 2*most:
		return "sum"
	case near(sum/float64(n)) && high-low > 1000*unit:
		return "mean"
	}
	return ""
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
