package data

import (
	"strconv"
	"strings"
	"sync"
	"time"
)

// fixedZones are the zones of offsets, made once each.
var fixedZones sync.Map

func fixedZone(name string, seconds int) *time.Location {
	type key struct {
		name    string
		seconds int
	}
	k := key{name, seconds}
	if l, ok := fixedZones.Load(k); ok {
		return l.(*time.Location)
	}
	l, _ := fixedZones.LoadOrStore(k, time.FixedZone(name, seconds))
	return l.(*time.Location)
}

// write writes a time as the parts say, in its own zone.
func write(parts []part, t time.Time) string {
	hour := t.Hour()
	for _, p := range parts {
		if p.is == universal {
			t = t.UTC()
			hour = t.Hour()
		}
		if (p.is == hourEnd1 || p.is == hourEnd2) && t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 && t.Nanosecond() == 0 {
			t, hour = t.AddDate(0, 0, -1), 24
		}
	}
	out := make([]byte, 0, 40)
	for i, p := range parts {
		out = appendPart(out, p, t, hour)
		if (p.is == second1 || p.is == second2) && (i+1 == len(parts) || parts[i+1].is != fraction) && t.Nanosecond() != 0 {
			digits := strings.TrimRight(strconv.Itoa(1e9 + t.Nanosecond())[1:], "0")
			out = append(append(out, '.'), digits...)
		}
	}
	return string(out)
}

func appendPart(out []byte, p part, t time.Time, hour int) []byte {
	switch p.is {
	case yearPart:
		return padded(out, yearOf(p, t), 4)
	case shortYear:
		return padded(out, yearOf(p, t)%100, 2)
	case month2:
		return padded(out, int(t.Month()), 2)
	case month1:
		return padded(out, int(t.Month()), 1)
	case monthName:
		return append(out, like(t.Month().String(), p.text)...)
	case weekdayName:
		return append(out, like(t.Weekday().String(), p.text)...)
	case day2:
		return padded(out, t.Day(), 2)
	case day1:
		return padded(out, t.Day(), 1)
	case dayBlank:
		if t.Day() < 10 {
			out = append(out, ' ')
		}
		return padded(out, t.Day(), 1)
	case quarter1:
		return padded(out, quarterOf(t), 1)
	case quarterNth:
		return append(padded(out, quarterOf(t), 1), nth(quarterOf(t))...)
	case week2, week1:
		_, week := t.ISOWeek()
		if p.is == week1 {
			return padded(out, week, 1)
		}
		return padded(out, week, 2)
	case weekday1:
		return padded(out, (int(t.Weekday())+6)%7+1, 1)
	}
	return appendClock(out, p, t, hour)
}

func appendClock(out []byte, p part, t time.Time, hour int) []byte {
	switch p.is {
	case hour2, hourEnd2:
		return padded(out, hour, 2)
	case hour1, hourEnd1:
		return padded(out, hour, 1)
	case clock2:
		return padded(out, (hour+11)%12+1, 2)
	case clock1:
		return padded(out, (hour+11)%12+1, 1)
	case minute2:
		return padded(out, t.Minute(), 2)
	case minute1:
		return padded(out, t.Minute(), 1)
	case second2:
		return padded(out, t.Second(), 2)
	case second1:
		return padded(out, t.Second(), 1)
	case fraction:
		return append(append(out, p.text...), strconv.Itoa(1e9 + t.Nanosecond())[1:1+p.n]...)
	case halfDay:
		text := "AM"
		if hour%24 >= 12 {
			text = "PM"
		}
		return append(out, like(text, p.text)...)
	case periodPart:
		return padded(out, (t.Hour()*60+t.Minute())/(1440/p.n)+1, 1)
	case offset, offsetOrZ:
		return t.AppendFormat(out, p.text)
	case zoneName:
		return t.AppendFormat(out, "MST")
	}
	return append(out, p.text...) // a literal, or the Z of Greenwich
}

// padded writes a number with at least so many digits.
func padded(out []byte, v, digits int) []byte {
	text := strconv.Itoa(max(0, v))
	for range digits - len(text) {
		out = append(out, '0')
	}
	return append(out, text...)
}

// like writes a name as long as the model, in capitals or small letters where it is.
func like(name, model string) string {
	if len(model) == 3 {
		name = name[:3]
	}
	switch model {
	case strings.ToUpper(model):
		return strings.ToUpper(name)
	case strings.ToLower(model):
		return strings.ToLower(name)
	}
	return name
}

// yearOf is the year of a time, or that of its week.
func yearOf(p part, t time.Time) int {
	if !p.iso {
		return t.Year()
	}
	year, _ := t.ISOWeek()
	return year
}

func quarterOf(t time.Time) int { return (int(t.Month())-1)/3 + 1 }

// nth is what makes an ordinal of a number from 1 to 4.
func nth(n int) string { return []string{"st", "nd", "rd", "th"}[(n-1)&3] }
