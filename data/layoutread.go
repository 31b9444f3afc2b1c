package data

import (
	"strings"
	"time"
)

// clock is what the parts of a time stamp say.
type clock struct {
	year, month, day            int
	hour, minute, second, nanos int
	afternoon, twelve           bool // PM; the hour is one of a clock of 12
	ends                        bool // the hour is one of 1 to 24
	offset                      int  // seconds east of Greenwich
	zone                        string
	zoned                       bool
	quarter, week, weekday      int
	period, periods             int
	hasQuarter, hasWeek         bool

	style style
}

// style is how a time stamp writes what can be written in several ways.
type style struct {
	digits           int    // of a fraction of a second
	comma            bool   // before it
	bare, padded     bool   // an hour below 10, without and with a leading zero
	month, day, noon string // names as they are written
}

// read takes a time stamp apart.
func read(parts []part, s string) (c clock, ok bool) {
	c.month, c.day, c.weekday = 1, 1, 1
	for i, p := range parts {
		if s, ok = c.part(p, s); !ok {
			return c, false
		}
		if (p.is == second1 || p.is == second2) && (i+1 == len(parts) || parts[i+1].is != fraction) {
			if s, ok = c.fraction(s, 9); !ok {
				return c, false
			}
		}
	}
	return c, s == ""
}

// part reads one part and returns what is behind it.
func (c *clock) part(p part, s string) (rest string, ok bool) {
	switch p.is {
	case literal:
		return strings.CutPrefix(s, p.text)
	case universal:
		c.zoned = true
		return strings.CutPrefix(s, p.text)
	case yearPart:
		return number(s, 4, 4, 0, 9999, &c.year)
	case shortYear:
		rest, ok = number(s, 2, 2, 0, 99, &c.year)
		if c.year += 1900; c.year < 1969 { // as Go's 06
			c.year += 100
		}
		return rest, ok
	case month2:
		return number(s, 2, 2, 1, 12, &c.month)
	case month1:
		return number(s, 1, 2, 1, 12, &c.month)
	case monthName:
		return nameOf(s, len(p.text) > 3, 12, func(i int) string { return time.Month(i).String() }, &c.month, &c.style.month)
	case weekdayName:
		return nameOf(s, len(p.text) > 3, 7, func(i int) string { return time.Weekday(i % 7).String() }, new(int), &c.style.day)
	case day2:
		return number(s, 2, 2, 1, 31, &c.day)
	case day1:
		return number(s, 1, 2, 1, 31, &c.day)
	case dayBlank:
		return number(strings.TrimPrefix(s, " "), 1, 2, 1, 31, &c.day)
	case quarter1:
		c.hasQuarter = true
		return number(s, 1, 1, 1, 4, &c.quarter)
	case quarterNth:
		c.hasQuarter = true
		if rest, ok = number(s, 1, 1, 1, 4, &c.quarter); !ok || len(rest) < 2 || !strings.EqualFold(rest[:2], nth(c.quarter)) {
			return rest, false
		}
		return rest[2:], true
	case week2:
		c.hasWeek = true
		return number(s, 2, 2, 1, 53, &c.week)
	case week1:
		c.hasWeek = true
		return number(s, 1, 2, 1, 53, &c.week)
	case looseWeek:
		return number(s, 2, 2, 0, 53, &c.week)
	case weekday1:
		return number(s, 1, 1, 1, 7, &c.weekday)
	}
	return c.clockPart(p, s)
}

// clockPart reads a part of the time of day.
func (c *clock) clockPart(p part, s string) (rest string, ok bool) {
	switch p.is {
	case hour1, hour2:
		return c.readHour(s, 23)
	case hourEnd1, hourEnd2:
		c.ends = true
		return c.readHour(s, 24)
	case clock1, clock2:
		c.twelve = true
		return number(s, 1, 2, 1, 12, &c.hour)
	case minute2:
		return number(s, 2, 2, 0, 59, &c.minute)
	case minute1:
		return number(s, 1, 2, 0, 59, &c.minute)
	case second2:
		return number(s, 2, 2, 0, 59, &c.second)
	case second1:
		return number(s, 1, 2, 0, 59, &c.second)
	case fraction:
		return c.fraction(s, p.n)
	case halfDay:
		if len(s) < 2 || !strings.EqualFold(s[1:2], "M") || !strings.EqualFold(s[:1], "A") && !strings.EqualFold(s[:1], "P") {
			return s, false
		}
		c.afternoon, c.style.noon = s[0] == 'P' || s[0] == 'p', s[:2]
		return s[2:], true
	case periodPart:
		c.periods = p.n
		return number(s, 1, 4, 1, p.n+p.n/24, &c.period) // clocks that go back make a day an hour longer
	case offsetOrZ:
		if rest, ok := strings.CutPrefix(s, "Z"); ok {
			c.zoned = true
			return rest, true
		}
		return c.readOffset(p.text, s)
	case offset:
		return c.readOffset(p.text, s)
	}
	return c.readZone(s)
}

// readHour reads an hour of one or two digits.
func (c *clock) readHour(s string, most int) (rest string, ok bool) {
	rest, ok = number(s, 1, 2, 0, most, &c.hour)
	if n := len(s) - len(rest); ok && c.hour < 10 {
		c.style.bare, c.style.padded = n == 1, n == 2
	}
	return rest, ok
}

// fraction reads at most so many digits of a fraction of a second, if there is one.
func (c *clock) fraction(s string, most int) (rest string, ok bool) {
	if len(s) < 2 || s[0] != '.' && s[0] != ',' || s[1] < '0' || s[1] > '9' {
		return s, true
	}
	n, scale := 0, int(1e9)
	for _, b := range []byte(s[1:]) {
		if b < '0' || b > '9' {
			break
		}
		if n++; n > most {
			return s, false
		}
		scale /= 10
		c.nanos += int(b-'0') * scale
	}
	c.style.digits, c.style.comma = n, s[0] == ','
	return s[1+n:], true
}

// readOffset reads a distance from Greenwich: +01:00, +0100 or +01, as the layout says.
func (c *clock) readOffset(as, s string) (rest string, ok bool) {
	if s == "" || s[0] != '+' && s[0] != '-' {
		return s, false
	}
	west, hours, minutes := s[0] == '-', 0, 0
	if rest, ok = number(s[1:], 2, 2, 0, 24, &hours); !ok {
		return s, false
	}
	if strings.HasSuffix(as, "00") {
		if strings.Contains(as, ":") {
			if rest, ok = strings.CutPrefix(rest, ":"); !ok {
				return s, false
			}
		}
		if rest, ok = number(rest, 2, 2, 0, 59, &minutes); !ok {
			return s, false
		}
	}
	c.zoned, c.offset = true, hours*3600+minutes*60
	if west {
		c.offset = -c.offset
	}
	return rest, true
}

// zoneHours are the hours east of Greenwich of abbreviations that stand for one zone.
var zoneHours = map[string]int{"UTC": 0, "GMT": 0, "WET": 0, "BST": 1, "CET": 1, "WEST": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "JST": 9, "AEST": 10, "AEDT": 11,
	"NZST": 12, "NZDT": 13, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10}

// readZone reads an abbreviation of 3 or 4 capitals; one that is not known counts as Greenwich's, as in Go.
func (c *clock) readZone(s string) (rest string, ok bool) {
	n := 0
	for n < len(s) && n < 5 && s[n] >= 'A' && s[n] <= 'Z' {
		n++
	}
	if n < 3 || n > 4 {
		return s, false
	}
	c.zoned, c.zone, c.offset = true, s[:n], zoneHours[s[:n]]*3600
	return s[n:], true
}

// number reads between least and most digits, as many as there are.
func number(s string, least, most, low, high int, to *int) (rest string, ok bool) {
	n, v := 0, 0
	for n < len(s) && n < most && s[n] >= '0' && s[n] <= '9' {
		v = 10*v + int(s[n]-'0')
		n++
	}
	if n < least || v < low || v > high {
		return s, false
	}
	*to = v
	return s[n:], true
}

// nameOf reads one of n names in English, in letters of any case.
func nameOf(s string, long bool, n int, name func(int) string, to *int, as *string) (rest string, ok bool) {
	for i := 1; i <= n; i++ {
		text := name(i)
		if !long {
			text = text[:3]
		}
		if len(s) >= len(text) && strings.EqualFold(s[:len(text)], text) {
			*to, *as = i, s[:len(text)]
			return s[len(text):], true
		}
	}
	return s, false
}

// time is the moment; ok is false where there is none, such as 30 February. Without an offset it is a time of day in Greenwich.
func (c *clock) time() (t time.Time, ok bool) {
	switch {
	case c.hasQuarter:
		c.month = 3*c.quarter - 2
	case c.hasWeek:
		monday := mondayOf(c.year, c.week)
		if y, w := monday.ISOWeek(); y != c.year || w != c.week {
			return t, false
		}
		return monday.AddDate(0, 0, c.weekday-1), true
	}
	hour := c.hour
	if c.twelve {
		if hour %= 12; c.afternoon {
			hour += 12
		}
	}
	if c.ends && hour == 24 && (c.minute != 0 || c.second != 0 || c.nanos != 0) || c.day > daysOf(c.year, c.month) {
		return t, false
	}
	minute := c.minute
	if c.periods > 0 {
		minute = (c.period - 1) * (1440 / c.periods)
	}
	return time.Date(c.year, time.Month(c.month), c.day, hour, minute, c.second, c.nanos, c.location()), true
}

// location is the zone that the time stamp names.
func (c *clock) location() *time.Location {
	if c.offset == 0 && (c.zone == "" || c.zone == "UTC") {
		return time.UTC
	}
	return fixedZone(c.zone, c.offset)
}

// mondayOf is the first day of an ISO week.
func mondayOf(year, week int) time.Time {
	fourth := time.Date(year, 1, 4, 0, 0, 0, 0, time.UTC) // always in week 1
	return fourth.AddDate(0, 0, -(int(fourth.Weekday())+6)%7+7*(week-1))
}

// daysOf is the number of days of a month.
func daysOf(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}
