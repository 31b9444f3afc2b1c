package series

import (
	"slices"
	"strings"

	"recur/data"
)

// Names in a categorical column (data.categorical) have numbers, kept as values: number n of a column is name n-1 of
// Dataset.Names, and 0 is no known name. A network reads them by LocalState.Categories instead, the names of the training
// rows, so a name that training has not seen is 0 there.

// maxNames is the most names of one column: beyond it the column holds amounts or texts.
const maxNames = 1 << 16

// Category is one categorical column of a network.
type Category struct {
	Column string
	Names  int  // how many names training has seen
	Ahead  bool // known ahead of time
}

// Categories lists the categorical columns in the order in which a row has their numbers.
func (q *Prepared) Categories() []Category {
	var out []Category
	for i, c := range q.categorical {
		column := q.Set.column(c)
		out = append(out, Category{column, len(q.Local.Categories[column]), i >= len(q.categorical)-q.layout.namesAhead})
	}
	return out
}

// AheadNames is how many of the last values of Z are numbers of names.
func (q *Prepared) AheadNames() int { return q.Horizon * q.layout.namesAhead }

// categoricalLast lists the names of columns with those that hold categories at the end.
func categoricalLast(names, categorical []string) []string {
	out := numericColumns(names, categorical)
	for _, n := range names {
		if slices.Contains(categorical, n) {
			out = append(out, n)
		}
	}
	return out
}

// categorical lists the columns of the dataset that hold names.
func (d *Dataset) categorical() []int {
	var out []int
	for c := len(d.Targets); c < d.Columns(); c++ {
		if _, ok := d.Names[d.column(c)]; ok {
			out = append(out, c)
		}
	}
	return out
}

// fillNames carries the names of categorical columns forward, whatever data.missing does to amounts. out and missing are
// [rows, columns]; out holds 0 or anything else where a name is missing.
func (d *Dataset) fillNames(out []float64, missing []bool) {
	columns := d.Columns()
	for _, c := range d.categorical() {
		last := 0.0
		for at := c; at < len(out); at += columns {
			if missing[at] {
				out[at] = last
			}
			last = out[at]
		}
	}
}

// fitCategories takes the names in the first rows of all series, in the order of the alphabet.
func (q *Prepared) fitCategories(rows []int) {
	if len(q.categorical) == 0 {
		return
	}
	q.Local.Categories = map[string][]string{}
	for _, c := range q.categorical {
		column := q.Set.column(c)
		names := q.Set.Names[column]
		seen := make([]bool, len(names)+1)
		for s := range q.Set.Series {
			one := &q.Set.Series[s]
			to := rows[s] * q.columns
			data.Each(one.Values[:to], one.Missing[:to], c, q.columns, func(v float64) { seen[int(v)] = true })
		}
		known := []string{}
		for i, name := range names {
			if seen[i+1] {
				known = append(known, name)
			}
		}
		slices.Sort(known)
		q.Local.Categories[column] = known
	}
	q.setNumbers()
}

// setNumbers finds the number of the training for every number of the dataset.
func (q *Prepared) setNumbers() {
	q.numbers = make([][]float64, q.columns)
	for _, c := range q.categorical {
		column := q.Set.column(c)
		known := q.Local.Categories[column]
		q.numbers[c] = make([]float64, len(q.Set.Names[column])+1)
		for i, name := range q.Set.Names[column] {
			q.numbers[c][i+1] = float64(slices.Index(known, name) + 1)
		}
	}
}

// Numbered returns the values of a series with the names as the training numbers them, for a checkpoint.
func (q *Prepared) Numbered(series int) []float64 {
	values := q.Set.Series[series].Values
	if len(q.categorical) == 0 {
		return values
	}
	out := slices.Clone(values)
	for _, c := range q.categorical {
		for at := c; at < len(out); at += q.columns {
			out[at] = q.trained(c, out[at])
		}
	}
	return out
}

// name is the training's number of the name in a categorical column of a row; 0 before the first known one. Beyond the last
// row it is the last row's.
func (p *Part) name(series, r, c int) float64 {
	q := p.Prepared
	values := p.table.values[series]
	return q.trained(c, values[min(r, len(values)/q.columns-1)*q.columns+c])
}

// trained is the training's number for one of the dataset, 0 for one that stands for no name.
func (q *Prepared) trained(c int, number float64) float64 {
	if n := q.numbers[c]; number > 0 && number < float64(len(n)) {
		return n[int(number)]
	}
	return 0
}

// rowNames writes the numbers of the names of a row: of the last count categorical columns.
func (b writer[F]) rowNames(p *Part, series, r, count int, out []F) {
	all := p.Prepared.categorical
	for i, c := range all[len(all)-count:] {
		out[i] = F(p.name(series, r, c))
	}
}

// forget begins anew with the names of categorical columns: readers of the same file share none.
func (r *reader) forget() {
	if len(r.config.Data.Categorical) == 0 {
		return
	}
	r.numbers, r.set.Names = map[string]map[string]float64{}, map[string][]string{}
	for _, n := range r.config.Data.Categorical {
		r.numbers[n], r.set.Names[n] = map[string]float64{}, []string{}
	}
}

// numberOf is the number of a name while a file is read.
func (r *reader) numberOf(column, text string) float64 {
	known := r.numbers[column]
	n, ok := known[text]
	if !ok {
		text = strings.Clone(text)
		r.set.Names[column] = append(r.set.Names[column], text)
		n = float64(len(r.set.Names[column]))
		known[text] = n
	}
	return n
}

// category reads the name in a field as its number.
func (r *reader) category(t *track, record []string, field int, key string) (v float64, missing bool) {
	text, column := strings.TrimSpace(record[field]), r.Names[field]
	if r.absent.Is(text) {
		return 0, r.noted(t, field, key)
	}
	if len(r.set.Names[column]) == maxNames && r.numbers[column][text] == 0 {
		line, at := r.Pos(field)
		r.Bad.Add(line, at, "data.categorical", "column %s has more than %d different names; is it a column of amounts or texts?", data.Quoted(column), maxNames)
		return 0, false
	}
	return r.numberOf(column, text), false
}
