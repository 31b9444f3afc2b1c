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
	work     *Days // working days, for what may be the first or last of a month
	pairs    int
	fixed    map[time.Duration]int // between moments
	walls    map[time.Duration]int // between what clocks show; nil where that is the same
	calendar [2]map[int]int        // whole months from row to row; [1] counts where all are last days of their months
	numbers  map[float64]int
	within   bool         // one of the time stamps is not the last day of its month
	days     map[int]bool // of the month, of those that are

	months     map[int]int           // calendar months from row to row, whatever their days
	notLast    bool                  // one of the time stamps is not on the last working day of its month
	notFirst   bool                  // nor on the first
	rows       int                   // of dates
	weekdays   [7]int                // rows on each day of the week
	dates      int                   // different days of each series
	clocks     map[time.Duration]int // rows at each time of day
	manyClocks bool
	jumps      map[jump]int // from one day to a later one
}

// jump is a step from a day of the week to one so many days later.
type jump struct{ from, days int }

// longestJump is how many days later a day counts as at most.
const longestJump = 60

// mostClocks is how many times of day are counted.
const mostClocks = 1441

func newStepCounts(work *Days) *stepCounts {
	if work == nil {
		work = &Days{Week: workWeek}
	}
	return &stepCounts{work: work, fixed: map[time.Duration]int{}, calendar: [2]map[int]int{{}, {}}, numbers: map[float64]int{}, days: map[int]bool{},
		months: map[int]int{}, clocks: map[time.Duration]int{}, jumps: map[jump]int{}}
}

// add counts the steps of one series.
func (c *stepCounts) add(ms []moment, numbers bool) {
	if numbers {
		for i := 1; i < len(ms); i++ {
			c.numbers[ms[i].number-ms[i-1].number]++
		}
		return
	}
	last := 0
	for i, m := range ms {
		t := wall(m.time)
		if day := t.Day(); c.within || day < 28 || day != daysIn(t) {
			c.within = true
		} else {
			c.days[day] = true
		}
		number := dayNumber(t)
		c.notLast = c.notLast || number != c.work.last(t)
		c.notFirst = c.notFirst || number != c.work.first(t)
		if i == 0 || number != last {
			c.dates++
		}
		if i > 0 && number > last {
			c.jumps[jump{weekdayOf(last), min(number-last, longestJump)}]++
		}
		last = number
		c.rows++
		c.weekdays[t.Weekday()]++
		c.clock(sinceMidnight(t))
		if i > 0 {
			c.step(ms[i-1].time, m.time)
		}
	}
}

func (c *stepCounts) clock(t time.Duration) {
	if c.manyClocks {
		return
	}
	c.clocks[t]++
	c.manyClocks = len(c.clocks) > mostClocks
}

// step counts the step from a to b.
func (c *stepCounts) step(a, b time.Time) {
	c.pairs++
	c.fixed[b.Sub(a)]++
	if a.Location() != time.UTC || b.Location() != time.UTC {
		a, b = wall(a), wall(b)
		if c.walls == nil {
			c.walls = map[time.Duration]int{}
		}
		c.walls[b.Sub(a)]++
	}
	m := (b.Year()-a.Year())*12 + int(b.Month()-a.Month())
	c.months[m]++
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
	c.pairs, c.rows, c.dates = c.pairs+o.pairs, c.rows+o.rows, c.dates+o.dates
	c.within, c.notLast, c.notFirst, c.manyClocks = c.within || o.within, c.notLast || o.notLast, c.notFirst || o.notFirst, c.manyClocks || o.manyClocks
	if o.walls != nil && c.walls == nil {
		c.walls = map[time.Duration]int{}
	}
	merged(c.fixed, o.fixed)
	merged(c.walls, o.walls)
	merged(c.numbers, o.numbers)
	merged(c.months, o.months)
	merged(c.clocks, o.clocks)
	merged(c.jumps, o.jumps)
	for end := range c.calendar {
		merged(c.calendar[end], o.calendar[end])
	}
	for d, n := range o.weekdays {
		c.weekdays[d] += n
	}
	maps.Copy(c.days, o.days)
}

func merged[K comparable](to, from map[K]int) {
	for k, n := range from {
		to[k] += n
	}
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
	if l, n := mostOften(c.walls); n > most || n == most && l%day == 0 {
		length, most = l, n
	}
	// Months differ in length, so a monthly file shows few equal lengths; a daily one shows no whole months.
	if !end && (!c.notLast || !c.notFirst) { // and not all on one day of the month
		if months, n := mostOften(c.months); months > 0 && n > often && n > most && c.pairs > 2 {
			f := monthsOf(months, !c.notLast)
			f.Days = c.work
			return f
		}
	}
	if often >= most && often > 0 {
		return monthsOf(months, end)
	}
	return Frequency{}.lasting(length)
}

// monthsOf is a step of so many months.
func monthsOf(months int, end bool) Frequency {
	switch {
	case months%12 == 0:
		return Frequency{Kind: "year", N: months / 12, AtEnd: end}
	case months%3 == 0:
		return Frequency{Kind: "quarter", N: months / 3, AtEnd: end}
	}
	return Frequency{Kind: "month", N: months, AtEnd: end}
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
