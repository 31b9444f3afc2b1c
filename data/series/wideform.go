package series

import (
	"fmt"
	"slices"
	"strings"

	"recur/data"
)

// Wide files: with data.wide dates a row is a series and a column a step, with series a column is a series and a row a step. A series
// begins at its first value and ends at its last: fields before and behind are no rows.

// cell is a field without a value that is a row only where a value comes after it.
type cell struct {
	stamp        string
	field        int
	line, column int
}

// wide says how the file lies.
func (r *reader) wide() string { return r.config.Data.Wide }

// stamped reports that rows have time stamps.
func (r *reader) stamped() bool {
	return len(r.time) > 0 || r.wide() == "dates" && len(r.config.Data.Time) > 0
}

// wideHeader finds the columns of the values.
func (r *reader) wideHeader() {
	for _, n := range r.config.Data.Series {
		r.use(&r.series, n, "data.series")
	}
	if r.wide() == "series" {
		for _, n := range r.config.Data.Time {
			r.use(&r.time, n, "data.time")
		}
	}
	var free []int
	for f := range r.Names {
		if !slices.Contains(r.series, f) && !slices.Contains(r.time, f) {
			free = append(free, f)
		}
	}
	r.values = free
	switch {
	case r.wide() == "series":
		for i, f := range free {
			if slices.Contains(free[i+1:], slices.Index(r.Names[f+1:], r.Names[f])+f+1) {
				r.Bad.Add(1, 1, "data.wide", "two columns are named %s, and a column is a series (data.wide); rename one of them", data.Quoted(r.Names[f]))
			}
		}
	case r.stamped():
		r.values = slices.DeleteFunc(slices.Clone(free), func(f int) bool { return !r.isStamp(r.Names[f]) })
	default:
		r.values = r.numbered(free)
	}
	if least := 2; len(r.values) < least && r.wide() == "dates" && len(r.Bad.List) == 0 {
		r.Bad.Add(1, 1, "data.wide", "with data.wide: dates the columns of the values are %s, and there are %d; the columns are %s",
			map[bool]string{true: "named by time stamps; leave out data.time where they are numbered (d_1, d_2, …)", false: "numbered (d_1, d_2, …); name the time in data.time where they are dates"}[r.stamped()], len(r.values), data.Listed(r.Names))
	}
	if left := len(free) - len(r.values); left > 0 && len(r.values) > 0 {
		r.set.Notes = append(r.set.Notes, fmt.Sprintf("%s: %s from %s to %s hold the values; %s no part of it", r.set.Name, data.Count(len(r.values), "column", "columns"),
			data.Quoted(r.Names[r.values[0]]), data.Quoted(r.Names[r.values[len(r.values)-1]]), data.Count(left, "further column is", "further columns are")))
	}
	r.keys = slices.Repeat([]string{"data.wide"}, len(r.values))
}

// isStamp reports that a header is a time stamp.
func (r *reader) isStamp(header string) bool {
	if named := r.config.Data.TimeFormat; named != "" && named != "number" {
		f, ok := data.FormNamed(named)
		if ok {
			_, ok = f.Parse(header)
		}
		return ok
	}
	for _, group := range data.Forms {
		for _, f := range group {
			if _, ok := f.Parse(header); ok {
				return true
			}
		}
	}
	_, number := data.PlainNumber(header)
	return number
}

// numbered are the columns that are called alike but for a number at the end, of several kinds the one with the most columns.
func (r *reader) numbered(fields []int) (best []int) {
	kinds := map[string][]int{}
	for _, f := range fields {
		if name := strings.TrimRight(r.Names[f], "0123456789"); name != r.Names[f] {
			kinds[name] = append(kinds[name], f)
			if len(kinds[name]) > len(best) {
				best = kinds[name]
			}
		}
	}
	return best
}

// wideInstead is what to do where the columns of a file that is not said to be wide are steps: named by dates, or numbered; "" where they
// are not.
func (r *reader) wideInstead() string {
	const least = 6
	all := make([]int, len(r.Names))
	for f := range all {
		all[f] = f
	}
	steps, time := slices.DeleteFunc(slices.Clone(all), func(f int) bool { return !looksLikeData(r.Names[f]) }), ", and data.time: a name for the dates"
	if len(steps) < least {
		steps, time = r.numbered(all), ", and no data.time"
	}
	if len(steps) < least {
		return ""
	}
	return fmt.Sprintf(", or, where a row is a series whose steps are the %d columns from %s to %s, set data.wide: dates, data.series: the columns that name a row, data.targets: a name for the values%s",
		len(steps), data.Quoted(r.Names[steps[0]]), data.Quoted(r.Names[steps[len(steps)-1]]), time)
}

// wideRow reads one row.
func (r *reader) wideRow(record []string) {
	if r.wide() == "series" {
		for len(r.tracks) < len(r.values) {
			r.tracks = append(r.tracks, &track{name: r.Names[r.values[len(r.tracks)]]})
		}
		stamp := ""
		if r.stamped() {
			stamp = r.stamp(record)
		}
		for i, f := range r.values {
			r.cell(r.tracks[i], record, f, stamp)
		}
		return
	}
	line, _ := r.Pos(0)
	before := len(r.tracks)
	t := r.track(record)
	if t == nil {
		return
	}
	if len(r.tracks) == before {
		at, column := r.Pos(r.firstKey())
		r.Bad.Add(at, column, "data.wide", "series %s stands in a line before already, and with data.wide: dates a line is a series; name the columns that tell them apart in data.series", data.Quoted(t.name))
		return
	}
	for _, f := range r.values {
		r.cell(t, record, f, r.Names[f])
	}
	if len(t.lines) == 0 {
		r.Bad.Add(line, 1, "data.wide", "series %s has no value; leave the line out (data.skip_lines)", data.Quoted(t.name))
	}
}

// cell reads one field into a series. One without a value waits until a value comes.
func (r *reader) cell(t *track, record []string, f int, stamp string) {
	line, column := r.Pos(f)
	if r.absent.Is(strings.TrimSpace(record[f])) {
		if len(t.lines) > 0 {
			t.waiting = append(t.waiting, cell{stamp, f, line, column})
		}
		return
	}
	for _, c := range t.waiting {
		t.step(c, r.stamped())
		t.values, t.missing = append(t.values, 0), append(t.missing, true)
		if r.config.Data.Missing == "error" && !r.spares(r.set.Targets[0]) {
			r.noValue(absence{len(t.lines) - 1, c.line, c.column, r.Names[c.field]})
		}
	}
	t.waiting = t.waiting[:0]
	t.step(cell{stamp, f, line, column}, r.stamped())
	v, _ := r.value(t, record, f, "data.wide")
	t.values, t.missing = append(t.values, v), append(t.missing, false)
}

// step adds a row without its value.
func (t *track) step(c cell, stamped bool) {
	if stamped {
		t.stamps = append(t.stamps, c.stamp)
	}
	t.lines, t.columns = append(t.lines, int32(c.line)), append(t.columns, int32(c.column))
}
