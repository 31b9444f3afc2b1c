package series

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"
)

// Days are the days on which there are rows, and where Times are given the times of day of these rows.
type Days struct {
	Week     [7]bool         // from Sunday
	Holidays []int           // among the days of the week, by their number since 1970, rising
	Times    []time.Duration // since midnight, rising; nil: all
}

// weekdayWords are the days of the week in data.weekmask.
var weekdayWords = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// workWeek goes from Monday to Friday.
var workWeek = [7]bool{false, true, true, true, true, true, false}

var wholeWeek = [7]bool{true, true, true, true, true, true, true}

// dayNumber counts the days since 1970 of a time in its own zone.
func dayNumber(t time.Time) int {
	y, m, d := t.Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// sinceMidnight is the time of day on the clock of t's zone.
func sinceMidnight(t time.Time) time.Duration {
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second + time.Duration(t.Nanosecond())
}

// onDay is a time of day on a numbered day, in a zone.
func onDay(number int, clock time.Duration, zone *time.Location) time.Time {
	return onClock(time.Unix(int64(number)*86400, int64(clock)).UTC(), zone)
}

// onClock is the time at which clocks in a zone show what a time of Greenwich shows; where they are put forward over it, the time
// that is as long after that as it would have been.
func onClock(clock time.Time, zone *time.Location) time.Time {
	y, m, d := clock.Date()
	hour, minute, second := clock.Clock()
	t := time.Date(y, m, d, hour, minute, second, clock.Nanosecond(), zone)
	if before := clock.Sub(wall(t)); before > 0 {
		return t.Add(before)
	}
	return t
}

// weekdayOf is the day of the week of a numbered day: 1 January 1970 was a Thursday.
func weekdayOf(number int) int { return ((number+4)%7 + 7) % 7 }

// works reports whether there are rows on a day.
func (d *Days) works(number int) bool {
	if !d.Week[weekdayOf(number)] {
		return false
	}
	_, off := slices.BinarySearch(d.Holidays, number)
	return !off
}

// perWeek is the number of days of a week with rows.
func (d *Days) perWeek() (n int) {
	for _, is := range d.Week {
		if is {
			n++
		}
	}
	return n
}

// before counts the working days before a day, from a day long ago.
func (d *Days) before(number int) int {
	const from = -4 - 7*200000 // a Sunday
	weeks := (number - from) / 7
	n := weeks * d.perWeek()
	for day := from + 7*weeks; day < number; day++ {
		if d.Week[weekdayOf(day)] {
			n++
		}
	}
	off, _ := slices.BinarySearch(d.Holidays, number)
	return n - off
}

// at is the working day of which so many come before it.
func (d *Days) at(count, near int) int {
	far := 7 * (2 + (max(count-d.before(near), d.before(near)-count)+len(d.Holidays))/max(1, d.perWeek()))
	from := near - far
	return from + sort.Search(2*far+1, func(i int) bool { return d.before(from+i+1) > count })
}

// next is the working day n after a day; a day that is none counts as the one before it.
func (d *Days) next(number, n int) int {
	count := d.before(number)
	if !d.works(number) {
		count--
	}
	return d.at(count+n, number)
}

// last is the last working day of the month of a day, first the first.
func (d *Days) last(t time.Time) int {
	end := dayNumber(time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC))
	return d.next(end, 0)
}

func (d *Days) first(t time.Time) int {
	begin := dayNumber(time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC))
	return d.next(begin-1, 1)
}

// withHolidays are the days without those that fall on days of the week that are free anyway.
func (d Days) withHolidays(numbers []int) *Days {
	for _, n := range numbers {
		if d.Week[weekdayOf(n)] {
			d.Holidays = append(d.Holidays, n)
		}
	}
	slices.Sort(d.Holidays)
	d.Holidays = slices.Compact(d.Holidays)
	return &d
}

// text says which days they are, as Frequency.String does.
func (d *Days) text() (out []string) {
	var days []string
	for i := range 7 {
		if w := (i + 1) % 7; d.Week[w] {
			days = append(days, weekdayWords[w])
		}
	}
	out = append(out, "days "+strings.Join(days, " "))
	var words []string
	for _, n := range d.Holidays {
		words = append(words, time.Unix(int64(n)*86400, 0).UTC().Format(time.DateOnly))
	}
	if words != nil {
		out = append(out, "holidays "+strings.Join(words, " "))
	}
	words = nil
	for _, t := range d.Times {
		words = append(words, time.Unix(0, int64(t)).UTC().Format("15:04:05.999999999"))
	}
	if words != nil {
		out = append(out, "times "+strings.Join(words, " "))
	}
	return out
}

// parse reads one of the texts.
func (d *Days) parse(key string, words []string) error {
	for _, w := range words {
		switch key {
		case "days":
			at := slices.Index(weekdayWords, w)
			if at < 0 {
				return fmt.Errorf("%q is no day of the week", w)
			}
			d.Week[at] = true
		case "holidays":
			t, err := time.Parse(time.DateOnly, w)
			if err != nil {
				return fmt.Errorf("%q is no date", w)
			}
			d.Holidays = append(d.Holidays, dayNumber(t))
		case "times":
			t, err := time.Parse("15:04:05", w)
			if err != nil {
				return fmt.Errorf("%q is no time of day", w)
			}
			d.Times = append(d.Times, sinceMidnight(t))
		}
	}
	return nil
}

// holds reports whether rows can be found: a day of the week, and what rises.
func (d *Days) holds() bool {
	return d.perWeek() > 0 && slices.IsSorted(d.Holidays) && slices.IsSorted(d.Times) && (len(d.Times) == 0 || d.Times[0] >= 0 && d.Times[len(d.Times)-1] < day)
}
