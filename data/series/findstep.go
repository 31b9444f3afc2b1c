package series

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"recur/data"
)

// frequency is the step of time: the one that a network has learnt from, that of the config, or the most frequent step between
// two rows.
func (r *reader) frequency(f data.Form, numbers bool, counts *stepCounts) (Frequency, error) {
	var freq Frequency
	var err error
	switch text := r.config.Data.Frequency; {
	case r.expect.Kind != "":
		freq, err = r.learnt(numbers, counts)
	case text == "rows":
		freq = r.pattern(numbers, counts)
		freq.Rows = freq.Kind != ""
	case text != "":
		freq, err = r.declared(text, numbers, counts)
	default:
		freq = r.found(numbers, counts)
	}
	if !numbers {
		freq.Format = f.OfLabels().Name
		freq.Zone, freq.Ends, freq.Slack = r.zoned.zone, r.zoned.ends, r.zoned.slack
	}
	return freq, err
}

// declared is the step of data.frequency.
func (r *reader) declared(text string, numbers bool, counts *stepCounts) (Frequency, error) {
	freq, err := ParseFrequency(text)
	if err == nil && (freq.Kind == "number") != numbers {
		err = fmt.Errorf("data.frequency is %s, and the time stamps are %s", data.Quoted(text), map[bool]string{true: "plain numbers", false: "no plain numbers"}[numbers])
	}
	if err != nil {
		r.Bad.Add(0, 0, "data.frequency", "%s", strings.Replace(strings.TrimPrefix(err.Error(), "data: "), "frequency \"", "data.frequency \"", 1))
		return freq, r.Bad.Err()
	}
	if r.days != nil && freq.months() == 0 && freq.Kind != "week" && !numbers || freq.Days != nil && r.days != nil {
		freq.Days = r.days
	}
	if usual, known := r.usual(counts, numbers); known && !r.suits(freq, usual) {
		advice := ""
		if freq.Days == nil && r.grid == nil {
			advice = ", or have rows put together to that step: data.resample: {step: " + r.stepText(freq) + ", how: mean} (or sum, last, …)"
		}
		r.Bad.Add(0, 0, "data.frequency", "the usual step from row to row is %s, but data.frequency is %s; correct the time stamps or the key, or leave it out%s",
			usual.Name(), freq.Name(), advice)
		return freq, r.Bad.Err()
	}
	freq.AtEnd = freq.AtEnd || freq.months() > 0 && freq.Days == nil && counts.atEnds()
	return freq, nil
}

// usual is the step between two rows: that of data.resample, or the most frequent one.
func (r *reader) usual(counts *stepCounts, numbers bool) (step Frequency, known bool) {
	if r.grid != nil {
		return r.grid.step, true
	}
	return counts.usual(numbers)
}

// suits says that a file whose usual step this is may have a step: it is the same one, or with gaps that are filled a part of it.
func (r *reader) suits(freq, usual Frequency) bool {
	gaps := r.config.Data.Missing != "error"
	return freq.divides(usual) && (gaps || usual.divides(freq))
}

// learnt is the step that a network has learnt from. A file of another step is refused, whatever data.missing says.
func (r *reader) learnt(numbers bool, counts *stepCounts) (Frequency, error) {
	freq := r.expect
	if freq.Days != nil {
		freq.Days = r.days
	}
	usual, known := r.usual(counts, numbers)
	several := counts.pairs >= leastPairs
	other := false
	switch {
	case !known && numbers == (freq.Kind == "number"):
	case numbers != (freq.Kind == "number"), numbers && !r.suits(freq, usual):
		return r.found(numbers, counts), nil // plain numbers have no unit
	case freq.Days != nil || freq.Rows: // a few rows may lie around a weekend
		other = freq.months() != usual.months() || several && freq.fixed() != usual.fixed()
	default:
		other = !r.suits(freq, usual) || several && !usual.divides(freq)
	}
	if other {
		r.Bad.Add(0, 0, "data.time", "the step from row to row is %s, and the network has learnt from data whose step is %s; give it such data%s, or train one with these", usual.Name(), freq.Name(), r.toLearnt(freq, usual))
	}
	if freq.Days == nil && freq.months() > 0 && r.grid == nil {
		freq.AtEnd = counts.atEnds() || freq.AtEnd && !counts.within
	}
	return freq, r.Bad.Err()
}

// toLearnt is the advice about a file of shorter steps than those that a network has learnt from.
func (r *reader) toLearnt(freq, usual Frequency) string {
	shorter := usual.months() == 0 && (freq.months() > 0 || usual.fixed() < freq.fixed()) || freq.months() > usual.months()
	if r.grid != nil || freq.Days != nil || !shorter {
		return ""
	}
	return ", have its rows put together to that step with --set 'data.resample={step: " + r.stepText(freq) + ", how: mean}' (or sum, last, …)"
}

// leastPairs is how many steps show which one is usual.
const leastPairs = 5

// found is the most frequent step, with the days and times of day on which there are rows where these can be told from gaps.
func (r *reader) found(numbers bool, counts *stepCounts) Frequency {
	usual, known := r.usual(counts, numbers)
	if numbers || !known {
		return usual
	}
	fill := r.config.Data.Missing != "error"
	freq, strict := counts.working(usual, r.days, fill)
	if freq.Days == nil || strict || fill {
		return freq
	}
	freq.Rows = true
	r.set.Notes = append(r.set.Notes, fmt.Sprintf("%s: rows stand on %s alone, and some are missing, as on holidays: every row counts as the next step; set data.frequency: %s and data.missing to have rows put in, or name the days in data.holidays",
		r.set.Name, freq.Days.called(), map[bool]string{true: "business day", false: usual.Name()}[freq.business()]))
	return freq
}

// pattern is the step of data.frequency: rows, by which time stamps go on.
func (r *reader) pattern(numbers bool, counts *stepCounts) Frequency {
	usual, known := r.usual(counts, numbers)
	if numbers || !known {
		return usual
	}
	if usual.months() == 0 && usual.fixed() > 26*day {
		if months, often := mostOften(counts.months); months > 0 && 10*often >= 8*counts.pairs {
			return monthsOf(months, counts.atEnds())
		}
	}
	if r.days != nil && usual.months() == 0 {
		usual.Days = r.days
		return usual
	}
	return counts.seen(usual, 10)
}

// called says which days they are, for people.
func (d *Days) called() string {
	if d.Week == workWeek && len(d.Times) == 0 {
		return "working days"
	}
	text, _ := strings.CutPrefix(d.text()[0], "days ")
	if n := len(d.Times); n > 0 {
		text += fmt.Sprintf(" at %d times of day", n)
	}
	return text
}

// Least of rows by which days without any are told from gaps.
const (
	leastOnDay   = 3 // rows on each day of the week that has any
	leastDays    = 5 // with the same times of day
	mostHolidays = 0.1
)

// working adds the days on which there are rows to a usual step: those of the config, or those that are seen. strict says that none
// of them lacks a row; fill that rows are put in where they do. The step is as it was where days without rows are no rule.
func (c *stepCounts) working(usual Frequency, days *Days, fill bool) (freq Frequency, strict bool) {
	if days != nil {
		if usual.months() > 0 || usual.Kind == "week" {
			return usual, true
		}
		usual.Days = days
		return usual, true
	}
	if usual.Days != nil { // of months
		return usual, true
	}
	seen := c.seen(usual, 0)
	if seen.Days == nil || seen.Days.perWeek() == 7 && len(seen.Days.Times) == 0 {
		return usual, true
	}
	missing, others, most := c.gaps(seen)
	if float64(missing+others) > mostHolidays*float64(c.rows) || most > 10 || others > 0 && fill {
		return usual, true
	}
	return seen, missing+others == 0
}

// seen are the days of the week and the times of day on which there are rows, leaving out those with fewer than one in so many of the
// others' mean; 0: none is left out.
func (c *stepCounts) seen(usual Frequency, rare int) Frequency {
	if usual.months() > 0 || usual.fixed() > day || usual.fixed() <= 0 {
		return usual
	}
	d := Days{Week: c.weekdaysSeen(rare)}
	if usual.fixed() < day && !c.manyClocks {
		d.Times = c.clocksSeen(usual)
	}
	if open := d.perWeek(); open == 0 || open == 7 && d.Times == nil {
		return usual
	}
	usual.Days = &d
	return usual
}

// weekdaysSeen are the days of the week with rows; all where there are too few rows to tell, or rows on too few days.
func (c *stepCounts) weekdaysSeen(rare int) (week [7]bool) {
	open, least := 0, c.rows
	for _, n := range c.weekdays {
		if n > 0 && (rare == 0 || n*rare*7 > c.rows) {
			open++
			least = min(least, n)
		}
	}
	perDay := max(1, c.rows/max(1, c.dates))
	if open < 4 || 2*least < (2*leastOnDay-1)*perDay {
		return wholeWeek
	}
	for day, n := range c.weekdays {
		week[day] = n > 0 && (rare == 0 || n*rare*7 > c.rows)
	}
	return week
}

// clocksSeen are the times of day with rows, where these are a part of the day and the same on most days; else nil.
func (c *stepCounts) clocksSeen(usual Frequency) []time.Duration {
	if c.dates < leastDays {
		return nil
	}
	var times []time.Duration
	for t, n := range c.clocks {
		if 2*n >= c.dates {
			times = append(times, t)
		}
	}
	slices.Sort(times)
	if len(times) < 2 || usual.fixed()*time.Duration(len(times)) >= day || 10*c.rows < 9*c.dates*len(times) {
		return nil
	}
	return times
}

// gaps counts the rows that are missing among the days and times of a step, those at other times, and the most days without rows
// side by side.
func (c *stepCounts) gaps(f Frequency) (missing, others, mostDays int) {
	perDay := max(1, len(f.Days.Times))
	if len(f.Days.Times) > 0 {
		for t, n := range c.clocks {
			if _, ok := slices.BinarySearch(f.Days.Times, t); !ok {
				others += n
			}
		}
		missing = max(0, c.dates*perDay-(c.rows-others))
	}
	for j, n := range c.jumps {
		off := 0
		for d := 1; d < j.days; d++ {
			if f.Days.Week[(j.from+d)%7] {
				off++
			}
		}
		missing += n * off * perDay
		mostDays = max(mostDays, off)
	}
	return missing, others, mostDays
}
