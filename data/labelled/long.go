package labelled

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"recur/data"
)

// long reads CSV in long form: a row a step, data.sequence names the column that says to which sequence it belongs, data.label
// the column of the label, or those of the values, which are the same in all rows of a sequence. Rows come in the order of the
// file, or in that of data.time.
func (r *reading) long(text *data.CSV) error {
	l, err := r.longHeader(text)
	if err != nil {
		return err
	}
	for record := range l.All() {
		l.row(record)
	}
	read, err := l.clock()
	if err != nil {
		return err
	}
	for _, q := range l.order {
		l.finish(q, read)
	}
	return l.Bad.Err()
}

// longRows are the rows of a file in long form.
type longRows struct {
	data.Rows
	*reading
	sequence int
	inputs   []int
	labels   []int // -1 where a bare file has none
	time     int   // -1: the order of the file
	byName   map[string]*growing
	order    []*growing
}

// growing is a sequence while it is read.
type growing struct {
	Sequence
	labels []string
	stamps []data.Stamp
	lines  []int
}

func (r *reading) longHeader(text *data.CSV) (*longRows, error) {
	l := &longRows{Rows: text.RowsOf(r.name, r.key), reading: r, time: -1, byName: map[string]*growing{}}
	if err := l.ReadHeader(); err != nil {
		return nil, err
	}
	r.notes(&l.Rows)
	l.sequence = l.Column(r.s.Sequence, "data.sequence")
	if r.s.Time != "" {
		l.time = l.Column(r.s.Time, "data.time")
	}
	l.labels = r.labelColumns(&l.Rows)
	l.inputs = r.inputColumns(&l.Rows, append([]int{l.sequence, l.time}, l.labels...))
	if err := l.Bad.Err(); err != nil {
		return nil, err
	}
	if err := r.findStyle(&l.Rows, l.inputs); err != nil {
		return nil, err
	}
	r.set.Columns = columnsOf(&l.Rows, l.inputs)
	return l, r.sameInputs(r.set.Columns)
}

// notes keeps what is worth saying of a header.
func (r *reading) notes(rows *data.Rows) {
	for _, note := range []string{rows.Told, rows.Blanks} {
		if note != "" {
			r.set.Notes = append(r.set.Notes, note)
		}
	}
}

// findStyle finds how the numbers of some columns are written.
func (r *reading) findStyle(rows *data.Rows, columns []int) error {
	style, notes, err := rows.FindStyle(columns, r.s.Dialect)
	r.style, r.set.Notes = style, append(r.set.Notes, notes...)
	return err
}

// labelColumns are the fields of data.label, -1 for those that a bare file lacks.
func (r *reading) labelColumns(rows *data.Rows) (fields []int) {
	for _, name := range r.s.Label {
		if r.bare && !slices.Contains(rows.Names, name) {
			fields = append(fields, -1)
			continue
		}
		fields = append(fields, rows.Column(name, r.labelKey()))
	}
	if !r.s.Labels {
		r.set.Values = r.s.Label
	}
	return fields
}

// columnsOf are the names of fields.
func columnsOf(rows *data.Rows, fields []int) (names []string) {
	for _, f := range fields {
		names = append(names, rows.Names[f])
	}
	return names
}

// inputColumns are the fields of data.inputs, those that files before have, or all that nothing else names.
func (r *reading) inputColumns(rows *data.Rows, taken []int) (fields []int) {
	names := r.s.Inputs
	if len(names) == 0 {
		names = r.set.Columns
	}
	for _, name := range names {
		fields = append(fields, rows.Column(name, "data.inputs"))
	}
	if len(fields) > 0 {
		return fields
	}
	for i, name := range rows.Names {
		if !slices.Contains(taken, i) {
			if first := slices.Index(rows.Names, name); first < i && !slices.Contains(taken, first) { // another file's are found by name
				rows.Bad.Add(1, 1, "data.inputs", "two columns are named %s, and both would be inputs; rename one of them, or name those that are meant in data.inputs", data.Quoted(name))
			}
			fields = append(fields, i)
		}
	}
	if len(fields) == 0 && rows.Bad.Err() == nil {
		rows.Bad.Add(1, 1, "data.inputs", "no column is left to be an input (data.inputs)")
	}
	return fields
}

func (l *longRows) row(record []string) {
	line, column := l.Pos(l.sequence)
	name := strings.TrimSpace(record[l.sequence])
	if name == "" {
		l.Bad.Add(line, column, "data.sequence", "column %s, which names the sequence, is empty (data.sequence)", data.Quoted(l.Names[l.sequence]))
		return
	}
	q := l.byName[name]
	if q == nil {
		if l.s.Limit > 0 && len(l.order) == l.s.Limit {
			return
		}
		q = &growing{Sequence: Sequence{Name: strings.Clone(name), File: l.name, Line: line, Part: l.part, Class: -1}}
		l.byName[q.Name] = q
		l.order = append(l.order, q)
	}
	if len(q.lines) == maxSteps {
		l.Bad.Add(line, 1, "data.sequence", "sequence %s has more than %d rows, the limit; does column %s name sequences?", data.Quoted(name), maxSteps, data.Quoted(l.Names[l.sequence]))
	}
	if len(q.lines) >= maxSteps {
		q.lines = append(q.lines, line)
		return
	}
	q.lines = append(q.lines, line)
	for _, f := range l.inputs {
		q.X = append(q.X, l.number(&l.Rows, record, f, "data.inputs"))
	}
	l.label(q, record, line)
	if l.time >= 0 {
		l.stamp(q, record[l.time])
	}
}

// number reads an input; NaN stands for a missing one.
func (r *reading) number(rows *data.Rows, record []string, field int, key string) float64 {
	text := strings.TrimSpace(record[field])
	line, column := rows.Pos(field)
	if r.absent.Is(text) {
		if r.s.Missing == "error" {
			rows.Bad.Add(line, column, "data.missing", "column %s has no value; set data.missing to interpolate or forward to have it filled in within its sequence", data.Quoted(rows.Names[field]))
		}
		return math.NaN()
	}
	v, err := rows.StyleOf(field, r.style).Parse(text)
	if err != nil {
		rows.Bad.Add(line, column, key, "column %s %v", data.Quoted(rows.Names[field]), err)
	}
	return v
}

// label keeps the label of the first row of a sequence, and wants the same in all others.
func (l *longRows) label(q *growing, record []string, line int) {
	if l.s.Every {
		class, _ := l.labelsOf(&l.Rows, record, l.labels)
		q.Tags = append(q.Tags, int32(class))
		return
	}
	if len(q.lines) == 1 {
		for _, f := range l.labels {
			if f >= 0 {
				q.labels = append(q.labels, strings.Clone(strings.TrimSpace(record[f])))
			}
		}
		q.Class, q.Values = l.labelsOf(&l.Rows, record, l.labels)
		return
	}
	i := 0
	for _, f := range l.labels {
		if f < 0 {
			continue
		}
		if text := strings.TrimSpace(record[f]); text != q.labels[i] {
			_, column := l.Pos(f)
			l.Bad.Add(line, column, l.labelKey(), "column %s is %s, and %s in line %d of the same sequence %s; a sequence has one %s: correct it, or give the rows sequences of their own",
				data.Quoted(l.Names[f]), data.Quoted(text), data.Quoted(q.labels[i]), q.lines[0], data.Quoted(q.Name), strings.TrimPrefix(l.labelKey(), "data."))
			q.labels[i] = strings.Clone(text) // told once a change
		}
		i++
	}
}

// labelsOf reads the label, or the values, of one record. In a bare file a sequence that lacks one has none.
func (r *reading) labelsOf(rows *data.Rows, record []string, fields []int) (class int, values []float64) {
	class = -1
	for _, f := range fields {
		if r.bare && (f < 0 || r.absent.Is(strings.TrimSpace(record[f]))) {
			return -1, nil
		}
		text := strings.TrimSpace(record[f])
		line, column := rows.Pos(f)
		switch {
		case r.absent.Is(text):
			rows.Bad.Add(line, column, r.labelKey(), "column %s has no value; every sequence needs one: remove those without", data.Quoted(rows.Names[f]))
		case r.s.Labels:
			if class = r.classOf(strings.Clone(text)); class == maxClasses && !r.s.Texts {
				rows.Bad.Add(line, column, "data.label", "column %s has more than %d different labels; is it a column of amounts? Use task: regress", data.Quoted(rows.Names[f]), maxClasses)
			}
		default:
			v, err := rows.StyleOf(f, r.style).Parse(text)
			if err != nil {
				rows.Bad.Add(line, column, "data.label", "column %s %v", data.Quoted(rows.Names[f]), err)
			}
			values = append(values, v)
		}
	}
	return class, values
}

// stamp keeps the time stamp of a row.
func (l *longRows) stamp(q *growing, text string) {
	line, column := l.Pos(l.time)
	text = strings.TrimSpace(text)
	if text == "" {
		l.Bad.Add(line, column, "data.time", "the time stamp in column %s is empty; every row needs one, or leave out data.time to keep the order of the file", data.Quoted(l.Names[l.time]))
	}
	q.stamps = append(q.stamps, data.Stamp{Text: strings.Clone(text), Line: line, Column: column})
}

// clock finds how the time stamps of the file are written, and gives what reads one: a number to sort by, or a time.
func (l *longRows) clock() (read func(text string) moment, err error) {
	if l.time < 0 || l.Bad.Err() != nil {
		return nil, l.Bad.Err()
	}
	stamps := data.Stamps{Bad: &l.Bad, All: func(yield func(data.Stamp) bool) {
		for _, q := range l.order {
			for _, s := range q.stamps {
				if !yield(s) {
					return
				}
			}
		}
	}}
	form, numbers, _, err := stamps.Form(l.s.TimeFormat, "leave out data.time to keep the order of the file")
	return func(text string) (m moment) {
		if numbers {
			m.number, _ = data.PlainNumber(text)
		} else {
			m.time, _ = form.Parse(text)
		}
		return m
	}, err
}

// moment is a time stamp that has been read.
type moment struct {
	number float64 // where they are plain numbers
	time   time.Time
}

// compare orders moments.
func (m moment) compare(n moment) int {
	return cmp.Or(cmp.Compare(m.number, n.number), m.time.Compare(n.time))
}

// finish puts the steps of a sequence in order, fills in what is missing and adds it to the set.
func (l *longRows) finish(q *growing, read func(text string) moment) {
	d := len(l.inputs)
	if read != nil {
		l.sort(q, d, read)
	}
	fill(q.X, d, l.s.Missing)
	l.set.Sequences = append(l.set.Sequences, q.Sequence)
}

// sort brings the rows of a sequence into the order of their time stamps.
func (l *longRows) sort(q *growing, d int, read func(text string) moment) {
	index, moments := make([]int, len(q.stamps)), make([]moment, len(q.stamps))
	for i := range index {
		index[i], moments[i] = i, read(q.stamps[i].Text)
	}
	slices.SortStableFunc(index, func(a, b int) int { return moments[a].compare(moments[b]) })
	sorted := make([]float64, 0, len(q.X))
	var tags []int32
	for n, i := range index {
		if n > 0 && moments[index[n-1]].compare(moments[i]) == 0 {
			l.Bad.Add(q.stamps[i].Line, q.stamps[i].Column, "data.time", "time stamp %s stands in line %d of the same sequence %s already; correct it, or leave out data.time to keep the order of the file",
				data.Quoted(q.stamps[i].Text), q.stamps[index[n-1]].Line, data.Quoted(q.Name))
		}
		sorted = append(sorted, q.X[i*d:(i+1)*d]...)
		if q.Tags != nil {
			tags = append(tags, q.Tags[i])
		}
	}
	q.X, q.Tags = sorted, tags
}
