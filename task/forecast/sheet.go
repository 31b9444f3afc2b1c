package forecast

import (
	"strconv"

	"recur/data"
	"recur/data/series"
	"recur/internal/sheet"
	"recur/task"
	"recur/task/values"
)

// Sheet is a row for every value that was forecast: of which series, from which origin (the last row that was known), how many steps ahead,
// for when.
func (d *Data) Sheet(of data.Examples, said [][]float64, methods []task.Named) *sheet.Sheet {
	p := of.(*series.Part)
	columns := []sheet.Column{{Name: "series", Kind: sheet.Text}, {Name: "origin", Kind: sheet.Text}, {Name: "step", Kind: sheet.Whole}, {Name: "time", Kind: sheet.Text}}
	return values.Sheet(p, said, p.Prepared.Config.Model.Quantiles, methods, columns, func(i, step int) ([]any, bool) {
		s := &p.Prepared.Set.Series[p.Windows[i].Series]
		row := p.Target(i) + step
		if row >= s.Rows(p.Prepared.Set.Columns()) { // beyond the end of the series
			return nil, false
		}
		return []any{s.Name, stamp(s, p.Target(i)-1), step + 1, stamp(s, row)}, true
	})
}

// stamp is the time stamp of a row, or its number from 1 on.
func stamp(s *series.Series, row int) string {
	if row < len(s.Labels) {
		return s.Labels[row]
	}
	return strconv.Itoa(row + 1)
}
