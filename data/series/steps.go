package series

import (
	"fmt"
	"strings"
	"time"

	"recur/data"
)

// times turns the labels into times or numbers, finds the frequency, and checks order, duplicates and gaps.
func (r *reader) times() error {
	if !r.stamped() {
		return nil
	}
	f, numbers, err := r.form()
	if err != nil {
		return err
	}
	if err := r.workDays(); err != nil {
		return err
	}
	if r.grid, err = r.gridOf(f, numbers); err != nil {
		return err
	}
	r.find(f, numbers)
	moments := r.moments(f, numbers)
	r.raw, r.numeric = moments, numbers
	cells := moments
	if r.grid != nil {
		cells = make([][]moment, len(moments))
	}
	for i, t := range r.tracks {
		if r.grid != nil {
			cells[i] = r.cells(t, moments[i])
		}
		r.ordered(t, cells[i], f, numbers)
	}
	if err := r.Bad.Err(); err != nil {
		return err
	}
	if r.grid != nil {
		if err := r.onGrid(moments, cells, f, numbers); err != nil {
			return err
		}
	}
	counts := newStepCounts(r.days)
	for _, ms := range moments {
		counts.add(ms, numbers)
	}
	freq, err := r.frequency(f, numbers, counts)
	if err != nil {
		return err
	}
	return r.spaced(f, numbers, freq, moments)
}

// moments reads every time stamp by its form.
func (r *reader) moments(f data.Form, numbers bool) [][]moment {
	moments := make([][]moment, len(r.tracks))
	for i, t := range r.tracks {
		moments[i] = make([]moment, len(t.stamps))
		for row, s := range t.stamps {
			if numbers {
				moments[i][row].number, _ = data.PlainNumber(s)
			} else {
				moments[i][row].time, _ = f.Parse(s)
			}
		}
		if !numbers {
			r.place(t, moments[i], f)
		}
	}
	return moments
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

// spaced checks that every step is one of the frequency, and makes the series.
func (r *reader) spaced(f data.Form, numbers bool, freq Frequency, moments [][]moment) error {
	r.set.Frequency = freq
	labels := f.OfLabels()
	relabelled := !numbers && labels.Name != f.Name
	last := r.lastOf(moments, numbers)
	for i, t := range r.tracks {
		ms := moments[i]
		if relabelled {
			for row, m := range ms {
				t.stamps[row] = freq.write(m.time, labels)
			}
		}
		if freq.Kind != "" {
			ms = r.even(t, ms, last, freq, labels)
		}
		s := Series{Name: t.name, Labels: t.stamps}
		for _, m := range ms {
			if numbers {
				s.Numbers = append(s.Numbers, m.number)
			} else {
				s.Time = append(s.Time, m.time)
			}
		}
		r.set.Series = append(r.set.Series, s)
	}
	if r.inserted > 0 {
		r.set.Notes = append(r.set.Notes, r.insertedNote(r.inserted))
	}
	return r.Bad.Err()
}

// insertedNote says that rows were put in.
func (r *reader) insertedNote(n int) string {
	if r.config.Data.Missing == "zero" {
		return fmt.Sprintf("%s: %s put in as 0, because data.missing is zero", r.set.Name, data.Count(n, "row that is not there is", "rows that are not there are"))
	}
	return fmt.Sprintf("%s: %s put in as missing, because data.missing is %s", r.set.Name, data.Count(n, "row of a gap is", "rows of gaps are"), r.config.Data.Missing)
}

// ordered reports time stamps that do not rise.
func (r *reader) ordered(t *track, ms []moment, f data.Form, numbers bool) {
	falling := 0
	for i := 1; i < len(ms); i++ {
		if ms[i].compare(ms[i-1], numbers) < 0 {
			falling++
		}
	}
	if falling > 1 && falling == len(ms)-1 {
		r.Bad.Add(int(t.lines[1]), int(t.columns[1]), "data.time", "time stamps fall from row to row%s: sort the file with the oldest first (rows are never reordered)", inSeries(t))
		return
	}
	for i := 1; i < len(ms); i++ {
		switch ms[i].compare(ms[i-1], numbers) {
		case 0:
			if r.grid != nil {
				continue // several rows of a cell
			}
			hint := r.clocksBack(ms, i, f, numbers)
			if hint == "" {
				hint = r.severalRows()
			}
			r.Bad.Add(int(t.lines[i]), int(t.columns[i]), "data.time", "time stamp %s stands in line %d already%s%s", data.Quoted(t.stamps[i]), t.lines[i-1], inSeries(t), hint)
		case -1:
			hint := r.clocksBack(ms, i, f, numbers)
			if hint == "" {
				hint = r.furtherKeys()
			}
			if hint == "" {
				hint = "; sort the file by time (rows are never reordered)"
				if s, ok := r.suggested(); ok && r.grid == nil {
					hint += ", or, if several rows belong to one step, within which their order is free, " + s.advice()
				}
			}
			r.Bad.Add(int(t.lines[i]), int(t.columns[i]), "data.time", "time stamp %s comes after %s of line %d%s%s", data.Quoted(t.stamps[i]), data.Quoted(t.stamps[i-1]), t.lines[i-1], inSeries(t), hint)
		}
	}
}

// inSeries names the series in a message when there are many.
func inSeries(t *track) string {
	if t.name == "" {
		return ""
	}
	return " in series " + data.Quoted(t.name)
}

// even reports uneven steps and gaps. Under data.missing interpolate or forward the rows of a gap are put in, all their
// values missing, and counted; under error a gap is a fault, and nothing is put in.
func (r *reader) even(t *track, ms []moment, last moment, freq Frequency, f data.Form) []moment {
	if freq.Rows {
		return ms
	}
	policy := r.config.Data.Missing != "error"
	var gaps []gap
	for i := 1; i < len(ms); i++ {
		n, whole := freq.between(ms[i-1], ms[i])
		switch {
		case whole && n == 1:
		case whole && n > 1 && policy:
			gaps = append(gaps, gap{i, n - 1})
		case whole && n > 1:
			r.Bad.Add(int(t.lines[i]), int(t.columns[i]), "data.missing", "%s missing between %s and %s%s, where the step is %s%s",
				data.Count(n-1, "row is", "rows are"), data.Quoted(t.stamps[i-1]), data.Quoted(t.stamps[i]), inSeries(t), freq.Name(), r.gapAdvice(ms[i-1], ms[i], freq, f))
		default:
			r.uneven(t, i, ms, freq)
		}
	}
	if r.config.Data.Missing == "zero" && len(ms) > 0 && r.knownAhead(t) == 0 {
		if n, whole := freq.between(ms[len(ms)-1], last); whole && n > 0 {
			gaps = append(gaps, gap{len(ms), n})
		}
	}
	return r.close(t, ms, gaps, freq, f)
}

// lastOf is the last time stamp of all series: with data.missing zero the others go on up to it.
func (r *reader) lastOf(moments [][]moment, numbers bool) (last moment) {
	for i, ms := range moments {
		if n := len(ms) - r.knownAhead(r.tracks[i]); n > 0 && (i == 0 || ms[n-1].compare(last, numbers) > 0) {
			last = ms[n-1]
		}
	}
	return last
}

// mostZeros is how many rows may be put into any series with data.missing zero.
const mostZeros = 10_000

// gapAdvice says what to do about a gap.
func (r *reader) gapAdvice(a, b moment, freq Frequency, f data.Form) string {
	if hint := clocksForward(a, b, freq, f); hint != "" {
		return hint
	}
	if freq.Days != nil {
		return "; name days without rows in data.holidays, set data.missing to interpolate or forward to have the rows put in, or to zero where no row means 0, or set data.frequency: rows if every row is the next step"
	}
	advice := "; add the rows, set data.missing to interpolate or forward to have them put in, or to zero where no row means 0, as nothing sold, or "
	switch s, ok := r.suggested(); {
	case r.grid != nil:
		return advice + "set a longer data.resample.step"
	case !ok || !r.seldom(freq):
		return advice + "leave out data.time so that rows count as steps"
	case freq.Kind == "number" || freq.fixed() < time.Minute || s.tolerance != "":
		return "; " + strings.ToLower(s.Why()) + ": " + s.advice()
	default:
		return advice + "put the rows of longer steps together: " + s.advice()
	}
}

// uneven reports a step that is no whole number of steps.
func (r *reader) uneven(t *track, i int, ms []moment, freq Frequency) {
	for m := max(0, i-1); freq.Days != nil && m <= i; m++ {
		if _, ok := freq.index(ms[m].time); ok || m < i && i > 1 { // told before
			continue
		}
		r.Bad.Add(int(t.lines[m]), int(t.columns[m]), "data.frequency", "%s, a %s%s, is none of the %ss of data.frequency, data.weekmask and data.holidays; correct the time stamp or the keys, or set data.frequency: rows if every row is the next step",
			data.Quoted(t.stamps[m]), ms[m].time.Format("Monday"), inSeries(t), freq.Name())
		return
	}
	if freq.Days != nil && i > 1 {
		if _, ok := freq.index(ms[i-1].time); !ok {
			return
		}
	}
	advice := "; correct the time stamp, set data.frequency (rows if every row is the next step), or leave out data.time so that rows count as steps"
	if s, ok := r.suggested(); ok && r.grid == nil {
		advice = "; " + s.Why() + ": " + s.advice()
	}
	r.Bad.Add(int(t.lines[i]), int(t.columns[i]), "data.frequency", "from %s to %s%s is no whole number of steps, where the step is %s%s",
		data.Quoted(t.stamps[i-1]), data.Quoted(t.stamps[i]), inSeries(t), freq.Name(), advice)
}

// tooMany says what to do where gaps are longer than what is there.
func (r *reader) tooMany(freq Frequency) string {
	s, ok := r.suggested()
	switch {
	case r.grid != nil:
		return "; correct the time stamp, set a longer data.resample.step, or set data.missing: zero where no row means 0"
	case ok:
		return "; " + s.Why() + ": " + s.advice()
	}
	return "; correct the time stamp, or set data.frequency"
}

// seldom says that fewer than half of the rows come a step after another, as where time stamps are uneven.
func (r *reader) seldom(freq Frequency) bool {
	if r.grid != nil || freq.Kind == "" || freq.Days != nil || freq.months() > 0 {
		return false
	}
	steps, rows := 0, 0
	for _, ms := range r.raw {
		for i := 1; i < len(ms); i++ {
			rows++
			if n, whole := freq.between(ms[i-1], ms[i]); whole && n == 1 {
				steps++
			}
		}
	}
	return 2*steps < rows
}

// gap is so many rows that are missing before row `before`.
type gap struct{ before, rows int }

// close puts the rows of the gaps in, unless they would be more than the rows that are there.
func (r *reader) close(t *track, ms []moment, gaps []gap, freq Frequency, f data.Form) []moment {
	total, most, zero := 0, len(ms), r.config.Data.Missing == "zero"
	if zero {
		most = max(mostZeros, 100*most) // most days of what is sold seldom have no row
	}
	for _, g := range gaps {
		if total += g.rows; total > most || total < 0 {
			g.before = min(g.before, len(ms)-1)
			r.Bad.Add(int(t.lines[g.before]), int(t.columns[g.before]), "data.frequency", "with the gap before %s%s more rows would be put in than %s, where the step is %s%s",
				data.Quoted(t.stamps[g.before]), inSeries(t), map[bool]string{true: "there are", false: "a hundred times those that are there"}[most == len(ms)], freq.Name(), r.tooMany(freq))
			return ms
		}
	}
	if total == 0 {
		return ms
	}
	r.inserted += total
	out := track{name: t.name, horizon: t.horizon}
	var moments []moment
	columns, from := r.set.Columns(), 0
	for _, g := range append(gaps, gap{before: len(ms)}) {
		out.stamps = append(out.stamps, t.stamps[from:g.before]...)
		out.values = append(out.values, t.values[from*columns:g.before*columns]...)
		out.missing = append(out.missing, t.missing[from*columns:g.before*columns]...)
		moments = append(moments, ms[from:g.before]...)
		for k := range g.rows {
			m, label := freq.after(ms[g.before-1], t.stamps[g.before-1], k+1, f)
			moments = append(moments, m)
			out.stamps = append(out.stamps, label)
			for c := range columns {
				out.values = append(out.values, 0)
				out.missing = append(out.missing, !zero || c >= len(r.set.Targets))
			}
		}
		from = g.before
	}
	*t = out
	return moments
}

// between counts the steps from one time stamp to another, and says whether they are whole.
func (f Frequency) between(a, b moment) (int, bool) {
	if f.Kind == "number" {
		return f.numbersBetween(a.number, b.number)
	}
	return f.stepsBetween(a.time, b.time)
}

// after is the time stamp n steps after m, and how it is written.
func (f Frequency) after(m moment, label string, n int, as data.Form) (moment, string) {
	if f.Kind == "number" {
		m.number += float64(n) * f.Step
		return m, formatNumber(m.number, label, f.Step)
	}
	m.time = f.Next(m.time, n)
	return m, f.write(m.time, as)
}
