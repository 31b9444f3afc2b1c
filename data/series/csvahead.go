package series

import (
	"math"
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
		end := len(t.values)/r.set.Columns() - r.knownAhead(t)
		for _, a := range t.absent {
			if a.row < end {
				r.noValue(a)
			}
		}
	}
}

// noted keeps in mind that a field has no value, which is a fault with data.missing error unless its row is one of those
// ahead. It returns true.
func (r *reader) noted(t *track, field int, key string) bool {
	if r.config.Data.Missing != "error" || r.spares(r.Names[field]) {
		return true
	}
	line, column := r.Pos(field)
	a := absence{len(t.lines) - 1, line, column, r.Names[field]}
	if len(r.set.Future) > 0 && key != "data.future_covariates" {
		t.absent = append(t.absent, a)
	} else {
		r.noValue(a)
	}
	return true
}

func (r *reader) noValue(a absence) {
	r.Bad.Add(a.line, a.column, "data.missing", "column %s has no value; set data.missing to interpolate or forward to have it filled in, or to zero where nothing there means 0", data.Quoted(a.name))
}
