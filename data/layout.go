package data

import (
	"slices"
	"strconv"
	"strings"
)

// A layout says how time stamps are written, part by part. It is written as Go's layouts are (2 January 2006 15:04:05), with
// words that Go lacks:
//
//	JAN jan PM pm     names in capitals or small letters
//	H:04              hours without a leading zero
//	24:00 H24:00      hours from 1 to 24, the last of which ends the day
//	Q1 1Q 1st         quarters
//	W01 W1 W01-1      weeks of ISO 8601, and their days
//	period/48         the number of a part of the day, from 1

// part is one part of a layout.
type part struct {
	is   partKind
	text string // of a literal; how names are written: "Jan" or "JAN"
	n    int    // digits of a fraction, periods of a day
	iso  bool   // weeks are counted, so the year is theirs
}

type partKind int

const (
	literal partKind = iota
	yearPart
	shortYear
	month2 // two digits
	month1 // one or two
	monthName
	day2
	day1
	dayBlank // a blank in place of a leading zero
	weekdayName
	hour2
	hour1 // as few digits as it takes
	hourEnd2
	hourEnd1
	clock2 // of 12 hours
	clock1
	minute2
	minute1
	second2
	second1
	fraction
	halfDay
	offset     // +01:00, as its text says
	offsetOrZ  // the same, and Z for none
	zoneName   // EST
	universal  // a Z behind all: the time is that of Greenwich
	quarter1   // 1 to 4
	quarterNth // 1st to 4th
	week2
	week1
	weekday1 // 1 to 7, Monday first
	periodPart
	looseWeek // of any year, from 0
)

// words are the parts by how layouts write them. A longer one comes before those that it begins with.
var words = []part{
	{is: monthName, text: "January"}, {is: monthName, text: "JANUARY"}, {is: monthName, text: "january"}, {is: monthName, text: "Jan"}, {is: monthName, text: "JAN"}, {is: monthName, text: "jan"},
	{is: weekdayName, text: "Monday"}, {is: weekdayName, text: "MONDAY"}, {is: weekdayName, text: "monday"}, {is: weekdayName, text: "Mon"}, {is: weekdayName, text: "MON"}, {is: weekdayName, text: "mon"},
	{is: zoneName, text: "MST"}, {is: quarterNth, text: "1st"},
	{is: month2, text: "01"}, {is: day2, text: "02"}, {is: clock2, text: "03"}, {is: minute2, text: "04"}, {is: second2, text: "05"}, {is: shortYear, text: "06"},
	{is: hour2, text: "15"}, {is: month1, text: "1"}, {is: yearPart, text: "2006"}, {is: hourEnd2, text: "24"}, {is: day1, text: "2"}, {is: dayBlank, text: "_2"}, {is: clock1, text: "3"}, {is: minute1, text: "4"}, {is: second1, text: "5"},
	{is: halfDay, text: "PM"}, {is: halfDay, text: "pm"},
	{is: offsetOrZ, text: "Z07:00"}, {is: offsetOrZ, text: "Z0700"}, {is: offsetOrZ, text: "Z07"}, {is: offset, text: "-07:00"}, {is: offset, text: "-0700"}, {is: offset, text: "-07"},
	{is: hourEnd1, text: "H24"},
}

// unknownToUs are words of Go's layouts that are left to Go.
var unknownToUs = []string{"002", "__2", "_2006", "-070000", "-07:00:00", "Z070000", "Z07:00:00", ".9", ",9"}

// layoutOf cuts a layout into its parts. ok is false where it holds a word that is Go's alone, or mixes quarters or weeks with
// months and days; see mixed.
func layoutOf(text string) (parts []part, ok bool) {
	for rest := text; rest != ""; {
		before := text[:len(text)-len(rest)]
		if slices.ContainsFunc(unknownToUs, func(w string) bool { return strings.HasPrefix(rest, w) }) {
			return nil, false
		}
		p, n := partAt(before, rest)
		if last := len(parts) - 1; p.is == literal && last >= 0 && parts[last].is == literal {
			parts[last].text += p.text
		} else {
			parts = append(parts, p)
		}
		rest = rest[n:]
	}
	return counting(parts), true
}

// partAt is the part that rest begins with, and its length.
func partAt(before, rest string) (part, int) {
	if n := fractionDigits(before, rest); n > 0 {
		return part{is: fraction, text: rest[:1], n: n}, 1 + n
	}
	if n, digits := periodsOf(rest); n > 0 {
		return part{is: periodPart, n: n}, len("period/") + digits
	}
	if strings.HasPrefix(rest, "H:") {
		return part{is: hour1}, 1
	}
	if rest == "Z" && before != "" {
		return part{is: universal, text: "Z"}, 1
	}
	for _, w := range words {
		if !strings.HasPrefix(rest, w.text) || named(w.is) && (endsWithLetter(before) || beginsWithSmall(rest[len(w.text):])) {
			continue
		}
		return w, len(w.text)
	}
	return part{is: literal, text: rest[:1]}, 1
}

// named reports whether a part is written in letters, which are a word of their own.
func named(is partKind) bool { return is == monthName || is == weekdayName }

func endsWithLetter(s string) bool { return s != "" && letter(s[len(s)-1]) }

func beginsWithSmall(s string) bool { return s != "" && s[0] >= 'a' && s[0] <= 'z' }

func letter(b byte) bool { return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' }

// fractionDigits is how many digits a fraction of a second has, 0 where rest does not begin with one.
func fractionDigits(before, rest string) int {
	if !strings.HasSuffix(before, "5") || rest[0] != '.' && rest[0] != ',' {
		return 0
	}
	n := len(rest[1:]) - len(strings.TrimLeft(rest[1:], "0"))
	if after := rest[1+n:]; after != "" && after[0] >= '0' && after[0] <= '9' || n > 9 {
		return 0
	}
	return n
}

// periodsOf reads "period/48".
func periodsOf(rest string) (n, digits int) {
	number, ok := strings.CutPrefix(rest, "period/")
	if !ok {
		return 0, 0
	}
	for digits < len(number) && digits < 4 && number[digits] >= '0' && number[digits] <= '9' {
		digits++
	}
	n, _ = strconv.Atoi(number[:digits])
	if n < 24 || n > 1440 || 1440%n != 0 {
		return 0, 0
	}
	return n, digits
}

// counting makes quarters and weeks of the numbers beside a Q or a W: Q1, 1Q, W01, W1, W01-1.
func counting(parts []part) []part {
	for i := range parts {
		before, after := literalAt(parts, i-1), literalAt(parts, i+1)
		switch p := &parts[i]; {
		case p.is == month1 && (endsWithWord(before, "Q", "QTR", "QUARTER") || beginsWithWord(after, "Q")):
			p.is = quarter1
		case p.is == month2 && endsWithWord(before, "W", "KW", "CW", "WEEK"):
			p.is = week2
		case p.is == month1 && endsWithWord(before, "W", "KW", "CW", "WEEK"):
			p.is = week1
		case p.is == month1 && i > 1 && before == "-" && parts[i-2].is == week2:
			p.is = weekday1
		}
	}
	if slices.ContainsFunc(parts, func(p part) bool { return p.is == week1 || p.is == week2 }) {
		for i := range parts {
			parts[i].iso = true
		}
	}
	return parts
}

// nameOfLayout writes the parts as layoutOf reads them.
func nameOfLayout(parts []part) string {
	var b strings.Builder
	for _, p := range parts {
		switch p.is {
		case literal, monthName, weekdayName, halfDay, universal, offset, offsetOrZ:
			b.WriteString(p.text)
		case fraction:
			b.WriteString(p.text + strings.Repeat("0", p.n))
		case periodPart:
			b.WriteString("period/" + strconv.Itoa(p.n))
		default:
			b.WriteString(wordOf[p.is])
		}
	}
	return b.String()
}

// wordOf are the words of parts that are written in one way alone.
var wordOf = map[partKind]string{
	yearPart: "2006", shortYear: "06", month2: "01", month1: "1", day2: "02", day1: "2", dayBlank: "_2", hour2: "15", hour1: "H", hourEnd2: "24", hourEnd1: "H24",
	clock2: "03", clock1: "3", minute2: "04", minute1: "4", second2: "05", second1: "5", zoneName: "MST", quarter1: "1", quarterNth: "1st", week2: "01", week1: "1", weekday1: "1",
}

// literalAt is the text of a literal part, "" of others and beyond both ends.
func literalAt(parts []part, i int) string {
	if i < 0 || i >= len(parts) || parts[i].is != literal {
		return ""
	}
	return parts[i].text
}

// endsWithWord says that a literal ends with one of the words in capitals or small letters, after which a blank may stand.
func endsWithWord(text string, words ...string) bool {
	text = strings.ToUpper(strings.TrimSuffix(text, " "))
	return slices.ContainsFunc(words, func(w string) bool {
		return strings.HasSuffix(text, w) && !endsWithLetter(strings.TrimSuffix(text, w))
	})
}

func beginsWithWord(text, word string) bool {
	rest, ok := strings.CutPrefix(strings.ToUpper(text), word)
	return ok && (rest == "" || !letter(rest[0]))
}

// whole says that the parts tell a time, each component once, and that quarters and weeks stand beside no month or day.
func whole(parts []part) bool {
	var seen [looseWeek + 1]int
	for _, p := range parts {
		seen[p.is]++
	}
	count := func(kinds ...partKind) (n int) {
		for _, k := range kinds {
			n += seen[k]
		}
		return n
	}
	months, days := count(month1, month2, monthName), count(day1, day2, dayBlank)
	quarters, weeks := count(quarter1, quarterNth), count(week1, week2)
	hours := count(hour1, hour2, hourEnd1, hourEnd2, clock1, clock2, periodPart)
	if count(yearPart, shortYear) != 1 || months > 1 || days > 1 || hours > 1 || quarters+weeks > 1 {
		return false
	}
	return quarters+weeks == 0 || months+days+hours == 0
}

// strayLetter says that a Q or a W stands by itself and counts nothing.
func strayLetter(parts []part) bool {
	for i := range parts {
		text := strings.ToUpper(literalAt(parts, i))
		for at := range len(text) {
			if text[at] != 'Q' && text[at] != 'W' || at > 0 && letter(text[at-1]) || at+1 < len(text) && letter(text[at+1]) {
				continue
			}
			if !counted(parts, i-1) && !counted(parts, i+1) {
				return true
			}
		}
	}
	return false
}

// counted says that part i is a quarter or a week.
func counted(parts []part, i int) bool {
	return i >= 0 && i < len(parts) && slices.Contains([]partKind{quarter1, quarterNth, week1, week2}, parts[i].is)
}
