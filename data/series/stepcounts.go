package series

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"time"
)

// stepCounts counts the steps between neighbouring rows of series, so that the usual one is found without keeping the rows.
// Counts of several blocks of a file are merged.
type stepCounts struct {
	pairs    int
	fixed    map[time.Duration]int
	calendar [2]map[int]int // whole months from row to row; [1] counts where all are last days of their months
	numbers  map[float64]int
	within   bool         // one of the time stamps is not the last day of its month
	days     map[int]bool // of the month, of those that are
}

func newStepCounts() *stepCounts {
	return &stepCounts{fixed: map[time.Duration]int{}, calendar: [2]map[int]int{{}, {}}, numbers: map[float64]int{}, days: map[int]bool{}}
}

// add counts the steps of one series.
func (c *stepCounts) add(ms []moment, numbers bool) {
	if numbers {
		for i := 1; i < len(ms); i++ {
			c.numbers[ms[i].number-ms[i-1].number]++
		}
		return
	}
	for i, m := range ms {
		if day := m.time.Day(); c.within || day < 28 || day != daysIn(m.time) {
			c.within = true
		} else {
			c.days[day] = true
		}
		if i > 0 {
			c.step(ms[i-1].time, m.time)
		}
	}
}

// step counts the step from a to b.
func (c *stepCounts) step(a, b time.Time) {
	c.pairs++
	c.fixed[b.Sub(a)]++
	m := (b.Year()-a.Year())*12 + int(b.Month()-a.Month())
	if m <= 0 {
		return
	}
	for end := range c.calendar {
		if end == 1 && c.within {
			break // the end of a month is no rule of this file
		}
		f := Frequency{Kind: "month", N: 1, AtEnd: end == 1}
		if end == 0 && sameInMonth(a, b) || f.Next(a, m).Equal(b) || f.Next(b, -m).Equal(a) {
			c.calendar[end][m]++
		}
	}
}

// sameInMonth says that both are the same day of a month at the same time of day, in the same zone: the quick answer for most.
func sameInMonth(a, b time.Time) bool {
	return a.Day() == b.Day() && a.Location() == time.UTC && b.Location() == time.UTC && a.Sub(a.Truncate(day)) == b.Sub(b.Truncate(day))
}

// merge adds the counts of another block.
func (c *stepCounts) merge(o *stepCounts) {
	c.pairs += o.pairs
	c.within = c.within || o.within
	for k, n := range o.fixed {
		c.fixed[k] += n
	}
	for end := range c.calendar {
		for k, n := range o.calendar[end] {
			c.calendar[end][k] += n
		}
	}
	for k, n := range o.numbers {
		c.numbers[k] += n
	}
	maps.Copy(c.days, o.days)
}

// atEnds reports whether every time stamp is the last day of a month, and not all are the same day.
func (c *stepCounts) atEnds() bool { return !c.within && len(c.days) > 1 }

// usualNumber is the most frequent difference of plain numbers; the smaller one of two; 1 where there is none. Differences
// that rounding sets apart count as one, the middle one.
func (c *stepCounts) usualNumber() float64 {
	if len(c.numbers) == 0 {
		return 1
	}
	steps := slices.Sorted(maps.Keys(c.numbers))
	best, most := steps[0], 0
	for i := 0; i < len(steps); {
		j, n := i, 0
		for j < len(steps) && steps[j]-steps[i] <= 1e-6*math.Abs(steps[i]) {
			n += c.numbers[steps[j]]
			j++
		}
		if n > most {
			best, most = c.middle(steps[i:j], n), n
		}
		i = max(j, i+1)
	}
	// The decimal number with the fewest digits that is as good: 0.1 in place of 0.09999999999999432.
	for digits := 1; digits <= 12; digits++ {
		if short, _ := strconv.ParseFloat(strconv.FormatFloat(best, 'g', digits, 64), 64); math.Abs(short-best) <= 1e-9*best {
			return short
		}
	}
	return best
}

// middle is the median of n differences, listed once each.
func (c *stepCounts) middle(steps []float64, n int) float64 {
	before := 0
	for _, s := range steps {
		if before += c.numbers[s]; before > n/2 {
			return s
		}
	}
	return steps[len(steps)-1]
}

// usual is the most frequent step; known says whether there is any.
func (c *stepCounts) usual(numbers bool) (step Frequency, known bool) {
	if numbers {
		return Frequency{Kind: "number", Step: c.usualNumber()}, len(c.numbers) > 0
	}
	return c.usualStep(), c.pairs > 0
}

// usualStep finds the most frequent step between two rows: a calendar step of months where days of the month agree, else
// a fixed length.
func (c *stepCounts) usualStep() Frequency {
	if c.pairs == 0 {
		return Frequency{}
	}
	end := c.atEnds()
	calendar := c.calendar[0]
	if end {
		calendar = c.calendar[1]
	}
	months, often := mostOften(calendar)
	length, most := mostOften(c.fixed)
	// Months differ in length, so a monthly file shows few equal lengths; a daily one shows no whole months.
	if often >= most && often > 0 {
		switch {
		case months%12 == 0:
			return Frequency{Kind: "year", N: months / 12, AtEnd: end}
		case months%3 == 0:
			return Frequency{Kind: "quarter", N: months / 3, AtEnd: end}
		}
		return Frequency{Kind: "month", N: months, AtEnd: end}
	}
	return durationOf(length, "")
}

// mostOften returns the key that was counted most often, the smaller one of two.
func mostOften[K int | time.Duration](counts map[K]int) (best K, most int) {
	for k, n := range counts {
		if n > most || n == most && k < best {
			best, most = k, n
		}
	}
	return best, most
}
