package series

import (
	"slices"
	"strings"

	"recur/data"
)

// The columns that name the series of a row, one or several, and how those that a config leaves out are found.

// joint stands between the parts of a name that several columns make up.
const joint = "/"

// nameOf is the name of the series that a row belongs to; ok is false, and there is a fault, where a part of it is empty.
func (r *reader) nameOf(record []string) (name string, ok bool) {
	for i, f := range r.series {
		part := strings.TrimSpace(record[f])
		if part == "" {
			line, column := r.Pos(f)
			r.Bad.Add(line, column, "data.series", "column %s, which names the series, is empty (data.series)", data.Quoted(r.Names[f]))
			return "", false
		}
		if len(part) != len(record[f]) {
			r.trimmed.Store(true)
		}
		if i > 0 {
			part = name + joint + part
		}
		name = part
	}
	return name, true
}

// keysOf are the parts of the name of a row's series; nil where one column names it.
func (r *reader) keysOf(record []string) (keys []string) {
	if len(r.series) < 2 {
		return nil
	}
	for _, f := range r.series {
		keys = append(keys, strings.Clone(strings.TrimSpace(record[f])))
	}
	return keys
}

// sameKeys is the track where the row has its keys; else their parts make up one name, a fault, and it is nil.
func (r *reader) sameKeys(t *track, record []string) *track {
	for i, key := range t.keys {
		if strings.TrimSpace(record[r.series[i]]) != key {
			line, column := r.Pos(r.series[i])
			r.Bad.Add(line, column, "data.series", "two series would be called %s: %s, and %s; write the %s in one of the columns in another way",
				data.Quoted(t.name), data.Listed(t.keys), data.Listed(r.keysOf(record)), joint)
			return nil
		}
	}
	return t
}

// firstKey is the field where the name of a row's series begins.
func (r *reader) firstKey() int {
	if len(r.series) == 0 {
		return 0
	}
	return r.series[0]
}

// furtherKeys says which columns tell further series apart, where time stamps come again within one; "" where none do.
func (r *reader) furtherKeys() string {
	if r.hint == nil {
		hint := ""
		if more := r.tellApart(); len(more) > 0 {
			all := slices.Concat(r.config.Data.Series, more)
			slices.SortStableFunc(all, func(a, b string) int { return slices.Index(r.Names, a) - slices.Index(r.Names, b) })
			hint = "; the columns " + data.Listed(all) + " tell the series apart together: set data.series: " + written(all)
			if len(all) == 1 {
				hint = "; the column " + data.Quoted(more[0]) + " tells the series apart: set data.series: " + written(all)
			}
		}
		r.hint = &hint
	}
	return *r.hint
}

// severalRows says what to do where a time stamp comes again.
func (r *reader) severalRows() string {
	hint := r.furtherKeys()
	s, ok := r.suggested()
	switch {
	case hint != "" && ok && s.how == "sum":
		return hint + ", or, to have the rows of a step put together, data.resample: " + s.String()
	case hint != "":
		return hint
	case len(r.series) == 0:
		hint = "; if the file holds many series, name the column that tells them apart in data.series"
	}
	if !ok || s.tolerance != "" {
		return hint
	}
	if hint != "" {
		return hint + ", or, if several rows belong to one step, as receipts and events do, " + s.advice()
	}
	return "; if several rows belong to one step, as receipts and events do, " + s.advice()
}

// written is the value of data.series, as in a config.
func written(columns []string) string {
	if len(columns) == 1 {
		return data.Quoted(columns[0])
	}
	return "[" + strings.Join(columns, ", ") + "]"
}

// Limits of the search for columns that tell series apart.
const (
	mostKeys    = 12 // columns that are tried
	leastPerKey = 2  // rows that a series has on average, at least
	mostLooked  = 200_000
)

// tellApart finds the columns that the config does not name, one or else two, with which no time stamp comes twice in a series:
// of several choices the one with the fewest series.
func (r *reader) tellApart() []string {
	if r.wide() != "" {
		return nil
	}
	if _, _, repeats := r.seriesBy(nil); !repeats {
		return nil
	}
	var free [][]int
	named := namedColumns(r.set, r.config)
	for f, n := range r.Names {
		if !slices.Contains(named, n) && len(free) < mostKeys {
			free = append(free, []int{f})
		}
	}
	if best := r.fewest(free); best != nil {
		return best
	}
	var pairs [][]int
	for i, a := range free {
		for _, b := range free[i+1:] {
			pairs = append(pairs, slices.Concat(a, b))
		}
	}
	return r.fewest(pairs)
}

// fewest is the choice of columns that makes the fewest series in which no time stamp comes twice; nil where none does.
func (r *reader) fewest(choices [][]int) (names []string) {
	best, fewest := -1, 0
	for i, choice := range choices {
		n, rows, repeats := r.seriesBy(choice)
		if !repeats && leastPerKey*n <= rows && (best < 0 || n < fewest) {
			best, fewest = i, n
		}
	}
	if best < 0 {
		return nil
	}
	for _, f := range choices[best] {
		names = append(names, r.Names[f])
	}
	return names
}

// seriesBy counts the series that further columns make, and the rows that were looked at, and says whether time stamps repeat in one.
func (r *reader) seriesBy(further []int) (n, looked int, repeats bool) {
	series, stamps := map[string]bool{}, map[string]bool{}
	rows := r.After(r.body, 0)
	for record := range rows.All() {
		var key strings.Builder
		for _, f := range slices.Concat(r.series, further) {
			key.WriteString(strings.TrimSpace(record[f]) + "\x00")
		}
		series[key.String()] = true
		for _, f := range r.time {
			key.WriteString(strings.TrimSpace(record[f]) + "\x00")
		}
		if looked++; stamps[key.String()] {
			return 0, looked, true
		}
		if stamps[key.String()] = true; looked == mostLooked {
			break
		}
	}
	return len(series), looked, false
}
