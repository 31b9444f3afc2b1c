package outputs

import (
	"slices"

	"recur/internal/sheet"
	"recur/task"
)

// Sheet is a row for every example: what it is, what should have been said, what is said, the log p of what should have been, and what simple methods say.
func Sheet(references []string, said [][]float64, methods []task.Named, columns []sheet.Column, of func(i int) []any) *sheet.Sheet {
	s := &sheet.Sheet{Columns: slices.Concat([]sheet.Column{{Name: "example", Kind: sheet.Whole}}, columns,
		[]sheet.Column{{Name: "target", Kind: sheet.Text}, {Name: "output", Kind: sheet.Text}, {Name: "target_log_p", Kind: sheet.Number}}, task.MethodColumns(methods, sheet.Text))}
	s.Rows = func(yield func([]any) bool) {
		for i, row := range said {
			o := Of(row)
			line := append([]any{i + 1}, of(i)...)
			line = append(line, references[i], o.Text, likelihood(o))
			for _, m := range methods {
				line = append(line, Of(m.Said[i]).Text)
			}
			if !yield(line) {
				return
			}
		}
	}
	return s
}

// likelihood is the log p of what should have been said; nil where a method has none.
func likelihood(o Output) any {
	if len(o.LogP) == 0 {
		return nil
	}
	return -o.Nats()
}
