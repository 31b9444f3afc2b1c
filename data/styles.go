package data

import (
	"math"
	"slices"
	"strings"
)

// styled is the form as the time stamps are written: with as many digits of a fraction as the longest has, hours with or without a
// leading zero, names in capitals or small letters. What it reads stays the same.
func (s *Stamps) styled(f Form) Form {
	if f.parts == nil {
		if base, _, ok := strings.Cut(f.Name, "."); ok && strings.HasPrefix(f.Name, "unix") {
			most := 0
			for stamp := range s.All {
				most = max(most, decimals(stamp.Text))
			}
			named, _ := FormNamed(base + "." + strings.Repeat("0", most))
			return named
		}
		return f
	}
	parts := seen(s, f.parts)
	if slices.Equal(parts, f.parts) {
		return f
	}
	return formOf(nameOfLayout(parts), parts)
}

// seen are the parts in the style of the time stamps.
func seen(s *Stamps, parts []part) []part {
	var all style
	for stamp := range s.All {
		if c, ok := read(parts, stamp.Text); ok {
			all.add(c.style)
		}
	}
	var out []part
	for _, p := range parts {
		switch {
		case p.is == hour2 && all.bare && !all.padded && len(parts) > 1:
			p.is = hour1
		case p.is == hourEnd2 && all.bare && !all.padded:
			p.is = hourEnd1
		case p.is == monthName:
			p.text = inCase(p.text, all.month)
		case p.is == weekdayName:
			p.text = inCase(p.text, all.day)
		case p.is == halfDay:
			p.text = inCase(p.text, all.noon)
		}
		out = append(out, p)
		if (p.is == second1 || p.is == second2) && all.digits > 0 && !slices.ContainsFunc(parts, func(p part) bool { return p.is == fraction }) {
			sign := "."
			if all.comma {
				sign = ","
			}
			out = append(out, part{is: fraction, text: sign, n: all.digits})
		}
	}
	return out
}

// add takes note of a further time stamp.
func (s *style) add(o style) {
	s.digits, s.comma = max(s.digits, o.digits), s.comma || o.comma
	s.bare, s.padded = s.bare || o.bare, s.padded || o.padded
	if len(o.month) > len(s.month) { // May says nothing of long and short names
		s.month = o.month
	}
	if s.day == "" {
		s.day = o.day
	}
	if s.noon == "" {
		s.noon = o.noon
	}
}

// inCase writes a word of a layout in capitals or small letters, as a time stamp does.
func inCase(word, like string) string {
	switch {
	case like == "":
	case like == strings.ToUpper(like):
		return strings.ToUpper(word)
	case like == strings.ToLower(like):
		return strings.ToLower(word)
	}
	return word
}

// counting finds what plain numbers count where it is no even number of steps: quarters (20054), days of a spreadsheet, or years
// with decimals. ok is false where they are numbers and no more.
func (s *Stamps) counting() (f Form, ok bool, err error) {
	var values []float64
	places := 0
	for stamp := range s.All {
		v, _ := PlainNumber(stamp.Text)
		values, places = append(values, v), max(places, decimals(stamp.Text))
	}
	step, even, regular := evenly(values)
	switch {
	case !regular && len(s.Fitting([]Form{digitsForm(quartersForm, 5, 1900, 2099)})) > 0:
		return quartersForm, true, nil
	case serials(values, places, even):
		return serialForm(places), true, nil
	case places >= 2 && (!even || wholeMonths(step)):
		f, ok := s.decimalYears(values, places)
		return f, ok, nil
	case !regular:
		return f, false, s.otherWeeks()
	}
	return f, false, nil
}

// evenly is the least step between values that rise, whether all are whole multiples of it, and whether all are the same.
func evenly(values []float64) (step float64, even, regular bool) {
	step, even, regular = math.Inf(1), true, true
	for i := 1; i < len(values); i++ {
		if d := values[i] - values[i-1]; d > 0 {
			step = min(step, d)
		}
	}
	for i := 1; i < len(values); i++ {
		n := (values[i] - values[i-1]) / step
		if n > 0 {
			even = even && math.Abs(n-math.Round(n)) <= 1e-6*max(1, n)
			regular = regular && math.Abs(n-1) <= 1e-6
		}
	}
	return step, even, regular
}

// wholeMonths says that a step of years is one of months and not of quarters, whose decimals don't end.
func wholeMonths(step float64) bool {
	n := math.Round(step * 12)
	return n >= 1 && n < 12 && math.Mod(n, 3) != 0 && math.Abs(step*12-n) < 1e-4
}

// serials says that numbers are days of a spreadsheet: months apart, of working days, or with times of day.
func serials(values []float64, places int, even bool) bool {
	const first, last = 20000, 80000 // 1954 to 2119
	if len(values) < 3 || slices.Min(values) < first || slices.Max(values) > last {
		return false
	}
	if places > 0 {
		if places < 3 {
			return false
		}
		slack := 1440 * 0.6 * math.Pow(10, -float64(places))
		return !slices.ContainsFunc(values, func(v float64) bool { return math.Abs(v*1440-math.Round(v*1440)) > slack+1e-6 })
	}
	months, days, weekends, steps := 0, 0, 0, 0
	for i, v := range values {
		if w := int(v) % 7; w < 2 { // day 42 of a spreadsheet is a Saturday
			weekends++
		}
		if i == 0 || v <= values[i-1] {
			continue
		}
		steps++
		switch d := v - values[i-1]; {
		case d == 1:
			days++
		case d >= 28 && d <= 31, d >= 89 && d <= 92, d >= 181 && d <= 184, d >= 365 && d <= 366:
			months++
		}
	}
	return !even && 10*months >= 9*steps || len(values) >= 15 && weekends == 0 && 10*days >= 7*steps && days < steps
}

// decimalYears are years whose decimals stand for months.
func (s *Stamps) decimalYears(values []float64, places int) (f Form, ok bool) {
	if len(values) < 4 || slices.Min(values) < 1000 || slices.Max(values) >= 3000 {
		return f, false
	}
	_, rest := math.Modf(values[0])
	share := rest*12 - math.Floor(rest*12+monthSlack(places))
	if share = math.Round(share*100) / 100; share < monthSlack(places) {
		share = 0
	}
	f = decimalForm(places, share)
	return f, len(s.Fitting([]Form{f})) > 0
}

// otherWeeks is a fault where numbers are years and weeks that ISO 8601 does not have.
func (s *Stamps) otherWeeks() error {
	loose := digitsForm(formOf("yyyyww", []part{{is: yearPart}, {is: looseWeek}}), 6, 1900, 2099)
	if len(s.Fitting([]Form{loose})) == 0 {
		return nil
	}
	strict := digitsForm(weeksForm, 6, 1900, 2099)
	for stamp := range s.All {
		if _, ok := strict.Parse(stamp.Text); !ok {
			s.Bad.Add(stamp.Line, stamp.Column, "data.time_format", "time stamp %s looks like a year and a week that ISO 8601 does not have; correct it, write the day that the week begins with (2018-12-31), or set data.time_format: number if it is a number", Quoted(stamp.Text))
		}
	}
	return s.Bad.Err()
}
