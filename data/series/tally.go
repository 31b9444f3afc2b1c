package series

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"recur/data"
)

// Tally gathers, from a whole file or from one block of it after another, what is worth one line over all of its series: those
// that ended long before the others, and names in categorical columns that the training has not seen. The zero value is ready.
type Tally struct {
	name    string
	step    Frequency
	horizon int
	ends    map[end]*ended
	strange map[[2]string]*stranger // by column and name
}

// end is the time stamp of a series' last row.
type end struct {
	time   int64 // seconds since 1970
	number float64
}

// ended are the series that have one end.
type ended struct {
	count  int
	first  string // the name of one of them
	label  string
	moment time.Time // zero where time stamps are plain numbers
	number float64
}

// stranger is a name that the training has not seen.
type stranger struct{ rows, series int }

// Add counts what a dataset holds, made ready or not.
func (t *Tally) Add(set *Dataset, horizon int) {
	t.name, t.step, t.horizon = set.Name, set.Frequency, horizon
	if t.ends == nil {
		t.ends = map[end]*ended{}
	}
	columns := set.Columns()
	for s := range set.Series {
		one := &set.Series[s]
		last := one.Rows(columns) - 1
		if last < 0 || last >= len(one.Labels) || one.Name == "" || one.Time == nil && one.Numbers == nil {
			continue
		}
		e := ended{count: 1, first: one.called(), label: one.Labels[last]}
		var at end
		if one.Time != nil {
			e.moment = one.Time[last]
			at.time = e.moment.Unix()
		} else {
			e.number = one.Numbers[last]
			at.number = e.number
		}
		if known := t.ends[at]; known != nil {
			known.count++
			known.first = min(known.first, e.first) // whatever the order in which blocks come
			continue
		}
		t.ends[at] = &e
	}
}

// AddNames counts the names in categorical columns that have no number in the training.
func (t *Tally) AddNames(q *Prepared) {
	t.name = q.Set.Name
	for _, c := range q.categorical {
		numbers, names := q.numbers[c], q.Set.Names[q.Set.column(c)]
		if !slices.Contains(numbers[1:], 0) {
			continue
		}
		for s := range q.Set.Series {
			one, found := &q.Set.Series[s], map[int]int{}
			data.Each(one.Values, one.Missing, c, q.columns, func(v float64) {
				if n := int(v); n > 0 && numbers[n] == 0 {
					found[n]++
				}
			})
			for n, rows := range found {
				t.stranger(q.Set.column(c), names[n-1], rows)
			}
		}
	}
}

func (t *Tally) stranger(column, name string, rows int) {
	if t.strange == nil {
		t.strange = map[[2]string]*stranger{}
	}
	key := [2]string{column, name}
	if t.strange[key] == nil {
		t.strange[key] = &stranger{}
	}
	t.strange[key].rows += rows
	t.strange[key].series++
}

// Notes are the lines.
func (t *Tally) Notes() []string {
	return append(t.stale(), t.unseen()...)
}

// stale tells of the series whose forecasts would end before the others' last rows, where most series end together.
func (t *Tally) stale() []string {
	all := slices.SortedFunc(maps.Values(t.ends), func(a, b *ended) int {
		if c := b.moment.Compare(a.moment); c != 0 {
			return c
		}
		return int(b.number - a.number)
	})
	late, current := 0, 0
	var names []string
	for _, e := range all {
		if !t.behind(e, all[0]) {
			current += e.count
			continue
		}
		late += e.count
		if len(names) < told {
			names = append(names, fmt.Sprintf("%s (%s)", e.first, e.label))
		}
	}
	if late == 0 || late > current {
		return nil
	}
	if late > len(names) {
		names = append(names, fmt.Sprintf("and %d more", late-len(names)))
	}
	return []string{fmt.Sprintf("%s: %s long before the others, which go on to %s: %s; a forecast begins where its series ended",
		t.name, data.Count(late, "series ended", "series ended"), all[0].label, strings.Join(names, ", "))}
}

// behind says that the forecasts of series that ended at e end before the last row of others.
func (t *Tally) behind(e, latest *ended) bool {
	if e.moment.IsZero() {
		return e.number+float64(t.horizon)*t.step.Step < latest.number
	}
	return t.step.Next(e.moment, t.horizon).Before(latest.moment)
}

// unseen tells of each categorical column that has names which the training has not seen.
func (t *Tally) unseen() (notes []string) {
	keys := slices.SortedFunc(maps.Keys(t.strange), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	for len(keys) > 0 {
		column := keys[0][0]
		n := 0
		var names []string
		for n < len(keys) && keys[n][0] == column {
			if k := t.strange[keys[n]]; n < told {
				names = append(names, fmt.Sprintf("%s (%s of %s)", data.Quoted(keys[n][1]), data.Count(k.rows, "row", "rows"), data.Count(k.series, "series", "series")))
			}
			n++
		}
		if n > told {
			names = append(names, fmt.Sprintf("and %d more", n-told))
		}
		notes = append(notes, fmt.Sprintf("%s: %s has names that stand in none of the training rows, which the network reads as zeros: %s",
			t.name, data.Quoted(column), strings.Join(names, ", ")))
		keys = keys[n:]
	}
	return notes
}

// told is how many names one line has.
const told = 3

// lengths names the first of some series with how many rows each has.
func (d *Dataset) lengths(series []int) string {
	var names []string
	for _, s := range series[:min(told, len(series))] {
		one := &d.Series[s]
		names = append(names, fmt.Sprintf("%s (%s)", one.called(), data.Count(one.Rows(d.Columns()), "row", "rows")))
	}
	if more := len(series) - told; more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, ", ")
}
