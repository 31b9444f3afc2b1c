package classify

import (
	"slices"

	"gonum.org/v1/gonum/floats"

	"recur/data"
	"recur/internal/sheet"
	"recur/task"
)

// Sheet is a row for every example, or for every step where each has a label: the label (empty where it is not known), the one that is
// predicted, its probability and those of all, and the labels that simple methods predict.
func (d *Data) Sheet(of data.Examples, said [][]float64, methods []task.Named) *sheet.Sheet {
	p := of.(part)
	s := &sheet.Sheet{Columns: []sheet.Column{{Name: "example", Kind: sheet.Whole}, {Name: "id", Kind: sheet.Text}, {Name: "step", Kind: sheet.Whole},
		{Name: "label", Kind: sheet.Text}, {Name: "predicted", Kind: sheet.Text}, {Name: "probability", Kind: sheet.Number}}}
	if !tags(d.c) {
		s.Columns = slices.Delete(s.Columns, 2, 3)
	}
	for _, l := range d.classes {
		s.Columns = append(s.Columns, sheet.Column{Name: "p_" + l, Kind: sheet.Number})
	}
	s.Columns = append(s.Columns, task.MethodColumns(methods, sheet.Text)...)
	s.Rows = func(yield func([]any) bool) {
		for i := range p.Len() {
			for t, c := range p.Labels(i) {
				if (t+1)*len(d.classes) <= len(said[i]) && !yield(d.row(p, i, t, c, said, methods)) {
					return
				}
			}
		}
	}
	return s
}

// row is that of step t of example i, whose label is c.
func (d *Data) row(p part, i, t int, c int32, said [][]float64, methods []task.Named) []any {
	n := len(d.classes)
	chances := said[i][t*n : (t+1)*n]
	best := floats.MaxIdx(chances)
	row := []any{i + 1, p.ID(i)}
	if tags(d.c) {
		row = append(row, t+1)
	}
	label := any(nil)
	if c >= 0 && int(c) < n {
		label = d.classes[c]
	}
	row = append(row, label, d.classes[best], chances[best])
	for _, v := range chances {
		row = append(row, v)
	}
	for _, m := range methods {
		row = append(row, d.classes[floats.MaxIdx(m.Said[i][t*n:(t+1)*n])])
	}
	return row
}
