package series

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"recur/data"
)

// The columns of recipe global in a file: covariates known ahead of time, whose last rows have no targets, and the column
// that holds how many steps ahead a series is forecast.

// absence is a value that is missing where data.missing is error: a fault unless its row is one of those ahead.
type absence struct {
	row, line, column int
	name              string
}

// horizon reads the number of steps that the series of a row is forecast. Empty fields say nothing; different numbers in
// one series are a fault.
func (r *reader) horizon(t *track, record []string) {
	if r.horizons < 0 || r.absent.Is(strings.TrimSpace(record[r.horizons])) {
		return
	}
	line, column := r.Pos(r.horizons)
	v, err := data.ParseNumber(strings.TrimSpace(record[r.horizons]))
	switch most := r.config.Data.Horizon; {
	case err != nil:
		r.Bad.Add(line, column, "data.horizon_column", "column %s %v", data.Quoted(r.Names[r.horizons]), err)
	case v != math.Trunc(v) || v < 1 || v > float64(most):
		r.Bad.Add(line, column, "data.horizon_column", "column %s is %g, want a whole number from 1 to data.horizon, which is %d", data.Quoted(r.Names[r.horizons]), v, most)
	case t.horizon != 0 && t.horizon != int(v):
		r.Bad.Add(line, column, "data.horizon_column", "column %s is %g and was %d in an earlier row%s; a series has one horizon", data.Quoted(r.Names[r.horizons]), v, t.horizon, inSeries(t))
	default:
		t.horizon = int(v)
	}
}

// knownAhead counts the rows at the end of a track that hold covariates known ahead of time and nothing else. At least one
// row comes before them.
func (r *reader) knownAhead(t *track) int {
	if len(r.set.Future) == 0 {
		return 0
	}
	columns, own := r.set.Columns(), len(r.set.Targets)+len(r.set.Covariates)
	rows := len(t.values) / columns
	ahead := 0
	for ahead < rows-1 && !anyKnown(t.missing[(rows-1-ahead)*columns:][:own]) {
		ahead++
	}
	return ahead
}

func anyKnown(missing []bool) bool {
	for _, m := range missing {
		if !m {
			return true
		}
	}
	return false
}

// reportAbsent reports what is missing before the rows ahead.
func (r *reader) reportAbsent() {
	for _, t := range r.tracks {
		if len(t.absent) == 0 {
			continue
		}
		rows := len(t.values) / r.set.Columns()
		end, bare := rows-r.knownAhead(t), rows-r.withoutTarget(t)
		if bare < end && t.absent[len(t.absent)-1].row >= bare { // else others of their step stand for them: data.resample
			r.noTarget(t, bare, end)
		}
		for _, a := range t.absent {
			if a.row < min(bare, end) {
				r.noValue(a)
			}
		}
	}
	slices.SortStableFunc(r.Bad.List, func(a, b *data.Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}

// withoutTarget counts the rows at the end of a track that have no target. At least one row comes before them.
func (r *reader) withoutTarget(t *track) (n int) {
	columns, k := r.set.Columns(), len(r.set.Targets)
	rows := len(t.values) / columns
	for n < rows-1 && !anyKnown(t.missing[(rows-1-n)*columns:][:k]) {
		n++
	}
	return n
}

// noTarget reports the rows first to end-1 of a track, which have no target and are none of those ahead: they are what is to be forecast,
// and to fill them in would have it forecast from what was filled in.
func (r *reader) noTarget(t *track, first, end int) {
	advice := "drop them, or name the columns that are known ahead in data.future_covariates"
	if known := r.knownBeside(t, first, end); known != "" {
		advice = "drop them, or leave column " + data.Quoted(known) + " empty there, which is not known ahead (data.covariates), or name it in data.future_covariates"
	} else if len(r.set.Future) > 0 {
		advice = "drop them, or give them what is known ahead (data.future_covariates)"
	}
	line, last := int(t.lines[first]), int(t.lines[end-1])
	which := fmt.Sprintf("row %d has", line)
	switch {
	case end-first > 1 && last-line == end-1-first:
		which = fmt.Sprintf("rows %d to %d have", line, last)
	case end-first > 1:
		which = fmt.Sprintf("the last %d rows, from %d on, have", end-first, line)
	}
	column := 0
	for _, a := range t.absent {
		if a.row == first && column == 0 {
			column = a.column
		}
	}
	r.Bad.Add(line, column, "data.missing", "%s no target%s: %s", which, inSeries(t), advice)
}

// knownBeside is the name of a covariate that is known in some of the rows first to end-1; "" where there is none.
func (r *reader) knownBeside(t *track, first, end int) string {
	columns, k := r.set.Columns(), len(r.set.Targets)
	for row := first; row < end; row++ {
		for i := range r.set.Covariates {
			if !t.missing[row*columns+k+i] {
				return r.set.Covariates[i]
			}
		}
	}
	return ""
}

// noted keeps in mind that a field has no value, which is a fault with data.missing error unless its row is one of those
// ahead. It returns true.
func (r *reader) noted(t *track, field int, key string) bool {
	if r.config.Data.Missing != "error" || r.spares(r.Names[field]) {
		return true
	}
	line, column := r.Pos(field)
	a := absence{len(t.lines) - 1, line, column, r.Names[field]}
	if key != "data.future_covariates" {
		t.absent = append(t.absent, a)
	} else {
		r.noValue(a)
	}
	return true
}

func (r *reader) noValue(a absence) {
	r.Bad.Add(a.line, a.column, "data.missing", "column %s has no value; set data.missing to interpolate or forward to have it filled in, or to zero where nothing there means 0", data.Quoted(a.name))
}
