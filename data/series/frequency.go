package series

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"recur/configs"
)

// Frequency is all about the time stamps of a column: the step of time between two rows, on which days and in which zone there are
// rows, and the form in which they are written. Its String holds all of it, so that a label and that string are enough to
// continue a series: see LabelAfter.
type Frequency struct {
	Kind   string        // "" (no time column) | number | duration | hour | day | week | month | quarter | year
	N      int           // steps of that kind: 2 with week is a fortnight
	Every  time.Duration // the step of Kind duration
	Step   float64       // the step of Kind number
	AtEnd  bool          // month and longer: every time stamp is the last day of its month, with Days the last of these
	Format string        // how time stamps are written: a layout or a name, see data.FormNames

	Days  *Days         // the days on which there are rows, and their times; nil: all. With months the first such day, unless AtEnd
	Zone  string        // whose local time counts, a name of IANA's; "": that of the time stamps
	Ends  time.Duration // with a Zone and time stamps without an offset: they tell the end of a step of this length
	Rows  bool          // every row is the next step, however far it is
	Slack bool          // steps of days and more may be an hour longer or shorter: midnights of an unknown zone
}

// String gives "", "month", "2 weeks", "15m0s", "0.5" and so on, with the days and the zone in square brackets and the form of the
// time stamps in round ones where there are any: "month (2006-01)", "business day [days mon tue wed thu fri] (2006-01-02)".
// ParseFrequency reads it back.
func (f Frequency) String() string {
	text := f.Name()
	if more := f.more(); len(more) > 0 {
		text += " [" + strings.Join(more, "; ") + "]"
	}
	if f.Format != "" {
		text += " (" + f.Format + ")"
	}
	return text
}

// more are the texts in square brackets.
func (f Frequency) more() (out []string) {
	if f.Days != nil {
		out = f.Days.text()
	}
	if f.Zone != "" {
		out = append(out, "zone "+f.Zone)
	}
	if f.Ends > 0 {
		out = append(out, "ends "+f.Ends.String())
	}
	if f.Rows {
		out = append(out, "rows")
	}
	if f.Slack {
		out = append(out, "slack")
	}
	return out
}

// Name is the step alone.
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
	if f.business() {
		text = "business " + text
	}
	if f.AtEnd {
		text += " end"
	}
	if f.N > 1 {
		text = strconv.Itoa(f.N) + " " + text + "s"
	}
	return text
}

// business says that the step is one of working days, or goes from one such day to another.
func (f Frequency) business() bool { return f.Days != nil && (f.Kind == "day" || f.months() > 0) }

// ParseFrequency reads what String writes, and what data.frequency may hold: hour, day, business day, week, month, quarter, year (also
// "2 weeks", "month end", "business month end"), a duration such as 15m, or a number.
func ParseFrequency(text string) (Frequency, error) {
	var f Frequency
	step, form, ok := strings.Cut(strings.TrimSpace(text), "(")
	if ok {
		f.Format = strings.TrimSuffix(form, ")")
	}
	step, more, _ := strings.Cut(step, "[")
	if err := f.parseMore(strings.TrimSuffix(strings.TrimSpace(more), "]")); err != nil {
		return f, fmt.Errorf("data: frequency %q: %w", text, err)
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
	if d, err := time.ParseDuration(configs.Minutes(step)); err == nil {
		if d <= 0 {
			return f, fmt.Errorf("data: frequency %q: a duration must be above 0", text)
		}
		return f.lasting(d), nil
	}
	return f.parseKind(text, step)
}

// parseMore reads what stands in square brackets.
func (f *Frequency) parseMore(text string) error {
	for one := range strings.SplitSeq(text, ";") {
		words := strings.Fields(one)
		switch {
		case len(words) == 0:
		case words[0] == "days" || words[0] == "holidays" || words[0] == "times":
			if f.Days == nil {
				f.Days = &Days{}
			}
			if err := f.Days.parse(words[0], words[1:]); err != nil {
				return err
			}
		case len(words) == 2 && words[0] == "zone":
			if _, err := Location(words[1]); err != nil {
				return err
			}
			f.Zone = words[1]
		case len(words) == 2 && words[0] == "ends":
			ends, err := time.ParseDuration(words[1])
			if err != nil || ends <= 0 {
				return fmt.Errorf("%q is no duration", words[1])
			}
			f.Ends = ends
		case one == "rows" || words[0] == "rows":
			f.Rows = true
		case words[0] == "slack":
			f.Slack = true
		default:
			return fmt.Errorf("%q is not known", one)
		}
	}
	if f.Days != nil && !f.Days.holds() {
		return fmt.Errorf("%q are no days", text)
	}
	return nil
}

func (f Frequency) parseKind(text, step string) (Frequency, error) {
	words := strings.Fields(step)
	f.N = 1
	if n, err := strconv.Atoi(words[0]); err == nil && len(words) > 1 {
		f.N, words = n, words[1:]
	}
	business := words[0] == "business"
	if business = business && len(words) > 1; business {
		words = words[1:]
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
	if business && f.Kind != "day" && f.months() == 0 {
		most = 0
	}
	if len(words) == 1 && f.N > 0 && most > 0 && !(f.AtEnd && unit > 0) {
		if f.N > most {
			return f, fmt.Errorf("data: frequency %q: a step has at most %d %ss", text, most, f.Kind)
		}
		if business && f.Days == nil {
			f.Days = &Days{Week: workWeek}
		}
		if f.Kind == "minute" || f.Kind == "second" {
			return f.lasting(time.Duration(f.N) * unit), nil
		}
		return f, nil
	}
	return f, fmt.Errorf("data: frequency %q is not one of hour, day, business day, week, month, quarter, year, a duration such as 15m, or a number", text)
}

const day = 24 * time.Hour

// units are the steps of a fixed length.
var units = map[string]time.Duration{"second": time.Second, "minute": time.Minute, "hour": time.Hour, "day": day, "week": 7 * day}

// lasting is a fixed step, named by the largest unit that divides it.
func (f Frequency) lasting(d time.Duration) Frequency {
	f.N = 1
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

// Next returns the time n steps after t; n may be negative. Steps of days and longer ones keep the time of day on the clock of the
// zone; calendar steps keep the day of the month, or the last day of the month where that is the rule (AtEnd) or the day does not
// exist.
func (f Frequency) Next(t time.Time, n int) time.Time {
	if f.Zone != "" {
		t = t.In(f.location())
	}
	switch {
	case f.Days != nil:
		return f.nextWorking(t, n)
	case f.months() > 0:
		return f.nextMonth(t, n*f.months())
	case f.fixed()%day == 0 && t.Location() != time.UTC && n != 0:
		return onClock(wall(t).AddDate(0, 0, n*int(f.fixed()/day)), t.Location())
	}
	return t.Add(time.Duration(n) * f.fixed())
}

// nextMonth is the time so many months after t.
func (f Frequency) nextMonth(t time.Time, months int) time.Time {
	year, month, d := t.Date()
	hour, minute, second := t.Clock()
	first := time.Date(year, month+time.Month(months), 1, hour, minute, second, t.Nanosecond(), time.UTC)
	last := daysIn(first)
	if f.AtEnd || d > last {
		d = last
	}
	return onClock(first.AddDate(0, 0, d-1), t.Location())
}

// nextWorking is the time n steps after t among the days and times with rows.
func (f Frequency) nextWorking(t time.Time, n int) time.Time {
	number, clock := dayNumber(t), sinceMidnight(t)
	switch {
	case f.months() > 0:
		month := time.Date(t.Year(), t.Month()+time.Month(n*f.months()), 1, 0, 0, 0, 0, time.UTC)
		if f.AtEnd {
			return onDay(f.Days.last(month), clock, t.Location())
		}
		return onDay(f.Days.first(month), clock, t.Location())
	case f.fixed()%day == 0:
		return onDay(f.Days.next(number, n*int(f.fixed()/day)), clock, t.Location())
	}
	at, per, begin, every := f.slot(clock)
	if !f.Days.works(number) { // counts as the end of the working day before
		number, at = f.Days.next(number, 0), per-1
	}
	at += n
	days := at / per
	if at %= per; at < 0 {
		days, at = days-1, at+per
	}
	clock = begin + time.Duration(at)*every
	if len(f.Days.Times) > 0 {
		clock = f.Days.Times[at]
	}
	return onDay(f.Days.next(number, days), clock, t.Location())
}

// slot is the place of a time of day among those with rows, how many these are, and where they are not listed the first of them and
// the distance of two.
func (f Frequency) slot(clock time.Duration) (at, per int, begin, every time.Duration) {
	if times := f.Days.Times; len(times) > 0 {
		at, found := slices.BinarySearch(times, clock)
		if !found {
			at--
		}
		return at, len(times), 0, 0
	}
	every = f.fixed()
	begin = clock % every
	return int(clock / every), max(1, int((day-begin+every-1)/every)), begin, every
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
	if f.Zone != "" {
		a, b = a.In(f.location()), b.In(f.location())
	}
	if f.Days != nil {
		return f.workingBetween(a, b)
	}
	from, to := a, b
	if f.months() > 0 || f.fixed()%day == 0 {
		a, b = wall(a), wall(b)
	}
	n := 0
	if m := f.months(); m > 0 {
		n = int(math.Round(float64((b.Year()-a.Year())*12+int(b.Month()-a.Month())) / float64(m)))
	} else {
		n = int(math.Round(float64(b.Sub(a)) / float64(f.fixed())))
	}
	plain := f
	plain.Zone = ""
	// Counted from the end too: a month after 30 January may be 28 February, a month before 30 March is.
	there, back := plain.Next(a, n), plain.Next(b, -n)
	if f.Slack {
		return n, there.Sub(b).Abs() <= time.Hour || back.Sub(a).Abs() <= time.Hour
	}
	if there.Equal(b) || back.Equal(a) {
		return n, true
	}
	return n, f.Zone != "" && (f.Next(from, n).Equal(to) || f.Next(to, -n).Equal(from)) // midnight itself may be left out by clocks
}

// workingBetween is stepsBetween among the days and times with rows.
func (f Frequency) workingBetween(a, b time.Time) (n int, whole bool) {
	x, onGrid := f.index(a)
	y, also := f.index(b)
	steps := 1
	switch {
	case f.months() > 0:
		steps = f.months()
	case f.fixed()%day == 0:
		steps = int(f.fixed() / day)
	}
	n = int(math.Round(float64(y-x) / float64(steps)))
	return n, onGrid && also && n*steps == y-x
}

// index numbers the times with rows; ok is false for others.
func (f Frequency) index(t time.Time) (n int, ok bool) {
	number, clock := dayNumber(t), sinceMidnight(t)
	switch {
	case f.months() > 0:
		at := f.Days.first(t)
		if f.AtEnd {
			at = f.Days.last(t)
		}
		return 12*t.Year() + int(t.Month()), number == at
	case f.fixed()%day == 0:
		return f.Days.before(number), f.Days.works(number)
	}
	at, per, begin, every := f.slot(clock)
	listed := len(f.Days.Times) > 0 && at >= 0 && f.Days.Times[at] == clock || len(f.Days.Times) == 0 && begin+time.Duration(at)*every == clock
	return f.Days.before(number)*per + at, f.Days.works(number) && listed
}

// numbersBetween is stepsBetween for plain numbers. Rounding of decimal steps is forgiven.
func (f Frequency) numbersBetween(a, b float64) (int, bool) {
	n := math.Round((b - a) / f.Step)
	slack := 1e-6*f.Step + 4e-16*math.Max(math.Abs(a), math.Abs(b))
	return int(n), math.Abs(a+n*f.Step-b) <= slack
}
