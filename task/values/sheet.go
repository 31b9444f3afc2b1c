package values

import (
	"slices"
	"strconv"

	"recur/data"
	"recur/evaluate"
	"recur/internal/sheet"
	"recur/task"
)

// Sheet is a row for every value that a part should have been given: what place says of it (the cells of its columns), the target, the truth
// (empty where it is not known), the prediction, its quantiles and the predictions of simple methods. place may say that there is no such value.
func Sheet(part data.Truths, said [][]float64, quantiles []float64, methods []task.Named, columns []sheet.Column, place func(i, step int) ([]any, bool)) *sheet.Sheet {
	s := &sheet.Sheet{Columns: slices.Concat(columns, []sheet.Column{{Name: "target", Kind: sheet.Text}, {Name: "truth", Kind: sheet.Number}, {Name: "prediction", Kind: sheet.Number}})}
	for _, q := range quantiles {
		s.Columns = append(s.Columns, sheet.Column{Name: "q" + strconv.FormatFloat(q, 'g', -1, 64), Kind: sheet.Number})
	}
	s.Columns = append(s.Columns, task.MethodColumns(methods, sheet.Number)...)
	points := evaluate.Median(said, quantiles)
	frame := part.Frame()
	s.Rows = func(yield func([]any) bool) {
		row := make([]any, 0, len(s.Columns))
		for i := range part.Len() {
			truth, known := part.Truth(i)
			for o := range points[i] {
				at, there := place(i, o/len(frame.Targets))
				if !there {
					continue
				}
				row = append(append(row[:0], at...), target(&frame, part, i, o%len(frame.Targets)), nil, points[i][o])
				if known[o] {
					row[len(at)+1] = truth[o]
				}
				for _, v := range said[i][o*len(quantiles) : (o+1)*len(quantiles)] {
					row = append(row, v)
				}
				for _, m := range methods {
					row = append(row, m.Said[i][o])
				}
				if !yield(row) {
					return
				}
			}
		}
	}
	return s
}

// target is the name of target k of example i.
func target(f *data.Frame, part data.Truths, i, k int) string {
	if f.Names != nil {
		return f.Names[part.Group(i)]
	}
	return f.Targets[k]
}
