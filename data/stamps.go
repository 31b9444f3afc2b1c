package data

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
)

// clockColumns says which field of a row holds which component, when a time stamp is spread over columns that are called
// year, month, day, hour, minute, second.
type clockColumns struct {
	field  [6]int // -1 where there is no such column
	format string // the layout of the labels that are made of them
}

var clockNames = []string{"year", "month", "day", "hour", "minute", "second"}

// clockOf is nil when the named columns are not components of a time stamp: a single column, or texts to be joined.
func clockOf(names []string, fields []int) *clockColumns {
	if len(names) < 2 {
		return nil
	}
	c := &clockColumns{field: [6]int{-1, -1, -1, -1, -1, -1}}
	last := 0
	for i, n := range names {
		at := slices.Index(clockNames, strings.ToLower(n))
		if at < 0 || c.field[at] >= 0 {
			return nil
		}
		c.field[at] = fields[i]
		last = max(last, at)
	}
	for _, f := range c.field[:last+1] {
		if f < 0 {
			return nil
		}
	}
	c.format = []string{"2006", "2006-01", "2006-01-02", "2006-01-02 15:00", "2006-01-02 15:04", "2006-01-02 15:04:05"}[last]
	return c
}

// stamp is the time stamp of a row as text: the field, or several joined by blanks, or made of its components.
func (r *reader) stamp(record []string) string {
	if r.clock != nil {
		return r.components(record)
	}
	parts := make([]string, len(r.time))
	for i, f := range r.time {
		parts[i] = strings.TrimSpace(record[f])
	}
	return strings.Clone(strings.Join(parts, " "))
}

// components joins year, month, … into one label. A component that is no whole number or out of range is a fault.
func (r *reader) components(record []string) string {
	limits := [6][2]int{{1, 9999}, {1, 12}, {1, 31}, {0, 23}, {0, 59}, {0, 59}}
	v := [6]int{1: 1, 2: 1}
	for i, f := range r.clock.field {
		if f < 0 {
			break
		}
		n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(record[f]), ".0"))
		if err != nil || n < limits[i][0] || n > limits[i][1] {
			line, column := r.csv.FieldPos(f)
			r.bad.add(line, column, "data.time", "column %s is %s, want a whole number from %d to %d (data.time)", quoted(r.names[f]), quoted(record[f]), limits[i][0], limits[i][1])
			return ""
		}
		v[i] = n
	}
	t := time.Date(v[0], time.Month(v[1]), v[2], v[3], v[4], v[5], 0, time.UTC)
	if t.Day() != v[2] {
		line, column := r.csv.FieldPos(r.clock.field[2])
		r.bad.add(line, column, "data.time", "%04d-%02d has no day %d (data.time)", v[0], v[1], v[2])
		return ""
	}
	return t.Format(r.clock.format)
}

// times turns the labels into times or numbers, finds the frequency, and checks order, duplicates and gaps.
func (r *reader) times() error {
	if len(r.time) == 0 {
		return nil
	}
	f, numbers, err := r.form()
	if err != nil {
		return err
	}
	moments := make([][]moment, len(r.tracks))
	for i, t := range r.tracks {
		for row, s := range t.stamps {
			m := moment{}
			if numbers {
				m.number, _ = plainNumber(s)
			} else {
				m.time, _ = f.parse(s)
			}
			moments[i] = append(moments[i], m)
			_ = row
		}
	}
	return r.steps(f, numbers, moments)
}

// moment is a time stamp that has been read: a time or a plain number.
type moment struct {
	time   time.Time
	number float64
}

func (m moment) compare(o moment, numbers bool) int {
	if numbers {
		switch {
		case m.number < o.number:
			return -1
		case m.number > o.number:
			return 1
		}
		return 0
	}
	return m.time.Compare(o.time)
}

// form finds how the time stamps of the whole file are written. numbers is true where they are plain numbers.
func (r *reader) form() (f form, numbers bool, err error) {
	if r.clock != nil {
		f, _ := formNamed(r.clock.format)
		return f, false, nil
	}
	name := r.config.Data.TimeFormat
	switch {
	case name == "number":
		return form{}, true, r.allNumbers("data.time_format is number")
	case name != "":
		f, ok := formNamed(name)
		if !ok {
			hint := ""
			if strings.Contains(name, "%") {
				hint = "; a Go layout writes 2 January 2006 15:04:05 in the form of the file"
			}
			r.bad.add(0, 0, "data.time_format", "data.time_format %s is neither a Go layout nor one of %s%s", quoted(name), FormNames(), hint)
			return form{}, false, r.bad.err()
		}
		return f, false, r.allRead(f, "in the form "+quoted(name)+" of data.time_format")
	}
	return r.guess()
}

// FormNames lists the names that data.time_format knows beside Go layouts.
func FormNames() string {
	return "yyyy, yyyymm, yyyymmdd, yyyymmddhh, iso, unix, unix_ms, number, 2006Q1, 2006-W01"
}

// guess tries all known forms on all time stamps.
func (r *reader) guess() (form, bool, error) {
	for _, group := range guesses {
		fits := r.fitting(group)
		if len(fits) > 0 {
			return fits[0], false, r.ambiguous(fits)
		}
	}
	if _, ok := plainNumber(r.tracks[0].stamps[0]); ok {
		return form{}, true, r.allNumbers("the first one is a number")
	}
	// Nothing reads all of them: point at the first that the best form can't read.
	var best form
	far := -1
	for _, group := range guesses {
		for _, f := range group {
			if n := r.readBy(f); n > far {
				best, far = f, n
			}
		}
	}
	if far <= 0 {
		t := r.tracks[0]
		r.bad.add(int(t.lines[0]), int(t.columns[0]), "data.time", "time stamp %s can't be read; name its form in data.time_format (a Go layout or one of %s), or leave out data.time", quoted(t.stamps[0]), FormNames())
		return form{}, false, r.bad.err()
	}
	return form{}, false, r.allRead(best, "as "+quoted(best.name)+", the form of the ones before; correct it or name the form in data.time_format")
}

// fitting returns the forms that read every time stamp.
func (r *reader) fitting(group []form) []form {
	var fits []form
	all := r.count()
	for _, f := range group {
		if r.readBy(f) == all {
			fits = append(fits, f)
		}
	}
	return fits
}

func (r *reader) count() int {
	n := 0
	for _, t := range r.tracks {
		n += len(t.stamps)
	}
	return n
}

// readBy counts the time stamps that f reads before the first that it can't.
func (r *reader) readBy(f form) int {
	n := 0
	for _, t := range r.tracks {
		for _, s := range t.stamps {
			if _, ok := f.parse(s); !ok {
				return n
			}
			n++
		}
	}
	return n
}

// ambiguous is a fault when two forms read the time stamps as different times.
func (r *reader) ambiguous(fits []form) error {
	first := fits[0]
	for _, other := range fits[1:] {
		for _, t := range r.tracks {
			for i, s := range t.stamps {
				a, _ := first.parse(s)
				b, _ := other.parse(s)
				if !a.Equal(b) {
					r.bad.add(int(t.lines[i]), int(t.columns[i]), "data.time_format", "time stamp %s may be %s or %s; set data.time_format to %s or %s",
						quoted(s), a.Format("2 January 2006"), b.Format("2 January 2006"), quoted(first.name), quoted(other.name))
					return r.bad.err()
				}
			}
		}
	}
	return nil
}

// allRead reports every time stamp that f can't read.
func (r *reader) allRead(f form, how string) error {
	for _, t := range r.tracks {
		for i, s := range t.stamps {
			if _, ok := f.parse(s); !ok {
				r.bad.add(int(t.lines[i]), int(t.columns[i]), "data.time_format", "time stamp %s can't be read %s", quoted(s), how)
			}
		}
	}
	return r.bad.err()
}

// allNumbers reports every time stamp that is no plain number.
func (r *reader) allNumbers(why string) error {
	for _, t := range r.tracks {
		for i, s := range t.stamps {
			if _, ok := plainNumber(s); !ok {
				r.bad.add(int(t.lines[i]), int(t.columns[i]), "data.time", "time stamp %s is not a number, and %s; correct it, or name the form in data.time_format", quoted(s), why)
			}
		}
	}
	return r.bad.err()
}

// steps checks the order, finds the frequency over all series and checks that every step is one of it.
func (r *reader) steps(f form, numbers bool, moments [][]moment) error {
	for i, t := range r.tracks {
		r.ordered(t, moments[i], numbers)
	}
	if err := r.bad.err(); err != nil {
		return err
	}
	freq, err := r.frequency(f, numbers, moments)
	if err != nil {
		return err
	}
	r.set.Frequency = freq
	for i, t := range r.tracks {
		if freq.Kind != "" {
			r.even(t, moments[i], freq)
		}
		s := Series{Name: t.name, Labels: t.stamps}
		for _, m := range moments[i] {
			if numbers {
				s.Numbers = append(s.Numbers, m.number)
			} else {
				s.Time = append(s.Time, m.time)
			}
		}
		r.set.Series = append(r.set.Series, s)
	}
	return r.bad.err()
}

// ordered reports time stamps that do not rise.
func (r *reader) ordered(t *track, ms []moment, numbers bool) {
	falling := 0
	for i := 1; i < len(ms); i++ {
		if ms[i].compare(ms[i-1], numbers) < 0 {
			falling++
		}
	}
	if falling > 1 && falling == len(ms)-1 {
		r.bad.add(int(t.lines[1]), int(t.columns[1]), "data.time", "time stamps fall from row to row%s: sort the file with the oldest first (rows are never reordered)", inSeries(t))
		return
	}
	for i := 1; i < len(ms); i++ {
		switch ms[i].compare(ms[i-1], numbers) {
		case 0:
			hint := ""
			if r.series < 0 {
				hint = "; if the file holds many series, name the column that tells them apart in data.series"
			}
			r.bad.add(int(t.lines[i]), int(t.columns[i]), "data.time", "time stamp %s stands in line %d already%s%s", quoted(t.stamps[i]), t.lines[i-1], inSeries(t), hint)
		case -1:
			r.bad.add(int(t.lines[i]), int(t.columns[i]), "data.time", "time stamp %s comes after %s of line %d%s; sort the file by time (rows are never reordered)", quoted(t.stamps[i]), quoted(t.stamps[i-1]), t.lines[i-1], inSeries(t))
		}
	}
}

// inSeries names the series in a message when there are many.
func inSeries(t *track) string {
	if t.name == "" {
		return ""
	}
	return " in series " + quoted(t.name)
}

// frequency takes the step from the config, else the most frequent step between two rows.
func (r *reader) frequency(f form, numbers bool, moments [][]moment) (Frequency, error) {
	if text := r.config.Data.Frequency; text != "" {
		freq, err := ParseFrequency(text)
		if err == nil && (freq.Kind == "number") != numbers {
			err = fmt.Errorf("data.frequency is %s, and the time stamps are %s", quoted(text), map[bool]string{true: "plain numbers", false: "no plain numbers"}[numbers])
		}
		if err != nil {
			r.bad.add(0, 0, "data.frequency", "%s", strings.TrimPrefix(err.Error(), "data: "))
			return freq, r.bad.err()
		}
		freq.Format = f.name
		freq.AtEnd = freq.AtEnd || freq.months() > 0 && atEnds(moments)
		return freq, nil
	}
	if numbers {
		return Frequency{Kind: "number", Step: usualNumber(moments)}, nil
	}
	freq := usualStep(moments)
	freq.Format = f.name
	return freq, nil
}

// usualNumber is the most frequent difference of plain numbers; the smaller one of two; 1 where there is none.
func usualNumber(moments [][]moment) float64 {
	var steps []float64
	for _, ms := range moments {
		for i := 1; i < len(ms); i++ {
			steps = append(steps, ms[i].number-ms[i-1].number)
		}
	}
	if len(steps) == 0 {
		return 1
	}
	sort.Float64s(steps)
	best, most := steps[0], 0
	for i := 0; i < len(steps); {
		j := i
		for j < len(steps) && steps[j]-steps[i] <= 1e-6*math.Abs(steps[i]) {
			j++
		}
		if j-i > most {
			best, most = steps[(i+j)/2], j-i
		}
		i = j
	}
	// The decimal number with the fewest digits that is as good: 0.1 in place of 0.09999999999999432.
	for digits := 1; digits <= 12; digits++ {
		if short, _ := strconv.ParseFloat(strconv.FormatFloat(best, 'g', digits, 64), 64); math.Abs(short-best) <= 1e-9*best {
			return short
		}
	}
	return best
}

// usualStep finds the most frequent step between two rows: a calendar step of months where days of the month agree, else
// a fixed length.
func usualStep(moments [][]moment) Frequency {
	fixed, calendar := map[time.Duration]int{}, map[int]int{}
	end := atEnds(moments)
	pairs := 0
	for _, ms := range moments {
		for i := 1; i < len(ms); i++ {
			a, b := ms[i-1].time, ms[i].time
			pairs++
			fixed[b.Sub(a)]++
			m := (b.Year()-a.Year())*12 + int(b.Month()-a.Month())
			step := Frequency{Kind: "month", N: 1, AtEnd: end}
			if m > 0 && (step.Next(a, m).Equal(b) || step.Next(b, -m).Equal(a)) {
				calendar[m]++
			}
		}
	}
	if pairs == 0 {
		return Frequency{}
	}
	months, often := usual(calendar)
	length, most := usual(fixed)
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

// usual returns the key that was counted most often, the smaller one of two.
func usual[K int | time.Duration](counts map[K]int) (best K, most int) {
	for k, n := range counts {
		if n > most || n == most && k < best {
			best, most = k, n
		}
	}
	return best, most
}

// atEnds reports whether every time stamp is the last day of a month, and not all are the same day.
func atEnds(moments [][]moment) bool {
	days := map[int]bool{}
	for _, ms := range moments {
		for _, m := range ms {
			if m.time.Day() != daysIn(m.time) {
				return false
			}
			days[m.time.Day()] = true
		}
	}
	return len(days) > 1
}

// even reports gaps and uneven steps. No row is ever put in: only the user knows what stands in it.
func (r *reader) even(t *track, ms []moment, freq Frequency) {
	for i := 1; i < len(ms); i++ {
		a, b := ms[i-1], ms[i]
		n, whole := 0, false
		if freq.Kind == "number" {
			n, whole = freq.numbersBetween(a.number, b.number)
		} else {
			n, whole = freq.stepsBetween(a.time, b.time)
		}
		switch {
		case whole && n == 1:
		case whole && n > 1:
			rows := "1 row is"
			if n > 2 {
				rows = strconv.Itoa(n-1) + " rows are"
			}
			r.bad.add(int(t.lines[i]), int(t.columns[i]), "data.missing", "%s missing between %s and %s%s, where the step is %s; add them with empty values (data.missing), or leave out data.time so that rows count as steps",
				rows, quoted(t.stamps[i-1]), quoted(t.stamps[i]), inSeries(t), freq.Name())
		default:
			r.bad.add(int(t.lines[i]), int(t.columns[i]), "data.frequency", "from %s to %s%s is no whole number of steps, where the step is %s; correct the time stamp, set data.frequency, or leave out data.time so that rows count as steps",
				quoted(t.stamps[i-1]), quoted(t.stamps[i]), inSeries(t), freq.Name())
		}
	}
}

// finish moves the values into the dataset and fills in what is missing.
func (r *reader) finish() error {
	if len(r.time) == 0 {
		for _, t := range r.tracks {
			r.set.Series = append(r.set.Series, Series{Name: t.name})
		}
	}
	columns := r.set.Columns()
	for i, t := range r.tracks {
		s := &r.set.Series[i]
		s.Values, s.Missing = t.values, t.missing
		if slices.Contains(s.Missing, true) {
			s.Values = filled(t.values, t.missing, columns, r.config.Data.Missing, len(t.values))
		}
	}
	return nil
}
