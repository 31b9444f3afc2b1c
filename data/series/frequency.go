package series

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Frequency is the step of time between two rows, and the form in which time stamps are written. Its String holds all
// of it, so that a label and that string are enough to continue a series: see LabelAfter.
type Frequency struct {
	Kind   string        // "" (no time column) | number | duration | hour | day | week | month | quarter | year
	N      int           // steps of that kind: 2 with week is a fortnight
	Every  time.Duration // the step of Kind duration
	Step   float64       // the step of Kind number
	AtEnd  bool          // month and longer: every time stamp is the last day of its month
	Format string        // how time stamps are written: a Go layout or a name, see Formats
}

// String gives "", "month", "2 weeks", "15m0s", "0.5" and so on, with the form of the time stamps in brackets where
// there is one: "month (2006-01)", "month end (2006-01-02)". ParseFrequency reads it back.
func (f Frequency) String() string {
	text := f.Name()
	if f.Format != "" {
		text += " (" + f.Format + ")"
	}
	return text
}

// Name is String without the form of the time stamps.
func (f Frequency) Name() string {
	switch f.Kind {
	case "":
		return ""
	case "number":
		return strconv.FormatFloat(f.Step, 'g', -1, 64)
	case "duration":
		return f.Every.String()
	}
	text := f.Kind
	if f.AtEnd {
		text += " end"
	}
	if f.N > 1 {
		text = strconv.Itoa(f.N) + " " + f.Kind + "s"
		if f.AtEnd {
			text = strconv.Itoa(f.N) + " " + f.Kind + " ends"
		}
	}
	return text
}

// ParseFrequency reads what String writes, and what data.frequency may hold: hour, day, week, month, quarter, year (also
// "2 weeks"), a duration such as 15m, or a number.
func ParseFrequency(text string) (Frequency, error) {
	var f Frequency
	step, form, ok := strings.Cut(strings.TrimSpace(text), "(")
	if ok {
		f.Format = strings.TrimSuffix(form, ")")
	}
	step = strings.TrimSpace(step)
	if step == "" {
		return f, nil
	}
	if v, err := strconv.ParseFloat(step, 64); err == nil {
		f.Kind, f.Step = "number", v
		if !(v > 0) || math.IsInf(v, 0) {
			return f, fmt.Errorf("data: frequency %q: a number must be above 0", text)
		}
		return f, nil
	}
	if d, err := time.ParseDuration(step); err == nil {
		if d <= 0 {
			return f, fmt.Errorf("data: frequency %q: a duration must be above 0", text)
		}
		return durationOf(d, f.Format), nil
	}
	return f.parseKind(text, step)
}

func (f Frequency) parseKind(text, step string) (Frequency, error) {
	words := strings.Fields(step)
	f.N = 1
	if n, err := strconv.Atoi(words[0]); err == nil && len(words) > 1 {
		f.N, words = n, words[1:]
	}
	if last := words[len(words)-1]; len(words) == 2 && (last == "end" || last == "ends") {
		f.AtEnd, words = true, words[:1]
	}
	f.Kind = strings.TrimSuffix(words[0], "s")
	unit, most := units[f.Kind], 0
	switch {
	case unit > 0:
		most = int(math.MaxInt64 / unit)
	case f.months() > 0:
		most = 10000
	}
	if len(words) == 1 && f.N > 0 && most > 0 && !(f.AtEnd && unit > 0) {
		if f.N > most {
			return f, fmt.Errorf("data: frequency %q: a step has at most %d %ss", text, most, f.Kind)
		}
		if f.Kind == "minute" || f.Kind == "second" {
			return durationOf(time.Duration(f.N)*unit, f.Format), nil
		}
		return f, nil
	}
	return f, fmt.Errorf("data: frequency %q is not one of hour, day, week, month, quarter, year, a duration such as 15m, or a number", text)
}

const day = 24 * time.Hour

// units are the steps of a fixed length.
var units = map[string]time.Duration{"second": time.Second, "minute": time.Minute, "hour": time.Hour, "day": day, "week": 7 * day}

// durationOf names a fixed step by the largest unit that divides it.
func durationOf(d time.Duration, format string) Frequency {
	f := Frequency{N: 1, Format: format}
	switch {
	case d%(7*day) == 0:
		f.Kind, f.N = "week", int(d/(7*day))
	case d%day == 0:
		f.Kind, f.N = "day", int(d/day)
	case d%time.Hour == 0:
		f.Kind, f.N = "hour", int(d/time.Hour)
	default:
		f.Kind, f.N, f.Every = "duration", 0, d
	}
	return f
}

// months is the number of calendar months of a step, 0 where it has a fixed length.
func (f Frequency) months() int {
	switch f.Kind {
	case "month":
		return f.N
	case "quarter":
		return 3 * f.N
	case "year":
		return 12 * f.N
	}
	return 0
}

// fixed is the length of a step that is no calendar step.
func (f Frequency) fixed() time.Duration {
	switch f.Kind {
	case "hour":
		return time.Duration(f.N) * time.Hour
	case "day":
		return time.Duration(f.N) * day
	case "week":
		return time.Duration(f.N) * 7 * day
	}
	return f.Every
}

// Next returns the time n steps after t; n may be negative. Calendar steps keep the day of the month, or the last day of
// the month where that is the rule (AtEnd) or the day does not exist.
func (f Frequency) Next(t time.Time, n int) time.Time {
	m := f.months()
	if m == 0 {
		return t.Add(time.Duration(n) * f.fixed())
	}
	year, month, d := t.Date()
	hour, minute, second := t.Clock()
	first := time.Date(year, month+time.Month(n*m), 1, hour, minute, second, t.Nanosecond(), t.Location())
	last := daysIn(first)
	if f.AtEnd || d > last {
		d = last
	}
	return first.AddDate(0, 0, d-1)
}

// daysIn is the number of days in t's month.
func daysIn(t time.Time) int {
	return time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// divides says that the other step is a whole number of steps. Calendar months are none of days.
func (f Frequency) divides(o Frequency) bool {
	switch {
	case f.Kind == "number":
		_, whole := f.numbersBetween(0, o.Step)
		return whole
	case f.months() > 0:
		return o.months() > 0 && o.months()%f.months() == 0
	}
	return o.months() == 0 && o.fixed()%f.fixed() == 0
}

// Differs says that two steps of dates have another length; a month end is as long as a month. Plain numbers have no unit.
func (f Frequency) Differs(o Frequency) bool {
	for _, one := range []Frequency{f, o} {
		if one.Kind == "" || one.Kind == "number" {
			return false
		}
	}
	return f.months() != o.months() || f.fixed() != o.fixed()
}

// Steps returns how many steps lie from a to b, rounded; ok is false where the step of dates is not known.
func (f Frequency) Steps(a, b time.Time) (n int, ok bool) {
	if f.months() == 0 && f.fixed() <= 0 {
		return 0, false
	}
	n, _ = f.stepsBetween(a, b)
	return n, true
}

// NumberSteps is Steps for time stamps that are plain numbers.
func (f Frequency) NumberSteps(a, b float64) (n int, ok bool) {
	if !(f.Step > 0) || math.IsNaN(a) || math.IsNaN(b) {
		return 0, false
	}
	n, _ = f.numbersBetween(a, b)
	return n, true
}

// stepsBetween returns how many steps lie from a to b, and whether that is a whole number.
func (f Frequency) stepsBetween(a, b time.Time) (int, bool) {
	n := 0
	if m := f.months(); m > 0 {
		n = int(math.Round(float64((b.Year()-a.Year())*12+int(b.Month()-a.Month())) / float64(m)))
	} else {
		n = int(math.Round(float64(b.Sub(a)) / float64(f.fixed())))
	}
	// Counted from the end too: a month after 30 January may be 28 February, a month before 30 March is.
	return n, f.Next(a, n).Equal(b) || f.Next(b, -n).Equal(a)
}

// numbersBetween is stepsBetween for plain numbers. Rounding of decimal steps is forgiven.
func (f Frequency) numbersBetween(a, b float64) (int, bool) {
	n := math.Round((b - a) / f.Step)
	slack := 1e-6*f.Step + 4e-16*math.Max(math.Abs(a), math.Abs(b))
	return int(n), math.Abs(a+n*f.Step-b) <= slack
}
