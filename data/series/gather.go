package series

import (
	"fmt"
	"slices"

	"recur/data"
)

// The rows of a cell become one: see grid.

// gathering is what has been put together, of all series.
type gathering struct {
	rows, cells int
	early       int    // series whose rows end early in their last cell
	of, last    string // the first of them, and that cell
}

// onGrid puts the rows of every cell together, in place.
func (r *reader) onGrid(moments, cells [][]moment, f data.Form, numbers bool) error {
	if r.grid.ends && r.zoned.ends > 0 {
		r.zoned.ends = r.grid.step.fixed()
	}
	labels := f.OfLabels()
	if err := r.tellsSteps(cells, labels, numbers); err != nil {
		return err
	}
	for i, t := range r.tracks {
		moments[i] = r.gather(t, moments[i], cells[i], labels, numbers)
	}
	r.gatheredNotes()
	return r.Bad.Err()
}

// gather makes one row of the rows of every cell of a series. called are the cells of the rows, which do not fall.
func (r *reader) gather(t *track, ms, called []moment, labels data.Form, numbers bool) (out []moment) {
	columns, rows := r.set.Columns(), len(ms)
	var rests []float64 // of every cell with targets: from its last row to its end
	var known []int     // those cells
	for from := 0; from < rows; {
		to := from + 1
		for to < rows && called[to].compare(called[from], numbers) == 0 {
			to++
		}
		row := len(out)
		if at := t.latest(ms, from, to, columns, len(r.set.Targets), numbers); at >= 0 {
			c, _ := r.grid.cellOf(ms[at], bin{})
			known, rests = append(known, row), append(rests, r.grid.distance(ms[at], c.next))
		}
		for c, how := range r.grid.hows {
			t.values[row*columns+c], t.missing[row*columns+c] = t.become(how, ms, from, to, c, columns, numbers)
		}
		t.stamps[row] = r.label(called[from], labels)
		t.lines[row], t.columns[row] = t.lines[from], t.columns[from]
		out = append(out, called[from])
		from = to
	}
	r.gathered.rows, r.gathered.cells = r.gathered.rows+rows, r.gathered.cells+len(out)
	n := len(out)
	if endsEarly(rests) {
		n = r.endsEarly(t, known[len(known)-1], n)
	}
	t.values, t.missing, t.stamps, t.lines, t.columns = t.values[:n*columns], t.missing[:n*columns], t.stamps[:n], t.lines[:n], t.columns[:n]
	r.lacking(t)
	return out[:n]
}

// latest is the latest of some rows that has a target, -1 where none has one.
func (t *track) latest(ms []moment, from, to, columns, targets int, numbers bool) int {
	at := -1
	for i := from; i < to; i++ {
		if anyKnown(t.missing[i*columns:][:targets]) && (at < 0 || ms[i].compare(ms[at], numbers) >= 0) {
			at = i
		}
	}
	return at
}

// become is what the values of a column become in some rows. Those that are missing are left out.
func (t *track) become(how string, ms []moment, from, to, c, columns int, numbers bool) (v float64, missing bool) {
	n, at := 0, 0
	var all []float64
	for i := from; i < to; i++ {
		one := t.values[i*columns+c]
		if t.missing[i*columns+c] {
			continue
		}
		n++
		switch {
		case how == "median":
			all = append(all, one)
		case how == "sum" || how == "mean":
			v += one
		case n == 1, how == "min" && one < v, how == "max" && one > v, how == "last" && ms[i].compare(ms[at], numbers) >= 0, how == "first" && ms[i].compare(ms[at], numbers) < 0:
			v, at = one, i
		}
	}
	switch {
	case n == 0:
		return 0, true
	case how == "median":
		slices.Sort(all)
		return (all[(n-1)/2] + all[n/2]) / 2, false
	case how == "mean":
		v /= float64(n)
	case how == "count":
		v = float64(n)
	}
	return v, false
}

// label writes the time of a cell as the file does.
func (r *reader) label(m moment, labels data.Form) string {
	if r.grid.step.Kind == "number" {
		return formatNumber(m.number, r.config.Data.Resample.Offset, r.grid.step.Step)
	}
	return Frequency{Zone: r.zoned.zone, Ends: r.zoned.ends}.write(m.time, labels)
}

// tellsSteps checks that time stamps of the form can tell when a cell is.
func (r *reader) tellsSteps(cells [][]moment, labels data.Form, numbers bool) error {
	if numbers || len(cells) == 0 || len(cells[0]) == 0 {
		return nil
	}
	slack := r.grid.step.fixed() / 100
	for n := range 3 {
		m := r.grid.later(cells[0][0], n)
		if r.grid.step.AtEnd {
			m = cells[0][0]
		}
		label := r.label(m, labels)
		want := m.time
		if labels.Local() {
			want = Frequency{Zone: r.zoned.zone, Ends: r.zoned.ends}.shown(want)
		}
		if got, ok := labels.Parse(label); !ok || got.Sub(want).Abs() > slack {
			r.Bad.Add(0, 0, "data.resample.step", "data.resample.step is %s, and time stamps that are written as %s can't tell when its steps begin; want a step whose begins they can tell, such as a longer one",
				data.Quoted(r.config.Data.Resample.Step), data.Quoted(r.tracks[0].stamps[0]))
			return r.Bad.Err()
		}
	}
	return nil
}

// lacking reports cells without a value, where data.missing does not say what fills them.
func (r *reader) lacking(t *track) {
	if t.absent = t.absent[:0]; r.config.Data.Missing != "error" {
		return
	}
	columns, own := r.set.Columns(), len(r.set.Targets)+len(r.set.Covariates)
	end := len(t.lines) - r.knownAhead(t)
	for at, missing := range t.missing {
		row, c := at/columns, at%columns
		if missing && (row < end || c >= own) {
			r.noValue(absence{row, int(t.lines[row]), int(t.columns[row]), r.set.columnName(c)})
		}
	}
}

// columnName is the name of a column of values.
func (d *Dataset) columnName(c int) string {
	return slices.Concat(d.Targets, d.Covariates, d.Future)[c]
}

// spares says that a value of a column that is missing is no fault, because others of its step stand for it.
func (r *reader) spares(column string) bool {
	s := &r.config.Data.Resample
	return s.Step != "" && s.How.For(column) != "sum"
}

// How much longer than in 95% of the other cells no row comes at the end of the last, where rows end early.
const (
	early      = 1.2
	leastCells = 4
)

// endsEarly says that the rows of the last cell end early: rests are from the last row of each to its end.
func endsEarly(rests []float64) bool {
	n := len(rests) - 1
	if n < leastCells {
		return false
	}
	others := slices.Sorted(slices.Values(rests[:n]))
	return rests[n] > early*others[(n-1)*95/100]
}

// endsEarly notes that the rows of a series end early in their last cell, row of n, and leaves it out where data.resample.incomplete
// says so. It returns how many cells are left.
func (r *reader) endsEarly(t *track, row, n int) int {
	if r.gathered.early++; r.gathered.early == 1 {
		r.gathered.of, r.gathered.last = inSeries(t), t.stamps[row]
	}
	switch {
	case r.config.Data.Resample.Incomplete != "drop":
	case row == n-1 && n > 1:
		return n - 1
	case len(r.set.Future) > 0: // becomes one of those ahead
		own := len(r.set.Targets) + len(r.set.Covariates)
		for c := range own {
			t.missing[row*r.set.Columns()+c] = true
		}
	}
	return n
}

// gatheredNotes say what has been put together.
func (r *reader) gatheredNotes() {
	g, s := &r.gathered, &r.config.Data.Resample
	if g.cells < g.rows {
		r.set.Notes = append(r.set.Notes, fmt.Sprintf("%s: %s put together to %s of %s", r.set.Name, data.Count(g.rows, "row is", "rows are"), data.Count(g.cells, "step", "steps"), s.Step))
	}
	if g.early == 0 {
		return
	}
	which := fmt.Sprintf("the last step, %s%s, is incomplete: its rows end", data.Quoted(g.last), g.of)
	if g.early > 1 {
		which = fmt.Sprintf("the last steps of %d series are incomplete (the first is %s%s): their rows end", g.early, data.Quoted(g.last), g.of)
	}
	what := "kept; set data.resample.incomplete: drop to leave it out"
	if s.Incomplete == "drop" {
		what = "left out"
	}
	r.set.Notes = append(r.set.Notes, fmt.Sprintf("%s: %s earlier than those of other steps; %s", r.set.Name, which, what))
}
